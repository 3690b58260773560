"""Every store that may hold something of a person: what is held there, and its erasure.

One registry: a store that is missing here would be forgotten by an erasure. Stores that are not kim's (the
workbooks, the mailboxes) are named to whoever asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from msgspec import Struct

from automations.common.files import read_file, true_path
from automations.common.texts import Texts
from automations.engine.barred_people import bar
from automations.engine.carried_over import compared_kept, forget_compared
from automations.engine.intake import erase_of_case, held_of_case
from automations.engine.last_findings import forget_found, found_about
from automations.engine.parts import World
from automations.engine.proven_mails import forget_proofs, proofs_kept
from automations.ledger.errors import LedgerError
from automations.ledger.packing import KEPT_DAYS, KINDS
from automations.messages.message import message_id
from automations.model.records import Case
from automations.model.snapshot import Snapshot
from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.versions import forget_all, kept

# Bytes: what is larger was not written by kim, and is not read for a name.
_LARGEST_MAIL = 2**24
_MOST_ROWS = 20
_TELLING = 6  # characters from which a number tells its case in a text: "17" stands in many


class Person(Struct, frozen=True):
    """Whose traces are erased: a case, its appointments (also those of rows that are gone), its addresses, and
    what names its mails."""

    case: str
    keys: tuple[str, ...]
    addresses: frozenset[str] = frozenset()
    identities: frozenset[str] = frozenset()


class Forgotten(Struct, frozen=True):
    """How much was erased: entries of the ledger, mails laid down, versions of workbooks, backups that held
    something. `left` are sentences about what stays, and until when; the first `unerased` of them are about what is
    kim's own, and could not be erased."""

    erased: int
    mails: int
    versions: int
    backups: int = 0
    left: tuple[str, ...] = ()
    unerased: int = 0


class Store(Struct, frozen=True):
    """A place that may hold something of a person. `held` counts it; `erase` erases it, gives how much that
    was, and adds sentences about what stays."""

    name: str
    held: Callable[[World, Person], int]
    erase: Callable[[World, Person, datetime, list[str]], int]


def person_of(world: World, case: str, keys: Sequence[str], snapshot: Snapshot | None = None) -> Person:
    """All names under which a case is kept."""
    # An appointment that was given to another client since belongs to that one, and stays.
    elsewhere = {item.number for item in snapshot.appointments if item.case != case} if snapshot else set()
    numbers = tuple(dict.fromkeys((*keys, *(n for n in world.ledger.numbers_about(case) if n not in elsewhere))))
    known = {message_id(key, world.sender) for key in world.ledger.mails_about(case, numbers)}
    known |= set(world.ledger.identities_about(case, numbers))
    mine, others = set[str](), set[str]()
    for record in snapshot.cases if snapshot else ():
        (mine if record.number == case else others).add((record.email or "").casefold())
    # Somebody may stand only in a table of the team's own: an interpreter, a volunteer.
    for key, address in _own_addresses(snapshot) if snapshot else ():
        (mine if key == case else others).add(address)
    # An address that relatives share would take their mails along.
    return Person(case, numbers, frozenset(mine - others - {""}), frozenset(map(_local_part, known)))


def _own_addresses(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Mail addresses in the team's own tables, each with the key of its row."""
    for table, spec in snapshot.schema.items():
        names = [name for name, field in spec.fields.items() if field.kind == "email"] if spec.own and spec.key else []
        for record in snapshot.table(table) if names else ():
            for name in names:
                yield str(record.get(spec.key) or ""), str(record.get(name) or "").casefold()


def held_of(world: World, person: Person) -> dict[str, int]:
    """How much each store holds of a person."""
    return {store.name: store.held(world, person) for store in STORES}


def forget_case(
    world: World, case: str, keys: Sequence[str], now: datetime, snapshot: Snapshot | None = None
) -> Forgotten:
    """Erase a case and the rows of `keys` (its appointments) wherever kim keeps something of its own, and bar
    them from being learnt anew.

    Every earlier version of a workbook holds the person's row, so all of them go. Logs name nobody. The
    workbook itself is the team's. Raises LedgerError."""
    person = person_of(world, case, keys, snapshot)
    record = snapshot.case_by_number.get(case) if snapshot else None
    # First the bar: if what follows fails half-way, the next run must not learn the person anew.
    bar(world.site, world.ledger, case, record if isinstance(record, Case) else None, now)
    left: list[str] = []
    # The ledger last: by it the others know what is the person's.
    counts = {store.name: store.erase(world, person, now, left) for store in reversed(STORES)}
    unerased = len(left)
    left += _not_ours(world, world.site.facts.texts)
    left += _still_named(world, person, record if isinstance(record, Case) else None)
    return Forgotten(counts["ledger"], counts["mails"], counts["versions"], counts["backups"], tuple(left), unerased)


def _ledger_holds(world: World, person: Person) -> int:
    return len(world.ledger.mails_about(person.case, person.keys)) + len(world.ledger.story(person.case, person.keys))


def _erase_ledger(world: World, person: Person, now: datetime, left: list[str]) -> int:
    for aside in sorted(world.site.state.glob("ledger.sqlite.damaged-*")):
        say = world.site.facts.texts
        left.append(say.say("{file} is a damaged ledger that was put aside; please delete it.", file=aside))
    return world.ledger.erase_subject(person.case, person.keys, now)


def _laid_down(world: World, person: Person) -> Iterator[Path]:
    """Mails in any folder of the site that are about the person: by their Message-ID, whatever domain the
    sender had then, by an address that is nobody else's, or as they name the case."""
    folders = {world.site.folder.resolve(), true_path(world.site.folder / world.site.file.mail.folder)}
    files = {path for folder in folders if folder.is_dir() for path in folder.rglob("*.eml")}
    for path in sorted(files):
        try:
            message = message_from_bytes(read_file(path, _LARGEST_MAIL), policy=policy.default)
        # Gone meanwhile, or no mail at all.
        except (OSError, ValueError):
            continue
        if isinstance(message, EmailMessage) and _is_about(message, person):
            yield path


def _is_about(message: EmailMessage, person: Person) -> bool:
    if _local_part(str(message["Message-ID"] or "")) in person.identities:
        return True
    text = "\n".join([str(message["To"]), str(message["Subject"]), *_texts(message)])
    # Short numbers stand in many texts ("17"): by these no mail is deleted.
    names = (name for name in (*person.addresses, person.case, *person.keys) if len(name) >= _TELLING)
    return any(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE) for name in names)


def _texts(message: EmailMessage) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_maintype() == "text":
            content = part.get_payload(decode=True)
            yield content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _local_part(identity: str) -> str:
    return identity.strip().lstrip("<").partition("@")[0]


def _erase_mails(world: World, person: Person, now: datetime, left: list[str]) -> int:
    del now
    count = 0
    for path in _laid_down(world, person):
        with _told(world, left):
            path.unlink(missing_ok=True)
            count += 1
    return count


def _versions_hold(world: World, person: Person) -> int:
    del person  # each of them holds the row
    return sum(len(kept(world.site.state / "versions" / name)) for name in world.workbooks)


def _erase_versions(world: World, person: Person, now: datetime, left: list[str]) -> int:
    del person, now, left
    return sum(forget_all(world.site.state / "versions" / name) for name in world.workbooks)


def _backups(world: World) -> list[Path]:
    folders = {world.site.state / "backups", *([named] if (named := world.ledger.backup_folder) else [])}
    return sorted(path for folder in folders for kind in KINDS for path in folder.glob(kind))


def _backups_hold(world: World, person: Person) -> int:
    del person
    return len(_backups(world))


def _erase_backups(world: World, person: Person, now: datetime, left: list[str]) -> int:
    count, say = 0, world.site.facts.texts
    for path in _backups(world):
        try:
            count += world.ledger.erase_in_backup(path, person.case, person.keys, now) > 0
        # A damaged backup stops no erasure: people are told which file, and until when it would be kept anyhow.
        except LedgerError:
            until = now + timedelta(days=KEPT_DAYS)
            sentence = "The backup {file} cannot be cleaned; please delete it, at the latest on {day:%d.%m.%Y}."
            left.append(say.say(sentence, file=path, day=until))
    return count


def _found_holds(world: World, person: Person) -> int:
    return found_about(world.site.state, frozenset({person.case, *person.keys}))


def _proofs_hold(world: World, person: Person) -> int:
    del person  # a mark tells nobody whose mail it is of
    return proofs_kept(world.site.state)


def _forms_hold(world: World, person: Person) -> int:
    return held_of_case(world.site, world.ledger, person.case)


def _erase_forms(world: World, person: Person, now: datetime, left: list[str]) -> int:
    del now
    with _told(world, left):
        return erase_of_case(world.site, world.ledger, person.case)
    return 0


def _derived(name: str, held: Callable[[World, Person], int], forget: Callable[[Path], None]) -> Store:
    """A store of what a run can find again: it is deleted whole, as any of it may be about the person."""

    def erase(world: World, person: Person, now: datetime, left: list[str]) -> int:
        del now
        count = held(world, person)
        with _told(world, left):
            forget(world.site.state)
        return count

    return Store(name, held, erase)


@contextmanager
def _told(world: World, left: list[str]) -> Iterator[None]:
    """What cannot be deleted is left to people, in a sentence."""
    try:
        yield
    except OSError as error:
        say = world.site.facts.texts
        left.append(say.say("{file} cannot be deleted; please delete it.", file=error.filename))


def _not_ours(world: World, say: Texts) -> Iterator[str]:
    mail = world.site.file.mail
    if mail.archive:
        yield say.say("Copies of mails lie in the archive mailbox {mailbox}, which is yours.", mailbox=mail.archive)
    if mail.inbox is not None:
        folder = mail.inbox.processed or mail.inbox.folder
        yield say.say("Answers lie in the folder {folder} of {mailbox}, which is yours.", folder=folder,
                      mailbox=mail.inbox.user)  # fmt: skip


def _still_named(world: World, person: Person, record: Case | None) -> Iterator[str]:
    """Rows of the team's own tabs that name the person, in whatever column: they are not kim's to change. Tabs and
    notes of kim's own are renewed by the next run."""
    names = [*person.addresses, *(key for key in (person.case, *person.keys) if key)]
    if record is not None and record.first_name and record.last_name:
        names += [f"{record.first_name} {record.last_name}", f"{record.last_name}, {record.first_name}"]
    pattern = re.compile("|".join(rf"(?<![\w.-]){re.escape(name)}(?![\w-])" for name in names), re.IGNORECASE)
    say = world.site.facts.texts
    for workbook in world.workbooks.values():
        try:
            tabs = [tab for tab in workbook.read().tabs if not tab.mark]
        except WorkbookError:
            continue  # out of reach: the next run says so
        for tab in tabs:
            found = [row for row, cells in enumerate(tab.rows, 1) if any(pattern.search(str(cell)) for cell in cells)]
            if found:
                shown = ", ".join(map(str, found[:_MOST_ROWS])) + (" …" if len(found) > _MOST_ROWS else "")
                yield say.say("“{tab}” still names the person; please look at row {rows}.", tab=tab.name, rows=shown)


STORES: tuple[Store, ...] = (
    Store("ledger", _ledger_holds, _erase_ledger),
    Store("mails", lambda world, person: len([*_laid_down(world, person)]), _erase_mails),
    Store("versions", _versions_hold, _erase_versions),
    Store("forms", _forms_hold, _erase_forms),
    _derived("found", _found_holds, forget_found),
    _derived("proofs", _proofs_hold, forget_proofs),
    _derived("compared", lambda world, _: compared_kept(world.site.state), forget_compared),
    Store("backups", _backups_hold, _erase_backups),
)
"""The registry. They are erased from the last to the first: the ledger knows what names the person elsewhere."""
