"""`kim mail setup`: asks for server, account and secret, sends a test, and writes site.toml once it went out."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from contextlib import closing
from getpass import getpass
from pathlib import Path

from pydantic import ValidationError

from automations.cli.clock import make_clock
from automations.cli.exit_status import ATTENTION, DONE, UsageError
from automations.cli.output import Output
from automations.common.files import write_private
from automations.common.texts import Texts
from automations.config.editing import Setting, set_values
from automations.config.loading import load_site
from automations.config.reasons import reasons
from automations.config.site import Site
from automations.engine.opened_workbooks import open_workbooks
from automations.engine.outcomes import Blind
from automations.engine.parts import make_sender, open_books
from automations.engine.snapshots import read_snapshot
from automations.messages.credentials import CredentialsError, keep_in_keyring
from automations.messages.message import Sender, trial_message
from automations.messages.refusals import refusal
from automations.messages.settings import MailSettings
from automations.messages.transport import Delivery
from automations.service.unit_files import unit_name
from automations.setup.mail_dialogue import Answers, MailDialogue
from automations.setup.mail_needs import mail_needs
from automations.setup.prompts import Asking


def setup(arguments: Namespace) -> int:
    """The whole path. Status 1 where the test did not leave: then nothing was written."""
    output, site = Output(arguments.json), load_site(arguments.site)
    said = site.facts.texts
    if output.as_json or not sys.stdin.isatty():
        raise UsageError(said.say("“kim mail setup” asks questions: please call it in a terminal."))
    _print_needs(output, site, said)
    try:
        answers = MailDialogue(input, getpass, said).answers(site.file.mail, site.file.approvers.emails)
        settings = answers.settings(site.file.mail)
    except ValidationError as error:
        raise UsageError(said.say("These settings do not fit each other; nothing was changed: {reason}",
                                  reason=reasons(error, said))) from None  # fmt: skip
    read = _inbox_read(answers, output, said)
    if read is None:
        return ATTENTION
    answers, delivery = read, _tried(site, read, settings, said)
    # Nothing is written before a mail got through: a wrong setting would stop the reminders of tomorrow.
    if delivery.state != "sent":
        reason = refusal(delivery.detail, said)
        output.line(said.say("The test did not leave, and nothing was changed: {reason}", reason=reason), "red")
        return ATTENTION
    output.line(said.say("The server took the mail to {address}. Please look whether it arrives.",
                         address=answers.test_to))  # fmt: skip
    kept = _keep(site, answers, output, said)
    if kept:
        set_values(site.folder, {**answers.lines, "mail.test_address": _test_address(answers, said)})
        output.line(said.say("site.toml is written. “kim mail test” tries again at any time."), "bold")
    return DONE if kept else ATTENTION


def _print_needs(output: Output, site: Site, said: Texts) -> None:
    """What a mail still lacks, apart from what is asked for now."""
    now = make_clock(site, None)()
    with open_books(site, now) as ledger:
        snapshot = read_snapshot(site, ledger, open_workbooks(site), now)
    lines = [] if isinstance(snapshot, Blind) else list(mail_needs(site, snapshot, said, server=False))
    if lines:
        output.line(said.say("Before the first mail there is still missing:"), "bold")
        for line in lines:
            output.line(f"  · {line}")
        output.line()


def _inbox_read(answers: Answers, output: Output, said: Texts) -> Answers | None:
    """The answers, once the mailbox was opened; without a mailbox where it cannot be read and the person goes on all
    the same; None where they do not."""
    if answers.inbox is None:
        return answers
    from automations.messages.inbox import MailboxProblem
    from automations.messages.mailbox import open_mailbox

    login = next(login for login in answers.logins if login.section == "mail.inbox")
    os.environ[login.env] = login.secret
    tried = answers.inbox.model_copy(update={"password_env": login.env, "password_keyring": ""})
    try:
        with open_mailbox(tried, said):
            output.line(said.say("The mailbox for answers can be read."))
    except MailboxProblem as problem:
        output.line(said.say("The mailbox for answers cannot be read: {reason}", reason=str(problem)), "red")
        asking = Asking(input, getpass, said)
        if asking.yes(said.say("Go on without it? Mails then carry a phone number instead of buttons; “kim mail setup” "
                               "asks for the mailbox again at any time."), proposed=False):  # fmt: skip
            return answers.without_inbox()
        output.line(said.say("Nothing was changed."), "bold")
        return None
    return answers


def _tried(site: Site, answers: Answers, settings: MailSettings, said: Texts) -> Delivery:
    """One mail by the new settings; the secret is known to this process alone so far."""
    from automations.messages.smtp import SmtpTransport

    for login in answers.logins:
        if login.section == "mail":
            os.environ[login.env] = login.secret
            settings = settings.model_copy(update={"password_env": login.env, "password_keyring": ""})
    # The site's own key goes on: a new one would make dead what is already out.
    known = make_sender(site)
    sender = Sender(sender=str(answers.lines["mail.from"]), key=known.key, reply_to=settings.reply_to, zone=known.zone)
    message = trial_message(sender, answers.test_to, site.facts.name, make_clock(site, None)(), said)
    with closing(SmtpTransport(settings, said)) as transport:
        return transport.deliver(message, answers.test_to)


def _keep(site: Site, answers: Answers, output: Output, said: Texts) -> bool:
    """Lay the secrets where it was wished for; whether that went well."""
    if answers.keeping == "1":
        try:
            for login in answers.logins:
                keep_in_keyring(login.keyring, login.user, login.secret, said)
        except CredentialsError as error:
            output.line(str(error), "red")
            output.line(said.say("Nothing was changed."), "bold")
            return False
    if answers.keeping == "2":
        _keep_for_systemd(Path("/etc/kim") / f"{unit_name(site.folder.absolute())}.env", answers, output, said)
    return True


def _keep_for_systemd(path: Path, answers: Answers, output: Output, said: Texts) -> None:
    names = [login.env for login in answers.logins]
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Other secrets of the service stand in the same file, and stay.
        others = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        lines = [line for line in others if line.partition("=")[0] not in names]
        lines += [f'{login.env}="{_quoted(login.secret)}"' for login in answers.logins]
        write_private(path, "".join(f"{line}\n" for line in lines).encode())
    except OSError:
        output.line(said.say("{file} can be written by root alone. Please have this line put there (mode 0600): "
                             "{line}", file=path, line=", ".join(f"{name}=…" for name in names)), "red")  # fmt: skip
    else:
        output.line(said.say("The password lies in {file}, for root and systemd alone.", file=path))


def _quoted(secret: str) -> str:
    # As systemd reads its EnvironmentFile (systemd.exec): these two signs alone mean something between quotes.
    return secret.replace("\\", "\\\\").replace('"', '\\"')


def _test_address(answers: Answers, said: Texts) -> Setting:
    """Whether mails go to clients from now on; without a clear yes all of them go to the one who got the test."""
    question = said.say("Shall mails really go to clients from now on? (no: all go to {address} for the time being)",
                        address=answers.test_to)  # fmt: skip
    return None if Asking(input, getpass, said).yes(question, proposed=False) else answers.test_to
