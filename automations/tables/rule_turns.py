"""“Der Reihe nach fragen” as people write it in the tab of rules: whom, in which order, how long, with which texts.

`Spalte ausfüllen` names two columns: who said yes (it names rows of the tab of those who are asked) and how things
stand. `mit` says the rest, with semicolons: `unter [Wird gefragt] und [Sprachen] enthält [Termine → Sprache]; nach
[Name]; Antwort in 8 Stunden; 24 Stunden vorher; 30 Minuten Abstand`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from automations.model.schema import DATES, Schema
from automations.tables.folding import slug
from automations.tables.rule_conditions import condition_of
from automations.tables.rule_headings import STEP
from automations.tables.rule_lists import PARTS
from automations.tables.rule_tokens import ConditionError
from automations.tables.rule_values import Names

KINDS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "taken": ("Zusage", "yes"), "changed": ("Änderung", "change"), "released": ("Freigabe", "release"),
    "cancelled": ("Absage", "cancellation"), "withdrawn": ("Rücknahme", "withdrawal"), "thanks": ("Dank", "thanks"),
})  # fmt: skip
"""What is told after the question -> the word behind its name in the tab of texts, German and English."""

_ASKED = "asked."
_AMONG = re.compile(r"(?:unter|among)(?:\s+allen|\s+all)?(?:\s+mit|\s+with)?:?\s+(.+)", re.IGNORECASE)
_ORDER = re.compile(r"(?:(?:sortiert|sorted)\s+)?(?:nach|by)\s+\[?([^\[\]]+)\]?", re.IGNORECASE)
_ANSWER = re.compile(
    r"(?:antwort|answer)\s+(?:in|innerhalb von|within)\s+(\d{1,3})\s+(?:stunden?|hours?)", re.IGNORECASE
)
_NOTICE = re.compile(r"(?:mindestens\s+|at least\s+)?(\d{1,4})\s+(?:stunden?|hours?)\s+(?:vorher|ahead|before)",
                     re.IGNORECASE)  # fmt: skip
_GAP = re.compile(r"(\d{1,4})\s+(?:minuten?|minutes?)\s+(?:abstand|pause|between|apart)", re.IGNORECASE)
_PLACE = re.compile(r"\{([^{}]{1,80})\}")
_NUMBERS = ((_ANSWER, "answer_hours"), (_NOTICE, "notice_hours"), (_GAP, "gap_minutes"))


class _Asked(Struct, frozen=True):
    """The names of those who are asked, and behind the asked row's tab those of that row: `[Termine → Sprache]`."""

    names: Names
    asked: str
    candidates: str

    def path(self, heading: str, table: str) -> str:
        """See Names."""
        first, *rest = STEP.split(heading, maxsplit=1)
        own = table != self.candidates or not rest or self.names.knows(first, table)
        if not own and self.names.table(first) == self.asked:
            return _ASKED + self.names.path(rest[0], self.asked)
        return self.names.path(heading, table)

    def table(self, tab: str) -> str:
        """See Names."""
        return self.names.table(tab)

    def kind(self, path: str, table: str) -> str:
        """See Names."""
        return self.names.kind(*self._place(path, table))

    def names_rows(self, table: str, of: str) -> bool:
        """See Names."""
        return self.names.names_rows(table, of)

    def born(self, path: str, table: str) -> bool:
        """See Names."""
        return self.names.born(*self._place(path, table))

    def is_heading(self, words: str, table: str) -> bool:
        """See Names."""
        return self.names.is_heading(words, table)

    def knows(self, heading: str, table: str) -> bool:
        """See Names."""
        try:
            return bool(self.path(heading, table))
        except ConditionError:
            return False

    def searched(self, path: str, table: str) -> str:
        """See Names."""
        found = self.names.searched(*self._place(path, table))
        return _ASKED + found if path.startswith(_ASKED) else found

    def near(self, word: str, path: str, table: str) -> str:
        """See Names."""
        return self.names.near(word, *self._place(path, table))

    def speaks(self, word: str) -> bool:
        """See Names."""
        return self.names.speaks(word)

    def literals(self, word: str, path: str, table: str) -> tuple[str, ...]:
        """See Names."""
        return self.names.literals(word, *self._place(path, table))

    def says(self, words: str, path: str, table: str) -> bool:
        """See Names."""
        return self.names.says(words, *self._place(path, table))

    def tells(self, words: str, path: str, table: str) -> bool:
        """See Names."""
        return self.names.tells(words, *self._place(path, table))

    def _place(self, path: str, table: str) -> tuple[str, str]:
        return (path.removeprefix(_ASKED), self.asked) if path.startswith(_ASKED) else (path, table)


def turn_of(
    filled: str, look: str, text: str, table: str, names: Names, schema: Schema, texts: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Whom to ask and how, as `[rules.turn]` would say it. `texts` are the tab's by slug. Raises ConditionError."""
    columns = [part.strip(" []") for part in filled.split(";") if part.strip(" []")]
    if len(columns) != 2:  # noqa: PLR2004 (who said yes, how things stand)
        raise ConditionError(
            "Name two columns to fill in, with a semicolon between them: who said yes; how things stand."
        )
    fills, state = (names.path(column, table) for column in columns)
    spec = schema[table].fields.get(fills)
    candidates = spec.target if spec else ""
    if not candidates or not schema[candidates].own:
        raise ConditionError("“{sign}” names no row of a tab of those who are asked.", sign=columns[0])
    kinds = {name: DATES.get(one.kind, one.kind) for name, one in schema[table].fields.items()}
    starts = [next((name for name, kind in kinds.items() if kind == wanted), "") for wanted in ("date", "time")]
    if not starts[0]:
        raise ConditionError("The tab has no column with a day, so nobody can be asked in turn.")
    lasts = next((name for name, kind in kinds.items() if kind == "minutes"), "")
    told = _told(text, table, names, texts)
    about = dict.fromkeys((*filter(None, (*starts, lasts)), *told))
    return {
        "candidates": candidates, "fills": fills, "state": state, "starts": tuple(filter(None, starts)),
        "lasts": lasts, "about": tuple(about), **dict(_parts(look, candidates, _Asked(names, table, candidates))),
    }  # fmt: skip


def _parts(look: str, candidates: str, names: Names) -> Iterator[tuple[str, Any]]:
    order: list[str] = []
    for part in filter(None, map(str.strip, PARTS.split(look))):
        among, by = _AMONG.fullmatch(part), _ORDER.fullmatch(part)
        number = next(((name, found[1]) for shape, name in _NUMBERS if (found := shape.fullmatch(part))), None)
        if among:
            yield "among", condition_of(among[1], candidates, names)
        elif number:
            yield number[0], int(number[1])
        elif by:
            order.append(names.path(by[1].strip(), candidates))
        else:
            raise ConditionError(
                "“{sign}” is not understood; write it like “among [Is asked]; by [Name]; answer in 8 hours; "
                "24 hours before; 30 minutes apart”.", sign=part,
            )  # fmt: skip
    yield "order", tuple(order)


def _told(text: str, table: str, names: Names, texts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The fields of the row that its texts print: their changes are told."""
    wanted = {kind: f"{slug(text)}_{kind}" for kind in KINDS}
    missing = [f"{text} {KINDS[kind][0]}" for kind, name in wanted.items() if name not in texts]
    if missing:
        raise ConditionError("For asking in turn these texts are missing, too: {names}.", names=", ".join(missing))
    for name in (slug(text), *wanted.values()):
        for own in texts.get(name, {}).values():
            for place in _PLACE.findall(f"{own['subject']} {own['text']}"):
                # Of the row itself: what stands in its neighbours changes without it.
                if names.knows(place, table) and "." not in names.path(place, table):
                    yield names.path(place, table)


def named_alike(found: dict[str, Any]) -> None:
    """Let a text called “Anfrage Zusage” be found as the text of that kind, too."""
    for name in list(found):
        for kind, words in KINDS.items():
            for word in words:
                ending = f"_{slug(word)}"
                if name.endswith(ending):
                    found.setdefault(f"{name.removesuffix(ending)}_{kind}", found[name])
