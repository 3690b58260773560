"""Looks between the runs, decided from revisions and a clock alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from automations.model.fact_kinds.sightings import Standing
from automations.service.look import Sight, begun, is_time, is_unchanged, next_moment, rested, step_of, was_read

NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
SETTLE, PAUSE = timedelta(minutes=30), timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


def stood(revision="a", **more):
    return Standing(at=NOON, seen={"team": revision}, planned={"team": revision}, **more)


def sight(revision="a", minutes=5, **more):
    return Sight(NOON + minutes * MINUTE, {"team": revision}, **more)


def test_nothing_new_is_nothing_to_do():
    assert step_of(stood(), sight(), SETTLE) == "rest"


def test_a_changed_workbook_is_read_and_runs_when_the_change_has_stood():
    standing = stood()
    assert step_of(standing, sight("b"), SETTLE) == "read"
    standing = was_read(standing, sight("b"), None)
    assert step_of(standing, sight("b"), SETTLE) == "rest"
    assert step_of(standing, sight("b", 34), SETTLE) == "rest"
    assert step_of(standing, sight("b", 35), SETTLE) == "run"


def test_people_who_go_on_saving_put_nothing_off():
    standing = stood()
    for minutes in range(5, 35, 5):
        seen = sight(f"r{minutes}", minutes)
        assert step_of(standing, seen, SETTLE) == "read"
        standing = was_read(standing, seen, None)
    last = sight("r35", 35)
    assert step_of(was_read(standing, last, None), last, SETTLE) == "run"


def test_a_change_that_was_taken_back_calls_for_nothing():
    standing = was_read(stood(), sight("b"), None)
    back = was_read(standing, sight("a", 10), None)
    assert back.since is None
    assert step_of(back, sight("a", 60), SETTLE) == "rest"


def test_without_a_settling_time_a_change_runs_at_once():
    assert step_of(stood(), sight("b"), timedelta(0)) == "run"


def test_a_letter_runs_at_once():
    assert step_of(stood(), sight(letters=True), SETTLE) == "run"


def test_outside_the_hours_rows_are_read_and_nothing_runs():
    assert step_of(stood(), sight("b", open=False), SETTLE) == "read"
    standing = was_read(stood(), sight("b"), None)
    assert step_of(standing, sight("b", 90, open=False), SETTLE) == "rest"
    assert step_of(stood(), sight(letters=True, open=False), SETTLE) == "rest"


def test_a_workbook_that_is_just_being_saved_counts_as_it_was():
    assert step_of(stood(), sight(""), SETTLE) == "rest"
    assert was_read(stood(), sight(""), None).seen == {"team": "a"}


def test_a_workbook_that_cannot_be_read_runs_once():
    gone = sight("!missing")
    assert step_of(stood(), gone, SETTLE) == "read"
    after = begun(stood(), gone)
    assert step_of(after, sight("!missing", 10), SETTLE) == "rest"


def test_what_settles_or_falls_due_runs_at_its_moment():
    standing = stood(next=NOON + 7 * MINUTE)
    assert step_of(standing, sight(minutes=6), SETTLE) == "rest"
    assert step_of(standing, sight(minutes=7), SETTLE) == "run"
    assert not is_time(standing, NOON + 2 * MINUTE, PAUSE)
    assert is_time(standing, NOON + 7 * MINUTE, timedelta(hours=1))
    assert next_moment(standing, SETTLE, timedelta(hours=1), NOON) == NOON + 7 * MINUTE


def test_a_run_that_was_killed_is_taken_up_again_after_an_hour():
    standing = begun(stood(since=NOON), sight("b", 30))
    assert step_of(standing, sight("b", 85), SETTLE) == "rest"
    assert step_of(standing, sight("b", 90), SETTLE) == "run"


def test_looks_keep_their_pause_but_not_by_a_clock_that_was_set_back():
    assert not is_time(stood(), NOON + 2 * MINUTE, PAUSE)
    assert is_time(stood(), NOON + PAUSE - timedelta(seconds=20), PAUSE)
    assert is_time(stood(), NOON - MINUTE, PAUSE)


def test_a_run_finds_all_as_it_was_only_before_the_next_moment_and_with_everything_the_same():
    quiet = stood(same="x", stale=NOON + 60 * MINUTE)
    assert is_unchanged(quiet, sight(), "x")
    assert not is_unchanged(quiet, sight("b"), "x")
    assert not is_unchanged(quiet, sight(""), "x")
    assert not is_unchanged(quiet, sight(), "y")
    assert not is_unchanged(quiet, sight(letters=True), "x")
    assert not is_unchanged(quiet, sight(minutes=60), "x")
    assert not is_unchanged(stood(stale=NOON + 60 * MINUTE), sight(), "")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from("....se"), st.booleans()), min_size=20, max_size=120))
def test_whatever_is_saved_when_it_is_planned_for_in_time_and_nothing_runs_in_vain(days):
    """A clock, a workbook that people save (s), edit and take back (e), looks at odd moments. Every change is planned
    for within the settling time and two looks; between two runs of a quiet workbook nothing runs."""
    now, revision, count = NOON, "r0", 0
    standing = stood("r0")
    changed: datetime | None = None
    for minutes, what, restarts in days:
        now += minutes * MINUTE
        if what == "s":
            count += 1
            revision = f"r{count}"
        changed = (changed or now) if revision != standing.planned["team"] else None
        if not is_time(standing, now, PAUSE):
            continue
        seen = Sight(now, {"team": revision})
        step = step_of(standing, seen, SETTLE)
        if step == "read":
            standing = was_read(standing, seen, None)
            step = step_of(standing, seen, SETTLE)
        if step == "run":
            assert changed is not None or restarts or standing.next is not None
            standing = Standing(at=now, seen={"team": revision}, planned={"team": revision})
            changed = None
        else:
            standing = rested(standing, now)
        assert changed is None or now - changed < SETTLE + 2 * 9 * MINUTE
