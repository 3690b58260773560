"""Rows that stand below a table's headings and are none of its rows: a second row of headings, hints how to fill
in, months as titles, totals, footnotes. They are left out of the table and said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, time
from typing import TypeAlias

from automations.common.texts import Texts
from automations.model.layout import AsideReason, SetAside, TableLayout
from automations.model.problems import Problem
from automations.model.schema import TableSpec
from automations.model.values import Value
from automations.tables import other_lines
from automations.tables.dates import MONTHS, Parser
from automations.tables.faults import shown
from automations.tables.folding import fold
from automations.workbooks.headers import header_texts
from automations.workbooks.protocol import RawTab

Line: TypeAlias = tuple[int, Sequence[Value]]  # a row's number and its cells

# Kinds in which a sentence can be told from a value; free text may be either.
_TYPED = frozenset({"date", "birth_date", "time", "phone", "email", "languages", "phase", "status"})
_SPARSE = 3  # cells; a row of more is none of notes and titles
_HINTS_IN = 2  # rows below the headings in which hints how to fill in may stand
_FEWEST = 2  # cells that say something together
_MOST = 0.6  # of a row's texts that must be known headings
_SIGN = 4  # letters of what may be a number without a digit yet
_WIDE = 3  # columns that a title is merged across
_HINT = 80  # signs of what explains a column
_SECTIONS = 3  # lines of one cell above rows, the first right below the headings, that are no chance
_SENTENCE = 5  # words, below which the only cell of a row may be the beginning of a real one

_MONTH = rf"({'|'.join(MONTHS)})\.?"
_SECTION = re.compile(
    rf"^\W*({_MONTH}([\s/–-]+{_MONTH})?\W*('?\d\d|\d{{4}})?|(jahr|year)?\s*(19|20)\d\d|(kw|woche|week)\s*\d+.*|"
    r"\d\.?\s*(quartal|quarter|halbjahr).*|(q|quartal|quarter)\s*\d.*)\W*$",
    re.IGNORECASE,
)
# Months that people are called, too.
_NAMES_TOO = frozenset({"mai", "may", "maerz", "april", "june", "juni", "august", "jan", "january", "januar"})

_NOTE = re.compile(
    r"^\s*(\*|¹|†|\(?(bitte|please|wichtig|important|"
    r"stand|hinweise?|legende|anmerkung(en)?|anm|achtung|quelle|n\.?b|notes?|source|as of|as at|"
    r"(last )?updated?|printed|druck(datum|stand)?|ausdruck|gedruckt|datenstand|stichtag|exportiert|export vom|"
    r"erstellt|bearbeitet|seite|page|ende|end of|"
    r"letzte (änderung|aktualisierung)|zuletzt|aktualisiert|key|legend)\b)",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(r"^\s*(\(?\d{1,2}\)|[a-z]\)|[¹²³⁴-⁹])\s*[^\W\d]")
_DIGITS = frozenset("0123456789")


def set_aside(
    layout: TableLayout,
    spec: TableSpec,
    tab: RawTab,
    lines: Sequence[Line],
    parsers: Mapping[str, Parser],
    known: Collection[str],
) -> Iterator[SetAside]:
    """The lines that are none of the table's rows. `known` are folded headings that the table may have."""
    if spec.own:
        yield from _totals_of_own(layout, tab, lines)
    if not spec.notes:
        return
    judge = _Judge(layout, spec, tab, parsers, known)
    end = _last_column(layout, tab)
    lines = [(number, cells[:end] if len(cells) > end else cells) for number, cells in lines]
    reasons = [judge.reason(number, cells) for number, cells in lines]
    rows, key = [line for line, reason in zip(lines, reasons, strict=True) if not reason], layout.columns.get(spec.key)
    waiting = other_lines.prepared(rows, key, tab.formulas.keys()) if key and not layout.slot else frozenset[int]()
    sections, apart = judge.sections(lines, reasons), other_lines.tail(lines, judge.read)
    for place, (number, cells) in enumerate(lines):
        titled = place in sections or (reasons[place + 1 : place + 2] == ["heading"] and other_lines.is_title(cells))
        other: AsideReason | None = "note" if number in apart else "section" if titled else None
        if reason := reasons[place] or ("prepared" if number in waiting else other):
            text = next((shown(cell) for cell in cells if isinstance(cell, str) and cell.strip()), "")
            yield SetAside(layout.workbook, layout.table, layout.tab, number, reason, text[:60])


def _last_column(layout: TableLayout, tab: RawTab) -> int:
    """Where the table's headings end: what stands behind a column without one is a legend beside it."""
    texts, end = header_texts(tab, layout.header_row), max(layout.columns.values(), default=0)
    while end + 1 in texts:
        end += 1
    return end


def _totals_of_own(layout: TableLayout, tab: RawTab, lines: Sequence[Line]) -> Iterator[SetAside]:
    """In a table of the team's own only rows of totals are known: the word, and numbers beside it, or formulas that
    no program has calculated yet."""
    width = max(layout.columns.values(), default=0)
    summed = {row for row, column in tab.formulas if column <= width}
    for number, cells in lines:
        typed = [cell for cell in cells[:width] if shown(cell)]
        lead = typed[0] if typed else None
        if (
            isinstance(lead, str)
            and (len(typed) > 1 or number in summed)
            and other_lines.stands_alone(lead)
            and other_lines.is_total(typed)
        ):
            yield SetAside(layout.workbook, layout.table, layout.tab, number, "total", lead[:60])


class _Judge:
    def __init__(
        self, layout: TableLayout, spec: TableSpec, tab: RawTab, parsers: Mapping[str, Parser], known: Collection[str]
    ) -> None:
        self._layout, self._parsers, self._known = layout, parsers, known
        self._endings = frozenset(text[-1:] for text in known)
        self._names = {name for one in spec.joined if one.way == "name" for name in (one.column, *one.fields)}
        # A place may have nothing but its name; whoever is only a code or a last name yet has more to come.
        self._named_alone = spec.needed == ((spec.key,),) and not spec.called
        self._kinds = {name: spec.fields[name].kind for name in layout.columns if name in spec.fields}
        self._width = max(layout.columns.values(), default=0)
        self._own = header_texts(tab, layout.header_row)
        self._own_texts = frozenset(self._own.values())
        wide = (m for m in tab.merged if m[0] == m[2] and m[3] - m[1] >= _WIDE - 1)
        self._merged = {m[0] for m in wide if m[0] > layout.header_row}

    def reason(self, number: int, cells: Sequence[Value]) -> AsideReason | None:
        """Why a row is none of the table's; None for all others, which are by far the most."""
        filled = len(cells) - cells.count(None)
        # A line of hints fills as many cells as a row does, so right below the headings each row is looked at.
        first = number - self._layout.header_row <= _HINTS_IN
        # Asked of each row of a large table, so the cheap question goes first.
        if filled > _SPARSE and not first and not self._stands_out(cells):
            return None
        typed = [cell for cell in cells[: self._width] if shown(cell)]
        if other_lines.is_total(typed):
            return "total"
        if self._is_heading(typed) or other_lines.stands_again(self._own, cells):
            return "heading"
        if first and self._is_hint(number, cells, typed):
            return "hint"
        return self._of_few(number, cells, typed)

    def _stands_out(self, cells: Sequence[Value]) -> bool:
        """Whether a row of many cells is worth a look: it begins with a word of totals or a heading, or explains
        signs."""
        first = cells[0]  # of a row that has more than one cell
        lead = first if first is not None else next((cell for cell in cells if cell is not None), None)
        if not isinstance(lead, str):
            return False
        legend = _NOTE.match(lead) and other_lines.explains_signs(cells)
        return (
            bool(legend)
            or other_lines.begins(lead)
            or lead in self._own_texts
            or (self._may_be_known(lead) and fold(lead) in self._known)
        )

    def _may_be_known(self, text: str) -> bool:
        """Asked before a text is folded, which takes long: most rows begin with a number, and hardly any heading ends
        with one. A last digit stays the last one whatever is folded."""
        return text[-1:] not in _DIGITS or text[-1:] in self._endings

    def _is_heading(self, typed: Sequence[Value]) -> bool:
        texts = [cell for cell in typed if isinstance(cell, str)]
        hits = sum(fold(text) in self._known for text in texts)
        return len(texts) == len(typed) and hits >= max(_FEWEST, _MOST * len(texts))

    def _is_hint(self, number: int, cells: Sequence[Value], typed: Sequence[Value]) -> bool:
        if other_lines.counts_columns(typed):
            return True
        names = (shown(self._at(cells, name)) for name in self._names & set(self._layout.columns))
        told = [name for name in names if name and fold(name) not in self._known]
        read = self.read(cells)
        texts = [isinstance(value, str) and any(map(str.isalpha, value)) for _, value in self._typed_cells(cells)]
        words = sum(texts) > len(texts) / 2
        # Where somebody is named, it is a person with odd cells, whose row stays and is complained of; "as on ID" right
        # below the headings is nobody.
        below = number == self._layout.header_row + 1 and all(
            len(text.split()) > _FEWEST and text[0].islower() and len(text) <= _HINT for text in told
        )
        return (below or not told) and words and len(read) >= _FEWEST and not any(read)

    def read(self, cells: Sequence[Value]) -> list[bool]:
        """Of each cell under a heading that takes no words whether it says what belongs there."""
        return [self._parsers[kind](value).value not in (None, ()) for kind, value in self._typed_cells(cells)]

    def _typed_cells(self, cells: Sequence[Value]) -> Iterator[tuple[str, Value]]:
        for name, kind in self._kinds.items():
            if kind in _TYPED and shown(value := self._at(cells, name)):
                yield kind, value

    def _at(self, cells: Sequence[Value], name: str) -> Value:
        place = self._layout.columns[name] - 1
        return cells[place] if place < len(cells) else None

    def _of_few(self, number: int, cells: Sequence[Value], typed: Sequence[Value]) -> AsideReason | None:
        if not typed:
            return None
        lead, rest = shown(typed[0]), typed[1:]
        if not rest and (number in self._merged or (_SECTION.match(lead) and not self._may_be_called(cells, lead))):
            return "section"
        plain = all(isinstance(cell, int | float | date | time) or " = " in str(cell) for cell in rest)
        # "A = laufend", "B = beendet": a legend whose word stands a row above it, or nowhere.
        if plain and (_NOTE.match(lead) or (rest and " = " in lead)):
            return "note"
        sentence = isinstance(typed[0], str) and (len(lead.split()) >= _SENTENCE or " = " in lead or ": " in lead)
        named = self._is_named(cells)
        # "Linz, am 1.10." and "Unterschrift" stand in no column to which they belong.
        signed = not named and len(lead.split()) > _FEWEST and {*self.read(cells)} == {False}
        told = signed if rest else sentence or (bool(_FOOTNOTE.match(lead)) and not named)
        return "note" if told else None

    def _is_named(self, cells: Sequence[Value]) -> bool:
        return any(shown(self._at(cells, name)) for name in self._names & set(self._layout.columns))

    def sections(self, lines: Sequence[Line], reasons: Sequence[AsideReason | None]) -> frozenset[int]:
        """The places of lines that hold nothing but the name of a section ("Büro Mitte") above rows of the table."""
        if self._named_alone:
            return frozenset()
        alone = [
            place
            for place, (_, cells) in enumerate(lines[:-1])
            if reasons[place] is None and len(cells) - cells.count(None) == 1 and other_lines.is_title(cells)
            and len(lines[place + 1][1]) - lines[place + 1][1].count(None) >= _SPARSE
        ]  # fmt: skip
        # “Büro Mitte”, “Büro Nord”: one such line may be half a record, two that begin alike are titles.
        beginnings = Counter(other_lines.first_of_several(lines[place][1]) for place in alone)
        named = alone if "phase" not in self._kinds else []
        words = {place: next(filter(None, map(shown, lines[place][1]))) for place in named}
        # Below the headings and twice more: colleagues, offices, above their rows. No three people are begun so.
        above = len({[*map(bool, lines[place][1])].index(True) for place in alone}) == 1
        if above and alone[0] == 0 and len(alone) >= _SECTIONS:
            return frozenset(alone)
        months = [place for place in alone if _SECTION.match(next(filter(None, map(shown, lines[place][1]))))]
        # “Neu” and “Mai” are names as well; two words for phases or months are none.
        phases = {place: phase for place, word in words.items() if (phase := self._parsers["phase"](word).value)}
        return frozenset(
            place
            for place in alone
            for (_, cells), (_, below) in [lines[place : place + 2]]
            if self._no_record(cells, below)
            or (other_lines.first_of_several(cells) and beginnings[other_lines.first_of_several(cells)] > 1)
            or other_lines.stands_below(cells, below)
            or (place in phases and len(set(phases.values())) > 1)
            or (place in months and len(months) + reasons.count("section") > 1)
        )

    def _no_record(self, cells: Sequence[Value], below: Sequence[Value]) -> bool:
        """Whether the only cell of a line begins no record: words where the row below has a number, no day where days
        stand."""
        place, text = next((n, shown(cell)) for n, cell in enumerate(cells) if cell is not None)
        kind = next((kind for name, kind in self._kinds.items() if self._layout.columns[name] == place + 1), "")
        if kind == "key":
            numbered = any(map(str.isdigit, shown(below[place]))) if place < len(below) else False
            return numbered and (" " in text or len(text) > _SIGN) and not any(map(str.isdigit, text))
        return kind in _TYPED and self._parsers[kind](text).value in (None, ())

    def _may_be_called(self, cells: Sequence[Value], text: str) -> bool:
        """Whether a month stands where a name belongs, and is one."""
        return self._is_named(cells) and fold(text) in _NAMES_TOO


REASONS: Mapping[AsideReason, str] = {
    "total": "totals",
    "heading": "headings again",
    "hint": "hints how to fill in",
    "section": "titles between the rows",
    "note": "notes",
    "prepared": "rows with nothing but a running number",
}
"""What a row that was set aside is, in words to be translated."""


def aside_problem(found: Sequence[SetAside], layout: TableLayout, said: Texts) -> Iterator[Problem]:
    """One note for a tab whose rows were not all taken for rows of the table."""
    if not found:
        return
    kinds = dict.fromkeys(one.reason for one in found)
    words = "; ".join(f"{said.say(REASONS[kind])}: {_rows(found, kind)}" for kind in kinds)
    yield Problem(
        "set_aside",
        said.say("In “{tab}” these rows were left out ({words}).", tab=layout.tab, words=words),
        said.say("If one of them is a real row, please complete it."),
        "note", layout.workbook, layout.table, layout.tab, found[0].row, who="lead",
    )  # fmt: skip


def _rows(found: Sequence[SetAside], kind: AsideReason) -> str:
    """Their numbers; of rows that wait to be filled in there may be hundreds, one below the other."""
    rows = [one.row for one in found if one.reason == kind]
    return f"{rows[0]}–{rows[-1]}" if kind == "prepared" else ", ".join(map(str, rows))
