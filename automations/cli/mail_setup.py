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
from automations.cli.output import Output
from automations.cli.usage import ATTENTION, DONE, UsageError
from automations.common.files import write_private
from automations.common.texts import Texts
from automations.config.editing import Setting, set_values
from automations.config.files import reasons
from automations.config.loading import load_site
from automations.config.site import Site
from automations.engine.looking import read_snapshot
from automations.engine.outlook import Blind
from automations.engine.parts import make_sender, open_books, open_workbooks
from automations.messages.credentials import CredentialsError, keep_in_keyring
from automations.messages.message import Sender
from automations.messages.refusals import refusal
from automations.messages.settings import MailSettings
from automations.messages.transport import Delivery
from automations.messages.trial import trial_message
from automations.service.unit_files import unit_name
from automations.setup.mail_dialogue import SECRET_ENV, Answers, GivenUpError, MailDialogue
from automations.setup.mail_needs import mail_needs


def setup(arguments: Namespace) -> int:
    """The whole path. Status 1 where the test did not leave: then nothing was written."""
    output, site = Output(arguments.json), load_site(arguments.site)
    said = site.facts.texts
    if output.as_json or not sys.stdin.isatty():
        raise UsageError(said.say("„kim mail setup“ asks questions: please call it in a terminal."))
    _print_needs(output, site, said)
    try:
        answers = MailDialogue(input, getpass, said).answers(site.file.mail)
        settings = answers.settings()
    except GivenUpError as error:
        raise UsageError(str(error)) from None
    except ValidationError as error:
        raise UsageError(said.say("These settings do not fit each other; nothing was changed: {reason}",
                                  reason=reasons(error, said))) from None  # fmt: skip
    delivery = _tried(site, answers, settings, said)
    if delivery.state != "sent":
        reason = refusal(delivery.detail, said)
        output.line(said.say("The test did not leave, and nothing was changed: {reason}", reason=reason), "red")
        return ATTENTION
    output.line(said.say("The server took the mail to {address}. Please look whether it arrives.",
                         address=answers.test_to))  # fmt: skip
    kept = _keep(site, answers, output, said)
    if kept:
        set_values(site.folder, {**answers.lines, "mail.test_address": _test_address(answers, said)})
        output.line(said.say("site.toml is written. „kim mail test“ tries again at any time."), "bold")
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


def _tried(site: Site, answers: Answers, settings: MailSettings, said: Texts) -> Delivery:
    """One mail by the new settings; the secret is known to this process alone so far."""
    from automations.messages.smtp import SmtpTransport

    if answers.secret:
        os.environ[SECRET_ENV] = answers.secret
        settings = settings.model_copy(update={"password_env": SECRET_ENV, "password_keyring": ""})
    known = make_sender(site)
    sender = Sender(sender=str(answers.lines["mail.from"]), key=known.key, reply_to=settings.reply_to, zone=known.zone)
    message = trial_message(sender, answers.test_to, site.facts.name, make_clock(site, None)(), said)
    with closing(SmtpTransport(settings, said)) as transport:
        return transport.deliver(message, answers.test_to)


def _keep(site: Site, answers: Answers, output: Output, said: Texts) -> bool:
    """Lay the secret where it was wished for; whether that went well."""
    if answers.keeping == "1":
        try:
            keep_in_keyring(str(answers.lines["mail.password_keyring"]), str(answers.lines["mail.user"]),
                            answers.secret, said)  # fmt: skip
        except CredentialsError as error:
            output.line(str(error), "red")
            return False
    if answers.keeping == "2":
        return _keep_for_systemd(Path("/etc/kim") / f"{unit_name(site.folder.resolve())}.env", answers, output, said)
    return True


def _keep_for_systemd(path: Path, answers: Answers, output: Output, said: Texts) -> bool:
    quoted = answers.secret.replace("\\", "\\\\").replace('"', '\\"')
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, f'{SECRET_ENV}="{quoted}"\n'.encode())
    except OSError:
        output.line(said.say("{file} can be written by root alone. Please have this line put there (mode 0600): "
                             "{line}", file=path, line=f"{SECRET_ENV}=…"), "red")  # fmt: skip
    else:
        output.line(said.say("The password lies in {file}, for root and systemd alone.", file=path))
    return True


def _test_address(answers: Answers, said: Texts) -> Setting:
    """Whether mails go to clients from now on; without a clear yes all of them go to the one who got the test."""
    question = said.say("Shall mails really go to clients from now on? (no: all go to {address} for the time being)",
                        address=answers.test_to)  # fmt: skip
    return None if input(f"{question} [j/N] ").strip().casefold() in {"j", "ja", "y", "yes"} else answers.test_to
