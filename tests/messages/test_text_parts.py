"""Parts of text messages, counted as networks count them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from automations.common.phones import takes_texts
from automations.messages.text_parts import is_gsm, parts
from automations.messages.text_settings import TextMessageSettings


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3),
        ("ä" * 160, 1), ("€" * 80, 1), ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the sign of two halves goes whole into the next part
        ("ț" * 70, 1), ("ț" * 71, 2), ("ț" * 134, 2), ("ț" * 135, 3),
        ("😀" * 35, 1), ("😀" * 36, 2), ("", 1),
    ],
)  # fmt: skip
def test_parts(text, count):
    assert parts(text) == count


def test_one_other_sign_makes_the_whole_text_wide():
    assert is_gsm("Größe 10 €")
    assert not is_gsm("Größe 10 € ✓")


@pytest.mark.parametrize(
    ("number", "countries", "fine"),
    [
        ("+4915112345678", ("DE",), True), ("+4923231665", ("DE",), False), ("+436641234567", ("DE",), False),
        ("+436641234567", ("DE", "AT"), True), ("klient@example.org", ("DE",), False), ("", ("DE",), False),
    ],
)  # fmt: skip
def test_numbers(number, countries, fine):
    assert takes_texts(number, countries) is fine


def test_texts_go_to_countries_that_there_are():
    assert TextMessageSettings(countries=("AT",)).countries == ("AT",)
    with pytest.raises(ValidationError, match="XX"):
        TextMessageSettings(countries=("XX",))
