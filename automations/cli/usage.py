"""What a command says when it was asked for something that does not exist."""


class UsageError(Exception):
    """What was typed makes no sense, in one sentence."""
