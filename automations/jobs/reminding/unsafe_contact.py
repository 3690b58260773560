"""Contact that turned unsafe after a message: nothing is sent any more, and the team lead is asked. The message, and
the entry in the calendar, may lie on a telephone that somebody else reads."""

from __future__ import annotations

from collections.abc import Iterator

from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.differences import begins
from automations.jobs.reminding.false_messages import moment_told
from automations.model.decisions import Asked, ask, lead
from automations.model.problems import Problem
from automations.model.records import Case, ContactWay
from automations.model.told import Told, last_told


def turned_unsafe(desk: Desk) -> Asked:
    """A question, once, about everybody who was told of an appointment to come and has no safe contact by now."""
    asked = Asked()
    if desk.history.adopting:
        return asked
    for case, told in _in_question(desk):
        say = desk.words.say
        question = say(
            "{case} was told of an appointment on {when} ({number}); since then no contact is safe. The message may"
            " still lie on the telephone. Is the person seen to?",
            case=case.number, number=told.subject, when=moment_told(told.printed),
        )  # fmt: skip
        proposal = say("yes: somebody has seen to it. kim writes nothing and lists no call.")
        if "decisions" not in desk.snapshot.layouts:
            asked.problems.append(_problem(question, proposal, case, desk))
            continue
        terms = lead(desk.today, say("somebody may know of the appointment who should not."), desk.words, urgent=True)
        asked.take(ask(f"unsafe/{case.number}/{told.subject}", question, proposal, case.number or "",
                       desk.snapshot, desk.history, "remind", desk.now, terms, desk.words))  # fmt: skip
    return asked


def _in_question(desk: Desk) -> Iterator[tuple[Case, Told]]:
    for number in desk.history.told:
        for key, told in last_told(desk.entries(number)).items():
            case = desk.snapshot.case_by_number.get(key)
            # A word in the column that nobody can read stops messages as well, but says nothing about danger.
            if case is None or case.contact_way is not ContactWay.UNSAFE or "contact_way" in case.bad:
                continue
            start = begins(told.printed, desk.zone)
            # Once the hour is over the entry in the calendar leads nobody there any more.
            if start is not None and start > desk.now and not told.printed.get("cancelled"):
                yield case, told


def _problem(question: str, advice: str, case: Case, desk: Desk) -> Problem:
    return Problem(
        "unsafe_after_message", question, advice, **desk.snapshot.where(case, "contact_way"), key=case.number or "",
        who="lead",
    )  # fmt: skip
