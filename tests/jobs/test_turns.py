"""Asking in turn, on a real .xlsx with answers by mail: who is asked, who has it, who is told what."""

from __future__ import annotations

import re
from datetime import date, time

import pytest

from automations.cli import main
from automations.common.shipped import config_folder
from tests.support.letters import letter
from tests.support.own_site import CASES, case, text_of
from tests.support.turn_site import ASKED_VISITS, TURN_SITE, TurnSite, interpreter, visit

DAY = date(2026, 11, 12)


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    return TurnSite(tmp_path)


def test_one_is_asked_says_yes_and_stands_in_the_row(site):
    site.begin([visit("T-1", DAY)], [interpreter("Amina"), interpreter("Basil")])
    assert site.news() == []
    site.go("2026-11-02T09:00")
    assert site.news() == [("amina", "Sprachmittlung am 12.11.2026?")]
    assert site.visit("T-1")["Stand Sprachmittlung"] == "gefragt: Amina, bis 02.11.2026 17:00"
    offer = text_of(site.last_to("amina"))
    assert [word in offer for word in ("K-1", "T-1", "VK-1")] == [False, False, False]
    assert "Dauer in Minuten: 60." in offer  # nobody typed one: the usual length
    site.answers("amina", "Ja")
    site.go("2026-11-02T09:30")
    row = site.visit("T-1")
    assert (row["Sprachmittler/in"], row["Stand Sprachmittlung"]) == ("Amina", "zugesagt: Amina")
    assert ("amina", "Sie haben den Einsatz am 12.11.2026") in site.news()
    again = site.go("2026-11-02T10:00")
    assert (again.prepared.groups, site.news()) == ((), [])


def begun(site, visits, people, **more):
    """The site after the run in which the first ones are asked."""
    site.begin(visits, people, **more, runs=["2026-11-02T09:00"])


def taken_by(site, name, at="2026-11-02T09:30"):
    site.answers(name, "Ja")
    site.go(at)
    site.news()


def test_the_next_one_is_asked_after_so_many_working_hours_and_the_first_yes_wins(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina"), interpreter("Basil")])
    site.go("2026-11-02T16:59")
    assert [name for name, _ in site.news()] == ["amina"]
    site.go("2026-11-02T17:00")
    assert [name for name, _ in site.news()] == ["basil"]
    first, second = site.last_to("amina"), site.last_to("basil")
    site.answers("basil", "Ja", mail=second, Date="Mon, 2 Nov 2026 17:30:00 +0100")
    site.answers("amina", "Ja", mail=first, Date="Mon, 2 Nov 2026 10:00:00 +0100")  # an hour that its sender chose
    site.go("2026-11-02T17:40")
    assert site.visit("T-1")["Sprachmittler/in"] == "Basil"
    assert sorted(site.news()) == [
        ("amina", "Danke für Ihre Zusage"), ("basil", "Sie haben den Einsatz am 12.11.2026"),
    ]  # fmt: skip
    assert site.last_to("ab")["Subject"] == "Sprachmittlung zu T-1"
    assert "zugesagt: Basil" in text_of(site.last_to("ab"))  # as this very run writes it


def test_the_loser_is_told_and_a_later_yes_is_thanked_once(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina"), interpreter("Basil")])
    site.go("2026-11-02T17:00")
    first = site.last_to("amina")
    taken_by(site, "basil", "2026-11-02T17:10")
    assert site.last_to("amina")["Subject"] == "Erledigt: Anfrage für den 12.11.2026"
    site.answers("amina", "Ja", mail=first)
    site.go("2026-11-02T17:20")
    site.go("2026-11-02T17:25")
    assert site.news() == [("amina", "Danke für Ihre Zusage")]
    assert site.visit("T-1")["Sprachmittler/in"] == "Basil"


def test_a_no_asks_the_next_one_at_once_and_nobody_twice(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina"), interpreter("Basil")])
    site.answers("amina", "Nein")
    site.go("2026-11-02T09:10")
    site.answers("basil", "Nein")
    found = site.go("2026-11-02T09:20")
    assert [name for name, _ in site.news()] == ["amina", "basil"]
    assert site.visit("T-1")["Stand Sprachmittlung"] == "niemand mehr zu fragen (2 gefragt)"
    assert "turn_nobody" in {problem.code for problem in found.prepared.problems}
    site.go("2026-11-09T09:20")
    assert site.news() == []


def test_a_change_is_told_to_whoever_said_yes_and_asked_about_again(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina"), interpreter("Basil")])
    taken_by(site, "amina")
    site.type("Termine", "T-1", Datum=date(2026, 11, 13))
    site.go("2026-11-02T10:00")
    assert site.news() == [("amina", "Geändert: Ihr Einsatz am 12.11.2026")]
    assert "Jetzt gilt: 13.11.2026" in text_of(site.last_to("amina"))
    assert site.visit("T-1")["Stand Sprachmittlung"] == "Amina kennt die Änderung, Antwort steht aus"
    site.answers("amina", "Ja")
    site.go("2026-11-02T10:10")
    assert site.visit("T-1")["Stand Sprachmittlung"] == "zugesagt: Amina"


def test_whoever_cannot_after_a_change_is_replaced(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina"), interpreter("Basil")])
    taken_by(site, "amina")
    site.type("Termine", "T-1", Datum=date(2026, 11, 13))
    site.go("2026-11-02T10:00")
    site.answers("amina", "Nein")
    site.news()
    site.go("2026-11-02T10:10")
    assert max(site.news()) == ("basil", "Sprachmittlung am 13.11.2026?")
    assert site.visit("T-1")["Sprachmittler/in"] is None
    site.answers("basil", "Ja")
    site.go("2026-11-02T10:20")
    assert site.visit("T-1")["Sprachmittler/in"] == "Basil"


def test_an_old_yes_does_not_count_for_a_new_day(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina")])
    offer = site.last_to("amina")
    site.type("Termine", "T-1", Datum=date(2026, 11, 13))
    site.go("2026-11-02T10:00")
    site.answers("amina", "Ja", mail=offer)
    site.go("2026-11-02T10:10")
    assert site.visit("T-1")["Sprachmittler/in"] is None
    site.answers("amina", "Ja")
    site.go("2026-11-02T10:20")
    assert site.visit("T-1")["Sprachmittler/in"] == "Amina"


def test_a_cancellation_is_told_to_whoever_said_yes_or_is_asked(site):
    begun(site, [visit("T-1", DAY), visit("T-2", DAY, time(14))], [interpreter("Amina"), interpreter("Basil")])
    assert [name for name, _ in site.news()] == ["amina", "basil"]
    taken_by(site, "amina")
    for number in ("T-1", "T-2"):
        site.type("Termine", number, Status="abgesagt")
    site.go("2026-11-02T10:00")
    assert site.news() == [
        ("amina", "Fällt aus: Ihr Einsatz am 12.11.2026"), ("basil", "Erledigt: Anfrage für den 12.11.2026"),
    ]  # fmt: skip
    site.go("2026-11-02T10:05")
    assert site.news() == []


def test_a_row_that_is_gone_is_asked_about_before_anybody_is_told(site):
    others = [visit("T-2", date(2026, 11, 20), **{"Sprachmittlung in": None})]
    begun(site, [visit("T-1", DAY), *others], [interpreter("Amina")])
    taken_by(site, "amina")
    site.edit(lambda book: book["Termine"].delete_rows(2))
    site.go("2026-11-02T10:00")
    assert site.news() == []
    asked = next(row for row in site.rows("Entscheidungen") if "andere gefragt wurden" in str(row["Frage"]))
    site.type("Entscheidungen", asked["Nr."], Entscheidung="ja")
    site.go("2026-11-02T10:10")
    assert site.news() == [("amina", "Fällt aus: Ihr Einsatz am 12.11.2026")]


def test_nobody_is_asked_about_two_things_at_once_nor_keeps_both_after_a_move(site):
    begun(site, [visit("T-1", DAY), visit("T-2", DAY, time(11))], [interpreter("Amina"), interpreter("Basil")])
    assert [name for name, _ in site.news()] == ["amina", "basil"]
    taken_by(site, "amina")
    taken_by(site, "basil", "2026-11-02T09:40")
    site.type("Termine", "T-2", **{"Sprachmittler/in": None})  # Basil is ill: staff take him out
    site.go("2026-11-02T10:00")
    assert ("basil", "Ihr Einsatz am 12.11.2026") in site.news()
    assert site.visit("T-2")["Stand Sprachmittlung"] == "niemand mehr zu fragen (1 gefragt)"  # Amina has T-1 then
    site.type("Termine", "T-2", Uhrzeit=time(16))
    site.go("2026-11-02T10:10")
    assert site.news() == [("amina", "Sprachmittlung am 12.11.2026?")]
    site.answers("amina", "Ja")
    site.go("2026-11-02T10:20")
    site.type("Termine", "T-2", Uhrzeit=time(10, 30))  # back to where Amina has the other one
    site.news()
    site.go("2026-11-02T10:30")
    assert site.visit("T-2")["Sprachmittler/in"] is None
    assert site.news() == [("amina", "Ihr Einsatz am 12.11.2026")]


def test_who_is_excluded_unavailable_or_speaks_something_else_is_not_asked(site):
    cases = [[*case("K-1"), "Amina, Nahe Stadt", "w"]]
    people = [
        interpreter("Amina", Geschlecht="w"), interpreter("Basil", Geschlecht="m"),
        interpreter("Chada", Geschlecht="w", Gemeinschaft="Nahe Stadt"),
        interpreter("Dunya", "Farsi", Geschlecht="w"), interpreter("Emel", Geschlecht="w", **{"Wird gefragt": "nein"}),
        interpreter("Farah", "Farsi, Arabisch", Geschlecht="w"),
    ]  # fmt: skip
    more = {"Fälle": [[*CASES, "Sprachmittlung nicht durch", "Sprachmittlung nur durch"], *cases]}
    begun(site, [visit("T-1", DAY)], people, more=more)
    assert [name for name, _ in site.news()] == ["farah"]


def test_whoever_is_excluded_while_asked_is_told_and_cannot_take_it_any_more(site):
    more = {"Fälle": [[*CASES, "Sprachmittlung nicht durch"], [*case("K-1"), None]]}
    begun(site, [visit("T-1", DAY)], [interpreter("Amina"), interpreter("Basil")], more=more)
    offer = site.last_to("amina")
    site.news()
    site.type("Fälle", "K-1", **{"Sprachmittlung nicht durch": "Amina"})
    site.go("2026-11-02T09:10")
    assert sorted(site.news()) == [
        ("amina", "Erledigt: Anfrage für den 12.11.2026"), ("basil", "Sprachmittlung am 12.11.2026?"),
    ]  # fmt: skip
    site.answers("amina", "Ja", mail=offer)
    site.go("2026-11-02T09:20")
    assert site.visit("T-1")["Sprachmittler/in"] is None


def test_the_load_is_shared(site):
    days = [visit(f"T-{n}", date(2026, 11, 9 + n)) for n in range(4)]
    begun(site, days, [interpreter("Amina"), interpreter("Basil")])
    assert [name for name, _ in site.news()] == ["amina", "basil", "amina", "basil"]


def test_nothing_is_asked_about_what_is_over_or_too_soon(site):
    soon, done = visit("T-2", date(2026, 11, 3), time(8)), visit("T-3", DAY, Status="wahrgenommen")
    begun(site, [visit("T-1", date(2026, 10, 30)), soon, done], [interpreter("Amina")])
    assert site.news() == []
    assert site.visit("T-2")["Stand Sprachmittlung"] == "zu spät für Anfragen (0 gefragt)"


def test_whoever_staff_type_in_is_told_and_stays(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina"), interpreter("Basil")])
    site.news()
    site.type("Termine", "T-1", **{"Sprachmittler/in": "Basil"})
    site.go("2026-11-02T10:00")
    assert sorted(site.news()) == [
        ("amina", "Erledigt: Anfrage für den 12.11.2026"), ("basil", "Sie haben den Einsatz am 12.11.2026"),
    ]  # fmt: skip
    site.answers("basil", "Nein")
    found = site.go("2026-11-02T10:10")
    assert site.visit("T-1")["Sprachmittler/in"] == "Basil"
    assert "turn_refused" in {problem.code for problem in found.prepared.problems}


def test_an_interpreters_stop_is_about_the_own_address_alone(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina"), interpreter("Basil")])
    site.answers("amina", "Nein", body="STOP")
    site.go("2026-11-02T09:10")
    assert [name for name, _ in site.news()] == ["amina", "basil"]
    site.type("Termine", "T-2", **dict(zip(ASKED_VISITS[1:], visit("T-2", date(2026, 11, 16))[1:], strict=True)))
    site.go("2026-11-02T09:20")
    assert "amina" not in [name for name, _ in site.news()]
    assert site.rows("Fälle")[0]["Kontaktweg"] == "E-Mail"


def test_words_against_the_button_are_for_people(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina"), interpreter("Basil")])
    site.answers("amina", "Ja", body="Leider kann ich doch nicht kommen")
    site.go("2026-11-02T09:10")
    assert site.visit("T-1")["Sprachmittler/in"] is None
    assert any("gefragt wurde" in str(row["Frage"]) for row in site.rows("Entscheidungen"))


def test_words_of_whoever_said_yes_are_a_question(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina"), interpreter("Basil")])
    taken_by(site, "amina")
    taken = site.last_to("amina")
    said = letter("Re: Einsatz", "Ich bin krank.", "amina@dolmetscher.test", In_Reply_To=str(taken["Message-ID"]))
    site.box.put(said, on=date(2026, 11, 2))
    site.go("2026-11-02T10:00")
    assert [row["Anlass"] for row in site.rows("Entscheidungen") if "Ich bin krank." in str(row["Frage"])] == ["K-1"]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("Büro Nord", "Ort: Musterweg 1."),
        ("Café Ost", "Ort: das Café."),
        ("Haus Linde", "Ort: erfahren Sie am Telefon."),
        ("Nirgendwo", "Ort: erfahren Sie am Telefon."),
        (None, "Sprache: Arabisch. Dauer"),
    ],
)
def test_whoever_said_yes_hears_where_to_come(site, place, said):
    places = [["Name", "neutraler Name", "geschützt", "Anschrift"], ["Büro Nord", None, "nein", "Musterweg 1"],
              ["Café Ost", "das Café", "nein", "Marktweg 5"], ["Haus Linde", None, "ja", "Stillgasse 9"]]  # fmt: skip
    begun(site, [visit("T-1", DAY, Ort=place)], [interpreter("Amina")], more={"Standorte": places})
    taken_by(site, "amina")
    assert said in " ".join(text_of(site.last_to("amina")).split())
    assert "Stillgasse" not in text_of(site.last_to("amina"))


def test_what_kim_entered_can_be_taken_back(site):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina"), interpreter("Basil")])
    site.answers("amina", "Ja")
    done = site.go("2026-11-02T09:30")
    site.news()
    site.undo(done.prepared.run, "2026-11-02T09:40")
    assert site.visit("T-1")["Sprachmittler/in"] is None
    site.go("2026-11-02T09:50")
    assert site.visit("T-1")["Sprachmittler/in"] is None
    assert ("amina", "Ihr Einsatz am 12.11.2026") in site.news()


def test_the_claim_is_what_was_confirmed_last_month_as_a_tab_and_a_file(site, capsys):
    def served(number, day, name, minutes):
        cells = {"Sprachmittler/in": name, "Einsatz bestätigt am": day, "Einsatz (Minuten)": minutes}
        return visit(number, day, Status="wahrgenommen", **cells)

    visits = [
        served("T-1", date(2026, 10, 6), "Amina", 60), served("T-2", date(2026, 10, 9), "Amina", 45),
        served("T-3", date(2026, 10, 9), "+Basil", 30), served("T-4", date(2026, 9, 30), "Amina", 60),
        visit("T-5", date(2026, 10, 12), Status="wahrgenommen", **{"Sprachmittler/in": "Amina"}),
    ]  # fmt: skip
    begun(site, visits, [interpreter("Amina"), interpreter("+Basil")])
    shown = [row for row in site.cells("Abrechnung Sprachmittlung") if row[0]]
    named = [re.search(r'MATCH\("(T-\d)"', str(row[0])) for row in shown]  # each number is a link to its row
    assert [found[1] for found in named if found] == ["T-1", "T-2", "T-3"]
    assert [(row[0], row[3]) for row in shown if str(row[0]).startswith("Zus")] == [
        ("Zusammen: 2", 105), ("Zusammen: 1", 30),
    ]  # fmt: skip
    with pytest.raises(SystemExit):
        main(["--site", str(site.folder), "rules", "--csv", "interpreter_claim", "--at", "2026-11-02T10:00"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:] == [
        "Amina;T-1;06.10.2026;Arabisch;60", "Amina;T-2;09.10.2026;Arabisch;45", "'+Basil;T-3;09.10.2026;Arabisch;30",
    ]  # fmt: skip


def test_the_half_year_is_a_tab_and_a_file_of_counts_and_sums_without_a_row(site, capsys):
    def served(number, day, language, minutes):
        cells = {"Sprachmittler/in": "Amina", "Einsatz bestätigt am": day, "Einsatz (Minuten)": minutes,
                 "Sprachmittlung in": language}  # fmt: skip
        return visit(number, day, Status="wahrgenommen", **cells)

    visits = [
        served("T-1", date(2026, 1, 2), "Farsi", 60), served("T-2", date(2026, 6, 30), "Arabisch", 45),
        served("T-3", date(2026, 3, 1), "Arabisch", 30), served("T-4", date(2026, 7, 1), "Arabisch", 60),
        served("T-5", date(2025, 12, 31), "Arabisch", 60),
    ]  # fmt: skip
    begun(site, visits, [interpreter("Amina")])
    shown = [row[:3] for row in site.cells("Halbjahr Sprachmittlung") if row[0] and row[1]]
    assert shown == [
        ["Sprachmittlung in", "Anzahl", "Einsatz (Minuten)"], ["Arabisch", 2, 75], ["Farsi", 1, 60],
        ["zusammen", 3, 135],
    ]  # fmt: skip
    assert "T-1" not in str(site.cells("Halbjahr Sprachmittlung"))
    with pytest.raises(SystemExit):
        main(["--site", str(site.folder), "rules", "--csv", "interpreter_half_year", "--at", "2026-11-02T10:00"])
    assert capsys.readouterr().out.splitlines() == [
        "Sprachmittlung in;Anzahl;Einsatz (Minuten)", "Arabisch;2;75", "Farsi;1;60", "zusammen;3;135",
    ]  # fmt: skip


@pytest.mark.parametrize("gone", [True, False])
def test_whoever_said_yes_to_a_rule_that_acts_no_more_is_named_until_the_hour(site, gone):
    begun(site, [visit("T-1", DAY)], [interpreter("Amina"), interpreter("Basil")])
    taken_by(site, "amina")
    if gone:
        site.write(site=TURN_SITE.partition("[packs]")[0])
    else:
        pack = (config_folder() / "packs" / "interpreters" / "pack.toml").read_text(encoding="utf-8")
        own = pack[pack.index('[[rules]]\nname = "interpreter"') : pack.index("# What was done last month")]
        site.write(rules=own.replace('action = "ask_in_turn"', 'action = "ask_in_turn"\nactive = false'))
    site.type("Termine", "T-1", Status="abgesagt")
    for at, named in (("2026-11-02T10:00", 1), ("2026-11-12T10:30", 0)):
        found = [one.message for one in site.go(at).prepared.problems if one.code == "turn_untold"]
        assert [("12.11.2026" in one, "interpreter" in one) for one in found] == [(True, True)] * named
