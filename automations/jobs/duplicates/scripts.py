"""One spelling for what is written in several scripts and by several rules of transliteration.

German (Duden), Ukrainian (Cabinet resolution 55 of 2010), Russian (ICAO 9303) and the usual spellings
of Arabic and Turkish names are brought to one rough sound. Nothing of it is ever shown to people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain, product
from types import MappingProxyType

_CYRILLIC = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ё": "io", "ж": "zh", "з": "z",
    "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ў": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "tsch", "ш": "sh", "щ": "shch",
    "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia", "ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o",
    "ұ": "u", "ү": "u", "һ": "h", "ђ": "dj", "ј": "i", "љ": "l", "њ": "n", "ћ": "tsch", "џ": "dj",
})  # fmt: skip
_ARABIC = str.maketrans({
    "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ى": "a", "ة": "a", "ء": "", "ئ": "", "ؤ": "u", "ب": "b", "ت": "t",
    "ث": "th", "ج": "dzh", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z", "س": "s", "ش": "sh", "ص": "s",
    "ض": "d", "ط": "t", "ظ": "z", "ع": "", "غ": "gh", "ف": "f", "ق": "k", "ك": "k", "ک": "k", "ل": "l", "م": "m",
    "ن": "n", "ه": "h", "ھ": "h", "و": "u", "ي": "i", "ی": "i", "پ": "p", "چ": "tsch", "ژ": "zh", "گ": "g", "ڤ": "v",
    "ے": "e", "ہ": "h", "ۀ": "a", "ە": "a", "ـ": "",
})  # fmt: skip
_LATIN = str.maketrans({
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "å": "a", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
    "ı": "i", "ş": "sh", "ș": "sh", "š": "sh", "ç": "tsch", "č": "tsch", "ć": "tsch", "ž": "zh", "ż": "zh", "ź": "z",
    "ț": "ts", "ţ": "ts", "ğ": "g", "ə": "a", "'": "", "’": "", "ʼ": "", "`": "", "´": "", "ʹ": "", "ʿ": "", "ʾ": "",
})  # fmt: skip

# Many keyboards have no hooks: Kılıç is typed Kilic.
_BARE = str.maketrans({
    "ş": "s",
    "ș": "s",
    "š": "s",
    "ç": "c",
    "č": "c",
    "ć": "c",
    "ž": "z",
    "ı": "i",
    "ü": "u",
    "ö": "o",
    "ä": "a",
    "ț": "t",
    "ţ": "t",
})  # fmt: skip

# In this order; capitals are sounds that are done. X: sh, zh, ch of church and all between them.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"x", "ks"),
        (r"shchsh|schtsch|shtsch|shch|stsch|szcz", "X"),
        (r"dsch|dzh|dj", "J"),
        (r"tsch|tch|tsh|cz", "X"),
        (r"zh", "Z"),
        (r"sch|sh", "X"),
        (r"ch", "C"),
        (r"kh|gh", "H"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"dh", "d"),
        (r"ck|q", "k"),
        (r"tz|ts|zz|z", "s"),
        (r"c(?=[eiy])", "s"),
        (r"ou|oo", "u"),
        (r"ee", "i"),
        (r"oe", "o"),
        (r"ue(?!l)", "u"),
        (r"w", "v"),
        (r"off?\b|ow\b", "ov"),
        (r"y", "i"),
        (r"(?<=[aeiou])h\b", ""),
        (r"h\b", ""),
    )
)
_INITIAL_WAW = re.compile(r"^و")
_TWICE = re.compile(r"(.)\1+")
_EI = re.compile(r"[ae]i|ae")
_BONELESS = re.compile(r"(?<!^)v|[aeiou]+")

# ch is х for Germans and ч for the English; g is г, which Ukrainians spell h; j is й
# or дж, Z is ж, ae is ä or two vowels.
_AMBIGUOUS = MappingProxyType(
    {"C": ("X", "H"), "c": ("k",), "g": ("g", "H"), "j": ("i", "J"), "Z": ("X", "J"), "ae": ("e", "a")}
)
_MOST_VARIANTS = 8


def is_arabic(text: str) -> bool:
    """Whether the text is written in Arabic letters, which leave short vowels out."""
    return any("\u0600" <= char <= "\u06ff" for char in text)


def plain(text: str) -> str:
    """A name as it stands, in one case and without accents, blanks and hyphens; its script stays."""
    lowered = unicodedata.normalize("NFC", text).casefold().translate(_LATIN)
    # Taken apart, hamza and madda would leave their letters: in Arabic they tell names apart.
    apart = unicodedata.normalize("NFKD", lowered) if not is_arabic(lowered) else unicodedata.normalize("NFC", lowered)
    return "".join(char for char in apart if char.isalpha())


def sounds(text: str) -> tuple[str, ...]:
    """The rough sounds that a name may stand for, the likeliest first; at most eight."""
    lowered = unicodedata.normalize("NFC", text).casefold()
    # At the beginning و is always the consonant; inside it is mostly the vowel that the table says.
    latin = _INITIAL_WAW.sub("w", lowered).translate(_CYRILLIC).translate(_ARABIC)
    spelled = dict.fromkeys((latin.translate(_LATIN), latin.translate(_BARE)))
    found: dict[str, None] = {}
    for sound in chain.from_iterable(map(_heard, spelled)):
        found[sound] = None
        # Each doubtful letter doubles the variants: beyond eight they match strangers, and all of "gggggggggggggggggg",
        # typed to fill a cell, would never come to an end.
        if len(found) == _MOST_VARIANTS:
            break
    return tuple(found)


def _heard(latin: str) -> Iterator[str]:
    bare = "".join(char for char in unicodedata.normalize("NFKD", latin) if char.isalpha() and char.isascii())
    for pattern, sound in _SOUNDS:
        bare = pattern.sub(sound, bare)
    parts = re.split(r"(C|c|g|j|Z|ae(?!l))", bare)
    choices = [_AMBIGUOUS.get(part, (part,)) for part in parts]
    yield from (_smooth("".join(choice)) for choice in product(*choices))


def _smooth(sound: str) -> str:
    # Twice: "Mayer" and "Meyer" have their double letters only once ei and ai are one.
    return _TWICE.sub(r"\1", _EI.sub("ei", _TWICE.sub(r"\1", sound.replace("H", "h"))))


def bones(sound: str) -> str:
    """The consonants of a sound: what is left of it in Arabic script. Without w inside, which is a vowel there."""
    return _TWICE.sub(r"\1", _BONELESS.sub("", sound))
