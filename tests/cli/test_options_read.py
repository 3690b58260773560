"""Whatever is typed after `kim` is either read or refused: nobody takes for done what was passed over."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import date, time
from io import StringIO
from itertools import chain, combinations, product

import pytest

from automations.cli import run_command
from automations.cli.arguments import build_parser
from automations.cli.exit_status import USAGE
from automations.service.scheduler import Service
from tests.support.own_site import CASES, SITE, VISITS, OwnSite, case
from tests.support.shelf import lived

RULES = ["Name", "Tabelle", "Spalte", "Vergleich", "Wert", "Zeitpunkt", "Was passiert", "Empfänger", "Text", "Aktiv"]
AT = "2026-02-02T09:00"
TYPED = {
    "--at": [AT], "--out": ["out"], "--schema": ["schemas"], "--rule": ["appointment_reminder"], "--accept": ["clock"],
    "--explain": ["appointment_reminder", "KIM-2026-0001"], "--by": ["Frau Muster"], "--csv": ["Liste"],
    "--user": ["jemand"], "--folder": ["units"], "--workbook": ["Team.xlsx"], "--forms": ["forms"],
    "jobs": ["number_rows"], "name": ["Liste"], "case": ["KIM-2026-0001"], "run": ["20260201-090000-0000"],
    "scenarios": ["20 % mehr Eingänge"], "ref": ["Team!B2"], "value": ["x"], "folder": ["new"], "address": ["a@b.test"],
}  # fmt: skip
ELSEWHERE = {"fleet", "start", "demo"}
"""They need a database, do not end, take long."""


class Watched(argparse.Namespace):
    """Notes what a command asks it for."""

    def __getattribute__(self, name: str) -> object:
        held = object.__getattribute__(self, "__dict__")
        if not name.startswith("_"):
            held.setdefault("_read", set()).add(name)
        return object.__getattribute__(self, name)


def begun(folder):
    made = OwnSite(folder)
    made.write(site=SITE)
    rule = ["Liste", "Fälle", "Phase", "ist", "Begleitung", None, "Liste", None, None, "ja"]
    visit = ["T-2026-0001", "KIM-2026-0001", date(2026, 2, 4), time(10), "Büro", "AB", "geplant", None]
    made.book({"Fälle": [CASES, case("KIM-2026-0001")], "Termine": [VISITS, visit], "Regeln": [RULES, rule]})
    made.run("2026-01-30T09:00")
    for name in ("units", "forms"):
        (folder / name).mkdir()


COMMANDS = next(one for one in build_parser()._actions if isinstance(one, argparse._SubParsersAction))
PARSERS = {name: parser for name, parser in COMMANDS.choices.items() if name not in ELSEWHERE}


def given(action: argparse.Action) -> list[list[str]]:
    """The ways in which an option or argument is typed."""
    option = action.option_strings[:1]
    if action.nargs == 0:
        return [option]
    if action.choices:
        return [[*option, str(choice)] for choice in action.choices]
    return [[*option, *TYPED.get(option[0] if option else action.dest, ["1"])]]


def is_mode(action: argparse.Action) -> bool:
    """Whether it decides what the command does."""
    return bool(action.choices) or action.nargs == 0 or action.dest in {"schema", "rule", "explain", "csv"}


def typed(parser: argparse.ArgumentParser) -> Iterator[list[tuple[argparse.Action, list[str]]]]:
    """Each option by itself, and beside each other one that decides what is done; with and without what may be left
    out."""
    options = [one for one in parser._actions if one.option_strings and one.dest not in {"help", "site", "json"}]
    places = [one for one in parser._actions if not one.option_strings]
    ways = list(product(*([*given(one), *([[]] if one.nargs in {"?", "*"} else [])] for one in places)))
    pairs = (pair for pair in combinations(options, 2) if any(map(is_mode, pair)))
    for chosen, way in product([(), *((one,) for one in options), *pairs], ways):
        stand = [(one, words) for one, words in zip(places, way, strict=True) if words]
        for words in product(*map(given, chosen)):
            yield [*zip(chosen, words, strict=True), *stand]


@pytest.fixture
def watched(monkeypatch):
    """What the last command read."""
    made = Watched()

    def parse(words):
        made.__dict__.clear()
        build_parser().parse_args(words, namespace=made)
        made.__dict__["_read"] = set()  # without what argparse asked
        return made

    monkeypatch.setattr("automations.cli.parse", parse)
    monkeypatch.setattr("automations.cli.serving.start_now", lambda *_: False)
    monkeypatch.setattr("webbrowser.open", lambda *_: True)
    monkeypatch.setattr("sys.stdin", StringIO())
    return made


@pytest.mark.parametrize("name", list(PARSERS))
def test_what_is_typed_is_read_or_refused(name, watched, tmp_path, monkeypatch, capsys):
    for number, stand in enumerate(typed(PARSERS[name])):
        folder = lived(begun, tmp_path / str(number))
        monkeypatch.chdir(folder)
        words = list(chain.from_iterable(part for _, part in stand))
        if "--at" not in words and any("--at" in one.option_strings for one in PARSERS[name]._actions):
            words = ["--at", AT, *words]
        try:
            status = run_command(["--site", str(folder), name, *words])
        except SystemExit as end:  # argparse refuses by itself
            status = end.code
        capsys.readouterr()
        unread = {one.dest for one, _ in stand if one.dest != "command"} - watched.__dict__.get("_read", set())
        assert not unread or status == USAGE, (words, unread, status)


def test_start_ends_with_a_document_for_programs(tmp_path, monkeypatch, capsys):
    class Once(Service):
        def start(self, tick):
            """The schedule, told to stop at once."""

    monkeypatch.setattr("automations.cli.serving.Service", Once)
    folder = lived(begun, tmp_path / "site")
    assert run_command(["--site", str(folder), "--json", "start"]) == 0
    assert json.loads(capsys.readouterr().out) == {"outcome": "stopped"}
