"""The new site's columns.toml: only what its workbook calls otherwise than the shipped file, with reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from automations.common.texts import Texts
from automations.config.editing import quoted
from automations.setup.choices import Choices
from automations.setup.proposed import Proposal, TableProposal
from automations.tables.columns import Columns, TableColumns
from automations.tables.folding import fold, one_line, without_number
from automations.tables.locate import read_header
from automations.tables.shared_tabs import cut


class TableLines(Struct):
    """What columns.toml says of one table. `headings` are whole lists of headings by field."""

    tabs: tuple[str, ...] = ()
    together: bool = False
    crosses: tuple[str, ...] = ()
    in_columns: tuple[str, ...] = ()
    tab_names: str = ""
    first_heading: str = ""
    headings: dict[str, list[str]] = field(default_factory=dict)


def renamed(rules: TableColumns, shipped: TableColumns) -> TableLines:
    """What must be said where kim's own names are others than in the shipped file: on a site in English."""
    headings = {name: list(known) for name, known in rules.headings.items() if known != shipped.headings[name]}
    return TableLines(tabs=rules.tabs if rules.tabs != shipped.tabs else (), headings=headings)


def table_lines(table: TableProposal, rules: TableColumns, shipped: TableColumns) -> TableLines:
    """What must be said so that the reader understands the table as it was settled."""
    if table.in_row:
        return _in_row_lines(table, rules, shipped)
    lines, writable = renamed(rules, shipped), (*rules.kim_writes, *rules.kim_sets)
    name = table.block.tab.name.strip()
    if fold(name) != fold(rules.tabs[0]):
        lines.tabs = (name, *(tab for tab in rules.tabs if fold(tab) != fold(name)))
    if table.more:
        lines.tabs, lines.together = tuple(block.tab.name.strip() for block in table.blocks), True
    lines.tab_names = table.tab_field if table.tab_names == "likely" else ""
    lines.crosses = tuple(one_line(h.text) for h in table.headings if h.field and h.column in table.marks)
    # Below another table in one tab the reader needs to know where this one begins.
    if table.block.shared:
        lines.first_heading = one_line(table.block.headings[min(table.block.headings)])
    low, high = min(table.block.headings), max(table.block.headings)
    # Read as a run will read it: only what would be read otherwise than it was settled needs a line.
    header = read_header(cut(table.block.tab, table.block.row, low, table.block.row, high), rules, table.block.row)
    settled = [heading for heading in table.headings if heading.field and heading.column not in table.marks]
    texts = {heading.field: (heading.column, heading_text(table, heading.column)) for heading in settled}
    for name, (column, text) in texts.items():
        if header.columns.get(name) != column or (name in writable and fold(text) != fold(rules.own_heading(name))):
            _put_first(lines.headings, rules, name, text)
    # What a person said no to would be found by its heading all the same.
    for name, column in header.columns.items():
        if name not in texts and column in table.block.headings:
            _leave_out(lines.headings, rules, name, heading_text(table, column))
    for heading in (heading for _, found in table.apart for heading in found if heading.field):
        _put_last(lines.headings, rules, heading.field, one_line(heading.text))
    return lines


def _in_row_lines(table: TableProposal, rules: TableColumns, shipped: TableColumns) -> TableLines:
    """Appointments as columns of the row of their case: their days' headings, and what stands beside each."""
    lines = renamed(rules, shipped)
    lines.in_columns = tuple(heading_text(table, one.column) for one in table.headings if one.field == "date")
    for heading in table.headings:
        for text in dict.fromkeys((one_line(heading.text), without_number(one_line(heading.text)))):
            if heading.field != "date" and rules.by_heading.get(fold(text), ("", 0))[0] == heading.field:
                break
        else:
            if heading.field != "date":
                _put_last(lines.headings, rules, heading.field, one_line(heading.text))
    return lines


def heading_text(table: TableProposal, column: int) -> str:
    """A heading as columns.toml names it: with the title above it where it says nothing alone."""
    text = one_line(table.block.headings[column])
    again = [other for other in table.block.headings.values() if fold(other) == fold(text)]
    group = table.block.groups.get(column, "")
    return f"{one_line(group)} {text}" if group and len(again) > 1 else text


def _put_first(headings: dict[str, list[str]], rules: TableColumns, name: str, text: str) -> None:
    # A heading belongs to the field that lists it earliest, so it has to go from all others.
    for other in rules.headings:
        if other != name:
            _leave_out(headings, rules, other, text)
    known = headings.get(name, list(rules.headings[name]))
    headings[name] = [text, *(alias for alias in known if fold(alias) != fold(text))]


def _put_last(headings: dict[str, list[str]], rules: TableColumns, name: str, text: str) -> None:
    """One more heading of a field; the first stays kim's own, which tells where kim may write."""
    for other in rules.headings:
        if other != name:
            _leave_out(headings, rules, other, text)
    known = headings.get(name, list(rules.headings[name]))
    headings[name] = [*(alias for alias in known if fold(alias) != fold(text)), text]


def _leave_out(headings: dict[str, list[str]], rules: TableColumns, name: str, text: str) -> None:
    known = headings.get(name, list(rules.headings[name]))
    kept = [alias for alias in known if fold(alias) != fold(text)]
    if len(kept) < len(known):
        headings[name] = kept


def columns_text(choices: Choices, found: Proposal, columns: Columns, shipped: Columns, said: Texts) -> str:
    """The whole file. `found` is all that was proposed: what was not settled stands there as comments. `columns` have
    kim's own names in the site's language, `shipped` are those that the file is read over."""
    intro = said.say(
        "What your workbook calls otherwise than kim does. A line here replaces the line of the same name in the file"
        " that comes with kim; what is not mentioned here is as it is there."
    )
    parts = [*_comment(intro)]
    for table in choices.proposal.tables:
        parts += ["", *_table(table, choices, found, columns, shipped, said)]
    for name, rules in columns.tables.items():
        likely = found.table(name)
        if choices.proposal.table(name) is not None:
            continue
        if name not in choices.made and (likely or (rules.kim_writes and not rules.optional)):
            parts += _closed_table(name, likely, columns, shipped, said)
        else:
            parts += _renamed_table(name, columns, shipped)
    parts += _words(choices, found, columns, shipped, said)
    return "\n".join(parts) + "\n"


def _table(
    table: TableProposal, choices: Choices, found: Proposal, columns: Columns, shipped: Columns, said: Texts
) -> Iterator[str]:
    rules = columns.tables[table.table]
    lines = table_lines(table, rules, shipped.tables[table.table])
    where = said.say("The tab “{tab}”, headings in row {row}", tab=table.block.tab.name, row=table.block.row)
    yield f"[tables.{table.table}]  # {one_line(where)}"
    yield from _places(lines, said)
    if rules.kim_writes or choices.writes.get(table.table):
        allowed = choices.writes.get(table.table, ())
        yield f"kim_writes = {_toml(allowed)}  # {said.say('columns that kim fills in')}"
        others = [name for name in rules.kim_writes if name not in allowed and table.field(name)]
        if others:
            yield from _comment(said.say("These could be added to kim_writes: {names}", names=", ".join(others)))
    if rules.kim_sets:
        why = said.say("where kim enters answers of clients")
        yield f"kim_sets = {_toml(choices.sets.get(table.table, ()))}  # {why}"
    open_ones = [] if table.in_row else list(_unsettled(table, found, rules, said))
    if lines.headings or open_ones:
        yield ""
        yield f"[tables.{table.table}.headings]"
    yield from _headings(lines)
    yield from open_ones


def _places(lines: TableLines, said: Texts) -> Iterator[str]:
    """Where the table stands, and what its tabs and columns of crosses or days say."""
    if lines.tabs:
        yield f"tabs = {_toml(lines.tabs)}"
    if lines.together:
        yield f"together = true  # {said.say('all of these tabs are one table; new rows go into the first')}"
    if lines.tab_names:
        yield f"tab_names = {_toml(lines.tab_names)}  # {said.say(_TAB_NAMES[lines.tab_names])}"
    if lines.crosses:
        yield f"crosses = {{ languages = {_toml(lines.crosses)} }}"
    if lines.in_columns:
        why = said.say("appointments that stand as columns in the tab of the cases: the headings of their days")
        yield f"optional = true\nin_columns = {_toml(lines.in_columns)}  # {why}"
    if lines.first_heading:
        yield f"first_heading = {_toml(lines.first_heading)}  # {said.say('another table stands in the same tab')}"


_TAB_NAMES = {
    "manager": "the name of each tab says who is responsible",
    "phase": "the name of each tab says in which phase its cases are",
}


def _renamed_table(name: str, columns: Columns, shipped: Columns) -> Iterator[str]:
    """A table as it comes with kim, where it is called otherwise than in the shipped file."""
    lines = renamed(columns.tables[name], shipped.tables[name])
    if lines.tabs:
        yield from ("", f"[tables.{name}]", f"tabs = {_toml(lines.tabs)}")
    if lines.headings:
        yield from ("", f"[tables.{name}.headings]", *_headings(lines))


def _headings(lines: TableLines) -> Iterator[str]:
    return (f"{name} = {_toml(aliases)}" for name, aliases in lines.headings.items())


def _closed_table(name: str, found: TableProposal | None, columns: Columns, shipped: Columns, said: Texts) -> list[str]:
    """A table that nobody confirmed: kim may write nowhere in it, even where the reader comes upon it.
    What is likely stands there as lines to be uncommented."""
    rules, known = columns.tables[name], renamed(columns.tables[name], shipped.tables[name])
    parts = ["", f"[tables.{name}]"]
    lines = table_lines(found, rules, rules) if found else TableLines()
    if found:
        message = "Probably the table {table}, but not confirmed: remove the # where it is right."
        parts += _comment(said.say(message, table=name))
        where = lines.tabs or (found.block.tab.name,)
        parts += [f"# in_columns = {_toml(lines.in_columns)}"] if found.in_row else [f"# tabs = {_toml(where)}"]
    if lines.first_heading:
        parts.append(f"# first_heading = {_toml(lines.first_heading)}")
    # Not as comments: the shipped file allows columns, and nobody has agreed to that here.
    parts += [f"kim_writes = []  # {said.say('columns that kim fills in')}", "kim_sets = []"]
    parts += [f"tabs = {_toml(known.tabs)}"] if known.tabs else []
    if known.headings:
        parts += ["", f"[tables.{name}.headings]", *_headings(known)]
    elif lines.headings:
        parts += ["#", f"# [tables.{name}.headings]"]
    return parts + [f"# {line}" for line in _headings(lines)]


def _unsettled(table: TableProposal, found: Proposal, rules: TableColumns, said: Texts) -> Iterator[str]:
    settled = {heading.column for heading in table.headings if heading.field}
    proposed = found.table(table.table)
    rest = [heading for heading in (proposed.headings if proposed else ()) if heading.column not in settled]
    likely = [heading for heading in rest if heading.field and table.field(heading.field) is None]
    if likely:
        yield f"# {said.say('Likely, but not confirmed: remove the # where it is right.')}"
    for heading in likely:
        lists: dict[str, list[str]] = {}
        _put_first(lists, rules, heading.field, one_line(heading.text))
        yield f"# {heading.field} = {_toml(lists[heading.field])}"
    names = said.quoted(*(one_line(heading.text) for heading in rest if heading not in likely))
    if names:
        yield from _comment(said.say("Columns of your own, which kim leaves alone: {names}", names=names))


def _words(choices: Choices, found: Proposal, columns: Columns, shipped: Columns, said: Texts) -> list[str]:
    settled: dict[str, dict[str, list[str]]] = {}
    for kind, by_value in columns.words.items():
        for canonical, words in by_value.items():
            if words != shipped.words[kind][canonical]:
                settled.setdefault(kind, {})[canonical] = list(words)
    for word in choices.proposal.words:
        if word.canonical and not word.known:
            alone = (word.canonical,) if word.kind == "source" else ()
            known = columns.words.get(word.kind, {}).get(word.canonical, alone)
            settled.setdefault(word.kind, {}).setdefault(word.canonical, list(known)).append(word.word)
    lines: list[str] = []
    for kind, spelled in settled.items():
        lines += ["", f"[words.{kind}]"]
        lines += [f"{_key(canonical)} = {_toml(list(dict.fromkeys(words)))}" for canonical, words in spelled.items()]
    done = {(word.kind, fold(word.word)) for word in choices.proposal.words if word.canonical}
    rest = [word for word in found.words if (word.kind, fold(word.word)) not in done]
    if rest:
        lines += ["", f"# {said.say('Words of your cells that kim does not know yet:')}"]
    for word in rest:
        guess = said.say("perhaps {value}", value=word.canonical) if word.canonical else said.say("unknown")
        lines.append(f"#   [words.{word.kind}]  {_toml(word.word)}: {guess}")
    return lines


def _comment(text: str) -> list[str]:
    words, lines = text.split(), ["#"]
    for word in words:
        if len(lines[-1]) + len(word) > 110:  # noqa: PLR2004 - characters of a line that editors show whole
            lines.append("#")
        lines[-1] += f" {word}"
    return lines


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").isalnum() else _toml(name)


def _toml(value: str | Sequence[str]) -> str:
    """A TOML basic string or list of them."""
    if isinstance(value, str):
        return quoted(value)
    return "[" + ", ".join(_toml(item) for item in value) + "]"
