"""Several tables in one tab, and headings in more than one row, as the reader sees them."""

from __future__ import annotations

from automations.config.site import load_columns
from automations.tables.locate import best_header
from automations.tables.shared_tabs import shared_starts, table_end, window
from automations.workbooks.headers import group_texts, header_texts
from automations.workbooks.protocol import RawTab

TABLES = load_columns().tables
CASES = TABLES["cases"].model_copy(update={"first_heading": "Fall-Nr."})
TEAM = TABLES["team"].model_copy(update={"first_heading": "Kürzel"})
STARTS = shared_starts({"cases": CASES, "team": TEAM, "locations": TABLES["locations"]})

BELOW = RawTab("KIM", "1", [
    ["Fall-Nr.", "Nachname", "Telefon"],
    ["H-1", "Petrenko", 1],
    [],
    ["H-2", "Haddad", 2],
    [],
    ["Unser Team"],
    ["Kürzel", "Name", "Telefon"],
    ["AB", "Anna Brandt", 3],
])  # fmt: skip


def test_only_tables_that_share_have_starts():
    assert {"fallnr", "kuerzel"} == STARTS


def test_a_table_ends_above_the_title_of_the_next(tmp_path):
    part = window(BELOW, CASES, STARTS)
    assert [row[:2] for row in part.rows] == [["Fall-Nr.", "Nachname"], ["H-1", "Petrenko"], [], ["H-2", "Haddad"]]


def test_the_lower_table_keeps_its_row_numbers():
    part = window(BELOW, TEAM, STARTS)
    assert best_header(part, TEAM).row == 7
    assert part.rows[7][:2] == ["AB", "Anna Brandt"]
    assert not any(part.rows[n] for n in range(5))


def test_side_by_side_each_table_sees_its_columns():
    tab = RawTab(
        "KIM", "1", [["Fall-Nr.", "Nachname", None, "Kürzel", "Name"], ["H-1", "Petrenko", None, "AB", "Anna"]]
    )
    assert dict(best_header(window(tab, CASES, STARTS), CASES).columns) == {"number": 1, "last_name": 2}
    assert dict(best_header(window(tab, TEAM, STARTS), TEAM).columns) == {"code": 4, "name": 5}


def test_beside_another_table_the_same_headings_further_down_go_on():
    """Open cases, and below them the closed ones under the same headings: none of them is lost."""
    heads = ["Fall-Nr.", "Nachname", None]
    tab = RawTab("KIM", "1", [
        [*heads, "Kürzel", "Name"], ["H-1", "Petrenko", None, "AB", "Anna"], ["geschlossen"], heads, ["H-2", "Haddad"],
    ])  # fmt: skip
    assert window(tab, CASES, STARTS).rows[4] == ["H-2", "Haddad"]


def test_a_table_whose_first_heading_is_gone_is_not_read_at_all():
    tab = RawTab("KIM", "1", [["Nummer", "Nachname"], ["H-1", "Petrenko"]])
    assert window(tab, CASES, STARTS).rows == []


def test_a_table_alone_in_its_tab_is_the_tab():
    assert window(BELOW, TABLES["locations"], STARTS) is BELOW


def test_without_a_blank_row_a_table_ends_right_above_the_next():
    tab = RawTab("KIM", "1", [["Fall-Nr."], ["H-1"], ["Kürzel"], ["AB"]])
    assert table_end(tab, 1, 3, 1, 1) == 2
    assert table_end(tab, 1, 0, 1, 1) == 4


def test_a_heading_merged_downwards_counts_in_its_last_row():
    tab = RawTab("T", "1", [["Kürzel", "Abwesend", None], [None, "von", "bis"]], merged=((1, 1, 2, 1), (1, 2, 1, 3)))
    assert header_texts(tab, 2) == {1: "Kürzel", 2: "von", 3: "bis"}
    assert group_texts(tab, 2) == {2: "Abwesend", 3: "Abwesend"}
    header = best_header(tab, TABLES["team"])
    assert dict(header.columns) == {"code": 1, "absent_from": 2, "absent_until": 3}
    assert header.headings["absent_from"] == "Abwesend von"
