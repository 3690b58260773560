"""How the tabs of the demo workbook are laid out: headings, widths, kinds of cells, drop-downs."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Kind = Literal["text", "date", "time", "month", "number", "wrap"]


class Column(Struct, frozen=True):
    """A column: heading, width in characters, kind of its cells, and the words or range to choose from."""

    heading: str
    width: float = 14
    kind: Kind = "text"
    choices: tuple[str, ...] | str = ()
    hidden: bool = False


PHASES = (
    "Neu", "Erstkontakt", "Assessment", "Integrationsplanung", "Begleitung", "Abschluss", "Abgeschlossen",
    "Abgebrochen", "Abgelehnt", "Weitergeleitet",
)  # fmt: skip
STATUSES = ("geplant", "bestätigt", "verschoben", "abgesagt", "wahrgenommen", "nicht erschienen")
WAYS = ("E-Mail", "Telefon", "keine Erinnerung", "kein sicherer Kontakt")

CASES = (
    Column("Fall-Nr.", 14), Column("Eingang", 11.5, "date"), Column("Vermittelt durch", 21),
    Column("Nachname", 19), Column("Vorname", 16), Column("Geburtsdatum", 15.5, "date"),
    Column("Geschlecht", 12.5, choices=("weiblich", "männlich", "divers")), Column("Staatsangehörigkeit", 21.5),
    Column("Sprachen", 21), Column("E-Mail", 36), Column("Telefon", 17),
    Column("Kontaktweg", 19, choices=WAYS), Column("E-Mail-Einwilligung am", 20, "date"),
    Column("Widerruf am", 13.5, "date"), Column("Haushalt", 12), Column("Stadtteil", 15),
    Column("Wunschbüro", 22, choices="=Standorte!$A$4:$A$8"), Column("Schwerpunkt (nötig)", 21),
    Column("Anliegen", 38), Column("Dringlichkeit", 15, choices=("normal", "hoch", "Notfall")),
    Column("Aufenthaltsstatus", 24), Column("Aufenthaltstitel gültig bis", 19, "date"),
    Column("Rechtskreis", 18, hidden=True), Column("Deutschniveau", 16), Column("Phase", 19, choices=PHASES),
    Column("Phase seit", 13, "date"), Column("Erstkontakt am", 16, "date"),
    Column("Zuständig", 12.5, choices="=Team!$A$2:$A${team}"), Column("Zuständig seit", 15.5, "date"),
    Column("Begründung", 44), Column("Abgeschlossen am", 19, "date"), Column("Ergebnis", 24),
    Column("Weitergeleitet an", 24), Column("Prüfhinweis", 44), Column("Bemerkung", 36),
)  # fmt: skip
APPOINTMENTS = (
    Column("Termin-Nr.", 14), Column("Fall-Nr.", 14), Column("Datum", 11.5, "date"), Column("Uhrzeit", 9, "time"),
    Column("Dauer", 9, "number"), Column("Ort", 23, choices="=Standorte!$A$4:$A$12"),
    Column("Beratung durch", 17, choices="=Team!$A$2:$A${team}"),
    Column("Art", 12.5, choices=("persönlich", "telefonisch", "Video", "Hausbesuch")), Column("Sprachmittlung", 17),
    Column("Status", 17, choices=STATUSES), Column("Erinnert am", 17), Column("Antwort", 17),
    Column("Prüfhinweis", 44), Column("Sprachmittlung in", 19),
    Column("Sprachmittler/in", 21, choices="=Sprachmittelnde!$A$2:$A$40"), Column("Stand Sprachmittlung", 44),
    Column("Einsatz bestätigt am", 21, "date"), Column("Einsatz (Minuten)", 18, "number"),
)  # fmt: skip
TEAM = (
    Column("Kürzel", 9), Column("Name", 22), Column("E-Mail", 42), Column("Telefon", 15), Column("Sprachen", 36),
    Column("Kapazität", 12, "number"), Column("Arbeitstage", 20), Column("Büro", 22), Column("Schwerpunkte", 30),
    Column("Beginn", 11.5, "date"), Column("Ende", 11.5, "date"), Column("Abwesend von", 15.5, "date"),
    Column("Abwesend bis", 15.5, "date"), Column("Vertretung", 13), Column("Rolle", 18),
    Column("Aktiv", 8, choices=("ja", "nein")),
)  # fmt: skip
LOCATIONS = (
    Column("Name", 24), Column("neutraler Name", 34), Column("geschützt", 12.5, choices=("ja", "nein")),
    Column("Anschrift", 38), Column("Telefon", 15), Column("Öffnungszeiten", 34), Column("Wegbeschreibung", 58),
    Column("Art", 18),
)  # fmt: skip
INTERPRETERS = (
    Column("Name", 22), Column("E-Mail", 42), Column("Telefon", 17), Column("Sprachen", 30),
    Column("Geschlecht", 12.5, choices=("weiblich", "männlich", "divers")), Column("Gemeinschaft", 20),
    Column("Wird gefragt", 14, choices=("ja", "nein")),
)  # fmt: skip
NATURALISATION = (
    Column("Monat", 17, "month"), Column("Stand am", 12, "date"), Column("Anträge", 11, "number"),
    Column("Einbürgerungen", 18, "number"),
)  # fmt: skip
DECISIONS = (
    Column("Nr.", 10), Column("Frage", 70, "wrap"), Column("Vorschlag", 44, "wrap"), Column("Anlass", 18),
    Column("Entscheidung", 15, choices=("ja", "nein", "später")), Column("durch", 12),
    Column("erledigt am", 13, "date"),
)  # fmt: skip
SCENARIOS = (Column("Szenario", 60, "wrap"), Column("Aktiv", 8, choices=("ja", "nein")), Column("Hinweis", 60, "wrap"))
