"""An emergency that nobody who is there has reaches the team lead by mail, once, by its number alone."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.own_site import CASES, SITE, OwnSite, case

MONDAY = "2026-02-02T09:00"
HEAD = ["Kürzel", "Name", "E-Mail", "Rolle", "Sprachen", "Kapazität", "Arbeitstage", "Abwesend von", "Abwesend bis"]
LEAD = ["AB", "Anna Beispiel", "ab@stadt.test", "Teamleitung", "Deutsch", 40, None, None, None]
AWAY = ["CD", "Cem Demo", "cd@verband.test", None, "Arabisch", 40, None, date(2026, 1, 30), date(2026, 2, 20)]
PART_TIME = ["CD", "Cem Demo", "cd@verband.test", None, "Arabisch", 40, "Di, Mi", None, None]


@pytest.fixture
def site(tmp_path):
    made = OwnSite(tmp_path)
    made.write(site=SITE, automations="[assign_cases]\nask_first = false\n")
    return made


def written(site: OwnSite, *team, **cells):
    """A first run over an empty table, then somebody types an emergency."""
    rows = [case("K-1", **{"Dringlichkeit": "Notfall", "Zuständig": "CD", "Phase": "Neu", **cells})]
    site.book({"Fälle": [[*CASES, "Dringlichkeit"]], "Team": [HEAD, *team]})
    site.run("2026-02-02T08:00")
    site.edit(lambda book: [book["Fälle"].append(row) for row in rows])


def to_lead(site: OwnSite, at: str):
    return [item.mail for item in site.plan(at).mails if item.mail.rule == "emergency_unattended"]


@pytest.mark.parametrize("person", [AWAY, PART_TIME])
def test_the_lead_is_told_the_same_hour_and_once(site, person):
    written(site, LEAD, person)
    mail = to_lead(site, MONDAY)[0]
    assert (mail.to, mail.language, mail.case) == ("ab@stadt.test", "de", "K-1")
    site.run(MONDAY)
    sent = "".join(path.read_text(errors="replace") for path in (site.folder / "outbox").iterdir())
    assert "K-1" in sent
    assert "VK-1" not in sent
    assert "NK-1" not in sent
    assert to_lead(site, "2026-02-02T10:00") == []


def test_the_lead_is_told_of_a_row_in_the_run_that_gives_it_its_number(site):
    written(site, LEAD, AWAY, **{"Fall-Nr.": None})
    assert [mail.case for mail in to_lead(site, MONDAY)] == ["KIM-2026-0001"]
    site.run(MONDAY)
    assert to_lead(site, "2026-02-02T09:05") == []


@pytest.mark.parametrize("cells", [{"Dringlichkeit": "hoch"}, {"Zuständig": "AB"}, {"Phase": "Abgeschlossen"}])
def test_nothing_is_said_where_all_is_well(site, cells):
    written(site, LEAD, AWAY, **cells)
    assert to_lead(site, MONDAY) == []


@pytest.mark.parametrize(("person", "told"), [(AWAY, 1), (PART_TIME, 0)])
def test_after_the_first_contact_only_an_absence_is_told(site, person, told):
    written(site, LEAD, person, **{"Erstkontakt am": date(2026, 1, 20), "Phase": "Begleitung"})
    assert len(to_lead(site, MONDAY)) == told


def test_what_was_answered_does_not_hide_it_as_long_as_it_holds(site):
    written(site, LEAD, AWAY, **{"Erstkontakt am": date(2026, 1, 20), "Phase": "Begleitung"})
    for day, holds in (("03", True), ("18", True), ("23", False)):
        site.run(f"2026-02-{day}T09:00")
        site.edit(lambda book: _refuse(book["Entscheidungen"]) if "Entscheidungen" in book.sheetnames else None)
        found = site.plan(f"2026-02-{day}T12:00").problems
        assert any(one.code == "nobody_there" and one.key == "K-1" for one in found) is holds


def _refuse(sheet):
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        row[heads.index("Entscheidung")].value = row[heads.index("Entscheidung")].value or "nein"


def test_an_emergency_that_nobody_can_take_is_told_too(site):
    written(site, [*LEAD[:5], 0, *LEAD[6:]], AWAY, Zuständig=None)
    assert len(to_lead(site, MONDAY)) == 1


def test_without_a_lead_it_stands_in_the_check_list(site):
    written(site, AWAY)
    found = site.plan(MONDAY)
    assert [item for item in found.mails if item.mail.rule == "emergency_unattended"] == []
    assert "no_team_lead" in {problem.code for problem in found.problems}


def test_one_that_comes_on_a_saturday_is_told_before_monday(site):
    at_work = ["CD", "Cem Demo", "cd@verband.test", None, "Arabisch", 40, "Mo-Fr", None, None]
    written(site, LEAD, at_work, Zuständig=None, Eingang=date(2026, 2, 7))
    site.run("2026-02-07T11:00")
    site.run("2026-02-07T11:05")
    sent = [path.read_text(errors="replace") for path in (site.folder / "outbox").iterdir()]
    assert sum("K-1" in mail for mail in sent) == 1
    told = [one.message for one in site.plan("2026-02-08T11:00").problems if one.code == "nobody_there"]
    assert len(told) == 1
    assert told[0].endswith("heute arbeitet niemand, Anna Beispiel ist am 09.02.2026 da.")
    assert [one for one in site.plan("2026-02-09T09:00").problems if one.code == "nobody_there"] == []


def test_one_of_the_week_is_not_told_again_at_the_weekend(site):
    at_work = ["CD", "Cem Demo", "cd@verband.test", None, "Arabisch", 40, "Mo-Fr", None, None]
    written(site, LEAD, at_work, Zuständig="CD", Eingang=date(2026, 2, 5))
    assert to_lead(site, "2026-02-07T11:00") == []
