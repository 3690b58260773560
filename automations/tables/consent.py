"""The day of a consent. A yes without a day is understood, and permits nothing: nobody could prove it."""

from __future__ import annotations

from collections.abc import Mapping

from automations.model.values import Value
from automations.tables.dates import Parser
from automations.tables.faults import Fault, Parsed
from automations.tables.folding import fold
from automations.tables.words import key_text

WITHOUT_DAY = Fault(
    "consent_without_day",
    "“{shown}” says that consent was given, but not when; without a day no mail leaves.",
    "Please type the day on which it was given.",
)
_YES = frozenset(map(fold, ("liegt vor", "vorhanden", "erteilt", "unterschrieben", "ok", "given", "signed")))


def consent_parser(parse: Parser, answers: Mapping[str, str]) -> Parser:
    """A parser of the days of consents. `answers` are folded words for yes and no; a no is a blank cell."""

    def read(raw: Value) -> Parsed:
        if isinstance(raw, bool | str):
            word = fold(("yes" if raw else "no") if isinstance(raw, bool) else key_text(raw) or "")
            answer = "yes" if word in _YES else answers.get(word, "")
            if answer:
                return Parsed(None, WITHOUT_DAY) if answer == "yes" else Parsed(None)
        return parse(raw)

    return read
