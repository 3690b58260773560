"""Erasing a person reaches everything that kim keeps: ledger, mails in the folder, versions of the workbook."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from automations.cli import run_command
from automations.config.loading import load_site
from automations.engine.parts import open_world
from tests.support.demo_worlds import run_site

AT = datetime(2024, 10, 31, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def site(demos, tmp_path):
    return demos(tmp_path / "site", cases=40, seed=3, at=AT, runs=[AT])


def client(site):
    """Number and address of a case that a mail was laid down for."""
    with open_world(load_site(site), AT) as world:
        mail = next(item.mail for item in world.ledger.mails("test") if item.mail.audience == "client")
        return mail.case, mail.to


def erased(capsys, site, case, *words):
    at = ("--at", f"{AT + timedelta(minutes=5):%Y-%m-%dT%H:%M}")
    assert run_command(["--site", str(site), "subject", case, "erase", *at, *words]) == 0
    return capsys.readouterr().out


def holding(site, word):
    """Files of kim's own that hold a word, however packed."""
    found = []
    for path in (*site.glob("mails/*"), *site.glob("state/**/*")):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as package:
                texts = [package.read(name) for name in package.namelist()]
        else:
            texts = [path.read_bytes()] if path.is_file() else []
        if any(word.encode() in text for text in texts):
            found.append(path.relative_to(site))
    return [path for path in found if path.parts[:2] != ("state", "backups")]


def test_ledger_mails_and_versions_are_reached(capsys, site):
    case, address = client(site)
    before = holding(site, address)
    assert {path.suffix for path in before} >= {".eml", ".xlsx"}
    others = {path.name for path in (site / "mails").iterdir()} - {path.name for path in before}
    said = erased(capsys, site, case)
    assert holding(site, address) == []
    assert {path.name for path in (site / "mails").iterdir()} == others
    assert "Mail im Ordner wurde gelöscht" in said or "Mails im Ordner wurden gelöscht" in said
    assert "Bitte löschen Sie sie dort ebenfalls." in said


def test_it_is_told_as_json(capsys, site):
    case, _ = client(site)
    told = json.loads(erased(capsys, site, case, "--json"))
    assert told["case"] == case
    assert min(told["erased"], told["mails"], told["versions"]) > 0


def test_the_next_run_sends_nothing_again_and_is_no_edit_by_people(capsys, site):
    case, _ = client(site)
    with open_world(load_site(site), AT) as world:
        gone = {item["key"] for item in world.ledger.export_subject(case)["mails"]}
    erased(capsys, site, case)
    again = run_site(site, AT + timedelta(minutes=10))
    assert gone.isdisjoint(item.mail.key for item in again.prepared.mails if item.state == "queued")
    with open_world(load_site(site), AT) as world:
        assert not [entry for entry in world.ledger.story(case) if entry.kind == "noticed"]
