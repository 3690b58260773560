"""Tab `Vorschau`: what the next weeks bring as it is and in each scenario, with bands and past error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from automations.jobs.figures.periods import monday_of
from automations.jobs.figures.waiting import DayKind
from automations.jobs.forecasting.outlook import Band, Foreseen, Grounds
from automations.jobs.forecasting.past import AHEAD, LEAST_ARRIVALS, LEAST_ENDED, LEAST_WEEKS, TooLittle
from automations.jobs.forecasting.settings import NEEDED
from automations.jobs.tabs.common import DASH, Frame, head, staff_figures_off
from automations.model.console import Change, Scenario
from automations.model.tabdoc import Block, Chart, Column, Grid, Heading, TabCell, Text

_FIRST, _BAND = 20, 14  # characters of a scenario, and of "125 (98 – 160)"


class Outlook(Struct, frozen=True):
    """What a day's look ahead found: `grounds` is None where tables, columns or history (`little`) are missing.
    A scenario that is not understood has no answer. `personal`: the team is one person, whose load it would tell;
    `nobody`: nobody of the team is active."""

    little: TooLittle | None
    grounds: Grounds | None
    now: Foreseen | None
    scenarios: Sequence[tuple[Scenario, Foreseen | None]]
    day_kind: DayKind = "working"
    personal: bool = False
    nobody: bool = False
    assumed: int = 0
    unread: int = 0


def blocks(frame: Frame, outlook: Outlook, more: int = 0) -> tuple[Block, ...]:
    """The scenarios side by side, then each with its weeks. `more` scenarios were not looked at."""
    say = frame.say
    sentence = say.say(
        "What the next {n} weeks bring if past weeks come again. In brackets: four of five possible courses lie there.",
        n=AHEAD,
    )
    title = head(frame, say.name("tab", "Look ahead"), sentence)
    if outlook.grounds is None or outlook.now is None:
        return (*title, *missing(frame, outlook))
    answered = [(as_it_is(frame), outlook.now)]
    answered += [(one.text, found) for one, found in outlook.scenarios if found]
    return (
        *title,
        Text(past_error(frame, outlook.grounds, outlook.now, outlook.day_kind), "muted"),
        *_capacities(frame, outlook),
        _compared(frame, outlook),
        *(Text(f"{one.text}: {one.hint}", "warn") for one, _ in outlook.scenarios if one.hint),
        *_more(frame, more),
        *_by_language(frame, "left", say.say("People whom nobody has room for after these weeks, by language"),
                      answered, [found.left_by for _, found in answered]),
        *_by_language(frame, "without", say.say("People given to somebody without a shared language, by language"),
                      answered, [found.without for _, found in answered]),
        *(block for n, (name, found) in enumerate(answered) for block in _weeks(frame, n, name, found)),
    )  # fmt: skip


def _capacities(frame: Frame, outlook: Outlook) -> Iterator[Text]:
    """What of the team's room nobody typed, so that the weeks rest on a guess."""
    say = frame.say
    if outlook.unread:
        yield Text(say.count("The capacity of {n} colleague cannot be read; no room is counted there.",
                             "The capacity of {n} colleagues cannot be read; no room is counted there.",
                             outlook.unread), "warn")  # fmt: skip
    if outlook.assumed:
        yield Text(say.count("The capacity of {n} colleague is missing; what is usual is counted.",
                             "The capacity of {n} colleagues is missing; what is usual is counted.",
                             outlook.assumed), "warn")  # fmt: skip


def as_it_is(frame: Frame) -> str:
    """What the answer without any scenario is called."""
    return frame.say.say("As it is")


def missing(frame: Frame, outlook: Outlook) -> tuple[Text, ...]:
    """Why there is no figure: a line for each column that is not there, or one for what else is missing."""
    # Where columns are missing that is told first: it is what somebody can do something about.
    if outlook.personal and not frame.sources.lacking(*NEEDED):
        return (Text(staff_figures_off(frame.say), "muted"),)
    if outlook.nobody and not frame.sources.lacking(*NEEDED):
        return (Text(frame.say.say("Nobody of the team is active, so there is no look ahead."), "warn"),)
    return (*frame.gap(*NEEDED), *too_little(frame, outlook.little))


def too_little(frame: Frame, little: TooLittle | None) -> tuple[Text, ...]:
    """One line that says what is missing for a forecast; nothing where a column is (that is told already)."""
    if little is None:
        return ()
    text = frame.say.say(
        "There is no look ahead yet: it needs {weeks} weeks with {arrivals} new and {ended} ended cases; so far there"
        " are {has_weeks} weeks with {has_arrivals} new and {has_ended} ended ones.",
        weeks=LEAST_WEEKS, arrivals=LEAST_ARRIVALS, ended=LEAST_ENDED,
        has_weeks=little.weeks, has_arrivals=little.arrivals, has_ended=little.ended,
    )  # fmt: skip
    return (Text(text, "warn"),)


def past_error(frame: Frame, grounds: Grounds, now: Foreseen, kind: DayKind) -> str:
    """How far past forecasts were from what came."""
    say, error = frame.say, grounds.error
    if error.held is None or error.error is None:
        return say.say("How good this is cannot be said yet: there is too little time behind it to look back.")
    # Against the open cases of next week: "12 cases off" means little without knowing of how many.
    share = round(100 * error.error / max(1.0, now.weeks[0].open[1]))
    text = say.say(
        "Looking back: {looks} earlier forecasts, made as today's with what was known then, held in {held} % of {weeks}"
        " weeks; their middle was {error} open cases ({share} %) off on average.",
        looks=error.looks, held=round(100 * error.held), weeks=error.weeks, error=round(error.error), share=share,
    )  # fmt: skip
    if grounds.waits_off is not None:
        off = say.number(grounds.waits_off)
        text += " " + say.say("How far the waiting time of nine of ten was off ({days}): {n}.", n=off,
                              days=frame.days(kind))  # fmt: skip
    return text


def band_text(three: Band | None) -> str:
    """The middle, and where four of five lie, such as "13 (11 – 44)"."""
    if three is None:
        return DASH
    low, middle, high = (round(number) for number in three)
    return f"{middle} ({low} – {high})"


def week_text(frame: Frame, day: date, week: int | None) -> str:
    """A coming week by its Monday."""
    if week is None:
        return frame.say.say("not in {n} weeks", n=AHEAD)
    return frame.say.date(monday_of(day + timedelta(days=7 * week)))


def understood(frame: Frame, changes: Sequence[Change]) -> str:
    """How kim reads a scenario, in its own words."""
    return "; ".join(_said(frame, change) for change in changes)


def _said(frame: Frame, change: Change) -> str:
    say = frame.say
    spoken = ", ".join(say.spoken(code) for code in change.languages)
    of = f" ({spoken})" if spoken else f" ({change.person})" if change.person else ""
    percent = round(100 * abs(change.factor - 1))
    more = change.factor >= 1
    texts = {
        "leaves": lambda: say.say("{name} leaves", name=change.person),
        "away": lambda: say.say("{name} is away", name=change.person),
        "stays": lambda: say.say("cases take {n} % longer", n=percent) if more
        else say.say("cases take {n} % less long", n=percent),
        "arrivals": lambda: _arrivals(frame, change, percent, more=more) + of,
        "capacity": lambda: _capacity(frame, change, percent, more=more) + of,
    }  # fmt: skip
    return texts[change.kind]() + _period(frame, change)


def _arrivals(frame: Frame, change: Change, percent: int, *, more: bool) -> str:
    say = frame.say
    if change.a_month:
        number = say.number(abs(change.a_month))
        return (say.say("{n} more new cases a month", n=number) if change.a_month > 0
                else say.say("{n} fewer new cases a month", n=number))  # fmt: skip
    return say.say("{n} % more new cases", n=percent) if more else say.say("{n} % fewer new cases", n=percent)


def _capacity(frame: Frame, change: Change, percent: int, *, more: bool) -> str:
    say = frame.say
    if change.points:
        number = say.number(abs(change.points))
        return say.say("{n} points more", n=number) if change.points > 0 else say.say("{n} points fewer", n=number)
    return say.say("{n} % more capacity", n=percent) if more else say.say("{n} % less capacity", n=percent)


def _period(frame: Frame, change: Change) -> str:
    say = frame.say
    if change.kind == "leaves":
        return " " + say.say("after {day}", day=say.date(change.starts)) if change.starts else ""
    first = " " + say.say("from {day}", day=say.date(change.starts)) if change.starts else ""
    return first + (" " + say.say("until {day}", day=say.date(change.ends)) if change.ends else "")


def _compared(frame: Frame, outlook: Outlook) -> Grid:
    say, kind = frame.say, frame.days(outlook.day_kind)
    columns = (
        Column(say.say("Scenario"), _FIRST, wrap=True),
        Column(say.say("Capacity reached (week of)"), _BAND, wrap=True,
               note=say.say("The first week in which the open cases weigh as much as the team can carry.")),
        Column(say.say("at the earliest"), _BAND, wrap=True), Column(say.say("at the latest"), _BAND, wrap=True),
        Column(f"{say.say('90 % waiting time')} ({kind})", _BAND, wrap=True,
               note=say.say("Nine of ten who come in these weeks wait no longer for their first contact.")),
        Column(say.say("Left over (people)"), _BAND, wrap=True,
               note=say.say("Whom nobody has room for at the end of these weeks.")),
        Column(say.say("Points needed"), _BAND, wrap=True,
               note=say.say("Load points of those who are left over.")),
    )  # fmt: skip
    rows = [_row(frame, as_it_is(frame), "", outlook.now)]
    for scenario, found in outlook.scenarios:
        rows.append(_row(frame, scenario.text, scenario.fault or understood(frame, scenario.changes), found))
    return Grid("scenarios", columns, tuple(rows))


def _row(frame: Frame, name: str, meaning: str, found: Foreseen | None) -> tuple[TabCell, ...]:
    if found is None:
        not_understood = TabCell(frame.say.say("not understood"), "warn", note=meaning)
        return (TabCell(name), not_understood, *[TabCell(DASH, "muted")] * 5)
    day = found.weeks[0].day - timedelta(days=7)
    early, middle, late = (week_text(frame, day, week) for week in found.full)
    return (
        TabCell(name, note=meaning),
        TabCell(middle, "warn" if found.full[1] else "plain"), TabCell(early), TabCell(late),
        TabCell(band_text(found.ninety)), TabCell(band_text(found.left)), TabCell(band_text(found.points)),
    )  # fmt: skip


def _more(frame: Frame, more: int) -> tuple[Text, ...]:
    if more <= 0:
        return ()
    text = frame.say.count("{n} more scenario is not looked at; please switch others off.",
                           "{n} more scenarios are not looked at; please switch others off.", more)  # fmt: skip
    return (Text(text, "warn"),)


def _by_language(
    frame: Frame, name: str, title: str, answered: Sequence[tuple[str, Foreseen]], found: Sequence[Mapping[str, Band]]
) -> Iterator[Block]:
    yield Heading(title)
    codes = dict.fromkeys(code for by in found for code in by)
    rows = tuple(
        (
            TabCell(frame.word("cases", "languages", code)),
            # A course in which a language is not named left nobody of it over: that is known, and no dash.
            *(TabCell(band_text(by.get(code, (0, 0, 0)))) for by in found),
        )
        for code in codes
    )
    columns = (Column(frame.say.say("Language"), _FIRST), *(Column(text, _BAND, wrap=True) for text, _ in answered))
    yield Grid(name, columns, rows, empty=frame.say.say("Nobody, in nine of ten courses."))


def _weeks(frame: Frame, number: int, name: str, found: Foreseen) -> Iterator[Block]:
    """A scenario week by week, with a chart of its load against the capacity."""
    say = frame.say
    yield Heading(say.say("Week by week: {name}", name=name))
    low, high = say.say("low"), say.say("high")
    columns = (
        Column(say.say("Week of"), _FIRST, "date"),
        *(Column(f"{title}{part}", _BAND, "number", wrap=True)
          for title in (say.say("Open cases"), say.say("Load (points)")) for part in (f", {low}", "", f", {high}")),
        Column(say.say("Capacity (points)"), _BAND, "number", wrap=True),
        Column(say.say("Waiting (people)"), _BAND, "number", wrap=True),
    )  # fmt: skip
    rows = tuple(
        (TabCell(monday_of(week.day), "date"), *(TabCell(round(n)) for n in (*week.open, *week.points)),
         TabCell(round(week.capacity)), TabCell(round(week.waiting[1])))
        for week in found.weeks
    )  # fmt: skip
    grid = f"weeks_{number}"
    yield Grid(grid, columns, rows)
    yield Chart(f"{grid}_chart", "line", say.say("Load against capacity"), grid, 0, (4, 5, 6, 7), beside=grid,
                width_cm=9.5, height_cm=13, y_title=say.say("Points"))  # fmt: skip
