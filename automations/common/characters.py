"""Signs that no file, page, mail or terminal can hold, shown as one mark: what people pasted breaks nothing.

XML 1.0 (2.2, Char) knows no control characters but tab and line break, and no half of a surrogate pair; UTF-8
knows no halves either."""

from __future__ import annotations

import re

ARROW = "→|➔|➜|⇒|⟶|›|(?:-+|–|—)>"
"""How people type the arrow between a tab and its column, as a pattern; a program may have made a dash of the minus."""
MARK = "\ufffd"  # what stands for a sign that cannot be held
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_COMMANDING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def readable(text: str) -> str:
    """A text that every file can hold."""
    return _UNPRINTABLE.sub(MARK, text)


def harmless(text: str) -> str:
    """A text for a terminal: nothing in it colours, deletes or turns what stands there."""
    return _COMMANDING.sub(MARK, text.replace("\r\n", "\n"))
