"""What every job is told about its site, and the base of all settings."""

from __future__ import annotations

from datetime import date, time

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """Settings that refuse unknown keys and cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Phase(Strict):
    """A phase of case work: its id, its weight in load points, and whether the case is open in it."""

    id: str
    weight: float = Field(default=1.0, ge=0, le=100)
    open: bool = True
    word: str = ""


DEFAULT_PHASES = (
    Phase(id="new", weight=1.0),
    Phase(id="first_contact", weight=1.5),
    Phase(id="assessment", weight=2.0),
    Phase(id="planning", weight=1.5),
    Phase(id="support", weight=1.0),
    Phase(id="closing", weight=0.5),
    Phase(id="closed", weight=0.0, open=False),
    Phase(id="aborted", weight=0.0, open=False),
    Phase(id="rejected", weight=0.0, open=False),
    Phase(id="referred_on", weight=0.0, open=False),
)


class SiteFacts(Strict):
    """What jobs may know about the site. `zone` is an IANA name; `closed_days` come on top of the
    public holidays of `land` (DE-NW: "NW"); `approved_languages` are those that a named colleague
    has looked at; `hours` are the local hours in which mails to clients may leave.
    """

    name: str = "Kommunales Integrationsmanagement"
    language: str = "de"
    zone: str = "Europe/Berlin"
    country: str = "DE"
    land: str = "NW"
    phases: tuple[Phase, ...] = DEFAULT_PHASES
    closed_days: tuple[date, ...] = ()
    closed_yearly: tuple[str, ...] = ("12-24", "12-31")
    settle_minutes: int = Field(default=30, ge=0, le=24 * 60)
    approved_languages: tuple[str, ...] = ("de",)
    phone: str = ""
    reply_to: str = ""
    mail_from: str = ""
    mail_hours: tuple[time, time] = (time(8), time(18))
    case_prefix: str = "KIM"
    appointment_prefix: str = "T"

    def phase(self, phase_id: str | None) -> Phase | None:
        """The phase of that id; None for an unknown or missing one."""
        return next((phase for phase in self.phases if phase.id == phase_id), None)


class JobSettings(Strict):
    """Base of each job's settings; `site` is put in by the config, not written in TOML."""

    site: SiteFacts = Field(default_factory=SiteFacts, exclude=True)
