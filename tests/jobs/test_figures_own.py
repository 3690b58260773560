from datetime import date

import pytest
from pydantic import ValidationError

from automations.jobs.figures.own import OwnFigure, own_figure
from automations.model.records import Appointment, Case
from automations.model.snapshot import Snapshot

TODAY = date(2024, 10, 31)
CASES = (
    Case(district="Mitte", received=date(2024, 9, 1), phase="support"),
    Case(district="Mitte", received=date(2024, 9, 20), phase="new"),
    Case(district="Nord", received=date(2024, 10, 1), phase="support"),
    Case(phase="support"),
    Case(district="Nord", usable=False),
)


def result(**figure):
    return own_figure(OwnFigure(id="x", title="X", **figure), Snapshot(cases=CASES), TODAY)


def test_counts_by_a_field_with_the_unknown_last():
    assert result(by="district").rows == (("Mitte", 2, 2), ("Nord", 1, 1), (None, 1, 1))


def test_a_condition_limits_the_rows():
    assert result(by="district", where='phase == "support"').rows == (("Mitte", 1, 1), ("Nord", 1, 1), (None, 1, 1))


def test_dates_count_by_month_in_their_order():
    assert result(by="received").rows == ((date(2024, 9, 1), 2, 2), (date(2024, 10, 1), 1, 1), (None, 1, 1))


def test_without_a_group_there_is_one_number():
    assert result(where="days_since(received) > 35").rows == (("", 2, 2),)


def test_groups_beyond_the_top_are_told_together():
    found = result(by="district", top=1)
    assert (found.rows, found.others) == ((("Mitte", 2, 2),), (2, 2))


@pytest.mark.parametrize(
    ("measure", "value"), [("median duration", 30), ("mean duration", 40), ("sum duration", 120), ("share", 1)]
)
def test_measures(measure, value):
    snapshot = Snapshot(appointments=tuple(Appointment(duration=n) for n in (30, 30, 60)))
    found = own_figure(OwnFigure(id="x", title="X", table="appointments", measure=measure), snapshot, TODAY)
    assert found.rows[0][1] == value


def test_a_measure_of_nothing_is_left_out():
    snapshot = Snapshot(appointments=(Appointment(),))
    figure = OwnFigure(id="x", title="X", table="appointments", measure="median duration")
    assert own_figure(figure, snapshot, TODAY).rows == ()


def test_an_empty_table_is_an_empty_figure():
    assert own_figure(OwnFigure(id="x", title="X", by="phase"), Snapshot(), TODAY).rows == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"by": "distrikt"}, "no field “distrikt”"),
        ({"measure": "maximum"}, "measure must be"),
        ({"measure": "sum nothing"}, "no field “nothing”"),
        ({"where": "phase ="}, "where|condition|Bedingung"),
        ({"measure": "share", "managers": True}, "managers"),
        ({"id": "Mit Leerzeichen"}, "pattern"),
    ],
)
def test_a_figure_that_makes_no_sense_is_refused(wrong, said):
    with pytest.raises(ValidationError, match=said):
        OwnFigure(**({"id": "x", "title": "X"} | wrong))
