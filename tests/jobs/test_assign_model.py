"""Whatever the batch: hard rules hold, no simple way is better, and the order of rows says nothing."""

from __future__ import annotations

import sys
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from automations.jobs.assigning import model, program, solver
from automations.jobs.assigning.batch import make_batch
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.settings import GOALS, AssignSettings
from automations.jobs.assigning.solver import decide, decide_together
from automations.jobs.assigning.units import make_units, make_workers
from automations.model.records import Case, CaseManager, Urgency
from tests.benchmarks.simple_ways import WAYS
from tests.support.builders import snapshot

TODAY = date(2024, 10, 31)
SETTINGS = AssignSettings()
LANGUAGES = ("ar", "uk", "ro", "de")

languages = st.lists(st.sampled_from(LANGUAGES), max_size=2, unique=True).map(tuple)
offices = st.sampled_from([None, "Eickel", "Wanne"])
days = st.integers(-20, 20).map(lambda days: TODAY + timedelta(days=days))
absences = st.one_of(st.just((None, None)), st.tuples(days, st.one_of(st.none(), days)))
people = st.builds(
    lambda absence, **more: CaseManager(absent_from=absence[0], absent_until=absence[1], **more),
    absence=absences,
    languages=languages,
    capacity=st.one_of(st.none(), st.sampled_from([0.0, 0.5, 2.0, 3.0, 8.0])),
    office=offices,
    focuses=st.sampled_from([(), ("Frauenhaus",)]),
    working_days=st.one_of(st.none(), st.frozensets(st.integers(0, 4), max_size=3)),
    starts_on=st.one_of(st.none(), days),
    ends_on=st.one_of(st.none(), days, st.just(date(2026, 1, 1))),
    active=st.sampled_from([True, True, True, False]),
)
clients = st.builds(
    Case,
    received=days,
    languages=languages,
    household=st.sampled_from([None, None, "A", "B", "C"]),
    office_wish=offices,
    focus=st.sampled_from([None, None, None, "Frauenhaus"]),
    urgency=st.sampled_from(list(Urgency)),
    phase=st.sampled_from([None, "new", "assessment", "closing", "support"]),
    manager=st.sampled_from([None, None, None, "K0", "K1"]),
)


@st.composite
def worlds(draw):
    team = [one_with(person, code=f"K{n}") for n, person in enumerate(draw(st.lists(people, max_size=5)))]
    cases = [one_with(case, number=f"F-{n}") for n, case in enumerate(draw(st.lists(clients, max_size=12)))]
    return team, cases


def one_with(record, **more):
    return type(record)(**{name: getattr(record, name) for name in record.__struct_fields__} | more)


def decided(team, cases, options=SETTINGS):
    shot, rules = snapshot(team=team, cases=cases), Rules(TODAY, options)
    batch = make_batch(make_units(shot, options, TODAY), make_workers(shot, options), rules)
    return batch, rules, decide(batch, options)


def by_case(batch, choice):
    return {case.number: batch.workers[w].code for u, w in choice.items() for case in batch.units[u].cases}


quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(worlds())
def test_hard_rules_are_never_broken(world):
    batch, rules, outcome = decided(*world)
    for unit, worker in outcome.choice.items():
        assert rules.hard(batch.units[unit], batch.workers[worker]) == ()
    for worker, before, after in zip(batch.workers, batch.loads({}), batch.loads(outcome.choice), strict=True):
        assert after == before or after <= worker.capacity
    assert outcome.method == "optimum", outcome.trouble


@quick
@given(worlds())
def test_a_household_is_never_split(world):
    batch, _, outcome = decided(*world)
    given_to = by_case(batch, outcome.choice)
    for household in ("A", "B", "C"):
        members = [case.number for case in world[1] if case.household == household and not case.manager]
        assert len({given_to.get(number) for number in members if number in given_to or number}) <= 1


@quick
@given(worlds())
def test_no_simple_way_is_better(world):
    batch, _, outcome = decided(*world)
    reached = [batch.value(goal, outcome.choice) for goal in GOALS]
    for way in (*WAYS.values(), solver.one_by_one):
        assert reached >= [batch.value(goal, way(batch)) for goal in GOALS]


@quick
@given(worlds(), st.randoms(use_true_random=False))
def test_what_is_decided_in_one_go_is_as_good_and_does_not_depend_on_the_order_of_rows(world, random):
    team, cases = world
    batch, _, outcome = decided(team, cases)
    at_once = decide_together(batch, SETTINGS)
    assert at_once.method == "optimum"
    assert [batch.value(goal, at_once.choice) for goal in GOALS] == [
        batch.value(goal, outcome.choice) for goal in GOALS
    ]
    random.shuffle(team)
    random.shuffle(cases)
    other, _, _ = decided(team, cases)
    assert by_case(other, decide_together(other, SETTINGS).choice) == by_case(batch, at_once.choice)


@quick
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rows_says_nothing(world, random):
    team, cases = world
    first, _, one = decided(team, cases)
    random.shuffle(team)
    random.shuffle(cases)
    second, _, other = decided(team, cases)
    assert by_case(first, one.choice) == by_case(second, other.choice)


@pytest.mark.soak
@settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_no_simple_way_is_better_for_long(world):
    batch, _, outcome = decided(*world)
    reached = [batch.value(goal, outcome.choice) for goal in GOALS]
    assert all(reached >= [batch.value(goal, way(batch)) for goal in GOALS] for way in WAYS.values())


def test_the_order_of_goals_is_a_setting():
    team = [
        CaseManager(code="A", capacity=4.0, languages=("ar",)),
        CaseManager(code="B", capacity=4.0, languages=("de",)),
    ]
    cases = [Case(number=f"F-{n}", received=TODAY, languages=("ar",), phase="new") for n in range(4)]
    batch, _, outcome = decided(team, cases)
    assert set(by_case(batch, outcome.choice).values()) == {"A"}
    evenly = AssignSettings(goals=("people", "evenness", "language"))
    batch, _, outcome = decided(team, cases, evenly)
    assert sorted(by_case(batch, outcome.choice).values()) == ["A", "A", "B", "B"]


def test_soft_rules_give_way_only_where_people_would_be_left_over():
    soft = AssignSettings.model_validate({"rules": {"focus": "soft"}})
    team = [CaseManager(code="A", capacity=1.0, focuses=("Frauenhaus",)), CaseManager(code="B", capacity=5.0)]
    cases = [Case(number=f"F-{n}", received=TODAY, focus="Frauenhaus", phase="new") for n in range(2)]
    batch, _, outcome = decided(team, cases, soft)
    assert sorted(by_case(batch, outcome.choice).values()) == ["A", "B"]
    batch, _, outcome = decided(team, cases)
    assert list(by_case(batch, outcome.choice).values()) == ["A"]


def test_overload_is_used_only_where_it_must_be():
    team = [CaseManager(code="A", capacity=2.0, languages=("ar",)), CaseManager(code="B", capacity=2.0)]
    cases = [Case(number=f"F-{n}", received=TODAY, languages=("ar",), phase="new") for n in range(4)]
    batch, _, outcome = decided(team, cases, AssignSettings(overload=0.5))
    assert sorted(by_case(batch, outcome.choice).values()) == ["A", "A", "B", "B"]
    batch, _, outcome = decided(team, cases[:3] + [one_with(cases[0], number=f"F-{n}") for n in (7, 8, 9)],
                                AssignSettings(overload=0.5))  # fmt: skip
    assert len(outcome.choice) == 6


def test_without_a_solver_the_simple_way_is_taken_and_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "highspy", None)
    for part in ("model", "program"):
        monkeypatch.delitem(sys.modules, f"automations.jobs.assigning.{part}", raising=False)
        monkeypatch.delattr(f"automations.jobs.assigning.{part}", raising=False)
    batch, _, outcome = decided([CaseManager(code="A")], [Case(number="F-1", received=TODAY, phase="new")])
    assert by_case(batch, outcome.choice) == {"F-1": "A"}
    assert outcome.method == "simple"
    assert outcome.trouble


def test_where_nobody_has_room_no_solver_is_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "highspy", None)
    monkeypatch.delitem(sys.modules, "automations.jobs.assigning.program", raising=False)
    monkeypatch.delattr("automations.jobs.assigning.program", raising=False)
    full = CaseManager(code="A", capacity=0.0)
    _, _, outcome = decided([full], [Case(number="F-1", received=TODAY, phase="new")])
    assert (outcome.choice, outcome.method, outcome.trouble) == ({}, "optimum", "")
    assert [level.goal for level in outcome.levels] == list(GOALS)


def test_a_solver_that_gives_up_stops_nothing():
    broken = AssignSettings(solver="none")
    batch, _, outcome = decided([CaseManager(code="A")], [Case(number="F-1", received=TODAY, phase="new")], broken)
    assert by_case(batch, outcome.choice) == {"F-1": "A"}
    assert outcome.method == "simple"


def test_every_level_tells_its_value_and_bound():
    team = [CaseManager(code="A", languages=("ar",)), CaseManager(code="B")]
    cases = [Case(number=f"F-{n}", received=TODAY, languages=("ar",), phase="new") for n in range(9)]
    _, _, outcome = decided(team, cases)
    assert [level.goal for level in outcome.levels] == list(GOALS)
    assert all(level.gap == 0 and level.status == "proven" for level in outcome.levels)


def test_what_is_best_already_is_proven_without_a_search(monkeypatch):
    """Half of a large unit for each of two colleagues is no load that anybody can come to."""
    relaxed, plain = [], program.Program._run

    def run(self, solver, **how):
        relaxed.append(how.get("relaxed", False))
        return plain(self, solver, **how)

    monkeypatch.setattr(program.Program, "_run", run)
    team = [CaseManager(code=code, languages=("ar",), capacity=10.0) for code in ("A", "B")]
    cases = [
        Case(number=f"F-{n}", received=TODAY, languages=("ar",), phase=phase)
        for n, phase in enumerate(["assessment", "new"])
    ]
    shot = snapshot(team=team, cases=cases)
    batch = make_batch(make_units(shot, SETTINGS, TODAY), make_workers(shot, SETTINGS), Rules(TODAY, SETTINGS))
    start = solver.one_by_one(batch)
    choice, (level,) = model.solve(replace(batch, kept=start), ("evenness",), start, SETTINGS.node_limit)
    assert len({unit.load for unit in batch.units}) == 2
    assert (choice, level.status) == (start, "proven")
    assert relaxed == [True]
