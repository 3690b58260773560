"""Who was compared is kept for its owner alone, says nobody's name, and goes with an erasure."""

from __future__ import annotations

from datetime import date

from msgspec import structs

from automations.engine.carried_over import compared_kept, compared_of, from_scratch
from automations.engine.erasure import STORES, Person
from automations.engine.runner import plan
from automations.jobs.duplicates import search
from tests.support.own_site import CASES, SITE, OwnSite, case, moment

NOW = moment("2026-02-02T08:00")


def site_in(folder):
    site = OwnSite(folder)
    site.write(site=SITE)
    twice = {"Nachname": "Haddad", "Vorname": "Olena", "Geburtsdatum": date(1990, 2, 3)}
    site.book({"Fälle": [CASES, case("K-1", **twice), case("K-2", **twice)]})
    return site


def test_a_plan_reads_it_and_a_run_keeps_it_for_its_owner_alone(tmp_path, monkeypatch):
    site = site_in(tmp_path)
    kept = tmp_path / "state" / "compared.bin"
    with site.world(NOW) as world:
        first = plan(world, lambda: NOW)
    assert not kept.exists()
    site.run(NOW.isoformat())
    assert kept.stat().st_mode & 0o077 == 0
    assert compared_kept(tmp_path / "state") == 2
    assert not [word for word in (b"Haddad", b"Olena", b"K-1", b"1990") if word in kept.read_bytes()]
    compared, judge = [], search.judge
    monkeypatch.setattr(search, "judge", lambda *pair: compared.append(pair) or judge(*pair))
    with site.world(NOW) as world:
        again = plan(world, lambda: NOW)
        assert not compared
        anew = plan(structs.replace(world, site=from_scratch(world.site)), lambda: NOW)
        assert compared
    for found in (first, again, anew):
        assert "possible_duplicate" in {problem.code for problem in found.problems}


def test_it_goes_with_an_erasure(tmp_path):
    site = site_in(tmp_path)
    site.run(NOW.isoformat())
    store = next(store for store in STORES if store.name == "compared")
    with site.world(NOW) as world:
        somebody, left = Person("K-1", ()), []
        assert store.held(world, somebody) == 2
        assert store.erase(world, somebody, NOW, left) == 2
        assert not left
        assert store.held(world, somebody) == 0
    assert not (tmp_path / "state" / "compared.bin").exists()


def test_another_config_is_another_ground(tmp_path):
    site = site_in(tmp_path)
    with site.world(NOW) as world:
        before = compared_of(world.site).ground
        assert compared_of(world.site).ground == before
    site.write(automations="[look_ahead]\npaths = 20\n")
    with site.world(NOW) as world:
        assert compared_of(world.site).ground != before
