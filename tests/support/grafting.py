"""Tabs grafted out of scratch workbooks, by the steps that `building` takes for a run."""

from pathlib import Path

from automations.model.values import digest
from automations.workbooks.xlsx import marks
from automations.workbooks.xlsx.changes import Changes
from automations.workbooks.xlsx.package import open_package


def graft(source, target, tabs):
    """Write `source` to `target` with tabs added: `tabs = {name: scratch workbook}`, whose first
    sheet is the tab, with its formats, charts, pictures, tables and print settings.

    A tab that `graft` made under that name (or kim's of that name) is replaced, and keeps its place,
    colour, state and the name that people gave it; a tab of people's is never touched. Other tabs and
    their parts keep their bytes. Raises `Refusal`, and nothing else for a file or a tab that is not
    safe; `target` is then as it was.
    """
    with open_package(source) as package:
        changes = Changes(package)
        ours = marks.read_marks({name.name: name.refers_to for name in package.defined_names()})
        present = {mark.id: tab for tab, mark in ours.items()}
        for name, scratch in tabs.items():
            mark = digest(name)
            former = present.get(mark) or (name if name in ours else None)
            changes.graft(name, Path(scratch), replace=former)
            if former is None:
                changes.set_name(marks.tab_name(mark), marks.points_to(name), hidden=True)
                changes.set_name(marks.mark_name(mark), marks.mark_text(mark, "", ""), hidden=True)
        changes.write(Path(target))
