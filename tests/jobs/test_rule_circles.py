"""Rules that feed one another: three that add rows in a circle, cells that are reckoned from themselves."""

from __future__ import annotations

import pytest

from tests.support.declared import table
from tests.support.own_site import CASES, SITE, OwnSite, case
from tests.support.rule_rows import RULES, row

COLUMNS = (
    table("a", "Wünsche", "nr", nr="Wunsch-Nr.", x="Punkte", y="Summe")
    + table("b", "Bestellungen", "nr", nr="Bestell-Nr.")
    + table("c", "Lieferungen", "nr", nr="Liefer-Nr.: number")
)  # fmt: skip


@pytest.fixture
def site(tmp_path):
    made = OwnSite(tmp_path)
    made.write(site=SITE, columns=COLUMNS, rules="")
    return made


def began(site, *rules):
    site.book({
        "Fälle": [CASES, case("K-1")], "Wünsche": [["Wunsch-Nr.", "Punkte", "Summe"], ["7", None, None]],
        "Bestellungen": [["Bestell-Nr."]], "Lieferungen": [["Liefer-Nr."]], "Regeln": [RULES, *rules],
    })  # fmt: skip
    site.met("2026-11-02T09:00")


def adding(name, table, column, value):
    return row(Name=name, Tabelle=table, Was_passiert="Zeile anlegen", Spalte_ausfüllen=column, mit=value)


def filling(name, column, value):
    return row(Name=name, Tabelle="Wünsche", Was_passiert="Spalte ausfüllen", Spalte_ausfüllen=column, mit=value)


def test_three_rules_that_add_rows_in_a_circle_go_round_once_and_say_so(site):
    began(
        site,
        adding("Bestellen", "Wünsche", "Bestellungen → Bestell-Nr.", "{Wunsch-Nr.}1"),
        adding("Liefern", "Bestellungen", "Lieferungen → Liefer-Nr.", "{Bestell-Nr.}2"),
        adding("Wünschen", "Lieferungen", "Wünsche → Wunsch-Nr.", "{Liefer-Nr.}3"),
    )
    for hour in ("09:00", "09:30", "10:00", "10:30", "11:00"):
        last = site.run(f"2026-11-02T{hour}").prepared.groups
    assert last == ()
    assert [one["Bestell-Nr."] for one in site.rows("Bestellungen")] == ["71"]
    assert [one["Liefer-Nr."] for one in site.rows("Lieferungen")] == [712]
    assert [one["Wunsch-Nr."] for one in site.rows("Wünsche")] == ["7", "7123"]
    hints = [one["Hinweis"] for one in site.rows("Regeln")]
    assert all("Bestellen, Liefern, Wünschen" in hint for hint in hints), hints


def test_cells_that_are_reckoned_from_themselves_are_refused_and_named(site):
    began(
        site, filling("Eins", "Punkte", "{Summe}+"), filling("Zwei", "Summe", "{Punkte}!"),
        filling("Drei", "Punkte", "{Punkte}x"), filling("Vier", "Summe", "{Wunsch-Nr.}"),
    )  # fmt: skip
    prepared = site.run("2026-11-02T09:00").prepared
    wrong = {one.key: one.message for one in prepared.problems if one.code == "wrong_rule"}
    assert wrong == {
        "eins": "Eins: Was sie einträgt, wird aus ihr selbst berechnet, über: Eins, Zwei, Drei.",
        "zwei": "Zwei: Was sie einträgt, wird aus ihr selbst berechnet, über: Eins, Zwei, Drei.",
        "drei": "Drei: Was sie einträgt, wird aus ihr selbst berechnet, über: Eins, Zwei, Drei.",
    }
    assert site.rows("Wünsche")[0]["Summe"] == "7"


def test_a_number_that_is_the_key_of_a_new_row_stands_there_as_a_number(site):
    began(site, adding("Liefern", "Wünsche", "Lieferungen → Liefer-Nr.", "{Wunsch-Nr.}2"))
    site.run("2026-11-02T09:00")
    assert site.rows("Lieferungen") == [{"Liefer-Nr.": 72}]
    assert site.run("2026-11-02T09:30").prepared.groups == ()


def test_keys_that_people_type_as_numbers_are_continued_as_numbers(site):
    began(site, adding("Liefern", "Wünsche", "Bestellungen → Bestell-Nr.", "{Wunsch-Nr.}2"))
    site.type("Bestellungen", 5)
    site.run("2026-11-02T09:00")
    assert [one["Bestell-Nr."] for one in site.rows("Bestellungen")] == [5, 72]
