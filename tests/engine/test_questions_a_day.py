"""No more than five questions a day, what cannot wait apart; each says who answers, until when, and what if not."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.engine.runner import run
from automations.setup.demo.story import demonstrate
from tests.support.own_site import CASES, SITE, OwnSite, case

DAYS = ("2026-02-02T08:00", "2026-02-03T08:00", "2026-02-04T08:00", "2026-02-05T08:00")
LAST = ("Abel", "Brodowski", "Çelik", "Dimitrov", "Ewers", "Fuhrmann", "Gashi", "Hoxha", "Ivanov", "Jankowski", "Kurt",
        "Lorenz")  # fmt: skip
HEAD = ["Kürzel", "Name", "E-Mail", "Rolle", "Sprachen", "Kapazität", "Abwesend von", "Abwesend bis"]


def twins(pairs: int):
    """Cases of people who were entered twice."""
    for n in range(pairs):
        same = {"Nachname": LAST[n], "Vorname": "Lena", "Geburtsdatum": date(1970 + 2 * n, 1 + n, 20 - n)}
        yield from (case(f"K-{n}{letter}", **same) for letter in "ab")


@pytest.fixture
def site(tmp_path):
    made = OwnSite(tmp_path)
    made.write(site=SITE, automations="[assign_cases]\nask_first = false\n")
    return made


def asked(site: OwnSite) -> list[str]:
    return [row["Frage"] for row in site.rows("Entscheidungen")]


def test_five_a_day_and_the_rest_on_the_days_after(site):
    site.book({"Fälle": [CASES, *twins(12)]})
    counts = []
    for at in DAYS:
        site.run(at)
        counts.append(len(asked(site)))
    assert counts == [5, 10, 12, 12]


def test_a_second_run_of_the_day_asks_no_more(site):
    site.book({"Fälle": [CASES, *twins(12)]})
    site.run(DAYS[0])
    site.run("2026-02-02T12:30")
    assert len(asked(site)) == 5


def test_what_cannot_wait_is_asked_all_the_same(site):
    away = [date(2026, 2, 1), date(2026, 3, 20)]
    team = [HEAD, ["AB", "Anna", "ab@stadt.test", "Teamleitung", "Deutsch", 80, None, None]]
    team += [[f"C{n}", f"Cem {n}", f"c{n}@stadt.test", None, "Deutsch", 40, *away] for n in range(7)]
    lent = [case(f"L-{n}", Zuständig=f"C{n}", Phase="Neu") for n in range(7)]
    site.book({"Fälle": [CASES, *lent, *twins(3)], "Team": team})
    site.run(DAYS[0])
    assert len(asked(site)) == 7  # seven absences; the duplicates wait
    assert all("Cem" in question for question in asked(site))


def test_each_says_who_until_when_and_what_otherwise(site):
    site.book({"Fälle": [CASES, *twins(1)]})
    site.run(DAYS[0])
    proposal = site.rows("Entscheidungen")[0]["Vorschlag"]
    assert "Antwort: Teamleitung, bis 16.02.2026. Sonst: Die Zeilen bleiben" in proposal


def test_long_questions_are_wrapped_in_a_workbook_without_formats(site):
    site.book({"Fälle": [CASES, *twins(1)]})
    site.run(DAYS[0])
    sheet = site.opened()["Entscheidungen"]
    head = [cell.value for cell in sheet[1]]
    question, proposal = (sheet.cell(2, head.index(name) + 1) for name in ("Frage", "Vorschlag"))
    assert question.alignment.wrap_text
    assert proposal.alignment.wrap_text
    assert not sheet.cell(2, 1).alignment.wrap_text
    # LibreOffice makes no row higher by itself in a file that Excel saved: each text has its lines.
    widths = [sheet.column_dimensions[cell.column_letter].width for cell in (question, proposal)]
    lines = max(len(cell.value) / (width or 8.43) for cell, width in zip((question, proposal), widths, strict=True))
    assert min(409, 15 * lines) <= sheet.row_dimensions[2].height <= max(60, min(409, 15 * lines * 1.6))


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_month_of_six_hundred_cases(tmp_path):
    """Nobody answers for a month: the worst day, and how many were asked in all."""
    at = datetime(2024, 10, 31, 7, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    shown = demonstrate(tmp_path / "demo", cases=600, seed=1, at=at)
    for day in range(1, 31):
        now = at + timedelta(days=day)
        with open_world(load_site(shown.site.folder), now) as world:
            run(world, lambda now=now: now)
            by_day = Counter(world.ledger.history(live=False).asked_on.values())
    print("questions by day:", dict(sorted(by_day.items())))  # noqa: T201 (the figures are what the soak is for)
    assert max(by_day.values()) <= 5
