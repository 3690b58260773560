"""A PostgreSQL of our own for tests: a folder, a process, a socket in it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest


def binary(name: str) -> str | None:
    """A program of PostgreSQL's; Debian keeps them apart from the others."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(places[-1]) if places else shutil.which(name)


def unprivileged() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class Server:
    """A server in a folder of its own, reached by a socket only, as the superuser `kim`."""

    def __init__(self) -> None:
        initdb, self._postgres = binary("initdb"), binary("postgres")
        if not initdb or not self._postgres:
            pytest.skip("PostgreSQL is not installed")
        self.folder, self._user = Path(tempfile.mkdtemp(prefix="kim-pg-")), unprivileged()
        self.folder.chmod(0o755)
        if self._user:
            shutil.chown(self.folder, self._user)
        subprocess.run(
            [initdb, "-D", self.folder / "data", "-U", "kim", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"],
            check=True, user=self._user, stdout=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._process = subprocess.Popen(
            [self._postgres, "-D", self.folder / "data", "-k", self.folder, "-c", "listen_addresses=",
             "-c", "fsync=off"],
            user=self._user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        for _ in range(200):
            try:
                self.connect().close()
            except psycopg.OperationalError:
                try:
                    self._process.wait(timeout=0.1)
                except subprocess.TimeoutExpired:
                    continue
                pytest.fail("PostgreSQL ended at once")
            else:
                return
        pytest.fail("PostgreSQL does not answer")

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """As the superuser."""
        return psycopg.connect(host=str(self.folder), user="kim", dbname=database, autocommit=True)

    def restart(self) -> None:
        """Everybody loses the connection, at once."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=30)
        self.start()

    def close(self) -> None:
        """Stop at once, and leave nothing behind."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)
