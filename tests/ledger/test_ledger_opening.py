"""Where a ledger may lie, how it is opened, and what is said when it cannot be."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from automations.ledger.book import open_ledger
from automations.ledger.connections import advised, connect
from automations.ledger.errors import LedgerError
from automations.ledger.migrations import MIGRATIONS, migrate, schema_version
from automations.ledger.schema import metadata
from automations.ledger.shares import network_share
from automations.ledger.store import reading, set_meta, writing
from tests.ledger.examples import NOW

MOUNTS = """/dev/sda1 / ext4 rw 0 0
server:/team /mnt/team nfs4 rw 0 0
//server/share /mnt/with\\040blank cifs rw 0 0
//server/share /mnt/Büro cifs rw 0 0
me@host:/ /home/me/far fuse.sshfs rw 0 0
/dev/sdb1 /mnt/team/local ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/kim/ledger.sqlite", ""),
        ("/mnt/team/ledger.sqlite", "nfs4"),
        ("/mnt/teamwork/ledger.sqlite", ""),
        ("/mnt/with blank/ledger.sqlite", "cifs"),
        ("/mnt/Büro/ledger.sqlite", "cifs"),
        ("/home/me/far/away/ledger.sqlite", "fuse.sshfs"),
        ("/mnt/team/local/ledger.sqlite", ""),
        ("//server/share/ledger.sqlite", "UNC"),
        (r"\\server\share\ledger.sqlite", "UNC"),
    ],
)
def test_network_shares_are_told_from_disks(path, kind):
    assert network_share(path, MOUNTS) == kind


def test_a_ledger_on_a_share_is_refused(tmp_path, monkeypatch):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/x {tmp_path} nfs rw 0 0\n")
    monkeypatch.setattr("automations.ledger.shares._MOUNTS", mounts)
    with pytest.raises(LedgerError, match="network share") as caught:
        open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", now=NOW)
    assert caught.value.code == "ledger_share"
    assert "Netzlaufwerk" in caught.value.told("de").message


def test_only_its_owner_may_read_the_file(tmp_path):
    path = tmp_path / "deep" / "ledger.sqlite"
    open_ledger(f"sqlite:///{path}", now=NOW).close()
    path.chmod(0o644)
    open_ledger(f"sqlite:///{path}", now=NOW).close()
    assert {stat.S_IMODE(item.stat().st_mode) for item in path.parent.iterdir()} == {0o600}


def test_commits_reach_the_disk(tmp_path):
    engine = connect(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    with reading(engine) as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    engine.dispose()
    assert found == {"journal_mode": "truncate", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


@pytest.mark.parametrize("content", [b"This is no database at all." * 50, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_ledger_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    with pytest.raises(LedgerError, match="damaged") as caught:
        open_ledger(f"sqlite:///{path}", now=NOW)
    assert caught.value.code == "ledger_damaged"
    assert "restore" in caught.value.advice
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("reason", "code", "says"),
    [
        ("disk I/O error", "ledger_disk", "may be full"),
        ("database or disk is full", "ledger_full", "no room left"),
        ("unable to open database file", "ledger_readonly", "cannot be opened"),
    ],
)
def test_what_the_disk_says_is_told_as_what_it_is(reason, code, says):
    error = OperationalError("INSERT …", {}, sqlite3.OperationalError(reason))
    found = advised(error, "state/ledger.sqlite")
    assert (found.code, says in found.message) == (code, True)
    assert "database runs" not in found.advice


def test_a_damaged_page_is_found_when_opening(tmp_path):
    path = tmp_path / "ledger.sqlite"
    open_ledger(f"sqlite:///{path}", now=NOW).close()
    data = bytearray(path.read_bytes())
    for start in range(4096 * 3, 4096 * 12, 4096):
        data[start : start + 200] = b"\x55" * 200
    path.write_bytes(bytes(data))
    with pytest.raises(LedgerError) as caught:
        open_ledger(f"sqlite:///{path}", now=NOW)
    assert caught.value.code == "ledger_damaged"
    assert "beschädigt" in caught.value.told("de").message


@pytest.mark.parametrize("url", ["", "ledger.sqlite", "mysql://a@b/c", "sqlite:/x:y:z://"])
def test_an_address_that_means_nothing_is_refused(url):
    with pytest.raises(LedgerError) as caught:
        open_ledger(url, now=NOW)
    assert caught.value.code == "ledger_url"


def test_no_password_is_shown():
    with pytest.raises(LedgerError) as caught:
        open_ledger("mysql://kim:secret@db/kim", now=NOW)
    assert "secret" not in str(caught.value) + caught.value.advice


@pytest.mark.servers
def test_a_server_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(LedgerError, match="cannot be reached") as caught:
        open_ledger(f"postgresql+psycopg://kim:secret@/kim?host={tmp_path}", now=NOW)
    assert caught.value.code == "ledger_unreachable"
    assert "secret" not in str(caught.value)


def test_a_locked_ledger_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("automations.ledger.connections._BUSY_SECONDS", 0)
    path = tmp_path / "ledger.sqlite"
    with open_ledger(f"sqlite:///{path}", now=NOW) as ledger:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerError) as caught:
            ledger.set_hold(True, NOW)
        other.close()
        assert (caught.value.code, caught.value.busy) == ("ledger_busy", True)
        ledger.set_hold(True, NOW)
        assert ledger.held


@pytest.mark.parametrize("table", ["notes (words)", "meta (name, value)", "meta (key)"])
def test_a_database_of_another_program_stays_as_it_is(tmp_path, table):
    path = tmp_path / "notes.sqlite"
    with closing(sqlite3.connect(path)) as made:
        made.execute(f"CREATE TABLE {table}")
        made.commit()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="another program") as caught:
        open_ledger(f"sqlite:///{path}", now=NOW)
    assert caught.value.code == "ledger_foreign"
    assert path.read_bytes() == before


def test_a_ledger_of_a_newer_program_is_refused(url):
    engine = connect(url)
    migrate(engine, MIGRATIONS)
    with writing(engine) as connection:
        set_meta(connection, "schema", str(len(MIGRATIONS) + 1))
    with pytest.raises(LedgerError, match="newer kim") as caught:
        migrate(engine, MIGRATIONS)
    engine.dispose()
    assert caught.value.code == "ledger_newer"


def test_a_migration_that_fails_leaves_the_version_before_it(url):
    def breaks(connection):
        connection.exec_driver_sql("CREATE TABLE half (a TEXT)")
        raise RuntimeError("power cut")

    engine = connect(url)
    with pytest.raises(RuntimeError, match="power cut"):
        migrate(engine, (*MIGRATIONS, breaks))
    with reading(engine) as connection:
        assert (schema_version(connection), inspect(connection).has_table("half")) == (len(MIGRATIONS), False)
    migrate(engine, (*MIGRATIONS, lambda connection: connection.exec_driver_sql("CREATE TABLE whole (a TEXT)")))
    with reading(engine) as connection:
        assert (schema_version(connection), inspect(connection).has_table("whole")) == (len(MIGRATIONS) + 1, True)
    engine.dispose()


def test_migrations_make_the_tables_that_the_queries_use(url):
    engine = connect(url)
    migrate(engine, MIGRATIONS)
    with reading(engine) as connection:
        inspector = inspect(connection)
        made = {
            name: {
                (column["name"], column["nullable"] and not _is_key(inspector, name, column["name"]))
                for column in inspector.get_columns(name)
            }
            for name in inspector.get_table_names()
        }
        keys = {name: set(inspector.get_pk_constraint(name)["constrained_columns"]) for name in made}
    engine.dispose()
    wanted = {name: {(c.name, bool(c.nullable)) for c in table.columns} for name, table in metadata.tables.items()}
    assert made == wanted
    assert keys == {name: {c.name for c in table.primary_key} for name, table in metadata.tables.items()}


def _is_key(inspector, table, column):
    return column in inspector.get_pk_constraint(table)["constrained_columns"]


def test_a_ledger_in_memory_is_a_whole_ledger():
    with open_ledger("sqlite://", now=NOW) as first, open_ledger("sqlite://", now=NOW) as second:
        first.set_hold(True, NOW)
        assert (first.held, second.held) == (True, False)
        assert first.id != second.id


@pytest.mark.servers
def test_two_versions_on_one_server_are_refused(postgresql_url, monkeypatch):
    for version in ("0.9.1", "0.10.0", "0.10.0"):
        monkeypatch.setattr("automations.ledger.book.__version__", version)
        open_ledger(postgresql_url, now=NOW).close()
    monkeypatch.setattr("automations.ledger.book.__version__", "0.9.1")
    with pytest.raises(LedgerError, match=r"kim 0\.10\.0 on another machine; this is kim 0\.9\.1") as caught:
        open_ledger(postgresql_url, now=NOW)
    assert caught.value.code == "ledger_newer"


def test_a_ledger_in_a_file_goes_back_with_its_program(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    for version in ("0.10.0", "0.9.1"):
        monkeypatch.setattr("automations.ledger.book.__version__", version)
        open_ledger(url, now=NOW).close()
