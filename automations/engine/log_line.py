"""What a run came to, as its line in the log says it: from the promises, the mails and the troubles alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import structs

from automations.common.texts import Texts
from automations.engine.applied import Applied
from automations.engine.outcomes import Prepared
from automations.engine.promises import judged, sentences
from automations.model.runs import RunRecord


def line_of(prepared: Prepared, applied: Applied, doubts: Sequence[str], say: Texts) -> RunRecord:
    """The run's line, as far as it has come. `doubts` are troubles from before the plan: a mailbox out of reach."""
    mails = tuple(_lost(prepared, applied, say))
    # A dict, as the same trouble is often met twice: a mail server that is away stops mails and letters.
    told = dict.fromkeys((*doubts, *prepared.record.trouble, *applied.trouble, *mails))
    told |= dict.fromkeys(sentences(applied.promises))
    for one in prepared.unmended:
        # A template that is broken stopped a mail as well, which says so.
        if not any(one.message.rpartition(": ")[2] in known for known in told):
            told[": ".join(filter(None, (one.tab, one.message)))] = None
    return structs.replace(
        prepared.record,
        outcome=judged(
            applied.promises, waits=applied.waits, troubles=bool(mails) or _failed(prepared, applied, doubts)
        ),
        trouble=tuple(told),
    )


def _failed(prepared: Prepared, applied: Applied, doubts: Sequence[str]) -> bool:
    """Whether something besides the workbooks failed, is held or could not be read."""
    failed_job = any(job.outcome == "failed" for job in prepared.jobs.values())
    held = any(item.state == "held" for item in prepared.mails)
    return bool(failed_job or held or prepared.unmended or prepared.unread or applied.trouble or doubts)


def _lost(prepared: Prepared, applied: Applied, say: Texts) -> Iterator[str]:
    """Mails that did not arrive or may not have; which ones, `kim status` tells (addresses stay out of the log)."""
    states = Counter(applied.states.values())
    # Those put off by an earlier run whose next try is still to come have not left either.
    earlier = prepared.history.mails
    states["retry"] += sum(
        item.state == "queued" and one is not None and one.state == "retry" and item.mail.key not in applied.states
        for item in prepared.mails
        for one in [earlier.get(item.mail.key)]
    )
    if states["failed"]:
        yield say.count(
            "{n} mail was refused by the mail server; “kim status” names its case.",
            "{n} mails were refused by the mail server; “kim status” names their cases.",
            states["failed"],
        )
    if states["retry"] and not applied.trouble:  # one that was refused for now, between others that left
        yield say.count(
            "{n} mail did not leave yet and is tried again; “kim status” names its case.",
            "{n} mails did not leave yet and are tried again; “kim status” names their cases.",
            states["retry"],
        )
    if states["unknown"]:
        yield say.count(
            "It cannot be told whether {n} mail left; “kim status” names its case.",
            "It cannot be told whether {n} mails left; “kim status” names their cases.",
            states["unknown"],
        )
