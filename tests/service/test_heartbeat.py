"""A watching service is told every five minutes; one that does not answer stops nothing."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from automations.service.heartbeat import Pings, standing_still
from automations.service.scheduler import Service

NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)


@pytest.fixture
def watcher():
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Silent."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", seen
        server.shutdown()
        thread.join()


def test_every_five_minutes(watcher):
    url, seen = watcher
    pings = Pings()
    for minutes in (0, 1, 4, 5, 6, 12):
        assert pings.ping(f"{url}/kim", NOW + timedelta(minutes=minutes)) == ""
    assert seen == ["/kim", "/kim", "/kim"]
    assert pings.ping(f"{url}/back", NOW) == ""
    assert seen[-1] == "/back"


def test_nobody_there(watcher):
    assert Pings().ping("http://127.0.0.1:1/", NOW) == "URLError"
    assert Pings().ping("", NOW) == ""


def test_a_sign_of_life_is_never_half_written(tmp_path, monkeypatch):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "site.toml").write_text("[workbooks.team]\npath = 'Team.xlsx'\n", encoding="utf-8")
    (tmp_path / "state").mkdir()
    moments = iter((NOW, NOW, NOW + timedelta(minutes=1)))
    service = Service(tmp_path, lambda: next(moments))
    service._beat()

    def full(_):
        raise OSError("full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        service._beat()
    assert standing_still(tmp_path / "state", NOW) == timedelta(0)
