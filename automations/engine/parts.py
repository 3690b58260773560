"""The real parts of a site, opened: its ledger, its workbooks, its way of sending mail."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from automations.common.errors import why
from automations.common.files import keep_private
from automations.config.files import ConfigError
from automations.config.models import Premises
from automations.engine.opened_workbooks import open_workbooks
from automations.engine.site_secrets import secret_of
from automations.ledger.glance import Glance, glance_at_file
from automations.messages.addresses import AddressProblem, with_name
from automations.model.problems import Problem

if TYPE_CHECKING:
    from automations.config.site import Site
    from automations.ledger.book import Ledger
    from automations.messages.inbox import Inbox
    from automations.messages.message import Sender
    from automations.messages.render import Renderer
    from automations.messages.reply_tokens import ReplyTokens
    from automations.messages.transport import Transport
    from automations.workbooks.protocol import Workbook


Clock = Callable[[], datetime]
"""Gives the moment, with a zone. Only commands and the service make one that reads the machine's."""

_SQLITE_FILE = "sqlite:///"

FENCE = "KIM_FENCE"
"""The environment variable by which a fleet names the token of the run that it let in; a single site has none."""


class World(Struct, frozen=True):
    """What a run works on. Tests put their own parts in. `inbox` and `replies` are None for a site that reads no
    mailbox, `texting` where text messages leave as mails do."""

    site: Site
    ledger: Ledger
    workbooks: Mapping[str, Workbook]
    renderer: Renderer
    transport: Transport
    sender: Sender
    inbox: Inbox | None = None
    replies: ReplyTokens | None = None
    texting: Transport | None = None


@contextmanager
def open_books(site: Premises, now: datetime) -> Iterator[Ledger]:
    """The ledger alone, for commands that look after it. Raises LedgerError."""
    from automations.ledger.book import open_ledger

    _make_state(site.state)
    # Before and after: SQLite and people make files there whose mode the umask chose.
    keep_private(site.state)
    try:
        with open_ledger(ledger_url(site), now=now, fence=os.environ.get(FENCE, "")) as ledger:
            yield ledger
    finally:
        keep_private(site.state)


def _make_state(state: Path) -> None:
    from automations.ledger.errors import LedgerError

    try:
        # Names, addresses and keys lie there: no other user of the machine may look.
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(
            "The folder {path} for the ledger cannot be made: {reason}.",
            "Please look at what stands in its place, and whether kim may write there.",
            code="ledger_unreachable",
            path=state,
            reason=why(error),
        ) from error


def glance(site: Premises, now: datetime) -> Glance:
    """How things stand by the ledger; a new or older one is brought into its shape first. Raises LedgerError."""
    file = ledger_file(site)
    keep_private(site.state)
    # Without SQLAlchemy, which takes longer to load than all that `kim status` does.
    found = glance_at_file(str(file)) if file else None
    if found is not None:
        return found
    with open_books(site, now) as ledger:
        return ledger.glance()


@contextmanager
def open_world(site: Site, now: datetime) -> Iterator[World]:
    """Everything opened as the config says; closed afterwards. Raises LedgerError, and CredentialsError for
    keys of replies that cannot be read."""
    from automations.engine.team_settings import with_team_settings

    with open_books(site, now) as ledger:
        site = with_team_settings(site, ledger)
        transport = make_transport(site)
        try:
            sender, replies = make_sender(site), make_replies(site)
            renderer = make_renderer(site, replies)
            yield World(
                site,
                ledger,
                open_workbooks(site),
                renderer,
                transport,
                sender,
                make_inbox(site),
                replies,
                make_texting(site),
            )
        finally:
            transport.close()


def ledger_url(site: Premises) -> str:
    """The ledger's URL: from the environment, from the config, or a file in the site's state folder. Raises
    LedgerError where the config names a variable that is not set: another ledger in its place would know nothing of
    what was sent."""
    settings = site.file.ledger
    named = os.environ.get(settings.url_env, "") if settings.url_env else ""
    if settings.url_env and not (named or settings.url):
        from automations.ledger.errors import LedgerError

        raise LedgerError(
            "The variable {name}, which holds the address of the ledger, is not set.",
            "Please set it where kim runs, or correct url_env below [ledger] in site.toml.",
            code="ledger_url",
            name=settings.url_env,
        )
    return named or settings.url or f"{_SQLITE_FILE}{site.state / 'ledger.sqlite'}"


def ledger_file(site: Premises) -> Path | None:
    """The file that the ledger is; None for one on a server. Raises LedgerError like `ledger_url`."""
    url = ledger_url(site)
    # With parameters it may be opened otherwise than a plain file is.
    return Path(url.removeprefix(_SQLITE_FILE)) if url.startswith(_SQLITE_FILE) and "?" not in url else None


def make_transport(site: Site) -> Transport:
    """How mails leave: into a folder, or through a mail server."""
    settings = site.file.mail
    if settings.transport == "smtp":
        from automations.messages.smtp import SmtpTransport

        return SmtpTransport(settings, site.facts.texts)
    from automations.messages.transport import FolderTransport

    return FolderTransport(site.folder / settings.folder, site.facts.texts)


def make_texting(site: Site) -> Transport | None:
    """How text messages leave where that is another way than mails: a gateway, and only where mails reach clients;
    for a trial they are laid down, or go to the test address, as mails do."""
    settings = site.file.text_messages
    if settings.way != "gateway" or not site.file.mail.live:
        return None
    from automations.messages.text_gateway import GatewayTransport

    return GatewayTransport(settings, site.facts.texts)


def make_renderer(site: Site, replies: ReplyTokens | None = None) -> Renderer:
    """Mails as this site words them; with buttons to answer by where answers are read."""
    from automations.messages.render import Renderer

    most = site.file.text_messages.most_parts
    return Renderer(site.facts, site.folder / "templates", replies, most)


def make_inbox(site: Premises) -> Inbox | None:
    """The mailbox that answers are read from; None where there is none to be read."""
    settings = site.file.mail.inbox
    if settings is None:
        return None
    from automations.messages.mailbox import ImapInbox

    return ImapInbox(settings, site.facts.texts)


def make_replies(site: Site) -> ReplyTokens | None:
    """What signs the buttons of mails; None where nobody would read what they send. The keys are made
    once and kept beside the ledger. Raises CredentialsError; ConfigError where they could go to no address."""
    if site.file.mail.inbox is None:
        return None
    from automations.messages.credentials import load_keys
    from automations.messages.reply_tokens import ReplyTokens

    keys = load_keys(_reply_keys(site), site.facts.texts)
    try:
        return ReplyTokens(keys, make_sender(site).mailbox)
    except AddressProblem as error:
        say = site.facts.texts
        message = say.say("Answers cannot go to “{address}”: this is not one mail address.", address=error.args[0])
        advice = say.say("Please give the address of the mailbox as reply_to in site.toml.")
        raise ConfigError([Problem("reply_to", message, advice, "error", tab="site.toml")]) from error


def new_reply_key(site: Site) -> tuple[bytes, ...]:
    """Sign buttons with a new key from now on; the two before it still count, for mails that are out.
    All of them, newest first. Raises CredentialsError."""
    from automations.messages.credentials import rotate_keys

    return rotate_keys(_reply_keys(site), site.facts.texts)


def _reply_keys(site: Site) -> Path:
    return site.state / "reply-keys"


def make_sender(site: Site) -> Sender:
    """Who mails come from. The key that names messages is made once and kept beside the ledger."""
    from automations.messages.message import Sender

    facts, settings = site.facts, site.file.mail
    return Sender(
        # A site that only tries things out names no sender, and its mails go to a folder.
        sender=with_name(settings.sender or facts.mail_from or "kim@localhost.localdomain", facts.name),
        # One key for all time: with another one no Message-ID of earlier mails would be found again.
        key=secret_of(site.state / "mail.key"),
        reply_to=settings.reply_to or facts.reply_to,
        zone=facts.zone,
        answers=settings.inbox is not None,
        archive=settings.archive,
        text_domain=site.file.text_messages.to_domain if site.file.text_messages.on else "",
        text_plus=site.file.text_messages.plus,
    )
