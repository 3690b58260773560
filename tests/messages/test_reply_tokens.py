"""Codes in subject lines: right ones are known again, others are not."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automations.messages.reply_tokens import ReplyToken, ReplyTokens, make, verify

OLD, NEW = b"a" * 32, b"b" * 32


@settings(max_examples=50)
@given(st.text(min_size=1, max_size=15), st.integers(0, 10**6), st.sampled_from(["confirm", "cancel", "object"]))
def test_a_code_says_what_it_was_made_for(appointment, version, action):
    try:
        appointment.encode()
    except UnicodeEncodeError:
        return
    code = make(appointment, version, action, NEW)
    assert verify(f"Re: AW: ja, ich komme {code} ", (NEW,)) == ReplyToken(appointment, version, action)


def test_old_keys_stay_valid_and_foreign_ones_are_not():
    code = make("T-1", 1, "cancel", OLD)
    assert verify(code, (NEW, OLD)) == ReplyToken("T-1", 1, "cancel")
    assert verify(code, (NEW,)) is None
    assert verify(code, ()) is None


@pytest.mark.parametrize(
    ("old", "new"), [("T-1", "T-2"), (".1.", ".2."), (".N.", ".Y."), (".N.", ".S."), ("[", ""), ("]", "")]
)
def test_a_changed_code_is_no_code(old, new):
    code = make("T-1", 1, "cancel", NEW)
    assert verify(code.replace(old, new, 1), (NEW,)) is None


def test_every_changed_letter_of_the_signature_is_noticed():
    code = make("T-1", 1, "confirm", NEW)
    start = code.rindex(".") + 1
    for at in range(start, len(code) - 1):
        other = "A" if code[at] != "A" else "B"
        assert verify(code[:at] + other + code[at + 1 :], (NEW,)) is None


def test_small_letters_do():
    code = make("T-1", 1, "confirm", NEW)
    head, signature = code.rsplit(".", 1)
    assert verify(f"{head}.{signature.lower()}", (NEW,)) == ReplyToken("T-1", 1, "confirm")


@pytest.mark.parametrize("subject", ["", "Ja, ich komme", "[]", "[T-1.1.Y.]", "[T-1.x.Y.AAAAAAAAAAAAAAAA]", "[" * 5000])
def test_other_subjects_have_none(subject):
    assert verify(subject, (NEW,)) is None


def test_a_link_opens_a_prepared_reply():
    tokens = ReplyTokens((NEW, OLD), "termine@herne.test")
    link = urlsplit(tokens.link("T-2024/3 ü", 2, "confirm", "Ja & 100 % – نعم"))
    assert (link.scheme, link.path) == ("mailto", "termine@herne.test")
    said = parse_qs(link.query)
    assert said["body"] == ["Ja & 100 % – نعم"]
    assert tokens.verify(said["subject"][0]) == ReplyToken("T-2024/3 ü", 2, "confirm")
    assert "+" not in link.query
