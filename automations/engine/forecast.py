"""`kim forecast`: the look ahead outside of a run; nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from automations.common.texts import texts
from automations.engine.outcomes import Blind, Refused
from automations.engine.parts import World
from automations.engine.snapshots import look
from automations.jobs.forecasting.settings import LookAheadSettings
from automations.jobs.look_ahead import LookAhead, frame_of
from automations.jobs.look_ahead import look as look_ahead
from automations.jobs.tabs.common import Frame
from automations.model.console import Scenario
from automations.tables.parsers import parsers
from automations.tables.scenario_rows import read_sentence

if TYPE_CHECKING:
    from automations.jobs.tabs.look_ahead import Outlook


def forecast(
    world: World, now: datetime, sentences: Sequence[str]
) -> tuple[Frame, Outlook, tuple[Scenario, ...]] | Refused | Blind:
    """What the next weeks bring: as it is, in each scenario of the workbook, and in those of `sentences`. `now`
    is aware. With the frame in which to tell it, and all scenarios."""
    seen = look(world.site, world.ledger, world.workbooks, now)
    if isinstance(seen, Refused | Blind):
        return seen
    site, snapshot = world.site, seen.snapshot
    today = site.facts.today(now)
    parse, said = parsers(site.columns, site.facts, today), texts(site.facts.language)
    typed = tuple(read_sentence(text, snapshot, parse, today, said) for text in sentences)
    settings = site.settings(LookAheadSettings, LookAhead.name)
    scenarios = (*snapshot.console.scenarios, *typed)
    return frame_of(snapshot, settings, today), look_ahead(snapshot, settings, today, scenarios), scenarios
