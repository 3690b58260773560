"""A guest in a Google sheet: what is protected, what arrays show, what frames a table, how a number is shown."""

from __future__ import annotations

from datetime import date

import pytest
from google.oauth2.credentials import Credentials

from automations.engine.store_limits import limits_of
from automations.workbooks.google.backend import GoogleSheetsWorkbook
from automations.workbooks.protocol import SPILLED, WorkbookError
from tests.support.google_sheets import Clock, SheetDesk, address, http_to, new_sheet, open_sheet
from tests.support.workbook_contract import LEDGER, Announced, a_tab, append, base_of, case_rows, group, named, value

OWNER = "team@emulator.test"


@pytest.fixture
def sheet(google):
    return new_sheet(google, {"Fälle": case_rows(), "Notizen": [["eine Notiz"]]})


@pytest.fixture
def book(google, sheet):
    return open_sheet(google, sheet, Clock())


@pytest.fixture
def team(google, sheet):
    return google.person("team", sheet)


def write(book, *groups, tabs=()):
    return book.write(groups, tabs, base_of(book.read()), "token-1", LEDGER, Announced())


def number_of(team, tab):
    return next(one.id for one in team.document.sheets if one.title == tab)


def protect(team, tab, *, free=(), **area):
    given = {"range": {"sheetId": number_of(team, tab), **area}, "editors": {"users": [OWNER]}}
    if free:
        given["unprotectedRanges"] = [{"sheetId": number_of(team, tab), **one} for one in free]
    team.does({"addProtectedRange": {"protectedRange": given}})


COLUMN_D = {"startColumnIndex": 3, "endColumnIndex": 4}


# what is protected


def test_a_protected_column_drops_the_groups_that_touch_it_and_no_other(team, book):
    protect(team, "Fälle", **COLUMN_D)
    touching = [group(f"KIM-{n}", ("manager", old, "CD")) for n, old in ((1, None), (2, "AB"), (4, None))]
    result = write(book, *touching, group("KIM-4", ("phase", "Begleitung", "Neu")), tabs=[a_tab()])
    assert result.status == "written"
    assert [result.groups[one.id] for one in touching[:2]] == ["refused", "refused"]
    assert result.tabs == ("overview",)
    assert "D3" in result.refused["g/KIM-1"]
    assert "editors" in result.advice["g/KIM-1"]
    assert value(book.read(), "KIM-1", "manager") is None


def test_many_refused_groups_of_a_tab_leave_the_others_of_that_tab(google):
    rows = [*case_rows()[:2], *([f"KIM-{n}", "N", "Neu", None, None] for n in range(1, 31))]
    sheet = new_sheet(google, {"Fälle": rows})
    protect(google.person("team", sheet), "Fälle", **COLUMN_D)
    book = open_sheet(google, sheet, Clock())
    shut = [group(f"KIM-{n}", ("manager", None, "AB")) for n in range(1, 21)]
    free = [group(f"KIM-{n}", ("phase", "Neu", "Begleitung")) for n in range(21, 31)]
    result = write(book, *shut, *free)
    assert {result.groups[one.id] for one in shut} == {"refused"}
    assert {result.groups[one.id] for one in free} == {"applied"}


def test_a_row_goes_below_a_protected_column_that_it_does_not_touch(team, book):
    protect(team, "Fälle", **COLUMN_D)
    result = write(book, append("KIM-9", last_name="Neun"), append("KIM-10", last_name="Zehn", manager="AB"))
    assert result.groups == {"a/KIM-9": "applied", "a/KIM-10": "refused"}
    assert value(book.read(), "KIM-9", "last_name") == "Neun"


def test_a_protected_tab_of_ours_is_left_and_named_and_the_rest_is_written(team, book):
    write(book, tabs=[a_tab()])
    protect(team, "Übersicht")
    result = write(book, group("KIM-1", ("manager", None, "AB")), tabs=[a_tab(number=13)])
    assert (result.status, result.groups, result.tabs) == ("written", {"g/KIM-1": "applied"}, ())
    assert result.refused["overview"].startswith("The tab “Übersicht” is protected in Google")
    assert value(book.read(), "KIM-1", "manager") == "AB"


def test_what_is_protected_is_known_before_anything_is_written(team, book):
    write(book, tabs=[a_tab()])
    protect(team, "Übersicht")
    protect(team, "Fälle", **COLUMN_D)
    wanted = [group("KIM-1", ("manager", None, "AB")), group("KIM-2", ("phase", "Neu", "Begleitung"))]
    raw = book.read()
    result = book.rehearse(wanted, [a_tab(number=13)], base_of(raw), LEDGER)
    assert set(result.refused) == {"g/KIM-1", "overview"}
    assert book.read().revision == raw.revision


def test_free_cells_warnings_and_protections_that_let_us_in_stop_nothing(team, book):
    protect(team, "Fälle", free=[COLUMN_D])
    team.does(
        {
            "addProtectedRange": {
                "protectedRange": {"range": {"sheetId": 0, "startRowIndex": 2, "endRowIndex": 3}, "warningOnly": True}
            }
        }
    )
    assert write(book, group("KIM-1", ("manager", None, "AB"))).groups == {"g/KIM-1": "applied"}
    assert write(book, group("KIM-1", ("phase", "Neu", "Begleitung"))).groups == {"g/KIM-1": "refused"}


def test_a_protection_that_comes_between_lock_and_write_costs_what_it_shuts(google, team, book):
    write(book, tabs=[a_tab()])

    def shut(service, call):
        if "deleteProtectedRange" in call.kinds and len(call.kinds) > 2:
            service.colleague = None
            protect(team, "Übersicht")

    google.colleague = shut
    result = write(book, group("KIM-1", ("manager", None, "AB")), tabs=[a_tab(number=13)])
    assert (result.status, result.groups, result.tabs) == ("written", {"g/KIM-1": "applied"}, ())
    assert "overview" in result.refused


def test_editors_are_never_sent_empty(google, sheet):
    book = open_sheet(google, sheet, Clock())
    sent = []

    def look(service, call):
        sent.extend(one["addProtectedRange"]["protectedRange"] for one in (call.body or {}).get("requests", ())
                    if "addProtectedRange" in one)  # fmt: skip

    google.colleague = look
    write(book, group("KIM-1", ("manager", None, "AB")))
    assert sent
    assert all(one.get("editors", {"users": ["x"]})["users"] for one in sent)


# arrays


def test_a_cell_that_an_array_fills_is_never_written(team, book):
    SheetDesk(team).type("Fälle", 4, 4, None)
    team.spills("Fälle!D3", "=ARRAYFORMULA(F3:F6)", [["AA"], ["AB"], [None], ["AC"]])
    raw = book.read()
    assert named(raw, "Fälle").formulas == {(3, 4): "ARRAYFORMULA(F3:F6)", (4, 4): SPILLED, (6, 4): SPILLED}
    result = write(book, group("KIM-2", ("manager", "AB", "CD")), group("KIM-4", ("phase", "Begleitung", "Neu")))
    assert result.groups == {"g/KIM-2": "refused", "g/KIM-4": "applied"}
    assert team.sees("Fälle!D3") == "AA"


def test_a_new_row_is_put_into_an_array_column_but_nothing_into_the_array(team, book):
    SheetDesk(team).type("Fälle", 4, 4, None)
    team.spills("Fälle!D3", "=ARRAYFORMULA(X3:X)", [["AA"], ["AB"], *([""] for _ in range(40))])
    result = write(book, append("KIM-9", last_name="Neun"), append("KIM-10", last_name="Zehn", manager="AB"))
    assert result.groups == {"a/KIM-9": "applied", "a/KIM-10": "refused"}
    assert team.sees("Fälle!A9") == "KIM-9"
    assert team.sees("Fälle!D3") == "AA"


def test_the_emulators_array_breaks_when_somebody_types_into_it(team):
    SheetDesk(team).type("Fälle", 4, 4, None)
    team.spills("Fälle!D3", "=ARRAYFORMULA(F3:F6)", [["AA"], ["AB"]])
    SheetDesk(team).type("Fälle", 4, 4, "CD")
    assert "errorValue" in team.document.sheets[0].cell(2, 3)["effectiveValue"]
    SheetDesk(team).type("Fälle", 4, 4, None)
    assert (team.sees("Fälle!D3"), team.sees("Fälle!D4")) == ("AA", "AB")


# tables


def test_rows_appended_below_a_table_extend_it_and_its_filter(team, book):
    area = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 8, "startColumnIndex": 0, "endColumnIndex": 5}
    team.does(
        {"addTable": {"table": {"name": "Fälle", "range": area}}}, {"setBasicFilter": {"filter": {"range": area}}}
    )
    assert write(book, append("KIM-9", last_name="Neun"), append("KIM-10")).status == "written"
    tab = team.document.sheets[0]
    assert [one["range"]["endRowIndex"] for one in (*tab.tables, tab.basic_filter)] == [10, 10]
    assert value(book.read(), "KIM-10", "last_name") is None


def test_a_table_with_a_footer_keeps_its_last_row(team, book):
    area = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 8, "startColumnIndex": 0, "endColumnIndex": 5}
    footer = {"footerColorStyle": {"rgbColor": {"red": 1}}}
    team.does({"addTable": {"table": {"name": "Fälle", "range": area, "rowsProperties": footer}}})
    write(book, append("KIM-9", last_name="Neun"))
    assert team.document.sheets[0].tables[0]["range"]["endRowIndex"] == 8


# numbers and answers


@pytest.mark.parametrize(
    ("pattern", "shown"), [("0000", "0008"), ('"KIM-"0000', "KIM-0008"), ("0", 8), ("0.00", 8), ("#,##0", 8)]
)
def test_a_number_shown_with_zeros_is_read_as_it_is_shown(team, book, pattern, shown):
    cell = {"userEnteredValue": {"numberValue": 8}}
    cell["userEnteredFormat"] = {"numberFormat": {"type": "NUMBER", "pattern": pattern}}
    start = {"sheetId": 0, "rowIndex": 2, "columnIndex": 0}
    fields = "userEnteredValue,userEnteredFormat.numberFormat"
    team.does({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": fields}})
    assert named(book.read(), "Fälle").rows[2][0] == shown
    assert write(book, group(str(shown), ("manager", None, "AB"))).groups == {f"g/{shown}": "applied"}


def test_an_answer_without_cells_is_refused_and_no_tab_passes_for_an_empty_one(google, book, monkeypatch):
    whole = google.handle

    def short(call, token):
        answer = whole(call, token)
        for sheet in answer.get("sheets", ())[:1]:
            sheet.pop("data", None)
        return answer

    monkeypatch.setattr(google, "handle", short)
    with pytest.raises(WorkbookError, match="was not complete") as told:
        book.read()
    assert told.value.busy


def test_a_write_whose_answer_is_not_complete_is_looked_at(google, book, monkeypatch):
    whole = google.handle

    def short(call, token):
        answer = whole(call, token)
        if "deleteProtectedRange" in call.kinds:
            answer["updatedSpreadsheet"]["sheets"][0].pop("data")
        return answer

    monkeypatch.setattr(google, "handle", short)
    assert write(book, group("KIM-1", ("manager", None, "AB"))).groups == {"g/KIM-1": "applied"}
    assert value(book.read(), "KIM-1", "received") == date(2024, 1, 2)


# settings


@pytest.mark.parametrize(
    ("locale", "zone", "codes"),
    [
        ("de_DE", "Europe/Berlin", []),
        ("en_US", "Europe/Berlin", ["sheet_locale"]),
        ("de_AT", "Etc/GMT", ["sheet_zone"]),
    ],
)
def test_a_sheet_that_understands_otherwise_what_is_typed_is_named(google, locale, zone, codes):
    sheet = google.create("Team", {"Fälle": [["a"]]}, locale=locale, timeZone=zone)
    book = GoogleSheetsWorkbook(
        "team",
        address(sheet),
        lambda: Credentials("kim"),
        language="de",
        zone="Europe/Berlin",
        http_client=http_to(google.url),
    )
    assert [limit.code for limit in book.limits()] == codes
    found = [(problem.code, problem.who) for problem in limits_of({"team": book})]
    assert found == [(code, "operator") for code in codes]
    if codes:
        assert any(word in limit.message for limit in book.limits() for word in ("en_US", "Etc/GMT"))
