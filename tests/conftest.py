"""What all tests share: CI may not skip a test that needs a server; Google's place is taken by the emulator."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.sheets_emulator import Emulator
from tests.support.demo_worlds import Demos
from tests.support.sheets_client import TABS, Client


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """With KIM_NO_SKIP set, a skipped test that needs a program is a failure: CI installs them all."""
    report = yield
    if os.environ.get("KIM_NO_SKIP") and report.skipped and item.get_closest_marker("servers"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def demos(tmp_path_factory: pytest.TempPathFactory) -> Demos:
    """Sites of the demonstration, made once for all processes of a session."""
    own = tmp_path_factory.getbasetemp()
    shelf = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "demos"
    shelf.mkdir(exist_ok=True)
    return Demos(shelf)


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
