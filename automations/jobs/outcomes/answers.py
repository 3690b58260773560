"""Answers of clients, in `Antwort` and `Status` of the appointment that they are about.

An answer changes the status once: what people make of the row afterwards is theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

from msgspec import Struct

from automations.common.texts import Texts
from automations.jobs.outcomes.edits import Shown, problem, show, writable
from automations.jobs.reminding.printed import printed
from automations.jobs.reminding.versions import State, recorded, state_told
from automations.model.fact_kinds.messages import Contradiction
from automations.model.history import History, Reply
from automations.model.plan import EditGroup, Fact
from automations.model.problems import Problem
from automations.model.records import STANDS, Appointment, AppointmentStatus
from automations.model.snapshot import Snapshot
from automations.model.values import digest

_STATUS_OF: Mapping[str, AppointmentStatus] = MappingProxyType(
    {"confirm": AppointmentStatus.CONFIRMED, "cancel": AppointmentStatus.CANCELLED}
)
# Closed statuses that do not fit what the client wants.
_CONTRARY: Mapping[AppointmentStatus, frozenset[AppointmentStatus]] = MappingProxyType({
    AppointmentStatus.CONFIRMED: frozenset({AppointmentStatus.CANCELLED, AppointmentStatus.POSTPONED}),
    AppointmentStatus.CANCELLED: frozenset({AppointmentStatus.ATTENDED, AppointmentStatus.NO_SHOW}),
})  # fmt: skip


def shown(snapshot: Snapshot, history: History, zone: ZoneInfo, say: Texts) -> Shown:
    """Everything that the answers to appointments call for."""
    groups: list[EditGroup] = []
    problems: list[Problem] = []
    facts: list[Fact] = []
    for appointment in (one for one in snapshot.appointments if (one.number or "") in history.replies):
        replies = _of_its_client(appointment, history)
        # A number that stands twice has no row of its own: whose answer it is cannot be told.
        if not replies or appointment.row not in snapshot.rows:
            groups += _of_another(appointment, snapshot, history, zone, say)
            continue
        answered = _Answered(appointment, replies, snapshot, history, zone, say)
        groups += answered.answer()
        groups += answered.status()
        found = answered.contradiction()
        if found:
            facts.append(found)
            problems.append(answered.problem())
    return Shown(tuple(groups), tuple(problems), tuple(facts))


def _of_its_client(appointment: Appointment, history: History) -> tuple[Reply, ...]:
    """What somebody answered to whom the appointment does not belong (any more) says nothing about it."""
    replies = history.replies.get(appointment.number or "", ())
    return tuple(reply for reply in replies if reply.case in {"", appointment.case})


def _of_another(
    appointment: Appointment, snapshot: Snapshot, history: History, zone: ZoneInfo, say: Texts
) -> Iterator[EditGroup]:
    """Takes what somebody else answered out of `Antwort`, once the appointment is another client's: it would stand
    there as theirs."""
    others = [_Answered(appointment, (reply,), snapshot, history, zone, say) for reply in
              history.replies[appointment.number or ""]]  # fmt: skip
    row = snapshot.rows.get(appointment.row)
    settled = appointment.row not in snapshot.unsettled
    if row is not None and settled and row.value("answer") in {one.text for one in others}:
        why = say.say("The appointment is another client's now.")
        yield from show(appointment, "appointments", "answer", None, why, snapshot, mark="gone")


def states_answered(reply: Reply, person: str, history: History) -> list[State]:
    """What this person was told, as far as it is still known, that the answer is about."""
    record = history.versions.get(reply.appointment)
    told = [state_told(entry) for entry in history.told.get(reply.appointment, ()) if entry.case == person]
    states = [state for state in (recorded(record)[0] if record else None, *told) if state and state.is_of(person)]
    # Versions since the last change of date, time or place say the same appointment; older ones are stale.
    return [state for state in states if state.core_version <= reply.version <= state.version]


def mark_of(reply: Reply) -> str:
    """What tells an answer from all others."""
    return digest(reply.appointment, reply.version, reply.action, reply.at.isoformat())[:8]


class _Answered(Struct, frozen=True, dict=True):
    """An appointment with its answers, the oldest first."""

    appointment: Appointment
    replies: Sequence[Reply]
    snapshot: Snapshot
    history: History
    zone: ZoneInfo
    say: Texts

    @cached_property
    def last(self) -> Reply:
        """The newest yes or no; an objection only where there was neither."""
        # An objection is about messages: it says nothing of whether the client comes.
        plain = [reply for reply in self.replies if reply.action in _STATUS_OF]
        return plain[-1] if plain else self.replies[-1]

    @property
    def wanted(self) -> AppointmentStatus | None:
        """The status that the client's answer asks for."""
        return _STATUS_OF.get(self.last.action)

    def answer(self) -> Iterator[EditGroup]:
        """The cell `Antwort`, whatever became of the row."""
        yield from self._show("answer", self.text)

    @property
    def text(self) -> str:
        """What stands there."""
        words = {
            "confirm": self.say.say("confirmed"),
            "cancel": self.say.say("cancelled"),
            "object": self.say.say("no more mails"),
        }
        return f"{words[self.last.action]} {self.last.at.astimezone(self.zone):%d.%m.%Y}"

    def status(self) -> Iterator[EditGroup]:
        """The cell `Status`, where the row is as it was when the client was asked."""
        if self.wanted and self._may_follow():
            mark = mark_of(self.last)
            yield from self._show("status", self.wanted, guards=("date", "time", "place"), mark=mark)

    def contradiction(self) -> Fact | None:
        """The fact that people are shown a contradiction; None where there is none, or where they
        have changed the row since."""
        if not self._contradicts():
            return None
        number, mark = self.appointment.number or "", mark_of(self.last)
        found, known = Contradiction(mark, self._row_digest()), self.history.fact(Contradiction, number)
        seen_before = known is not None and known.reply == mark
        return found.under(number) if not seen_before or known == found else None

    def problem(self) -> Problem:
        """The contradiction in words."""
        return problem(self.appointment, "status", self._said(), self.snapshot)

    def _said(self) -> Mapping[str, str]:
        say = self.say.say
        if not self._may_follow():
            return {
                "code": "reply_contradicts",
                "message": say("The client's answer by mail does not fit the status of the appointment."),
                "advice": say(
                    "Please compare “{answer}” and “{status}” and set the status that is right.",
                    answer=self.snapshot.heading("appointments", "answer"),
                    status=self.snapshot.heading("appointments", "status"),
                ),
            }
        confirmed = self.wanted is AppointmentStatus.CONFIRMED
        word = self.snapshot.words.get(("appointments", "status", self.wanted or ""), self.wanted or "")
        return {
            "code": "reply_to_enter",
            "message": say("The client confirmed the appointment by mail.")
            if confirmed
            else say("The client cancelled the appointment by mail."),
            "advice": say("Please enter “{word}” as its status.", word=word),
        }

    def _show(self, field: str, new: str, *, guards: tuple[str, ...] = (), mark: str = "") -> Iterator[EditGroup]:
        why = self.say.say("The client answered by mail.")
        yield from show(
            self.appointment, "appointments", field, new, why, self.snapshot, guards=guards, mark=mark
        )  # fmt: skip

    def _may_follow(self) -> bool:
        if self._followed(self.last) or self.appointment.row in self.snapshot.unsettled:
            return False
        return self.appointment.status in STANDS and self._current() and not self._overruled()

    def _overruled(self) -> bool:
        """Whether staff set another status since the client was asked. One that an earlier answer of
        the client brought is none of theirs."""
        asked, status = self.last.seen.get("status"), self.appointment.status
        # A blank status and "planned" are one to staff: filling it in decides nothing.
        if asked is None or (status or AppointmentStatus.PLANNED) in {asked or AppointmentStatus.PLANNED, self.wanted}:
            return False
        return not any(_STATUS_OF.get(reply.action) == status and self._followed(reply) for reply in self.replies)

    def _followed(self, reply: Reply) -> bool:
        """Whether the status was set by this answer once."""
        # Only once: whoever sets the status back after a yes has spoken with the client.
        return f"status/{self.appointment.number}/{mark_of(reply)}" in self.history.projected

    def _current(self) -> bool:
        """Whether date, time and place are those that the client answered about, in time."""
        facts = printed(self.appointment, self.snapshot)
        # An answer after the hour began is no promise to come.
        if facts is None or self.last.at >= facts.start(self.zone):
            return False
        # "": of an answer to a version of 0.1 nobody knows what stood in it; its number says enough.
        return any(state.core in {*facts.cores, ""} for state in self._answered_states)

    @cached_property
    def _answered_states(self) -> list[State]:
        """A new telephone number makes no other date."""
        return states_answered(self.last, self.appointment.case or "", self.history)

    def _contradicts(self) -> bool:
        status, wanted = self.appointment.status, self.wanted
        if wanted is None or status == wanted or self._followed(self.last):
            return False
        # Somebody is typing there: in half an hour the row may say what the client said.
        if self.appointment.row in self.snapshot.unsettled:
            return False
        if status in STANDS:
            return not self._may_follow() or not writable(self.snapshot, "appointments", "status")
        # Kept after a cancellation is a contradiction; "missed" after a confirmation is what happens.
        return status in _CONTRARY[wanted] and bool(self._answered_states)

    def _row_digest(self) -> str:
        row = self.snapshot.rows[self.appointment.row]
        return digest(*(row.value(name) for name in ("date", "time", "place", "status")))
