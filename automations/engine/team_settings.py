"""What the team decided in the tab `Einstellungen` and is in force, laid over site.toml."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from automations.config.files import ConfigError
from automations.config.loading import load_site
from automations.config.site import Site
from automations.ledger.book import Ledger
from automations.model.fact_kinds.team_rules import SettingDecided

_PACKS, _SENDER = "packs", "mail_from"


def with_team_settings(site: Site, ledger: Ledger) -> Site:
    """The site with what is in force; where all of it does not fit IT's config any more, with the parts that do."""
    above = _above(ledger.facts_of(SettingDecided))
    if not above:
        return site
    try:
        return load_site(site.folder, above)
    except ConfigError:
        return _with_what_fits(site, above)


def _with_what_fits(site: Site, above: Mapping[str, Any]) -> Site:
    """One setting that does not fit takes none of the others with it."""
    fits: dict[str, Any] = {}
    for part, values in above.items():
        for name, value in values.items():
            more = {**fits, part: {**fits.get(part, {}), name: value}}
            try:
                site, fits = load_site(site.folder, more), more
            except ConfigError:
                continue
    return site


def _above(facts: Mapping[str, SettingDecided]) -> dict[str, Any]:
    # Empty is a setting that was taken back: IT's config counts again.
    values = {name: json.loads(fact.value) for name, fact in facts.items() if fact.value}
    packs = {"packs": {"use": values.pop(_PACKS)}} if _PACKS in values else {}
    mail = {"mail": {"sender": values[_SENDER]}} if _SENDER in values else {}
    return {**({"site": values} if values else {}), **packs, **mail}
