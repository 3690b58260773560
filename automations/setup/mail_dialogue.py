"""`kim mail setup`: what has to be asked before mails leave, and the lines of site.toml that come of it.

Each way of keeping a secret is one entry of `KEEPING`; one that asks for something else than a password (a program
that prints a token) is added there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from msgspec import Struct
from msgspec.structs import replace

from automations.common.texts import Texts
from automations.config.editing import Setting
from automations.messages.settings import InboxSettings, MailSettings
from automations.setup.prompts import Ask, Asking, GivenUpError

_PORTS: Mapping[str, int] = {"starttls": 587, "tls": 465, "none": 25}


class Keeping(Struct, frozen=True):
    """A way to keep secrets: its question, and which line of a login names the place."""

    question: str
    line: str


KEEPING: Mapping[str, Keeping] = {
    "1": Keeping("in the keyring of this account", "password_keyring"),
    "2": Keeping("in a file of root's that systemd alone reads", "password_env"),
}


@dataclass(frozen=True, slots=True)
class Login:
    """One login that was typed: where it stands in site.toml, and its secret. `env` is the variable that holds the
    secret under systemd, `keyring` its entry in a keyring, under the account's name."""

    section: str
    env: str
    keyring: str
    user: str
    secret: str = field(repr=False)

    def lines(self, keeping: str) -> dict[str, Setting]:
        """The lines of the section; other ways to log in are taken out."""
        names = {"password_keyring": self.keyring, "password_env": self.env}
        ways = dict.fromkeys(("password_keyring", "password_env", "token_command", "oauth"))
        kept = KEEPING[keeping].line
        return {
            f"{self.section}.{name}": value
            for name, value in ({"user": self.user} | ways | {kept: names[kept]}).items()
        }


class Answers(Struct, frozen=True):
    """What was typed: lines of site.toml, the logins and how their secrets are kept ("" for none), who gets the test.
    `inbox` is the mailbox that was asked for now; None where there is none, or it stays as it was."""

    lines: Mapping[str, Setting]
    logins: tuple[Login, ...]
    keeping: str
    test_to: str
    inbox: InboxSettings | None = None

    def settings(self, before: MailSettings) -> MailSettings:
        """The [mail] of it on top of what stands there, without the mailbox. Raises pydantic.ValidationError (a
        ValueError)."""
        stands = before.model_dump(by_alias=True, exclude_unset=True, exclude={"inbox"})
        typed = {key.removeprefix("mail."): value for key, value in self.lines.items() if _of_mail(key)}
        return MailSettings.model_validate({key: value for key, value in (stands | typed).items() if value is not None})

    def without_inbox(self) -> Answers:
        """The same where answers are not read."""
        lines = {key: value for key, value in self.lines.items() if not _of_inbox(key)}
        logins = tuple(login for login in self.logins if login.section == "mail")
        kept = self.keeping if logins else ""
        return replace(self, lines=lines | {"mail.inbox": None}, logins=logins, keeping=kept, inbox=None)


class MailDialogue:
    """Asks for server, account, secret and sender, then for the mailbox that answers come to."""

    def __init__(self, ask: Ask, hidden: Ask, said: Texts) -> None:
        self._asking, self._texts = Asking(ask, hidden, said), said

    def answers(self, before: MailSettings, approvers: Collection[str] = ()) -> Answers:
        """Everything that is needed; `approvers` are named already. Raises GivenUpError."""
        say, asking = self._texts.say, self._asking
        known = before.host if before.host != "localhost" else ""
        host, port = asking.server(say("Which server takes your mails? (For example: smtp.example.org)"), known)
        choices = ", ".join(f"{name} ({usual})" for name, usual in _PORTS.items())
        security = asking.one_of(say("Encryption: {choices}?", choices=choices), _PORTS, before.security)
        user = asking.free(say("Account at the server (empty: none, the relay knows this machine):"))
        if user and security == "none":
            raise GivenUpError(say("Without encryption the password could be read on the way."))
        logins = [self._login("mail", user)] if user else []
        sender = asking.address(say("Which address do mails come from?"), user if "@" in user else before.sender)
        reply = asking.address(say("Which mailbox do people read for answers?"), before.reply_to or sender)
        inbox = self._inbox(before, reply, host, logins)
        keeping = self._keeping() if logins else ""
        test_to = asking.address(say("Who gets the test?"))
        approver = "" if approvers else self._approver()
        lines: dict[str, Setting] = {
            "mail.transport": "smtp", "mail.host": host, "mail.port": port, "mail.security": security,
            "mail.user": None, "mail.password_keyring": None, "mail.password_env": None, "mail.token_command": None,
            "mail.oauth": None, "mail.from": sender, "mail.reply_to": reply, **inbox,
        }  # fmt: skip
        for login in logins:
            lines |= login.lines(keeping)
        lines |= {"approvers.emails": [approver]} if approver else {}
        return Answers(lines, tuple(logins), keeping, test_to, _inbox_settings(lines))

    def _inbox(self, before: MailSettings, reply: str, mail_host: str, logins: list[Login]) -> dict[str, Setting]:
        """The lines of the mailbox, none where it stays as it is; its login is added to the others."""
        say, asking = self._texts.say, self._asking
        known = before.inbox
        if known is not None:
            stays = say("kim reads answers as {user} at {host}. Shall that stay as it is?",
                        user=known.user, host=known.host)  # fmt: skip
            if asking.yes(stays, proposed=True):
                return {}
        question = say("Shall kim read the answers in {address}? Clients can then confirm or cancel by one tap; "
                       "without, mails carry a phone number instead.", address=reply)  # fmt: skip
        if not asking.yes(question, proposed=False):
            return {"mail.inbox": None}
        host, port = asking.server(say("Which server holds that mailbox? (IMAP, encrypted)"), _imap_host(mail_host))
        user = asking.word(say("Account of the mailbox:"), reply)
        logins.append(self._login("mail.inbox", user, logins[0] if logins else None))
        authority = (known and known.ca_file) or before.ca_file or None
        return {"mail.inbox.host": host, "mail.inbox.port": port, "mail.inbox.ca_file": authority}

    def _login(self, section: str, user: str, other: Login | None = None) -> Login:
        """A login with its secret, asked for without showing it; the same account's may be taken over."""
        known = other.secret if other and other.user == user else ""
        question = (
            self._texts.say("Password of {user} (is not shown; empty: the same as for sending):", user=user)
            if known
            else self._texts.say("Password of {user} (is not shown):", user=user)
        )
        env, keyring = _PLACES[section]
        return Login(section, env, keyring, user, self._asking.secret(question, known))

    def _approver(self) -> str:
        """Who is asked before rules, texts and languages of the workbook reach anybody outside; "" for nobody yet."""
        question = self._texts.say(
            "Who says yes before languages, texts and rules of the workbook reach clients? (Mail address of the team "
            "lead; empty: IT, by “kim approve”)"
        )
        return self._asking.address(question, optional=True)

    def _keeping(self) -> str:
        ways = "; ".join(f"{number} {self._texts.say(way.question)}" for number, way in KEEPING.items())
        return self._asking.one_of(self._texts.say("Where shall it be kept? {ways}", ways=ways), KEEPING, "1")


# Where the secret of each login lies: a variable of the environment, an entry of the keyring.
_PLACES = {"mail": ("KIM_MAIL_PASSWORD", "kim-mail"), "mail.inbox": ("KIM_INBOX_PASSWORD", "kim-inbox")}


def _of_mail(key: str) -> bool:
    return key.startswith("mail.") and not _of_inbox(key)


def _of_inbox(key: str) -> bool:
    return f"{key}.".startswith("mail.inbox.")


def _imap_host(mail_host: str) -> str:
    """What the mailbox's server is usually called where the other one is smtp.… or mail.…; "" else."""
    first, dot, rest = mail_host.partition(".")
    return {"smtp": f"imap.{rest}", "mail": mail_host}.get(first.casefold(), "") if dot else ""


def _inbox_settings(lines: Mapping[str, Setting]) -> InboxSettings | None:
    named = "mail.inbox."
    found = {
        key.removeprefix(named): value for key, value in lines.items() if key.startswith(named) and value is not None
    }
    return InboxSettings.model_validate(found) if found else None
