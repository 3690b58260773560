"""Edits by people: what some columns said when they were last read, compared with what they say now.

What kim writes itself is noted here when it is written (`note_written`), so that whatever else is
different at the next look was done by people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import chain
from typing import Any

from msgspec import Struct, field
from sqlalchemy import Connection, delete, select, update

from automations.ledger.audit import Entry, append
from automations.ledger.codec import dumps, loads
from automations.ledger.schema import seen
from automations.ledger.store import Store, chunks, upsert
from automations.ledger.story import shown_value
from automations.model.plan import EditGroup
from automations.model.values import Value, is_draft, key_text, normalise

KIND = "noticed"  # the kind of the audit entries
UNKNOWN = ""  # the payload of a row of which nothing is kept (its content was erased)
_HEAD = ""  # the key of the row that says which fields the others hold, and when they were looked at
_KEY_FIELD = "number"
_SIZE = 16  # bytes of a digest


class TableLook(Struct, frozen=True):
    """What the noted fields of a table say now. `columns` are the values of each of `fields`, beside
    `keys`; `doubled` are keys that stand more than once: of these nothing is said."""

    workbook: str
    table: str
    fields: tuple[str, ...]
    headings: Mapping[str, str]
    keys: Sequence[str]
    columns: Sequence[Sequence[Value]]
    doubled: frozenset[str] = frozenset()


class _Known(Struct, frozen=True):
    """What was seen last: fields, moment (ISO, local), payloads by key, and keys that were gone."""

    fields: tuple[str, ...]
    at: str
    payloads: Mapping[str, str]
    gone: frozenset[str] = field(default_factory=frozenset)


class Noticing(Store):
    """Keeping what was seen, and telling what people changed."""

    def notice(self, run: str, look: TableLook, now: datetime, *, first: bool = False) -> int:
        """Enters into the audit chain what people changed since the last look; how many rows.

        The very first look, and one with `first`, only remembers. Rows without a number have no
        story yet: they are remembered for the day they get one. `now` is aware, in the site's zone."""
        with self._writing() as connection:
            payloads = dict(zip(look.keys, _payloads(look), strict=True))
            at, mark = now.isoformat(timespec="minutes"), _mark(look, payloads)
            head = {"key": _HEAD, "payload": dumps({"fields": look.fields, "at": at, "mark": mark})}
            # Nearly always: a table that looks as it did is not compared row by row.
            if not first and _is_as_marked(connection, look, mark):
                upsert(connection, seen, [_place(look) | head])
                return 0
            # A look that begins anew has nothing to compare with: all that differs would be taken for edits.
            known = None if first else _known(connection, look)
            if known is None:
                _forget_table(connection, look)
                entries: list[Entry] = []
                fresh: Iterable[str] = payloads
            else:
                entries = list(_entries(known, look, payloads))
                _part_with_gone(connection, look, known, now)
                same = known.fields == look.fields
                fresh = [
                    key
                    for key, payload in payloads.items()
                    if not same or known.payloads.get(key) != payload or key in known.gone
                ]
            rows = [head, *({"key": key, "payload": payloads[key]} for key in fresh)]
            upsert(connection, seen, [_place(look) | row for row in rows])
            append(connection, now, run, entries)
        return len(entries)


def _place(look: TableLook) -> dict[str, Any]:
    return {"workbook": look.workbook, "tbl": look.table, "gone": None}


def _mark(look: TableLook, payloads: Mapping[str, str]) -> str:
    """A digest of all that a look sees."""
    found = blake2b(dumps((look.fields, sorted(look.doubled))).encode(), digest_size=_SIZE)
    found.update("\x1f".join(chain.from_iterable(payloads.items())).encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def _is_as_marked(connection: Connection, look: TableLook, mark: str) -> bool:
    """Whether the last look saw the very same, and kim wrote nothing since: then nothing is compared row by row."""
    here = (seen.c.workbook == look.workbook) & (seen.c.tbl == look.table)
    head = connection.execute(select(seen.c.payload).where(here, seen.c.key == _HEAD)).scalar()
    return head is not None and loads(head).get("mark") == mark


def _known(connection: Connection, look: TableLook) -> _Known | None:
    columns = (seen.c.key, seen.c.payload, seen.c.gone)
    query = select(*columns).where(seen.c.workbook == look.workbook, seen.c.tbl == look.table)
    payloads: dict[str, str] = {}
    gone: set[str] = set()
    for key, payload, since in connection.execute(query):
        payloads[key] = payload
        if since is not None:
            gone.add(key)
    if _HEAD not in payloads:
        return None
    head = loads(payloads.pop(_HEAD))
    return _Known(tuple(head["fields"]), head["at"], payloads, frozenset(gone))


def _payloads(look: TableLook) -> Iterator[str]:
    """Each row's values as JSON; every distinct value is put into it once."""
    if not look.fields:
        return iter(["[]"] * len(look.keys))
    texts = (_texts(column) for column in look.columns)
    return (f"[{','.join(row)}]" for row in zip(*texts, strict=True))


def _texts(column: Sequence[Value]) -> list[str]:
    distinct = set(column)
    if distinct & {True, False}:  # True is 1 to a set: one of the two would be told as the other
        return [dumps(normalise(value)) for value in column]
    known = {value: dumps(normalise(value)) for value in distinct}
    return [known[value] for value in column]


def _entries(known: _Known, look: TableLook, payloads: Mapping[str, str]) -> Iterator[Entry]:
    for key, payload in payloads.items():
        before = known.payloads.get(key)
        back = key in known.gone
        # A row without number changes its key with each word, so that it has no story of its own.
        if is_draft(key) or (before == payload and not back and known.fields == look.fields):
            continue
        now = _values(look.fields, payload)
        if before is None:
            yield _entry("new", key, known, look, {}, now)
            continue
        old = _values(known.fields, before)
        changes = tuple(_changes(old, now, look.headings))
        if back or changes:
            yield _entry("back" if back else "changed", key, known, look, old, now, changes)
    for key in _vanished(known, look):
        if not is_draft(key) and known.payloads[key] != UNKNOWN:  # of who was erased nothing is told anew
            yield _entry("gone", key, known, look, _values(known.fields, known.payloads[key]), {})


def _values(fields: Sequence[str], payload: str) -> dict[str, Value]:
    return dict(zip(fields, loads(payload), strict=True)) if payload != UNKNOWN else {}


def _changes(
    old: Mapping[str, Value], now: Mapping[str, Value], headings: Mapping[str, str]
) -> Iterator[Mapping[str, object]]:
    for name in now:
        # As people see it: a day and the text that says the same day are no edit.
        if name in old and shown_value(old[name]) != shown_value(now[name]):
            yield {"field": name, "column": headings.get(name, name), "old": old[name], "new": now[name]}


def _entry(
    event: str,
    key: str,
    known: _Known,
    look: TableLook,
    old: Mapping[str, Value],
    now: Mapping[str, Value],
    changes: tuple[Mapping[str, object], ...] = (),
) -> Entry:
    """An appointment's entry belongs to the case that it was of before."""
    data = {"event": event, "table": look.table, "key": key, "since": known.at, "changes": changes}
    of_case = key if look.table == "cases" else key_text(old.get("case")) or key_text(now.get("case")) or ""
    return Entry(KIND, data, of_case, key)


def _vanished(known: _Known, look: TableLook) -> list[str]:
    there = {*look.keys, *look.doubled}
    return [key for key in known.payloads if key not in there and key not in known.gone]


def _part_with_gone(connection: Connection, look: TableLook, known: _Known, now: datetime) -> None:
    """A row that is gone may come back; one without number would come back as another."""
    lost = _vanished(known, look)
    here = (seen.c.workbook == look.workbook) & (seen.c.tbl == look.table)
    for part in chunks([key for key in lost if is_draft(key)]):
        connection.execute(delete(seen).where(here, seen.c.key.in_(part)))
    for part in chunks([key for key in lost if not is_draft(key)]):
        connection.execute(update(seen).where(here, seen.c.key.in_(part)).values(gone=now))


def _forget_table(connection: Connection, look: TableLook) -> None:
    connection.execute(delete(seen).where(seen.c.workbook == look.workbook, seen.c.tbl == look.table))


def note_written(connection: Connection, workbook: str, groups: Sequence[EditGroup]) -> None:
    """What kim itself wrote is no edit by people. A row that got its number is known by it from now
    on; one whose number was taken back is forgotten."""
    by_table: dict[str, list[EditGroup]] = {}
    for group in groups:
        if group.op == "edit":
            by_table.setdefault(group.row.table, []).append(group)
    for table, some in by_table.items():
        _note_table(connection, workbook, table, some)


def _note_table(connection: Connection, workbook: str, table: str, groups: Sequence[EditGroup]) -> None:
    here = (seen.c.workbook == workbook) & (seen.c.tbl == table)
    head = connection.execute(select(seen.c.payload).where(here, seen.c.key == _HEAD)).scalar()
    if head is None:
        return
    looked = loads(head)
    fields = looked["fields"]
    payloads: dict[str, str] = {}
    for part in chunks(list({group.row.key for group in groups})):
        found = connection.execute(select(seen.c.key, seen.c.payload).where(here, seen.c.key.in_(part)))
        payloads.update({row.key: row.payload for row in found})
    changed: dict[str, str] = {}
    outdated: set[str] = set()
    for group in groups:
        # Two groups may write to one row, and the first may have given it its number.
        key = group.row.key
        payload = changed.get(key) or payloads.get(key)
        if not payload:
            continue
        changed[key] = _written(payload, fields, group)
    for group in groups:
        numbers = [edit.new for edit in group.edits if edit.field == _KEY_FIELD]
        if numbers and group.row.key in changed:
            outdated.add(group.row.key)
            payload, number = changed.pop(group.row.key), key_text(numbers[-1])
            if number:
                changed[number] = payload
    _drop(connection, here, outdated - changed.keys())
    rows = [{"key": key, "payload": payload} for key, payload in changed.items() if payloads.get(key) != payload]
    # Whoever now types again what stood there before kim wrote has changed something.
    rows.append({"key": _HEAD, "payload": dumps({**looked, "mark": ""})})
    upsert(connection, seen, [{"workbook": workbook, "tbl": table, "gone": None} | row for row in rows])


def _drop(connection: Connection, here: Any, keys: Iterable[str]) -> None:
    for part in chunks(sorted(keys)):
        connection.execute(delete(seen).where(here, seen.c.key.in_(part)))


def _written(payload: str, fields: Sequence[str], group: EditGroup) -> str:
    values = _values(fields, payload)
    values |= {edit.field: normalise(edit.new) for edit in group.edits if edit.field in values}
    return dumps(list(values.values()))
