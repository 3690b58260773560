"""`kim start` at a tick a second: memory, open files and idle CPU stay where they are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import psutil
import pytest

from automations.setup.demo.site import make_site

SECONDS = float(os.environ.get("KIM_SOAK_SECONDS", "600"))
_MEGABYTE = 1024 * 1024


def quiet_site(folder):
    """A site whose schedule owes nothing during the test."""
    zone = ZoneInfo("Europe/Berlin")
    now = datetime.now(zone)
    make_site(folder, cases=30, seed=2, at=now)
    later = [f"{now + timedelta(hours=hours):%H:%M}" for hours in (10, 11)]
    hours = sorted(later)
    toml = folder / "config" / "site.toml"
    text = toml.read_text(encoding="utf-8").replace(
        "settle_minutes = 0", f'settle_minutes = 0\nmail_hours = ["{hours[0]}", "{hours[1]}"]'
    )
    toml.write_text(text + f'\n[schedule]\nfull = ["{later[0]}"]\nlight = ["{later[1]}"]\n', encoding="utf-8")


@pytest.mark.soak
@pytest.mark.timeout(SECONDS + 300)
def test_ten_minutes_of_waiting(tmp_path, record_property):
    folder = tmp_path / "site"
    quiet_site(folder)
    command = [sys.executable, "-m", "automations", "--site", str(folder), "start", "--tick", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as service:
        try:
            process = psutil.Process(service.pid)
            time.sleep(min(30.0, SECONDS / 3))
            first, began = measured(process), time.monotonic()
            time.sleep(SECONDS)
            last, took = measured(process), time.monotonic() - began
        finally:
            service.send_signal(signal.SIGTERM)
            out, _ = service.communicate(timeout=60)
    cpu = 100 * (last["cpu"] - first["cpu"]) / took
    figures = f"{took:.0f} s: {first} -> {last}, CPU {cpu:.2f} %"
    record_property("figures", figures)
    sys.stdout.write(figures + "\n")
    assert service.returncode == 0, out
    assert out == b""
    assert last["memory"] - first["memory"] < 4 * _MEGABYTE, figures
    assert last["files"] <= first["files"], figures
    assert cpu < 1, figures
    assert '"event": "failed"' not in (folder / "state" / "logs" / "kim.jsonl").read_text(encoding="utf-8")


def measured(process):
    times = process.cpu_times()
    return {"memory": process.memory_info().rss, "files": process.num_fds(), "cpu": times.user + times.system}
