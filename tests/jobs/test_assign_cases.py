"""Cases go to colleagues who can take them; staff's own choice stands."""

from datetime import date

from automations.jobs.assign_cases import START, AssignCases
from automations.jobs.assigning.settings import AssignSettings
from automations.model.history import History
from automations.model.records import Case, CaseManager, Urgency
from tests.support.builders import NOW, snapshot

YES = History(answers={START: "yes"})


def person(code, **more):
    return CaseManager(**{"code": code, "capacity": 10.0, "languages": ("de",), "active": True, **more})


def case(number, **more):
    return Case(**{"number": number, "received": date(2024, 10, 28), "phase": "new", "languages": ("ar",), **more})


def assigned(team, cases, history=YES):
    planned = AssignCases().plan(snapshot(team=team, cases=cases), AssignSettings(), NOW, history)
    return {g.row.key: g.edits[0].new for g in planned.groups if g.op == "edit"}, planned


def test_nothing_is_assigned_before_the_team_lead_says_so():
    given, planned = assigned([person("A")], [case("K-1")], History())
    assert given == {}
    assert [group.op for group in planned.groups] == ["append"]


def test_a_shared_language_goes_first():
    given, _ = assigned([person("A"), person("B", languages=("de", "ar"))], [case("K-1")])
    assert given == {"K-1": "B"}


def test_a_household_stays_together_and_with_the_colleague_who_knows_it():
    cases = [case("K-1", household="H"), case("K-2", household="H"), case("K-3", household="H", manager="B")]
    given, _ = assigned([person("A", languages=("ar",)), person("B")], cases)
    assert given == {"K-1": "B", "K-2": "B"}


def test_a_name_typed_by_staff_stands():
    given, _ = assigned([person("A")], [case("K-1", manager="Z")])
    assert given == {}


def test_capacity_and_absence_and_focus_are_hard():
    team = [
        person("A", capacity=0.5),
        person("B", absent_from=date(2024, 10, 1), absent_until=date(2024, 12, 1)),
        person("C", active=False),
    ]
    given, planned = assigned(team, [case("K-1")])
    assert given == {}
    assert [problem.code for problem in planned.problems] == ["unassigned"]
    given, _ = assigned([person("A"), person("B", focuses=("Frauenhaus",))], [case("K-1", focus="Frauenhaus")])
    assert given == {"K-1": "B"}


def test_urgent_cases_are_served_first_when_room_is_scarce():
    given, _ = assigned([person("A", capacity=1.0)], [case("K-1"), case("K-2", urgency=Urgency.EMERGENCY)])
    assert given == {"K-2": "A"}


def test_an_empty_team_is_said_in_a_sentence():
    _, planned = assigned([], [case("K-1")])
    assert "im Team steht niemand" in planned.problems[0].message


def test_the_order_of_rows_does_not_matter():
    team = [person("A", languages=("ar",)), person("B", languages=("ar",)), person("C")]
    cases = [case(f"K-{n}") for n in range(1, 12)]
    assert assigned(team, cases)[0] == assigned(list(reversed(team)), list(reversed(cases)))[0]
