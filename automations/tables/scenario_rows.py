"""The tab of scenarios, row by row, into changes: strictly, in German and English words.

Every word must be known: a sentence that is understood in part only is not used, since its answer would be
taken for that of the whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from automations.common.texts import Texts
from automations.model.console import Change, ChangeKind, Scenario
from automations.model.records import NOWHERE, CaseManager, Record, cell_line
from automations.model.snapshot import Snapshot
from automations.tables.dates import Parser
from automations.tables.folding import fold
from automations.tables.rule_tokens import ConditionError
from automations.tables.scenario_days import Period, period_of

SCENARIOS = "scenarios"  # the table of the tab that a team lead writes scenarios into

_LONGEST = 400
_MOST_POINTS, _MOST_PERCENT = 2000, 1000
_AHEAD_DAYS = 26 * 7

_ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "points": ("punkt", "punkte", "punkten", "point", "points"),
    "percent": ("%", "prozent", "percent"),
    "more": ("mehr", "zusätzlich", "zusätzliche", "zusätzlichen", "plus", "+", "more", "extra", "additional",
             "länger", "longer", "höher", "higher", "dazu"),
    "less": ("weniger", "minus", "-", "−", "fewer", "less", "kürzer", "shorter", "niedriger", "lower"),
    "arrivals": ("eingang", "eingänge", "eingängen", "zugänge", "zugängen", "neuzugänge", "anmeldungen",
                 "vermittlungen", "neue", "neuen", "arrivals", "referrals", "new", "intake", "intakes"),
    "cases": ("fall", "fälle", "fällen", "case", "cases", "klienten", "clients"),
    "capacity": ("kapazität", "capacity"),
    "stays": ("dauern", "dauer", "bleiben", "laufen", "laufzeit", "take", "last", "stay", "stays"),
    "leaves": ("geht", "verlässt", "kündigt", "aus", "auf", "leaves", "leaving", "quits", "goes", "ohne", "without",
               "rente", "ruhestand", "retires"),
    "leaving": ("scheidet", "hört"),
    "post": ("kollegin", "kollege", "stelle", "colleague", "post"),
    "away": ("fehlt", "abwesend", "krank", "urlaub", "elternzeit", "weg", "away", "absent", "sick", "leave"),
    "double": ("doppelt", "doppelte", "verdoppeln", "twice", "double"),
    "half": ("halb", "halbe", "half"),
    "none": ("keine", "no"),
    "month": ("monat", "monatlich", "month", "monthly"),
    "week": ("woche", "wöchentlich", "week", "weekly"),
    "filler": ("so", "viel", "viele", "an", "der", "die", "das", "den", "dem", "of", "the", "in", "im", "für", "for",
               "um", "ist", "sind", "is", "are", "wird", "werden", "will", "be", "with", "mit", "pro", "je", "per",
               "a", "each", "by", "as", "many", "much", "team", "uns", "us", "there", "es", "gibt", "haben", "we",
               "wir", "have", "speaking", "sprache", "sprachen", "language", "kommen", "come", "on", "much"),
})  # fmt: skip
_KNOWN: Mapping[str, str] = MappingProxyType({word: role for role, words in _ROLES.items() for word in words})
_WORD = re.compile(r"\d+(?:[.,]\d+)?|%|[+−-](?=\s*\d)|[^\W\d_]+(?:-[^\W\d_]+)*|[^\s,.]")
_CLAUSES = re.compile(r"\s*(?:;|\n|,(?!\d)|\bund\b|\bsowie\b|\band\b)\s*", re.IGNORECASE)


def read_scenarios(snapshot: Snapshot, parsers: Mapping[str, Parser], today: date, said: Texts) -> tuple[Scenario, ...]:
    """The scenarios of the workbook, in the order of their tab; rows that are switched off are left out."""
    reader = _Reader(snapshot, parsers, today)
    found = []
    for record in snapshot.table(SCENARIOS):
        text = cell_line(record, "scenario")
        if text and record.get("active") is not False:
            found.append(_scenario(record, text, reader, snapshot, said))
    return tuple(found)


def read_sentence(text: str, snapshot: Snapshot, parsers: Mapping[str, Parser], today: date, said: Texts) -> Scenario:
    """A scenario that stands in no tab."""
    return _read(Scenario(NOWHERE, 0, " ".join(text.split())[:_LONGEST]), _Reader(snapshot, parsers, today), said)


def _scenario(record: Record, text: str, reader: _Reader, snapshot: Snapshot, said: Texts) -> Scenario:
    blank = Scenario(record.row, record.line, text[:_LONGEST])
    row = snapshot.rows.get(record.row)
    if row is not None and any(cell.kind != "value" for cell in row.cells.values()):
        return replace(blank, fault=said.say("A formula stands in this row; type the words themselves."))
    return _read(blank, reader, said)


def _read(blank: Scenario, reader: _Reader, said: Texts) -> Scenario:
    try:
        changes = reader.changes(blank.text)
    except ConditionError as fault:
        return replace(blank, fault=said.say(fault.sentence, **fault.values))
    return replace(blank, changes=changes, hint=_hint(changes, reader.today, said))


def _hint(changes: tuple[Change, ...], today: date, said: Texts) -> str:
    """What is to be known of days that do not lie in the weeks ahead."""
    if all(change.starts and change.starts > today + timedelta(days=_AHEAD_DAYS) for change in changes):
        return said.say("This begins after the weeks that kim looks ahead, so it changes nothing yet.")
    if any(change.ends and change.ends < today for change in changes):
        return said.say("This is over already, so it changes nothing.")
    if any(change.starts and change.starts < today for change in changes):
        return said.say("This day is past; kim counts as if it came on top of what stands in the team's table today.")
    return ""


class _Clause(Struct):
    """What a part of a sentence says, word by word."""

    said: set[str] = field(default_factory=set)
    numbers: list[float] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    person: str = ""


class _Reader:
    """Reads sentences against the team and the languages of a workbook."""

    def __init__(self, snapshot: Snapshot, parsers: Mapping[str, Parser], today: date) -> None:
        self.today, self._languages = today, parsers["languages"]
        self._people = [person for person in snapshot.team if isinstance(person, CaseManager) and person.code]

    def changes(self, text: str) -> tuple[Change, ...]:
        """All parts of a sentence. Raises ConditionError where one is not understood."""
        joined: list[str] = []
        for part in filter(None, _CLAUSES.split(text)):
            words = _WORD.findall(period_of(part, self.today)[0])
            if joined and words and all(self._language(word) for word in words):
                joined[-1] += f" {part}"  # “Arabisch und Französisch”: it belongs to the part before it
            else:
                joined.append(part)
        return tuple(self._change(*period_of(part, self.today)) for part in joined)

    def _change(self, rest: str, period: Period) -> Change:
        clause = self._clause(rest)
        change = _leaving(clause, rest, self._names()) or _sized(clause)
        if change is None:
            raise ConditionError("kim does not understand “{sign}”. " + _EXAMPLES, sign=rest.strip())
        return replace(change, starts=period.first, ends=period.last)

    def _clause(self, rest: str) -> _Clause:
        found = _Clause()
        rest, found.person = self._who(rest)
        for word in _WORD.findall(rest):
            if word[0].isdigit():
                found.numbers.append(float(word.replace(",", ".")))
            elif role := _KNOWN.get(word.casefold()):
                found.said.add(role)
            elif code := self._language(word):
                found.languages.append(code)
            else:
                raise self._unknown(word)
        return found

    def _unknown(self, word: str) -> ConditionError:
        names = self._names()
        near = get_close_matches(fold(word), [*_KNOWN, *map(fold, names)], 1, cutoff=0.75)
        if near:
            shown = next((name for name in names if fold(name) == near[0]), near[0])
            return ConditionError("“{sign}” is not known; did you mean “{near}”?", sign=word, near=shown)
        # Codes of colleagues are capitals, so this is likelier an unknown one than a slip.
        if word.isupper():
            return ConditionError("There is nobody called “{sign}” in the team's table.", sign=word)
        return ConditionError("kim does not understand “{sign}” here. " + _EXAMPLES, sign=word)

    def _who(self, rest: str) -> tuple[str, str]:
        """The colleague that a sentence names, by code as it stands in the table or by name, and the rest."""
        # Longer names first: “Anna Maria” is not Anna.
        for person in sorted(self._people, key=lambda one: -len(one.name or "")):
            names = [re.escape(person.code or "")]
            if person.name:
                names += [f"(?i:{re.escape(person.name)})"]
            if hit := re.search(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)", rest):
                return rest.replace(hit[0], " "), person.code or ""
        return rest, ""

    def _names(self) -> list[str]:
        return [name for person in self._people for name in (person.code, person.name) if name]

    def _language(self, word: str) -> str:
        """The code of a language: also “ukrainische” and “arabischsprachige”."""
        if word.casefold() in _KNOWN or not word[0].isalpha():
            return ""
        stem = re.sub(r"(?:sprachige?[nrs]?|speaking)$", "", word, flags=re.IGNORECASE).rstrip("-")
        for form in (word, stem, re.sub(r"e[nrs]?$", "", stem)):
            codes = self._languages(form).value if len(form) > 2 else None  # noqa: PLR2004 (no abbreviations)
            if isinstance(codes, tuple) and len(codes) == 1:
                return str(codes[0])
        return ""


_EXAMPLES = (
    "Write it like “from 1 March 20 points more Arabic”, “AA leaves on 15 Nov”, “AA is away from 1 March to 1 May”, "
    "“20 % more arrivals” or “cases take 10 % longer”."
)


def _leaving(clause: _Clause, rest: str, names: list[str]) -> Change | None:
    said = clause.said
    if not said & {"leaves", "leaving", "away"}:
        return None
    if said - {"leaves", "leaving", "away", "filler"} or clause.numbers or clause.languages:
        return None
    if not clause.person:
        raise ConditionError("Who is meant by “{sign}”? There is: {names}.", sign=rest.strip(),
                             names=", ".join(name for name in names if name.isupper()) or ", ".join(names))  # fmt: skip
    return Change("away" if "away" in said else "leaves", person=clause.person)


# What words may stand together with what is changed.
_SAID: Mapping[ChangeKind, frozenset[str]] = MappingProxyType({
    "capacity": frozenset({"capacity", "points", "percent", "more", "less", "double", "half", "filler"}),
    "arrivals": frozenset({"arrivals", "cases", "percent", "more", "less", "double", "half", "none", "month", "week",
                           "filler"}),
    "stays": frozenset({"stays", "cases", "percent", "more", "less", "double", "half", "filler"}),
})  # fmt: skip


def _sized(clause: _Clause) -> Change | None:
    """More or less of something: points, arrivals, capacity, stays. None where the words say nothing together."""
    said, languages = clause.said, tuple(dict.fromkeys(clause.languages))
    # “eine Kollegin mit 40 Punkten” says “more” without the word.
    if {"points", "post"} <= said:  # a new colleague with so many points
        said = said - {"post", "arrivals"} | {"more"}
    kind = _kind(said)
    if len(clause.numbers) > 1 or (kind and said - _SAID[kind]) or {"points", "percent"} <= said:
        return None
    if kind is None:
        if "percent" in said:
            raise ConditionError("More or less of what? Write “arrivals”, “capacity” or “cases take … longer”.")
        return None
    sign = _sign(said)
    if "points" in said:
        points = _number(clause, _MOST_POINTS)
        if sign == 0:
            raise ConditionError("More or fewer points? Write “20 points more” or “20 points fewer”.")
        return Change("capacity", points=sign * points, languages=languages, person=clause.person)
    if clause.person and kind != "capacity":
        return None
    if kind == "stays" and languages:
        raise ConditionError("How long cases take can be changed for all of them only, not for one language.")
    if kind == "arrivals" and clause.numbers and "percent" not in said:
        return _a_month(clause, sign, languages)
    return Change(kind, factor=_factor(clause, sign), languages=languages, person=clause.person)


def _kind(said: set[str]) -> ChangeKind | None:
    if "stays" in said:
        return "stays"
    if said & {"capacity", "points"}:
        return "capacity"
    return "arrivals" if said & {"arrivals", "cases"} else None


def _sign(said: set[str]) -> int:
    if {"more", "less"} <= said:
        raise ConditionError("More and less cannot both be meant.")
    return 1 if "more" in said else -1 if "less" in said else 0


def _number(clause: _Clause, most: float) -> float:
    if len(clause.numbers) != 1:
        raise ConditionError("How many? A number is missing.")
    if not 0 < clause.numbers[0] <= most:
        raise ConditionError("The number must lie between 0 and {most}.", most=int(most))
    return clause.numbers[0]


def _factor(clause: _Clause, sign: int) -> float:
    said = clause.said
    for word, factor in (("double", 2.0), ("half", 0.5), ("none", 0.0)):
        if word in said and not clause.numbers and not sign:
            return factor
    if "percent" not in said:
        raise ConditionError("By how many per cent? Write it like “20 % more”.")
    percent = _number(clause, 100 if sign < 0 else _MOST_PERCENT)
    if sign == 0:
        raise ConditionError("More or less? Write “20 % more” or “20 % less”.")
    return 1 + sign * percent / 100


def _a_month(clause: _Clause, sign: int, languages: tuple[str, ...]) -> Change:
    number = _number(clause, _MOST_POINTS)
    if sign == 0 or not clause.said & {"month", "week"}:
        raise ConditionError("How many more or fewer, in a month or in a week? Write “10 arrivals more a month”.")
    return Change("arrivals", a_month=sign * number * (52 / 12 if "week" in clause.said else 1), languages=languages)
