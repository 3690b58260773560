"""`kim fleet status`: how all sites stand; `kim fleet compare`: their figures side by side."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from automations.cli.exit_status import ATTENTION, DONE, UsageError
from automations.cli.output import Output
from automations.cli.words import run_outcome
from automations.common.errors import why
from automations.common.texts import Texts
from automations.jobs.figures.glossary import meaning, name_of

if TYPE_CHECKING:
    from psycopg import Connection

    from automations.fleet.comparison import Town
    from automations.fleet.status import FleetStanding

_SHOWN = {"first_contacts": "First contacts", "median_wait": "Median", "ninety_wait": "90 percent", "load": "Load",
          "applications": "Applications", "kept": "Kept", "missed": "Missed"}  # fmt: skip
_DEFINED = ("waiting_working", "median", "ninety", "open", "load_share", "applications", "decisions", "kept",
            "cancelled", "missed", "no_result", "missed_share")  # fmt: skip


def compare(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    """Ask all sites and write the workbook; 1 where a site gave nothing."""
    from automations.fleet import registry
    from automations.fleet.comparison import ask_all

    with output.progress(say.say("Asking the sites …")):
        towns = ask_all(registry.sites(connection))
    return show_comparison(towns, arguments.out, output, say, datetime.now(UTC).astimezone())


def show_comparison(towns: list[Town], out: Path, output: Output, say: Texts, now: datetime) -> int:
    """Write what the towns gave, and print it; 1 where a town gave nothing."""
    from automations.fleet.comparison import document, half_years, write_workbook

    silent = [town.name for town in towns if town.trouble]
    if half_years(towns):
        _write(out, lambda path: write_workbook(path, towns, say, now), say)
    lines = document(towns)
    output.document({
        "outcome": "attention" if silent else "done", "sites": lines, "silent": silent,
        "file": str(out) if half_years(towns) else None,
        "definitions": {term: {"name": name_of(term, say), "means": meaning(term, say)} for term in _DEFINED},
    })  # fmt: skip
    _show(output, towns, lines, say)
    for name in silent:
        output.line(say.say("{name} gave no figures: “kim fleet exec {name} report --edition comparison” says why.",
                            name=name), "red")  # fmt: skip
    if half_years(towns):
        output.line(say.say("The comparison is in {file}. It holds no row of a person.", file=out))
    elif not silent:
        output.line(say.say("There is no site in the fleet yet: “kim fleet add DIR” takes one in."))
    return ATTENTION if silent else DONE


def _show(output: Output, towns: list[Town], lines: list[dict[str, object]], say: Texts) -> None:
    from automations.fleet.comparison import half_years

    newest = next(iter(half_years(towns)), None)
    rows = [[line["site"], *(_shown(key, line.get(key)) for key in _SHOWN)] for line in lines if line["half"] == newest]
    if newest:
        output.table([say.say("Town"), *(say.say(title) for title in _SHOWN.values())], rows, newest)


def _shown(key: str, value: object) -> object:
    return "–" if value is None else f"{value} %" if key == "load" else value


def _write(path: Path, make: Callable[[Path], None], say: Texts) -> None:
    try:
        make(path)
    except OSError as error:
        sentence = say.say("{file} cannot be written: {reason}.", file=path, reason=say.say(why(error)))
        raise UsageError(sentence) from error


_TODAY = 90  # minutes, up to which people count them


def show_status(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    """Print it; 1 where somebody should look."""
    from automations.fleet.alerts import words_of
    from automations.fleet.status import lay_down_metrics, standing

    found = standing(connection)
    troubles = found.troubles()
    path = getattr(arguments, "metrics", None)
    if path:
        lay_down_metrics(connection, path)
    output.document(lambda: {
        "at": found.now, "workers": found.workers, "drained": found.drained,
        "sites": [{**structs.asdict(one), "kinds": list(one.kinds), "late_seconds": one.late.total_seconds(),
                   "troubles": one.troubles} for one in found.sites],
        "troubles": troubles,
    })  # fmt: skip
    _print_sites(output, found, say)
    for kind, names in troubles.items():
        output.line(f"{words_of(kind, say)}: {', '.join(names)}" if names else words_of(kind, say), "red")
    return ATTENTION if troubles else DONE


def _print_sites(output: Output, found: FleetStanding, say: Texts) -> None:
    doing = {
        "resting": say.say("rests"), "waiting": say.say("is due"), "at work": say.say("is at work"),
        "paused": say.say("is paused"),
    }  # fmt: skip
    rows = [
        (one.name, doing[one.doing], _ago(found.now, one.good, say),
         run_outcome(one.outcome, say) if one.outcome else "",
         int(one.late.total_seconds() // 60) or "", one.held or "", say.say("yes") if one.hold else "")
        for one in found.sites
    ]  # fmt: skip
    headings = [say.say("Site"), say.say("Now"), say.say("Last good run"), say.say("Last run"),
                say.say("Minutes late"), say.say("Mails held"), say.say("On hold")]  # fmt: skip
    output.table(headings, rows, say.say("Sites"))
    if not rows:
        output.line(say.say("There is no site in the fleet yet: “kim fleet add DIR” takes one in."))
    output.line(say.count("{n} worker gives signs of life.", "{n} workers give signs of life.", found.workers))
    if found.drained:
        output.line(say.say("The fleet is drained: no site begins until “kim fleet resume”."), "bold")


def _ago(now: datetime, at: datetime | None, say: Texts) -> str:
    if at is None:
        return say.say("never")
    minutes = int((now - at).total_seconds() // 60)
    return (
        f"{at.astimezone():%d.%m. %H:%M}"
        if minutes >= _TODAY
        else say.count("{n} minute ago", "{n} minutes ago", minutes)
    )
