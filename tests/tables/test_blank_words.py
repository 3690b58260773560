"""Words that mean nothing are blank cells, by column; a word that means something there keeps its meaning."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from automations.model.settings import SiteFacts
from automations.tables.blank_words import EVERYWHERE, Nothing, bare
from automations.tables.columns import Columns
from automations.tables.faults import Parsed
from automations.tables.snapshot import read_tables
from automations.tables.words import parse_text
from automations.workbooks.protocol import RawTab, RawWorkbook
from tests.support.broken import HOMES, columns
from tests.support.builders import NOW
from tests.support.own_tables import own_snapshot

HEAD = {
    "household": "Haushalt", "focus": "Schwerpunkt", "office_wish": "Wunschbüro", "manager": "Zuständig",
    "email": "E-Mail", "phone": "Telefon", "languages": "Sprachen", "closed_on": "Abgeschlossen am",
    "withdrawn_on": "Widerruf am", "contact_way": "Kontaktweg", "urgency": "Dringlichkeit", "phase": "Phase",
    "german_level": "Deutschniveau", "birth_date": "Geburtsdatum",
    "district": "Stadtteil", "nationality": "Staatsangehörigkeit", "residence_status": "Aufenthaltsstatus",
    "legal_framework": "Rechtskreis",
}  # fmt: skip
TEAM = [["Kürzel", "Name"], ["NN", "Nora Neu"], ["AB", "Anna Beispiel"]]


def case(name, value):
    tabs = (
        RawTab("Fälle", "1", [["Fall-Nr.", "Nachname", HEAD[name]], ["K-1", "Muster", value]]),
        RawTab("Team", "2", TEAM),
    )
    return read_tables({"team": RawWorkbook("team", "r1", tabs)}, columns(), SiteFacts(), HOMES, NOW).cases[0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("household", ["-", "--", " – ", "?", "???", "0", 0, "k. A.", "keine", "n. n.", "allein", "entfällt"]),
        ("focus", ["egal", "-", "keiner", "0", "offen", "./."]),
        ("office_wish", ["egal", "kein Wunsch", "-", "0"]),
        ("manager", ["offen", "?", "-", "n. b.", "niemand", "0", "noch offen", "Unbesetzt", "nicht zugewiesen"]),
        ("email", ["keine", "-", "hat keine", "?"]),
        ("phone", ["keins", "0", 0, "/"]),
        ("languages", ["k. A.", "?", "-", "unbekannt"]),
        ("closed_on", ["offen", "-", 0, "noch nicht", "entfällt"]),
        ("birth_date", ["unbekannt", "?", "k.A."]),
        ("withdrawn_on", ["-", "nein", "/"]),
        ("urgency", ["-", "?", "egal"]),
        ("manager", ["wird noch vergeben", "nicht zugeteilt", "Warteliste", "zu vergeben", "ohne", "x", "folgt"]),
        ("district", ["unbekannt", "unklar", "k. A."]),
        ("nationality", ["unbekannt", "nicht bekannt"]),
        ("german_level", ["unbekannt"]),
        ("residence_status", ["nicht bekannt"]),
        ("legal_framework", ["Unbekannt"]),
        ("focus", ["kein besonderer", "jeder", "nicht bekannt", "x"]),
        ("household", ["1 Person", "alleinst.", "nicht bekannt", "fehlt", "x"]),
        ("office_wish", ["keine Präferenz", "egal wo", "nicht angegeben"]),
        ("languages", ["nicht bekannt", "nicht erfasst"]),
        ("closed_on", ["folgt", "tbd", "noch nicht beendet", "wird nachgetragen"]),
        ("birth_date", ["wird nachgereicht", "nicht bekannt"]),
    ],
)  # fmt: skip
def test_a_word_for_nothing_is_a_blank_cell(name, words):
    blank = case(name, None).get(name)
    for word in words:
        found = case(name, word)
        assert (found.get(name), found.bad) == (blank, frozenset()), word


def test_a_word_that_means_something_in_a_column_keeps_its_meaning():
    assert case("manager", "NN").manager == "NN"
    assert case("phase", "offen").phase == "new"
    assert case("languages", "ka").languages == ("ka",)
    assert case("german_level", "keine").german_level == "keine"
    assert case("household", "12").household == "12"


@pytest.mark.parametrize(("name", "word"), [("withdrawn_on", "?"), ("withdrawn_on", "offen"), ("contact_way", "?")])
def test_where_a_message_could_go_out_a_doubtful_word_is_asked_about(name, word):
    assert name in case(name, word).bad


@given(st.text(max_size=12))
def test_the_comparable_form_is_stable(text):
    assert bare(bare(text)) == bare(text)


def test_words_of_no_column_are_refused():
    with pytest.raises(ValidationError, match="hosehold"):
        Columns.model_validate({**columns().model_dump(), "nothing": {"hosehold": ["-"]}})


@given(
    st.sampled_from(["keine", "k. a.", "ka", "é", "né", "nein", "-", "0", "00", "x"]),
    st.text("kKeEaA \u0301\u200b.-0xNéß", max_size=6),
)
def test_a_cell_is_passed_over_quickly_only_where_it_cannot_be_such_a_word(word, typed):
    found = Nothing({EVERYWHERE: [word]}, {}).parser(Parsed, "text", "remark")(typed).value
    is_word = bare(parse_text(typed).value or "") == bare(word)
    assert found == ("" if is_word else typed)


@pytest.mark.parametrize(("word", "value"), [("01.01.1900", date(1900, 1, 1)), ("00:00", time(0, 0))])
def test_a_day_or_a_time_of_day_may_be_such_a_word(word, value):
    assert Nothing({EVERYWHERE: [word]}, {}).parser(Parsed, "date", "seen_on")(value).value == ""
    assert Nothing({EVERYWHERE: ["-", "keine"]}, {}).parser(Parsed, "date", "seen_on")(value).value == value


@pytest.mark.parametrize("mark", ['"', "„", "''", "dito", "Dto.", "s. o.", "siehe oben", '-"-'])
@pytest.mark.parametrize("name", ["Nachname", "Geburtsdatum", "Sprachen", "Zuständig", "Telefon", "Kontaktweg"])
def test_a_mark_for_the_cell_above_is_nobodys_name_and_said(name, mark):
    head = ["Fall-Nr.", "Nachname", "Vorname", "Geburtsdatum", "Sprachen", "Zuständig", "Telefon", "Kontaktweg"]
    row = ["K-1", "Muster", "Ana", None, None, None, None, None]
    row[head.index(name)] = mark
    tabs = (RawTab("Fälle", "1", [head, row]), RawTab("Team", "2", TEAM))
    read = read_tables({"team": RawWorkbook("team", "r1", tabs)}, columns(), SiteFacts(), HOMES, NOW)
    assert [(one.code, one.column) for one in read.problems if one.row == 2] == [("ditto", name)]
    assert read.cases[0].last_name == (None if name == "Nachname" else "Muster")


@pytest.mark.parametrize(("heading", "cell", "code"), [
    ("Nachname", '"', "ditto"), ("Name, Vorname", "dito", "ditto"), ("Nachname", "#NV", "formula_error"),
    ("Name, Vorname", "-", None), ("Nachname", "k. A.", None),
])  # fmt: skip
def test_a_name_in_one_column_is_none_where_the_cell_says_nothing(heading, cell, code):
    found = own_snapshot("", {"Fälle": [["Fall-Nr.", heading], ["K-1", "Muster, Ana"], ["K-2", cell]], "Team": TEAM})
    assert [(one.last_name, one.first_name) for one in found.cases] == [("Muster", "Ana"), (None, None)]
    assert [one.code for one in found.problems if one.row == 3] == ([code] if code else [])


def test_a_mark_in_the_cell_of_two_ways_of_contact_is_said():
    rows = [
        ["Fall-Nr.", "Nachname", "E-Mail und Telefon"],
        ["K-1", "Muster", "ana@x.test, 0170 1234567"],
        ["K-2", "Bär", '"'],
    ]
    found = own_snapshot("", {"Fälle": rows, "Team": TEAM})
    assert found.cases[0].email == "ana@x.test"
    assert [one.code for one in found.problems if one.row == 3] == ["ditto"]


@pytest.mark.parametrize(("cell", "read"), [("-", time(10)), (" ", time(10)), (None, time(10)), ("11:30", time(11, 30)),
                                            ("bald", None)])  # fmt: skip
def test_a_time_behind_the_day_counts_where_the_cell_of_times_says_nothing(cell, read):
    rows = [["Termin-Nr.", "Fall-Nr.", "Datum", "Uhrzeit"], ["T1", "K-1", "24.12.2026, 10:00", cell]]
    assert [one.time for one in own_snapshot("", {"Termine": rows, "Team": TEAM}).appointments] == [read]


@pytest.mark.parametrize("name", ["Dito", "Ditoma", "Dto Nguyen", "So", "S. Oben"])
def test_a_name_that_only_resembles_such_a_mark_stays(name):
    tabs = (RawTab("Fälle", "1", [["Fall-Nr.", "Nachname"], ["K-1", f"{name}a"]]), RawTab("Team", "2", TEAM))
    read = read_tables({"team": RawWorkbook("team", "r1", tabs)}, columns(), SiteFacts(), HOMES, NOW)
    assert read.cases[0].last_name == f"{name}a"
