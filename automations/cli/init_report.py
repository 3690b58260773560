"""What `kim init` found in a workbook, printed for people and as a document."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from automations.cli.output import Output
from automations.common.texts import Texts
from automations.setup.choices import Choices
from automations.setup.proposed import HeadingProposal, Proposal, TableProposal
from automations.setup.shapes import Note
from automations.setup.words import WordProposal
from automations.tables.columns import Columns
from automations.tables.folding import fold
from automations.tables.other_lines import is_total
from automations.tables.shared_tabs import filled
from automations.workbooks.cellrefs import column_letters


def print_proposal(output: Output, found: Proposal, columns: Columns, said: Texts) -> None:
    """Tabs, headings and words with how sure each is; what is called as kim calls it, in one line."""
    sure = _confidences(said)
    rows: list[tuple[object, ...]] = [
        (_tabs(t), t.block.row, columns.tables[t.table].tabs[0], sure[t.confidence], _rows(t)) for t in found.tables
    ]
    rows += [(tab.name, "", "–", sure["unknown"], "") for tab in found.others]
    heads = [
        said.say("Tab"),
        said.say("Headings in row"),
        said.say("is for kim"),
        said.say("How sure"),
        said.say("Rows"),
    ]
    output.table(heads, rows, said.say("What kim found"))
    in_row = {h.column for table in found.tables if table.in_row for h in table.headings}
    for table in found.tables:
        _print_headings(output, table if table.in_row else _without(table, in_row), columns, said)
    words = [word for word in found.words if not word.known]
    heads = [
        said.say("Column"),
        said.say("Word"),
        said.say("How often"),
        said.say("probably means"),
        said.say("How sure"),
    ]
    lines = [
        (columns.tables[w.table].own_heading(w.field), w.word, w.times, _meaning(w, columns), sure[w.confidence])
        for w in words
    ]
    output.table(heads, lines, said.say("Words that kim does not know by themselves"))


def _print_headings(output: Output, table: TableProposal, columns: Columns, said: Texts) -> None:
    rules, sure = columns.tables[table.table], _confidences(said)
    plain = [h for h in table.headings if h.confidence == "sure" and fold(h.text) == fold(rules.own_heading(h.field))]
    rows = [
        (
            column_letters(h.column),
            " ".join(h.text.split()),
            rules.own_heading(h.field) if h.field else "–",
            sure[h.confidence],
        )
        for h in table.headings
        if h not in plain
    ]
    place = table.block.tab.name + (f" ({rules.tabs[0]})" if table.in_row else "")
    title = said.say("“{tab}”: headings", tab=place)
    heads = [said.say("Column"), said.say("Heading"), said.say("is for kim"), said.say("How sure")]
    output.table(heads, rows, title)
    if plain:
        shared = f" ({rules.tabs[0]})" if table.block.shared else ""
        text = said.count(
            "“{tab}”: {n} heading is called as kim calls it.",
            "“{tab}”: {n} headings are called as kim calls them.",
            len(plain),
            tab=table.block.tab.name + shared,
        )
        output.line(text)


def _without(table: TableProposal, columns: Collection[int]) -> TableProposal:
    """A table of cases without the columns of appointments in its rows, which are listed as what they are."""
    return replace(table, headings=tuple(h for h in table.headings if h.field or h.column not in columns))


def _tabs(table: TableProposal) -> str:
    return ", ".join(block.tab.name for block in table.blocks)


def _rows(table: TableProposal) -> int:
    """Rows that hold a record: titles between them, footnotes, totals and blanks left out."""
    lines = [typed for block in table.blocks for row in block.lines() if (typed := [c for c in row if filled(c)])]
    # A row with a single cell is a title or a note, unless the table has only one column.
    several = min(2, max(map(len, lines), default=0))
    return sum(len(typed) >= several and not is_total(typed) for typed in lines)


def _confidences(said: Texts) -> dict[str, str]:
    return {
        "sure": said.say("sure"),
        "likely": said.say("likely"),
        "doubtful": said.say("doubtful"),
        "unknown": said.say("unknown"),
    }


def _meaning(word: WordProposal, columns: Columns) -> str:
    return columns.own_word(word.kind, word.canonical) if word.canonical else "–"


def print_choices(output: Output, choices: Choices, columns: Columns, said: Texts) -> None:
    """What kim may write from now on."""
    for table in choices.proposal.tables:
        rules = columns.tables[table.table]
        for fields, sentence in (
            (choices.writes.get(table.table, ()), "In “{tab}” kim fills in: {names}"),
            (choices.sets.get(table.table, ()), "In “{tab}” kim enters the answers of clients: {names}"),
        ):
            if fields:
                names = ", ".join(rules.own_heading(name) for name in fields)
                output.line(said.say(sentence, tab=_tabs(table), names=names))
        allowed = (*choices.writes.get(table.table, ()), *choices.sets.get(table.table, ()))
        others = [name for name in (*rules.kim_writes, *rules.kim_sets) if table.field(name) and name not in allowed]
        if others:
            names = ", ".join(heading.text for name in others if (heading := table.field(name)))
            output.line(said.say("In “{tab}” kim only reads: {names}", tab=_tabs(table), names=names))
    if not choices.writes.get("cases"):
        output.line(said.say("What kim may fill in can be changed at any time: kim_writes in config/columns.toml."))


def print_open(
    output: Output, found: Proposal, choices: Choices, needs: Sequence[tuple[str, str]], columns: Columns, said: Texts
) -> None:
    """What was not settled, and what is missing."""
    for table in found.tables:
        for line in _open_headings(table, choices.proposal.table(table.table), columns, said):
            output.line(line)
    settled = {word.word for word in choices.proposal.words if word.canonical}
    open_words = {word.word for word in found.words if not word.known} - settled
    if open_words:
        names = said.quoted(*sorted(open_words))
        output.line(said.say("Left open: what these words mean: {names}", names=names))
    for name, field in needs:
        rules = columns.tables[name]
        tab, own = rules.tabs[0], rules.own_heading(field)
        column = said.say("Needed, but not found: the column “{own}” in “{tab}”.", own=own, tab=tab)
        output.line(column if field else said.say("Needed, but not found: a tab like “{tab}”.", tab=tab), "bold red")


def _open_headings(table: TableProposal, settled: TableProposal | None, columns: Columns, said: Texts) -> Iterator[str]:
    rules, tab = columns.tables[table.table], table.block.tab.name
    if settled is None:
        yield said.say("Left open: whether the tab “{tab}” is “{own}”.", tab=tab, own=rules.tabs[0])
        return
    taken = {heading.column for heading in settled.headings if heading.field}
    for heading in table.headings:
        if heading.field and heading.column not in taken:
            text, own = " ".join(heading.text.split()), rules.own_heading(heading.field)
            yield said.say("Left open: whether “{heading}” in “{tab}” is “{own}”.", heading=text, tab=tab, own=own)


def _proposed(heading: HeadingProposal) -> dict[str, str | None]:
    """The field that is proposed; what is doubtful is no proposal, but a question."""
    if heading.field == "ends_at":  # where it ends is no fact of its own: with the beginning it says how long it is
        return {"field": None, "says": "duration"}
    if heading.confidence == "doubtful":
        return {"field": None, "perhaps": heading.field}
    return {"field": heading.field or None}


def proposal_document(
    found: Proposal, choices: Choices, folder: Path, needs: Sequence[tuple[str, str]], status: int
) -> dict[str, object]:
    """The whole mapping for programs."""
    settled = {table.table: {h.column for h in table.headings if h.field} for table in choices.proposal.tables}
    further = {(tab, h.column) for t in choices.proposal.tables for tab, apart in t.apart for h in apart if h.field}
    return {
        "outcome": "attention" if status else "done",
        "site": str(folder),
        "tables": [
            {
                "table": table.table, "tab": table.block.tab.name, "row": table.block.row,
                "tabs": [block.tab.name for block in table.blocks],
                "confidence": table.confidence,
                "taken": table.table in settled,
                "headings": [
                    {"column": column_letters(h.column), "heading": h.text, **_proposed(h),
                     "confidence": h.confidence, "taken": h.column in settled.get(table.table, ())}
                    for h in table.headings
                ],
                "apart": [
                    {"tab": tab, "column": column_letters(h.column), "heading": h.text, **_proposed(h),
                     "confidence": h.confidence, "taken": (tab, h.column) in further}
                    for tab, apart in table.apart for h in apart
                ],
            }
            for table in found.tables
        ],
        "words": [
            {"table": w.table, "field": w.field, "word": w.word, "times": w.times, "means": w.canonical or None,
             "confidence": w.confidence}
            for w in found.words
        ],
        "others": [tab.name for tab in found.others],
        "writes": {table: list(names) for table, names in choices.writes.items()},
        "sets": {table: list(names) for table, names in choices.sets.items()},
        "needs": [{"table": table, "field": field or None} for table, field in needs],
    }  # fmt: skip


def noted(shapes: Sequence[Note], said: Texts) -> dict[str, object]:
    """What is not read as it stands, for programs."""
    return {
        "notes": [
            {"code": note.code, "tab": note.tab, "headings": list(note.headings),
             "message": note.said(said), "advice": said.say(note.advice)}
            for note in shapes
        ]
    }  # fmt: skip
