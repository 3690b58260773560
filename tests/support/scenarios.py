"""Runs scenario folders: tables in, plan out, readable and writable without programming.

A folder tests/scenarios/<job>/<case>/ holds

  *.csv          the tables, one file a tab, named like the tab (Fälle.csv, Termine.csv, Team.csv …) with
                 German or English headings. A table that a scenario has not is taken from
                 tests/scenarios/<job>/_tables/. 31.10.2024 is a date, 09:30 a time, 45 a number.
  site.toml      about = "what is shown"; [site] and [settings] override the defaults; own_tables_only = true leaves
                 _tables out
  expected.toml  one [[run]] for each run, in their order:
                   at = "2024-10-31 07:00"      the clock (local time)
                   change = [{tab = "Termine", key = "T-1", Datum = "12.11.2024"}]   cells changed before it
                   unsettled = ["T-1"]          keys of rows that changed only just now
                   replies = [{appointment = "T-1", version = 1, action = "cancel"}]
                   answers = [{question = "departure/AB/2024-11-30/1", answer = "yes"}]
                   adopting, live, outcome      outcome: what becomes of the run's mails ("sent")
                   mails, calls, edits, problems, facts
                                                 what must come out: every list is complete, of each entry
                                                 only the keys that are given are compared
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from automations.common.shipped import config_folder
from automations.jobs.protocol import Job
from automations.model.history import LEFT, History, MailRecord, MailState, Reply, VersionRecord, last_answer
from automations.model.plan import Mail, Plan
from automations.model.schema import SHIPPED
from automations.model.settings import JobSettings, SiteFacts
from automations.model.snapshot import Snapshot
from automations.model.told import Fate, Told
from automations.model.values import Value, digest, to_plain
from automations.tables.columns import Columns
from automations.tables.snapshot import read_tables
from automations.workbooks.protocol import RawTab, RawWorkbook
from tests.support.builders import learnt

FOLDER = Path(__file__).parents[1] / "scenarios"
_LISTS = ("mails", "calls", "edits", "problems", "facts")


def scenario_folders(job: str) -> list[Path]:
    """The scenarios of a job, by name."""
    return sorted(path.parent for path in (FOLDER / job).glob("*/expected.toml"))


def shipped_settings(file: str) -> dict[str, Any]:
    """The settings that kim ships in a file of config/."""
    return tomllib.loads((config_folder() / file).read_text("utf-8"))


@dataclass
class Story:
    """A scenario as it goes on: its tables, and what the ledger would remember from run to run."""

    folder: Path
    job: Job
    defaults: Mapping[str, Any] = field(default_factory=dict)
    history: History = field(default_factory=lambda: History(live=True))

    def __post_init__(self) -> None:
        described = self._toml("site.toml")
        self.site = SiteFacts.model_validate(described.get("site", {}))
        settings = {**self.defaults, **described.get("settings", {}), "site": self.site}
        self.settings: JobSettings = self.job.Settings.model_validate(settings)
        self.tabs = {path.stem: table_of(path) for path in self._tables()}

    def differences(self) -> Iterator[str]:
        """Everything in which the plans differ from what is expected, in words."""
        for number, run in enumerate(self._toml("expected.toml")["run"], start=1):
            for text in self.compare(run, self.carry_out(run)):
                yield f"{self.folder.name}, run {number} ({run['at']}): {text}"

    def carry_out(self, run: Mapping[str, Any]) -> Plan:
        """One run: change cells, read, plan, remember."""
        now = datetime.fromisoformat(str(run["at"])).replace(tzinfo=ZoneInfo(self.site.zone))
        self._change(run)
        self._hear(run, now)
        self.history = replace(
            self.history, adopting=run.get("adopting", False), live=run.get("live", self.history.live)
        )
        plan = self.job.plan(self._snapshot(run, now), self.settings, now, self.history)
        usual = "suppressed" if run.get("adopting") else "sent" if self.history.live else "test"
        self.history = remembered(self.history, plan, run.get("outcome", usual), now)
        return plan

    def compare(self, run: Mapping[str, Any], plan: Plan) -> Iterator[str]:
        """The differences of one run. Lists that are not expected are not compared."""
        for name in _LISTS:
            if name not in run:
                continue
            found, wanted = _listed(plan, name), list(run[name])
            if len(found) != len(wanted):
                yield f"{len(found)} {name} instead of {len(wanted)}: {found}"
                continue
            for one in wanted:
                match = next((item for item in found if not list(_unequal(one, item))), None)
                if match is None:
                    yield f"none of the {name} is {one}: {found}"
                else:
                    found.remove(match)

    def _toml(self, name: str) -> dict[str, Any]:
        path = self.folder / name
        return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}

    def _tables(self) -> list[Path]:
        own = {path.stem: path for path in self.folder.glob("*.csv")}
        common = {path.stem: path for path in (self.folder.parent / "_tables").glob("*.csv")}
        return list(own.values() if self._toml("site.toml").get("own_tables_only") else {**common, **own}.values())

    def _change(self, run: Mapping[str, Any]) -> None:
        for change in run.get("change", []):
            cells = {name: text for name, text in change.items() if name not in {"tab", "key"}}
            rows = self.tabs[change["tab"]]
            row = next((row for row in rows if change["key"] in row.values()), None)
            if row is None:
                row = dict.fromkeys(rows[0]) if rows else {}
                rows.append(row)
            unknown = set(cells) - set(row)
            assert not unknown, f"{change['tab']} has no column {unknown}"
            row.update({name: cell_of(str(text)) for name, text in cells.items()})

    def _hear(self, run: Mapping[str, Any], now: datetime) -> None:
        replies = dict(self.history.replies)
        for reply in run.get("replies", []):
            said = Reply(reply["appointment"], reply.get("case", ""), reply["version"], reply["action"], now)
            replies[said.appointment] = (*replies.get(said.appointment, ()), said)
        answers = {item["question"]: item["answer"] for item in run.get("answers", [])}
        self.history = with_told(replace(self.history, replies=replies, answers={**self.history.answers, **answers}))

    def _snapshot(self, run: Mapping[str, Any], now: datetime) -> Snapshot:
        tabs = tuple(RawTab(name, name, _grid(rows)) for name, rows in self.tabs.items())
        columns = Columns.model_validate(shipped_settings("columns.toml"))
        raw = {"team": RawWorkbook("team", "r", tabs)}
        found = read_tables(raw, columns, self.site, dict.fromkeys(SHIPPED, "team"), now)
        young = frozenset(key for key in found.rows if key.key in run.get("unsettled", []))
        return replace(found, unsettled=young)


def remembered(history: History, plan: Plan, outcome: str, now: datetime) -> History:
    """What a ledger would know after a run whose mails all came to `outcome`."""
    mails = dict(history.mails)
    for mail in plan.mails:
        mails[mail.key] = MailRecord(
            mail.key, mail.rule, mail.case, mail.subject_key, mail.version, cast("MailState", outcome), now
        )
        for item in mail.tellings:
            mails[item.key] = replace(
                mails[mail.key], key=item.key, case=item.case, subject_key=item.subject, version=item.version
            )
    wanted = {mail.key for mail in plan.mails} | {item.key for mail in plan.mails for item in mail.tellings}
    for key, record in mails.items():
        if record.state in {"queued", "held", "retry"} and key not in wanted:
            mails[key] = replace(record, state="suppressed", at=now)
    versions, facts = dict(history.versions), dict(history.facts)
    for fact in learnt(plan):
        facts[fact.kind, fact.key] = fact.data
        if fact.kind == "version":
            data = fact.data
            versions[fact.key] = VersionRecord(int(str(data["version"])), str(data["facts"]), data["data"])
    asked = {fact.key: str(fact.data["number"]) for fact in learnt(plan) if fact.kind == "question"}
    questions = {**history.questions, **asked}
    known = replace(history, mails=mails, versions=versions, facts=facts, questions=questions)
    return with_told(known, plan.mails, now)


def with_told(history: History, mails: Iterable[Mail] = (), now: datetime | None = None) -> History:
    """What a ledger makes of its mails and replies: who was told what, and what became of it."""
    told = {entry.key: entry for entries in history.told.values() for entry in entries}
    for mail in mails:
        for item in mail.tellings:
            told[item.key] = Told(
                item.key, mail.key, item.case, item.subject, item.version, now or mail.not_after, "waiting",
                address=digest(mail.to.strip().casefold()), content=to_plain(item.content),
            )  # fmt: skip
    found: dict[str, tuple[Told, ...]] = {}
    for entry in sorted(told.values(), key=lambda one: (one.at, one.version)):
        state, answer = history.mails[entry.mail].state, last_answer(entry, history.replies.get(entry.subject, ()))
        fate: Fate = "returned" if state in {"bounced", "failed"} else "left" if state in {*LEFT, "test"} else "waiting"
        fate = "answered" if answer and fate == "left" else fate
        found[entry.subject] = (*found.get(entry.subject, ()), replace(entry, fate=fate, answer=answer))
    return replace(history, told=found)


def table_of(path: Path) -> list[dict[str, Value]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        dialect = ";" if ";" in file.readline() else ","
        file.seek(0)
        return [
            {name: cell_of(text or "") for name, text in row.items()} for row in csv.DictReader(file, delimiter=dialect)
        ]


def _grid(rows: list[dict[str, Value]]) -> list[list[Value]]:
    return [[*rows[0]], *([*row.values()] for row in rows)] if rows else []


def cell_of(text: str) -> Value:
    """A cell as a spreadsheet would hold it; a leading apostrophe keeps text as text."""
    text = text.strip()
    if re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{4}", text):
        try:
            return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 - a wall-clock date
        except ValueError:
            return text
    if re.fullmatch(r"[0-2]\d:[0-5]\d", text):
        return time.fromisoformat(text)
    if re.fullmatch(r"[1-9]\d{0,8}", text):
        return int(text)
    return text.removeprefix("'") or None


def _listed(plan: Plan, name: str) -> list[dict[str, Any]]:
    if name == "edits":
        return [
            {"table": group.row.table, "key": group.row.key, "field": edit.field, "old": edit.old, "new": edit.new}
            for group in plan.groups
            for edit in group.edits
        ]
    found = to_plain(getattr(plan, name))
    assert isinstance(found, list)
    return [dict(item) for item in found]


def _unequal(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    for name, value in wanted.items():
        there = found.get(name)
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            yield from _unequal(value, there)
        elif isinstance(value, str) and value.startswith("…") and isinstance(there, str):
            if value[1:] not in there:
                yield name
        elif str(to_plain(value)) != str(there):
            yield name
