"""What a run keeps of the ones before it, and of its own rehearsal, changes nothing: random edits, planned and run with
what is kept and from scratch."""

from __future__ import annotations

import random
import shutil
from datetime import date, timedelta

import pytest
from msgspec import structs

from automations.engine.carried_over import from_scratch
from automations.engine.runner import plan, run
from automations.jobs import look_ahead
from automations.model.fact_kinds.figures import LookedAhead
from automations.workbooks.xlsx.proved_copy import Proved
from tests.jobs.test_look_ahead import SCENARIOS, TEAM, cases
from tests.support.own_site import CASES, SITE, VISITS, OwnSite, moment

WAYS = ["E-Mail", "Telefon", "kein Kontakt"]
MORNING = moment("2026-02-02T08:00")
DAY = MORNING.date()


RULES = """
[texts.moved.de]
subject = "geändert"
text = "geändert"
[[rules]]
name = "moved_visit"
table = "appointments"
due = { event = "changed", fields = ["case", "date", "time", "status"] }
recipient = "manager.email"
template = "moved"
[[rules]]
name = "other_tongue"
table = "cases"
due = { event = "changed", fields = ["languages", "household"] }
recipient = "manager.email"
template = "moved"
"""
HEAD = [*CASES, "Haushalt", "Widerruf am"]


def site_in(folder) -> OwnSite:
    site = OwnSite(folder, few_tabs=False)
    settings = "[assign_cases]\nask_first = false\n[look_ahead]\npaths = 20\n"
    site.write(site=SITE, automations=settings, rules=RULES)
    visits = [
        [f"T-{n}", f"K-{n}", DAY + timedelta(days=n % 9), "09:30", "Büro", "AB", "geplant", None] for n in range(12)
    ]
    site.book({"Fälle": [HEAD, *cases(40)], "Termine": [VISITS, *visits], "Team": TEAM, "Szenarien": SCENARIOS})
    return site


def cell(tab, head, row, name, value):
    def change(book):
        book[tab].cell(row, head.index(name) + 1).value = value

    return change


def an_edit(rng):
    """Something that somebody does in the workbook, and what it is called."""
    row, day = rng.randint(2, 81), DAY - timedelta(days=rng.randint(1, 300))
    case = {
        "Nachname": f"N{rng.random()}", "Telefon": rng.choice(["0201 7", "0201 4711471"]), "Eingang": day,
        "Phase": rng.choice(["Neu", "Begleitung", "Abgeschlossen", "Quatsch"]),
        "Zuständig": rng.choice(["AB", "CD", None]), "Abgeschlossen am": rng.choice([day, None]),
        "Erstkontakt am": day, "E-Mail": f"n{row}@post.test",
        "Geburtsdatum": date(1990, 1, rng.randint(1, 3)), "Vorname": rng.choice(["Olena", "Olenna", "Ali"]),
        "E-Mail-Einwilligung am": rng.choice([day, None]), "Widerruf am": rng.choice([day, None, None]),
        "Haushalt": rng.choice(["H-1", "H-2", None]),
    }  # fmt: skip
    case |= {"Sprachen": rng.choice(["Arabisch", "Deutsch", "Ukrainisch"]), "Kontaktweg": rng.choice(WAYS)}
    visit = {
        "Status": rng.choice(["geplant", "abgesagt", "verschoben"]), "Datum": DAY + timedelta(days=rng.randint(1, 9)),
        "Uhrzeit": rng.choice(["09:30", "14:00"]), "Fall-Nr.": f"K-{rng.randint(0, 11)}",
        "Beratung durch": rng.choice(["AB", "CD", None]), "Termin-Nr.": f"T-{rng.randint(0, 20)}",
    }  # fmt: skip
    team = {"Kapazität": rng.randint(10, 60), "Sprachen": rng.choice(["Deutsch", "Arabisch"])}
    heads = {"Fälle": (HEAD, case), "Termine": (VISITS, visit), "Team": (TEAM[0], team)}
    tab = rng.choice(["Fälle"] * 6 + ["Termine"] * 3 + ["Team", "more", "less", "scenario", "gone"])
    if tab in heads:
        head, values = heads[tab]
        name = rng.choice(list(values))
        line = {"Fälle": row, "Termine": rng.randint(2, 13), "Team": rng.randint(2, 3)}[tab]
        return f"{tab} {name}", cell(tab, head, line, name, values[name])
    fresh = [f"K-{rng.randrange(10**6)}", DAY, "Neu", "Neu", date(1990, 1, 2), "Arabisch"]
    return tab, {
        "more": lambda book: book["Fälle"].append(fresh),
        "less": lambda book: book["Fälle"].delete_rows(row),
        "scenario": lambda book: book["Szenarien"].append([rng.choice(["AB geht 1.4.", "10 Punkte mehr Arabisch"])]),
        "gone": lambda book: book.remove(book["Vorschau"]) if "Vorschau" in book.sheetnames else None,
    }[tab]


def planned(site, now, *, full):
    """All that a run would do, but for what it would remember of the look ahead itself."""
    with site.world(now) as world:
        asked = structs.replace(world, site=from_scratch(world.site)) if full else world
        found = plan(asked, lambda: now)
    facts = [fact for fact in found.facts if fact.kind != LookedAhead.kind]
    return {
        "groups": found.groups, "mails": [item.mail for item in found.mails], "facts": facts,
        "tabs": [(doc.id, doc.fingerprint()) for doc in found.tabs], "problems": found.problems,
    }  # fmt: skip


def told(site):
    """The workbook as people see it, without the tab that names runs by their random digits."""
    return {name: site.cells(name) for name in site.tabs() if name != "Laufprotokoll"}


def play(folder, monkeypatch, seed, edits):
    """Random edits; each is planned both ways and then run both ways. How often something kept was used."""
    rng, now, used, done = random.Random(seed), MORNING, {"ahead": 0, "copy": 0}, []  # noqa: S311 (a test)
    completed, is_drawn = Proved.completed, look_ahead._is_drawn

    def counted(*given):
        found = is_drawn(*given)
        used["ahead"] += found
        return found

    def copied(*given):
        found = completed(*given)
        used["copy"] += found is not None
        return found

    monkeypatch.setattr(look_ahead, "_is_drawn", counted)
    (folder / "a").mkdir()
    site = site_in(folder / "a")
    site.run(now.isoformat())
    while len(done) < edits:
        for _ in range(rng.randint(1, 2)):
            name, change = an_edit(rng)
            done.append(name)
            site.edit(change)
        now += timedelta(minutes=rng.choice([5, 45, 300, 1440]))
        kept, anew = planned(site, now, full=False), planned(site, now, full=True)
        for part, found in kept.items():
            assert found == anew[part], f"{part} after {done}"
        shutil.rmtree(folder / "b", ignore_errors=True)
        shutil.copytree(folder / "a", folder / "b")
        (folder / "b" / "state" / "proofs").unlink(missing_ok=True)
        other = OwnSite(folder / "b")
        (other.folder / "state" / "compared.bin").unlink()
        monkeypatch.setattr(Proved, "completed", copied)
        with site.world(now) as world:
            run(world, lambda at=now: at)
        monkeypatch.setattr(Proved, "completed", lambda *_: None)
        with other.world(now) as world:
            run(structs.replace(world, site=from_scratch(world.site)), lambda at=now: at)
        assert told(site) == told(other), f"after {done}"
    return used


def test_what_is_kept_changes_neither_plan_nor_workbook(tmp_path, monkeypatch):
    used = play(tmp_path, monkeypatch, 1, 3)
    assert used["ahead"]
    assert used["copy"]


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10, 30))
def test_nor_do_a_thousand_edits(tmp_path, monkeypatch, seed):
    used = play(tmp_path, monkeypatch, seed, 50)
    assert min(used.values()) > 0
