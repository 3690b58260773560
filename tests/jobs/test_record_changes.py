"""Since when a phase lasts and when a decision was dealt with."""

from datetime import date

from automations.jobs.record_changes import RecordChanges, RecordChangesSettings
from automations.model.history import History
from automations.model.records import Answer, Case, Decision
from tests.support.builders import NOW, learnt, snapshot

CASE = Case(number="K-1", phase="assessment", phase_since=date(2024, 9, 1), received=date(2024, 8, 1))


def plan(history, **tables):
    return RecordChanges().plan(snapshot(**tables), RecordChangesSettings(), NOW, history)


def edits(planned):
    return {(group.row.key, edit.field): edit.new for group in planned.groups for edit in group.edits}


def knowing(phase, **more):
    return History(facts={("phase", "K-1"): {"phase": phase, **more}})


def test_a_changed_phase_begins_today():
    for known in (knowing("new"), knowing("new", since="2024-09-01")):
        planned = plan(known, cases=[CASE])
        assert edits(planned) == {("K-1", "phase_since"): date(2024, 10, 31)}
        assert planned.facts == ()  # known as changed only once the day stands in the row
        assert [fact.data for fact in learnt(planned)] == [{"phase": "assessment", "since": "2024-10-31"}]


def test_a_day_typed_beside_the_new_phase_stays():
    planned = plan(knowing("new", since="2024-07-01"), cases=[CASE])
    assert edits(planned) == {}
    assert [fact.data for fact in planned.facts] == [{"phase": "assessment", "since": "2024-09-01"}]


def test_an_unchanged_phase_is_left_alone():
    planned = plan(knowing("assessment", since="2024-09-01"), cases=[CASE])
    assert edits(planned) == {}
    assert planned.facts == ()


def test_what_is_met_for_the_first_time_is_only_remembered():
    planned = plan(History(), cases=[CASE])
    assert edits(planned) == {}
    assert [fact.data for fact in planned.facts] == [{"phase": "assessment", "since": "2024-09-01"}]


def test_a_new_case_is_in_its_phase_since_it_came_in():
    fresh = Case(number="K-2", phase="new", received=date(2024, 10, 30))
    assert edits(plan(History(), cases=[fresh])) == {("K-2", "phase_since"): date(2024, 10, 30)}
    assert edits(plan(History(adopting=True), cases=[fresh])) == {}


def test_a_decision_is_dealt_with_on_the_day_its_answer_is_read():
    history = History(questions={"assign/start": "F-1"})
    asked = [
        Decision(number="F-1", decision=Answer.YES),
        Decision(number="F-2", decision=Answer.YES),
        Decision(number="F-3", decision=Answer.LATER),
    ]
    assert edits(plan(history, decisions=asked)) == {("F-1", "done_on"): date(2024, 10, 31)}
