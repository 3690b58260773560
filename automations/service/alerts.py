"""One mail to the operator when a trouble begins, and one when it is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from automations.common.errors import place_of
from automations.engine.applied import RunResult
from automations.engine.outcomes import Refused
from automations.engine.parts import Clock, World
from automations.ledger.recording import PlannedMail
from automations.messages.outbox import send_all
from automations.model.fact_kinds.course import Busy, Trouble
from automations.model.plan import Mail

_TROUBLE, _RECOVERED = "operator_trouble", "operator_recovered"
_RULES = frozenset({_TROUBLE, _RECOVERED})
_BAD = frozenset({"attention", "refused"})
_PATIENCE = timedelta(hours=8)  # a workbook that is open for a working day is a trouble, too


class _News(Struct, frozen=True):
    """What the operator is to hear of: "operator" for runs, "copies" for old copies of a workbook, "look" for the
    looks between runs, "config" for what nobody can read; whether it stands badly with it, and why."""

    about: str
    bad: bool
    run: str = ""
    sentences: tuple[str, ...] = ()


def tell_operator(world: World, result: RunResult, clock: Clock) -> None:
    """Compare this run with what the operator knows, and tell what is new; what could not leave earlier
    is tried again. Does nothing without an address in `[operator]`."""
    if tell_of_copies(world, result, clock):
        return  # an old copy is why the run was refused
    troubles = [*result.record.trouble]
    found = [problem.message for problem in result.prepared.problems if problem.who == "operator"]
    # What stopped the run is a problem, too: the longer of both sentences is enough.
    troubles += [message for message in found if not any(message in known for known in troubles)]
    bad = result.outcome in _BAD or _busy_too_long(world, result, clock)
    _tell(world, _News("operator", bad, result.prepared.run, tuple(troubles)), clock)


def tell_of_copies(world: World, result: RunResult, clock: Clock) -> bool:
    """Tell that an old copy of a workbook was put back, also where another trouble lasts and after a run by hand: the
    machine decides nothing then, and waits. Whether one was found."""
    found = isinstance(result.prepared, Refused) and any(copy.kind == "restored" for copy in result.prepared.copies)
    _tell(world, _News("copies", found, result.prepared.run, tuple(result.record.trouble)), clock)
    return found


def tell_of_look(world: World, error: Exception | None, clock: Clock) -> None:
    """Tell that a look fell over, or (None) that looks go well again; each once. Of the error only its kind and place
    are told: its words could hold what stands in a row."""
    sentence = ""
    if error is not None:
        say = world.site.facts.texts
        sentence = say.say("A look at what is new failed ({place}). kim goes on looking.", place=place_of(error))
    _tell(world, _News("look", error is not None, sentences=(sentence,)), clock)


def tell_of_config(world: World, sentences: Iterable[str], clock: Clock) -> None:
    """Tell that the config is refused, or (without sentences) that it is read again; each once."""
    said = tuple(sentences)
    _tell(world, _News("config", bool(said), sentences=said), clock)


def _tell(world: World, news: _News, clock: Clock) -> None:
    address = world.site.file.operator.email
    if not address:
        return
    open_since = (world.ledger.fact(Trouble, news.about) or Trouble()).since
    # Only what changed: a trouble that lasts for weeks must not fill a mailbox, or nobody reads the next one.
    if news.bad != bool(open_since):
        _note(world, news, address, clock, open_since)
    waiting = {item.key for item in world.ledger.due(clock()) if item.rule in _RULES}
    # One that could not leave is tried again, apart from the runs, which it must not keep going.
    if waiting:
        send_all(world.ledger, world.renderer, world.transport, world.sender, lambda _: None, clock, waiting)


def _note(world: World, news: _News, address: str, clock: Clock, open_since: datetime | None) -> None:
    """The trouble begins or ends here: a mail about it is put into the outbox."""
    now = clock()
    key = (open_since or now).isoformat()
    mail = _mail(world, news, _RECOVERED if open_since else _TROUBLE, address, clock, key=key)
    fact = Trouble(None if open_since else now).under(news.about)
    world.ledger.record(
        news.run, now, (), (PlannedMail(mail, "queued", size=0),), (fact,), frozenset(), live=world.site.live
    )


def _busy_too_long(world: World, result: RunResult, clock: Clock) -> bool:
    since = (world.ledger.fact(Busy, "team") or Busy()).since
    return result.outcome == "busy" and since is not None and clock() - since > _PATIENCE


def _mail(world: World, news: _News, template: str, address: str, clock: Clock, key: str) -> Mail:
    local = clock().astimezone(world.site.facts.time_zone)
    context = {
        "run": news.run,
        "date": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "problems": list(dict.fromkeys(text for text in news.sentences if text)),
        "site_name": world.site.facts.name,
    }
    name = key if news.about == "operator" else f"{news.about}/{key}"
    return Mail(
        key=f"{template}/{name}", rule=template, case="", to=address, language=world.site.facts.language,
        template=template, not_after=clock() + timedelta(days=2), why=template, audience="staff", context=context,
    )  # fmt: skip
