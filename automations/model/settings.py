"""What every job is told about its site, and the base of all settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticKnownError

from automations.common.texts import Texts, texts
from automations.common.working_days import WorkingDays
from automations.model.staff_figures import StaffFigures

if TYPE_CHECKING:
    from automations.model.schema import Schema, TableSpec

T = TypeVar("T")


class SettingError(ValueError):
    """A value that cannot be: a sentence in English with `{names}` in it, and what they stand for. The
    config says it in the site's language."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence, self.values = sentence, values
        self.below: tuple[str, ...] = ()

    def under(self, *below: str) -> Self:
        """The same, about a part of the setting that is being checked."""
        self.below = (*below, *self.below)
        return self


class Strict(BaseModel):
    """Settings that refuse unknown keys and cannot be changed. What checks them is made when it is first needed: most
    settings are part of others, which check them too, and most commands need few."""

    # Forbidden, not ignored: a mistyped key that passes is a setting that does nothing, in silence.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_switch_for_a_number(cls, value: object, info: ValidationInfo) -> object:
        """`true` is no number, though Python counts with it: who typed it meant another setting."""
        if isinstance(value, bool):
            kind = cls.model_fields[info.field_name or ""].annotation
            kinds = {kind, *get_args(kind)}
            if bool not in kinds and kinds & {int, float}:
                raise PydanticKnownError("int_type" if int in kinds else "float_type")
        return value


def schema_of(info: ValidationInfo) -> Schema:
    """The tables that the settings being read may speak of: those of the site, else the shipped ones."""
    from automations.model.schema import SHIPPED  # here, as most settings speak of no tables

    found: Schema | None = info.context.get("schema") if isinstance(info.context, dict) else None
    return SHIPPED if found is None else found


def table_of(info: ValidationInfo, name: str, *fields: str) -> TableSpec:
    """A table of those, by its name, which has these fields; "" for none. Raises SettingError."""
    schema = schema_of(info)
    if name not in schema:
        raise SettingError("there is no table “{name}”; there is: {names}", name=name, names=", ".join(schema))
    known = schema[name].fields
    for field in filter(None, fields):
        if field not in known:
            raise no_field(field, name, known)
    return schema[name]


def no_field(name: str, table: str, known: Iterable[str]) -> SettingError:
    """What to say of a name that is no field of a table: the nearest that is, else all of its own."""
    from difflib import get_close_matches  # here, as only a wrong name needs it

    near = get_close_matches(name, list(known), n=1)
    if near:
        return SettingError(
            "the table “{table}” has no field “{name}”; did you mean “{near}”?", table=table, name=name, near=near[0]
        )
    names = ", ".join(sorted(one for one in known if "." not in one))
    return SettingError(
        "the table “{table}” has no field “{name}”; there is: {names}", table=table, name=name, names=names
    )


def _written_out(value: object) -> object:
    """Numbers are no times and no days: pydantic would take them for seconds since 1970."""
    if isinstance(value, int | float):
        raise ValueError("write it in quotation marks, times like “06:30”, days like “2026-12-28”")  # noqa: TRY004
    return value


ClockTime = Annotated[time, BeforeValidator(_written_out)]  # a local time of day, such as "06:30"
Day = Annotated[date, BeforeValidator(_written_out)]  # a day, such as "2026-12-28"


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


def service_name(language: str) -> str:
    """What a service is called in mails as long as nobody gave its name."""
    return "Case Management" if language == "en" else "Kommunales Integrationsmanagement"


class SiteFacts(Strict):
    """What jobs may know about the site. `zone` is an IANA name; `closed_days` come on top of the public holidays of
    `land` (DE-NW: "NW"); `approved_languages` are those that a named colleague has looked at (not given: the site's own
    alone); `hours` are the local hours in which mails to clients may leave; `questions_a_day` is how many questions are
    put to people a day, what cannot wait apart; `counts_stand_alone` says that monthly counts on naturalisation are
    those of each month alone, however much they look like sums since January."""

    name: str = service_name("de")
    language: str = "de"
    zone: str = "Europe/Berlin"
    country: str = "DE"
    land: str = "NW"
    phases: tuple[Phase, ...] = DEFAULT_PHASES
    closed_days: tuple[Day, ...] = ()
    closed_yearly: tuple[str, ...] = ("12-24", "12-31")
    settle_minutes: int = Field(default=30, ge=0, le=24 * 60)
    approved_languages: tuple[str, ...] = ("de",)
    phone: str = ""
    reply_to: str = ""
    mail_from: str = ""
    mail_hours: tuple[ClockTime, ClockTime] = (time(8), time(18))
    questions_a_day: int = Field(default=5, ge=1, le=200)
    counts_stand_alone: bool = False
    case_prefix: str = "KIM"
    appointment_prefix: str = "T"
    staff_figures: SkipJsonSchema[StaffFigures] = Field(default=StaffFigures(), exclude=True)
    texting: SkipJsonSchema[tuple[str, ...]] = Field(default=(), exclude=True)
    own_addresses: SkipJsonSchema[tuple[str, ...]] = Field(default=(), exclude=True)
    text_hours: SkipJsonSchema[tuple[ClockTime, ClockTime]] = Field(default=(time(9), time(18)), exclude=True)

    @model_validator(mode="before")
    @classmethod
    def _in_its_language(cls, given: Any) -> Any:
        english = isinstance(given, Mapping) and given.get("language") == "en"
        return {"approved_languages": ("en",), "name": service_name("en"), **given} if english else given

    @field_validator("language")
    @classmethod
    def _is_spoken(cls, code: str) -> str:
        # Sentences for staff exist in these two; clients' languages are another matter.
        return _right(code, code in {"de", "en"}, "possible are “de” and “en”")

    @field_validator("zone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("no such time zone is known; write it like “Europe/Berlin”") from None
        return name

    @field_validator("closed_yearly")
    @classmethod
    def _are_days(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        return _right(days, all(map(is_month_and_day, days)), "write days of every year like “12-24”, month first")

    @field_validator("mail_hours")
    @classmethod
    def _in_order(cls, hours: tuple[time, time]) -> tuple[time, time]:
        return _right(hours, hours[0] < hours[1], "the first time must be earlier than the second")

    @field_validator("approved_languages")
    @classmethod
    def _are_codes(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        # The code is a folder's name as well, in which the language's texts are looked for.
        known = all(re.fullmatch("[a-z]{2}", code) for code in codes)
        return _right(codes, known, "write languages with two letters each, such as “de”, “uk”, “ar”")

    @field_validator("case_prefix", "appointment_prefix")
    @classmethod
    def _has_letter(cls, prefix: str) -> str:
        # A letter first, so that spreadsheets do not take a number for a date or an amount.
        fits = bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,15}", prefix))
        return _right(prefix, fits, "it begins with a letter and holds letters, digits and hyphens, 16 at most")

    @field_validator("phases")
    @classmethod
    def _are_different(cls, phases: tuple[Phase, ...]) -> tuple[Phase, ...]:
        # Of two with one id the weight and whether a case is open would hang on their order.
        _right(phases, _distinct(phase.id for phase in phases), "a phase is named twice")
        return _right(phases, any(phase.open for phase in phases), "at least one phase must be open")

    @property
    def time_zone(self) -> ZoneInfo:
        """The zone of `zone`, for local times."""
        return ZoneInfo(self.zone)

    @property
    def texts(self) -> Texts:
        """Sentences for staff, in the site's language."""
        return texts(self.language)

    @property
    def working_days(self) -> WorkingDays:
        """The days on which the team works; made anew at each call, so ask once and keep it."""
        return WorkingDays(self.country, self.land, self.closed_days, self.closed_yearly, self.language)

    def local(self, moment: datetime) -> datetime:
        """An aware moment as the clocks of the site show it."""
        return moment.astimezone(self.time_zone)

    def today(self, now: datetime) -> date:
        """The local date at an aware moment."""
        return self.local(now).date()

    def phase(self, phase_id: str | None) -> Phase | None:
        """The phase of that id; None for an unknown or missing one."""
        for phase in self.phases:  # asked a million times on a large table; a generator takes three times as long
            if phase.id == phase_id:
                return phase
        return None


def _right(value: T, fits: bool, reason: str) -> T:
    if not fits:
        raise ValueError(reason)
    return value


def _distinct(names: Iterable[str]) -> bool:
    found = list(names)
    return len(found) == len(set(found))


def is_month_and_day(text: str) -> bool:
    """Whether a text is a day of every year: "12-24", month first."""
    try:
        date.fromisoformat(f"2024-{text}")  # a leap year, so that 29 February is a day
    except ValueError:
        return False
    return True


class JobSettings(Strict):
    """Base of each job's settings; `site` is put in by the config, not written in TOML."""

    site: SiteFacts = Field(default_factory=SiteFacts, exclude=True)


class Form(Strict):
    """One form: where its answers come in, which of its questions go into which column of the cases.

    `tab` is a tab of the team's workbook, `folder` one of CSV files (relative to the site). `key` is the heading of
    the form's own number (blank: the moment of sending names a submission), `sent` that of the moment. `consent` is
    the question whether mails may be sent: its answer is a proposal, which a colleague confirms by typing the day."""

    tab: str = ""
    folder: str = ""
    key: str = ""
    sent: str = ""
    consent: str = ""
    fields: Mapping[str, str]
