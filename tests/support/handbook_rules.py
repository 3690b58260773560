"""What the chapter on rules of one's own types into the workbook, step by step: three jobs, walked by a test and drawn
for the handbook, so that neither says what is not true."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.support.approving import APPROVER, WITH_APPROVER
from tests.support.own_site import CASES, VISITS, OwnSite, case
from tests.support.rule_rows import RULES, row

MET, FIRST, SECOND = "2026-10-30T09:00", "2026-11-02T09:00", "2026-11-02T10:00"
MEANINGS = [
    ["Ihre Tabelle", "Ihre Überschrift", "Ihr Wort", "Beispiele", "Bedeutung", "bitte prüfen"],
    ["Fälle", "Kursbeginn", None, "16.11.2026", "eigenes Feld: Datum, offen", None],
]
LIST = row(
    Name="Lange nichts gehört", Tabelle="Fälle", weitere_Bedingung="[Abgeschlossen am] ist leer und "
    "letztes(Termine → Datum) länger her als 2 Monate", Zeitpunkt="jeden Montag um 08:00", Was_passiert="Liste",
    Spalte_ausfüllen="Fall-Nr.; Nachname; Zuständig", mit="gruppiert nach [Zuständig]", Aktiv="ja",
)  # fmt: skip
QUESTION = row(
    Name="Nachfassen", Tabelle="Termine", Spalte="Status", Vergleich="ist", Wert="nicht erschienen",
    Zeitpunkt="3 Werktage nach [Datum]", Was_passiert="Frage", Text="Termin {Termin-Nr.}: Wer ruft noch einmal an?",
    Aktiv="ja",
)  # fmt: skip
MAIL = row(
    Name="Kurs beginnt", Tabelle="Fälle", Zeitpunkt="14 Tage vor [Kursbeginn]", Was_passiert="E-Mail",
    Empfänger="Klient/in", Text="Kurs beginnt", Aktiv="ja",
)  # fmt: skip
TEXTS = [
    ["Name", "Sprache", "Betreff", "Text"],
    ["Kurs beginnt", "Deutsch", "Ihr Kurs beginnt bald",
     "Guten Tag {Vorname} {Nachname},\nIhr Deutschkurs beginnt am {Kursbeginn}.\nRückfragen: 02323 160."],
]  # fmt: skip
HEAD = [*CASES, "Kursbeginn"]


def cases() -> list[list[object]]:
    """Three invented people."""
    return [
        HEAD,
        [*case("K-1", Nachname="Adler", Vorname="Ada"), date(2026, 11, 16)],
        [*case("K-2", Nachname="Bär", Vorname="Ben", Zuständig="CD"), None],
        [*case("K-3", Nachname="Cor", Vorname="Cia"), None],
    ]


def begun(folder: Path) -> OwnSite:
    """The site a few days before, with the tabs of rules and texts still empty."""
    site = OwnSite(folder, few_tabs=False)
    site.write(site=WITH_APPROVER, rules="")
    visits = [
        ["T-1", "K-2", date(2026, 7, 6), "09:00", "Büro", "CD", "wahrgenommen"],
        ["T-2", "K-3", date(2026, 10, 28), "09:00", "Büro", "AB", "nicht erschienen"],
    ]
    site.book({
        "Fälle": cases(), "Termine": [VISITS, *visits], "Einstellungen": [*MEANINGS],
        "Regeln": [RULES], "Texte": [TEXTS[0]],
    })  # fmt: skip
    site.met(MET)
    return site


def typed(site: OwnSite, *rules: list[object], texts: bool = False) -> None:
    """Somebody types rows into the tabs."""

    def change(book: object) -> None:
        for one in rules:
            book["Regeln"].append(one)  # type: ignore[index]
        for one in TEXTS[1:] if texts else ():
            book["Texte"].append(one)  # type: ignore[index]

    site.edit(change)


__all__ = ["APPROVER", "FIRST", "LIST", "MAIL", "QUESTION", "SECOND", "begun", "typed"]
