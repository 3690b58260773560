"""Words that people spell in many ways have one form."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automations.messages.folding import fold, letters


@given(st.text())
def test_no_accent_or_vowel_mark_is_left_and_nothing_else_goes(text):
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    assert letters(text) == (text if text.isascii() else letters(bare))
    assert not any(map(unicodedata.combining, letters(text)))


def test_every_mark_that_there_is_goes():
    marks = "".join(chr(code) for code in range(sys.maxunicode + 1) if unicodedata.combining(chr(code)))
    assert letters(f"a{marks}b") == "ab"


@pytest.mark.parametrize(
    ("text", "form"),
    [("Überprüfen!", "uberprufen"), ("İPTAL", "iptal"), ("لغـــو", "لغو"), ("ОТМЕНА", "отмена"), ("stop", "stop")],
)
def test_words_as_people_type_them(text, form):
    assert fold(text) == form
