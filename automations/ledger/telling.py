"""The entries of a case's story as sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from automations.texts import Texts, texts

_WRITTEN: Mapping[str, str] = MappingProxyType(
    {
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
    }
)
_MAIL: Mapping[str, str] = MappingProxyType(
    {
        "queued": "The mail “{rule}” is ready to be sent.",
        "held": "The mail “{rule}” is held until people let it go.",
        "sent": "The mail “{rule}” was sent.",
        "test": "The mail “{rule}” was put into the folder; it reached nobody.",
        "retry": "The mail “{rule}” could not be handed over yet; it is tried again.",
        "failed": "The mail “{rule}” was refused.",
        "unknown": "It cannot be told whether the mail “{rule}” left.",
        "bounced": "The mail “{rule}” came back.",
        "suppressed": "The mail “{rule}” is not sent.",
    }
)
_DETAILS: Mapping[str, str] = MappingProxyType(
    {
        "no longer wanted": "it is not wanted any more",
        "answered": "the client has answered",
        "released": "people let it go",
        "restored": "it may have left after the backup was made",
        "adoption": "it was due before kim came to this workbook",
        "brake": "far more mails than usual",
        "hold": "all mail is on hold",
    }
)
"""Reasons that come as codes; all others are sentences already."""
_REPLIES: Mapping[str, str] = MappingProxyType(
    {
        "confirm": "The client confirmed the appointment {appointment}.",
        "cancel": "The client cancelled the appointment {appointment}.",
        "object": "The client wants no more mails.",
    }
)
_FACTS: Mapping[str, str] = MappingProxyType(
    {
        "reserved": "The number {number} was reserved for this row.",
        "question": "A question was put to the team: {question}",
        "answer": "The team answered: {answer}",
        "assignment_reason": "Assigned to {manager}: {why}",
        "move": "A move to another colleague was proposed.",
        "moved": "The case was handed over, as the team had agreed.",
        "phase": "Its phase was noted: {phase}",
        "version": "The state of the appointment was noted.",
    }
)


def tell(kind: str, data: Mapping[str, Any], language: str) -> str:
    """An entry as a sentence in a language; reasons stand as they were given."""
    say = texts(language)
    if kind == "decided":
        return str(data.get("why") or say.say("A change was planned."))
    if kind == "written":
        return _with(say.say(_WRITTEN.get(str(data.get("result")), _WRITTEN["unclear"])), data.get("why"))
    if kind == "mail":
        text = say.say(_MAIL[str(data["state"])], rule=data.get("rule", ""))
        detail = str(data.get("detail") or "")
        return _with(text, say.say(_DETAILS.get(detail, detail)) if detail else data.get("why"))
    if kind == "reply":
        return say.say(_REPLIES[str(data["action"])], appointment=data.get("appointment", ""))
    if kind == "veto":
        return say.say("People took a change back; it is not made again.")
    return _tell_fact(data, say)


def _tell_fact(data: Mapping[str, Any], say: Texts) -> str:
    inner, kind = data.get("data") or {}, str(data.get("kind", ""))
    if kind not in _FACTS and inner.get("why"):
        return say.say("Reason for {kind}: {why}", kind=kind, why=inner["why"])
    if kind not in _FACTS:
        return say.say("Noted: {kind}.", kind=kind)
    blank = dict.fromkeys(("number", "question", "answer", "manager", "why", "phase"), "")
    values = blank | {key: str(value) for key, value in inner.items()}
    return say.say(_FACTS[kind], **values)


def _with(text: str, reason: object) -> str:
    return f"{text} ({reason})" if reason else text
