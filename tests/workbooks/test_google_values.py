from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automations.model.values import normalise, same
from automations.workbooks.google.reading import read_state
from automations.workbooks.google.values import DATES, TIMES, entered, read_error, read_value, serial, written_cell

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
MOMENTS = st.datetimes(datetime(1900, 3, 1), datetime(2199, 12, 31)).map(lambda moment: moment.replace(microsecond=0))  # noqa: DTZ001
TIMES_OF_DAY = st.times().map(lambda moment: moment.replace(microsecond=0))
NUMBERS = st.integers(-(10**14), 10**14) | st.floats(-1e12, 1e12).map(lambda x: float(f"{x:.12g}"))
VALUES = DAYS | MOMENTS | TIMES_OF_DAY | NUMBERS | st.booleans() | st.text(min_size=1)


def shown(data, fields, before=""):
    """The cell as Google would show it after a write: the format stays unless the mask names it."""
    kind = before
    if "numberFormat" in fields:
        kind = data.get("userEnteredFormat", {}).get("numberFormat", {}).get("type", "")
    cell = {"effectiveValue": data["userEnteredValue"]} if "userEnteredValue" in data else {}
    return {**cell, "effectiveFormat": {"numberFormat": {"type": kind}}}


@given(VALUES, st.sampled_from(["", "TEXT", "NUMBER", "PERCENT", "DATE", "DATE_TIME", "TIME"]))
@settings(max_examples=50)
def test_what_is_written_reads_back_whatever_format_stood_there(value, before):
    if isinstance(value, str) and not normalise(value):
        return
    assert same(read_value(shown(*written_cell(value, before), before)), value)


@pytest.mark.parametrize(
    ("value", "before"), [(date(2025, 2, 3), "DATE"), (date(2025, 2, 3), "DATE_TIME"), (7, "NUMBER"), ("x", "DATE")]
)
def test_the_teams_own_format_stays_where_it_fits(value, before):
    assert written_cell(value, before)[1] == "userEnteredValue"


@pytest.mark.parametrize(
    ("value", "before", "kind"), [(date(2025, 2, 3), "", "DATE"), (time(8, 15), "DATE", "TIME"), (7, "DATE", "")]
)
def test_a_format_that_would_change_the_meaning_is_replaced(value, before, kind):
    data, fields = written_cell(value, before)
    assert "numberFormat" in fields
    assert data.get("userEnteredFormat", {}).get("numberFormat", {}).get("type", "") == kind


@pytest.mark.parametrize("text", ["=1+1", "+49 2323 1", "007", "8085807e40000000", "1.5", "31.02.2024", "TRUE", "'x"])
def test_text_is_entered_as_text(text):
    assert entered(text) == {"stringValue": text}


def number(value, kind=""):
    return {"effectiveValue": {"numberValue": value}, "effectiveFormat": {"numberFormat": {"type": kind}}}


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ({}, None),
        (number(8085807.0), 8085807),
        (number(1.5), 1.5),
        (number(45293, "DATE"), date(2024, 1, 2)),
        (number(45293.25, "DATE"), datetime(2024, 1, 2, 6)),  # noqa: DTZ001
        (number(45293.0, "DATE_TIME"), date(2024, 1, 2)),
        (number(0.395833333333, "TIME"), time(9, 30)),
        (number(1.5, "TIME"), 1.5),
        (number(-3, "DATE"), -3),
        (number(99999999, "DATE"), 99999999),
        (number(45293, "NUMBER"), 45293),
        ({"effectiveValue": {"boolValue": False}}, False),
        ({"effectiveValue": {"errorValue": {"type": "N_A"}}}, None),
    ],
)
def test_values_are_read_by_their_format(cell, value):
    assert read_value(cell) == value
    assert type(read_value(cell)) is type(value)


def test_serial_numbers_are_googles():
    assert (serial(date(1899, 12, 31)), serial(datetime(2024, 1, 2, 12)), serial(time(6))) == (1, 45293.5, 0.25)  # noqa: DTZ001
    assert isinstance(serial(date(2024, 1, 2)), int)
    assert not DATES & TIMES


def test_errors_have_the_names_that_people_see():
    assert read_error({"effectiveValue": {"errorValue": {"type": "N_A"}}}) == "#N/A"
    assert read_error({"effectiveValue": {"errorValue": {"type": "SOMETHING_NEW"}}}) == "#ERROR!"
    assert read_error(number(1)) == ""


def sheet(rows, **more):
    properties = {"sheetId": 7, "title": "Fälle", "index": 0, "gridProperties": {"rowCount": 10, "columnCount": 4}}
    return {"sheets": [{"properties": properties, "data": [{"rowData": rows}], **more}]}


def text(value):
    return {"effectiveValue": {"stringValue": value}}


def test_a_tab_with_all_its_oddities():
    formula = {"userEnteredValue": {"formulaValue": "=A1&B1"}, **text("ab")}
    failed = {"userEnteredValue": {"formulaValue": "=NV()"}, "effectiveValue": {"errorValue": {"type": "N_A"}}}
    rows = [{}, {"values": [text("Name"), {}, text("Name"), {}]}, {"values": [formula, {}, failed]}, {"values": [{}]}]
    state = read_state("team", sheet(rows, merges=[{"startRowIndex": 0, "endRowIndex": 1, "endColumnIndex": 2}]))
    tab = state.raw.tabs[0]
    assert [list(row) for row in tab.rows] == [[], ["Name", None, "Name"], ["ab", None, None]]
    assert tab.formulas == {(3, 1): "A1&B1", (3, 3): "NV()"}
    assert tab.errors == {(3, 3): "#N/A"}
    assert tab.merged == ((1, 1, 1, 2),)
    assert (tab.id, state.raw.ledger, tab.mark) == ("7", "", None)


def test_results_of_formulas_do_not_count_as_changes():
    def today(value):
        return {"userEnteredValue": {"formulaValue": "=TODAY()"}, **number(value, "DATE")}

    def revision(cell):
        return read_state("team", sheet([{"values": [cell]}])).raw.revision

    assert revision(today(45293)) == revision(today(45294))
    assert revision(number(1)) != revision(number(2))


@pytest.mark.parametrize("spoiled", ["", "no JSON", "[]", '{"sheet": 7}', '{"tab": 1, "sheet": "x"}'])
def test_a_spoiled_mark_leaves_the_tab_to_people(spoiled):
    note = {"metadataId": 1, "metadataKey": "kim.tab", "metadataValue": spoiled}
    assert read_state("team", {**sheet([]), "developerMetadata": [note]}).raw.tabs[0].mark is None
