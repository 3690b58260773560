"""The columns.toml that comes with kim, for those who have no site yet."""

from __future__ import annotations

import tomllib

from automations.common.shipped import config_folder
from automations.tables import Columns


def load_columns() -> Columns:
    """The shipped columns.toml."""
    return Columns.model_validate(tomllib.loads((config_folder() / "columns.toml").read_text(encoding="utf-8")))
