"""A version of a workbook, packed: its parts as differences to those of a whole one, or all of them.

`<version>.packed` is one line of JSON (what it rests on, when it was kept, the digest of what it holds) and an xz
stream: the fresh bytes, and how the parts are put together. Every part comes back bit for bit, which a digest proves;
the zip around them is made anew."""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import os
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from automations.common.files import read_file, write_private
from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.differences import STRINGS, difference, renumbered, renumbering, together
from automations.workbooks.stores.opening import BROKEN, damaged, open_package

PACKED = ".packed"

_FORMAT = 2
_READ = (1, _FORMAT)  # versions that an older kim packed have each row as a whole that is not the same
# Others could not be packed again as they were.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_PRESET = 1  # of xz: on a workbook of 5 000 cases a third of the time of level 4, and smaller than it
_LENGTH = 8
UNPACKABLE = (*BROKEN, lzma.LZMAError, TypeError, IndexError, WorkbookError)
"""What a damaged version can raise while it is unpacked."""


class Part(Struct, frozen=True):
    """One part: its name and place in the zip, and its bytes. A file that is no sound zip is one part without name."""

    name: str
    content: bytes
    made: tuple[int, ...] = ()
    method: int = zipfile.ZIP_DEFLATED
    rights: int = 0


class Head(Struct, frozen=True):
    """What a packed version says of itself. `base` is the name of the whole version that it is a difference to; ""
    where it is whole. `kept` are seconds since 1970 at which it became a version, `saved` when people saved it."""

    base: str
    kept: float
    saved: float
    digest: str


def read_head(path: Path) -> Head:
    """The first line. Raises one of UNPACKABLE where it makes no sense."""
    with path.open("rb") as file:
        # Bounded: a damaged file may have no end of line.
        data = json.loads(file.readline(10_000))
    if data["format"] not in _READ:
        raise damaged(path)
    return Head(str(data["base"]), float(data["kept"]), float(data["saved"]), str(data["digest"]))


class Whole(Struct, frozen=True):
    """A version that others rest on: its name in the folder, and its parts."""

    name: str
    parts: Sequence[Part]


def pack(parts: Sequence[Part], target: Path, kept: float, saved: float, base: Whole | None = None) -> None:
    """Write a packed version (mode 0600; another of that name is replaced in one step). Raises OSError."""
    old = {part.name: part for part in base.parts} if base else {}
    packer, index = lzma.LZMACompressor(check=lzma.CHECK_SHA256, preset=_PRESET), list[dict[str, Any]]()
    body = bytearray()
    numbers = _numbers(old, parts)
    for part in parts:
        steps, fresh = difference(_old(old, part.name, numbers), part.content)
        index.append({"name": part.name, "made": part.made, "method": part.method, "rights": part.rights,
                      "steps": steps, "fresh": len(fresh)})  # fmt: skip
        body += packer.compress(fresh)
    listed = json.dumps(index, separators=(",", ":")).encode()
    # At the end, as it is known only when all parts are packed; its length tells where it begins.
    body += packer.compress(listed + len(listed).to_bytes(_LENGTH, "big")) + packer.flush()
    head = {"format": _FORMAT, "base": base.name if base else "", "kept": kept, "saved": saved,
            "digest": _digest(parts)}  # fmt: skip
    write_private(target, json.dumps(head).encode() + b"\n" + body)
    # Lists of versions go by when people saved, not by when kim packed.
    os.utime(target, (saved, saved))


def unpack(path: Path, base: Whole | None = None) -> list[Part]:
    """The parts of a version, packed or not. `base` is the whole one that it rests on, where it was unpacked already.
    Raises one of UNPACKABLE where it, or the whole one, is damaged or gone."""
    if path.suffix != PACKED:
        return parts_of(read_file(path), path)
    head = read_head(path)
    if head.base and (base is None or base.name != head.base):
        base = read_whole(path.with_name(head.base))
    with path.open("rb") as file:
        file.readline()
        body = lzma.decompress(file.read(), format=lzma.FORMAT_XZ)
    length = int.from_bytes(body[-_LENGTH:], "big")
    old = {part.name: part for part in base.parts} if base and head.base else {}
    parts = _put_together(old, json.loads(body[-_LENGTH - length : -_LENGTH]), body)
    # A version that is not what it was is none: people would go on working with a mixture of two.
    if _digest(parts) != head.digest:
        raise damaged(path)
    return parts


def read_whole(path: Path) -> Whole:
    """A version that rests on nothing. Raises one of UNPACKABLE."""
    if path.suffix == PACKED and read_head(path).base:
        raise damaged(path)
    return Whole(path.name, unpack(path))


def _put_together(old: dict[str, Part], index: Iterable[dict[str, Any]], body: bytes) -> list[Part]:
    parts, at, fresh, entries = list[Part](), 0, dict[str, bytes](), list(index)
    for entry in entries:
        fresh[entry["name"]] = body[at : at + entry["fresh"]]
        at += entry["fresh"]
    strings = [
        Part(STRINGS, together(_old(old, STRINGS, {}), entry["steps"], fresh[STRINGS]))
        for entry in entries
        if entry["name"] == STRINGS
    ]
    numbers = _numbers(old, strings)
    for entry in entries:
        content = together(_old(old, entry["name"], numbers), entry["steps"], fresh[entry["name"]])
        parts.append(Part(entry["name"], content, tuple(entry["made"]), entry["method"], entry["rights"]))
    return parts


def _numbers(old: dict[str, Part], parts: Iterable[Part]) -> dict[bytes, bytes]:
    now = next((part.content for part in parts if part.name == STRINGS), b"")
    before = old[STRINGS].content if STRINGS in old else b""
    return dict(renumbering(before, now)) if before and now and before != now else {}


def _old(old: dict[str, Part], name: str, numbers: dict[bytes, bytes]) -> bytes:
    found = old[name].content if name in old else b""
    return renumbered(found, numbers) if name.startswith("xl/worksheets/") else found


def parts_of(data: bytes, path: Path) -> list[Part]:
    """What a workbook file is made of; `path` names it in errors."""
    try:
        with open_package(data, path) as package:
            infos = package.infolist()
            if any(info.compress_type not in _METHODS for info in infos):
                raise damaged(path)
            return [Part(i.filename, package.read(i), i.date_time, i.compress_type, i.external_attr) for i in infos]
    except (*BROKEN, WorkbookError):
        # As one piece: even a version of a damaged file may be wanted.
        return [Part("", data)]


def as_file(parts: Sequence[Part]) -> bytes:
    """The file again: the same for the same parts."""
    if [part.name for part in parts] == [""]:
        return parts[0].content
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for part in parts:
            year, month, day, hour, minute, second = part.made
            info = zipfile.ZipInfo(part.name, (year, month, day, hour, minute, second))
            info.compress_type, info.external_attr = part.method, part.rights
            package.writestr(info, part.content)
    return made.getvalue()


def _digest(parts: Iterable[Part]) -> str:
    found = hashlib.blake2b(digest_size=20)
    for part in parts:
        name = part.name.encode()
        found.update(len(name).to_bytes(4, "big") + name + len(part.content).to_bytes(8, "big"))
        found.update(part.content)
    return found.hexdigest()
