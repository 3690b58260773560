"""What the ledger says when it cannot go on."""

from __future__ import annotations

from automations.common.errors import ExplainedError


class LedgerError(ExplainedError):
    """A ledger that cannot be opened, read or written."""

    def __init__(self, message: str, advice: str = "", *, code: str = "ledger", **values: object) -> None:
        super().__init__(message, advice, values=values)
        self.code, self.busy = code, code == "ledger_busy"
