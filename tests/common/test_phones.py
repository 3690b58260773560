"""A number is grouped for reading; text that is no number is left alone."""

from automations.common.phones import readable


def test_numbers_are_grouped():
    assert readable("+492214710123") == "+49 221 4710123"
    assert readable("+380441234567") == "+380 44 123 4567"


def test_what_is_no_number_stays():
    assert readable("0221 4710100") == "0221 4710100"
    assert readable("") == ""
