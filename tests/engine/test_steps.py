"""The seconds of a run's steps add up to the run."""

from __future__ import annotations

import json
import time
from argparse import Namespace

import pytest

from automations.cli import run_command
from automations.cli.runs import timed
from automations.engine.steps import Steps, Watch
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


def test_a_share_that_comes_twice_counts_together(monkeypatch):
    moments = iter([0.0, 1.0, 3.0, 7.0])
    monkeypatch.setattr("automations.engine.steps.stopwatch.perf_counter", lambda: next(moments))
    watch = Watch()
    for name in ("plan", "rehearse", "plan"):
        watch.lap(name)
    assert watch.seconds == {"plan": 5.0, "rehearse": 2.0}


def test_what_no_step_took_is_the_report(monkeypatch):
    monkeypatch.setattr("automations.cli.opening.perf_counter", lambda: 12.0)
    told = timed({"outcome": "done", "seconds": {}}, {"start": 1.5, "plan": 6.0}, Namespace(began=2.0))
    assert told == {"outcome": "done", "seconds": {"start": 1.5, "plan": 6.0, "report": 2.5}}


@pytest.mark.parametrize("command", ["run", "plan"])
def test_what_a_command_tells_adds_up_to_what_it_took(tmp_path, capsys, command):
    make_site(tmp_path, cases=12, seed=3, at=AT)
    began = time.perf_counter()
    run_command(["--site", str(tmp_path), command, "--json", "--at", AT.isoformat()])
    took = time.perf_counter() - began
    told = json.loads(capsys.readouterr().out)
    assert {"start", "read", "understand", "remember", "plan", "rehearse", "report"} <= set(told["seconds"])
    if command == "run":
        steps = {"settle", "inbox", "notice", "record", "send", "show", "write team", "write managers", "end", "tidy"}
        assert steps <= set(told["seconds"])
    assert took * 0.7 < sum(told["seconds"].values()) <= took + 0.1
    assert sum(job["seconds"] for job in told["jobs"].values()) <= told["seconds"]["plan"] + 0.1
