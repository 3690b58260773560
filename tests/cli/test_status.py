"""`kim status`: everything that somebody needs to know, in words; and logs that name nobody."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from automations.cli import run_command
from automations.cli.words import mail_state, occurrence_kind, run_outcome
from automations.common.texts import texts
from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.service.scheduler import Service
from automations.setup.demo.site import make_site
from tests.support.demo_worlds import adopted

AT = datetime(2024, 10, 31, 6, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A site that kept itself running for a day."""
    folder = tmp_path_factory.mktemp("demo")
    make_site(folder, cases=20, seed=11, at=AT)
    adopted(folder, AT)
    moments = [AT]
    service = Service(folder, lambda: moments[0])
    for hours in (0, 1, 2.5):
        moments[0] = AT + timedelta(hours=hours)
        service.tick()
    return folder


@pytest.fixture
def site(made, tmp_path):
    folder = tmp_path / "site"
    shutil.copytree(made, folder)
    return folder


def status(capsys, folder, *words, at="2024-10-31T08:35"):
    assert run_command(["--site", str(folder), "status", "--at", at, *words]) == 0
    return capsys.readouterr().out


def test_for_people_in_words(capsys, site):
    text = status(capsys, site)
    assert "Als Nächstes nach Plan: 31.10.2024 12:30 (leichter Lauf)" in text
    assert "Zuletzt nach Plan: 31.10.2024 08:00 (erledigt)" in text
    assert "Neueste Sicherung des Hauptbuchs: 31.10.2024 07:00" in text
    assert "zur Probe abgelegt" in text
    assert "„kim start“ läuft." in text
    for code in ("suppressed", "test ", "done", "queued", "Traceback"):
        assert code not in text


def test_for_programs(capsys, site):
    found = json.loads(status(capsys, site, "--json"))
    assert found["next"]["id"] == "2024-10-31T12:30"
    assert found["last"]["occurrence"] == "2024-10-31T08:00"
    assert found["backup_hours"] == 1.6
    assert found["silent_seconds"] == 300
    assert set(found["holders"].values()) == {""}
    assert found["stuck"] == []


def test_a_standstill_a_holder_and_a_hold_are_seen(capsys, site):
    (site / ".~lock.KIM-Team.xlsx#").write_text("Erika Beispiel,erika,pc-17,x,y;", encoding="utf-8")
    with open_world(load_site(site), AT) as world:
        world.ledger.set_hold(on=True, now=AT)
    text = status(capsys, site, at="2024-11-05T09:00")
    assert "Erika Beispiel" in text
    assert "nicht gemeldet" in text
    assert "angehalten" in text


def test_every_code_has_a_german_word():
    say = texts("de")
    states = ("queued", "held", "sending", "sent", "test", "retry", "failed", "unknown", "bounced", "suppressed")
    outcomes = ("done", "attention", "busy", "refused", "failed", "interrupted", "skipped: too late")
    assert all(mail_state(code, say) not in {code, mail_state(code, texts("en"))} for code in states)
    assert all(run_outcome(code, say) not in {code, run_outcome(code, texts("en"))} for code in outcomes)
    assert all(occurrence_kind(code, say) != code for code in ("full", "light", "mail"))


def personal(folder):
    """Every name, address, phone number and concern in the workbook."""
    book = openpyxl.load_workbook(folder / "KIM-Team.xlsx", read_only=True)
    wanted = {"Fälle": ("Nachname", "Vorname", "E-Mail", "Telefon", "Anliegen"), "Team": ("Name", "E-Mail", "Telefon")}
    for tab, headings in wanted.items():
        rows = book[tab].iter_rows(values_only=True)
        columns = [place for place, name in enumerate(next(rows)) if name in headings]
        for row in rows:
            yield from (str(row[place]) for place in columns if row[place] and len(str(row[place])) > 2)
    book.close()


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_logs_hold_nothing_personal(site):
    text = "".join(path.read_text(encoding="utf-8") for path in (site / "state" / "logs").iterdir())
    names = set(personal(site))
    assert len(names) > 50
    assert text.count('"event": "run"') == 2
    assert sorted(name for name in names if name in text) == []
    assert "@" not in text


def test_a_ledger_that_runs_cannot_write_to_is_no_good_state_whatever_the_last_run_was(capsys, site, monkeypatch):
    full = shutil.disk_usage(site)._replace(free=4096)
    monkeypatch.setattr("automations.ledger.glance.shutil.disk_usage", lambda _: full)
    assert run_command(["--site", str(site), "status", "--at", "2024-10-31T08:35"]) == 4
    assert "kein Platz mehr" in capsys.readouterr().out
    monkeypatch.undo()
    monkeypatch.setattr("automations.ledger.glance.os.access", lambda *_: False)
    assert run_command(["--site", str(site), "--json", "status", "--at", "2024-10-31T08:35"]) == 4
    assert [one["code"] for one in json.loads(capsys.readouterr().out)["problems"]] == ["ledger_readonly"]
