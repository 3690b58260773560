"""A problem keeps the day on which it was first seen, until it is mended."""

from datetime import date

from automations.history import History
from automations.jobs.checks.since import with_since
from automations.problems import Problem

DAY, LATER = date(2024, 10, 30), date(2024, 11, 4)
BAD = Problem("bad_email", "…", table="cases", key="K-1", field="email")


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
