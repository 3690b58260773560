"""What a site gives to be compared: the figures of its own tabs, blurred, once; and an attack on twenty editions."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace

from automations.common.texts import texts
from automations.jobs.figures import cell_keys
from automations.jobs.figures.comparison import OUTCOMES, WAITS, Compared
from automations.jobs.figures.periods import HalfYear
from automations.jobs.summarise import export_comparison
from automations.jobs.tabs.settings import SummariseSettings
from automations.model.history import History
from automations.model.records import Appointment, AppointmentStatus, Case, CaseManager, Naturalisation
from automations.model.settings import Phase, SiteFacts
from tests.support.builders import BERLIN, NOW, snapshot
from tests.support.cell_key_reader import possible

SECRET = b"s" * 32
HALF = HalfYear(2024, 1)
S = AppointmentStatus
STATUSES = (S.ATTENDED, S.ATTENDED, S.CANCELLED, S.NO_SHOW, S.POSTPONED, S.PLANNED, None)
SITE = SiteFacts(phases=(Phase(id="new", weight=1.0, open=True), Phase(id="closed", weight=0.0, open=False)))


def settings(**values):
    return SummariseSettings(site=SITE, **values)


def a_team(size):
    return [CaseManager(code=f"M{n}", name=f"Muster {n}", capacity=20) for n in range(size)]


def tables(cases=60, visits=200, team=4):
    people = [
        Case(number=f"K-{n}", received=date(2023, 12, 1) + timedelta(days=3 * n), phase="new", manager=f"M{n % team}",
             first_contact_on=date(2023, 12, 1) + timedelta(days=3 * n + n % 40))
        for n in range(cases)
    ]  # fmt: skip
    appointments = [
        Appointment(number=f"T-{n}", case=f"K-{n % cases}", date=date(2023, 12, 20) + timedelta(days=n),
                    status=STATUSES[n % 7])
        for n in range(visits)
    ]  # fmt: skip
    months = [Naturalisation(month=date(2024, n, 1), applications=n, naturalisations=0,
                             as_of=date(2024, n, 28) + timedelta(days=3)) for n in range(1, 8)]  # fmt: skip
    return snapshot(cases=people, appointments=appointments, team=a_team(team), naturalisation=months)


def given(found, now=NOW, history=None, secret=SECRET):
    return export_comparison(found, settings(), now, history or History(), secret)


def kept(facts, history=None):
    before = history.facts if history else {}
    return History(facts={**before, **{(fact.kind, fact.key): fact.data for fact in facts}})


@pytest.fixture
def unblurred(monkeypatch):
    monkeypatch.setattr(cell_keys, "noise", lambda count, key: 0)


def test_without_the_noise_the_figures_are_those_of_the_tabs(unblurred):
    found = tables()
    (half,), facts = given(found)
    assert [fact.key for fact in facts] == ["2024-H1"]
    visits = Counter(item.status for item in found.appointments if HALF.first <= item.date <= HALF.last)
    assert half.cells["appointments/kept"] == visits[S.ATTENDED] > 0
    assert half.cells["appointments/missed"] == visits[S.NO_SHOW]
    assert half.cells["appointments/open"] == visits[S.PLANNED] + visits[None]
    assert half.waits() == sum(HALF.first <= case.first_contact_on <= HALF.last for case in found.cases)
    assert half.cells["applications/made"] == 1 + 2 + 3 + 4 + 5 + 6
    assert half.cells["decisions/made"] == 0
    assert half.load == 75  # 60 cases of weight 1, four colleagues with 20 each
    assert half.missing == {}


def test_the_share_and_the_median_are_reckoned_from_what_is_shown():
    half = Compared("2024-H1", "", {f"waiting/{end}": 3 for end in WAITS} | {"waiting/more": 3,
                    "appointments/kept": 30, "appointments/missed": 10})  # fmt: skip
    assert half.waited(0.5) == WAITS[4]
    assert half.waited(1.0) is None
    assert half.missed_share() == 0.25
    assert Compared("", "", {}).waits() is None
    assert Compared.read(half.plain()) == half


def test_what_was_given_once_stays_whatever_changes_later():
    before, facts = given(tables())
    later, none = given(tables(cases=20, visits=50), history=kept(facts))
    assert later == before
    assert none == ()
    assert given(tables(), secret=b"x" * 32)[0] != before


def test_the_load_of_a_small_team_is_not_given_though_its_own_agreement_allows_it():
    (half,), _ = given(tables(team=2))
    assert half.load is None
    assert half.missing == {"load": ("few",)}


def test_what_is_not_recorded_gives_no_figure_and_no_nought():
    found = tables()
    bare = replace(found, layouts={name: one for name, one in found.layouts.items() if name == "cases"})
    (half,), _ = given(bare)
    assert {"appointments", "applications", "decisions", "load"} <= half.missing.keys()
    assert not [name for name in half.cells if not name.startswith(("waiting/", "open/"))]
    young = [replace(case, received=date(2024, 5, 1), first_contact_on=date(2024, 5, 2)) for case in found.cases]
    (half,), _ = given(snapshot(cases=young, team=a_team(4)))
    assert half.missing["waiting"] == ("begins",)


# The attack: a reader keeps all editions of ten years, knows the table of noise, and even knows how many rows
# each cell gained or lost between two editions. What is left of a count is what all he read allows.

_FIRST = 2005


def _edition(chance, year, half, rows):
    """The table half a year later: new rows, some typed late, some gone, some with another status."""
    first = HalfYear(year, half).first
    for n in range(chance.randrange(3, 9)):
        rows.append(Appointment(number=f"T-{first}-{n}", case="K-1", status=chance.choice(STATUSES),
                                date=first + timedelta(days=chance.randrange(180))))  # fmt: skip
    old = chance.choice(rows).date
    rows.append(Appointment(number=f"T-late-{first}", case="K-1", status=S.ATTENDED, date=old))
    if len(rows) > 20:
        rows.pop(chance.randrange(len(rows)))
        changed = chance.randrange(len(rows))
        rows[changed] = replace(rows[changed], status=chance.choice(STATUSES))


def _truth(rows, half):
    words = {S.ATTENDED: "kept", S.CANCELLED: "cancelled", S.NO_SHOW: "missed", S.POSTPONED: "postponed"}
    found = Counter(words.get(row.status, "open") for row in rows if half.first <= row.date <= half.last)
    return {name: found[name] for name in OUTCOMES}


def attack(*, frozen: bool, seed: int) -> tuple[int, int]:
    """How many counts of twenty editions could be told more exactly than the table allows, of how many."""
    chance, rows = random.Random(seed), []  # noqa: S311 (rows, no secrets)
    history = History()
    first, seen = {}, {}  # by half and cell: the count at first, what may it be
    halves = [HalfYear(_FIRST + n // 2, n % 2 + 1) for n in range(20)]
    for half in halves:
        _edition(chance, half.year, half.half, rows)
        for past in (one for one in halves if one <= half):
            now = datetime(past.last.year, past.last.month, 28, 12, tzinfo=BERLIN) + timedelta(days=60)
            found = snapshot(cases=[], appointments=rows)
            if frozen and past == half:
                out, facts = given(found, now, history)
                history = kept(facts, history)
            elif frozen:
                out, _ = given(found, now, history)
            else:
                out, _ = given(found, now)
            shown = next(one for one in out if one.half == past.key)
            for name, true in _truth(rows, past).items():
                cell = (past, name)
                if f"appointments/{name}" not in shown.cells:
                    continue
                made = true if not frozen else first.get(cell, true)
                first.setdefault(cell, true)
                low, high = possible(shown.cells[f"appointments/{name}"])
                moved = made - first[cell]
                seen.setdefault(cell, []).append((low - moved, high - moved))
    tighter = 0
    for cell, intervals in seen.items():
        low, high = max(one[0] for one in intervals), min(one[1] for one in intervals)
        assert low <= first[cell] <= high
        widest = intervals[0]
        tighter += max(low, 0) > max(widest[0], 0) or high < widest[1]
    return tighter, len(seen)


def test_twenty_editions_tell_of_no_count_more_than_the_key_table_does():
    tighter, counts = attack(frozen=True, seed=1)
    assert counts > 80
    assert tighter == 0


def test_the_attack_finds_much_where_each_edition_is_made_anew():
    tighter, counts = attack(frozen=False, seed=1)
    assert tighter > counts / 10


def test_whoever_looks_at_what_the_town_gives_reads_why_a_figure_is_missing():
    cells = {"open/today": 5, "appointments/open": 3, "waiting/0": 4, "waiting/5": 3, "waiting/more": 0}
    made = Compared("2024-H1", "", cells, missing={"load": ("few",), "decisions": ("Einbürgerung",)})
    assert made.rows(texts("de")) == [
        ("offene Fälle", 5), ("Termine: Ohne Ergebnis", 3), ("Wartezeit: 0 Arbeitstage", 4),
        ("Wartezeit: 3–5 Arbeitstage", 3), ("Wartezeit: 61+ Arbeitstage", 0),
        ("Auslastung", "keine Zahl: zu wenige Kolleginnen und Kollegen"),
        ("Entscheidungen", "keine Zahl: Einbürgerung"),
    ]  # fmt: skip
