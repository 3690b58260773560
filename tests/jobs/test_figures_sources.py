"""No figure without a source: a tab or column that is missing gives one line, never a zero or a chart."""

from datetime import date
from itertools import pairwise

import pytest
from msgspec.structs import replace

from automations.common.texts import texts
from automations.jobs.figures.sources import NEEDS, Missing, Sources
from automations.jobs.tabs.left_out import _APPOINTMENTS, _CASES, _NATURALISATION
from automations.model.problems import Problem
from automations.model.records import Naturalisation
from automations.model.tabdoc import Chart, Grid, Heading, Text
from tests.jobs.test_summarise import full, tabs_of
from tests.support.builders import snapshot

TABLES = {"cases": "Fälle", "appointments": "Termine", "team": "Team", "naturalisation": "Einbürgerung"}


def without(table, *columns):
    """The full example without a table, or without some of its columns."""
    found = full()
    layouts, called = dict(found.layouts), {(name, ""): tab for name, tab in TABLES.items()}
    called |= {(table, column): column.title() for column in columns}
    if not columns:
        del layouts[table]
        return replace(found, layouts=layouts, called=called, **{table: ()})
    place = layouts[table]
    layouts[table] = replace(place, columns={k: v for k, v in place.columns.items() if k not in columns})
    records = tuple(replace(record, **dict.fromkeys(columns, None)) for record in getattr(found, table))
    return replace(found, layouts=layouts, called=called, **{table: records})


def told(tab):
    return [block.text for block in tab.blocks if isinstance(block, Text)]


def warnings(tab):
    return [block.text for block in tab.blocks if isinstance(block, Text) and block.style == "warn"]


def ids(tab):
    return {block.id for block in tab.blocks if isinstance(block, Grid | Chart)}


@pytest.mark.parametrize(
    ("table", "columns", "tab", "gone"),
    [
        ("appointments", (), "overview", {"meetings", "meetings_chart"}),
        ("appointments", (), "overview_managers", {"meetings", "meetings_chart"}),
        ("appointments", ("status",), "overview", {"meetings", "meetings_chart"}),
        ("appointments", (), "appointments", {"coming"}),
        ("appointments", ("date",), "appointments", {"coming"}),
        ("cases", ("first_contact_on",), "overview", {"waiting", "longest"}),
        ("cases", ("first_contact_on",), "waiting", {"still", "by_month", "by_month_chart", "by_language"}),
        ("cases", ("received",), "overview", {"months", "months_chart", "waiting"}),
        ("cases", ("languages",), "overview", {"languages"}),
        ("cases", ("source",), "overview_managers", {"sources"}),
        ("cases", ("urgency",), "waiting", {"by_urgency"}),
        ("cases", ("phase", "closed_on"), "overview", {"months", "phases", "languages", "sources"}),
        ("cases", ("sex",), "land_report", {"2024-H1-sex", "2023-H2-sex"}),
        ("cases", (), "land_report", {"2024-H1-total"}),
        ("team", (), "overview", {"load", "load_chart"}),
        ("team", (), "workload", {"persons", "by_office", "team"}),
        ("team", ("capacity",), "workload", {"persons_chart"}),
        ("team", ("capacity",), "overview", {"load_chart"}),
        ("cases", ("phase",), "overview", {"load_chart", "phases"}),
        ("cases", ("phase", "closed_on"), "waiting", {"still"}),
        ("cases", ("household",), "land_report", set()),
        ("naturalisation", (), "naturalisation", {"to_date", "running", "months"}),
        ("naturalisation", (), "overview", {"to_date"}),
        ("naturalisation", ("applications", "applied_on"), "naturalisation", {"to_date", "running", "months"}),
    ],
)
def test_what_is_missing_is_named_and_gives_no_figure(table, columns, tab, gone):
    before, after = tabs_of(full())[0][tab], tabs_of(without(table, *columns))[0][tab]
    assert gone <= ids(before) or "waiting" in gone
    assert not gone & ids(after)
    named = [text for text in told(after) if "fehlt" in text]
    assert all(any(word in text for text in named) for word in (columns[0].title() if columns else TABLES[table],))


def test_what_a_team_does_not_keep_is_said_once_behind_its_figures_and_is_no_alarm():
    shown = tabs_of(without("cases", "first_contact_on", "phase"))[0]["overview"].blocks
    start = shown.index(Heading("Ohne Zahlen"))
    assert all(isinstance(block, Text) and block.style == "muted" for block in shown[start + 1 :])
    lines = [block.text for block in shown[start + 1 : -1]]
    assert "Warten auf den Erstkontakt: Die Spalte „First_Contact_On“ fehlt im Blatt „cases“." in lines
    assert "Auslastung und Kapazität, Offene Fälle nach Merkmalen: Die Spalte „Phase“ fehlt im Blatt „cases“." in lines
    # No title is left without anything below it.
    assert not any(isinstance(one, Heading) and isinstance(two, Heading) for one, two in pairwise(shown))


def test_a_tile_without_source_is_a_dash():
    tabs, _ = tabs_of(without("appointments"))
    headline = next(block for block in tabs["overview"].blocks if getattr(block, "id", "") == "headline")
    assert [row[5].value for row in headline.rows[1:]] == ["–", "–", "–"]


def test_nothing_lacks_where_all_is_there():
    assert Sources(full()).lacking(*NEEDS) == ()
    assert not [text for tab in tabs_of(full())[0].values() for text in warnings(tab) if "fehlt" in text]
    assert Heading("Ohne Zahlen") not in tabs_of(full())[0]["overview"].blocks


def test_of_several_columns_one_is_enough_and_all_are_named():
    found = without("naturalisation", "applications")
    assert Sources(found).has("applications")
    found = without("naturalisation", "applications", "applied_on")
    assert Sources(found).lacking("applications") == (Missing("naturalisation", ("Applications", "Applied_On")),)


def test_an_own_figure_names_its_missing_column():
    figure = {"id": "x", "title": "Nach Stadtteil", "by": "district", "where": "open"}
    tabs, _ = tabs_of(without("cases", "district"), figures=[figure])
    assert "own_x" not in ids(tabs["overview"])
    assert any("District" in text for text in told(tabs["overview"]))


def test_a_table_that_begins_later_says_nothing_of_before():
    found = full()
    late = [case for case in found.cases if case.received and case.received.isoformat() >= "2024-09-01"]
    tabs, _ = tabs_of(snapshot(cases=late, team=found.team))
    grids = {block.id: block for block in tabs["overview"].blocks if isinstance(block, Grid)}
    assert [row[0].value for row in grids["months"].rows] == ["Sep 2024", "Okt 2024"]
    assert [cell.value for cell in grids["headline"].rows[3][1:6]] == ["–"] * 5


def test_sentences_of_rows_that_are_left_out_have_a_german_form():
    for words in (_CASES, _APPOINTMENTS, _NATURALISATION):
        for one, many in words.values():
            assert texts("de").count(one, many, 1) != texts("en").count(one, many, 1)
            assert texts("de").count(one, many, 2) != texts("en").count(one, many, 2)


def grids(found, tab):
    return {block.id: block for block in tabs_of(found)[0][tab].blocks if isinstance(block, Grid)}


def column(grid, place):
    return [row[place].value for row in grid.rows]


def test_without_phases_there_are_cases_and_no_points():
    load = grids(without("cases", "phase"), "overview")["load"]
    assert set(column(load, 2)) | set(column(load, 4)) == {"–"}
    assert any(isinstance(number, int) and number for number in column(load, 1))


def test_without_a_column_for_households_none_are_counted():
    found = grids(without("cases", "household"), "land_report")
    assert [len(grid.rows) for name, grid in found.items() if name.endswith("-total")] == [1] * len(
        [name for name in found if name.endswith("-total")]
    )


def test_without_a_way_to_tell_what_is_open_nobody_still_waits():
    found = grids(without("cases", "phase", "closed_on"), "overview")
    assert [row[0].value for row in found["waiting"].rows if "Warten" in str(row[0].value)] == []
    assert "longest" not in found


@pytest.mark.parametrize("missing", ["received", "closed_on"])
def test_a_change_is_counted_back_only_from_days_that_are_there(missing):
    found = without("cases", missing, *(("phase_since",) if missing == "closed_on" else ()))
    headline = grids(found, "overview")["headline"]
    assert [row[1].value for row in headline.rows[2:]] == ["–", "–"]


def test_a_tab_that_is_there_and_cannot_be_read_is_not_called_missing():
    found = without("appointments")
    said = Problem("missing_heading", "Im Blatt „Termine“ fehlt die Spalte „Datum“.", "Bitte ergänzen.", "error",
                   table="appointments", tab="Termine", field="date")  # fmt: skip
    found = replace(found, problems=(said,))
    for tab in ("overview", "appointments"):
        named = warnings(tabs_of(found)[0][tab])
        assert any("fehlt die Spalte „Datum“. Bitte ergänzen." in text for text in named)
        assert not any("Das Blatt „Termine“ fehlt" in text for text in named)


def test_what_is_too_small_to_be_shown_is_not_called_nothing():
    found = full()
    few = replace(found, cases=tuple(case for case in found.cases if case.manager)[:3], team=found.team[:2])
    shown = tabs_of(few)[0]["overview_managers"]
    empty = {block.id: block.empty for block in shown.blocks if isinstance(block, Grid) and not block.rows}
    assert {empty[name] for name in ("phases", "languages", "sources")} == {"Weniger als 5: wird hier nicht gezeigt."}
    assert any("Weniger als 3" in block.text for block in shown.blocks if isinstance(block, Text))


def test_one_application_is_said_as_one():
    rows = (Naturalisation(applied_on=date(2024, 1, 1)),)
    tab = tabs_of(replace(full(), naturalisation=rows))[0]["naturalisation"]
    told = [block.text for block in tab.blocks if isinstance(block, Text)]
    assert any(text.startswith("1 Antrag bis zum ") for text in told)


@pytest.mark.parametrize(
    ("field", "told"),
    [("phase", {"tab_names": "phase"}), ("manager", {"tab_names": "manager"}), ("languages", {"crosses": {5: "AR"}})],
)
def test_what_the_name_of_the_tab_or_crosses_tell_is_not_missing(field, told):
    lacking = without("cases", field)
    cases = replace(lacking.layouts["cases"], **told)
    there = replace(lacking, layouts={**lacking.layouts, "cases": cases})
    assert Sources(lacking).lacks([("cases", field)])
    assert not Sources(there).lacks([("cases", field)])
