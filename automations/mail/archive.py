"""The archive mailbox: a copy of every mail lies there, so that a doubtful one can be looked up."""

from __future__ import annotations


class ArchiveProblem(Exception):  # noqa: N818 - a problem in the sense of problems.py
    """The archive mailbox could not be asked; the text says why, in a sentence."""
