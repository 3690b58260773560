"""Settings of a Google sheet that make it understand what people type otherwise than the site does."""

from __future__ import annotations

from collections.abc import Iterator

from automations.workbooks.google.reading import State
from automations.workbooks.protocol import WorkbookError

_SET = "In Google: File, Settings, General."


def odd_settings(state: State, language: str, zone: str) -> Iterator[WorkbookError]:
    """A sentence for the sheet's locale, and one for its zone, where they are not the site's."""
    values = {"name": state.raw.name, "locale": state.locale, "zone": state.zone, "other": zone}
    if state.locale and state.locale.partition("_")[0].casefold() != language.casefold():
        message = (
            "The Google sheet “{name}” is set to the locale {locale}: it understands dates and decimal commas "
            "otherwise than your team types them."
        )
        yield WorkbookError(message, _SET, code="sheet_locale", values=values)
    if zone and state.zone and state.zone != zone:
        message = (
            "The Google sheet “{name}” is set to the time zone {zone}, this site to {other}: TODAY() and NOW() show "
            "another moment there."
        )
        yield WorkbookError(message, _SET, code="sheet_zone", values=values)
