"""A write to a server that is killed at a named step: `python -m tests.support.dav_victim URL FOLDER STEP`."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from automations.workbooks.stores.webdav.store import open_store
from automations.workbooks.xlsx.backend import StoredWorkbook
from tests.support.workbook_contract import LEDGER, a_tab, append, base_of, group

TOKEN = "the token"
GROUPS = (group("KIM-1", ("manager", None, "AB")), append("KIM-9", last_name="Neun"))


def main(url: str, folder: Path, killed_at: str) -> None:
    def step(name: str) -> None:
        if name == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def announce(before: str, after: str) -> None:
        (folder / "announced.json").write_text(json.dumps([before, after]))

    store = open_store("team", url, user="kim", http=True, versions=folder / "versions", step=step)
    book = StoredWorkbook("team", store, step=step)
    book.write(GROUPS, [a_tab()], base_of(book.read()), TOKEN, LEDGER, announce)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
