"""What came through forms."""

from __future__ import annotations

from datetime import date

from automations.model.facts import Remembered


class FormSeen(Remembered, frozen=True):
    """Since when a form, by its name, has been looked at."""

    kind, bookkeeping = "form", True
    since: date | None = None


class FormFolders(Remembered, frozen=True):
    """The folders of forms that the config names, one a line, for looks between the runs."""

    kind, key, bookkeeping = "forms", "folders", True
    names: str = ""


class FormBatch(Remembered, frozen=True):
    """The keys of submissions, joined by blanks, that a question about many of them was about."""

    kind, bookkeeping = "intake_batch", True
    keys: str = ""


class Submitted(Remembered, frozen=True):
    """A submission, by form and key, that is settled: "taken", or "declined". It names nobody, so that it outlives
    an erasure and the submission is not taken over anew."""

    kind, bookkeeping = "submission", True
    state: str = ""


class FormCase(Remembered, frozen=True):
    """The submission that a case, by its number, was made of; the day on which it agreed to mails; and what it said, as
    `field:digest` joined by blanks."""

    kind = "form_case"
    form: str = ""
    submission: str = ""
    consent: date | None = None
    said: str = ""
