"""kim in a version of its own: a copy of the program in an environment that shares our libraries."""

from __future__ import annotations

import shutil
import sysconfig
import venv
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]


def other_version(folder: Path, version: str, changes: Mapping[str, tuple[str, str]]) -> str:
    """The Python of an environment in `folder` whose kim is of that version, with texts replaced in some files."""
    program = folder / "program"
    for name in ("automations", "config", "templates"):
        shutil.copytree(ROOT / name, program / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name, (old, new) in {**changes, "automations/__init__.py": ('"0.2.0"', f'"{version}"')}.items():
        text = (program / name).read_text(encoding="utf-8")
        assert old in text, name
        (program / name).write_text(text.replace(old, new), encoding="utf-8")
    venv.create(folder / "venv")
    packages = next((folder / "venv").glob("lib/python*/site-packages"))
    (packages / "kim.pth").write_text(f"{program}\n{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return str(folder / "venv" / "bin" / "python")
