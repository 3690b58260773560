"""A write that is killed at a named step: `python -m tests.support.xlsx_victim FOLDER STEP [save]`.

With `save`, a colleague saves right before the exchange, so that it displaces what was never read.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from automations.workbooks.xlsx.backend import XlsxWorkbook
from tests.support.workbook_contract import LEDGER, a_tab, append, base_of, group
from tests.support.xlsx_files import colleague_types

TOKEN = "the token"
GROUPS = (group("KIM-1", ("manager", None, "AB")), append("KIM-9", last_name="Neun"))


def main(folder: Path, killed_at: str, save: bool) -> None:
    path = folder / "team.xlsx"

    def step(name: str) -> None:
        if name == "exchange" and save:
            colleague_types(path, 6, 3, "von Hand")
        if name == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def announce(before: str, after: str) -> None:
        (folder / "announced.json").write_text(json.dumps([before, after]))

    book = XlsxWorkbook("team", path, versions=folder / "versions", step=step)
    book.write(GROUPS, [a_tab()], base_of(book.read()), TOKEN, LEDGER, announce)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], "save" in sys.argv[3:])
