"""Own rules whose message may not leave: nothing is settled by that, and nobody is forgotten in silence."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from automations.jobs.list_calls import undone_from
from automations.jobs.rules.desk import Desk
from automations.jobs.rules.model import RuleSettings
from automations.jobs.rules.people import addressee
from automations.model.fact_kinds.messages import Called
from automations.model.history import History
from automations.model.records import Case, CaseManager
from tests.support.builders import BERLIN, NOW, snapshot
from tests.support.declared import more, rule, table, text
from tests.support.own_site import CASES, SITE, OwnSite, case, text_of
from tests.support.shelf import lived

MET, FIRST, SECOND = "2026-11-02T08:00", "2026-11-02T09:00", "2026-11-02T12:30"
COURSE = '[tables.cases.fields]\ncourse = { headings = ["Kurs"], kind = "date", class = "open" }\n'
RULE = (
    text("course", "Der Kurs beginnt bald.", "Kurs")
    + text("course", "تبدأ الدورة قريبا.", subject="دورة", language="ar")
    + rule("course", "cases", due={"field": "course", "days_before": [14]}, action="mail", recipient="client",
           template="course")
)  # fmt: skip


def begun(folder):
    made = OwnSite(folder)
    made.write(site=SITE, columns=COURSE, rules=RULE)
    row = case("K-1", Telefon="02323 16650", Sprachen="Arabisch", **{"E-Mail-Einwilligung am": None})
    made.book({"Fälle": [[*CASES, "Kurs"], [*row, date(2026, 11, 16)]]})
    made.met(MET)


@pytest.fixture
def site(tmp_path):
    return OwnSite(lived(begun, tmp_path))


def untold(planned):
    return [problem for problem in planned.problems if problem.code == "rule_untold"]


def test_what_lacked_consent_leaves_once_there_is_one(site):
    done = site.run(FIRST)
    assert (site.mails(), done.prepared.snapshot.calls) == ([], ())
    (problem,) = untold(done.prepared)
    assert (problem.keys, "K-1" in problem.message) == (("K-1",), True)
    site.type("Fälle", "K-1", **{"E-Mail-Einwilligung am": date(2026, 11, 1)})
    again = site.run(SECOND)
    assert [mail["To"] for mail in site.mails()] == ["k-1@post.test"]
    assert untold(again.prepared) == []


def test_who_cannot_be_written_to_is_called_where_that_is_allowed_and_once(site):
    site.type("Fälle", "K-1", Kontaktweg="Telefon")
    (call,) = site.run(FIRST).prepared.snapshot.calls
    assert (call.case, call.key) == ("K-1", "course/K-1/0/2026-11-16-14")
    assert "Der Kurs beginnt bald." in call.sentence
    assert call.theirs.endswith("تبدأ الدورة قريبا.")

    def reached(book):
        for row in book["Anrufliste"].iter_rows():
            if row[3].value == "K-1":
                row[10].value = "erreicht"

    site.edit(reached)
    again = site.run(SECOND).prepared
    assert (again.snapshot.calls, untold(again)) == ((), [])


def test_a_call_is_for_the_substitute_while_the_colleague_is_away(site):
    site.type("Fälle", "K-1", Kontaktweg="Telefon")
    away = [("Abwesend von", date(2026, 11, 1)), ("Abwesend bis", date(2026, 11, 20)), ("Vertretung", "CD")]

    def leave(book):
        for column, values in enumerate(away, 6):
            for line, value in enumerate(values, 1):
                book["Team"].cell(line, column).value = value

    site.edit(leave)
    (call,) = site.plan(FIRST).snapshot.calls
    assert call.caller == "CD"


@pytest.mark.parametrize("way", ["kein sicherer Kontakt", "keine Erinnerung"])
def test_who_is_to_be_left_in_peace_is_no_problem(site, way):
    site.type("Fälle", "K-1", Kontaktweg=way)
    planned = site.plan(FIRST)
    assert (planned.snapshot.calls, untold(planned)) == ((), [])


def test_a_text_that_a_guard_stops_makes_a_call(site):
    site.type("Fälle", "K-1", **{"E-Mail-Einwilligung am": date(2026, 11, 1)})
    site.write(rules=RULE.replace("Der Kurs beginnt bald.", "Der Kurs ist im Frauenhaus Linde."))
    site.add({"Standorte": [["Name", "geschützt"], ["Frauenhaus Linde", "ja"]]})
    done = site.run(FIRST)
    assert [mail["To"] for mail in site.mails()] == ["ab@stadt.test"]  # the colleague's morning counts the call
    assert "Linde" not in str(site.mails()[0])
    assert [call.case for call in done.prepared.snapshot.calls] == ["K-1"]


def gone(planned):
    return [(problem.key, problem.keys) for problem in planned.problems if problem.code == "told_day_gone"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (None, [("K-1", ("K-1",))]),
        (date(2026, 11, 27), []),  # the rule tells of it in time
        (date(2027, 3, 1), [("K-1", ("K-1",))]),
        ("row", [("", ("K-1",))]),
    ],
)
def test_a_day_that_a_client_was_told_of_does_not_vanish_in_silence(site, change, told):
    site.type("Fälle", "K-1", **{"E-Mail-Einwilligung am": date(2026, 11, 1)})
    assert gone(site.run(FIRST).prepared) == []
    assert len(site.mails()) == 1
    if change == "row":
        site.edit(lambda book: book["Fälle"].delete_rows(2))
    else:
        site.type("Fälle", "K-1", Kurs=change)
    assert gone(site.plan(SECOND)) == told
    assert gone(site.plan("2026-11-16T09:00")) == []


COURSES = more("cases", course="Kurs: courses, open") + table(
    "courses", "Kurse", "name", name="Kurs", starts="Beginn: date, open"
)
SOON = text("soon", "Ihr Kurs beginnt am {course.starts}.", "Kurs") + rule(
    "soon", "cases", when="days_until(course.starts) >= 0 and days_until(course.starts) <= 14", action="mail",
    recipient="client", template="soon",
)  # fmt: skip


@pytest.fixture
def courses(tmp_path):
    """A client who was told on which day the course begins, which stands in a table of its own."""

    def told(folder):
        made = OwnSite(folder)
        made.write(site=SITE, columns=COURSES, rules=SOON)
        made.book({"Fälle": [[*CASES, "Kurs"], [*case("K-1"), "A1"]], "Kurse": [["Kurs", "Beginn"]]})
        made.met(MET)
        made.edit(lambda book: book["Kurse"].append(["A1", date(2026, 11, 12)]))
        made.run(FIRST)

    return OwnSite(lived(told, tmp_path))


def start(site, day):
    site.edit(lambda book: setattr(book["Kurse"]["B2"], "value", day))


def said(site):
    return [found for mail in site.mails() for found in re.findall(r"beginnt am (\S+)\.\s", text_of(mail))]


def test_a_day_that_stands_in_another_table_and_was_moved_is_told_anew_and_once(courses):
    assert "12.11.2026" in said(courses)[0]
    for day, runs in ((date(2026, 11, 13), 2), (date(2026, 11, 12), 3), (date(2026, 11, 13), 4)):
        start(courses, day)
        at = f"2026-11-{runs + 1:02}"
        assert gone(courses.run(f"{at}T12:30").prepared) == []
        courses.run(f"{at}T16:30")
        assert (len(courses.mails()), f"{day:%d.%m.%Y}" in said(courses)[-1]) == (runs, True)


@pytest.mark.parametrize("day", [None, date(2027, 1, 4)])
def test_a_told_day_that_the_rule_does_not_meet_any_more_is_asked_about(courses, day):
    start(courses, day)
    assert gone(courses.plan(SECOND)) == [("K-1", ("K-1",))]
    assert len(courses.mails()) == 1


def test_a_day_that_is_over_is_corrected_without_a_message(courses):
    start(courses, date(2026, 11, 3))
    assert gone(courses.run("2026-11-12T09:00").prepared) == []
    assert len(courses.mails()) == 1


def test_the_rule_is_called_as_people_call_it_and_only_reasons_of_those_named_are_given(site):
    site.write(rules=RULE.replace('name = "course"', 'name = "course"\ntitle = "Kursbeginn"'))
    row = case("K-2", Telefon="02323 16651", Kontaktweg="keine Erinnerung")
    site.edit(lambda book: book["Fälle"].append([*row, date(2026, 11, 16)]))
    (problem,) = untold(site.plan(FIRST))
    assert (problem.keys, "„Kursbeginn“" in problem.message or "“Kursbeginn”" in problem.message) == (("K-1",), True)
    assert "keine Erinnerung" not in problem.message


def test_of_several_team_leads_a_rule_means_the_one_who_is_at_work_that_day():
    monday_only, all_week = frozenset({0}), frozenset(range(5))
    team = [
        CaseManager(code=code, email=f"{code}@stadt.test", role="lead", working_days=days)
        for code, days in (("A", monday_only), ("B", all_week))
    ]
    tables, settings = snapshot(team=team, cases=[Case(number="K-1")]), RuleSettings()
    desk = Desk(tables, settings, NOW, History(), settings.site.working_days)  # a Thursday
    assert addressee("lead", tables.cases[0], desk).address == "B@stadt.test"


def test_a_call_without_a_day_is_undone_on_the_afternoon_of_the_sites_own_day():
    listed = datetime(2024, 10, 30, 23, 30, tzinfo=UTC)  # the 31st in Berlin
    assert undone_from(Called(since=listed), listed, BERLIN) == datetime(2024, 10, 31, 16, tzinfo=BERLIN)
