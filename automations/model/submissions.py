"""What people sent through a form: a tab that a form fills, or CSV files in a folder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct, field

from automations.model.values import Value

if TYPE_CHECKING:
    from automations.model.settings import Form


class Submission(Struct, frozen=True):
    """One submission. `key` names it for ever within its `form` (a digest), `place` says where it stands, for people.

    `answers` are what is written into a new case, by field; `alike` what tells it from others, as it was understood
    (email, phone, name with birth date); `twin`: another one has the same key. `consents`: mails were agreed to."""

    form: str
    key: str
    place: str
    sent_on: date | None
    answers: Mapping[str, Value]
    alike: frozenset[str] = frozenset()
    twin: bool = False
    consents: bool = False
    file: str = ""

    @property
    def id(self) -> str:
        """The name of its fact in the ledger."""
        return f"{self.form}/{self.key}"


class Intake(Struct, frozen=True):
    """All submissions of all forms, and what could not be read: sentences, with the tab or file."""

    submissions: tuple[Submission, ...] = ()
    troubles: tuple[tuple[str, str], ...] = ()
    forms: Mapping[str, Form] = field(default_factory=dict)
