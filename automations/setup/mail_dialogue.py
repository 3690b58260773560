"""`kim mail setup`: what has to be asked before mails leave, and the lines of site.toml that come of it.

Each way of keeping a secret is one entry of `KEEPING`; one that asks for something else than a password (a program
that prints a token) is added there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from automations.common.texts import Texts
from automations.config.editing import Setting
from automations.messages.addresses import AddressProblem, named_address
from automations.messages.settings import MailSettings

SECRET_ENV = "KIM_MAIL_PASSWORD"  # noqa: S105 - the name of a variable
KEYRING = "kim-mail"
"""The entry of the keyring, under the account's name."""

_TRIES = 3
_PORTS: Mapping[str, int] = {"starttls": 587, "tls": 465, "none": 25}

Ask = Callable[[str], str]
"""Shows a question and gives what was typed."""


class GivenUpError(Exception):
    """An answer that was not understood again and again; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """A way to keep a secret: its question, and the lines of [mail] for it."""

    question: str
    lines: Mapping[str, Setting]


KEEPING: Mapping[str, Keeping] = {
    "1": Keeping("in the keyring of this account", {"mail.password_keyring": KEYRING, "mail.password_env": None}),
    "2": Keeping(
        "in a file of root's that systemd alone reads", {"mail.password_env": SECRET_ENV, "mail.password_keyring": None}
    ),
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed: lines of site.toml, where the secret is kept ("" for no login), who gets the test."""

    lines: Mapping[str, Setting]
    keeping: str
    secret: str = field(repr=False)
    test_to: str

    def settings(self) -> MailSettings:
        """The [mail] of it. Raises pydantic.ValidationError (a ValueError)."""
        plain = {key.removeprefix("mail."): value for key, value in self.lines.items() if value is not None}
        return MailSettings.model_validate(plain)


class MailDialogue:
    """Asks for server, account, secret, sender. `hidden` asks without showing what is typed."""

    def __init__(self, ask: Ask, hidden: Ask, said: Texts) -> None:
        self._ask, self._hidden, self._said = ask, hidden, said

    def answers(self, before: MailSettings) -> Answers:
        """Everything that is needed. Raises GivenUpError."""
        said = self._said
        known = before.host if before.host != "localhost" else ""
        host = self._needed(said.say("Which server takes your mails? (For example: smtp.example.org)"), known)
        security = self._security(before)
        user = self._ask(said.say("Account at the server (empty: none, the relay knows this machine):") + " ").strip()
        if user and security == "none":
            raise GivenUpError(said.say("Without encryption the password could be read on the way."))
        keeping, secret = self._secret(user) if user else ("", "")
        sender = self._address(said.say("Which address do mails come from?"), user if "@" in user else before.sender)
        reply = self._address(said.say("Which mailbox do people read for answers?"), before.reply_to or sender)
        test_to = self._address(said.say("Who gets the test?"), "")
        lines: dict[str, Setting] = {
            "mail.transport": "smtp", "mail.host": host, "mail.security": security, "mail.user": user or None,
            "mail.password_keyring": None, "mail.password_env": None, "mail.from": sender, "mail.reply_to": reply,
            **(KEEPING[keeping].lines if keeping else {}),
        }  # fmt: skip
        return Answers(lines, keeping, secret, test_to)

    def _needed(self, question: str, proposed: str) -> str:
        for _ in range(_TRIES):
            hint = f" [{proposed}]" if proposed else ""
            typed = self._ask(f"{question}{hint} ").strip() or proposed
            if typed and not any(sign.isspace() for sign in typed):
                return typed
        raise GivenUpError(self._said.say("Nothing was changed. Please ask your IT for the answer and begin again."))

    def _security(self, before: MailSettings) -> str:
        choices = ", ".join(f"{name} ({port})" for name, port in _PORTS.items())
        question = self._said.say("Encryption: {choices}?", choices=choices)
        for _ in range(_TRIES):
            typed = self._ask(f"{question} [{before.security}] ").strip().casefold() or before.security
            if typed in _PORTS:
                return typed
        raise GivenUpError(self._said.say("Nothing was changed. Please ask your IT for the answer and begin again."))

    def _secret(self, user: str) -> tuple[str, str]:
        said = self._said
        secret = self._hidden(said.say("Password of {user} (is not shown):", user=user) + " ")
        ways = "; ".join(f"{number} {said.say(way.question)}" for number, way in KEEPING.items())
        for _ in range(_TRIES):
            typed = self._ask(said.say("Where shall it be kept? {ways}", ways=ways) + " [1] ").strip() or "1"
            if typed in KEEPING and secret:
                return typed, secret
        raise GivenUpError(said.say("Nothing was changed. Please ask your IT for the answer and begin again."))

    def _address(self, question: str, proposed: str) -> str:
        for _ in range(_TRIES):
            typed = self._needed(question, proposed)
            try:
                named_address(typed)
            except AddressProblem:
                continue
            return typed
        raise GivenUpError(self._said.say("This is not one mail address; nothing was changed."))
