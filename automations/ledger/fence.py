"""A fence before the ledger: where several machines may run a site, only the run that was let in last writes.

Who starts a run of a fleet's site raises the site's token first, behind the lock that every writing transaction of a
ledger takes. A run that was given up for dead (its machine stood still, its network was cut) and goes on later finds a
higher token than its own: it claims no mail, announces no write to a workbook, notes nothing. A lock alone could not
do that, as it is lost without its holder noticing."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import Connection, text

from automations.ledger.errors import LedgerError


class Fence(Protocol):
    """Asked inside each transaction that writes, once no other can write."""

    def check(self, connection: Connection) -> None:
        """Raises LedgerError (code "fenced") where a newer run has been let in."""


class TokenFence:
    """The fence of a fleet: `kim_port.token()` tells, on the ledger's own connection, the token of the newest run."""

    def __init__(self, token: int) -> None:
        self.token = token

    def check(self, connection: Connection) -> None:
        """See Fence."""
        # On the writing connection itself: another one could answer while this one is cut off.
        if connection.execute(text("SELECT kim_port.token()")).scalar() != self.token:
            raise LedgerError(
                "This run was given up for dead, and a newer one of the same site has been let in.",
                "Nothing needs to be done: it stopped before it changed or sent anything more.",
                code="fenced",
            )


def fence_of(token: str, dialect: str) -> Fence | None:
    """The fence for a token as text; None for "". Raises LedgerError for a ledger that cannot have one."""
    if not token:
        return None
    # A file cannot be fenced: whoever overtakes a run on another machine has another file.
    if dialect != "postgresql" or not token.isdecimal():
        raise LedgerError(
            "A site of a fleet keeps its ledger on PostgreSQL, and this one does not.",
            "Please let url_env below [ledger] in site.toml name KIM_LEDGER_URL, as `kim fleet add` does.",
            code="fence_database",
        )
    return TokenFence(int(token))
