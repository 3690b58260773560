"""What config/*.toml may say. Every setting has a default that a small team can live with."""

from __future__ import annotations

from datetime import time
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Self

from msgspec import Struct
from pydantic import Field, ValidationInfo, field_validator, model_validator

from automations.common.files import true_path
from automations.messages.settings import MailSettings, one_address
from automations.messages.text_settings import TextMessageSettings
from automations.model.settings import ClockTime, SettingError, SiteFacts, Strict, schema_of
from automations.model.staff_figures import StaffFigures

_APART = 10  # minutes between two runs of the schedule, at least


class WorkbookSettings(Strict):
    """One workbook: a file (`path`, relative to the site folder), a file on a WebDAV server or a Google sheet (`url`).

    `keep_versions` is how many older versions of the file are kept in the site folder. A Google sheet's
    key file is named by the environment variable `credentials_env`, or by the entry
    `credentials_keyring` of the keyring (user "kim"). A WebDAV server's account is `user` (blank: the variable
    KIM_WEBDAV_USER), its app password the variable `password_env` or the entry `password_keyring`;
    `ca_file` holds the certificates of an authority of your own, `proxy` goes before HTTPS_PROXY."""

    path: str = ""
    url: str = ""
    user: str = ""
    password_env: str = "KIM_WEBDAV_PASSWORD"  # noqa: S105 - the name of a variable
    password_keyring: str = ""
    ca_file: str = ""
    proxy: str = ""
    allow_http: bool = Field(default=False, description="for tests: http:// to this very machine")
    credentials_env: str = "KIM_GOOGLE_CREDENTIALS"
    credentials_keyring: str = ""
    keep_versions: int = Field(default=30, ge=1, le=10_000)


class LedgerSettings(Strict):
    """Where the ledger is; blank: `state/ledger.sqlite` in the site folder. `url_env` names an
    environment variable that holds the URL (a PostgreSQL URL may hold a password)."""

    url: str = ""
    url_env: str = ""


class GuardSettings(Strict):
    """When to stop and ask rather than go on.

    `shrink_percent`: a table that lost more than this share of its rows since the last run stops the run. `mail_brake`:
    where more client mails than this leave on one day, or more than four times the usual, those of the run that would
    go beyond it are held. `busy_hours`: how long client mails wait for a workbook that somebody has open."""

    shrink_percent: int = Field(default=50, ge=1, le=100)
    shrink_from: int = Field(default=20, ge=1)
    mail_brake: int = Field(default=200, ge=1)
    busy_hours: float = Field(default=2.0, ge=0, le=72)


class ScheduleSettings(Strict):
    """When runs happen, in the site's local time. `full` runs do everything on working days;
    `light` runs leave the look ahead (tab `Vorschau`) as it was drawn that day; `grace_minutes` is how late a missed
    run is still caught up. Between the runs kim looks every `look_minutes` whether something is new in the
    workbook or the mailbox, and runs where it has settled (0: it does not): on working days from the first run until
    `look_until`, later than mails to clients leave, as calls and questions need nobody's sending hours."""

    full: tuple[ClockTime, ...] = (time(6, 30),)
    light: tuple[ClockTime, ...] = (time(12, 30), time(17, 0))
    look_minutes: int = Field(default=5, ge=0, le=120)
    look_until: ClockTime = time(22)
    grace_minutes: int = Field(default=12 * 60, ge=1, le=7 * 24 * 60)
    job_timeout_minutes: int = Field(default=30, ge=1, le=24 * 60)

    @model_validator(mode="after")
    def _apart(self) -> Self:
        times = sorted(60 * at.hour + at.minute for at in (*self.full, *self.light))
        if not times:
            raise ValueError("at least one time is needed in “full” or “light”")
        if any(later - earlier < _APART for earlier, later in pairwise(times)):
            raise ValueError("two runs are less than ten minutes apart, or at the same time")
        return self


class RetentionSettings(Strict):
    """`closed_case_months`: so long after its closing a case is proposed for erasure, as a question in the
    tab of decisions; 0: never."""

    closed_case_months: int = Field(default=0, ge=0, le=600)


class NoticedSettings(Strict):
    """Columns of which `kim explain` tells what people changed, and when that was noticed; the ledger keeps
    what stood there last. An empty list: no value is kept."""

    cases: tuple[str, ...] = (
        "manager", "phase", "urgency", "languages", "contact_way", "consent_on", "withdrawn_on", "email", "phone",
        "closed_on",
    )  # fmt: skip
    appointments: tuple[str, ...] = ("case", "date", "time", "place", "manager", "status")

    @field_validator("cases", "appointments")
    @classmethod
    def _are_fields(cls, typed: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        known = schema_of(info)[str(info.field_name)].fields
        for name in typed:
            if name not in known:
                near = get_close_matches(name, known, 1) or sorted(known)
                raise SettingError("there is no field “{name}”; there is: {names}", name=name, names=", ".join(near))
        return tuple(dict.fromkeys(typed))


class ApproverSettings(Strict):
    """Who may approve what the workbook proposes, by the answer to a mail; without any, only IT (`kim approve`)."""

    emails: tuple[str, ...] = ()

    @field_validator("emails")
    @classmethod
    def _are_addresses(cls, typed: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(one_address, typed)))


class PackSettings(Strict):
    """Packs in use: tables, rules and texts that come with kim, or from the site's own config/packs/<name>."""

    use: tuple[str, ...] = ()


class OperatorSettings(Strict):
    """Whom to tell when something fails."""

    email: str = ""
    ping_url: str = ""

    _is_address = field_validator("email")(one_address)

    @field_validator("ping_url")
    @classmethod
    def _is_url(cls, typed: str) -> str:
        if typed and not typed.startswith(("https://", "http://")):
            raise ValueError("an address that begins with https:// is expected")
        return typed


class NamesFile(Strict):
    """names.toml: groups of spellings that are one name."""

    groups: tuple[tuple[str, ...], ...] = ()


class SiteFile(Strict):
    """The whole of site.toml."""

    site: SiteFacts = Field(default_factory=SiteFacts)
    workbooks: dict[str, WorkbookSettings] = Field(default_factory=dict)
    homes: dict[str, str] = Field(default_factory=dict)
    mail: MailSettings = Field(default_factory=MailSettings)
    ledger: LedgerSettings = Field(default_factory=LedgerSettings)
    guards: GuardSettings = Field(default_factory=GuardSettings)
    schedule: ScheduleSettings = Field(default_factory=ScheduleSettings)
    operator: OperatorSettings = Field(default_factory=OperatorSettings)
    approvers: ApproverSettings = Field(default_factory=ApproverSettings)
    packs: PackSettings = Field(default_factory=PackSettings)
    retention: RetentionSettings = Field(default_factory=RetentionSettings)
    noticed: NoticedSettings = Field(default_factory=NoticedSettings)
    staff_figures: StaffFigures = Field(default_factory=StaffFigures)
    text_messages: TextMessageSettings = Field(default_factory=TextMessageSettings)

    @model_validator(mode="after")
    def _jobs_know(self) -> Self:
        """Jobs see the section among the facts of the site; it is typed as a section of its own alone."""
        if "staff_figures" in self.site.model_fields_set:
            raise SettingError("write it as a section of its own: [staff_figures]")
        texting = self.text_messages.countries if self.text_messages.on else ()
        own = (self.mail.sender, self.mail.reply_to, self.site.mail_from, self.site.reply_to)
        given = {
            "staff_figures": self.staff_figures, "texting": texting, "text_hours": self.text_messages.hours,
            "own_addresses": tuple(filter(None, own)),
        }  # fmt: skip
        facts = self.site.model_copy(update=given)
        object.__setattr__(self, "site", facts)
        return self


class Premises(Struct, frozen=True):
    """A site as site.toml alone knows it: enough for commands that look after the ledger."""

    folder: Path
    file: SiteFile

    @property
    def facts(self) -> SiteFacts:
        """What jobs may know of the site."""
        return self.file.site

    @property
    def state(self) -> Path:
        """The folder of the ledger, versions and logs; on a local disk."""
        return self.folder / "state"

    @property
    def workbook_folders(self) -> tuple[Path, ...]:
        """Where workbooks lie that are files: absolute, each once."""
        books = self.file.workbooks.values()
        return tuple(sorted({true_path(self.folder / book.path).parent for book in books if book.path}))

    @property
    def live(self) -> bool:
        """Whether mails really go to people."""
        return self.file.mail.live
