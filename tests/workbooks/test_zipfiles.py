from __future__ import annotations

import contextlib
import datetime as dt
import errno
import io
import os
import re
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automations.workbooks.protocol import WorkbookError
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx import zipfiles
from automations.workbooks.xlsx.changes import patch
from automations.workbooks.xlsx.package import open_package
from automations.workbooks.xlsx.zipfiles import Archive
from tests.support import packages as p
from tests.support.grafting import graft

CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target.xlsx"


def refused(source: Path, target: Path) -> str:
    with pytest.raises(Refusal) as caught:
        patch(source, target, {"Tab1": {"A1": 2}})
    assert not target.exists()
    return caught.value.code


def streamed(members: dict[str, bytes]) -> bytes:
    """As servers write it, without seeking: sizes in data descriptors."""

    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            self.data += data
            return len(data)

    out = Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return bytes(out.data)


def forced_zip64(members: dict[str, bytes]) -> bytes:
    """As some writers do for all sizes: zip64 fields in headers, records and a zip64 end."""
    out, records = bytearray(), bytearray()
    for name, data in members.items():
        raw, packed, crc = name.encode(), zlib.compress(data)[2:-4], zlib.crc32(data)
        offset = len(out)
        extra = struct.pack("<HHQQ", 1, 16, len(data), len(packed))
        full = 0xFFFFFFFF
        out += struct.pack("<4s5H3L2H", b"PK\3\4", 45, 0, 8, 0, 33, crc, full, full, len(raw), len(extra)) + raw + extra
        out += packed
        extra = struct.pack("<HHQQQ", 1, 24, len(data), len(packed), offset)
        records += struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 45, 45, 0, 8, 0, 33, crc, full, full, len(raw), len(extra), 0, 0, 0, 0, full
        )  # fmt: skip
        records += raw + extra
    start, count = len(out), len(members)
    out += records
    end = len(out)
    out += struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(records), start)
    out += struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    out += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return bytes(out)


@pytest.mark.parametrize("writer", [streamed, forced_zip64])
def test_data_descriptors_and_zip64_are_copied_raw(tmp_path, target, writer):
    source = tmp_path / "s.xlsx"
    source.write_bytes(writer(p.parts(p.sheet(CELL), more={"xl/media/a.png": b"\0" * 999, "docProps/z.xml": "<a/>"})))
    patch(source, target, {"Tab1": {"A1": 2}})
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
    assert p.changed_members(source, target) == {"xl/worksheets/sheet1.xml"}
    assert p.by_openpyxl(target, "Tab1") == {(1, 1): 2}
    again = tmp_path / "again.xlsx"
    patch(target, again, {"Tab1": {"A1": 3}})
    assert p.by_openpyxl(again, "Tab1") == {(1, 1): 3}


def test_comment_order_stored_members_dates_and_gaps_stay(tmp_path, target):
    source = tmp_path / "s.xlsx"
    with zipfile.ZipFile(source, "w") as archive:
        archive.comment = b"made by hand"
        for name, data in reversed(p.parts(p.sheet(CELL)).items()):
            archive.writestr(zipfile.ZipInfo(name, (2001, 2, 3, 4, 5, 6)), data)
        archive.writestr(zipfile.ZipInfo("xl/leer/", (2001, 2, 3, 4, 5, 6)), b"")
    patch(source, target, {"Tab1": {"A1": 2}})
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target) as after:
        assert after.comment == b"made by hand"
        assert after.namelist() == before.namelist()
        assert {info.date_time for info in after.infolist()} == {(2001, 2, 3, 4, 5, 6)}
        assert after.testzip() is None


def test_bytes_behind_the_archive_stay(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet(CELL))
    source.write_bytes(source.read_bytes() + bytes(100))
    patch(source, target, {"Tab1": {"A1": 2}})
    assert target.read_bytes().endswith(bytes(100))
    assert p.by_openpyxl(target, "Tab1") == {(1, 1): 2}


def test_names_in_other_alphabets(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet(CELL), more={"xl/media/größe Ж.png": b"x"})
    patch(source, target, {"Tab1": {"A1": 2}})
    with zipfile.ZipFile(target) as archive:
        assert archive.read("xl/media/größe Ж.png") == b"x"


def test_not_even_a_broken_checksum_elsewhere_is_mended(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet(CELL), more={"xl/media/a.bin": b"abcdefgh" * 9})
    data = bytearray(source.read_bytes())
    at = data.index(b"xl/media/a.bin") + len("xl/media/a.bin")
    data[at + 4] ^= 0xFF
    source.write_bytes(data)
    patch(source, target, {"Tab1": {"A1": 2}})
    assert p.raw_members(target)["xl/media/a.bin"] == p.raw_members(source)["xl/media/a.bin"]


# --- refused, in bounded memory and time ------------------------------------------------------------


def test_duplicate_names_are_refused(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet(CELL))
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("XL/worksheets/Sheet1.xml", p.sheet(CELL))
    assert refused(source, target) == "zip_duplicate"


@pytest.mark.parametrize("name", ["../../evil.xml", "xl/../../evil.xml", "xl\\..\\evil.xml", "C:/evil.xml"])
def test_dangerous_names_are_refused(tmp_path, target, name):
    source = p.made(tmp_path / "s.xlsx", p.sheet(CELL), more={name: "<a/>"})
    assert refused(source, target) == "zip_path"


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_zip_bombs_are_refused(tmp_path, target, name):
    source = p.made(tmp_path / "s.xlsx", p.sheet(CELL), more={name: b"<a>" + b" " * (64 << 20) + b"</a>"})
    assert refused(source, target) == "zip_bomb"


def test_a_size_that_lies_is_refused(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet(CELL + " " * 100_000))
    data = source.read_bytes()
    with zipfile.ZipFile(source) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    source.write_bytes(data.replace(struct.pack("<L", size), struct.pack("<L", 200)))
    assert refused(source, target) == "zip_damaged"


BILLION = '<!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_are_refused_in_every_part(tmp_path, target, part, encoding):
    members = {"xl/sharedStrings.xml": f'{p.HEAD}<sst xmlns="{p.MAIN}"/>'.encode(), **p.parts(p.sheet(CELL))}
    text = members[part].decode().replace(p.HEAD, p.HEAD.replace("UTF-8", encoding) + BILLION)
    source = p.zipped(tmp_path / "s.xlsx", {**members, part: text.encode(encoding)})
    assert refused(source, target) == "doctype"


def test_a_late_document_type_is_refused_too(tmp_path, target):
    text = p.sheet(CELL).replace(p.HEAD, f"{p.HEAD}<!--{'x' * 9000}-->{BILLION}")
    assert refused(p.made(tmp_path / "s.xlsx", text), target) == "doctype"


@pytest.mark.parametrize(
    "text",
    [
        p.sheet(f'<row {" " * 300_000} r="1"><c {" " * 300_000} r="A1"><v>1</v></c></row>'),
        p.sheet(CELL, f'<dimension {" " * 300_000} ref="A1"/>'),
        p.sheet(CELL + f'<row r="2"><c r="A2"><f>{"A" * 300_000}</f></c><c r="B2"><f>{"1+" * 150_000}1</f></c></row>'),
        p.sheet(CELL, after="<mergeCells>" + '<mergeCell ref="C1:D9999"/>' * 30_000 + "</mergeCells>"),
        p.sheet(CELL, after="<a>" * 100_000 + "</a>" * 100_000),
        p.sheet("<!---->" * 200_000 + CELL),
    ],
    ids=["blanks", "dimension", "formulas", "merges", "depth", "comments"],
)
@pytest.mark.timeout(100)  # a search in squared time would take hours
def test_hostile_xml_takes_no_long_time(tmp_path, target, text):
    source = p.made(tmp_path / "s.xlsx", text, workbook='<calcPr calcId="191029"/>')
    with contextlib.suppress(Refusal):
        patch(source, target, {"Tab1": {"A1": 2, "B1": 3, "A7": 1}})


def test_overlapping_members_are_refused(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet(CELL))
    data = bytearray(source.read_bytes())
    first = data.index(b"PK\1\2")
    second = data.index(b"PK\1\2", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    source.write_bytes(data)
    assert refused(source, target) == "zip_damaged"


def test_every_truncation_is_refused(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet(CELL))
    data = source.read_bytes()
    for length in range(0, len(data), 97):
        source.write_bytes(data[:length])
        assert refused(source, target) in {"not_xlsx", "zip_damaged"}


def test_flipped_bytes_never_end_in_another_exception(tmp_path, target):
    source = p.made(tmp_path / "s.xlsx", p.sheet(CELL))
    data = source.read_bytes()
    for place in range(0, len(data), 13):
        source.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        try:
            patch(source, target, {"Tab1": {"A1": 2}})
        except Refusal:
            assert not target.exists()
        else:
            target.unlink()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_xlsx"),
        (b"a;b\n1;2\n", "not_xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ],
)
def test_other_files_are_refused_with_their_reason(tmp_path, target, data, code):
    source = tmp_path / "s.xlsx"
    source.write_bytes(data)
    assert refused(source, target) == code


def test_other_packages_are_refused_with_their_reason(tmp_path, target):
    ods = p.zipped(tmp_path / "s.ods", {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})
    assert refused(ods, target) == "not_xlsx"
    members = p.parts(p.sheet(CELL))
    signed = p.zipped(tmp_path / "signed.xlsx", {**members, "_xmlsignatures/sig1.xml": b"<Signature/>"})
    assert refused(signed, target) == "signed"
    members["xl/workbook.bin"] = members.pop("xl/workbook.xml")
    members["_rels/.rels"] = members["_rels/.rels"].replace(b"workbook.xml", b"workbook.bin")
    assert refused(p.zipped(tmp_path / "s.xlsb", members), target) == "xlsb"


def test_a_workbook_never_takes_the_place_of_a_pipe_or_a_device(tmp_path):
    source = p.made(tmp_path / "s.xlsx", p.sheet(CELL))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Refusal) as caught:
        patch(source, tmp_path / "pipe", {"Tab1": {"A1": 2}})
    assert caught.value.code == "no_file"
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_missing_source_a_folder_and_the_same_file(tmp_path, target):
    assert refused(tmp_path / "none.xlsx", target) == "missing"
    assert refused(tmp_path, target) == "unreadable"
    source = p.made(tmp_path / "s.xlsx", p.sheet(CELL))
    before = source.read_bytes()
    with pytest.raises(Refusal) as caught:
        patch(source, source, {"Tab1": {"A1": 2}})
    assert caught.value.code == "same_file"
    assert source.read_bytes() == before
    with pytest.raises(Refusal) as caught:
        patch(source, tmp_path / "no folder" / "t.xlsx", {"Tab1": {"A1": 2}})
    assert caught.value.code == "unwritable"


def test_a_target_that_is_there_stays_when_refused(tmp_path, target):
    target.write_bytes(b"precious")
    source = p.made(tmp_path / "s.xlsx", p.sheet(CELL))
    with pytest.raises(Refusal):
        patch(source, target, {"Tab1": {"A0": 2}})
    assert target.read_bytes() == b"precious"


def test_a_full_disk_leaves_nothing_behind(tmp_path, target, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    source = p.made(tmp_path / "s.xlsx", p.sheet(CELL))
    for name in ("_write_all", "write_directory"):
        with monkeypatch.context() as patched:
            patched.setattr(zipfiles, name, full)
            assert refused(source, target) == "unwritable"
        assert [path.name for path in tmp_path.iterdir()] == ["s.xlsx"]


def test_without_help_of_the_kernel_the_copy_is_the_same(tmp_path, target, monkeypatch):
    source = p.from_xlsxwriter(tmp_path / "s.xlsx", [[1, 2], [3, 4]])
    patch(source, target, {"Tab2": {"A1": "x"}})
    monkeypatch.delattr(zipfiles.os, "copy_file_range", raising=False)
    patch(source, tmp_path / "plain.xlsx", {"Tab2": {"A1": "x"}})
    assert (tmp_path / "plain.xlsx").read_bytes() == target.read_bytes()


def test_members_are_read_one_by_one_and_bounded(tmp_path):
    source = p.made(tmp_path / "s.xlsx", p.sheet(CELL))
    with Archive(source) as archive:
        assert archive.read("xl/styles.xml", 10) == p.STYLES.encode()[:10]
        assert archive.read("xl/styles.xml") == p.STYLES.encode()
    with open_package(source) as package, pytest.raises(Refusal):
        package.read("xl/none.xml")


# --- parts that say nonsense ----------------------------------------------------------------------

NONSENSE = ("", "x", "-1", "99999999999", "1.5", "A1:B2", "ZZZZ9", "ä", "../../x", "&amp;", "rId1")


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nonsense_in_parts_is_refused_or_left_alone(data, tmp_path):
    source = tmp_path / "rich.xlsx"
    if not source.exists():
        p.rich(source)
        p.from_xlsxwriter(tmp_path / "scratch.xlsx", [["a", 1], ["b", 2]])
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(members)))
        places = list(re.finditer(rb'="([^"]*)"|>([^<>]+)<', members[name]))
        if places:
            place = data.draw(st.sampled_from(places))
            group = 1 if place[1] is not None else 2
            new = data.draw(st.sampled_from(NONSENSE)).encode()
            members[name] = members[name][: place.start(group)] + new + members[name][place.end(group) :]
    odd, target = p.zipped(tmp_path / "odd.xlsx", members), tmp_path / "target.xlsx"
    jobs = (
        lambda: patch(odd, target, {"Tab1": {"D9": "x", "A3": dt.date(2024, 10, 31)}}),
        lambda: graft(odd, target, {"Neu": tmp_path / "scratch.xlsx"}),
        lambda: graft(source, target, {"Neu": odd}),
    )
    for job in jobs:
        try:
            job()
        except WorkbookError:  # also where the judge of the changed copy refuses it
            assert not target.exists()
        else:
            with zipfile.ZipFile(target) as archive:
                assert archive.testzip() is None
            target.unlink()
