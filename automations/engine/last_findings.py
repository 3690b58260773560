"""What the last whole run found, kept beside the ledger for a run that would find the same: it says so without reading
anything. Derived, and personal: only its owner may read it, erasure deletes it, and without it a run is a whole run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from automations.common.files import read_file, write_private
from automations.model.values import to_plain

_NAME = "found.json"
_LARGEST = 2**26
_NOWHERE: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Found:
    """The run, its problems as its JSON document has them, and what a look at the place needs to know."""

    run: str = ""
    problems: Sequence[Mapping[str, object]] = ()
    place: Mapping[str, object] = field(default_factory=dict)


def keep_found(state: Path, run: str, problems: Sequence[object], place: Mapping[str, object] = _NOWHERE) -> None:
    """Keep a run's problems, and what a look at the `place` needs; "" for `run` forgets those of the one before. A full
    disk stops nothing."""
    try:
        if run:
            text = json.dumps({"run": run, "place": dict(place), "problems": to_plain(problems)}, ensure_ascii=False)
            write_private(state / _NAME, text.encode("utf-8", "surrogatepass"))
        else:
            forget_found(state)
    except OSError:
        return


def found_by(state: Path, run: str) -> Sequence[Mapping[str, object]] | None:
    """The problems of that run; None where they are not kept."""
    kept = all_found(state)
    return kept.problems if run and kept.run == run else None


def found_about(state: Path, keys: frozenset[str]) -> int:
    """How many of the problems that are kept name one of the keys."""
    return sum(bool({one.get("key"), *_listed(one.get("keys"))} & keys) for one in all_found(state).problems)


def all_found(state: Path) -> Found:
    """What is kept; nothing where it is not there, or damaged."""
    try:
        kept = json.loads(read_file(state / _NAME, _LARGEST).decode("utf-8", "surrogatepass"))
        return Found(str(kept["run"]), [dict(one) for one in kept["problems"]], dict(kept.get("place", {})))
    except (OSError, ValueError, KeyError, TypeError):
        return Found()


def _listed(found: object) -> list[object]:
    return found if isinstance(found, list) else []


def forget_found(state: Path) -> None:
    """Delete it. Raises OSError."""
    (state / _NAME).unlink(missing_ok=True)
