"""Offers: what somebody is asked to take on, and how their answers are told from clients' answers.

An offer has a subject of its own for each row and candidate, in the outbox, in what was told and in the answers. It
says nothing of the row, as it stands in the subject line of mails that cross foreign domains.
"""

from __future__ import annotations

from automations.model.values import digest

_PREFIX = "offer:"


def offer_subject(rule: str, row: str, candidate: str) -> str:
    """The subject of all messages to one candidate about one row; the arguments are marks, not names."""
    return _PREFIX + digest(rule, row, candidate)


def is_offer(subject: str) -> bool:
    """Whether messages and answers of that subject are about an offer, and no client's appointment."""
    return subject.startswith(_PREFIX)
