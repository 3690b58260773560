"""More tables of strangers: places in kindergartens, the kindergartens, keys. What rules write into them is what
their columns hold, what texts say is what people would say, and what is told about a rule is true."""

from __future__ import annotations

from datetime import date

import pytest

from automations.engine.outcomes import Prepared
from tests.support.declared import table
from tests.support.own_site import CASES, OwnSite, case, text_of
from tests.support.rule_rows import RULES, row

AT = "2026-11-02T09:00"
COLUMNS = (
    table(
        "seats", "Kita-Plätze", "nr", nr="Platz-Nr.", case="Fall-Nr.: cases", child="Kind",
        house="Kita (Name): houses", fee="Beitrag: number", check_on="Wiedervorlage: date",
    )
    + table(
        "houses", "Kitas", "name", name="Einrichtung", mail="Mail: email", free="freie Plätze: number",
        ramp="barrierefrei?: yes_no",
    )
    + table("keys", "Schlüssel", "number", number="Schlüssel-Nr.: number", out="am: date", deposit="Pfand: number")
)  # fmt: skip


@pytest.fixture
def site(tmp_path):
    return OwnSite(tmp_path).start({
        "Fälle": [CASES, case("K-1")],
        "Kita-Plätze": [
            ["Platz-Nr.", "Fall-Nr.", "Kind", "Kita (Name)", "Beitrag", "Wiedervorlage"],
            [1, "K-1", "Ada", "Haus Sonne", 12.5, None],
        ],
        "Kitas": [["Einrichtung", "Mail", "freie Plätze", "barrierefrei?"], ["Haus Sonne", "haus@kita.test", 3, True]],
        "Schlüssel": [["Schlüssel-Nr.", "am", "Pfand"]],
    }, met=AT, columns=COLUMNS, rules="")  # fmt: skip


def with_rules(site: OwnSite, *rows: list[object], texts: tuple[list[str], ...] = ()) -> None:
    site.add({"Regeln": [RULES, *rows], "Texte": [["Name", "Sprache", "Betreff", "Text"], *texts]})


def hints(site: OwnSite) -> dict[str, object]:
    return {one["Name"]: one["Hinweis"] for one in site.rows("Regeln")}


def test_a_rule_that_finds_part_of_a_word_is_not_called_dead(site):
    with_rules(
        site,
        row(Name="Sonne", Tabelle="Kitas", Spalte="Einrichtung", Vergleich="enthält", Wert="sonne",
            Was_passiert="Liste"),
        row(Name="Mond", Tabelle="Kitas", Spalte="Einrichtung", Vergleich="enthält", Wert="mond", Was_passiert="Liste"),
    )  # fmt: skip
    site.run(AT)
    assert hints(site)["Sonne"] == "aktiv"
    assert "steht nie „mond“" in str(hints(site)["Mond"])


def test_numbers_and_days_are_written_as_numbers_and_days(site):
    with_rules(
        site,
        row(Name="Schlüssel", Tabelle="Kita-Plätze", Was_passiert="Zeile anlegen",
            Spalte_ausfüllen="Schlüssel → Schlüssel-Nr.; Schlüssel → am; Schlüssel → Pfand",
            mit="9{Platz-Nr.}; heute + 1; 12,50 €"),
        row(Name="Wieder", Tabelle="Kita-Plätze", Was_passiert="Spalte ausfüllen", Spalte_ausfüllen="Wiedervorlage",
            mit="in 2 Wochen"),
    )  # fmt: skip
    site.run(AT)
    assert site.rows("Schlüssel") == [{"Schlüssel-Nr.": 91, "am": date(2026, 11, 3), "Pfand": 12.5}]
    assert site.rows("Kita-Plätze")[0]["Wiedervorlage"] == date(2026, 11, 16)
    later = site.run("2026-11-03T09:00").prepared
    assert isinstance(later, Prepared)
    assert [one.id for one in later.groups if one.id.startswith("rule/")] == []


def test_a_heading_of_a_related_row_is_found_for_whoever_forgets_the_way(site):
    with_rules(
        site,
        row(Name="Frage", Tabelle="Kita-Plätze", Was_passiert="Frage", Text="{Kind}: {freie Plätze} frei?"),
        row(Name="Fast", Tabelle="Kita-Plätze", Was_passiert="Frage", Text="{Kindd}"),
    )
    site.run(AT)
    assert "Meinten Sie „Kita (Name) → freie Plätze“?" in str(hints(site)["Frage"])
    assert "Meinten Sie „Kind“?" in str(hints(site)["Fast"])


def test_numbers_and_ticks_are_said_as_people_say_them(site):
    with_rules(
        site,
        row(Name="Sagen", Tabelle="Kita-Plätze", Zeitpunkt="jeden Montag um 08:00", Was_passiert="E-Mail",
            Empfänger="Teamleitung", Text="Stand"),
        texts=(["Stand", "Deutsch", "Stand", "Beitrag {Beitrag}, barrierefrei: {Kita (Name) → barrierefrei?}"],),
    )  # fmt: skip
    site.run(AT)
    (mail,) = site.mails()
    assert "Beitrag 12,5, barrierefrei: ja" in text_of(mail)


def test_rules_whose_rows_feed_themselves_or_each_other_come_to_an_end(site):
    with_rules(
        site,
        row(Name="Selbst", Tabelle="Kitas", Was_passiert="Zeile anlegen", Spalte_ausfüllen="Kitas → Einrichtung",
            mit="{Einrichtung} neu"),
        row(Name="Hin", Tabelle="Kita-Plätze", Was_passiert="Zeile anlegen", mit="1{Platz-Nr.}",
            Spalte_ausfüllen="Schlüssel → Schlüssel-Nr."),
        row(Name="Her", Tabelle="Schlüssel", Was_passiert="Zeile anlegen", mit="2{Schlüssel-Nr.}",
            Spalte_ausfüllen="Kita-Plätze → Platz-Nr."),
    )  # fmt: skip
    for minute in (0, 10, 20, 30, 40):
        last = site.run(f"2026-11-02T09:{minute:02}").prepared
    assert isinstance(last, Prepared)
    assert [one.id for one in last.groups if one.id.startswith("rule/")] == []
    assert [one["Einrichtung"] for one in site.rows("Kitas")] == ["Haus Sonne", "Haus Sonne neu"]
    assert len(site.rows("Kita-Plätze")) + len(site.rows("Schlüssel")) <= 4
