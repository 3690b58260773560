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
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.model.told import address_digest

_SILENT = frozenset({ContactWay.NONE, ContactWay.UNSAFE})
# A blank way of contact lets mails go where there is consent, so an objection must be told there as well.
_MAILED = frozenset({None, ContactWay.EMAIL})


def shown(snapshot: Snapshot, site: SiteFacts, history: History, now: datetime, say: Texts) -> Shown:
    """The way of contact of whoever objected becomes "none", once. What staff enter after that, having spoken with the
    client, stands; where that lets no mail go, and where another client's objection stops an address, it is
    said. Nothing is to do where the client consented anew on a later day. `now` is in the site's zone."""
    newest = _newest(history)
    groups: list[EditGroup] = []
    problems: list[Problem] = []
    for case in snapshot.cases if newest or history.objected else ():
        # Already as quiet as an objection asks for.
        if case.contact_way in _SILENT or case.row not in snapshot.rows:
            continue
        reply = newest.get(case.number or "")
        told = reply.at if reply else _by_address(case, site, history)
        day = told.astimezone(now.tzinfo).date() if told else None
        # Consent of a later day lifts the objection, and is not to be taken back by it.
        if day is None or consent_after(permission(snapshot, case, now.date()).given_on, day, now.date()):
            continue
        if reply is None:
            # Nothing reaches them any more either, and nobody else would hear of it.
            problems += _of_another(case, f"{day:%d.%m.%Y}", snapshot, say)
        elif f"contact_way/{case.number}/{mark_of(reply)}" in history.projected:
            # Written once: what stands there now was typed after it, by somebody who may have asked the client.
            problems += _typed_over(case, f"{day:%d.%m.%Y}", snapshot, say)
        elif writable(snapshot, "cases", "contact_way"):
            why = say.say("The client wants no more mails.")
            groups += show(case, "cases", "contact_way", ContactWay.NONE, why, snapshot, mark=mark_of(reply))
        else:
            problems += _to_enter(case, f"{day:%d.%m.%Y}", snapshot, say)
    return Shown(tuple(groups), tuple(problems))


def _by_address(case: Case, site: SiteFacts, history: History) -> datetime | None:
    """When somebody else objected from the address that an open case has as well."""
    # Somebody who chose the telephone is not kept from anything by an objection to mails.
    phase = site.phase(case.phase)
    if not case.email or case.contact_way not in _MAILED or (phase is not None and not phase.open):
        return None
    return history.objected.get(address_digest(case.email))


def _newest(history: History) -> Mapping[str, Reply]:
    found: dict[str, Reply] = {}
    for reply in (reply for replies in history.replies.values() for reply in replies if reply.action == "object"):
        # By case and not by appointment: an objection is about all messages.
        if reply.case not in found or found[reply.case].at < reply.at:
            found[reply.case] = reply
    return found


def _of_another(case: Case, day: str, snapshot: Snapshot, say: Texts) -> Iterator[Problem]:
    """Relatives may share an address: who has not objected hears nothing any more either, and must not learn why."""
    message = say.say(
        "On {day} somebody asked for no more mails to this address; none are sent there any more.", day=day
    )
    advice = say.say(
        "Please ask this person in private. If they want mails, enter the day of that consent; else set the way of "
        "contact to “{word}”.",
        word=_none(snapshot),
    )
    said = {"code": "address_objected", "message": message, "advice": advice, "who": case.manager or ""}
    yield problem(case, "email", said, snapshot)


def _typed_over(case: Case, day: str, snapshot: Snapshot, say: Texts) -> Iterator[Problem]:
    """The way of contact says email again, yet an objection is lifted by nothing but consent."""
    if case.contact_way not in _MAILED:
        return
    message = say.say("On {day} the client asked for no more mails; none are sent any more.", day=day)
    advice = say.say(
        "If they want mails again, please enter the day of that consent; else set the way of contact to “{word}”.",
        word=_none(snapshot),
    )
    said = {"code": "objection", "message": message, "advice": advice, "who": case.manager or ""}
    yield problem(case, "contact_way", said, snapshot)


def _none(snapshot: Snapshot) -> str:
    return snapshot.words.get(("cases", "contact_way", ContactWay.NONE), ContactWay.NONE.value)


def _to_enter(case: Case, day: str, snapshot: Snapshot, say: Texts) -> Iterator[Problem]:
    said = {
        "code": "objection",
        "message": say.say("On {day} the client asked for no more mails; none are sent any more.", day=day),
        "advice": say.say("Please set the way of contact to “{word}”.", word=_none(snapshot)),
        "who": case.manager or "",
    }
    yield problem(case, "contact_way", said, snapshot)
