"""A row that gets another number is the same row: nobody is told, asked or called a second time for it."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.support.own_site import CASES, SITE, OwnSite, case, moment
from tests.support.shelf import lived

VISITS = ["Termin-Nr.", "Fall-Nr.", "Datum", "Uhrzeit", "Dauer", "Beratung durch", "Art", "Status"]
BEGUN, TYPED, LOOKED, LATER = "2026-11-30T08:30", "2026-11-30T10:30", "2026-12-01T12:30", "2026-12-01T14:30"
RULES = """
[texts.course.de]
subject = "Ihr Kurs"
text = "Guten Tag {Vorname}, Ihr Kurs beginnt bald."
[[rules]]
name = "course"
table = "cases"
when = 'phase == "support"'
recipient = "client"
template = "course"
[[rules]]
name = "goes_on"
table = "cases"
when = 'phase == "support"'
action = "ask"
text = "Geht es weiter?"
[[rules]]
name = "ride"
table = "rides"
when = 'day != none'
recipient = "fahrdienst@post.test"
template = "course_ride"
[texts.course_ride.de]
subject = "Fahrt"
text = "Bitte fahren Sie am {Tag}."
"""
COLUMNS = """
[tables.rides]
tabs = ["Fahrten"]
key = "number"
[tables.rides.fields]
number = { headings = ["Nr."] }
day = { headings = ["Tag"], kind = "date" }
"""


def begun(folder):
    """Four clients whom a rule told something and asked the team about, one of them with an appointment."""
    made = OwnSite(folder)
    made.write(site=SITE, rules=RULES, columns=COLUMNS)
    rows = [case(f"KIM-2026-000{n}", Phase="Neu", Telefon=f"02323 1665{n}") for n in range(1, 5)]
    visit = ["T-1", "KIM-2026-0003", date(2026, 12, 2), time(10), 45, "AB", None, "geplant"]
    rides = [["Nr.", "Tag"], ["F-1", None], ["F-2", None]]
    made.book({"Fälle": [CASES, *rows], "Termine": [VISITS, visit], "Fahrten": rides})
    made.met(BEGUN)
    made.run(BEGUN)
    for n in range(1, 5):
        made.type("Fälle", f"KIM-2026-000{n}", Phase="Begleitung")
    for n in range(1, 3):
        made.type("Fahrten", f"F-{n}", Tag=date(2026, 12, 10 + n))
    made.run(TYPED)
    made.run("2026-12-01T08:30")  # one mail a day
    assert told(made) == (["Erinnerung"] + ["Fahrt"] * 2 + ["Ihr Kurs"] * 4, 4)


@pytest.fixture
def site(tmp_path):
    return OwnSite(lived(begun, tmp_path))


def told(site):
    asked = [row for row in site.rows("Entscheidungen") if row["Frage"] == "Geht es weiter?"]
    subjects = [str(mail["Subject"]) for mail in site.mails()]
    return sorted("Erinnerung" if "Erinnerung" in one else one for one in subjects), len(asked)


def numbered(**anew):
    """Writes numbers over others, in the columns of the numbers alone."""

    def change(book):
        for sheet in book:
            for row in sheet.iter_rows(min_row=2, max_col=1):
                if row[0].value in anew:
                    row[0].value = anew[row[0].value]

    return change


@pytest.mark.parametrize("anew", ["kim-2026-0003", "KIM 2026 3", "2027/17", 17, None])
def test_nothing_is_said_twice(site, anew):
    before, asked = told(site), len(site.rows("Entscheidungen"))
    site.edit(numbered(**{"KIM-2026-0003": anew}))
    for at in (LOOKED, LATER):
        site.run(at)
    assert told(site) == before
    assert len(site.rows("Entscheidungen")) == asked


def test_a_number_may_be_written_otherwise_while_other_cells_change(site):
    before = told(site)
    site.type("Fälle", "KIM-2026-0003", Telefon="02323 99")
    site.edit(numbered(**{"KIM-2026-0003": "kim-2026-3"}))
    site.run(LOOKED)
    assert told(site) == before


def test_a_whole_table_may_be_numbered_anew(site):
    before = told(site)
    site.edit(numbered(**{f"KIM-2026-000{n}": f"{n}/26" for n in range(1, 5)}, **{"F-1": "R-8", "F-2": "R-9"}))
    done = site.run(LOOKED)
    assert done.outcome == "done"
    assert told(site) == before


def test_an_appointment_that_names_the_former_number_is_the_same_clients_and_it_is_told(site):
    site.edit(numbered(**{"KIM-2026-0003": "Y-7"}))
    done = site.run(LOOKED)
    found = [(one.code, one.key) for one in done.prepared.problems if one.field == "case"]
    assert found == [("former_number", "T-1")]
    site.type("Termine", "T-1", Uhrzeit=time(11))
    site.run(LATER)
    assert "11:00" in str(site.mails()[-1]["Subject"])


def test_the_number_goes_back_and_another_comes(site):
    before = told(site)
    for old, new, at in (
        ("KIM-2026-0003", "Y-7", LOOKED), ("Y-7", "KIM-2026-0003", LATER), ("KIM-2026-0003", "Y-8", "2026-12-01T15:00")
    ):  # fmt: skip
        site.edit(numbered(**{old: new}))
        site.run(at)
        now = moment(at)
        with site.world(now) as world:
            assert world.ledger.history(live=False).number_now("cases", old) == new
    assert told(site) == before


def test_a_former_number_that_is_another_cases_tells_nothing_of_it(site):
    site.edit(numbered(**{"KIM-2026-0003": "Y-7"}))
    site.run(LOOKED)
    site.type("Fälle", "KIM-2026-0003", Nachname="Neu", Vorname="Nina", Eingang=date(2026, 12, 1))
    done = site.run(LATER)
    assert [one.row.key for one in done.prepared.snapshot.appointments if one.case == "KIM-2026-0003"] == ["T-1"]


def test_who_has_another_telephone_and_another_number_is_a_new_case(site):
    before = told(site)
    site.type("Fälle", "KIM-2026-0003", Telefon="02323 99")
    site.edit(numbered(**{"KIM-2026-0003": "Y-7"}))
    site.run(LOOKED)
    assert told(site) != before


def test_two_rows_that_say_the_same_are_not_taken_for_each_other(site):
    def alike(book):
        sheet = book["Fahrten"]
        sheet["A2"], sheet["A3"], sheet["B3"] = "R-1", "R-2", sheet["B2"].value

    before = told(site)
    site.edit(alike)
    site.run(LOOKED)
    assert told(site) != before


def test_the_calendar_shows_one_entry(site):
    site.edit(numbered(**{"T-1": "T-99"}))
    site.run(LOOKED)
    site.type("Termine", "T-99", Uhrzeit=time(11))
    site.run(LATER)
    entries = [
        part.get_content() for mail in site.mails() for part in mail.walk() if "calendar" in part.get_content_type()
    ]
    names = [line for entry in entries for line in entry.splitlines() if line.startswith("UID")]
    assert len(names) == 2
    assert len(set(names)) == 1


def test_what_is_kept_under_the_former_number_is_the_persons_too(site):
    site.edit(numbered(**{"KIM-2026-0003": "Y-7"}))
    site.run(LOOKED)
    now = moment(LATER)
    with site.world(now) as world:
        story = [one.text for one in world.ledger.story("Y-7", ("T-1",), "de")]
        assert "Die Zeile hat jetzt eine andere Nummer; vorher war es „KIM-2026-0003“." in story
        assert "course" in {mail["rule"] for mail in world.ledger.export_subject("Y-7")["mails"]}
        world.ledger.erase_subject("Y-7", (), now)
        left = world.ledger.export_subject("KIM-2026-0003")
        assert [mail["content"] for mail in left["mails"] if mail["content"]] == left["facts"] == []


def test_a_plan_sees_it_as_a_run_does(site):
    site.edit(numbered(**{"KIM-2026-0003": "Y-7"}))
    assert [one for one in site.plan(LOOKED).mails if one.mail.rule == "course"] == []
