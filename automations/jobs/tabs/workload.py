"""Tab `Auslastung`: who carries how much."""

from __future__ import annotations

from automations.jobs.figures.collected import Figures
from automations.jobs.tabs import parts
from automations.jobs.tabs.common import (
    NARROW,
    WIDE,
    Frame,
    cell,
    count,
    head,
    load_points,
    load_word,
    staff_figures_off,
)
from automations.model.staff_figures import FEWEST_TOGETHER
from automations.model.tabdoc import Block, Chart, Column, Grid, Heading, TabCell, Text


def blocks(frame: Frame, figures: Figures, *, load_by: str) -> tuple[Block, ...]:
    """Loads by person (where the setting allows it) and by office, and what the phases weigh."""
    say = frame.say
    blocks: list[Block] = [*head(frame, say.say("Workload"), frame.meaning("points"))]
    if gap := frame.gap("points"):
        return (*blocks, *gap)
    missing = frame.gap("phase", "capacity")
    # Said, not left out: whoever chose it should know what is missing (the agreement with the staff council).
    if load_by == "person" and not figures.loads.personal:
        blocks += [Text(staff_figures_off(say), "muted")]
    elif load_by == "person":
        persons = figures.loads.by_person()
        chart = Chart("persons_chart", "bar", say.say("Load against capacity"), "persons", 0, (2, 3), beside="persons",
                      width_cm=15, height_cm=parts.bars_height(persons))  # fmt: skip
        blocks += [Heading(say.say("By person")), parts.load_grid(frame, persons, "persons")]
        blocks += [chart] if persons and not missing else []
    if load_by != "none":
        offices = parts.load_grid(frame, figures.loads.by_office(), "by_office", figures.loads.of_nobody())
        hidden = not offices.rows and figures.loads.total().people
        why = Text(parts.too_few_people(frame, FEWEST_TOGETHER), "muted")
        blocks += [Heading(say.say("By office")), why if hidden else offices]
    blocks += [Heading(say.say("The whole team")), _total(frame, figures), *missing]
    blocks += parts.capacity_gap(frame, figures.loads)
    return (*blocks, Heading(say.say("What a case weighs")), _weights(frame))


def _total(frame: Frame, figures: Figures) -> Grid:
    say, load = frame.say, figures.loads.total()
    rows = (
        (TabCell(say.say("Open cases")), count(load.cases)),
        (TabCell(say.say("Load points"), note=frame.meaning("points")), load_points(load.points)),
        (TabCell(say.say("Capacity"), note=frame.meaning("capacity")), cell(load.capacity, "decimal")),
        (TabCell(say.say("Load"), note=frame.meaning("load_share")), cell(load.share, "percent")),
        (TabCell(say.say("Situation")), load_word(load.share, say)),
    )
    return Grid("team", (Column(say.say("Team"), WIDE), Column(say.say("Value"), NARROW, "number")), rows)


def _weights(frame: Frame) -> Grid:
    say = frame.say
    rows = tuple(
        (TabCell(frame.phase(phase.id)), count(phase.weight, "decimal"),
         TabCell(say.say("yes") if phase.open else say.say("no")))
        for phase in frame.site.phases
    )  # fmt: skip
    columns = (
        Column(say.say("Phase"), WIDE),
        Column(say.say("Weight"), NARROW, "decimal"),
        Column(say.say("open"), NARROW, note=frame.meaning("open")),
    )
    return Grid("weights", columns, rows)
