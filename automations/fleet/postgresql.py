"""A PostgreSQL of our own, for demonstrations and tests: a folder, a process, a socket in it.

Whoever may enter the machine may enter the server (`trust`), so nothing real belongs into it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from automations.fleet.errors import FleetError

SUPERUSER = "kim"

_WAIT_SECONDS = 60.0
_STEP_SECONDS = 0.1


def binary(name: str) -> str | None:
    """A program of PostgreSQL's; Debian keeps them apart from the others."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return str(places[-1]) if places else shutil.which(name)


def unprivileged() -> str | None:
    """The account that the server gets: PostgreSQL refuses to run as root. None where ours will do."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class OwnServer:
    """A server in a new folder of its own, reached by a socket only. Raises FleetError where there is no PostgreSQL
    or where it does not begin."""

    def __init__(self) -> None:
        initdb, postgres = binary("initdb"), binary("postgres")
        if not initdb or not postgres:
            raise FleetError(
                "PostgreSQL is not installed here.",
                "Please install it (Debian: apt install postgresql), or set KIM_FLEET_DATABASE to the address of one.",
            )
        self._postgres = postgres
        self.folder, self._user = Path(tempfile.mkdtemp(prefix="kim-pg-")), unprivileged()
        # mkdtemp makes it for one account only; those who connect are others than the one that serves.
        self.folder.chmod(0o755)
        if self._user:
            shutil.chown(self.folder, self._user)
        words = ("-U", SUPERUSER, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
        made = subprocess.run(  # noqa: S603 (PostgreSQL's own program)
            [initdb, "-D", str(self.folder / "data"), *words], check=False, user=self._user, cwd="/",
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        if made.returncode:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise FleetError("PostgreSQL cannot be set up: {reason}", reason=made.stderr.strip())
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers. Raises FleetError."""
        # No network, and no waiting for the disk: it holds nothing that anybody would miss.
        words = ("-k", str(self.folder), "-c", "listen_addresses=", "-c", "fsync=off")
        self._process = subprocess.Popen(  # noqa: S603 (PostgreSQL's own program)
            [self._postgres, "-D", str(self.folder / "data"), *words],
            user=self._user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        ends = time.monotonic() + _WAIT_SECONDS
        while self._process.poll() is None and time.monotonic() < ends:
            with suppress(psycopg.OperationalError):
                self.connect().close()
                return
            time.sleep(_STEP_SECONDS)
        self.close()  # nobody gets to know this server, so nobody else could end it
        raise FleetError("PostgreSQL was started and does not answer.")

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """As the superuser."""
        return psycopg.connect(host=str(self.folder), user=SUPERUSER, dbname=database, autocommit=True)

    def restart(self) -> None:
        """Everybody loses the connection, at once."""
        self._end()
        self.start()

    def close(self) -> None:
        """Stop at once, and leave nothing behind."""
        self._end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self) -> None:
        # SIGINT is PostgreSQL's “fast” shutdown: it does not wait for those who are connected.
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout=_WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            # One that hears no signal, as its parent ignored this one (a job in the background of a script).
            self._process.kill()
            self._process.wait(timeout=_WAIT_SECONDS)
