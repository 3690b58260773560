"""`kim versions`: how a workbook stood before kim's last writes, and one of these put into a file."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from msgspec import Struct

from automations.cli.clock import make_clock
from automations.cli.exit_status import DONE, UsageError, refuse_without
from automations.cli.laying_down import refuse_over
from automations.cli.output import Output
from automations.common.errors import why
from automations.common.files import write_private
from automations.common.texts import Texts
from automations.config.loading import load_site
from automations.workbooks.stores.packed import UNPACKABLE, as_file, unpack
from automations.workbooks.stores.versions import called, kept, saved_at


class Version(Struct, frozen=True):
    """One line of the list; `bytes` is the room that it takes."""

    name: str
    saved: str
    bytes: int


def versions(arguments: Namespace) -> int:
    """`kim versions`: lists them; `kim versions NAME` writes one to a file, never over the workbook itself."""
    output, site = Output(arguments.json), load_site(Path(arguments.site))
    say = site.facts.texts
    found = [path for folder in sorted((site.state / "versions").glob("*")) for path in kept(folder)]
    if arguments.name:
        target = arguments.out or Path(arguments.name)
        _write(_named(found, arguments.name, say), target, say)
        output.document({"file": str(target)})
        output.line(say.say("The earlier version was written to {file}.", file=target))
        return DONE
    refuse_without(arguments.out, "--out", "NAME", say)
    zone = make_clock(site, None)().tzinfo
    rows = [Version(called(path), f"{saved_at(path).astimezone(zone):%d.%m.%Y %H:%M}", path.stat().st_size)
            for path in found]  # fmt: skip
    output.document({"versions": rows})
    headings = [say.say("Version"), say.say("saved"), "kB"]
    shown = [(row.name, row.saved, f"{row.bytes / 1000:.0f}") for row in rows]
    output.table(headings, shown, say.count("{n} earlier version", "{n} earlier versions", len(rows)))
    if not rows:
        output.line(say.say("kim has kept no earlier version yet; it keeps one before each write."))
    return DONE


def _named(found: list[Path], name: str, say: Texts) -> Path:
    for path in found:
        if name in {called(path), path.name}:
            return path
    raise UsageError(say.say("There is no earlier version {name}; “kim versions” lists them.", name=name))


def _write(path: Path, target: Path, say: Texts) -> None:
    # The usual target is the workbook's own name: a slip must not put an old version over it.
    refuse_over(target, say)
    try:
        content = as_file(unpack(path))
    except UNPACKABLE as error:
        sentence = say.say("{file} is damaged and cannot be put together; please take another one.", file=called(path))
        raise UsageError(sentence) from error
    try:
        write_private(target, content)
    except OSError as error:
        reason = say.say(why(error))
        raise UsageError(say.say("{file} cannot be written: {reason}.", file=target, reason=reason)) from error
