"""Each mail before SpamAssassin, with its tests that need no network."""

from __future__ import annotations

import mailbox
import re
import subprocess

import pytest

from tests.yardsticks.tools import mails, program

pytestmark = pytest.mark.yardsticks
BOUND = 1.0
_ABOUT_TRANSPORT = ("NO_RELAYS", "NO_RECEIVED", "MISSING_", "UNPARSEABLE_RELAY", "ALL_TRUSTED")
"""Rules about the way that a mail came, which it has not gone here."""


def test_no_mail_looks_like_spam(tmp_path):
    assassin = program("spamassassin")
    box = mailbox.mbox(tmp_path / "mails")
    names = []
    for one in mails():
        if one.mail.audience == "client":
            names.append(one.name)
            box.add(bytes(one.message))
    box.close()
    command = [assassin, "-L", "-t", "--prefspath", "/dev/null", "--mbox", str(tmp_path / "mails")]
    done = subprocess.run(command, capture_output=True, timeout=280, check=True)
    reports = done.stdout.decode("utf-8", "replace").split("Content analysis details:")[1:]
    assert len(reports) == len(names)
    scores = {name: _points(report) for name, report in zip(names, reports, strict=True)}
    worst = {name: sum(score.values()) for name, score in scores.items()}
    print(f"SpamAssassin: {len(worst)} mails, highest {max(worst.values()):.1f}")
    assert {name: scores[name] for name, score in worst.items() if score > BOUND} == {}


def _points(report: str) -> dict[str, float]:
    """Rule -> points, of the table that a report begins with."""
    table = report.partition("\n\n")[0] + report.partition("\n\n")[2].partition("\n\n")[0]
    found = re.findall(r"^ *(-?\d+\.\d) (\w+)", table, re.MULTILINE)
    return {rule: float(score) for score, rule in found if not rule.startswith(_ABOUT_TRANSPORT)}
