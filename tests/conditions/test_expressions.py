"""Conditions: what they mean, what is refused, and that nothing breaks out of them."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automations.common.working_days import WorkingDays
from automations.conditions.compiler import LONGEST, compile_condition
from automations.conditions.condition import ExpressionError
from automations.conditions.glossary import FUNCTIONS, PAIRS, fields_of, values_of, weekdays_between
from automations.model.records import Appointment, AppointmentStatus, Case

FIELDS = fields_of("appointments", case="cases")
TODAY = date(2024, 10, 31)
ROW = {
    "status": AppointmentStatus.PLANNED,
    "date": date(2024, 11, 3),
    "time": time(10),
    "duration": 45,
    "place": "Büro Mitte",
    "kind": None,
    "case.languages": ("ar", "de"),
    "case.birth_date": date(1990, 11, 1),
    "case.received": date(2024, 10, 24),
    "case.concern": "",
}


@pytest.mark.parametrize(
    ("source", "truth"),
    [
        ('status == "planned"', True),
        ('status in ["planned", "confirmed"]', True),
        ('status not in ["planned", "confirmed"]', False),
        ("days_until(date) == 3", True),
        ("days_since(date) == -3", True),
        ("date - today == 3", True),
        ("today + 3 == date", True),
        ("today < date <= today + 5", True),
        ("today < date < today + 3", False),
        ("working_days_since(case.received) == 5", True),
        ("working_days_until(date) == 1", True),
        ("age(case.birth_date) == 33", True),
        ("month(date) == 11 and year(date) == 2024 and weekday(date) == 7", True),
        ('"ar" in case.languages', True),
        ('"Mitte" in place', True),
        ('lower(place) == "büro mitte"', True),
        ("length(case.languages) == 2", True),
        ("is_blank(kind) and is_blank(case.concern) and not is_blank(place)", True),
        ('kind == ""', True),
        ("duration * 2 + 10 / 2 == 95", True),
        ("duration // 2 == 22 and duration % 2 == 1", True),
        ("-duration < 0", True),
        ("true and not false", True),
        ("none == kind", True),
        # What is blank is neither smaller nor greater, and in nothing.
        ("kind < 5 or kind > 5", False),
        ("days_until(kind) < 5", False),
        ('"x" in kind', False),
        # What cannot be calculated is blank.
        ("is_blank(place * 3)", True),
        ("is_blank(duration / 0)", True),
        ("is_blank(date * 2)", True),
        ("is_blank(time + 5)", True),
        ("is_blank(date + 99999999)", True),
        ("place < duration", False),
    ],
)
def test_what_a_condition_means(source, truth):
    assert compile_condition(source, FIELDS).holds(ROW, TODAY) is truth


@pytest.mark.parametrize(
    ("source", "message", "advice", "position"),
    [
        ('statu == "planned"', "Es gibt kein Feld „statu“.", "Meinten Sie „status“?", 0),
        ("1 == 1 and case.fase == 2", "Es gibt kein Feld „case.fase“.", "Meinten Sie „case.phase“?", 11),
        ("days_untill(date) > 1", "Es gibt keine Funktion „days_untill“.", "Meinten Sie „days_until“?", 0),
        ("days_until() > 1", "„days_until“ braucht genau einen Wert.", "Bitte schreiben Sie days_until(Feld).", 0),
        ("age(date, date)", "„age“ braucht genau einen Wert.", "Bitte schreiben Sie age(Feld).", 0),
    ],
)
def test_a_slip_is_named_with_what_was_meant(source, message, advice, position):
    with pytest.raises(ExpressionError) as caught:
        compile_condition(source, FIELDS)
    assert (caught.value.message, caught.value.advice, caught.value.position) == (message, advice, position)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "(((",
        "status =",
        'status = "planned"',
        "status == 'planned",
        "1 2",
        "status }} {{ status",
        "status.__class__",
        "status.value",
        '"".join(["a"])',
        'status.upper() == "X"',
        "().__class__",
        "status|upper",
        "status is defined",
        "1 if status else 2",
        "status[0]",
        "status[0:1]",
        "{'a': 1}",
        "2 ** 99999999",
        "'a' ~ 'b'",
        "range(10)",
        "self",
        "cycler",
        "lipsum()",
        "[x for x in status]",
        "age(*status)",
        "age(**status)",
        "age(x=status)",
        "{% for a in b %}{% endfor %}",
        "(" * 200 + "1" + ")" * 200,
        "not " * 120 + "1",
        "(" * 41 + "1" + " + 1)" * 41,
        "1 == 1 and " * 46 + "true",
        "-" * 400 + "1",
    ],
)
def test_what_is_no_condition_is_refused_in_one_sentence(source):
    with pytest.raises(ExpressionError) as caught:
        compile_condition(source, FIELDS)
    assert caught.value.message
    assert caught.value.advice
    assert "\n" not in caught.value.message
    assert 0 <= caught.value.position <= max(len(source), LONGEST)


def test_the_language_of_the_sentences_is_the_sites():
    with pytest.raises(ExpressionError, match="There is no field"):
        compile_condition("statu == 1", FIELDS, language="en")


def test_huge_texts_and_numbers_cost_nothing():
    condition = compile_condition('"a" * 999999999 == "b" or 9999999 * 9999999 * 9999999 > 0', FIELDS)
    assert condition.holds({}, TODAY)
    far = compile_condition("working_days_until(today + 2900000)", FIELDS, working_days=WorkingDays().between)
    assert far.value({}, TODAY) > 2_000_000


def test_working_days_are_the_sites():
    days = WorkingDays()
    condition = compile_condition("working_days_until(date)", FIELDS, working_days=days.between)
    holiday = {"date": date(2024, 11, 4)}
    assert condition.value(holiday, TODAY) == 1
    assert compile_condition("working_days_until(date)", FIELDS).value(holiday, TODAY) == 2


def test_a_condition_says_which_fields_it_needs_and_they_come_from_rows():
    condition = compile_condition('status == "planned" and case.phase == "new" and is_blank(case.email)', FIELDS)
    assert condition.names == {"status", "case.phase", "case.email"}
    visit = Appointment(status=AppointmentStatus.PLANNED)
    assert condition.holds(values_of(visit, condition.names, case=Case(phase="new")), TODAY)
    assert not condition.holds(values_of(visit, condition.names, case=None), TODAY)


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(-800, 800))
@settings(max_examples=50, deadline=None)
def test_weekdays_are_counted_as_one_by_one(first, distance):
    last = date.fromordinal(first.toordinal() + distance)
    low, high = sorted((first, last))
    counted = sum(date.fromordinal(n).weekday() < 5 for n in range(low.toordinal() + 1, high.toordinal() + 1))
    assert weekdays_between(first, last) == (counted if last >= first else -counted)


_SIGNS = ["+", "-", "*", "/", "//", "%", "==", "!=", "<", "<=", ">", ">=", "in", "and", "or"]
_ATOMS = st.sampled_from([*sorted(ROW), "today", "none", "true", "5", "2.5", "'x'", "[]", "['planned', 3]"])
_SOURCES = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(_SIGNS), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda one: f"(not {one})"),
        inner.map(lambda one: f"(-{one})"),
        st.tuples(st.sampled_from(FUNCTIONS), inner).map(
            lambda parts: f"{parts[0]}({', '.join([parts[1]] * (2 if parts[0] in PAIRS else 1))})"
        ),
    ),
    max_leaves=12,
)


def test_a_text_begins_or_ends_with_another():
    for source, fits in (
        ('starts_with("Café und Treff", "Café")', True), ('ends_with("a@x.test", "x.test")', True),
        ('starts_with(case.email, "")', False), ("starts_with(none, 'x')", False), ("ends_with(5, 5)", False),
    ):  # fmt: skip
        assert compile_condition(source, FIELDS).holds({}, TODAY) is fits
    with pytest.raises(ExpressionError, match="zwei Werte"):
        compile_condition("starts_with(case.email)", FIELDS)


@given(_SOURCES)
@settings(max_examples=50, deadline=None)
def test_every_condition_that_compiles_gives_an_answer(source):
    try:
        condition = compile_condition(source, FIELDS)
    except ExpressionError:
        assert len(source) > LONGEST or "day('x')" in source or "clock('x')" in source
        return
    assert condition.holds(ROW, TODAY) in {True, False}
    assert condition.holds({}, TODAY) in {True, False}


@given(st.text(max_size=60))
@settings(max_examples=50, deadline=None)
def test_any_text_compiles_or_is_refused(source):
    try:
        condition = compile_condition(source, FIELDS)
    except ExpressionError:
        return
    condition.holds(ROW, TODAY)


def test_of_very_many_fields_only_those_of_the_row_itself_are_named():
    fields = {"phase", "course_start", *(f"manager.field_{n}" for n in range(60))}
    with pytest.raises(ExpressionError) as caught:
        compile_condition("xyz > 1", fields, language="en")
    assert caught.value.advice == "Known are: course_start, phase."
    with pytest.raises(ExpressionError) as caught:
        compile_condition("course_begin > 1", fields, language="en")
    assert "course_start" in caught.value.advice


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ('source == "amt"', True), ('source != "AMT"', False), ('source in ("x", "amt ")', True),
        ('"MT" in source', True), ('source == "Amts"', False), ('" " in source', False), ('"" == source', False),
    ],
)  # fmt: skip
def test_words_of_the_teams_are_one_word_however_they_are_typed(condition, holds):
    assert compile_condition(condition, {"source"}).holds({"source": "Amt"}, TODAY) is holds


@pytest.mark.parametrize(
    ("condition", "never"),
    [
        ('is_blank(source) and source == ""', False), ('is_blank(source) and source in ("", "x")', False),
        ('is_blank(source) and source == "x"', True), ('source == "" and not is_blank(source)', False),
        ("is_blank(source) and source > 3", True),
    ],
)  # fmt: skip
def test_a_blank_cell_equals_a_blank_text(condition, never):
    assert bool(compile_condition(condition, {"source"}).at_odds) is never
