"""What all tests share: CI may not skip a test that needs a server."""

from __future__ import annotations

import os

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """With KIM_NO_SKIP set, a skipped test that needs a program is a failure: CI installs them all."""
    report = yield
    if os.environ.get("KIM_NO_SKIP") and report.skipped and item.get_closest_marker("servers"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
    return report
