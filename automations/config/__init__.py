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
from automations.config.shipped_columns import load_columns

__all__ = [
    "ConfigError",
    "GuardSettings",
    "LedgerSettings",
    "ScheduleSettings",
    "Site",
    "SiteFile",
    "WorkbookSettings",
    "load_columns",
    "load_site",
]
