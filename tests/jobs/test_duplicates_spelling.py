"""One name in Latin, Cyrillic and Arabic letters, by many rules of spelling; other names stay other."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automations.jobs.duplicates.names import CLOSE, OTHER, SAME, Names, likeness, shipped_names
from automations.jobs.duplicates.people import person, same_names
from automations.jobs.duplicates.search import likely_duplicates
from automations.jobs.duplicates.spelling import misses
from automations.model.records import Case

NAMES = Names(shipped_names())


def alike(one: str, two: str) -> int:
    """Of whole names: the weaker of first and last."""
    people = []
    for number, name in enumerate((one, two)):
        first, last = name.split("/")
        people.append(person(Case(number=str(number), first_name=first, last_name=last), NAMES))
    return same_names(*people).whole


@pytest.mark.parametrize(
    ("latin", "other"),
    [
        ("Noureddine/Haddad", "نور الدين/حداد"),
        ("Salaheddine/Vafi", "صلاح الدين/وافي"),
        ("Abdul Rahman/Said", "عبد الرحمن/سعيد"),
        ("Abderrahmane/Said", "عبدالرحمن/سعيد"),
        ("Usman/Gouda", "عثمان/جودة"),
        ("Ata/Kaddour", "عطاء/قدور"),
        ("Ramzan/Gadir", "رمضان/قادر"),
        ("Ghadir/Riza", "قدير/رضا"),
        ("Fatmeh/Saleh", "فاطمة/صالح"),
        ("Jafar/Pascha", "جعفر/باشا"),
        ("Viktor/Popov", "فيكتور/بوبوف"),
        ("Petr/Solovev", "Пётр/Соловьёв"),
        ("Petr/Djatschenko", "Пётр/Дьяченко"),
        ("Olha/Batih", "Ольга/Батіг"),
        ("Sergey/Alekseyev", "Сергей/Алексеев"),
        ("Nina/Nikolayeva", "Нина/Николаева"),
        ("Yelena/Yegorova", "Елена/Егорова"),
        ("Maxim/Mixaylov", "Максим/Михайлов"),
        ("Josef/Schuk", "Иосиф/Жук"),
        ("Yakiv/Yizhak", "Яків/Їжак"),
    ],
)
def test_one_name_in_two_scripts(latin, other):
    assert alike(latin, other) >= CLOSE
    assert alike(other, latin) >= CLOSE


@pytest.mark.parametrize(
    ("latin", "other"),
    [
        ("Amir/Haddad", "Амира/Хаддад"),
        ("Amira/Nasr", "أمير/نصر"),
        ("Omar/Saleh", "عمرو/سالم"),
        ("Ivan/Koval", "Іванна/Коваль"),
        ("Hassan/Ali", "حسين/علي"),
        ("Olena/Bondar", "Олег/Бондар"),
    ],
)
def test_other_names_stay_other(latin, other):
    assert alike(latin, other) == OTHER


@given(st.text(alphabet="абвгдежзийклмнопрстуфхцчшщьюяіїєґ", min_size=1, max_size=12), st.text(max_size=12))
def test_any_two_words_can_be_compared(native, latin):
    assert misses(native, latin) >= 0
    assert likeness(NAMES.part(native), NAMES.part(native)) == SAME


BORN = date(1988, 4, 3)


def asked(one: tuple[str, str], two: tuple[str, str], born: date = BORN) -> bool:
    cases = [
        Case(number=str(number), first_name=first, last_name=last, birth_date=day)
        for number, ((first, last), day) in enumerate([(one, BORN), (two, born)])
    ]
    return bool(likely_duplicates(cases, NAMES))


def test_a_slip_in_a_short_name_is_asked_about_where_all_else_agrees():
    assert asked(("Gerd", "Wolff"), ("Gerb", "Wolff"))
    assert asked(("Ella Rose", "Wolff"), ("Ellarose", "Wolff"))
    assert asked(("Kai", "Wolff"), ("Kia", "Wolff"))
    assert asked(("Jordan", "Ryan"), ("Jordean", "Rya"))
    assert asked(("Wolff", "Jaxk"), ("Jack", "Wolf"))
    assert not asked(("Gerd", "Wolff"), ("Gerb", "Wolff"), date(1988, 4, 4))
    assert not asked(("Lena", "Wolff"), ("Paul", "Wolff"), date(1988, 4, 4))
    assert not asked(("Amir", "Nasr"), ("Amira", "Nasr"))


@pytest.mark.parametrize(
    ("lena", "paul", "asked_about"),
    [
        ({}, {}, 1),
        ({"household": "H1"}, {"household": "H1"}, 0),
        ({"phone": "+491"}, {"phone": "+491"}, 0),
        ({"phone": "+491"}, {"phone": "+492"}, 0),
        ({"sex": "w"}, {"sex": "m"}, 0),
        ({"birth_date": date(1990, 1, 1)}, {"birth_date": date(1990, 1, 1)}, 0),
    ],
)
def test_two_first_names_are_twins_unless_nothing_can_tell(lena, paul, asked_about):
    cases = [
        Case(number=name, first_name=name, last_name="Wolff", **({"birth_date": BORN} | values))
        for name, values in (("Rovan", lena), ("Tilmo", paul))
    ]
    assert len(likely_duplicates(cases, NAMES)) == asked_about
