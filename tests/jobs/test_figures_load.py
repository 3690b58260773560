from datetime import date

import pytest

from automations.jobs.figures.load import load_by_office, load_by_person, total_load
from automations.model.records import Case, CaseManager
from automations.model.settings import SiteFacts

TODAY = date(2024, 10, 31)
SITE = SiteFacts()


def loads(cases, team):
    return load_by_person(cases, team, SITE, TODAY)


def person(code, office="Mitte", **more):
    return CaseManager(code=code, name=code.lower(), office=office, **({"capacity": 10.0} | more))


def test_phases_weigh_and_unknown_ones_count_one():
    found = loads([Case(manager="A", phase="assessment"), Case(manager="A", phase="?")], [person("A")])
    assert (found[0].cases, found[0].points, found[0].share) == (2, 3.0, 0.3)


def test_nobodys_cases_and_unknown_codes_are_groups_of_their_own():
    found = loads([Case(phase="new"), Case(manager="X", phase="new")], [person("A")])
    assert [(load.code, load.state, load.cases) for load in found] == [
        ("A", "active", 0), ("X", "unknown", 1), (None, "unassigned", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, "active"),
        ({"absent_from": date(2024, 10, 1), "absent_until": date(2024, 11, 5)}, "absent"),
        ({"absent_from": date(2024, 10, 1)}, "absent"),
        ({"absent_from": date(2024, 10, 1), "absent_until": date(2024, 10, 30)}, "active"),
        ({"absent_until": date(2024, 11, 5)}, "absent"),
        ({"absent_until": date(2024, 10, 30)}, "active"),
        ({"starts_on": date(2024, 11, 1)}, "absent"),
        ({"ends_on": date(2024, 10, 30)}, "left"),
        ({"active": False}, "left"),
    ],
)
def test_who_is_at_work(more, state):
    assert loads([Case(manager="A", phase="new")], [person("A", **more)])[0].state == state


def test_a_colleague_who_left_without_cases_is_not_listed():
    assert loads([], [person("A", active=False)]) == ()


@pytest.mark.parametrize("capacity", [None, 0.0])
def test_without_a_capacity_there_is_no_share(capacity):
    assert loads([Case(manager="A", phase="new")], [person("A", capacity=capacity)])[0].share is None


def test_offices_add_up_their_people():
    found = load_by_office(loads([Case(manager="B", phase="new")], [person("A"), person("B"), person("C", "Nord")]))
    assert [(load.name, load.people, load.cases, load.capacity) for load in found] == [
        ("Mitte", 2, 1, 20.0), ("Nord", 1, 0, 10.0),
    ]  # fmt: skip


def test_small_offices_are_never_a_single_person():
    team = [*(person(f"M{n}") for n in range(5)), person("N", "Nord"), *(person(f"S{n}", "Süd") for n in range(3))]
    found = load_by_office(loads([], team), fewest=3)
    assert [(load.name, load.people) for load in found] == [("Mitte", 5), ("", 4)]


def test_a_team_too_small_shows_no_load_by_office():
    assert load_by_office(loads([], [person("A"), person("B", "Nord")]), fewest=3) == ()


def test_the_total_holds_what_nobody_has():
    total = total_load(loads([Case(phase="new"), Case(manager="A", phase="new")], [person("A")]))
    assert (total.cases, total.points, total.capacity, total.share) == (2, 2.0, 10.0, 0.2)


def test_a_team_of_nobody_has_no_share():
    assert total_load(loads([Case(phase="new")], [])).share is None


def test_an_office_typed_in_two_ways_is_one_office():
    found = load_by_office(loads([], [person("A"), person("B", office="mitte"), person("C")]))
    assert [(load.name, load.people, load.capacity) for load in found] == [("Mitte", 3, 30.0)]


def test_a_capacity_of_next_to_nothing_gives_no_share_without_end():
    assert loads([Case(manager="A", phase="new")], [person("A", capacity=5e-324)])[0].share is None
