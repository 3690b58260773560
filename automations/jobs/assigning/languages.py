"""In which languages a client and a colleague meet: German only where it is enough."""

from __future__ import annotations

import re
from collections.abc import Collection

from automations.jobs.assigning.settings import AssignSettings
from automations.model.records import Case

_LEVEL = re.compile(r"[abc][12]")
_NOT = frozenset({"nicht", "kein", "keine", "keinen", "wenig", "not", "no", "little"})


def german_is_enough(case: Case, settings: AssignSettings) -> bool:
    """Whether the column of the client's German says so: of several levels ("B1/B2") the lowest counts."""
    words = re.findall(r"\w+", (case.german_level or "").casefold())
    levels = [word for word in words if _LEVEL.fullmatch(word)]
    enough = {word.casefold() for word in settings.enough_german}
    # "kein B1", "nicht gut": a level in the cell says the contrary of what it seems to.
    if not _NOT.isdisjoint(words):
        return False
    return enough.issuperset(levels) if levels else not enough.isdisjoint(words)


def shared(case: Case, spoken: Collection[str], settings: AssignSettings) -> tuple[tuple[str, ...], bool]:
    """The client's languages that count as shared, in the order typed, and whether German is left as a
    makeshift: where somebody of the team (`spoken`) has another language of the client, German counts
    only if it is enough."""
    common = settings.common_language
    own = tuple(code for code in case.languages if code != common)
    if common not in case.languages or not set(own) & set(spoken) or german_is_enough(case, settings):
        return case.languages, False
    return own, True
