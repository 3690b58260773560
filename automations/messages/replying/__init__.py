"""Answers of clients, from the mailbox into the ledger."""

from __future__ import annotations

from automations.messages.replying.inflow import Inflow, read_inbox

__all__ = ["Inflow", "read_inbox"]
