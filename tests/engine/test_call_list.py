"""The list of calls as people use it, on real .xlsx files: kim adds, people tick off, who was reached is told."""

from __future__ import annotations

import re
from datetime import date, time

import pytest

from automations.common.shipped import templates_folder
from automations.common.texts import texts
from tests.support.own_site import CASES, FEW_TABS, SITE, VISITS, OwnSite, case, moment
from tests.support.shelf import lived

DAY = date(2026, 12, 2)
DUE = "2026-11-30T08:30"


def begun(folder):
    """A client who chose the telephone, with an appointment in two days' time."""
    made = OwnSite(folder)
    made.write(
        site=SITE, automations="[assign_cases]\nask_first = false\n[summarise]\nwarn_standstill = false\n" + FEW_TABS
    )
    visit = ["T-1", "K-1", DAY, time(15), None, "AB", "geplant", None]
    telephone = {"E-Mail": None, "Kontaktweg": "Telefon", "Telefon": "02323 16650", "Sprachen": "Russisch"}
    made.book({"Fälle": [CASES, case("K-1", **telephone)], "Termine": [[*VISITS, "Dauer"], [*visit, 45]]})
    made.run("2026-11-20T08:30")


@pytest.fixture
def site(tmp_path):
    return OwnSite(lived(begun, tmp_path))


def calls(site):
    """The rows of the list by heading, below its title."""
    cells = site.cells("Anrufliste")
    top = next((n for n, row in enumerate(cells) if row[0] == "Nr."), None)
    return [] if top is None else [dict(zip(cells[top], row, strict=False)) for row in cells[top + 1 :]]


def tick(site, number, result):
    def change(book):
        sheet = book["Anrufliste"]
        for row in sheet.iter_rows():
            if row[0].value == number:
                row[10].value = result

    site.edit(change)


def asked(site):
    return [row["Frage"] for row in site.rows("Entscheidungen") if "angehalten" not in row["Frage"]]


def test_a_call_is_a_row_that_says_whom_to_ask_for_first_in_both_languages(site):
    assert calls(site) == []
    site.run(DUE)
    (row,) = calls(site)
    assert (row["bis"], row["wer ruft an"], row["Fall-Nr."]) == (date(2026, 12, 1), "AB", "K-1")
    assert (row["Name"], row["Sprache"], row["Ergebnis"]) == ("VK-1 NK-1", "Russisch", None)
    assert row["Satz"].index("Spreche ich mit VK-1 NK-1?") < row["Satz"].index("02.12.2026")
    assert row["Satz in der Sprache"].startswith("Я говорю с VK-1 NK-1?")
    assert "Anna Beispiel" in row["Satz"]
    again = site.run("2026-11-30T12:30").prepared
    assert (again.groups, again.tabs) == ((), ())


def test_a_second_call_is_added_below_and_what_people_wrote_stays(site):
    site.run(DUE)
    (first,) = calls(site)
    site.edit(lambda book: book["Anrufliste"].cell(book["Anrufliste"].max_row, 14, "eigene Notiz"))
    site.type("Fälle", "K-2", **dict(zip(CASES[1:], case("K-2", **{"E-Mail": None, "Kontaktweg": "Telefon",
              "Telefon": "02323 16651"})[1:], strict=True)))  # fmt: skip
    site.type("Termine", "T-2", **{"Fall-Nr.": "K-2", "Datum": DAY, "Uhrzeit": time(9), "Status": "geplant"})
    tick(site, first["Nr."], "nicht erreicht")
    site.run("2026-12-01T08:30")
    old, new = calls(site)
    assert (old["Nr."], old["Ergebnis"], new["Fall-Nr."]) == (first["Nr."], "nicht erreicht", "K-2")
    assert any("eigene Notiz" in map(str, row) for row in site.cells("Anrufliste"))


def test_who_was_reached_counts_as_told_and_hears_of_a_change(site):
    site.run(DUE)
    tick(site, calls(site)[0]["Nr."], "erreicht")
    site.run("2026-12-01T08:30")
    site.run("2026-12-01T17:00")
    assert len(calls(site)) == 1
    assert asked(site) == []
    site.type("Termine", "T-1", Uhrzeit=time(11))
    site.run("2026-12-01T17:10")
    _, new = calls(site)
    assert "hat sich geändert" in new["Satz"]
    assert "11:00" in new["Satz"]


def test_nobody_counts_as_told_who_was_not_reached_and_the_lead_is_asked_in_time(site):
    site.run(DUE)
    tick(site, calls(site)[0]["Nr."], "nicht erreicht")
    site.run("2026-12-01T08:30")
    assert asked(site) == []
    site.run("2026-12-01T17:00")
    assert len(asked(site)) == 1
    assert "K-1" in asked(site)[0]
    question = next(row for row in site.rows("Entscheidungen") if row["Frage"] == asked(site)[0])
    site.type("Entscheidungen", question["Nr."], Entscheidung="ja")
    site.run("2026-12-02T08:30")
    site.type("Termine", "T-1", Status="abgesagt")
    site.run("2026-12-02T09:30")
    assert "fällt aus" in calls(site)[-1]["Satz"]  # the yes said that the client knew of it


@pytest.mark.parametrize("stays", [True, False])
def test_a_call_stays_while_somebody_types_beside_it(site, stays):
    site.run(DUE)
    site.write(site=SITE.replace("settle_minutes = 0", "settle_minutes = 30"))
    site.type(
        "Fälle", "K-1", **({"Phase": "Assessment"} if stays else {"E-Mail": "k@post.test", "Kontaktweg": "E-Mail"})
    )
    site.run("2026-11-30T12:05")
    assert [row["Satz"].startswith("Zuerst") for row in calls(site)] == [stays]
    assert [mail for mail in site.mails() if mail["To"] == "k@post.test"] == []


@pytest.mark.parametrize(("left", "called"), [(None, 1), (date(2026, 11, 23), 0), (date(2026, 1, 1), 1)])
def test_who_took_back_that_they_may_be_telephoned_is_not(site, left, called):
    cells = {"Fall-Nr.": "K-1", "Zweck": "Terminerinnerung", "Kanal": "Telefon", "erteilt am": date(2026, 1, 2),
             "widerrufen am": left}  # fmt: skip
    site.add({"Einwilligungen": [list(cells), list(cells.values())]})
    site.run(DUE)
    assert len(calls(site)) == called


def open_questions(site):
    return [
        row["Frage"]
        for row in site.rows("Entscheidungen")
        if "angehalten" not in row["Frage"] and not row["erledigt am"]
    ]


@pytest.mark.parametrize("how", ["reached", "cancelled", "deleted", "moved"])
def test_a_question_about_a_call_is_done_once_nobody_needs_to_tell_any_more(site, how):
    site.run(DUE)
    site.run("2026-12-01T17:00")
    assert len(open_questions(site)) == 1
    if how == "reached":
        tick(site, calls(site)[0]["Nr."], "erreicht")
    elif how == "deleted":
        site.edit(lambda book: book["Termine"].delete_rows(2))
    else:
        site.type("Termine", "T-1", **({"Status": "abgesagt"} if how == "cancelled" else {"Uhrzeit": time(16)}))
    site.run("2026-12-01T17:10")
    site.run("2026-12-01T17:20")
    assert open_questions(site) == []


def test_a_question_about_several_calls_is_done_with_the_last_of_them(site):
    several(site, 2)
    site.run(DUE)
    site.run("2026-12-01T17:00")
    for n, row in enumerate(calls(site)):
        assert len(open_questions(site)) == 1
        tick(site, row["Nr."], "erreicht")
        site.run(f"2026-12-01T17:{n + 1}0")
    assert open_questions(site) == []


def test_a_question_about_a_call_whose_hour_is_over_stays(site):
    site.run(DUE)
    site.run("2026-12-01T17:00")
    site.run("2026-12-03T08:30")
    assert len(open_questions(site)) == 1


def several(site, count):
    for n in range(2, count + 2):
        person = {"E-Mail": None, "Kontaktweg": "Telefon", "Telefon": f"02323 1665{n}", "Sprachen": "Russisch"}
        site.type("Fälle", f"K-{n}", **dict(zip(CASES[1:], case(f"K-{n}", **person)[1:], strict=True)))
        site.type("Termine", f"T-{n}", **{"Fall-Nr.": f"K-{n}", "Datum": DAY, "Uhrzeit": time(8 + n),
                                          "Beratung durch": "AB", "Status": "geplant"})  # fmt: skip


def test_undone_calls_of_one_afternoon_are_one_question_whose_yes_counts_for_all(site):
    several(site, 6)
    site.run(DUE)
    site.run("2026-12-01T08:30")
    first, *others = calls(site)
    assert len(others) == 6
    tick(site, first["Nr."], "erreicht")
    site.run("2026-12-01T17:00")
    site.run("2026-12-01T17:30")
    assert len(asked(site)) == 1
    assert all(row["Nr."] in asked(site)[0] and row["Fall-Nr."] in asked(site)[0] for row in others)
    assert "K-1 " not in asked(site)[0]
    question = next(row for row in site.rows("Entscheidungen") if row["Frage"] == asked(site)[0])
    site.type("Entscheidungen", question["Nr."], Entscheidung="ja")
    site.run("2026-12-02T08:10")
    for n in (2, 5):
        site.type("Termine", f"T-{n}", Status="abgesagt")
    site.run("2026-12-02T08:20")
    told = [row["Fall-Nr."] for row in calls(site) if "fällt aus" in (row["Satz"] or "")]
    assert told == ["K-2", "K-5"]  # the yes said that these clients knew of it
    assert len(asked(site)) == 1


def test_a_question_about_several_calls_belongs_to_the_story_of_each(site):
    several(site, 2)
    site.run(DUE)
    site.run("2026-12-01T17:00")
    with site.world(moment("2026-12-01T17:10")) as world:
        for number in ("K-1", "K-3"):
            assert any(
                "3 Anrufe haben bis zu ihrem Tag niemanden erreicht" in one.text for one in world.ledger.story(number)
            )


def test_a_wrong_number_is_asked_about_at_once_and_a_corrected_one_is_called(site):
    site.run(DUE)
    tick(site, calls(site)[0]["Nr."], "falsche Nummer")
    site.run("2026-11-30T12:30")
    assert len(asked(site)) == 1
    site.type("Fälle", "K-1", Telefon="02323 99999")
    site.run("2026-11-30T17:00")
    assert [row["Telefon"][-5:] for row in calls(site)] == ["16650", "99999"]


def test_another_word_is_no_result(site):
    site.run(DUE)
    tick(site, calls(site)[0]["Nr."], "ja")
    done = site.run("2026-12-01T08:30")
    assert any(problem.code == "call_result" for problem in done.prepared.problems)
    site.run("2026-12-01T17:00")
    assert len(asked(site)) == 1


def test_what_is_not_true_any_more_is_not_said(site):
    site.run(DUE)
    site.type("Termine", "T-1", Datum=date(2026, 12, 16))
    site.run("2026-11-30T12:30")
    (row,) = calls(site)
    assert "nicht anrufen" in row["Satz"]
    assert row["Satz in der Sprache"] is None


def test_a_corrected_language_and_name_stand_beside_what_is_said_in_it(site):
    site.run(DUE)
    site.type("Fälle", "K-1", Sprachen="Türkisch", Nachname="Yilmaz")
    site.run("2026-11-30T12:30")
    (row,) = calls(site)
    assert (row["Sprache"], row["Name"]) == ("Türkisch", "VK-1 Yilmaz")
    assert "Yilmaz ile mi" in row["Satz in der Sprache"]


def test_a_call_about_a_cancelled_appointment_names_the_hour_that_the_client_knows(site):
    site.run(DUE)
    tick(site, calls(site)[0]["Nr."], "erreicht")
    site.run("2026-11-30T12:30")
    site.type("Termine", "T-1", Datum=date(2026, 12, 4), Status="abgesagt")
    site.run("2026-11-30T14:30")
    assert "02.12.2026 um 15:00 Uhr fällt aus" in calls(site)[1]["Satz"]


def test_who_is_reached_knows_what_the_row_said_by_then(site):
    site.run(DUE)
    site.type("Termine", "T-1", Dauer=90)
    site.run("2026-11-30T12:30")
    (row,) = calls(site)
    assert "90 Minuten" in row["Satz"]
    tick(site, row["Nr."], "erreicht")
    site.run("2026-12-01T08:30")
    assert len(calls(site)) == 1


def test_the_sentences_are_there_in_every_language():
    folder = templates_folder() / "locales"

    def sentences(language):
        text = (folder / language / "LC_MESSAGES" / "calls.po").read_text(encoding="utf-8")
        return dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', text, re.MULTILINE))

    assert len(sentences("de")) == 17
    for language in ("ru", "uk", "fr", "ro", "ar", "tr"):
        assert sentences(language).keys() == sentences("de").keys(), language
        assert all(set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", said))
                   for english, said in sentences(language).items()), language  # fmt: skip
        assert texts(language, "calls").say("we call you") == sentences(language)["we call you"]


@pytest.mark.parametrize("heading", ["Ergebnis", "Satz", "Nr."])
def test_a_list_whose_headings_people_changed_is_left_and_said_to_be_unread(site, heading):
    site.run(DUE)
    (row,) = calls(site)
    tick(site, row["Nr."], "erreicht")

    def rename(old, new):
        def change(book):
            for line in book["Anrufliste"].iter_rows():
                for cell in line:
                    if cell.value == old:
                        cell.value = new

        site.edit(change)

    rename(heading, "Umbenannt")
    done = site.run("2026-12-01T08:30")
    assert any("erreicht" in line for line in site.cells("Anrufliste"))
    told = [
        (one.code, one.severity) for one in done.prepared.problems if one.code in {"missing_heading", "call_unlisted"}
    ]
    assert told == [("missing_heading", "error"), ("call_unlisted", "warning")]
    rename("Umbenannt", heading)
    done = site.run("2026-12-01T12:30")
    assert done.prepared.snapshot.calls == ()
    assert [one for one in done.prepared.problems if one.code == "call_unlisted"] == []
