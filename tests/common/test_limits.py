"""A job that hangs is stopped; the others go on."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from automations.common.limits import JobTimeoutError, time_limit


@pytest.fixture(autouse=True)
def _own_alarm():
    """Without the alarm that pytest-timeout keeps."""
    before = signal.signal(signal.SIGALRM, signal.SIG_DFL)
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    yield
    signal.signal(signal.SIGALRM, before)
    signal.setitimer(signal.ITIMER_REAL, left)


def hang():
    with time_limit(0.05):
        while True:
            time.sleep(0.01)


def test_what_hangs_is_stopped():
    with pytest.raises(JobTimeoutError, match=r"0\.05 s"):
        hang()


def test_what_is_quick_is_left_alone():
    with time_limit(30):
        done = True
    assert done
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_in_another_thread_there_is_no_limit():
    found = []

    def work():
        with time_limit(0.001):
            time.sleep(0.02)
            found.append("done")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == ["done"]
