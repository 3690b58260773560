"""The comparable form of headings, tab names and words: case, blanks, punctuation, umlaut spelling
and accents make no difference."""

from __future__ import annotations

import re
import unicodedata

_SIGNS = bytes(i for i in range(128) if not chr(i).isalnum())
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})

_NUMBER = re.compile(r"\(?(?<![\w§])\d{1,2}(?!\w)[.):]?(?:st|nd|rd|th)?|\b\d(?:st|nd|rd|th)\b")


def fold(text: str) -> str:
    """What is left of a heading or word when only its letters and digits count: "*E-Mail:" and
    "e mail" are both "email", "Fälle" and "FAELLE" both "faelle". A tick stays a tick."""
    if text.isascii():  # no umlauts, accents or wide letters to look for
        return text.lower().encode().translate(None, _SIGNS).decode() or text.strip()
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_GERMAN)
    apart = unicodedata.normalize("NFKD", lowered)
    kept = "".join(char for char in apart if char.isalnum())
    return kept or text.strip()


def one_line(text: str) -> str:
    """A heading as it is quoted: without line breaks, which the reader of headings does not count either."""
    return " ".join(text.split())


def without_number(text: str) -> str:
    """A heading without the number that tells it from its twins: "Uhrzeit 2" and "2. Uhrzeit" are "Uhrzeit"."""
    return _NUMBER.sub(" ", text).strip()


def slug(title: str) -> str:
    """A rule's or text's name as rules.toml would have it: “Kurs beginnt!” is kurs_beginnt."""
    plain = title.casefold().translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"})
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return (name if name[:1].isalpha() else f"r_{name}")[:60] if name else ""
