"""Tab `Einbürgerungszahlen`: applications and decisions, and this year against the last ones."""

from __future__ import annotations

from itertools import accumulate

from automations.jobs.figures.naturalisation import Numbers, to_date
from automations.jobs.figures.periods import MONTHS, month_of
from automations.jobs.tabs.common import NARROW, WIDE, Frame, cell, count, head, notes
from automations.model.tabdoc import Block, Chart, Column, Grid, Heading, TabCell, Text

_YEARS = 5


def blocks(frame: Frame, found: Numbers) -> tuple[Block, ...]:
    """The comparison first, then running totals with a chart, then single months."""
    say = frame.say
    title = head(frame, say.say("Naturalisation in figures"), frame.meaning("to_date"))
    if not found.years:
        return (*title, Text(say.say("There are no figures on naturalisation yet.")))
    years = list(found.years)[-_YEARS:]
    chart = Chart(
        "running_chart", "line", say.say("Applications since January"), "running", 0,
        tuple(range(1, len(years) + 1)), beside="running", width_cm=18,
    )  # fmt: skip
    return (
        *title,
        *_sentence(frame, found),
        _comparison(frame, found),
        Heading(say.say("Running total of applications")),
        _running(frame, found, years),
        chart,
        Heading(say.say("By month")),
        _months(frame, found, years),
        *_kinds(frame, found),
        *notes(frame, _left_out(frame, found)),
    )


def summary(frame: Frame, found: Numbers) -> tuple[Block, ...]:
    """The comparison alone, for the overviews; nothing where there are no figures."""
    if not found.years:
        return ()
    return Heading(frame.say.say("Naturalisation in figures")), *_sentence(frame, found), _comparison(frame, found)


def _sentence(frame: Frame, found: Numbers) -> tuple[Text, ...]:
    rows = to_date(found)
    if not rows:
        return ()
    say, now = frame.say, rows[0]
    if now.change is None:
        text = say.say(
            "{count} applications up to {day}.", count=_number(frame, now.applications), day=say.date(now.until)
        )
        return (Text(text, "strong"),)
    before = rows[1]
    text = say.say(
        "{count} applications up to {day}, against {before} in the same period of {year}: {percent}.",
        count=_number(frame, now.applications), day=say.date(now.until),
        before=_number(frame, before.applications), year=before.year, percent=_percent(frame, now.change),
    )  # fmt: skip
    return (Text(text, "strong"),)


def _number(frame: Frame, value: int) -> str:
    return f"{value:,}".replace(",", ".") if frame.say.language == "de" else f"{value:,}"


def _percent(frame: Frame, value: float) -> str:
    text = f"{value * 100:+.1f}".replace("-", "−")
    return text.replace(".", ",") + " %" if frame.say.language == "de" else text + "%"


def _comparison(frame: Frame, found: Numbers) -> Grid:
    say = frame.say
    rows = tuple(
        (TabCell(str(row.year)), cell(row.until, "date"), count(row.applications),
         cell(round(row.change, 6) if row.change is not None else None, "signed_percent"), count(row.decisions))
        for row in to_date(found)[:_YEARS]
    )  # fmt: skip
    columns = (
        Column(say.say("Year"), WIDE), Column(say.say("January up to"), 13, "date"),
        frame.column("applications", width=13),
        Column(say.say("Change on the year before"), 15, "signed_percent", wrap=True),
        frame.column("decisions", width=17),
    )  # fmt: skip
    return Grid("to_date", columns, rows, empty=say.say("No month is complete yet."))


def _running(frame: Frame, found: Numbers, years: list[int]) -> Grid:
    last = max(found.applications, default=month_of(frame.today))
    totals = {
        year: list(accumulate(found.applications[year * MONTHS + month] for month in range(MONTHS))) for year in years
    }
    rows = tuple(
        (
            TabCell(frame.month(years[0] * MONTHS + month).split()[0]),
            *(
                count(totals[year][month]) if min(found.applications, default=0) <= year * MONTHS + month <= last
                else TabCell(None)
                for year in years
            ),
        )
        for month in range(MONTHS)
    )  # fmt: skip
    columns = (Column(frame.say.say("Month"), WIDE), *(Column(str(year), 13, "number") for year in years))
    return Grid("running", columns, rows)


def _months(frame: Frame, found: Numbers, years: list[int]) -> Grid:
    say = frame.say
    known = sorted({*found.applications, *found.decisions, *found.counted}, reverse=True)
    rows = []
    for number in (number for number in known if number // MONTHS in years):
        before = found.applications.get(number - MONTHS, 0)
        fair = before and number not in found.partial and number != month_of(frame.today)
        change = (found.applications[number] - before) / before if fair or _whole(found, number, before) else None
        note = say.say("not complete") if number in found.partial else ""
        rows.append((
            TabCell(frame.month(number)), count(found.applications[number]), cell(before or None, "number"),
            cell(None if change is None else round(change, 6), "signed_percent"), count(found.decisions[number]),
            TabCell(note, "warn" if note else "plain"),
        ))  # fmt: skip
    columns = (
        Column(say.say("Month"), WIDE), frame.column("applications", width=13),
        Column(say.say("Same month a year before"), 17, "number", wrap=True),
        Column(say.say("Change"), 15, "signed_percent"), frame.column("decisions", width=17), Column("", 16),
    )  # fmt: skip
    return Grid("months", columns, tuple(rows), filter=True)


def _whole(found: Numbers, number: int, before: int) -> bool:
    """Whether a running month's count is complete all the same: its count says so."""
    return bool(before) and number in found.counted and number not in found.partial


def _kinds(frame: Frame, found: Numbers) -> tuple[Block, ...]:
    if not found.decided_as:
        return ()
    say = frame.say
    rows = tuple(
        (TabCell(word or say.say("(not recorded)")), count(number)) for word, number in found.decided_as.most_common()
    )
    columns = (Column(say.say("Decision"), WIDE), Column(say.say("How many"), NARROW, "number", bar=True))
    return Heading(say.say("Decisions by kind")), Grid("decided_as", columns, rows)


def _left_out(frame: Frame, found: Numbers) -> list[str]:
    say, sentences = frame.say, []
    if found.undated:
        sentences.append(say.count("{n} row has no readable date and is not counted.",
                                   "{n} rows have no readable date and are not counted.", found.undated))  # fmt: skip
    if found.future:
        sentences.append(say.count("{n} row lies after today and is not counted.",
                                   "{n} rows lie after today and are not counted.", found.future))  # fmt: skip
    return sentences
