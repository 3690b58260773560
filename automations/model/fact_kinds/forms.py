"""What came through forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from automations.model.facts import Remembered


@dataclass(frozen=True, slots=True)
class FormSeen(Remembered):
    """Since when a form, by its name, has been looked at."""

    kind, bookkeeping = "form", True
    since: date | None = None


@dataclass(frozen=True, slots=True)
class FormFolders(Remembered):
    """The folders of forms that the config names, one a line, for looks between the runs."""

    kind, key, bookkeeping = "forms", "folders", True
    names: str = ""


@dataclass(frozen=True, slots=True)
class FormBatch(Remembered):
    """The keys of submissions, joined by blanks, that a question about many of them was about."""

    kind, bookkeeping = "intake_batch", True
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Submitted(Remembered):
    """A submission, by form and key, that is settled: "taken", or "declined". It names nobody, so that it outlives
    an erasure and the submission is not taken over anew."""

    kind, bookkeeping = "submission", True
    state: str = ""


@dataclass(frozen=True, slots=True)
class FormCase(Remembered):
    """The submission that a case, by its number, was made of; and the day on which it agreed to mails."""

    kind = "form_case"
    form: str = ""
    submission: str = ""
    consent: date | None = None
