"""The list of calls, row by row: what people say became of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from automations.common.texts import Texts
from automations.model.console import CALL_NUMBER, RESULTS, CallResult, CallRow
from automations.model.snapshot import Snapshot
from automations.tables.folding import fold
from automations.workbooks.protocol import RawTab

CALLS = "calls"  # the table of the list of calls

# Nobody counts as told who was not reached: a tick or a yes is asked about.
_WORDS: Mapping[CallResult, tuple[str, ...]] = MappingProxyType({
    "reached": ("erreicht", "reached"),
    "missed": ("nicht erreicht", "not reached"),
    "wrong": ("falsche Nummer", "wrong number"),
})  # fmt: skip


def read_calls(snapshot: Snapshot) -> Iterator[CallRow]:
    """The rows that have a number, in the order of the tab."""
    for record in snapshot.table(CALLS):
        number, said = record.get("number"), str(record.get("result") or "").strip()
        if number and record.usable:
            yield CallRow(
                record.row, str(number), record.line, _result(said), said,
                str(record.get("sentence") or ""), str(record.get("caller") or ""),
            )  # fmt: skip


def holds_calls(tab: RawTab | None) -> bool:
    """Whether a tab of ours is a list of calls that people may have written in, whatever became of its headings."""
    if tab is None or tab.mark is None:
        return False
    return any(isinstance(cell, str) and CALL_NUMBER.fullmatch(cell.strip()) for row in tab.rows for cell in row)


def result_words(say: Texts) -> tuple[str, ...]:
    """The words to choose from, in the reader's language."""
    german, english = zip(*(_WORDS[result] for result in RESULTS), strict=True)
    return german if say.language == "de" else english


def _result(said: str) -> CallResult:
    if not said:
        return ""
    plain = fold(said.rstrip("!."))
    return next((result for result, words in _WORDS.items() if plain in map(fold, words)), "odd")
