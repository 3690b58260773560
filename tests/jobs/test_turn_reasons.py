"""`kim plan --explain` of a rule that asks in turn: who would be asked in which order, and why the others are not."""

from __future__ import annotations

from datetime import date, time

import pytest

from automations.cli import main
from tests.support.own_site import CASES, VISITS, case
from tests.support.turn_site import ASKED_VISITS, INTERPRETERS, TURN_SITE, TurnSite, interpreter, visit

DAY = date(2026, 11, 12)


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    return TurnSite(tmp_path)


def explained(site, capsys, rule, key, at):
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["--site", str(site.folder), "plan", "--explain", rule, key, "--at", at])
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert not ended.value.code
    return [line.removeprefix(f"{key}: ") for line in lines]


def test_each_candidate_has_a_place_or_a_reason(site, capsys):
    people = [
        interpreter("Amina"), interpreter("Basil"), interpreter("Chen"), interpreter("Dunja", "Farsi"),
        interpreter("Emre", **{"Wird gefragt": "nein"}), interpreter("Farid", **{"E-Mail": None}),
        interpreter("Gamal", Gemeinschaft="Homs"), interpreter("Hadi"), interpreter("Iman"),
    ]  # fmt: skip
    apart = [*CASES, "Sprachmittlung nicht durch"]
    cases = [[*case("K-1"), "Homs"]]
    visits = [
        visit("T-1", DAY), visit("T-2", DAY, time(10, 30), **{"Sprachmittler/in": "Hadi", "Status": "bestätigt"}),
        visit("T-3", date(2026, 11, 10)),
    ]  # fmt: skip
    site.begin(visits, people)
    site.book(
        {"Fälle": [apart, *cases], "Termine": [ASKED_VISITS, *visits], "Sprachmittelnde": [INTERPRETERS, *people]}
    )
    site.go("2026-11-02T09:00")  # Amina is asked about T-3, Basil about T-1
    site.answers("basil", "Nein")
    site.go("2026-11-02T09:10")
    told = explained(site, capsys, "interpreter", "T-1", "2026-11-02T09:20")
    assert told[0] == "Gefragt werden kann bis 11.11.2026 10:00 (24 Stunden Vorlauf)."
    said = dict(line.split(": ", 1) for line in told[1:])
    assert said["Basil"] == "hat abgesagt"
    assert said["Chen"] == "wurde am 02.11.2026 09:10 gefragt und kann noch antworten"
    assert said["Dunja"] == "passt nicht (Sprachen: Farsi; Termine → Sprachmittlung in: Arabisch)"
    assert said["Emre"] == "passt nicht (Wird gefragt: nein)"
    assert said["Farid"] == "Es gibt keine E-Mail-Adresse."
    assert said["Gamal"] == "passt nicht (Gemeinschaft: Homs; Fälle → Sprachmittlung nicht durch)"  # whom, nobody reads
    assert said["Hadi"] == "hat zu dieser Zeit schon etwas anderes (T-2)"
    assert said["Iman"].startswith("käme als Nummer")
    assert len(said) == len(people)


def test_a_row_with_somebody_in_it_or_without_time_says_so(site, capsys):
    given = visit("T-1", DAY, **{"Sprachmittler/in": "Amina"})
    site.begin([given, visit("T-2", date(2026, 11, 2), time(15))], [interpreter("Amina")])
    assert explained(site, capsys, "interpreter", "T-1", "2026-11-02T09:00") == [
        "In der Zeile steht Amina; niemand wird gefragt."
    ]
    late = explained(site, capsys, "interpreter", "T-2", "2026-11-02T09:00")
    assert late[0] == "Zu spät: Bei 24 Stunden Vorlauf konnte bis 01.11.2026 15:00 gefragt werden."


def test_consent_is_a_reason_of_those_who_wait(site, capsys):
    waiting = ["Nr.", "Fall-Nr.", "Wartet seit", "Beratung durch", "Jetziger Termin", "Erledigt"]
    hours = [*VISITS, "Stunde anbieten", "Stunde vergeben an", "Stand der freien Stunde"]
    site.start({
        "Fälle": [CASES, case("K-0"), case("K-1", **{"E-Mail-Einwilligung am": None}), case("K-2"),
                  case("K-3", Kontaktweg="kein sicherer Kontakt")],
        "Termine": [hours, ["T-1", "K-0", DAY, time(10), None, "AB", "abgesagt", None, "ja", None, None]],
        "Warteliste": [waiting, *([f"W-{n}", f"K-{n}", date(2026, 10, n), None, None, None] for n in (1, 2, 3))],
    }, site=TURN_SITE.replace('"interpreters"', '"freed_hours"'), rules="")  # fmt: skip
    site.go("2026-11-01T08:00")
    assert explained(site, capsys, "freed", "T-1", "2026-11-02T09:00")[1:] == [
        "W-1 (K-1): Es gibt keine Einwilligung in E-Mails.",
        "W-2 (K-2): ist als Nächstes an der Reihe",
        "W-3 (K-3): Für diese Person wäre eine Nachricht auf keinem Weg sicher.",
    ]
