"""Asking in turn as a row of the tab of rules: the same rule as in TOML, on trial until it is approved."""

from __future__ import annotations

from datetime import date, time

import pytest

from automations.cli import main
from automations.jobs.rules.model import Rule
from tests.support.declared import more, table
from tests.support.own_site import VISITS, text_of
from tests.support.own_tables import own_snapshot
from tests.support.rule_rows import RULES, row
from tests.support.turn_site import TURN_SITE, TurnSite

COLUMNS = (
    table(
        "helpers", "Helfende", "name", name="Name: open", email="E-Mail: email", speaks="Sprachen: languages",
        asked="Wird gefragt: yes_no",
    )
    + more("appointments", language="Sprache: languages", helper="Hilfe durch: helpers", helper_state="Stand Hilfe")
)  # fmt: skip
VISIT_HEADS = [*VISITS, "Sprache", "Hilfe durch", "Stand Hilfe"]
HELPERS = [
    ["Name", "E-Mail", "Sprachen", "Wird gefragt"],
    ["Zara", "zara@helfen.test", "Arabisch", "ja"], ["Amina", "amina@helfen.test", "Arabisch, Farsi", "ja"],
    ["Basil", "basil@helfen.test", "Farsi", "ja"], ["Chada", "chada@helfen.test", "Arabisch", "nein"],
]  # fmt: skip
TEXT_HEADS = ["Name", "Sprache", "Betreff", "Text"]
TEXTS = [
    TEXT_HEADS,
    ["Anfrage", "Deutsch", "Hilfe am {Datum}?", "Guten Tag {candidate.Name}, am {Datum} um {Uhrzeit}? Bis {until}."],
    ["Anfrage Zusage", "Deutsch", "Sie helfen am {Datum}", "Danke, {Datum} um {Uhrzeit}, Termin {Termin-Nr.}."],
    ["Anfrage Änderung", "Deutsch", "Geändert", "Jetzt {Datum} um {Uhrzeit}."],
    ["Anfrage Freigabe", "Deutsch", "Nicht mehr eingeteilt", "Am {old.Datum} sind Sie frei."],
    ["Anfrage Absage", "Deutsch", "Fällt aus", "Am {old.Datum} ist nichts."],
    ["Anfrage Rücknahme", "Deutsch", "Erledigt", "Die Frage für {old.Datum} ist erledigt."],
    ["Anfrage Dank", "Deutsch", "Danke", "Jemand war schneller."],
]
ASKING = row(
    Name="Hilfe", Tabelle="Termine", weitere_Bedingung="[Status] = geplant und [Sprache] ist nicht leer",
    Was_passiert="der Reihe nach fragen", Text="Anfrage", Spalte_ausfüllen="Hilfe durch; Stand Hilfe",
    mit="unter [Wird gefragt] und [Sprachen] enthält [Termine → Sprache]; nach [Name]; Antwort in 4 Stunden; "
        "48 Stunden vorher; 15 Minuten Abstand",
)  # fmt: skip


def stanza(asking=ASKING, texts=TEXTS):
    tabs = {"Termine": [VISIT_HEADS], "Helfende": HELPERS, "Regeln": [RULES, asking], "Texte": texts}
    (found,) = own_snapshot(COLUMNS, tabs).console.rules
    return found


def test_a_row_gives_the_same_rule_as_toml():
    found = Rule.model_validate(stanza().stanza)
    assert found.action == "ask_in_turn"
    assert (found.recipient, found.template) == ("email", "anfrage")
    turn = found.turn
    assert (turn.candidates, turn.fills, turn.state) == ("helpers", "helper", "helper_state")
    assert (turn.starts, turn.lasts, turn.order) == (("date", "time"), "duration", ("name",))
    assert (turn.answer_hours, turn.notice_hours, turn.gap_minutes) == (4, 48, 15)
    assert set(turn.about) == {"date", "time", "duration", "number"}
    assert "asked.language in speaks" in turn.among


@pytest.mark.parametrize("word", ["der Reihe nach fragen", "reihum fragen", "ask in turn"])
def test_german_and_english_words_for_it(word):
    cells = list(ASKING)
    cells[RULES.index("Was passiert")] = word
    assert stanza(cells).stanza["action"] == "ask_in_turn"


@pytest.mark.parametrize(
    ("heading", "typed", "said"),
    [
        ("Spalte ausfüllen", "Hilfe durch", "zwei Spalten"), ("Spalte ausfüllen", "Status; Stand Hilfe", "nennt keine"),
        ("mit", "unter [Wird gefragt]; irgendwie", "ist nicht zu verstehen"),
        ("mit", "unter [Farbe] = rot", "Farbe"), ("Text", "Frage", "Frage"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_said(heading, typed, said):
    cells = list(ASKING)
    cells[RULES.index(heading)] = typed
    assert said in stanza(cells).fault


def test_missing_texts_are_named():
    assert "Anfrage Dank" in stanza(texts=TEXTS[:-1]).fault


def test_it_waits_for_approval_and_then_asks(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    site = TurnSite(tmp_path)
    site.write(site=TURN_SITE.partition("[packs]")[0], rules="", columns=COLUMNS)
    visit = ["T-1", "K-1", date(2026, 11, 12), time(10), None, "AB", "geplant", None, "Arabisch", None, None]
    site.book({
        "Fälle": [["Fall-Nr.", *SITE_CASE[0]], ["K-1", *SITE_CASE[1]]], "Termine": [VISIT_HEADS, visit],
        "Helfende": HELPERS, "Regeln": [RULES, ASKING], "Texte": TEXTS,
    })  # fmt: skip
    site.go("2026-11-01T08:00")
    site.go("2026-11-02T09:00")
    assert helped(site) == []
    assert "wartet auf Freigabe" in str(site.rows("Regeln")[0]["Hinweis"])
    with pytest.raises(SystemExit) as done:
        main(["--site", str(site.folder), "approve", "hilfe", "--at", "2026-11-02T09:10"])
    assert done.value.code == 0, capsys.readouterr()
    site.go("2026-11-02T09:20")
    assert helped(site) == [("amina", "Hilfe am 12.11.2026?")]
    assert "K-1" not in text_of(site.last_to("amina"))
    site.answers("amina", "Ja")
    site.go("2026-11-02T09:40")
    assert (site.visit("T-1")["Hilfe durch"], site.visit("T-1")["Stand Hilfe"]) == ("Amina", "zugesagt: Amina")
    assert helped(site)[-1] == ("amina", "Sie helfen am 12.11.2026")
    site.type("Texte", "Anfrage Zusage", Text="Ganz anders")
    site.type("Termine", "T-1", Uhrzeit=time(12))
    site.go("2026-11-02T10:00")
    assert len(helped(site)) == 2  # a text that was changed waits for another yes


SITE_CASE = (["Eingang", "Nachname"], [date(2026, 1, 7), "N"])


def helped(site):
    return [
        (str(mail["To"]).partition("@")[0], str(mail["Subject"])) for mail in site.post.taken if "helfen" in mail["To"]
    ]
