"""A worker's log is lines for an operator: no traceback, one sentence for a run that was overtaken."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

import pytest
from procrastinate.exceptions import ConnectorException

from automations.fleet.registry import connect
from automations.fleet.words import OVERTAKEN, in_one_line
from automations.fleet.worker import FleetWorker
from tests.support.fleets import joined

CUT_SHORT = "query cancellation interrupted (%s): closing connection"
"""What psycopg says when a query that it is cancelling is interrupted once more."""


def test_what_libraries_log_is_one_line(capsys):
    lines = []
    loop = asyncio.new_event_loop()
    try:
        with in_one_line(lambda word, **values: lines.append((word, values)), loop):
            error = ConnectorException()
            logging.getLogger("procrastinate.worker").error("listener error: %s\nmore", "away", exc_info=error)
            logging.getLogger("procrastinate.worker").info("nothing to tell")
            logging.getLogger("psycopg").warning(CUT_SHORT, "CancelledError")
            logging.getLogger("psycopg").warning(CUT_SHORT, "OperationalError")
            loop.call_exception_handler({"message": "Task exception was never retrieved", "exception": OSError("x")})
    finally:
        loop.close()
    assert lines == [
        ("queue", {"said": "listener error: away", "error": "ConnectorException"}),
        ("queue", {"said": "query cancellation interrupted (OperationalError): closing connection"}),
        ("queue", {"said": "Task exception was never retrieved", "error": "OSError"}),
    ]
    assert capsys.readouterr().err == ""


@pytest.mark.servers
def test_a_run_that_was_given_up_meanwhile_ends_in_one_sentence(fleet, tmp_path, monkeypatch, capfd):
    joined(fleet, tmp_path, "herne")
    lines = []

    def log(word, **values):
        lines.append((word, values))

    worker = FleetWorker(fleet, "1", "w", lambda: datetime.now(UTC), log, parallel=1, tick=0.2)

    async def overtaken(_worker: FleetWorker, site: str) -> None:
        del site
        with connect(fleet) as connection:
            connection.execute("DELETE FROM procrastinate_jobs")
            connection.execute("UPDATE sites SET state = 'paused'")
        asyncio.get_running_loop().call_later(1.0, worker.stop.set)

    monkeypatch.setattr(FleetWorker, "run", overtaken)
    asyncio.run(asyncio.wait_for(worker.work(), 30))
    said = [values["said"] for word, values in lines if word == "queue"]
    assert said == [OVERTAKEN]
    assert "Traceback" not in capfd.readouterr().err
