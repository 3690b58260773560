"""Where the files that come with kim are: default config, templates, catalogues."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent


def _folder(installed: str, checkout: str) -> Path:
    inside = _PACKAGE / installed
    # An installed package goes first: a folder of that name may stand beside it by chance.
    return inside if inside.is_dir() else _PACKAGE.parent / checkout


def program_folder() -> Path:
    """The program itself."""
    return _PACKAGE


def config_folder() -> Path:
    """The default config/*.toml: inside an installed package, or beside it in a checkout."""
    return _folder("shipped_config", "config")


def handbook_folder() -> Path:
    """The chapters of the handbook and their pictures."""
    return _folder("shipped_handbook", "docs/handbuch")


def templates_folder() -> Path:
    """The default templates/ with mails, guide texts and catalogues."""
    return _folder("shipped_templates", "templates")
