"""What a workbook probably means: its tables, headings and words, each with how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from automations.model.settings import SiteFacts
from automations.model.values import Value
from automations.setup.by_cells import Cells, completed, repeated_keys
from automations.setup.evidence import ANYTHING, Evidence
from automations.setup.grouping import Group, asides, grouped
from automations.setup.language_columns import crossed
from automations.setup.likeness import EXACT, SHORTENED, likeness
from automations.setup.other_people import Strangers
from automations.setup.proposed import Confidence, HeadingProposal, Proposal, TableProposal
from automations.setup.questions import asked_for
from automations.setup.table_search import Block, Finder
from automations.setup.thesaurus import Thesaurus, load_thesaurus
from automations.setup.words import WordProposal, propose_words
from automations.tables.columns import Columns, TableColumns
from automations.tables.folding import fold
from automations.tables.schema import KEY_FIELDS, STANDS_FOR, kind_of
from automations.workbooks.protocol import RawWorkbook

_LIKELY = 78.0  # likeness and evidence together from which a heading is proposed at all
_WORTH_A_LOOK = 66.0  # with the cells in favour it may just be proposed
_TAB_LIKELY = 84.0  # likeness of a tab's name
_NAMED, _NAMED_ALIKE = 3.0, 1.5  # headings that a known tab name, or one like it, is worth
_FEWEST = 2.0  # headings that a table needs besides
_ENOUGH, _WELL_KNOWN = 5, 0.6  # known headings, and their share, that make a table sure whatever its tab is called
_ASIDE = re.compile(r"\s*[(\[][^()]*[)\]]\s*|\s*[*?:]+\s*$")  # "(Dropdown)" and the star of a field to be filled in
_TEAM_BEHIND = re.compile(
    r"\s+[A-ZÄÖÜ]{2,5}$"
)  # "Fachkraft ASD": the short name of a service behind a colleague's heading
_OF_THE_TABLE = re.compile(r"^[A-ZÄÖÜ]{1,2}_?(?=[A-ZÄÖÜ][a-zäöü]{2})")  # as databases name their columns
_PERMIT = re.compile(r"aufenth|titel|duldung|gestatt|visum|visa|permit|residence|\ba[et]\b", re.IGNORECASE)
_UNTIL = re.compile(r"\W*(?:gültig|gilt|läuft|ab|aus|valid|expires?|expiry|until|bis|am|on|date)\b", re.IGNORECASE)
_OF_LIFE = re.compile(
    r"einreis|ankunft in|zuzug|heirat|hochzeit|scheidung|trennung|verstorb|todes|arriv|marri|wedding|divorc|death",
    re.IGNORECASE,
)
_DAYS = frozenset({"received", "birth_date", "consent_on", "withdrawn_on", "first_contact_on", "closed_on",
                   "phase_since", "manager_since"})  # fmt: skip
_FIRST_OF_SEVERAL = re.compile(r"\s*\b1\.?$")
_LATER_ONE = re.compile(r"^\W*(?:[2-9]|1\d|ii+|iv)\b|\b(?:[2-9]|1\d|ii+|iv)\W*$", re.IGNORECASE)
_SINCE = frozenset({"phase_since", "manager_since"})
"""Days that kim notes down by itself: no list has them under other words by chance."""
_KNOWN_AS_ANOTHER = 95.0  # likeness at most to a field where the heading is just that of another one
_CLOSE = 2.0  # tabs whose scores differ by less are rivals for a table
_BY_LETTERS = 90.0  # likeness by letters alone that a field of free text needs: its cells say nothing
_LAST = 1.0  # score of what stands beside somebody else: it gives way to every other column
_OF_THE_CLIENT = 94.0  # likeness of a known heading with a word for the client beside it
_MAKES: Mapping[str, tuple[frozenset[str], ...]] = {
    "cases": (
        frozenset({"last_name", "full_name", "first_name"}),
        frozenset({"received", "birth_date", "phase", "manager", "languages", "number", "concern", "source",
                   "consent_on", "first_contact_on", "closed_on"}),
    ),
    "appointments": (frozenset({"date"}), frozenset({"case", "time", "status"})),
    "team": (
        frozenset({"code", "name"}),
        frozenset({"email", "languages", "working_days", "capacity", "substitute", "role", "office", "phone"}),
    ),
    "locations": (
        frozenset({"name"}), frozenset({"address", "neutral_name", "protected", "hours", "directions"}),
    ),
    "naturalisation": (
        frozenset({"applications", "naturalisations", "applied_on"}), frozenset({"month", "decided_on", "decision"}),
    ),
    "decisions": (frozenset({"decision"}), frozenset({"question"})),
    "consents": (frozenset({"case"}), frozenset({"given_on", "withdrawn_on"})),
}  # fmt: skip
"""What makes a table that table: one column of each set."""

_WORKED_WITH = (frozenset({"manager", "languages"}), frozenset({"number", "received", "first_contact_on"}))
"""Of each set one column, whatever a list of cases is called."""

_ANYBODYS = frozenset({"", "last_name", "first_name", "full_name", "email", "phone", "contact", "languages", "sex",
                       "district", "office_wish"})  # fmt: skip
"""Fields that clients and colleagues have alike: a list of nothing else may be either."""


def propose(
    workbook: RawWorkbook, columns: Columns, facts: SiteFacts, today: date, thesaurus: Thesaurus | None = None
) -> Proposal:
    """What the tabs, headings and words of a workbook probably mean. `today` is the site's date."""
    known = thesaurus or load_thesaurus()
    wide = known.widened(columns)
    evidence = Evidence(columns, facts, today)
    blocks = Finder(wide, known.remarks).blocks(workbook)
    groups = grouped(blocks, known)
    keys = repeated_keys(groups)
    options = [
        (score, index, proposal)
        for index, group in enumerate(groups)
        if not is_form(group.blocks[0], known) or worked_in(group.blocks[0], wide)
        for reader in [_Reader(group, evidence, known, keys.get(index, 0))]
        for table in (["cases"] if is_form(group.blocks[0], known) else wide.tables)
        for score, proposal in [reader.as_table(table, columns.tables[table], wide.tables[table])]
        if score >= _FEWEST
    ]
    tables = tuple(_chosen(options))
    if all(table.table != "cases" for table in tables):
        tables = (*tables, *_cases_aside(asides(blocks, known), evidence, known, columns.tables["cases"], wide))
    used = {block.tab.id for table in tables for block in table.blocks}
    others = tuple(tab for tab in workbook.tabs if tab.mark is None and tab.id not in used)
    return Proposal(tables, tuple(w for table in tables for w in _words(table, columns, facts)), others)


def propose_table(
    group: Group, table: str, columns: Columns, evidence: Evidence, thesaurus: Thesaurus
) -> TableProposal:
    """What a block would be, read as one table of kim's and no other."""
    reader = _Reader(group, evidence, thesaurus)
    return reader.as_table(table, columns.tables[table], thesaurus.widened(columns).tables[table])[1]


def is_form(block: Block, thesaurus: Thesaurus) -> bool:
    """Whether a tab is filled by a form: the moment of sending stands first, or right behind a number. Its rows are
    no table of kim's; they may be taken over into one (see intake)."""
    first = [fold(text) for _, text in sorted(block.headings.items())[:3]]
    return any(text in thesaurus.form for text in first) and first[0] in (*thesaurus.form, "id")


def worked_in(block: Block, columns: Columns) -> bool:
    """Whether a team goes on working in the answers of a form: behind the questions stands who is responsible. Such a
    tab is its list of cases."""
    known = columns.tables["cases"].by_heading
    return any(known.get(fold(text), ("", 0))[0] == "manager" for text in block.headings.values())


def _chosen(options: Sequence[tuple[float, int, TableProposal]]) -> Iterator[TableProposal]:
    """Each block is what it looks most like, or nothing: one that is no good as that, since another one is
    better, is not taken for the next best thing."""
    options = [option for option in options if not _lists_hours(option, options)]
    best: dict[int, float] = {}
    for score, index, _ in options:
        best[index] = max(score, best.get(index, 0.0))
    chosen: dict[int, TableProposal] = {}
    for score, index, proposal in sorted(options, key=lambda option: -option[0]):
        taken = {table.table for table in chosen.values()}
        if index not in chosen and proposal.table not in taken and score == best[index]:
            rivals = [
                s for s, i, p in options if p.table == proposal.table and i not in (index, *chosen) and s == best[i]
            ]
            doubtful = any(other > score - _CLOSE for other in rivals)
            chosen[index] = replace(proposal, confidence="likely") if doubtful else proposal
    return (chosen[index] for index in sorted(chosen))


def _lists_hours(option: tuple[float, int, TableProposal], options: Sequence[tuple[float, int, TableProposal]]) -> bool:
    """Whether what looks like a list of cases has hours of appointments beside the names, and another one has more of
    a list of cases."""
    score, index, table = option
    hours = any(p.table == "appointments" and i == index and p.field("time") for _, i, p in options)
    return table.table == "cases" and hours and any(p.table == "cases" and s > score for s, _, p in options)


def _cases_aside(
    groups: Sequence[Group], evidence: Evidence, thesaurus: Thesaurus, own: TableColumns, wide: Columns
) -> Iterator[TableProposal]:
    """The list of cases in a tab that is called something else ("Adressen"), where there is no other one: to be
    confirmed, and only if somebody works with the people in it."""
    found = [_Reader(group, evidence, thesaurus).as_table("cases", own, wide.tables["cases"]) for group in groups]
    for score, table in sorted(found, key=lambda option: -option[0])[:1]:
        fields = {heading.field for heading in table.headings if heading.confidence != "doubtful"}
        if score >= _FEWEST and all(fields & kinds for kinds in _WORKED_WITH):
            yield replace(table, confidence="likely")


def _words(table: TableProposal, columns: Columns, facts: SiteFacts) -> Iterator[WordProposal]:
    for heading in table.headings:
        if heading.field and heading.column not in table.marks:
            yield from propose_words(table.table, heading.field, table.values(heading), columns, facts)


class _Reader:
    """Reads a table, in one tab or several, as one table of kim's after another."""

    def __init__(self, group: Group, evidence: Evidence, thesaurus: Thesaurus, key: int = 0) -> None:
        """`key` is the column that another tab repeats, 0 for none."""
        self._group, self._evidence, self._thesaurus, self._key = group, evidence, thesaurus, key
        self._form = is_form(group.blocks[0], thesaurus)
        self._block = group.blocks[0]
        self._samples = group.samples()
        self._strangers = Strangers(group, thesaurus)
        self._crosses = crossed(self._block, self._samples, evidence.languages)

    def as_table(self, table: str, own: TableColumns, rules: TableColumns) -> tuple[float, TableProposal]:
        """How much it looks like that table, and what its columns would be. `rules` have more headings
        than kim's `own`."""
        marks = self._crosses if table == "cases" else {}
        headings = tuple(self._heading(pair, marks) for pair in self._pairs(table, own, rules, marks))
        headings = completed(table, headings, self._cells())
        if self._form:  # who fills in a form is easily taken for who is meant
            headings = tuple(replace(h, confidence="likely") if h.confidence == "sure" else h for h in headings)
        sure = sum(heading.confidence == "sure" for heading in headings)
        likely = sum(heading.confidence == "likely" for heading in headings)
        name = _tab_likeness(self._block.tab.name, rules)
        bonus = _NAMED if name == EXACT else _NAMED_ALIKE if name >= _TAB_LIKELY else 0.0
        needed = [_stands(name, headings) for name in (*rules.required, *filter(None, [KEY_FIELDS[table]]))]
        whole = sure >= _ENOUGH and sure >= _WELL_KNOWN * len(headings) and all(needed[: len(rules.required)])
        certain = (name == EXACT and sure >= _FEWEST) or whole
        confidence: Confidence = "sure" if certain and self._group.alike else "likely"
        score = 0.0 if sure + likely < 1 else sure + 0.6 * likely + bonus + 0.5 * sum(needed)
        fields = {heading.field for heading in headings if heading.confidence != "doubtful"}
        if not all(fields & kinds for kinds in _MAKES.get(table, ())):
            score = 0.0
        if table == "team" and self._key and score:
            score += 1.0
        if table == "cases" and fields <= _ANYBODYS:
            confidence, score = "likely", 0.0 if self._key else score
        found = TableProposal(self._block, table, confidence, headings, tuple(self._group.blocks[1:]), marks)
        return score, found

    def _cells(self) -> Cells:
        return Cells(self._samples, self._is_foreign, self._are_days, self._evidence.are_births, self._key)

    def _are_days(self, values: Sequence[Value]) -> bool:
        said = self._evidence.says("appointments", "date", values)
        return said and not self._evidence.contradicts("appointments", "date", values)

    def _is_foreign(self, column: int) -> bool:
        """Whether a column's names are those of somebody else than the client."""
        text = self._block.headings[column]
        mine = self._thesaurus.is_client(text, child=True)
        others = self._strangers.own(column, "full_name", exact=mine)
        return others or self._thesaurus.says_nothing(text) or bool(_OF_LIFE.search(text))

    def _pairs(
        self, table: str, own: TableColumns, rules: TableColumns, marks: Mapping[int, str]
    ) -> Iterator[tuple[int, str, str, Confidence]]:
        """Each heading with its field: the best pairs first, each field and each heading once."""
        pairs = [pair for column in self._block.headings if column not in marks
                 for pair in self._fields_of(column, table, own, rules)]  # fmt: skip
        fields: dict[int, tuple[str, Confidence]] = {}
        taken: set[str] = {"languages"} if marks else set()
        for _, negative, name, certain in sorted(pairs, reverse=True):
            if name == "full_name" and {"last_name", "first_name"} <= taken:
                continue
            if -negative not in fields and name not in taken:
                fields[-negative] = name, certain
                taken.add(name)
        for column, text in self._block.headings.items():
            yield (column, text, *fields.get(column, ("", "unknown")))

    def _fields_of(
        self, column: int, table: str, own: TableColumns, rules: TableColumns
    ) -> Iterator[tuple[float, int, str, Confidence]]:
        text, values, group = self._block.headings[column], self._samples[column], self._block.groups.get(column, "")
        child = self._strangers.children_are_clients
        own_text = self._thesaurus.without_clients(text, child=child) if table == "cases" else ""
        asked = asked_for(text, rules, self._thesaurus) if table == "cases" else ""
        beside = (*_forms(text, group, several=table != "appointments"), *filter(None, [asked]))
        for name, aliases in rules.headings.items():
            forms = (*beside, _TEAM_BEHIND.sub("", text)) if name == "manager" else beside
            score, exact = _score(forms, name, rules, aliases)
            if not exact and name in {rules.by_heading.get(fold(own_text), ("", 0))[0], _in_two_languages(text, rules)}:
                score = max(score, _OF_THE_CLIENT)
            if (table, name) == ("cases", "full_name") and self._thesaurus.is_client(text, child=child):
                score = max(score, _OF_THE_CLIENT)
            if table == "cases" and self._strangers.own(column, name, exact=exact):
                continue
            if not exact and self._no_such_thing(text, name):
                continue
            another = not exact and fold(text) in rules.by_heading
            by_chance = another and score < SHORTENED and score != _LIKELY - 1
            if not exact and (by_chance or not _alike_enough(score, table, name)):
                score = 0.0
            score = score if exact else max(score, self._evidence.alone(table, name, values))
            if score >= _WORTH_A_LOOK:
                score += self._evidence.weigh(table, name, values, exact=exact, named=score >= _OF_THE_CLIENT)
            if another:
                score = min(score, _KNOWN_AS_ANOTHER)
            if score >= _LIKELY:
                confidence = self._confidence(column, table, name, own, exact=exact)
                yield (_LAST if confidence == "doubtful" else score), -column, name, confidence

    def _no_such_thing(self, text: str, name: str) -> bool:
        """Whether a heading is of remarks, of a day in somebody's life that is no field, of the second or a later of
        several days, or of the end of something else than a permit."""
        other_day = name in _DAYS and bool(_OF_LIFE.search(text) or _LATER_ONE.search(text))
        ends = name == "permit_until" and _of_something_else(text)
        return self._thesaurus.says_nothing(text) or other_day or ends

    def _confidence(self, column: int, table: str, name: str, own: TableColumns, *, exact: bool) -> Confidence:
        text, values = self._block.headings[column], self._samples[column]
        if table == "cases" and self._strangers.beside(column, name):
            return "doubtful"
        mine = fold(text) == fold(own.own_heading(name))
        known = own.by_heading.get(fold(text), ("", 0))[0] == name or any(
            own.by_heading.get(fold(f"{group} {text}"), ("", 0))[0] == name
            for group in [self._block.groups.get(column, "")]
            if group
        )
        if not exact or not self._evidence.fits(table, name, values, own=mine):
            return "likely"
        if table == "cases" and self._strangers.behind(column, name):
            return "likely"
        return "sure" if known or self._evidence.says(table, name, values) else "likely"

    def _heading(self, pair: tuple[int, str, str, Confidence], marks: Mapping[int, str]) -> HeadingProposal:
        column, text, name, confidence = pair
        if column in marks:
            name, confidence = "languages", "sure"
        return HeadingProposal(column, text, name, confidence, not self._samples[column])


def _alike_enough(score: float, table: str, name: str) -> bool:
    """Whether a heading is near enough to a known one for a field whose cells cannot tell."""
    told = kind_of(table, name) not in ANYTHING and name not in _SINCE
    return told or score == SHORTENED or score >= _BY_LETTERS or score == _LIKELY - 1


def _stands(name: str, headings: Sequence[HeadingProposal]) -> bool:
    fields = {heading.field for heading in headings if heading.confidence == "sure"}
    return name in fields or STANDS_FOR.get(name, name) in fields


def _tab_likeness(name: str, rules: TableColumns) -> float:
    return likeness(name, rules.tabs)


def _forms(text: str, group: str, *, several: bool) -> tuple[str, ...]:
    """A heading as it may be meant: alone, under its title, without hints in brackets, as the first of `several`
    (but for appointments, of which each has its number), without the letter of its table ("TDatum")."""
    plain, first = _ASIDE.sub("", text), _FIRST_OF_SEVERAL.sub("", text) if several else text
    bare = _OF_THE_TABLE.sub("", text)
    return tuple(dict.fromkeys((text, f"{group} {text}" if group else text, plain, first, bare)))


def _of_something_else(text: str) -> bool:
    """Whether a heading of an end date names what ends, and that is no residence permit."""
    return bool(_UNTIL.sub("", text).strip(" :.-")) and not _PERMIT.search(text)


def _in_two_languages(text: str, rules: TableColumns) -> str:
    """The field of a heading that says the same twice ("Name / Surname"); "" where its halves differ."""
    found = {rules.by_heading.get(fold(half), ("", 0))[0] for half in text.split(" / ")} if " / " in text else set()
    known = found - {""}
    return known.pop() if len(known) == 1 else ""


def _score(forms: Sequence[str], name: str, rules: TableColumns, aliases: Sequence[str]) -> tuple[float, bool]:
    """Likeness of a heading to a field, and whether it is a known one as it stands or under its title. Earlier
    aliases count a little more."""
    text = forms[0]
    for form in forms:
        found, rank = rules.by_heading.get(fold(form), ("", 0))
        if found == name:
            whole = fold(form).endswith(fold(text))
            return (EXACT - rank / 100, True) if whole else (_OF_THE_CLIENT, False)
    if name == "full_name" and rules.by_heading.get(fold(text), ("", 0))[0] == "last_name":
        return _LIKELY - 1, False  # "Name" may be both: the cells tell
    near = max(likeness(form, aliases) for form in forms)
    return min(near, _TAB_LIKELY + 11), False


__all__ = ["Confidence", "HeadingProposal", "Proposal", "TableProposal", "propose", "propose_table"]
