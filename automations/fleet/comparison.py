"""The sites' figures side by side. Each site gives counts that its own cell keys blurred (`jobs.figures.comparison`),
each finished half-year once; nothing else of it is asked for, and no row leaves it."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from automations.common.texts import Texts
from automations.fleet.child import call
from automations.fleet.errors import FleetError
from automations.fleet.registry import FleetSite
from automations.jobs.figures.cell_keys import LARGEST
from automations.jobs.figures.comparison import WAITS, WHY_NOT, Compared, called
from automations.jobs.figures.glossary import meaning, name_of
from automations.model.tabdoc import Block, Chart, Column, Grid, Heading, Style, TabCell, TabDoc, Text
from automations.model.values import Value
from automations.workbooks.drawing.sheets import render_tabs

_ASKED_AT_A_TIME = 2
# Seconds: a site of ten years is counted from the beginning; one that hangs must not hold up the others for ever.
_SECONDS = 900.0
# Bytes: some hundred counts; a site is not trusted to stop.
_LONGEST_ANSWER = 2**20
_HALVES = 4  # half-years in the workbook, the newest first

_COMMAND = ("report", "--edition", "comparison", "--json")


class Town(Struct, frozen=True):
    """A site and what it gave, by half-year; `trouble` is what it said instead."""

    name: str
    halves: Mapping[str, Compared]
    trouble: str = ""


def ask_all(sites: Sequence[FleetSite], more: Mapping[str, str] = MappingProxyType({})) -> list[Town]:
    """What each site gives; a few are asked at a time. `more` are variables for them."""
    # Few: each of them is a process that reads a whole workbook, beside the runs of that hour.
    with ThreadPoolExecutor(_ASKED_AT_A_TIME) as pool:
        return list(pool.map(lambda site: ask(site, more), sites))


def ask(site: FleetSite, more: Mapping[str, str] = MappingProxyType({})) -> Town:
    """What a site gives: of its answer only numbers that belong there are read."""
    try:
        done = call(site, _COMMAND, more, quiet=True, seconds=_SECONDS)
        told = json.loads(done.stdout) if len(done.stdout) <= _LONGEST_ANSWER else {}
    except subprocess.TimeoutExpired:
        return Town(site.name, {}, "timeout")
    except (FleetError, OSError, ValueError):
        return Town(site.name, {}, "failed")
    given = told.get("halves") if isinstance(told, Mapping) else None
    if done.returncode or not isinstance(given, list):
        return Town(site.name, {}, "failed")
    halves = [Compared.read(one) for one in given if isinstance(one, Mapping)]
    return Town(site.name, {half.half: half for half in halves})


def half_years(towns: Iterable[Town]) -> list[str]:
    """Those that somebody gave, the newest first; as many as the workbook holds."""
    return sorted({half for town in towns for half in town.halves}, reverse=True)[:_HALVES]


def together(given: Iterable[Compared]) -> Compared:
    """All towns as one, from what each has shown: that says nothing more of any of them."""
    cells = Counter[str]()
    for half in given:
        cells.update(half.cells)
    return Compared("", "", cells)


def document(towns: Sequence[Town]) -> list[dict[str, object]]:
    """A line a town and half-year, for programs."""
    found: list[dict[str, object]] = []
    for town in towns:
        if not town.halves:
            found.append({"site": town.name, "half": None, "trouble": town.trouble})
        for name in half_years(towns):
            if half := town.halves.get(name):
                figures = {**_figures(half), "load": half.load}
                found.append({"site": town.name, "half": name, "made": half.made, **figures,
                              "cells": dict(half.cells), "missing": dict(half.missing)})  # fmt: skip
    return found


def _figures(half: Compared) -> dict[str, Value]:
    cells = half.cells
    return {
        "first_contacts": half.waits(), "median_wait": half.waited(0.5), "ninety_wait": half.waited(0.9),
        "open": cells.get("open/today"), "applications": cells.get("applications/made"),
        "decisions": cells.get("decisions/made"),
        **{name: cells.get(f"appointments/{name}") for name in ("kept", "cancelled", "missed")},
        "no_result": cells.get("appointments/open"), "missed_share": half.missed_share(),
    }  # fmt: skip


def write_workbook(target: Path, towns: Sequence[Town], say: Texts, now: datetime) -> None:
    """The workbook for all towns: a tab a half-year, and one that says what the figures mean. Raises OSError."""
    docs = [_half_tab(name, towns, say, now) for name in half_years(towns)]
    scratch = target.with_name(f".{target.name}.new")
    try:
        render_tabs([*docs, _terms_tab(say)], scratch, lambda _link: None, say.language)
        scratch.replace(target)
    finally:
        scratch.unlink(missing_ok=True)


def _half_tab(name: str, towns: Sequence[Town], say: Texts, now: datetime) -> TabDoc:
    year, _, half = name.partition("-H")
    title = say.say("Half-year {half} of {year}, town by town", half=half, year=year)
    note = say.say(
        "Each count differs at random by up to {n} from the true one, always in the same way; a zero stays a zero."
        " What the words mean stands in the tab “{tab}”.", n=LARGEST, tab=say.say("Terms"),
    )  # fmt: skip
    given = [(town, town.halves.get(name)) for town in towns]
    rows = [_row(town.name, half, _why_not(town, half, say)) for town, half in given]
    whole = together(half for _, half in given if half)
    rows.append(tuple(TabCell(one.value, "total") for one in _row(say.say("All towns"), whole, "")))
    grid = Grid("towns", _columns(say), tuple(rows), freeze=True)
    blocks: list[Block] = [Heading(title, 1), Text(note), grid]
    if len(given) > 1:
        missed = say.say("Missed share by town")
        blocks.append(Chart("missed", "bar", missed, "towns", 0, (12,), rows=len(given), height_cm=4 + len(given) / 2))
    label = say.say("As of {day}, {time}", day=say.date(now.date()), time=f"{now:%H:%M}")
    return TabDoc(f"compare-{name}", say.say("Comparison {half}", half=name), "public", tuple(blocks), stand=now,
                  stand_label=label)  # fmt: skip


def _columns(say: Texts) -> tuple[Column, ...]:
    def figure(term: str, *, percent: bool = False, title: str = "") -> Column:
        style: Style = "percent" if percent else "number"
        return Column(title or name_of(term, say), 12, style, wrap=True, note=meaning(term, say))

    at_most = say.say("at most, working days")
    return (
        Column(say.say("Town"), 22),
        Column(say.say("First contacts"), 12, "number", wrap=True, note=meaning("waiting_working", say)),
        figure("median", title=f"{name_of('median', say)} ({at_most})"),
        figure("ninety", title=f"{name_of('ninety', say)} ({at_most})"),
        figure("open"), figure("load_share", percent=True), figure("applications"), figure("decisions"),
        figure("kept"), figure("cancelled"), figure("missed"), figure("no_result"),
        figure("missed_share", percent=True),
        Column(say.say("No figures"), 40, wrap=True),
    )  # fmt: skip


def _row(name: str, half: Compared | None, why: str) -> tuple[TabCell, ...]:
    if half is None:
        return (TabCell(name), *[TabCell("–", "muted")] * 12, TabCell(why))
    found = _figures(half)
    more = f"> {WAITS[-1]}" if half.waits() else None
    load = None if half.load is None else half.load / 100
    shown: list[tuple[Value, bool]] = [
        (found["first_contacts"], False),
        (found["median_wait"] if found["median_wait"] is not None else more, False),
        (found["ninety_wait"] if found["ninety_wait"] is not None else more, False),
        (found["open"], False), (load, True),
        *((found[key], False) for key in ("applications", "decisions", "kept", "cancelled", "missed", "no_result")),
        (found["missed_share"], True),
    ]  # fmt: skip
    cells = [
        TabCell("–", "muted") if value is None else TabCell(value, "percent" if share else "number")
        for value, share in shown
    ]
    return (TabCell(name), *cells, TabCell(why))


def _why_not(town: Town, half: Compared | None, say: Texts) -> str:
    """Why figures are missing, in words; names of the town's own tabs and columns stay with it."""
    if half is None:
        return say.say("could not be asked") if town.trouble else say.say("gave none for this half-year")
    found = []
    for figure, why in half.missing.items():
        reason = say.say(WHY_NOT.get(why[0] if len(why) == 1 else "", "no such tab or column"))
        found.append(f"{called(figure, say)}: {reason}")
    return "; ".join(found)


_TERMS = (
    "waiting_working", "median", "ninety", "open", "load_share", "points", "capacity", "applications", "decisions",
    "kept", "cancelled", "missed", "no_result", "missed_share",
)  # fmt: skip


def _terms_tab(say: Texts) -> TabDoc:
    rows = [(name_of(term, say), meaning(term, say)) for term in _TERMS]
    ends = ", ".join(map(str, WAITS))
    rows += [
        (say.say("First contacts"), say.say("Cases whose first contact was made in the half-year.")),
        (say.say("At most"), say.say("Waiting is given in classes that end at {ends} working days.", ends=ends)),
        (say.say("Day of the figures"), say.say(
            "Open cases and load are those of the day on which a town first gave the half-year, some weeks after its"
            " end; what was given once is never changed. A load is rounded to 5 per cent; there is none of a team that"
            " is too small.")),
        (say.say("Noise"), say.say(
            "Each town blurs its counts before they leave it. Which noise a count gets is decided by the very cases or"
            " appointments in it (cell key method; at most {n}, on average 0), so that the same ones always give the"
            " same count. 1 and 2 are never shown, zeros are kept. Sums and shares are reckoned from the counts shown.",
            n=LARGEST)),
    ]  # fmt: skip
    grid = Grid(
        "terms",
        (Column(say.say("Figure"), 26), Column(say.say("What it means"), 110, wrap=True)),
        tuple((TabCell(name), TabCell(text)) for name, text in rows),
    )
    return TabDoc("compare-terms", say.say("Terms"), "public", (Heading(say.say("What the figures mean"), 1), grid))
