"""A program that records, claims, sends and writes until it is killed (see test_ledger_killed).

What it really "sent" it appends to a file, as a mail server would: before the ledger hears of it.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

from automations.ledger.book import open_ledger
from automations.ledger.recording import PlannedMail
from automations.model.layout import Base
from automations.model.plan import Fact
from automations.model.writes import WriteResult
from tests.ledger.examples import NOW, group, mail, reserved


def main(url: str, sent: str) -> None:
    """Works for ever; each round is a run of its own."""
    with open_ledger(url, now=NOW) as ledger, Path(sent).open("a", encoding="ascii") as server:
        start = len(ledger.runs(100_000))
        for n in count(start):
            now, run = NOW + timedelta(minutes=n), f"R{n:06d}"
            for stuck in ledger.stuck(now):
                ledger.settle_mail(stuck.mail.key, "unknown", now)
            for pending in ledger.pending_writes("team"):
                ledger.finish_write(pending.token, WriteResult("unchanged"), now)
            ledger.begin_run(run, now, ("remind",))
            mails = [PlannedMail(mail(f"reminder/{run}/{k}", subject_key=run), "queued") for k in range(3)]
            facts = [reserved(f"draft:{run}", f"KIM-2024-{n:06d}"), Fact("version", run, {"version": 1, "facts": "f"})]
            ledger.record(run, now, [group(f"g/{run}", f"KIM-2024-{n:06d}")], mails, facts, frozenset())
            for item in ledger.sendable(now):
                if ledger.claim(item.mail.key, now):
                    server.write(item.mail.key + "\n")
                    server.flush()
                    os.fsync(server.fileno())
                    ledger.settle_mail(item.mail.key, "sent", now, text=b"x" * 2000)
            ledger.announce_write(run, run, "team", "a", "b", [group(f"g/{run}")], Base("a"))
            ledger.finish_write(run, WriteResult("written", {f"g/{run}": "applied"}), now)


if __name__ == "__main__":
    main(*sys.argv[1:])
