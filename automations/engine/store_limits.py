"""What the places of workbooks cannot promise, as problems for whoever runs them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from automations.config.site import Site
from automations.model.problems import Problem
from automations.workbooks.protocol import Limited, Workbook, WorkbookError
from automations.workbooks.stores.disk import conflict_copies


def limits_of(workbooks: Mapping[str, Workbook]) -> Iterator[Problem]:
    """One for each limit; none for a workbook that is out of reach, as reading it says so."""
    for name, workbook in workbooks.items():
        try:
            found = workbook.limits() if isinstance(workbook, Limited) else ()
        except WorkbookError:
            continue
        for one in found:
            yield Problem(one.code, one.message, one.advice, "warning", workbook=name, tab=name, who="operator")


def put_aside(site: Site) -> Iterator[Problem]:
    """What somebody saved and a program that shares files put aside, for the team lead: kim does not read it."""
    say = site.facts.texts.say
    for name, book in site.file.workbooks.items():
        for other in conflict_copies(site.folder / book.path) if book.path else ():
            message = say("Beside the workbook lies “{other}”: somebody else saved at the same time.", other=other)
            advice = say("Please bring over what is missing in the workbook, then delete that file.")
            # For the lead and not IT: only who knows the cases can say which of the two versions of a row is right.
            yield Problem("conflict_copy", message, advice, "warning", workbook=name, who="lead")
