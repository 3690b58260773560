"""The kinds of facts that the ledger keeps, by what they are about: what each is, and under which key it stands.

The order of the fields is the order of what is stored: the ledger compares the stored text to see what is news, and
finds by its beginning the problem that stands in the list no more (`Shown.since`).

Each is asked for where it stands, so that a look that finds nothing new builds few of them."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from automations.model.facts import Remembered


def every_kind() -> list[type[Remembered]]:
    """All of them."""
    rooms = [import_module(f"{__name__}.{room.name}") for room in iter_modules(__path__)]
    found = (value for room in rooms for value in vars(room).values() if isinstance(value, type))
    # Of the class itself: the bases that the rooms import as well have no name of their own.
    return [cls for cls in found if issubclass(cls, Remembered) and "kind" in vars(cls)]


def bookkeeping() -> frozenset[str]:
    """Kinds that are no part of anybody's story."""
    # Of the class itself: what is inherited was not declared for this kind.
    return frozenset(cls.kind for cls in every_kind() if vars(cls).get("bookkeeping"))
