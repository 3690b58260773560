"""Edits by people are noticed; what kim wrote itself is none."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from automations.ledger import staff_edits
from automations.ledger.book import Ledger, open_ledger
from automations.ledger.connections import connect
from automations.ledger.migrations import MIGRATIONS, first_tables, migrate, schema_version
from automations.ledger.staff_edits import TableLook
from automations.ledger.store import reading
from automations.model.layout import Base
from automations.model.plan import CellEdit
from automations.model.values import RowKey
from automations.model.writes import WriteResult
from tests.ledger.examples import APPOINTMENT, CASE, DAY, group

AT = datetime(2024, 10, 31, 7, 0, tzinfo=ZoneInfo("Europe/Berlin"))
LATER = AT + timedelta(hours=6)
FIELDS = ("manager", "phase", "email")
ROW = {"manager": "AB", "phase": "Neu", "email": "olena@example.test"}
OTHER = "KIM-2024-0002"


def look(rows, fields=FIELDS, doubled=(), table="cases"):
    headings = {"manager": "Zuständig", "phase": "Phase", "email": "E-Mail", "date": "Datum", "case": "Fall-Nr."}
    columns = [[row.get(name) for row in rows.values()] for name in fields]
    return TableLook("team", table, tuple(fields), headings, list(rows), columns, frozenset(doubled))


def changed(**cells):
    return {CASE: ROW | cells}


def noticed(ledger, case=CASE, keys=()):
    return [entry for entry in ledger.story(case, keys) if entry.kind == "noticed"]


def texts(ledger, case=CASE, keys=()):
    return [entry.text for entry in noticed(ledger, case, keys)]


@pytest.fixture
def known(ledger: Ledger) -> Ledger:
    """A ledger that has looked at the table once."""
    assert ledger.notice("R1", look({CASE: ROW, OTHER: ROW}), AT) == 0
    return ledger


def write(ledger, *groups, results=None, name="w1"):
    ledger.announce_write(name, "R1", "team", "a", "b", groups, Base("a"))
    ledger.finish_write(name, results or WriteResult("written"), AT)


def test_the_first_look_only_remembers(known: Ledger):
    assert known.notice("R2", look({CASE: ROW, OTHER: ROW}), LATER) == 0
    assert noticed(known) == []


def test_an_edit_is_told_once_with_column_and_both_values(known: Ledger):
    now = {CASE: ROW | {"manager": "CD", "email": None}, OTHER: ROW}
    assert known.notice("R2", look(now), LATER) == 1
    assert known.notice("R3", look(now), LATER + DAY) == 0
    [entry] = noticed(known)
    assert entry.text == (
        "Im Team geändert (nach dem Lauf vom 31.10.2024 07:00): „Zuständig“ von „AB“ zu „CD“; "
        "„E-Mail“ geleert (vorher „olena@example.test“)."
    )
    assert entry.run == "R2"
    assert entry.data["changes"][0] == {"field": "manager", "column": "Zuständig", "old": "AB", "new": "CD"}
    assert noticed(known, OTHER) == []
    assert known.check() == ()


def test_what_kim_wrote_is_no_edit_by_people(known: Ledger):
    write(known, group(edits=(CellEdit("manager", "AB", "EF"),)))
    assert known.notice("R2", look({CASE: ROW | {"manager": "EF"}, OTHER: ROW}), LATER) == 0


def test_what_kim_wrote_and_people_changed_since_is_told_from_there(known: Ledger):
    write(known, group(edits=(CellEdit("manager", "AB", "EF"),)))
    known.notice("R2", look({CASE: ROW | {"manager": "GH"}, OTHER: ROW}), LATER)
    assert "„Zuständig“ von „EF“ zu „GH“" in texts(known)[0]


def test_undoing_is_no_edit_and_undoing_by_hand_is_one(known: Ledger):
    write(known, group(edits=(CellEdit("manager", "AB", "EF"),)))
    write(known, group("undo/assign/1", edits=(CellEdit("manager", "EF", "AB"),)), name="w2")
    assert known.notice("R2", look({CASE: ROW, OTHER: ROW}), LATER) == 0
    write(known, group(edits=(CellEdit("manager", "AB", "EF"),)), name="w3")
    assert known.notice("R3", look({CASE: ROW, OTHER: ROW}), LATER) == 1


@pytest.mark.parametrize("outcome", ["changed", "refused", "unclear"])
def test_what_kim_could_not_write_changes_nothing(known: Ledger, outcome):
    write(known, group(edits=(CellEdit("manager", "AB", "EF"),)), results=WriteResult("written", {"assign/1": outcome}))
    assert known.notice("R2", look({CASE: ROW, OTHER: ROW}), LATER) == 0


def test_a_write_that_is_settled_after_a_crash_is_kims(known: Ledger):
    item = group(edits=(CellEdit("manager", "AB", "EF"),))
    known.announce_write("w1", "R1", "team", "a", "b", [item], Base("a"))
    known.finish_write("w1", WriteResult("unclear", {"assign/1": "unclear"}), AT)
    known.finish_write("w1", WriteResult("written", {"assign/1": "applied"}), LATER)
    assert known.notice("R2", look({CASE: ROW | {"manager": "EF"}, OTHER: ROW}), LATER) == 0


def test_the_order_of_rows_does_not_matter(known: Ledger):
    assert known.notice("R2", look({OTHER: ROW, CASE: ROW}), LATER) == 0


def test_a_row_that_goes_and_comes_back_changed(known: Ledger):
    assert known.notice("R2", look({OTHER: ROW}), LATER) == 1
    assert known.notice("R3", look({OTHER: ROW}), LATER + DAY) == 0
    assert known.notice("R4", look({CASE: ROW | {"phase": "Abschluss"}, OTHER: ROW}), LATER + 2 * DAY) == 1
    assert known.notice("R5", look({CASE: ROW | {"phase": "Abschluss"}, OTHER: ROW}), LATER + 3 * DAY) == 0
    gone, back = texts(known)
    assert gone == "Die Zeile steht nicht mehr in der Tabelle; beim Lauf vom 31.10.2024 07:00 war sie noch da."
    assert back.startswith("Die Zeile steht wieder in der Tabelle. Im Team geändert")


def test_a_row_that_stands_twice_is_neither_gone_nor_changed(known: Ledger):
    assert known.notice("R2", look({OTHER: ROW}, doubled=[CASE]), LATER) == 0
    assert known.notice("R3", look({CASE: ROW, OTHER: ROW}), LATER + DAY) == 0


def test_a_row_that_people_numbered_themselves(known: Ledger):
    known.notice("R2", look({CASE: ROW, OTHER: ROW, "K-7": ROW}), LATER)
    assert texts(known, "K-7") == ["Die Zeile wurde im Team mit eigener Nummer eingetragen."]


def test_a_row_that_kim_numbered_keeps_what_was_seen_before(known: Ledger):
    draft = "draft:a"
    known.notice("R2", look({CASE: ROW, OTHER: ROW, draft: ROW | {"manager": None}}), LATER)
    number = group("number/a", draft, edits=(CellEdit("number", None, "K-3"),))
    assigned = group("assign/a", draft, edits=(CellEdit("manager", None, "AB"),))
    write(known, number, assigned)
    assert known.notice("R3", look({CASE: ROW, OTHER: ROW, "K-3": ROW}), LATER + DAY) == 0
    known.notice("R4", look({CASE: ROW, OTHER: ROW, "K-3": ROW | {"manager": "XY"}}), LATER + DAY)
    assert "„Zuständig“ von „AB“ zu „XY“" in texts(known, "K-3")[0]


def test_a_number_taken_back_is_no_row_deleted(known: Ledger):
    known.notice("R2", look({CASE: ROW, OTHER: ROW, "draft:a": ROW}), LATER)
    write(known, group("number/a", "draft:a", edits=(CellEdit("number", None, "K-3"),)))
    write(known, group("undo/number/a", "K-3", edits=(CellEdit("number", "K-3", None),)), name="w2")
    assert known.notice("R3", look({CASE: ROW, OTHER: ROW, "draft:a": ROW}), LATER + DAY) == 0


def test_half_typed_rows_come_and_go_without_a_word(known: Ledger):
    assert known.notice("R2", look({CASE: ROW, OTHER: ROW, "draft:a": ROW}), LATER) == 0
    assert known.notice("R3", look({CASE: ROW, OTHER: ROW, "draft:b": ROW}), LATER + DAY) == 0


def test_another_choice_of_columns_is_no_edit(known: Ledger):
    rows = {CASE: ROW | {"urgency": "hoch"}, OTHER: ROW}
    assert known.notice("R2", look(rows, ("urgency", "manager")), LATER) == 0
    assert known.notice("R3", look(rows), LATER + DAY) == 0
    rows[CASE] |= {"email": "new@example.test"}
    assert known.notice("R4", look(rows), LATER + 2 * DAY) == 1


def test_the_same_value_typed_another_way_is_no_edit(ledger: Ledger):
    row = {"date": date(2024, 11, 5), "time": time(9, 30)}
    ledger.notice("R1", look({CASE: row}, ("date", "time")), AT)
    typed = {"date": "05.11.2024", "time": "09:30"}
    assert ledger.notice("R2", look({CASE: typed}, ("date", "time")), LATER) == 0


def test_an_appointment_stands_in_the_story_of_its_case_even_when_it_is_gone(ledger: Ledger):
    row = {"case": CASE, "date": date(2024, 11, 5)}
    ledger.notice("R1", look({APPOINTMENT: row}, ("case", "date"), table="appointments"), AT)
    moved = {APPOINTMENT: row | {"date": date(2024, 11, 6)}}
    ledger.notice("R2", look(moved, ("case", "date"), table="appointments"), LATER)
    ledger.notice("R3", look({}, ("case", "date"), table="appointments"), LATER + DAY)
    moved_text, gone_text = texts(ledger)
    assert moved_text.startswith(f"Termin {APPOINTMENT}: Im Team geändert")
    assert "„Datum“ von „05.11.2024“ zu „06.11.2024“" in moved_text
    assert gone_text.startswith(f"Termin {APPOINTMENT}: Die Zeile steht nicht mehr")


def test_a_fresh_start_only_remembers(known: Ledger):
    assert known.notice("R2", look(changed(manager="XY")), LATER, first=True) == 0
    assert known.notice("R3", look(changed(manager="XY")), LATER + DAY) == 0


def test_it_is_exported_and_erased_and_the_row_counts_as_unknown_then(known: Ledger):
    known.notice("R2", look({CASE: ROW | {"email": "new@example.test"}, OTHER: ROW}), LATER)
    told = known.export_subject(CASE)
    assert told["seen"] == [{"table": "cases", "key": CASE, "values": ROW | {"email": "new@example.test"}}]
    known.erase_subject(CASE, [], LATER)
    empty = known.export_subject(CASE)
    assert (empty["seen"], empty["story"]) == ([], [])
    assert known.notice("R3", look({CASE: ROW, OTHER: ROW}), LATER + DAY) == 0
    assert known.check() == ()
    assert [item["key"] for item in known.export_subject(OTHER)["seen"]] == [OTHER]


def test_erasing_a_case_reaches_what_was_seen_of_its_appointments(ledger: Ledger):
    row = {"case": CASE, "date": date(2024, 11, 5)}
    ledger.notice("R1", look({APPOINTMENT: row}, ("case", "date"), table="appointments"), AT)
    assert [item["key"] for item in ledger.export_subject(CASE)["seen"]] == [APPOINTMENT]
    ledger.erase_subject(CASE, [], LATER)
    assert ledger.export_subject(CASE, [APPOINTMENT])["seen"] == []


def test_what_was_seen_of_a_row_that_is_gone_is_forgotten_after_a_month(known: Ledger):
    known.notice("R2", look({OTHER: ROW}), LATER)
    known.trim(LATER + 29 * DAY)
    assert known.export_subject(CASE)["seen"] != []
    known.trim(LATER + 31 * DAY)
    assert known.export_subject(CASE)["seen"] == []
    assert known.export_subject(OTHER)["seen"] != []


def test_a_backup_holds_it(known: Ledger, tmp_path):
    known.backup(tmp_path / "b" / "ledger.sqlite", LATER)
    known.notice("R2", look(changed(manager="XY")), LATER)
    known.restore(tmp_path / "b" / "ledger.sqlite", LATER + DAY)
    assert known.export_subject(CASE)["seen"][0]["values"]["manager"] == "AB"


def test_an_older_ledger_gets_the_table(url):
    engine = connect(url)
    migrate(engine, (first_tables,))
    engine.dispose()
    with open_ledger(url, now=AT) as ledger:
        assert ledger.notice("R1", look({CASE: ROW}), AT) == 0
        assert ledger.notice("R2", look(changed(manager="XY")), LATER) == 1
        with reading(ledger._engine) as connection:
            assert schema_version(connection) == len(MIGRATIONS) > 1


def test_only_rows_that_changed_are_written(known: Ledger, monkeypatch):
    written: list[str] = []
    upsert = "automations.ledger.staff_edits.upsert"
    monkeypatch.setattr(upsert, lambda _connection, _table, rows: written.extend(row["key"] for row in rows))
    known.notice("R2", look({CASE: ROW | {"manager": "CD"}, OTHER: ROW}), LATER)
    assert written == ["", CASE]


def test_a_table_that_looks_as_it_did_is_not_read_row_by_row(known: Ledger, monkeypatch):
    read: list[str] = []
    compared = staff_edits._known
    monkeypatch.setattr(staff_edits, "_known", lambda *given: read.append(given[1].table) or compared(*given))
    known.notice("R2", look({CASE: ROW, OTHER: ROW}), LATER)
    assert read == []
    known.notice("R3", look({CASE: ROW | {"phase": "Abschluss"}, OTHER: ROW}), LATER + DAY)
    assert read == ["cases"]
    # The moment is that of the last look, also where nothing was compared.
    assert "nach dem Lauf vom 31.10.2024 13:00" in texts(known)[0]


def lived(ledger: Ledger, seed: int) -> list[list[str]]:
    """What is told of two rows after edits, kim's writes, rows that go, come back and stand twice."""
    rng, rows = random.Random(seed), {CASE: dict(ROW), OTHER: dict(ROW)}  # noqa: S311 (a test)
    for number in range(60):
        key, name = rng.choice([CASE, OTHER]), rng.choice(FIELDS)
        value, way = rng.choice(["AB", "CD", None]), rng.choice(["typed", "written", "kept", "gone", "twice", "none"])
        standing = dict(rows)
        if way in {"typed", "written"}:
            edit = CellEdit(name, rows[key][name], value)
            standing[key] = {**rows[key], name: value}
            if way == "written":
                write(ledger, group(f"x/{number}", key, edits=(edit,)), name=f"w{number}")
                standing = rng.choice([standing, rows])  # and somebody took it back at once
            rows = dict(standing)
        elif way in {"gone", "twice"}:
            del standing[key]
        ledger.notice(f"R{number}", look(standing, doubled=[key] if way == "twice" else ()), AT + number * DAY)
    return [texts(ledger, key) for key in (CASE, OTHER)]


@pytest.mark.parametrize("seed", range(5))
def test_what_is_told_is_the_same_where_every_row_is_compared(seed, tmp_path, monkeypatch):
    with open_ledger(f"sqlite:///{tmp_path / 'a.sqlite'}", now=AT) as ledger:
        found = lived(ledger, seed)
    monkeypatch.setattr(staff_edits, "_is_as_marked", lambda *_: False)
    with open_ledger(f"sqlite:///{tmp_path / 'b.sqlite'}", now=AT) as ledger:
        assert lived(ledger, seed) == found
    assert min(map(len, found)) > 5


def test_rows_of_other_tables_and_workbooks_are_left_alone(known: Ledger):
    write(known, group("x/1", edits=(CellEdit("manager", "AB", "EF"),), row=RowKey("managers", "cases", CASE)))
    assert known.notice("R2", look({CASE: ROW, OTHER: ROW}), LATER) == 0


def test_yes_and_one_in_one_column_are_two_values(ledger: Ledger):
    rows = {CASE: ROW | {"phase": True}, OTHER: ROW}
    ledger.notice("R1", look(rows), AT)
    assert ledger.notice("R2", look({**rows, OTHER: ROW | {"phase": 1}}), LATER) == 1
    assert ledger.notice("R3", look({OTHER: ROW | {"phase": 1}, **rows}), LATER) == 1
    assert noticed(ledger) == []
