"""The demonstration of a fleet: three towns, two workers, a worker killed, on a server of its own or a named one."""

from __future__ import annotations

import pytest

from automations.cli import run_command
from automations.fleet import demo
from automations.fleet.errors import FleetError
from automations.fleet.registry import connect
from tests.support.fleets import joined


@pytest.mark.servers
@pytest.mark.timeout(400)
def test_a_morning_of_three_towns_goes_on_though_a_worker_is_killed(database, tmp_path, capsys):
    folder = tmp_path / "fleet-demo"
    assert run_command(["fleet", "demo", str(folder), "--cases", "40"]) == 0
    with connect(database) as connection:
        ran = demo.runs(connection)
    assert {run.site for run in ran if run.outcome == "done"} == set(demo.TOWNS)
    cut = [run for run in ran if run.ended is None]
    assert len(cut) == 1
    said = capsys.readouterr().out
    assert "kill -9" in said
    for town in demo.TOWNS:
        assert (folder / town / "KIM-Team.xlsx").is_file()
        assert not (folder / town / "state" / "ledger.sqlite").exists()
        assert list((folder / town / "mails").glob("*.eml")), "a ledger that moved does not adopt its workbook anew"
    assert (folder / "vergleich.xlsx").is_file()


@pytest.mark.servers
def test_the_demonstration_leaves_a_fleet_with_sites_alone(fleet, tmp_path, capsys):
    joined(fleet, tmp_path, "herne")
    assert run_command(["fleet", "demo", str(tmp_path / "fleet-demo")]) == 2
    assert "herne" in capsys.readouterr().err
    assert not (tmp_path / "fleet-demo").exists()


def test_without_a_postgresql_the_demonstration_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("KIM_FLEET_DATABASE", raising=False)
    monkeypatch.setattr("automations.fleet.postgresql.binary", lambda _name: None)
    assert run_command(["fleet", "demo", str(tmp_path / "fleet-demo")]) == 2
    assert "KIM_FLEET_DATABASE" in capsys.readouterr().err


def test_a_server_that_cannot_be_set_up_leaves_nothing_behind(monkeypatch, tmp_path):
    monkeypatch.setattr("automations.fleet.postgresql.binary", lambda _name: "/bin/false")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(FleetError):
        demo.OwnServer()
    assert list(tmp_path.iterdir()) == []
