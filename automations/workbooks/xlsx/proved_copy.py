"""A changed copy that a rehearsal built and proved: the write right after it goes on from there."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from automations.workbooks.refusals import Refusal
from automations.workbooks.wanted_changes import Wanted, linked
from automations.workbooks.xlsx.building import TabRefused, build_once, untouched

if TYPE_CHECKING:
    from automations.model.tabdoc import TabDoc
    from automations.workbooks.positions import Decision
    from automations.workbooks.protocol import RawWorkbook
    from automations.workbooks.xlsx.remembered import Sketches


class Proved(Struct, frozen=True):
    """What was built (`data`) of which bytes (`revision`), and what the copy holds. `after` is how it reads, without
    its rows."""

    revision: str
    decisions: dict[str, Decision]
    docs: tuple[TabDoc, ...]
    data: bytes
    after: RawWorkbook

    @classmethod
    def of(cls, wanted: Wanted, data: bytes, after: RawWorkbook) -> Proved | None:
        """What a rehearsal leaves; nothing where the workbook refused some of it."""
        if wanted.refused:
            return None
        bare = tuple(structs.replace(tab, rows=(), formulas={}, errors={}) for tab in after.tabs)
        live = {decision.group.id: decision for decision in wanted.live()}
        after = structs.replace(after, tabs=bare)
        return cls(wanted.before.revision, live, tuple(wanted.docs), data, after)

    def completed(self, target: Path, name: str, wanted: Wanted, sketches: Sketches) -> frozenset[str] | None:
        """Write to `target` what `wanted` asks for, where that is what was proved and a little more: cells of standing
        rows, and tabs without links. The names of the tabs that are as they were proved; None where it is something
        else, or the rest is refused: then the copy is to be made from the workbook itself. `name` is the workbook's
        for sentences."""
        rest = self._rest(wanted, sketches)
        if rest is None:
            return None
        if not rest.changes_anything():
            target.write_bytes(self.data)
            # A disk may say that it wrote what it did not: the bytes that were proved must stand there.
            return frozenset(tab.name for tab in self.after.tabs) if target.read_bytes() == self.data else None
        with tempfile.TemporaryDirectory(prefix="kim-") as folder:
            source = Path(folder) / name
            source.write_bytes(self.data)
            try:
                build_once(source, target, rest, sketches)
            except (Refusal, TabRefused):
                target.unlink(missing_ok=True)
                return None
            return untouched(source, target, rest)

    def _rest(self, wanted: Wanted, sketches: Sketches) -> Wanted | None:
        """What is wanted beyond the copy; None where the copy holds something that is not wanted."""
        live = {decision.group.id: decision for decision in wanted.live()}
        if self.revision != wanted.before.revision or any(live.get(key) != one for key, one in self.decisions.items()):
            return None
        more = [decision for key, decision in live.items() if key not in self.decisions]
        docs = [doc for doc in wanted.docs if not any(doc is one for one in self.docs)]
        # The proof keeps no rows, so that nobody knows where a new one would stand.
        if any(decision.append is not None for decision in more) or any(map(linked, docs)):
            return None
        resolve, fresh = wanted.resolver(), {doc.id for doc in docs}
        if {doc.id for doc in self.docs} - {doc.id for doc in wanted.docs}:
            return None
        standing = [doc for doc in self.docs if doc.id not in fresh]
        if not all(sketches.holds(doc, resolve, wanted.language) for doc in standing):
            return None
        return Wanted(self.after, wanted.base, more, docs, wanted.ledger, wanted.language)
