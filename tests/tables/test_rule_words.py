"""Words that people really type into the tab of rules: units, quotation marks, Excel's semicolons, words for days."""

from __future__ import annotations

from datetime import date

import pytest

from automations.tables.rule_choices import action_of
from tests.support.declared import table
from tests.support.own_tables import own_snapshot
from tests.support.rule_rows import RULES, row, rows_hit

TODAY = date(2026, 11, 2)
COLUMNS = (
    table(
        "flats", "Wohnungen", "offer", offer="Angebot", size="Größe (m²): number", rent="Miete: number",
        free="frei ab: date", state="Stand", who="Wer: manager", tags="Merkmale: list", lift="Aufzug: yes_no",
        at="Uhrzeit: time", place="Ort: place", case="für Fall: cases",
    )
)  # fmt: skip
FLATS = [
    ["Angebot", "Größe (m²)", "Miete", "frei ab", "Stand", "Wer", "Merkmale", "Aufzug", "Uhrzeit", "Ort", "für Fall"],
    ["W1", "54,5", "1.250,50 €", date(2026, 11, 3), "Offen", "AB", "Balkon, Garten", "ja", "09:30", "Café und Treff",
     "K-1"],
    ["W2", 71, 780, date(2026, 9, 1), "vergeben", "CD", None, "nein", "14:00", "Rathaus", None],
]  # fmt: skip
TABS = {
    "Fälle": [["Fall-Nr.", "Nachname", "Geburtsdatum", "Sprachen"], ["K-1", "Adler", date(2010, 5, 1), "Arabisch"],
              ["K-2", "Bär", date(1990, 5, 1), "Dari"]],
    "Team": [["Kürzel", "Name", "E-Mail"], ["AB", "Anna Beispiel", "ab@stadt.test"], ["CD", "Cem Demo", "cd@x.test"]],
    "Standorte": [["Name", "Anschrift"], ["Café und Treff", "Markt 1"], ["Rathaus", "Platz 1"]],
    "Wohnungen": FLATS,
    "Texte": [["Name", "Sprache", "Betreff", "Text"], ["T", "Deutsch", "x", "Hallo {Angebot}"]],
}  # fmt: skip


def read(**cells):
    snapshot = own_snapshot(COLUMNS, {**TABS, "Regeln": [RULES, row(Name="x", **cells)]})
    return snapshot, snapshot.console.rules[0]


def hits(table="Wohnungen", **cells):
    found = rows_hit(COLUMNS, TABS, TODAY, Tabelle=table, **cells)
    return found if isinstance(found, str) else " ".join(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[Miete] <= 780,00", "W2"), ("[Miete] mehr als 1.250 €", "W1"), ("[Größe (m²)] unter 60 m²", "W1"),
        ("[Stand] = offen", "W1"), ("[Stand] = OFFEN oder Vergeben", "W1 W2"), ("[Stand] enthält Verg", "W2"),
        ("[Stand] enthält nicht offen", "W2"), ("[Wer] enthält Anna", "W1"), ("[Wer] = Anna Beispiel", "W1"),
        ("[Ort] = 'café und treff'", "W1"), ("[Ort] = »Café und Treff«", "W1"), ("[Ort] = “Rathaus”", "W2"),
        ("[frei ab] = morgen", "W1"), ("[frei ab] vor heute + 1 Tage", "W2"), ("[frei ab] nach gestern", "W1"),
        ("[frei ab] länger her als 8 Wochen", "W2"), ("[frei ab] in höchstens (Tagen) 2", "W1"),
        ("[Uhrzeit] vor 10:00", "W1"), ("[Aufzug]", "W1"), ("nicht [Aufzug]", "W2"), ("[Merkmale] = garten", "W1"),
        ("[Miete] zwischen 780 und 1.250,50 €", "W1 W2"), ("[frei ab] zwischen 1.9.2026 und heute", "W2"),
        ("[Miete] mindestens 1.250,50 €", "W1"), ("[Miete] ist größer als 780", "W1"), ("[Stand] nicht leer", "W1 W2"),
        ("[Stand] ist nicht eins von offen, weg", "W2"), ("[frei ab] ist vor dem 1.11.2026", "W2"),
        ("[Stand] vor 1.1.2027", "In dieser Spalte stehen Wörter"),
        ("[Geburtsdatum] vor heute",
         "Eine Spalte „Geburtsdatum“ gibt es nicht; meinten Sie „für Fall → Geburtsdatum“?"),
        ("[für Fall] leer", "W2"), ("[für Fall] fehlt", "W2"), ("[für Fall] ausgefüllt", "W1"),
        ("[Stand] ist weder offen noch weg", "W2"), ("[Stand] isn't offen", "W2"), ("[Stand] nicht offen", "W2"),
        ("[Miete] is greater than 780", "W1"), ("[Miete] größer oder gleich 1.250,50", "W1"),
        ("[Miete] is less than or equal to 780 and not ([Stand] = offen)", "W2"), ("[Miete] nicht mehr als 780", "W2"),
        ("[Stand] beginnt mit OFF oder x", "W1"), ("[Angebot] endet auf 2", "W2"), ("[Ort] starts with rat", "W2"),
        ("[Miete] beginnt mit 7",
         "„enthält“ sucht nach Wörtern; Zahlen und Tage vergleichen Sie mit =, mehr als, vor, nach."),
        ("[frei ab] in den nächsten 7 Tagen", "W1"), ("[frei ab] innerhalb von zwei Wochen", "W1"),
        ("[frei ab] in the last 90 days", "W2"), ("[frei ab] in 1 Tag", "W1"), ("[frei ab] in mehr als 0 Tagen", "W1"),
        ("[frei ab] is more than 14 days ago", "W2"), ("[frei ab] länger als 2 Wochen her", "W2"),
        ("[frei ab] seit mehr als 14 Tagen", "W2"), ("[frei ab] vor mehr als 70 Tagen", ""),
        ("[frei ab] in diesem Monat", "W1"), ("[frei ab] diese Woche", "W1"), ("[frei ab] this year", "W1 W2"),
        ("[frei ab] spätestens am 1.9.2026", "W2"), ("[frei ab] seit 1.10.2026", "W1"),
        ("[Stand] in diesem Monat", "In dieser Spalte"), ("kein [Aufzug]", "W2"), ("ohne [Merkmale]", "W2"),
        ("[Miete] / [Größe (m²)] > 20", "W1"), ("[Miete] + 20 = 800", "W2"), ("[Miete] *2 > 2000", "W1"),
        ("heute > [frei ab]", "W2"), ("[Wer] enthält Anna Beispiel", "W1"), ("[frei ab] + 1 Woche vor heute", "W2"),
        ("heute - [frei ab] > 3", "W2"), ("[Miete] > [Größe (m²)] * 20", "W1"),
        ("[Wer] = Anna", "W1"), ("[für Fall] ist leer", "W2"), ("[Miete] < 800; 900", "Nach „<“ steht nur ein Wert."),
    ],
)  # fmt: skip
def test_words_numbers_and_days_mean_what_people_mean(text, found):
    said = hits(weitere_Bedingung=text)
    assert said == found or (found.startswith("In dieser") and said.startswith(found))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Anzahl(Wohnungen; [Stand] = Offen) > 0", "K-1"), ("Anzahl([Wohnungen]) mehr als null", "K-1"),
        ("letztes([Wohnungen → frei ab]) nach heute", "K-1"), ("irgendein(Wohnungen, [Aufzug])", "K-1"),
        ("Alter(Geburtsdatum) < 18", "K-1"), ("[Geburtsdatum] jünger als 18 Jahre", "K-1"),
        ("[Geburtsdatum] älter als 18", "K-2"), ("[Sprachen] = Arabisch/Dari", "K-1 K-2"),
        ("0 < Anzahl(Wohnungen)", None), ("Nachname = Adler", "K-1"), ("Anzahl(Wohnungen) > viele", "viele"),
    ],
)  # fmt: skip
def test_functions_are_written_as_in_excel(text, found):
    said = hits("Fälle", weitere_Bedingung=text)
    assert said == found or (found is None and said.startswith("Beginnen Sie")) or str(found) in said


@pytest.mark.parametrize(
    ("heading", "sign", "value", "found"),
    [
        ("frei ab", "vor", "heute", "W2"), ("frei ab", "länger her als (Tage)", 30, "W2"),
        ("Miete", "mehr als", 780.5, "W1"),
        ("Stand", "ist", "offen oder vergeben", "W1 W2"), ("Ort", "ist", "Café und Treff", "W1"),
        ("Ort", "ist eins von", "Café und Treff, Rathaus", "W1 W2"), ("Stand", "ist eins von", "offen; neu", "W1"),
        ("für Fall → Sprachen", "ist eins von", "Arabisch; Dari", "W1"), ("Stand", "ist nicht", "offen", "W2"),
        ("Alter([für Fall → Geburtsdatum])", "weniger als", 18, "W1"), ("Miete", "enthält", "7", "sucht nach Wörtern"),
        ("Stand", "isst", "offen", "meinten Sie „ist“"), ("Größe", "ist", "1", "Größe (m²)"),
        ("Preis", "ist", "1", "Miete"),
    ],
)  # fmt: skip
def test_three_cells_say_the_same_as_a_sentence(heading, sign, value, found):
    assert found in hits(Spalte=heading, Vergleich=sign, Wert=value)


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("jeden zweiten Dienstag um 9", {"every": "tuesday", "interval": 2, "at": "09:00"}),
        ("every second Tuesday at 9", {"every": "tuesday", "interval": 2, "at": "09:00"}),
        ("alle 2 Wochen am Dienstag", {"every": "tuesday", "interval": 2}),
        ("am letzten Werktag des Monats um 16 Uhr", {"every": "month", "day": "last_working_day", "at": "16:00"}),
        ("on the last working day of the month", {"every": "month", "day": "last_working_day"}),
        ("am ersten Werktag im Monat", {"every": "month", "day": "first_working_day"}),
        ("erster Montag im Monat", {"every": "monday", "nth": 1}), ("montags", {"every": "monday"}),
        ("jeden letzten Freitag im Monat", {"every": "friday", "nth": -1}),
        ("monatlich", {"every": "month", "day": 1}), ("jedes Jahr am 24.12.", {"every": "year", "day": "12-24"}),
        ("14, 7 und 2 Tage vor [frei ab]", {"field": "free", "days_before": [14, 7, 2]}),
        ("2 Wochen vor frei ab", {"field": "free", "days_before": [14]}),
        ("am Tag nach [frei ab]", {"field": "free", "days_after": [1]}),
        ("zwei Werktage nach [frei ab]", {"field": "free", "days_after": [2], "days": "working"}),
        ("bei Änderung von [Stand] oder [Miete]", {"event": "changed", "fields": ["state", "rent"]}),
        ("3 Monate vor [frei ab]", {"field": "free", "months_before": [3]}),
        ("jeden Montag, höchstens 3 Mal", "alle 7 Tage"),
        ("2 Tage vor [frei ab] und 1 Tag nach [frei ab]", "zweite Regel"), ("2 Tage vor [fre ab]", "frei ab"),
        ("jede Woche", {"every": "monday"}), ("bei neuer Zeile", {"event": "added"}),
        ("when [Stand] changes", {"event": "changed", "fields": ["state"]}),
        ("last Friday of the month at 3 pm", {"every": "friday", "nth": -1, "at": "15:00"}),
        ("every Monday at 12 am", {"every": "monday", "at": "00:00"}), ("every Monday at 13 pm", "13 pm"),
        ("jedes Jahr zum [frei ab]", {"field": "free", "every": "year"}),
        ("an jedem [frei ab] um 9 Uhr", {"field": "free", "every": "year", "at": "09:00"}),
        ("am Vortag von [frei ab]", {"field": "free", "days_before": [1]}),
        ("alle zwei Wochen am Dienstag", {"every": "tuesday", "interval": 2}),
        ("every other Tuesday", {"every": "tuesday", "interval": 2}), ("wöchentlich am Montag", {"every": "monday"}),
        ("wöchentlich montags", {"every": "monday"}), ("every weekday at 8", {"every": "working_day", "at": "08:00"}),
    ],
)  # fmt: skip
def test_moments_as_people_say_them(moment, due):
    _, rule = read(Tabelle="Wohnungen", Zeitpunkt=moment, Was_passiert="Frage", Text="?")
    assert rule.stanza.get("due") == due or (rule.fault and str(due) in rule.fault)


@pytest.mark.parametrize(
    ("recipient", "said"),
    [
        ("Klientinnen", "client"),
        ("Leitung", "lead"),
        ("Ratsuchende", "client"),
        ("zuständige Fachkraft", "manager"),
        ("[Wer]", "who"),
        ("ich@stadt.test", "ich@stadt.test"),
        ("a@b.test; c@d.test", "eine eigene Regel"),
        ("a@b", "keine E-Mail-Adresse"),
        ("Frau Licht", "kein Empfänger"),
        ("Klienti", "Klient/in"),
    ],
)
def test_recipients(recipient, said):
    _, rule = read(Tabelle="Wohnungen", Was_passiert="E-Mail", Empfänger=recipient, Text="T")
    assert rule.stanza.get("recipient") == said or said in rule.fault


def test_a_list_names_its_columns_order_groups_and_colours():
    _, rule = read(
        Tabelle="Wohnungen", Was_passiert="Liste", Spalte_ausfüllen="Angebot; Miete; für Fall → Nachname",
        mit="absteigend nach [Miete]; gruppiert nach [Ort]; rot, wenn [frei ab] vor heute und [Stand] = offen",
    )  # fmt: skip
    wanted = {
        "columns": ("offer", "rent", "case.last_name"), "order": ("-rent",), "group": "place",
        "colours": ({"when": '(free < today and lower(state) == "offen")', "style": "bad"},),
    }  # fmt: skip
    assert {name: rule.stanza.get(name) for name in wanted} == wanted
    assert "sortiert nach" in read(Tabelle="Wohnungen", Was_passiert="Liste", mit="bunt")[1].fault


@pytest.mark.parametrize(
    ("look", "order"),
    [
        ("nach Stand", ("state",)), ("sortiert nach [Stand], [frei ab]", ("state", "free")),
        ("nach Stand, dann Miete absteigend", ("state", "-rent")),
        ("gruppiert nach Ort, sortiert nach Miete aufsteigend", ("rent",)),
        ("grouped by Ort, then sorted by Stand, then by Miete descending", ("state", "-rent")),
    ],
)  # fmt: skip
def test_an_order_by_several_columns(look, order):
    assert read(Tabelle="Wohnungen", Was_passiert="Liste", mit=look)[1].stanza.get("order") == order


@pytest.mark.parametrize(
    ("typed", "action"),
    [("Liste anzeigen", "list"), ("Status setzen", "set"), ("nachfragen", "ask"), ("Telefonat", "call"),
     ("E-Mail verschicken", "mail"), ("eine E-Mail mit allen Treffern", "digest"), ("Zeile erstellen", "append")],
)  # fmt: skip
def test_what_happens_as_people_say_it(typed, action):
    assert action_of(typed) == action


def test_asking_in_turn_without_its_columns_and_long_sayings_are_said_in_german():
    assert "zwei Spalten" in read(Tabelle="Wohnungen", Was_passiert="der Reihe nach fragen")[1].fault
    assert "2000" in read(Tabelle="Wohnungen", Was_passiert="Frage", Text="x" * 2001)[1].fault


@pytest.mark.parametrize(
    ("column", "typed", "wanted"),
    [
        ("frei ab", "heute + 2 Wochen", "today + 14"), ("frei ab", "in 14 Tagen", "today + 14"),
        ("frei ab", "gestern", "today - 1"), ("frei ab", "heute", "today"),
        ("frei ab", "24.12.2026", date(2026, 12, 24)),
        ("frei ab", "{Angebot}", "{Angebot}"), ("frei ab", "bald", "„bald“ ist kein Tag"),
        ("Miete", "viel", "„viel“ ist keine Zahl"), ("Miete", "12,50 €", "12,50 €"), ("Stand", None, "womit „Stand“"),
    ],
)  # fmt: skip
def test_what_is_filled_in_must_be_what_the_column_holds(column, typed, wanted):
    _, rule = read(Tabelle="Wohnungen", Was_passiert="Spalte ausfüllen", Spalte_ausfüllen=column, mit=typed)
    assert next(iter(rule.stanza["set"].values())) == wanted if not rule.fault else wanted in rule.fault
