"""The older story and older mails are packed: everything is told, found, erased and proved as before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from automations.ledger.blocks import Block, blocks, drop_block, keep_block
from automations.ledger.book import Ledger, open_ledger
from automations.ledger.errors import LedgerError
from automations.ledger.packing import lean_name
from automations.ledger.schema import TABLES, audit, mail_payloads, packed, writes
from automations.model.layout import Base
from automations.model.plan import Fact
from automations.model.writes import WriteResult
from tests.ledger.examples import APPOINTMENT, CASE, DAY, NOW, group, mail, plan, queued
from tests.ledger.test_ledger_audit import KEY, lived

OTHER = "KIM-2024-0099"
LATER = NOW + 9 * DAY
NAMED = f"Ignatii Petrov is perhaps the same person as Olena ({CASE})."
PERSONAL = ("AB speaks", "Hello", "draft:a", "Olena")


def years(ledger: Ledger) -> Ledger:
    """A ledger with a story long enough to be packed, in which others are told of, too."""
    lived(ledger)
    notes = [Fact("note", f"N-{n}", {"case": f"KIM-2023-{n:04}", "why": f"Note {n}"}) for n in range(120)]
    ledger.remember([*notes, Fact("question", "x", {"number": "F-1", "case": OTHER, "question": NAMED})], NOW)
    ledger.record("R5", NOW, [group("check/1", OTHER, why=NAMED)], (), (), frozenset())
    return ledger


def folded(ledger: Ledger) -> Ledger:
    years(ledger).trim(LATER)
    with ledger._reading() as connection:
        assert {block.kind for kind in ("story", "mails") for block in blocks(connection, kind)} == {"story", "mails"}
        assert connection.execute(select(audit)).all() == []
    return ledger


def everything(ledger: Ledger) -> str:
    """All that stands in the ledger, unpacked."""
    with ledger._reading() as connection:
        rows = [str(row) for table in TABLES if table is not packed for row in connection.execute(select(table))]
        return "\n".join([*rows, *(block.text for kind in ("story", "mails") for block in blocks(connection, kind))])


def told(ledger: Ledger) -> object:
    return (
        ledger.export_subject(CASE, [APPOINTMENT]), ledger.story(OTHER), ledger.numbers_about(CASE),
        ledger.mails("sent", "queued"), ledger.knows(CASE), ledger.knows("KIM-2023-0007"),
        ledger.history(live=True),
    )  # fmt: skip


def test_all_is_told_as_before_it_was_packed(ledger: Ledger):
    before = told(years(ledger))
    ledger.trim(LATER)
    assert told(ledger) == before
    assert ledger.check() == ()
    ledger.remember([Fact("note", "new", {"case": OTHER})], LATER)
    assert ledger.check() == ()


def test_packing_is_worth_it_and_goes_on_day_by_day(ledger: Ledger):
    folded(ledger)
    for day in range(1, 6):
        now = LATER + day * DAY
        ledger.remember([Fact("note", f"{day}/{n}", {"case": f"KIM-2023-{n:04}"}) for n in range(60)], now)
        ledger.trim(now)
    with ledger._reading() as connection:
        [block] = blocks(connection, "story")
        assert len(block.content) < len(block.text) / 4
        assert connection.execute(select(audit.c.id).where(audit.c.id <= block.last)).all() == []
    assert ledger.check() == ()
    assert len(ledger.story("KIM-2023-0007")) == 6


def test_after_erasing_nothing_of_the_person_is_in_any_block(ledger: Ledger):
    folded(ledger)
    assert all(word in everything(ledger) for word in PERSONAL)
    other = ledger.story("KIM-2023-0007")
    assert ledger.erase_subject(CASE, [APPOINTMENT], LATER) > 5
    for _ in range(2):
        assert [word for word in (*PERSONAL, "Petrov") if word in everything(ledger)] == []
        assert (ledger.check(), ledger.story(CASE, [APPOINTMENT]), ledger.story("KIM-2023-0007")) == ((), (), other)
        ledger.trim(LATER + 5 * DAY)  # packs what was put back
    with ledger._reading() as connection:
        assert list(blocks(connection, "story"))
    assert ledger.knows(CASE)


def test_erased_bytes_are_gone_from_the_file_and_its_backup(tmp_path):
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", now=NOW) as ledger:
        folded(ledger).backup(tmp_path / "b" / "ledger-20241031.sqlite", LATER)
        with ledger._reading() as connection:
            old = [block.content for kind in ("story", "mails") for block in blocks(connection, kind)]
        ledger.erase_subject(CASE, [APPOINTMENT], LATER)
        assert ledger.erase_in_backup(tmp_path / "b" / "ledger-20241031.sqlite", CASE, [APPOINTMENT], LATER)
    for path in (tmp_path / "ledger.sqlite", tmp_path / "b" / "ledger-20241031.sqlite"):
        data = path.read_bytes()
        # A block lies in pages: what begins a page of it is looked for.
        assert [part for part in old for at in range(0, len(part) - 64, 64) if part[at : at + 64] in data] == []


def _changed(block: Block, column: int, value: object) -> list[list[object]]:
    rows = block.rows()
    rows[1][column] = value
    return rows


@pytest.mark.parametrize(("column", "value"), [(0, 1), (1, "R9"), (2, "other"), (4, "KIM-1"), (7, "{}")])
def test_a_change_in_a_block_is_found_also_after_it_was_put_back(ledger: Ledger, column, value):
    with folded(ledger)._writing() as connection:
        [block] = blocks(connection, "story")
        drop_block(connection, block)
        keep_block(connection, block, _changed(block, column, value))
    assert "Protokollkette wurden Einträge zwischen 1 und" in " ".join(ledger.check())
    ledger.erase_subject(OTHER, [], LATER)
    assert ledger.check() != ()
    ledger.trim(LATER + 5 * DAY)
    assert ledger.check() != ()


@pytest.mark.parametrize(
    ("meddling", "found"),
    [
        (update(packed).where(packed.c.kind == "story").values(digest="x"), "zwischen"),
        (update(packed).where(packed.c.kind == "story").values(content=b"x"), "zwischen"),
        (update(packed).where(packed.c.kind == "story").values(last=packed.c.last + 1), "zwischen"),
        (delete(packed).where(packed.c.kind == "story"), ""),
    ],
)
def test_a_block_that_was_meddled_with_is_found(ledger: Ledger, meddling, found):
    with folded(ledger)._writing() as connection:
        connection.execute(meddling)
    assert found in " ".join(ledger.check())
    assert ledger.check() != ()


def test_a_damaged_block_is_said_to_be_damaged(ledger: Ledger):
    with folded(ledger)._writing() as connection:
        connection.execute(update(packed).values(content=b"x"))
    with pytest.raises(LedgerError, match="damaged"):
        ledger.story(CASE)


def test_what_was_changed_before_is_not_packed_and_stays_found(ledger: Ledger):
    with years(ledger)._writing() as connection:
        connection.execute(update(audit).where(audit.c.id == 3).values(run="R9"))
    before = ledger.check()
    ledger.trim(LATER)
    assert (before, ledger.check() == before) == (before, True)
    assert before


def test_retention_reaches_into_blocks(ledger: Ledger):
    folded(ledger)
    last = ledger.head
    ledger.trim(NOW + 92 * DAY)
    assert ledger.mails("sent") == ()
    assert "Hello" not in everything(ledger)
    ledger.remember([Fact("note", "late", {"case": "KIM-2023-0007"})], NOW + 700 * DAY)
    ledger.trim(NOW + 735 * DAY)
    assert [entry.at for entry in ledger.story("KIM-2023-0007")] == [NOW + 700 * DAY]
    assert (ledger.check(), ledger.head != last) == ((), True)


def test_a_packed_mail_that_comes_back_is_shown_to_people(ledger: Ledger):
    folded(ledger).settle_mail(KEY, "bounced", LATER)
    assert [item.key for item in ledger.glance().stuck] == [KEY]
    assert ledger.export_subject(CASE, [APPOINTMENT])["mails"][0]["text"] == "Hello"


def test_a_trial_mail_that_is_packed_is_planned_anew_when_mails_are_real(ledger: Ledger):
    plan(ledger, *queued(mail()))
    ledger.claim(KEY, NOW)
    ledger.settle_mail(KEY, "test", NOW, text=b"Trial")
    ledger.trim(LATER)
    plan(ledger, *queued(mail(to="new@example.test")), now=LATER, live=True)
    assert [item.mail.to for item in ledger.sendable(LATER)] == ["new@example.test"]
    assert "Trial" not in everything(ledger)


def test_backups_bring_what_is_packed_whole_and_lean(ledger: Ledger, tmp_path):
    folded(ledger)
    name = tmp_path / "b" / "ledger-20241109.sqlite.xz"
    story, export = ledger.story(CASE), ledger.export_subject(CASE, [APPOINTMENT])
    ledger.backup(name, LATER)
    with open_ledger(f"sqlite:///{tmp_path / 'fresh.sqlite'}", now=NOW) as fresh:
        assert fresh.restore(name, LATER)
        assert fresh.story(CASE) == story
        assert fresh.export_subject(CASE, [APPOINTMENT])["mails"] == export["mails"]
        assert fresh.check() == ()
    ledger.make_lean(name)
    ledger.remember([Fact("note", f"late/{n}", {"case": CASE}) for n in range(60)], LATER)
    ledger.trim(LATER + 5 * DAY)  # the block goes on beyond what the backup knows
    assert ledger.restore(lean_name(name), LATER + 5 * DAY)
    assert (ledger.story(CASE), ledger.check()) == (story, ())
    with open_ledger(f"sqlite:///{tmp_path / 'empty.sqlite'}", now=NOW) as fresh:
        assert not fresh.restore(lean_name(name), LATER)
        assert (fresh.story(CASE), fresh.check()) == ((), ())


def test_of_a_finished_write_stays_what_is_asked_for(ledger: Ledger):
    groups = [group(), group("status/1", APPOINTMENT)]
    layout = Base("a")
    ledger.announce_write("w", "R1", "team", "a", "b", groups, layout)
    ledger.finish_write("w", WriteResult("unclear"), NOW)
    assert [one.base for one in ledger.pending_writes("team")] == [layout]
    ledger.finish_write("w", WriteResult("written"), NOW)
    with ledger._reading() as connection:
        assert len(connection.execute(select(writes.c.base)).scalar_one()) < 60
    assert len(ledger.written_groups("R1")) == 2
    ledger.trim(NOW + timedelta(days=31))
    assert (ledger.written_groups("R1"), ledger.history(live=True).projected) == ((), {"status/1"})


def test_mails_beside_one_that_was_put_back_are_packed_once(ledger: Ledger):
    some = [mail(f"reminder/T-{n}/1/5", case=f"KIM-2023-{n:04}", subject_key=f"T-{n}") for n in range(5)]
    plan(ledger, *queued(*some))
    for one in some:
        ledger.claim(one.key, NOW)
        ledger.settle_mail(one.key, "sent", NOW, text=f"Dear {one.key}".encode())
    ledger.trim(LATER)
    ledger.erase_subject("KIM-2023-0002", ["T-2"], LATER)
    ledger.trim(LATER)
    with ledger._reading() as connection:
        assert connection.execute(select(mail_payloads)).all() == []
        keys = [row[0] for block in blocks(connection, "mails") for row in block.rows()]
    assert keys == [one.key for one in some if one.case != "KIM-2023-0002"]


def test_what_is_packed_gives_its_room_back_to_the_disk(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with open_ledger(f"sqlite:///{path}", now=NOW) as ledger:
        lived(ledger)
        for part in range(20):
            plan(ledger, groups=[group(f"n/{part}/{n}", f"KIM-2023-{n:04}", why="Why " * 50) for n in range(50)])
        before = path.stat().st_size
        ledger.trim(LATER)
        with ledger._reading() as connection:
            assert connection.exec_driver_sql("PRAGMA freelist_count").scalar_one() == 0
        plan(ledger, groups=[group(f"m/{n}", f"KIM-2023-{n:04}", why="Why " * 50) for n in range(300)], now=LATER)
        ledger.trim(LATER + 5 * DAY)
        with ledger._reading() as connection:
            assert connection.exec_driver_sql("PRAGMA freelist_count").scalar_one() == 0
    assert path.stat().st_size < before / 3


def test_the_chain_holds_where_a_clock_went_back_before_it_was_cut(ledger: Ledger):
    folded(ledger).remember([Fact("note", "old", {"case": "KIM-2023-0007"})], NOW - 800 * DAY)
    ledger.trim(LATER)
    ledger.remember([Fact("note", "new", {"case": "KIM-2023-0007"})], LATER)
    assert (ledger.check(), len(ledger.story("KIM-2023-0007"))) == ((), 1)
