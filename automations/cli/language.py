"""The language of a site, for words that come before its config is read."""

from __future__ import annotations

from pathlib import Path


def language_of(folder: Path) -> str:
    """German where the file cannot tell; `kim check` says what is wrong with it."""
    import tomllib  # here, as most commands have nothing to say so early

    try:
        # Not by `config.files`: its models take longer to load than `--help` otherwise takes.
        said = tomllib.loads((folder / "config" / "site.toml").read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return "de"
    site = said.get("site")
    return "en" if isinstance(site, dict) and site.get("language") == "en" else "de"
