"""Rules of reminders that can never fire, as they compare a column of fixed words with a word that it does not have."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from automations.conditions.glossary import weekdays_between
from automations.jobs.reminding.rules import RemindSettings, problem_of, ready_rules
from automations.model.problems import Problem
from automations.model.schema import field_at, holder_at
from automations.model.snapshot import Snapshot

_FIXED = frozenset({"contact_way", "urgency", "status", "phase", "answer"})
"""Kinds of columns whose words the code or the config knows in full."""


def dead_words(settings: RemindSettings, snapshot: Snapshot) -> Iterator[Problem]:
    """Each such comparison, with the words that there are. For `kim check`, which has read the tables."""
    say = settings.site.texts
    index = {rule.name: place for place, rule in enumerate(settings.rules)}
    for ready in ready_rules(settings, say, weekdays_between)[0]:
        for name, value in ((one.name, one.value) for one in ready.condition.compared) if ready.condition else ():
            known = _words(snapshot, ready.rule.table, name)
            # A blank is no word but "not filled in", which every column can be.
            if isinstance(value, str) and value and known and value not in known:
                near = get_close_matches(value, known, 1)
                yield problem_of(
                    index[ready.rule.name], settings, "when",
                    say.say("The column of “{name}” never says “{value}”.", name=name, value=value),
                    say.say("There is: {names}.", names=", ".join([*near, *(w for w in known if w not in near)])),
                    value,
                )  # fmt: skip


def _words(snapshot: Snapshot, table: str, name: str) -> list[str]:
    """The words of a column of fixed words; none for other columns."""
    spec = field_at(snapshot.schema, table, name)
    if spec is None or spec.kind not in _FIXED:
        return []
    holder, last = holder_at(snapshot.schema, table, name)
    return [canonical for of, field, canonical in snapshot.words if (of, field) == (holder, last)]
