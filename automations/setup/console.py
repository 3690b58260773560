"""The tabs in which a team writes its rules, texts and settings, added to the workbook that it has."""

from __future__ import annotations

from collections.abc import Iterator

from automations.common.texts import Texts
from automations.model.snapshot import Snapshot
from automations.setup.console_tabs import console_tabs
from automations.setup.settings_tab import decisions_tab, has_settings_tab
from automations.tables.columns import Columns
from automations.workbooks.new_files import NewTab
from automations.workbooks.protocol import RawWorkbook


def lacking(snapshot: Snapshot, columns: Columns, raw: RawWorkbook, said: Texts) -> Iterator[NewTab]:
    """The tabs that are not there: of the team's own tables, of texts, rules and settings, in the order in which
    they are to be added, as some offer words of others."""
    yield from console_tabs(snapshot, columns, raw, said)
    if not has_settings_tab(raw):
        yield decisions_tab(snapshot, columns, raw, said)
