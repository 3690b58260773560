"""One form for words that people spell and telephones capitalise in many ways."""

from __future__ import annotations

import re
import unicodedata

_NO_WORD = re.compile(r"[\W_]+")
# Turkish dotless i, the Persian yeh and kaf, endings that Arabic writers interchange; the stretching stroke.
_ALIKE = str.maketrans({"ı": "i", "ی": "ي", "ک": "ك", "ى": "ي", "ة": "ه", "\u0640": None})


def letters(text: str) -> str:
    """Without accents and vowel marks; punctuation stays."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text)
    marks = dict.fromkeys(ord(sign) for sign in set(plain) if unicodedata.combining(sign))
    return plain.translate(marks).translate(_ALIKE)


def fold(text: str) -> str:
    """Small letters without accents, vowel marks or punctuation, one blank between words."""
    return " ".join(_NO_WORD.sub(" ", letters(text.casefold())).split())


def folded_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern, written as people spell, that searches in folded text."""
    return re.compile(letters(pattern))
