"""What is kept about a person: told, or erased wherever it stands.

An erasure is remembered as digests in a list beside the backups, so that restoring one does not
bring back what was erased since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, or_, select, update

from automations.common.files import write_private
from automations.ledger.audit import Entry, append, entries_about, read_story, with_drafts
from automations.ledger.blocks import Block
from automations.ledger.codec import dumps, loads
from automations.ledger.errors import LedgerError
from automations.ledger.older_mails import old_contents, unfold_mails
from automations.ledger.older_story import mentioning, old_entries_about, unfold
from automations.ledger.outbox import ERASED, WAITING
from automations.ledger.recording import UNWANTED
from automations.ledger.schema import (
    audit_payloads,
    erasures,
    facts,
    mail_payloads,
    outbox,
    replies,
    seen,
    sightings,
    told,
    vetoes,
    write_groups,
)
from automations.ledger.staff_edits import UNKNOWN
from automations.ledger.store import Store, chunks, compact, meta_value, upsert
from automations.ledger.subjects import (
    all_subjects,
    carrying,
    entries_naming,
    facts_about,
    mails_about,
    naming,
    plain_mail,
    plain_telling,
    quoted,
    rows_about,
    seen_about,
    told_apart,
)
from automations.ledger.told import NOTHING
from automations.model.values import Plain, to_plain

LIST_NAME = "erasures.txt"  # the file beside the backups


class Erasing(Store):
    """Rights of the persons concerned."""

    def export_subject(self, case: str, keys: Sequence[str] = (), language: str = "de") -> dict[str, Plain]:
        """All that the ledger keeps about a case and the rows of `keys` (its appointments), as JSON."""
        with self._reading() as connection:
            subjects = with_drafts(connection, (case, *keys))
            old = old_contents(connection)
            return {
                "case": case,
                "keys": list(keys),
                "story": to_plain(read_story(connection, subjects, language)),
                "mails": [plain_mail(row, old) for row in mails_about(connection, subjects)],
                "told": [plain_telling(row) for row in rows_about(connection, subjects, "told")],
                "replies": [to_plain(loads(row.payload)) for row in rows_about(connection, subjects, "replies")],
                "facts": [
                    {"kind": row.kind, "key": row.key, "data": to_plain(loads(row.payload))}
                    for row in facts_about(connection, subjects)
                ],
                "written": [
                    to_plain(loads(row.payload)) for row in rows_about(connection, subjects, "written") if row.payload
                ],
                "seen": list(seen_about(connection, subjects)),
                "vetoes": [to_plain(loads(row.payload)) for row in rows_about(connection, subjects, "vetoes")],
            }

    def knows(self, case: str) -> bool:
        """Whether anything is, or was before its erasure, kept about a case."""
        with self._reading() as connection:
            # The ledger's own id goes in: a list of digests of one site says nothing about another's.
            digest = subject_digest(self.id, case)
            erased = connection.execute(select(erasures.c.digest).where(erasures.c.digest == digest)).first()
            return erased is not None or case in all_subjects(connection)

    def numbers_about(self, case: str) -> tuple[str, ...]:
        """Numbers of appointments that the ledger knows as the case's, also of rows that are gone."""
        with self._reading() as connection:
            names = with_drafts(connection, (case,))
            columns = [
                select(outbox.c.subject_key).where(outbox.c.case.in_(names)),
                select(replies.c.appointment).where(replies.c.case.in_(names)),
                select(audit_payloads.c.subject).where(audit_payloads.c.case.in_(names)),
                *(select(seen.c.key).where(seen.c.payload.contains(quoted(one), autoescape=True)) for one in names),
            ]
            found = {str(name) for query in columns for name in connection.execute(query).scalars()}
            found |= {old.subject for old in old_entries_about(connection, names) if old.case in names}
        return tuple(sorted(found - {"", case}))

    def identities_about(self, case: str, keys: Sequence[str] = ()) -> tuple[str, ...]:
        """Message-IDs of mails about a case, as they left."""
        with self._reading() as connection:
            rows = mails_about(connection, with_drafts(connection, (case, *keys)))
            return tuple(row.message_id for row in rows if row.message_id)

    def mails_about(self, case: str, keys: Sequence[str] = ()) -> tuple[str, ...]:
        """Keys of all mails about a case and the rows of `keys`, whatever became of them."""
        with self._reading() as connection:
            return tuple(row.key for row in mails_about(connection, with_drafts(connection, (case, *keys))))

    def erase_subject(self, case: str, keys: Sequence[str], now: datetime) -> int:
        """Erases all content about a case and the rows of `keys`; how many pieces that were.

        Numbers, moments and states stay, so that nothing is sent or numbered twice; waiting mails
        are suppressed. Raises LedgerError (code "ledger_erasures") where the list beside the backups
        could not be written: the ledger itself is clean then."""
        with self._writing() as connection:
            subjects = with_drafts(connection, (case, *keys))
            count = erase(connection, subjects, now)
            marks = [{"digest": subject_digest(self.id, subject), "at": now} for subject in subjects]
            upsert(connection, erasures, marks)
            folder = meta_value(connection, "backups")
        # After the commit: within a transaction SQLite cannot build its file anew.
        compact(self._engine)
        if folder:
            self._note_beside(Path(folder))
        return count

    def _note_beside(self, folder: Path) -> None:
        with self._reading() as connection:
            known = set(connection.execute(select(erasures.c.digest)).scalars())
        try:
            write_list(folder, known)
        except OSError as error:
            raise LedgerError(
                "Everything was erased from the ledger, but the list beside the backups in {folder} cannot be written.",
                "Please make a new backup and delete the older ones, which still hold what was erased.",
                code="ledger_erasures",
                folder=folder,
            ) from error


def subject_digest(ledger_id: str, subject: str) -> str:
    """The form in which an erased case is remembered."""
    return hashlib.sha256(f"{ledger_id}\x1f{subject}".encode()).hexdigest()[:32]


def write_list(folder: Path, digests: Iterable[str]) -> None:
    """Adds digests to the list beside the backups. Raises OSError."""
    path = folder / LIST_NAME
    # Never fewer than before, sorted: the order in which people were erased says something about them.
    wanted = sorted(read_list(folder) | set(digests))
    write_private(path, "".join(f"{mark}\n" for mark in wanted).encode("ascii"))


def read_list(folder: Path) -> set[str]:
    """The digests of the list beside the backups; none where there is no list."""
    path = folder / LIST_NAME
    return set(path.read_text(encoding="ascii").split()) if path.is_file() else set()


def erase_again(connection: Connection, ledger_id: str, marks: set[str], now: datetime) -> int:
    """Repeats erasures in a ledger that was restored; how many pieces that were."""
    found = [subject for subject in all_subjects(connection) if subject_digest(ledger_id, subject) in marks]
    upsert(connection, erasures, [{"digest": mark, "at": now} for mark in sorted(marks)])
    return erase(connection, found, now) if found else 0


def erase(connection: Connection, subjects: Sequence[str], now: datetime) -> int:
    """Erases all content about the subjects within the caller's transaction; how many pieces."""
    count = 0
    # First: what is packed can only be erased as rows.
    unfold(connection, _blocks_about(connection, subjects))
    for row in facts_about(connection, subjects):
        count += 1
        connection.execute(delete(facts).where(facts.c.kind == row.kind, facts.c.key == row.key))
    for ids in chunks(sorted({*entries_about(connection, subjects), *entries_naming(connection, subjects)})):
        count += connection.execute(delete(audit_payloads).where(audit_payloads.c.id.in_(ids))).rowcount
    for part in chunks(subjects):
        count += _erase_rows(connection, part)
        count += _erase_mails(connection, part, now)
    for subject in told_apart(subjects):
        _blank_facts(connection, subject)
        count += _blank_written(connection, subject)
        told = seen.c.payload.contains(quoted(subject), autoescape=True)
        count += connection.execute(update(seen).where(told).values(payload=UNKNOWN)).rowcount
    _drop_names(connection, subjects)
    if count:
        append(connection, now, "", [Entry("erased", {"pieces": count})])
    return count


def _blocks_about(connection: Connection, subjects: Sequence[str]) -> list[Block]:
    """Blocks of the story that are about the subjects, or name them."""
    named = [naming(subject) for subject in told_apart(subjects)]
    return [
        block
        for block, entries in mentioning(connection, subjects)
        if any(entry.is_about(set(subjects)) or any(one.search(entry.payload) for one in named) for entry in entries)
    ]


def _drop_names(connection: Connection, subjects: Sequence[str]) -> None:
    """Rows of a team's own tables may be called by a name or an address: what stays of a mail or a write, so that it
    is not repeated, is known by other marks. Numbers stay."""
    for subject in subjects:
        if "@" in subject or not any(sign.isdigit() for sign in subject):
            sent, written = outbox.c.subject_key == subject, write_groups.c.key == subject
            connection.execute(update(outbox).where(sent).values(subject_key=""))
            connection.execute(update(write_groups).where(written).values(key=""))


def _blank_written(connection: Connection, subject: str) -> int:
    """Values that were written into rows of others and name the subject."""
    named, found = write_groups.c.payload.contains(subject, autoescape=True), naming(subject)
    rows = connection.execute(
        select(write_groups.c.token, write_groups.c.id, write_groups.c.payload).where(named)
    ).all()
    chosen = [row for row in rows if found.search(row.payload)]
    for row in chosen:
        here = (write_groups.c.token == row.token) & (write_groups.c.id == row.id)
        connection.execute(update(write_groups).where(here).values(payload=None))
    return len(chosen)


def _blank_facts(connection: Connection, subject: str) -> None:
    """Sentences in facts about others that name the subject, perhaps with name and birthday; problems are found
    anew, of the others their key is enough."""
    named, found = facts.c.payload.contains(subject, autoescape=True) & (facts.c.kind != "weekly"), naming(subject)
    for row in connection.execute(select(facts.c.kind, facts.c.key, facts.c.payload).where(named)).all():
        chosen = (facts.c.kind == row.kind) & (facts.c.key == row.key)
        # The database finds "K-1" in "K-10", too.
        if not found.search(row.payload):
            continue
        # A problem is found anew as long as it holds; with a hole in its sentence it would help nobody.
        if row.kind == "problem":
            connection.execute(delete(facts).where(chosen))
            continue
        data = {
            name: "…" if isinstance(value, str) and found.search(value) else value
            for name, value in loads(row.payload).items()
        }
        connection.execute(update(facts).where(chosen).values(payload=dumps(data)))


def _erase_rows(connection: Connection, part: Sequence[str]) -> int:
    statements = (
        delete(replies).where(or_(replies.c.case.in_(part), replies.c.appointment.in_(part))),
        delete(vetoes).where(vetoes.c.key.in_(part)),
        delete(sightings).where(sightings.c.key.in_(part)),
        update(seen).where(seen.c.key.in_(part), seen.c.payload != UNKNOWN).values(payload=UNKNOWN),
        update(write_groups)
        .where(write_groups.c.key.in_(part), write_groups.c.payload.is_not(None))
        .values(payload=None),
    )
    return sum(connection.execute(statement).rowcount for statement in statements)


def _erase_mails(connection: Connection, part: Sequence[str], now: datetime) -> int:
    own = or_(outbox.c.case.in_(part), outbox.c.subject_key.in_(part))
    about = or_(own, outbox.c.key.in_(carrying(part)))
    keys = select(outbox.c.key).where(about)
    unfold_mails(connection, connection.execute(keys).scalars().all())
    count = connection.execute(delete(mail_payloads).where(mail_payloads.c.key.in_(keys))).rowcount
    waiting = outbox.c.state.in_(WAITING)
    # The others of a household are to be told all the same: their message is planned anew.
    connection.execute(update(outbox).where(about, ~own, waiting).values(state="suppressed", at=now, detail=UNWANTED))
    connection.execute(update(outbox).where(own, waiting).values(state="suppressed", at=now))
    # Its key stays: it is what keeps the same mail from being sent once more.
    connection.execute(update(outbox).where(own).values(address_digest="", detail=ERASED, message_id=""))
    known = or_(told.c.case.in_(part), told.c.subject_key.in_(part)), told.c.payload != NOTHING
    return count + connection.execute(update(told).where(*known).values(payload=NOTHING, address_digest="")).rowcount
