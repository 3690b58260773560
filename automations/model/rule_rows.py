"""What a team wrote into its workbook for kim to act on: rules and texts in the form of rules.toml, scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from automations.model.call_rows import CallRow
from automations.model.scenarios import Scenario
from automations.model.values import RowKey

RULES, TEXTS = "rules", "texts"
"""The tables of the tabs that a team writes its rules and texts into."""

APPROVAL = "approval_request"
"""The mail whose buttons approve what the workbook proposes; its rule is called alike."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A row of the tab of rules. `stanza` is what rules.toml would say; `fault` why the row cannot be used
    (a sentence for people; blank where it can); `line` is its row in the tab."""

    row: RowKey
    title: str
    name: str
    stanza: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A row of what the team decides itself: the setting that site.toml calls `name`, its value in the form of JSON,
    whether people outside the team see it; `fault` says why the row cannot be used."""

    row: RowKey
    title: str
    name: str = ""
    value: str = ""
    outside: bool = False
    fault: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Console:
    """What the team wrote: rules in the order of their tab, texts by name and language, scenarios, what became of
    calls; `unnamed` are the rows of the tab that have no name."""

    rules: tuple[RuleRow, ...] = ()
    texts: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    scenarios: tuple[Scenario, ...] = ()
    calls: tuple[CallRow, ...] = ()
    settings: tuple[SettingRow, ...] = ()
    unnamed: tuple[int, ...] = ()
