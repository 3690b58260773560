"""What a team may decide about its assignment."""

from __future__ import annotations

from pydantic import Field

from automations.settings import JobSettings, Strict


class WaitLimits(Strict):
    """How many working days a case may wait for its first contact, by urgency. Five is the product's
    own rule for normal cases (an escalation follows it)."""

    emergency: int = Field(default=1, ge=0, le=30)
    high: int = Field(default=3, ge=0, le=60)
    normal: int = Field(default=5, ge=0, le=120)


class AssignSettings(JobSettings):
    """Settings of `assign_cases`. `default_capacity` is in load points, for colleagues whose capacity
    is blank; `first_phase` is the phase whose weight a case without phase has."""

    wait: WaitLimits = Field(default_factory=WaitLimits)
    default_capacity: float = Field(default=40.0, ge=0, le=1000)
    first_phase: str = "new"
    roles_without_cases: tuple[str, ...] = ()
