"""Files that commands lay down for people to read, and that take the place of nothing else."""

from __future__ import annotations

from pathlib import Path

from automations.cli.exit_status import UsageError
from automations.common.errors import why
from automations.common.files import is_kept, write_private
from automations.common.texts import Texts

_BEGINNING = 8  # bytes of a file that tell its kind: the mark of UTF-8 and a heading, or "<!doctyp"


def _begins_alike(path: Path, content: bytes) -> bool:
    """Whether a file that is there was made by the same command once: settings and notes do not begin like it."""
    there = path.read_bytes()[:_BEGINNING]
    return there.lower() == content[: len(there)].lower()


def lay_down(path: Path, content: bytes, say: Texts, *, private: bool = False) -> None:
    """A file for people. Raises UsageError, in a sentence, where it cannot be written, or is no file of this kind:
    a slip in the name must not cost what a team works with."""
    if path.is_file() and (is_kept(path) or not _begins_alike(path, content)):
        raise UsageError(say.say("{file} is there already, and is no such file; please name another.", file=path))
    try:
        if private:
            write_private(path, content)
        else:
            path.write_bytes(content)
    except OSError as error:
        there = path.parent.is_dir()
        missing = say.say("there is no folder {folder}", folder=path.parent)
        reason = say.say(why(error)) if there else missing
        raise UsageError(say.say("{file} cannot be written: {reason}.", file=path, reason=reason)) from error


def refuse_over(path: Path | None, say: Texts, *, but: bytes = b"") -> None:
    """Raise UsageError where something has the name of a workbook to be written: it may be the team's own. With `but`
    a file that begins like this may be replaced: a copy that is made again and again."""
    if path and path.exists() and not (but and path.is_file() and path.read_bytes().startswith(but)):
        raise UsageError(say.say("{file} is there already; please name another file with --out.", file=path))
