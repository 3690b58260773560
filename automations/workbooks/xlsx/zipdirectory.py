"""The central directory of a zip archive: read strictly, written back with each raw record kept.

Layout: APPNOTE.TXT 6.3 (PKWARE), 4.3.12 (records), 4.3.14 to 4.3.16 (ends), 4.5.3 (zip64)."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from automations.workbooks.refusals import Refusal

_RECORD = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
LOCAL = struct.Struct("<4s5H3L2H")
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
# A workbook has some dozens; an archive of more was made to cost time.
_MAX_MEMBERS = 100_000
_UTF8, _ENCRYPTED = 0x800, 0x1
_EPOCH = 0x21  # 1980-01-01: an added part must not depend on the clock


class Member(Struct, frozen=True):
    """One file of an archive. `record` is its raw record in the directory, `offset` where its local
    header is, `packed` and `size` are bytes before and after unpacking."""

    name: str
    method: int
    flags: int
    crc: int
    packed: int
    size: int
    offset: int
    record: bytes

    @property
    def encrypted(self) -> bool:
        """Whether its data are encrypted by the archive."""
        return bool(self.flags & _ENCRYPTED)

    @classmethod
    def fresh(cls, name: str, crc: int, packed: int, size: int, offset: int, former: Member | None) -> Member:
        """A deflated member at `offset`; where it replaces a former one, it keeps its name's bytes,
        date and attributes."""
        if max(packed, size, offset) >= _FULL32:
            raise Refusal("zip_large", part=name)
        if former:
            fields = list(_RECORD.unpack_from(former.record))
            raw_name = former.record[_RECORD.size : _RECORD.size + fields[10]]
            # Of the flags that of the name stays: size and checksum stand in front of the data again.
            fields[3] &= _UTF8
        else:
            raw_name = name.encode()
            fields = [b"PK\1\2", 20, 20, 0 if name.isascii() else _UTF8, 8, 0, _EPOCH, *[0] * 10]
        fields[2], fields[4], fields[7:10] = max(fields[2], 20), 8, [crc, packed, size]
        fields[10:14], fields[16] = [len(raw_name), 0, 0, 0], offset
        return cls(name, 8, fields[3], crc, packed, size, offset, _RECORD.pack(*fields) + raw_name)

    def local_header(self) -> bytes:
        """The local header that goes with a fresh record."""
        fields = _RECORD.unpack_from(self.record)
        name = self.record[_RECORD.size :]
        return LOCAL.pack(b"PK\3\4", *fields[2:7], self.crc, self.packed, self.size, len(name), 0) + name

    def moved_to(self, offset: int) -> Member:
        """The same member at another place of an archive."""
        if offset == self.offset:
            return self
        record = bytearray(self.record)
        if _numbers("<L", record, 42)[0] != _FULL32:
            if offset >= _FULL32:
                raise Refusal("zip_large", part=self.name)
            struct.pack_into("<L", record, 42, offset)
        else:
            struct.pack_into("<Q", record, _zip64_offset_place(self.record), offset)
        return replace(self, offset=offset, record=bytes(record))


class Directory(Struct, frozen=True):
    """All members in their order, where the directory starts, and what ends the archive."""

    members: tuple[Member, ...]
    start: int
    zip64: bool
    comment: bytes
    """All that follows the end record: its comment, and bytes that some programs add."""
    comment_length: int = 0


def read_directory(file: BinaryIO, name: str) -> Directory:
    """The directory of an open archive; `name` is for the messages. Raises Refusal."""
    position, end = _find_end(file, name)
    disk, _, here, total, size, start, comment_length = _END.unpack_from(end)[1:]
    file.seek(max(position - _LOCATOR64.size, 0))
    locator = file.read(_LOCATOR64.size)
    zip64 = position >= _LOCATOR64.size and locator[:4] == b"PK\6\7"
    if zip64:
        at = _LOCATOR64.unpack(locator)[2]
        file.seek(at)
        end64 = file.read(_END64.size)
        if len(end64) < _END64.size or end64[:4] != b"PK\6\6":
            raise Refusal("zip_damaged", path=name, reason="the directory of large archives is missing")
        here, total, size, start = _END64.unpack(end64)[6:]
        position = at
    if disk not in (0, _FULL16) or here != total or total > _MAX_MEMBERS or start + size > position:
        raise Refusal("zip_damaged", path=name, reason="the directory is not where it should be")
    file.seek(start)
    members = _records(file.read(size), total, name)
    _judge_names(members, name)
    return Directory(members, start, zip64, end[_END.size :], comment_length)


def write_directory(out: BinaryIO, members: Sequence[Member], former: Directory) -> None:
    """Append the directory for `members`, ended as the former archive was."""
    start = out.tell()
    records = b"".join(member.record for member in members)
    count, size, tail = len(members), len(records), b""
    if former.zip64 or start >= _FULL32 or count >= _FULL16:
        tail = _END64.pack(b"PK\6\6", _END64.size - 12, 45, 45, 0, 0, count, count, size, start)
        tail += _LOCATOR64.pack(b"PK\6\7", 0, start + size, 1)
    # "Full" says that the true number stands in the record for large archives (4.4.1.4).
    few, low = min(count, _FULL16), min(start, _FULL32)
    tail += _END.pack(b"PK\5\6", 0, 0, few, few, size, low, former.comment_length) + former.comment
    view = memoryview(records + tail)
    while view:
        view = view[out.write(view) :]


def _find_end(file: BinaryIO, name: str) -> tuple[int, bytes]:
    length = file.seek(0, 2)
    window = min(length, _END.size + _FULL16)
    file.seek(length - window)
    tail = file.read(window)
    at = tail.rfind(b"PK\5\6")
    # A comment may hold these letters, too: it is the end if the length of the comment fits.
    while at >= 0:
        if len(tail) - at >= _END.size and _END.unpack_from(tail, at)[-1] <= len(tail) - at - _END.size:
            return length - window + at, tail[at:]
        at = tail.rfind(b"PK\5\6", 0, at)
    raise Refusal("not_xlsx", path=name)


def _numbers(layout: str, raw: bytes | bytearray, at: int) -> tuple[int, ...]:
    return struct.unpack_from(layout, raw, at)


def _records(raw: bytes, total: int, name: str) -> tuple[Member, ...]:
    members, at = [], 0
    for _ in range(total):
        if raw[at : at + 4] != b"PK\1\2" or at + _RECORD.size > len(raw):
            raise Refusal("zip_damaged", path=name, reason="the directory ends early")
        name_length, extra_length, comment_length = _numbers("<3H", raw, at + 28)
        stop = at + _RECORD.size + name_length + extra_length + comment_length
        members.append(_member(raw[at:stop]))
        at = stop
    return tuple(members)


def _member(record: bytes) -> Member:
    flags, method = _numbers("<2H", record, 8)
    crc, packed, size, name_length = _numbers("<3LH", record, 16)
    offset = _numbers("<L", record, 42)[0]
    raw_name = record[_RECORD.size : _RECORD.size + name_length]
    # The alphabet of zip where a name does not say otherwise (appendix D).
    name = raw_name.decode("utf-8" if flags & _UTF8 else "cp437", "replace")
    size, packed, offset = _zip64_values(record, [size, packed, offset])
    return Member(name, method, flags, crc, packed, size, offset, record)


def _zip64_values(record: bytes, values: list[int]) -> list[int]:
    """Size, packed size and offset, taken from the zip64 field where the record says "full"."""
    at = _zip64_field(record)
    result = []
    for value in values:
        if value == _FULL32 and at and at + 8 <= len(record):
            value = _numbers("<Q", record, at)[0]  # noqa: PLW2901 - the true value takes its place
            at += 8
        result.append(value)
    return result


def _zip64_field(record: bytes) -> int:
    """Where the zip64 values start in a record; 0 where there are none."""
    name_length, extra_length = _numbers("<2H", record, 28)
    at = _RECORD.size + name_length
    stop = at + extra_length
    while at + 4 <= stop:
        kind, length = _numbers("<2H", record, at)
        if kind == 1:
            return at + 4
        at += 4 + length
    return 0


def _zip64_offset_place(record: bytes) -> int:
    packed, size = _numbers("<2L", record, 20)
    return _zip64_field(record) + 8 * ((packed == _FULL32) + (size == _FULL32))


def _judge_names(members: Sequence[Member], name: str) -> None:
    seen: set[str] = set()
    for member in members:
        plain = member.name.replace("\\", "/").lower()
        # Nothing is unpacked by name here, but other programs would do so with the file that kim leaves.
        if ".." in plain.split("/") or re.match("[a-z]:", plain) or "\0" in plain:
            raise Refusal("zip_path", path=name, part=member.name)
        plain = plain.lstrip("/")
        # Which of the two a program takes is its own choice: what one reads, another does not.
        if plain in seen:
            raise Refusal("zip_duplicate", path=name, part=member.name)
        seen.add(plain)
