"""Does what people answered in the tab of decisions, where that is about kim itself: mails stopped, mails let
go, letters judged, and cases erased. Each answer is acted on once, so that a command given later counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import structs

from automations.engine.erasure import forget_case
from automations.engine.expiry import ERASE, keys_of
from automations.engine.letters import act_on_letters
from automations.engine.outcomes import Prepared
from automations.engine.parts import World
from automations.engine.questions import RELEASE, STOP
from automations.model.decisions import answer, question_number
from automations.model.fact_kinds.questions import Acted
from automations.model.records import Answer


def act_on_answers(world: World, prepared: Prepared, now: datetime) -> Prepared:
    """Before anything of the plan is carried out. Mails that were let go leave with this very run."""
    _stop(world, prepared, now)
    released = frozenset(_release(world, prepared, now))
    mails = tuple(
        structs.replace(item, state="queued", detail="") if item.mail.key in released and item.state == "held" else item
        for item in prepared.mails
    )
    mails = act_on_letters(world, mails, prepared.snapshot, prepared.history, now)
    return structs.replace(prepared, mails=mails)


def _stop(world: World, prepared: Prepared, now: datetime) -> None:
    """The row as it stands decides, whoever changed it; a row that is gone changes nothing."""
    number = question_number(STOP)
    row = next((item for item in prepared.snapshot.decisions if item.number == number), None)
    if row is None:
        return
    # A cell that was emptied, or says "later", is no order to stop any more.
    wanted = Answer.YES if row.decision is Answer.YES else Answer.NO
    known = (world.ledger.fact(Acted, STOP) or Acted(Answer.NO.value)).answer
    # Only the change counts: who releases by command after a yes in the tab would else be stopped again by each run.
    if wanted != known:
        world.ledger.set_hold(on=wanted is Answer.YES, now=now)
        world.ledger.remember([Acted(wanted.value).under(STOP)], now)


def _release(world: World, prepared: Prepared, now: datetime) -> Iterator[str]:
    for key in _fresh_yes(world, prepared, RELEASE):
        run = key.removeprefix(RELEASE)
        yield from (item.mail.key for item in world.ledger.mails("held") if item.run == run)
        # After the names were taken: released ones are no longer among the held.
        world.ledger.release(run, now)
        # Remembered last: a crash before it lets the next run release again, which changes nothing.
        world.ledger.remember([Acted(Answer.YES.value).under(key)], now)


def erase_as_answered(world: World, prepared: Prepared, now: datetime) -> tuple[str, ...] | None:
    """Erase whoever people said yes to. What was planned still names them, in rows and tabs about others, too: plan
    anew then. Returns what stays and is people's to do; None where nobody was erased."""
    found: list[str] | None = None
    for key in _fresh_yes(world, prepared, ERASE):
        found = found or []
        for case in keys_of(key, prepared.history):
            gone = forget_case(world, case, prepared.snapshot.keys_about(case), now, prepared.snapshot)
            found += gone.left
        world.ledger.remember([Acted(Answer.YES.value).under(key)], now)
    return None if found is None else tuple(dict.fromkeys(found))


def _fresh_yes(world: World, prepared: Prepared, beginning: str) -> list[str]:
    """Questions that people said yes to and that were not acted on yet."""
    return [
        key
        for key in prepared.history.questions
        if key.startswith(beginning)
        and answer(key, prepared.snapshot, prepared.history) is Answer.YES
        and world.ledger.fact(Acted, key) is None
    ]
