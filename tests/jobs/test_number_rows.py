"""Rows without number get the next free one, and never one that was given before."""

from datetime import UTC, datetime

from msgspec import structs

from automations.jobs.number_rows import NumberRows, NumberRowsSettings
from automations.model.history import History
from automations.model.records import Appointment, Case
from tests.support.builders import NOW, snapshot


def plan(tables, history=None):
    return NumberRows().plan(tables, NumberRowsSettings(), NOW, history or History())


def numbers(planned):
    return [group.edits[0].new for group in planned.groups]


def test_blank_numbers_continue_after_the_highest_of_the_year():
    tables = snapshot(
        cases=[Case(number="KIM-2024-0007"), Case(last_name="A"), Case(number="KIM-2023-0900"), Case(last_name="B")]
    )
    assert numbers(plan(tables)) == ["KIM-2024-0008", "KIM-2024-0009"]


def test_a_number_given_before_is_not_given_again_even_if_its_row_is_gone():
    tables = snapshot(cases=[Case(last_name="A")])
    assert numbers(plan(tables, History(counters={"KIM-2024-": 41}))) == ["KIM-2024-0042"]


def test_a_row_whose_number_was_reserved_but_not_written_gets_that_number():
    tables = snapshot(cases=[Case(last_name="A")])
    history = History(reserved={tables.cases[0].row: "KIM-2024-0005"}, counters={"KIM-2024-": 9})
    assert numbers(plan(tables, history)) == ["KIM-2024-0005"]


def test_half_typed_rows_wait():
    tables = snapshot(cases=[Case(last_name="A")])
    tables = structs.replace(tables, unsettled=frozenset({tables.cases[0].row}))
    assert numbers(plan(tables)) == []


def test_appointments_have_numbers_of_their_own():
    tables = snapshot(appointments=[Appointment(case="KIM-2024-0001")])
    assert numbers(plan(tables)) == ["T-2024-0001"]


def test_the_number_is_reserved_as_a_fact():
    planned = plan(snapshot(cases=[Case(last_name="A")]))
    assert planned.facts[0].kind == "reserved"
    assert planned.facts[0].data["number"] == "KIM-2024-0001"


def test_a_column_that_is_not_kims_is_not_filled():
    tables = snapshot(cases=[Case(last_name="A")])
    layouts = {**tables.layouts, "cases": structs.replace(tables.layouts["cases"], writable=frozenset())}
    assert numbers(plan(structs.replace(tables, layouts=layouts))) == []


def test_the_year_is_that_of_the_sites_own_clock():
    new_year = datetime(2024, 12, 31, 23, 30, tzinfo=UTC)
    tables = snapshot(cases=[Case(last_name="A")], appointments=[Appointment(case="KIM-2024-0001")])
    assert numbers(NumberRows().plan(tables, NumberRowsSettings(), new_year, History())) == [
        "KIM-2025-0001", "T-2025-0001",
    ]  # fmt: skip
