"""Raw workbooks as one snapshot: every table that was found, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeAlias

from msgspec.structs import replace

from automations.common.texts import Texts
from automations.model.console import RULES, TEXTS
from automations.model.layout import TableLayout
from automations.model.problems import Problem
from automations.model.schema import SHIPPED
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import LIST
from automations.tables.appointment_columns import slots
from automations.tables.blank_words import SIGNS
from automations.tables.call_rows import CALLS, holds_calls, read_calls
from automations.tables.columns import Columns
from automations.tables.dates import Parser
from automations.tables.encoding import team_words
from automations.tables.findings import header_problems, search_problems
from automations.tables.folding import fold
from automations.tables.further_tabs import going_on
from automations.tables.locate import Search, has_required, is_meant, layout, search, search_others, year_of
from automations.tables.meaning_rows import MEANINGS
from automations.tables.meaning_tab import Meant, meant
from automations.tables.named_columns import Before, Seen, seen_columns
from automations.tables.named_rows import Names
from automations.tables.own_meanings import declared
from automations.tables.parsers import parsers
from automations.tables.reading import Table, read_table
from automations.tables.references import reading_order, reference_parsers
from automations.tables.rows import Rows
from automations.tables.scenario_rows import SCENARIOS, read_scenarios
from automations.tables.setting_rows import SETTINGS, read_settings
from automations.tables.shared_tabs import joined, shared_starts, whole
from automations.workbooks.protocol import RawTab, RawWorkbook

Place: TypeAlias = tuple[TableLayout, RawTab]  # a tab of a table, and where the table stands in it

_NONE: Mapping[str, Mapping[str, str]] = MappingProxyType({})
_NEW = Before()


def read_tables(
    raws: Mapping[str, RawWorkbook],
    columns: Columns,
    facts: SiteFacts,
    homes: Mapping[str, str],
    now: datetime,
    known: Mapping[str, Mapping[str, str]] = _NONE,
    before: Before = _NEW,
) -> Snapshot:
    """All tables as records, layouts, raw rows and problems.

    `homes` maps tables to the names of their workbooks; `known` tables to the headings by field that
    they had when they were last read, so that a renamed column is noticed; `before` says how the rows of tabs were
    known that kim reads only as rules name them. `now` is aware."""
    said, home = facts.texts, homes.get("cases", "")
    told = meant(raws[home], columns, known, said, home) if home in raws else Meant(columns)
    columns = told.columns
    homes = {**dict.fromkeys(columns.specs, home), **homes}  # tables that the tab alone declares stand beside the cases
    today = facts.today(now)
    # By workbook: one of an old Mac counts its days from 1904.
    read = {name: parsers(columns, facts, today, date1904=raw.date1904) for name, raw in raws.items()}
    found, problems = _found(raws, columns, homes, known, said, today)
    seen = Seen()
    if home in raws:
        seen = seen_columns(raws[home], found, columns, read[home], replace(before, unused=told.unused))
    if seen.fields:
        columns, _ = declared(columns, seen.fields, seen.tables)
        homes = {**dict.fromkeys(columns.specs, home), **homes}
        found, problems = _found(raws, columns, homes, known, said, today)
    _add_slots(found, columns)
    tables = _read(found, columns, read, said)
    snapshot = _snapshot(columns, facts, found, tables, [*told.problems, *problems])
    snapshot = replace(snapshot, lists=_lists(raws), unread_tabs=_unread(raws, found), seen=_names_of(seen, found))
    return with_console(snapshot, columns, parsers(columns, facts, today), today, said)


def _read(
    found: Mapping[str, Sequence[Place]], columns: Columns, read: Mapping[str, Mapping[str, Parser]], said: Texts
) -> dict[str, Table]:
    """The tables, those that others name rows of before these; `read` are the parsers of each workbook."""
    tables: dict[str, Table] = {}
    named: dict[str, Names] = {}
    for table in (one for one in reading_order(columns.specs) if one in found):
        parse = {
            **read[found[table][0][0].workbook],
            **reference_parsers(columns.specs, tables, found, columns.nothing_words, named),
        }
        heads, spec = columns.tables[table].by_heading.keys(), columns.specs[table]
        nothing = SIGNS if table in {RULES, TEXTS} else columns.nothing_words
        parts = [read_table(place, spec, tab, parse, said, heads, nothing) for place, tab in found[table]]
        tables[table] = joined(parts, said)
    return tables


def _unread(raws: Mapping[str, RawWorkbook], found: Mapping[str, Sequence[Place]]) -> tuple[str, ...]:
    """The names of the team's tabs in which no table stands."""
    read = {place.tab_id for places in found.values() for place, _ in places}
    return tuple(tab.name for raw in raws.values() for tab in raw.tabs if tab.mark is None and tab.id not in read)


def _names_of(seen: Seen, found: Mapping[str, Sequence[Place]]) -> dict[str, frozenset[str]]:
    """The fields that are read only as rules name them, by table."""
    places = {(fold(one.tab), fold(one.heading)) for one in seen.fields}
    names = {
        table: frozenset(
            name for layout, _ in spots for name, text in layout.headings.items()
            if (fold(layout.tab), fold(text)) in places
        )
        for table, spots in found.items()
    }  # fmt: skip
    return {table: fields for table, fields in names.items() if fields}


def _lists(raws: Mapping[str, RawWorkbook]) -> dict[str, tuple[str, str]]:
    """Where the lists of rules stand, by the name of the rule."""
    marked = ((name, tab, tab.mark.id) for name, raw in raws.items() for tab in raw.tabs if tab.mark is not None)
    return {mark.removeprefix(LIST): (name, tab.name) for name, tab, mark in marked if mark.startswith(LIST)}


def _found(
    raws: Mapping[str, RawWorkbook],
    columns: Columns,
    homes: Mapping[str, str],
    known: Mapping[str, Mapping[str, str]],
    said: Texts,
    today: date,
) -> tuple[dict[str, list[Place]], list[Problem]]:
    """Where each table stands, and what is wrong with its tabs and headings."""
    found: dict[str, list[Place]] = {}
    problems: list[Problem] = []
    searched = _searched(raws, columns, homes)
    claimed = {(book, one.tab.id) for searches, book in searched.values() for one in searches if one.tab is not None}
    for table, (searches, workbook) in searched.items():
        rules = columns.tables[table]
        more = tuple(going_on(raws[workbook], rules, searches[0], claimed, today))
        for result in (_without_archives(one, today.year) for one in (_with(searches[0], more), *searches[1:])):
            fits = result.header is not None and has_required(result.header, rules)
            # Of a tab "Texte" of the team's own nothing is said unless it was kim's once, or is meant to be.
            if rules.quiet and not (fits or known.get(table) or holds_calls(result.tab) or is_meant(result, rules)):
                continue
            problems += search_problems(table, workbook, result, rules, known.get(table, {}), said)
            if result.tab is None or result.header is None or not result.header.columns:
                continue
            place = layout(table, workbook, result.tab, result.header, rules)
            problems += header_problems(
                place, result.header, rules, headings_before(table, place.tab, known, first=table not in found), said
            )
            if has_required(result.header, rules):
                found.setdefault(table, []).append((place, result.tab))
    return found, problems


def _with(found: Search, more: Sequence[RawTab]) -> Search:
    return replace(found, left_out=(*found.left_out, *more))


def _without_archives(found: Search, year: int) -> Search:
    """What was found; nothing is said of a tab of a year that is over."""
    return replace(found, left_out=tuple(tab for tab in found.left_out if not 0 < year_of(tab.name) < year))


def _add_slots(found: dict[str, list[Place]], columns: Columns) -> None:
    """The appointments that stand in the rows of their cases, beside those in a tab of their own."""
    rules = columns.tables["appointments"]
    more = [(slot, tab) for place, tab in found.get("cases", ()) for slot in slots(place, tab, rules)]
    if rules.in_columns and more:
        found["appointments"] = [*found.get("appointments", ()), *more]


def with_console(
    snapshot: Snapshot, columns: Columns, parse: Mapping[str, Parser], today: date, said: Texts
) -> Snapshot:
    """The snapshot with the rules, texts, scenarios and results of calls that stand in it. A column that a rule names
    to be filled in was named by people, so kim may write it."""
    if SCENARIOS in snapshot.layouts:
        scenarios = read_scenarios(snapshot, parse, today, said)
        snapshot = replace(snapshot, console=replace(snapshot.console, scenarios=scenarios))
    if CALLS in snapshot.layouts:
        snapshot = replace(snapshot, console=replace(snapshot.console, calls=tuple(read_calls(snapshot))))
    if SETTINGS in snapshot.layouts:
        decided = read_settings(snapshot, parse, said)
        snapshot = replace(snapshot, console=replace(snapshot.console, settings=decided))
    if RULES not in snapshot.layouts:
        return snapshot
    # The language of rules is much to load for a site that has no tab of them.
    from automations.tables.rule_rows import read_console

    known = snapshot.console
    read = read_console(snapshot, columns, parse, said)
    console = replace(known, rules=read.rules, texts=read.texts, unnamed=read.unnamed)
    layouts = dict(snapshot.layouts)
    for row in console.rules:
        table = str(row.stanza.get("into") or row.stanza.get("table", ""))
        turn = row.stanza.get("turn", {})
        fields = (*row.stanza.get("set", {}), *filter(None, (turn.get("fills"), turn.get("state"))))
        if fields and table in layouts:
            layouts[table] = replace(layouts[table], writable=layouts[table].writable | frozenset(fields))
    return replace(snapshot, console=console, layouts=layouts)


def _searched(
    raws: Mapping[str, RawWorkbook], columns: Columns, homes: Mapping[str, str]
) -> dict[str, tuple[list[Search], str]]:
    """Each table's search (of one that stands in several tabs, one for each); tabs that bear a table's name go
    first, so that no other table takes them. What the team declared as a table of its own is none of the shipped
    ones that nobody needs."""
    claimed: dict[str, frozenset[str]] = dict.fromkeys(raws, frozenset())
    starts = shared_starts(columns.tables) | MEANINGS
    results: dict[str, tuple[list[Search], str]] = {}
    for by_name in (True, False):
        # Tables that must be there choose first.
        for table, rules in sorted(columns.tables.items(), key=lambda item: item[1].optional):
            workbook = homes.get(table, "")
            if workbook not in raws or (table in results and results[table][0][0].tab is not None):
                continue
            result = search(raws[workbook], rules, claimed[workbook], starts)
            if result.tab is not None and result.renamed == by_name:
                continue
            more = search_others(raws[workbook], rules, claimed[workbook], result.tab) if result.tab else ()
            results[table] = ([result, *more], workbook)
            if not rules.first_heading:
                claimed[workbook] |= {found.tab.id for found in results[table][0] if found.tab is not None}
    return {table: results[table] for table in columns.tables if table in results}


def _snapshot(
    columns: Columns,
    facts: SiteFacts,
    found: Mapping[str, Sequence[Place]],
    tables: Mapping[str, Table],
    problems: list[Problem],
) -> Snapshot:
    rows = {table: read.rows for table, read in tables.items()}
    records: dict[str, tuple[object, ...]] = {table: read.records for table, read in tables.items() if table in SHIPPED}
    own = {table: read.records for table, read in tables.items() if table not in SHIPPED}
    return Snapshot(
        layouts={table: whole([place for place, _ in places]) for table, places in found.items()},
        rows=Rows(rows),
        problems=(*problems, *(problem for read in tables.values() for problem in read.problems)),
        words=team_words(columns, facts, rows),
        called=_called(columns),
        schema=columns.specs,
        own_tables=own,
        set_aside=tuple(one for read in tables.values() for one in read.set_aside),
        **records,  # type: ignore[arg-type]  # each table's records are of its own type, see model.schema.SHIPPED
    )


def _called(columns: Columns) -> dict[tuple[str, str], str]:
    """The product's own names of all tabs and columns."""
    return {
        (table, field): rules.own_heading(field) if field else rules.tabs[0]
        for table, rules in columns.tables.items()
        for field in ("", *rules.headings)
    }


def in_tab(table: str, tab: str) -> str:
    """The name under which the headings of a further tab of a table are kept."""
    return f"{table}/{fold(tab)}"


def headings_before(table: str, tab: str, known: Mapping[str, Mapping[str, str]], *, first: bool) -> Mapping[str, str]:
    """The headings that a tab had. One that is new beside others has lost nothing: what kim would fill in there and
    cannot is told with the rows. Where nothing is known tab by tab, only the `first` can be compared."""
    if any(key.startswith(in_tab(table, "")) for key in known):
        return known.get(in_tab(table, tab), {})
    return known.get(table, {}) if first else {}


def headings(snapshot: Snapshot) -> dict[str, dict[str, str]]:
    """The headings of all tables by field, to be handed back as `known` at the next reading."""
    return {table: dict(place.headings) for table, place in snapshot.layouts.items()}
