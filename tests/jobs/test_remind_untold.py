"""Rules over single rows: what may not leave, or came back, is told to people as long as that holds."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from automations.jobs.reminding.rules import Rule
from automations.model.history import History
from automations.model.records import Case, ContactWay
from tests.jobs.test_remind import CLIENT, planned, record, shipped, tables
from tests.support.builders import layout

ENDING = Rule.model_validate({
    "name": "permit_ending", "table": "cases", "recipient": "client", "template": "permit_ending",
    "due": {"field": "permit_until", "days_before": [90], "at": "06:00"},
})  # fmt: skip


def untold(history=None, rule=ENDING, **changes):
    case = replace(CLIENT, permit_until=date(2025, 1, 29), **changes)
    settings = shipped().model_copy(update={"rules": (rule,)})
    plan = planned(tables(cases=(case,), appointments=()), settings=settings, history=history or History())
    found = [problem for problem in plan.problems if problem.code == "rule_untold"]
    return len(plan.mails), [problem.keys for problem in found]


def test_a_message_that_may_leave_is_no_matter_for_people():
    assert untold() == (1, [])


@pytest.mark.parametrize("changes", [{"consent_on": None}, {"email": None}, {"contact_way": ContactWay.PHONE}])
def test_who_may_not_be_written_to_is_named(changes):
    assert untold(**changes) == (0, [(CLIENT.number,)])


@pytest.mark.parametrize(
    "changes",
    [{"contact_way": ContactWay.NONE}, {"contact_way": ContactWay.UNSAFE}, {"withdrawn_on": date(2024, 10, 1)}],
)
def test_who_wants_no_messages_is_left_in_peace(changes):
    assert untold(**changes) == (0, [])


@pytest.mark.parametrize(("state", "found"), [("bounced", 1), ("failed", 1), ("sent", 0)])
def test_a_message_that_came_back_is_told_as_long_as_it_is_of_use(state, found):
    key = f"permit_ending/{CLIENT.number}/0/2025-01-29-90"
    mails, problems = untold(History(mails={key: record(key, state).mails[key]}))
    assert (mails, len(problems)) == (0, found)


def test_a_colleague_without_an_address_is_named():
    rule = ENDING.model_copy(update={"recipient": "substitute"})
    assert untold(rule=rule) == (0, [(CLIENT.number,)])


@pytest.mark.parametrize(("kept", "mails"), [(True, 1), (False, 0)])
def test_a_rule_over_cases_rests_where_the_team_has_no_such_column(kept, mails):
    rule = ENDING.model_copy(update={"when": "is_blank(first_contact_on)"})
    known = layout("cases", Case)
    columns = {name: n for name, n in known.columns.items() if kept or name != "first_contact_on"}
    case = replace(CLIENT, permit_until=date(2025, 1, 29), first_contact_on=None)
    rows = replace(tables(cases=(case,), appointments=()), layouts={"cases": replace(known, columns=columns)})
    plan = planned(rows, settings=shipped().model_copy(update={"rules": (rule,)}))
    told = [problem.key for problem in plan.problems if problem.code == "rule_stopped"]
    assert (len(plan.mails), told) == (mails, [] if kept else ["permit_ending"])
