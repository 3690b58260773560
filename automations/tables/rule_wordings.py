"""Comparisons as people word them: “ist nicht”, “mehr als 14 Tage her”, “nicht größer als”."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from automations.tables.dates import MONTHS
from automations.tables.rule_spans import IN_DAYS, NUMBERS
from automations.tables.rule_tokens import (
    AGO,
    AND,
    BLANK,
    CLOSED,
    IS,
    NOT,
    OR,
    ORDERED,
    PHRASES,
    PRESENCE,
    QUOTES,
    TODAY,
    WITHOUT,
    ConditionError,
    meaning_at,
)
from automations.tables.rule_values import Names, Values

_OF_WORDS = frozenset({"contains", "lacks", "starts", "ends", "neither", "holds neither"})
# Words behind which a comparison is meant in a column of words, too; others may begin a value (“in Arbeit”).
_SURE = IS | NOT | BLANK
_WORDY = frozenset({"text", "list", *CLOSED})
_DAY = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d{2}|\d{4})?|\d{4}-\d{2}-\d{2}")
_HAPPENS = frozenset({"endet", "beginnt", "startet", "fällt", "findet", "ends", "begins", "starts", "expires", "runs"})
_YES_NO = frozenset({"ja", "nein", "yes", "no"})
_OPPOSITE = {"<": ">=", ">": "<=", "<=": ">", ">=": "<"}


class Wordings(Values):
    """Reads which comparison words mean. The same words mean one thing of a day and another one of a number."""

    def __init__(self, tokens: Sequence[tuple[str, str]], table: str, names: Names) -> None:
        super().__init__(tokens, table, names)
        self._wording = ""  # of the comparison that was read last, as it was typed

    def _ends(self, ahead: int = 0) -> bool:
        """Whether nothing is compared here: the heading stands for itself."""
        there = self._peek(ahead)
        return there[0] == "" or there in {("sign", ")"), ("sign", ",")} or self._word(ahead) in OR | AND

    def _counts(self) -> bool:
        """Whether a number stands there, in digits or in words."""
        first = self._peek()[1].strip(QUOTES).casefold().partition(" ")[0]
        return first.isdecimal() or first in NUMBERS

    def _goes_on(self, ahead: int, path: str, kind: str) -> bool:
        meaning, taken = self._compares(ahead, kind)
        if not meaning or (self._word(ahead) in NOT and self._starts(ahead + 1)):
            return False
        if kind in ORDERED or (kind != "text" and not path):
            return True
        # A word of the team's may begin like a comparison: “in Arbeit”, “fehlt”.
        sure = taken > 1 or meaning in _OF_WORDS or self._peek(ahead)[0] == "sign" or self._word(ahead) in _SURE
        return sure and not self._says(ahead, path)

    def _phrase(self, path: str, kind: str) -> str:
        if kind in ORDERED and self._word() in IS and self._compares(1, kind)[0]:
            self._at += 1  # “ist vor”, “ist mehr als”
        if kind == "date" and self._word() in _HAPPENS and self._compares(1, kind)[0]:
            self._at += 1  # “endet in 14 Tagen”
        meaning, taken = self._meaning(path, kind)
        if not meaning:
            raise self._no_comparison(path)
        self._wording = " ".join(text.casefold() for _, text in self.tokens_of[self._at : self._at + taken])
        self._at += taken
        if meaning == "!=" and kind in ORDERED:
            meaning = self._opposite(meaning)
        elif meaning == "!=" and not self._says(0, path) and (same := meaning_at(self.tokens_of, self._at))[0] == "==":
            self._at += same[1]  # “nicht gleich”, “not equal to”
        if meaning == "recent" and self._wording == "in the past" and not self._counts():
            meaning = "past"
        if kind == "date":
            meaning = self._of_days(meaning)
        self._pass_over_unit()
        return "one of" if meaning == "in" else meaning

    def _meaning(self, path: str, kind: str) -> tuple[str, int]:
        """The comparison that stands here, and how many words it takes. What a row says goes before: a value may stand
        alone (“[Status] geplant”), and may begin like a comparison (“ist in Arbeit”)."""
        if self._says(0, path) or (kind == "yes_no" and self._word() in _YES_NO):
            return "==", 0
        if kind == "date" and (self._word() in TODAY or _DAY.fullmatch(self._word())):
            return "==", 0
        if kind in ORDERED and re.match(r"\d", self._word()) and self._ends(1):
            return "==", 0  # “Zimmer 2”
        if self._word() in IS and self._says(1, path):
            return "==", 1
        return self._shortened(kind) or self._compares(0, kind)

    def _shortened(self, kind: str) -> tuple[str, int] | None:
        """`[Sprachen] Arabisch`, `[Sprachen] ohne Deutsch`, `[Kursbeginn] im Dezember`: no comparison is needed."""
        if kind in {"languages", "list"} and self._word() in WITHOUT:
            return "lacks", 1
        if kind == "languages" and self._names.speaks(self._peek()[1]):
            return "contains", 0
        in_month = kind == "date" and self._word() in {"im", "in"} and self._word(1).rstrip(".") in MONTHS
        return ("==", 1) if in_month else None

    def _compares(self, ahead: int, kind: str) -> tuple[str, int]:
        """The comparison that begins there, and how many words it takes."""
        there = meaning_at(self.tokens_of, self._at + ahead, PRESENCE) if kind not in _WORDY else ("", 0)
        return there if there[0] else meaning_at(self.tokens_of, self._at + ahead)

    def _no_comparison(self, path: str) -> ConditionError:
        sign = self._peek()[1]
        if path and (word := self._names.near(sign, path, self._table)):
            return ConditionError("“{sign}” is no comparison; did you mean “{near}”?", sign=sign, near=f"= {word}")
        if self._ends():
            return ConditionError("Behind {sign} a comparison is missing: =, is blank, contains, before, after …",
                                  sign=self._named_last())  # fmt: skip
        near = self._nearest()
        if near:
            return ConditionError("“{sign}” is no comparison; did you mean “{near}”?", sign=sign, near=near[0])
        return ConditionError("“{sign}” is no comparison; write =, is blank, contains, before, after …", sign=sign)

    def _named_last(self) -> str:
        """What stands before this place: a heading, or the whole call of a function."""
        pieces = [text for _, text in self.tokens_of[: self._at]]
        opened = len(pieces) - 1 - pieces[::-1].index("(") if pieces[-1] == ")" and "(" in pieces else len(pieces)
        return "".join(pieces[opened - 1 :])

    def _nearest(self) -> list[str]:
        """The comparison that is spelled most like the next three words, two or one (“iss leer”: “ist leer”)."""
        phrases = [phrase for phrase, _ in PHRASES]
        words = [self._word(n) for n in range(3)]
        for taken in (3, 2, 1):
            if taken > 1 and not all(words[:taken]):
                continue
            typed = " ".join(words[:taken]) if taken > 1 else self._peek()[1].casefold()
            if near := get_close_matches(typed, phrases, 1, cutoff=0.8):
                return near
        return []

    def _opposite(self, meaning: str) -> str:
        """`nicht größer als 5`: another comparison behind the “not” is turned round."""
        inner, taken = meaning_at(self.tokens_of, self._at)
        if inner not in _OPPOSITE:
            return meaning
        self._at += taken
        return _OPPOSITE[inner]

    def _pass_over_unit(self) -> None:
        """`vor höchstens (Tage)`: the unit is said in brackets, as the choices of the cell have it."""
        unit = [text.casefold() for _, text in self.tokens_of[self._at : self._at + 3]]
        if unit[:1] == ["("] and unit[1:2] and unit[1] in IN_DAYS and unit[2:] == [")"]:
            self._at += 3

    def _of_days(self, meaning: str) -> str:
        """Of a day “in 7 Tagen”, “mehr als 14 Tage her” and “länger als 14 Tage her” count days."""
        if meaning == "in":
            return "exactly"
        ago = AGO.intersection(self._word(n) for n in range(1, 4))
        return {">": "since", "<": "recent", "<=": "recent"}.get(meaning, meaning) if ago else meaning
