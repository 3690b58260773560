"""The entries of a case's story as sentences for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

from automations.common.texts import Texts, texts
from automations.model.told import is_offer
from automations.model.values import Value, is_draft

_WRITTEN: Mapping[str, str] = MappingProxyType({
    "applied": "Written into the workbook.",
    "unchanged": "Not written: nothing was replaced.",
    "changed": "Not written: the row had been changed meanwhile.",
    "duplicate": "Not written: the row's number stands twice.",
    "missing": "Not written: the row or the column is not there any more.",
    "refused": "Not written: the workbook does not allow it.",
    "busy": "Not written: somebody had the workbook open.",
    "conflict": "Not written: the workbook changed at the same moment.",
    "unclear": "It cannot be told whether this was written.",
    "lost": "It cannot be told whether this was written.",
})  # fmt: skip
_MAIL: Mapping[str, str] = MappingProxyType({
    "queued": "The mail “{rule}” is ready to be sent.",
    "held": "The mail “{rule}” is held until people let it go.",
    "sent": "The mail “{rule}” was sent.",
    "test": "The mail “{rule}” was put into the folder; it reached nobody.",
    "retry": "The mail “{rule}” could not be handed over yet; it is tried again.",
    "failed": "The mail “{rule}” was refused.",
    "unknown": "It cannot be told whether the mail “{rule}” left.",
    "bounced": "The mail “{rule}” came back.",
    "suppressed": "The mail “{rule}” is not sent.",
})  # fmt: skip
# Reasons that come as codes; all others are sentences already.
_DETAILS: Mapping[str, str] = MappingProxyType({
    "no longer wanted": "it is not wanted any more",
    "answered": "the client has answered",
    "released": "people let it go",
    "restored": "it may have left after the backup was made",
    "adoption": "it was due before kim came to this workbook",
    "brake": "far more mails than usual",
    "hold": "all mail is on hold",
})  # fmt: skip
_REPLIES: Mapping[str, str] = MappingProxyType({
    "confirm": "The client confirmed the appointment {appointment}.",
    "cancel": "The client cancelled the appointment {appointment}.",
    "object": "The client wants no more mails.",
})  # fmt: skip
_OFFERED: Mapping[str, str] = MappingProxyType({
    "confirm": "Somebody who was asked said yes.",
    "cancel": "Somebody who was asked said no.",
    "object": "Somebody who was asked wants no more mails.",
})  # fmt: skip
_FACTS: Mapping[str, str] = MappingProxyType({
    "reserved": "The number {number} was reserved for this row.",
    "question": "A question was put to the team: {question}",
    "answer": "The team answered: {answer}",
    "assignment_reason": "Assigned to {manager}: {why}",
    "move": "A move to another colleague was proposed.",
    "moved": "The case was handed over, as the team had agreed.",
    "phase": "Its phase was noted: {phase}",
    "version": "The state of the appointment was noted.",
})  # fmt: skip
_CALLED: Mapping[str, str] = MappingProxyType({
    "": "Put on the call list.",
    "reached": "The call list: the client was reached.",
    "missed": "The call list: nobody was reached.",
    "wrong": "The call list: it was a wrong number.",
})  # fmt: skip
_NOTICED: Mapping[str, str] = MappingProxyType({
    "new": "People entered the row with a number of its own.",
    "changed": "Changed by people after {since}: {changes}.",
    "gone": "The row is no longer in the table; it was there on {since}.",
    "back": "The row is in the table again.",
    "renumbered": "The row has another number now; it was “{old}”.",
})  # fmt: skip


def tell(kind: str, data: Mapping[str, Any], language: str, called: Mapping[str, str] = MappingProxyType({})) -> str:
    """An entry as a sentence in a language; reasons stand as they were given. `called` is what people call the
    rules, by name."""
    # People know a rule by its title; the name stands in the ledger, as titles change.
    if kind == "mail" and data.get("rule") in called:
        data = {**data, "rule": called[str(data["rule"])]}
    return _TELLERS.get(kind, _tell_fact)(data, texts(language))


def _tell_decided(data: Mapping[str, Any], say: Texts) -> str:
    return str(data.get("why") or say.say("A change was planned."))


def _tell_written(data: Mapping[str, Any], say: Texts) -> str:
    return _with(say.say(_WRITTEN.get(str(data.get("result")), _WRITTEN["unclear"])), data.get("why"))


def _tell_mail(data: Mapping[str, Any], say: Texts) -> str:
    text = say.say(_MAIL[str(data["state"])], rule=data.get("rule", ""))
    detail = str(data.get("detail") or "")
    return _with(text, reason(detail, say) if detail else data.get("why"))


def reason(detail: str, say: Texts) -> str:
    """Why a mail is held or not sent: a code in words, or the sentence that it is."""
    return say.say(_DETAILS[detail]) if detail in _DETAILS else detail


def _tell_reply(data: Mapping[str, Any], say: Texts) -> str:
    about = str(data.get("appointment", ""))
    # An offer has no number that people know.
    sentences = _OFFERED if is_offer(about) else _REPLIES
    return say.say(sentences[str(data["action"])], appointment=about)


def _tell_veto(data: Mapping[str, Any], say: Texts) -> str:
    del data
    return say.say("People took a change back; it is not made again.")


def _tell_fact(data: Mapping[str, Any], say: Texts) -> str:
    inner, kind = data.get("data") or {}, str(data.get("kind", ""))
    if kind == "problem":
        return _tell_problem(inner, say)
    if kind == "called":
        return say.say(_CALLED.get(str(inner.get("result") or ""), _CALLED[""]))
    if kind not in _FACTS and inner.get("why"):
        return say.say("Reason for {kind}: {why}", kind=kind, why=inner["why"])
    if kind not in _FACTS:
        return say.say("Noted: {kind}.", kind=kind)
    blank = dict.fromkeys(("number", "question", "answer", "manager", "why", "phase"), "")
    values = blank | {key: str(value) for key, value in inner.items()}
    return say.say(_FACTS[kind], **values)


def _tell_noticed(data: Mapping[str, Any], say: Texts) -> str:
    """What people did to a row since the run before; an appointment's is named by its number."""
    changes = "; ".join(tell_changes(data.get("changes", ()), say))
    since = f"{datetime.fromisoformat(str(data['since'])):%d.%m.%Y %H:%M}"
    sentence = say.say(_NOTICED[str(data["event"])], since=since, changes=changes, old=data.get("old", ""))
    if changes and data["event"] == "back":
        sentence = f"{sentence} {say.say(_NOTICED['changed'], since=since, changes=changes)}"
    return _of_row(sentence, data.get("table"), data.get("key"), say)


def _tell_problem(data: Mapping[str, Any], say: Texts) -> str:
    form = "In the check list: {sentence}" if data.get("since") else "No longer in the check list: {sentence}"
    sentence = say.say(form, sentence=data.get("message", ""))
    return _of_row(sentence, data.get("table"), data.get("case"), say)


def _of_row(sentence: str, table: object, number: object, say: Texts) -> str:
    """A case's story tells of its appointments, too."""
    if table != "appointments":
        return sentence
    if is_draft(str(number)):
        return say.say("An appointment that had no number yet: {sentence}", sentence=sentence)
    return say.say("Appointment {number}: {sentence}", number=number, sentence=sentence)


def tell_changes(changes: Iterable[Mapping[str, Any]], say: Texts) -> Iterator[str]:
    """What became of each cell: its `column`, and what stood there (`old`) and stands there now (`new`)."""
    for change in changes:
        old, new = shown_value(change["old"]), shown_value(change["new"])
        form = "“{column}” from “{old}” to “{new}”"
        if not old:
            form = "“{column}” filled in with “{new}”"
        elif not new:
            form = "“{column}” emptied, it was “{old}”"
        yield say.say(form, column=change["column"], old=old, new=new)


def shown_value(value: Value) -> str:
    """A cell's value as people see it; "" for a blank one."""
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "" if value is None else str(value)


def _with(text: str, reason: object) -> str:
    return f"{text} ({reason})" if reason else text


_TELLERS: Mapping[str, Callable[[Mapping[str, Any], Texts], str]] = MappingProxyType({
    "decided": _tell_decided,
    "written": _tell_written,
    "mail": _tell_mail,
    "reply": _tell_reply,
    "veto": _tell_veto,
    "noticed": _tell_noticed,
})  # fmt: skip
