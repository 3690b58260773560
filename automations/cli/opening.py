"""A site as every command opens it: its parts, its clock, and names that there are."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from automations.cli.advice import StoppedError
from automations.cli.clock import make_clock
from automations.cli.exit_status import UsageError
from automations.common.texts import Texts
from automations.config.loading import load_site
from automations.config.site import Site
from automations.engine.guards import NAMES
from automations.engine.outcomes import Outlook, Prepared
from automations.engine.parts import World, open_world


@contextmanager
def opened(arguments: Namespace) -> Iterator[tuple[World, Callable[[], datetime], Texts]]:
    """The site, its parts, and the clock: a fixed moment with `--at`, else the real one. Raises UsageError for a job or
    a guard that there is not, before anything of the site is opened: opening makes what a site needs."""
    site = load_site(Path(arguments.site))
    _known_names(vars(arguments), site)
    clock = make_clock(site, arguments.at)
    with open_world(site, clock()) as world:
        yield world, clock, site.facts.texts


def planned(outlook: Outlook) -> Prepared:
    """What may be used; else the command stops with the guard's sentence."""
    if isinstance(outlook, Prepared):
        return outlook
    raise StoppedError(outlook)


def since(arguments: Namespace) -> float:
    """Seconds since the command began: what it takes to load the program, the config, the ledger."""
    began: float = arguments.began
    return round(perf_counter() - began, 3)


def _known_names(asked: Mapping[str, Any], site: Site) -> None:
    say = site.facts.texts
    for name in asked.get("jobs") or ():
        if name not in site.jobs:
            raise UsageError(_no_job(name, site, say))
    for name in asked.get("accept") or ():
        if name not in NAMES:
            names = ", ".join(NAMES)
            raise UsageError(say.say("There is no guard named {name}; there are: {names}", name=name, names=names))


def _no_job(name: str, site: Site, say: Texts) -> str:
    if Path(name).is_dir():
        return say.say("{name} is a folder. If you mean that site: --site {name}", name=name)
    names = ", ".join(site.jobs)
    return say.say("There is no automation named {name}; there are: {names}", name=name, names=names)
