"""What is wrong with tabs and headings, said to those who can mend it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from automations.layout import TableLayout
from automations.problems import Problem, Severity
from automations.tables.columns import TableColumns
from automations.tables.faults import heading_shown
from automations.tables.folding import fold
from automations.tables.locate import Header, Search, missing
from automations.tables.schema import PSEUDO
from automations.texts import Texts

# difflib's ratio; below it two headings are likelier to be strangers than a slip ("Geburtsdatm": 0.96).
_ALIKE = 0.8
_WHOLE = 5  # letters of a heading from which it is no chance that another one contains it


def search_problems(
    table: str, workbook: str, found: Search, rules: TableColumns, known: Mapping[str, str], said: Texts
) -> Iterator[Problem]:
    """What is to be said of the search for a table's tab. `known` are headings of an earlier reading."""

    def about(code: str, message: str, advice: str, severity: Severity) -> Problem:
        tab = found.tab.name if found.tab else (found.rivals[0].name if found.rivals else rules.tabs[0])
        return Problem(code, message, advice, severity, workbook, table, tab, who="lead")

    own = rules.tabs[0]
    if found.rivals:
        names = ", ".join(f"“{tab.name}”" for tab in found.rivals)
        if found.tab is None:
            yield about(
                "double_tab",
                said.say("There are two tabs for “{own}” ({names}); kim reads neither of them.", own=own, names=names),
                said.say("Please rename or delete the one that is not in use."),
                "error",
            )
            return
        yield about(
            "double_tab",
            said.say(
                "There are two tabs for “{own}” ({names}); kim reads the one with headings.", own=own, names=names
            ),
            said.say("Please rename or delete the one that is not in use."),
            "warning",
        )
    if found.tab is None:
        if not rules.optional or known:
            yield about(
                "missing_tab",
                said.say("The tab “{own}” was not found.", own=own),
                said.say("Please give the tab its name back, or enter its present name in columns.toml."),
                "warning" if rules.optional else "error",
            )
        return
    if found.renamed:
        yield about(
            "renamed_tab",
            said.say("The tab “{tab}” is read as “{own}”, because its headings fit.", tab=found.tab.name, own=own),
            said.say("If that is wrong, please tell in columns.toml which tab is meant."),
            "note",
        )
    if found.header is None or not found.header.columns:
        yield about(
            "missing_heading",
            said.say("No headings were found in the tab “{tab}”.", tab=found.tab.name),
            said.say("Please write the headings into one row of the first 15."),
            "error",
        )


def header_problems(
    place: TableLayout, header: Header, rules: TableColumns, known: Mapping[str, str], said: Texts
) -> Iterator[Problem]:
    """What is to be said of a table's headings. `known` are those of an earlier reading."""

    def about(code: str, message: str, advice: str, severity: Severity, name: str = "", column: str = "") -> Problem:
        return Problem(
            code,
            message,
            advice,
            severity,
            place.workbook,
            place.table,
            place.tab,
            header.row,
            column,
            name,
            who="lead",
        )

    for text in header.twice:
        column = heading_shown(text)
        yield about(
            "duplicate_heading",
            said.say("The heading “{column}” stands more than once; kim reads the first.", column=column),
            said.say("Please give the other column a name of its own."),
            "warning",
            column=column,
        )
    required = set(missing(header, rules))
    for name in rules.headings:
        if name in header.columns or name in PSEUDO.get(place.table, ()):
            continue
        before = heading_shown(known.get(name, rules.own_heading(name)))
        likely = _likely(name, header, rules, known)
        if likely:
            yield about(
                "renamed_heading",
                said.say(
                    "The column “{before}” is missing; perhaps it is now called “{likely}”.",
                    before=before,
                    likely=likely,
                ),
                said.say("Please name it “{before}” again, or add its new heading to columns.toml.", before=before),
                "error" if name in required else "warning",
                name,
                before,
            )
        elif name in required or name in known:
            yield about(
                "missing_heading",
                said.say("The column “{before}” is missing in the tab “{tab}”.", before=before, tab=place.tab),
                said.say("Please name it “{before}” again, or add its new heading to columns.toml.", before=before),
                "error" if name in required else "warning",
                name,
                before,
            )
    if place.last_row == place.header_row and not rules.optional:
        yield about(
            "empty_table",
            said.say("The tab “{tab}” has headings, but no rows.", tab=place.tab),
            said.say("If that is not meant, please look whether rows were deleted."),
            "warning",
        )


def _likely(name: str, header: Header, rules: TableColumns, known: Mapping[str, str]) -> str:
    """The unused heading that a missing column may bear now."""
    unused = {fold(text): heading_shown(text) for text in header.unused.values()}
    wanted = [fold(alias) for alias in (*((known[name],) if name in known else ()), *rules.headings[name])]
    for alias in wanted:
        if len(alias) > 3 and (near := get_close_matches(alias, unused, n=1, cutoff=_ALIKE)):  # noqa: PLR2004 -- shorter words are alike by chance
            return unused[near[0]]
    longer = (text for alias in wanted[:1] if len(alias) >= _WHOLE for text in unused if alias in text)
    return next((unused[text] for text in longer), "")
