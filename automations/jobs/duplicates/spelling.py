"""Whether Latin letters spell a name that stands in Arabic or Cyrillic ones, and by how far they miss it.

Each letter has the spellings that passports (Ukraine 2010, ICAO 9303, BGN, scientific, Duden), Germans,
French and English give it. The cheapest way to read one name as the other is a shortest path; what is left
out on either side costs, vowels little in Arabic, which leaves short ones out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

from automations.jobs.duplicates.scripts import plain

Spellings: TypeAlias = Mapping[str, Sequence[tuple[str, float]]]
"""Letters of the other script -> how they may be spelled, and what that costs."""

_VOWELS = frozenset("aeiouy")
_NEVER = 9.0
_WORST = 2.5  # nothing further away is of interest
_CONSONANT = 1.1
_UNHEARD = frozenset("stxdnrz")  # at the end of French names
_ENDING = 0.7
_FEMALE = frozenset("аяةىاه")  # endings that make Amira of Amir
_GENDER = 1.0
_FURTHEST = 9  # letters by which a spelling may be longer


class Script(Struct, frozen=True):
    """A script's spellings, and what it costs to leave a letter out: `silent` ones of its own, Latin vowels
    (`vowel`, `last_vowel` at the end), an h."""

    spellings: Spellings
    silent: Mapping[str, float]
    vowel: float
    last_vowel: float
    mute: float = 0.3


def _table(text: str) -> dict[str, list[tuple[str, float]]]:
    """Lines "letters: spelling spelling/cost …"; "_" is none."""
    found: dict[str, list[tuple[str, float]]] = {}
    for line in text.strip().splitlines():
        letters, _, rest = line.partition(":")
        options = [(one, cost) for one, _, cost in (part.partition("/") for part in rest.split())]
        for letter in letters.split():
            found[letter] = [("" if one == "_" else one, float(cost or 0)) for one, cost in options]
    return found


ARABIC = Script(
    _table("""
ا: a e/.05 i/.15 o/.15 u/.15 aa ae ah/.1 ea/.1 au/.2 h/.4
أ: a e o/.05 u/.05 i/.2 ae au
إ: i e a/.2 ei
آ: a aa
ى: a e/.1 i/.1 y/.1 ah
ة: a e ah eh at/.1 et/.1 h/.3
ئ ؤ ء: _ a/.1 e/.1 i/.1 u/.1 y/.1 o/.1
ب: b p bb pp
پ: p pp
ت: t tt th/.1 d/.4
ث: th t s/.1
ج: j g dj dsch dzh gu/.1 gg dg zh ch/.5 y/.6 c/.6 gh/.1
ح: h kh/.3 ch/.3 hh
خ: kh ch h/.2 j/.3 x/.2 k/.3
د: d dd t/.4
ذ: dh d z th/.1
ر: r rr rh
ز: z s/.3 zz
س: s c ss z/.2 sz/.1 ce/.1
ش: sh sch ch s/.3 sj/.2 sz/.2
ص: s ss c/.3 z/.3
ض: d dh z/.1 dd
ط: t tt
ظ: z dh d th/.1
ع: _ a e/.05 i/.1 o/.1 u/.1 aa
غ: gh g r/.4 gu/.1 h/.5 gg
ف: f v ph ff w/.2 vv
ڤ: v w
ق: q k g/.1 gh/.1 c kh/.4 ck
ك ک: k c ck q/.1 ch/.3 g/.4 kk cc qu/.2
گ: g
ل: l ll
م: m mm n/.6
ن: n nn m/.6
ه ھ ہ: h _/.3 a/.2 e/.2 hh
و: w v/.2 o u ou oo ow/.1 au/.1 eau/.2 oe/.1 ue/.2 y/.4 ew/.2 wh/.1 eu/.2
ي ی: y i e j/.1 ee ie ei ai/.1 ey ay/.1 ea/.2 a/.5 u/.5 ij ae/.2
چ: ch tsch c/.2 tch
ژ: zh j
تش: ch tch tsch c/.1 cz/.1 cc/.1 ci/.2 tj/.2
كس: x ks cs ch/.6
تز تس: z tz ts c/.2 zz
ال: al el ul il ol er ar ur es as us en an un ed ad ud a/.2 e/.2 u/.2
دج دز: j dz dj g/.2
نج نغ: ng
يو: yu ju u/.1 eu/.1 io yo ew/.1 iu yw/.3
يا: ia ya ja ea/.2
وا: oi/.2 wa ua oa/.2
وو: w oo u wo wu
جي: j/.1 g/.1 ge
كو: qu/.1 co
"""),
    dict.fromkeys("اويىأ", 0.35) | dict.fromkeys("عءئؤ", 0.05) | dict.fromkeys("هةحـ", 0.45),
    vowel=0.13,
    last_vowel=0.2,
    mute=0.35,
)
CYRILLIC = Script(
    _table("""
а: a aa/.1 ah/.2 e/.4 u/.4 o/.4 ai/.3
б: b bb v/.6
в: v w f/.2 ff/.1 vv u/.4 b/.6 wh/.2
г: g h gh gu/.1 gg kh/.4 ch/.5
ґ: g gg gh
д: d dd t/.6
е є э: e ye je ie ae/.05 a/.4 i/.4 eh/.1 ea/.1 ee/.2 ai/.2 ay/.3 ei/.2 y/.4 oe/.2 yi/.3
ё: e yo jo io o oe/.05 eu/.1 ie/.2 u/.3 ye
ж: zh j z/.2 g/.1 sch/.05 sh/.2 dj/.3 jh/.1
з: z s/.1 zz/.1 ss/.3
и: i y e/.35 ee/.1 ii ie/.1 j/.3 ea/.2 yi yj
і: i y/.1 j/.3 ii
ї: i yi ji y/.1
й: y i j _/.15 h/.6 e/.4 ie/.2 ij
к: k c ck q ch/.15 kk cc g/.6 que/.1 kh/.2
л: l ll
м: m mm n/.6
н: n nn m/.6 gn/.3
о: o a/.4 au/.1 ou/.2 oh/.1 u/.4 aw/.1 oo/.2 eau/.2 ough/.2 e/.5
п: p pp b/.7
р: r rr rh
с: s ss c/.05 z/.25 sz/.05 ce/.1 sc/.1 th/.4 x/.5
т: t tt th dt/.1 d/.6 ch/.5
у: u ou oo w/.2 o/.35 ue/.2 oe/.3 wo/.3 ew/.2 y/.6 uu
ў: w u v/.1 o/.2
ф: f ph ff v/.2 th/.4
х: h kh ch x j/.3 hh k/.4
ц: ts tz z c cz zz/.1 s/.4 cc/.2
ч: ch tch tsch c/.1 cz tsh tj/.2 ci/.1 j/.5 cs/.1 q/.4 x/.4 ty/.3
ш: sh sch s/.3 sz ch/.1 x/.3 sj/.2
щ: shch schtsch sch sc/.2 stsch sh/.2 szcz shtsh sht/.1 s/.4
ъ ь: _ y/.1 j/.1 i/.2 e/.3
ы: y i u/.5 yi/.1 e/.4 ui/.2
ю: yu ju iu u/.1 ue/.1 y/.25 eu/.2 io/.4 ew/.1
я: ya ja ia a/.2 ea/.2 ie/.4 iya ie/.4 ae/.4
дж: j g dj dsch dzh gi/.05 ge/.1 dg dge/.1 gg/.1 ch/.5
дз: z dz j zz ds
кс: x ks cs xx cks/.1 xc/.1
кв: qu kv kw
уэ: we wa/.1 ue wha/.2 whe/.2
уи: wi ui whi/.2 wy/.1
уа: wa ua oi/.2
уо: wa/.1 wo uo
ей: ey ei eu ay/.1 ai/.1 ej y/.5 e/.4 ee/.4
ай: ai ei y/.2 i/.2 ay ey/.1 ie/.3 aj uy/.3
ий ый: y i iy ii yi ij yj ius/.3 yy
ой: oy oi oj eu/.3
оу: ow ou o oa au/.3
ау: au ow ou/.2 aw
ьо йо: yo jo io
ье йе: ye ie je
ьк: k
нь: n gn ny ni/.2 nj nh
ль: l ll gl/.2 ly lj le/.2
ия: ia iya ija ie/.2 ya/.1 ja/.1 ea/.3
ея: eya eia eja ea
ева: eva yeva jeva ewa
аев: aev ayev ajew aeff/.2 aew ajev aiev
сц: sc sts
сч: shch sch
зг: zgh zh/.2
тс: ts tz z
ги: gi gui ghi hy gy
ге: ge gue he ghe hie
"""),
    dict.fromkeys("аеиоуыэюяёіїє", 0.5) | dict.fromkeys("йьъ", 0.05) | {"в": 1.0},
    vowel=0.5,
    last_vowel=0.35,
    mute=0.3,
)


def script_of(name: str) -> Script | None:
    """The script of a name's letters; None for Latin ones."""
    if any("\u0600" <= char <= "\u06ff" for char in name):
        return ARABIC
    return CYRILLIC if any("\u0400" <= char <= "\u04ff" for char in name) else None


@lru_cache(maxsize=65536)
def misses(native: str, latin: str) -> float:
    """By how far `latin` (small letters without accents) misses a spelling of `native`: 0 for one that is in
    use, about 1 for a wrong consonant."""
    script = script_of(native)
    # Such lengths cannot come near; the table of the path grows with both.
    if script is None or not latin or abs(len(native) - len(latin)) > _FURTHEST:
        return _NEVER
    rows = [[_NEVER] * (len(latin) + 1) for _ in range(len(native) + 1)]
    rows[0][0] = 0.0
    for at in range(len(native) + 1):
        for done in range(len(latin) + 1):
            # What is already too far never comes back: costs only grow.
            if rows[at][done] < _WORST:
                _go_on(rows, at, done, native, latin, script)
    return rows[-1][-1]


def _go_on(rows: list[list[float]], at: int, done: int, native: str, latin: str, script: Script) -> None:
    here = rows[at][done]
    if done < len(latin):
        rows[at][done + 1] = min(rows[at][done + 1], here + _left_out(latin, done, script))
    if at == len(native):
        return
    silent = 0.0 if at and native[at] == native[at - 1] else script.silent.get(native[at], _CONSONANT)
    # An ending that makes another sex costs as much as a consonant: Amir is not Amira.
    silent = _GENDER if at == len(native) - 1 and native[at] in _FEMALE else silent
    rows[at + 1][done] = min(rows[at + 1][done], here + silent)
    for letters in (native[at], native[at : at + 2]):
        for spelling, cost in script.spellings.get(letters, ()) if len(letters) + at <= len(native) else ():
            if latin.startswith(spelling, done):
                row, end = rows[at + len(letters)], done + len(spelling)
                row[end] = min(row[end], here + cost)


def _left_out(latin: str, at: int, script: Script) -> float:
    """What a Latin letter costs that nothing in the other script stands for."""
    letter = latin[at]
    if at and letter == latin[at - 1]:
        # Whether a letter is doubled is each clerk's own choice: Mohamed, Mohammed.
        return 0.05
    if letter == "h":
        return script.mute
    if letter not in _VOWELS:
        return _ENDING if at == len(latin) - 1 and letter in _UNHEARD else _CONSONANT
    if letter == "a" and at == len(latin) - 1:
        # As an ending of the other script that makes another sex: Amir is not Amira.
        return _GENDER
    return script.last_vowel if at == len(latin) - 1 else script.vowel


def spellings(word: str) -> tuple[str, ...]:
    """A Latin word as it is compared here: with accents spelled out (Müller is mueller) and left away, and
    without an Arabic article that is written as one with it."""
    found = dict.fromkeys((plain(word), _bare(word)))
    without = (_ARTICLE.sub("", one) for one in tuple(found) if len(one) > _WITH_ARTICLE)
    return tuple(dict.fromkeys(one for one in (*found, *without) if one))


def native(word: str) -> str:
    """The letters of a word in Arabic or Cyrillic script, short vowel signs left away; blank for others."""
    if script_of(word) is None:
        return ""
    return "".join(char for char in unicodedata.normalize("NFC", word.casefold()) if char.isalpha() and char != "ـ")


def _bare(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold().translate(_NO_ACCENT))
    return "".join(char for char in apart if char.isascii() and char.isalpha())


_NO_ACCENT = str.maketrans({"ø": "o", "ł": "l", "ı": "i", "ß": "ss", "đ": "d", "æ": "ae"})
_ARTICLE = re.compile(r"^[aeu](?:l|([nrstdz])(?=\1))")
_WITH_ARTICLE = 5
