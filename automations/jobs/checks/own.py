"""Checks that a team writes itself in automations.toml: a condition over a table's fields, no Python.

[[check_data.own]]
code = "school_without_focus"
table = "cases"
when = "source == 'Schule' and not focus"
message = "Von einer Schule vermittelt, aber ohne Schwerpunkt."
field = "focus"
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, Self

from pydantic import Field, model_validator

from automations.conditions.expressions import Condition, ExpressionError, compile_condition, fields_of, values_of
from automations.jobs.checks.context import CheckContext
from automations.model.problems import Problem, Severity
from automations.model.records import AnyRecord, Case, Record
from automations.model.settings import SettingError, Strict

_RELATED: Mapping[str, Mapping[str, str]] = MappingProxyType({"appointments": {"case": "cases"}})
"""Rows that a condition may look at besides its own: prefix -> table."""


class OwnCheck(Strict):
    """One stanza: where `when` holds, `message` is shown at `field` (none: at the row)."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    table: Literal["cases", "appointments", "team", "locations", "naturalisation"] = "cases"
    when: str = Field(min_length=1)
    message: str = Field(min_length=1, max_length=300)
    advice: str = Field(default="", max_length=300)
    field: str = ""
    severity: Severity = "warning"

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        known = fields_of(self.table)
        if self.field and self.field not in known:
            raise SettingError(
                "the table “{table}” has no field “{name}”; there is: {names}",
                table=self.table, name=self.field, names=", ".join(sorted(known)),
            )  # fmt: skip
        try:
            self.condition()
        except ExpressionError as error:
            raise ValueError(f"{error.message} {error.advice}") from error
        return self

    def condition(self) -> Condition:
        """The compiled condition."""
        return compile_condition(self.when, fields_of(self.table, **_RELATED.get(self.table, {})))


def own_problems(checks: Sequence[OwnCheck], context: CheckContext) -> Iterator[Problem]:
    """What a team's own checks find."""
    for check in checks:
        condition = check.condition()
        records: Sequence[AnyRecord] = getattr(context.snapshot, check.table)
        for record in records:
            if condition.holds(values_of(record, condition.names, **_related(record, context)), context.today):
                yield context.finding(check.code, record, check.field, check.message, check.advice, check.severity)


def _related(record: Record, context: CheckContext) -> dict[str, Case | None]:
    number = getattr(record, "case", None)
    return {"case": context.snapshot.case_by_number.get(number)} if number else {}
