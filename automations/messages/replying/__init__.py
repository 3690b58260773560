"""Answers of clients, from the mailbox into the ledger."""
