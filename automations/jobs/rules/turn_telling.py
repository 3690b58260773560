"""What each who was told of a row is to hear now, who is asked next, and what the row then shows. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from automations.jobs.rules.desk import Look
from automations.jobs.rules.people import addressee, verdict
from automations.jobs.rules.turn_history import HOLDING, Past
from automations.jobs.rules.turn_mails import Told, turn_mail
from automations.jobs.rules.turn_row import Row
from automations.model.records import Record

_DAY = timedelta(days=1)
# Messages that say how the row stands; the others end what their reader was told before.
_NEWS = frozenset({"offer", "taken", "changed"})


def take(row: Row) -> None:
    """Everything that there is to do about the row: who has it is written, told, and shown."""
    row.settle()
    # Before anything is told: the messages need this edit, so that nobody hears of a yes that stands nowhere.
    row.write()
    who = row.desk.mark(row.holder) if row.holder is not None else ""
    if who:
        row.known.setdefault(who, row.of.pasts.of(row.stand.mark, who))
    # Each hears the difference between what they were told last and what is true now.
    for other, past in row.known.items():
        _tell(row, other, past, holds=other == who)
    state = _ask_next(row) if row.is_free else _held(row, who)
    if state:
        row.cells.show(row.turn.state, state)


def _tell(row: Row, who: str, past: Past, *, holds: bool) -> None:
    kind = _due_to_holder(row, past) if holds else _due_to_other(row, who, past)
    person = row.of.people.get(who)
    if not kind:
        return
    if kind == "offer" and (person is None or not row.may_ask(person)):
        return
    _send(row, kind, past, person)


def _due_to_holder(row: Row, past: Past) -> str:
    """What whoever has it is to hear: the kind of message, "" for none."""
    stand = row.stand
    if row.turn.final and past.kind in HOLDING:
        return ""
    if not stand.live:
        return "cancelled" if past.kind in HOLDING and not stand.fits and _ahead(row, past) else ""
    if past.kind not in HOLDING:
        return "changed" if past.kind == "cancelled" else "taken"
    return "changed" if past.core != stand.core else ""


def _due_to_other(row: Row, who: str, past: Past) -> str:
    """What somebody is to hear who was told of it and does not have it."""
    stand = row.stand
    if past.kind in HOLDING and row.turn.final:
        return ""
    if past.kind in HOLDING:
        return ("released" if stand.live else "cancelled" if not stand.fits else "") if _ahead(row, past) else ""
    if past.late_yes():
        return "thanks" if _ahead(row, past) else ""
    if past.kind == "offer" and not past.said_no:
        return _due_after_offer(row, who, past)
    waits = past.waiting is not None and past.waiting.content.get("kind") == "offer"
    return "offer" if waits and row.is_free and not past.known else ""


def _due_after_offer(row: Row, who: str, past: Past) -> str:
    """What somebody with an open offer is to hear: nothing as long as it stands as it was told."""
    stand = row.stand
    if row.is_free and who not in row.blocked and not row.of.clashes(who, stand):
        # A changed thing is offered anew only with the notice that was promised; else the old offer is taken back.
        if past.core == stand.core or _in_time(row):
            return "" if past.core == stand.core else "offer"
        return "withdrawn" if _ahead(row, past) else ""
    said = bool(past.answers)
    return ("thanks" if said and stand.live else "withdrawn") if _ahead(row, past) else ""


def _in_time(row: Row) -> bool:
    """Whether people may still be asked, with the notice that the rule promises."""
    return row.stand.span is not None and row.desk.now < row.of.latest(row.stand.span.begins)


def _ahead(row: Row, past: Past) -> bool:
    """Whether the thing is still to come, as its reader believes: of what is over nothing more is told."""
    return past.starts is not None and past.starts > row.desk.now


def _send(row: Row, kind: str, past: Past, person: Record | None) -> None:
    """Write it; where nothing may be written, or it came back, people are asked to phone."""
    starts = row.stand.span.begins if row.stand.span else past.starts
    last = starts if kind in _NEWS else past.starts or starts
    if last is None:
        return
    returned = past.returned.content if past.returned is not None else {}
    came_back = bool(returned) and (returned.get("kind"), returned.get("core")) == (kind, row.stand.core)
    written = person is not None and not came_back and _write(row, kind, past, person, starts, last)
    # A mail that still waits a day before it matters may never leave: people are told beside it.
    leaves = written and (last - row.desk.now > _DAY or past.waiting is None)
    if kind != "offer" and not leaves:
        _untold(row, person, row.of.barred(person) if person is not None and not came_back else "")


def _write(row: Row, kind: str, past: Past, person: Record, starts: datetime | None, last: datetime) -> bool:
    """Whether something may be written to them; it is of use until `last`."""
    to = addressee(row.rule.recipient, person, row.desk)
    allowed = verdict(to, Look(row.stand.record, "due"), row.desk, row.rule.purpose)
    if not allowed.allowed and allowed.state == "suppressed":
        return False
    told = Told(
        kind, past, to, row.stand.mark, row.stand.record, person, row.stand.core,
        row.of.latest(last) if kind == "offer" else last,
        starts, row.deadline(row.desk.now, last), row.needs,
    )  # fmt: skip
    row.of.made.mails.append(turn_mail(row.rule, told, row.desk))
    return True


def _untold(row: Row, person: Record | None, barred: str) -> None:
    """Somebody does not know; `barred` is why nothing may be written to them, and then nobody says: phone."""
    say = row.desk.words.say
    name = row.desk.key(person) if person is not None else say("somebody who said yes")
    told = say("{name} does not know yet how things stand.", name=name)
    advice = (
        say("Please tell them only in a way that is safe and wanted.")
        if barred
        else say("Please phone: no mail has arrived.")
    )
    row.cells.problem("turn_untold", f"{told} {barred}".strip(), advice)


def _ask_next(row: Row) -> str:
    """Ask the next one where nobody's time runs; how things stand, as a sentence."""
    stand, say = row.stand, row.desk.words.say
    if stand.span is None:
        return ""
    latest = row.of.latest(stand.span.begins)
    pending = row.pending(latest)
    if pending:
        return pending
    count = sum(past.known for past in row.known.values())
    if row.desk.now >= latest:
        row.cells.problem("turn_late", say("It is too late to ask anybody for this."), say("Please phone around."))
        return say("too late to ask by mail ({n} asked)", n=count)
    person = next(row.candidates(), None)
    if person is None:
        row.cells.problem(
            "turn_nobody", say("Nobody is left who could be asked for this."), say("Please phone around.")
        )
        return say("nobody left to ask ({n} asked)", n=count)
    past = row.of.pasts.of(stand.mark, row.desk.mark(person))
    _send(row, "offer", past, person)
    # Noted at once, so that the next row of this run does not ask the same person about the same hour.
    row.of.offer(person, stand)
    return row.is_asked(person, row.deadline(row.desk.now, stand.span.begins))


def _held(row: Row, who: str) -> str:
    """How things stand where somebody stands in the row."""
    say, stand = row.desk.words.say, row.stand
    if not who or row.holder is None:
        return ""
    name, past = row.desk.key(row.holder), row.known[who]
    if not stand.live:
        return say("off; {name} is told", name=name) if not stand.fits and past.kind in HOLDING else ""
    changed = past.kind in HOLDING and (past.core != stand.core or not past.confirmed(stand.core))
    if changed:
        return say("{name} is told of the change and has not answered", name=name)
    reply = past.yes(stand.core)
    if reply is None and past.kind != "taken":
        return say("entered: {name}", name=name)
    return say("said yes: {name}", name=name)
