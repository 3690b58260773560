"""A table read as one of kim's: what each of its headings names, how sure that is, and how much the whole looks like
that table."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from automations.model.values import Value
from automations.setup.by_cells import Cells, completed
from automations.setup.cell_kinds import ANYTHING, FOR, are_moments, are_permits
from automations.setup.evidence import Evidence
from automations.setup.form_tabs import is_form
from automations.setup.grouping import Group
from automations.setup.heading_forms import (
    MAY_BE_BOTH,
    OF_THE_CLIENT,
    asks_whether,
    forms_of,
    hint_of,
    in_two_languages,
    is_permit,
    of_a_slot,
    of_another_time,
    of_no_consent,
    of_something_else,
    says_twice,
    score_of,
    without_hints,
)
from automations.setup.language_columns import crossed
from automations.setup.likeness import EXACT, SHORTENED, likeness
from automations.setup.other_people import Strangers, has_own_address
from automations.setup.proposed import Confidence, HeadingProposal, TableProposal
from automations.setup.questions import asked_for
from automations.setup.table_marks import ANYBODYS, DAYS, MAKES, OF_APPOINTMENTS, OF_PLACES, OF_TALKS, PARENTS, SINCE
from automations.setup.thesaurus import Thesaurus, words_of
from automations.setup.without_words import without_day, without_subject, without_use
from automations.setup.word_lists import of_events, of_other_people
from automations.tables.columns import TableColumns
from automations.tables.folding import fold, without_number
from automations.tables.schema import KEY_FIELDS, STANDS_FOR, kind_of

_LIKELY = 78.0  # likeness and evidence together from which a heading is proposed at all
_WORTH_A_LOOK = 66.0  # with the cells in favour it may just be proposed
_TAB_LIKELY = 84.0  # likeness of a tab's name
_NAMED, _NAMED_ALIKE = 3.0, 1.5  # headings that a known tab name, or one like it, is worth
_FEWEST = 2.0  # headings that a table needs besides
_ENOUGH, _WELL_KNOWN = 5, 0.6  # known headings, and their share, that make a table sure whatever its tab is called
_TEAM_BEHIND = re.compile(r"\s+[A-ZÄÖÜ]{2,5}$")  # the short name of a service: "Fachkraft ASD"
_OF_LIFE = re.compile(
    r"einreis|ankunft in|zuzug|heirat|hochzeit|scheidung|trennung|verstorb|todes|arriv|marri|wedding|divorc|death",
    re.IGNORECASE,
)
_LATER_ONE = re.compile(r"^\W*(?:[2-9]|1\d|ii+|iv)\b|\b(?:[2-9]|1\d|ii+|iv)\W*$", re.IGNORECASE)
_KNOWN_AS_ANOTHER = 95.0  # likeness at most to a field where the heading is just that of another one
_BY_LETTERS = 90.0  # likeness by letters alone that a field of free text needs: its cells say nothing
_TIMES = 3  # that a heading stands in a row of headings, from which on it is no field of its own
_LAST = 1.0  # score of what stands beside somebody else: it gives way to every other column


class TableReader:
    """Reads a table, in one tab or several, as one table of kim's after another."""

    def __init__(self, group: Group, evidence: Evidence, thesaurus: Thesaurus, key: int = 0, quoted: int = 0) -> None:
        """`key` is the column that another tab repeats, `quoted` the one that names its rows; 0 for none."""
        self._group, self._evidence, self._thesaurus, self._key = group, evidence, thesaurus, key
        self._quoted = quoted
        self._form = is_form(group.blocks[0], thesaurus)
        self._block = group.blocks[0]
        self._samples = group.samples()
        self._strangers = Strangers(group, thesaurus)
        self._twice = says_twice(list(self._block.headings.values()))
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
        name = likeness(self._block.tab.name, rules.tabs)
        bonus = _NAMED if name == EXACT else _NAMED_ALIKE if name >= _TAB_LIKELY else 0.0
        needed = [_stands(name, headings) for name in (*rules.required, *filter(None, [KEY_FIELDS[table]]))]
        whole = sure >= _ENOUGH and sure >= _WELL_KNOWN * len(headings) and all(needed[: len(rules.required)])
        certain = (name == EXACT and sure >= _FEWEST) or whole
        confidence: Confidence = "sure" if certain and self._group.alike else "likely"
        score = 0.0 if sure + likely < 1 else sure + 0.6 * likely + bonus + 0.5 * sum(needed)
        fields = {heading.field for heading in headings if heading.confidence != "doubtful"}
        # Without these a list of names and addresses would pass for cases, and kim would write into it.
        if not all(fields & kinds for kinds in MAKES.get(table, ())):
            score = 0.0
        # Whatever it looks like, a tab that is called after the table is the team's own.
        if name < _TAB_LIKELY and (self.is_log(table, headings) or self._is_of_others(table, fields)):
            score = 0.0
        # A short list that another tab names row by row is the team rather than anything else.
        score += 1.0 if table == "team" and self._key and score else 0.0
        if table == "cases" and fields <= ANYBODYS:
            confidence, score = "likely", 0.0 if self._key else score
        more, called = tuple(self._group.blocks[1:]), name >= _TAB_LIKELY
        return score, TableProposal(self._block, table, confidence, headings, more, marks, called=called)

    def _cells(self) -> Cells:
        births = self._evidence.are_births
        return Cells(self._samples, self._is_foreign, self._are_days, births, self._is_parent, self._key, self._quoted)

    def _is_parent(self, column: int) -> bool:
        return bool(words_of(self._block.headings[column]) & PARENTS)

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
        # Columns are counted negative so that of two equal ones the left comes first.
        for _, negative, name, certain in sorted(pairs, reverse=True):
            # Names in two columns leave nothing for a third; it would be a relative's.
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
        text = without_use(self._block.meant(column))
        forms, meant = self._forms(column, text, table, rules), self._of_client(text, table, rules)
        another = fold(text) in rules.by_heading
        for name, aliases in rules.headings.items():
            known = (*forms, _TEAM_BEHIND.sub("", text)) if name == "manager" else forms
            score, exact = score_of(known, name, rules, aliases)
            if (table, name) == ("appointments", "date") and are_moments(self._samples[column]):
                # "Start", and below it days with their times: the day is read from there.
                score = max(score, score_of(known, "time", rules, rules.headings["time"])[0])
            score = max(score, OF_THE_CLIENT) if name in meant else score
            if self._is_none(column, table, name, score, exact=exact):
                continue
            score = self._weighed(column, table, name, score, exact=exact, another=another and not exact)
            if score >= _LIKELY:
                confidence = self._confidence(column, table, name, own, exact=exact)
                yield (_LAST if confidence == "doubtful" else score), -column, name, confidence

    def _forms(self, column: int, text: str, table: str, rules: TableColumns) -> tuple[str, ...]:
        """The words in which a heading may be known."""
        asked = asked_for(text, table, rules, self._thesaurus)
        told = (asked, self._hint(text), without_subject(text, table), without_day(text))
        several = table != "appointments"
        return (*forms_of(text, self._block.groups.get(column, ""), several=several), *filter(None, told))

    def _of_client(self, text: str, table: str, rules: TableColumns) -> frozenset[str]:
        """The fields that a heading names as the client's own ("Customer name"), or in two languages."""
        child = self._strangers.children_are_clients
        own = self._thesaurus.without_clients(text, child=child) if table in {"cases", "appointments"} else ""
        own = own or self._strangers.of_the_client(text)
        named = rules.by_heading.get(fold(own), ("", 0))[0]
        # "Participant no." says whose an appointment is.
        named = "case" if (table, named) == ("appointments", "number") else named
        found = {
            named,
            in_two_languages(text, rules, twice=self._twice),
            *self._thesaurus.bare.named(text, table, rules),
        }
        client = self._thesaurus.is_client(text, child=child)
        whole = table == "cases" and (client or fold(own) == "name")  # "Patient name"
        linked = table == "appointments" and client
        return frozenset({*found, *(["full_name"] if whole else ["case"] if linked else [])})

    def _weighed(self, column: int, table: str, name: str, score: float, *, exact: bool, another: bool) -> float:
        """The likeness of a heading with what its cells say of it. `another`: it is known as another field's."""
        values = self._samples[column]
        if not exact:
            by_chance = another and score < SHORTENED and score != MAY_BE_BOTH
            score = 0.0 if by_chance or not _alike_enough(score, table, name) else score
            score = max(score, self._evidence.alone(table, name, values))
        if score >= _WORTH_A_LOOK:
            told = self._evidence.weigh(table, name, values, exact=exact, named=score >= OF_THE_CLIENT)
            # Of two columns whose cells fit, the one that is called so wins: "Date" beside "Date booked".
            score += FOR if exact and not told else told
        # A heading that is just another field's must not win by its cells against one that is this field's own.
        return min(score, _KNOWN_AS_ANOTHER) if another else score

    def _is_none(self, column: int, table: str, name: str, score: float, *, exact: bool) -> bool:
        """Whether a heading cannot be that field, whoever it speaks of and however like it is."""
        # Whatever the likeness: a referrer's address taken for the client's would send the client's days to them.
        others = table == "cases" and self._strangers.own(column, name, exact=exact)
        bare = name == "permit_until" and self._of_another_paper(column)
        asked = name == "place" and asks_whether(self._block.headings[column])
        of_talks = table == "cases" and name in OF_TALKS
        slot = of_talks and of_a_slot(self._block.headings, column)
        return others or bare or asked or slot or (not exact and self._never(column, name, score))

    def _hint(self, text: str) -> str:
        """What stands in brackets where that alone tells two headings apart: "Termin (Tag)", "Termin (Uhrzeit)"."""
        plain = [fold(without_hints(other)) for other in self._block.headings.values()]
        return hint_of(text) if plain.count(fold(without_hints(text))) > 1 else ""

    def is_log(self, table: str, headings: Sequence[HeadingProposal]) -> bool:
        """Whether what may be appointments is a record of what was done: days that have been, at no time or place."""
        fields = {heading.field for heading in headings if heading.field}
        if table != "appointments" or fields & OF_APPOINTMENTS:
            return False
        days = next((self._samples[h.column] for h in headings if h.field == "date"), ())
        return not are_moments(days) and self._evidence.all_past(days)

    def _is_of_others(self, table: str, fields: Collection[str]) -> bool:
        """Whether what may be cases is a list of people who work or pay somewhere, what may be appointments a calendar
        of rooms or events, what may be colleagues one of clients, what may be places one of addresses."""
        tab, texts = self._block.tab.name, self._block.headings.values()
        return {
            "cases": lambda: of_other_people(tab, texts, fields), "appointments": lambda: of_events(tab, texts, fields),
            "team": lambda: not self._key and self._thesaurus.names_clients(tab),
            "locations": lambda: not self._key and not OF_PLACES & {*fields},
        }.get(table, bool)()  # fmt: skip

    def _of_another_paper(self, column: int) -> bool:
        """Whether a bare end of something ("gültig bis") stands in a list that names no residence permit."""
        before = [(text, self._samples[place]) for place, text in self._block.headings.items() if place <= column]
        return not any(is_permit(text) or are_permits(values, text) for text, values in before)

    def _no_such_thing(self, column: int, name: str, score: float) -> bool:
        """Whether a heading is of remarks, of a day in somebody's life that is no field, of the second or a later of
        several days, or of the end of something else than a permit."""
        text = self._block.headings[column]
        other_day = name in DAYS and bool(_OF_LIFE.search(text) or _LATER_ONE.search(text))
        ends = name == "permit_until" and of_something_else(text)
        nothing = self._thesaurus.says_nothing(text) or self._thesaurus.says_nothing(without_number(text))  # "Ort 1"
        return nothing or other_day or ends or of_no_consent(text, name, score) or of_another_time(text, name, score)

    def _never(self, column: int, name: str, score: float) -> bool:
        """Whether a heading that is not known as it stands cannot be that field, however like it is."""
        text = self._block.headings[column]
        rare = name == "received" and self._is_rare(column)
        outside = name == "manager" and has_own_address(self._block.headings, column)
        return rare or outside or self._no_such_thing(column, name, score) or self._again_and_again(text)

    def _is_rare(self, column: int) -> bool:
        """Whether most rows have nothing there, or the heading is one of several that are counted ("Visit 1"): no
        list of cases keeps the day of their arrival so."""
        text = self._block.headings[column]
        stem = fold(without_number(text))
        twins = sum(fold(without_number(other)) == stem for other in self._block.headings.values())
        return twins > 1 or 2 * len(self._samples[column]) < max(map(len, self._samples.values()))

    def _again_and_again(self, text: str) -> bool:
        """Whether a heading stands there so often that it says something of the columns before ("Erg.")."""
        return sum(fold(other) == fold(text) for other in self._block.headings.values()) >= _TIMES

    def _confidence(self, column: int, table: str, name: str, own: TableColumns, *, exact: bool) -> Confidence:
        text, values = self._block.headings[column], self._samples[column]
        if table == "cases" and self._strangers.beside(column, name):
            return "doubtful"
        mine = fold(text) == fold(own.own_heading(name))
        group = self._block.groups.get(column, "")
        forms = (text, f"{group} {text}") if group else (text,)
        known = any(own.by_heading.get(fold(form), ("", 0))[0] == name for form in forms)
        if not exact or column in self._block.explained or not self._evidence.fits(table, name, values, own=mine):
            return "likely"
        if table == "cases" and (self._strangers.of_a_relative(column) or self._strangers.behind(column, name)):
            return "likely"
        return "sure" if known or self._evidence.says(table, name, values) else "likely"

    def _heading(self, pair: tuple[int, str, str, Confidence], marks: Mapping[int, str]) -> HeadingProposal:
        column, text, name, confidence = pair
        if column in marks:
            name, confidence = "languages", "sure"
        return HeadingProposal(column, text, name, confidence, not self._samples[column])


def _alike_enough(score: float, table: str, name: str) -> bool:
    """Whether a heading is near enough to a known one for a field whose cells cannot tell."""
    told = kind_of(table, name) not in ANYTHING and name not in SINCE
    return told or score in {SHORTENED, MAY_BE_BOTH} or score >= _BY_LETTERS


def _stands(name: str, headings: Sequence[HeadingProposal]) -> bool:
    fields = {heading.field for heading in headings if heading.confidence == "sure"}
    return name in fields or STANDS_FOR.get(name, name) in fields
