"""An upgrade between two programs that are really there: the old one works on until the new one has been rehearsed."""

from __future__ import annotations

import json
import subprocess
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from automations.fleet import membership, registry
from automations.fleet.registry import connect
from automations.ledger.book import open_ledger
from tests.support.fleets import url_of
from tests.support.small_site import case, reachable, small_site
from tests.support.versions import other_version

CHANGES = {
    "automations/model/settings.py": ('case_prefix: str = "KIM"', 'case_prefix: str = "KIX"'),
    "templates/mail/appointment_reminder.subject.txt.j2": ("{{ _(", "Neu: {{ _("),
}


@contextmanager
def at_work(python, name):
    """A worker of a version."""
    words = ["fleet", "work", "--parallel", "1", "--tick", "1", "--name", name]
    worker = subprocess.Popen([python, "-P", "-m", "automations", *words], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(timeout=60)


def told(python, *words):
    done = subprocess.run([python, "-P", "-m", "automations", *words], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


@pytest.mark.servers
@pytest.mark.timeout(300)
def test_a_new_version_that_plans_otherwise_says_what_and_waits_for_a_yes(fleet, tmp_path, monkeypatch):
    monkeypatch.delenv("PYTHONPATH", raising=False)
    old = other_version(tmp_path / "old", "0.2.0", {})
    new = other_version(tmp_path / "new", "0.2.1", CHANGES)
    today = datetime.now(UTC).date()
    folder = tmp_path / "herne"
    folder.mkdir()
    coming = [today + timedelta(days=n) for n in range(1, 8)]
    visits = [{"Termin-Nr.": f"T-{n}", "Fall-Nr.": "K-1", "Datum": day, "Uhrzeit": "10:00", "Ort": "Büro Nord",
               "Beratung durch": "AA", "Status": "geplant"} for n, day in enumerate(coming)]  # fmt: skip
    small_site(
        folder,
        [case(1, **reachable(1)) | {"Zuständig": "AA"}, case(None, Eingang=date(2024, 10, 1))],
        visits,
        few_tabs=True,
    )
    with connect(fleet) as connection:
        membership.add(connection, folder, "herne", "", "0.2.0")
        open_ledger(url_of(folder), now=datetime.now(UTC)).close()
        connection.execute("UPDATE sites SET state = 'active', next = now() + interval '1 day'")
        with at_work(old, "old"):
            for _ in range(300):
                if registry.setting(connection, registry.program_of("0.2.0")):
                    break
                time.sleep(0.1)
            status, said = told(new, "fleet", "upgrade", "herne", "--json")
            assert (status, said["outcome"]) == (1, "attention")
            found = {(one["part"], one["kind"]): (one["gone"], one["new"]) for one in said["sites"][0]["differences"]}
            assert found["edits", "Fälle/Fall-Nr."] == (1, 1)
            assert any(part == "mails" and kind.startswith("appointment_reminder/de") for part, kind in found)
            assert membership.known(connection, "herne").version == "0.2.0"
            status, said = told(new, "fleet", "upgrade", "herne", "--yes", "--json")
            assert (status, said["outcome"]) == (0, "done")
            assert membership.known(connection, "herne").version == "0.2.1"
            with at_work(new, "new"):
                connection.execute("UPDATE sites SET next = now()")
                rows = []
                for _ in range(400):
                    query = "SELECT token, next > now() FROM sites"
                    rows = connection.execute(query).fetchall()
                    if rows[0][0] > 0 and rows[0][1]:
                        break
                    time.sleep(0.1)
                assert rows[0][1]
        waiting = connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'kim-0.2.0'")
        assert waiting.fetchone() == (0,)
    assert list((folder / "state" / "backups").glob("*before-0.2.1*"))
