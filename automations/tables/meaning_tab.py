"""The tab `Einstellungen`: what the team says its own columns and words mean. One row a column, or a word.

A row counts as soon as nothing stands under “bitte prüfen” any more: what `kim init` only guessed is no decision.
What stands here goes before columns.toml, but never gives kim the right to write into a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from automations.common.texts import Texts
from automations.model.problems import Problem
from automations.tables.columns import TOLD_BY_TABS, Columns, TableColumns
from automations.tables.folding import fold
from automations.tables.meaning_rows import Meaning, headings_in, meanings, settings_tabs
from automations.tables.own_meanings import OwnMeaning, declared, is_own, own_meaning
from automations.tables.schema import WORD_KINDS
from automations.workbooks.protocol import RawWorkbook

NOT_USED = ("wird nicht gebraucht", "not used")
"""The meaning of a column that kim leaves alone, in German and English; nothing says the same."""

TAB_NAME = ("(Name des Blattes)", "(name of the tab)")
"""What stands for a heading in the row of what the names of several tabs say: a tab a colleague."""

# What kim calls its tables, whatever the team's own tabs are called.
_PRODUCT: Mapping[str, tuple[str, ...]] = {
    "cases": ("Fälle", "Cases"), "appointments": ("Termine", "Appointments"), "team": ("Team", "Staff"),
    "locations": ("Standorte", "Locations"), "naturalisation": ("Einbürgerung", "Naturalisation"),
    "decisions": ("Entscheidungen", "Decisions"), "consents": ("Einwilligungen", "Consents"),
}  # fmt: skip

_NOT_USED = frozenset(map(fold, (*NOT_USED, "nicht verwenden", "-", "keine")))
_TAB_NAME = frozenset(map(fold, TAB_NAME))
_BETWEEN = ": "
_HEADS = 100  # rows in which a heading is looked for: tables may begin below others
_ONLY_IT = "“{meaning}” was read from another column so far; only columns.toml can change that."
# Columns by which messages leave: once read, another one is taken for them only by columns.toml.
_CONTACT = ("email", "phone", "contact", "contact_way", "consent_on", "withdrawn_on")


def column_meaning(columns: Columns, table: str, name: str) -> str:
    """How the tab calls a column: "Fälle: Eingang"."""
    rules = columns.tables[table]
    return f"{rules.tabs[0]}{_BETWEEN}{rules.own_heading(name)}"


def column_meanings(columns: Columns) -> dict[str, tuple[str, str]]:
    """Every meaning that a column may have, folded -> (table, field)."""
    ranked = sorted(
        (rank, table, name, alias)
        for table, rules in columns.tables.items()
        for name, aliases in rules.headings.items()
        for rank, alias in enumerate(aliases)
    )
    found: dict[str, tuple[str, str]] = {}
    for _, table, name, alias in ranked:
        for tab in (*_PRODUCT.get(table, ()), columns.tables[table].tabs[0]):
            found.setdefault(fold(f"{tab}{_BETWEEN}{alias}"), (table, name))
    return found


class Meant(Struct, frozen=True):
    """The columns as the tab has them, and what in it is not understood; `unused` are tabs and headings, folded, of
    which it says that they are not used."""

    columns: Columns
    problems: tuple[Problem, ...] = ()
    unused: frozenset[tuple[str, str]] = frozenset()


def meant(
    workbook: RawWorkbook, shipped: Columns, known: Mapping[str, Mapping[str, str]], said: Texts, name: str = "team"
) -> Meant:
    """columns.toml with what the tab says laid over it. `known` are the headings of the last reading."""
    rows = meanings(workbook)
    if not any(row.counts for row in rows):
        return Meant(shipped)
    return _Reading(shipped, known, said, (name, settings_tabs(workbook)[0].name), workbook).done(rows)


class _Reading:
    """`place` is the workbook and the tab, as they are called."""

    def __init__(
        self, columns: Columns, known: Mapping[str, Mapping[str, str]], said: Texts, place: tuple[str, str],
        workbook: RawWorkbook,
    ) -> None:  # fmt: skip
        self._workbook = workbook
        self._columns, self._known, self._texts, self._place = columns, known, said, place
        self._meanings = column_meanings(columns)
        self._problems: list[Problem] = []
        self._by_tabs: dict[str, str] = {}

    def done(self, rows: Sequence[Meaning]) -> Meant:
        fields: dict[str, dict[str, list[Meaning]]] = {}
        unused: dict[str, list[str]] = {}
        named: dict[str, str] = {}
        for row in rows:
            if not self._is_column(row):
                continue
            if not row.meaning or fold(row.meaning) in _NOT_USED:
                unused.setdefault(fold(row.tab), []).append(row.heading)
            elif place := self._meanings.get(fold(row.meaning)):
                table, name = place
                if fold(row.heading) in _TAB_NAME:
                    named[table] = name
                elif self._may_be(table, name, row):
                    fields.setdefault(table, {}).setdefault(name, []).append(row)
            else:
                self._say(row.row, "“{meaning}” is none of the meanings that a column can have.", row.meaning)
        tables = {table: self._table(self._columns.tables[table], found, unused) for table, found in fields.items()}
        tables |= self._in_rows(fields)
        for table, name in named.items():
            if table in tables and name in TOLD_BY_TABS and name not in fields[table]:
                tables[table] = tables[table].model_copy(update={"tab_names": name})
                self._by_tabs[table] = name
        columns = self._columns.model_copy(update={"tables": {**self._columns.tables, **tables}})
        columns = self._with_own(columns, rows, fields)
        left = frozenset((fold(row.tab), fold(row.heading)) for row in rows if fold(row.meaning) in _NOT_USED)
        return Meant(self._with_words(columns, rows, fields), tuple(self._problems), left)

    def _is_column(self, row: Meaning) -> bool:
        """Whether a row says what a column means to kim: it counts, is about no word, and declares no own field."""
        return not (row.word or not row.counts or is_own(row.meaning) or (not row.meaning and self._declared(row)))

    def _with_own(
        self, columns: Columns, rows: Sequence[Meaning], fields: Mapping[str, Mapping[str, Sequence[Meaning]]]
    ) -> Columns:
        own = [one for row in rows if row.counts and is_own(row.meaning) for one in self._own(row)]
        if not own:
            return columns
        theirs = {fold(row.tab): table for table, found in fields.items() for some in found.values() for row in some}
        whole, odd = declared(columns, own, theirs)
        for one in odd:
            self._say(one.row, "“{meaning}” names no tab that kim reads.", one.of or one.tab)
        for one in own:
            if one not in odd and not self._stands(one):
                self._missing(one)
        return whole

    def _stands(self, one: OwnMeaning) -> bool:
        """Whether the heading is to be seen in its tab."""
        tabs = (tab for tab in self._workbook.tabs if fold(tab.name) == fold(one.tab))
        rows = (row for tab in tabs for row in tab.rows[:_HEADS])
        return any(isinstance(cell, str) and fold(cell) == fold(one.heading) for row in rows for cell in row)

    def _missing(self, one: OwnMeaning) -> None:
        (workbook, tab), column = self._place, headings_in(self._texts.language)[1]
        said = self._texts.say("There is no heading “{heading}” in a tab “{tab}”.", heading=one.heading, tab=one.tab)
        advice = self._texts.say("Please type both as they stand there, or delete this row.")
        self._problems.append(Problem("missing_meant", said, advice, "warning", workbook, "", tab, one.row, column,
                                      who="lead"))  # fmt: skip

    def _own(self, row: Meaning) -> list[OwnMeaning]:
        found = own_meaning(row.row, row.tab, row.heading, row.meaning)
        if found is None:
            self._say(row.row, "“{meaning}” is no kind of column; write it like “own field: date”.", row.meaning)
        return [found] if found else []

    def _declared(self, row: Meaning) -> bool:
        """Whether the team declared a field of its own under that heading: saying nothing takes nothing away."""
        return any(
            rules.by_heading.get(fold(row.heading), ("", 0))[0] in rules.fields
            for rules in self._columns.tables.values()
        )

    def _in_rows(self, fields: Mapping[str, Mapping[str, Sequence[Meaning]]]) -> dict[str, TableColumns]:
        """The appointments, where what belongs to them stands in a tab of cases."""
        theirs = {fold(row.tab) for found in fields.get("cases", {}).values() for row in found}
        named = fields.get("appointments", {})
        days = [row for row in named.get("date", ()) if fold(row.tab) in theirs]
        if not days:
            return {}
        rules = self._columns.tables["appointments"]
        headings = {
            name: tuple(dict.fromkeys((*aliases, *(row.heading for row in named.get(name, ())))))
            for name, aliases in rules.headings.items()
        }
        changed = rules.model_copy(update={
            "optional": True, "headings": headings, "in_columns": tuple(dict.fromkeys(row.heading for row in days)),
        })  # fmt: skip
        changed.__dict__.pop("by_heading", None)  # model_copy takes what was cached along, with the old headings
        return {"appointments": changed}

    def _may_be(self, table: str, name: str, row: Meaning) -> bool:
        """Whether a column may be taken for that field: one by which messages leave is not changed by a cell."""
        before = self._known.get(table, {}).get(name, "")
        if table == "cases" and name in _CONTACT and before and fold(before) != fold(row.heading):
            self._say(row.row, _ONLY_IT, row.meaning)
            return False
        return True

    def _table(
        self, rules: TableColumns, named: Mapping[str, Sequence[Meaning]], unused: Mapping[str, Sequence[str]]
    ) -> TableColumns:
        tabs = tuple(dict.fromkeys(row.tab for found in named.values() for row in found))
        taken = {fold(row.heading) for found in named.values() for row in found}
        left = {fold(heading) for tab in tabs for heading in unused.get(fold(tab), ())} | taken
        headings = {name: tuple(a for a in aliases if fold(a) not in left) for name, aliases in rules.headings.items()}
        for name, found in named.items():
            own = rules.own_heading(name)
            theirs = tuple(dict.fromkeys(row.heading for row in found))
            # kim writes under its own heading alone (`may_write`), so that one stays first where nobody took it.
            first = (own,) if fold(own) not in left or fold(own) in {fold(text) for text in theirs} else ()
            headings[name] = tuple(dict.fromkeys((*first, *theirs)))
        mine = {name for name, aliases in headings.items() if aliases and aliases[0] == rules.own_heading(name)}
        changed = rules.model_copy(update={
            "tabs": tabs, "together": len(tabs) > 1, "headings": headings,
            "kim_writes": tuple(name for name in rules.kim_writes if name in mine),
            "kim_sets": tuple(name for name in rules.kim_sets if name in mine),
        })  # fmt: skip
        changed.__dict__.pop("by_heading", None)
        return changed

    def _with_words(
        self, columns: Columns, rows: Sequence[Meaning], fields: Mapping[str, Mapping[str, Sequence[Meaning]]]
    ) -> Columns:
        places = {
            (fold(row.tab), fold(row.heading)): (table, name)
            for table, named in fields.items()
            for name, found in named.items()
            for row in found
        }
        places |= {
            (fold(row.tab), heading): (table, self._by_tabs[table])
            for table, named in fields.items()
            if table in self._by_tabs
            for found in named.values()
            for row in found
            for heading in _TAB_NAME
        }
        words = {kind: dict(known) for kind, known in columns.words.items()}
        for row in rows:
            place = places.get((fold(row.tab), fold(row.heading)))
            if not row.word or not row.counts or not row.meaning or place is None:
                continue
            # The column holds several languages, a word means one.
            kind = columns.kind_of(*place).replace("languages", "language")
            canonical = columns.vocabulary(kind).get(fold(row.meaning)) if kind in WORD_KINDS else None
            if canonical is None:
                self._say(row.row, "“{meaning}” is none of the meanings that this word can have.", row.meaning)
                continue
            words.setdefault(kind, {})[canonical] = (*words[kind].get(canonical, ()), row.word)
        return columns.model_copy(update={"words": words})

    def _say(self, row: int, message: str, meaning: str) -> None:
        (workbook, tab), column = self._place, headings_in(self._texts.language)[4]
        self._problems.append(Problem(
            "unknown_meaning", self._texts.say(message, meaning=meaning),
            self._texts.say("Please choose one from the list in the column “{column}”.", column=column), "warning",
            workbook, "", tab, row, column, who="lead",
        ))  # fmt: skip
