"""Zip archives whose unchanged members are copied with their raw bytes, local headers included.

The standard library can only recompress; here a rewritten archive is the old one with byte ranges
replaced. Layout: APPNOTE.TXT 6.3 (PKWARE), sections 4.3 and 4.5."""

from __future__ import annotations

import os
import zlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, Self, TypeAlias

from msgspec import Struct

from automations.common.errors import why
from automations.workbooks.refusals import Refusal
from automations.workbooks.stores.opening import is_bomb, is_too_large
from automations.workbooks.xlsx.zipdirectory import LOCAL, Member, read_directory, write_directory

Pieces: TypeAlias = Iterable[bytes | memoryview]

STORED, DEFLATED = 0, 8
_CHUNK = 1 << 20
_LEAD = 4096  # packed bytes that may come before the first unpacked one (a block's code tables)
_QUICK_SIZE = 8 << 20  # above this, a fast compression level saves seconds and costs a fifth in size


class _Span(Struct, frozen=True):
    """Where a member lies in the file: its local header, its data, the start of the next one."""

    member: Member
    data: int
    end: int


class Archive:
    """A zip archive opened for reading. Raises Refusal for what is no archive, is damaged, or was
    made to harm (duplicate or dangerous names, overlapping members, bombs)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file: BinaryIO = path.open("rb")
        except FileNotFoundError as error:
            raise Refusal("missing", path=path) from error
        except OSError as error:
            raise Refusal("unreadable", path=path, reason=why(error)) from error
        try:
            self.directory = read_directory(self._file, path.name)
            self._spans = self._lay_out()
        except BaseException:
            self._file.close()
            raise
        self.members: Mapping[str, Member] = {member.name: member for member in self.directory.members}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def read(self, name: str, limit: int | None = None) -> bytes:
        """A member unpacked, never beyond its declared size; with `limit`, only its beginning (and then unchecked)."""
        member = self.members[name]
        span = self._spans[name]
        self._file.seek(span.data)
        packed = self._file.read(member.packed if limit is None else min(member.packed, limit + _LEAD))
        # One byte more than declared shows a size that lies.
        data = self._unpack(member, packed, member.size + 1 if limit is None else limit)
        if limit is None and (len(data) != member.size or zlib.crc32(data) != member.crc):
            raise Refusal("zip_damaged", path=self.path.name, reason="the checksum of {part} is wrong", part=name)
        return data

    def packed(self, name: str) -> tuple[int, int, bytes]:
        """A member as it lies there: how it was packed, the checksum of what it holds, and its bytes."""
        member = self.members[name]
        self._file.seek(self._spans[name].data)
        return member.method, member.crc, self._file.read(member.packed)

    def _unpack(self, member: Member, packed: bytes, size: int) -> bytes:
        if member.method == STORED:
            return packed[:size]
        if member.method != DEFLATED or member.encrypted:
            raise Refusal("zip_method", part=member.name)
        try:
            return zlib.decompressobj(-15).decompress(packed, size)
        except zlib.error as error:
            raise Refusal("zip_damaged", path=self.path.name, reason="it cannot be unpacked") from error

    def _lay_out(self) -> dict[str, _Span]:
        ordered = sorted(self.directory.members, key=lambda member: member.offset)
        ends = [member.offset for member in ordered[1:]] + [self.directory.start]
        spans = {}
        for member, end in zip(ordered, ends, strict=True):
            self._judge_size(member)
            data = self._data_start(member)
            # Parts that lie over each other are how a small archive unpacks to a huge one.
            if data + member.packed > end:
                raise Refusal(
                    "zip_damaged", path=self.path.name, reason="{part} overlaps another part", part=member.name
                )
            spans[member.name] = _Span(member, data, end)
        if is_too_large(member.size for member in ordered):
            raise Refusal("zip_large", part=max(ordered, key=lambda member: member.size).name)
        return spans

    def _judge_size(self, member: Member) -> None:
        if is_bomb(member.size, member.packed):
            raise Refusal("zip_bomb", part=member.name, path=self.path.name)

    def _data_start(self, member: Member) -> int:
        self._file.seek(member.offset)
        header = self._file.read(LOCAL.size)
        if len(header) < LOCAL.size or header[:4] != b"PK\3\4":
            raise Refusal("zip_damaged", path=self.path.name, reason="the head of {part} is missing", part=member.name)
        lengths: tuple[int, int] = LOCAL.unpack(header)[-2:]
        return member.offset + LOCAL.size + sum(lengths)

    def rewrite(
        self,
        target: Path,
        changed: Mapping[str, Pieces],
        removed: Collection[str] = (),
        added: Mapping[str, Pieces] | None = None,
    ) -> None:
        """Write the archive to `target` with members replaced, left out and appended. All others keep
        their bytes. Raises OSError; `target` is then to be deleted by the caller."""
        with target.open("wb", buffering=0) as out:
            members = self._copy_members(out, changed, removed)
            members += [_append(out, name, pieces, None) for name, pieces in (added or {}).items()]
            write_directory(out, members, self.directory)

    def _copy_members(self, out: BinaryIO, changed: Mapping[str, Pieces], removed: Collection[str]) -> list[Member]:
        placed: dict[str, Member] = {}
        run_start = run_end = 0
        for span in sorted(self._spans.values(), key=lambda span: span.member.offset):
            name, start = span.member.name, span.member.offset
            if name in changed or name in removed:
                self._copy_range(out, run_start, run_end)
                run_start = run_end = span.end
                if name in changed:
                    placed[name] = _append(out, name, changed[name], span.member)
            else:
                # Neighbours are copied in one go.
                if start != run_end:
                    self._copy_range(out, run_start, run_end)
                    run_start = start
                run_end = span.end
                placed[name] = span.member.moved_to(out.tell() + start - run_start)
        self._copy_range(out, run_start, run_end)
        return [placed[member.name] for member in self.directory.members if member.name in placed]

    def _copy_range(self, out: BinaryIO, start: int, end: int) -> None:
        while start < end:
            copied = _copy_some(self._file, out, start, end - start)
            if not copied:
                raise Refusal("zip_damaged", path=self.path.name, reason="it became shorter while it was read")
            start += copied


def _copy_some(source: BinaryIO, out: BinaryIO, start: int, length: int) -> int:
    if hasattr(os, "copy_file_range"):  # inside the kernel, as shutil.copyfile does
        try:
            copied = os.copy_file_range(source.fileno(), out.fileno(), length, start)
        except OSError:  # another file system, or one that cannot; the plain way tells the real trouble
            copied = 0
        if copied:
            return copied
    source.seek(start)
    chunk = source.read(min(length, _CHUNK))
    _write_all(out, chunk)
    return len(chunk)


def _write_all(out: BinaryIO, data: bytes | memoryview) -> None:
    view = memoryview(data)
    while view:
        view = view[out.write(view) :]


def _append(out: BinaryIO, name: str, pieces: Pieces, former: Member | None) -> Member:
    pieces = list(pieces)
    size = sum(len(piece) for piece in pieces)
    packer = zlib.compressobj(1 if size > _QUICK_SIZE else 6, zlib.DEFLATED, -15)
    crc, packed = 0, []
    for piece in pieces:
        crc = zlib.crc32(piece, crc)
        packed.append(packer.compress(piece))
    packed.append(packer.flush())
    offset = out.tell()
    member = Member.fresh(name, crc, sum(map(len, packed)), size, offset, former)
    _write_all(out, member.local_header())
    _write_all(out, b"".join(packed))
    return member
