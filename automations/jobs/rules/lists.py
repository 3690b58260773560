"""A tab of the team's own: the rows that a rule hits, in the columns, order and groups that it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import fsum

from msgspec.structs import replace

from automations.jobs.rules.desk import Desk, Look, Ready, heading
from automations.jobs.rules.hits import unread_rows
from automations.jobs.rules.model import LONGEST_TAB, Rule
from automations.jobs.rules.order import grouped, ordered
from automations.jobs.rules.wording import typed, value_at
from automations.model.problems import Problem
from automations.model.records import Record
from automations.model.staff_figures import AGREEMENT, COUNTS_OFF, tells_of_staff
from automations.model.tabdoc import LIST, Block, Column, Grid, Heading, Link, Style, TabCell, TabDoc, Text
from automations.model.values import digest, is_number, normalise

_REFUSED = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_WIDEST, _NARROWEST = 40, 10
_NAMED = 10  # rows named at most


def list_tab(ready: Ready, hits: Sequence[Look], desk: Desk) -> TabDoc | None:
    """The tab. None where the table is not there: what stands in the tab stays, and `kim check` says so.

    A list holds personal rows, so it goes to the workbook of its table and nowhere else."""
    allowed, asked = _without_staff(ready, desk), ready.rule
    ready, rule = allowed, allowed.rule
    layout = desk.snapshot.layouts.get(rule.table)
    if layout is None:
        return None
    title = list_title(rule)
    records = ordered(rule.order, [look.record for look in hits], desk)
    # Said even where there are none: an empty tab would look like one that was not renewed.
    count, called = desk.words.count("{n} row", "{n} rows", len(records)), rule.title or rule.name
    counted = desk.words.say("{count}, by the rule “{rule}”.", count=count, rule=called)
    off = desk.counts_one(ready)
    by_rule = desk.words.say("So says the rule “{rule}”.", rule=called) if off else counted
    blocks: list[Block] = [Heading(title, 1), Text(by_rule, "muted")]
    if rule is not asked or off:
        blocks.append(Text(f"{desk.words.say(COUNTS_OFF)} {desk.words.say(AGREEMENT)}", "muted"))
    blocks += [Text(told, "warn") for told in (_unsure(ready, desk), *_unsummed(ready, records, desk)) if told]
    styles = _styles(ready, desk)
    groups = grouped(rule.group, records, desk)
    if rule.counts:
        blocks.append(_counted(ready, groups, desk))
        groups = ()
    for group, some in groups:
        # By the group's own word: its grid keeps its name, and with it what people format there, when others come and
        # go.
        name = f"rows_{digest(group)[:8]}" if rule.group else "rows"
        grid = _grid(name, group, some, ready, styles, desk)
        blocks.append(grid)
    return TabDoc(
        LIST + rule.name, title, "team", tuple(blocks), layout.workbook,
        stand=desk.now, stand_label=desk.words.say("As of {day}", day=desk.in_words(desk.now)),
    )  # fmt: skip


def _unsure(ready: Ready, desk: Desk) -> str:
    """Which rows may stand in the list, or be missing in it, only as a cell cannot be read."""
    found = [desk.key(record) or f"#{record.line}" for record in unread_rows(ready, desk)]
    if not found:
        return ""
    return desk.words.count(
        "Of {n} row nobody knows whether it belongs here, as a cell cannot be read: {names}.",
        "Of {n} rows nobody knows whether they belong here, as a cell cannot be read: {names}.",
        len(found), names=", ".join([*found[:_NAMED], *(["…"] if len(found) > _NAMED else [])]),
    )  # fmt: skip


def _unsummed(ready: Ready, records: Sequence[Record], desk: Desk) -> Iterator[str]:
    """Rows that a sum leaves out, as something else than a number stands there."""
    for name in ready.rule.sums:
        odd = sum(name in record.bad for record in records)
        if odd:
            yield desk.words.count(
                "In {n} row “{heading}” is no number that can be read; the sum is without it.",
                "In {n} rows “{heading}” is no number that can be read; the sum is without them.",
                odd, heading=heading(name, ready.rule.table, desk),
            )  # fmt: skip


def _without_staff(ready: Ready, desk: Desk) -> Ready:
    """The rule without what adds up by colleague, where such figures are off: counts of all together, rows unsummed."""
    rule = ready.rule
    if desk.counts_one(ready):
        return replace(ready, rule=rule.model_copy(update={"sums": ()}))
    adds_up = bool(rule.group) and bool(rule.counts or rule.sums)
    if not adds_up or desk.site.staff_figures.allowed(desk.today):
        return ready
    if not tells_of_staff(desk.snapshot.schema, rule.table, [rule.group]):
        return ready
    return replace(ready, rule=rule.model_copy(update={"group": ""} if rule.counts else {"sums": ()}))


def _counted(ready: Ready, groups: Iterable[tuple[str, Sequence[Record]]], desk: Desk) -> Grid:
    """How many rows each group has, and its sums."""
    heads, *lines = _count_lines(ready, groups, desk)
    rows = [tuple(TabCell(cell, "plain") for cell in line) for line in lines]  # type: ignore[arg-type]
    rows[-1:] = [tuple(replace(cell, style="strong") for cell in row) for row in rows[-1:]]
    columns = tuple(Column(str(head), _width(rows, index), wrap=True) for index, head in enumerate(heads))
    return Grid("counts", columns, tuple(rows), empty=desk.words.say("There are none."))


def _count_lines(
    ready: Ready, groups: Iterable[tuple[str, Sequence[Record]]], desk: Desk
) -> Iterator[Sequence[object]]:
    """The headings, a line for each group, and all together."""
    rule, say = ready.rule, desk.words.say
    sums = [heading(name, rule.table, desk) for name in rule.sums]
    yield [heading(rule.group, rule.table, desk) if rule.group else "", say("Number of rows"), *sums]
    found = [(group, some) for group, some in groups if some]
    for group, some in sorted(found, key=lambda one: one[0].casefold()):
        yield [group, len(some), *(_total(name, some, desk) for name in rule.sums)]
    every = [record for _, some in found for record in some]
    yield [say("together"), len(every), *(_total(name, every, desk) for name in rule.sums)]


def _total(name: str, records: Sequence[Record], desk: Desk) -> object:
    values = [value_at(name, record, desk)[0] for record in records]
    return normalise(fsum(filter(is_number, values)))


def _grid(name: str, title: str, records: Sequence[Record], ready: Ready, styles: dict[int, Style], desk: Desk) -> Grid:
    rule = ready.rule
    paths = columns_of(ready, desk)
    rows = tuple(
        tuple(_cell(path, record, styles.get(id(record), "plain"), desk) for path in paths) for record in records
    )
    if rows and rule.sums:
        rows = (*rows, _sums(paths, records, ready, desk))
    columns = tuple(Column(heading(path, rule.table, desk), _width(rows, index), wrap=True)
                    for index, path in enumerate(paths))  # fmt: skip
    return Grid(
        name,
        columns,
        rows,
        title=title,
        empty=desk.words.say("There are none."),
        # A sheet has one filter; of several grids none would get it.
        filter=not rule.group and len(rows) > 1,
    )


def _sums(paths: Sequence[str], records: Sequence[Record], ready: Ready, desk: Desk) -> tuple[TabCell, ...]:
    """The last row: how many rows there are, and the columns that are added up."""
    cells = [TabCell(None, "strong") for _ in paths]
    cells[0] = TabCell(desk.words.say("Together: {n}", n=len(records)), "strong")
    for name in ready.rule.sums:
        if name in paths and paths.index(name):
            cells[paths.index(name)] = TabCell(_total(name, records, desk), "strong")  # type: ignore[arg-type]
    return tuple(cells)


def list_rows(ready: Ready, hits: Sequence[Look], desk: Desk) -> Iterator[Sequence[object]]:
    """The list as plain rows, its headings first, each with its group: for a file. The sums are left out, unless it
    shows nothing but counts and sums."""
    ready = _without_staff(ready, desk)
    if ready.rule.counts:
        yield from _count_lines(ready, grouped(ready.rule.group, [look.record for look in hits], desk), desk)
        return
    paths = columns_of(ready, desk)
    by = (ready.rule.group,) if ready.rule.group and ready.rule.group not in paths else ()
    yield [heading(path, ready.rule.table, desk) for path in (*by, *paths)]
    for _, some in grouped(ready.rule.group, ordered(ready.rule.order, [look.record for look in hits], desk), desk):
        for record in some:
            yield [_plain(path, record, desk) for path in (*by, *paths)]


def _plain(path: str, record: Record, desk: Desk) -> object:
    value = value_at(path, record, desk)[0]
    return normalise(value) if is_number(value) else typed(path, record, desk, desk.site.language)


def abandoned(desk: Desk) -> Iterator[Problem]:
    """Lists whose rule is gone or switched off: nobody renews them, and they hold what was true then, of people, too.
    One whose rule cannot be used just now has its own problem."""
    made = {rule.name for rule in desk.settings.rules if rule.active and rule.action == "list"}
    typed = {row.name for row in desk.snapshot.console.rules if row.fault}
    say = desk.words.say
    # kim deletes no tab: people may have noted something there.
    for name, (workbook, tab) in sorted(desk.snapshot.lists.items()):
        if name not in made | typed:
            message = say("The list “{tab}” is not renewed any more: its rule is gone or switched off.", tab=tab)
            advice = say("Please delete the tab, or switch the rule on again.")
            yield Problem("list_abandoned", message, advice, "warning", workbook, tab=tab, key=name, who="lead")


def list_title(rule: Rule) -> str:
    """The name of the tab of a list."""
    return _tab_name(rule.title or rule.name.replace("_", " ").capitalize())


def _tab_name(title: str) -> str:
    """The title as a tab may be called: without the signs that Excel refuses there."""
    return " ".join(title.translate(_REFUSED).split())[:LONGEST_TAB].strip("' ")


def columns_of(ready: Ready, desk: Desk) -> tuple[str, ...]:
    """The columns that a rule names, else the row's key and what the condition and the date look at, else all that the
    table has."""
    rule = ready.rule
    key = desk.spec(rule.table).key
    # Sorted: a set has another order in each process, and the tab would be written anew with each run.
    usual = (*((key,) if key else ()), *sorted(ready.condition.names if ready.condition else ()), rule.due.field)
    layout = desk.snapshot.layouts.get(rule.table)
    return rule.columns or tuple(dict.fromkeys(name for name in usual if name) or (layout.columns if layout else ()))


def _cell(path: str, record: Record, style: Style, desk: Desk) -> TabCell:
    value, link = value_at(path, record, desk)[0], None
    if "." not in path and path == desk.spec(record.row.table).key and record.row in desk.snapshot.rows:
        link = Link(record.row.workbook, record.row.table, record.row.key, path)
    if isinstance(value, date) and style == "plain":
        return TabCell(value, "date")
    if is_number(value):
        return TabCell(value, style, link)
    return TabCell(typed(path, record, desk, desk.site.language) or None, style, link)


def _styles(ready: Ready, desk: Desk) -> dict[int, Style]:
    """Rows that are coloured, by identity: the first condition that holds decides."""
    found: dict[int, Style] = {}
    for condition, style in ready.colours:
        fits = desk.book.matching(ready.rule.table, condition)
        for record, fit in zip(desk.book.records(ready.rule.table), fits, strict=True):
            if fit:
                found.setdefault(id(record), style)  # type: ignore[arg-type]  # one of model.Style
    return found


def _width(rows: Sequence[Sequence[TabCell]], index: int) -> int:
    longest = max((len(str(row[index].value or "")) for row in rows), default=_NARROWEST)
    return min(max(longest + 2, _NARROWEST), _WIDEST)
