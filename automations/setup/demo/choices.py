"""What the demo draws from, with weights: languages, sources, phases, concerns. All of it data."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import TypeVar

T = TypeVar("T")

LANGUAGES: Mapping[str, float] = {"uk": 23, "ar": 22, "ro": 11, "ru": 9, "tr": 9, "fa": 9, "en": 7, "fr": 6, "de": 4}
SECOND_LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "uk": ("", "ru", "ru", "en"), "ar": ("", "", "", "en", "fr"), "ro": ("", "", "de"), "ru": ("", "", "de"),
    "tr": ("", "", "de"), "fa": ("", "", "en"), "en": ("", "", "de"), "fr": ("", "", "en"), "de": ("", "en"),
}  # fmt: skip
NATIONALITIES: Mapping[str, tuple[str, ...]] = {
    "uk": ("Ukraine",), "ar": ("Syrien", "Syrien", "Syrien", "Irak", "Marokko", "Libanon", "Ägypten"),
    "ro": ("Rumänien", "Rumänien", "Moldau"), "ru": ("Russische Föderation", "Kasachstan", "Ukraine"),
    "tr": ("Türkei",), "fa": ("Afghanistan", "Afghanistan", "Iran"), "en": ("Nigeria", "Ghana", "Indien"),
    "fr": ("Kamerun", "Guinea", "Kongo (Dem. Rep.)"), "de": ("Kosovo", "Serbien", "Polen", "Bosnien und Herzegowina"),
}  # fmt: skip
DISTRICTS: Mapping[str, float] = {
    "Mitte": 26,
    "Kanalviertel": 21,
    "Lindenhof": 18,
    "Zechenkolonie": 20,
    "Gartenstadt": 11,
    "Altdorf": 4,
}
SOURCES: Mapping[str, float] = {
    "Ausländerbehörde": 34, "Jobcenter": 16, "Einbürgerungsbehörde": 8, "Selbstmelder": 14, "Familienbüro": 8,
    "Jugendamt": 5, "Frauenhaus": 4, "Schule": 5, "andere Beratungsstelle": 6,
}  # fmt: skip
URGENCIES: Mapping[str, float] = {"normal": 84, "hoch": 13, "Notfall": 3}
LEGAL: Mapping[str, float] = {"SGB II": 48, "SGB III": 12, "AsylbLG": 12, "SGB XII": 4, "kein Leistungsbezug": 24}
LEVELS: Mapping[str, float] = {"ohne": 12, "A1": 26, "A2": 27, "B1": 23, "B2": 9, "C1": 3}
STATUSES: Mapping[str, float] = {
    "Aufenthaltserlaubnis": 52, "Niederlassungserlaubnis": 10, "Aufenthaltsgestattung": 14, "Duldung": 12,
    "Fiktionsbescheinigung": 12,
}  # fmt: skip
STATUS_OF: Mapping[str, Mapping[str, float]] = {
    "Ukraine": {"Aufenthaltserlaubnis § 24": 92, "Fiktionsbescheinigung": 8},
    "Rumänien": {"EU-Freizügigkeit": 100},
    "Polen": {"EU-Freizügigkeit": 100},
}
LIMITED = frozenset({
    "Aufenthaltserlaubnis", "Aufenthaltserlaubnis § 24", "Aufenthaltsgestattung", "Duldung", "Fiktionsbescheinigung",
})  # fmt: skip
FOCUSES: Mapping[str | None, float] = {None: 92, "Anerkennung": 3, "Junge Erwachsene": 3, "Wohnen": 2}
WAYS: Mapping[str, float] = {"E-Mail": 74, "Telefon": 19, "keine Erinnerung": 6, "kein sicherer Kontakt": 1}
WAYS_SHELTER: Mapping[str, float] = {"kein sicherer Kontakt": 55, "Telefon": 25, "E-Mail": 20}
ENDINGS: Mapping[tuple[str, str], float] = {
    ("Abgeschlossen", "Ziele erreicht"): 42, ("Abgeschlossen", "Ziele teilweise erreicht"): 22,
    ("Abgebrochen", "Kontakt abgebrochen"): 12, ("Abgebrochen", "verzogen"): 7, ("Abgelehnt", "nicht zuständig"): 5,
    ("Weitergeleitet", "an Fachdienst übergeben"): 12,
}  # fmt: skip
REFERRED_TO = ("Migrationsberatung (MBE)", "Jugendmigrationsdienst", "Schuldnerberatung", "Sozialdienst", "Jobcenter")
PHASES = ("Erstkontakt", "Assessment", "Integrationsplanung", "Begleitung", "Abschluss")
PHASE_STARTS = (0, 12, 50, 95)  # days after the first contact; the last phase is counted from the end
WAITS = (1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 10, 13)  # working days to the first contact
SEASON = (1.2, 1.05, 1.05, 0.95, 0.95, 0.9, 0.8, 0.8, 1.2, 1.15, 1.1, 0.75)  # arrivals by month, January first
CONCERNS = (
    "Aufenthaltstitel verlängern", "Anerkennung des Berufsabschlusses", "Platz im Integrationskurs",
    "Kita-Platz für zwei Kinder", "Wohnungssuche, drohende Obdachlosigkeit", "Einbürgerung vorbereiten",
    "Arbeit finden", "Familiennachzug", "Schulden, Mahnung vom Stromversorger", "Schulanmeldung der Kinder",
    "Ausbildung oder Studium", "Antrag Bürgergeld, fehlende Unterlagen", "Ärztliche Versorgung, keine Krankenkasse",
    "Fiktionsbescheinigung, Konto gesperrt", "Sprachkurs mit Kinderbetreuung", "Führerschein umschreiben",
)  # fmt: skip
KINDS: Mapping[str, float] = {"persönlich": 82, "telefonisch": 12, "Video": 3, "Hausbesuch": 3}
REMARKS = (
    "Unterlagen fehlen noch", "ruft nur nachmittags zurück", "Kopie vom Pass mitbringen", "Kinderbetreuung klären",
    "kommt mit Schwester", "Rücksprache mit Jobcenter, Fr. Lorenz", "neue Nummer erfragen", "Anwältin eingeschaltet",
)  # fmt: skip
NATIVE_SCRIPT, SEX_UNKNOWN, WISHES, ADDRESS_ANYWAY, PHONE_KNOWN, WITHDRAWN, REMARKED = (
    0.03,
    0.05,
    0.3,
    0.12,
    0.7,
    0.025,
    0.1,
)
"""Shares of cases: typed in their own script, sex not noted, with an office wish, with an address though
not reminded by email, with a phone number, with a consent taken back, with a remark of the team."""


def draw(rng: Random, weighted: Mapping[T, float]) -> T:
    """One of the keys, by weight."""
    return rng.choices(tuple(weighted), tuple(weighted.values()))[0]
