"""Another version of kim for some sites at a time: one, five, all; each with a backup before and a rehearsal on a copy.

A site runs on one version, and workers of other versions leave it alone, so that both may be installed side by side.
The rehearsal lets the old and the new program plan the same moment over copies of the site whose ledgers were restored
from the backup: what differs in their plans is what the upgrade would change. Only counts are told: what stands in the
plans is the site's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from automations.config.editing import Setting, set_values
from automations.config.files import read_premises
from automations.fleet.child import Account, account_of, call, said
from automations.fleet.errors import FleetError
from automations.fleet.registry import FleetSite
from automations.ledger.packing import backups

RINGS = (1, 5)  # how many sites the first rings hold; the last one holds all others

_LEFT = shutil.ignore_patterns("versions", "backups", "logs", "rehearsal-*", "*.lock", "ledger*.sqlite*", "heartbeat")

# A plan was made: also one with attention, of a busy workbook, or refused by a guard.
_PLAN_STATUSES = frozenset({0, 1, 3, 4})


class Difference(Struct, frozen=True):
    """What only one of two plans has: how many of a kind ("mails", "appointment_reminder")."""

    part: str
    kind: str
    gone: int
    new: int


def ring(sites: Sequence[FleetSite], number: int) -> list[FleetSite]:
    """The sites of a ring, from 1; in the order in which they are given."""
    start = sum(RINGS[: number - 1])
    return list(sites[start : start + RINGS[number - 1]] if number <= len(RINGS) else sites[start:])


def back_up(site: FleetSite, python: str, now: datetime, mark: str) -> Path:
    """A backup of the site's ledger, made by the program that it runs on. Raises FleetError."""
    target = Path(site.folder) / "state" / "backups" / f"ledger-{now:%Y%m%d}-before-{mark}.sqlite.gz"
    _must(call(site, ["ledger", "backup", str(target)], python=python, quiet=True), site)
    return target


def rehearse(site: FleetSite, backup: Path, old: str, new: str, now: datetime) -> list[Difference]:
    """What the new program would plan otherwise than the old one, at the same moment. Raises FleetError where one of
    them cannot plan at all."""
    plans = []
    # Each from a copy of its own: the first plan must leave nothing behind that the second one meets.
    for python in (old, new):
        with copied(site) as copy:
            # The old program restores, too, so that both plan over the same ledger and not one over a newer state.
            _must(call(copy, ["ledger", "restore", str(backup), "--moved"], python=python, quiet=True), site)
            done = call(copy, ["plan", "--json", "--at", now.isoformat()], python=python, quiet=True)
            if done.returncode not in _PLAN_STATUSES:
                _must(done, site)
            plans.append(_read(done, site))
    return differences(*plans)


def drill(site: FleetSite, python: str, now: datetime) -> tuple[Path, int]:
    """Restore the newest backup of a site into a copy, check it and plan with it; the backup, and how many edits and
    mails were planned. Raises FleetError where any of that fails."""
    kept = backups(Path(site.folder) / "state" / "backups")
    if not kept:
        raise FleetError("The site {name} has no backup.", "“kim fleet exec {name} ledger backup” makes one.",
                         name=site.name)  # fmt: skip
    newest = kept[-1]
    with copied(site) as copy:
        for words in (["ledger", "restore", str(newest)], ["ledger", "check"]):
            _must(call(copy, words, python=python, quiet=True), site)
        done = call(copy, ["plan", "--json", "--at", now.isoformat()], python=python, quiet=True)
        if done.returncode not in _PLAN_STATUSES:
            _must(done, site)
        plan = _read(done, site)
    return newest, len(plan["edits"]) + len(plan["mails"])


@contextmanager
def copied(site: FleetSite) -> Iterator[FleetSite]:
    """The site's folder once more, inside its own, with an empty ledger in a file; its workbooks are those of the
    original, which `kim plan` reads alone. Gone afterwards."""
    folder = Path(site.folder)
    account = account_of(site)
    (folder / "state").mkdir(exist_ok=True, mode=0o700)
    for left in (folder / "state").glob("rehearsal-*"):  # of a rehearsal that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="rehearsal-", dir=folder / "state") as place:
        copy = Path(place) / "site"
        shutil.copytree(folder, copy, symlinks=True, ignore=_LEFT, ignore_dangling_symlinks=True)
        premises = read_premises(folder)
        # The copy must never reach the real ledger, wherever the config says that it is.
        values: dict[str, Setting] = {"ledger.url_env": None, "ledger.url": None}
        for name, book in premises.file.workbooks.items():
            if book.path:
                values[f"workbooks.{name}.path"] = str((folder / book.path).resolve())
        set_values(copy, values)
        (copy / "state").mkdir(exist_ok=True, mode=0o700)
        # Made by root, read by the site: without this its own program could not open the copy.
        _give(Path(place), account)
        yield FleetSite(**{**_fields(site), "folder": str(copy)})


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """What only one of two documents of `kim plan --json` has, counted by part and kind."""
    found = []
    for part, (kind, same) in _PARTS.items():
        before, after = (Counter((kind(one), same(one)) for one in plan.get(part, ())) for plan in (old, new))
        gone, more = Counter[str](), Counter[str]()
        for (name, _), number in (before - after).items():
            gone[name] += number
        for (name, _), number in (after - before).items():
            more[name] += number
        found += [Difference(part, name, gone[name], more[name]) for name in sorted({*gone, *more})]
    if old.get("outcome") != new.get("outcome"):
        found.append(Difference("outcome", f"{old.get('outcome')} → {new.get('outcome')}", 1, 1))
    return found


def _word(*names: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda one: "/".join(str(one.get(name) or "") for name in names)


# By part of a plan: what it is counted by, and what makes two of it the same.
_PARTS: Mapping[str, tuple[Callable[[Mapping[str, Any]], str], Callable[[Mapping[str, Any]], str]]] = {
    "edits": (_word("tab", "column"), _word("workbook", "tab", "row", "key", "field", "new", "state")),
    "mails": (_word("rule", "language"), _word("key", "to", "subject", "state")),
    "tabs": (_word("name"), _word("workbook", "name", "state")),
    "problems": (_word("code"), _word("tab", "row", "column", "code")),
}


def _read(done: subprocess.CompletedProcess[str], site: FleetSite) -> dict[str, Any]:
    try:
        plan = json.loads(done.stdout)
    except ValueError as error:
        raise FleetError("The site {name} cannot be planned: {reason}", name=site.name,
                         reason=said(done) or "…") from error  # fmt: skip
    return dict(plan)


def _must(done: subprocess.CompletedProcess[str], site: FleetSite) -> None:
    if done.returncode:
        raise FleetError("The site {name} cannot be planned: {reason}", name=site.name, reason=said(done))


def _give(place: Path, account: Account) -> None:
    """Everything in a folder to the site's account; links are not followed."""
    if not account.drops:
        return
    for folder, folders, files in os.walk(place):
        for name in (".", *folders, *files):
            # A link in the folder could point to a file of root's.
            os.chown(Path(folder) / name, account.user, account.group, follow_symlinks=False)


def _fields(site: FleetSite) -> dict[str, Any]:
    return structs.asdict(site)
