"""`kim subject`: what is kept about a person, and its erasure."""

from __future__ import annotations

import sys
from argparse import Namespace
from contextlib import AbstractContextManager, nullcontext

from msgspec import structs

from automations.cli.advice import StoppedError
from automations.cli.exit_status import ATTENTION, DONE, REFUSED
from automations.cli.names import known_case
from automations.cli.opening import opened
from automations.cli.output import Output
from automations.engine.erasure import forget_case, held_of, person_of
from automations.engine.lock import site_lock
from automations.engine.outcomes import Blind, Guarded, Refused
from automations.engine.parts import World
from automations.engine.snapshots import look, read_snapshot
from automations.model.snapshot import Snapshot


def subject(arguments: Namespace) -> int:
    """`kim subject FALL-NR export|erase`: what is kept about a person, or its erasure."""
    # What somebody is handed under Article 15 is a document, whoever asks for it.
    output = Output(arguments.json or arguments.action == "export")
    with opened(arguments) as (world, clock, say), _alone(world, arguments.action):
        seen = look(world.site, world.ledger, world.workbooks, clock())
        if isinstance(seen, Blind) or (isinstance(seen, Refused) and arguments.action == "erase"):
            raise StoppedError(seen)
        # The tables alone: a guard takes away what seems lost, and what is kept about a person is all of it.
        snapshot = read_snapshot(world.site, world.ledger, world.workbooks, clock(), everything=True)
        if isinstance(snapshot, Blind):
            raise StoppedError(snapshot)
        keys = known_case(world, snapshot, arguments.case, say)
        if arguments.action == "export":
            return _exported(world, arguments.case, keys, snapshot, seen, output)
        gone = forget_case(world, arguments.case, keys, clock(), snapshot)
        ended = ATTENTION if gone.unerased else DONE
        output.document({"case": arguments.case, **structs.asdict(gone)}, ended)
        output.line(say.count("{n} entry was erased.", "{n} entries were erased.", gone.erased))
        if gone.mails:
            output.line(say.count("{n} mail in the folder was deleted.", "{n} mails in the folder were deleted.",
                                  gone.mails))  # fmt: skip
        if gone.versions:
            output.line(say.count("{n} earlier version of the workbooks was deleted; it held the row.",
                                  "{n} earlier versions of the workbooks were deleted; they held the row.",
                                  gone.versions))  # fmt: skip
        if gone.backups:
            output.line(say.count("{n} backup of the ledger was cleaned.", "{n} backups of the ledger were cleaned.",
                                  gone.backups))  # fmt: skip
        for sentence in gone.left:
            output.line(sentence)
        output.line(say.say("The rows in the workbook are yours: please delete them too."))
        return ended


def _alone(world: World, action: str) -> AbstractContextManager[None]:
    """A run under way has a plan that still knows the person: erasing refuses to begin meanwhile, and no run begins
    before it is through."""
    return site_lock(world.site.state) if action == "erase" else nullcontext()


def _exported(
    world: World, case: str, keys: tuple[str, ...], snapshot: Snapshot, seen: Guarded | Refused, output: Output
) -> int:
    """All that is kept about a person; over tables that a guard refuses, what can be read, with its sentence."""
    kept = world.ledger.export_subject(case, keys, world.site.facts.language)
    told = {**kept, "stores": held_of(world, person_of(world, case, keys, snapshot))}
    if not isinstance(seen, Refused):
        output.document(told)
        return DONE
    say = world.site.facts.texts
    missing = say.say("This is not complete: rows of the workbook may be missing. {why}", why=seen.sentence)
    output.document({**told, "incomplete": missing}, REFUSED)
    sys.stderr.write(missing + "\n")
    return REFUSED
