"""What became of one rule for one row: a mail, a call, or the reason why there is neither; and rules over single rows
whose message nobody gets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from automations.common.texts import Texts
from automations.jobs.desk import NAMED, untold_problem
from automations.jobs.reminding.desk import Desk
from automations.model.history import MailRecord
from automations.model.plan import Call, Mail
from automations.model.problems import Problem

REASONS: Mapping[str, str] = {
    "due": "Due: {why}",
    "call": "A call is due instead of a mail: {sentence}",
    "past": "The appointment on {date} has begun or is over.",
    "unusable": "The row cannot be used; see the list of problems.",
    "no_number": "The row has no number yet.",
    "doubled": "Its number stands twice; nobody knows which row is meant.",
    "no_date": "The row has no date or no time that can be read.",
    "no_case": "There is no usable case with this number.",
    "stranger": "Somebody else was told of it: the case is about another person now. The question about it waits for an answer.",  # noqa: E501
    "twin": "Another row of the same person says the same day and hour. The question about it waits for an answer.",
    "unsettled": "The row was changed only just now; it is looked at again when it has stood for {minutes} minutes.",
    "postponed": "The appointment was postponed and has no new date; the morning mail asks about it.",
    "unread_status": "Its status cannot be read; until somebody corrects the word, no message says that it stands.",
    "status": "The appointment is not planned any more (status “{status}”).",
    "replied": "The client has cancelled by reply.",
    "condition": "The rule's condition does not hold: {condition}",
    "early": "Due on {due}.",
    "late": "It was due on {due} and is no longer of use.",
    "sent": "This message was settled on {at} (state: {state}).",
    "just_said": "The same message reached this person only yesterday or today.",
    "together": "Another message to the same reader says it in the same run.",
    "swallowed": "An announcement of the same appointment says it already.",
    "not_short": "The appointment was known before its first reminder was due; no confirmation is needed.",
    "not_told": "No message about this appointment has left so far, so there is nothing to correct.",
    "unchanged": "Date, time and place are as the client was told.",
    "blocked": "{sentence}",
    "not_working": "Today is no working day.",
    "nothing": "There is nothing to say today.",
}
"""Reason -> the sentence that `kim plan --explain` prints."""


class Finding(Struct, frozen=True):
    """One reason code with what its sentence needs; `mail` or `call` where something is due. A mail is not `in_time`
    where it leaves too late to be all that is done. `unheard` is the row of which a reader would have been told, and
    is not."""

    rule: str
    row: str
    reason: str
    step: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    mail: Mail | None = None
    call: Call | None = None
    in_time: bool = True
    unheard: str = ""

    @property
    def speaks_of_visit(self) -> bool:
        """Whether a client is told something about an appointment, or will be when its row has settled."""
        tells = self.mail is not None and bool(self.mail.tells)
        # Unsettled counts as speaking: in half an hour a message goes out, and a question now would be answered twice.
        return tells or self.call is not None or self.reason == "unsettled"

    def sentence(self, words: Texts) -> str:
        """The finding in words, after the number of its row."""
        step = f" ({self.step})" if self.step else ""
        return f"{self.row}{step}: " + words.say(REASONS[self.reason], **self.values)


STATES: Mapping[str, str] = {
    "queued": "queued",
    "held": "held",
    "sending": "being sent",
    "sent": "sent",
    "test": "written to the folder only",
    "retry": "to be tried again",
    "failed": "failed",
    "unknown": "not known whether it arrived",
    "bounced": "came back",
    "suppressed": "not sent",
}
"""State of a mail -> how explanations call it."""


def sent(rule: str, row: str, record: MailRecord, desk: Desk, step: str = "") -> Finding:
    """That the message was settled, when, and what became of it."""
    state = desk.words.name("mail state", STATES.get(record.state, record.state))
    return Finding(rule, row, "sent", step, {"at": desk.in_words(record.at), "state": state})


def untold(findings: Iterable[Finding], desk: Desk) -> Iterator[Problem]:
    """What rules would have said and could not: to clients who may not or cannot be written to, to colleagues without
    an address. A rule has no words for a call, so people decide how the reader hears of it."""
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in () if desk.history.adopting else findings:
        by_rule[finding.rule].append(finding)
    called = {rule.name: rule.called(desk.words) for rule in desk.settings.rules}
    for name, silent in by_rule.items():
        rows = tuple(dict.fromkeys(finding.unheard for finding in silent))
        reasons = dict.fromkeys(_reason(finding, desk) for finding in silent)
        message = desk.words.count(
            "The message of the rule “{rule}” about {n} row reaches nobody: {rows}",
            "The message of the rule “{rule}” about {n} rows reaches nobody: {rows}",
            len(rows), rule=called.get(name, name), rows=", ".join(rows[:NAMED]),
        )  # fmt: skip
        yield untold_problem(message, reasons, rows, desk)


def _reason(finding: Finding, desk: Desk) -> str:
    if finding.reason == "blocked":
        return str(finding.values["sentence"])
    if finding.mail is not None:
        return desk.words.say("The message does not get through.")
    return desk.words.say("The message came back or was refused.")
