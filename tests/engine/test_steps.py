"""The seconds of a run's steps add up to the run."""

from __future__ import annotations

import json
import time

import pytest

from automations.cli import run_command
from automations.engine.steps import Steps
from automations.setup.demo.site import make_site
from tests.engine.test_guards import AT


def test_a_step_ends_where_the_next_begins_and_the_plan_is_told_by_its_parts(monkeypatch):
    moments = iter([0.0, 1.0, 3.0, 7.0, 8.0, 9.5])
    monkeypatch.setattr("automations.engine.steps.stopwatch.perf_counter", lambda: next(moments))
    told = []
    steps = Steps(told.append)
    for name in ("settle", "plan", "mend", "plan"):
        steps(name)
    assert steps.seconds({"read": 1.0, "understand": 0.5, "plan": 3.0}) == {
        "settle": 2.0, "plan": 4.0, "mend": 1.0, "read": 1.0, "understand": 0.5,
    }  # fmt: skip
    assert told == ["settle", "plan", "mend", "plan"]


@pytest.mark.parametrize("command", ["run", "plan"])
def test_what_a_command_tells_adds_up_to_what_it_took(tmp_path, capsys, command):
    make_site(tmp_path, cases=12, seed=3, at=AT)
    began = time.perf_counter()
    run_command(["--site", str(tmp_path), command, "--json", "--at", AT.isoformat()])
    took = time.perf_counter() - began
    told = json.loads(capsys.readouterr().out)
    assert {"start", "read", "understand", "remember", "plan"} <= set(told["seconds"])
    if command == "run":
        assert {"settle", "record", "send", "write team", "write managers", "tidy"} <= set(told["seconds"])
    assert took * 0.7 < sum(told["seconds"].values()) <= took + 0.1
    assert sum(job["seconds"] for job in told["jobs"].values()) <= told["seconds"]["plan"] + 0.1
