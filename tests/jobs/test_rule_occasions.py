"""On which days a rule acts that the calendar calls: several weekdays, several days of a month or year, one single day.
Worked out by hand for a calendar without holidays but those of North Rhine-Westphalia."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from automations.cli import main
from automations.common.working_days import WorkingDays
from automations.jobs.rules.due import step_of_period
from automations.jobs.rules.model import Due
from tests.support.harbour import BOATS, TABS
from tests.support.own_site import CASES, OwnSite, case
from tests.support.rule_rows import RULES, row

ZONE = ZoneInfo("Europe/Berlin")
DAYS = WorkingDays()


def occasions(due: Due, first: date, last: date) -> list[date]:
    """The days on which something is done that was not done before, run each evening."""
    done, found = set[str](), []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        step = step_of_period(due, first, DAYS, ZONE, datetime(day.year, day.month, day.day, 20, tzinfo=ZONE))
        if step is not None and step.name not in done:
            done.add(step.name)
            found.append(day)
    return found


@pytest.mark.parametrize(
    ("due", "first", "last", "wanted"),
    [
        ({"every": ["thursday", "monday"]}, "2026-11-02", "2026-11-15", "11-02 11-05 11-09 11-12"),
        ({"every": ["saturday", "sunday"], "closed_days": "keep"}, "2026-11-02", "2026-11-14", "11-07 11-08 11-14"),
        ({"every": "month", "day": [1, 15]}, "2026-11-02", "2026-12-20", "11-13 12-01 12-15"),  # the 15th is a Sunday
        ({"every": "month", "day": ["first_working_day", "last"]}, "2026-11-02", "2026-11-30", "11-02 11-30"),
        ({"every": "monday", "nth": [1, 3]}, "2026-11-02", "2026-12-31", "11-02 11-16 12-07 12-21"),
        ({"every": "friday", "nth": [1, -1]}, "2026-11-02", "2026-12-20", "11-06 11-27 12-04"),
        ({"every": "year", "day": ["01-01", "07-01"]}, "2026-11-02", "2027-07-31", "12-30 07-01"),
        ({"every": "year", "day": "02-29"}, "2027-02-01", "2028-03-31", "03-01 02-29"),
        ({"every": "day", "interval": 3, "closed_days": "keep"}, "2026-11-03", "2026-11-12", "11-04 11-07 11-10"),
        ({"every": "day", "interval": 14}, "2026-11-02", "2026-12-06", "11-09 11-23"),
        ({"on": date(2026, 12, 1)}, "2026-11-02", "2027-12-31", "12-01"),
        ({"on": date(2026, 12, 24)}, "2026-11-02", "2027-12-31", "12-23"),  # the office is closed on Christmas Eve
        ({"on": date(2026, 11, 1)}, "2026-11-02", "2027-12-31", ""),  # over when the rule was written
    ],
)  # fmt: skip
def test_the_calendar_calls(due, first, last, wanted):
    days = occasions(Due.model_validate(due), date.fromisoformat(first), date.fromisoformat(last))
    assert " ".join(f"{day:%m-%d}" for day in days) == wanted


@pytest.mark.parametrize(
    ("due", "late", "named"),
    [
        ({"on": date(2026, 12, 1)}, "2026-12-10", "2026-12-01"), ({"on": date(2026, 12, 1)}, "2026-12-16", None),
        ({"every": ["monday", "thursday"]}, "2026-12-02", "2026-11-30"),
        ({"every": "day", "interval": 3, "closed_days": "keep"}, "2026-11-06", "2026-11-04"),
    ],
)  # fmt: skip
def test_what_was_missed_is_done_later_but_not_for_long(due, late, named):
    now = datetime.fromisoformat(f"{late}T20:00").replace(tzinfo=ZONE)
    step = step_of_period(Due.model_validate(due), date(2026, 11, 2), DAYS, ZONE, now)
    assert (step.name if step else None) == named


def test_one_in_a_list_is_that_one():
    assert Due.model_validate({"every": ["monday"], "nth": [1]}) == Due.model_validate({"every": "monday", "nth": 1})
    with pytest.raises(ValueError, match="12-24"):
        Due.model_validate({"every": "month", "day": [1, 32]})


def test_what_comes_to_hold_between_two_occasions_waits_for_the_next(tmp_path):
    """“Every Monday” is on Mondays: neither a new row nor an empty Monday makes it act on a Wednesday; what Monday
    missed is caught up."""
    weekly = row(
        Name="Montags", Tabelle="Boote", Spalte="Skipper", Vergleich="ist nicht leer", Zeitpunkt="jeden Montag",
        Was_passiert="eine Mail mit allen Treffern", Empfänger="Teamleitung", Spalte_ausfüllen="Name", Aktiv="ja",
    )  # fmt: skip
    boats = [["Name", "E-Mail", "Fall-Nr.", "Skipper"], ["Ente", None, None, None]]
    site = OwnSite(tmp_path).start(
        {**TABS, "Boote": boats, "Regeln": [RULES, weekly]}, met="2026-11-02T08:00", columns=BOATS, rules=""
    )

    def mailed(at):
        return [one.mail.to for one in site.run(at).prepared.mails if one.mail.rule == "montags"]

    assert mailed("2026-11-02T09:00") == []
    site.type("Boote", "Ente", Skipper="AB")
    assert mailed("2026-11-04T09:00") == []
    assert mailed("2026-11-10T09:00") == ["ab@stadt.test"]  # nobody looked on Monday, the 9th
    assert mailed("2026-11-11T09:00") == []


def test_days_before_a_day_of_birth_never_come_and_that_is_said(tmp_path, capsys):
    site = OwnSite(tmp_path)
    rules = "".join(
        f'[[rules]]\nname = "{name}"\ntable = "cases"\ndue = {{ field = "birth_date", days_before = [7]{more} }}\n'
        'action = "note"\ntext = "bald"\n'
        for name, more in (("dead", ""), ("alive", ', every = "year"'))
    )
    site.start({"Fälle": [CASES, case("K-1", Geburtsdatum=date(1990, 11, 9))]}, met="2026-11-02T08:00", rules=rules)
    with pytest.raises(SystemExit):
        main(["--site", str(site.folder), "check", "--json", "--at", "2026-11-02T09:00"])
    problems = json.loads(capsys.readouterr().out)["problems"]
    said = [one["message"] for one in problems if "Geburtstag liegt in der Vergangenheit" in one["message"]]
    assert said == ["dead: Ein Geburtstag liegt in der Vergangenheit; Tage davor kommen nie."]
