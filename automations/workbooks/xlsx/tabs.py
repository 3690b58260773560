"""One tab grafted into the package of a draft.

Why: docs/decisions/02-graft-tabs.md"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx import workbookxml
from automations.workbooks.xlsx.draft import Draft
from automations.workbooks.xlsx.linking import content_types, relation_added, relations_moved, relations_removed
from automations.workbooks.xlsx.normal_font import CALIBRI_11, digit_pixels
from automations.workbooks.xlsx.package import CONTENT_TYPES, OFFICE_RELATIONS, RELATIONSHIPS_TYPE, TABLE, Package
from automations.workbooks.xlsx.scratch import Scratch
from automations.workbooks.xlsx.sheetxml import SheetXml
from automations.workbooks.xlsx.stylemerge import Merged, merge_styles
from automations.workbooks.xlsx.trees import serialised, tree
from automations.workbooks.xlsx.workbook_part import Sheet, relationships_part
from automations.workbooks.xlsx.xmltext import Xml, attributes


def graft_tab(draft: Draft, name: str, scratch_path: Path, replace: str | None) -> str:
    """Put the first tab of a scratch workbook at the end, or in the place of `replace`, whose name,
    place, state and colour it takes. The tab's name."""
    _judge_target(draft)
    former = draft.sheet(replace) if replace is not None else None
    if former is None:
        workbookxml.judge_tab_name(name)
        if any(sheet.name.casefold() == name.casefold() for sheet in draft.sheets()):
            raise Refusal("tab_taken", tab=name)
    elif SheetXml(draft.part(former.part)).protected:
        raise Refusal("tab_locked", tab=former.name)  # whoever protected it wants it as it is
    with Package(scratch_path) as package:
        scratch = Scratch.of(package, former.name if former else name)
        _Graft(draft, scratch, former).carry_out()
    return scratch.name


def _judge_target(draft: Draft) -> None:
    package = draft.package
    # Its parts speak of other namespaces, which the drawn tab does not; a mixture opens with a repair.
    if package.strict:
        raise Refusal("strict", path=package.path.name)
    if workbookxml.structure_locked(package.workbook):
        raise Refusal("structure", path=package.path.name)


class _Graft:
    """The steps of one graft."""

    def __init__(self, draft: Draft, scratch: Scratch, former: Sheet | None) -> None:
        self._draft, self._scratch, self._former = draft, scratch, former

    def carry_out(self) -> None:
        formats = self._merge_formats()
        gone = _only_reached_from(self._draft, self._former.part) if self._former else set()
        colour = self._colour()
        names = self._new_names(gone)
        self._forget_former(gone, set(names.values()))
        for part, new in names.items():
            self._put(part, new, names, formats, colour)
        # After the parts: their names in the new place are known now.
        types = content_types(self._scratch.package.xml(CONTENT_TYPES))
        known = content_types(self._draft.part(CONTENT_TYPES))
        declared = {new: types.of(old) for old, new in names.items()}
        links = (relationships_part(new) for new in names.values())
        # 47 of 2 445 foreign workbooks declare no type for .rels.
        declared |= {part: RELATIONSHIPS_TYPE for part in links if self._draft.has(part)}
        self._draft.splice(known.xml, known.splices(declared, ()))
        index = self._register(names[self._scratch.sheet.part])
        self._local_names(index)
        if self._former:
            _drop_calculation_chain(self._draft, self._former)

    def _merge_formats(self) -> Merged:
        styles = self._draft.styles_part()
        source = self._scratch.styles()
        if styles is None or source is None:
            raise Refusal("no_styles")
        merged = merge_styles(styles, source)
        self._draft.splice(styles, merged.splices)
        return merged

    def _colour(self) -> Mapping[str, str]:
        """The colour that people gave to the former tab."""
        if not self._former:
            return {}
        xml = self._draft.part(self._former.part)
        properties = xml.child("sheetPr")
        colour = next((item for item in xml.inside(properties) if item.name == "tabColor"), None)
        return attributes(colour.tag) if colour else {}

    def _new_names(self, gone: Collection[str]) -> dict[str, str]:
        """Free names for the parts; those of the former tab may be used again."""
        taken = {part.lower() for part in self._draft.parts()} - {part.lower() for part in gone}
        names = {}
        for part in self._scratch.parts():
            if part == self._scratch.sheet.part and self._former:
                # Under its old name, so that nothing which points to the tab has to be changed.
                names[part] = self._former.part
            else:
                names[part] = _free(part, taken)
            taken.add(names[part].lower())
        return names

    def _forget_former(self, gone: set[str], used: set[str]) -> None:
        _forget(self._draft, gone - used)
        for part in (*gone, *([self._former.part] if self._former else [])):
            # Its links go; new ones are written where the new part has any.
            self._draft.remove_part(relationships_part(part))

    def _put(self, part: str, new: str, names: Mapping[str, str], formats: Merged, colour: Mapping[str, str]) -> None:
        package = self._scratch.package
        if part == self._scratch.sheet.part:
            windows = self._draft.part(self._draft.package.workbook_part).child("bookViews") is not None
            styles = self._draft.styles_part()
            digit = digit_pixels(styles) if styles else CALIBRI_11
            data = self._scratch.sheet_part(formats, colour, windows=windows, digit=digit)
        else:
            data = self._scratch.other_part(part, formats)
        if content_types(package.xml(CONTENT_TYPES)).of(part).endswith(TABLE):
            data = self._unique_table(data, new)
        self._draft.set_part(new, [data])
        links = relationships_part(part)
        if package.member(links):
            xml = package.xml(links)
            self._draft.set_part(relationships_part(new), xml.spliced(relations_moved(xml, part, new, names)))

    def _unique_table(self, data: bytes, new: str) -> bytes:
        known = content_types(self._draft.part(CONTENT_TYPES))
        tables = [part for part in self._draft.parts() if known.of(part).endswith(TABLE) and part != new]
        roots = [self._draft.part(part).root() for part in tables]
        numbers = {root.get("id") for root in roots}
        taken = {root.get("displayName").casefold() for root in roots}
        taken |= {name.name.casefold() for name in self._draft.defined_names()}
        table = tree(Xml(new, data, data, "utf-8", b""))
        own = table.get("displayName", "")
        free = next(n for n in (own, *(f"{own}_{i}" for i in range(2, len(taken) + 3))) if n.casefold() not in taken)
        table.set("id", next(str(n) for n in range(1, len(numbers) + 2) if str(n) not in numbers))
        table.set("name", free)
        # Excel wants these once in the whole workbook, and defined names count as well (18.5.1.2).
        table.set("displayName", free)
        return serialised(table)

    def _register(self, part: str) -> int:
        """The tab in the workbook; its index."""
        if self._former:
            return self._former.index
        draft, main = self._draft, self._draft.package.workbook_part
        links = draft.part(relationships_part(main))
        relation, splices = relation_added(links, main, f"{OFFICE_RELATIONS}/worksheet", part)
        draft.splice(links, splices)
        sheets, workbook = draft.sheets(), draft.part(main)
        taken = {sheet.sheet_id for sheet in sheets} | _chained(draft)
        number = max(taken, default=0) + 1
        draft.splice(workbook, workbookxml.sheet_added(workbook, self._scratch.name, number, relation))
        return len(sheets)

    def _local_names(self, index: int) -> None:
        draft, main, wanted = self._draft, self._draft.package.workbook_part, self._scratch.local_names()
        present = [(n.name, n.refers_to) for n in draft.defined_names() if n.sheet == index and n.built_in]
        # Untouched where nothing changes, so that a second graft gives equal bytes.
        if sorted(present) == sorted(wanted):
            return
        if self._former:
            workbook = draft.part(main)
            draft.splice(workbook, workbookxml.names_removed(workbook, "_xlnm.*", index))
        for name, refers_to in wanted:
            workbook = draft.part(main)
            hidden = name == "_xlnm._FilterDatabase"
            draft.splice(workbook, workbookxml.name_set(workbook, name, refers_to, hidden=hidden, sheet=index))


def _forget(draft: Draft, gone: Collection[str]) -> None:
    if not gone:
        return
    for part in gone:
        draft.remove_part(part)
        draft.remove_part(relationships_part(part))
    types = content_types(draft.part(CONTENT_TYPES))
    draft.splice(types.xml, types.splices({}, gone))
    main = draft.package.workbook_part
    links = draft.part(relationships_part(main))
    draft.splice(links, relations_removed(links, main, gone))


def _only_reached_from(draft: Draft, part: str) -> set[str]:
    """The parts that nothing but this one needs."""
    others = (link.target for link in draft.relationships("") if not link.external)
    return _reach(draft, [part], "") - _reach(draft, others, part) - {part}


def _reach(draft: Draft, starts: Iterable[str], without: str) -> set[str]:
    seen: set[str] = set()
    queue = list(starts)
    while queue:
        part = queue.pop()
        if part in seen or part == without or not draft.has(part):
            continue
        seen.add(part)
        queue += [link.target for link in draft.relationships(part) if not link.external]
    return seen


def _chained(draft: Draft) -> set[int]:
    """The sheet ids that the calculation chain names, those of tabs that are gone, too: a new tab with such
    an id would be said to hold formulas that it has not."""
    links = draft.relationships(draft.package.workbook_part)
    chain = next((link.target for link in links if link.kind == "calcChain"), None)
    if chain is None or not draft.has(chain):
        return set()
    xml = draft.part(chain)
    return {int(item.get("i")) for item in xml.inside(xml.root()) if item.get("i").isdecimal()}


def _drop_calculation_chain(draft: Draft, sheet: Sheet) -> None:
    """A chain that names cells which are gone makes Excel offer a repair; without one it makes a new one."""
    main = draft.package.workbook_part
    chain = next((link.target for link in draft.relationships(main) if link.kind == "calcChain"), None)
    if chain and draft.has(chain):
        xml = draft.part(chain)
        if any(item.get("i") == str(sheet.sheet_id) for item in xml.inside(xml.root())):
            _forget(draft, {chain})


def _free(part: str, taken: Collection[str]) -> str:
    found = re.fullmatch(r"(.*?)(\d*)(\.\w+)", part)
    stem, number, ending = found.groups() if found else (part, "", "")
    count = int(number or 1)
    while f"{stem}{count}{ending}".lower() in taken:
        count += 1
    return f"{stem}{count}{ending}"
