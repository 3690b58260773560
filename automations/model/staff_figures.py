"""Figures about a single colleague, and the one door through which they pass.

Technical means that can watch how somebody works need the consent of the staff council (§ 72 (3) LPVG NRW), so
such figures are off until the day of the agreement stands in the settings. Whatever shows or sends what
one colleague carries, did or left asks here first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from automations.model.fields import COLLEAGUES

if TYPE_CHECKING:
    from automations.model.schema import Schema


def _written_out(value: object) -> object:
    if isinstance(value, int | float):
        raise ValueError("write it in quotation marks, days like “2026-12-28”")  # noqa: TRY004 (pydantic's way)
    return value


class StaffFigures(BaseModel):
    """`agreement_on`: the day of the agreement with the staff council. Until then, and without it, no tab, list,
    rule, mail, export or log holds a figure about a single colleague; the team lead sees offices."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agreement_on: Annotated[date, BeforeValidator(_written_out)] | None = None

    def allowed(self, today: date) -> bool:
        """Whether figures about single colleagues may be shown on a day of the site."""
        return self.agreement_on is not None and self.agreement_on <= today


AGREEMENT = (
    "Write the day of the agreement with the staff council into site.toml: [staff_figures] agreement_on = “2026-12-28”."
)
"""What to do where a figure about a single colleague is off; a sentence of the catalogues."""

COUNTS_OFF = "This counts what a single colleague has, which is off."
"""What is said of it; a sentence of the catalogues."""

FEWEST_TOGETHER = 2
"""People behind a figure that is told without an agreement: what an office of one carries is one person's."""


def tells_of_staff(schema: Schema, table: str, paths: Iterable[str]) -> bool:
    """Whether a figure over these (dotted) fields of a table counts by colleague: the rows are colleagues, or a
    field leads to one."""
    # Also by a detour: cases by the office of their colleague are figures of one where the office has one.
    return table == COLLEAGUES or any(_leads_to_staff(schema, table, path) for path in paths if path)


def _leads_to_staff(schema: Schema, table: str, path: str) -> bool:
    for step in path.split("."):
        spec = schema[table].fields.get(step) if table in schema else None
        if spec is None or not spec.target:
            return False
        if spec.target == COLLEAGUES:
            return True
        table = spec.target
    return False


def counts_colleagues(table: str, aggregates: Iterable[object]) -> bool:
    """Whether a condition over the team's rows asks of the rows that point to them: so many cases, so many
    appointments of one colleague."""
    return table == COLLEAGUES and any(True for _ in aggregates)
