"""Who was erased stays erased: keyed digests of person and case, with the day until which they are kept.

The key lies beside the ledger, not in it: the digests alone tell nobody who was erased. Rows of such a person
are left out of everything that is planned or kept, until a new case has a consent of a later day."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from msgspec import structs

from automations.config.site import Site
from automations.engine.site_secrets import secret_of
from automations.ledger.book import Ledger
from automations.model.fact_kinds.questions import Barred
from automations.model.fields import CLIENTS
from automations.model.problems import Problem
from automations.model.records import STANDS, Appointment, Case, Record
from automations.model.snapshot import Snapshot
from automations.model.values import RowKey
from automations.tables.rows import rows_without

BAR_DAYS = 3 * 365  # days that a digest is kept: a row that still stands in a workbook by then was typed anew


def bar(site: Site, ledger: Ledger, case: str, record: Case | None, now: datetime) -> date:
    """Remember that a case, and the person of its row, is not to be learnt anew; until which day. `now` is aware."""
    today = site.facts.today(now)
    until = today + timedelta(days=BAR_DAYS)
    # Both: the number may be typed again with the same row, or the person come back under a new one.
    names = [_of_case(case), *([named] if record and (named := _of_person(record)) else [])]
    ledger.remember([Barred(today, until).under(_digest(site, name)) for name in names], now)
    return until


def without_barred(site: Site, ledger: Ledger, snapshot: Snapshot, now: datetime) -> Snapshot:
    """The tables without the rows of people who were erased, and a problem for each such row. `now` is aware."""
    known = ledger.facts_of(Barred)
    if not known:
        return snapshot
    today = site.facts.today(now)
    # A day that cannot be read any more opens no door: the person stays barred.
    bars = {key: bar.on or today for key, bar in known.items() if bar.until is None or bar.until >= today}
    found = tuple(_barred(site, snapshot, bars))
    if not found:
        return snapshot
    gone = frozenset(record.row for record, _ in found)
    own = {name: tuple(one for one in some if one.row not in gone) for name, some in snapshot.own_tables.items()}
    return structs.replace(
        snapshot,
        cases=tuple(one for one in snapshot.cases if one.row not in gone),
        appointments=tuple(one for one in snapshot.appointments if one.row not in gone),
        own_tables=own,
        rows=rows_without(snapshot.rows, gone),
        problems=(*_others(snapshot, gone), *(_problem(site, snapshot, record, on, today) for record, on in found)),
    )


def _barred(site: Site, snapshot: Snapshot, bars: Mapping[str, date]) -> Iterator[tuple[Record, date]]:
    """Rows that are left out, and since when."""
    closed: dict[str, date] = {}
    for case in snapshot.cases:
        of_person = bars.get(_digest(site, _of_person(case)))
        # The erased case itself stays barred, whatever consent is typed into its old row.
        on = bars.get(_digest(site, _of_case(case.number or ""))) or _still(snapshot, case, of_person)
        if on:
            # What names the case goes with it: its appointments, and rows of the team's own tables.
            yield case, on
            closed |= {case.number: on} if case.number else {}
    # A digest is worked out once a number, not once a row: a case may have hundreds of appointments.
    named: dict[str, date | None] = {}
    for record in (*snapshot.appointments, *(one for some in snapshot.own_tables.values() for one in some)):
        for number in _about(record, snapshot):
            if number not in named:
                named[number] = closed.get(number) or bars.get(_digest(site, _of_case(number)))
            if on := named[number]:
                yield record, on
                break


def _about(record: Record, snapshot: Snapshot) -> Iterator[str]:
    """The cases that a row names, whatever the column is called; in a table of people its own key, too."""
    spec = snapshot.schema[record.row.table]
    names = [name for name, field in spec.fields.items() if field.target == CLIENTS]
    yield from (str(found) for name in (*names, *([spec.key] if spec.people else ())) if (found := record.get(name)))


def _still(snapshot: Snapshot, case: Case, on: date | None) -> date | None:
    """A new case of the person opens the door again with a consent of a later day."""
    given = [case.consent_on]
    # Where consents have a tab of their own it alone counts, here as for every message.
    if "consents" in snapshot.layouts:
        given = [row.given_on for row in snapshot.consents_by_case.get(case.number or "", ())]
    return on if on and not any(day > on for day in given if day) else None


def _others(snapshot: Snapshot, gone: frozenset[RowKey]) -> Iterator[Problem]:
    keys = {(row.table, row.key) for row in gone}
    return (problem for problem in snapshot.problems if (problem.table, problem.key) not in keys)


def _problem(site: Site, snapshot: Snapshot, record: Record, on: date, today: date) -> Problem:
    say = site.facts.texts
    # Whoever was told of it before comes all the same, and no message of kim's tells them not to.
    day = record.date if isinstance(record, Appointment) and record.status in STANDS else None
    advice = (
        say.say("The appointment of {day:%d.%m.%Y} is still to come, and kim writes to nobody about it. Please see to "
                "it yourself, then delete the row.", day=day)
        if day is not None and day >= today
        else say.say("Please delete the row. A new case with a consent of a later day counts again.")
    )  # fmt: skip
    return Problem(
        "erased",
        say.say("The person of this row was erased on {day:%d.%m.%Y}: nothing is done with the row.", day=on),
        advice,
        **snapshot.where(record), who="lead",
    )  # fmt: skip


def _of_case(number: str) -> str:
    return f"case/{number.strip().casefold()}"


def _of_person(case: Case) -> str:
    """Name and day of birth; "" where one of them is missing: a name alone is many people's."""
    names = [" ".join(str(name or "").split()).casefold() for name in (case.last_name, case.first_name)]
    return f"person/{'/'.join(names)}/{case.birth_date.isoformat()}" if all(names) and case.birth_date else ""


def _digest(site: Site, name: str) -> str:
    if not name:
        return ""
    # With a key that lies outside of the ledger: from the list alone nobody can try out names.
    return hmac.new(secret_of(site.state / "erasure.key"), name.encode(), hashlib.sha256).hexdigest()[:40]
