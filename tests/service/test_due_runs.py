"""What the schedule owes is done once, caught up once, and tried again without a storm."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.service.due_runs import lighter, run_due
from automations.service.scheduler import Service
from automations.service.timetable import JOB

AT = datetime(2024, 10, 31, 6, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def site(demos, tmp_path):
    return demos(tmp_path / "site", cases=12, seed=7, at=AT, met=False, few_tabs=True)


def look(folder, at):
    with open_world(load_site(folder), at) as world:
        return run_due(world, lambda: at)


def outcomes(folder):
    with open_world(load_site(folder), AT) as world:
        return {item.occurrence: item.outcome for item in world.ledger.occurrences(JOB)}


def test_nothing_is_owed_from_before_the_first_look(site):
    assert look(site, AT) is None
    assert look(site, AT + timedelta(minutes=10)) is None


def test_an_occurrence_runs_once(site):
    look(site, AT)
    done = look(site, AT + timedelta(minutes=31))
    assert done is not None
    assert done.occurrence == "2024-10-31T06:30"
    assert look(site, AT + timedelta(minutes=32)) is None


def test_what_was_missed_is_caught_up_once_and_the_rest_has_a_reason(site):
    look(site, AT)
    done = look(site, AT + timedelta(hours=11, minutes=30))
    assert done.occurrence == "2024-10-31T17:00"
    assert outcomes(site) == {
        "2024-10-31T06:30": "skipped: a later one ran",
        "2024-10-31T08:00": "skipped: a later one ran",
        "2024-10-31T12:30": "skipped: a later one ran",
        "2024-10-31T17:00": "done",
    }
    assert look(site, AT + timedelta(hours=11, minutes=40)) is None


def test_what_is_older_than_its_grace_is_not_caught_up(site):
    look(site, AT)
    # 1 November 2024 is a holiday in NW, 2 and 3 are a weekend.
    assert look(site, datetime(2024, 11, 3, 12, 0, tzinfo=AT.tzinfo)) is None
    assert set(outcomes(site).values()) == {"skipped: too late"}


def test_an_open_workbook_is_tried_again_after_a_pause_that_doubles(site):
    look(site, AT)
    lock = site / ".~lock.KIM-Team.xlsx#"
    lock.write_text("Erika Beispiel,erika,pc-17,31.10.2024 06:29,file:///;", encoding="utf-8")
    first = AT + timedelta(minutes=31)
    assert look(site, first).result.outcome == "busy"
    assert look(site, first + timedelta(minutes=4)) is None
    assert look(site, first + timedelta(minutes=5)).why == "retry"
    assert look(site, first + timedelta(minutes=14)) is None
    lock.unlink()
    assert look(site, first + timedelta(minutes=15)).result.outcome == "done"
    assert look(site, first + timedelta(minutes=60)) is None


def test_the_service_ticks_takes_up_config_and_survives_a_broken_one(site):
    moments = [AT]
    service = Service(site, lambda: moments[0])
    service.tick()
    toml = site / "config" / "site.toml"
    good = toml.read_text(encoding="utf-8")
    toml.write_text(good + "\n[schedule]\nfull = [", encoding="utf-8")
    service.tick()
    assert service.site.file.schedule.full[0].hour == 6
    toml.write_text(good + '\n[schedule]\nfull = ["07:15"]\n', encoding="utf-8")
    service.tick()
    assert service.site.file.schedule.full[0].hour == 7
    moments[0] = AT + timedelta(minutes=76)
    service.tick()
    assert "2024-10-31T07:15" in outcomes(site)
    log = (site / "state" / "logs" / "kim.jsonl").read_text(encoding="utf-8")
    assert "config refused" in log
    assert '"site.toml"' in log  # where it is not known in which line
    assert "None" not in log
    assert "config taken up" in log


def test_on_closed_days_nothing_is_tried_again(site):
    look(site, AT)
    lock = site / ".~lock.KIM-Team.xlsx#"
    lock.write_text("Erika Beispiel,erika,pc-17,31.10.2024 06:29,file:///;", encoding="utf-8")
    assert look(site, AT + timedelta(hours=11, minutes=1)).result.outcome == "busy"
    lock.unlink()
    # 1 November is a holiday, 2 and 3 are a weekend; Monday's first run does what waits.
    for day in (1, 2, 3):
        assert look(site, datetime(2024, 11, day, 9, 0, tzinfo=AT.tzinfo)) is None
    done = look(site, datetime(2024, 11, 4, 6, 31, tzinfo=AT.tzinfo))
    assert (done.why, done.result.outcome) == ("occurrence", "done")
    assert look(site, datetime(2024, 11, 4, 7, 0, tzinfo=AT.tzinfo)) is None


@pytest.mark.parametrize(
    ("moments", "light"),
    [
        ([timedelta(minutes=31)], False),
        ([timedelta(minutes=31), timedelta(hours=6, minutes=31)], True),
        ([timedelta(hours=6, minutes=31)], False),  # the machine slept in the morning: the full run is caught up
    ],
)
def test_only_full_runs_draw_the_look_ahead(site, moments, light, monkeypatch):
    kinds = []
    monkeypatch.setattr("automations.service.due_runs.lighter", lambda world: kinds.append("light") or world)
    look(site, AT)
    for pause in moments:
        look(site, AT + pause)
        with (site / "config" / "rules.toml").open("a", encoding="utf-8") as file:
            file.write("# something is new\n")  # else nothing would run
    assert kinds == (["light"] if light else [])


def test_a_light_run_does_all_but_the_look_ahead(site):
    with open_world(load_site(site), AT) as world:
        less = lighter(world)
        assert less.site.jobs["look_ahead"].light
        assert {name for name in world.site.jobs if world.site.jobs[name] != less.site.jobs[name]} == {"look_ahead"}
