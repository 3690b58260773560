"""A mail is claimed once there is a server to hand it to: without one it is in no doubt, stays due, and people hear."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time as stopwatch
from datetime import date, time
from types import SimpleNamespace

import pytest

from automations.cli import run_command
from automations.messages.mailbox import _OpenImap
from automations.messages.settings import InboxSettings
from tests.support.mailserver import Faults, faulty_server, free_port
from tests.support.small_site import case, reachable, small_site

VISIT = {"Fall-Nr.": "K-1", "Datum": date(2024, 11, 11), "Uhrzeit": time(10), "Ort": "Büro Nord", "Status": "geplant",
         "Beratung durch": "AA"}  # fmt: skip
DUE = "2024-11-06T09:00"
"""Five days before: the reminder is due."""


@contextlib.contextmanager
def hanging():
    """A server that takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        peers = []

        def take():
            with contextlib.suppress(OSError):
                while True:
                    peers.append(listener.accept()[0])

        threading.Thread(target=take, daemon=True).start()
        yield listener.getsockname()[1], peers
        for peer in peers:
            peer.close()


@contextlib.contextmanager
def refusing():
    yield free_port(), []


@contextlib.contextmanager
def nowhere():
    """An address that nobody answers at: a name that cannot be resolved."""
    yield 25, []


def through(folder, port, host="127.0.0.1"):
    """The site's mails leave through that server from now on."""
    path = folder / "config" / "site.toml"
    kept = path.read_text("utf-8").split("[mail]")[0]
    path.write_text(
        f'{kept}[mail]\ntransport = "smtp"\nhost = "{host}"\nport = {port}\nsecurity = "none"\n'
        'from = "t@example.org"\ntimeout_seconds = 1\n', "utf-8",
    )  # fmt: skip


@pytest.fixture
def site(tmp_path):
    small_site(tmp_path, [case(1, **reachable(1), Zuständig="AA")], [VISIT], few_tabs=True)
    assert kim(tmp_path, "run", "--at", "2024-10-31T07:00") == 0
    return tmp_path


def kim(folder, *words):
    return run_command(["--site", str(folder), *words])


def states(folder):
    with contextlib.closing(sqlite3.connect(folder / "state" / "ledger.sqlite")) as ledger:
        return [row[0] for row in ledger.execute("SELECT state FROM outbox WHERE rule LIKE 'appointment%'")]


@pytest.mark.parametrize("server", [refusing, hanging, nowhere])
def test_a_server_out_of_reach_leaves_the_mail_due_and_is_told(server, site, capsys):
    with server() as (port, _):
        through(site, port, "mail.invalid" if server is nowhere else "127.0.0.1")
        capsys.readouterr()
        assert kim(site, "--json", "run", "--at", DUE) == 1
        said = json.loads(capsys.readouterr().out)
        assert [mail["state"] for mail in said["mails"] if mail["case"] == "K-1"] == ["retry"]
        assert states(site) == ["retry"]
        assert kim(site, "status") == 1
        assert f":{port}" in capsys.readouterr().out
    faults = Faults()
    with faulty_server(faults) as port:
        through(site, port)
        kim(site, "run", "--at", "2024-11-06T09:30")
    assert states(site) == ["sent"]
    assert faults.connections == 1


def test_a_run_killed_while_it_waits_for_the_server_leaves_no_mail_in_doubt(site):
    with hanging() as (port, peers):
        through(site, port)
        path = site / "config" / "site.toml"
        path.write_text(path.read_text("utf-8").replace("timeout_seconds = 1", "timeout_seconds = 60"), "utf-8")
        code = "import sys; from automations.cli import run_command; sys.exit(run_command(sys.argv[1:]))"
        running = subprocess.Popen(
            [sys.executable, "-c", code, "--site", str(site), "run", "--at", DUE], env={**os.environ},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(600):
            if peers:
                break
            stopwatch.sleep(0.1)
        assert peers, "it never came to the server"
        running.send_signal(signal.SIGKILL)
        running.wait(30)
    assert states(site) == ["queued"]
    with faulty_server(Faults()) as port:
        through(site, port)
        kim(site, "run", "--at", "2024-11-06T09:30")
    assert states(site) == ["sent"]


def test_letters_that_take_too_long_wait_for_the_next_run(monkeypatch):
    """A server that takes half a minute for each must not hold a run for hours."""
    monkeypatch.setattr("automations.messages.mailbox.LONGEST", -1.0)
    letter = SimpleNamespace(size_rfc822=10, obj="a letter")
    box = SimpleNamespace(uids=lambda _: ["3", "4", "5"], fetch=lambda **_: [letter])
    mailbox = _OpenImap(box, InboxSettings(host="h", user="u", password_env="P"), 1, can_file=False)
    assert [found.uid for found in mailbox.letters(0, date(2024, 1, 1))] == [3]
