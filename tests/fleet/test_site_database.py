"""Each site has a room of its own: what it may read, who may come in, whether an earlier run can still write."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest

from automations.fleet import membership, registry
from automations.fleet.errors import FleetError
from automations.fleet.registry import connect, let_in
from automations.fleet.site_database import check_name
from automations.ledger.book import open_ledger
from automations.ledger.errors import LedgerError
from automations.model.fact_kinds.course import Busy
from tests.support.fleets import empty_site, joined, url_of

pytestmark = pytest.mark.servers

NOW = datetime(2026, 11, 30, 6, 30, tzinfo=UTC)


def test_a_stolen_role_of_one_site_reads_nothing_of_another(fleet, server, tmp_path):
    for name in ("herne", "bochum"):
        joined(fleet, tmp_path, name)
    database = psycopg.conninfo.conninfo_to_dict(fleet)["dbname"]
    with psycopg.connect(host=str(server.folder), user="site_herne", dbname=database, autocommit=True) as thief:
        assert thief.execute("SELECT count(*) FROM outbox").fetchone() == (0,), "its own ledger"
        tables = thief.execute(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'v', 'm', 'S') AND n.nspname IN ('site_bochum', 'kim_fleet')"
        ).fetchall()
        assert len(tables) > 20
        for schema, table in tables:
            for deed in ("SELECT * FROM {}", "DELETE FROM {}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    thief.execute(deed.format(f'"{schema}"."{table}"'))
        for deed in (
            "SET ROLE site_bochum", "SET ROLE kim_fleet", "CREATE SCHEMA mine", "CREATE TABLE public.mine (a int)",
            "ALTER ROLE site_bochum LOGIN PASSWORD 'x'", "CREATE ROLE more", "COPY outbox TO '/tmp/x'",
            "CREATE FUNCTION kim_port.token() RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
        ):  # fmt: skip
            with pytest.raises(psycopg.Error):
                thief.execute(deed)
        assert thief.execute("SELECT kim_port.token()").fetchone() == (0,), "its own token, no other's"


def test_a_run_that_was_overtaken_writes_nothing_more(fleet, tmp_path):
    joined(fleet, tmp_path, "herne")
    joined(fleet, tmp_path, "bochum")
    with connect(fleet) as connection:
        first = let_in(connection, "herne", "one", "1")
        with open_ledger(url_of(tmp_path / "herne"), now=NOW, fence=str(first.site.token)) as old:
            old.remember([Busy(NOW, "A").under("team")], NOW)
            second = let_in(connection, "herne", "two", "1")
            assert (first.site.token, second.site.token) == (1, 2)
            for deed in (
                lambda: old.remember([Busy(NOW, "B").under("team")], NOW),
                lambda: old.claim("m/1", NOW),
                lambda: old.claim_occurrence("run", "2026-11-30T06:30", NOW),
                lambda: old.announce_write("t", "r", "team", "a", "b", (), None),
            ):
                with pytest.raises(LedgerError) as found:
                    deed()
                assert found.value.code == "fenced"
            assert old.fact(Busy, "team").holder == "A", "reading harms nobody"
        with open_ledger(url_of(tmp_path / "herne"), now=NOW, fence="2") as new:
            new.remember([Busy(NOW, "C").under("team")], NOW)
        let_in(connection, "bochum", "one", "1")  # the token of another site is another one
        with open_ledger(url_of(tmp_path / "herne"), now=NOW, fence="2") as new:
            new.remember([Busy(NOW, "D").under("team")], NOW)


def test_who_is_let_in_waits_for_a_write_under_way(fleet, tmp_path):
    joined(fleet, tmp_path, "herne")
    with connect(fleet) as connection, connect(fleet) as other:
        other.autocommit = False
        other.execute("SELECT pg_advisory_xact_lock(hashtext('kim site_herne'))")
        connection.execute("SET lock_timeout = '200ms'")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(registry, "_LOCK_SECONDS", 0.3)
            with pytest.raises(psycopg.errors.LockNotAvailable):
                let_in(connection, "herne", "one", "1")
        other.rollback()
        assert let_in(connection, "herne", "one", "1").site.token == 1


def test_a_killed_run_leaves_its_occurrence_to_the_next_at_once(fleet, tmp_path):
    joined(fleet, tmp_path, "herne")
    with connect(fleet) as connection:
        let_in(connection, "herne", "one", "1")
    with open_ledger(url_of(tmp_path / "herne"), now=NOW, fence="1") as ledger:
        assert ledger.is_fenced
        assert ledger.claim_occurrence("run", "2026-11-30T06:30", NOW)
    with open_ledger(url_of(tmp_path / "herne"), now=NOW) as ledger:
        assert not ledger.is_fenced


def test_a_fenced_run_needs_a_ledger_that_has_a_fence(tmp_path):
    with pytest.raises(LedgerError) as found:
        open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", now=NOW, fence="1")
    assert found.value.code == "fence_database"
    assert not (tmp_path / "ledger.sqlite").exists() or (tmp_path / "ledger.sqlite").stat().st_size == 0


def test_only_who_is_due_is_let_in(fleet, tmp_path):
    joined(fleet, tmp_path, "herne")
    with connect(fleet) as connection:
        assert let_in(connection, "herne", "one", "2") is None, "another version of kim runs it"
        registry.set_state(connection, "herne", "paused")
        assert let_in(connection, "herne", "one", "1") is None
        registry.set_state(connection, "herne", "active")
        registry.set_setting(connection, "drained", "on")
        assert let_in(connection, "herne", "one", "1") is None
        assert registry.due(connection) == []
        registry.set_setting(connection, "drained", "")
        entry = let_in(connection, "herne", "one", "1")
        registry.ended(connection, entry, 0, {"next": "2099-01-01T00:00:00+00:00", "outcome": "done", "run": "r"})
        assert let_in(connection, "herne", "one", "1") is None
        assert membership.known(connection, str(tmp_path / "herne")).next.year == 2099


def test_an_overtaken_run_does_not_say_when_its_site_is_due(fleet, tmp_path):
    joined(fleet, tmp_path, "herne")
    with connect(fleet) as connection:
        first = let_in(connection, "herne", "one", "1")
        let_in(connection, "herne", "two", "1")
        registry.ended(connection, first, 0, {"next": "2099-01-01T00:00:00+00:00"})
        assert membership.known(connection, "herne").next.year != 2099


def test_what_failed_is_due_again_after_a_pause_that_doubles(fleet, tmp_path):
    joined(fleet, tmp_path, "herne")
    pauses = []
    with connect(fleet) as connection:
        for _ in range(3):
            connection.execute("UPDATE sites SET next = now()")
            registry.ended(connection, let_in(connection, "herne", "one", "1"), -9, {})
            pauses += connection.execute("SELECT round(extract(epoch FROM next - now())) FROM sites").fetchone()
        assert [round(seconds / 60) for seconds in pauses] == [1, 2, 4]
        assert membership.known(connection, "herne").kinds == ["killed"]


def test_a_site_that_left_is_closed_and_its_ledger_stays(fleet, server, tmp_path):
    joined(fleet, tmp_path, "herne")
    database = psycopg.conninfo.conninfo_to_dict(fleet)["dbname"]
    with connect(fleet) as connection:
        membership.remove(connection, membership.known(connection, "herne"), erase=False)
        with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
            psycopg.connect(host=str(server.folder), user="site_herne", dbname=database)
        with server.connect(database) as boss:
            assert boss.execute("SELECT count(*) FROM site_herne.meta").fetchone()[0] > 0
        membership.add(connection, tmp_path / "herne", "herne", "", "1")  # it comes back, and finds what it knew
        with open_ledger(url_of(tmp_path / "herne"), now=NOW) as ledger:
            assert ledger.id
        membership.remove(connection, membership.known(connection, "herne"), erase=True)
        found = connection.execute("SELECT FROM pg_namespace WHERE nspname = 'site_herne'").fetchall()
        assert found == []


@pytest.mark.parametrize("name", ["", "Herne", "1a", "a-b", "a" * 41, "a;b", 'a"b', "ä"])
def test_a_name_that_cannot_name_a_schema_is_refused(name):
    with pytest.raises(FleetError):
        check_name(name)


def test_two_sites_may_not_share_a_name_or_a_folder(fleet, tmp_path):
    joined(fleet, tmp_path, "herne")
    with connect(fleet) as connection:
        for folder, name in ((tmp_path / "herne", "other"), (empty_site(tmp_path, "new"), "herne")):
            with pytest.raises(FleetError, match="already"):
                membership.add(connection, folder, name, "", "1")
        assert [site.name for site in registry.sites(connection)] == ["herne"]


def test_a_folder_names_its_site_as_germans_write_without_umlauts(fleet, tmp_path):
    with connect(fleet) as connection:
        site = membership.add(connection, empty_site(tmp_path, "Mülheim-Süd"), "", "", "1")
    assert site.name == "muelheim_sued"


def test_a_database_without_a_fleet_says_what_to_do(database):
    with pytest.raises(FleetError, match="no fleet"):
        connect(database)
