"""One town against the others: with its stolen role, by what its runs say of themselves, from its process, by a folder
that is not there."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from automations.cli import run_command
from automations.fleet import child, membership, registry
from automations.fleet.child import environment, read_told
from automations.fleet.errors import FleetError
from automations.fleet.queue import ask_for, make_app
from automations.fleet.registry import FleetSite, connect, let_in
from automations.fleet.secrets import keep_secrets
from automations.fleet.status import metrics, standing
from automations.fleet.worker import FleetWorker
from automations.ledger.book import open_ledger
from automations.ledger.errors import LedgerError
from automations.model.fact_kinds.course import Busy
from tests.support.fleets import empty_site, joined, url_of
from tests.support.passable import passable

NOW = datetime(2026, 11, 30, 6, 30, tzinfo=UTC)
SOON = "2099-01-01T00:00:00+00:00"


def worker_of(url, lines=None, **more):
    """A worker in a hurry."""

    def log(word, **values):
        if lines is not None:
            lines.append((word, values))

    return FleetWorker(url, "1", "w", lambda: datetime.now(UTC), log, parallel=1, tick=0.2, **more)


async def through(worker, url, seconds=20.0):
    """The worker works until no site is due any more."""
    working = asyncio.create_task(worker.work())
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        await asyncio.sleep(0.2)
        with connect(url) as connection:
            row = connection.execute("SELECT count(*) FROM sites WHERE state = 'active' AND next <= now()").fetchone()
        if row == (0,):
            break
    worker.stop.set()
    await asyncio.wait_for(working, 30)


def says(monkeypatch, text, more=""):
    """What each site's run says of itself."""
    code = f"import sys; {more}; sys.stdout.write({text!r})" if more else f"import sys; sys.stdout.write({text!r})"
    monkeypatch.setattr(child, "command", lambda _words: [sys.executable, "-S", "-c", code])


@pytest.mark.servers
def test_a_stolen_role_sees_neither_passwords_nor_what_others_ask(fleet, server, tmp_path):
    for name in ("herne", "bochum"):
        joined(fleet, tmp_path, name)
    database = psycopg.conninfo.conninfo_to_dict(fleet)["dbname"]
    with (
        psycopg.connect(host=str(server.folder), user="site_bochum", dbname=database) as other,
        psycopg.connect(host=str(server.folder), user="site_herne", dbname=database, autocommit=True) as thief,
    ):
        other.execute("SELECT 'geheim'")
        asked = thief.execute("SELECT query FROM pg_stat_activity WHERE usename <> 'site_herne'").fetchall()
        assert not [query for (query,) in asked if query and "geheim" in query]
        for deed in ("SELECT * FROM pg_authid", "SELECT * FROM pg_shadow", "SELECT pg_read_file('/etc/passwd')",
                     "ALTER DATABASE " + database + " SET search_path = site_herne", "SELECT lo_import('/etc/passwd')",
                     "ALTER FUNCTION kim_port.token() SECURITY INVOKER", "DROP FUNCTION kim_port.token()",
                     "GRANT site_bochum TO site_herne", f"SELECT pg_terminate_backend({other.info.backend_pid})",
                     "COPY (SELECT 1) TO PROGRAM 'true'", "CREATE EXTENSION dblink"):  # fmt: skip
            with pytest.raises(psycopg.Error):
                thief.execute(deed)
        thief.execute("CREATE TEMP TABLE IF NOT EXISTS sites (name text, token bigint)") if _may_temp(thief) else None
        assert thief.execute("SELECT kim_port.token()").fetchone() == (0,), "no table of the thief's own is asked"


def _may_temp(connection):
    row = connection.execute("SELECT has_database_privilege(current_database(), 'TEMP')").fetchone()
    return row[0]


@pytest.mark.servers
def test_a_stolen_role_that_shouts_into_the_queue_stops_no_worker(fleet, server, tmp_path, monkeypatch):
    for name in ("herne", "bochum"):
        joined(fleet, tmp_path, name, ledger=False)
    says(monkeypatch, f'{{"next": "{SOON}", "run": "r", "outcome": "done"}}')
    database, lines = psycopg.conninfo.conninfo_to_dict(fleet)["dbname"], []
    with psycopg.connect(host=str(server.folder), user="site_herne", dbname=database, autocommit=True) as thief:

        async def all_of_it():
            worker = worker_of(fleet, lines)
            working = asyncio.create_task(through(worker, fleet))
            for _ in range(20):
                await asyncio.sleep(0.1)
                for channel in ("procrastinate_any_queue_v1", "procrastinate_queue_v1#kim-1"):
                    thief.execute("SELECT pg_notify(%s, '{no json')", [channel])
            await working

        asyncio.run(all_of_it())
    assert [word for word, _ in lines] == ["started", "ran", "ran", "stopped"]


@pytest.mark.parametrize(
    "line",
    [
        '{"next": "soon"}', '{"next": "2099-01-01T00:00:00"}', '{"next": "infinity"}', '{"next": 5}', "[]", "", "{",
        '{"next": null}',
    ],
)  # fmt: skip
def test_a_run_that_does_not_say_when_it_is_due_again_has_said_nothing(line):
    assert read_told(line.encode()) == {}


def test_of_what_a_run_says_only_what_belongs_there_is_kept():
    said = {
        "next": SOON, "outcome": "x\x00y\n" + "z" * 9999, "run": 7, "hold": "no", "backup": "never", "person": "Ida",
        "kinds": ['late"} 1\nkim_fleet_workers 99', "refused", 3, {}], "mails": {"held": "many", "Ida": 1},
    }  # fmt: skip
    line = json.dumps(said)
    told = read_told(line.encode())
    assert told["next"] == SOON
    assert len(told["outcome"]) <= 200
    assert "\x00" not in told["outcome"]
    assert "\n" not in told["outcome"]
    assert told["kinds"] == ["refused"]
    assert (told["mails"], told["hold"], told["backup"]) == ({"held": 0}, False, None)
    assert "person" not in told


@pytest.mark.servers
@pytest.mark.parametrize("said", ['{"next": "soon"}', f'{{"next": "{SOON}", "mails": {{"held": 1e999}}, "kinds": 3}}'])
def test_nonsense_of_one_town_neither_stops_the_worker_nor_the_metrics(fleet, tmp_path, monkeypatch, said):
    joined(fleet, tmp_path, "herne", ledger=False)
    says(monkeypatch, said)
    lines = []
    began = time.monotonic()
    asyncio.run(through(worker_of(fleet, lines), fleet))
    assert time.monotonic() - began < 15, "nothing is tried again and again"
    assert [word for word, _ in lines] == ["started", "ran", "stopped"]
    with connect(fleet) as connection:
        assert metrics(standing(connection)).endswith("# EOF\n")
        assert not registry.due(connection)


@pytest.mark.servers
def test_a_folder_that_is_away_is_a_trouble_and_comes_back_by_itself(fleet, tmp_path, monkeypatch, capsys):
    joined(fleet, tmp_path, "herne", ledger=False)
    joined(fleet, tmp_path, "bochum", ledger=False)
    (tmp_path / "herne").rename(tmp_path / "away")
    says(monkeypatch, f'{{"next": "{SOON}", "run": "r", "outcome": "done"}}')
    asyncio.run(through(worker_of(fleet), fleet))
    with connect(fleet) as connection:
        found = {one.name: one for one in standing(connection).sites}
        assert found["herne"].troubles == ("storage",)
        assert found["bochum"].outcome == "done"
        assert run_command(["fleet", "status"]) == 1
        assert "Ordner" in capsys.readouterr().out
        (tmp_path / "away").rename(tmp_path / "herne")
        connection.execute("UPDATE sites SET next = now() WHERE name = 'herne'")
    asyncio.run(through(worker_of(fleet), fleet))
    with connect(fleet) as connection:
        assert {one.name: one.troubles for one in standing(connection).sites}["herne"] == ()


def test_a_storage_that_hangs_holds_one_run_up_for_seconds_and_not_the_worker(tmp_path, monkeypatch):
    monkeypatch.setattr(child, "PROBE", "import time; time.sleep(60)")
    monkeypatch.setattr(child, "PROBE_SECONDS", 0.5)
    site = FleetSite("herne", str(tmp_path), "", "active", "1", 1, NOW, 0, (), 0, False, None)
    probes, begin = [], asyncio.create_subprocess_exec

    async def begun(*words, **more):
        probes.append(await begin(*words, **more))
        return probes[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", begun)

    async def meanwhile():
        beats = 0
        asking = asyncio.create_task(child.carry_out(site, ("run",), {}, 60.0))
        while not asking.done():
            await asyncio.sleep(0.05)
            beats += 1
        with pytest.raises(FleetError):
            asking.result()
        return beats

    assert asyncio.run(meanwhile()) > 5
    assert [probe.returncode for probe in probes] == [-signal.SIGKILL], "none is left behind"


@pytest.mark.servers
def test_a_site_that_is_removed_in_the_middle_of_its_run_writes_nothing_more(fleet, tmp_path):
    joined(fleet, tmp_path, "herne")
    with connect(fleet) as connection:
        entry = let_in(connection, "herne", "w", "1")
        with open_ledger(url_of(tmp_path / "herne"), now=NOW, fence=str(entry.site.token)) as ledger:
            ledger.remember([Busy(NOW, "A").under("team")], NOW)
            registry.leave(connection, "herne")  # what „remove“ does once the run is through
            with pytest.raises(LedgerError):
                ledger.remember([Busy(NOW, "B").under("team")], NOW)
        registry.ended(connection, entry, 0, {"next": SOON, "outcome": "done", "run": "r"})
        assert standing(connection).sites == []


@pytest.mark.servers
@pytest.mark.timeout(60)
def test_removing_waits_for_the_run_and_then_the_site_is_gone(fleet, tmp_path, monkeypatch):
    joined(fleet, tmp_path, "herne", ledger=False)
    says(monkeypatch, f'{{"next": "{SOON}", "run": "r"}}', more="import time; time.sleep(3); open('done', 'w')")

    async def all_of_it():
        worker = worker_of(fleet)
        working = asyncio.create_task(worker.work())
        with connect(fleet) as connection:
            for _ in range(400):
                if registry.at_work(connection, "herne"):
                    break
                await asyncio.sleep(0.05)
        status = await asyncio.to_thread(run_command, ["fleet", "remove", "herne", "--erase"])
        ended = (tmp_path / "herne" / "done").exists()
        worker.stop.set()
        await working
        return status, ended

    assert asyncio.run(all_of_it()) == (0, True)
    with connect(fleet) as connection:
        assert registry.sites(connection) == []
        assert connection.execute("SELECT FROM pg_roles WHERE rolname = 'site_herne'").fetchall() == []

        async def ask():
            app = make_app(fleet, 1)
            async with app.open_async():
                gone = FleetSite("herne", str(tmp_path), "", "active", "1", 1, NOW, 0, (), 0, False, None)
                return await ask_for(app, gone)

        assert asyncio.run(ask()), "a job that came too late"
    lines = []

    async def late():
        worker = worker_of(fleet, lines)
        asyncio.get_running_loop().call_later(2.0, worker.stop.set)
        await worker.work()

    asyncio.run(late())
    assert [word for word, _ in lines] == ["started", "stopped"], "it runs nothing, and nothing falls over"


@pytest.mark.servers
def test_a_ledger_into_which_somebody_still_writes_is_not_moved(fleet, tmp_path, monkeypatch):
    folder = empty_site(tmp_path, "herne")
    file = folder / "state" / "ledger.sqlite"
    file.parent.mkdir()
    open_ledger(f"sqlite:///{file}", now=NOW).close()

    def called(_site, words, *_more, **_others):
        if "restore" in words:
            with open_ledger(f"sqlite:///{file}", now=NOW) as ledger:
                ledger.remember([Busy(NOW, "A").under("team")], NOW)
        return subprocess.CompletedProcess([], 0, "", "")

    monkeypatch.setattr(membership, "call", called)
    with connect(fleet) as connection:
        with pytest.raises(FleetError, match="wrote into the ledger"):
            membership.take_in(connection, folder, "", "", "1", NOW)
        assert registry.sites(connection) == []
    assert file.is_file()


_PYTHON = "/usr/bin/python3"


@pytest.mark.skipif(os.geteuid() != 0 or not Path(_PYTHON).exists(), reason="only root becomes somebody else")
def test_the_process_of_one_site_reads_neither_folder_nor_environment_of_another(tmp_path):
    passable(tmp_path)
    sites, sleeping = {}, None
    for name, user in (("herne", "nobody"), ("bochum", "daemon")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "KIM-Team.xlsx").write_bytes(b"names")
        account = pwd.getpwnam(user)
        for path in (folder, folder / "KIM-Team.xlsx"):
            os.chown(path, account.pw_uid, account.pw_gid)
        keep_secrets(folder, {"KIM_SMTP_PASSWORD": f"of {name}"}, (account.pw_uid, account.pw_gid))
        sites[name] = FleetSite(name, str(folder), user, "active", "1", 1, NOW, 0, (), 0, False, None)
        membership.close_for_others(folder)
    try:
        account = child.account_of(sites["herne"])
        found = environment(sites["herne"], account, {})
        assert found["KIM_SMTP_PASSWORD"] == "of herne"
        words = [_PYTHON, "-c", "import time; time.sleep(60)"]
        sleeping = subprocess.Popen(words, env=found, cwd=sites["herne"].folder, **child.rights(account))
        herne = tmp_path / "herne"
        places = [herne / "secrets.env", herne / "KIM-Team.xlsx", Path(f"/proc/{sleeping.pid}/environ"),
                  Path(f"/proc/{os.getpid()}/environ"), herne]  # fmt: skip
        code = (
            "import os, sys\n"
            "for place in sys.argv[1:]:\n"
            "    try:\n"
            "        os.listdir(place) if os.path.isdir(place) else open(place, 'rb').read()\n"
            "        print('read', place)\n"
            "    except PermissionError:\n"
            "        print('closed')\n"
        )
        other = child.account_of(sites["bochum"])
        done = subprocess.run([_PYTHON, "-c", code, *map(str, places)], env=environment(sites["bochum"], other, {}),
                              cwd=sites["bochum"].folder, capture_output=True, text=True, check=True,
                              **child.rights(other))  # fmt: skip
        assert done.stdout.split() == ["closed"] * len(places)
    finally:
        if sleeping:
            sleeping.kill()
            sleeping.wait()
