import re
from datetime import date, timedelta

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from automations.jobs.figures.own import OwnFigure, own_figure
from automations.jobs.tabs.settings import SummariseSettings
from automations.model.records import Appointment, Case
from automations.model.settings import SiteFacts
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
    return own_figure(OwnFigure(id="x", title="X", **figure), Snapshot(cases=CASES), SiteFacts(), TODAY)


def test_counts_by_a_field_with_the_unknown_last():
    assert result(by="district").rows == (("Mitte", 2, 2), ("Nord", 1, 1), (None, 1, 1))


def test_a_condition_limits_the_rows():
    assert result(by="district", where='phase == "support"').rows == (("Mitte", 1, 1), ("Nord", 1, 1), (None, 1, 1))


def test_dates_count_by_month_in_their_order():
    assert result(by="received").rows == ((date(2024, 9, 1), 2, 2), (date(2024, 10, 1), 1, 1), (None, 1, 1))


def test_a_month_without_rows_between_others_is_nought_in_a_count_and_only_there():
    days = [date(2024, 2, 29), date(2023, 12, 31), date(2023, 12, 31), None]
    visits = Snapshot(appointments=tuple(Appointment(date=day, duration=30) for day in days))

    def counted(**more):
        return own_figure(
            OwnFigure(id="x", title="X", table="appointments", by="date", **more), visits, SiteFacts(), TODAY
        )

    months = [date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 1)]
    assert counted().rows == tuple(zip((*months, None), (2, 0, 1, 1), (2, 0, 1, 1), strict=True))
    assert [group for group, _, _ in counted(measure="mean duration").rows] == [months[0], months[2], None]
    assert (counted(top=2).rows[0][0], counted(top=3).others) == (date(2024, 2, 1), (2, 2))


def test_a_year_that_was_mistyped_does_not_push_all_other_months_out():
    days = [date(2024, 6, 3), date(2024, 8, 5), date(2206, 8, 5), date(1900, 1, 1)]
    typed = Snapshot(cases=tuple(Case(received=day, phase="support") for day in days))
    found = own_figure(OwnFigure(id="x", title="X", by="week(received)"), typed, SiteFacts(), TODAY)
    shown = {group: value for group, value, _ in found.rows}
    assert (shown[date(2024, 6, 3)], shown[date(2024, 7, 1)], shown[date(2024, 8, 5)]) == (1, 0, 1)
    assert (len(shown), found.others) == (12, None)


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
    found = own_figure(
        OwnFigure(id="x", title="X", table="appointments", measure=measure), snapshot, SiteFacts(), TODAY
    )
    assert found.rows[0][1] == value


def test_a_share_is_of_all_rows_or_of_those_named():
    assert result(measure="share", where='district == "Nord"').rows == (("", 1 / 4, 1),)
    assert result(measure="share", where='district == "Nord"', of="not is_blank(district)").rows == (("", 1 / 3, 1),)
    assert result(measure="share", where='district == "Ost"').rows == (("", 0, 0),)


def test_a_share_by_group_is_of_all_groups_or_of_the_rows_named_in_its_group():
    assert result(measure="share", by="district").rows == (("Mitte", 0.5, 2), ("Nord", 0.25, 1), (None, 0.25, 1))
    found = result(measure="share", by="district", where='phase == "support"', of="open")
    assert found.rows == (("Nord", 1, 1), ("Mitte", 0.5, 1), (None, 1, 1))


def test_open_means_what_the_tabs_call_open():
    cases = (Case(phase="aborted"), Case(phase="support", closed_on=TODAY), Case(closed_on=TODAY), Case(phase="?"))
    cases += (Case(phase="support", received=TODAY + timedelta(days=1)),)  # named as not counted, in the tabs too
    found = own_figure(OwnFigure(id="x", title="X", where="open"), Snapshot(cases=cases), SiteFacts(), TODAY)
    assert found.rows == (("", 2, 2),)


def test_earlier_months_beyond_the_top_are_told_together():
    found = result(by="received", top=2)
    assert (found.rows, found.others) == (((date(2024, 10, 1), 1, 1), (None, 1, 1)), (2, 2))


def test_a_median_of_the_others_is_made_of_all_their_rows():
    rows = tuple(Appointment(place=place, duration=n) for place, n in zip("aabbc", (90, 90, 30, 50, 10), strict=True))
    figure = OwnFigure(id="x", title="X", table="appointments", measure="median duration", by="place", top=1)
    assert own_figure(figure, Snapshot(appointments=rows), SiteFacts(), TODAY).others == (30, 3)


def test_a_measure_of_nothing_is_left_out():
    snapshot = Snapshot(appointments=(Appointment(),))
    figure = OwnFigure(id="x", title="X", table="appointments", measure="median duration")
    assert own_figure(figure, snapshot, SiteFacts(), TODAY).rows == ()


def test_an_empty_table_is_an_empty_figure():
    assert own_figure(OwnFigure(id="x", title="X", by="phase"), Snapshot(), SiteFacts(), TODAY).rows == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"by": "distrikt"}, "no field “distrikt”"),
        ({"measure": "maximum"}, "measure must be"),
        ({"measure": "sum nothing"}, "no field “nothing”"),
        ({"measure": "sum district"}, "holds no numbers"),
        ({"of": "open"}, "“of” goes with"),
        ({"table": "appointments", "where": "open"}, "open"),
        ({"where": "phase ="}, "where|condition|Bedingung"),
        ({"measure": "share", "managers": True}, "managers"),
        ({"id": "Mit Leerzeichen"}, "pattern"),
    ],
)
def test_a_figure_that_makes_no_sense_is_refused(wrong, said):
    with pytest.raises(ValidationError, match=said):
        OwnFigure(**({"id": "x", "title": "X"} | wrong))


def test_one_word_typed_in_several_ways_is_one_group_spelled_as_most_rows_spell_it():
    words = (
        "mitte",
        "Mitte",
        "Mitte",
        "MITTE",
        "Caf\u00e9",
        "cafe\u0301",
        "Caf\u00e9",
        "Süd  Ost",
        "Süd Ost",
        "Süd Ost",
    )
    snapshot = Snapshot(cases=tuple(Case(district=word, phase="support") for word in words))

    def rows(**more):
        figure = OwnFigure(id="x", title="X", by="district", **more)
        return own_figure(figure, snapshot, SiteFacts(), TODAY).rows

    assert rows() == (("Mitte", 4, 4), ("Caf\u00e9", 3, 3), ("Süd Ost", 3, 3))
    assert rows(where='district == "mitte"', measure="share", of="open")[0] == ("Mitte", 1, 4)
    assert rows(where='district in ("MITTE", "x") and "süd ost" not in district') == (("Mitte", 4, 4),)
    assert rows(measure="share", where='district != "Mitte"')[0][0] == "Caf\u00e9"


def test_two_figures_of_one_id_are_refused():
    both = [{"id": "areas", "title": title} for title in ("A", "B")]
    with pytest.raises(ValidationError, match="two figures have the id"):
        SummariseSettings.model_validate({"figures": both})


DAYS = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 6, 30), date(2024, 12, 30), date(2025, 1, 1), None]


@pytest.mark.parametrize(
    ("by", "counted"),
    [
        ("quarter(received)", [(date(2024, 1, 1), 2), (date(2024, 4, 1), 1), (date(2024, 7, 1), 0),
                               (date(2024, 10, 1), 1), (date(2025, 1, 1), 1), (None, 1)]),
        ("half_year( received )", [(date(2024, 1, 1), 3), (date(2024, 7, 1), 1), (date(2025, 1, 1), 1), (None, 1)]),
        ("year(received)", [(date(2024, 1, 1), 4), (date(2025, 1, 1), 1), (None, 1)]),
    ],
)  # fmt: skip
def test_days_count_by_the_span_that_is_asked_for(by, counted):
    cases = Snapshot(cases=tuple(Case(received=day) for day in DAYS))
    found = own_figure(OwnFigure(id="x", title="X", by=by), cases, SiteFacts(), TODAY)
    assert [(group, value) for group, value, _ in found.rows] == counted


def test_weeks_and_months_without_a_row_are_nought():
    cases = Snapshot(cases=tuple(Case(received=day) for day in DAYS))

    def by(span):
        figure = OwnFigure(id="x", title="X", by=f"{span}(received)", top=60)
        return [(group, value) for group, value, _ in own_figure(figure, cases, SiteFacts(), TODAY).rows]

    assert by("month") == [*((date(2024, n, 1), int(n in {1, 2, 6, 12})) for n in range(1, 13)), (date(2025, 1, 1), 1),
                           (None, 1)]  # fmt: skip
    weeks = by("week")
    # Monday, 30 December 2024, and the new year's day are of one week.
    assert (weeks[0], weeks[-2], len(weeks)) == ((date(2024, 1, 29), 1), (date(2024, 12, 30), 2), 50)


def test_a_figure_groups_by_a_field_of_the_row_that_one_points_to():
    cases = (Case(number="F-1", district="Nord"), Case(number="F-2", district=" nord"), Case(number="F-3"))
    visits = tuple(Appointment(case=number, date=TODAY) for number in ("F-1", "F-2", "F-3", "F-1", None))
    figure = OwnFigure(id="x", title="X", table="appointments", by="case.district")
    found = own_figure(figure, Snapshot(cases=cases, appointments=visits), SiteFacts(), TODAY)
    assert [(group, value) for group, value, _ in found.rows] == [("Nord", 3), (None, 2)]


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("distrikt", "did you mean “district”"),
        ("xyz", "there is: "),
        ("decade(received)", "month(…), quarter(…)"),
        ("month(district)", "holds no days"),
        ("year(case.received)", "is none of"),
    ],
)
def test_what_nothing_can_be_grouped_by_is_refused_with_the_nearest_that_can(by, said):
    with pytest.raises(ValidationError, match=re.escape(said)):
        OwnFigure(id="x", title="X", by=by)


def test_a_span_of_a_colleagues_days_is_a_figure_about_staff():
    assert OwnFigure(id="x", title="X", table="appointments", by="month(manager.starts_on)").about_staff()
    assert not OwnFigure(id="x", title="X", by="month(received)").about_staff()


def test_what_a_figure_does_not_count_is_counted():
    cases = Snapshot(cases=(Case(languages=("ar", "uk")), Case(languages=("ar",)), Case(languages=("uk", "uk"))))
    assert own_figure(OwnFigure(id="x", title="X", by="languages"), cases, SiteFacts(), TODAY).several == 1
    odd = Case(bad=frozenset({"received"}), district="Mitte")
    cases = Snapshot(cases=(odd, Case(received=TODAY), replace(odd, usable=False)))
    for asked in ({"by": "received"}, {"where": "days_since(received) > 30"}, {"by": "quarter(received)"}):
        found = own_figure(OwnFigure(id="x", title="X", **asked), cases, SiteFacts(), TODAY)
        assert found.unread == 1, asked
    # All else that the condition asks does not hold: the row would not count anyway.
    asked = OwnFigure(id="x", title="X", where='days_since(received) > 30 and district == "Nord"')
    assert own_figure(asked, cases, SiteFacts(), TODAY).unread == 0
    visits = Snapshot(appointments=tuple(Appointment(date=TODAY, duration=n) for n in (30, None, 60)))
    found = own_figure(
        OwnFigure(id="x", title="X", table="appointments", measure="mean duration"), visits, SiteFacts(), TODAY
    )
    assert (found.rows, found.numberless) == ((("", 45.0, 3),), 1)
