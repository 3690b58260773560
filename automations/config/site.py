"""A site: everything that its config/*.toml say, read and found right; and the columns.toml that comes with kim, for
those who have no site yet."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, TypeVar

from automations.common.shipped import config_folder
from automations.config.models import Premises
from automations.model.settings import JobSettings
from automations.tables.columns import Columns
from automations.tables.folding import fold

S = TypeVar("S", bound=JobSettings)


class Site(Premises, frozen=True):
    """`jobs` are settings by job name, `homes` tables -> workbooks."""

    columns: Columns
    jobs: Mapping[str, JobSettings]
    homes: Mapping[str, str]

    def settings(self, model: type[S], name: str) -> S:
        """The settings of a job, as the model that the job declares."""
        found = self.jobs[name]
        if not isinstance(found, model):
            msg = f"the settings of {name} are {type(found).__name__}"
            raise TypeError(msg)
        return found


def load_columns(language: str = "de") -> Columns:
    """The shipped columns.toml; with kim's own names in English, which stand first, for sites in that language."""
    known = _shipped("columns.toml")
    if language == "en":
        _put_first(known, _shipped("english.toml"))
    return Columns.model_validate(known)


def _shipped(name: str) -> dict[str, Any]:
    return tomllib.loads((config_folder() / name).read_text(encoding="utf-8"))


def _put_first(known: dict[str, Any], own: dict[str, Any]) -> None:
    """The own names before the others in each list of a columns.toml."""
    own.pop("spoken")  # see setup.spoken
    for kind, words in own.pop("words").items():
        for canonical, word in words.items():
            known["words"][kind][canonical] = _first(word, known["words"][kind][canonical])
    for table, names in own.items():
        rules = known["tables"][table]
        rules["tabs"] = _first(names.pop("tab"), rules["tabs"])
        for name, heading in names.items():
            rules["headings"][name] = _first(heading, rules["headings"][name])


def _first(name: str, names: list[str]) -> list[str]:
    return [name, *(one for one in names if fold(one) != fold(name))]
