"""`kim forecast`: what the next weeks bring, as it is and in each scenario."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping

from automations.cli.advice import StoppedError
from automations.cli.exit_status import ATTENTION, DONE, UsageError
from automations.cli.opening import opened
from automations.cli.output import Output
from automations.engine.forecast import forecast as look
from automations.engine.outcomes import Blind, Refused
from automations.jobs.forecasting.outlook import Band, Foreseen
from automations.jobs.forecasting.past import AHEAD
from automations.jobs.tabs.common import Frame
from automations.jobs.tabs.look_ahead import Outlook, as_it_is, band_text, missing, past_error, understood, week_text
from automations.model.console import Scenario


def forecast(arguments: Namespace) -> int:
    """`kim forecast`: the scenarios of the workbook, and those typed behind the command."""
    output = Output(arguments.json)
    with opened(arguments) as (world, clock, say):
        now = clock()
        with output.progress(say.say("Looking ahead …")):
            found = look(world, now, arguments.scenarios)
        if isinstance(found, Refused | Blind):
            raise StoppedError(found)
        frame, outlook, scenarios = found
        # Those typed behind the command stand last; a fault in the workbook is told beside it, and stops nothing.
        typed = scenarios[len(scenarios) - len(arguments.scenarios) :] if arguments.scenarios else ()
        for one in typed:
            if one.fault:
                raise UsageError(one.fault)
        lines = [] if outlook.now else [block.text for block in missing(frame, outlook)]
        ended = ATTENTION if lines or any(one.fault for one in scenarios) else DONE
        output.document({"at": now, "weeks": AHEAD, "missing": lines, **_document(frame, outlook)}, ended)
        for line in lines:
            output.line(line)
        _print(output, frame, outlook)
        for one in scenarios:
            if one.fault or one.hint:
                output.line(f"{one.text}: {one.fault or one.hint}")
        return ended


def _document(frame: Frame, outlook: Outlook) -> dict[str, object]:
    if outlook.grounds is None or outlook.now is None:
        return {"past_error": None, "scenarios": []}
    error = outlook.grounds.error
    return {
        "past_error": {
            "forecasts": error.looks, "weeks": error.weeks, "held": error.held, "open_cases_off": error.error,
            "waiting_days_off": outlook.grounds.waits_off,
        },
        "scenarios": [
            _scenario(as_it_is(frame), "", "", outlook.now),
            *(_of(frame, scenario, found) for scenario, found in outlook.scenarios),
        ],
    }  # fmt: skip


def _of(frame: Frame, scenario: Scenario, found: Foreseen | None) -> dict[str, object]:
    return _scenario(scenario.text, understood(frame, scenario.changes), scenario.fault or scenario.hint, found)


def _scenario(name: str, meaning: str, hint: str, found: Foreseen | None) -> dict[str, object]:
    told: dict[str, object] = {"scenario": name, "understood": meaning, "hint": hint}
    if found is None:
        return told | {"answered": False}
    early, middle, late = found.full
    return told | {
        "answered": True,
        "capacity_reached": {"early": _day(found, early), "middle": _day(found, middle), "late": _day(found, late)},
        "waiting_days_90": _band(found.ninety),
        "left_over": _band(found.left),
        "left_over_by_language": _bands(found.left_by),
        "points_needed": _band(found.points),
        "points_needed_by_language": _bands(found.points_by),
        "without_shared_language": _bands(found.without),
        "weeks": [
            {"until": week.day, "open": _band(week.open), "points": _band(week.points), "capacity": week.capacity,
             "waiting": _band(week.waiting)}
            for week in found.weeks
        ],
    }  # fmt: skip


def _day(found: Foreseen, week: int | None) -> object:
    """The end of the week, as it stands in `weeks`; None where it is not reached."""
    return None if week is None else found.weeks[week - 1].day


def _band(three: Band | None) -> object:
    return None if three is None else dict(zip(("p10", "p50", "p90"), (round(one, 1) for one in three), strict=True))


def _bands(found: Mapping[str, Band]) -> dict[str, object]:
    return {code: _band(three) for code, three in found.items()}


def _print(output: Output, frame: Frame, outlook: Outlook) -> None:
    if outlook.grounds is None or outlook.now is None:
        return
    say, kind = frame.say, frame.days(outlook.day_kind)
    answered = [(as_it_is(frame), outlook.now), *((one.text, found) for one, found in outlook.scenarios if found)]
    day = outlook.grounds.past.day
    rows = [
        (name, week_text(frame, day, found.full[1]), band_text(found.ninety), band_text(found.left),
         ", ".join(f"{frame.word('cases', 'languages', code)} {band_text(three)}"
                   for code, three in list(found.left_by.items())[:3]),
         band_text(found.points))
        for name, found in answered
    ]  # fmt: skip
    headings = [
        say.say("Scenario"), say.say("Capacity reached"), f"{say.say('90 % waiting time')} ({kind})",
        say.say("Left over (people)"), say.say("Language"), say.say("Points needed"),
    ]  # fmt: skip
    output.table(headings, rows, say.say("The next {n} weeks", n=AHEAD))
    output.line(past_error(frame, outlook.grounds, outlook.now, outlook.day_kind))
