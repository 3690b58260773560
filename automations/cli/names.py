"""Names that people type: an unknown one is an error, with the nearest that there is."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from automations.cli.exit_status import UsageError
from automations.common.texts import Texts
from automations.engine.parts import World
from automations.jobs.reminding.rules import RemindSettings
from automations.jobs.rules.desk import JOB, titles
from automations.jobs.rules.model import RuleSettings
from automations.model.snapshot import Snapshot


def known_case(world: World, snapshot: Snapshot, case: str, say: Texts) -> tuple[str, ...]:
    """The keys of the rows that name a case, or a row of a team's own table by its key. Raises UsageError where neither
    the workbook nor the ledger knows it: a mistyped number must not look like one about which there is nothing."""
    numbers = {item.number for item in snapshot.cases if item.number} | {
        item.case for item in snapshot.appointments if item.case
    }
    numbers |= {key for table, spec in snapshot.schema.items() if spec.own for key in snapshot.by_key(table)}
    # A row that was deleted has a story all the same.
    if case not in numbers and not world.ledger.knows(case):
        raise UsageError(nearest(case, numbers, say.say("There is no case {case}.", case=case), say))
    return snapshot.keys_about(case)


def called_rules(world: World, snapshot: Snapshot) -> dict[str, str]:
    """What people call the rules, by the names that commands take."""
    say = world.renderer.words
    reminders = {rule.name: rule.called(say) for rule in world.site.settings(RemindSettings, "remind").rules}
    return reminders | titles(world.site.settings(RuleSettings, JOB), snapshot)


def rule_called(typed: str, snapshot: Snapshot, say: Texts) -> str:
    """A rule's name by what was typed: its name, or what the team calls it in its tab. Raises UsageError, with what is
    wrong, for a row that cannot be used."""
    for row in snapshot.console.rules:
        if typed and typed in {row.name, row.title}:
            if row.fault:
                raise UsageError(say.say("The rule “{rule}” cannot be used: {fault}", rule=row.title, fault=row.fault))
            return row.name
    return typed


def nearest(name: str, known: Collection[str], sentence: str, say: Texts) -> str:
    """The sentence, and the nearest name that there is."""
    folded = {one.casefold(): one for one in known}
    found = get_close_matches(name.strip().casefold(), folded, n=1, cutoff=0.5)
    return f"{sentence} {say.say('Did you mean “{name}”?', name=folded[found[0]])}" if found else sentence
