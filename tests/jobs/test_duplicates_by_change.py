"""A search that compares only what changed finds what a search from scratch finds, and that is what comparing everybody
who shares something finds."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from itertools import combinations

import pytest
from msgspec.structs import replace

from automations.jobs.duplicates import blocks, search
from automations.jobs.duplicates.compared import Compared, packed, positions_before, unpacked
from automations.jobs.duplicates.names import Names, shipped_names
from automations.jobs.duplicates.search import likely_duplicates
from automations.model.records import Case
from tests.support.labelled_pairs import NAMES as POOL

NAMES = Names(shipped_names())
FIRST = [name for group in POOL.values() for names in (*group["women"], *group["men"]) for name in names]
LAST = [name for group in POOL.values() for names in group["last"] for name in names]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _small_crowds(monkeypatch):
    """Crowds that a table of a hundred rows makes and loses."""
    monkeypatch.setattr(blocks, "_CROWD", 11)
    monkeypatch.setattr(blocks, "_NAME_CROWD", 9)
    monkeypatch.setattr(search, "_COMMON", 6)


def values(rng) -> dict:
    born = date(1980, 1, 1) + rng.randrange(60) * rng.choice([1, 365]) * DAY
    return {
        "first_name": rng.choice([*rng.sample(FIRST, 3), "Olena", "Ali", "Ali Olena", None]),
        "last_name": rng.choice([*rng.sample(LAST, 2), "Haddad", "Kravchuk", "Haddad Kravchuk", None]),
        "birth_date": rng.choice([born, born, date(born.year, 1, 1), date(1980, 2, 1), date(1980, 1, 2), None]),
        "phone": rng.choice([None, f"+49{rng.randrange(12)}"]), "sex": rng.choice([None, "m", "w"]),
        "email": rng.choice([None, f"P{rng.randrange(9)}@post.test", f"p{rng.randrange(9)}@post.test"]),
        "household": rng.choice([None, None, "H1", "H2"]),
    }  # fmt: skip


def edited(rng, cases: list[Case]) -> list[Case]:
    """The table after something that people do in it."""
    cases, at = list(cases), rng.randrange(len(cases))
    (name, value), phone = rng.choice(list(values(rng).items())), rng.choice([f"+49{rng.randrange(12)}", f"+4{at}"])
    crowd = rng.sample(range(len(cases)), 6)
    return rng.choice([
        lambda: [*cases[:at], replace(cases[at], **{name: value}), *cases[at + 1 :]],
        lambda: [*cases[:at], replace(cases[at], nationality=f"{phone}"), *cases[at + 1 :]],
        lambda: [*cases[:at], Case(number=f"N-{rng.random()}", **values(rng)), *cases[at:]],
        lambda: [*cases, cases[at]],
        lambda: [*cases[:at], *cases[at + 3 :], *(Case(number=f"M-{rng.random()}", **values(rng)) for _ in range(3))],
        lambda: [cases[at], *cases[:at], *cases[at + 1 :]],
        lambda: sorted(cases, key=lambda case: (case.last_name or "", case.first_name or "")),
        lambda: [replace(case, phone=phone) if at in crowd else case for at, case in enumerate(cases)],
        lambda: [replace(case, **values(rng)) if rng.random() < 0.4 else case for case in cases],
    ])()  # fmt: skip


def by_hand(cases: list[Case]) -> list[tuple]:
    """All pairs that share a block which is no crowd, judged: the search in its plainest words."""
    people = [search.person(case, NAMES) for case in cases if case.last_name or case.first_name]
    keys = [set(blocks._keys(one)) for one in people]
    sizes = Counter(key for some in keys for key in some)
    common = [
        Counter(" ".join(part.plain for part in getattr(one, which)) for one in people) for which in ("first", "last")
    ]
    found = []
    for one, two in combinations(range(len(people)), 2):
        a, b = people[one], people[two]
        shared = {key for key in keys[one] & keys[two] if sizes[key] <= (9 if key[0] == "name" else 11)}
        if not any(key[0] != "name" or blocks._near(a.birth, b.birth) for key in shared):
            continue
        if verdict := search.judge(a, b):
            pair = search.Pair(a.case, b.case, *verdict)
            alone = ("first", "last").index(pair.alone) if pair.alone else -1
            names = (
                {" ".join(part.plain for part in getattr(each, pair.alone)) for each in (a, b)} if pair.alone else ()
            )
            if pair.contact or not any(name and common[alone][name] > 6 for name in names):
                found.append(pair)
    return found


def play(seed: int, edits: int) -> int:
    """Random edits; after each the search by change and from scratch, and now and then by hand. How much was found."""
    rng = random.Random(seed)  # noqa: S311 (a test)
    cases = [Case(number=f"K-{n}", **values(rng)) for n in range(150)]
    compared, found = Compared(b"ground"), 0
    for edit in range(edits):
        kept, scratch = likely_duplicates(cases, NAMES, compared), Compared(b"ground")
        assert kept == likely_duplicates(cases, NAMES, scratch), (seed, edit)
        assert compared.known == scratch.known, (seed, edit)
        if edit % 10 == 0:
            assert list(kept) == by_hand(cases), (seed, edit)
        compared = unpacked(packed(compared), b"ground")
        assert compared.known == scratch.known, (seed, edit)
        cases, found = edited(rng, cases), found + len(kept)
    return found


@pytest.mark.sliced(1)
@pytest.mark.parametrize("seed", range(4))
def test_what_changed_is_enough_to_compare(seed):
    assert play(seed, 50) > 500


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 140))
def test_and_so_it_is_after_ten_thousand_edits(seed):
    assert play(seed, 250) > 2500


@pytest.fixture
def judged(monkeypatch):
    """How often two people were compared."""
    counts, judge = Counter(), search.judge

    def counted(*pair):
        counts["pairs"] += 1
        return judge(*pair)

    monkeypatch.setattr(search, "judge", counted)
    return counts


def test_who_is_the_same_is_not_compared_again(judged):
    rng = random.Random(7)  # noqa: S311 (a test)
    cases, compared = [Case(number=f"K-{n}", **values(rng)) for n in range(150)], Compared(b"ground")
    found = likely_duplicates(cases, NAMES, compared)
    everybody = judged.total()
    assert likely_duplicates(cases, NAMES, compared) == found
    assert judged.total() == everybody > 100
    cases[40] = replace(cases[40], phone="+495")
    likely_duplicates(cases, NAMES, compared)
    assert judged.total() - everybody < everybody / 10


WIFE = Case(
    first_name="Olena", last_name="Kravchuk", birth_date=date(1990, 2, 3), sex="w", phone="+491", email="a@p.test"
)
TWIN = Case(first_name="Qwendo", last_name="Kravchuk", birth_date=date(1990, 2, 3), household="H1")


@pytest.mark.parametrize(
    ("one", "other", "cell"),
    [
        (WIFE, {"last_name": "Haddad"}, {"sex": "m"}),
        (WIFE, {"last_name": "Haddad"}, {"phone": "+492"}),
        (WIFE, {"last_name": "Haddad"}, {"email": "b@p.test"}),
        (WIFE, {"last_name": "Haddad"}, {"birth_date": date(1971, 11, 30)}),
        (WIFE, {"last_name": "Haddad"}, {"first_name": "Amir"}),
        (WIFE, {"last_name": "Haddad"}, {"last_name": "Kravchuk"}),
        (TWIN, {"first_name": "Olena", "household": None}, {"household": "H2"}),
    ],
)
def test_every_cell_that_a_comparison_looks_at_makes_it_anew(one, other, cell):
    before = [replace(one, number="K-1"), replace(one, number="K-2", **other)]
    after, compared = [before[0], replace(before[1], **cell)], Compared(b"ground")
    found = likely_duplicates(before, NAMES, compared)
    anew = likely_duplicates(after, NAMES)
    assert [(one.contact, one.alone) for one in found] != [(one.contact, one.alone) for one in anew]
    assert likely_duplicates(after, NAMES, compared) == anew


@pytest.mark.parametrize("what", ["another ground", "no ground", "other names", "damaged", "cut", "nothing"])
def test_everybody_is_compared_where_something_else_is_not_the_same(judged, what):
    rng = random.Random(7)  # noqa: S311 (a test)
    cases, compared = [Case(number=f"K-{n}", **values(rng)) for n in range(60)], Compared(b"ground")
    likely_duplicates(cases, NAMES, compared)
    everybody, kept = judged.total(), packed(compared)
    middle = len(kept) // 2
    changed = {
        "damaged": kept[:middle] + bytes([kept[middle] ^ 1]) + kept[middle + 1 :],
        "cut": kept[:-9],
        "nothing": b"",
    }
    ground = {"another ground": b"other", "no ground": b""}.get(what, b"ground")
    names = Names((*shipped_names(), ("Qwx", "Zvy"))) if what == "other names" else NAMES
    likely_duplicates(cases, names, unpacked(changed.get(what, kept), ground))
    assert judged.total() == 2 * everybody


def test_who_stands_in_another_order_counts_as_changed():
    assert positions_before([b"b", b"c", b"a", b"d"], [b"a", b"b", b"c", b"d"]) == [1, 2, -1, 3]
    assert positions_before([b"a", b"a", b"x"], [b"a", b"b"]) == [0, -1, -1]
    assert positions_before([], [b"a"]) == []
