"""One mail to the operator when a trouble begins, and one when it is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from automations.apply import Clock
from automations.ledger import PlannedMail
from automations.mail.outbox import send_all
from automations.plan import Fact, Mail
from automations.runner import RunResult
from automations.world import World

_BAD = frozenset({"attention", "refused"})
_PATIENCE = timedelta(hours=8)  # a workbook that is open for a working day is a trouble, too


def tell_operator(world: World, result: RunResult, clock: Clock) -> None:
    """Compare this run with what the operator knows, and tell what is new. Does nothing without an
    address in `[operator]`."""
    address = world.site.file.operator.email
    if not address:
        return
    open_since = str((world.ledger.fact("trouble", "operator") or {}).get("since", ""))
    is_bad = result.outcome in _BAD or _busy_too_long(world, result, clock)
    if is_bad == bool(open_since):
        return
    now = clock()
    since = now.isoformat() if is_bad else ""
    template = "operator_trouble" if is_bad else "operator_recovered"
    mail = _mail(world, result, template, address, clock, key=since or open_since)
    fact = Fact("trouble", "operator", {"since": since})
    world.ledger.record(
        result.prepared.run, now, (), (PlannedMail(mail, "queued"),), (fact,), frozenset(), live=world.site.live
    )
    send_all(world.ledger, world.renderer, world.transport, world.sender, lambda _: None, clock, {mail.key})


def _busy_too_long(world: World, result: RunResult, clock: Clock) -> bool:
    since = str((world.ledger.fact("busy", "team") or {}).get("since", ""))
    return result.outcome == "busy" and bool(since) and clock() - datetime.fromisoformat(since) > _PATIENCE


def _mail(world: World, result: RunResult, template: str, address: str, clock: Clock, key: str) -> Mail:
    local = clock().astimezone(ZoneInfo(world.site.facts.zone))
    troubles = [*result.prepared.record.trouble, result.prepared.refused]
    troubles += [problem.message for problem in result.prepared.problems if problem.who == "operator"]
    context = {
        "run": result.prepared.run,
        "date": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "problems": list(dict.fromkeys(text for text in troubles if text)),
        "site_name": world.site.facts.name,
    }
    return Mail(
        key=f"{template}/{key}", rule=template, case="", to=address, language=world.site.facts.language,
        template=template, not_after=clock() + timedelta(days=2), why=template, audience="staff", context=context,
    )  # fmt: skip
