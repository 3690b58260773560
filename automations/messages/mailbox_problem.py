"""What every reader of a mailbox may meet: known without the libraries that read one."""

from __future__ import annotations


class MailboxProblem(Exception):  # noqa: N818 - a problem in the sense of problems.py
    """A mailbox that cannot be read; the text says why, in a sentence."""
