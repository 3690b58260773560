"""Whether a case is still about the person who was told: a row may be typed over with somebody else, or two numbers be
exchanged, and every message would go to a stranger while nobody tells the first one."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from automations.common.alike import alike
from automations.model.records import Case
from automations.model.told import address_digest
from automations.model.values import Plain, digest


def identity(case: Case) -> Mapping[str, Plain]:
    """By what a person is known again, as digests: the words of the name, the day of birth, address and phone."""
    words = alike(f"{case.first_name or ''} {case.last_name or ''}".replace("-", " ")).split()
    ways = (address_digest(case.email or ""), address_digest(case.phone or ""))
    return {
        "names": sorted({digest(word) for word in words}),
        "born": digest(case.birth_date) if case.birth_date else "",
        "ways": sorted(filter(None, ways)),
    }


def is_another(before: object, case: Case) -> bool:
    """Whether the case is about somebody else than who was told. A new name alone is a marriage or a spelling: the
    day of birth must be another one too, or, where it is not known, every way to reach the person."""
    if not isinstance(before, Mapping):
        return False  # told by an older version
    now = identity(case)
    if not _apart(before.get("names"), now["names"]):
        return False
    if before.get("born") and now["born"]:
        return bool(before["born"] != now["born"])
    return _apart(before.get("ways"), now["ways"])


def _apart(before: object, now: object) -> bool:
    """Whether both sides are known and have nothing in common."""
    known = isinstance(before, Collection) and isinstance(now, Collection) and bool(before) and bool(now)
    return known and set(before).isdisjoint(now)  # type: ignore[call-overload]
