"""A client who stands in own tables under other headings: a passenger, the second child of a household, the bill of a
ride. What is kept about her there is shown and erased with her case, and with nobody else's."""

from __future__ import annotations

import json
from datetime import date

import pytest

from automations.cli import main
from tests.support.declared import rule, table, text
from tests.support.own_site import CASES, SITE, OwnSite, case

AT, LATER = "2026-11-02T09:00", "2026-11-02T10:00"
COLUMNS = (
    table("rides", "Fahrten", "nr", nr="Fahrt-Nr.", guest="Fahrgast: cases", also="fährt mit: cases",
          driver="Fahrerin: drivers", note="Merkzettel")
    + table("drivers", "Fahrdienst", "name", name="Name: open", mail="E-Mail: email", mentors="begleitet: cases")
    + table("bills", "Belege", "nr", nr="Beleg-Nr.", ride="für Fahrt: rides", note="Bemerkung")
    + table("claims", "Auslagen", "nr", nr="Auslage-Nr.", who="Wer: drivers", note="Bemerkung")
)  # fmt: skip
RULES = (
    text("ride", "Bitte holen Sie {Fahrgast → Nachname} ab.", "Fahrt")
    + rule("ride", "rides", due={"every": "monday"}, recipient="driver.mail", template="ride")
    + rule("noted", "rides", action="set", set={"note": "für {Fahrgast → Nachname}"})
    + rule("billed", "bills", action="set", set={"note": "{für Fahrt → Fahrgast} fuhr"})
    + rule("claimed", "claims", action="set", set={"note": "Auslage von {Wer}"})
)  # fmt: skip


@pytest.fixture
def site(tmp_path):
    made = OwnSite(tmp_path).start({
        "Fälle": [CASES, case("K-1", Nachname="Kornijtschuk"), case("K-2", Nachname="Zweitmann")],
        "Fahrten": [["Fahrt-Nr.", "Fahrgast", "fährt mit", "Fahrerin", "Merkzettel"],
                    ["Fahrt-11", "K-1", None, "Bea", None], ["Fahrt-22", "K-2", None, "Bea", None],
                    ["Fahrt-33", "K-2", "K-1", "Bea", None]],
        "Fahrdienst": [["Name", "E-Mail", "begleitet"], ["Bea", "bea@fahrdienst.test", "K-1"]],
        "Belege": [["Beleg-Nr.", "für Fahrt", "Bemerkung"], ["Beleg-11", "Fahrt-11", None],
                   ["Beleg-22", "Fahrt-22", None]],
        "Auslagen": [["Auslage-Nr.", "Wer", "Bemerkung"], ["Auslage-1", "Bea", None]],
    }, met=AT, columns=COLUMNS, rules=RULES)  # fmt: skip
    made.run(AT)
    return made


def subject(site, who, action, capsys, at=LATER):
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["--site", str(site.folder), "subject", who, action, "--at", at])
    assert ended.value.code == 0
    return capsys.readouterr().out


def written(site, who, capsys, at=LATER) -> str:
    """What an export says was written for somebody."""
    told = json.loads(subject(site, who, "export", capsys, at))
    return json.dumps([one for one in told["story"] if one["kind"] == "decided"], ensure_ascii=False)


def test_rows_that_name_the_case_in_any_column_and_rows_that_name_those_are_hers(site, capsys):
    told = json.loads(subject(site, "K-1", "export", capsys))
    assert set(told["keys"]) == {"Fahrt-11", "Fahrt-33", "Beleg-11", "Bea"}
    assert {mail["content"]["subject_key"] for mail in told["mails"]} == {"Fahrt-11", "Fahrt-33"}
    assert "K-1 fuhr" in written(site, "K-1", capsys)
    assert "Auslage von Bea" not in written(site, "K-1", capsys)
    assert "Zweitmann" in written(site, "K-2", capsys)


def test_they_are_erased_with_her_and_those_of_others_stay(site, capsys):
    subject(site, "K-1", "erase", capsys)
    assert written(site, "K-1", capsys) == "[]"
    kept = [path.read_bytes() for path in site.folder.rglob("*") if path.is_file() and path != site.path]
    assert not [held for held in kept if b"Kornijtschuk" in held or b"K-1 fuhr" in held]
    assert "K-2 fuhr" in written(site, "K-2", capsys)


def test_a_closed_case_is_forgotten_with_them_when_its_time_is_over(site, capsys):
    site.write(site=SITE + "[retention]\nclosed_case_months = 24\n")
    site.type("Fälle", "K-1", **{"Abgeschlossen am": date(2020, 1, 7), "Phase": "Abschluss"})
    site.run("2026-11-03T09:00")
    (asked,) = [row for row in site.rows("Entscheidungen") if "K-1" in str(row["Frage"])]
    site.type("Entscheidungen", asked["Nr."], Entscheidung="ja", durch="AB")
    site.run("2026-11-03T12:30")
    assert written(site, "K-1", capsys, "2026-11-03T13:00") == "[]"
    assert "K-2 fuhr" in written(site, "K-2", capsys, "2026-11-03T13:00")
