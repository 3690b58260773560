"""Whether a run now would find everything as the last one left it: then nothing is read, planned or drawn.

Asked without anything being understood: revisions of the workbooks, who has one open, the mailbox, the folders of
forms, the program, the config, the ledger. Whatever is in doubt counts as changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from automations.engine.clock import clock_trouble, last_clock
from automations.engine.form_files import new_files
from automations.engine.last_look import Grounds, same_now, standing_of
from automations.engine.lock import is_running
from automations.model.fact_kinds.course import Busy
from automations.model.fact_kinds.sightings import Standing
from automations.service.look import Sight, is_unchanged
from automations.workbooks.protocol import WorkbookError

if TYPE_CHECKING:
    from automations.config.models import Premises
    from automations.ledger.book import Ledger
    from automations.ledger.glimpse import Answering
    from automations.messages.inbox import Inbox
    from automations.workbooks.protocol import Workbook

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Book(Protocol):
    """A workbook of which no more is asked than whether it is still the same. Both raise WorkbookError."""

    def revision(self) -> str:
        """What tells its content from another one."""

    def holder(self) -> str:
        """Who has it open; "" for nobody."""


class Looked(Protocol):
    """What must be at hand to tell whether anything is new: a World, what `--due` opens, or less."""

    @property
    def site(self) -> Grounds:
        """The site."""

    @property
    def ledger(self) -> Answering:
        """What its ledger knows."""

    @property
    def workbooks(self) -> Mapping[str, Book]:
        """Its workbooks, unread."""

    @property
    def inbox(self) -> Inbox | None:
        """Its mailbox; None where it reads none."""


class Watched(Protocol):
    """What must be open to tell whether something is due: no more than site.toml says. A World is enough."""

    @property
    def site(self) -> Premises:
        """The site."""

    @property
    def ledger(self) -> Ledger:
        """Its ledger."""

    @property
    def workbooks(self) -> Mapping[str, Workbook]:
        """Its workbooks, unread."""

    @property
    def inbox(self) -> Inbox | None:
        """Its mailbox; None where it reads none."""


def as_left(watched: Looked, now: datetime, *, light: bool = False) -> Standing | None:
    """How the last whole run left everything, where a run now (aware) would do nothing; None where it might. `light`:
    as far as a run without the look ahead goes. What costs least is asked first, a server last."""
    standing, ledger = standing_of(watched.ledger), watched.ledger
    # The last run left the look ahead as it was: a full one would draw it.
    if standing.light and not light:
        return None
    if not standing.same or standing.at is None or now < standing.at or standing.stale is None or now >= standing.stale:
        return None
    if clock_trouble(last_clock(ledger), now, watched.site.facts.texts) or ledger.is_fresh:
        return None
    if standing.same != same_now(watched.site, ledger) or _is_astir(watched):
        return None
    sight = Sight(now, revisions(watched, watched.workbooks), _may_have_letters(watched, standing, now))
    return standing if is_unchanged(standing, sight, standing.same) else None


def revisions(watched: Looked, names: Iterable[str]) -> dict[str, str]:
    """The revision of each workbook. One that cannot be read counts as another one, so that a run says why, once."""
    found = {}
    for name in names:
        try:
            found[name] = watched.workbooks[name].revision()
        except WorkbookError as error:
            found[name] = "" if error.busy else f"!{error.code}"
    return found


def _is_astir(watched: Looked) -> bool:
    """Whether something goes on that no revision shows: a run, a write whose end is not known, a workbook that
    somebody has open or had open at the last run (mails wait for it), files for a form."""
    ledger = watched.ledger
    if is_running(watched.site.state) or new_files(watched.site.folder, ledger, _LONG_AGO):
        return True
    for name, workbook in watched.workbooks.items():
        if ledger.pending_writes(name) or (ledger.fact(Busy, name) or Busy()).since:
            return True
        try:
            if workbook.holder():
                return True
        except WorkbookError:
            return True
    return False


def _may_have_letters(watched: Looked, standing: Standing, now: datetime) -> bool:
    """Whether something new may be in the mailbox; so it is for one that was, or is, out of reach."""
    if watched.inbox is None:
        return False
    if standing.letters is not None:
        return True
    from automations.messages.inbox import has_letters

    return has_letters(watched.inbox, watched.ledger, now, unreachable=True)
