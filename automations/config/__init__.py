"""The site's configuration: config/*.toml into one `Site`, or all of its problems together."""

from automations.config.loading import ConfigError, load_site
from automations.config.models import (
    GuardSettings,
    LedgerSettings,
    ScheduleSettings,
    Site,
    SiteFile,
    WorkbookSettings,
)

__all__ = [
    "ConfigError",
    "GuardSettings",
    "LedgerSettings",
    "ScheduleSettings",
    "Site",
    "SiteFile",
    "WorkbookSettings",
    "load_site",
]
