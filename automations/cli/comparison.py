"""`kim report --edition comparison`: what a site gives of itself to be compared with other towns."""

from __future__ import annotations

from datetime import datetime

from automations.cli.exit_status import DONE
from automations.cli.output import Output
from automations.common.texts import Texts
from automations.engine.outcomes import Prepared
from automations.engine.parts import World
from automations.engine.site_secrets import secret_of
from automations.jobs.figures.comparison import Compared
from automations.jobs.summarise import export_comparison
from automations.jobs.tabs.settings import SummariseSettings


def give_comparison(world: World, prepared: Prepared, now: datetime, output: Output) -> int:
    """Print it; what is given once is remembered, so that it never changes."""
    settings = world.site.settings(SummariseSettings, "summarise")
    secret = secret_of(world.site.state / "comparison.key")
    halves, facts = export_comparison(prepared.snapshot, settings, now, prepared.history, secret)
    world.ledger.remember(facts, now)
    output.document({"edition": "comparison", "halves": [half.plain() for half in halves]})
    say = world.site.facts.texts
    for half in halves:
        output.table([say.say("Figure"), say.say("Count")], _rows(half, say), half.half)
    output.line(say.say("This is all that other towns get. Each count has its own noise of at most 5; zeros stay."))
    return DONE


def _rows(half: Compared, say: Texts) -> list[tuple[str, object]]:
    load = [] if half.load is None else [("load", f"{half.load} %")]
    missing = [(name, say.say("no figure: {reasons}", reasons=", ".join(why))) for name, why in half.missing.items()]
    return [*half.cells.items(), *load, *missing]
