"""Words for what the ledger calls by a code: states of mails, outcomes and kinds of runs."""

from __future__ import annotations

from automations.common.texts import Texts


def mail_state(code: str, say: Texts) -> str:
    """A state of the outbox, as people say it."""
    words = {
        "queued": say.say("waits for its time"),
        "held": say.say("held until somebody lets it go"),
        "sending": say.say("on its way"),
        "sent": say.say("sent"),
        "test": say.say("laid down as a test"),
        "retry": say.say("is tried again"),
        "failed": say.say("could not be delivered"),
        "unknown": say.say("unclear whether it left"),
        "bounced": say.say("came back"),
        "suppressed": say.say("not sent, with a reason"),
    }
    return words.get(code, code)


def run_outcome(code: str, say: Texts) -> str:
    """What a run or an occurrence came to."""
    words = {
        "done": say.say("done"),
        "attention": say.say("somebody is needed"),
        "busy": say.say("the workbook was open"),
        "refused": say.say("refused"),
        "failed": say.say("failed"),
        "interrupted": say.say("interrupted"),
        "": say.say("under way"),
        "skipped: a later one ran": say.say("left out: a later one ran"),
        "skipped: too late": say.say("left out: it was too late"),
        "skipped: another run was under way": say.say("left out: another run was under way"),
    }
    return words.get(code, code)


def occurrence_kind(code: str, say: Texts) -> str:
    """What the schedule asks for."""
    words = {"full": say.say("full run"), "light": say.say("light run"), "mail": say.say("mails leave")}
    return words.get(code, code)
