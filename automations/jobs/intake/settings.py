"""What a team may decide about its forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from automations.model.schema import SHIPPED
from automations.model.settings import JobSettings, SettingError
from automations.model.submissions import Form

NEVER = frozenset(
    {"number", "consent_on", "withdrawn_on", "manager", "manager_since", "reason", "phase_since", "check_note"}
)
"""Columns that no form fills in: consent is confirmed by a colleague, the others are kim's."""


class TakeInSettings(JobSettings):
    """The forms by name. More than `at_once` submissions of a form in one run are asked about first, as are those
    that stood there already when kim first saw the form."""

    at_once: int = Field(default=20, ge=1, le=1000)
    forms: Mapping[str, Form] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        for name, form in self.forms.items():
            # Both would take the same submission over twice.
            if bool(form.tab) == bool(form.folder):
                raise SettingError("the form “{name}” needs either a tab or a folder", name=name)
            fields = {*SHIPPED["cases"].fields, "full_name"}
            for field in form.fields:
                if field not in fields or field in NEVER:
                    raise SettingError("the form “{name}” cannot fill in “{field}”", name=name, field=field)
            # A case without any name is counted nowhere and found by nobody.
            if not {"last_name", "full_name"} & form.fields.keys():
                raise SettingError("the form “{name}” must say which question gives the last name", name=name)
        return self
