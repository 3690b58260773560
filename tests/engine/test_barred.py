"""Who was erased is not learnt anew: not from the row that still stands, nor from an appointment typed later."""

from __future__ import annotations

import lzma
import os
from datetime import date, time
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from automations.cli import run_command
from automations.config.loading import load_site
from automations.engine.barred_people import bar, without_barred
from automations.engine.parts import open_world
from automations.engine.site_secrets import secret_of
from automations.model.fact_kinds.questions import Barred
from automations.model.plan import Fact
from automations.model.records import Case, Consent, ContactWay
from automations.model.settings import SiteFacts
from tests.support.builders import layout, snapshot
from tests.support.own_site import CASES, SITE, VISITS, OwnSite, case, moment
from tests.support.shelf import lived

WHO = "kim-2026-0001@post.test"


def visit(number, of, day):
    return [number, of, day, time(10), "Büro", "AB", "geplant", None]


def begun(folder):
    """A site whose first client got a reminder and was erased on the third of February."""
    made = OwnSite(folder)
    made.write(site=SITE)
    other = case("KIM-2026-0002", Nachname="Quastowski", Vorname="Zebulon", Geburtsdatum=date(1955, 7, 30))
    rows = [case("KIM-2026-0001", Geburtsdatum=date(1980, 1, 1)), other]
    visits = [visit(f"T-2026-000{n}", f"KIM-2026-000{n}", date(2026, 2, 4)) for n in (1, 2)]
    made.book({"Fälle": [CASES, *rows], "Termine": [VISITS, *visits]})
    made.met("2026-02-02T09:00")
    made.run("2026-02-02T09:00")
    assert told(made, WHO)
    erase(made)


@pytest.fixture
def site(tmp_path):
    return OwnSite(lived(begun, tmp_path))


def erase(made, at="2026-02-03T09:00"):
    assert run_command(["--site", str(made.folder), "subject", "KIM-2026-0001", "erase", "--at", at]) == 0


def told(made, address):
    return [mail for mail in made.mails() if address in str(mail["To"])]


def content(path):
    return lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()


def holding(made, *words):
    own = [path for path in made.folder.rglob("*") if path.is_file() and path.parent.name != "config"]
    return [
        path.name
        for path in own
        if path != made.path and path.suffix != ".xlsx" and any(word.encode() in content(path) for word in words)
    ]


def test_nothing_of_the_person_stays_in_ledger_mails_or_backups(site):
    assert [path.name for path in (site.folder / "state" / "backups").glob("*.sqlite.xz")]
    assert holding(site, WHO, "VKIM-2026-0001") == []
    assert told(site, "kim-2026-0002@post.test")


@pytest.mark.parametrize(("at", "ahead"), [("2026-02-04T09:00", True), ("2026-02-05T09:00", False)])
def test_an_appointment_that_is_still_to_come_is_for_people_to_see_to(site, at, ahead):
    found = [one for one in site.plan(at).problems if one.code == "erased" and one.table == "appointments"]
    assert ["04.02.2026" in one.advice for one in found] == [ahead]


def test_an_appointment_typed_afterwards_is_neither_told_nor_kept(site):
    site.type("Termine", "T-2026-0009", **{
        "Fall-Nr.": "KIM-2026-0001", "Datum": date(2026, 2, 6), "Uhrzeit": time(9), "Ort": "Büro", "Status": "geplant",
    })  # fmt: skip
    result = site.run("2026-02-03T10:00")
    site.run("2026-02-04T10:00")
    assert not told(site, WHO)
    assert holding(site, WHO, "VKIM-2026-0001") == []
    erased = {(problem.tab, problem.row) for problem in result.prepared.problems if problem.code == "erased"}
    assert erased == {("Fälle", 2), ("Termine", 2), ("Termine", 4)}


@pytest.mark.parametrize(("consent", "again"), [(date(2026, 2, 3), False), (date(2026, 2, 4), True), (None, False)])
def test_only_a_new_case_with_a_consent_of_a_later_day_counts_again(site, consent, again):
    site.type("Fälle", "KIM-2026-0009", **{
        "Eingang": date(2026, 2, 4), "Nachname": "nkim-2026-0001", "Vorname": "VKIM-2026-0001", "E-Mail": WHO,
        "Geburtsdatum": date(1980, 1, 1), "Kontaktweg": "E-Mail", "E-Mail-Einwilligung am": consent,
        "Phase": "Begleitung", "Zuständig": "AB", "Sprachen": "Deutsch",
    })  # fmt: skip
    site.type("Termine", "T-2026-0009", **{
        "Fall-Nr.": "KIM-2026-0009", "Datum": date(2026, 2, 9), "Uhrzeit": time(9), "Ort": "Büro", "Status": "geplant",
    })  # fmt: skip
    site.run("2026-02-04T10:00")
    site.run("2026-02-05T10:00")
    assert bool(told(site, WHO)) == again


def test_a_restored_ledger_still_bars(site):
    backup = next((site.folder / "state" / "backups").glob("*.sqlite.xz"))
    restore = ["--site", str(site.folder), "ledger", "restore", str(backup), "--at", "2026-02-03T11:00"]
    assert run_command(restore) == 0
    site.run("2026-02-04T10:00")
    assert not told(site, WHO)
    assert holding(site, WHO) == []


def test_the_digests_name_nobody_without_their_key(site):
    with open_world(load_site(site.folder), moment("2026-02-04T09:00")) as world:
        bars = world.ledger.facts_of(Barred)
    assert len(bars) == 2
    assert {bar.on for bar in bars.values()} == {date(2026, 2, 3)}
    assert all(bar.until > date(2028, 1, 1) for bar in bars.values())


def test_a_bar_whose_days_cannot_be_read_still_bars(site):
    with open_world(load_site(site.folder), moment("2026-02-04T09:00")) as world:
        spoilt = [Fact(Barred.kind, key, {"on": "?", "until": "…"}) for key in world.ledger.facts_of(Barred)]
        world.ledger.remember(spoilt, moment("2026-02-04T09:00"))
    site.type("Termine", "T-2026-0009", **{
        "Fall-Nr.": "KIM-2026-0001", "Datum": date(2026, 2, 6), "Uhrzeit": time(9), "Ort": "Büro", "Status": "geplant",
    })  # fmt: skip
    site.run("2026-02-04T10:00")
    site.run("2026-02-05T10:00")
    assert not told(site, WHO)


@pytest.mark.parametrize(("day", "again"), [(date(2026, 2, 3), False), (date(2026, 2, 4), True)])
def test_with_a_tab_of_consents_it_alone_opens_the_door_again(tmp_path, day, again):
    # What the column of the cases says is not asked then: it says the contrary each time.
    column = None if again else date(2026, 3, 1)
    case = Case(number="K-9", last_name="A", first_name="B", birth_date=date(1980, 1, 1), consent_on=column)
    consents = [Consent(case="K-9", given_on=day, channel=ContactWay.EMAIL)]
    site, ledger = SimpleNamespace(state=tmp_path, facts=SiteFacts()), Remembering()
    bar(site, ledger, "K-1", case, moment("2026-02-03T09:00"))
    found = snapshot(cases=[case])
    found = replace(found, consents=tuple(consents), layouts={**found.layouts, "consents": layout("consents", Consent)})
    left = without_barred(site, ledger, found, moment("2026-03-04T09:00"))
    assert bool(left.cases) == again


def test_a_key_is_whole_or_not_there(tmp_path, monkeypatch):
    def cut(_):
        raise OSError("no space left on device")

    path = tmp_path / "erasure.key"
    with monkeypatch.context() as broken:
        broken.setattr("automations.engine.site_secrets.secrets.token_bytes", cut)
        with pytest.raises(OSError, match="no space"):
            secret_of(path)
    assert len(secret_of(path)) == 32
    assert secret_of(path) == secret_of(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["erasure.key"]


def test_of_two_that_make_a_key_at_once_the_faster_ones_counts_for_both(tmp_path, monkeypatch):
    path = tmp_path / "erasure.key"

    def slow(made, target):
        target.write_bytes(b"faster")
        return link(made, target)

    link = os.link
    monkeypatch.setattr("automations.engine.site_secrets.os.link", slow)
    assert secret_of(path) == b"faster"
    assert [one.name for one in tmp_path.iterdir()] == ["erasure.key"]


class Remembering:
    """A ledger that knows who is barred, and nothing else."""

    def remember(self, facts, now):
        self.bars = {fact.key: Barred(date(2026, 2, 3), date(2029, 1, 1)) for fact in facts}

    def facts_of(self, kind):
        return self.bars
