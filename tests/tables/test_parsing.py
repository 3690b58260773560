from __future__ import annotations

import math
from datetime import date, datetime, time

import pytest
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from automations.tables.contacts import _is_domain, _normal, email_parser, phone_parser
from automations.tables.dates import clock_after, date_parser, month_parser
from automations.tables.folding import fold
from automations.tables.times import parse_minutes, parse_time
from automations.tables.words import (
    key_text,
    languages_parser,
    list_parser,
    parse_amount,
    parse_count,
    parse_number,
    weekdays_parser,
)  # fmt: skip
from tests.support.broken import columns

TODAY = date(2024, 10, 31)
read_date = date_parser(TODAY)
read_birth = date_parser(TODAY, birth=True)
read_email = email_parser(columns().mail.providers)
read_phone = phone_parser("DE")
read_languages = languages_parser(columns().vocabulary("language"), columns().spellings("language"))
read_days = weekdays_parser(columns().vocabulary("weekday"))

CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=40), st.dates(),
    st.times(), st.datetimes(),
    st.from_regex(r"[0-9]{1,4}[./ -][0-9]{1,4}([./ -][0-9]{1,4})?", fullmatch=True),
    st.from_regex(r"[0-9]{1,2}[.:h ][0-9]{0,3}( Uhr)?", fullmatch=True),
)  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        "24.12.2024", "24. 12. 2024", " 24.12.2024 ", "2024-12-24", "2024-12-24T00:00:00", "24.12.2024.",
        "24. Dezember 2024", "24.Dez.2024", "24 Dez 2024",
        "Di, 24.12.2024", "Dienstag, den 24.12.2024", date(2024, 12, 24),
        "24.12.2024 9:30", "24.12.2024, 09:30 Uhr", "24.12.2024 9:30 PM", "2024-12-24, 9:30 a.m.",
        datetime(2024, 12, 24, 9, 30),  # noqa: DTZ001 (wall clock of a cell)

    ],
)  # fmt: skip
def test_dates_that_can_mean_but_one_day_are_read_without_a_word(raw):
    assert read_date(raw) == (date(2024, 12, 24), None)


@pytest.mark.parametrize("raw", ["1. 10.24", "1. 10. 24", "1.10.24"])
def test_a_year_behind_a_blank_is_no_time_of_day(raw):
    value, fault = read_date(raw)
    assert (value, fault.code, clock_after(raw)) == (date(2024, 10, 1), "two_digit_year", "")


@pytest.mark.parametrize("raw", ["24/12/2024", "24-12-2024", "24,12,2024", 45650, "45650", "24122024", 24122024])
def test_dates_that_stand_otherwise_are_noted(raw):
    value, fault = read_date(raw)
    assert value == date(2024, 12, 24)
    assert fault.severity == "note"
    assert fault.values["read"] == "24.12.2024"


def test_serial_numbers_of_1904():
    assert date_parser(TODAY, date1904=True)(45650 - 1462).value == date(2024, 12, 24)
    assert date_parser(TODAY, date1904=True)(str(45650 - 1462)).value == date(2024, 12, 24)


def test_two_digit_years_are_taken_only_near_the_present():
    assert read_date("24.12.24").value == date(2024, 12, 24)
    assert read_date("24.12.24").fault.code == "two_digit_year"
    assert read_date("24.12.50").value is None
    assert read_birth("24.12.24").value is None
    assert read_birth("24.12.84").value == date(1984, 12, 24)


@pytest.mark.parametrize("raw", ["01.01.1900", date(1904, 1, 1), 1, "5.8.1924"])
def test_nobody_came_or_was_met_long_ago_but_many_were_born_then(raw):
    assert read_date(raw).value is None
    assert read_date(raw).fault.code == "unreadable_date"
    if raw != 1:
        assert read_date(raw).fault.message == "“{shown}” lies too long ago to be right."
        assert read_birth(raw).value.year in {1900, 1904, 1924}


@given(st.dates(date(1930, 1, 1), date(2150, 12, 31)))
@settings(max_examples=50)
def test_every_day_survives_the_german_and_the_iso_form(day):
    assert read_date(day.strftime("%d.%m.%Y")) == (day, None)
    assert read_date(day.isoformat()) == (day, None)
    assert read_date(f"{day.day}.{day.month}.{day.year}") == (day, None)


@given(CELLS)
@settings(max_examples=50, deadline=None)
def test_nothing_that_stands_in_a_cell_makes_a_parser_raise(raw):
    parsers = (
        read_date, read_birth, month_parser(TODAY), parse_time, parse_minutes, read_phone, read_email,
        read_languages, read_days, list_parser,
        parse_count, parse_number,
    )  # fmt: skip
    for parse in parsers:
        value, fault = parse(raw)
        assert (
            value is not None
            or fault is not None
            or raw is None
            or not str(raw).strip(" \t\r\n\xa0<>;,\"'")
            or str(raw).isspace()
        )


def test_months():
    read = month_parser(TODAY)
    for raw in ("10/2024", "Oktober 2024", "Okt. 2024", "2024-10", date(2024, 10, 17), "17.10.2024",
                "Okt 24", "Okt. 24", "Oct-24", "Okt '24"):  # fmt: skip
        assert read(raw).value == date(2024, 10, 1)


@pytest.mark.parametrize("raw", ["Juli", "Ort 24", "Okt 123", "4/24"])
def test_what_is_no_month_is_told(raw):
    assert month_parser(TODAY)(raw).fault is not None


@pytest.mark.parametrize("raw", ["9.30", "9:30 Uhr", "09:30", "9.30h", "9h30", "um 9:30", time(9, 30), "09:30:00"])
def test_times(raw):
    assert parse_time(raw) == (time(9, 30), None)


@pytest.mark.parametrize(
    ("raw", "read"),
    [("2:30 PM", time(14, 30)), ("12:05 am", time(0, 5)), ("12 pm", time(12, 0)), ("9 a.m.", time(9, 0)),
     ("14:30 PM", None), ("0:30 PM", None)],
)  # fmt: skip
def test_times_of_half_a_day(raw, read):
    assert parse_time(raw).value == read


def test_the_time_behind_a_day_keeps_its_half():
    assert parse_time(clock_after("1/2/2026 2:30 PM")).value == time(14, 30)


def test_a_number_that_excel_made_of_a_time_is_noted_unless_it_could_be_two_times():
    assert parse_time(9.3).value == time(9, 30)
    assert parse_time(9.3).fault.code == "time_understood"
    assert parse_time(9.5).value is None


@pytest.mark.parametrize(
    ("raw", "minutes"),
    [
        (60, 60), ("60 min", 60), ("1 h", 60), ("1,5 Std.", 90), ("1:30", 90), (time(1, 30), 90), (1 / 24, 60),
        ("1 Std. 30 Min.", 90), ("1h30", 90), ("1 h 05", 65), ("1½ Std.", 90), ("halbe Stunde", 30), ("45′", 45),
    ],
)  # fmt: skip
def test_lengths(raw, minutes):
    assert parse_minutes(raw) == (minutes, None)


@pytest.mark.parametrize(
    "raw",
    [
        "0151 23456789",
        "0151/23456789",
        "+49 151 23456789",
        "0049151-23456789",
        "+49 (0)151 23456789",
        "(0151) 234 567 89",
    ],
)
def test_one_phone_in_all_spellings(raw):
    assert read_phone(raw) == ("+4915123456789", None)


def test_phones_from_abroad():
    assert read_phone("+380 67 123 4567").value == "+380671234567"


def test_numbers_that_excel_made_of_phones():
    assert read_phone(15123456789).value == "+4915123456789"
    assert read_phone(4915123456789).value == "+4915123456789"
    assert read_phone(15123456789).fault.severity == "note"


def test_addresses():
    assert read_email("Anna.Muster@web.de") == ("Anna.Muster@web.de", None)
    assert read_email("anna@beispiel.test").value == "anna@beispiel.test"
    assert read_email("anna@müller.de").value == "anna@müller.de"
    assert read_email("anna@mail.com").fault is None
    assert read_email("info@stadt-beispiel.test").fault is None


LABELS = st.one_of(
    st.from_regex(r"[a-z0-9-]{1,8}", fullmatch=True), st.sampled_from(["xn--mnchen-3ya", "ab--c", "a" * 63, "a" * 64])
)


@given(
    st.lists(LABELS, min_size=0, max_size=5),
    st.sampled_from(["de", "com", "example", "museum", "d1", "x", "xn--p1ai", *SPECIAL_USE_DOMAIN_NAMES]),
)
@settings(max_examples=400, deadline=None)
def test_a_domain_is_judged_as_the_library_judges_it(labels, top):
    domain = ".".join([*labels, top])
    try:
        validate_email(f"someone@{domain}", check_deliverability=False, test_environment=True)
        known = True
    except EmailNotValidError:
        known = False
    assert _is_domain(domain) == known


@pytest.mark.parametrize("raw", ["arab.", "Arab", "العربية", "ar", "ARABISCH", "Arabisch (B2)", "arabisch "])
def test_arabic_in_all_its_names(raw):
    assert read_languages(raw) == (("ar",), None)


def test_several_languages_in_a_cell():
    for raw in (
        "Arabisch, Deutsch",
        "arab./dt.",
        "Arabisch und Deutsch",
        "Arabisch Deutsch",
        "Arabisch\nDeutsch",
        "ar; de",
        "Arabisch + Deutsch",
    ):
        assert read_languages(raw).value == ("ar", "de"), raw
    assert read_languages("Arabisch, Klingonisch").value == ("ar",)


def test_working_days():
    for raw in ("Mo-Mi", "Mo, Di, Mi", "Mo Di Mi", "montags bis mittwochs", "Mo–Mi", "Mo/Di/Mi"):
        assert read_days(raw).value == frozenset({0, 1, 2}), raw
    assert read_days("alle").value == frozenset(range(5))


def test_numbers():
    assert parse_number("12,5").value == 12.5
    for money in (
        "1.250,50",
        "1250,50 €",
        "€ 1.250,50",
        "EUR 1 250,50",
        "1\u202f250,50 EUR",
        "1’250.50",
        "1'250,50 euro",
    ):
        assert parse_number(money).value == 1250.5, money
    for money in ("50,-", "50,- €", "50.-", "50,-- EUR", "€50", "50,00€"):
        assert parse_number(money).value == 50, money
    assert [parse_number(one).value for one in ("−12,5", "–3", "1.250.000", "1 250", "0,250")] == [
        -12.5, -3, 1250000, 1250, 0.25,
    ]  # fmt: skip
    # What may be a thousand or a fraction, and what is no number alone.
    for odd in ("1,250", "12 50", "1 2500", "1.250 500", "50 €/Monat", "ca. 50", "25 %", "50-", "€", "1'25"):
        assert parse_number(odd).fault, odd
    assert parse_count("1.052").value == 1052
    assert parse_count(12.0).value == 12
    assert key_text(143.0) == "143"


@given(st.text(max_size=30))
@settings(max_examples=50)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


def test_folding_forgives_what_people_do_to_headings():
    assert len({fold(text) for text in ("E-Mail", "e mail", "EMAIL:", "*E-Mail", "E-\nMail")}) == 1
    assert fold("Begründung") == fold("BEGRUENDUNG")
    assert fold("Straße") == fold("strasse")


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan, 10**400, -1, 1e300])
def test_numbers_beyond_all_numbers_are_neither_times_nor_telephones(number):
    assert parse_time(number).value is None
    assert parse_minutes(number).value is None
    assert read_phone(number)[0] is None


@pytest.mark.parametrize("typed", ["20 Punkte", "20 Pkt.", "20points"])
def test_a_capacity_may_have_its_unit(typed):
    assert parse_amount(typed).value == 20


@pytest.mark.parametrize("typed", ["20 Std.", "50 %", "halbe Stelle", "-5", "Punkte"])
def test_a_capacity_in_other_units_is_none(typed):
    assert parse_amount(typed).fault is not None


@given(st.text(st.sampled_from("ab1@.,-\"' <>[]ü＠．"), max_size=14), st.sampled_from(["@@", "..", ",", ""]))
def test_what_is_refused_without_the_library_is_what_it_refuses(text, slip):
    address = f"{text[:7]}{slip}{text[7:]}"
    if address.count("@") == 1 and ".." not in address and "," not in address:
        return
    assert _normal(address) == ""
    with pytest.raises(EmailNotValidError):
        validate_email(address, check_deliverability=False, test_environment=True)
