"""Reminders and figures that are for ever empty, as they compare a column of fixed words with a word that it does not
have."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from automations.common.texts import Texts
from automations.conditions.condition import Condition
from automations.conditions.glossary import weekdays_between
from automations.jobs.reminding.rules import RemindSettings, problem_of, ready_rules
from automations.jobs.tabs.settings import SummariseSettings
from automations.model.problems import Problem
from automations.model.schema import WORDED, field_at, holder_at
from automations.model.snapshot import Snapshot


def dead_words(settings: RemindSettings, snapshot: Snapshot) -> Iterator[Problem]:
    """Each such comparison, with the words that there are. For `kim check`, which has read the tables."""
    say = settings.site.texts
    index = {rule.name: place for place, rule in enumerate(settings.rules)}
    for ready in ready_rules(settings, say, weekdays_between)[0]:
        for value, message, advice in _dead(ready.condition, ready.rule.table, snapshot, say):
            yield problem_of(index[ready.rule.name], settings, "when", message, advice, value)


def dead_figures(settings: SummariseSettings, snapshot: Snapshot) -> Iterator[Problem]:
    """Each such comparison in the team's own figures: they would show nought, which people take for counted."""
    for figure in settings.figures:
        for part, condition in (("where", figure.condition(snapshot.schema)), ("of", figure.whole(snapshot.schema))):
            for value, message, advice in _dead(condition, figure.table, snapshot, settings.site.texts):
                yield Problem("dead_word", f"{figure.title}: {message}", advice, "error", tab="figures.toml",
                              field=part, shown=value, who="operator")  # fmt: skip


def _dead(condition: Condition | None, table: str, snapshot: Snapshot, say: Texts) -> Iterator[tuple[str, str, str]]:
    """The words that can never be, each with what is wrong and which words there are."""
    for name, value in ((one.name, one.value) for one in condition.compared) if condition else ():
        known = _words(snapshot, table, name)
        # A blank is no word but "not filled in", which every column can be.
        if isinstance(value, str) and value and known and value not in known:
            near = get_close_matches(value, known, 1)
            message = say.say("The column of “{name}” never says “{value}”.", name=name, value=value)
            advice = say.say("There is: {names}.", names=", ".join([*near, *(w for w in known if w not in near)]))
            yield value, message, advice


def _words(snapshot: Snapshot, table: str, name: str) -> list[str]:
    """The words of a column of fixed words; none for other columns."""
    spec = field_at(snapshot.schema, table, name)
    if spec is None or spec.kind not in WORDED:
        return []
    holder, last = holder_at(snapshot.schema, table, name)
    return [canonical for of, field, canonical in snapshot.words if (of, field) == (holder, last)]
