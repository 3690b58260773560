"""Conditions written by people in config: one dialect, one glossary of fields and functions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from automations.common.texts import texts
from automations.conditions.compiler import Compiler
from automations.conditions.condition import Aggregate, Condition, ExpressionError, Values
from automations.conditions.glossary import FUNCTIONS, CountDays, fields_of, values_of, weekdays_between


def compile_condition(
    source: str,
    fields: Collection[str],
    *,
    language: str = "de",
    working_days: CountDays = weekdays_between,
    related: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Condition:
    """A condition over these fields. `working_days` counts the working days between two dates;
    `related` are tables whose rows may be asked, with their fields.

    Raises ExpressionError, in `language`, naming the nearest field where one is misspelt.
    """
    return Compiler(source, frozenset(fields), texts(language), working_days, related).condition()


__all__ = [
    "FUNCTIONS",
    "Aggregate",
    "Condition",
    "CountDays",
    "ExpressionError",
    "Values",
    "compile_condition",
    "fields_of",
    "values_of",
    "weekdays_between",
]  # fmt: skip
