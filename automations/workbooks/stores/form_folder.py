"""A folder into which CSV files are dropped: read without following links, whole files only; what was read is put away
beside, for so many days, and can be cleaned of a person's rows. CSV as German offices make it: semicolon, comma or tab;
UTF-8 with or without mark, UTF-16, or cp1252."""

from __future__ import annotations

import codecs
import csv
import io
import os
import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from automations.common.files import write_private

DONE = "erledigt"  # the folder within, for files that were taken over
KEPT_DAYS = 30  # days that such a file stays there
_SETTLED_SECONDS = 20  # so long a file must not have changed: a program may still be writing it
_LARGEST = 20_000_000  # bytes
# The others wait for the next run, when these are put away.
_MOST_FILES = 500


class FormFile(Struct, frozen=True):
    """A file as read: its rows, the first being the headings. `trouble` is an English sentence of the catalogue where
    it could not be read. One that still changes has neither rows nor trouble: it is left to a later run."""

    name: str
    rows: tuple[tuple[str, ...], ...] = ()
    trouble: str = ""


def form_files(folder: Path, now: datetime) -> list[FormFile]:
    """The CSV files of a folder by name. `now` is aware. A folder that is missing, or a link, holds none."""
    if not is_folder(folder):
        return []
    return [_read(path, now) for path in _tables(folder)[:_MOST_FILES]]


def is_folder(folder: Path) -> bool:
    """Whether there is a folder to read; a link to one is none."""
    return folder.is_dir() and not folder.is_symlink()


def _tables(folder: Path) -> list[Path]:
    """The files in it that are called CSV, however that is written: some programs say “.CSV”. Names with a dot in front
    are what programs make for themselves: copies that are not whole yet, notes of a Mac about a file."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv" and not path.name.startswith("."))


def _read(path: Path, now: datetime) -> FormFile:
    try:
        data = _whole(path, now)
    except OSError:
        return FormFile(path.name, trouble="It is no plain file, or cannot be read.")
    if data is None:
        return FormFile(path.name)
    try:
        rows = read_csv(data)
    except CsvError as error:
        return FormFile(path.name, trouble=str(error))
    # Told, as somebody may wait for what an export was to bring.
    return FormFile(path.name, tuple(map(tuple, rows)), "" if rows else "It is empty.")


def _whole(path: Path, now: datetime) -> bytes | None:
    """The bytes of a file that has settled; None for one that still changes. Raises OSError for links, pipes, and
    what is too large."""
    # Neither a link nor a pipe: it could lead to a file that kim may read and its sender may not, or never end.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    # Whoever may lay files there could lay a link to any other file of the machine.
    if path.is_symlink():
        raise OSError(path)
    handle = os.open(path, flags)
    with os.fdopen(handle, "rb") as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode) or before.st_size > _LARGEST:
            raise OSError(path)
        age = now.timestamp() - before.st_mtime
        # A clock set back makes a file of the future, which must not wait for ever.
        if 0 <= age < _SETTLED_SECONDS:
            return None
        data = file.read(_LARGEST + 1)
        after = os.fstat(file.fileno())
    # Written on while it was read: half a row could be taken for a whole one.
    changed = (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size
    return None if changed else data


def put_away(folder: Path, name: str, now: datetime) -> None:
    """A file that was taken over goes into the folder within; one of the same name there is kept beside it.
    Raises OSError."""
    done = folder / DONE
    if done.is_symlink():
        raise OSError(done)
    done.mkdir(mode=0o700, exist_ok=True)
    target = done / f"{now:%Y%m%d-%H%M%S}-{name}"
    (folder / name).rename(target)
    # Its age is counted from here on, by the clock of the run.
    os.utime(target, (now.timestamp(), now.timestamp()))


def prune_done(folder: Path, now: datetime) -> None:
    """Delete what was put away long enough ago."""
    done = folder / DONE
    for path in _tables(done) if done.is_dir() and not done.is_symlink() else ():
        if now - datetime.fromtimestamp(path.lstat().st_mtime, now.tzinfo) > timedelta(days=KEPT_DAYS):
            path.unlink(missing_ok=True)


def rows_of(folder: Path) -> Iterator[tuple[Path, list[list[str]]]]:
    """Every file of a folder, also those put away, with its rows; what is no table is left out."""
    for place in (folder, folder / DONE):
        if place.is_symlink() or not place.is_dir():
            continue
        for path in _tables(place):
            try:
                if not path.is_symlink():
                    yield path, read_csv(path.read_bytes())
            except (OSError, CsvError):
                continue


def erase_rows(folder: Path, is_theirs: Callable[[list[str], list[str]], bool]) -> int:
    """Take a person's rows out of every file; how many that were. `is_theirs` gets headings and row. Raises OSError."""
    count = 0
    for path, rows in rows_of(folder):
        kept = [row for number, row in enumerate(rows) if number == 0 or not is_theirs(rows[0], row)]
        if len(kept) < len(rows):
            count += len(rows) - len(kept)
            made = io.StringIO(newline="")
            csv.writer(made, delimiter=";").writerows(kept)
            times = path.stat()
            write_private(path, made.getvalue().encode("utf-8-sig"))
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # by which it is deleted in the end
    return count


_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS = ";,\t|"
_LONGEST_CELL = 100_000  # characters


class CsvError(Exception):
    """A file that is no table; the message is an English sentence of the catalogue."""


def decoded(data: bytes) -> str:
    """The text of a file: by its mark, else UTF-8 where all of it is, else cp1252 (what Excel writes in Germany).
    Raises CsvError for what is no text."""
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        # Nothing fails here: five bytes that cp1252 has no letter for are no reason to lose the rows.
        text = data.decode("cp1252", "replace")
    if "\0" in text:
        raise CsvError("This is no text file with columns.")
    return text


def read_csv(data: bytes) -> list[list[str]]:
    """The rows of a file, none narrower than the first, blank rows left out. A leading line `sep=;` (Excel) names the
    separator; else it is the sign that parts the heading most. Raises CsvError for a file that is cut off within
    a quoted cell, or no table."""
    text = decoded(data)
    if not text.strip():
        return []
    first, _, rest = text.partition("\n")
    separator = ""
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=") + 1:
        separator, text = first.strip()[-1], rest
    return _rows(text, separator or _separator(text))


def _separator(text: str) -> str:
    """The sign that parts the first line into most cells; quoted ones count as text."""
    first = text.lstrip("\r\n").partition("\n")[0]
    unquoted = "".join(first.split('"')[::2])
    # Of equals the semicolon, which German programs write.
    return max(_SEPARATORS, key=lambda sign: (unquoted.count(sign), -_SEPARATORS.index(sign)))


def _rows(text: str, separator: str) -> list[list[str]]:
    # For the whole process, as the module knows no other way; the longest cell of any file here.
    csv.field_size_limit(_LONGEST_CELL)
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise CsvError("The file ends within a cell, or is no text file with columns.") from error
    rows = [[cell.strip() for cell in row] for row in found if any(cell.strip() for cell in row)]
    width = len(rows[0]) if rows else 0
    return [row + [""] * (width - len(row)) for row in rows]
