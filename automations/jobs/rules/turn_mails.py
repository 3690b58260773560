"""The messages of a rule that asks in turn: offers with two buttons, and what is told after them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from automations.jobs.desk import Addressee
from automations.jobs.reminding.contexts import calendar_entry
from automations.jobs.reminding.printed import printed
from automations.jobs.reminding.versions import state_told, versions
from automations.jobs.rules.desk import Desk
from automations.jobs.rules.model import OwnText, Rule
from automations.jobs.rules.people import case_of
from automations.jobs.rules.turn_history import Past
from automations.jobs.rules.wording import (
    OWN_TEXT,
    filled,
    laid_out,
    path_of,
    places,
    said,
    texts_for,
    value_at,
    wording,
)
from automations.model.plan import CalendarEntry, Mail
from automations.model.records import Appointment, AppointmentStatus, Location, Record
from automations.model.told import Telling, last_told
from automations.model.values import Plain, digest

CANDIDATE, OLD, UNTIL = "candidate.", "old.", "until"
"""Places of a text beside those of the row: the candidate's own columns, what was told before, the deadline."""

BEFORE_YES = frozenset({"offer", "withdrawn", "thanks"})
"""Messages whose reader has not said yes, or not in time: they say nothing of any client."""

_ASKS: Mapping[str, str] = {"offer": "take", "changed": "keep", "taken": "leave"}


class Told(Struct, frozen=True):
    """One message: its kind, to whom, about which row as it stands now, until when it is of use. `needs` are edits
    that it speaks of; `until` is the moment by which an answer is hoped for, `starts` when the thing begins. Of a row
    that is `gone` only its mark is known, and what was told of it."""

    kind: str
    past: Past
    to: Addressee
    mark: str
    record: Record
    candidate: Record
    core: str
    not_after: datetime
    starts: datetime | None = None
    until: datetime | None = None
    needs: tuple[str, ...] = ()
    gone: bool = False


def template_of(rule: Rule, kind: str) -> str:
    """The name of the text for a kind of message."""
    return rule.template if kind == "offer" else f"{rule.template}_{kind}"


def turn_mail(rule: Rule, told: Told, desk: Desk) -> Mail:
    """The message, with what its reader then knows."""
    own = texts_for(template_of(rule, told.kind), desk) or {}
    to, past = told.to, told.past
    language = to.language if to.language in own else desk.site.language
    case = to.case if to.audience == "client" else case_of(told.record, desk)
    # Of a row that is gone the case is known from what was told: by it a person's data are erased.
    number = (case.number if case else None) or (past.last.case if past.last else "")
    # What was told is part of the key: another moment is another message, the same one never leaves twice.
    given_up = _given_up(rule, told, language, desk)
    key = f"{rule.name}/{told.mark}/{past.version}/{digest(desk.mark(told.candidate))[:8]}-{told.kind}-{told.core[:8]}"
    return Mail(
        key=key,
        rule=rule.name,
        case=number,
        to=to.address,
        language=language,
        template=OWN_TEXT,
        not_after=told.not_after,
        why=_why(rule, told, desk),
        version=past.version,
        subject_key=past.subject,
        channel="email",
        audience=to.audience,
        context={
            "own": dict(_texts(own, rule, told, desk, language)), "to_client": to.audience == "client",
            "case": "", "asks": _asks(rule, told.kind),
            "office_phone": desk.site.phone, "site_name": desk.site.name,
        },
        needs=(*desk.needs([told.record.row]), *told.needs),
        tells=(
            Telling(key, number, past.subject, past.version, _content(rule, told, desk)),
            *(becomes(rule.turn.becomes, told.record, to, key, desk) if rule.turn and told.kind == "taken" else ()),
            *([replace(given_up[0], key=f"{key}/ends")] if given_up else ()),
        ),
        calendar=given_up[1] if given_up else None,
        purpose=rule.purpose if to.audience == "client" else "",
        correction=told.kind != "offer",  # whoever was asked, or answered, hears how it stands at once
    )  # fmt: skip


def _asks(rule: Rule, kind: str) -> str:
    """Which answers the message offers; "" for none: where a yes is final, nothing is asked after it."""
    is_final = rule.turn is not None and rule.turn.final
    return "" if is_final and kind != "offer" else _ASKS.get(kind, "")


def _content(rule: Rule, told: Told, desk: Desk) -> dict[str, Plain]:
    """What the ledger keeps of it: what the next run compares the row with."""
    # What is told of a row that is gone is what was told before.
    facts = told.past.printed if told.gone else facts_of(rule, told.record, desk)
    return {
        "rule": rule.name, "row": told.mark, "candidate": desk.mark(told.candidate), "kind": told.kind,
        "core": told.core, "starts": told.starts.isoformat() if told.starts else "", "printed": dict(facts),
    }  # fmt: skip


def facts_of(rule: Rule, record: Record, desk: Desk) -> dict[str, str]:
    """What a row says in the fields whose change is told."""
    return {name: said(name, record, desk, desk.site.language) for name in (rule.turn.about if rule.turn else ())}


def becomes(number: str, record: Record, to: Addressee, key: str, desk: Desk) -> Iterator[Telling]:
    """The telling of the appointment with that number (`{…}` is filled in from the row): the client has it at the hour
    of the row that was asked about. Nothing for rows of other tables, and where it goes to nobody's case."""
    if not number or not isinstance(record, Appointment) or to.case is None or to.audience != "client":
        return
    name = filled(number, record, desk, desk.site.language, {})
    visit = replace(record, number=name, case=to.case.number, status=AppointmentStatus.PLANNED)
    facts = printed(visit, desk.snapshot)
    if facts is not None:
        state = versions(facts, None, None, desk.now).now
        content = {**state.plain(), "status": AppointmentStatus.PLANNED}
        yield Telling(f"{key}/becomes", to.case.number or "", name, state.version, content)


def _given_up(rule: Rule, told: Told, language: str, desk: Desk) -> tuple[Telling, CalendarEntry] | None:
    """The end of the appointment that the winner gives up, where they were told of it: the message about the new one
    says so, and a second letter would only ask whether they want another one."""
    number = str(told.candidate.get(rule.turn.ends) or "") if rule.turn and rule.turn.ends else ""
    case = told.to.case.number if told.to.case else None
    row = next((one for one in desk.snapshot.appointments if one.number == number), None)
    known = last_told(desk.history.told.get(number, ())).get(case or "")
    if told.kind != "taken" or row is None or known is None or row.case != case:
        return None
    facts = printed(replace(row, status=AppointmentStatus.CANCELLED), desk.snapshot)
    before = desk.history.versions.get(number)
    if facts is None or before is None:
        return None
    state = versions(facts, before, state_told(known), desk.now).now
    content = {**state.plain(), "status": AppointmentStatus.CANCELLED}
    telling = Telling("", case or "", number, state.version, content)
    return telling, calendar_entry(number, state, facts.at_the_hour_of(known.printed), language, desk)


def _why(rule: Rule, told: Told, desk: Desk) -> str:
    say = desk.words.say
    sentences = {
        "offer": say("They are asked in their turn."),
        "taken": say("They said yes first, or stand in the row."),
        "changed": say("What they said yes to has changed."),
        "released": say("They do not stand in the row any more."),
        "cancelled": say("What they said yes to does not take place."),
        "withdrawn": say("It is settled, so the offer is taken back."),
        "thanks": say("Their yes came after another one."),
    }
    return f"{say('So says the rule “{rule}”.', rule=rule.called)} {sentences[told.kind]}"


def _texts(
    own: Mapping[str, OwnText], rule: Rule, told: Told, desk: Desk, language: str
) -> Iterator[tuple[str, Plain]]:
    """The text in the reader's language and the site's."""
    for code in dict.fromkeys((language, desk.site.language)):
        text = own.get(code) or own.get(desk.site.language) or next(iter(own.values()))
        more = dict(_more(f"{text.subject} {text.text}", rule, told, desk, code))
        yield code, laid_out(text, told.record, desk, code, more)


def _more(text: str, rule: Rule, told: Told, desk: Desk, language: str) -> Iterator[tuple[str, str]]:
    for place in places(text):
        if place.startswith(CANDIDATE):
            yield place, said(place.removeprefix(CANDIDATE), told.candidate, desk, language)
        elif place.startswith(OLD):
            path = path_of(place.removeprefix(OLD), told.record.row.table, desk)
            yield place, told.past.printed.get(path or "", "")
        elif place == UNTIL:
            yield place, _moment(told.until, desk, language)
        elif told.gone and (path := path_of(place, told.record.row.table, desk)) in told.past.printed:
            yield place, told.past.printed[path or ""]
        elif _hidden(place, told.record, desk, language):
            # Even to somebody who said yes: a mail can be read by others.
            yield place, desk.words.say("the colleague tells you")
        elif rule.turn and rule.turn.lasts and path_of(place, told.record.row.table, desk) == rule.turn.lasts:
            # Where no length was typed, that is told with which double bookings are kept apart.
            minutes = said(rule.turn.lasts, told.record, desk, language)
            yield place, minutes or str(rule.turn.usual_minutes)


def _moment(moment: datetime | None, desk: Desk, language: str) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(desk.zone)
    return wording(language).when(local.date().isoformat(), f"{local.time().replace(tzinfo=None):%H:%M}")


def _hidden(place: str, record: Record, desk: Desk, language: str) -> bool:
    """Whether a place in a text would say where a protected place is, or what it is called; or the row names a place of
    which nothing is known that may be said."""
    path = path_of(place, record.row.table, desk) or ""
    holder = value_at(path, record, desk)[2] if path else None
    way, _, name = path.rpartition(".")
    unknown = name == "neutral_name" and bool(record.get(way)) and not said(path, record, desk, language)
    return unknown or (isinstance(holder, Location) and holder.protected)
