"""The emulator of the Sheets API: requests that kim does not send and public clients do."""

from __future__ import annotations

from typing import Any

from tests.sheets_emulator import Emulator
from tests.support.sheets_client import Client

ALL = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 3}


def area(top: int, bottom: int, left: int, right: int) -> dict[str, int]:
    rows = {"startRowIndex": top, "endRowIndex": bottom}
    return {"sheetId": 0, **rows, "startColumnIndex": left, "endColumnIndex": right}


def type_in(client: Client, text: str, *rows: list[Any]) -> None:
    client.session.put(
        f"{client.base}/values/{text}", params={"valueInputOption": "RAW"}, json={"values": list(rows)}, timeout=10
    )


class TestFilterViews:
    def test_one_is_made_changed_copied_and_deleted(self, client: Client) -> None:
        made = client.batch({"addFilterView": {"filter": {"range": ALL}}})["replies"][0]["addFilterView"]["filter"]
        assert made["title"] == "Filter 1"
        number = made["filterViewId"]
        client.batch({"updateFilterView": {"filter": {"filterViewId": number, "title": "Neu"}, "fields": "title"}})
        copied = client.batch({"duplicateFilterView": {"filterId": number}})["replies"][0]["duplicateFilterView"]
        assert copied["filter"]["title"] == "Copy of Neu"
        client.batch({"deleteFilterView": {"filterId": number}})
        left = client.get(fields="sheets.filterViews")["sheets"][0]["filterViews"]
        assert [view["filterViewId"] for view in left] == [copied["filter"]["filterViewId"]]
        again = client.batch({"deleteFilterView": {"filterId": number}})
        assert again["error"]["message"].endswith(f"No filter view with id: {number}")

    def test_an_id_that_is_taken_is_refused(self, client: Client) -> None:
        view = {"addFilterView": {"filter": {"filterViewId": 7, "range": ALL}}}
        assert "replies" in client.batch(view)
        assert "already exists" in client.batch(view)["error"]["message"]


class TestTables:
    def test_a_table_names_its_columns_and_grows(self, client: Client) -> None:
        made = client.batch({"addTable": {"table": {"range": area(0, 4, 0, 2)}}})["replies"][0]["addTable"]["table"]
        assert [column["columnName"] for column in made["columnProperties"]] == ["Fall-Nr.", "Name"]
        wider = {"tableId": made["tableId"], "range": ALL}
        client.batch({"updateTable": {"table": wider, "fields": "range"}})
        table = client.get(fields="sheets.tables")["sheets"][0]["tables"][0]
        assert (table["range"]["endColumnIndex"], len(table["columnProperties"])) == (3, 3)

    def test_two_never_overlap_and_one_goes_with_its_cells(self, client: Client) -> None:
        made = client.batch({"addTable": {"table": {"range": ALL}}})["replies"][0]["addTable"]["table"]
        assert "overlaps" in client.batch({"addTable": {"table": {"range": area(2, 6, 0, 1)}}})["error"]["message"]
        client.batch({"deleteTable": {"tableId": made["tableId"]}})
        assert client.values("Fälle!A1:C4") is None

    def test_a_row_that_is_inserted_makes_it_longer(self, client: Client) -> None:
        client.batch({"addTable": {"table": {"range": ALL}}})
        rows = {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
        client.batch({"insertDimension": {"range": rows}})
        assert client.get(fields="sheets.tables.range")["sheets"][0]["tables"][0]["range"]["endRowIndex"] == 5


def test_bands_change_but_never_overlap(client: Client) -> None:
    first, second = area(0, 4, 0, 2), area(0, 4, 2, 3)
    made = client.batch({"addBanding": {"bandedRange": {"range": first}}})["replies"][0]["addBanding"]["bandedRange"]
    number = made["bandedRangeId"]
    wider = {"updateBanding": {"bandedRange": {"bandedRangeId": number, "range": ALL}, "fields": "range"}}
    client.batch(wider)
    assert (
        client.get(fields="sheets.bandedRanges.range")["sheets"][0]["bandedRanges"][0]["range"]["endColumnIndex"] == 3
    )
    client.batch({"updateBanding": {"bandedRange": {"bandedRangeId": number, "range": first}, "fields": "range"}})
    client.batch({"addBanding": {"bandedRange": {"range": second}}})
    assert "alternating background" in client.batch(wider)["error"]["message"]


class TestConditionalFormats:
    def looks(self, client: Client, cell: str) -> Any:
        answer = client.get(ranges=f"Fälle!{cell}", fields="sheets.data.rowData.values.effectiveFormat.textFormat")
        return answer["sheets"][0]["data"][0]["rowData"][0]["values"][0]["effectiveFormat"]["textFormat"]

    def add(self, client: Client, kind: str, *values: str, **look: bool) -> None:
        condition = {"type": kind, "values": [{"userEnteredValue": value} for value in values]}
        rule = {"ranges": [ALL], "booleanRule": {"condition": condition, "format": {"textFormat": look}}}
        client.batch({"addConditionalFormatRule": {"rule": rule, "index": 0}})

    def test_they_show_where_they_hold(self, client: Client) -> None:
        self.add(client, "TEXT_CONTAINS", "ad", bold=True)
        self.add(client, "NUMBER_BETWEEN", "30", "40", italic=True)
        assert self.looks(client, "B2")["bold"] is True
        assert self.looks(client, "B3")["bold"] is False
        assert [self.looks(client, cell)["italic"] for cell in ("C2", "C3")] == [True, False]

    def test_the_first_rule_wins(self, client: Client) -> None:
        self.add(client, "NOT_BLANK", bold=False)
        self.add(client, "TEXT_EQ", "Ada", bold=True)
        assert [self.looks(client, cell)["bold"] for cell in ("B2", "B3")] == [True, False]


def test_a_sheet_is_shared_and_no_longer(client: Client, google: Emulator, sheet: str) -> None:
    address, anna = f"{google.url}/drive/v3/files/{sheet}/permissions", "anna@emulator.test"
    google.spreadsheet(sheet).writers = {"tok@emulator.test"}
    given = {"type": "user", "role": "writer", "emailAddress": anna}
    made = client.session.post(address, json=given, timeout=10).json()
    assert client.session.get(address, timeout=10).json()["permissions"][1]["emailAddress"] == anna
    assert Client(google, sheet, anna).get()["spreadsheetId"] == sheet
    assert client.session.delete(f"{address}/{made['id']}", timeout=10).status_code == 204
    assert Client(google, sheet, anna).get()["error"]["code"] == 403
    assert client.session.delete(f"{address}/{made['id']}", timeout=10).status_code == 404


class TestCells:
    def test_cells_make_room_downwards_and_to_the_right(self, client: Client) -> None:
        client.batch({"insertRange": {"range": area(1, 2, 0, 1), "shiftDimension": "ROWS"}})
        assert client.values("Fälle!A1:B5")[1:3] == [["", "Ada"], ["KIM-1", "Bo"]]
        client.batch({"deleteRange": {"range": area(1, 2, 0, 1), "shiftDimension": "ROWS"}})
        assert client.values("Fälle!A1:B3")[1:] == [["KIM-1", "Ada"], ["KIM-2", "Bo"]]
        client.batch({"insertRange": {"range": area(1, 2, 1, 3), "shiftDimension": "COLUMNS"}})
        assert client.values("Fälle!2:2") == [["KIM-1", "", "", "Ada", "36"]]
        client.batch({"deleteRange": {"range": area(1, 2, 1, 3), "shiftDimension": "COLUMNS"}})
        assert client.values("Fälle!2:2") == [["KIM-1", "Ada", "36"]]

    def test_the_first_of_equal_rows_stays(self, client: Client) -> None:
        type_in(client, "Fälle!A3:C4", ["kim-1", "ADA", 36], ["KIM-3", "Cy", 29])
        reply = client.batch({"deleteDuplicates": {"range": ALL}})["replies"][0]["deleteDuplicates"]
        assert reply == {"duplicatesRemovedCount": 1}
        assert client.values("Fälle!A:A") == [["Fall-Nr."], ["KIM-1"], ["KIM-3"]]
        names = [{"sheetId": 0, "dimension": "COLUMNS", "startIndex": 3, "endIndex": 4}]
        client.batch({"deleteDuplicates": {"range": area(1, 3, 0, 4), "comparisonColumns": names}})
        assert client.values("Fälle!A:A") == [["Fall-Nr."], ["KIM-1"]]

    def test_spaces_are_trimmed_in_texts_alone(self, client: Client) -> None:
        type_in(client, "Fälle!B2:B3", ["  Ada   B. "], [" 7 "])
        reply = client.batch({"trimWhitespace": {"range": ALL}})["replies"][0]["trimWhitespace"]
        assert reply == {"cellsChangedCount": 2}
        assert client.values("Fälle!B2:B3") == [["Ada B."], ["7"]]
        assert client.batch({"trimWhitespace": {"range": ALL}})["replies"] == [{"trimWhitespace": {}}]

    def test_text_is_pasted_and_split(self, client: Client) -> None:
        spot = {"sheetId": 0, "rowIndex": 5, "columnIndex": 1}
        client.batch({"pasteData": {"coordinate": spot, "data": "a;1,5\nb;02.01.2024", "delimiter": ";"}})
        assert client.values("Fälle!B6:C7", valueRenderOption="UNFORMATTED_VALUE") == [["a", 1.5], ["b", 45293]]
        type_in(client, "Fälle!E1:E2", ["x, y"], ["z"])
        client.batch({"textToColumns": {"source": area(0, 2, 4, 5), "delimiterType": "COMMA"}})
        assert client.values("Fälle!E1:F2") == [["x", "y"], ["z"]]

    def test_rows_are_mixed_whole(self, client: Client) -> None:
        before = client.values("Fälle!A2:C4")
        client.batch({"randomizeRange": {"range": area(1, 4, 0, 3)}})
        assert sorted(client.values("Fälle!A2:C4")) == sorted(before)

    def test_a_series_goes_on(self, client: Client) -> None:
        type_in(client, "Fälle!E1:F2", [1, "x"], [3, "y"])
        fill = {"source": area(0, 2, 4, 6), "dimension": "ROWS", "fillLength": 3}
        client.batch({"autoFill": {"sourceAndDestination": fill}})
        assert client.values("Fälle!E3:F5") == [["5", "x"], ["7", "y"], ["9", "x"]]

    def test_a_format_ends_where_the_grid_ends(self, client: Client) -> None:
        bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
        far = {"range": area(0, 99_999, 0, 1), "cell": bold, "fields": "userEnteredFormat.textFormat.bold"}
        assert "replies" in client.batch({"repeatCell": far})

    def test_a_list_inside_the_list_of_requests_counts_as_its_members(self, client: Client) -> None:
        sized = {"range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}, "fields": "pixelSize"}
        request = {"updateDimensionProperties": {**sized, "properties": {"pixelSize": 42}}}
        answer = client.post(":batchUpdate", {"requests": [[request, request], request]})
        assert answer["replies"] == [{}, {}, {}]
