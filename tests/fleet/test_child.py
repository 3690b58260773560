"""A site's process: what it finds in its environment, whose rights it has, how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import stat
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from pydantic import ValidationError

from automations.config.editing import set_values
from automations.fleet import child, membership, postgresql, worker
from automations.fleet.alerts import way_out
from automations.fleet.child import account_of, carry_out, command, environment
from automations.fleet.errors import FleetError
from automations.fleet.registry import FleetSite
from automations.fleet.secrets import keep_secrets, read_secrets
from tests.support.passable import passable

NOW = datetime(2026, 11, 30, 6, 30, tzinfo=UTC)


def site_in(folder, user=""):
    return FleetSite("herne", str(folder), user, "active", "1", 1, NOW, 0, (), 0, False, None)


def test_a_process_finds_its_own_secrets_and_nobody_elses(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_FLEET_DATABASE", "postgresql://kim_fleet:geheim@server/kim")
    monkeypatch.setenv("KIM_SMTP_PASSWORD", "of the worker")
    keep_secrets(tmp_path, {"KIM_LEDGER_URL": "postgresql+psycopg://site_herne:x@/kim"}, None)
    with (tmp_path / "secrets.env").open("a", encoding="utf-8") as file:
        file.write('\n# mail\nKIM_WEBDAV_PASSWORD="a b"\n')
    found = environment(site_in(tmp_path), account_of(site_in(tmp_path)), {"KIM_FENCE": "7"})
    assert found["KIM_WEBDAV_PASSWORD"] == "a b"
    assert found["KIM_FENCE"] == "7"
    assert not {"KIM_FLEET_DATABASE", "KIM_SMTP_PASSWORD", "SSH_AUTH_SOCK", "LD_PRELOAD"} & set(found)
    assert "geheim" not in " ".join(found.values())


def test_secrets_are_kept_for_the_owner_alone_and_other_lines_stay(tmp_path):
    keep_secrets(tmp_path, {"A": "1", "B": "2"}, None)
    keep_secrets(tmp_path, {"A": "3"}, None)
    assert read_secrets(tmp_path, os.geteuid()) == {"A": "3", "B": "2"}
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600


def test_secrets_that_others_could_have_laid_there_are_refused(tmp_path):
    path = tmp_path / "secrets.env"
    path.write_text("A=1\n", encoding="utf-8")
    path.chmod(0o640)
    with pytest.raises(FleetError, match="others"):
        read_secrets(tmp_path, os.geteuid())
    path.unlink()
    (tmp_path / "else").write_text("A=1\n", encoding="utf-8")
    path.symlink_to(tmp_path / "else")
    with pytest.raises(FleetError):
        read_secrets(tmp_path, os.geteuid())
    path.unlink()
    os.mkfifo(path, 0o600)
    with pytest.raises(FleetError):
        read_secrets(tmp_path, os.geteuid())


def test_a_line_that_is_no_secret_is_named_by_its_number_not_its_words(tmp_path):
    keep_secrets(tmp_path, {"A": "1"}, None)
    with (tmp_path / "secrets.env").open("a", encoding="utf-8") as file:
        file.write("geheimes Wort\n")
    with pytest.raises(FleetError) as found:
        read_secrets(tmp_path, os.geteuid())
    assert "line 2" in str(found.value)
    assert "geheim" not in str(found.value)


def test_an_account_that_is_not_there_is_told():
    with pytest.raises(FleetError, match="nobody-here"):
        account_of(site_in("/tmp", "nobody-here"))  # noqa: S108 (nothing is made there)


def told(code, monkeypatch, tmp_path, seconds=20.0, user=""):
    python = "/usr/bin/python3" if user else sys.executable  # ours may lie where only root gets
    monkeypatch.setattr(child, "command", lambda words: [python, "-c", code, *words])
    keep_secrets(tmp_path, {"A": "1"}, None)
    return asyncio.run(carry_out(site_in(tmp_path, user), ("run",), {}, seconds))


def test_what_a_run_says_of_itself_is_its_last_line(tmp_path, monkeypatch):
    line = '{"next": "2026-11-30T06:35:00+00:00", "mails": {"held": 2}}'
    code = f"import sys; print('noise'); print({line!r}); sys.exit(1)"
    done = told(code, monkeypatch, tmp_path)
    assert (done.status, done.told["mails"]) == (1, {"held": 2})


@pytest.mark.parametrize("said", ["", "print('{}')", "print('[1]')", "print('{\"next\": 5}')", "print('{' * 99)"])
def test_a_run_that_says_nothing_of_itself_is_no_news(tmp_path, monkeypatch, said):
    assert told(said, monkeypatch, tmp_path).told == {}


def test_a_run_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path, monkeypatch):
    code = (
        "import subprocess, sys, time, pathlib\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "pathlib.Path('pid').write_text(str(p.pid)); time.sleep(60)"
    )
    began = time.monotonic()
    assert told(code, monkeypatch, tmp_path, 2.0).status == -9
    assert time.monotonic() - began < 10
    number = int((tmp_path / "pid").read_text())
    for _ in range(50):
        try:
            state = Path(f"/proc/{number}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.1)
    pytest.fail("its child goes on")


@pytest.mark.skipif(
    os.geteuid() != 0 or not Path("/usr/bin/python3").exists(), reason="only root becomes somebody else"
)
def test_a_run_has_the_rights_of_its_site_alone(tmp_path, monkeypatch):
    nobody = pwd.getpwnam("nobody")
    passable(tmp_path)
    code = (
        "import os, json\n"
        "ids = [os.getuid(), os.geteuid(), os.getgid(), os.getgroups()]\n"
        "print(json.dumps({'next': '2026-11-30T06:35:00+00:00', 'run': json.dumps(ids)}))"
    )
    done = told(code, monkeypatch, tmp_path, user="nobody")
    assert json.loads(done.told["run"]) == [nobody.pw_uid, nobody.pw_uid, nobody.pw_gid, []]


def test_a_run_is_tied_to_its_worker_where_the_system_can():
    words = command(("run", "--due"))
    assert words[-2:] == ["run", "--due"]
    assert words[0].endswith("setpriv") or words[0] == sys.executable
    assert "setpriv" not in command(("status",), tied=False)[0]


def test_a_server_that_does_not_answer_is_not_left_behind(tmp_path, monkeypatch):
    stub = tmp_path / "stub"
    stub.write_text("#!/bin/sh\nexec sleep 60\n", encoding="ascii")
    stub.chmod(0o755)
    monkeypatch.setattr(postgresql, "binary", lambda name: "/bin/true" if name == "initdb" else str(stub))
    monkeypatch.setattr(postgresql, "unprivileged", lambda: None)
    monkeypatch.setattr(postgresql, "_WAIT_SECONDS", 1.0)
    seen = []
    monkeypatch.setattr(postgresql.OwnServer, "connect", lambda self: seen.append(self) or _no_server())
    with pytest.raises(FleetError):
        postgresql.OwnServer()
    assert seen[0]._process.poll() is not None
    assert not seen[0].folder.exists()


def _no_server():
    raise psycopg.OperationalError


def test_whatever_goes_wrong_in_a_tick_the_next_one_comes(monkeypatch):
    """A setting that is none (an address, a port) must not let all sites wait in silence."""
    ticks, told = [], []

    async def swept(*_):
        ticks.append(1)
        raise ValueError

    async def two_ticks():
        monkeypatch.setattr(worker, "sweep", swept)
        one = worker.FleetWorker("", "1", "w", lambda: NOW, lambda *words, **_: told.append(words[0]), tick=0.001)
        ticking = asyncio.create_task(one._ticking(None))
        for _ in range(500):
            await asyncio.sleep(0.01)
            if len(ticks) > 1 or ticking.done():
                break
        ticking.cancel()

    asyncio.run(two_ticks())
    assert len(ticks) > 1
    assert told[:2] == ["tick failed", "tick failed"]


@pytest.mark.parametrize("relay", ["mail:smtp", "mail:99999"])
def test_a_relay_that_is_none_is_refused(relay):
    assert way_out("it@stadt.example.org", "mail.stadt.example.org:25").port == 25
    with pytest.raises(ValidationError):
        way_out("it@stadt.example.org", relay)


def test_a_site_that_cannot_be_taken_in_keeps_its_config(tmp_path, monkeypatch):
    config = tmp_path / "config" / "site.toml"
    config.parent.mkdir()
    config.write_text("# ours\n", encoding="utf-8")

    def added(*_):
        set_values(tmp_path, {"ledger.url_env": "KIM_LEDGER_URL"})
        return site_in(tmp_path)

    def refused(*_):
        raise FleetError("no")

    monkeypatch.setattr(membership, "add", added)
    monkeypatch.setattr(membership, "_must", refused)
    monkeypatch.setattr(membership, "remove", lambda *_, **__: None)
    with pytest.raises(FleetError):
        membership.take_in(None, tmp_path, "", "", "1", NOW)
    assert config.read_text(encoding="utf-8") == "# ours\n"


def test_of_a_process_that_talks_without_end_only_the_end_is_kept():
    async def listened():
        words = "import sys\nfor _ in range(48): sys.stdout.write('x' * 2**16)\nsys.stdout.write('the end')"
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", words, stdout=asyncio.subprocess.PIPE)
        return await child._last_words(process), process.returncode

    said, status = asyncio.run(listened())
    assert (len(said), said[-7:], status) == (2**20, b"the end", 0)
