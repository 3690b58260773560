"""A column or tab that a rule of the workbook names is read, though nobody declared it: as what stands in its cells."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.own_site import CASES, OwnSite, case, text_of
from tests.support.own_tables import own_snapshot
from tests.support.rule_rows import RULES, row, rows_hit

TODAY = date(2026, 12, 1)
AT, LATER, NEXT = "2026-12-01T09:00", "2026-12-01T10:00", "2026-12-02T09:00"
TABS = {
    "Fälle": [
        ["Fall-Nr.", "Nachname", "Kursbeginn", "Kinder", "Zeugnis", "Pate", "Miete", "Pass kopiert", "Frist"],
        ["K-1", "Eins", date(2026, 12, 8), 3, "ja", "Meyer", "612,50 €", "x", None],
        ["K-2", "Zwei", date(2027, 3, 1), 0, "nein", "Schulz", 480, None, None],
        ["K-3", "Drei", None, None, None, None, None, None, None],
    ],
    "Termine": [["Termin-Nr.", "Fall-Nr.", "Datum", "Status"], ["T-1", "K-1", date(2026, 12, 3), "geplant"]],
    "Kurse": [
        ["Kurs", "Beginn", "Plätze", "belegt", "Leitung"],
        ["A1 Abend", date(2026, 12, 14), 20, 18, "vhs@kurse.test"],
        ["B1 Intensiv", date(2027, 1, 11), 18, 18, "awo@kurse.test"],
    ],
    "Warteliste": [
        ["Lfd. Nr.", "Fall-Nr.", "wartet auf", "seit"],
        [1, "K-1", "A1 Abend", date(2026, 9, 1)],
        [2, "K-2", "B1 Intensiv", date(2026, 11, 20)],
    ],
}


def hit(tabs=TABS, **cells):
    return rows_hit("", tabs, TODAY, **cells)


@pytest.mark.parametrize(("condition", "found"), [
    ("[Kursbeginn] in den nächsten 14 Tagen", ["K-1"]),
    ("[Kinder] mehr als 2", ["K-1"]),
    ("[Kinder] = 0", ["K-2"]),
    ("[Zeugnis] = nein", ["K-2"]),
    ("[Pate] = meyer", ["K-1"]),
    ("[Pate] ist leer", ["K-3"]),
    ("[Miete] < 500", ["K-2"]),
    ("[Pass kopiert]", ["K-1"]),
])  # fmt: skip
def test_a_column_is_read_as_what_stands_in_it(condition, found):
    assert hit(Tabelle="Fälle", weitere_Bedingung=condition) == found


def test_so_is_one_that_is_chosen_in_a_cell():
    assert hit(Tabelle="Fälle", Spalte="Kinder", Vergleich="mehr als", Wert=2) == ["K-1"]


def test_a_blank_column_from_which_a_moment_counts_is_one_of_days():
    assert hit(Tabelle="Fälle", Zeitpunkt="3 Tage vor [Frist]", weitere_Bedingung="[Kinder] = 0") == ["K-2"]


@pytest.mark.parametrize(("tab", "condition", "found"), [
    ("Kurse", "[belegt] < [Plätze] und [Beginn] nach heute", ["A1 Abend"]),
    ("Warteliste", "[seit] länger her als 8 Wochen", ["1"]),
    ("Warteliste", "[Fall-Nr. → Nachname] = Zwei", ["2"]),
    ("Fälle", "Anzahl(Warteliste; [seit] vor 1.10.2026) > 0", ["K-1"]),
    ("Termine", "[Fall-Nr. → Kinder] = 3", ["T-1"]),
])  # fmt: skip
def test_a_tab_that_is_named_is_a_table(tab, condition, found):
    assert hit(Tabelle=tab, weitere_Bedingung=condition) == found


def test_a_tab_names_the_rows_of_another_one_that_is_named():
    tabs = {**TABS, "Regeln": [RULES, row(Name="a", Tabelle="Kurse", Was_passiert="Liste"),
                               row(Name="b", Tabelle="Warteliste", weitere_Bedingung="[wartet auf → Plätze] = 18",
                                   Was_passiert="Liste")]}  # fmt: skip
    assert [one.fault for one in own_snapshot("", tabs).console.rules] == ["", ""]


def test_nothing_else_is_read():
    snapshot = own_snapshot("", {**TABS, "Regeln": [RULES, row(Name="a", Tabelle="Fälle", Spalte="Kinder")]})
    assert snapshot.seen == {"cases": {"kinder"}}
    assert "warteliste" not in snapshot.layouts
    assert all(spec.access == "internal" for spec in snapshot.schema["cases"].fields.values() if spec.own)


def test_what_is_not_used_stays_so():
    settings = [["Ihre Tabelle", "Ihre Überschrift", "Bedeutung"], ["Fälle", "Kinder", "wird nicht gebraucht"]]
    said = hit({**TABS, "Einstellungen": settings}, Tabelle="Fälle", Spalte="Kinder", Vergleich="mehr als", Wert=2)
    assert "nicht gebraucht" in said


def test_a_slip_is_answered_with_a_heading_that_nothing_reads_yet():
    assert "„Kursbeginn“" in hit(Tabelle="Fälle", weitere_Bedingung="[Kursbegin] ist leer")
    assert "„Warteliste“" in hit(Tabelle="Wartelisten", weitere_Bedingung="[seit] vor heute")


def test_a_column_of_two_kinds_is_words():
    tabs = {**TABS, "Fälle": [["Fall-Nr.", "Nachname", "Papiere"], ["K-1", "Eins", date(2026, 12, 8)],
                              ["K-2", "Zwei", "offen"], ["K-3", "Drei", "nein"]]}  # fmt: skip
    assert hit(tabs, Tabelle="Fälle", weitere_Bedingung="[Papiere] = nein") == ["K-3"]


@pytest.fixture
def site(tmp_path):
    return OwnSite(tmp_path).start({
        "Fälle": [[*CASES, "Kursbeginn"], [*case("K-1"), date(2026, 12, 8)], [*case("K-2"), date(2027, 3, 1)]],
        "Schlüssel": [["Wer", "Schrank", "seit", "Vermerk"], ["Tim", "S1", date(2026, 9, 1), None],
                      ["Ute", "S2", date(2026, 11, 30), None]],
        "Regeln": [RULES], "Texte": [["Name", "Sprache", "Betreff", "Text"]],
    }, met=AT)  # fmt: skip


def hints(site):
    return {one["Name"]: one["Hinweis"] for one in site.rows("Regeln")}


def test_rows_are_asked_about_and_filled_in_and_that_can_be_taken_back_when_the_rule_is_gone(site):
    site.type("Regeln", "Alt", Tabelle="Schlüssel", **{
        "weitere Bedingung": "[seit] länger her als 60 Tage", "Was passiert": "Spalte ausfüllen",
        "Spalte ausfüllen": "Vermerk", "mit": "anmahnen", "Aktiv": "ja"})  # fmt: skip
    done = site.run(LATER)
    assert [one["Vermerk"] for one in site.rows("Schlüssel")] == ["anmahnen", None]
    assert hints(site) == {"Alt": "aktiv. Gelesen: „seit“ als Datum, „Vermerk“ als Text."}
    site.edit(lambda book: book["Regeln"].delete_rows(2))
    site.undo(done.record.run, "2026-12-01T11:00")
    assert [one["Vermerk"] for one in site.rows("Schlüssel")] == [None, None]


def test_rows_stay_who_they_are_when_their_names_meet(site):
    site.type("Regeln", "Alt", Tabelle="Schlüssel", **{
        "weitere Bedingung": "[seit] länger her als 60 Tage", "Was passiert": "Frage", "Text": "Wo ist {Schrank}?",
        "Aktiv": "ja"})  # fmt: skip
    site.run(LATER)
    site.edit(lambda book: book["Schlüssel"].append(["Ute", "S3", date(2026, 12, 1), None]))
    plan = site.plan(NEXT)
    assert not [group for group in plan.groups if group.row.table == "decisions"]


def test_a_column_that_goes_stops_the_rule_and_nothing_else(site):
    site.type("Regeln", "Bald", Tabelle="Fälle", **{
        "weitere Bedingung": "[Kursbeginn] in den nächsten 14 Tagen", "Was passiert": "Prüfhinweis", "Text": "Kurs",
        "Aktiv": "ja"})  # fmt: skip
    assert site.run(LATER).record.outcome == "done"
    site.edit(lambda book: book["Fälle"].delete_cols(len(CASES) + 1))
    assert site.run(NEXT).record.outcome == "done"
    assert "Kursbeginn" in hints(site)["Bald"]


def test_nobody_outside_is_written_to_before_a_yes_and_internal_columns_stay_inside(site):
    site.type("Texte", "Kurs", Sprache="Deutsch", Betreff="Kurs", Text="Ihr Kurs: {Kursbeginn}. Fragen: 02323 160.")
    site.type("Regeln", "Bald", Tabelle="Fälle", Zeitpunkt="7 Tage vor [Kursbeginn]", Empfänger="Klient/in",
              Text="Kurs", Aktiv="ja", **{"Was passiert": "E-Mail"})  # fmt: skip
    site.run(LATER)
    assert not site.mails()
    assert "eigenes Feld" in hints(site)["Bald"]


def test_a_mail_to_the_colleague_says_what_stands_there(site):
    site.type("Texte", "Kurs", Sprache="Deutsch", Betreff="Kurs", Text="{Fall-Nr.}: {Kursbeginn}")
    site.type("Regeln", "Bald", Tabelle="Fälle", Zeitpunkt="7 Tage vor [Kursbeginn]", Empfänger="Zuständige",
              Text="Kurs", Aktiv="ja", **{"Was passiert": "E-Mail"})  # fmt: skip
    site.run(LATER)
    (mail,) = site.mails()
    assert "K-1: 08.12.2026" in text_of(mail)


def test_a_moment_is_read_as_its_day():
    tabs = {**TABS, "Besuche": [["Ort", "Wann"], ["Amt", "03.12.2026 14:00"], ["Rathaus", "04.01.2027 09:00"]]}
    assert hit(tabs, Tabelle="Besuche", weitere_Bedingung="[Wann] in den nächsten 7 Tagen") == ["Amt"]


def test_a_tab_in_which_no_row_can_be_named_is_told_what_it_lacks(site):
    site.add({"Spenden": [["Wer", "Betrag"], ["Lions", 500], ["Weber", 50], ["Weber", 20]]})
    rule = {"Was passiert": "Frage", "Text": "Danken?", "Aktiv": "ja"}
    site.type("Regeln", "Dank", Tabelle="Spenden", **rule)
    site.run(LATER)
    assert "„Nr.“" in hints(site)["Dank"]
    rows = [["Nr.", "Wer", "Betrag"], [1, "Lions", 500], [2, "Weber", 50], [3, "Weber", 20]]
    site.edit(lambda book: book.remove(book["Spenden"]))
    site.add({"Spenden": rows})
    site.type("Regeln", "Dank", Tabelle="Spenden", **rule)
    site.run(NEXT)
    assert hints(site)["Dank"].startswith("aktiv")


def test_a_day_that_may_be_meant_as_a_stretch_is_named_beside_the_rule(site):
    site.type("Regeln", "Bald", Tabelle="Fälle", Aktiv="ja", **{
        "weitere Bedingung": "[Kursbeginn] in 2 Wochen", "Was passiert": "Liste"})  # fmt: skip
    site.type("Regeln", "Genau", Tabelle="Fälle", Aktiv="ja", **{
        "weitere Bedingung": "[Kursbeginn] in höchstens 2 Wochen", "Was passiert": "Liste"})  # fmt: skip
    site.run(LATER)
    assert "„in höchstens 2 Wochen“" in hints(site)["Bald"]
    assert "höchstens" not in hints(site)["Genau"]


def test_a_colleague_may_be_named_as_the_recipient_and_waits_as_every_address_does(site):
    site.type("Texte", "Kurs", Sprache="Deutsch", Betreff="Kurs", Text="{Fall-Nr.}: {Kursbeginn}")
    site.type("Regeln", "Bald", Tabelle="Fälle", Zeitpunkt="7 Tage vor [Kursbeginn]", Empfänger="Cem Demo",
              Text="Kurs", Aktiv="ja", **{"Was passiert": "E-Mail"})  # fmt: skip
    site.run(LATER)
    assert hints(site)["Bald"].startswith("wartet auf Freigabe")
    assert site.mails() == []


def test_an_emptied_tab_is_read_as_before_and_a_name_that_goes_is_named(site):
    site.type("Regeln", "Alt", Tabelle="Schlüssel", Aktiv="ja", **{
        "weitere Bedingung": "[seit] länger her als 60 Tage", "Was passiert": "Frage", "Text": "Wo?"})  # fmt: skip
    site.run(LATER)
    site.edit(lambda book: book["Schlüssel"].delete_rows(2, 2))
    site.run(NEXT)
    assert site.rows("Regeln")[0]["Zeilen heute"] == 0
    assert hints(site)["Alt"].startswith("aktiv")

    def renamed(book):
        book["Schlüssel"]["A1"] = "Person"
        book["Schlüssel"].append(["Ida", "S9", date(2026, 9, 1), None])

    site.edit(renamed)
    site.run("2026-12-03T09:00")
    assert "die Spalte „Wer“" in hints(site)["Alt"]


def test_a_tab_that_was_renamed_stands_among_those_that_there_are(site):
    site.type("Regeln", "Alt", Tabelle="Werkstatt", **{"Was passiert": "Liste", "Aktiv": "ja"})
    site.run(LATER)
    assert "Schlüssel" in hints(site)["Alt"]
