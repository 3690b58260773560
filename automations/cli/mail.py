"""`kim mail test ADDRESS`: sends one mail, looks into the mailbox for answers, and says what is wrong."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing

from automations.cli.clock import make_clock
from automations.cli.exit_status import ATTENTION, DONE, UsageError, refuse_beside
from automations.cli.language import language_of
from automations.cli.output import Output
from automations.common.texts import Texts, texts
from automations.config.loading import load_site
from automations.config.site import Site
from automations.engine.parts import make_inbox, make_sender, make_transport
from automations.messages.addresses import AddressProblem
from automations.messages.inbox import MailboxProblem
from automations.messages.message import trial_message
from automations.messages.refusals import refusal
from automations.messages.transport import Delivery


def mail(arguments: Namespace) -> int:
    """`kim mail test ADDRESS`: what became of one mail, in one sentence; the mailbox for answers is tried as well."""
    if arguments.action == "setup":
        refuse_beside(arguments.address, "ADDRESS", "setup", texts(language_of(arguments.site)))
        from automations.cli.mail_setup import setup

        return setup(arguments)
    output, site = Output(arguments.json), load_site(arguments.site)
    say = site.facts.texts
    if not arguments.address:
        raise UsageError(say.say("Please name the address that gets the test: kim mail test ADDRESS"))
    delivery = _sent(site, arguments, say)
    told, fine = _said(delivery, site, arguments.address, say), delivery.state in {"sent", "test"}
    trouble = _inbox_trouble(site)
    output.document({
        "outcome": delivery.state, "to": arguments.address, "message": told,
        "inbox": None if site.file.mail.inbox is None else {"readable": not trouble, "message": trouble},
    })  # fmt: skip
    output.line(told, "" if fine else "red")
    if trouble:
        output.line(say.say("The mailbox for answers cannot be read: {reason}", reason=trouble), "red")
    elif site.file.mail.inbox is not None:
        output.line(say.say("The mailbox for answers can be read."))
    return DONE if fine and not trouble else ATTENTION


def _sent(site: Site, arguments: Namespace, say: Texts) -> Delivery:
    # A site that never ran has no folder for the key that names messages.
    site.state.mkdir(parents=True, exist_ok=True)
    # By the real clock: the mail really leaves, and servers refuse a date of long ago.
    now = make_clock(site, None)()
    try:
        message = trial_message(make_sender(site), arguments.address, site.facts.name, now, say)
    except AddressProblem as error:
        sentence = say.say("“{address}” is not exactly one usable mail address.", address=error.args[0])
        raise UsageError(sentence) from None
    with closing(make_transport(site)) as transport:
        return transport.deliver(message, str(message["To"].addresses[0].addr_spec))


def _said(delivery: Delivery, site: Site, to: str, say: Texts) -> str:
    settings = site.file.mail
    if delivery.state == "sent":
        return say.say("The server took the mail to {address}. Please look whether it arrives.", address=to)
    if delivery.state == "test" and settings.transport == "folder":
        return say.say("Mails go to the folder “{folder}”; the test lies there, too.", folder=settings.folder)
    if delivery.state == "test":
        return say.say("All mails go to the test address {address}; so did this one.", address=settings.test_address)
    reason = refusal(delivery.detail, say)
    if delivery.state == "unknown":
        return say.say("Nobody knows whether the server took the mail: {reason}", reason=reason)
    return say.say("The mail did not leave: {reason}", reason=reason)


def _inbox_trouble(site: Site) -> str:
    inbox = make_inbox(site)
    if inbox is None:
        return ""
    try:
        with inbox.opened():
            return ""
    except MailboxProblem as problem:
        return str(problem)
