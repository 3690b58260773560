"""`kim status --alive`, for health checks: only looks at the sign of life of `kim start`.

A container asks every two minutes, so it loads neither the config nor the ledger."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from automations.cli.exit_status import ATTENTION, DONE
from automations.cli.language import language_of
from automations.cli.output import Output
from automations.common.texts import Texts, texts
from automations.service.heartbeat import standing_still

_SILENT_MINUTES = 10


def alive(arguments: Namespace) -> int:
    """Status 0 while “kim start” gives signs of life, else 1."""
    output, folder = Output(arguments.json), Path(arguments.site)
    silent = standing_still(folder / "state", _now(arguments.at))
    well = silent is not None and silent < timedelta(minutes=_SILENT_MINUTES)
    ended = DONE if well else ATTENTION
    output.document({"alive": well, "silent_seconds": silent.total_seconds() if silent is not None else None}, ended)
    output.line(service_line(silent, texts(language_of(folder))))
    return ended


def _now(at: datetime | None) -> datetime:
    moment = at or datetime.now(UTC)
    return moment if moment.tzinfo else moment.astimezone()


def service_line(silent: timedelta | None, say: Texts) -> str:
    """The sign of life in words."""
    if silent is None:
        return say.say("“kim start” has not run here yet.")
    minutes = int(silent.total_seconds() // 60)
    if minutes < _SILENT_MINUTES:
        return say.say("“kim start” is running.")
    return say.count(
        "“kim start” has been silent for {n} minute.", "“kim start” has been silent for {n} minutes.", minutes
    )
