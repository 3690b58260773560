"""Makes the demonstration site: its config, its templates' place, its two workbooks."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from msgspec import Struct

from automations.common.errors import PlainError, why
from automations.common.shipped import config_folder
from automations.common.texts import texts
from automations.config.files import SHIPPED_ALONE
from automations.setup.demo.appointments import Appointments, need_interpreters
from automations.setup.demo.cases import MONTHS, Cases
from automations.setup.demo.days import Days
from automations.setup.demo.mistakes import Desk, make_mistakes
from automations.setup.demo.naturalisation import monthly_counts
from automations.setup.demo.people import People
from automations.setup.demo.resting import let_some_rest
from automations.setup.demo.rows import Tables
from automations.setup.demo.team import OFFICES, OUTREACH, SITE, team
from automations.setup.demo.workbook import write_managers_workbook, write_team_workbook

CLOCK = datetime(2024, 10, 31, 7, 0, tzinfo=ZoneInfo("Europe/Berlin"))
"""The demo's moment: the day of which Herne's figures of naturalisation are."""

# Tells a demo from a folder of somebody's own. It stays until the last, so that a demo that could not be replaced is
# known for one when it is tried again.
_MARK = ".kim-demo"
_TEAM, _MANAGERS = "KIM-Team.xlsx", "KIM-Leitung.xlsx"
_LOCKS = tuple(f".~lock.{name}#" for name in (_TEAM, _MANAGERS))  # left by an office that was closed by force
# What a demo is made of; the workbooks first, since they may be open in another program: then nothing is gone yet.
_OURS = (_TEAM, _MANAGERS, "mails", "versions", "templates", "state", "config", *_LOCKS)

_YEARS = range(2000, 2200)
_LARGE = 20_000  # cases beyond which the workbook is written row by row
_TOO_MANY = 100_000

_SITE_TOML = """\
# Die Vorführung: ein erfundenes Team. Alle Namen, Anschriften und Nummern sind ausgedacht.
[site]
name = "{site}"
language = "de"
zone = "Europe/Berlin"
country = "DE"
land = "NW"
settle_minutes = 0
approved_languages = ["de", "en", "ru", "uk", "fr", "ro", "ar", "tr"]
phone = "0221 4710100"
reply_to = "termine@stadt-emscherbrueck.example"
mail_from = "termine@stadt-emscherbrueck.example"

[workbooks.team]
path = "{team}"

[workbooks.managers]
path = "{managers}"

[mail]
transport = "folder"
folder = "mails"

[ledger]
url = ""

[packs]                            # fertige Sammlungen von Regeln; siehe Handbuch, Kapitel Pakete
use = ["dormant", "interpreters"]

[staff_figures]                    # der Tag der Vereinbarung mit dem Personalrat; ohne ihn keine Zahlen über Einzelne
agreement_on = "2023-02-01"
"""
_README = """\
Hier können eigene Vorlagen liegen (mail/…, locales/…); was hier fehlt, kommt aus den mitgelieferten.
"""


class DemoError(PlainError):
    """The demo cannot be made there; the message is a sentence for the person who asked for it."""


class DemoSite(Struct, frozen=True):
    """A demonstration site on disk, and the moment at which it is meant to be run."""

    folder: Path
    team_workbook: Path
    managers_workbook: Path
    at: datetime


def make_site(folder: Path, *, cases: int = 600, seed: int = 1, at: datetime = CLOCK, language: str = "de") -> DemoSite:
    """A complete site of an invented team with so many cases in the 18 months before `at` (aware).

    Equal arguments give equal cell values. An earlier demo in the folder is replaced (files that it
    did not make stay). Raises DemoError for a folder with other things in it, or impossible numbers, in `language`
    (the demo's own is German)."""
    say = texts(language).say
    if not 1 <= cases <= _TOO_MANY:
        raise DemoError(say("The demo takes 1 to 100 000 cases, not {n}.", n=cases))
    if at.tzinfo is None:
        raise DemoError(say("The demo's clock needs a time zone."))
    if at.year not in _YEARS:
        first, last = _YEARS[0], _YEARS[-1]
        raise DemoError(say("The demo's clock takes the years {first} to {last}.", first=first, last=last))
    local = at.astimezone(CLOCK.tzinfo)
    _prepare(folder, say)
    site = DemoSite(folder, folder / _TEAM, folder / _MANAGERS, local)
    _write_config(site)
    write_team_workbook(site.team_workbook, invent(cases, seed, local), local, large=cases > _LARGE)
    write_managers_workbook(site.managers_workbook, local)
    return site


def invent(cases: int, seed: int, at: datetime) -> Tables:
    """All rows of the demo, mistakes included; `at` is local time."""
    rng = Random(seed)  # noqa: S311 - invented data, nothing to protect
    today = at.date()
    # Ahead as far as the longest of these cases may go on.
    days = Days(today - timedelta(days=MONTHS * 31), today + timedelta(days=800))
    colleagues = team(cases, today)
    clients = Cases(rng, People(rng), colleagues, days, today).make(cases)
    tables = Tables(
        cases=[client.row for client in clients],
        appointments=Appointments(rng, days, today, cases).make(clients),
        team=[colleague.cells() for colleague in colleagues],
        locations=[place.cells() for place in (*OFFICES, *OUTREACH)],
        naturalisation=monthly_counts(today),
    )
    need_interpreters(tables, today)
    # Before some rest: those are chosen among rows that are typed well.
    make_mistakes(Desk(tables, clients, rng, days, today))
    let_some_rest(tables, days, today)
    return tables


def _prepare(folder: Path, say: Callable[..., str]) -> None:
    if folder.exists() and not folder.is_dir():
        raise DemoError(say("{folder} is a file; please name a folder for the demo.", folder=folder))
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / _MARK).is_file():
            raise DemoError(say("{folder} is not empty and no earlier demo; please name a new folder.", folder=folder))
        _clear(folder, say)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _MARK).write_text("kim demo\n", encoding="utf-8")
    except OSError as error:
        raise DemoError(
            say("The demo cannot be written to {folder}: {reason}", folder=folder, reason=say(why(error)))
        ) from error


def _clear(folder: Path, say: Callable[..., str]) -> None:
    # By their whole names: a copy of the workbook to try something out in, or notes beside it, are somebody's own.
    for path in (folder / name for name in _OURS):
        try:
            # A link is taken away, never what it leads to.
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            sentence = (
                "The earlier demo cannot be replaced: {file} cannot be deleted ({reason}). If it is open in another"
                " program, please close it and try again."
            )
            raise DemoError(say(sentence, file=error.filename or path, reason=say(why(error)))) from error


def _write_config(site: DemoSite) -> None:
    config = site.folder / "config"
    config.mkdir()
    # What is read from no site would be edited there without any effect.
    for shipped in sorted(path for path in config_folder().glob("*.toml") if path.name not in SHIPPED_ALONE):
        if shipped.name != "site.toml":
            shutil.copyfile(shipped, config / shipped.name)
    automations = config / "automations.toml"
    settings = automations.read_text(encoding="utf-8")
    # The demo's clock stands still, and that is no trouble.
    settings = settings.replace("[summarise]\n", "[summarise]\nwarn_standstill = false\n", 1)
    automations.write_text(settings, encoding="utf-8")
    text = _SITE_TOML.format(site=SITE, team=_TEAM, managers=_MANAGERS)
    (config / "site.toml").write_text(text, encoding="utf-8")
    templates = site.folder / "templates"
    templates.mkdir()
    (templates / "LIESMICH.txt").write_text(_README, encoding="utf-8")
