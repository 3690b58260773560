from __future__ import annotations

from datetime import date, time
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from automations.model.plan import CellEdit, EditGroup
from automations.model.records import AppointmentStatus, ContactWay
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import TabMark
from automations.model.values import RowKey, is_draft
from automations.tables.columns import Columns
from automations.tables.encoding import encode
from automations.tables.folding import fold
from automations.tables.rows import row_fingerprints
from automations.tables.snapshot import headings, read_tables
from automations.workbooks.protocol import RawTab, RawWorkbook
from tests.support.broken import HOMES, columns
from tests.support.builders import NOW

COLUMNS = columns()
HEAD = ["Fall-Nr.", "Eingang", "Nachname", "Vorname", "Kontaktweg", "Phase", "Zuständig", "Prüfhinweis"]
ROW = ["KIM-2024-0001", date(2024, 5, 6), "Muster", "Ana", "E-Mail", "Begleitung", None, None]


def tab(rows, name="Fälle", **more) -> RawTab:
    return RawTab(name, more.pop("id", name), rows, **more)


def read(*tabs: RawTab, known=MappingProxyType({})) -> Snapshot:
    return read_tables({"team": RawWorkbook("team", "r1", tabs)}, COLUMNS, SiteFacts(), HOMES, NOW, known)


def codes(snapshot: Snapshot, table: str = "") -> list[str]:
    return [problem.code for problem in snapshot.problems if not table or problem.table == table]


def test_a_plain_table():
    snapshot = read(tab([HEAD, ROW]))
    case = snapshot.cases[0]
    assert (case.number, case.received, case.last_name, case.contact_way) == (
        "KIM-2024-0001", date(2024, 5, 6), "Muster", ContactWay.EMAIL,
    )  # fmt: skip
    assert case.line == 2
    assert snapshot.rows[case.row].value("last_name") == "Muster"


@pytest.mark.parametrize(
    "above",
    [[], [["Fallübersicht KIM Herne"]], [["Titel"], [], ["Stand:", date(2024, 1, 1)]], [[None]] * 12],
    ids=["none", "title", "several", "many blank"],
)
def test_the_header_may_stand_below_a_title(above):
    place = read(tab([*above, HEAD, ROW])).layouts["cases"]
    assert (place.header_row, place.first_row, place.last_row) == (len(above) + 1, len(above) + 2, len(above) + 2)
    assert place.columns["last_name"] == 3


def test_headings_in_english_and_in_any_order_with_columns_of_others():
    snapshot = read(
        tab(
            [["Remarks", "Surname", "First\nname", "CASE NO.", "Date of Birth"], ["x", "Muster", "Ana", 7, "1.2.1990"]],
            "Cases",
        )
    )
    case = snapshot.cases[0]
    assert (case.number, case.last_name, case.birth_date) == ("7", "Muster", date(1990, 2, 1))


def test_kim_writes_only_under_its_own_headings():
    own = read(tab([HEAD, ROW])).layouts["cases"]
    assert own.writable == {"number", "manager", "check_note", "contact_way"}
    assert "contact_way" in own.staff_fields
    assert "manager" not in own.staff_fields
    theirs = read(tab([["Fallnummer", "Nachname", "CM", "Hinweis"], ["1", "Muster", "ADE", "unser"]])).layouts["cases"]
    assert theirs.writable == frozenset()
    assert theirs.staff_fields == ("last_name", "manager", "number")


def test_tabs_of_kim_are_never_tables():
    ours = tab([HEAD, ROW], mark=TabMark("x", "Fälle", "f", ""), id="9")
    snapshot = read(ours)
    assert snapshot.cases == ()
    assert "missing_tab" in codes(snapshot, "cases")


def test_a_renamed_tab_is_found_by_its_headings_and_said_so():
    full = [
        COLUMNS.tables["cases"].headings[name][0] for name in COLUMNS.tables["cases"].headings if name != "full_name"
    ]
    snapshot = read(tab([full, ["K-1", None, None, "Muster"]], "Alles neu"))
    assert len(snapshot.cases) == 1
    assert codes(snapshot, "cases") == ["renamed_tab"]


def test_two_tabs_of_one_name_are_not_guessed_between():
    snapshot = read(tab([HEAD, ROW], "Fälle", id="1"), tab([HEAD, ROW], "Fälle ", id="2"))
    assert snapshot.cases == ()
    assert codes(snapshot, "cases") == ["double_tab"]
    assert "keines davon" in snapshot.problems[0].message


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Klienten", True),
        ("Fälle 2027", True),
        ("Fälle 2019", False),
        ("Fälle Archiv", False),
        ("Fälle (2)", True),
        ("Fälle_2", True),
        ("Kopie von Fälle", True),
        ("Copy of Fälle", True),
    ],
)
def test_a_further_tab_of_a_table_that_nobody_reads_is_told(name, told):
    further = tab([HEAD, [*ROW[:-1], ROW[-1]]], name, id="2")
    snapshot = read(tab([HEAD, ROW], "Fälle", id="1"), further)
    assert len(snapshot.cases) == 1
    found = [each.message for each in snapshot.problems if each.table == "cases" and each.code == "double_tab"]
    assert [name in message for message in found] == ([True] if told else [])
    empty = read(tab([HEAD, ROW], "Fälle", id="1"), tab([HEAD], name, id="2"))
    assert "double_tab" not in codes(empty, "cases")


def test_of_two_tabs_of_one_name_the_one_with_headings_is_read():
    snapshot = read(tab([HEAD, ROW], "Fälle", id="1"), tab([["Notiz"], ["alt"]], "Fälle ", id="2"))
    assert len(snapshot.cases) == 1
    assert [(p.code, p.severity) for p in snapshot.problems if p.table == "cases"] == [("double_tab", "warning")]


def test_a_missing_tab_leaves_the_others_alone():
    snapshot = read(tab([HEAD, ROW]))
    assert len(snapshot.cases) == 1
    assert codes(snapshot, "appointments") == ["missing_tab"]
    assert codes(snapshot, "locations") == []


def test_a_missing_column_that_is_needed():
    snapshot = read(tab([["Fall-Nr.", "Vorname"], ["1", "Ana"]]))
    assert snapshot.cases == ()
    (problem,) = [p for p in snapshot.problems if p.table == "cases"]
    assert (problem.code, problem.column, problem.severity) == ("missing_heading", "Nachname", "error")


def test_a_misspelt_heading_is_said_with_its_likely_name():
    (problem,) = [p for p in read(tab([[*HEAD, "Geburtsdatm"], ROW])).problems if p.table == "cases"]
    assert (problem.code, problem.field) == ("renamed_heading", "birth_date")
    assert "Geburtsdatm" in problem.message
    assert "missing" not in problem.message  # it never was there


def test_a_heading_that_was_there_before_is_missed():
    before = headings(read(tab([[*HEAD, "Wohnt in"], ROW])))
    before["cases"]["district"] = "Wohnt in"
    snapshot = read(tab([[*HEAD, "Wohnt im"], ROW]), known=before)
    (problem,) = [p for p in snapshot.problems if p.table == "cases"]
    assert (problem.code, problem.column) == ("renamed_heading", "Wohnt in")


def test_an_empty_table_is_said():
    assert codes(read(tab([HEAD])), "cases") == ["empty_table"]
    assert codes(read(tab([])), "cases") == ["missing_heading"]


def test_a_heading_twice():
    snapshot = read(tab([[*HEAD, "Nachname"], [*ROW, "Anders"]]))
    assert snapshot.cases[0].last_name == "Muster"
    assert codes(snapshot, "cases") == ["duplicate_heading"]


def test_a_number_twice_is_left_alone_and_both_rows_say_so():
    snapshot = read(tab([HEAD, ROW, [*ROW[:3], "Bo"], ["K-2", *ROW[1:]]]))
    assert [p.row for p in snapshot.problems if p.code == "duplicate_number"] == [2, 3]
    assert [case.usable for case in snapshot.cases] == [False, False, True]
    assert {key.key for key in snapshot.rows if key.table == "cases"} == {"K-2"}


def test_of_many_rows_with_one_number_some_are_named_and_the_rest_is_not_hidden():
    snapshot = read(tab([HEAD, *[ROW] * 6]))
    said = next(p.message for p in snapshot.problems if p.code == "duplicate_number")
    assert "2, 3, 4, 5, 6, …" in said
    assert "2, 3, 4, 5, 6)" in next(
        p.message for p in read(tab([HEAD, *[ROW] * 5])).problems if p.code == "duplicate_number"
    )


def test_rows_without_number_are_named_by_what_staff_typed():
    one, other = [None, *ROW[1:]], [None, *ROW[1:3], "Bo", *ROW[4:]]
    first = read(tab([HEAD, one, other]))
    assert all(is_draft(case.row.key) for case in first.cases)
    moved = read(tab([HEAD, other, [None], one]))
    assert {case.row for case in first.cases} == {case.row for case in moved.cases}
    written = read(tab([HEAD, [*one[:6], "ADE", "Hinweis"], other]))
    assert {case.row for case in first.cases} == {case.row for case in written.cases}


def test_equal_drafts():
    snapshot = read(tab([HEAD, [None, *ROW[1:]], [None, *ROW[1:]]]))
    assert codes(snapshot, "cases") == ["equal_drafts", "equal_drafts"]
    assert not snapshot.rows


def test_equal_rows_of_naturalisation_are_no_trouble():
    row = [date(2024, 1, 2), None]
    snapshot = read(tab([HEAD, ROW]), tab([["Antrag am", "Entscheidung am"], row, row], "Einbürgerung"))
    assert len(snapshot.naturalisation) == 2
    assert all(record.counted and record.applied_on for record in snapshot.naturalisation)
    assert codes(snapshot, "naturalisation") == []


def test_blank_rows_and_rows_that_only_kim_wrote_are_passed_over():
    snapshot = read(tab([HEAD, [None, " "], ROW, [None, None, None, None, None, None, None, "alt"], []]))
    assert [case.line for case in snapshot.cases] == [3]


def test_formulas_and_errors():
    raw = tab([HEAD, ROW], formulas={(2, 3): "=A1"}, errors={(2, 2): "#N/A"})
    snapshot = read(raw)
    cells = snapshot.rows[snapshot.cases[0].row].cells
    assert (cells["last_name"].kind, cells["last_name"].shown) == ("formula", "=A1")
    assert (cells["received"].kind, cells["received"].value) == ("error", None)
    assert snapshot.cases[0].bad == {"received"}


def test_what_cannot_be_read_is_taken_with_caution():
    cases = read(tab([[*HEAD, "Widerruf am"], [*ROW[:4], "kein sichrer Kontakt!!", *ROW[5:], "vermutlich"]])).cases
    assert cases[0].contact_way == ContactWay.UNSAFE
    assert cases[0].withdrawn_on is not None
    places = read(tab([HEAD, ROW]), tab([["Name", "geschützt"], ["Frauenhaus", "jaja"], ["Café", None]], "Standorte"))
    assert [place.protected for place in places.locations] == [True, False]


def test_references_are_resolved_where_they_can_mean_but_one():
    team = tab([["Kürzel", "Name"], ["ADE", "Ayla Demir"], ["BDE", "Bo Demir"]], "Team")
    cases = [[*ROW[:6], who] for who in ("ade", "Ayla Demir", "Demir, Ayla", "Demir", "XYZ")]
    snapshot = read(team, tab([HEAD, *([f"K-{n}", *row[1:]] for n, row in enumerate(cases))]))
    assert [case.manager for case in snapshot.cases] == ["ADE", "ADE", "ADE", "Demir", "XYZ"]


def test_two_things_in_one_cell():
    names = read(tab([["Fall-Nr.", "Name, Vorname"], ["1", "Muster, Ana"], ["2", "Bo Beispiel"]])).cases
    assert [(case.last_name, case.first_name) for case in names] == [("Muster", "Ana"), ("Beispiel", "Bo")]
    meeting = tab([["Fall-Nr.", "Termin"], ["1", "4.11.2024 um 9:30 Uhr"]], "Termine")
    appointment = read(meeting).appointments[0]
    assert (appointment.date, appointment.time) == (date(2024, 11, 4), time(9, 30))


def test_a_postponed_appointment_without_date_is_still_usable():
    head = ["Termin-Nr.", "Fall-Nr.", "Datum", "Status"]
    usable = [
        a.usable
        for a in read(tab([head, ["1", "K", None, "verschoben"], ["2", "K", None, "geplant"]], "Termine")).appointments
    ]
    assert usable == [True, False]


def group(table: str, key: str, **edits) -> EditGroup:
    cells = tuple(CellEdit(name, None, value) for name, value in edits.items())
    return EditGroup("g", RowKey("team", table, key), cells, "job", "why")


def test_words_are_those_of_the_workbook_else_of_the_product():
    head = ["Termin-Nr.", "Fall-Nr.", "Datum", "Status", "Kommentar"]
    rows = [
        ["1", "K", date(2024, 11, 4), "Zugesagt"],
        ["2", "K", date(2024, 11, 4), "Zugesagt"],
        ["3", "K", date(2024, 11, 4), "bestätigt"],
    ]
    snapshot = read(tab([head, *rows], "Termine"))
    (encoded,) = encode([group("appointments", "1", status=AppointmentStatus.CONFIRMED, reminded_on="x")], snapshot)
    assert [(edit.field, edit.new) for edit in encoded.edits] == [("status", "Zugesagt")]
    (encoded,) = encode([group("appointments", "1", status="cancelled")], snapshot)
    assert encoded.edits[0].new == "abgesagt"


def test_a_group_without_anything_to_write_is_dropped():
    assert encode([group("appointments", "1", reminded_on="x")], read(tab([HEAD, ROW]))) == ()
    assert encode([group("cases", "1", last_name="x")], read(tab([HEAD, ROW]))) == ()


def test_fingerprints_change_with_what_staff_typed_and_with_nothing_else():
    def prints(rows, head=HEAD):
        return dict(row_fingerprints(read(tab([head, *rows]))))

    plain = prints([ROW])
    assert prints([[], ROW]) == plain
    assert prints([[*ROW[:6], "ADE", "Hinweis"]]) == plain
    assert prints([[*ROW, None]], [*HEAD, "Geburtsdatum"]) == plain
    assert prints([list(reversed(ROW))], list(reversed(HEAD))) == plain
    assert prints([[*ROW[:3], "Anna", *ROW[4:]]]) != plain
    assert prints([[*ROW, "1.2.1990"]], [*HEAD, "Geburtsdatum"]) != plain


def test_a_tick_in_one_row_changes_no_digest_of_another_one():
    def made(*cells):
        rows = [[f"K-{n}", "Muster", cell] for n, cell in enumerate(cells)]
        return row_fingerprints(read(tab([["Fall-Nr.", "Nachname", "Haushalt"], *rows])))

    key = RowKey("team", "cases", "K-1")
    assert made(True, 1)[key] == made(2, 1)[key]


def test_fingerprints_of_any_mapping_of_rows_are_the_same():
    snapshot = read(tab([HEAD, ROW]))
    copied = Snapshot(layouts=snapshot.layouts, rows=dict(snapshot.rows))
    assert row_fingerprints(copied) == row_fingerprints(snapshot)


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.text(max_size=8), st.integers(), st.dates(), st.booleans()), max_size=9),
        max_size=8,
    )
)
@settings(max_examples=50)
def test_no_sheet_makes_the_reading_raise_and_no_row_vanishes(rows):
    snapshot = read(tab([HEAD, *rows]))
    filled = [row for row in rows if any(str(cell).strip() for cell in row[:6] if cell is not None)]
    assert len(snapshot.cases) + len(snapshot.set_aside) >= len(
        [row for row in filled if any(isinstance(cell, int | date) for cell in row[:6])]
    )


def test_mistakes_in_columns_toml_are_said():
    table = {"tabs": ["F"], "headings": {"last_nam": ["N"]}}
    with pytest.raises(ValidationError, match="no column “last_nam”"):
        Columns.model_validate({"tables": {"cases": table}, "words": {}})
    with pytest.raises(ValidationError, match="there is no table “fälle”"):
        Columns.model_validate({"tables": {"fälle": table}, "words": {}})
    with pytest.raises(ValidationError, match="has no headings"):
        Columns.model_validate({"tables": {"cases": table | {"required": ["phase"]}}, "words": {}})


def test_no_heading_means_two_things_in_one_table():
    for table, rules in COLUMNS.tables.items():
        seen: dict[str, str] = {}
        for name, aliases in rules.headings.items():
            for alias in aliases:
                assert seen.setdefault(fold(alias), name) == name, (table, alias)


def test_a_bare_number_for_a_date_counts_from_where_the_workbook_counts():
    numbered = tab([HEAD, [ROW[0], 43957, *ROW[2:]]])
    since_1900 = read_tables({"team": RawWorkbook("team", "r", (numbered,))}, COLUMNS, SiteFacts(), HOMES, NOW)
    old = RawWorkbook("team", "r", (tab([HEAD, [ROW[0], 43957, *ROW[2:]]]),), date1904=True)
    since_1904 = read_tables({"team": old}, COLUMNS, SiteFacts(), HOMES, NOW)
    assert since_1900.cases[0].received == date(2020, 5, 6)
    assert since_1904.cases[0].received == date(2024, 5, 7)


def test_rows_that_cannot_be_told_apart_are_counted_but_not_used():
    draft = [None, *ROW[1:]]
    found = read(tab([HEAD, ROW, ROW, draft, draft, ["K-2", *ROW[1:]]])).cases
    assert [(case.usable, case.double, case.counted) for case in found] == [
        *[(False, True, True)] * 4, (True, False, True),
    ]  # fmt: skip
