"""Tab `Einbürgerungszahlen`: applications and decisions, and this year against the last ones."""

from __future__ import annotations

from collections.abc import Sequence

from automations.jobs.figures.cumulated import looks_cumulated
from automations.jobs.figures.naturalisation import Numbers, Series, ToDate, to_date
from automations.jobs.figures.periods import MONTHS
from automations.jobs.tabs.common import DASH, NARROW, WIDE, Frame, cell, count, head, notes
from automations.jobs.tabs.left_out import naturalisation_left_out
from automations.model.tabdoc import Block, Chart, Column, Grid, Heading, TabCell, Text

_YEARS = 5


def blocks(frame: Frame, found: Numbers) -> tuple[Block, ...]:
    """The comparison first, then running totals with a chart, then single months."""
    say = frame.say
    title = head(frame, say.say("Naturalisation in figures"), frame.meaning("to_date"))
    left = notes(frame, naturalisation_left_out(frame, found))
    if gap := frame.gap("applications"):
        return (*title, *gap)
    if not found.years:
        return (*title, Text(say.say("There are no figures on naturalisation yet.")), *left)
    # Before any figure: sums added up would be several times too high, and stand in the city council the next day.
    if _are_sums(frame, found):
        return (*title, _asked(frame), *left)
    years = list(found.years)[-_YEARS:]
    return (
        *title,
        *_sentence(frame, found),
        _comparison(frame, found),
        *left,
        Heading(say.say("Running total of applications")),
        *_running(frame, found.applications, years),
        Heading(say.say("By month")),
        _months(frame, found, years),
        *_kinds(frame, found),
    )


def summary(frame: Frame, found: Numbers) -> tuple[Block, ...]:
    """The comparison alone, for the overviews; nothing where there are no figures."""
    title = Heading(frame.say.say("Naturalisation in figures"))
    if gap := frame.gap("applications"):
        return (title, *gap)
    if _are_sums(frame, found):
        return (title, _asked(frame))
    return (title, *_sentence(frame, found), _comparison(frame, found, why=17)) if found.years else ()


def _are_sums(frame: Frame, found: Numbers) -> bool:
    return not frame.site.counts_stand_alone and looks_cumulated(found.applications)


def _asked(frame: Frame) -> Text:
    """Instead of figures that could be many times too high."""
    text = frame.say.say(
        "No figures are shown: the monthly counts of applications rise within each year and start anew in January, as"
        " sums since January do. Please type how many were made in each month alone."
    )
    return Text(text, "warn")


def _sentence(frame: Frame, found: Numbers) -> tuple[Text, ...]:
    rows = to_date(found)
    if not rows or rows[0].applications is None:
        return ()
    say, now, applications = frame.say, rows[0], rows[0].applications
    if now.change is None:
        text = say.count(
            "{count} application up to {day}.", "{count} applications up to {day}.", applications,
            count=_number(frame, now.applications), day=say.date(now.until),
        )  # fmt: skip
        missing = _missing_months(frame, rows[:2])
        return (Text(text, "strong"), *([Text(missing, "warn")] if missing else []), *_behind(frame, found))
    before = rows[1]
    text = say.count(
        "{count} application up to {day}, against {before} in the same period of {year}: {percent}.",
        "{count} applications up to {day}, against {before} in the same period of {year}: {percent}.",
        applications, count=_number(frame, now.applications), day=say.date(now.until),
        before=_number(frame, before.applications), year=before.year, percent=_percent(frame, now.change),
    )  # fmt: skip
    return (Text(text, "strong"), *_behind(frame, found))


def _behind(frame: Frame, found: Numbers) -> tuple[Text, ...]:
    """That nobody goes on with the table: what came later is no nought."""
    if found.behind is None:
        return ()
    text = frame.say.say(
        "No application after {day} is entered. What came later is missing here.", day=frame.say.date(found.behind)
    )
    return (Text(text, "warn"),)


def _missing_months(frame: Frame, rows: Sequence[ToDate]) -> str:
    """Why the two years cannot be compared: months that nobody knows."""
    gaps = [month for row in reversed(rows) for month in row.gaps]
    if not gaps:
        return ""
    return frame.say.say(
        "No change on the year before is shown: the applications of {months} are missing or not complete.",
        months=_listed(frame, gaps),
    )


def _listed(frame: Frame, months: Sequence[int]) -> str:
    """Months by their names; those that follow each other as "Jan 2022 – Mar 2022"."""
    runs: list[list[int]] = []
    for month in months:
        if runs and month == runs[-1][1] + 1:
            runs[-1][1] = month
        else:
            runs.append([month, month])
    return ", ".join(
        frame.month(first) if first == last else f"{frame.month(first)} – {frame.month(last)}" for first, last in runs
    )


def _number(frame: Frame, value: int | None) -> str:
    if value is None:
        return DASH
    return f"{value:,}".replace(",", ".") if frame.say.language == "de" else f"{value:,}"


def _percent(frame: Frame, value: float) -> str:
    text = f"{value * 100:+.1f}".replace("-", "−")
    return text.replace(".", ",") + " %" if frame.say.language == "de" else text + "%"


def _comparison(frame: Frame, found: Numbers, *, why: int = 30) -> Grid:
    """`why` is the width of the column that says which months are missing."""
    say = frame.say
    decided = frame.sources.has("decisions")
    rows = tuple(
        (TabCell(str(row.year)), cell(row.until, "date"), count(row.applications),
         cell(round(row.change, 6) if row.change is not None else None, "signed_percent"),
         *((count(row.decisions),) if decided else ()), TabCell(_without(frame, row, decided=decided), "warn"))
        for row in to_date(found)[:_YEARS]
    )  # fmt: skip
    columns = (
        Column(say.say("Year"), WIDE), Column(say.say("January up to"), 13, "date"),
        frame.column("applications", width=13),
        Column(say.say("Change on the year before"), 15, "signed_percent", wrap=True),
        *((frame.column("decisions", width=17),) if decided else ()), Column(say.say("Not complete"), why, wrap=True),
    )  # fmt: skip
    return Grid("to_date", columns, rows, empty=say.say("No month is complete yet."))


def _without(frame: Frame, row: ToDate, *, decided: bool) -> str:
    say, parts = frame.say, []
    if row.gaps:
        parts.append(say.say("without {months}", months=_listed(frame, row.gaps)))
    if decided and row.decision_gaps and row.decision_gaps != row.gaps:
        parts.append(say.say("decisions without {months}", months=_listed(frame, row.decision_gaps)))
    return "; ".join(parts)


def _running(frame: Frame, series: Series, years: list[int]) -> tuple[Block, ...]:
    """A year's line ends before its first month that is not complete; a year that knows no January has none."""
    totals = {year: _totals(series, year) for year in years}
    shown = [year for year in years if totals[year]]
    if not shown:
        return (Text(frame.say.say("No month is complete yet."), "muted"),)
    rows = tuple(
        (
            # Without its year: the columns are the years.
            TabCell(frame.month(years[0] * MONTHS + month).split()[0]),
            *(count(totals[year][month]) if month < len(totals[year]) else TabCell(None) for year in shown),
        )
        for month in range(MONTHS)
    )
    columns = (Column(frame.say.say("Month"), WIDE), *(Column(str(year), 13, "number") for year in shown))
    chart = Chart(
        "running_chart", "line", frame.say.say("Applications since January"), "running", 0,
        tuple(range(1, len(shown) + 1)), beside="running", width_cm=18,
    )  # fmt: skip
    return Grid("running", columns, rows), chart


def _totals(series: Series, year: int) -> list[int]:
    sums: list[int] = []
    for month in range(year * MONTHS, (year + 1) * MONTHS):
        # The line ends there: going on over a gap would show a year that slowed down.
        if not series.complete(month):
            break
        sums.append((sums[-1] if sums else 0) + (series.value(month) or 0))
    return sums


def _months(frame: Frame, found: Numbers, years: list[int]) -> Grid:
    say, series = frame.say, found.applications
    decided = frame.sources.has("decisions")
    rows = []
    for number in (number for number in reversed(found.months) if number // MONTHS in years):
        now, before = series.value(number), series.value(number - MONTHS)
        fair = series.complete(number) and series.complete(number - MONTHS)
        change = (now - before) / before if fair and now is not None and before else None
        note = "" if series.complete(number) else say.say("not complete")
        rows.append((
            TabCell(frame.month(number)), count(now), count(before),
            cell(None if change is None else round(change, 6), "signed_percent"),
            *((count(found.decisions.value(number)),) if decided else ()),
            TabCell(note, "warn" if note else "plain"),
        ))  # fmt: skip
    columns = (
        Column(say.say("Month"), WIDE), frame.column("applications", width=13),
        Column(say.say("Same month a year before"), 17, "number", wrap=True),
        Column(say.say("Change"), 15, "signed_percent"), *((frame.column("decisions", width=17),) if decided else ()),
        Column("", 16),
    )  # fmt: skip
    return Grid("months", columns, tuple(rows), filter=True)


def _kinds(frame: Frame, found: Numbers) -> tuple[Block, ...]:
    if not found.decided_as:
        return ()
    say = frame.say
    rows = tuple(
        (TabCell(word or say.say("(not recorded)")), count(number)) for word, number in found.decided_as.most_common()
    )
    columns = (Column(say.say("Decision"), WIDE), Column(say.say("How many"), NARROW, "number", bar=True))
    return Heading(say.say("Decisions by kind")), Grid("decided_as", columns, rows)
