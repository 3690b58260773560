"""Fields and tables of the team's own, as the tab `Einstellungen` declares them: the same as in columns.toml.

A column means "eigenes Feld: Datum"; in a tab that is no table of kim's all such columns are a table of their own,
whose key is the column that means "eigenes Feld: Schlüssel"."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from automations.model.fields import TARGETS
from automations.model.values import digest
from automations.tables.columns import Columns, TableColumns
from automations.tables.folding import fold, slug
from automations.tables.own_columns import RESERVED, KeptRows, OwnField

KINDS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "text": ("Text", "text"), "number": ("Zahl", "number"), "date": ("Datum", "date"), "time": ("Uhrzeit", "time"),
    "email": ("E-Mail", "email"), "phone": ("Telefon", "phone"), "yes_no": ("ja/nein", "yes/no"),
    "languages": ("Sprachen", "languages"), "manager": ("Kollegin/Kollege", "colleague"), "place": ("Ort", "place"),
    "list": ("Liste", "list"), "key": ("Schlüssel", "key"),
})  # fmt: skip
"""Kinds of own fields, in German and English."""

_OWN = re.compile(r"(?:eigene[sr]?\s+(?:feld|spalte)|own\s+(?:field|column))\s*:\s*(.+)", re.IGNORECASE)
_ROW = re.compile(r"(?:zeile aus|row of)\s+(.+)", re.IGNORECASE)
_KEPT = re.compile(r"(\d{1,3})\s+(monate?|months?|jahre?|years?)\s+(?:danach\s+)?(?:aufbewahren|keep)", re.IGNORECASE)
_LONGEST = 600  # months that rows may be kept after a day
_CLASSES: Mapping[str, str] = MappingProxyType({
    "offen": "open", "open": "open", "intern": "internal", "internal": "internal", "vertraulich": "sensitive",
    "sensitive": "sensitive",
})  # fmt: skip


class OwnMeaning(Struct, frozen=True):
    """A column that is a field of the team's own: its tab and heading, how its cells are read (`of` is the tab whose
    rows it names, where it names some), who may read it; of a day, how many months after it a row is kept."""

    row: int
    tab: str
    heading: str
    kind: str
    of: str = ""
    access: str = "internal"
    keep: int = 0


def is_own(meaning: str) -> bool:
    """Whether a meaning declares a field of the team's own."""
    return _OWN.fullmatch(meaning.strip()) is not None


def own_meaning(row: int, tab: str, heading: str, meaning: str) -> OwnMeaning | None:
    """The field that a meaning declares; None where its kind is not known."""
    found = _OWN.fullmatch(meaning.strip())
    said, *more = (found[1] if found else "").split(",")
    keeps = [kept for part in more if (kept := _KEPT.fullmatch(part.strip()))]
    access = ",".join(part for part in more if not _KEPT.fullmatch(part.strip()))
    words = {fold(word): kind for kind, both in KINDS.items() for word in (kind, *both)}
    named, reader = _ROW.fullmatch(said.strip()), _CLASSES.get(access.strip().casefold(), "" if access else "internal")
    kind = "row" if named else words.get(fold(said), "")
    # Its first letter tells the unit in both languages: Jahre and years, Monate and months.
    months = int(keeps[0][1]) * (12 if keeps[0][2][0] in "jJyY" else 1) if keeps else 0
    if not kind or not reader or (keeps and (kind != "date" or not 1 <= months <= _LONGEST)):
        return None
    return OwnMeaning(row, tab, heading, kind, named[1].strip() if named else "", reader, months)


def meanings_offered(columns: Columns, language: str) -> Iterator[str]:
    """What a drop-down offers, in the site's language."""
    english = language == "en"
    start = "own field" if english else "eigenes Feld"
    yield from (f"{start}: {both[english]}" for both in KINDS.values())
    told = {TARGETS[kind] for kind in KINDS if kind in TARGETS}
    named = (name for name, spec in columns.specs.items() if not (spec.own or spec.closed or name in told) and spec.key)
    yield from (f"{start}: {'row of' if english else 'Zeile aus'} {columns.tables[name].tabs[0]}" for name in named)


def declared(
    columns: Columns, found: Sequence[OwnMeaning], tables: Mapping[str, str]
) -> tuple[Columns, list[OwnMeaning]]:
    """The columns with the fields and tables that the tab declares, and those whose table or name cannot be.

    `tables` are the tables of kim's that the tab says stand in a tab, by folded tab name."""
    known = {fold(tab): name for name, rules in columns.tables.items() for tab in rules.tabs} | dict(tables)
    names = dict(known)
    for one in found:
        names.setdefault(fold(one.tab), _free(one.tab, columns.tables.keys() | names.values()))
    changed: dict[str, TableColumns] = {}
    odd: list[OwnMeaning] = []
    for tab in dict.fromkeys(fold(one.tab) for one in found):
        mine = [one for one in found if fold(one.tab) == tab and (one.kind != "row" or fold(one.of) in names)]
        odd += [one for one in found if fold(one.tab) == tab and one not in mine]
        name = names[tab]
        if name and mine:
            changed[name] = _table(columns.tables.get(name), mine, names)
        else:
            odd += mine
    whole = columns.model_copy(update={"tables": {**columns.tables, **changed}})
    whole.__dict__.pop("specs", None)  # model_copy takes what was cached along, without the new fields
    return whole, odd


def _table(rules: TableColumns | None, mine: Sequence[OwnMeaning], names: Mapping[str, str]) -> TableColumns:
    fields, key = dict(rules.fields) if rules else {}, rules.key if rules else ""
    taken, keep = set(rules.headings) if rules else set(), rules.keep if rules else None
    for one in mine:
        name = next((n for n, field in fields.items() if fold(one.heading) in map(fold, field.headings)), "")
        name = name or _free(one.heading, taken | fields.keys())
        kind = {"row": names.get(fold(one.of), ""), "key": "text"}.get(one.kind, one.kind)
        fields[name] = OwnField.model_validate({"headings": (one.heading,), "kind": kind, "class": one.access})
        key = name if one.kind == "key" and rules is None else key
        keep = KeptRows(after=name, months=one.keep) if one.keep else keep
    # Rows without a key cannot be named in a question, so they are not asked about when their time is over.
    keep = keep if key and (rules is None or rules.headings.keys() == rules.fields.keys()) else None
    headings = {name: field.headings for name, field in fields.items()}
    if rules is None:
        return TableColumns(tabs=(mine[0].tab,), key=key, fields=fields, headings=headings, optional=True, keep=keep)
    theirs = {fold(one.heading) for one in mine}
    kept = {name: tuple(a for a in aliases if fold(a) not in theirs) for name, aliases in rules.headings.items()}
    changed = rules.model_copy(update={"fields": fields, "headings": {**kept, **headings}, "keep": keep})
    changed.__dict__.pop("by_heading", None)
    return changed


def _free(title: str, taken: Container[str]) -> str:
    """A name that is none of kim's words and stands nowhere else. Names are told to the ledger, so each depends on its
    own title as far as may be, and hardly on the order of the rows."""
    name = slug(title)[:40]
    ends = digest(fold(title))[:8]  # of titles in other letters nothing is left; long ones are cut alike
    offered = (name, f"own_{name}"[:40] if name else "", f"own_{ends}")
    return next((one for one in offered if one and one not in RESERVED and one not in taken), f"own_{ends}")
