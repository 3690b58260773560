"""What else somebody who edits the workbook may try: code and headers in texts, second addresses, formulas in lists,
names of others, tabs of others. Each attempt is told and comes to nothing."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

import automations
from automations.model.tabdoc import OURS
from tests.jobs.test_workbook_rules import BOAT, BOAT_TEXT, FIRST, TEXTS, approved, hint
from tests.support.harbour import BOATS, MET, TABS
from tests.support.own_site import SITE, OwnSite, text_of
from tests.support.rule_rows import RULES, row
from tests.support.shelf import lived
from tests.support.xlsx_files import make_file

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


def quiet(folder):
    """A site with its tabs of rules and texts, after a run that had nothing to follow."""
    OwnSite(folder, few_tabs=False).start(
        {**TABS, "Regeln": [RULES], "Texte": TEXTS}, met=MET, columns=BOATS, rules=""
    ).run(FIRST)


@pytest.mark.sliced(3)
@pytest.mark.parametrize("name", ["Fälle", "Team", "Regeln", "Standorte", "Übersicht", "PRÜFLISTE", "Anrufliste"])
def test_attack_a_list_never_takes_the_place_of_a_tab_that_is_there(tmp_path, name):
    site = OwnSite(lived(quiet, tmp_path), few_tabs=False)
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


SECRET = ["Anliegen", "Geheim"]


def with_secrets(site, *rules, texts=(), config=SITE):
    """Two cases whose column „Anliegen“ says what nobody outside may read."""
    head, *cases = TABS["Fälle"]
    site.write(site=config)
    site.book({**TABS, "Fälle": [[*head, SECRET[0]], *([*one, SECRET[1]] for one in cases)],
               "Regeln": [RULES, *rules], "Texte": [*TEXTS, *texts]})  # fmt: skip
    site.met(MET)
    site.run(FIRST)


@pytest.mark.parametrize(
    "cells",
    [
        {"Was_passiert": "Spalte ausfüllen", "Spalte_ausfüllen": "Bootsnotiz", "mit": "x {Anliegen}"},
        {"Was_passiert": "Frage", "Text": "Soll?", "Spalte_ausfüllen": "Bootsnotiz", "mit": "{Anliegen}"},
        {"Was_passiert": "Zeile anlegen", "Spalte_ausfüllen": "Boote → Name; Boote → E-Mail",
         "mit": "{Anliegen}; spion@boese.test"},
    ],
)  # fmt: skip
def test_attack_a_first_rule_copies_what_a_second_one_sends(site, cells):
    with_secrets(site, row(Name="Wäsche", Tabelle="Fälle", **cells))
    assert "„Anliegen“ darf nicht nach" in hint(site, "Wäsche")
    assert SECRET[1] not in str([site.rows("Boote"), [one["Bootsnotiz"] for one in site.rows("Fälle")]])


def test_what_everybody_may_read_is_copied(site):
    with_secrets(site, row(Name="Gut", Tabelle="Fälle", Was_passiert="Spalte ausfüllen", Spalte_ausfüllen="Bootsnotiz",
                           mit="{Vorname}"))  # fmt: skip
    assert [hint(site, "Gut"), site.rows("Fälle")[0]["Bootsnotiz"]] == ["aktiv", "VK-1"]


@pytest.mark.parametrize(
    "cells",
    [
        {"Was_passiert": "SMS", "Empfänger": "Klient/in"}, {"Was_passiert": "E-Mail", "Empfänger": "spion@boese.test"},
        {"Was_passiert": "E-Mail", "Empfänger": "Teamleitung"},
        {"Was_passiert": "E-Mail", "Empfänger": "vermittelnde Stelle"},
        {"Was_passiert": "eine Mail mit allen Treffern", "Empfänger": "spion@boese.test", "Text": "Alle",
         "Spalte_ausfüllen": "Vorname; Anliegen"},
        {"Was_passiert": "eine Mail mit allen Treffern", "Empfänger": "spion@boese.test", "Text": "Alle",
         "Spalte_ausfüllen": "Vorname", "mit": "gruppiert nach [Anliegen]"},
    ],
)  # fmt: skip
def test_attack_what_is_guarded_leaves_in_no_form(site, cells):
    texts = [["Wie", "Deutsch", "x", "Hallo {Anliegen}"], ["Alle", "Deutsch", "x", "{Zeilen}"]]
    config = SITE + '[text_messages]\nway = "mail"\ndomain = "sms.example.org"\n'
    with_secrets(site, row(**{"Name": "Post", "Tabelle": "Fälle", "Zeitpunkt": "jeden Montag", "Text": "Wie", **cells}),
                 texts=texts, config=config)  # fmt: skip
    assert hint(site, "Post").startswith("„Anliegen“ darf in diesem Text nicht stehen")
    site.run(NEXT)
    assert SECRET[1] not in str([text_of(mail) for mail in site.mails()])


def test_attack_the_sentence_of_a_call_is_not_mailed_on(site):
    calls = [["Nr.", "Fall-Nr.", "Telefon", "Satz", "Anlass", "Ergebnis"], ["A-1", "K-1", "1", "Geheim", "x", None]]
    site.book({**TABS, "Anrufliste": calls, "Texte": [*TEXTS, ["Wie", "Deutsch", "x", "{Satz}"]], "Regeln": [
        RULES,
        row(Name="Post", Tabelle="Anrufliste", Was_passiert="E-Mail", Zeitpunkt="jeden Montag",
            Empfänger="spion@boese.test", Text="Wie"),
        row(Name="Erledigt", Tabelle="Anrufliste", Was_passiert="Spalte ausfüllen", Spalte_ausfüllen="Ergebnis",
            mit="erreicht"),
    ]})  # fmt: skip
    site.met(MET)
    site.run(FIRST)
    assert ["nicht stehen" in hint(site, "Post"), "keine Regel" in hint(site, "Erledigt")] == [True, True]
    assert site.rows("Anrufliste")[0]["Ergebnis"] is None


@pytest.mark.parametrize("name", ["Flotte", "Übersicht", "Bericht ans Land", "Einbürgerungszahlen"])
def test_attack_a_list_of_persons_never_stands_in_the_managers_workbook(site, name):
    automations = site.folder / "config" / "automations.toml"
    automations.unlink()  # the managers' tabs are drawn
    site.few_tabs = False
    site.write(site=SITE + '[workbooks.managers]\npath = "Leitung.xlsx"\n')
    site.book({**TABS, "Regeln": [RULES, row(Name=name, Tabelle="Fälle", Was_passiert="Liste",
                                             Spalte_ausfüllen="Nachname; Vorname")], "Texte": TEXTS})  # fmt: skip
    make_file(site.folder / "Leitung.xlsx", {"Blatt": [["leer"]]})
    site.met(MET)
    site.run(FIRST)
    with zipfile.ZipFile(site.folder / "Leitung.xlsx") as managers:
        parts = [managers.read(part) for part in managers.namelist()]
    assert any("Übersicht".encode() in part for part in parts)
    assert not any(b"NK-1" in part for part in parts)
    assert [hint(site, name) == "aktiv", "Flotte" in site.tabs()] == [name == "Flotte"] * 2


def test_digest_has_its_groups_and_no_colours(site):
    with_secrets(
        site,
        row(Name="Runde", Tabelle="Fälle", Was_passiert="eine Mail mit allen Treffern", Zeitpunkt="jeden Montag",
            Empfänger="Zuständige", Spalte_ausfüllen="Vorname", mit="gruppiert nach [Phase]"),
        row(Name="Bunt", Tabelle="Fälle", Was_passiert="eine Mail mit allen Treffern", Zeitpunkt="jeden Montag",
            Empfänger="Zuständige", Spalte_ausfüllen="Vorname", mit="rot, wenn [Phase] = Neu"),
    )  # fmt: skip
    assert "keine Farben" in hint(site, "Bunt")
    assert "Begleitung:\n• K-1 · VK-1\n• K-2 · VK-2" in text_of(site.mails()[0])
