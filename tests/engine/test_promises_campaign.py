"""Random runs with one fault each, on workbooks in memory, in files and in the Google emulator, mails included: a
promise is kept or it is told, and the run after the fault brings what was owed."""

from __future__ import annotations

from collections import Counter

import pytest
from msgspec import structs

from automations.engine import apply, log_line, promises
from automations.model.writes import WriteResult
from tests.support.promise_runs import COMMON, FAULTS, FILES, POST, STEPS, Ailing, Campaign, campaign, one_run

RUNS = 500
SLICE = [
    ("memory", COMMON.index(("send the rest", "mail unheard"))),
    ("memory", COMMON.index(("record", "ledger full"))),
    ("memory", COMMON.index(("write team", "one group"))),
    ("memory", COMMON.index(("write managers", "one tab"))),
    ("memory", COMMON.index(("tell", "held"))),
    ("xlsx", len(COMMON) + FILES.index(("file: exchange", "somebody saves"))),
    ("xlsx", len(COMMON) + FILES.index(("file: exchanged", "disk fails"))),
]


@pytest.mark.sliced(4)
@pytest.mark.parametrize(("backend", "seed"), SLICE)
def test_a_promise_is_kept_or_told(backend, seed, tmp_path):
    assert one_run(tmp_path, backend, seed) == []


def test_a_promise_to_a_google_sheet_is_kept_or_told(tmp_path, google):
    assert one_run(tmp_path, "google", COMMON.index(("write team", "arrived unheard")), google) == []


def test_each_step_of_a_run_has_its_faults():
    assert {step for step, _ in COMMON} == set(STEPS)
    plan = campaign(RUNS)
    for backend, faults in FAULTS.items():
        assert sum(name == backend for name, _ in plan) >= len(faults), backend


def _dumb_about_mails(monkeypatch):
    send = apply.send_all
    monkeypatch.setattr(log_line, "_lost", lambda *_: iter(()))
    monkeypatch.setattr(apply, "send_all", lambda *words: structs.replace(send(*words), trouble=""))


@pytest.mark.parametrize("fault", POST)
def test_mails_that_nobody_speaks_of_are_found_out(fault, tmp_path, monkeypatch):
    """Two places tell of a mail that did not arrive; with both struck dumb the campaign must notice."""
    _dumb_about_mails(monkeypatch)
    seed = COMMON.index(("send the rest", fault))
    assert any("not a word of" in line for line in one_run(tmp_path, "memory", seed))


def test_a_tab_that_is_missing_and_called_written_is_found_out(tmp_path, monkeypatch):
    def blind(self, groups, tabs, *rest) -> WriteResult:
        lost = tabs[0].id if self._trouble.takes("one tab") else ""
        return self._real.write(groups, [doc for doc in tabs if doc.id != lost], *rest)

    monkeypatch.setattr(Ailing, "write", blind)
    seed = COMMON.index(("write team", "one tab"))
    assert any("does not stand there" in line for line in one_run(tmp_path, "memory", seed))


def test_an_outcome_that_overlooks_a_refusal_is_found_out(tmp_path, monkeypatch):
    real = promises.judged
    monkeypatch.setattr(
        log_line, "judged", lambda found, **_: real((), waits=False, troubles=False) if found else "done"
    )
    seed = COMMON.index(("write team", "one group"))
    assert any("done, but" in line for line in one_run(tmp_path, "memory", seed))


@pytest.mark.soak
def test_five_hundred_runs_break_no_promise_in_silence(tmp_path, capsys, google):
    silent, struck = [], Counter()
    for backend, seed in campaign(RUNS):
        folder = tmp_path / f"{backend}-{seed}"
        folder.mkdir()
        played = Campaign(folder, backend, seed, google if backend == "google" else None)
        silent += played.played()
        struck[backend, played.step, played.kind] += played.struck
    by_backend = Counter(backend for backend, *_ in struck.elements())
    with capsys.disabled():
        print(f"\n{RUNS} runs, struck {dict(by_backend)}, {len(+struck)} faults; silent: {len(silent)}")  # noqa: T201
    assert silent == []
    assert sum(struck.values()) >= 0.9 * RUNS
    assert {step for (_, step, _), times in struck.items() if times} >= set(STEPS)
