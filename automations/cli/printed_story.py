"""The story of a case as people read it: each thing once, with what stands in the cells. Programs get every entry."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct, field

from automations.common.texts import Texts
from automations.ledger.audit import StoryEntry
from automations.ledger.story import shown_value, tell_changes
from automations.model.layout import TableLayout
from automations.model.snapshot import Snapshot

# The rest of what is noted kim notes for itself; the cells that were written, mails, and people's own edits say it.
_FOR_PEOPLE = frozenset({"question", "answer", "move", "moved", "problem", "called"})


def story_lines(
    story: Sequence[StoryEntry], keys: Collection[str], snapshot: Snapshot, say: Texts
) -> Iterator[tuple[datetime, str]]:
    """Moments (in UTC) and sentences. `keys` are the numbers of the case's appointments."""
    told = _Told(keys, dict(_numbered(story)), snapshot, say, calls=dict.fromkeys(_added_calls(story), ""))
    for entry in story:
        if text := told.text(entry):
            yield entry.at, text


def _numbered(story: Sequence[StoryEntry]) -> Iterator[tuple[str, str]]:
    """The number that each row without one was given."""
    for entry in story:
        if entry.data.get("kind") == "reserved":
            inner: Any = entry.data["data"]
            yield str(entry.data["key"]), str(inner["number"])


def _added_calls(story: Sequence[StoryEntry]) -> Iterator[str]:
    """The calls whose rows were added to the list. The first ones came with the tab itself."""
    for entry in story:
        if entry.data.get("job") == "list_calls" and entry.data.get("op") == "append":
            yield str(entry.data["group"]).partition("/")[2]


class _Told(Struct):
    keys: Collection[str]
    numbers: Mapping[str, str]
    snapshot: Snapshot
    say: Texts
    listed: dict[tuple[str, str], bool] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)

    def text(self, entry: StoryEntry) -> str:
        """What is said of an entry; nothing where another one says it."""
        kind = entry.kind
        if kind == "fact" and (kind := str(entry.data.get("kind", ""))) not in _FOR_PEOPLE:
            return ""
        # What was decided says it; only a write that did not come about is news.
        if kind == "written" and entry.data.get("result") == "applied":
            return ""
        if kind == "problem":
            return "" if self._is_known(entry.data["data"]) else entry.text
        if kind == "called":
            return "" if self._is_said(entry.data["data"]) else entry.text
        if kind == "veto":
            return self._taken_back(entry)
        return self._decided(entry) if kind == "decided" else entry.text

    def _taken_back(self, entry: StoryEntry) -> str:
        edits = [[entry.data["field"], None, entry.data["new"]]]
        (cell,) = _cells(edits, self._layout("cases", edits))
        form = "“{column}”: “{value}” was taken back and is not entered again."
        return self.say.say(form, column=cell["column"], value=shown_value(cell["new"]))

    def _is_known(self, problem: Any) -> bool:
        """Whether it is said of the row already: it got its number meanwhile."""
        row, listed = str(problem.get("case", "")), bool(problem.get("since"))
        place = self.numbers.get(row, row), str(problem.get("message", ""))
        known, self.listed[place] = self.listed.get(place), listed
        return known == listed

    def _is_said(self, called: Any) -> bool:
        """Whether the same is said of the call already, as only its sentence was renewed."""
        row, result = str(called.get("row", "")), str(called.get("result", ""))
        known, self.calls[row] = self.calls.get(row), result
        # A word that is no result is asked about, and nothing has become of the call.
        return result in {known, "odd"}

    def _decided(self, entry: StoryEntry) -> str:
        """The cells that were to be written, and why. Hints and questions are told with their own entries."""
        edits, group = entry.data.get("edits"), str(entry.data.get("group", ""))
        if entry.data.get("job") == "check_data" or group.startswith("ask/"):
            return ""
        if entry.data.get("job") == "list_calls":
            form = "Put on the call list. ({why})" if entry.data.get("op") == "append" else "On the call list: {why}"
            return self.say.say(form, why=entry.text)
        if entry.data.get("op") != "edit" or not isinstance(edits, Sequence) or not edits:
            return entry.text
        rows = (self.numbers.get(part, part) for part in group.split("/"))
        number = next((row for row in rows if row in self.keys), "")
        layout = self._layout("appointments" if number else "cases", edits)
        cells = list(_cells(edits, layout))
        sentence, why = "; ".join(tell_changes(cells, self.say)) + ".", str(entry.data.get("why") or "")
        if why and why not in {cell["new"] for cell in cells}:
            sentence = f"{sentence} ({why})"
        # A row of the team's own table may name the case, too.
        if not number or layout is None or layout.table != "appointments":
            return sentence
        return self.say.say("Appointment {number}: {sentence}", number=number, sentence=sentence)

    def _layout(self, table: str, edits: Any) -> TableLayout | None:
        """The table that has these fields: the likely one, else one of the team's own."""
        layouts = self.snapshot.layouts
        likely = [layouts[table]] if table in layouts else []
        fields = {str(name) for name, *_ in edits}
        return next((one for one in (*likely, *layouts.values()) if fields <= one.headings.keys()), None)


def _cells(edits: Any, layout: TableLayout | None) -> Iterator[dict[str, Any]]:
    """As `tell_changes` wants them: the ledger has field, old and new, and days as texts."""
    named = layout.headings if layout else {}
    for name, old, new in edits:
        yield {"column": named.get(name, name), "old": _value(old), "new": _value(new)}


def _value(value: object) -> object:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value
