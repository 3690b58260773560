"""Looks ahead: what the next weeks bring as it is, and in each scenario of the team lead."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from msgspec import structs

from automations.common.texts import Texts, texts
from automations.jobs.figures.sources import Sources
from automations.jobs.forecasting.settings import NEEDED, LookAheadSettings
from automations.jobs.protocol import READS_NOTHING
from automations.jobs.tabs.common import Frame
from automations.model.console import Scenario
from automations.model.fact_kinds.figures import LookedAhead
from automations.model.history import History
from automations.model.plan import CellEdit, EditGroup, Plan
from automations.model.problems import Problem
from automations.model.records import Record
from automations.model.snapshot import Snapshot
from automations.model.staff_figures import FEWEST_TOGETHER
from automations.model.tabdoc import TabDoc
from automations.model.values import digest

if TYPE_CHECKING:
    from automations.jobs.tabs.look_ahead import Outlook

SCENARIOS = "scenarios"  # the table that the team lead writes scenarios into: without it there is no tab

CASE_FIELDS = (
    "number", "received", "languages", "household", "office_wish", "focus", "urgency", "phase", "phase_since",
    "manager", "first_contact_on", "closed_on",
)  # fmt: skip
"""What is read of a case. Nothing else of it changes the tab."""

_PLACE = frozenset({"row", "line", "own", "bad", "usable", "double"})

MOST = 12  # scenarios that are looked at; more would make a tab that nobody reads


class LookAhead:
    """Job `look_ahead`: the tab `Vorschau`, and a sentence beside each scenario that is not understood.

    The same tables on the same day give the same tab."""

    name = "look_ahead"
    Settings = LookAheadSettings
    reads = READS_NOTHING

    def plan(self, snapshot: Snapshot, settings: LookAheadSettings, now: datetime, history: History) -> Plan:
        """The tab, where there is a table of scenarios; what to say of each of them."""
        # A look ahead costs seconds; whoever writes no scenarios has not asked for it.
        if SCENARIOS not in snapshot.layouts:
            return Plan(self.name)
        say = texts(settings.site.language)
        local = settings.site.local(now)
        scenarios = snapshot.console.scenarios
        groups = tuple(_hints(snapshot, scenarios, self.name, say))
        problems = tuple(_problem(one, snapshot, say) for one in scenarios if one.fault)
        of, last = _drawn_for(settings, local.date(), scenarios), history.fact(LookedAhead)
        if not settings.tab or (last and settings.light and not settings.anew and last.of == of):
            # A light run answers the lead's new scenario at once, and leaves the slow figures to the morning.
            return Plan(self.name, groups=groups, problems=problems)
        drawn = LookedAhead(of, made_from(snapshot, settings, local.date()))
        if last and _is_drawn(drawn, last, settings):
            return Plan(self.name, groups=groups, problems=problems)
        tab = _tab(snapshot, settings, local, say)
        # Remembered with the fact: a tab that somebody deleted or changed is made again, though nothing else is new.
        drawn = structs.replace(drawn, fingerprint=tab.fingerprint())
        return Plan(self.name, groups=groups, problems=problems, tabs=(tab,), facts=(drawn.under(),))


def _is_drawn(now: LookedAhead, last: LookedAhead, settings: LookAheadSettings) -> bool:
    """Whether the tab stands as it was made, and would be made from the very same."""
    stands = settings.standing and last.fingerprint == settings.standing and not settings.anew
    return bool(stands and settings.stamp and (last.of, last.made_from) == (now.of, now.made_from))


def made_from(snapshot: Snapshot, settings: LookAheadSettings, day: date) -> str:
    """A digest of all that the tab is made from, the same in every process; where rules of the team's own decide who
    may have whom, that is everything in the rows."""
    own = bool(settings.assign.needs or settings.assign.prefers)
    config = settings.stamp, settings.site.model_dump_json(), settings.assign.model_dump_json()
    told = hashlib.blake2b(repr((*config, day, Sources(snapshot).lacking(*NEEDED))).encode(), digest_size=16)
    for records, names in ((snapshot.cases, CASE_FIELDS), (snapshot.team, ())):
        for record in records:
            told.update(repr(_read_of(record, () if own else names)).encode())
    told.update(repr(snapshot.console.scenarios).encode())
    return told.hexdigest()


def _read_of(record: Record, names: Sequence[str]) -> tuple[object, ...]:
    """What a record says in these fields (none named: in all), and whether it may be used."""
    shipped = names or [name for name in record.__struct_fields__ if name not in _PLACE]
    values = [getattr(record, name) for name in shipped]
    own = () if names else sorted(record.own.items())
    plain = [sorted(value) if isinstance(value, frozenset) else value for value in values]
    bad = sorted(record.bad.intersection(shipped) if names else record.bad)
    return (record.row.key, record.counted, record.usable, bad, plain, own)


def _drawn_for(settings: LookAheadSettings, day: date, scenarios: Sequence[Scenario]) -> str:
    return digest(day, settings.model_dump_json(), *(one.text for one in scenarios))


def _tab(snapshot: Snapshot, settings: LookAheadSettings, local: datetime, say: Texts) -> TabDoc:
    from automations.jobs.tabs import look_ahead as tab

    today, scenarios = local.date(), snapshot.console.scenarios
    outlook = look(snapshot, settings, today, scenarios[:MOST])
    frame = frame_of(snapshot, settings, today)
    blocks = tab.blocks(frame, outlook, len(scenarios) - MOST)
    title = say.name("tab", "Look ahead")
    return frame.tab("look_ahead", title, "team", blocks, settings.tab, local, warn=settings.warn_standstill)


def look(snapshot: Snapshot, settings: LookAheadSettings, day: date, scenarios: Sequence[Scenario]) -> Outlook:
    """As it is, and each scenario that is understood. `day` is the site's local date."""
    from automations.jobs.forecasting.outlook import Grounds, foresee, grounds
    from automations.jobs.forecasting.past import TooLittle
    from automations.jobs.tabs.look_ahead import Outlook

    people = {person.code for person in snapshot.team if person.usable and person.code and person.active}
    if not people:
        return Outlook(None, None, None, (), nobody=True)
    # The capacity of a team of one is that colleague's.
    if len(people) < FEWEST_TOGETHER and not settings.site.staff_figures.allowed(day):
        return Outlook(None, None, None, (), personal=True)
    found = grounds(snapshot, settings, day)
    if not isinstance(found, Grounds):
        return Outlook(found if isinstance(found, TooLittle) else None, None, None, ())
    answers = tuple((one, None if one.fault else foresee(found, snapshot, one.changes, settings)) for one in scenarios)
    here = [one for one in snapshot.team if one.usable and one.capacity is None and one.belongs(day)]
    unread = sum("capacity" in one.bad for one in here)
    return Outlook(None, found, foresee(found, snapshot, (), settings), answers, settings.waiting_days,
                   assumed=len(here) - unread, unread=unread)  # fmt: skip


def frame_of(snapshot: Snapshot, settings: LookAheadSettings, day: date) -> Frame:
    """What the tab is made in."""
    return Frame(texts(settings.site.language), settings.site, snapshot.words, day, Sources(snapshot))


def _hints(snapshot: Snapshot, scenarios: Sequence[Scenario], job: str, say: Texts) -> Iterator[EditGroup]:
    """What stands beside each scenario; rows that are switched off have nothing beside them."""
    layout = snapshot.layouts[SCENARIOS]
    told = {one.row: one.fault or one.hint for one in scenarios}
    for record in snapshot.table(SCENARIOS):
        row = snapshot.rows.get(record.row)
        # Not while somebody is typing there: the sentence would be about half a scenario.
        if row is None or "hint" not in row.cells or "hint" not in layout.writable or record.row in snapshot.unsettled:
            continue
        old, new = row.value("hint"), told.get(record.row) or None
        if old != new:
            why = say.say("What kim makes of the scenario.")
            edit = CellEdit("hint", old, new)
            guards = row.guards("scenario", "active")
            yield EditGroup(f"scenario/{digest(record.row.key)}", record.row, (edit,), job, why, guards=guards)


def _problem(scenario: Scenario, snapshot: Snapshot, say: Texts) -> Problem:
    layout = snapshot.layouts[SCENARIOS]
    until = say.say("Until then it has no answer in the tab of the look ahead.")
    return Problem(  # without advice, so that rows with different faults are told apart in the list
        "scenario_unclear", f"{scenario.fault} {until}", "", "warning",
        workbook=layout.workbook, table=SCENARIOS, tab=layout.tab, row=scenario.line,
        column=layout.headings.get("scenario", ""), field="scenario", key=scenario.row.key, shown=scenario.text[:60],
        who="lead",
    )  # fmt: skip
