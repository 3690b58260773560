"""What else somebody who edits the workbook may try: code and headers in texts, second addresses, formulas in lists,
names of others, tabs of others. Each attempt is told and comes to nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import automations
from automations.model.tabdoc import OURS
from tests.jobs.test_workbook_rules import BOAT, BOAT_TEXT, FIRST, TEXTS, approved, hint
from tests.support.harbour import BOATS, MET, TABS
from tests.support.own_site import SITE, OwnSite, text_of
from tests.support.rule_rows import RULES, row

NEXT = "2026-11-02T10:00"
IT = '[[rules]]\nname = "boot"\ntable = "boats"\naction = "list"\ntitle = "Flotte"\n'


@pytest.fixture
def site(tmp_path):
    made = OwnSite(tmp_path)
    made.write(site=SITE, columns=BOATS, rules="")
    return made


def began(site, *rules, texts=(BOAT_TEXT,), rules_of_it=""):
    site.book({**TABS, "Regeln": [RULES, *rules], "Texte": [*TEXTS, *texts]})
    site.met(MET)
    site.write(rules=rules_of_it)
    site.run(FIRST)


def left(site):
    return [mail for mail in site.mails() if not mail["To"].endswith(("@stadt.test", "@verband.test"))]


@pytest.mark.parametrize("code", ["{{ 7 * 7 }}", "{% include 'site.toml' %}", "{{ config }} {Name}"])
def test_attack_code_in_a_text_is_a_text(site, capsys, code):
    began(site, BOAT, texts=[["Boot", "Deutsch", "Boot", f"Guten Tag {code}"]])
    if "wartet" in hint(site, "Boot"):
        approved(site, "boot", capsys)
        site.run(NEXT)
        assert code[:2] in text_of(left(site)[0])
    else:
        assert "heißt nichts" in hint(site, "Boot")
        assert left(site) == []
    assert not any("49" in text_of(mail) or "[mail]" in text_of(mail) for mail in left(site))


def test_attack_a_header_in_a_subject_stays_in_the_subject(site, capsys):
    began(site, BOAT, texts=[["Boot", "Deutsch", "Boot\r\nBcc: spion@boese.test\r\n\r\nx", "Guten Tag {Name}"]])
    if "wartet" in hint(site, "Boot"):
        approved(site, "boot", capsys)
    site.run(NEXT)
    assert all(mail["Bcc"] is None and mail["Cc"] is None for mail in site.mails())
    assert all("\n" not in mail["Subject"] for mail in site.mails())


@pytest.mark.parametrize("cell", ["moewe@hafen.test, spion@boese.test", "Möwe <spion@boese.test>", "a@b@boese.test"])
def test_attack_a_second_address_in_the_cell_gets_nothing(site, capsys, cell):
    began(site, BOAT)
    approved(site, "boot", capsys)
    site.type("Boote", site.rows("Boote")[0]["Name"], **{"E-Mail": cell})
    site.run(NEXT)
    assert [mail["To"] for mail in left(site) if "boese" in mail["To"]] == []


def test_attack_a_formula_typed_as_text_is_no_formula_in_a_list(site):
    began(site, row(Name="Flotte", Tabelle="Boote", Was_passiert="Liste", Spalte_ausfüllen="Name; E-Mail"))
    site.type("Boote", site.rows("Boote")[0]["Name"], **{"E-Mail": '\'=HYPERLINK("http://boese.test")'})
    site.edit(lambda book: setattr(book["Boote"].cell(2, 1), "data_type", "s"))
    site.run(NEXT)
    cells = [cell for row_ in site.opened()["Flotte"].iter_rows() for cell in row_]
    assert [cell.value for cell in cells if cell.data_type == "f" and "boese" in str(cell.value)] == []


def test_attack_a_row_with_the_name_of_a_rule_of_it_is_refused(site):
    began(site, row(Name="Boot", Tabelle="Fälle", Was_passiert="Spalte ausfüllen", Spalte_ausfüllen="Bootsnotiz",
                    mit="x"), rules_of_it=IT)  # fmt: skip
    assert "zweimal" in hint(site, "Boot")
    assert "x" not in {one["Bootsnotiz"] for one in site.rows("Fälle")}
    assert "Flotte" in site.tabs()


@pytest.mark.parametrize("name", ["Fälle", "Team", "Regeln", "Standorte", "Übersicht", "PRÜFLISTE", "Anrufliste"])
def test_attack_a_list_never_takes_the_place_of_a_tab_that_is_there(site, name):
    site.book({**TABS, "Regeln": [RULES], "Texte": TEXTS})
    site.met(MET)
    site.run(FIRST)
    before = site.cells(name) if name in site.tabs() else None
    site.edit(lambda book: book["Regeln"].append(row(Name=name, Tabelle="Boote", Was_passiert="Liste")))
    site.run(NEXT)
    after = site.cells(name) if name in site.tabs() else None
    if before is not None and name in {"Fälle", "Team"}:
        assert after == before
    assert "nach der Regel" not in str(after)
    assert hint(site, name).startswith(f"Ein Blatt „{name}“ gibt es schon.")


def test_the_tabs_of_kim_are_all_known_by_name():
    """Each name that a job draws a tab under stands in the list of names that no rule may take."""
    sources = [path.read_text(encoding="utf-8") for path in Path(automations.__file__).parent.glob("jobs/**/*.py")]
    drawn = {name for text in sources for name in re.findall(r'name\("tab", "([^"]+)"\)', text)}
    assert drawn == set(OURS)


def test_two_lists_never_share_a_tab(site):
    began(site, row(Name="Flotte / Nord", Tabelle="Boote", Was_passiert="Liste"),
          row(Name="Flotte   Nord", Tabelle="Fälle", Was_passiert="Liste"))  # fmt: skip
    assert ["zweimal" in hint(site, name) for name in ("Flotte / Nord", "Flotte   Nord")] == [True, True]
    assert "Flotte Nord" not in site.tabs()


def test_a_setting_that_stands_twice_in_other_words_stops_no_run(site):
    twins = [["Telefon", "02323 1"], ["Telefonnummer", "02323 2"], ["Quatsch", 1], ["Quatsch!", 2], ["Absender", "X"]]
    site.book({**TABS, "Einstellungen": [["Einstellung", "Wert", "Hinweis"], *twins]})
    site.met(MET)
    assert site.run(FIRST).outcome == "done"
    told = [row_["Hinweis"] for row_ in site.rows("Einstellungen")]
    assert ["zweimal" in told[0], "zweimal" in told[1], all(told[2:4])] == [True, True, True]
