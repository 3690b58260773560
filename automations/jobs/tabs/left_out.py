"""Sentences for rows that the figures leave out: why, how many, and which rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from automations.jobs.figures.collected import Figures
from automations.jobs.figures.naturalisation import Numbers
from automations.jobs.figures.sources import LeftOut, Reason
from automations.jobs.tabs.common import Frame
from automations.model.fact_kinds.sightings import Phase
from automations.model.history import History
from automations.model.snapshot import Snapshot

_NAMED = 10  # so many rows are named by their numbers; the check list has all of them

_CASES: Mapping[Reason, tuple[str, str]] = {
    "nameless": ("{n} case has neither name nor number and is not counted",
                 "{n} cases have neither name nor number and are not counted"),
    "upcoming": ("{n} case came in after today and is not counted",
                 "{n} cases came in after today and are not counted"),
    "no_arrival": ("{n} case has no date of arrival and is in no month's new cases and no waiting time",
                   "{n} cases have no date of arrival and are in no month's new cases and no waiting time"),
    "bad_arrival": (
        "{n} case has a date of arrival that cannot be read and is in no month's new cases and no waiting time",
        "{n} cases have a date of arrival that cannot be read and are in no month's new cases and no waiting time"),
    "closed_undated": (
        "{n} closed case has no closing date that can be, and is in no month's closed or open cases",
        "{n} closed cases have no closing date that can be, and are in no month's closed or open cases"),
    "contradictory": ("{n} first contact lies before the arrival or after today and is in no waiting time",
                      "{n} first contacts lie before the arrival or after today and are in no waiting time"),
    "unrecorded": ("{n} open case is beyond the first contact, but its date is not recorded or cannot be read",
                   "{n} open cases are beyond the first contact, but its date is not recorded or cannot be read"),
}  # fmt: skip
_APPOINTMENTS: Mapping[Reason, tuple[str, str]] = {
    "no_day": ("{n} appointment has no date and is not counted", "{n} appointments have no date and are not counted"),
    "bad_day": ("{n} appointment has a date that cannot be read and is not counted",
                "{n} appointments have a date that cannot be read and are not counted"),
}  # fmt: skip
_NATURALISATION: Mapping[Reason, tuple[str, str]] = {
    "no_day": ("{n} row has no date and is not counted", "{n} rows have no date and are not counted"),
    "bad_day": ("{n} row has a date that cannot be read, and what belongs to it is not counted",
                "{n} rows have a date that cannot be read, and what belongs to it is not counted"),
    "bad_count": ("{n} row has a number that cannot be read", "{n} rows have a number that cannot be read"),
    "replaced": ("{n} row gives a number for a month for which a row below gives one too: that one counts",
                 "{n} rows give a number for a month for which a row below gives one too: that one counts"),
    "future": ("{n} row lies after today and is not counted", "{n} rows lie after today and are not counted"),
    "backwards": ("{n} decision lies before its application; both are counted as they are typed",
                  "{n} decisions lie before their applications; both are counted as they are typed"),
    "undated": ("{n} decision has no day and is in no month's decisions",
                "{n} decisions have no day and are in no month's decisions"),
}  # fmt: skip


def left_out(frame: Frame, figures: Figures) -> list[str]:
    """What the figures of cases and appointments leave out."""
    cases = figures.cases.left_out
    if not frame.sources.has("new"):
        cases = tuple(item for item in cases if item.reason != "no_arrival")
    return [
        *_sentences(frame, cases, _CASES, "cases"),
        *(_sentences(frame, figures.waits.left_out, _CASES, "cases") if frame.sources.has("waiting") else ()),
        *(_sentences(frame, figures.meetings.left_out, _APPOINTMENTS, "appointments")
          if frame.sources.has("coming") else ()),
    ]  # fmt: skip


def gone(frame: Frame, snapshot: Snapshot, history: History) -> list[str]:
    """Cases that stood in the table and do not any more: months that were counted with them say another number now.
    For the team alone; a number that was written anew stands there too, as nobody knows whose it was."""
    if not frame.private or not frame.sources.has("open"):
        return []
    number = len(history.facts_of(Phase).keys() - snapshot.case_by_number.keys())
    # Not which: somebody may have taken a person out to be forgotten.
    return [
        frame.say.count(
            "{n} case number that stood in the table is no longer there: a case that was taken out is in no figure any"
            " more, nor in those of past months.",
            "{n} case numbers that stood in the table are no longer there: cases that were taken out are in no figure"
            " any more, nor in those of past months.",
            number,
        )
    ] * bool(number)


def naturalisation_left_out(frame: Frame, found: Numbers) -> list[str]:
    """What the figures on naturalisation leave out."""
    return list(_sentences(frame, found.left_out, _NATURALISATION, "naturalisation"))


def _sentences(
    frame: Frame, found: Iterable[LeftOut], words: Mapping[Reason, tuple[str, str]], table: str
) -> Iterator[str]:
    for item in found:
        text = _counted(frame, words[item.reason], item.count, table)
        # Numbers of rows are of use where the table itself is at hand.
        lines = item.lines if frame.private or table == "naturalisation" else ()
        yield text + (f" ({_rows(frame, lines)})." if lines else ".")


def _counted(frame: Frame, words: tuple[str, str], number: int, table: str) -> str:
    """A sentence with its count. Beside rounded counts it is rounded too: of two days the difference would be a
    person."""
    if frame.private or table == "naturalisation":
        return frame.say.count(*words, number)
    shown = frame.people(number)
    # Never "0 cases are not counted": that would be wrong, and "1 case" would be told.
    few = {} if shown else {"n": frame.say.say("Fewer than {n}", n=frame.threshold)}
    return frame.say.count(*words, shown or frame.threshold, **few)


def _rows(frame: Frame, lines: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, lines[:_NAMED])) + (", …" if len(lines) > _NAMED else "")
    return frame.say.count("row {rows}", "rows {rows}", len(lines), rows=shown)
