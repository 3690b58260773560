"""The emulator of the Sheets API: what the recordings do not show of batches, values and objects."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from tests.sheets_emulator import Emulator
from tests.support.sheets_client import LOCK, Client, lock, unlock, write


class TestBatches:
    def test_one_failing_request_undoes_the_whole_batch(self, client: Client) -> None:
        answer = client.batch(write(1, 1, "changed"), unlock())
        message = f"Invalid requests[1].deleteProtectedRange: No protected range with id: {LOCK}"
        assert answer["error"] == {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}
        assert client.values("Fälle!B2") == [["Ada"]]

    def test_an_id_that_is_taken_is_refused(self, client: Client) -> None:
        assert "replies" in client.batch(lock())
        assert "already exists" in client.batch(lock())["error"]["message"]

    def test_lock_and_read_in_one_call(self, client: Client) -> None:
        body = {"requests": [lock()], "includeSpreadsheetInResponse": True, "responseRanges": ["Fälle!A:A"]}
        fields = "updatedSpreadsheet.sheets.data.rowData.values.effectiveValue"
        answer = client.post(":batchUpdate", {**body, "responseIncludeGridData": True}, fields=fields)
        rows = answer["updatedSpreadsheet"]["sheets"][0]["data"][0]["rowData"]
        found = [row["values"][0]["effectiveValue"]["stringValue"] for row in rows]
        assert found == ["Fall-Nr.", "KIM-1", "KIM-2", "KIM-3"]

    def test_unknown_names_are_named(self, client: Client) -> None:
        answer = client.batch({"updateCells": {"colour": 1}})
        text = "Unknown name \"colour\" at 'requests[0].update_cells': Cannot find field."
        assert text in answer["error"]["message"]

    def test_a_mask_must_be_given(self, client: Client) -> None:
        answer = client.batch({"repeatCell": {"range": {"sheetId": 0}, "cell": {}}})
        assert "At least one field must be listed in 'fields'" in answer["error"]["message"]

    def test_a_mask_must_name_fields_that_exist(self, client: Client) -> None:
        answer = client.batch({"repeatCell": {"range": {"sheetId": 0}, "cell": {}, "fields": "usrEnteredFormat"}})
        assert answer["error"]["message"] == "Invalid requests[0].repeatCell: Invalid field: usrEnteredFormat"

    def test_an_empty_batch_is_an_error(self, client: Client) -> None:
        assert client.batch()["error"]["message"] == "Must specify at least one request."


class TestValues:
    def put(self, client: Client, rows: list[list[Any]], option: str = "RAW", where: str = "Team!A1") -> Any:
        data = [{"range": where, "values": rows}]
        return client.post("/values:batchUpdate", {"valueInputOption": option, "data": data})

    def test_raw_never_parses(self, client: Client) -> None:
        rows = [["1.5", "=1+1", "2024-01-02", True, 1.5, "0049"]]
        self.put(client, rows)
        assert client.values("Team!A1:F1", valueRenderOption="UNFORMATTED_VALUE") == rows

    def test_null_skips_and_the_empty_text_clears(self, client: Client) -> None:
        self.put(client, [["a", "b", "c"]])
        self.put(client, [[None, "", "d"]])
        assert client.values("Team!A1:C1") == [["a", "", "d"]]

    def test_trailing_blanks_are_dropped(self, client: Client) -> None:
        self.put(client, [["a", "", ""], ["", ""], ["b"], [""]])
        assert client.values("Team!A1:Z9") == [["a"], [], ["b"]]
        assert "values" not in client.get("/values/Team!X1:Z9")

    @pytest.mark.parametrize(
        ("locale", "text", "number", "shown"),
        [
            ("de_DE", "1,5", 1.5, "1,5"),
            ("de_DE", "1.234,50", 1234.5, "1.234,50"),
            ("de_DE", "31.10.2024", 45596, "31.10.2024"),
            ("de_DE", "12:30", 0.5208333333333334, "12:30"),
            ("en_US", "1.5", 1.5, "1.5"),
            ("en_US", "10/31/2024", 45596, "10/31/2024"),
            ("en_US", "50%", 0.5, "50%"),
        ],
    )
    def test_typed_values_follow_the_locale(
        self, google: Emulator, locale: str, text: str, number: float, shown: str
    ) -> None:
        client = Client(google, google.create("t", {"Team": []}, locale=locale))
        self.put(client, [[text]], "USER_ENTERED")
        assert client.values("Team!A1", valueRenderOption="UNFORMATTED_VALUE") == [[number]]
        assert client.values("Team!A1") == [[shown]]

    def test_german_reads_a_point_as_a_date_when_typed(self, client: Client) -> None:
        self.put(client, [["1.5"]], "USER_ENTERED")
        assert client.values("Team!A1", valueRenderOption="UNFORMATTED_VALUE") != [[1.5]]

    def test_formulas_errors_and_links(self, google: Emulator, sheet: str, client: Client) -> None:
        link = '=HYPERLINK("#gid=0&range=A2";"KIM-1")'
        self.put(client, [[link, "=1/0"]], "USER_ENTERED")
        google.person("anna", sheet).types("Team!C1", "=SUM(A1:A9)", result=12)
        assert client.values("Team!A1:C1", valueRenderOption="UNFORMATTED_VALUE") == [["KIM-1", "#DIV/0!", 12]]
        assert client.values("Team!A1:C1", valueRenderOption="FORMULA")[0][::2] == [link, "=SUM(A1:A9)"]

    def test_writing_beyond_the_grid_or_the_range_is_refused(self, client: Client) -> None:
        beyond = self.put(client, [["x"]], where="Team!A5000")
        assert "exceeds grid limits. Max rows: 1000, max columns: 26" in beyond["error"]["message"]
        wide = self.put(client, [["x", "y"]], where="Team!A1:A9")
        assert (
            wide["error"]["message"] == "Requested writing within range [Team!A1:A9], but tried writing to column [B]"
        )

    def test_one_bad_range_undoes_the_whole_batch(self, client: Client) -> None:
        data = [{"range": "Team!A1", "values": [["x"]]}, {"range": "Gone!A1", "values": [["y"]]}]
        answer = client.post("/values:batchUpdate", {"valueInputOption": "RAW", "data": data})
        assert answer["error"]["message"] == "Unable to parse range: Gone!A1"
        assert client.values("Team!A1") == [["Kürzel"]]

    def test_the_answer_to_a_write_can_carry_the_row(self, client: Client) -> None:
        data = [{"range": "Fälle!A2:C2", "values": [[None, None, 37]]}]
        body = {"valueInputOption": "RAW", "includeValuesInResponse": True, "data": data}
        answer = client.post("/values:batchUpdate", {**body, "responseValueRenderOption": "UNFORMATTED_VALUE"})
        assert answer["responses"][0]["updatedData"]["values"] == [["KIM-1", "Ada", 37]]


class TestStructure:
    def test_everything_moves_with_inserted_rows(self, google: Emulator, sheet: str, client: Client) -> None:
        area = {"sheetId": 0, "startRowIndex": 2, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 2}
        rule = {"ranges": [area], "booleanRule": {"condition": {"type": "BLANK"}, "format": {}}}
        spot = {"dimensionRange": {"sheetId": 0, "dimension": "ROWS", "startIndex": 2, "endIndex": 3}}
        note = {"metadataKey": "k", "visibility": "DOCUMENT", "location": spot}
        client.batch(
            {"mergeCells": {"range": area, "mergeType": "MERGE_ROWS"}},
            {"addConditionalFormatRule": {"rule": rule}},
            {"createDeveloperMetadata": {"developerMetadata": note}},
            {"addNamedRange": {"namedRange": {"name": "n", "range": area}}},
        )
        google.person("anna", sheet).inserts_row("Fälle", 2)
        tab = client.get()["sheets"][0]
        assert [merge["startRowIndex"] for merge in tab["merges"]] == [3, 4]
        assert tab["conditionalFormats"][0]["ranges"][0]["startRowIndex"] == 3
        assert tab["conditionalFormats"][0]["ranges"][0]["endRowIndex"] == 5
        assert client.get(fields="namedRanges")["namedRanges"][0]["range"]["startRowIndex"] == 3
        lookup = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "k"}}]}
        found = client.post("/developerMetadata:search", lookup)["matchedDeveloperMetadata"]
        assert found[0]["developerMetadata"]["location"]["dimensionRange"]["startIndex"] == 3

    def test_values_by_data_filter_follow_the_row(self, google: Emulator, sheet: str, client: Client) -> None:
        spot = {"dimensionRange": {"dimension": "ROWS", "startIndex": 2, "endIndex": 3}}
        note = {
            "metadataId": 9,
            "metadataKey": "row",
            "metadataValue": "KIM-2",
            "visibility": "DOCUMENT",
            "location": spot,
        }
        client.batch({"createDeveloperMetadata": {"developerMetadata": note}})
        google.person("anna", sheet).sorts("Team", 0)
        google.person("anna", sheet).inserts_row("Fälle", 2)
        chosen = {"developerMetadataLookup": {"metadataId": 9}}
        got = client.post("/values:batchGetByDataFilter", {"dataFilters": [chosen]})
        assert got["valueRanges"][0]["valueRange"]["values"] == [["KIM-2", "Bo", "41"]]
        data = [{"dataFilter": chosen, "values": [[None, "Bea"]]}]
        client.post("/values:batchUpdateByDataFilter", {"valueInputOption": "RAW", "data": data})
        assert client.values("Fälle!A4:B4") == [["KIM-2", "Bea"]]
        gone = client.batch({"deleteDeveloperMetadata": {"dataFilter": chosen}})
        assert gone["replies"][0]["deleteDeveloperMetadata"]["deletedDeveloperMetadata"][0]["metadataId"] == 9

    def test_tabs_and_charts_by_ids_of_our_own(self, client: Client) -> None:
        place = {"overlayPosition": {"anchorCell": {"sheetId": 77, "rowIndex": 2, "columnIndex": 3}}}
        spec = {"title": "Neu", "basicChart": {"chartType": "COLUMN"}}
        chart = {"addChart": {"chart": {"chartId": 88, "spec": spec, "position": place}}}
        tab = {"addSheet": {"properties": {"sheetId": 77, "title": "Übersicht", "index": 0}}}
        assert "error" not in client.batch(tab, chart)
        assert client.batch(chart)["error"]["message"].startswith("Invalid requests[0].addChart: ")
        assert client.batch(tab)["error"]["message"] == (
            'Invalid requests[0].addSheet: A sheet with the name "Übersicht" already exists. Please enter another name.'
        )
        spec["title"] = "Neuer"
        client.batch({"updateChartSpec": {"chartId": 88, "spec": spec}})
        seen = client.get(fields="sheets(properties(sheetId,index),charts(chartId,spec.title))")["sheets"][0]
        assert seen == {
            "properties": {"sheetId": 77, "index": 0},
            "charts": [{"chartId": 88, "spec": {"title": "Neuer"}}],
        }
        client.batch({"deleteEmbeddedObject": {"objectId": 88}})
        assert client.batch({"deleteEmbeddedObject": {"objectId": 88}})["error"]["message"].endswith("with id: 88")

    def test_updating_a_range_empties_what_the_rows_do_not_cover(self, client: Client) -> None:
        area = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 2}
        rows = [{"values": [{"userEnteredValue": {"stringValue": "x"}}]}]
        client.batch({"updateCells": {"range": area, "rows": rows, "fields": "userEnteredValue"}})
        assert client.values("Fälle!A2:C4") == [["x", "", "36"], ["", "", "41"], ["", "", "29"]]

    def test_a_mask_that_does_not_exist_is_refused_in_reading_too(self, client: Client) -> None:
        assert client.get(fields="sheets.colour")["error"]["code"] == 400


class TestMoreOfGoogle:
    def test_dates_of_python_are_dates(self, google: Emulator) -> None:
        made = google.create("t", {"T": [[date(2024, 10, 31), time(9, 30)]]}, locale="de_DE")
        client = Client(google, made)
        assert client.values("T!A1:B1") == [["31.10.2024", "09:30"]]
        google.person("anna", made).types("T!A1", datetime(2024, 11, 1, 8, 0))  # noqa: DTZ001 - cells have no zone
        assert client.values("T!A1") == [["01.11.2024 08:00"]]
        assert client.values("T!A1", valueRenderOption="UNFORMATTED_VALUE") == [[45597 + 1 / 3]]

    def test_results_of_formulas_may_be_dates_or_errors(self, google: Emulator, sheet: str, client: Client) -> None:
        anna = google.person("anna", sheet)
        anna.types("Team!A1", "=TODAY()", result=date(2024, 10, 31))
        anna.types("Team!B1", "=VLOOKUP(1;A:A;1;0)", result={"errorValue": {"type": "N_A", "message": "x"}})
        assert client.values("Team!A1:B1") == [["31.10.2024", "#N/A"]]
        assert client.values("Team!A1:B1", valueRenderOption="FORMULA") == [["=TODAY()", "=VLOOKUP(1;A:A;1;0)"]]

    def test_the_label_of_a_link_is_seen_whatever_works_out_its_address(self, google: Emulator, sheet: str) -> None:
        anna = google.person("anna", sheet)
        anna.types("Team!A1", '=HYPERLINK("#gid=0&range=A"&MATCH("x";A:A;0);"Fall ""7""")')
        assert anna.sees("Team!A1") == 'Fall "7"'

    def test_no_merge_over_the_frozen_edge(self, client: Client) -> None:
        size = {"properties": {"sheetId": 0, "gridProperties": {"frozenRowCount": 1}}}
        freeze = {"updateSheetProperties": {**size, "fields": "gridProperties.frozenRowCount"}}
        merge = {"mergeCells": {"range": {"startRowIndex": 0, "endRowIndex": 2, "endColumnIndex": 1}}}
        assert "frozen" in client.batch(freeze, merge)["error"]["message"]
        assert "part of a merged cell" in client.batch(merge, freeze)["error"]["message"]

    def test_a_cell_holds_50000_letters(self, client: Client) -> None:
        assert "error" not in client.batch(write(1, 1, "x" * 50_000))
        assert "50000 characters" in client.batch(write(1, 1, "x" * 50_001))["error"]["message"]

    def test_ten_million_cells_and_no_more(self, client: Client) -> None:
        more = {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 400_000}}
        assert "10000000 cells" in client.batch(more)["error"]["message"]

    def test_sheet_protection_is_there_once(self, client: Client) -> None:
        assert client.batch(lock(1), lock(2))["error"]["message"] == (
            'Invalid requests[1].addProtectedRange: Sheet "Fälle" already has sheet protection.'
        )

    def test_the_stricter_reading_takes_the_whole_grid_for_the_sheet(
        self, google: Emulator, sheet: str, client: Client
    ) -> None:
        edges = {"startRowIndex": 0, "endRowIndex": 1000, "startColumnIndex": 0, "endColumnIndex": 26}
        assert "replies" in client.batch(lock(1, range=edges), lock(2, range=edges))
        client.batch(unlock(1), unlock(2))
        google.spreadsheet(sheet).full_grid_is_sheet = True
        assert "sheet protection" in client.batch(lock(1, range=edges), lock(2, range=edges))["error"]["message"]
        assert "replies" in client.batch(lock(1, range=edges), lock(2, range={**edges, "endRowIndex": 999}))

    def test_formats_borders_and_validation(self, client: Client) -> None:
        area = {"startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 2}
        side = {"style": "SOLID", "colorStyle": {"rgbColor": {"red": 1}}}
        rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "ja"}]}}
        answer = client.batch(
            {"updateBorders": {"range": area, "bottom": side, "innerVertical": side}},
            {"setDataValidation": {"range": area, "rule": rule}},
            {"repeatCell": {"range": area, "cell": {"note": "n"}, "fields": "note"}},
        )
        assert "error" not in answer
        fields = "sheets.data.rowData.values(userEnteredFormat.borders,dataValidation.condition.type,note)"
        first = client.get(fields=fields, ranges="Fälle!A1")["sheets"][0]["data"][0]["rowData"][0]["values"][0]
        color = {"color": {"red": 1}}
        assert first == {
            "userEnteredFormat": {"borders": {"bottom": {**side, **color}, "right": {**side, **color}}},
            "dataValidation": {"condition": {"type": "ONE_OF_LIST"}},
            "note": "n",
        }

    def test_duplicates_find_replace_and_copies(self, google: Emulator, sheet: str, client: Client) -> None:
        copied = {"sourceSheetId": 0, "newSheetId": 5, "newSheetName": "Kopie", "insertSheetIndex": 2}
        replaced = {"find": "ada", "replacement": "Eva", "allSheets": True}
        replies = client.batch({"duplicateSheet": copied}, {"findReplace": replaced})["replies"]
        assert replies[0]["duplicateSheet"]["properties"]["index"] == 2
        assert replies[1]["findReplace"] == {
            "valuesChanged": 2, "rowsChanged": 2, "sheetsChanged": 2, "occurrencesChanged": 2,
        }  # fmt: skip
        assert client.values("Kopie!B2") == [["Eva"]]
        target = google.create("Other")
        made = client.post("/sheets/5:copyTo", {"destinationSpreadsheetId": target})
        assert made["title"] == "Copy of Kopie"
        assert google.person("anna", target).rows("Copy of Kopie")[1] == ["KIM-1", "Eva", 36]

    def test_rules_move_up_when_one_is_deleted(self, client: Client) -> None:
        def rule(text: str) -> dict[str, Any]:
            condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": text}]}
            look = {"format": {"backgroundColorStyle": {"rgbColor": {"green": 1}}}}
            ranges = [{"sheetId": 0, "startColumnIndex": 0, "endColumnIndex": 1}]
            return {"rule": {"ranges": ranges, "booleanRule": {"condition": condition, **look}}}

        client.batch({"addConditionalFormatRule": {**rule("a"), "index": 0}})
        client.batch({"addConditionalFormatRule": {**rule("b"), "index": 1}})
        client.batch({"deleteConditionalFormatRule": {"sheetId": 0, "index": 0}})
        left = client.get(fields="sheets.conditionalFormats")["sheets"][0]["conditionalFormats"]
        assert [one["booleanRule"]["condition"]["values"][0]["userEnteredValue"] for one in left] == ["b"]
        gone = client.batch({"deleteConditionalFormatRule": {"sheetId": 0, "index": 1}})
        assert gone["error"]["message"].endswith("No conditional format on sheet: 0 at index: 1")
