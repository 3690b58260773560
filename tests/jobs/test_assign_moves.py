"""Cases change hands only after a yes; a household never splits; `kim explain` tells the costs."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from automations.jobs.assign_cases import START, AssignCases
from automations.jobs.assigning import handovers, model
from automations.jobs.assigning.alternatives import alternatives
from automations.jobs.assigning.moves import hand_over
from automations.jobs.assigning.prices import Arrival, learn
from automations.jobs.assigning.proposals import not_moved_yet
from automations.jobs.assigning.rebalancing import rebalance, rebalance_plan, standing
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.units import home, make_workers
from automations.model.decisions import question_number
from automations.model.fact_kinds.questions import Moved
from automations.model.history import History
from automations.model.plan import Veto
from automations.model.records import Answer, Case, CaseManager, Decision
from automations.model.values import RowKey, digest
from tests.support.agreed import AGREED
from tests.support.builders import NOW, learnt, snapshot

TODAY = date(2024, 10, 31)
SETTINGS = AssignSettings(site=AGREED)
UNHURRIED = AGREED.model_copy(update={"questions_a_day": 50})
YES = History(answers={START: "yes"})


def person(code, **more):
    return CaseManager(**{"code": code, "name": f"Kollegin {code}", "capacity": 10.0, "languages": ("de",), **more})


def case(number, **more):
    return Case(**{"number": number, "received": date(2024, 10, 28), "phase": "new", "languages": ("de",), **more})


def carried(code, count, first=0, **more):
    return [case(f"{code}-{n}", manager=code, **more) for n in range(first, first + count)]


def plan(shot, history=YES, options=SETTINGS):
    return AssignCases().plan(shot, options, NOW, history)


def edited(planned):
    return {group.row.key: group.edits[0].new for group in planned.groups if group.op == "edit"}


def remembered(planned, history=YES, **answers):
    facts = {(fact.kind, fact.key): fact.data for fact in learnt(planned)}
    questions = {fact.key: str(fact.data["number"]) for fact in learnt(planned) if fact.kind == "question"}
    return replace(
        history,
        facts={**history.facts, **facts},
        questions={**history.questions, **questions},
        answers={**history.answers, **dict.fromkeys(questions, answers.get("answer", ""))},
    )


def test_rebalance_moves_as_few_as_possible():
    shot = snapshot(team=[person("A"), person("B")], cases=carried("A", 8))
    moves = rebalance(shot, SETTINGS, NOW, YES)
    assert [(move.giver, move.taker) for move in moves] == [("A", "B")] * 3
    assert all("gleichmäßigere Auslastung" in move.why for move in moves)


def test_rebalance_keeps_a_family_together_whose_question_was_answered_and_is_gone_from_the_tab():
    names = ("Ahmadi", "Berger", "Cohen", "Dimitrov", "Eze", "Fuchs")
    family = [case(f"A-{n}", manager="A", household="H", last_name=name) for n, name in enumerate(names)]
    shot = snapshot(team=[person("A"), person("B")], cases=family)
    assert rebalance(shot, SETTINGS, NOW, YES), "nobody has said yet that they are one"
    place = home(family[0])
    said = replace(YES, answers={**YES.answers, f"family/{digest(place[1])}": "yes"})
    assert len({move.taker for move in rebalance(shot, SETTINGS, NOW, said)}) <= 1
    assert len(rebalance(shot, SETTINGS, NOW, said)) in {0, len(family)}


def test_rebalance_leaves_an_even_team_alone():
    shot = snapshot(team=[person("A"), person("B")], cases=[*carried("A", 5), *carried("B", 4)])
    assert rebalance(shot, SETTINGS, NOW, YES) == ()


def test_nobody_loses_a_shared_language_for_evenness():
    team = [person("A", languages=("ar",)), person("B")]
    shot = snapshot(team=team, cases=carried("A", 8, languages=("ar",)))
    assert rebalance(shot, SETTINGS, NOW, YES) == ()


def asked_to_rebalance(shot, history=YES, now=NOW):
    return rebalance_plan(rebalance(shot, SETTINGS, now, history), shot, SETTINGS, now, history)


def test_rebalance_asks_once_and_moves_after_the_yes():
    shot = snapshot(team=[person("A"), person("B")], cases=carried("A", 8), decisions=[Decision(number="F-X")])
    asked = asked_to_rebalance(shot)
    assert [group.op for group in asked.groups] == ["append"]
    assert edited(plan(shot, remembered(asked))) == {}
    assert asked_to_rebalance(shot, remembered(asked)).groups == ()
    moved = edited(plan(shot, remembered(asked, answer="yes")))
    assert set(moved.values()) == {"B"}
    assert len(moved) == 3
    assert edited(plan(shot, remembered(asked, answer="no"))) == {}


def test_rebalance_does_not_ask_anew_what_was_answered_with_no_or_still_waits():
    people, tab = [person("A"), person("B")], [Decision(number="F-X")]
    shot = snapshot(team=people, cases=carried("A", 8), decisions=tab)
    asked = asked_to_rebalance(shot)
    for days in (0, 1, 100):
        later = NOW + timedelta(days=days)
        refused = remembered(asked, answer="no")
        assert asked_to_rebalance(shot, refused, later).groups == ()
        assert standing(rebalance(shot, SETTINGS, later, refused), shot, SETTINGS, later, refused).refused
        # Other moves are another question.
        fuller = snapshot(team=people, cases=carried("A", 14), decisions=tab)
        assert len(asked_to_rebalance(fuller, refused, later).groups) == 1
    for answer in ("", "later"):
        waits = remembered(asked, answer=answer)
        assert asked_to_rebalance(shot, waits, NOW + timedelta(days=1)).groups == ()
        # Its days are over: nothing changed hands, as it says itself.
        assert len(asked_to_rebalance(shot, waits, NOW + timedelta(days=30)).groups) == 1


def test_a_move_that_could_not_be_written_is_tried_again_and_one_that_was_undone_is_not():
    shot = snapshot(team=[person("A"), person("B")], cases=carried("A", 8), decisions=[Decision(number="F-X")])
    history = remembered(asked_to_rebalance(shot), answer="yes")
    first = plan(shot, history)
    history = remembered(first, history)
    assert edited(plan(shot, history)) == edited(first)
    number = next(iter(edited(first)))
    given_back = [replace(one, reason="übernommen von A") if one.number == number else one for one in carried("A", 8)]
    again = snapshot(team=[person("A"), person("B")], cases=given_back, decisions=[Decision(number="F-X")])
    assert number not in edited(plan(again, history))


def test_two_departures_do_not_fill_the_same_room_twice():
    soon = TODAY + timedelta(days=10)
    team = [person("A", ends_on=soon), person("B", ends_on=soon), person("C", capacity=3.0)]
    shot = snapshot(team=team, cases=[*carried("A", 2), *carried("B", 2)], decisions=[Decision(number="F-X")])
    planned = plan(shot)
    assert sum(fact.kind == "move" for fact in learnt(planned)) == 3


def leaving(codes):
    soon = TODAY + timedelta(days=10)
    team = [*(person(code, ends_on=soon) for code in codes), person("Z", capacity=30.0)]
    cases = [one for code in codes for one in carried(code, 2)]
    return snapshot(team=team, cases=cases, decisions=[Decision(number="F-X")])


@pytest.mark.parametrize("asked", range(7))
def test_a_departure_that_cannot_be_asked_about_today_is_not_worked_out(asked, monkeypatch):
    worked_out = []
    monkeypatch.setattr(handovers, "hand_over", lambda *args: worked_out.append(args) or hand_over(*args))
    before = {f"other/{n}": TODAY for n in range(asked)} | {"yesterday": TODAY - timedelta(days=1)}
    planned = plan(leaving("ABCDEFG"), replace(YES, asked_on=before))
    room = max(AGREED.questions_a_day - asked, 0)
    assert sum(group.op == "append" for group in planned.groups) == len(worked_out) == room
    everything = plan(leaving("ABCDEFG"), YES, SETTINGS.model_copy(update={"site": UNHURRIED}))
    first = [group.id for group in everything.groups if group.op == "append"][:room]
    assert [group.id for group in planned.groups if group.op == "append"] == first


def test_the_cases_of_who_leaves_are_decided_in_one_go(monkeypatch):
    """Not as if they had come one after the other: at 20 000 cases that was half of the morning's run."""
    solved, solve = [], model.solve
    monkeypatch.setattr(model, "solve", lambda *args: solved.append(len(args[0].units)) or solve(*args))
    team = [person("A"), person("B", languages=("ar", "de")), person("C")]
    cases = [*carried("A", 6), *carried("B", 2)]
    moves, left = hand_over(cases[:6], snapshot(team=team, cases=cases), Rules(TODAY, SETTINGS))
    assert (solved, left, Counter(move.taker for move in moves)) == ([6], (), {"B": 2, "C": 4})


def test_an_answer_in_the_tab_counts_as_much_as_a_recorded_one():
    team = [person("A", ends_on=TODAY + timedelta(days=10)), person("B")]
    shot = snapshot(team=team, cases=carried("A", 1), decisions=[Decision(number="F-X")])
    history = remembered(plan(shot))
    history = replace(history, answers={START: "yes"})
    number = question_number(f"departure/A/{TODAY + timedelta(days=10)}/1")
    answered = snapshot(team=team, cases=carried("A", 1), decisions=[Decision(number=number, decision=Answer.YES)])
    assert edited(plan(answered, history)) == {"A-0": "B"}


def test_an_assignment_that_was_taken_back_is_left_to_people():
    shot = snapshot(team=[person("A"), person("B")], cases=[case("K-1")])
    row = RowKey("team", "cases", "K-1")
    history = replace(YES, vetoes=(Veto(row, "manager", "A", {"phase": "new"}),))
    planned = plan(shot, history)
    assert edited(planned) == {}
    assert [problem.code for problem in planned.problems] == ["taken_back"]
    changed = replace(YES, vetoes=(Veto(row, "manager", "A", {"phase": "assessment"}),))
    assert edited(plan(shot, changed)) != {}


def test_the_first_question_counts_cases_and_not_households():
    cases = [case(f"K-{n}", household="H") for n in range(3)]
    planned = plan(snapshot(team=[person("A")], cases=cases, decisions=[Decision(number="F-X")]), History())
    proposal = next(edit.new for edit in planned.groups[0].edits if edit.field == "proposal")
    assert "3 Fälle" in proposal


def test_without_the_question_cases_are_assigned_at_once():
    shot = snapshot(team=[person("A")], cases=[case("K-1")])
    assert edited(plan(shot, History(), AssignSettings(ask_first=False))) == {"K-1": "A"}


def absent(code, **more):
    return person(code, absent_from=TODAY - timedelta(days=3), absent_until=TODAY + timedelta(days=15), **more)


def substitute_codes(team):
    shot = snapshot(team=team, cases=carried("A", 1), decisions=[Decision(number="F-X")])
    planned = plan(shot)
    takers = {fact.data["to"] for fact in learnt(planned) if fact.kind == "move"}
    return [problem.code for problem in planned.problems if problem.code.startswith("substitute")], takers


def test_several_substitutes_share_by_relative_load():
    team = [absent("A", substitute="B, C"), person("B", capacity=20.0), person("C"), person("D", capacity=90.0)]
    shot = snapshot(team=team, cases=carried("A", 9), decisions=[Decision(number="F-X")])
    moved = list(edited(plan(shot, remembered(plan(shot), answer="yes"))).values())
    assert (moved.count("B"), moved.count("C"), moved.count("D")) == (6, 3, 0)


def test_of_several_substitutes_those_who_are_there_are_asked():
    team = [absent("A", substitute="B und C"), absent("B", substitute="D"), person("C"), person("D")]
    assert substitute_codes(team) == ([], {"C"})
    team[2] = absent("C", substitute="D")
    assert substitute_codes(team) == (["substitute_absent"] * 1, {"D"})


def test_what_is_odd_about_substitutes_is_said_and_somebody_is_proposed_all_the_same():
    here = person("C")
    assert substitute_codes([absent("A", substitute="C"), here]) == ([], {"C"})
    assert substitute_codes([absent("A"), here]) == (["substitute_missing"], {"C"})
    assert substitute_codes([absent("A", substitute="Z"), here]) == (["substitute_unknown"], {"C"})
    assert substitute_codes([absent("A", substitute="A"), here]) == (["substitute_unknown"], {"C"})
    chain = [absent("A", substitute="B"), absent("B", substitute="C"), here, person("D")]
    assert substitute_codes(chain) == (["substitute_absent"], {"C"})
    circle = [absent("A", substitute="B"), absent("B", substitute="A"), here]
    assert substitute_codes(circle) == (["substitute_circle"], {"C"})


def test_a_person_under_two_codes_has_one_capacity():
    team = [person("A", name="Anna Berg", capacity=2.0), person("A2", name="anna  berg", capacity=2.0)]
    shot = snapshot(team=team, cases=[*carried("A2", 1), *(case(f"K-{n}") for n in range(3))])
    planned = plan(shot)
    assert list(edited(planned).values()) == ["A"]
    assert [problem.code for problem in planned.problems] == ["unassigned", "unassigned"]


def test_the_question_says_what_a_yes_alone_would_not_do():
    shot = snapshot(team=[person("A")], cases=[case("K-1")])
    cases = shot.layouts["cases"]
    shut = replace(shot, layouts={**shot.layouts, "cases": replace(cases, writable=cases.writable - {"manager"})})
    said = [{edit.field: edit.new for edit in plan(one, History()).groups[0].edits}["proposal"] for one in (shot, shut)]
    assert ["columns.toml" in one for one in said] == [False, True]


def test_where_no_question_can_be_asked_that_is_said():
    shot = snapshot(team=[person("A")], cases=[case("K-1")])
    shot = replace(shot, layouts={name: found for name, found in shot.layouts.items() if name != "decisions"})
    assert [problem.code for problem in plan(shot, History()).problems] == ["cannot_ask"]


def test_alternatives_tell_what_each_would_cost():
    team = [person("A", languages=("de", "ar")), person("B"), person("C", capacity=0.0), person("D", active=False)]
    shot = snapshot(team=team, cases=[case("K-1", languages=("ar",))])
    told = {one.code: one for one in alternatives("K-1", shot, SETTINGS, NOW, YES)}
    assert told["A"].chosen
    assert told["B"].text == "1 Person weniger in gemeinsamer Sprache"
    assert told["B"].possible
    assert told["C"].text == "hat keinen Platz"
    assert told["D"].text == "ist nicht aktiv"
    assert "10 Punkten" in told["A"].points
    assert not any("Punkt" in one.text for one in told.values())


def test_alternatives_of_an_assigned_case_and_of_an_unknown_one():
    shot = snapshot(team=[person("A"), person("B")], cases=carried("A", 2))
    assert [one.code for one in alternatives("A-0", shot, SETTINGS, NOW, YES)] == ["A", "B"]
    assert alternatives("K-9", shot, SETTINGS, NOW, YES) == ()


def test_an_assignment_is_remembered_with_its_alternatives_and_without_points_in_the_reason():
    shot = snapshot(team=[person("A", languages=("de",)), person("B", languages=())], cases=[case("K-1")])
    fact = next(fact for fact in learnt(plan(shot)) if fact.kind == "assignment_reason")
    assert fact.key == "K-1"
    assert [one["code"] for one in fact.data["alternatives"]] == ["B"]
    assert "Punkt" not in str(fact.data["why"])


def test_scarce_languages_have_a_price():
    team = [person("A", languages=("ro",)), person("B", languages=("en",)), person("C", languages=("en",))]
    workers = make_workers(snapshot(team=team, cases=[]), SETTINGS)
    came = [Arrival(TODAY - timedelta(days=day), ("ro",) if day % 3 else ("en",), 100) for day in range(1, 91)]
    prices = learn(came, workers, TODAY, 90)
    assert prices["A"] > prices["B"] == prices["C"]
    assert learn([], workers, TODAY, 90) == {}


def test_held_back_languages_leave_room_for_those_who_need_them():
    held = AssignSettings(hold_back=True)
    team = [person("A", languages=("de", "ro"), capacity=20.0), person("B", capacity=9.0)]
    past = [
        case(f"O-{n}", languages=("ro",), received=TODAY - timedelta(days=n + 1), phase="closed") for n in range(80)
    ]
    shot = snapshot(team=team, cases=[case("K-1"), *past])
    assert edited(plan(shot)) == {"K-1": "A"}
    assert edited(plan(shot, options=held)) == {"K-1": "B"}


cases_of_teams = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from([None, "H1", "H2", "H3"]), st.sampled_from(["ar", "de"])),
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases_of_teams)
def test_rebalancing_splits_no_household_and_evens_the_load(drawn):
    cases = [
        case(f"K-{n}", manager=code, household=household, languages=(language,))
        for n, (code, household, language) in enumerate(drawn)
    ]
    team = [person("A", languages=("ar", "de")), person("B"), person("C", languages=("ar",), capacity=5.0)]
    moves = {move.case: move.taker for move in rebalance(snapshot(team=team, cases=cases), SETTINGS, NOW, YES)}
    for household in ("H1", "H2", "H3"):
        before = {one.manager for one in cases if one.household == household}
        after = {moves.get(one.number, one.manager) for one in cases if one.household == household}
        assert len(after) <= max(1, len(before))
    assert spread(cases, moves, team) <= spread(cases, {}, team) + 1e-9


def spread(cases, moves, team):
    """How far relative loads lie outside the wished band, together (in points)."""
    loads = {one.code: 0.0 for one in team}
    for one in cases:
        loads[moves.get(one.number, one.manager)] += 1
    middle = len(cases) / sum(one.capacity for one in team)
    margin = SETTINGS.moving.evenness
    outside = [
        max(
            0,
            loads[one.code] - (middle + margin) * one.capacity,
            (middle - margin) * one.capacity - loads[one.code] - 1,
        )
        for one in team
    ]
    return sum(int(value) for value in outside)


def test_the_case_of_a_move_is_told_by_its_whole_number():
    moved = History(facts={("moved", "absence/A/open/1/X/K-1"): Moved("X/K-1").plain()})
    assert not_moved_yet("absence/A/open", [case("K-1"), case("X/K-1")], moved) == (case("K-1"),)


def test_the_day_of_a_question_is_that_of_the_sites_own_clock():
    """Half past eleven in the evening in UTC is the next day in Berlin, and its questions are put already."""
    late = datetime(2024, 10, 30, 23, 30, tzinfo=UTC)
    asked = replace(YES, asked_on={f"other/{n}": TODAY for n in range(AGREED.questions_a_day)})
    planned = AssignCases().plan(leaving("A"), SETTINGS, late, asked)
    assert not [group for group in planned.groups if group.op == "append"]


def test_a_solver_that_fails_at_prices_keeps_no_case_from_being_assigned(monkeypatch):
    def broken(*_):
        raise ValueError("no duals")

    monkeypatch.setattr("automations.jobs.assigning.prices.learn", broken)
    planned = plan(snapshot(team=[person("A")], cases=[case("K-1")]), options=AssignSettings(hold_back=True))
    assert edited(planned) == {"K-1": "A"}
