"""Backups: the whole ledger as one SQLite file, whatever database it is on, and the way back.

The same file moves a ledger from SQLite to PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, insert, select, true, update

from automations.ledger.audit import Entry, append, with_drafts
from automations.ledger.backup_files import (
    connected,
    disk,
    opened,
    refuse_itself,
    refuse_other_files,
    scratch,
    unusable,
    verify,
    working_copy,
)
from automations.ledger.chain import ORIGIN
from automations.ledger.erasure import erase, erase_again, read_list, write_list
from automations.ledger.facts import keep_facts
from automations.ledger.migrations import MIGRATIONS, Migration, schema_version
from automations.ledger.older_story import KIND, digest_at, unfold_where
from automations.ledger.packing import SMALL_ENOUGH, lean_name, publish
from automations.ledger.retention import leave_out_story
from automations.ledger.schema import TABLES, audit, audit_payloads, erasures, meta, outbox, packed
from automations.ledger.schema import facts as facts_table
from automations.ledger.store import Store, compact, meta_value, outside_transaction, reading, set_meta, upsert, writing
from automations.model.fact_kinds.course import Adopted, Place, Restored
from automations.model.fact_kinds.questions import Barred

# Rows at a time: a ledger of years does not fit into the memory of a small server.
_BATCH = 5000
_BARS = select(facts_table).where(facts_table.c.kind == Barred.kind)
_STORY = (audit, audit_payloads)
RESTORED = "restored"  # the detail of mails that may have left after the backup was made


class Backups(Store):
    """Copies of the whole."""

    def backup(self, target: Path, now: datetime) -> None:
        """Writes a checked copy to `target` (mode 0600), replacing what stands there, and the list
        of erasures beside it. Raises LedgerError where that is not possible."""
        refuse_itself(self._engine, target)
        refuse_other_files(target)
        with scratch() as folder, disk(target):
            copy = folder / "ledger.sqlite"
            known = self._copy_to(copy)
            verify(copy, target)
            publish(copy, target)
            write_list(target.parent, known)
        with self._writing() as connection:
            set_meta(connection, "backups", str(target.parent.absolute()))
            set_meta(connection, "backup_at", now.isoformat())

    def erase_in_backup(self, path: Path, case: str, keys: Sequence[str], now: datetime) -> int:
        """Erases a case and the rows of `keys` in a backup; how many pieces that were. Raises LedgerError where
        the file is damaged or cannot be written; it stands as it stood then."""
        with working_copy(path) as copy:
            with opened(copy) as engine:
                with writing(engine) as connection:
                    count = erase(connection, with_drafts(connection, (case, *keys)), now)
                if count:
                    compact(engine)
            if count:
                publish(copy, path)
        return count

    def make_lean(self, path: Path) -> None:
        """Leaves the story of the cases and texts of mails out of a backup (see `packing.WHOLE`); one of another
        version of kim stays as it is. Raises LedgerError where the file is damaged or cannot be written; it stands as
        it stood then."""
        with working_copy(path) as copy:
            with connected(copy) as engine:
                with writing(engine) as connection:
                    # What the tables of another version mean is not known here, and a backup is no place for guesses.
                    if schema_version(connection) != len(MIGRATIONS):
                        return
                    leave_out_story(connection)
                compact(engine)
            publish(copy, lean_name(path), small=copy.stat().st_size < SMALL_ENOUGH)
            path.unlink()

    def shrink(self, path: Path) -> None:
        """Packs a backup anew, as small as it goes. Raises LedgerError as `make_lean` does."""
        with working_copy(path) as copy:
            publish(copy, path, small=True)

    @property
    def backup_folder(self) -> Path | None:
        """Where the newest backup was laid; None before the first."""
        with self._reading() as connection:
            found = meta_value(connection, "backups")
        return Path(found) if found else None

    def _copy_to(self, copy: Path) -> set[str]:
        """Copies everything into a new file; gives the digests of what was erased."""
        if self._engine.dialect.name == "sqlite":
            outside_transaction(self._engine, "VACUUM INTO ?", str(copy))  # fast, and compact
        else:
            with opened(copy) as engine, self._reading() as source, writing(engine) as sink:
                _copy(source, sink)
        with opened(copy) as engine, reading(engine) as source:
            return set(source.execute(select(erasures.c.digest)).scalars())

    def restore(self, source: Path, now: datetime, *, moved: bool = False) -> bool:
        """Puts a backup in the place of everything here, and erases again what was erased since.

        Mails that waited then may have left since: they become "unknown", and all mail is on hold
        until people let it go. A fact "restored" tells the runner. A ledger that is `moved` has done nothing
        since: its mails go on waiting, for all mail is on hold here, too. Returns whether the story came along: a lean
        backup (`make_lean`) brings none, and only the ledger that stood here may go on telling it. Raises LedgerError
        for a file that is no backup, damaged or newer than the program; nothing is changed then."""
        refuse_itself(self._engine, source)
        with working_copy(source) as copy:
            marks = read_list(source.parent)
            with opened(copy) as engine, reading(engine) as backup, self._writing() as connection:
                _refuse_another(connection, backup, source)
                marks |= set(connection.execute(select(erasures.c.digest)).scalars())
                # Read before everything is deleted: the backup does not know of them.
                bars = [dict(row) for row in connection.execute(_BARS).mappings()]
                told = _story_before(connection, backup)
                # A lean backup brings no story; only the ledger that stands here may go on telling it.
                whole = bool(told) or not _is_lean(backup)
                anchor = meta_value(connection, "anchor")
                _forget_all_but_story(connection, told)
                _copy(backup, connection)
                self.id = meta_value(connection, "id")
                if told:
                    set_meta(connection, "anchor", anchor)
                upsert(connection, facts_table, bars)  # who was erased since then stays barred
                # A ledger that was moved has sent nothing since; any other may have.
                if not moved:
                    _distrust_mails(connection, now)
                _hold(connection, now)
                # Whoever lets mail go after it says that it is to leave from here.
                connection.execute(delete(facts_table).where(facts_table.c.kind == Place.kind))
                erased = erase_again(connection, self.id, marks, now)
            # Overwritten rows leave remnants in the file until it is built anew.
            if erased:
                compact(self._engine)
        return whole


def _forget_all_but_story(connection: Connection, until: int) -> None:
    """Deletes everything but the entries of the chain up to one; 0 for none."""
    if until:
        unfold_where(connection, packed.c.last > until)
    for table in reversed(TABLES[1:]):
        late = table.c.id > until if table in _STORY else true()
        if table is packed and until:
            late = packed.c.kind != KIND
        connection.execute(delete(table).where(late))


def _is_lean(backup: Connection) -> bool:
    """Whether the story was left out: the chain goes on from an entry, and none stands behind it."""
    begun = (meta_value(backup, "anchor") or ORIGIN) != ORIGIN
    return begun and all(backup.execute(select(table).limit(1)).first() is None for table in (audit, packed))


def _story_before(connection: Connection, backup: Connection) -> int:
    """The last entry of the chain here that a backup goes on from, where its own story begins only then (see
    `make_lean`); 0 where the backup tells it all, or goes on from something else. The digest vouches for all before."""
    number, _, digest = (meta_value(backup, "anchor") or ORIGIN).partition(":")
    return int(number) if digest_at(connection, int(number)) == digest else 0


def _distrust_mails(connection: Connection, now: datetime) -> None:
    doubtful = outbox.c.state.in_(("queued", "retry", "sending"))
    connection.execute(update(outbox).where(doubtful).values(state="unknown", at=now, detail=RESTORED))
    facts = keep_facts(connection, [Restored(now).under()], now)
    append(connection, now, "", [Entry("restored"), *facts])


def _hold(connection: Connection, now: datetime) -> None:
    set_meta(connection, "hold", "on")
    append(connection, now, "", [Entry("hold", {"on": True})])


def _copy(source: Connection, sink: Connection) -> None:
    """All rows but the version of the schema, which is the sink's own."""
    for table in TABLES:
        query = select(table) if table is not meta else select(table).where(meta.c.name != "schema")
        if table is meta:
            sink.execute(delete(meta).where(meta.c.name != "schema"))
        for rows in source.execution_options(yield_per=_BATCH).execute(query).mappings().partitions():
            sink.execute(insert(table), [dict(row) for row in rows])


def keep_before_migrating(engine: Engine, migrations: Sequence[Migration], now: datetime) -> Path | None:
    """Copies a ledger that an older kim left, as it is, before its shape is changed; gives the copy's path.

    Beside the daily backups, whose thinning it joins. A database on a server is copied by whoever looks
    after that server. Raises LedgerError where the disk has no room: nothing was changed then."""
    with reading(engine) as connection:
        version = schema_version(connection)
    # A server's ledger is backed up by its operator, and an empty one has nothing to lose.
    if engine.dialect.name != "sqlite" or not engine.url.database or not 0 < version < len(migrations):
        return None
    folder = Path(engine.url.database).parent / "backups"
    target = folder / f"ledger-{now:%Y%m%d}-before-schema-{len(migrations)}.sqlite"
    # Made before an attempt that failed: what stands there now may be half migrated.
    if target.exists():
        return target
    with scratch() as folder, disk(target):
        copy = folder / "ledger.sqlite"
        outside_transaction(engine, "VACUUM INTO ?", str(copy))
        publish(copy, target)
    return target


def _refuse_another(connection: Connection, backup: Connection, source: Path) -> None:
    """A ledger that has worked on a workbook is never replaced by that of another site: it would be gone, and the
    workbook would refuse the other one."""
    worked = connection.execute(select(facts_table.c.kind).where(facts_table.c.kind == Adopted.kind).limit(1)).first()
    if worked and meta_value(backup, "id") != meta_value(connection, "id"):
        raise unusable(source, "it is of another site")
