"""Upgrades in rings: a backup before, a rehearsal on a copy, nothing of the site itself is touched by it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from automations.cli import run_command
from automations.fleet import membership, registry
from automations.fleet.errors import FleetError
from automations.fleet.registry import connect
from automations.fleet.upgrades import Difference, copied, differences, drill, ring
from automations.ledger.book import open_ledger
from automations.workbooks.stores.replacing import file_revision
from tests.support.fleets import url_of
from tests.support.small_site import case, reachable, small_site

NOW = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


@pytest.fixture
def town(fleet, tmp_path):
    """A real site on version 0.1.9, which is this very program here; its ledger has seen nothing yet."""
    folder = tmp_path / "herne"
    folder.mkdir()
    visit = {"Termin-Nr.": "T-1", "Fall-Nr.": "K-1", "Datum": date(2026, 12, 1), "Uhrzeit": "10:00",
             "Ort": "Büro Nord", "Beratung durch": "AA", "Status": "geplant"}  # fmt: skip
    small_site(folder, [case(1, **reachable(1)), case(None)], [visit])
    with connect(fleet) as connection:
        membership.add(connection, folder, "herne", "", "0.1.9")
        open_ledger(url_of(folder), now=NOW).close()
        registry.set_state(connection, "herne", "active")
        registry.set_setting(connection, "program:0.1.9", sys.executable)
        yield connection, folder


def test_rings_hold_one_five_and_all_others():
    sites = list(range(54))
    assert [len(ring(sites, number)) for number in (1, 2, 3)] == [1, 5, 48]
    assert [*ring(sites, 1), *ring(sites, 2), *ring(sites, 3)] == sites


def test_differences_are_counted_by_kind_without_a_word_of_the_rows():
    edit = {"workbook": "team", "tab": "Fälle", "row": 3, "key": "K-1", "field": "manager", "column": "Zuständig",
            "new": "AA", "state": "planned"}  # fmt: skip
    mail = {"key": "r/1", "rule": "appointment_reminder", "to": "a@b.example", "language": "uk", "subject": "Geheim"}
    old = {"outcome": "planned", "edits": [edit], "mails": [mail, {**mail, "key": "r/2"}], "tabs": [], "problems": []}
    new = {**old, "edits": [{**edit, "new": "BB"}], "mails": [mail], "problems": [{"code": "unknown_word"}]}
    found = differences(old, new)
    assert found == [
        Difference("edits", "Fälle/Zuständig", 1, 1),
        Difference("mails", "appointment_reminder/uk", 1, 0),
        Difference("problems", "unknown_word", 0, 1),
    ]
    assert not {"AA", "K-1", "Geheim", "a@b.example"} & set(str(found).replace("'", " ").split())
    assert differences(old, old) == []


@pytest.mark.servers
def test_an_upgrade_backs_up_rehearses_and_changes_the_version_alone(town, fleet, capsys):
    connection, folder = town
    before = file_revision(folder / "Team.xlsx")
    assert run_command(["fleet", "upgrade", "--ring", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["site"], one["outcome"], one["differences"]) for one in told["sites"]] == [("herne", "done", [])]
    site = membership.known(connection, "herne")
    assert site.version != "0.1.9"
    assert site.state == "active"
    kept = [path.name for path in (folder / "state" / "backups").glob("*.gz")]
    assert len(kept) == 1
    assert "-before-" in kept[0]
    assert file_revision(folder / "Team.xlsx") == before
    assert list((folder / "state").glob("rehearsal-*")) == []
    with open_ledger(url_of(folder), now=NOW) as ledger:
        assert not ledger.held
        assert ledger.runs(5) == ()


@pytest.mark.servers
def test_an_upgrade_that_would_change_plans_waits_for_a_yes(town, fleet, capsys, monkeypatch):
    connection, _ = town
    found = [Difference("mails", "appointment_reminder/de", 1, 0)]
    monkeypatch.setattr("automations.fleet.upgrades.rehearse", lambda *_: found)
    assert run_command(["fleet", "upgrade", "herne"]) == 1
    said = capsys.readouterr().out
    assert "appointment_reminder/de" in said
    assert membership.known(connection, "herne").version == "0.1.9"
    assert membership.known(connection, "herne").state == "active"
    assert run_command(["fleet", "upgrade", "herne", "--yes"]) == 0
    assert membership.known(connection, "herne").version != "0.1.9"


@pytest.mark.servers
def test_an_upgrade_whose_rehearsal_fails_leaves_the_site_as_it_was(town, capsys, monkeypatch):
    connection, _ = town

    def fail(*_: object) -> None:
        raise FleetError("The site {name} cannot be planned: {reason}", name="herne", reason="boom")

    monkeypatch.setattr("automations.fleet.upgrades.rehearse", fail)
    assert run_command(["fleet", "upgrade", "herne"]) == 2
    assert "boom" in capsys.readouterr().err
    site = membership.known(connection, "herne")
    assert (site.version, site.state) == ("0.1.9", "active")


@pytest.mark.servers
def test_a_backup_is_restored_and_planned_with_in_a_drill(town, capsys):
    connection, folder = town
    site = membership.known(connection, "herne")
    with pytest.raises(FleetError, match="no backup"):
        drill(site, sys.executable, NOW)
    assert run_command(["fleet", "exec", "herne", "ledger", "backup"]) == 0
    capsys.readouterr()
    assert run_command(["fleet", "drill", "herne", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["planned"] > 0
    newest = Path(told["backup"])
    newest.write_bytes(newest.read_bytes()[:2000])
    with pytest.raises(FleetError, match="cannot be planned"):
        drill(site, sys.executable, NOW)
    assert list((folder / "state").glob("rehearsal-*")) == []


@pytest.mark.servers
def test_a_copy_has_no_way_to_the_ledger_and_reads_the_original_workbooks(town):
    connection, folder = town
    with copied(membership.known(connection, "herne")) as copy:
        text = (Path(copy.folder) / "config" / "site.toml").read_text(encoding="utf-8")
        assert "url_env" not in text
        assert str(folder / "Team.xlsx") in text
        assert not list(Path(copy.folder).rglob("*.lock"))
    assert not Path(copy.folder).exists()
