"""Invented people: names as they are common in a language, phones and addresses that reach nobody."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from types import MappingProxyType

from faker import Faker
from msgspec import Struct

_LOCALES = MappingProxyType(
    {"de": "de_DE", "en": "en_GB", "ru": "ru_RU", "uk": "uk_UA", "fr": "fr_FR", "ro": "ro_RO", "tr": "tr_TR"}
)

# Arabic and Persian are written without short vowels, so that no programme can spell a name in Latin
# letters as a passport does: these come in pairs instead of from Faker.
_ARABIC = (
    (
        "Mohammed محمد|Ahmad أحمد|Ali علي|Omar عمر|Khaled خالد|Hassan حسن|Mahmoud محمود|Youssef يوسف|Ibrahim إبراهيم|"
        "Mustafa مصطفى|Tarek طارق|Bilal بلال|Samir سمير|Karim كريم|Nabil نبيل"
    ),
    (
        "Fatima فاطمة|Aisha عائشة|Maryam مريم|Noura نورة|Layla ليلى|Huda هدى|Samira سميرة|Zainab زينب|Rania رانيا|"
        "Amina أمينة|Salma سلمى|Dina دينا|Hanan حنان|Rasha رشا|Yasmin ياسمين"
    ),
    (
        "Haddad حداد|Khalil خليل|Nasser ناصر|Mansour منصور|Saleh صالح|Hamdan حمدان|Kassem قاسم|Darwish درويش|"
        "Suleiman سليمان|Najjar نجار|Khoury خوري|Sabbagh صباغ|Hijazi حجازي|Rahal رحال|Zidan زيدان|Fares فارس|"
        "Jaber جابر|Othman عثمان|Shahin شاهين|Bakri بكري"
    ),
)
_PERSIAN = (
    (
        "Reza رضا|Mehdi مهدی|Hossein حسین|Amir امیر|Farhad فرهاد|Behnam بهنام|Navid نوید|Kamran کامران|Omid امید|"
        "Dariush داریوش|Jawad جواد|Nasir نصیر"
    ),
    (
        "Zahra زهرا|Shirin شیرین|Parisa پریسا|Nasrin نسرین|Leila لیلا|Mina مینا|Roya رویا|Azadeh آزاده|Soraya ثریا|"
        "Fereshta فرشته|Nargis نرگس|Laleh لاله"
    ),
    (
        "Ahmadi احمدی|Hosseini حسینی|Karimi کریمی|Rahimi رحیمی|Moradi مرادی|Jafari جعفری|Sharifi شریفی|Naseri ناصری|"
        "Azizi عزیزی|Tehrani تهرانی|Rostami رستمی|Kazemi کاظمی|Noori نوری|Haidari حیدری"
    ),
)
_SCRIPTS = MappingProxyType({"ar": _ARABIC, "fa": _PERSIAN})

# As passports spell them: ICAO Doc 9303, part 3, section 6 B.
_CYRILLIC = MappingProxyType(
    dict(zip("абвгґдеёжзиіїйклмнопрстуфхцчшщъыьэєюя'’", [
        "a", "b", "v", "h", "g", "d", "e", "e", "zh", "z", "y", "i", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s",
        "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "ie", "y", "", "e", "ie", "iu", "ia", "", "",
    ], strict=True))
)  # fmt: skip
_RUSSIAN = MappingProxyType({"г": "g", "и": "i"})

_PHONE_PREFIXES = ("030 23125", "069 90009", "040 66969", "0221 4710", "089 99998")
_DOMAINS = ("example.org", "example.com", "example.net", "post.example", "mail.example")
_ASCII = MappingProxyType(
    str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ş": "s", "ç": "c", "ğ": "g", "ă": "a",
                   "â": "a", "î": "i", "ș": "s", "ț": "t", "ţ": "t", "é": "e", "è": "e", "ê": "e",
                   "ë": "e", "ï": "i", "ô": "o", "à": "a", "û": "u", "ù": "u", "ó": "o", "í": "i", "á": "a"})
)  # fmt: skip


class Person(Struct, frozen=True):
    """An invented person: `native` is the name in the script of the language (last, first), "" for Latin ones."""

    last_name: str
    first_name: str
    sex: str
    language: str
    native: tuple[str, str] = ("", "")


class People:
    """Draws names, phones and addresses; equal seeds give equal people."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._names = {language: Faker(locale, use_weighting=False) for language, locale in _LOCALES.items()}
        for faker in self._names.values():
            # A stream of its own for each language: a name more in one changes none in another.
            faker.seed_instance(rng.randrange(2**32))
        self._phones = _phones(rng)

    def person(self, language: str, last_name: tuple[str, str] | None = None) -> Person:
        """Somebody whose first language this is; `last_name` (Latin, native) for one of a family."""
        sex = self._rng.choice(("weiblich", "männlich"))
        last, first = self._draw(language, sex)
        if last_name:
            last = last_name
        native = (last[1], first[1])
        return Person(last[0], first[0], sex, language, native if all(native) else ("", ""))

    def phone(self) -> str:
        """A phone number of the ranges for films, in one of the ways in which people type one."""
        number = next(self._phones)
        typed = (number, number, number, "+49 " + number[1:], number.replace(" ", "/", 1))
        return self._rng.choice(typed)

    def address(self, person: Person) -> str:
        """An email address that nobody has."""
        first, last = (_ascii(name) for name in (person.first_name, person.last_name))
        number = self._rng.randrange(10, 9999)
        return f"{first}.{last}{number}@{self._rng.choice(_DOMAINS)}"

    def _draw(self, language: str, sex: str) -> tuple[tuple[str, str], tuple[str, str]]:
        if language in _SCRIPTS:
            male, female, last = _SCRIPTS[language]
            first = male if sex == "männlich" else female
            return self._pair(last), self._pair(first)
        faker = self._names[language]
        if sex == "männlich":
            names = faker.last_name_male(), faker.first_name_male()
        else:
            names = faker.last_name_female(), faker.first_name_female()
        if language in {"ru", "uk"}:
            return (latin(names[0], language), names[0]), (latin(names[1], language), names[1])
        return (names[0], ""), (names[1], "")

    def _pair(self, names: str) -> tuple[str, str]:
        spelled, written = self._rng.choice(names.split("|")).split(" ")
        return spelled, written


def latin(name: str, language: str) -> str:
    """A Cyrillic name in Latin letters, as a clerk would type it from a passport."""
    table = {**_CYRILLIC, **_RUSSIAN} if language == "ru" else _CYRILLIC
    spelled = "".join(table.get(letter, letter) for letter in name.lower())
    return "-".join(part.capitalize() for part in spelled.split("-"))


def _ascii(name: str) -> str:
    plain = name.lower().replace("i̇", "i").translate(_ASCII)
    return "".join(letter for letter in plain if letter.isascii() and (letter.isalnum() or letter == "-")) or "kontakt"


def _phones(rng: Random) -> Iterator[str]:
    numbers = [f"{prefix}{number:03}" for prefix in _PHONE_PREFIXES for number in range(1000)]
    while True:
        rng.shuffle(numbers)
        yield from numbers
