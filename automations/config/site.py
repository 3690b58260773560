"""A site: everything that its config/*.toml say, read and found right; and the columns.toml that comes with kim, for
those who have no site yet."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import TypeVar

from automations.common.shipped import config_folder
from automations.config.models import Premises
from automations.model.settings import JobSettings
from automations.tables.columns import Columns

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


def load_columns() -> Columns:
    """The shipped columns.toml."""
    return Columns.model_validate(tomllib.loads((config_folder() / "columns.toml").read_text(encoding="utf-8")))
