"""One file of config/*.toml: read, parsed into a model, and all that is wrong with it, with line and advice."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from automations.common.files import read_file
from automations.common.shipped import config_folder
from automations.common.texts import Texts, texts
from automations.common.working_days import CalendarError, WorkingDays
from automations.config import positions
from automations.config.models import Premises, SiteFile
from automations.config.reasons import ConfigFile, problems_of, unreadable
from automations.model.problems import Problem
from automations.model.settings import SiteFacts

if TYPE_CHECKING:
    from automations.model.schema import Schema

M = TypeVar("M", bound=BaseModel)

OWN = "site.toml"  # what makes a folder a site
_LARGEST = 2**22  # bytes of a config file: names of half the world have 40 000
_PARTIAL = frozenset({"columns.toml"})  # files whose missing lines are the shipped ones


# The tabs of a team's own rules and texts: declared like any table, in a file that sites need not see.
_CONSOLE = "console.toml"

SHIPPED_ALONE = frozenset({_CONSOLE, "thesaurus.toml", "ways.toml"})
"""Files that come with kim and are never looked for in a site's folder."""


class ConfigError(Exception):
    """The config cannot be used; `problems` are all that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))

    @property
    def sentences(self) -> tuple[str, ...]:
        """Each problem with its file and line, and what to do."""
        return tuple(
            f"{one.tab}{f':{one.row}' if one.row else ''}: {one.message.removesuffix('.')}. {one.advice}".strip()
            for one in self.problems
        )


class Loader:
    """Collects what the files say and what is wrong with them. `schema`: the site's tables, once they are known;
    until then settings speak of the shipped ones. `above` is laid over site.toml: what the team decided."""

    def __init__(self, folder: Path, above: Mapping[str, Any] = MappingProxyType({})) -> None:
        self.folder, self.problems, self._above = folder, list[Problem](), above
        self.schema: Schema | None = None
        self.say = texts("de")

    def read(self, name: str) -> ConfigFile:
        """The site's file, or the shipped one where the site has none (but for site.toml)."""
        path = self.folder / "config" / name
        if not os.path.lexists(path) and name != OWN:  # a link to nowhere is told, not passed over
            path = config_folder() / name
        try:
            # Editors on Windows begin a file with a mark that TOML does not know.
            text = read_file(path, _LARGEST).decode("utf-8-sig")
            data = completed(name, tomllib.loads(text))
            data = over(data, self._above) if name == OWN else data
            return ConfigFile(name, data, positions.positions(text))
        # One broken file must not hide what is wrong with the others: all are told at once.
        except (ValueError, RecursionError, OSError) as error:  # also numbers of thousands of digits, deep nesting
            if isinstance(error, FileNotFoundError) and not path.is_symlink():
                return ConfigFile(name, {}, {})
            self.problems.append(unreadable(name, error, self.say))
            return ConfigFile(name, {}, {})

    def parse(
        self, model: type[M], file: ConfigFile, at: positions.Path = (), extra: Mapping[str, Any] | None = None
    ) -> M:
        """A part of a file as a model; on errors the model's defaults, and problems."""
        data: Any = file.data
        for part in at:
            data = data.get(part, {}) if isinstance(data, dict) else {}
        try:
            return model.model_validate(
                {**data, **(extra or {})} if isinstance(data, dict) else data, context={"schema": self.schema}
            )
        except ValidationError as error:
            self.problems += problems_of(error, model, file, at, self.say)
            # Defaults stand in, so that reading goes on and finds the other mistakes as well.
            return model.model_construct()


def completed(name: str, own: dict[str, Any]) -> dict[str, Any]:
    """The site's file over the shipped one where a site writes only what differs."""
    if name not in _PARTIAL:
        return own
    below: dict[str, Any] = {}
    for shipped in (_CONSOLE, name):
        below = over(below, tomllib.loads((config_folder() / shipped).read_text(encoding="utf-8")))
    return over(below, own)


def over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables laid over each other; of a list or value the upper one counts."""
    both = {name: over(below[name], above[name]) for name in above if _tables(below.get(name), above[name])}
    return {**below, **above, **both}


def _tables(*values: object) -> bool:
    return all(isinstance(value, dict) for value in values)


def no_site(folder: Path, say: Texts) -> Problem:
    """A folder without site.toml, or with one that says nothing."""
    if os.path.lexists(folder / "config" / OWN):
        message = say.say("config/site.toml in {folder} is empty", folder=folder)
        return Problem("no_site", message, say.say("Please bring it back from a backup."), "error", tab="site.toml")
    message = say.say("There is no site in {folder}: config/site.toml is missing", folder=folder)
    advice = say.say("Start one with “kim init {folder}”, or name another folder with --site.", folder=folder)
    return Problem("no_site", message, advice, "error", tab="site.toml")


def calendar_problems(raw: Any, file: ConfigFile, say: Texts) -> Iterator[Problem]:
    """A country or Land without a table of public holidays: told beside all other mistakes."""
    blank = SiteFacts()
    named = raw if isinstance(raw, dict) else {}
    country, land = named.get("country", blank.country), named.get("land", blank.land)
    try:
        # What is no text at all is told by the model, in the sentence for a wrong type.
        if isinstance(country, str) and isinstance(land, str):
            WorkingDays(country, land, (), (), language=say.language)
    except CalendarError as error:
        key = "country" if "land" not in named else "land"
        row = positions.line_of(file.lines, ("site", key))
        yield Problem("bad_setting", str(error), "", "error", tab=file.name, row=row, field=f"site.{key}")


def read_premises(folder: Path) -> Premises:
    """What site.toml alone says, for commands that need no tables. Raises ConfigError with all that is
    wrong in this file; the other files are not looked at."""
    loader = Loader(folder)
    _, site = read_site_file(loader)
    if any(problem.severity == "error" for problem in loader.problems):
        raise ConfigError(loader.problems)
    return Premises(folder, site)


def site_language(folder: Path) -> str:
    """The language of a site, also of one whose config cannot be used otherwise; German where nothing is said."""
    site = Loader(folder).read(OWN).data.get("site")
    # Without models: it is asked where the config cannot be used.
    return "en" if isinstance(site, dict) and site.get("language") == "en" else "de"


def read_site_file(loader: Loader) -> tuple[ConfigFile, SiteFile]:
    """site.toml as file and model; from here on the loader speaks the site's language. Raises ConfigError
    where there is none."""
    file = loader.read(OWN)
    if not file.data and not loader.problems:
        raise ConfigError([no_site(loader.folder, loader.say)])
    raw = file.data.get("site", {})
    if isinstance(raw, dict) and raw.get("language") == "en":
        loader.say = texts("en")
    site = loader.parse(SiteFile, file)
    loader.problems += calendar_problems(raw, file, loader.say)
    return file, site
