"""Objections of clients, in `Kontaktweg` of their case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from automations.common.texts import Texts
from automations.jobs.outcomes.answers import mark_of
from automations.jobs.outcomes.edits import Shown, problem, show, writable
from automations.messages.consent import permission
from automations.messages.may_send import consent_after
from automations.model.history import History, Reply
from automations.model.plan import EditGroup
from automations.model.problems import Problem
from automations.model.records import Case, ContactWay
from automations.model.snapshot import Snapshot

_SILENT = frozenset({ContactWay.NONE, ContactWay.UNSAFE})


def shown(snapshot: Snapshot, history: History, now: datetime, say: Texts) -> Shown:
    """The way of contact of whoever objected becomes "none", once. What staff enter after that, having
    spoken with the client, stands. Nothing is to do where the client consented anew on a later day. `now` is in the
    site's zone."""
    newest = _newest(history)
    groups: list[EditGroup] = []
    problems: list[Problem] = []
    for case in snapshot.cases if newest else ():
        reply = newest.get(case.number or "")
        if reply is None or case.contact_way in _SILENT or case.row not in snapshot.rows:
            continue
        day = reply.at.astimezone(now.tzinfo).date()
        if consent_after(permission(snapshot, case, now.date()).given_on, day, now.date()):
            continue
        mark = mark_of(reply)
        if f"contact_way/{case.number}/{mark}" in history.projected:
            continue
        if writable(snapshot, "cases", "contact_way"):
            why = say.say("The client wants no more mails.")
            groups += show(case, "cases", "contact_way", ContactWay.NONE, why, snapshot, mark=mark)
        else:
            problems += _to_enter(case, f"{day:%d.%m.%Y}", snapshot, say)
    return Shown(tuple(groups), tuple(problems))


def _newest(history: History) -> Mapping[str, Reply]:
    found: dict[str, Reply] = {}
    for reply in (reply for replies in history.replies.values() for reply in replies if reply.action == "object"):
        if reply.case not in found or found[reply.case].at < reply.at:
            found[reply.case] = reply
    return found


def _to_enter(case: Case, day: str, snapshot: Snapshot, say: Texts) -> Iterator[Problem]:
    word = snapshot.words.get(("cases", "contact_way", ContactWay.NONE), ContactWay.NONE.value)
    said = {
        "code": "objection",
        "message": say.say("On {day} the client asked for no more mails; none are sent any more.", day=day),
        "advice": say.say("Please set the way of contact to „{word}“.", word=word),
        "who": case.manager or "",
    }
    yield problem(case, "cases", "contact_way", said, snapshot)
