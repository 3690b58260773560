"""`columns.toml` as values: which tabs, headings and words mean what."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace
from pydantic import Field, field_validator, model_validator
from pydantic.json_schema import SkipJsonSchema

from automations.common.alike import alike
from automations.model.schema import OWN_KINDS, SHIPPED, ConsentFields, Keeping, Schema, TableSpec
from automations.model.settings import SettingError, Strict
from automations.tables.blank_words import EVERYWHERE, Nothing
from automations.tables.folding import fold
from automations.tables.own_columns import ID, RESERVED, Aliases, ConsentColumns, KeptRows, OwnField, own_field_spec
from automations.tables.schema import FIELDS, PSEUDO, WORD_KINDS

TOLD_BY_TABS = frozenset({"manager", "phase"})  # what the name of a tab may say of the rows in it


class TableColumns(Strict):
    """One table: where it stands and what its columns are called, the product's own word first.

    `required` are columns without which the table is not read. `kim_writes` are fields that kim fills in under their
    first heading, `kim_sets` staff's fields in which it enters clients' answers. Of a `quiet` one nothing is said where
    a tab of its name is something else of the team's. `begun_by_kim` is the id of the tab of ours that the table may
    stand in. `first_heading` is set where several tables share a tab: the table begins with the column of that heading.
    `together`: every tab of `tabs` that is there belongs to the table (a tab a year, a colleague); else the first one
    that is found. New rows go into the first. `consents` is set where the rows of an own table are consents that
    somebody outside learns of a case; `keep` is how long the rows of one are kept. `crosses` are headings of columns
    with an x where a language is spoken (languages = ["AR", "UK/RU"]). `in_columns` of the appointments are headings in
    the tab of the cases below each of which stands the day of one ("1. Termin", "2. Termin"), what belongs to it right
    of it. `tab_names` is the field that the name of each tab tells ("manager": a tab a colleague, "phase": a tab a
    phase), where no column does."""

    tabs: Aliases = Field(min_length=1)
    together: bool = False
    optional: bool = False
    first_heading: str = ""
    required: tuple[str, ...] = ()
    kim_writes: tuple[str, ...] = ()
    kim_sets: tuple[str, ...] = ()
    headings: Mapping[str, Aliases] = Field(default_factory=dict)
    crosses: Mapping[str, Aliases] = Field(default_factory=dict)
    in_columns: Aliases = ()
    tab_names: str = ""
    key: str = ""
    fields: Mapping[str, OwnField] = Field(default_factory=dict)
    consents: ConsentColumns | None = None
    keep: KeptRows | None = None
    quiet: SkipJsonSchema[bool] = False
    begun_by_kim: SkipJsonSchema[str] = ""
    rules_set: SkipJsonSchema[tuple[str, ...]] = Field(default=(), exclude=True)

    @model_validator(mode="before")
    @classmethod
    def _with_own_headings(cls, data: Any) -> Any:
        """The headings of own fields stand beside those of shipped ones, so that all are found alike."""
        own = data.get("fields") if isinstance(data, dict) else None
        if not isinstance(own, dict):
            return data
        found = {
            name: field["headings"] for name, field in own.items() if isinstance(field, dict) and field.get("headings")
        }
        known = data.get("headings") or {}
        return {**data, "headings": {**known, **found}} if isinstance(known, dict) else data

    @model_validator(mode="after")
    def _known_fields(self) -> TableColumns:
        for name in self.fields:
            if not ID.fullmatch(name) or name in RESERVED:
                raise SettingError(
                    "“{name}” cannot be the name of a field: small letters, digits and _ are expected", name=name
                ).under("fields", name)
        if self.tab_names not in {"", *TOLD_BY_TABS}:
            raise SettingError("tab_names can be “manager” or “phase”: what the name of each tab says of its rows")
        for name in (*self.required, *self.kim_writes, *self.kim_sets):
            if name not in self.headings:
                raise SettingError(
                    'the column {name} has no headings: write a line {name} = ["…"] below headings', name=name
                )
        return self

    @cached_property
    def by_heading(self) -> Mapping[str, tuple[str, int]]:
        """Folded heading -> (field, rank of the alias); the earlier alias wins."""
        ranked = [(rank, name, alias) for name, aliases in self.headings.items() for rank, alias in enumerate(aliases)]
        # The worst first, so that a better alias takes its place.
        return {fold(alias): (name, rank) for rank, name, alias in sorted(ranked, key=lambda item: -item[0])}

    def own_heading(self, name: str) -> str:
        """The product's own heading of a field."""
        return next(iter(self.headings.get(name, ())), name)

    def may_write(self, name: str, heading: str) -> bool:
        """Whether kim may write the column of that field under that heading. What a rule fills in was
        named by whoever wrote the rule, so any heading of it will do."""
        return name in self.rules_set or (
            name in (*self.kim_writes, *self.kim_sets)
            and (self.quiet or fold(heading) == fold(self.own_heading(name)))  # tabs of rules are kim's own invention
        )


class MailWords(Strict):
    """Mail providers whose misspellings are noticed."""

    providers: tuple[str, ...] = ()


class Columns(Strict):
    """All of `columns.toml`. `words` turn what stands in a cell into canonical values, by kind; `nothing`
    are words that stand for a blank cell, by kind of column or by field, under "any" for nearly all."""

    tables: Mapping[str, TableColumns]
    words: Mapping[str, Mapping[str, Aliases]]
    nothing: Mapping[str, Aliases] = Field(default_factory=dict)
    mail: MailWords = MailWords()

    @field_validator("tables")
    @classmethod
    def _tables(cls, tables: Mapping[str, TableColumns]) -> Mapping[str, TableColumns]:
        for table, columns in tables.items():
            try:
                (_fits_shipped if table in FIELDS else _fits_own)(table, columns)
            except SettingError as error:
                raise error.under(table) from None
            for name, field in columns.fields.items():
                if field.kind not in OWN_KINDS and field.kind not in tables:
                    raise SettingError(
                        "the field “{name}” of the table “{table}” is of no known kind “{kind}”; there is: {names}",
                        name=name, table=table, kind=field.kind, names=", ".join((*OWN_KINDS, *tables)),
                    ).under(table, "fields", name)  # fmt: skip
        return tables

    @field_validator("words")
    @classmethod
    def _words(cls, words: Mapping[str, Mapping[str, Aliases]]) -> Mapping[str, Mapping[str, Aliases]]:
        for kind in words:
            if kind not in WORD_KINDS:
                raise SettingError(
                    "there are no words of the kind “{name}”; there is: {names}", name=kind, names=", ".join(WORD_KINDS)
                ).under(kind)
        return words

    @model_validator(mode="after")
    def _known_nothing(self) -> Columns:
        # A word for a field of a pack that is not in use is a slip as well.
        kinds = {field.kind for spec in self.specs.values() for field in spec.fields.values()}
        fields = {name for spec in self.specs.values() for name in spec.fields}
        for name in self.nothing:
            if name not in {EVERYWHERE, *OWN_KINDS, *kinds, *fields}:
                raise SettingError(
                    "[nothing] has words for “{name}”, but there is no such kind of column and no such field", name=name
                ).under("nothing", name)
        return self

    @cached_property
    def nothing_words(self) -> Nothing:
        """The words that stand for a blank cell, where they are no words of the column."""
        return Nothing(self.nothing, {kind: self._spelled(kind) for kind in self.words})

    def _spelled(self, kind: str) -> list[str]:
        listed = self.words[kind]
        return [*listed, *(alias for aliases in listed.values() for alias in aliases)]

    @cached_property
    def specs(self) -> Schema:
        """All tables with all of their fields; shipped ones first, in the order of reading."""
        found = {table: self._spec(spec) for table, spec in SHIPPED.items()}
        for table, columns in self.tables.items():
            if table not in SHIPPED:
                needed = ((columns.key,),) if columns.key else ()
                consents = ConsentFields(**columns.consents.model_dump()) if columns.consents else None
                keep = Keeping(columns.keep.after, columns.keep.months) if columns.keep else None
                spec = TableSpec(
                    table, {}, columns.key, needed=needed, consents=consents, closed=columns.quiet, keep=keep
                )
                found[table] = self._spec(spec)
        return MappingProxyType(found)

    def _spec(self, shipped: TableSpec) -> TableSpec:
        columns = self.tables.get(shipped.name)
        if columns is None or not columns.fields:
            return shipped
        own = {name: own_field_spec(name, field, columns.key) for name, field in columns.fields.items()}
        return replace(shipped, fields=MappingProxyType({**shipped.fields, **own}))

    def kind_of(self, table: str, name: str) -> str:
        """How a field is read: the name of a parser; "text" where nothing else is said."""
        spec = self.specs[table].fields.get(name) if table in self.specs else None
        return spec.kind if spec else "text"

    def setting(self, fields: Mapping[str, tuple[str, ...]]) -> Columns:
        """The same, where rules fill in these fields of these tables."""
        changed = {
            table: columns.model_copy(update={"rules_set": tuple(fields[table])})
            for table, columns in self.tables.items()
            if fields.get(table)
        }
        return self.model_copy(update={"tables": {**self.tables, **changed}}) if changed else self

    def vocabulary(self, kind: str) -> dict[str, str]:
        """Folded word -> canonical value of that kind; the canonical value itself is a word too."""
        known: dict[str, str] = {}
        for canonical, aliases in self.words.get(kind, {}).items():
            for alias in (*aliases, canonical):
                known.setdefault(fold(alias), canonical)
        return known

    def spellings(self, kind: str) -> dict[str, str]:
        """Folded word -> the word as columns.toml writes it."""
        return {fold(word): word for words in self.words.get(kind, {}).values() for word in reversed(words)}

    @cached_property
    def ticks(self) -> Mapping[str, str]:
        """Words of a cell in which people ask for something, made comparable: "yes" where they say no more than that,
        blank where they ask for nothing."""
        answers = self.words.get("yes_no", {})
        none = (*self.nothing.get("focus", ()), *answers.get("no", ()))
        return {alike(word): "" for word in none} | {alike(word): "yes" for word in answers.get("yes", ())}

    def own_word(self, kind: str, canonical: str) -> str:
        """The product's word for a canonical value; the value itself where it has none."""
        return next(iter(self.words.get(kind, {}).get(canonical, ())), canonical)


def _fits_shipped(table: str, columns: TableColumns) -> None:
    """Raise SettingError for columns that the shipped table has not, or that stand there twice."""
    twice = set(columns.fields) & (set(FIELDS[table]) | PSEUDO.get(table, frozenset()))
    if twice:
        raise SettingError("the table “{table}” has a field “{name}” already", table=table, name=min(twice))
    unknown = set(columns.headings) - set(FIELDS[table]) - PSEUDO.get(table, frozenset()) - set(columns.fields)
    if unknown:
        raise SettingError("the table “{table}” has no column “{name}”", table=table, name=min(unknown))
    if columns.consents:
        raise SettingError("consents stand in the tab of consents, or in a table of your own; “{table}” is neither",
                           table=table)  # fmt: skip
    if columns.keep:
        raise SettingError("keep is for tables of your own; cases are kept as [retention] in site.toml says")
    if columns.key and columns.key != SHIPPED[table].key:
        raise SettingError("the key of the table “{table}” is always “{name}”", table=table, name=SHIPPED[table].key)


def _fits_own(table: str, columns: TableColumns) -> None:
    """Raise SettingError for an own table that cannot be read. A name near a shipped one is a slip."""
    # Without a field of its own it can only be a shipped table, misspelt.
    near = get_close_matches(table, FIELDS, 1, cutoff=0.75)
    if not columns.fields:
        names = ", ".join(near or FIELDS)
        raise SettingError("there is no table “{name}”; there is: {names}", name=table, names=names)
    if not ID.fullmatch(table) or table in RESERVED:
        raise SettingError(
            "“{name}” cannot be the name of a table: small letters, digits and _ are expected", name=table
        )
    consents = columns.consents.model_dump(exclude={"purpose"}).values() if columns.consents else ()
    for name in (columns.key, *columns.headings, *consents):
        if name and name not in columns.fields:
            raise SettingError("the table “{table}” has no column “{name}”", table=table, name=name)
    after = columns.fields.get(columns.keep.after) if columns.keep else None
    if columns.keep and (after is None or after.kind != "date" or not columns.key):
        raise SettingError("keep in the table “{table}” takes a key, and a field of days after which rows are past "
                           "their time", table=table)  # fmt: skip
