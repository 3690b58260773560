"""What stands in a team's workbook in a shape that kim cannot read: said, with what would help."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from automations.common.texts import Texts
from automations.model.values import Value, key_text
from automations.setup.appointment_columns import dated
from automations.setup.language_columns import CROSSES
from automations.setup.proposed import HeadingProposal, Proposal, TableProposal
from automations.tables.blank_words import is_ditto
from automations.tables.folding import fold

_FEWEST = 2  # columns, or cells, that are no chance
_MOST, _SOME = 0.6, 0.4  # of a column's cells that tell what it holds
_SLASHED = re.compile(r"\s*(\d{1,2})/(\d{1,2})/(?:\d{4}|\d\d)\b")
_MONTHS_OF_YEAR = 12
_CLOSED = re.compile(r"erledigt|abgeschl|beendet|geschl|closed|done|fertig|ende")
_MONTHS = frozenset({
    "januar", "jan", "februar", "feb", "maerz", "mrz", "mar", "april", "apr", "mai", "juni", "jun", "juli", "jul",
    "august", "aug", "september", "sep", "sept", "oktober", "okt", "november", "nov", "dezember", "dez", "january",
    "february", "march", "may", "june", "july", "october", "oct", "december", "dec",
})  # fmt: skip
_CONSENT = frozenset({"ja", "j", "x", "yes", "y", "ok", "wahr", "true", "vorhanden", "erteilt", "liegtvor"})


LEFT = {
    "turned": (
        "In “{tab}” the headings stand below each other and the records side by side; kim reads one row a record.",
        "Please copy the table and paste it turned (“Paste special”, “Transpose”).",
    ),
    "one_column": (
        "In “{tab}” each row stands in one cell, its columns parted by signs alone; kim reads one cell a column.",
        "Please part them: mark the column, then “Data”, “Text to Columns”.",
    ),
    "nobodys": (
        "“{tab}” has days and times, but no column that says whose they are; nobody is reminded of them.",
        "If these are appointments of clients, please add a column with the number of the case.",
    ),
    "past": (
        "“{tab}” records what was done with clients, without a time, a place or a status; kim leaves it alone.",
        "If these are appointments, please add a column with the time or the status.",
    ),
}
"""Why a tab is left alone, and what would help; to be translated and filled."""


class Note(Struct, frozen=True):
    """Something that is not read as it stands. `message` and `advice` are to be translated and filled."""

    code: str
    tab: str
    headings: tuple[str, ...]
    message: str
    advice: str
    values: dict[str, str] = field(default_factory=dict)

    def said(self, say: Texts) -> str:
        """The message, with the headings for `{names}`."""
        return say.say(self.message, **{"names": say.quoted(*dict.fromkeys(self.headings)), **self.values})


def notes(proposal: Proposal, settled: Proposal | None = None) -> Iterator[Note]:
    """All that is to be said of the workbook's shapes; `settled` is what was taken of the proposal."""
    kept = settled or proposal
    for table in proposal.tables:
        if table.in_row:
            continue
        yield from _month_first(table)
        yield from _dittos(table)
        if table.table == "cases":
            yield from _appointments(table, proposal, kept)
            yield from _consent(table)
            yield from _closed_by_cross(table)
    yield from _months(proposal)
    yield from _apart(proposal, kept)
    yield from (Note(why, tab, (), *LEFT[why], {"tab": tab}) for tab, why in proposal.left)


def _apart(proposal: Proposal, kept: Proposal) -> Iterator[Note]:
    """Columns of a further tab that the first one of its table lacks, and of which nobody said what they are."""
    settled = {(tab, h.column) for table in kept.tables for tab, found in table.apart for h in found if h.field}
    for first, tab, headings in ((t.block.tab.name, *apart) for t in proposal.tables for apart in t.apart):
        open_ = [heading.text for heading in headings if (tab, heading.column) not in settled]
        texts = tuple(" ".join(text.split()) for text in open_)
        if texts:
            yield Note(
                "columns_apart", tab, texts,
                "“{tab}” has columns that “{first}” lacks: {names}. kim does not read them before somebody says"
                " what they are.",
                "Please say it in the tab “Einstellungen”.",
                {"tab": tab, "first": first},
            )  # fmt: skip


def _note(table: TableProposal, headings: Sequence[HeadingProposal], code: str, message: str, advice: str) -> Note:
    texts = tuple(" ".join(heading.text.split()) for heading in headings)
    return Note(code, table.block.tab.name, texts, message, advice, {"tab": table.block.tab.name})


def _appointments(table: TableProposal, proposal: Proposal, kept: Proposal) -> Iterator[Note]:
    """Appointments that stand as columns of the row of their case."""
    days = dated(table)
    if days and kept.table("appointments") is None:
        advice = (
            "If kim should read them as appointments, please confirm that in the tab “Settings”."
            if any(other.in_row for other in proposal.tables)
            else "Please keep appointments in a tab of their own, one row each: case, date, time, place."
        )
        message = "In “{tab}” appointments stand as columns ({names}); kim does not read them there."
        yield _note(table, days, "appointments_in_columns", message, advice)


def _month_first(table: TableProposal) -> Iterator[Note]:
    """Days typed as texts with the month before the day, as in the United States."""
    found = [heading for heading in table.headings if heading.field and month_first(table.values(heading))]
    if found:
        yield _note(
            table, found, "month_first",
            "In “{tab}” the month stands before the day in {names} (12/31/2026); kim reads the day first.",
            "Please format these columns as dates, or type the day first, like 31.12.2026.",
        )  # fmt: skip


def _dittos(table: TableProposal) -> Iterator[Note]:
    """Marks that the cell above holds here, too."""
    found = [
        heading
        for heading in table.headings
        if heading.field and any(is_ditto(v) for b in table.blocks for v in b.column(heading.text, heading.column))
    ]
    if found:
        yield _note(
            table, found, "ditto_marks",
            "In “{tab}” marks stand for the cell above ({names}); kim reads each row by itself.",
            "Please fill in these cells: copy the cell above into them.",
        )  # fmt: skip


def month_first(values: Sequence[Value]) -> bool:
    """Whether days are texts of which some can only have the month first, and none only the day."""
    parts = [match for value in values if isinstance(value, str) and (match := _SLASHED.match(value))]
    second = sum(int(match[2]) > _MONTHS_OF_YEAR for match in parts)
    # One 13 in front shows the other order; then the odd ones are slips, which the check names cell by cell.
    return second >= _FEWEST and not any(int(match[1]) > _MONTHS_OF_YEAR for match in parts)


def _consent(table: TableProposal) -> Iterator[Note]:
    """A consent without a day."""
    heading = table.field("consent_on")
    if heading and consent_without_day(table, heading):
        yield _note(
            table, [heading], "consent_without_day",
            "In “{tab}” {names} says yes without a day; without a day it permits no message.",
            "Please type the day on which consent was given.",
        )  # fmt: skip


def consent_without_day(table: TableProposal, heading: HeadingProposal) -> bool:
    """Whether many cells of a column of consents say yes and no day."""
    return table.share(heading, _is_yes) >= _SOME


def _closed_by_cross(table: TableProposal) -> Iterator[Note]:
    """A cross that says that a case is done."""
    free = [heading for heading in table.headings if not heading.field and _CLOSED.match(fold(heading.text))]
    found = [heading for heading in free if table.share(heading, _is_cross) >= _MOST]
    if found and table.field("phase") is None:
        yield _note(
            table, found, "closed_by_cross",
            "In “{tab}” a cross in {names} seems to say that a case is closed; kim does not read crosses there.",
            "Please add a column Phase, or type the day of closing instead of the cross.",
        )  # fmt: skip


def _months(proposal: Proposal) -> Iterator[Note]:
    """Tabs whose rows or columns are months, of which none is a table of kim's."""
    for tab in proposal.others:
        lead = sum(_is_month(key_text(row[0]) or "") for row in tab.rows if row)
        top = max((sum(_is_month(key_text(cell) or "") for cell in row) for row in tab.rows[:20]), default=0)
        if max(lead, top) > _FEWEST:
            yield Note(
                "months", tab.name, (), "“{tab}” counts by months; kim cannot read persons or appointments from it.",
                "Please keep one row for each case; kim counts the months itself.", {"tab": tab.name},
            )  # fmt: skip


def _is_month(text: str) -> bool:
    return re.sub(r"\d", "", fold(text)) in _MONTHS


def _is_yes(value: Value) -> bool:
    return fold(key_text(value) or "") in _CONSENT


def _is_cross(value: Value) -> bool:
    return fold(key_text(value) or "") in CROSSES
