"""Recorded requests with Google's real answers, sent to the emulator and compared field by field.

A placeholder `{{ss1}}` stands for an id: it is bound by the first answer that carries it and must be the same from
then on. `{{*…}}` stands for a value that differs each time.
"""

from __future__ import annotations

import gzip
import http.client
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from tests.sheets_emulator.model import Message, new_sheet, new_spreadsheet
from tests.sheets_emulator.server import Emulator

PLACEHOLDER = re.compile(r"\{\{[^{}]+\}\}")
ME = "tok@emulator.test"


def load(path: Path) -> list[Message]:
    """All recordings, in order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@dataclass
class Tally:
    """For each endpoint: how many answers are equal, out of how many; and the first differences found."""

    equal: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    total: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    echoed: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    differences: list[str] = field(default_factory=list)

    def count(self, recording: Message, found: list[str], *, echoed: bool) -> None:
        """Counts one answer; `echoed`: about a document whose state was taken from the answers, which proves less."""
        name = recording["endpoint"]
        if echoed:
            self.echoed[name] += 1
        else:
            self.total[name] += 1
            self.equal[name] += not found
        where = f"{recording['cassette']}/{recording['session']} #{recording['seq']} {name}"
        self.differences += [f"{where}: {line}" for line in found[:5]]


class Session:
    """One recorded session; `bound` lives as long as its cassette, as do the documents."""

    def __init__(self, google: Emulator, recordings: list[Message], bound: dict[str, Any]) -> None:
        self.google, self.recordings, self.bound = google, recordings, bound
        self.echoed: set[str] = set()
        self.connection = http.client.HTTPConnection("127.0.0.1", google.port, timeout=30)

    def play(self, tally: Tally) -> None:
        """Sends all requests, compares all answers."""
        self._documents_of_before()
        for recording in self.recordings:
            status, answer = self._send(recording)
            found = [f"status {status}, not {recording['status']}: {answer}"] if status != recording["status"] else []
            found += self._compared(recording["response"], answer, "")
            tally.count(recording, found, echoed=any(name in recording["path"] for name in self.echoed))
        self.connection.close()
        for name in self.echoed:
            self.google.library.pop(self.bound[name], None)

    def _documents_of_before(self) -> None:
        """Documents that the recording account held already, as later answers describe them."""
        answers = {r["path"]: r["response"] for r in reversed(self.recordings) if r["endpoint"] == "sheets.get"}
        listed = [r["response"]["files"] for r in self.recordings if r["foreign"] and "files" in r["response"]]
        own = {name for r in self.recordings if r["endpoint"] != "drive.files.list" for name in r["binds"]}
        for entry in reversed(listed[0] if listed else []):
            if entry["id"] not in own:
                self._seed(entry, answers.get(f"/v4/spreadsheets/{entry['id']}", {}))
        for recording in self.recordings:
            for need in recording["needs"]:
                document = new_spreadsheet(need["literal"], "Private", "somebody@else.test")
                document.writers = set()
                self.google.library[document.id] = document
                self.bound[need["name"]] = document.id

    def _seed(self, entry: Message, answer: Message) -> None:
        made = self.google.create(entry["name"], owner=ME)
        document = self.google.spreadsheet(made)
        document.properties = answer.get("properties", document.properties)
        tabs = answer.get("sheets", [])
        document.sheets = [new_sheet(tab["properties"]) for tab in tabs] or document.sheets
        for sheet, tab in zip(document.sheets, tabs, strict=False):
            sheet.properties = tab["properties"]
            sheet.merges, sheet.protected = tab.get("merges", []), tab.get("protectedRanges", [])
            sheet.basic_filter = tab.get("basicFilter")
            sheet.row_groups, sheet.column_groups = tab.get("rowGroups", []), tab.get("columnGroups", [])
        document.named = answer.get("namedRanges", [])
        self.bound[entry["id"]] = made
        self.echoed.add(entry["id"])

    def _send(self, recording: Message) -> tuple[int, Any]:
        path = quote(self._filled(recording["path"]), safe="/:'!,")
        query = urlencode(self._filled(recording["query"]), doseq=True)
        body = self._filled(recording["body"])
        text = recording["content_type"] and "json" not in recording["content_type"]
        data = None if body is None else (body if text else json.dumps(body)).encode("utf-8")
        headers = {"Authorization": "Bearer tok", "Content-Type": recording["content_type"] or "application/json"}
        self.connection.request(recording["method"], path + ("?" + query if query else ""), data, headers)
        response = self.connection.getresponse()
        content = response.read().decode("utf-8")
        if not content:
            return response.status, None
        plain = "json" not in (response.getheader("Content-Type") or "")
        return response.status, content if plain else json.loads(content)

    def _filled(self, value: Any) -> Any:
        """The value with the placeholders replaced by what is bound to them."""
        if isinstance(value, dict):
            return {name: self._filled(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        if not isinstance(value, str):
            return value
        if PLACEHOLDER.fullmatch(value) and value in self.bound:
            return self.bound[value]
        return PLACEHOLDER.sub(lambda found: str(self.bound.get(found[0], found[0])), value)

    def _compared(self, wanted: Any, got: Any, path: str) -> list[str]:
        if isinstance(wanted, dict) and isinstance(got, dict):
            lines = [f"{path}.{name} is missing" for name in wanted if name not in got]
            lines += [f"{path}.{name} is too much: {got[name]}" for name in got if name not in wanted]
            pairs = [(wanted[name], got[name], f"{path}.{name}") for name in wanted if name in got]
            return lines + [line for pair in pairs for line in self._compared(*pair)]
        if isinstance(wanted, list) and isinstance(got, list):
            if len(wanted) != len(got):
                return [f"{path} has {len(got)} items, not {len(wanted)}: {got} / {wanted}"]
            pairs = [(one, two, f"{path}[{at}]") for at, (one, two) in enumerate(zip(wanted, got, strict=True))]
            return [line for pair in pairs for line in self._compared(*pair)]
        if isinstance(wanted, str) and PLACEHOLDER.search(wanted):
            if wanted.startswith("{{*"):
                return [] if got else [f"{path} is empty"]
            if PLACEHOLDER.fullmatch(wanted):
                wanted = self.bound.setdefault(wanted, got)
            wanted = self._filled(wanted)
        return (
            []
            if wanted == got and isinstance(wanted, bool) == isinstance(got, bool)
            else [f"{path}: {got!r}, not {wanted!r}"]
        )


def sessions(recordings: list[Message]) -> Iterator[list[Message]]:
    """The recordings of each session."""
    for _, group in groupby(recordings, key=lambda recording: (recording["cassette"], recording["session"])):
        yield list(group)


def replayed(path: Path) -> Tally:
    """The tally of all sessions."""
    tally = Tally()
    bound: dict[str, Any] = {}
    cassette = ""
    with Emulator() as google:
        for recordings in sessions(load(path)):
            if recordings[0]["cassette"] != cassette:
                cassette = recordings[0]["cassette"]
                bound = {}
                google.library.clear()
            Session(google, recordings, bound).play(tally)
    return tally
