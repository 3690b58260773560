"""What no mail and no call puts right: people are asked about it, at once. So are they where contact turned unsafe
after a message: nothing is sent any more, and the message may lie on a telephone that somebody else reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from automations.jobs.moot_questions import moot
from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.differences import Difference, begins, twin_of
from automations.jobs.reminding.findings import Finding
from automations.jobs.reminding.printed import printed
from automations.jobs.reminding.versions import stood_beside
from automations.jobs.reminding.visits import took_back
from automations.model.decisions import Asked, answer, ask, holder, lead
from automations.model.fact_kinds.messages import Untrue
from automations.model.plan import EditGroup
from automations.model.problems import Problem
from automations.model.records import Answer, Case, ContactWay
from automations.model.told import Told, last_told
from automations.model.values import Plain, digest


def untruths(findings: Iterable[Finding], desk: Desk) -> Asked:
    """A question for each difference that none of the findings puts right. What is untrue, true, and untrue again
    is asked about again. A row that is gone may be on its way to another place: it is given the settling time."""
    asked = Asked()
    # What 0.1, or nobody, told before kim came is not known well enough to call it untrue.
    if desk.history.adopting:
        return asked
    spoken = set(_spoken(findings))
    open_ones = set()
    for difference in desk.differences.values():
        name = _name(difference)
        told = (difference.told.subject, difference.told.case)
        if desk.unsettled(difference.appointment, desk.snapshot.case_by_number.get(difference.told.case)):
            open_ones.add(name)  # a row in which somebody is typing settles nothing
            continue
        if told in spoken:
            # The message leaves out a protected place; that it is another one than before somebody must say in person.
            if _hides_place(difference, desk):
                _ask(f"told/{name}/place", difference, asked, desk, "place")
            if difference.twin:
                _ask(f"told/{name}/twin", difference, asked, desk)
            continue
        open_ones.add(name)
        untrue = _untrue(name, difference, desk)
        asked.facts.append(untrue.under(name))
        # A row that is cut out to be pasted elsewhere is gone for a moment.
        rested = desk.now - (untrue.since or desk.now) >= timedelta(minutes=desk.site.settle_minutes)
        if rested or difference.appointment is not None:  # then the row itself has stood for long enough
            _ask(f"told/{name}/{untrue.times}", difference, asked, desk)
    for name, known in _closed(open_ones, desk):
        asked.facts.append(replace(known, since=None).under(name))
        asked.groups += _moot(f"told/{name}/{known.times}", desk) if _is_ahead(known, desk) else ()
    _ask_about_twins(asked, desk)
    asked.groups += _settled_beside(desk)
    return asked


def _ask_about_twins(asked: Asked, desk: Desk) -> None:
    """Of what clients cancelled that another row, which stood beside it then, says still."""
    for entry in (one for some in desk.said_no.values() for one in some):
        twin, start = twin_of(entry, desk.snapshot), begins(entry.printed, desk.zone)
        if twin and start and start > desk.now and stood_beside(desk.history.versions.get(twin), entry):
            name = f"{entry.subject}/{entry.case}/{entry.version}/cancelled"
            _ask(f"told/{name}/twin", Difference(entry, "cancelled", twin=twin), asked, desk)


def _moot(key: str, desk: Desk) -> Iterator[EditGroup]:
    return moot(key, desk.snapshot, "remind", desk.today, desk.words)


def _settled_beside(desk: Desk) -> Iterator[EditGroup]:
    """Questions beside a message, once the other row says so no more, or a message has named the place."""
    beside = {key for key in desk.history.questions if key.startswith("told/") and key.endswith(("/twin", "/place"))}
    for entries in desk.history.told.values() if beside else ():
        last = last_told(entries)
        for told in entries:
            start, name = begins(told.printed, desk.zone), f"told/{told.subject}/{told.case}/{told.version}/"
            asked = [key for key in beside if key.startswith(name)]
            if not asked or start is None or start <= desk.now:
                continue
            since, twin = last.get(told.case, told), twin_of(told, desk.snapshot)
            named = any(since.printed.get(fact) for fact in ("cancelled", "place", "address"))
            done = {"place": since.version > told.version and named, "twin": not twin}
            for key in asked:
                yield from _moot(key, desk) if done[key.rpartition("/")[2]] else ()


def _hides_place(difference: Difference, desk: Desk) -> bool:
    """Whether the client was told a place, and no message may name the one where the appointment is now."""
    facts = printed(difference.appointment, desk.snapshot) if difference.appointment else None
    before = difference.told.printed
    hidden = facts is not None and facts.kind == "personal" and not (facts.cancelled or facts.place or facts.address)
    return hidden and "place" in difference.changed and bool(before.get("place") or before.get("address"))


def _spoken(findings: Iterable[Finding]) -> Iterator[tuple[str, str]]:
    for finding in findings:
        if finding.mail is not None and finding.in_time:
            yield from ((telling.subject, telling.case) for telling in finding.mail.tellings)
        if finding.call is not None:
            yield finding.row, finding.call.case


def _name(difference: Difference) -> str:
    told = difference.told
    return f"{told.subject}/{told.case}/{told.version}/{difference.kind}"


def _untrue(name: str, difference: Difference, desk: Desk) -> Untrue:
    """As it was known; a row that says something else again after people answered is another untruth."""
    known, told = desk.history.fact(Untrue, name) or Untrue(), difference.told
    facts = _row_says(difference, desk)
    answered = answer(f"told/{name}/{known.times}", desk.snapshot, desk.history) in {Answer.YES, Answer.NO}
    # Only after an answer: until then the question in the tab covers whatever the row says.
    changed = answered and known.facts not in {"", facts}
    if known.since is None or changed:
        # Counted, so that the same untruth is a question of its own when it comes back after an answer.
        known = Untrue(desk.now, known.times + 1)
    # Until somebody has answered, the question is about the row as it stands.
    return replace(known, case=told.case, number=told.subject, facts=known.facts if answered and not changed else facts)


def _row_says(difference: Difference, desk: Desk) -> str:
    row = difference.appointment
    facts = printed(row, desk.snapshot) if row else None
    return digest(
        difference.kind,
        facts.whole if facts else "",
        (row.status or "") if row else "",
        (row.case if row else None) or "",
        # Whoever says yes does not know what people said they know.
        *(["confirm"] if difference.told.answer == "confirm" else []),
    )


def _closed(open_ones: set[str], desk: Desk) -> Iterator[tuple[str, Untrue]]:
    for name, known in desk.history.facts_of(Untrue).items():
        # Kept with its count of times: when it becomes untrue again, the question gets a new key.
        if name not in open_ones and known.since:
            yield name, known


def _is_ahead(known: Untrue, desk: Desk) -> bool:
    """Whether the hour that was told is still to come: then it is true again, or told by now. Of one that is over
    nobody has said what became of it."""
    told = desk.told(known.number, known.case)
    start = begins(told.printed, desk.zone) if told else None
    return start is not None and start > desk.now


def _ask(key: str, difference: Difference, asked: Asked, desk: Desk, about: str = "") -> None:
    kind = "again" if difference.kind == "cancelled" and took_back(difference.told, desk) else difference.kind
    question, proposal = _said(difference, about or ("twin" if difference.twin else kind), desk)
    if "decisions" not in desk.snapshot.layouts:
        asked.problems.append(_problem(question, proposal, difference, desk))
        return
    told = difference.told
    case, say = desk.snapshot.case_by_number.get(told.case), desk.words
    terms = holder(case.manager if case else None, desk.today, say.say("the client believes what kim told last."), say,
                   urgent=True)  # fmt: skip
    asked.take(ask(key, question, proposal, told.case, desk.snapshot, desk.history, "remind", desk.now, terms, say))


def _said(difference: Difference, about: str, desk: Desk) -> tuple[str, str]:
    """The question and the proposal. Whole sentences for each kind, as languages order them differently."""
    told, say = difference.told, desk.words
    values = {
        "case": told.case,
        "number": told.subject,
        "when": moment_told(told.printed),
        "other": difference.twin or (difference.appointment.case if difference.appointment else None) or "?",
    }
    questions = {
        "gone": "{case} was told to come on {when} ({number}), but the row is gone. Does the appointment take place?",
        "doubled": "{case} was told to come on {when}, but {number} stands twice and no row says so. What is right?",
        "twin": "{case} was told to come on {when}. {number} says something else by now, {other} still says the same. What is right?",  # noqa: E501
        "person": "{case} was told to come on {when}, but {number} now belongs to {other}. Who tells {case}?",
        "stranger": "{case} was told to come on {when} ({number}), but the case is about somebody else now. Who tells the first person?",  # noqa: E501
        "place": "{case} was told of another place; no message names the new one of {number}. Who tells the client?",
        "unreadable": "{case} was told to come on {when}, but the row {number} cannot be read. Does it take place?",
        "postponed": "{case} was told to come on {when}; {number} was postponed. Who tells the client?",
        "closed": "{case} was told to come on {when}, but {number} counts as over already. Does it take place?",
        "cancelled": "{case} was told to come on {when}; {number} is cancelled. Neither email nor a call is allowed or possible. Who tells the client?",  # noqa: E501
        "again": "{case} cancelled the appointment on {when} and then said yes to it; {number} is still cancelled. Does it take place?",  # noqa: E501
        "reinstated": "{case} was told that {number} is off, but it takes place. Neither email nor a call is allowed or possible. Who tells the client?",  # noqa: E501
        "moved": "{case} was told to come on {when}; {number} has changed. Neither email nor a call is allowed or possible. Who tells the client?",  # noqa: E501
        "detail": "{case} was told of another colleague, duration or way of meeting ({number}). Neither email nor a call is allowed or possible. Who tells the client?",  # noqa: E501
    }
    proposal = say.say(
        "yes: the client knows by now. If the row was wrong, please correct it; then kim tells the client."
    )
    yes = [say.say("The client has said yes to it.")] if told.answer == "confirm" and about != "again" else []
    return " ".join((say.say(questions[about], **values), *yes)), proposal


def moment_told(printed: object) -> str:
    """Day and time that somebody was told, in words."""
    said: dict[str, Plain] = dict(printed) if isinstance(printed, dict) else {}
    day = datetime.fromisoformat(f"{said.get('date')}T{str(said.get('time'))[:5]}")
    return f"{day:%d.%m.%Y %H:%M}"


def _problem(question: str, advice: str, difference: Difference, desk: Desk) -> Problem:
    row, case = difference.appointment, desk.snapshot.case_by_number.get(difference.told.case)
    record, table = (row, "appointments") if row is not None else (case, "cases")
    return Problem(
        code="told_untrue",
        message=question,
        advice=advice,
        **desk.snapshot.where(record, table=table),
        key=difference.told.subject if row is not None else difference.told.case,
        who=(case.manager if case else None) or "lead",
    )


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
            asked.problems.append(_unsafe(question, proposal, case, desk))
            continue
        terms = lead(desk.today, say("somebody may know of the appointment who should not."), desk.words, urgent=True)
        asked.take(ask(f"unsafe/{case.number}/{told.subject}", question, proposal, case.number or "",
                       desk.snapshot, desk.history, "remind", desk.now, terms, desk.words))  # fmt: skip
    return asked


def _in_question(desk: Desk) -> Iterator[tuple[Case, Told]]:
    for entries in desk.history.told.values():
        for key, told in last_told(entries).items():
            case = desk.snapshot.case_by_number.get(key)
            # A word in the column that nobody can read stops messages as well, but says nothing about danger.
            if case is None or case.contact_way is not ContactWay.UNSAFE or "contact_way" in case.bad:
                continue
            start = begins(told.printed, desk.zone)
            # Once the hour is over the entry in the calendar leads nobody there any more.
            if start is not None and start > desk.now and not told.printed.get("cancelled"):
                yield case, told


def _unsafe(question: str, advice: str, case: Case, desk: Desk) -> Problem:
    return Problem(
        "unsafe_after_message", question, advice, **desk.snapshot.where(case, "contact_way"), key=case.number or "",
        who="lead",
    )  # fmt: skip
