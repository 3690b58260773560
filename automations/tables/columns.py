"""`columns.toml` as values: which tabs, headings and words mean what."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from pydantic import Field, field_validator, model_validator

from automations.model.settings import SettingError, Strict
from automations.tables.folding import fold
from automations.tables.schema import FIELDS, PSEUDO, WORD_KINDS

Aliases = tuple[str, ...]


class TableColumns(Strict):
    """One table: where it stands and what its columns are called, the product's own word first.

    `required` are columns without which the table is not read. `kim_writes` are fields that kim
    fills in under their first heading, `kim_sets` staff's fields in which it enters clients' answers.
    `first_heading` is set where several tables share a tab: the table begins with the column of that heading.
    """

    tabs: Aliases = Field(min_length=1)
    optional: bool = False
    first_heading: str = ""
    required: tuple[str, ...] = ()
    kim_writes: tuple[str, ...] = ()
    kim_sets: tuple[str, ...] = ()
    headings: Mapping[str, Aliases]

    @model_validator(mode="after")
    def _known_fields(self) -> TableColumns:
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
        return {fold(alias): (name, rank) for rank, name, alias in sorted(ranked, key=lambda item: -item[0])}

    def own_heading(self, name: str) -> str:
        """The product's own heading of a field."""
        return next(iter(self.headings.get(name, ())), name)

    def may_write(self, name: str, heading: str) -> bool:
        """Whether kim may write the column of that field under that heading."""
        return name in (*self.kim_writes, *self.kim_sets) and fold(heading) == fold(self.own_heading(name))


class MailWords(Strict):
    """Mail providers whose misspellings are noticed."""

    providers: tuple[str, ...] = ()


class Columns(Strict):
    """All of `columns.toml`. `words` turn what stands in a cell into canonical values, by kind."""

    tables: Mapping[str, TableColumns]
    words: Mapping[str, Mapping[str, Aliases]]
    mail: MailWords = MailWords()

    @field_validator("tables")
    @classmethod
    def _tables(cls, tables: Mapping[str, TableColumns]) -> Mapping[str, TableColumns]:
        for table, columns in tables.items():
            if table not in FIELDS:
                raise SettingError("there is no table “{name}”; there is: {names}", name=table, names=", ".join(FIELDS))
            unknown = set(columns.headings) - set(FIELDS[table]) - PSEUDO.get(table, frozenset())
            if unknown:
                raise SettingError("the table “{table}” has no column “{name}”", table=table, name=min(unknown))
        return tables

    @field_validator("words")
    @classmethod
    def _words(cls, words: Mapping[str, Mapping[str, Aliases]]) -> Mapping[str, Mapping[str, Aliases]]:
        for kind in words:
            if kind not in WORD_KINDS:
                raise SettingError(
                    "there are no words of the kind “{name}”; there is: {names}", name=kind, names=", ".join(WORD_KINDS)
                )
        return words

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

    def own_word(self, kind: str, canonical: str) -> str:
        """The product's word for a canonical value; the value itself where it has none."""
        return next(iter(self.words.get(kind, {}).get(canonical, ())), canonical)
