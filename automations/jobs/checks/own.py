"""Checks that a team writes itself in automations.toml: a condition over a table's fields, no Python.

[[check_data.own]]
code = "school_without_focus"
table = "cases"
when = "source == 'Schule' and not focus"
message = "Von einer Schule vermittelt, aber ohne Schwerpunkt."
field = "focus"
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self

from pydantic import Field, ValidationInfo, model_validator

from automations.conditions.book import compile_for
from automations.conditions.condition import Condition, ExpressionError
from automations.jobs.checks.context import CheckContext
from automations.model.problems import Problem, Severity
from automations.model.schema import SHIPPED, Schema
from automations.model.settings import Strict, schema_of, table_of
from automations.model.staff_figures import AGREEMENT, counts_colleagues


class OwnCheck(Strict):
    """One stanza: where `when` holds, `message` is shown at `field` (none: at the row)."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    table: str = "cases"
    when: str = Field(min_length=1)
    message: str = Field(min_length=1, max_length=300)
    advice: str = Field(default="", max_length=300)
    field: str = ""
    severity: Severity = "warning"

    @model_validator(mode="after")
    def _makes_sense(self, info: ValidationInfo) -> Self:
        table_of(info, self.table, self.field)
        try:
            self.condition(schema_of(info))
        except ExpressionError as error:
            # A ValueError is what pydantic collects: all problems of the configuration are shown at once.
            raise ValueError(f"{error.message} {error.advice}") from error
        return self

    def condition(self, schema: Schema = SHIPPED) -> Condition:
        """The compiled condition."""
        return compile_for(self.when, schema, self.table)


def own_problems(checks: Sequence[OwnCheck], context: CheckContext) -> Iterator[Problem]:
    """What a team's own checks find."""
    snapshot = context.snapshot
    book = context.book
    for check in checks:
        condition = check.condition(snapshot.schema)
        # Counting rows of a colleague is a figure about them, whatever the check was meant for (§ 72 LPVG).
        if counts_colleagues(check.table, condition.aggregates) and not context.facts.staff_figures.allowed(book.today):
            yield _off(check, context)
            continue
        fits = book.matching(check.table, condition)
        for record, fit in zip(book.records(check.table), fits, strict=True):
            if fit:
                yield context.finding(check.code, record, check.field, check.message, check.advice, check.severity)


def lost_references(context: CheckContext) -> Iterator[Problem]:
    """Cells of a team's own columns that name a row of another table which is not there, or more than one."""
    snapshot = context.snapshot
    book, say = context.book, context.said.say
    for table, spec in snapshot.schema.items():
        for name in spec.extra:
            target = spec.fields[name].target
            if not target or not context.has(table, name) or target not in snapshot.layouts:
                continue
            for record in book.records(table):
                value = record.get(name)
                # A row that nothing points to belongs to nothing: no list, figure or message would ever show it.
                if value and book.position(target, value) is None:
                    tab = snapshot.layouts[target].tab
                    message = say("“{value}” is not there in “{tab}”, or more than once.", value=value, tab=tab)
                    advice = say("Please write it as it stands there; until then the row belongs to nothing.")
                    yield context.finding("unknown_reference", record, name, message, advice)


def _off(check: OwnCheck, context: CheckContext) -> Problem:
    say = context.said.say
    message = say("The check “{name}” tells of single colleagues, which is off.", name=check.code)
    return Problem("staff_figures_off", message, say(AGREEMENT), "note", key=check.code, who="operator")
