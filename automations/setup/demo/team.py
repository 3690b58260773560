"""The invented team: offices, outreach places, twelve case managers and what each of them can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from automations.setup.demo.rows import Typed

SITE = "Kommunales Integrationsmanagement Emscherbrück (Vorführung)"
TOWN = "44999 Emscherbrück"
DAYS = ("Mo", "Di", "Mi", "Do", "Fr")

WORDS: Mapping[str, str] = {
    "de": "Deutsch", "en": "Englisch", "ru": "Russisch", "uk": "Ukrainisch", "fr": "Französisch",
    "ro": "Rumänisch", "ar": "Arabisch", "tr": "Türkisch", "fa": "Persisch",
}  # fmt: skip
"""The nine languages of the team as staff write them."""


class Place(Struct, frozen=True):
    """A counselling office or an outreach place; `neutral` is what a message may call it."""

    name: str
    neutral: str
    address: str
    phone: str
    hours: str
    way: str
    kind: str = "Beratungsstelle"
    protected: bool = False

    def cells(self) -> tuple[Typed, ...]:
        """The row of the tab of locations."""
        protected = "ja" if self.protected else "nein"
        return self.name, self.neutral, protected, self.address, self.phone, self.hours, self.way, self.kind


class Colleague(Struct, frozen=True):
    """A case manager. `days` are letters of the working week ("12345" = Monday to Friday)."""

    code: str
    name: str
    email: str
    phone: str
    languages: tuple[str, ...]
    capacity: int
    days: str
    office: str
    focuses: tuple[str, ...] = ()
    role: str = "Case Management"
    starts_on: date | None = None
    ends_on: date | None = None
    absent: tuple[date, date] | None = None
    substitute: str = ""

    def works(self, day: date) -> bool:
        """Whether the colleague is at work on that day."""
        begun = self.starts_on is None or self.starts_on <= day
        gone = self.ends_on is not None and day > self.ends_on
        away = self.absent is not None and self.absent[0] <= day <= self.absent[1]
        return begun and not gone and not away and str(day.isoweekday()) in self.days

    def cells(self) -> tuple[Typed, ...]:
        """The row of the tab of the team."""
        absent: tuple[date | None, date | None] = self.absent or (None, None)
        return (
            self.code, self.name, self.email, self.phone, ", ".join(WORDS[code] for code in self.languages),
            self.capacity, ", ".join(DAYS[int(day) - 1] for day in self.days), self.office,
            ", ".join(self.focuses) or None, self.starts_on, self.ends_on, *absent, self.substitute or None,
            self.role, "ja",
        )  # fmt: skip


OFFICES = (
    Place("Beratungsstelle Mitte", "Beratungsbüro am Rathausplatz", f"Rathausplatz 4, {TOWN}", "0221 4710101",
          "Mo–Do 8:30–16:00, Fr 8:30–12:30", "U-Bahn bis Rathaus, Eingang neben der Bücherei, 1. Etage"),
    Place("Beratungsstelle Nord", "Beratungsbüro an der Kanalstraße", f"Kanalstraße 57, {TOWN}", "0221 4710102",
          "Mo–Do 9:00–16:00", "Bus 312 bis Schleuse, gelbes Haus, Erdgeschoss"),
    Place("Beratungsstelle Süd", "Beratungsbüro am Lindenhof", f"Am Lindenhof 3, {TOWN}", "0221 4710103",
          "Mo–Fr 9:00–15:00", "Bus 324 bis Lindenhof, gegenüber der Apotheke"),
    Place("Beratungsstelle West", "Beratungsbüro im Zechenhaus", f"Zechenweg 18, {TOWN}", "0221 4710104",
          "Di–Fr 9:00–16:00", "Straßenbahn 306 bis Förderturm, Hof links, 2. Etage mit Aufzug"),
    Place("Beratungsstelle Ost", "Beratungsbüro an der Gartenstraße", f"Gartenstraße 112, {TOWN}", "0221 4710105",
          "Mo–Do 8:30–15:30", "Bus 333 bis Gartenstraße, Eingang im Durchgang"),
)  # fmt: skip
OUTREACH = (
    Place("Café Mittendrin", "Café Mittendrin", f"Marktgasse 9, {TOWN}", "0221 4710120", "Mi 14:00–17:00",
          "Fußgängerzone, neben dem Brunnen; bitte an der Theke melden", "Außenstelle"),
    Place("Jobcenter", "Bürohaus Brückenstraße", f"Brückenstraße 22, {TOWN}", "0221 4710121", "Di 9:00–12:00",
          "Bus 312 bis Brückenstraße, Empfang im Erdgeschoss, Raum 0.14", "Außenstelle"),
    Place("Familienbüro", "Haus am Park", f"Parkallee 1, {TOWN}", "0221 4710122", "Do 9:00–12:00",
          "Bus 324 bis Stadtpark, barrierefreier Eingang links", "Außenstelle"),
    Place("Frauenhaus", "vereinbarter Ort", "", "", "nach Vereinbarung", "", "Außenstelle", protected=True),
)  # fmt: skip

_CITY, _WELFARE, _DIAKON, _VEREIN = (
    "stadt-emscherbrueck.example",
    "wohlfahrt.example",
    "beratung-sued.example",
    "bruecke.example",
)
_PEOPLE = (
    Colleague("ABR", "Annette Brandt", f"a.brandt@{_CITY}", "0221 4710110", ("de", "en"), 14, "1234",
              "Beratungsstelle Mitte", ("Grundsatzfragen",), "Teamleitung"),
    Colleague("OKO", "Olena Kovalchuk", f"o.kovalchuk@{_CITY}", "0221 4710111", ("de", "uk", "ru"), 44, "12345",
              "Beratungsstelle Mitte"),
    Colleague("SHA", "Samir Haddad", f"s.haddad@{_CITY}", "0221 4710112", ("de", "ar", "fr"), 44, "12345",
              "Beratungsstelle Nord", ("Anerkennung",)),
    Colleague("EDE", "Elif Demir", f"e.demir@{_CITY}", "0221 4710113", ("de", "tr", "en"), 36, "1234",
              "Beratungsstelle West"),
    Colleague("MIO", "Mihaela Ionescu", f"ionescu@{_WELFARE}", "0221 4710114", ("de", "ro", "fr"), 34, "1235",
              "Beratungsstelle Nord"),
    Colleague("NRA", "Nasrin Rahimi", f"rahimi@{_WELFARE}", "0221 4710115", ("de", "fa", "en"), 34, "2345",
              "Beratungsstelle Ost", ("Frauenhaus",)),
    Colleague("JWE", "Julia Weber", f"weber@{_WELFARE}", "0221 4710116", ("de", "en", "ru"), 30, "123",
              "Beratungsstelle Süd", ("Frauenhaus", "Junge Erwachsene")),
    Colleague("LMA", "Layla Mansour", f"l.mansour@{_DIAKON}", "0221 4710117", ("de", "ar", "en"), 40, "12345",
              "Beratungsstelle Süd", ("Frauenhaus",)),
    Colleague("PSC", "Peter Schröder", f"p.schroeder@{_DIAKON}", "0221 4710118", ("de", "en"), 24, "234",
              "Beratungsstelle West", ("Wohnen", "Anerkennung")),
    Colleague("IPE", "Iryna Petrenko", f"i.petrenko@{_VEREIN}", "0221 4710119", ("de", "uk", "ru", "en"), 36, "1234",
              "Beratungsstelle Ost"),
    Colleague("KAZ", "Karim Azizi", f"k.azizi@{_VEREIN}", "0221 4710123", ("de", "fa", "ar"), 34, "1345",
              "Beratungsstelle Mitte", ("Junge Erwachsene",)),
    Colleague("CFO", "Claire Fontaine", f"c.fontaine@{_VEREIN}", "0221 4710124", ("de", "fr", "en", "ro"), 26, "245",
              "Beratungsstelle Süd"),
)  # fmt: skip
_BIGGEST = 10  # more copies of the team than this no site has
_SIZE = 600  # cases that the team of twelve is made for


def team(cases: int, today: date) -> tuple[Colleague, ...]:
    """The colleagues of a site of so many cases: twelve, and more of their kind where the site is larger.

    Seen from `today` one leaves in four weeks, one is away with a substitute, one came this summer."""
    copies = min(_BIGGEST, max(1, round(cases / _SIZE)))
    factor = max(1.0, cases / _SIZE / copies)
    people = [_sized(person, copy, factor) for copy in range(copies) for person in _dated(today)]
    return tuple(people)


def _dated(today: date) -> Sequence[Colleague]:
    absent = (today - timedelta(days=3), today + timedelta(days=15))
    changed = {
        "PSC": lambda person: replace(person, ends_on=today + timedelta(days=30)),
        "MIO": lambda person: replace(person, absent=absent, substitute="CFO"),
        "CFO": lambda person: replace(person, starts_on=(today - timedelta(days=150)).replace(day=1)),
        "ABR": lambda person: replace(person, starts_on=date(2020, 1, 1)),
    }
    return [changed.get(person.code, _same)(person) for person in _PEOPLE]


def _same(person: Colleague) -> Colleague:
    return person


def _sized(person: Colleague, copy: int, factor: float) -> Colleague:
    capacity = round(person.capacity * factor)
    if not copy:
        return replace(person, capacity=capacity)
    # Codes and addresses of the copies differ, or two colleagues would be one to kim.
    local, domain = person.email.split("@")
    return replace(
        person, code=f"{person.code}{copy + 1}", name=f"{person.name} {copy + 1}", capacity=capacity,
        email=f"{local}{copy + 1}@{domain}", substitute=person.substitute and f"{person.substitute}{copy + 1}",
    )  # fmt: skip
