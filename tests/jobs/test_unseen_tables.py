"""Tables of other domains, as a stranger would declare them: devices on loan, volunteers, tasks."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.declared import table
from tests.support.own_site import CASES, OwnSite, case
from tests.support.rule_rows import RULES, row

AT = "2026-11-02T09:00"
COLUMNS = (
    table(
        "loans", "Leihgeräte", "device", device="Inventar-Nr.: number", client="Ausgeliehen an: cases",
        back_by="Rückgabe bis: date, open", deposit="Pfand (€): number",
    )
    + table("tasks", "Aufgaben", "nr", nr="Nr.", what="Was", until="Bis: date")
)  # fmt: skip
LOANS = [
    ["Inventar-Nr.", "Ausgeliehen an", "Rückgabe bis", "Pfand (€)"],
    [17, "K-1", date(2026, 11, 9), "50,00 €"],
    [18, "K-9", date(2026, 10, 1), 20],
]


@pytest.fixture
def site(tmp_path):
    return OwnSite(tmp_path).start(
        {"Fälle": [CASES, case("K-1")], "Leihgeräte": LOANS, "Aufgaben": [["Nr.", "Was", "Bis"]]},
        met=AT,
        columns=COLUMNS,
        rules="",
    )


def with_rules(site, *rows):
    site.add({"Regeln": [RULES, *rows]})


def test_a_reference_that_leads_nowhere_is_said_and_money_is_a_number(site):
    problems = site.plan(AT).problems
    assert [(one.code, one.tab, one.row) for one in problems if one.table == "loans"] == [
        ("unknown_reference", "Leihgeräte", 3)
    ]


def test_a_call_to_people_who_are_no_clients_is_refused(site):
    site.write(rules='[[rules]]\nname = "ring"\ntable = "tasks"\naction = "call"\ntext = "x"\n')
    (problem,) = [one for one in site.plan(AT).problems if one.key == "ring"]
    assert "anrufen" in problem.message.casefold()


def test_a_row_is_added_by_a_rule_of_the_workbook_once(site):
    with_rules(
        site,
        row(Name="Überfällig", Tabelle="Leihgeräte", Spalte="Rückgabe bis", Vergleich="länger her als", Wert="14",
            Was_passiert="Zeile anlegen", Spalte_ausfüllen="Aufgaben → Nr.; Aufgaben → Was; [Aufgaben → Bis]",
            mit="Gerät {Inventar-Nr.}; zurückholen: {Pfand (€)} Euro Pfand; heute"),
        row(Name="Schief", Tabelle="Leihgeräte", Was_passiert="Zeile anlegen", Spalte_ausfüllen="Nr.", mit="x"),
        row(Name="Zu wenig", Tabelle="Leihgeräte", Was_passiert="Zeile anlegen",
            Spalte_ausfüllen="Aufgaben → Nr.; Aufgaben → Was", mit="x"),
    )  # fmt: skip
    site.run(AT)
    hints = {one["Name"]: one["Hinweis"] for one in site.rows("Regeln")}
    assert (hints["Überfällig"], "Aufgaben → Nr." in hints["Schief"], "2 Spalten" in hints["Zu wenig"]) == (
        "aktiv", True, True,
    )  # fmt: skip
    wanted = {"Nr.": "Gerät 18", "Was": "zurückholen: 20 Euro Pfand", "Bis": date(2026, 11, 2)}
    assert site.rows("Aufgaben") == [wanted]
    assert site.run("2026-11-02T12:30").prepared.groups == ()
