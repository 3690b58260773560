"""What the last whole run found, kept beside the ledger for a run that would find the same: it says so without reading
anything. Derived, and personal: only its owner may read it, erasure deletes it, and without it a run is a whole run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct, field

from automations.common.files import read_file, write_private
from automations.model.values import to_plain

_NAME = "found.json"
# Bytes: far more than the findings of any table; a file that grew beyond that is damaged.
_LARGEST = 2**26
_NOWHERE: Mapping[str, object] = MappingProxyType({})


class Found(Struct, frozen=True):
    """The run, its problems as its JSON document has them, what a look at the place needs to know, and the revision of
    each workbook in a file, by its path as site.toml has it."""

    run: str = ""
    problems: Sequence[Mapping[str, object]] = ()
    place: Mapping[str, object] = field(default_factory=dict)
    files: Mapping[str, object] = field(default_factory=dict)


def keep_found(
    state: Path, run: str, problems: Sequence[object], place: Mapping[str, object] = _NOWHERE,
    files: Mapping[str, object] = _NOWHERE,
) -> None:  # fmt: skip
    """Keep a run's problems, and what a look at the `place` and its `files` needs; "" for `run` forgets those of the
    one before. A full disk stops nothing."""
    try:
        if run:
            kept = {"run": run, "place": dict(place), "files": dict(files), "problems": to_plain(problems)}
            text = json.dumps(kept, ensure_ascii=False)
            # surrogatepass: a workbook may hold half a sign, and what is said of it must not stop the keeping.
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
        problems = [dict(one) for one in kept["problems"]]
        return Found(str(kept["run"]), problems, dict(kept.get("place", {})), dict(kept.get("files", {})))
    except (OSError, ValueError, KeyError, TypeError):
        # Whatever is odd about the file: without it the next run is a whole run, and finds the same.
        return Found()


def _listed(found: object) -> list[object]:
    return found if isinstance(found, list) else []


def forget_found(state: Path) -> None:
    """Delete it. Raises OSError."""
    (state / _NAME).unlink(missing_ok=True)
