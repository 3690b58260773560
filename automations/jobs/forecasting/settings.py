"""What a team may decide about its look ahead."""

from __future__ import annotations

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.figures.waiting import DayKind
from automations.model.settings import JobSettings

NEEDED = ("new", "closed", "waiting", "points", "capacity", "language")
"""The figures of `figures.sources.NEEDS` without whose columns there is no look ahead."""


class LookAheadSettings(JobSettings):
    """Settings of `look_ahead`.

    `tab` is the workbook that the tab goes to ("": none); it is made as soon as there is a tab of scenarios.
    `paths` are the possible futures that are drawn: more make the bands steadier and the run longer.
    `assign`, `waiting_days` and `warn_standstill` are those of the other jobs, put in by the config. In a `light` run
    the tab is drawn only where the day, a scenario or a setting is another one than when it was drawn last. `stamp` is
    of the program and the config, `standing` the fingerprint of the tab as it stands in the workbook: with both, the
    tab is not made anew from what it was made from already ("": it is)."""

    tab: str = "team"
    paths: int = Field(default=120, ge=20, le=1000)
    assign: AssignSettings = Field(default_factory=AssignSettings, exclude=True)
    waiting_days: DayKind = Field(default="working", exclude=True)
    warn_standstill: bool = Field(default=True, exclude=True)
    light: SkipJsonSchema[bool] = Field(default=False, exclude=True)
    stamp: SkipJsonSchema[str] = Field(default="", exclude=True)
    standing: SkipJsonSchema[str] = Field(default="", exclude=True)
    anew: SkipJsonSchema[bool] = Field(default=False, exclude=True)
