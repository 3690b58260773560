"""One mail to the operator when a kind of trouble begins, one when it is over: a mail server that is out of order for
forty sites is one trouble."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from psycopg import Connection

from automations.common.texts import Texts
from automations.fleet import registry
from automations.fleet.status import FleetStanding, standing

if TYPE_CHECKING:
    from automations.messages.settings import MailSettings

ADDRESS, SENDER, RELAY = "operator", "alerts_from", "alerts_relay"
"""Settings of the fleet: who is told, from which address, through which relay (host, or host:port)."""

_SHOWN = 20


def tell(connection: Connection, say: Texts) -> list[str]:
    """Compare how it stands with what the operator knows, and tell what is new; the kinds that were told. What could
    not leave is tried again with the next call; of two that call at a time one tells."""
    found = standing(connection)
    # Noted also where nobody is told: an operator who is named later hears what lasts.
    _note(connection, found)
    address = registry.setting(connection, ADDRESS)
    if not address:
        return []
    told = []
    for kind, over, sites in _take(connection):
        if _send(connection, _letter(kind, sites, found, say, over=over), address, say):
            told.append(kind)
            connection.execute("DELETE FROM troubles WHERE kind = %s AND over AND told IS NOT NULL", [kind])
        else:
            connection.execute("UPDATE troubles SET told = NULL WHERE kind = %s", [kind])
    return told


def _note(connection: Connection, found: FleetStanding) -> None:
    """What began and what is over. A trouble that ends before anybody was told was none."""
    troubles = found.troubles()
    with connection.transaction():
        for kind, sites in troubles.items():
            connection.execute(
                "INSERT INTO troubles (kind, sites) VALUES (%s, %s) ON CONFLICT (kind) DO UPDATE"
                " SET sites = excluded.sites, over = false WHERE NOT troubles.over OR troubles.told IS NULL",
                [kind, sites],
            )
        gone = list(troubles)
        # Nobody was told that it began, so nobody needs to hear that it is over.
        connection.execute("DELETE FROM troubles WHERE kind <> ALL (%s) AND NOT over AND told IS NULL", [gone])
        connection.execute(
            "UPDATE troubles SET over = true, told = NULL WHERE kind <> ALL (%s) AND NOT over AND told IS NOT NULL",
            [gone],
        )


def _take(connection: Connection) -> Sequence[tuple[str, bool, list[str]]]:
    """Troubles of which nobody was told, for this program alone."""
    return connection.execute(
        "UPDATE troubles SET told = now() WHERE kind IN (SELECT kind FROM troubles WHERE told IS NULL FOR UPDATE SKIP"
        " LOCKED) RETURNING kind, over, sites"
    ).fetchall()


def _letter(kind: str, sites: Sequence[str], found: FleetStanding, say: Texts, *, over: bool) -> EmailMessage:
    named = ", ".join(sites[:_SHOWN]) + (" …" if len(sites) > _SHOWN else "")
    what = words_of(kind, say)
    letter = EmailMessage()
    letter["Subject"] = say.say("kim: over: {what}", what=what) if over else say.say("kim: {what}", what=what)
    letter["Date"] = format_datetime(found.now)
    letter["Auto-Submitted"] = "auto-generated"
    lines = [f"{what} ({kind})."]
    if sites:
        lines.append(say.count("{n} site: {names}", "{n} sites: {names}", len(sites), names=named))
    lines.append(say.say("This is over now.") if over else
                 say.say("“kim fleet status” shows how it stands; you will hear once when it is over."))  # fmt: skip
    letter.set_content("\n".join(lines) + "\n")
    return letter


def words_of(kind: str, say: Texts) -> str:
    """A kind of trouble in words; one that has none is shown as it is."""
    known = {
        "late": say.say("Sites begin late"),
        "no_worker": say.say("No worker is at work"),
        "old_backup": say.say("The newest backup is old"),
        "crashed": say.say("Runs end without a word"),
        "killed": say.say("Runs are killed"),
        "config": say.say("A config cannot be used"),
        "storage": say.say("The folder of a site cannot be reached"),
        "refused": say.say("A guard stops the run"),
        "mail_server": say.say("The mail server takes no mails"),
        "mails_held": say.say("Mails are held until somebody lets them go"),
        "mails_failed": say.say("Mails were refused by the mail server"),
        "mails_unknown": say.say("It cannot be told whether mails left"),
        "inbox_unreachable": say.say("The mailbox for answers cannot be reached"),
    }
    return known.get(kind) or say.say("Trouble: {kind}", kind=kind)


def way_out(sender: str, relay: str) -> MailSettings:
    """How the fleet's own mails leave. Raises ValidationError for an address or a relay that is none."""
    from automations.messages.settings import MailSettings

    host, _, port = (relay or "localhost").partition(":")
    return MailSettings.model_validate(
        {"transport": "smtp", "host": host, "port": port or None, "security": "none", "from": sender}
    )


def _send(connection: Connection, letter: EmailMessage, address: str, say: Texts) -> bool:
    from automations.messages.smtp import SmtpTransport

    sender = registry.setting(connection, SENDER) or address
    letter["From"], letter["To"] = sender, address
    letter["Message-ID"] = f"<{letter['Date'].datetime:%Y%m%d%H%M%S%f}.fleet@{sender.partition('@')[2]}>"
    transport = SmtpTransport(way_out(sender, registry.setting(connection, RELAY)), say)
    try:
        return transport.deliver(letter, address).state == "sent"
    finally:
        transport.close()
