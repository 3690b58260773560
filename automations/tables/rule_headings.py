"""What the tabs and headings of this workbook mean in a rule."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from automations.common.characters import ARROW
from automations.model.schema import DATES, DEEPEST, Schema, field_at, pointing
from automations.model.snapshot import Snapshot
from automations.tables.columns import Columns
from automations.tables.folding import fold
from automations.tables.rule_tokens import ConditionError

STEP = re.compile(rf"\s*(?:{ARROW})\s*")  # between a reference and the column of the row that it names

_NOT_USED = (
    "The tab of settings says that the column “{sign}” is not used; empty that cell, or say what it is, such as "
    "“own field: number”."
)
_NO_HEADINGS = "kim finds no headings in the tab “{sign}”; write them into one row, above what belongs to them."
_SHOWN = 15  # names that one sentence lists


class RuleHeadings:
    """Tabs and headings, as the workbook or the product calls them."""

    def __init__(self, snapshot: Snapshot, columns: Columns) -> None:
        self._snapshot, self._columns = snapshot, columns
        self.met: set[tuple[str, str]] = set()
        """The columns that were named since it was emptied: table and field."""

    @property
    def schema(self) -> Schema:
        """All tables with their fields."""
        return self._snapshot.schema

    def tabs(self) -> list[str]:
        """The tabs of tables that a rule can be about, as the workbook calls them."""
        layouts, schema = self._snapshot.layouts, self._snapshot.schema
        return [one.tab for table, one in layouts.items() if not schema[table].closed][:_SHOWN]

    def table(self, tab: str) -> str:
        """The table in a tab, by the tab's name or any of the names that it may have."""
        known: dict[str, str] = {}
        shown: dict[str, str] = {}
        for table, columns in self._columns.tables.items():
            layout = self._snapshot.layouts.get(table)
            for name in (table, *columns.tabs, *([layout.tab] if layout else [])):
                known[fold(name)] = table
                shown[fold(name)] = name
        if fold(tab) in known:
            return known[fold(tab)]
        unread = {fold(name): name for name in self._snapshot.unread_tabs}
        if fold(tab) in unread:
            raise ConditionError(_NO_HEADINGS, sign=tab)
        fault = _unlike(tab, {**unread, **shown}, "There is no tab “{sign}”; did you mean “{near}”?")
        if "near" in fault.values:
            raise fault
        raise ConditionError(fault.sentence, sign=tab, names=", ".join([*self.tabs(), *unread.values()][:_SHOWN]))

    def path(self, heading: str, table: str) -> str:
        """The dotted field under a heading; `Fälle → Vorname` for a row that the row names."""
        steps = [part for part in STEP.split(heading) if part]
        if len(steps) > DEEPEST + 1:
            raise ConditionError("From row to row a rule goes at most {n} times; here it would be {m}.", n=DEEPEST,
                                 m=len(steps) - 1)  # fmt: skip
        # “Fälle → Sprachen” in a rule on Fälle: people name the tab of the row itself, too.
        if len(steps) > 1 and self._is_here(steps[0], table) and not self._known_here(steps[0], table):
            del steps[0]
        found: list[str] = []
        for step in steps:
            self._not_many(step, steps, table)
            name = self._field(step, table)
            self.met.add((table, name))
            found.append(name)
            table = self._snapshot.schema[table].fields[name].target or table
        if not found:
            raise ConditionError("A heading is missing.")
        return ".".join(found)

    def _not_many(self, step: str, steps: Sequence[str], table: str) -> None:
        """A tab whose rows name the rows here leads to many of them, not to one. Raises ConditionError."""
        here = {fold(one.tab): (name, one) for name, one in self._snapshot.layouts.items()}
        name, layout = here.get(fold(step), ("", None))
        if layout is None or len(steps) == 1 or self._known_here(step, table) or not self.names_rows(name, table):
            return
        raise ConditionError(
            "Many rows of “{tab}” can belong to one row here; write it like count({tab}, [{heading}] = …) > 0 or "
            "latest({tab} → {heading}).", tab=layout.tab, heading=steps[-1],
        )  # fmt: skip

    def _is_here(self, step: str, table: str) -> bool:
        """Whether a step is the tab of the table itself."""
        layout = self._snapshot.layouts.get(table)
        return layout is not None and fold(step) == fold(layout.tab)

    def _known_here(self, step: str, table: str) -> bool:
        """Whether a step is a column of the table, or the tab of a row that the table names."""
        layout, fields = self._snapshot.layouts.get(table), self._snapshot.schema[table].fields
        targets = (self._snapshot.layouts.get(field.target) for field in fields.values())
        known = [*(layout.headings.values() if layout else ()), *(one.tab for one in targets if one)]
        return step in fields or fold(step) in map(fold, known)

    def kind(self, path: str, table: str) -> str:
        """How the cells of a field are read; days are all “date”."""
        spec = field_at(self._snapshot.schema, table, path)
        return DATES.get(spec.kind, spec.kind) if spec else "text"

    def knows(self, heading: str, table: str) -> bool:
        """Whether there is such a heading."""
        try:
            return bool(self.path(heading, table))
        except ConditionError:
            return False

    def is_heading(self, words: str, table: str) -> bool:
        """Whether words are a heading as it stands in the workbook: in the table, or in one whose rows are counted."""
        layouts = self._snapshot.layouts
        return any(
            fold(words) in map(fold, layouts[one].headings.values())
            for one in (table, *pointing(self._snapshot.schema, table))
            if one in layouts
        )

    def searched(self, path: str, table: str) -> str:
        """The field in which words are looked for: of a colleague the name."""
        return f"{path}.name" if self.kind(path, table) == "manager" else path

    def names_rows(self, table: str, of: str) -> bool:
        """Whether a column of the first table names rows of the other one."""
        return table in pointing(self._snapshot.schema, of)

    def born(self, path: str, table: str) -> bool:
        """Whether a day is somebody's birth."""
        spec = field_at(self._snapshot.schema, table, path)
        return spec is not None and spec.kind == "birth_date"

    def _field(self, step: str, table: str) -> str:
        spec, layout = self._snapshot.schema[table], self._snapshot.layouts.get(table)
        if step in spec.fields:
            return step
        known: dict[str, str] = {}
        shown: dict[str, str] = {}
        columns = self._columns.tables.get(table)
        aliases = {text: name for text, (name, _) in columns.by_heading.items()} if columns else {}
        for name, heading in layout.headings.items() if layout else ():
            if name in spec.fields:
                known[fold(heading)] = name
                shown[fold(heading)] = " ".join(heading.split())
        for name, field in spec.fields.items():
            target = self._snapshot.layouts.get(field.target)
            if target is not None:
                # “Fälle → Vorname”: the tab’s name leads to the row as well as the heading does.
                known.setdefault(fold(target.tab), name)
                shown.setdefault(fold(target.tab), target.tab)
        # A heading that stands there goes before what kim would call another column.
        if fold(step) in known:
            return known[fold(step)]
        if fold(step) not in aliases:
            raise self._unknown(step, table, known, shown)
        declared = spec.fields.get(aliases[fold(step)])
        if layout is not None and declared is not None and declared.own:
            there = ", ".join(list(dict.fromkeys(shown.values()))[:_SHOWN])
            raise ConditionError("There is no “{sign}”; there is: {names}.", sign=step, names=there)
        return aliases[fold(step)]

    def _unknown(
        self, step: str, table: str, known: Mapping[str, str], shown: Mapping[str, str]
    ) -> ConditionError:  # fmt: skip
        """That a heading is none of the table's, and which may be meant."""
        layout = self._snapshot.layouts.get(table)
        # Spelled rightly, a column that nothing reads will be read; until then it is none of the table's.
        unread = {fold(text): " ".join(text.split()) for text in layout.unread.values()} if layout else {}
        if fold(step) in unread:
            return ConditionError(_NOT_USED, sign=step)
        if elsewhere := self._elsewhere(step, table, known, shown):
            return ConditionError("There is no column “{sign}”; did you mean “{near}”?", sign=step, near=elsewhere)
        return _unlike(step, {**shown, **unread}, "There is no column “{sign}”; did you mean “{near}”?")

    def _elsewhere(self, step: str, table: str, known: Mapping[str, str], shown: Mapping[str, str]) -> str:
        """The way to a heading that stands in the tab of a row that is named here; blank where there is none."""
        for text, name in known.items():
            layout = self._snapshot.layouts.get(self._snapshot.schema[table].fields[name].target)
            for heading in layout.headings.values() if layout else ():
                if fold(heading) == fold(step):
                    return f"{shown[text]} → {' '.join(heading.split())}"
        return ""


def _unlike(typed: str, shown: Mapping[str, str], sentence: str) -> ConditionError:
    """That there is no such thing: the nearest one of those `shown`, by what is compared of them, or all."""
    near = get_close_matches(fold(typed), shown, 1, cutoff=0.6)
    if near:
        return ConditionError(sentence, sign=typed, near=shown[near[0]])
    there = ", ".join(list(dict.fromkeys(shown.values()))[:_SHOWN])
    return ConditionError("There is no “{sign}”; there is: {names}.", sign=typed, names=there)
