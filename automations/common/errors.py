"""Errors that are told to whoever typed the command, in the one sentence that they carry."""


class PlainError(Exception):
    """What was asked for makes no sense or is not there; the sentence is in the reader's language."""
