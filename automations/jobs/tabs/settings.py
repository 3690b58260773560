"""What a team may choose about its summary tabs: where each goes, whose load is shown, what is published."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from automations.jobs.figures.land_report import DIMENSIONS
from automations.jobs.figures.own import OwnFigure
from automations.model.records import Urgency
from automations.model.settings import JobSettings, SettingError, Strict

Edition = Literal["published", "exact"]
PERSONAL = ("overview", "workload", "waiting", "appointments", "calls", "problems", "log", "guide")
"""Tabs that name single cases or colleagues."""


class TabPlaces(Strict):
    """Which tab goes to which workbook of site.toml; "" leaves a tab out."""

    overview: str = "team"
    workload: str = "team"
    waiting: str = "team"
    appointments: str = "team"
    calls: str = "team"
    problems: str = "team"
    log: str = "team"
    guide: str = "team"
    overview_managers: str = "managers"
    naturalisation: str = "managers"
    land_report: str = "managers"

    @model_validator(mode="after")
    def _keeps_persons_out(self) -> TabPlaces:
        managers = self.overview_managers
        # Where both overviews go to one workbook the team has no second one, and keeps nobody out.
        if managers and managers != self.overview and any(getattr(self, name) == managers for name in PERSONAL):
            raise SettingError(
                "the workbook “{workbook}” is for the managers: tabs with cases or persons cannot go there",
                workbook=managers,
            )
        return self


class Targets(Strict):
    """Within how many days (of the kind that waiting is counted in) the first contact should be made."""

    emergency: int = Field(default=0, ge=0, le=365)
    high: int = Field(default=2, ge=0, le=365)
    normal: int = Field(default=5, ge=0, le=365)

    def of(self, urgency: Urgency) -> int:
        """The target of a case of that urgency."""
        return {Urgency.EMERGENCY: self.emergency, Urgency.HIGH: self.high}.get(urgency, self.normal)


class ReportSettings(Strict):
    """`Bericht ans Land`: which dimensions, which edition, how many half-years.

    "published" hides small counts and shows finished half-years only, `delay_days` after their end;
    "exact" is confidential and includes the running half-year."""

    edition: Edition = "published"
    dimensions: tuple[str, ...] = (
        "sex", "age", "nationality", "residence_status", "legal_framework", "phase", "duration", "source",
        "referred_to", "outcome",
    )  # fmt: skip
    half_years: int = Field(default=2, ge=1, le=10)
    delay_days: int = Field(default=30, ge=0, le=180)

    @model_validator(mode="after")
    def _known(self) -> ReportSettings:
        unknown = [name for name in self.dimensions if name not in DIMENSIONS]
        if unknown:
            raise SettingError(
                "there is no dimension “{name}”; there is: {names}", name=unknown[0], names=", ".join(DIMENSIONS)
            )
        return self


class SummariseSettings(JobSettings):
    """`load_by`: whose load the team's tabs show. `waiting_days`: working or calendar days; `first_contact_within`: how
    many of them a first contact may take. `waiting_phases`: phases before the first contact. `threshold`: the smallest
    count that leaves the team; `smallest_office`: the fewest colleagues whose load leaves the team. `figures`: the
    team's own, from figures.toml. `warn_standstill`: whether a tab warns by itself when it was not renewed on the next
    working day. `guide`: the text of the guide, put in by whoever reads it."""

    tabs: TabPlaces = Field(default_factory=TabPlaces)
    load_by: Literal["person", "office", "none"] = "person"
    managers_load_by: Literal["office", "none"] = "office"
    waiting_days: Literal["working", "calendar"] = "working"
    first_contact_within: Targets = Field(default_factory=Targets)
    waiting_phases: tuple[str, ...] = ("new", "first_contact")
    days_ahead: int = Field(default=14, ge=1, le=60)
    warn_standstill: bool = True
    threshold: int = Field(default=5, ge=2, le=100)
    smallest_office: int = Field(default=3, ge=2, le=100)
    report: ReportSettings = Field(default_factory=ReportSettings)
    figures: tuple[OwnFigure, ...] = ()
    guide: str = ""

    @model_validator(mode="after")
    def _each_once(self) -> SummariseSettings:
        names = [figure.id for figure in self.figures]
        if doubled := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
            raise SettingError("two figures have the id “{name}”", name=doubled[0])
        return self
