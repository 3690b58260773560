"""What all tests share: CI may not skip a test that needs a server; Google's place is taken by the emulator; what takes
long runs in slices; folders lie in memory where there is room."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.sheets_emulator import Emulator
from tests.support import shelf, slices
from tests.support.demo_worlds import demo
from tests.support.parsed_once import parse_once
from tests.support.sheets_client import TABS, Client

_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own there
_ROOM = 4 << 30


def pytest_configure(config: pytest.Config) -> None:
    """A run keeps what it did durably, some hundred times: on a disk that is what tests would wait for. No example is
    timed: a busy machine is no fault."""
    slices.seed()
    parse_once()
    hypothesis.settings.register_profile("untimed", deadline=None)
    hypothesis.settings.load_profile("untimed")
    if config.option.basetemp is None and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before `-m` looks at the marks."""
    slices.leave_to_soak(items)


def pytest_collection_finish() -> None:
    """What all the modules of tests made stays to the end: the collector need not walk through it again and again.
    Measured on small sites: an eighth of all time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Which slice it was."""
    terminalreporter.write_line(f"slices of {slices.SEED}={slices.seed()}; `make soak` runs the whole")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """With KIM_NO_SKIP set, a skipped test that needs a program is a failure: CI installs them all."""
    report = yield
    if os.environ.get("KIM_NO_SKIP") and report.skipped and item.get_closest_marker("servers"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def _shelf(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where `tests/support/shelf.py` keeps what tests make alike: one place for all processes of a session."""
    own = tmp_path_factory.getbasetemp()
    place = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shelf"
    place.mkdir(exist_ok=True)
    os.environ[shelf.PLACE] = str(place)


@pytest.fixture(scope="session")
def demos() -> Callable[..., Path]:
    """Sites of the demonstration."""
    return demo


@pytest.fixture
def google() -> Iterator[Emulator]:
    """The emulator of the Sheets API, empty."""
    with Emulator() as running:
        yield running


@pytest.fixture
def sheet(google: Emulator) -> str:
    """A small German spreadsheet."""
    return google.create("Team", TABS, locale="de_DE", timeZone="Europe/Berlin")


@pytest.fixture
def client(google: Emulator, sheet: str) -> Iterator[Client]:
    """Bare HTTP to that spreadsheet."""
    made = Client(google, sheet)
    yield made
    made.session.close()
