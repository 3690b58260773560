"""Who has a workbook open: the lock files of Excel and LibreOffice, live and left by a crash."""

from __future__ import annotations

import os
import socket
from datetime import timedelta

import pytest

from automations.workbooks.stores import locks
from automations.workbooks.stores.locks import holders
from automations.workbooks.xlsx.backend import XlsxWorkbook

NOW = 1_800_000_000.0


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "Fälle 2024.xlsx"
    path.write_bytes(b"PK")
    return path


def excel_lock(path, who: str, age: timedelta = timedelta(hours=1)) -> None:
    """The 165 bytes that Excel writes: the name twice, in ANSI and in UTF-16."""
    ansi, wide = who.encode("cp1252", "replace"), who.encode("utf-16-le")
    content = bytes([len(ansi)]) + ansi.ljust(54) + len(who).to_bytes(2, "little") + wide
    lock = path.with_name(f"~${path.name}")
    lock.write_bytes(content.ljust(165, b" "))
    aged(lock, age)


def office_lock(path, text: str, age: timedelta = timedelta(hours=1)) -> None:
    lock = path.with_name(f".~lock.{path.name}#")
    lock.write_text(text, "utf-8")
    aged(lock, age)


def aged(lock, age: timedelta) -> None:
    os.utime(lock, (NOW - age.total_seconds(),) * 2)


def test_nobody(path):
    assert holders(path, NOW) == []


@pytest.mark.parametrize("who", ["Zoë Müller", "Олена Коваль", "M"])
def test_excel_says_who(path, who):
    excel_lock(path, who)
    (holder,) = holders(path, NOW)
    assert (holder.who, holder.program, holder.stale) == (who, "Excel", False)
    assert holder.since is not None
    assert holder.since.timestamp() == NOW - 3600


def test_an_owner_file_cut_short_still_counts(path):
    path.with_name(f"~${path.name}").write_bytes(b"\x05Meier")
    aged(path.with_name(f"~${path.name}"), timedelta(0))
    assert [holder.who for holder in holders(path, NOW)] == ["Meier"]
    path.with_name(f"~${path.name}").write_bytes(b"")
    assert [holder.who for holder in holders(path, NOW)] == [""]


def test_libreoffice_says_who_and_where(path):
    office_lock(path, r"Öztürk\, Deniz,doeztuerk,PC-17,22.11.2026 11:15,file:///C:/Users/d;")
    (holder,) = holders(path, NOW)
    assert (holder.who, holder.program, holder.host, holder.stale) == ("Öztürk, Deniz", "LibreOffice", "PC-17", False)


def test_libreoffice_without_a_name_says_the_account(path):
    office_lock(path, ",doeztuerk,PC-17,22.11.2026 11:15,file:///x;")
    assert holders(path, NOW)[0].who == "doeztuerk"


def test_a_lock_older_than_anybody_works_is_stale(path):
    excel_lock(path, "Meier", timedelta(days=8))
    office_lock(path, "A,b,PC-17,x,y;", timedelta(days=8))
    assert [holder.stale for holder in holders(path, NOW)] == [True, True]
    assert [holder.stale for holder in holders(path, NOW, timedelta(days=9))] == [False, False]


@pytest.mark.parametrize(("runs", "stale"), [(True, False), (False, True)])
def test_a_lock_of_this_machine_is_stale_once_the_program_is_gone(path, monkeypatch, runs, stale):
    monkeypatch.setattr(locks, "_runs", lambda _: runs)
    office_lock(path, f"A,b,{socket.gethostname()},x,y;", timedelta(minutes=1))
    assert [holder.stale for holder in holders(path, NOW)] == [stale]


def test_the_workbook_names_its_holder_in_the_language_of_the_site(path, tmp_path):
    excel_lock(path, "Meier")
    book = XlsxWorkbook("team", path, versions=tmp_path / "versions", clock=lambda: NOW)
    assert book.holder().startswith("Meier (Excel, seit ")
    later = XlsxWorkbook("team", path, versions=tmp_path / "versions", clock=lambda: NOW + 8 * 86_400)
    assert later.holder() == ""
