"""What the places of workbooks cannot promise, as problems for whoever runs them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from automations.model.problems import Problem
from automations.workbooks.protocol import Limited, Workbook, WorkbookError


def limits_of(workbooks: Mapping[str, Workbook]) -> Iterator[Problem]:
    """One for each limit; none for a workbook that is out of reach, as reading it says so."""
    for name, workbook in workbooks.items():
        try:
            found = workbook.limits() if isinstance(workbook, Limited) else ()
        except WorkbookError:
            continue
        for one in found:
            yield Problem(one.code, one.message, one.advice, "warning", workbook=name, tab=name, who="operator")
