"""A problem keeps the day on which it was first seen, until it is mended."""

from datetime import date

import pytest
from msgspec.structs import replace

from automations.jobs.checks.problem_ages import numbers_given, with_since
from automations.model.history import History
from automations.model.problems import Problem
from automations.model.records import Case
from automations.model.snapshot import Snapshot
from automations.model.values import RowKey

DAY, LATER = date(2024, 10, 30), date(2024, 11, 4)
BAD = Problem("bad_email", "…", table="cases", key="K-1", field="email")

DRAFT = replace(BAD, key="draft:1", keys=("draft:1", "K-9"))
NUMBERED = replace(BAD, key="K-1", keys=("K-9", "K-1"))


def remembered(facts, history=None):
    known = dict((history or History()).facts)
    return History(facts=known | {(fact.kind, fact.key): fact.data for fact in facts})


def test_a_problem_keeps_its_first_day():
    first, facts = with_since([BAD], History(), DAY)
    again, none = with_since([BAD], remembered(facts), LATER)
    assert first[0].since == again[0].since == DAY
    assert none == ()


def test_one_that_was_mended_and_comes_back_counts_anew():
    _, facts = with_since([BAD], History(), DAY)
    history = remembered(facts)
    gone, facts = with_since([], history, LATER)
    assert gone == ()
    back, _ = with_since([BAD], remembered(facts, history), LATER)
    assert back[0].since == LATER


def test_what_is_remembered_says_nothing_of_the_person():
    _, facts = with_since([BAD], History(), DAY)
    assert "K-1" not in facts[0].key


@pytest.mark.parametrize("read_as", [DRAFT, NUMBERED])
def test_a_row_that_gets_its_number_keeps_the_day(read_as):
    """Reading names the row by its draft in the run that numbers it, and so do the checks, mostly."""
    _, facts = with_since([DRAFT], History(), DAY)
    history = remembered(facts)
    now, facts = with_since([read_as], history, LATER, {"draft:1": "K-1"})
    assert now[0].since == DAY
    history = remembered(facts, history)
    again, facts = with_since([NUMBERED], history, LATER, {"draft:1": "K-1"})
    assert (again[0].since, facts) == (DAY, ())


def test_what_is_mended_is_told_by_number_and_a_new_name_is_not_mending():
    _, facts = with_since([DRAFT], History(), DAY)
    history = remembered(facts)
    _, facts = with_since([DRAFT], history, LATER, {"draft:1": "K-1"})
    assert [(fact.data.get("since"), fact.data.get("case")) for fact in facts] == [("2024-10-30", "K-1"), ("", "")]
    _, facts = with_since([], remembered(facts, history), LATER, {"draft:1": "K-1"})
    assert [(fact.data.get("since"), fact.data.get("case")) for fact in facts] == [("", "K-1")]


def test_the_numbers_of_rows_that_were_read_without_one():
    row, other = RowKey("team", "cases", "draft:1"), RowKey("team", "appointments", "draft:2")
    read = Snapshot(cases=(Case(row=row, number="K-1"), Case(number="K-2", row=RowKey("team", "cases", "K-2"))))
    assert numbers_given(read, History(reserved={other: "T-2"})) == {"draft:1": "K-1", "draft:2": "T-2"}
