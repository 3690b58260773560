"""Google's troubles: quotas, silence, answers that come too late, locks that stay, rights that are missing."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from msgspec import structs

from automations.model.tabdoc import Chart, Column, Grid, TabCell, TabDoc
from automations.model.writes import PendingWrite
from automations.workbooks.google.client import DEADLINE, LONGEST_PAUSE, SheetsClient, UnansweredError
from automations.workbooks.google.locking import MUTEX, STALE_AFTER
from automations.workbooks.protocol import WorkbookError
from tests.sheets_emulator import ApiError
from tests.support.google_sheets import Clock, SheetDesk, new_sheet, open_sheet
from tests.support.workbook_contract import (
    DRAFT,
    LEDGER,
    Announced,
    a_tab,
    append,
    base_of,
    case_rows,
    group,
    named,
    value,
)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sheet(google):
    return new_sheet(google, {"Fälle": case_rows(), "Notizen": [["eine Notiz"]]})


@pytest.fixture
def book(google, sheet, clock):
    return open_sheet(google, sheet, clock)


@pytest.fixture
def desk(google, sheet):
    return SheetDesk(google.person("team", sheet))


WANTED = group("KIM-1", ("manager", None, "AB"), guards={"phase": "Neu"})


def write(book, *groups, tabs=(), ledger=LEDGER, run="token-1", announce=None):
    return book.write(groups, tabs, base_of(book.read()), run, ledger, announce or Announced())


def endpoints(google):
    return [call.endpoint for call in google.calls]


def is_write(call):
    return "deleteProtectedRange" in call.kinds and len(call.kinds) > 2


def is_lock(call):
    return "addProtectedRange" in call.kinds


def locks(google, sheet):
    found = (item for tab in google.spreadsheet(sheet).sheets for item in tab.protected)
    return [item for item in found if item.get("description", "").startswith("kim")]


# quota


def test_a_whole_cycle_takes_four_calls(google, book):
    tabs = [a_tab(), a_tab_with_a_chart()]
    assert write(book, WANTED, group("KIM-4", ("manager", None, "CD")), tabs=tabs).status == "written"
    assert endpoints(google) == ["sheets.get", "sheets.get", "sheets.batchUpdate", "sheets.batchUpdate"]


def test_a_cycle_that_changes_nothing_takes_two(google, sheet, book, clock):
    write(book, WANTED, tabs=[a_tab()])
    google.calls.clear()
    again = open_sheet(google, sheet, clock)
    assert write(again, WANTED, tabs=[a_tab()]).status == "unchanged"
    assert endpoints(google) == ["sheets.get", "sheets.get"]


def a_tab_with_a_chart(kind="column", chart="months"):
    rows = tuple((TabCell(f"Monat {n}"), TabCell(n)) for n in range(5))
    grid = Grid("numbers", (Column("Monat"), Column("Zahl", style="number", bar=True)), rows)
    return TabDoc("numbers", "Zahlen", "team", (grid, Chart(chart, kind, "Zahlen", "numbers", 0, (1,))))


def test_a_used_up_quota_is_waited_for(google, sheet, clock):
    book = open_sheet(google, sheet, clock)
    google.faults.fail(429, times=7)
    assert value(book.read(), "KIM-1", "phase") == "Neu"
    assert len(clock.slept) == 7
    assert max(clock.slept) <= LONGEST_PAUSE


def test_a_quota_that_stays_used_up_ends_at_the_deadline(google, sheet, clock):
    book = open_sheet(google, sheet, clock)
    google.faults.fail(429, times=10_000)
    with pytest.raises(WorkbookError) as caught:
        book.read()
    assert (caught.value.code, caught.value.busy) == ("quota", True)
    assert sum(clock.slept) <= DEADLINE
    assert len(google.calls) < 100


def test_what_the_server_asks_for_is_waited(google, book, clock):
    google.faults.fail(429, headers={"Retry-After": "30"})
    book.read()
    assert clock.slept[0] >= 30


@pytest.mark.parametrize("status", [500, 502, 503])
def test_failures_of_google_are_survived_while_reading(google, book, clock, status):
    if status == 502:
        google.faults.html(502, times=2)
    else:
        google.faults.fail(status, times=2)
    assert value(book.read(), "KIM-1", "phase") == "Neu"
    assert len(clock.slept) == 2


def test_a_broken_connection_is_survived(google, book):
    google.faults.reset(times=2)
    assert value(book.read(), "KIM-1", "phase") == "Neu"


@pytest.mark.parametrize(
    ("status", "code"), [(400, "google_refused"), (401, "key_revoked"), (403, "no_access"), (404, "no_sheet")]
)
def test_a_refusal_is_never_tried_again(google, book, clock, status, code):
    google.faults.fail(status)
    with pytest.raises(WorkbookError) as caught:
        book.read()
    assert caught.value.code == code
    assert clock.slept == []
    assert len(google.calls) == 1


# answers that are lost


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("kind", ["fail", "reset", "html"])
@pytest.mark.parametrize("which", [is_lock, is_write])
def test_a_lost_answer_neither_repeats_nor_loses_a_write(google, sheet, book, kind, which, committed):
    order = getattr(google.faults, kind)
    order(*([503] if kind == "fail" else []), on=which, committed=committed)
    result = write(book, WANTED, append("KIM-9", last_name="Neun"), tabs=[a_tab()])
    assert (result.status, result.groups) == ("written", {"g/KIM-1": "applied", "a/KIM-9": "applied"})
    assert result.tabs == ("overview",)
    raw = book.read()
    assert value(raw, "KIM-1", "manager") == "AB"
    assert value(raw, "KIM-9", "last_name") == "Neun"
    assert [tab.name for tab in raw.tabs] == ["Fälle", "Notizen", "Übersicht"]
    assert result.revision == raw.revision
    assert locks(google, sheet) == []


def test_a_write_that_google_never_answers_is_unclear_and_settled_later(google, sheet, book, clock):
    raw = book.read()
    pending = PendingWrite("token-1", raw.revision, "", (WANTED,), base_of(raw))
    google.faults.fail(503, on=is_write, committed=True)
    google.faults.fail(503, times=10_000)
    google.faults.waiting[1].skip = 1  # the lock
    assert write_after(book, raw, WANTED).status == "unclear"
    google.faults.waiting.clear()
    assert open_sheet(google, sheet, clock).settle(pending).groups == {"g/KIM-1": "applied"}


def write_after(book, raw, *groups, run="token-1"):
    return book.write(groups, (), base_of(raw), run, LEDGER, Announced())


# locks


def test_a_lock_of_a_killed_run_is_swept_when_the_next_one_settles(google, sheet, book, clock):
    raw = book.read()

    def killed(before, after):
        raise OSError("killed")

    google.faults.fail(503, on=lambda call: call.kinds and set(call.kinds) == {"deleteProtectedRange"}, times=10_000)
    with pytest.raises(OSError, match="killed"):
        book.write([WANTED], (), base_of(raw), "token-1", LEDGER, killed)
    assert len(locks(google, sheet)) == 2
    google.faults.waiting.clear()
    settled = open_sheet(google, sheet, clock).settle(
        PendingWrite("token-1", raw.revision, "", (WANTED,), base_of(raw))
    )
    assert settled.status == "unchanged"
    assert locks(google, sheet) == []


def test_a_quota_used_up_between_lock_and_write_locks_nobody_out(google, sheet, book, clock):
    raw, end = book.read(), clock.now + DEADLINE
    google.faults.fail(429, on=lambda call: not is_lock(call) and clock.now < end, times=10_000)
    with pytest.raises(WorkbookError) as caught:
        write_after(book, raw, WANTED)
    assert (caught.value.code, caught.value.busy) == ("quota", True)
    assert locks(google, sheet) == []
    assert book.read().revision == raw.revision


def leave_lock(google, sheet, clock, age):
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 9, "startColumnIndex": 0, "endColumnIndex": 9}
    lock = {"protectedRangeId": MUTEX, "range": area, "description": f"kim (alt) #t @{int(clock.now - age)}"}
    google.person("kim", sheet).does({"addProtectedRange": {"protectedRange": lock}})


def test_a_stale_lock_is_swept_by_whoever_reads(google, sheet, book, clock):
    leave_lock(google, sheet, clock, STALE_AFTER + 60)
    book.read()
    assert locks(google, sheet) == []


def test_a_live_lock_is_waited_for(google, sheet, book, clock):
    raw = book.read()
    leave_lock(google, sheet, clock, 5)
    tries = []

    def give_back(service, call):
        tries.extend(call.kinds[:1] if is_lock(call) else [])
        if len(tries) == 3:
            service.colleague = None
            service.person("kim", sheet).does({"deleteProtectedRange": {"protectedRangeId": MUTEX}})

    google.colleague = give_back
    assert write_after(book, raw, WANTED).status == "written"
    assert 2 <= len(clock.slept) < 10


def test_a_lock_that_somebody_took_away_stops_the_write(google, sheet, book):
    """The fence: what comes late finds its lock gone and changes nothing."""
    raw = book.read()

    def sweep(service, call):
        if is_write(call):
            service.colleague = None
            for lock in locks(service, sheet):
                service.person("team", sheet).does(
                    {"deleteProtectedRange": {"protectedRangeId": lock["protectedRangeId"]}}
                )
            SheetDesk(service.person("team", sheet)).insert_row("Fälle", 3)

    google.colleague = sweep
    assert write_after(book, raw, WANTED).status == "written"
    after = book.read()
    assert value(after, "KIM-1", "manager") == "AB"
    assert sum("AB" in row for row in named(after, "Fälle").rows) == 2  # KIM-2 had it before
    assert locks(google, sheet) == []


def test_people_cannot_type_into_a_locked_table_but_into_other_tabs(google, sheet, book):
    raw, stopped = book.read(), []

    def type_in_between(service, call):
        if is_write(call):
            service.colleague = None
            guest = SheetDesk(service.person("guest", sheet))
            guest.type("Notizen", 2, 1, "noch eine")
            with pytest.raises(ApiError) as caught:
                guest.type("Fälle", 3, 3, "Begleitung")
            stopped.append(caught.value.message)

    google.colleague = type_in_between
    assert write_after(book, raw, WANTED).status == "written"
    assert len(stopped) == 1


def test_two_groups_about_one_row_without_number_go_together(book):
    number, hint = group(DRAFT, ("number", None, "KIM-3")), group(DRAFT, ("manager", None, "AB"))
    hint = structs.replace(hint, id="hint")
    result = write(book, number, hint)
    assert result.groups == {f"g/{DRAFT}": "applied", "hint": "applied"}
    assert result.refused == {}
    assert value(book.read(), "KIM-3", "manager") == "AB"


def test_a_tab_grows_where_its_rows_end(google, sheet, book):
    google.spreadsheet(sheet).sheets[0].resize(len(case_rows()), 5)
    new = [append(f"KIM-{n}", last_name="Neu") for n in (8, 9)]
    assert set(write(book, *new).groups.values()) == {"applied"}
    rows = named(book.read(), "Fälle").rows
    assert [row[0] for row in rows[-2:]] == ["KIM-8", "KIM-9"]


def test_a_tab_that_shrank_is_looked_at_anew_and_locked_all_the_same(google, sheet, book, desk):
    raw, locked = book.read(), []
    desk.delete_row("Fälle", 900)

    def watch(service, call):
        if "updateCells" in call.kinds:
            locked.extend(locks(service, sheet))

    google.colleague = watch
    assert write_after(book, raw, WANTED).status == "written"
    assert len(locked) == 2


# without the right to protect, or under the owner's hands


@pytest.fixture
def no_rights(google, sheet):
    google.spreadsheet(sheet).cannot_protect.add("kim@emulator.test")


def test_without_the_right_to_protect_it_writes_all_the_same(google, sheet, book, no_rights):
    assert write(book, WANTED, tabs=[a_tab()]).status == "written"
    assert value(book.read(), "KIM-1", "manager") == "AB"


MOVES = {
    "row inserted": lambda desk: desk.insert_row("Fälle", 3),
    "title inserted": lambda desk: desk.insert_row("Fälle", 1),
    "row deleted": lambda desk: desk.delete_row("Fälle", 3),
    "sorted": lambda desk: desk.person.sorts("Fälle", 1, header_rows=2, descending=True),
    "column inserted": lambda desk: desk.insert_column("Fälle", 2),
}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("rights", [True, False])
def test_a_cell_that_landed_in_a_wrong_row_is_put_back(google, sheet, book, desk, move, rights):
    if not rights:
        google.spreadsheet(sheet).cannot_protect.add("kim@emulator.test")
    raw = book.read()

    def owner(service, call):
        if "updateCells" in call.kinds:
            service.colleague = None
            MOVES[move](desk)

    google.colleague = owner
    result = write_after(book, raw, group("KIM-4", ("manager", None, "CD"), guards={"phase": "Begleitung"}))
    assert result.groups == {"g/KIM-4": "changed"}
    assert "row moved" in result.refused["g/KIM-4"]
    after = named(book.read(), "Fälle").rows
    assert not any("CD" in row for row in after)
    assert sum("AB" in row for row in after) == 1 if move != "row deleted" else True
    assert locks(google, sheet) == []


@pytest.mark.parametrize("rights", [True, False])
def test_a_row_typed_at_the_very_instant_of_a_new_row_is_kept_and_so_is_ours(google, sheet, book, desk, rights):
    if not rights:
        google.spreadsheet(sheet).cannot_protect.add("kim@emulator.test")
    raw, last = book.read(), len(case_rows())

    def owner(service, call):
        if "updateCells" in call.kinds:
            service.colleague = None
            for column, text in enumerate(("KIM-7", "Sieben", "Neu"), start=1):
                desk.type("Fälle", last + 1, column, text)

    google.colleague = owner
    result = write_after(book, raw, append("KIM-9", last_name="Neun"))
    assert result.groups == {"a/KIM-9": "applied"}
    rows = [row[:3] for row in named(book.read(), "Fälle").rows[last:]]
    assert [list(row) for row in rows] == [["KIM-9", "Neun"], ["KIM-7", "Sieben", "Neu"]]
    assert locks(google, sheet) == []


def test_a_new_row_looks_like_the_one_above_it(google, sheet, book):
    last = len(case_rows())
    area = {"sheetId": 0, "startRowIndex": last - 1, "endRowIndex": last}
    look = {"userEnteredFormat": {"textFormat": {"italic": True}}}
    fields = "userEnteredFormat.textFormat"
    google.person("team", sheet).does({"repeatCell": {"range": area, "cell": look, "fields": fields}})
    write(book, append("KIM-9", last_name="Neun"))
    cell = google.spreadsheet(sheet).sheets[0].cell(last, 0)
    assert cell["userEnteredFormat"]["textFormat"] == {"italic": True}


def test_what_stands_beside_a_table_stays_where_it_is_when_a_row_comes(google, sheet, book, desk):
    last = len(case_rows())
    desk.type("Fälle", last + 3, 12, "Notiz")
    assert write(book, append("KIM-9", last_name="Neun")).status == "written"
    assert desk.rows("Fälle")[last + 2][11] == "Notiz"
    assert desk.rows("Fälle")[last][:2] == ["KIM-9", "Neun"]


def test_what_cannot_be_put_back_is_told_with_its_place(google, sheet, book, desk, no_rights):
    raw = book.read()

    def owner(service, call):
        if "updateCells" in call.kinds:
            service.colleague = None
            desk.insert_row("Fälle", 6)
            desk.type("Fälle", 6, 2, "Ganz neu")
            desk.type("Fälle", 6, 4, "ZZ")

    google.colleague = owner
    result = write_after(book, raw, group("KIM-4", ("manager", None, "CD")))
    assert result.groups == {"g/KIM-4": "changed"}
    assert re.search(r"look at D6 in the tab “Fälle”, where “CD” is not right", result.refused["g/KIM-4"])


def test_two_bots_give_no_cell_twice(google, sheet, clock):
    """Another installation of the same ledger writes while we hold a plan of the same cells."""
    one, two = open_sheet(google, sheet, clock, host="one"), open_sheet(google, sheet, clock, host="two")
    first, second = one.read(), two.read()
    mine, theirs = group("KIM-1", ("manager", None, "AA")), group("KIM-1", ("manager", None, "BB"))
    assert write_after(one, first, mine, run="t1").groups == {"g/KIM-1": "applied"}
    assert write_after(two, second, theirs, run="t2").groups == {"g/KIM-1": "changed"}
    assert value(one.read(), "KIM-1", "manager") == "AA"


def test_a_cell_that_people_protected_is_refused_and_the_others_are_written(google, sheet, book):
    area = {"sheetId": 0, "startRowIndex": 2, "endRowIndex": 3, "startColumnIndex": 3, "endColumnIndex": 4}
    google.person("team", sheet).does({"addProtectedRange": {"protectedRange": {"range": area}}})
    result = write(book, WANTED, group("KIM-4", ("manager", None, "CD")))
    assert (result.status, result.groups) == ("written", {"g/KIM-1": "refused", "g/KIM-4": "applied"})
    assert "protected" in result.refused["g/KIM-1"]
    assert locks(google, sheet) == []


# bad input


@pytest.mark.parametrize(
    "url",
    ["", "Team.xlsx", "https://docs.google.com/document/d/abc", "https://docs.google.com/spreadsheets/d/e/2PACX-x"],
)
def test_an_address_that_is_none_is_told(google, clock, url, book):
    book._url = url
    with pytest.raises(WorkbookError) as caught:
        book.read()
    assert caught.value.code == "bad_url"
    assert google.calls == []


def test_no_access_names_the_sheet(google, sheet, clock):
    google.spreadsheet(sheet).readers.clear()
    stranger = open_sheet(google, "emulated-0009-nothing", clock)
    with pytest.raises(WorkbookError) as caught:
        stranger.read()
    assert caught.value.code == "no_sheet"


def test_a_sheet_that_may_only_be_read_is_left_alone(google, sheet, book):
    google.spreadsheet(sheet).readers.add("kim@emulator.test")
    with pytest.raises(WorkbookError) as caught:
        write(book, WANTED)
    assert caught.value.code == "read_only"


def test_a_revoked_key_is_told(google, sheet, book):
    google.revoked.add("kim")
    with pytest.raises(WorkbookError) as caught:
        book.read()
    assert caught.value.code == "key_revoked"


def test_a_giant_sheet_is_refused_before_its_cells_are_asked_for(google, sheet, book):
    tab = google.spreadsheet(sheet).sheets[0]
    tab.properties = {**tab.properties, "gridProperties": {"rowCount": 400_000, "columnCount": 25}}
    with pytest.raises(WorkbookError) as caught:
        book.read()
    assert caught.value.code == "too_large"
    assert len(google.calls) == 1


def test_another_shape_leaves_everything_as_it_is(google, sheet, book, desk):
    raw = book.read()
    base = base_of(raw)
    desk.type("Fälle", 2, 1, "Ganz anders")
    result = book.write([WANTED], (), base, "t", LEDGER, Announced())
    assert (result.status, result.groups) == ("unchanged", {"g/KIM-1": "missing"})
    assert locks(google, sheet) == []


@pytest.mark.parametrize("filled", [False, True])
def test_a_protection_over_the_whole_grid_may_count_as_that_of_the_sheet(google, sheet, book, filled):
    """Google's documentation does not say; kim works under both readings, beside a protection of the team's."""
    document = google.spreadsheet(sheet)
    document.full_grid_is_sheet = True
    if filled:
        document.sheets[0].resize(len(case_rows()), document.sheets[0].column_count)
    editors = {"users": ["kim@emulator.test"]}
    team = {"range": {"sheetId": 0}, "description": "Bitte nicht ändern", "editors": editors}
    google.person("team", sheet).does({"addProtectedRange": {"protectedRange": team}})
    assert write(book, WANTED, append("KIM-9", last_name="Neun"), tabs=[a_tab()]).status == "written"
    assert write(book, group("KIM-4", ("manager", None, "CD"))).status == "written"
    assert [item["description"] for item in document.sheets[0].protected] == ["Bitte nicht ändern"]


# what a write looks at


def test_the_answers_of_lock_and_write_show_what_the_change_is_about_and_no_whole_table(google, clock):
    rows = [*case_rows()[:2], *([f"KIM-{n}", f"Name {n}", "Neu", None, None, *["x" * 20] * 20] for n in range(200))]
    sheet = new_sheet(google, {"Fälle": rows})
    book = open_sheet(google, sheet, clock)
    base = base_of(book.read())
    shown = []
    whole = google.handle

    def watched(call, token):
        answer = whole(call, token)
        shown.extend([str(answer["updatedSpreadsheet"])] if "updatedSpreadsheet" in answer else [])
        return answer

    google.handle = watched
    groups = [group(f"KIM-{n}", ("manager", None, "AB"), guards={"phase": "Neu"}) for n in (3, 4, 90)]
    assert set(book.write(groups, (), base, "t", LEDGER, Announced()).groups.values()) == {"applied"}
    lock, after = shown
    assert ("x" * 20) not in lock
    assert after.count("Name") == 3


def test_rows_that_moved_between_reading_and_lock_are_read_as_a_whole(google, sheet, book, desk):
    base = base_of(book.read())

    def move(service, call):
        if is_lock(call):
            service.colleague = None
            desk.insert_row("Fälle", 3)
            desk.type("Fälle", 7, 5, None)

    google.colleague = move
    assert book.write([WANTED], (), base, "t", LEDGER, Announced()).groups == {"g/KIM-1": "applied"}
    assert value(book.read(), "KIM-1", "manager") == "AB"
    assert desk.rows("Fälle")[3][3] == "AB"


def test_a_tab_that_was_renamed_between_reading_and_lock_is_found(google, sheet, book, desk):
    base = base_of(book.read())

    def rename(service, call):
        if is_lock(call):
            service.colleague = None
            desk.rename("Fälle", "Alle Fälle")

    google.colleague = rename
    assert book.write([WANTED], (), base, "t", LEDGER, Announced()).groups == {"g/KIM-1": "applied"}
    assert value(book.read(), "KIM-1", "manager", "Alle Fälle") == "AB"


@pytest.mark.parametrize("body", [None, "ok", 5, ["x"], True])
def test_json_that_is_none_of_googles_is_no_answer(body):
    """As a gateway gives it that wants somebody to log in first."""
    http = SimpleNamespace(
        session=SimpleNamespace(headers={}),
        auth=None,
        set_timeout=lambda _: None,
        request=lambda *_, **__: SimpleNamespace(json=lambda: body),
    )
    client = SheetsClient("team", "x", lambda: http, lambda: 0.0, lambda _: None)
    with pytest.raises(UnansweredError):
        client.get("properties")
