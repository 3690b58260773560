"""Packs: tables, rules and texts of the rule language that a site switches on by name.

A pack is a folder `config/packs/<name>` with a pack.toml, the site's own or one that comes with kim. What the site
says itself goes before what a pack says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field

from automations.common.files import read_file
from automations.common.shipped import config_folder
from automations.config.files import Loader, over
from automations.config.reasons import ConfigFile
from automations.model.problems import Problem

_FILE, _LARGEST = "pack.toml", 2**20
_PARTS: Mapping[str, type] = MappingProxyType({"tables": dict, "rules": list, "texts": dict})


class Packs(Struct, frozen=True):
    """What the packs in use say, in their order. `homes` is the pack of each rule, by its name."""

    tables: Mapping[str, Any] = field(default_factory=dict)
    rules: Sequence[Mapping[str, Any]] = ()
    texts: Mapping[str, Any] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)

    def files_of(self, own: ConfigFile) -> dict[str, str]:
        """The file of each rule that a pack says, by its name; `own` is the site's rules.toml, whose names win."""
        named = _names(own.data.get("rules"))
        return {name: f"packs/{pack}/{_FILE}" for name, pack in self.homes.items() if name not in named}

    def under_columns(self, file: ConfigFile) -> ConfigFile:
        """columns.toml with the packs' tables and fields below the site's own."""
        return ConfigFile(file.name, over({"tables": self.tables}, file.data), file.lines) if self.tables else file

    def under_rules(self, file: ConfigFile) -> ConfigFile:
        """rules.toml with the packs' rules behind the site's own; a rule of the same name replaces the pack's."""
        stanzas = file.data.get("rules", [])
        # Something else than a list is told by the model that reads it.
        if not self.rules or not isinstance(stanzas, list):
            return file
        # By name: so a site replaces one rule of a pack and keeps the others.
        named = _names(stanzas)
        rules = [*stanzas, *(rule for rule in self.rules if rule.get("name") not in named)]
        return ConfigFile(file.name, {**over({"texts": self.texts}, file.data), "rules": rules}, file.lines)


def _names(stanzas: Any) -> frozenset[str]:
    """The names of rules as somebody typed them, before any model has looked at these."""
    found = (one.get("name") for one in stanzas if isinstance(one, dict)) if isinstance(stanzas, list) else ()
    return frozenset(name for name in found if isinstance(name, str))


def read_packs(loader: Loader, names: Sequence[str]) -> Packs:
    """The packs of these names; what is wrong with one is told with the problems of the config."""
    tables: Mapping[str, Any] = {}
    texts: Mapping[str, Any] = {}
    rules: list[Mapping[str, Any]] = []
    homes: dict[str, str] = {}
    for name in names:
        data = _read(loader, name)
        tables, texts = over(tables, data.get("tables", {})), over(texts, data.get("texts", {}))
        mine = [rule for rule in data.get("rules", []) if isinstance(rule, dict)]
        rules += mine
        homes |= {str(rule.get("name")): name for rule in mine}
    return Packs(tables, tuple(rules), texts, homes)


def known_packs(site: Path) -> list[str]:
    """Names of the packs that there are, the site's own and those that come with kim."""
    folders = (site / "config" / "packs", config_folder() / "packs")
    return sorted({path.parent.name for folder in folders for path in folder.glob(f"*/{_FILE}")})


def _read(loader: Loader, name: str) -> Mapping[str, Any]:
    known = known_packs(loader.folder)
    say = loader.say.say
    if name not in known:
        near = get_close_matches(name, known, 1) or known
        advice = say("There is: {names}.", names=", ".join(near))
        loader.problems.append(
            Problem("unknown_pack", say("There is no pack “{name}”.", name=name), advice, "error", tab="site.toml")
        )
        return {}
    # A site may take a pack over and change it: its own copy goes first, and updates leave that alone.
    own = loader.folder / "config" / "packs" / name / _FILE
    path = own if own.is_file() else config_folder() / "packs" / name / _FILE
    try:
        data = tomllib.loads(read_file(path, _LARGEST).decode("utf-8-sig"))
        wrong = sorted(set(data) - set(_PARTS))
        if not wrong:
            return _parts(data)
        message = say("The pack “{name}” has parts that kim does not know: {names}.", name=name, names=", ".join(wrong))
    except (ValueError, OSError, RecursionError):
        message = say("The pack “{name}” cannot be read.", name=name)
    advice = say("Mend its file pack.toml, or take the pack out of use.")
    loader.problems.append(Problem("bad_pack", message, advice, "error", tab=f"packs/{name}/{_FILE}"))
    return {}


def _parts(data: dict[str, Any]) -> dict[str, Any]:
    """The same, once it is seen that each part is of its kind. Raises ValueError."""
    if not all(isinstance(part, _PARTS[name]) for name, part in data.items()):
        raise ValueError("a part of the pack is no table or no list")
    return data
