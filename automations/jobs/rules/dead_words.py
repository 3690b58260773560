"""Comparisons that no row ever fulfils: a word that the column does not have, a number beside words, two columns
that never hold alike, things that exclude each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from msgspec import Struct

from automations.common.texts import Texts
from automations.conditions.condition import Compared, Condition
from automations.jobs.rules.desk import Desk, called
from automations.jobs.rules.model import Rule
from automations.model.fields import FieldSpec
from automations.model.problems import Severity
from automations.model.schema import DATES, WORDED, field_at, holder_at
from automations.model.values import is_number
from automations.tables.folding import fold

_SHOWN = 12  # words that one sentence names
_LOOKED_AT = 2_000  # words among which the nearest is looked for
# difflib's own measure of "similar": below it, words follow in the order of the alphabet
_CLOSE = 0.6
# Kinds whose columns get new values all the time: what none says today somebody may type tomorrow.
_WAITING = frozenset({"email", "phone", "languages"})
_CLASSES = {
    **dict.fromkeys(("number", "count", "amount", "minutes"), "number"), **dict.fromkeys(DATES, "day"), "time": "time",
    "yes_no": "yes_no", "languages": "many", "list": "many", "weekdays": "weekdays",
}  # fmt: skip
_WRITTEN = {
    "number": "{name} == 3", "day": '{name} == day("2026-12-31")', "time": '{name} == clock("09:30")',
    "yes_no": "{name} == true", "many": '"{value}" in {name}', "words": '{name} == "{value}"',
    "weekdays": "1 in {name}",
}  # fmt: skip


class DeadEnd(Struct, frozen=True):
    """What can never be, and what to do."""

    message: str
    advice: str
    severity: Severity = "error"


def dead_comparisons(table: str, condition: Condition, rule: Rule, desk: Desk, *, none: bool) -> Iterator[DeadEnd]:
    """All comparisons of a condition over a table that never come true; `none` where the rule has no hit."""
    say = desk.words.say
    for one in condition.compared:
        yield from _of_value(one, table, rule, desk, none=none)
    for first, second in sorted(condition.beside):
        kinds = [_class_of(field_at(desk.snapshot.schema, table, name)) for name in (first, second)]
        if kinds[0] != kinds[1]:
            shown = [called(name, table, rule, desk) for name in (first, second)]
            message = say("“{name}” and “{other}” hold different things.", name=shown[0], other=shown[1])
            yield DeadEnd(message, say("Compare two columns of words, of numbers, or of days."))
    for name in sorted(condition.at_odds):
        shown_name = called(name, table, rule, desk)
        yield DeadEnd(say("What is asked of “{name}” can never be true at once.", name=shown_name),
                      say("Write “or” between words of which one is meant, or make two rules of it."),
                      "error" if none else "warning")  # fmt: skip


def _class_of(spec: FieldSpec | None) -> str:
    return _CLASSES.get(spec.kind, "words") if spec else "words"


def _of_value(one: Compared, table: str, rule: Rule, desk: Desk, *, none: bool) -> Iterator[DeadEnd]:
    spec = field_at(desk.snapshot.schema, table, one.name)
    # A blank is what every column can be.
    if one.value is None or one.value == "" or (spec is None and not one.number):
        return
    kind = "number" if one.number else _class_of(spec)
    if not _fits(kind, one):
        shown = called(one.name, table, rule, desk)
        example = _WRITTEN[kind].format(name=one.name, value=one.value)
        message = desk.words.say("“{name}” can never be “{value}”.", name=shown, value=one.value)
        yield DeadEnd(message, desk.words.say("Write it as {example}.", example=example))
    elif spec is not None and isinstance(one.value, str):
        yield from _of_word(one, table, spec, rule, desk, none=none)


def _fits(kind: str, one: Compared) -> bool:
    """Whether a value can be that of a column of the kind at all."""
    value = one.value
    if kind == "yes_no":
        return isinstance(value, bool)
    if kind in {"number", "weekdays"}:
        return is_number(value)
    if kind == "many":
        return isinstance(value, str) and one.operation in {"in", "notin"}
    return kind == "words" and isinstance(value, str)


def _of_word(one: Compared, table: str, spec: FieldSpec, rule: Rule, desk: Desk, *, none: bool) -> Iterator[DeadEnd]:
    """A fixed word that the column never holds."""
    say, shown, value = desk.words.say, called(one.name, table, rule, desk), one.value
    severity: Severity = "error"
    # What the program or the config knows in full; whether it stands in a row today does not matter.
    if spec.kind in WORDED:
        known = _vocabulary(table, one.name, desk)
        if value in known:
            return
    else:
        cells = desk.book.column(table, one.name)
        # Asked of the condition itself, which folds accents and case as it will when it runs.
        if one.says is None or any(map(one.says, set(cells))):
            return
        tell = desk.words.spoken if spec.kind == "languages" and rule.origin == "workbook" else str
        known, value = sorted(tell(cell) for cell in _most_frequent(cells)), tell(value)
        # Where the rule has hits all the same, the word is one of several: it may be kept for later.
        severity = "note" if spec.kind in _WAITING else "error" if none else "warning"
    if known:
        message = say("The column of “{name}” never says “{value}”.", name=shown, value=value)
        yield DeadEnd(message, say("There is: {names}.", names=listed(value, known, desk.words)), severity)


def _most_frequent(cells: Sequence[Any]) -> Iterator[Any]:
    """The words of a column: of very many those that stand there most often."""
    counted = Counter(word for cell in cells for word in (cell if isinstance(cell, tuple | frozenset) else (cell,)))
    return (word for word, _ in counted.most_common(_LOOKED_AT) if word)


def listed(word: str, known: Sequence[str], words: Texts) -> str:
    """The words that there are, those first that are nearest to one; in quotation marks where one holds a comma."""
    # Sorting is stable: what is not near stays in the order in which it came.
    ordered = sorted(known, key=lambda other: -near if (near := _alike(word, other)) >= _CLOSE else 0)
    apart = any("," in other for other in ordered)
    return ", ".join(words.quoted(other) if apart else other for other in ordered[:_SHOWN])


def _alike(word: str, other: str) -> float:
    """How alike two words are, whatever the order of their parts, accents and case."""
    first, second = (" ".join(sorted(map(fold, text.replace(",", " ").split()))) for text in (word, other))
    return SequenceMatcher(None, first, second).ratio()


def _vocabulary(table: str, name: str, desk: Desk) -> list[str]:
    """The words of a column of fixed words."""
    place = holder_at(desk.snapshot.schema, table, name)
    return [canonical for of, field, canonical in desk.snapshot.words if (of, field) == place]
