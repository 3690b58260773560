"""Two more offices whose words the code does not know: a food bank with its tours (German), a housing office (English).
What their conditions hit was worked out by hand; on a file and on a Google sheet their rules act once."""

from __future__ import annotations

from datetime import date, time

import pytest

from automations.conditions.book import Book, compile_for
from tests.support.declared import table
from tests.support.own_google_site import GoogleOwnSite
from tests.support.own_site import CASES, OwnSite, case, text_of
from tests.support.own_tables import own_snapshot
from tests.support.rule_rows import RULES, row

MET, AT, NEXT = "2026-10-30T09:00", "2026-11-02T09:00", "2026-11-02T10:00"
FOOD_BANK = (
    table(
        "helpers",
        "Helfende",
        "name",
        name="Name",
        mail="Mailadresse: email",
        days="kann an: list",
        id="Ausweis gültig bis: date",
        car="Führerschein: yes_no",
    )
    + table(
        "tours",
        "Touren",
        "nr",
        nr="Tour-Nr.",
        day="Tag: date",
        start="Abfahrt: time",
        driver="Fahrer/in: helpers",
        mate="Beifahrer/in: helpers",
        shop="Markt: shops",
        boxes="Kisten: number",
        state="Stand",
        note="Notiz",
    )
    + table(
        "shops",
        "Märkte",
        "shop",
        shop="Markt",
        contact="Kontakt: email",
        last="zuletzt angefahren: date",
        closed="geschlossen: yes_no",
    )
    + table(
        "cards",
        "Tafelausweise",
        "card",
        card="Ausweis-Nr.",
        holder="Inhaber/in: cases",
        until="gültig bis: date",
        people="Personen: number",
    )
)
FOOD_TABS = {
    "Fälle": [CASES, case("K-1"), case("K-2", Sprachen="Arabisch")],
    "Helfende": [
        ["Name", "Mailadresse", "kann an", "Ausweis gültig bis", "Führerschein"],
        ["Öztürk, Deniz", "deniz@tafel.test", "Mo, Do", date(2026, 11, 20), "ja"],
        ["Kim Lee", "kim@tafel.test", "Di", date(2027, 5, 1), "nein"],
        ["Pat", "pat@tafel.test", None, None, None],
    ],
    "Touren": [
        ["Tour-Nr.", "Tag", "Abfahrt", "Fahrer/in", "Beifahrer/in", "Markt", "Kisten", "Stand", "Notiz"],
        ["T1", date(2026, 11, 3), time(7, 30), "Öztürk, Deniz", "Kim Lee", "Frische, Nord", 12, "geplant", None],
        ["T2", date(2026, 11, 4), time(8, 0), None, None, "Süd", 5, "geplant", None],
        ["T3", date(2026, 10, 1), time(8, 0), "Kim Lee", None, "Süd", 40, "gefahren", "alt"],
    ],
    "Märkte": [
        ["Markt", "Kontakt", "zuletzt angefahren", "geschlossen"],
        ["Frische, Nord", "nord@markt.test", date(2026, 10, 30), "nein"],
        ["Süd", "sued@markt.test", date(2026, 8, 1), "nein"],
        ["West", "west@markt.test", None, "ja"],
    ],
    "Tafelausweise": [
        ["Ausweis-Nr.", "Inhaber/in", "gültig bis", "Personen"],
        ["A1", "K-1", date(2026, 11, 16), 4],
        ["A2", "K-2", date(2027, 3, 1), 1],
        ["A3", None, date(2026, 11, 9), 2],
    ],
}
HOUSING = table(
    "flats",
    "Flats",
    "ref",
    ref="Ref",
    rent="Rent: number",
    free="Free from: date",
    viewing="Viewing: date",
    tenant="Tenant: cases",
    landlord="Landlord: landlords",
    lift="Lift?: yes_no",
    status="State",
) + table("landlords", "Landlords", "name", name="Landlord", mail="Email: email", called="Last called: date")
HOUSING_TABS = {
    "Fälle": [CASES, case("K-1"), case("K-2", Sprachen="Arabisch")],
    "Flats": [
        ["Ref", "Rent", "Free from", "Viewing", "Tenant", "Landlord", "Lift?", "State"],
        ["W-1", 612.5, date(2026, 12, 1), date(2026, 11, 5), "K-1", "Mills & Sons, Ltd", "yes", "offered"],
        ["W-2", 900, date(2026, 11, 1), None, None, "City", "no", "free"],
        ["W-3", 450, None, date(2026, 10, 1), "K-2", "City", None, "let"],
    ],
    "Landlords": [
        ["Landlord", "Email", "Last called"],
        ["Mills & Sons, Ltd", "mills@home.test", date(2026, 6, 1)],
        ["City", "city@home.test", date(2026, 10, 30)],
    ],
}
FOOD = [
    ({"Tabelle": "Touren", "weitere_Bedingung": "[Fahrer/in] ist leer und [Tag] in höchstens 3 Tagen"}, {"T2"}),
    ({"Tabelle": "Touren", "Spalte": "Markt", "Vergleich": "ist", "Wert": "Frische, Nord"}, {"T1"}),
    ({"Tabelle": "Touren", "weitere_Bedingung": "[Markt] = Frische, Nord oder [Kisten] mindestens 40"}, {"T1", "T3"}),
    ({"Tabelle": "Touren", "weitere_Bedingung": "[Fahrer/in → Führerschein] = nein"}, {"T3"}),
    ({"Tabelle": "Touren", "weitere_Bedingung": "[Abfahrt] vor 8 Uhr"}, {"T1"}),
    ({"Tabelle": "Touren", "weitere_Bedingung": "[Stand] ist nicht gefahren und [Kisten] zwischen 5 und 10"}, {"T2"}),
    (
        {"Tabelle": "Märkte", "weitere_Bedingung": "[zuletzt angefahren] länger her als 60 Tage oder fehlt"},
        {"West", "Süd"},
    ),
    (
        {
            "Tabelle": "Märkte",
            "weitere_Bedingung": "([zuletzt angefahren] länger her als 60 Tage oder [zuletzt angefahren] fehlt) und nicht [geschlossen]",  # noqa: E501 (one condition)
        },
        {"Süd"},
    ),
    ({"Tabelle": "Märkte", "weitere_Bedingung": "Anzahl(Touren; [Stand] = geplant) = 0"}, {"West"}),
    ({"Tabelle": "Helfende", "weitere_Bedingung": "[Ausweis gültig bis] in den nächsten 4 Wochen"}, {"Öztürk, Deniz"}),
    ({"Tabelle": "Helfende", "Spalte": "kann an", "Vergleich": "enthält", "Wert": "Mo"}, {"Öztürk, Deniz"}),
    ({"Tabelle": "Helfende", "weitere_Bedingung": "irgendein(Touren; [Tag] nach heute)"}, {"Öztürk, Deniz"}),
    ({"Tabelle": "Helfende", "weitere_Bedingung": "[Führerschein] ist nicht ja"}, {"Kim Lee", "Pat"}),
    ({"Tabelle": "Helfende", "weitere_Bedingung": "[Name] beginnt mit Öz"}, {"Öztürk, Deniz"}),
    ({"Tabelle": "Helfende", "weitere_Bedingung": "[kann an] = Mo und Do"}, {"Öztürk, Deniz"}),
    (
        {"Tabelle": "Tafelausweise", "weitere_Bedingung": "[gültig bis] vor 1.12.2026 und [Inhaber/in] ist nicht leer"},
        {"A1"},
    ),
    ({"Tabelle": "Tafelausweise", "weitere_Bedingung": "[Inhaber/in → Sprachen] enthält Arabisch"}, {"A2"}),
    ({"Tabelle": "Tafelausweise", "weitere_Bedingung": "[Personen] mehr als eins"}, {"A1", "A3"}),
    ({"Tabelle": "Fälle", "weitere_Bedingung": "Anzahl(Tafelausweise) = 0"}, set[str]()),
    ({"Tabelle": "Fälle", "weitere_Bedingung": "letztes(Tafelausweise → gültig bis) in höchstens 14 Tagen"}, {"K-1"}),
]
ROOMS = [
    ({"Tabelle": "Flats", "weitere_Bedingung": "[Rent] at most 650 and [State] is one of free, offered"}, {"W-1"}),
    ({"Tabelle": "Flats", "weitere_Bedingung": "[Landlord] = Mills & Sons, Ltd"}, {"W-1"}),
    ({"Tabelle": "Flats", "weitere_Bedingung": "[Tenant] is blank"}, {"W-2"}),
    ({"Tabelle": "Flats", "weitere_Bedingung": "[Viewing] in the next 7 days"}, {"W-1"}),
    ({"Tabelle": "Flats", "weitere_Bedingung": "[Lift?] is not yes"}, {"W-2", "W-3"}),
    ({"Tabelle": "Flats", "weitere_Bedingung": "[Free from] on or before today and [State] = free"}, {"W-2"}),
    ({"Tabelle": "Flats", "weitere_Bedingung": "[Landlord → Last called] longer ago than 3 months"}, {"W-1"}),
    (
        {"Tabelle": "Landlords", "weitere_Bedingung": "count(Flats, [State] is not let) >= 1"},
        {"Mills & Sons, Ltd", "City"},
    ),
    ({"Tabelle": "Landlords", "weitere_Bedingung": "latest(Flats → Viewing) more than 30 days ago"}, {"City"}),
    ({"Tabelle": "Flats", "weitere_Bedingung": "[Tenant → Sprachen] contains Arabic"}, {"W-3"}),
    ({"Tabelle": "Flats", "weitere_Bedingung": "[Rent] between 400 and 620"}, {"W-1", "W-3"}),
    ({"Tabelle": "Flats", "weitere_Bedingung": "[State] is neither let nor free"}, {"W-1"}),
]


@pytest.mark.parametrize(
    ("columns", "tabs", "wanted"), [(FOOD_BANK, FOOD_TABS, FOOD), (HOUSING, HOUSING_TABS, ROOMS)], ids=["food", "rooms"]
)
def test_conditions_of_two_offices_hit_what_they_mean(columns, tabs, wanted):
    rules = [row(Name=f"r{n}", Was_passiert="Liste", **cells) for n, (cells, _) in enumerate(wanted)]
    snapshot = own_snapshot(columns, {**tabs, "Regeln": [RULES, *rules]})
    for (cells, keys), rule in zip(wanted, snapshot.console.rules, strict=True):
        assert rule.fault == "", cells
        name = rule.stanza["table"]
        book = Book(snapshot.schema, snapshot.tables, date(2026, 11, 2))
        fits = book.matching(name, compile_for(rule.stanza["when"], snapshot.schema, name))
        column = book.column(name, snapshot.schema[name].key)
        assert {key for key, fit in zip(column, fits, strict=True) if fit} == keys, cells


@pytest.fixture(params=["xlsx", "google"])
def site(request, tmp_path):
    if request.param == "google":
        return GoogleOwnSite(tmp_path, request.getfixturevalue("google"))
    return OwnSite(tmp_path)


def test_the_food_bank_runs_once_on_a_file_and_on_google(site):
    rules = [
        row(Name="Unbesetzt", Tabelle="Touren", weitere_Bedingung="[Fahrer/in] ist leer und [Tag] in höchstens 3 Tagen",
            Was_passiert="Liste", Spalte_ausfüllen="Tour-Nr.; Markt"),
        row(Name="Große Tour", Tabelle="Touren", Spalte="Kisten", Vergleich="mehr als", Wert="10",
            Was_passiert="Spalte ausfüllen", Spalte_ausfüllen="Notiz", mit="{Markt}: {Kisten} Kisten"),
        row(Name="Runde", Tabelle="Touren", weitere_Bedingung="[Stand] = geplant", Zeitpunkt="Mo und Do",
            Was_passiert="eine Mail mit allen Treffern", Empfänger="Teamleitung", Spalte_ausfüllen="Tag; Markt",
            mit="gruppiert nach [Markt]"),
        row(Name="Ausweis", Tabelle="Helfende", Zeitpunkt="18 Tage vor [Ausweis gültig bis]", Was_passiert="Frage",
            Text="Ausweis von {Name} läuft am {Ausweis gültig bis} ab: verlängert?"),
    ]  # fmt: skip
    site.start({**FOOD_TABS, "Regeln": [RULES, *rules]}, met=MET, columns=FOOD_BANK, rules="")
    site.run(AT)
    assert [one["Hinweis"] for one in site.rows("Regeln")] == ["aktiv"] * 4
    assert [one["Notiz"] for one in site.rows("Touren")] == ["Frische, Nord: 12 Kisten", None, "alt"]
    assert ["T2" in str(site.cells("Unbesetzt")), "T1" in str(site.cells("Unbesetzt"))] == [True, False]
    assert ["Öztürk" in str(one["Frage"]) for one in site.rows("Entscheidungen")].count(True) == 1
    (mail,) = [one for one in site.mails() if one["To"] == "ab@stadt.test"]
    assert "Frische, Nord:\n• T1" in text_of(mail)
    again = site.run(NEXT)
    assert (again.prepared.groups, again.applied.mails) == ((), [])
