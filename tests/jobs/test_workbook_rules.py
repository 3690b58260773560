"""Rules that people type into the workbook: on trial until approved, pinned, and what an ill-meaning editor tries."""

from __future__ import annotations

import json
from datetime import date

import pytest

from automations.cli import main
from tests.support.harbour import BOATS, FIRST, MET, SECOND, TABS
from tests.support.own_site import SITE, OwnSite, text_of
from tests.support.rule_rows import RULES, row

TEXTS = [["Name", "Sprache", "Betreff", "Text"]]


@pytest.fixture
def site(tmp_path):
    return OwnSite(tmp_path)


def started(site, *rules, texts=(), **tabs):
    return site.start(
        {**TABS, "Regeln": [RULES, *rules], "Texte": [*TEXTS, *texts], **tabs}, met=MET, columns=BOATS, rules=""
    )


def approved(site, name, capsys, at=FIRST):
    with pytest.raises(SystemExit) as ended:
        main(["--site", str(site.folder), "approve", name, "--at", at, "--json", "--by", "Frau Amt"])
    assert ended.value.code == 0
    return json.loads(capsys.readouterr().out)


def main_of(site, command, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--site", str(site.folder), command, "--at", FIRST])
    assert ended.value.code == 0
    return capsys.readouterr().out.strip()


def hint(site, name):
    return next(one["Hinweis"] for one in site.rows("Regeln") if one["Name"] == name)


SWIM = row(
    Name="Schwimmkurs", Tabelle="Fälle", Zeitpunkt="14 Tage vor [Schwimmt ab]", Was_passiert="E-Mail",
    Empfänger="Klient/in", Text="Schwimmen",
)  # fmt: skip
SWIM_TEXT = ["Schwimmen", "Deutsch", "Bald", "Hallo {Vorname}, am {Schwimmt ab} geht es los."]
BOAT = row(
    Name="Boot", Tabelle="Boote", Zeitpunkt="jeden Montag", Was_passiert="E-Mail", Empfänger="[E-Mail]", Text="Boot"
)
BOAT_TEXT = ["Boot", "Deutsch", "Boot", "Guten Tag {Name}"]


def test_a_rule_is_approved_by_the_name_in_the_tab_too_and_one_with_a_fault_says_it(site, capsys):
    started(site, SWIM, BOAT, texts=[SWIM_TEXT])
    site.run(FIRST)
    assert approved(site, "Schwimmkurs", capsys)["hits"] == 1
    with pytest.raises(SystemExit) as ended:
        main(["--site", str(site.folder), "approve", "Boot", "--at", FIRST])
    assert ended.value.code == 2
    assert "keinen Text „Boot“" in capsys.readouterr().err


def test_what_could_be_approved_is_listed_and_that_there_is_nothing_is_said(site, capsys):
    started(site)
    assert main_of(site, "approve", capsys) == "In der Arbeitsmappe steht keine Regel, die freigegeben werden könnte."
    started(site, SWIM, texts=[SWIM_TEXT])
    assert "schwimmkurs" in main_of(site, "approve", capsys)


def test_a_mail_waits_for_its_approval_and_then_leaves_once(site, capsys):
    started(site, SWIM, texts=[SWIM_TEXT])
    assert site.run(FIRST).applied.mails == []
    assert "kim approve schwimmkurs" in hint(site, "Schwimmkurs")
    assert site.rows("Regeln")[0]["Zeilen heute"] == 1
    assert approved(site, "schwimmkurs", capsys)["hits"] == 1
    site.run("2026-11-02T10:00")
    (mail,) = site.mails()
    assert "Hallo VK-1, am 16.11.2026 geht es los." in text_of(mail)
    assert hint(site, "Schwimmkurs") == "freigegeben von Frau Amt"
    again = site.run("2026-11-02T12:30")
    assert (again.prepared.groups, again.applied.mails) == ((), [])


def test_a_list_and_a_note_of_few_rows_need_no_approval(site):
    started(
        site,
        row(Name="Flotte", Tabelle="Boote", Was_passiert="Liste"),
        row(Name="Trocken", Tabelle="Fälle", Spalte="Schwimmt ab", Vergleich="ist leer", Was_passiert="Prüfhinweis",
            Text="{Vorname} schwimmt nicht."),
        row(Name="Notiz", Tabelle="Fälle", Spalte_ausfüllen="Bootsnotiz", mit="ab {Schwimmt ab}",
            Was_passiert="Spalte ausfüllen"),
    )  # fmt: skip
    site.run(FIRST)
    assert "Flotte" in site.tabs()
    assert site.rows("Fälle")[1]["Prüfhinweis"] == "Schwimmt ab: VK-2 schwimmt nicht."
    assert site.rows("Fälle")[0]["Bootsnotiz"] == "ab 16.11.2026"
    assert [hint(site, name) for name in ("Flotte", "Trocken", "Notiz")] == ["aktiv"] * 3
    assert site.run("2026-11-02T12:30").prepared.groups == ()


def test_a_faulty_row_says_why_and_a_deleted_one_stops(site, capsys):
    started(site, SWIM, row(Name="Falsch", Tabelle="Fälle", weitere_Bedingung="[Fase] = Neu", Was_passiert="Liste"),
            texts=[SWIM_TEXT])  # fmt: skip
    site.run(FIRST)
    assert "Phase" in hint(site, "Falsch")
    approved(site, "schwimmkurs", capsys)
    site.edit(lambda book: book["Regeln"].delete_rows(2))
    assert site.run("2026-11-02T10:00").applied.mails == []


def test_attack_the_name_of_an_approver_typed_into_the_hint(site):
    started(site, SWIM, texts=[SWIM_TEXT])
    site.type("Regeln", "Schwimmkurs", Hinweis="freigegeben von Frau Amt")
    assert site.run(FIRST).applied.mails == []
    assert "kim approve" in hint(site, "Schwimmkurs")


def test_attack_a_text_or_a_rule_changed_after_the_yes(site, capsys):
    started(site, BOAT, texts=[BOAT_TEXT])
    approved(site, "boot", capsys)
    site.type("Texte", "Boot", Text="Bitte überweisen Sie")
    assert site.run(FIRST).applied.mails == []
    assert "seit der Freigabe geändert" in hint(site, "Boot")


def test_attack_addresses_swapped_after_the_yes(site, capsys):
    started(site, BOAT, texts=[BOAT_TEXT])
    assert approved(site, "boot", capsys)["domains"] == ["hafen.test"]
    site.type("Boote", "Möwe", **{"E-Mail": "ich@boese.test"})
    assert site.run(FIRST).applied.mails == []
    assert "boese.test" in hint(site, "Boot")


def test_attack_far_more_rows_after_the_yes(site, capsys):
    started(site, BOAT, texts=[BOAT_TEXT])
    approved(site, "boot", capsys)
    site.edit(lambda book: [book["Boote"].append([f"B{n}", f"b{n}@hafen.test", None, None]) for n in range(40)])
    assert site.run(FIRST).applied.mails == []
    assert "viel mehr Zeilen" in hint(site, "Boot")


@pytest.mark.parametrize("place", ["{Geburtsdatum}", "{Prüfhinweis}", "{Telefon}", "{Eingang}"])
def test_attack_a_closed_column_in_a_text_to_clients(site, capsys, place):
    started(site, SWIM, texts=[["Schwimmen", "Deutsch", "Bald", f"Hallo {place}"]])
    site.run(FIRST)
    assert "darf in diesem Text nicht stehen" in hint(site, "Schwimmkurs")
    with pytest.raises(SystemExit):
        main(["--site", str(site.folder), "approve", "schwimmkurs", "--at", FIRST])
    assert site.run("2026-11-02T10:00").applied.mails == []


@pytest.mark.parametrize(
    ("tab", "column"),
    [("Fälle", "E-Mail-Einwilligung am"), ("Fälle", "Kontaktweg"), ("Team", "Rolle"), ("Termine", "Ort"),
     ("Entscheidungen", "Entscheidung"), ("Regeln", "Aktiv"), ("Texte", "Text")],
)  # fmt: skip
def test_attack_set_on_consent_roles_places_and_the_rules_own_tabs(site, tab, column):
    typed = "heute" if column.endswith(" am") else "ja"
    started(site, row(Name="Griff", Tabelle=tab, Was_passiert="Spalte ausfüllen", Spalte_ausfüllen=column, mit=typed),
            Termine=[["Termin-Nr.", "Fall-Nr.", "Datum", "Ort"], ["T-1", "K-1", date(2026, 12, 1), None]])  # fmt: skip
    result = site.run(FIRST)
    assert [group for group in result.prepared.groups if group.id.startswith("rule/")] == []
    assert "darf keine Regel ausfüllen" in hint(site, "Griff")


def test_attack_harvesting_clients_through_a_column_of_addresses(site, capsys):
    """A client's address in a table of the team's own is guarded as the client's: without consent nothing goes."""
    started(site, BOAT, texts=[BOAT_TEXT])
    site.type("Fälle", "K-1", **{"E-Mail-Einwilligung am": None})
    site.type("Boote", "Möwe", **{"E-Mail": "k-1@post.test"})
    approved(site, "boot", capsys)
    before = [mail["To"] for mail in site.mails()]
    result = site.run(FIRST)
    assert [mail["To"] for mail in site.mails()] == before
    assert "k-1@post.test" not in before
    (untold,) = [problem for problem in result.prepared.problems if problem.code == "rule_untold"]
    assert "boot" in untold.message.casefold()


def test_attack_rules_that_feed_each_other_come_to_rest(site):
    started(
        site,
        row(Name="Hin", Tabelle="Fälle", Spalte="Bootsnotiz", Vergleich="ist leer", Was_passiert="Spalte ausfüllen",
            Spalte_ausfüllen="Bootsnotiz", mit="a"),
        row(Name="Her", Tabelle="Fälle", Spalte="Bootsnotiz", Vergleich="ist", Wert="a", Spalte_ausfüllen="Bootsnotiz",
            mit="b", Was_passiert="Spalte ausfüllen"),
    )  # fmt: skip
    site.run(FIRST)
    assert site.rows("Fälle")[0]["Bootsnotiz"] == "a"
    for hour in range(10, 14):
        assert site.run(f"2026-11-02T{hour}:00").prepared.groups == ()


def test_formulas_and_endless_texts_are_no_rules(site):
    formula = row(Name="Formel", Tabelle="Fälle", weitere_Bedingung='="[Phase] = Neu"', Was_passiert="Liste")
    started(site, formula, SWIM, texts=[["Schwimmen", "Deutsch", "Bald", "x" * 32_000]])
    site.run(FIRST)
    assert "Formel" in hint(site, "Formel")
    assert "32000 Zeichen" in hint(site, "Schwimmkurs")


def test_a_subject_longer_than_any_mail_has_is_said_and_not_cut(site):
    started(site, SWIM, texts=[["Schwimmen", "Deutsch", "x" * 301, "Bald ist es so weit."]])
    site.run(FIRST)
    assert "Betreff" in hint(site, "Schwimmkurs")
    assert "301 Zeichen" in hint(site, "Schwimmkurs")


def test_a_tab_of_that_name_that_is_something_else_is_left_alone(site):
    started(site, Regeln=[["Hausregeln"], ["Bitte lüften"]], Texte=[["Vorlage"], ["Sehr geehrte"]])
    result = site.run(FIRST)
    assert [one for one in result.prepared.problems if one.tab in {"Regeln", "Texte"}] == []
    assert [cell for row in site.cells("Regeln") for cell in row if cell] == ["Hausregeln", "Bitte lüften"]


def test_what_is_kept_of_a_row_that_names_a_case_is_told_and_erased_with_it(site, capsys):
    started(site, BOAT, texts=[BOAT_TEXT])
    approved(site, "boot", capsys)
    site.run(FIRST)
    assert len(site.mails()) == 1

    def kept():
        with pytest.raises(SystemExit):
            main(["--site", str(site.folder), "subject", "K-1", "export", "--at", FIRST])
        return capsys.readouterr().out

    assert "moewe@hafen.test" in kept()
    with pytest.raises(SystemExit):
        main(["--site", str(site.folder), "subject", "K-1", "erase", "--at", FIRST])
    capsys.readouterr()
    assert "moewe@hafen.test" not in kept()
    assert site.mails() == []


def command(site, capsys, *words, at=FIRST):
    with pytest.raises(SystemExit) as ended:
        main(["--site", str(site.folder), *words, "--at", at, "--json"])
    return ended.value.code or 0, json.loads(capsys.readouterr().out)


def test_rules_of_the_workbook_are_listed_shown_and_explained_like_others(site, capsys):
    started(site, SWIM, row(Name="Falsch", Tabelle="Fälle", weitere_Bedingung="[Fase] = Neu", Was_passiert="Liste"),
            texts=[SWIM_TEXT])  # fmt: skip
    _, listed = command(site, capsys, "rules")
    by_name = {one["name"]: one for one in listed}
    assert (by_name["schwimmkurs"]["today"], by_name["schwimmkurs"]["problems"]) == (1, [])
    assert "Phase" in by_name["falsch"]["problems"][0]
    status, checked = command(site, capsys, "check")
    (problem,) = [one for one in checked["problems"] if one["key"] == "falsch"]
    assert (status, problem["tab"], problem["row"]) == (2, "Regeln", 3)
    assert command(site, capsys, "plan", "--explain", "schwimmkurs", "K-2")[1]["lines"]
    _, before = command(site, capsys, "plan", "--rule", "schwimmkurs")
    assert [one["state"] for one in before["mails"]] == ["held"]
    assert "am 16.11.2026 geht es los" in before["mails"][0]["text"]
    approved(site, "schwimmkurs", capsys)
    _, shown = command(site, capsys, "plan", "--rule", "schwimmkurs")
    assert "am 16.11.2026 geht es los" in shown["mails"][0]["text"]


ASK = {"Tabelle": "Boote", "Was passiert": "Frage", "Text": "Boot", "Aktiv": "ja"}


def test_a_rule_that_somebody_is_typing_waits_until_it_has_stood(tmp_path, capsys):
    site = OwnSite(tmp_path)
    site.start({**TABS, "Regeln": [RULES], "Texte": [*TEXTS, BOAT_TEXT]}, met=MET, columns=BOATS, rules="",
               site=SITE.replace("settle_minutes = 0", "settle_minutes = 30"))  # fmt: skip
    site.run("2026-11-02T08:00")
    site.type("Regeln", "Boot da", **ASK)
    site.run("2026-11-02T08:10")
    asked = len(site.rows("Entscheidungen"))
    _, shown = command(site, capsys, "plan", "--rule", "boot_da", at="2026-11-02T08:20")
    assert shown["edits"]
    site.type("Regeln", "Boot da", Spalte="Name", Vergleich="ist", Wert="Möwe")
    site.run("2026-11-02T08:45")
    assert len(site.rows("Entscheidungen")) == asked
    site.run("2026-11-02T09:20")
    assert len(site.rows("Entscheidungen")) == asked + 1


def test_a_text_that_somebody_is_typing_goes_to_nobody(tmp_path):
    site = OwnSite(tmp_path)
    site.start({**TABS, "Regeln": [RULES, row(
        Name="Bald", Tabelle="Fälle", Zeitpunkt="14 Tage vor [Schwimmt ab]", Was_passiert="E-Mail",
        Empfänger="Zuständige", Text="Schwimmen")], "Texte": [*TEXTS, SWIM_TEXT]}, met=MET, columns=BOATS, rules="",
        site=SITE.replace("settle_minutes = 0", "settle_minutes = 30"))  # fmt: skip
    site.edit(lambda book: book["Texte"].cell(book["Texte"].max_row, 4, "Hallo {Vorname}, am"))
    site.run("2026-11-02T08:10")
    assert site.mails() == []
    site.edit(lambda book: book["Texte"].cell(book["Texte"].max_row, 4, "Hallo {Vorname}, es geht los."))
    site.run("2026-11-02T08:20")
    site.run("2026-11-02T09:00")
    assert ["es geht los." in text_of(mail) for mail in site.mails()] == [True]


def test_a_mail_that_waited_does_not_leave_once_its_row_is_deleted(site, capsys):
    started(site, SWIM, texts=[SWIM_TEXT])
    approved(site, "schwimmkurs", capsys)
    before = site.plan(FIRST)
    assert "schwimmkurs" in before.rules
    site.edit(lambda book: book["Regeln"].delete_rows(2))
    after = site.plan(SECOND)
    assert "schwimmkurs" in after.rules  # so that what is queued of it lapses
    assert [item for item in after.mails if item.mail.rule == "schwimmkurs"] == []


def test_a_missing_translation_is_said_and_the_text_goes_in_german(site, capsys):
    started(site, SWIM, texts=[SWIM_TEXT])
    status, checked = command(site, capsys, "check")
    (note,) = [one for one in checked["problems"] if one["key"] == "schwimmkurs"]
    assert "Arabisch" in note["message"]
    assert (status, note["severity"]) == (0, "note")


def test_a_rule_that_can_never_act_says_so_beside_itself_in_the_words_of_the_team(site):
    started(
        site,
        row(Name="Nie", Tabelle="Boote", Spalte="Name", Vergleich="ist", Wert="Albatros", Was_passiert="Liste"),
        row(Name="Leer", Tabelle="Fälle", Spalte="Erstkontakt am", Vergleich="ist nicht leer", Was_passiert="Liste"),
        row(Name="Kein Tag", Tabelle="Boote", Zeitpunkt="3 Tage vor [E-Mail]", Was_passiert="Frage", Text="x"),
        row(Name="Kein Ziel", Tabelle="Boote", Was_passiert="E-Mail", Empfänger="[Name]", Text="Boot"),
        row(Name="Zu weit", Tabelle="Fälle", Zeitpunkt="1 Tag vor [Schwimmt ab], alle 999 Tage, höchstens 2 Mal",
            Was_passiert="Frage", Text="x"),
        texts=[BOAT_TEXT],
    )  # fmt: skip
    site.run(FIRST)
    assert "Möwe" in hint(site, "Nie")
    assert "„Erstkontakt am“ ist in jeder Zeile leer" in hint(site, "Leer")
    assert "„E-Mail“ ist kein Datumsfeld" in hint(site, "Kein Tag")
    assert "„Name“" in hint(site, "Kein Ziel")
    assert "Bekannt sind: E-Mail" in hint(site, "Kein Ziel")
    assert "die Grenze ist 366" in hint(site, "Zu weit")


def test_how_many_rows_a_single_colleague_has_is_no_figure_without_the_agreement(site):
    started(
        site,
        row(Name="Bei Cem", Tabelle="Fälle", weitere_Bedingung="[Zuständig] = CD", Was_passiert="Liste"),
        row(Name="Gezählt", Tabelle="Fälle", weitere_Bedingung="[Zuständig] = CD", Was_passiert="Liste",
            mit="nur Anzahl"),
        row(Name="Ohne", Tabelle="Fälle", weitere_Bedingung="[Zuständig] ist leer", Was_passiert="Liste"),
    )  # fmt: skip
    site.run(FIRST)
    numbers = {one["Name"]: one["Zeilen heute"] for one in site.rows("Regeln")}
    assert numbers == {"Bei Cem": None, "Gezählt": None, "Ohne": 0}
    shown = " ".join(str(cell) for line in site.cells("Bei Cem") for cell in line if cell)
    assert ("Zeile" in shown, "Personalrat" in shown, "Personalrat" in hint(site, "Gezählt")) == (False, True, True)


def test_cells_that_cannot_be_read_are_not_called_blank(site):
    started(site, row(Name="Bald", Tabelle="Fälle", weitere_Bedingung="[Schwimmt ab] nach heute", Was_passiert="Liste"))
    for key in ("K-1", "K-2"):
        site.type("Fälle", key, **{"Schwimmt ab": "irgendwann"})
    site.run(FIRST)
    assert "In „Schwimmt ab“ ist keine Zelle lesbar" in hint(site, "Bald")


def test_a_question_proposes_what_a_yes_fills_in_by_its_heading(site):
    started(site, row(Name="Fragt", Tabelle="Fälle", Was_passiert="Frage", Text="Boot für {Vorname}?",
                      Spalte_ausfüllen="Bootsnotiz", mit="ja"))  # fmt: skip
    site.run(FIRST)
    (asked, *_) = [one for one in site.rows("Entscheidungen") if "Boot für" in str(one["Frage"])]
    assert "Bootsnotiz = ja" in asked["Vorschlag"]


def test_a_curly_bracket_that_stands_alone_is_said_and_lines_in_a_heading_are_read(site):
    started(
        site,
        row(Name="Offen", Tabelle="Boote", Was_passiert="Frage", Text="Fährt {Name?"),
        row(Name="Zeilen", Tabelle="Boote", Was_passiert="Frage", Text="Wer ist {Fälle →\nVorname}?"),
    )
    site.run(FIRST)
    assert "steht allein: „{Name?“" in hint(site, "Offen")
    assert {"Wer ist VK-1?", "Wer ist VK-2?"} <= {one["Frage"] for one in site.rows("Entscheidungen")}


def test_a_faulty_rule_that_is_switched_off_is_no_more_than_a_note(site):
    faulty = {"Tabelle": "Fälle", "weitere_Bedingung": "[Gibtsnicht] = 3", "Was_passiert": "Frage", "Text": "?"}
    twice = {"Tabelle": "Boote", "Spalte_ausfüllen": "Name", "mit": "x", "Was_passiert": "Spalte ausfüllen"}
    started(
        site, row(Name="An", **faulty), row(Name="Aus", Aktiv="nein", **faulty), row(Name="Ruht", Aktiv="nein", **twice)
    )
    found = {one.key: one.severity for one in site.run(FIRST).prepared.problems if one.code == "wrong_rule"}
    assert found == {"an": "error", "aus": "note", "ruht": "note"}
    assert "Gibtsnicht" in hint(site, "Aus")


def test_one_mail_with_all_hits_is_as_many_as_its_rows(site):
    digest = {"Tabelle": "Boote", "Zeitpunkt": "jeden Montag", "Was_passiert": "eine Mail mit allen Treffern"}
    fleet = [["Name", "E-Mail", "Fall-Nr.", "Skipper"], *([f"Boot {n}", None, None, "AB"] for n in range(12))]
    few = row(Name="Wenige", weitere_Bedingung="[Name] = Boot 1", Empfänger="Zuständige", **digest)
    started(site, few, row(Name="Alle", Empfänger="Zuständige", **digest), Boote=fleet)
    site.run(FIRST)
    assert [mail["Subject"] for mail in site.mails()] == ["Wenige: 1 Zeile"]
    assert "wartet auf Freigabe" in hint(site, "Alle")
