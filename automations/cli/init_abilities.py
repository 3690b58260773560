"""What `kim init` says of a workbook once it was settled: what kim can do there, and what is read otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from automations.cli.output import Output
from automations.common.texts import Texts
from automations.config.site import Site
from automations.engine.fitness import Fitness, fitness
from automations.engine.opened_workbooks import open_workbooks
from automations.engine.written_words import words_missing, written_words
from automations.jobs.rules.model import RuleSettings
from automations.model.layout import Base
from automations.model.snapshot import Snapshot
from automations.workbooks.protocol import RawWorkbook, WorkbookError


def print_odd(output: Output, odd: Sequence[tuple[str, str]], said: Texts) -> None:
    """Columns (tab, heading) that the site reads otherwise than was settled."""
    for tab, heading in odd:
        output.line(said.say("“{heading}” in “{tab}” is not read as was settled; please look at columns.toml.",
                             heading=heading, tab=tab), "red")  # fmt: skip


def print_abilities(
    output: Output, site: Site, snapshot: Snapshot, raw: RawWorkbook, said: Texts, now: datetime
) -> None:
    """What kim can and cannot do in this workbook, and what to click: found by the dry build that runs use."""
    layouts = {table: layout for table, layout in snapshot.layouts.items() if layout.workbook == raw.name}
    try:
        book, base = open_workbooks(site)[raw.name], Base(raw.revision, layouts)
        words = written_words(snapshot, site.settings(RuleSettings, "follow_rules"), now.date(), answers=False)
        missing = words_missing({raw.name: book}, {raw.name: base}, words, snapshot)
        found = fitness(raw.name, book, snapshot, base, raw.ledger, said)
        found += [Fitness(can=False, message=one.message, advice=one.advice) for one in missing]
    except WorkbookError as error:
        found = [Fitness(can=False, message=error.message, advice=error.advice)]
    output.line()
    output.line(said.say("In this workbook:"), "bold")
    for one in found:
        output.line(f"  {'✓' if one.can else '✗'} {one.message} {one.advice}".rstrip(), "" if one.can else "red")
