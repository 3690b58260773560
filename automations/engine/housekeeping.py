"""What has to be done once a day: a backup of the ledger, and forgetting what is past its time."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta

from automations.common.errors import why
from automations.engine.parts import World
from automations.ledger.errors import LedgerError
from automations.ledger.packing import PACKED, backups, pack_older, superseded, to_lean, to_shrink
from automations.model.fact_kinds.course import Tidied
from automations.workbooks.stores.versions import pack_versions, prune

VERSION_DAYS = 30  # days that older versions of a workbook are kept


def tidy(world: World, now: datetime) -> str:
    """Do the day's tidying, once. A backup that cannot be made stops nothing: this run says why there is none, and so
    do those until the next try."""
    today = world.site.facts.today(now)
    last = world.ledger.fact(Tidied)
    if last and last.on and last.on >= today:
        return ""
    world.ledger.trim(now)
    for name in world.workbooks:
        folder = world.site.state / "versions" / name
        prune(folder, now, timedelta(days=VERSION_DAYS))
        pack_versions(folder, name)
    trouble = _back_up(world, today, now)
    # Also where the backup failed: tried again with each run it would cost minutes.
    world.ledger.remember([Tidied(today, trouble).under()], now)
    return trouble


def _back_up(world: World, today: date, now: datetime) -> str:
    """Why there is no backup of today; "" where there is."""
    folder = world.site.state / "backups"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        world.ledger.backup(folder / f"ledger-{today:%Y%m%d}.sqlite{PACKED}", now)
        # Only once the new one is there: a full disk must not leave a site without any.
        for old in superseded(backups(folder)):
            old.unlink()
        pack_older(folder)
        for path in to_lean(folder):
            with suppress(LedgerError):  # a damaged one stays as it is, and takes no other with it
                world.ledger.make_lean(path)
        for path in to_shrink(folder):
            with suppress(LedgerError):
                world.ledger.shrink(path)
    except LedgerError as error:
        return _unsaved(error.told(world.site.facts.language).whole, world)
    except OSError as error:
        return _unsaved(f"{error.filename or folder}: {world.site.facts.texts.say(why(error))}.", world)
    return ""


def _unsaved(reason: str, world: World) -> str:
    return world.site.facts.texts.say("The ledger was not backed up: {reason}", reason=reason)
