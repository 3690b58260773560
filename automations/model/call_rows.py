"""Rows of the list of calls, as people tick them off."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from automations.model.values import RowKey

CallResult = Literal["", "reached", "missed", "wrong", "odd"]
"""reached: the client knows now · missed: nobody answered · wrong: it is somebody else's number · odd: a word that is
none of these."""

RESULTS: tuple[CallResult, ...] = ("reached", "missed", "wrong")
"""What people may choose."""

LATE = "calls/late/"
"""What the key of a question about several undone calls begins with; their numbers and cases follow."""

_LETTERS = 6  # as for questions: two of a thousand numbers meet with a chance of 0.05 %


@dataclass(frozen=True, slots=True)
class CallRow:
    """A row of the tab: `said` is what stands under its result, `line` its row there."""

    row: RowKey
    number: str
    line: int
    result: CallResult
    said: str
    sentence: str
    caller: str


CALL_NUMBER = re.compile(rf"A-[A-Z2-7]{{{_LETTERS}}}")


def call_number(key: str, phone: str) -> str:
    """The number of a call in the tab, such as `A-7QK2M3`: another one where the telephone is another one."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    hashed = hashlib.sha256(f"{key} {digits}".encode()).digest()
    return "A-" + base64.b32encode(hashed).decode()[:_LETTERS]


def asked_together(questions: Iterable[str]) -> dict[str, str]:
    """Number of a call -> the key of the question that asks about it and others. `questions` are all keys."""
    late = (key for key in questions if key.startswith(LATE))
    return {part: key for key in late for part in key.split("/") if CALL_NUMBER.fullmatch(part)}
