"""What the tabs share: the frame they are made in, and cells for numbers, shares and words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from automations.common.texts import Texts
from automations.jobs.figures import glossary
from automations.jobs.figures.periods import first_day
from automations.jobs.figures.rounding import rounded, rounded_together
from automations.jobs.figures.sources import Missing, Need, Sources
from automations.jobs.figures.waiting import DayKind
from automations.model.records import Record
from automations.model.settings import SiteFacts
from automations.model.tabdoc import Audience, Block, Column, Grid, Heading, Link, Style, TabCell, TabDoc, Text
from automations.model.values import Value

DASH = "–"
WIDE, LABEL, NARROW = 32, 20, 13
_ROUGH, _GROUPS = 5, 12
NEARLY = 0.9  # the share of the capacity above which a load is nearly full
_WORDS = {
    "new": "New", "first_contact": "First contact", "assessment": "Assessment", "planning": "Planning",
    "support": "Support", "closing": "Closing", "closed": "Closed", "aborted": "Aborted",
    "rejected": "Rejected", "referred_on": "Referred on", "planned": "planned", "confirmed": "confirmed",
    "postponed": "postponed", "cancelled": "cancelled", "attended": "attended", "no_show": "no show",
    "normal": "normal", "high": "high", "emergency": "emergency",
}  # fmt: skip


class Gap(Text, frozen=True):
    """Why there are no figures: a tab or a column is missing."""

    missing: Missing = Missing("")


class Frame(Struct, frozen=True):
    """What every tab is made in: language, site, the team's words, the local date.

    `private` is True for the team's own workbook; elsewhere there are no names, links or counts
    below `threshold` that tell of single persons; counts are rounded to multiples of it, and there is
    no load of fewer colleagues than `smallest_office`."""

    say: Texts
    site: SiteFacts
    words: Mapping[tuple[str, str, str], str]
    today: date
    sources: Sources
    private: bool = True
    threshold: int = 5
    smallest_office: int = 3

    def tab(
        self, id_: str, title: str, audience: Audience, blocks: tuple[Block, ...], workbook: str, local: datetime,
        *, warn: bool,
    ) -> TabDoc:  # fmt: skip
        """A tab as of a local moment; with `warn` it says by itself when it was not renewed."""
        label = self.say.say("As of {day}, {time}", day=self.say.date(local.date()), time=f"{local:%H:%M}")
        # It stands behind the day of the stand, and is the same every day: each new one would stay as a format in the
        # workbook for ever.
        stale = self.say.say("kim has stood still since. Please tell whoever looks after it.")
        # Each working day's first run renews the stand.
        after = self.site.working_days.shift(local.date(), 1) if warn else None
        return TabDoc(id_, title, audience, blocks, workbook, local, label, stale_after=after, stale_label=stale)

    def people(self, number: int | None) -> int | None:
        """A count of people or of what they did, as it may be shown: rounded where single persons must not
        be seen to come and go."""
        return number if number is None or self.private else rounded(number, self.threshold)

    def adding_up(self, numbers: Sequence[int]) -> list[int]:
        """Counts of people that have a total, as they may be shown beside it."""
        return list(numbers) if self.private else rounded_together(numbers, self.threshold)

    def whole_part(self, share: float | None) -> float | None:
        """A share as it may be shown: to the nearest five per cent where counts are rounded."""
        return share if share is None or self.private else rounded(round(share * 100), _ROUGH) / 100

    def word(self, table: str, field: str, value: str | None) -> str:
        """A canonical value in the team's own word; unknown ones as they stand, blanks said so."""
        if not value:
            return self.say.say("(not recorded)")
        known = self.words.get((table, field, value))
        if known:
            return known
        if field == "languages":
            return self.say.spoken(value)
        return self.say.say(_WORDS[value]) if value in _WORDS else value

    def phase(self, phase_id: str | None) -> str:
        """A phase in the site's word for it."""
        phase = self.site.phase(phase_id)
        return phase.word if phase and phase.word else self.word("cases", "phase", phase_id)

    def gap(self, *figures: str, needs: Iterable[Need] = ()) -> tuple[Gap, ...]:
        """One line for each tab or column that the figures (or `needs`) lack; nothing where all is there."""
        missing = dict.fromkeys((*self.sources.lacking(*figures), *self.sources.lacks(needs)))
        return tuple(Gap(self._missing(found), "warn", found) for found in missing)

    def _missing(self, found: Missing) -> str:
        if found.said:
            return self.say.say("{why} Until then there are no figures here.", why=found.said)
        if not found.columns:
            return self.say.say(
                "There is no tab “{tab}”, so there are no figures here. Please add a tab of that name, or enter in"
                " columns.toml what it is called.",
                tab=found.tab,
            )
        return self.say.say(
            "There is no column “{column}” in the tab “{tab}”, so there are no figures here. Please add a column with"
            " that heading, or enter in columns.toml what it is called.",
            column=self.say.say("” or “").join(found.columns), tab=found.tab,
        )  # fmt: skip

    def nobody(self) -> str:
        """What stands where no case manager is in charge."""
        return self.say.say("(nobody yet)")

    def month(self, number: int) -> str:
        """A month as "Okt 2024"."""
        return self.say.date(first_day(number), "month")

    def column(self, term: str, style: Style = "number", *, width: int = NARROW, bar: bool = False) -> Column:
        """A column with a figure of the glossary, which it carries as its note."""
        return Column(glossary.name_of(term, self.say), width, style, wrap=True, bar=bar, note=self.meaning(term))

    def days_column(self, term: str, kind: DayKind, style: Style = "number") -> Column:
        """A column of the glossary whose figures are days, which its title says."""
        title = f"{glossary.name_of(term, self.say)} ({self.days(kind)})"
        return Column(title, 15, style, wrap=True, note=self.meaning(term))

    def days(self, kind: DayKind) -> str:
        """What kind of days is counted: "working days" or "days"."""
        return self.say.say("working days") if kind == "working" else self.say.say("days")

    def meaning(self, term: str) -> str:
        """A glossary entry."""
        return glossary.meaning(term, self.say)

    def label(self, title: str) -> Column:
        """A column of words; `title` is already in the reader's language."""
        return Column(title, WIDE)


def cell(value: Value, style: Style = "plain", note: str = "") -> TabCell:
    """A cell; a missing value is a dash."""
    return TabCell(DASH, "muted", note=note) if value is None else TabCell(value, style, note=note)


def count(value: float | None, style: Style = "number") -> TabCell:
    """A number, or a dash where there is none."""
    return cell(value, style)


def load_points(points: float | None) -> TabCell:
    """Load points to one decimal; a dash where they may not be told."""
    return count(None if points is None else round(points, 1), "decimal")


def share(part: float, whole: float | None) -> TabCell:
    """A share in per cent; a dash where there is nothing to take a share of."""
    return cell(part / whole if whole else None, "percent")


def link(record: Record, text: str | None, field: str = "number") -> TabCell:
    """A cell that leads to a row of the team's table."""
    row = record.row
    target = Link(row.workbook, row.table, row.key, field) if row.table else None
    return TabCell(text or "…", link=target)


def counted_grid(name: str, frame: Frame, title: str, groups: Iterable[tuple[str, int]], *, empty: str = "") -> Grid:
    """Words with their counts and shares, and a total; beyond a dozen groups the rest is one row. `empty` says
    why there are none."""
    exact = list(groups)
    total = frame.people(sum(number for _, number in exact)) or 0
    listed = list(zip((word for word, _ in exact), frame.adding_up([number for _, number in exact]), strict=True))
    if len(listed) > _GROUPS:
        # From the shown counts, not from the exact ones, or the rows would not add up to the total.
        rest = sum(number for _, number in listed[_GROUPS - 1 :])
        listed = [*listed[: _GROUPS - 1], (frame.say.say("all others"), rest)]
    rows = [(TabCell(word), count(number), share(number, total)) for word, number in listed]
    # A total of one row would say the same twice.
    if len(rows) > 1:
        closing = TabCell(frame.say.say("Total"), "total")
        rows.append((closing, TabCell(total, "total"), TabCell("", "total")))
    columns = (frame.label(title), Column(frame.say.say("Cases"), NARROW, "number", bar=True), _share_column(frame))
    return Grid(name, columns, tuple(rows), empty=empty or frame.say.say("There are none."))


def _share_column(frame: Frame) -> Column:
    return Column(frame.say.say("Share"), NARROW, "percent")


def head(frame: Frame, title: str, sentence: str) -> tuple[Heading | Text, ...]:
    """A tab's heading with one sentence of what it is for."""
    return Heading(f"{title} · {frame.site.name}" if frame.site.name else title, 1), Text(sentence, "muted")


def notes(frame: Frame, sentences: Sequence[str]) -> tuple[Text, ...]:
    """What is not counted, in one paragraph, so that nothing is missing in silence."""
    del frame
    return (Text(" ".join(sentences), "muted"),) if sentences else ()


def staff_figures_off(say: Texts) -> str:
    """Why a figure about a single colleague is not shown."""
    return say.say(
        "Figures about single colleagues are off until the agreement with the staff council is dated"
        " (site.toml: [staff_figures] agreement_on)."
    )


def load_word(used: float | None, say: Texts) -> TabCell:
    """What a load means, in a word as well as a colour."""
    if used is None:
        return TabCell(DASH, "muted")
    if used > 1:
        return TabCell(say.say("overloaded"), "bad")
    return TabCell(say.say("nearly full"), "warn") if used > NEARLY else TabCell(say.say("free"), "good")
