"""From canonical values to the words of the team's workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import chain

from msgspec.structs import replace

from automations.model.layout import TableLayout
from automations.model.plan import CellEdit, EditGroup
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.model.values import Value, same
from automations.tables.columns import Columns
from automations.tables.folding import fold
from automations.tables.rows import TableRows
from automations.tables.words import key_text
from automations.workbooks.drawing.printable import clean

_WRITTEN_KINDS = ("contact_way", "urgency", "status", "phase", "answer", "purpose")
# Free words, which stay as typed; figures count those that mean the same under the one that is used most.
_GROUPED_KIND = "sex"


def team_words(
    columns: Columns, facts: SiteFacts, tables: Mapping[str, Sequence[TableRows]]
) -> dict[tuple[str, str, str], str]:
    """(table, field, canonical value) -> the word that this workbook uses most, else the product's."""
    words: dict[tuple[str, str, str], str] = {}
    for table, spec in columns.specs.items():
        for name, field in spec.fields.items():
            kind = field.kind
            if kind == _GROUPED_KIND:
                words |= {(table, name, t): w for t, w in _grouped(columns, kind, tables.get(table, ()), name).items()}
            if kind in _WRITTEN_KINDS:
                for canonical, word in _product_words(columns, facts, kind).items():
                    words[table, name, canonical] = word
                words |= {(table, name, c): w for c, w in _used(columns, kind, tables.get(table, ()), name).items()}
                if kind == "phase":  # the site says what its phases are called
                    words |= {(table, name, phase.id): phase.word for phase in facts.phases if phase.word}
    return words


def _product_words(columns: Columns, facts: SiteFacts, kind: str) -> dict[str, str]:
    if kind == "phase":
        return {phase.id: phase.word or columns.own_word(kind, phase.id) for phase in facts.phases}
    return {canonical: columns.own_word(kind, canonical) for canonical in columns.words.get(kind, {})}


def _grouped(columns: Columns, kind: str, parts: Sequence[TableRows], name: str) -> dict[str, str]:
    """Each word of the column that the vocabulary knows -> the most frequent one that means the same."""
    known, best = columns.vocabulary(kind), _used(columns, kind, parts, name)
    typed = {text for value in _cells(parts, name) if (text := key_text(value))}
    return {text: best[known[fold(text)]] for text in typed if fold(text) in known}


def _used(columns: Columns, kind: str, parts: Sequence[TableRows], name: str) -> dict[str, str]:
    known = columns.vocabulary(kind)
    best: dict[str, str] = {}
    # Of words used equally often the first one in the table counts: the same in every run.
    for value, _ in Counter(_cells(parts, name)).most_common():
        text = key_text(value)
        canonical = known.get(fold(text)) if text else None
        if text and canonical is not None:
            best.setdefault(canonical, text)
    return best


def _cells(parts: Sequence[TableRows], name: str) -> Iterable[Value]:
    return chain.from_iterable(rows.column(name, range(len(rows.values))) for rows in parts if name in rows.places)


def encode(groups: Sequence[EditGroup], snapshot: Snapshot) -> tuple[EditGroup, ...]:
    """The groups with canonical values turned into the team's words, without fields that may not be
    written, without cells that show an error and those that say so already. A group whose leading field
    may not be written does not exist, nor does one with nothing left."""
    encoded = (_encoded(group, snapshot) for group in groups if not forbidden(group, snapshot))
    return tuple(group for group in encoded if group is not None)


def forbidden(group: EditGroup, snapshot: Snapshot) -> str:
    """The leading field of a group where kim may not write it; "" where it may. A row that kim
    appends gets its key in any case."""
    layout = snapshot.layouts.get(group.row.table)
    if layout is None:
        return ""
    names = [edit.field for edit in group.edits if group.op == "edit" or edit.field != layout.key_field]
    return names[0] if names and names[0] not in _allowed(group, layout, snapshot) else ""


def _allowed(group: EditGroup, layout: TableLayout, snapshot: Snapshot) -> frozenset[str]:
    """Fields that a group may write: in a new row those, too, that are only staff's afterwards."""
    if group.op == "append":
        return layout.writable | layout.appendable | {layout.key_field}
    row = snapshot.rows.get(group.row)
    # The tab in which the row stands may lack a column that another tab of the table has.
    return layout.writable & layout.part(row.tab).columns.keys() if row and layout.others else layout.writable


def _encoded(group: EditGroup, snapshot: Snapshot) -> EditGroup | None:
    layout = snapshot.layouts.get(group.row.table)
    if layout is None:
        return None
    broken = _broken(group, snapshot)
    # A number over a cell that shows an error would be made anew, and fail anew, at every run.
    if group.op == "edit" and group.edits[0].field in broken:
        return None
    edits = tuple(_edits(group, _allowed(group, layout, snapshot) - broken, snapshot.words))
    news = tuple(edit for edit in edits if group.op == "append" or not same(edit.old, edit.new))
    stands = {edit.field: edit.old for edit in edits if edit not in news}
    return replace(group, edits=news, guards={**stands, **group.guards}) if news else None


def _broken(group: EditGroup, snapshot: Snapshot) -> frozenset[str]:
    """Fields of the row whose cell shows an error: it stands in the list of problems, and is not written over."""
    row = snapshot.rows.get(group.row)
    return frozenset(name for name, cell in row.cells.items() if cell.kind == "error") if row else frozenset()


def _edits(group: EditGroup, writable: frozenset[str], words: Mapping[tuple[str, str, str], str]) -> Iterable[CellEdit]:
    for edit in group.edits:
        if edit.field in writable:
            new = str(edit.new) if isinstance(edit.new, StrEnum) else edit.new
            word = words.get((group.row.table, edit.field, new)) if isinstance(new, str) else None
            new = new if word is None else word
            # What a cell cannot hold would refuse the whole write, or be read back as something else.
            yield replace(edit, new=clean(new) if isinstance(new, str) else new)
