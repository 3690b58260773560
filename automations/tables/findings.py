"""What is wrong with tabs and headings, said to those who can mend it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from msgspec.structs import replace

from automations.common.texts import Texts
from automations.model.layout import TableLayout
from automations.model.problems import Problem, Severity
from automations.tables.columns import TableColumns
from automations.tables.folding import fold, one_line
from automations.tables.locate import Header, Search, missing
from automations.tables.schema import PSEUDO

# difflib's ratio; below it two headings are likelier to be strangers than a slip ("Geburtsdatm": 0.96).
_ALIKE = 0.8
_WHOLE = 5  # letters of a heading from which it is no chance that another one contains it


def search_problems(
    table: str, workbook: str, found: Search, rules: TableColumns, known: Mapping[str, str], said: Texts
) -> Iterator[Problem]:
    """What is to be said of the search for a table's tab. `known` are headings of an earlier reading."""
    yield from _OfTab(table, workbook, found, rules, said).problems(known)


def header_problems(
    place: TableLayout, header: Header, rules: TableColumns, known: Mapping[str, str], said: Texts
) -> Iterator[Problem]:
    """What is to be said of a table's headings. `known` are those of an earlier reading."""
    findings = _OfHeadings(place, header, rules, known, said)
    yield from findings.twice()
    yield from findings.absent()
    yield from findings.empty()


class _OfTab:
    """Findings about the tab of a table."""

    def __init__(self, table: str, workbook: str, found: Search, rules: TableColumns, said: Texts) -> None:
        self._table, self._workbook, self._found, self._rules = table, workbook, found, rules
        self._say, self._quoted = said.say, said.quoted
        self._own = rules.tabs[0]

    def problems(self, known: Mapping[str, str]) -> Iterator[Problem]:
        found, say = self._found, self._say
        if found.rivals:
            yield self._rivals()
        for tab in found.left_out:
            yield self._left_out(tab.name)
        if found.tab is None:
            # Once it was there, even an optional tab that is gone was renamed or deleted by mistake.
            if not found.rivals and (not self._rules.optional or known):
                yield self._about(
                    "missing_tab",
                    say("The tab “{own}” was not found.", own=self._own),
                    say("Please give the tab its name back, or enter its present name in columns.toml.")
                    if known
                    else say(
                        "If there is none yet: “kim init DIR --add-columns” adds it. If it is called otherwise, please "
                        "enter its name in columns.toml."
                    ),
                    "warning" if self._rules.optional else "error",
                )
            return
        if found.renamed:
            yield self._about(
                "renamed_tab",
                say("The tab “{tab}” is read as “{own}”, because its headings fit.", tab=found.tab.name, own=self._own),
                say("If that is wrong, please tell in columns.toml which tab is meant."),
                "note",
            )
        if found.header is None or not found.header.columns:
            yield self._about(
                "missing_heading",
                say("No headings were found in the tab “{tab}”.", tab=found.tab.name),
                say("Please write the headings into one row of the first 15."),
                "error",
            )

    def _rivals(self) -> Problem:
        say, names = self._say, self._quoted(*(tab.name for tab in self._found.rivals))
        advice = say("Please rename or delete the one that is not in use.")
        if self._found.tab is None:
            message = say(
                "There are two tabs for “{own}” ({names}); kim reads neither of them.", own=self._own, names=names
            )
            return self._about("double_tab", message, advice, "error")
        message = say(
            "There are two tabs for “{own}” ({names}); kim reads the one with headings.", own=self._own, names=names
        )
        return self._about("double_tab", message, advice, "warning")

    def _left_out(self, tab: str) -> Problem:
        if self._rules.together:
            said = self._say("The tab “{tab}” has headings like “{own}”, but is not read.", tab=tab, own=self._own)
            form = "If it belongs to the table, please add “{tab}” to tabs below [tables.{table}] in columns.toml."
            # Where it is to be seen, and not at the tab that is read.
            return replace(
                self._about("double_tab", said, self._say(form, tab=tab, table=self._table), "warning"), tab=tab
            )
        said = self._say("The tab “{tab}” is not read: “{own}” stands in another one already.", tab=tab, own=self._own)
        advice = self._say("If both belong to the table, please write together = true for it in columns.toml.")
        return self._about("double_tab", said, advice, "warning")

    def _about(self, code: str, message: str, advice: str, severity: Severity) -> Problem:
        shown = self._found.tab or next(iter(self._found.rivals), None)
        tab = shown.name if shown else self._own
        return Problem(code, message, advice, severity, self._workbook, self._table, tab, who="lead")


class _OfHeadings:
    """Findings about the headings of a table."""

    def __init__(
        self, place: TableLayout, header: Header, rules: TableColumns, known: Mapping[str, str], said: Texts
    ) -> None:
        self._place, self._header, self._rules, self._known = place, header, rules, known
        self._say, self._quoted = said.say, said.quoted
        self._required = frozenset(missing(header, rules))

    def twice(self) -> Iterator[Problem]:
        say = self._say
        for text in self._header.twice:
            column = one_line(text)
            yield self._about(
                "duplicate_heading",
                say("The heading “{column}” stands more than once; kim reads the first.", column=column),
                say("Please give the other column a name of its own."),
                "warning",
                column=column,
            )

    def absent(self) -> Iterator[Problem]:
        """Columns that are needed, or that were there before, and those that seem to be renamed."""
        there = {fold(heading) for heading in self._place.headings.values()}
        for name in self._rules.headings:
            if name in self._header.columns or name in PSEUDO.get(self._place.table, ()):
                continue
            if name in self._known and name not in self._required and fold(self._known[name]) in there:
                continue  # the column is there: a pack, or the team, now reads it as a field of its own
            before = one_line(self._known.get(name, self._rules.own_heading(name)))
            likely = _likely(name, self._header, self._rules, self._known)
            if likely and name not in self._known and name not in self._required:
                yield self._perhaps(name, before, likely)
            elif likely:
                yield self._missing("renamed_heading", name, before, self._say(
                    "The column “{before}” is missing; perhaps it is now called “{likely}”.",
                    before=before, likely=likely,
                ))  # fmt: skip
            elif name in self._required or name in self._known:
                yield self._missing("missing_heading", name, before, self._say(
                    "The column “{before}” is missing in the tab “{tab}”.", before=before, tab=self._place.tab,
                ))  # fmt: skip

    def _perhaps(self, name: str, before: str, likely: str) -> Problem:
        """Of a column that this table never had nothing is missing."""
        message = self._say("Perhaps the column “{likely}” is what kim calls “{before}”.", likely=likely, before=before)
        advice = self._say("If so, please name it so, or add it to columns.toml; else leave it as it is.")
        return self._about("renamed_heading", message, advice, "warning", name, before)

    def _missing(self, code: str, name: str, before: str, message: str) -> Problem:
        advice = self._say("Please name it “{before}” again, or add its new heading to columns.toml.", before=before)
        return self._about(code, message, advice, "error" if name in self._required else "warning", name, before)

    def empty(self) -> Iterator[Problem]:
        if self._place.last_row == self._place.header_row and not self._rules.optional:
            yield self._about(
                "empty_table",
                self._say("The tab “{tab}” has headings, but no rows.", tab=self._place.tab),
                self._say("If that is not meant, please look whether rows were deleted."),
                "warning",
            )

    def _about(
        self, code: str, message: str, advice: str, severity: Severity, name: str = "", column: str = ""
    ) -> Problem:
        place = self._place
        return Problem(
            code, message, advice, severity, place.workbook, place.table, place.tab, self._header.row, column, name,
            who="lead",
        )  # fmt: skip


def _likely(name: str, header: Header, rules: TableColumns, known: Mapping[str, str]) -> str:
    """The unused heading that a missing column may bear now."""
    unused = {fold(text): one_line(text) for text in header.unused.values()}
    wanted = [fold(alias) for alias in (*((known[name],) if name in known else ()), *rules.headings[name])]
    for alias in wanted:
        if len(alias) > 3 and (near := get_close_matches(alias, unused, n=1, cutoff=_ALIKE)):  # noqa: PLR2004 -- shorter words are alike by chance
            return unused[near[0]]
    longer = (text for alias in wanted[:1] if len(alias) >= _WHOLE for text in unused if alias in text)
    # “Telefonnummer privat” for “Telefonnummer”: too long to be alike, yet plainly it.
    return next((unused[text] for text in longer), "")
