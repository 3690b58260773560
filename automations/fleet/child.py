"""A site's command as a process of its own: under the site's account, with the site's secrets and nobody else's."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field

from automations.fleet.errors import FleetError, StorageError
from automations.fleet.registry import FleetSite
from automations.fleet.secrets import read_secrets

# Variables of the worker's own that a site needs and that are no secrets.
_PASSED = ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "SSL_CERT_FILE", "SSL_CERT_DIR")

# Bounds of all that a site may say: it is not trusted, and one of them must not fill the tables of all.
_LONGEST_ANSWER, _PIECE = 2**20, 2**16
_LONGEST_WORDS = 500
_LONGEST_WORD, _MOST_KINDS, _MOST_MAILS = 200, 20, 10**9
_KIND = re.compile(r"[a-z_]{1,40}")

PROBE = "import os, sys; os.listdir(sys.argv[1])"
PROBE_SECONDS = 15.0
_KILLED_SECONDS = 2.0  # in which a process that was killed is gone, unless storage holds it


class Account(Struct, frozen=True):
    """Who a site's processes are: numbers of user and group, and a home. `drops` says whether the worker has to
    become somebody else for that."""

    user: int
    group: int
    home: str
    drops: bool


class Ended(Struct, frozen=True):
    """How a process ended: its status (negative: a signal), and what it said of itself in one line of JSON."""

    status: int
    told: Mapping[str, Any] = field(default_factory=dict)


def account_of(site: FleetSite) -> Account:
    """The account of a site. Raises FleetError where it does not exist here, or where we may not become it."""
    if not site.os_user or not hasattr(os, "geteuid"):
        here = os.geteuid() if hasattr(os, "geteuid") else 0
        return Account(here, os.getegid() if hasattr(os, "getegid") else 0, site.folder, drops=False)
    import pwd

    try:
        found = pwd.getpwnam(site.os_user)
    except KeyError:
        raise FleetError(
            "The site {name} runs under the account {user}, which this machine does not have.",
            "Please make it, with the same number on all machines.",
            name=site.name, user=site.os_user,
        ) from None  # fmt: skip
    # A worker that already is that account needs no rights of root, as on a machine with one site.
    drops = os.geteuid() != found.pw_uid
    if drops and os.geteuid() != 0:
        raise FleetError(
            "The site {name} runs under the account {user}; only root can start it.",
            "Please start “kim fleet work” as root: it gives its rights away before a site begins.",
            name=site.name, user=site.os_user,
        )  # fmt: skip
    return Account(found.pw_uid, found.pw_gid, found.pw_dir, drops)


def environment(site: FleetSite, account: Account, more: Mapping[str, str]) -> dict[str, str]:
    """All that a site's process finds in its environment."""
    # A list of what passes, not of what does not: a new secret of the worker is not handed on by oversight.
    passed = {name: os.environ[name] for name in _PASSED if name in os.environ}
    return {
        **passed, "HOME": account.home, "KIM_SITE": site.folder, "PYTHONDONTWRITEBYTECODE": "1",
        **read_secrets(Path(site.folder), account.user), **more,
    }  # fmt: skip


def command(words: Sequence[str], *, tied: bool = True, python: str = "") -> list[str]:
    """How `kim` is called. `tied`: where the system can, the process ends with its worker, however that ends.
    `python` is that of another version than this one."""
    setpriv = shutil.which("setpriv") if tied else None
    tie = [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []
    # -P: a module that lies in the site's folder must not be taken for one of the program.
    return [*tie, python or sys.executable, "-P", "-m", "automations", *words]


def rights(account: Account) -> dict[str, Any]:
    """What the process gives away before it begins, as subprocess wants it."""
    if not account.drops:
        return {}
    # No further groups: root's own would open what belongs to other sites.
    return {"user": account.user, "group": account.group, "extra_groups": ()}


def call(
    site: FleetSite,
    words: Sequence[str],
    more: Mapping[str, str] = MappingProxyType({}),
    *,
    quiet: bool = False,
    python: str = "",
    seconds: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """A command of a site for whoever waits for it, so many `seconds` at most; `quiet` keeps what it says, `python` is
    that of another version. Raises FleetError, OSError, TimeoutExpired."""
    account = account_of(site)
    pipe = subprocess.PIPE if quiet else None
    return subprocess.run(  # noqa: S603 (our own program)
        command(words, tied=False, python=python), env=environment(site, account, more), cwd=site.folder, check=False,
        stdout=pipe, stderr=pipe, text=True, umask=0o077, timeout=seconds, **rights(account),
    )  # fmt: skip


def said(done: subprocess.CompletedProcess[str]) -> str:
    """What a command that did not go well said: of a crash the last line alone."""
    words = done.stderr.strip() or done.stdout.strip()
    # The lines of a crash name files and places, and may quote what stands in the workbook.
    return words.rpartition("\n")[2] if words.startswith("Traceback") else words[-_LONGEST_WORDS:]


async def carry_out(site: FleetSite, words: Sequence[str], more: Mapping[str, str], seconds: float) -> Ended:
    """Run a command of a site to its end, for so many seconds at most: then it and all that it started is killed.
    Raises FleetError where it cannot begin, StorageError where its folder is away."""
    await _find(site)
    account = account_of(site)
    process = await asyncio.create_subprocess_exec(
        *command(words),
        env=environment(site, account, more),
        cwd=site.folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        # A session of its own, so that what the site started can be killed with it.
        start_new_session=True,
        umask=0o077,
        **rights(account),
    )
    try:
        said = await asyncio.wait_for(_last_words(process), seconds)
    except TimeoutError:
        said = b""
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    return Ended(process.returncode if process.returncode is not None else -signal.SIGKILL, read_told(said))


async def _last_words(process: asyncio.subprocess.Process) -> bytes:
    """The end of what a process said, once it is through."""
    said = b""
    while process.stdout is not None and (piece := await process.stdout.read(_PIECE)):
        # Its end alone: a site that talks without end must not fill the memory of a worker that serves others, too.
        said = (said + piece)[-_LONGEST_ANSWER:]
    await process.wait()
    return said


async def _find(site: FleetSite) -> None:
    """Whether the site's folder answers. A process of its own asks: storage that hangs would hold up the worker, and
    with it all other sites. Raises StorageError."""
    probe = await asyncio.create_subprocess_exec(
        # Isolated and without site packages: nothing of the site may be loaded under the rights of the worker.
        sys.executable, "-I", "-S", "-c", PROBE, site.folder, cwd="/", env={}, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        found = await asyncio.wait_for(probe.wait(), PROBE_SECONDS) == 0
    except TimeoutError:
        found = False
    finally:
        await _end(probe)
    if not found:
        raise StorageError("The folder {folder} cannot be reached.", "Please look whether the storage is mounted.",
                           folder=site.folder)  # fmt: skip


async def _end(probe: asyncio.subprocess.Process) -> None:
    """Kill a probe that still waits for storage, and see it end: else it stays as a zombie."""
    if probe.returncode is None:
        with suppress(ProcessLookupError):
            probe.kill()
        # Not for ever: within a call to storage that hangs no signal reaches a process.
        with suppress(TimeoutError):
            await asyncio.wait_for(probe.wait(), _KILLED_SECONDS)


def read_told(said: bytes) -> Mapping[str, Any]:
    """The last line, where it is what `--brief` prints; of that, what belongs there. A site is not trusted: what it
    says goes into tables that all share, into metrics and the operator's mails."""
    # From the end: what a library prints on the way comes before the answer.
    line = said[-_LONGEST_ANSWER:].strip().rpartition(b"\n")[2]
    with suppress(ValueError, RecursionError):
        # A site's own process says it, and a site is not trusted: each part is checked below.
        told = json.loads(line)
        if isinstance(told, dict) and (again := _moment(told.get("next"))):
            return _kept(told) | {"next": again}
    return {}


def _kept(told: Mapping[str, Any]) -> dict[str, Any]:
    kinds, mails = told.get("kinds"), told.get("mails")
    held = mails.get("held") if isinstance(mails, dict) else 0
    return {
        **{name: _words(told.get(name)) for name in ("outcome", "why", "occurrence", "run")},
        "kinds": [kind for kind in kinds if isinstance(kind, str) and _KIND.fullmatch(kind)][:_MOST_KINDS]
        if isinstance(kinds, list) else [],
        # Of the very type: Python takes true for 1, and PostgreSQL for no number.
        "mails": {"held": held if type(held) is int and 0 <= held < _MOST_MAILS else 0},
        "hold": told.get("hold") is True, "backup": _moment(told.get("backup")),
    }  # fmt: skip


def _moment(value: object) -> str | None:
    """A moment with a zone, as it was written; None for anything else."""
    with suppress(ValueError):
        if isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None:
            return value
    return None


def _words(value: object) -> str:
    # A line break or an escape sequence would forge lines in the operator's terminal and mails.
    return "".join(sign for sign in value[:_LONGEST_WORD] if sign.isprintable()) if isinstance(value, str) else ""
