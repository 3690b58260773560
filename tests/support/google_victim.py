"""A run of kim that will be killed: `python -m tests.support.google_victim URL SHEET` writes two groups and a tab."""

from __future__ import annotations

import sys

from automations.workbooks.protocol import Workbook
from tests.support.google_sheets import Clock, connect
from tests.support.workbook_contract import LEDGER, Announced, a_tab, append, base_of, group

TOKEN = "killed"
WANTED = (group("KIM-1", ("manager", None, "AB"), guards={"phase": "Neu"}), append("KIM-9", last_name="Neun"))


def write(book: Workbook) -> None:
    base = base_of(book.read())
    book.write(WANTED, [a_tab()], base, TOKEN, LEDGER, Announced())


if __name__ == "__main__":
    write(connect(sys.argv[1], sys.argv[2], Clock()))
