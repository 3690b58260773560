"""Tab `Laufprotokoll`: what the runs did, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from automations.jobs.tabs.common import Frame, head
from automations.model.history import History
from automations.model.runs import RunRecord
from automations.model.tabdoc import Block, Column, Grid, Style, TabCell

_OUTCOMES: dict[str, tuple[str, Style]] = {
    "done": ("done", "good"),
    "failed": ("please look", "warn"),
    "attention": ("please look", "warn"),
    "busy": ("workbook busy", "warn"),
    "refused": ("refused", "bad"),
}


def blocks(frame: Frame, history: History) -> tuple[Block, ...]:
    """Runs that changed something or had trouble; quiet ones leave no trace."""
    say, zone = frame.say, frame.site.time_zone
    rows = tuple(_row(frame, run, zone) for run in reversed(list(_told(history.runs))))
    columns = (
        Column(say.say("When"), 18, "datetime"), Column(say.say("Run"), 24), Column(say.say("How it went"), 18),
        Column(say.say("Cells"), 10, "number"), Column(say.say("Mails"), 10, "number"),
        Column(say.say("To mend"), 10, "number"), Column(say.say("What went wrong"), 80, wrap=True),
    )  # fmt: skip
    sentence = say.say(
        "Runs that changed something or had trouble. A run can be taken back with: kim undo and its name."
    )
    grid = Grid("runs", columns, rows, empty=say.say("No run has changed anything yet."), filter=True, freeze=True)
    return (*head(frame, say.say("Log of runs"), sentence), grid)


def _told(runs: Iterable[RunRecord]) -> Iterator[RunRecord]:
    """What is worth a line, oldest first. A trouble that lasts is told once, not with every run."""
    before: tuple[str, ...] = ()
    for run in sorted(runs, key=lambda run: (run.at, run.run)):
        if run.edits or run.mails or (run.trouble and run.trouble != before):
            yield run
        before = run.trouble


def _row(frame: Frame, run: RunRecord, zone: ZoneInfo) -> tuple[TabCell, ...]:
    word, style = _OUTCOMES.get(run.outcome, (run.outcome, "warn"))
    # Cells of a sheet know no zones, and nobody wants to read seconds.
    local = run.at.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
    return (
        TabCell(local, "datetime"), TabCell(run.run), TabCell(frame.say.say(word), style),
        TabCell(run.edits, "number"), TabCell(run.mails, "number"), TabCell(run.problems, "number"),
        TabCell("; ".join(run.trouble)),
    )  # fmt: skip
