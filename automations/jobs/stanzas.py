"""What stanzas of reminders.toml and of rules.toml may say alike: the date that a rule counts from, and its days; and
what can be wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Literal, Self

from msgspec import Struct
from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from automations.model.settings import ClockTime, JobSettings, SettingError, Strict

FARTHEST = 3660  # ten years: a message farther from its date than that is a slip of the pen


_MONTHS = 1_200  # “18 Jahre nach [Geburtsdatum]” is one of 216


class Counted(Strict):
    """So many days or months before or after a date of the row."""

    field: str = ""
    days_before: tuple[int, ...] = ()
    days_after: tuple[int, ...] = ()
    months_before: tuple[int, ...] = ()
    months_after: tuple[int, ...] = ()
    days: Literal["calendar", "working"] = "calendar"
    at: ClockTime = time(6)
    closed_days: Literal["keep", "before", "after"] = "before"
    keep_days: int = Field(default=14, ge=1, le=366)
    repeat_days: int = Field(default=0, ge=0, le=366)
    repeats: int = Field(default=0, ge=0, le=100)

    @model_validator(mode="after")
    def _in_reach(self) -> Self:
        if any(not 0 <= n <= FARTHEST for n in self.days_before + self.days_after):
            raise SettingError("days are whole numbers from 0 to {limit}", limit=FARTHEST)
        if any(not 1 <= n <= _MONTHS for n in self.months_before + self.months_after):
            raise SettingError("months are whole numbers from 1 to {limit}", limit=_MONTHS)
        return self

    @property
    def before(self) -> bool:
        """Whether it counts to days before the date."""
        return bool(self.days_before or self.months_before)

    @property
    def after(self) -> bool:
        """Whether it counts to days after the date."""
        return bool(self.days_after or self.months_after)


class Fault(Struct, frozen=True):
    """A part of a rule, what is wrong with it, what to do, and what is shown of it."""

    part: str
    message: str
    advice: str
    shown: str = ""


class MessageSettings(JobSettings):
    """Settings of a job that writes by rules. `lead_roles` are the words that mark a team lead in the table of the
    team. `lines` says in which line of the file a part stands ("rules.3.when"); it is put in by the config."""

    lead_roles: tuple[str, ...] = ("lead", "team lead")
    lines: SkipJsonSchema[Mapping[str, int]] = Field(default_factory=dict, exclude=True)

    def line_of(self, index: int, part: str) -> int | None:
        """In which line of the file a part of a rule stands."""
        return self.lines.get(f"rules.{index}.{part}") or self.lines.get(f"rules.{index}")
