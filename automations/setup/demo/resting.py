"""Cases of the demo that slip quietly out: nobody was seen for two months, and nothing is in the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from automations.setup.demo.days import Days
from automations.setup.demo.rows import AppointmentRow, CaseRow, Tables, Typed

_RESTING = timedelta(days=63)
# How many cases rest, and how many of the last half-year were never met, though they had a few appointments.
_SOME, _UNMET, _FEW = 4, 2, 3

_OVER, _MISSED = "wahrgenommen", "nicht erschienen"
_USUAL = ("normal", None)


def let_some_rest(tables: Tables, days: Days, today: date) -> None:
    """Age the last appointments of a few open cases, and let a few have missed all of theirs. No row comes or goes."""
    taken = {(row.manager, row.date, row.time) for row in tables.appointments}
    aged = 0
    for rows in _open_and_without_more(tables, today):
        if aged < _SOME and _age(rows, taken, days, today):
            aged += 1
    for rows in sorted(_of_last_half_year(tables, today), key=_met)[:_UNMET]:
        for row in rows:
            row.status = _MISSED if row.status == _OVER else row.status


def _open_and_without_more(tables: Tables, today: date) -> Iterator[Sequence[AppointmentRow]]:
    """The appointments of open cases of some age that have none to come, oldest first."""
    for case, rows in _with_rows(tables).values():
        old = isinstance(case.received, date) and case.received < today - 2 * _RESTING
        if old and rows and rows[-1].date < today and case.urgency in _USUAL:  # type: ignore[operator]
            yield rows


def _of_last_half_year(tables: Tables, today: date) -> Iterator[Sequence[AppointmentRow]]:
    """The appointments of open cases that came in the last whole half-year and were met a few times at most."""
    half = (today.month - 1) // 6
    first = date(today.year - (half == 0), 7 if half == 0 else 1, 1)
    end = date(today.year, 1 if half == 0 else 7, 1)
    for case, rows in _with_rows(tables).values():
        inside = isinstance(case.received, date) and first <= case.received < end
        if inside and 0 < _met(rows) <= _FEW and case.urgency in _USUAL:
            yield rows


def _met(rows: Sequence[AppointmentRow]) -> int:
    return sum(row.status == _OVER for row in rows)


def _with_rows(tables: Tables) -> Mapping[str, tuple[CaseRow, list[AppointmentRow]]]:
    """Open cases and their appointments by number, where nothing is typed in an odd way."""
    found: dict[str, tuple[CaseRow, list[AppointmentRow]]] = {
        str(case.number): (case, [])
        for case in tables.cases
        if isinstance(case.number, str) and not case.closed_on and case.manager
    }
    odd = set()
    for row in tables.appointments:
        if str(row.case) in found:
            found[str(row.case)][1].append(row)
            if type(row.date) is not date or row.interpreter or not row.number:
                odd.add(str(row.case))
    for _, rows in found.values():
        rows.sort(key=lambda row: str(row.date))
    return {number: one for number, one in found.items() if number not in odd}


def _age(rows: Sequence[AppointmentRow], taken: set[tuple[Typed, Typed, Typed]], days: Days, today: date) -> bool:
    """Put the last appointment of a case back by whole weeks, to an hour that its colleague had free."""
    last, before = rows[-1], rows[-2].date if len(rows) > 1 else None
    day = last.date
    while isinstance(day, date) and day > today - _RESTING:
        day -= timedelta(weeks=1)
    free = days.on_or_after(day) == day and (last.manager, day, last.time) not in taken  # type: ignore[arg-type]
    if day == last.date or not free or (isinstance(before, date) and before >= day):  # type: ignore[operator]
        return False
    last.date = day
    taken.add((last.manager, day, last.time))
    return True
