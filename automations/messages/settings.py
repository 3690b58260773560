"""How mails leave: the part of the config that speaks of servers, senders and secrets' names."""

from __future__ import annotations

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, field_validator, model_validator

from automations.messages.addresses import AddressProblem, named_address
from automations.model.settings import SettingError, Strict


def one_address(typed: str) -> str:
    """A setting that is blank or exactly one mail address. Raises SettingError."""
    try:
        if typed:
            named_address(typed)
    except AddressProblem:
        raise SettingError("this is not one mail address") from None
    return typed


Security = Literal["starttls", "tls", "none"]
"""starttls: encrypted after greeting · tls: encrypted from the first byte · none: plain, for a relay
inside the own network, without logging in."""


class OAuthSettings(Strict):
    """`[….oauth]`: signing in without a password. `token_url` is the provider's token endpoint (https), `client_id` the
    application that IT registered there, `scope` what it may do. The refresh token comes from the environment variable
    `refresh_env` or the keyring's entry `refresh_keyring`, a client secret, if there is one, from `client_secret_env`.
    """

    token_url: str = ""
    client_id: str = Field(default="", min_length=1)
    scope: str = ""
    refresh_env: str = ""
    refresh_keyring: str = ""
    client_secret_env: str = ""
    ca_file: str = ""
    timeout_seconds: float = Field(default=30, gt=0, le=600)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        place = urlsplit(self.token_url)
        near = {"localhost", "127.0.0.1", "::1"}
        if not place.hostname or (place.scheme != "https" and place.hostname not in near) or place.username:
            raise SettingError("token_url must be an address that begins with https://")
        if bool(self.refresh_env) == bool(self.refresh_keyring):
            raise SettingError("give one of refresh_env and refresh_keyring")
        return self


class Login(Strict):
    """How to log in. No secret stands in the config: `password_env` names an environment variable,
    `password_keyring` a service in the system's keyring, `token_command` a program with
    its arguments that prints an OAuth2 access token (for XOAUTH2); `oauth` gets one from a refresh token."""

    user: str = ""
    password_env: str = ""
    password_keyring: str = ""
    token_command: tuple[str, ...] = ()
    oauth: OAuthSettings | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [name for name in ("password_env", "password_keyring", "token_command", "oauth") if getattr(self, name)]
        if len(ways) > 1:
            raise SettingError("give only one of {names}", names=", ".join(ways))
        if self.user and not ways:
            raise SettingError("a user needs password_env, password_keyring, token_command or oauth")
        if ways and not self.user:
            raise SettingError("{name} needs a user", name=ways[0])
        return self


class ImapSettings(Login):
    """A mailbox to read, always over TLS with a verified certificate."""

    host: str = Field(min_length=1)
    port: int = Field(default=993, ge=1, le=65535)
    ca_file: str = ""
    folder: str = "INBOX"
    timeout_seconds: float = Field(default=30, gt=0, le=600)


class InboxSettings(ImapSettings):
    """`[mail.inbox]`: the mailbox that answers and returned mails go to. Messages that kim has dealt with are
    marked as read and moved to the folder `processed`, if there is one."""

    processed: str = "Processed"


def _place(mailbox: ImapSettings) -> tuple[str, str, str]:
    return mailbox.host.casefold(), mailbox.user, mailbox.folder


class MailSettings(Login):
    """`[mail]`: the way out. `folder` (relative to the site) is used with transport "folder" alone.

    `from` may carry a neutral name; `reply_to` is a mailbox that people or kim read; `return_path`
    gets the bounces ("" for the sender's address); with `return_path_marks` each mail has its own mark in it, so that
    it is known again when it comes back. With `inbox`, the mailbox of `reply_to`, mails carry
    buttons to answer by; without, a phone number. `archive` is an address that gets a copy of every
    mail, `archive_mailbox` the place to look it up. With `test_address` all mails go there instead."""

    model_config = ConfigDict(populate_by_name=True)

    transport: Literal["folder", "smtp"] = "folder"
    folder: str = "mails"
    host: str = Field(default="localhost", min_length=1)
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Security = "starttls"
    ca_file: str = ""
    sender: str = Field(default="", alias="from")
    reply_to: str = ""
    return_path: str = ""
    return_path_marks: bool = Field(
        default=False, description="mails leave from name+mark@, where the server delivers that to name@"
    )
    inbox: InboxSettings | None = None
    archive: str = ""
    archive_mailbox: ImapSettings | None = None
    archive_grace_minutes: int = Field(default=10, ge=0, le=24 * 60)
    rate_per_minute: int = Field(default=0, ge=0, le=100_000, description="0: as fast as the server takes them")
    timeout_seconds: float = Field(default=30, gt=0, le=600)
    test_address: str = ""

    _are_addresses = field_validator("sender", "reply_to", "return_path", "archive", "test_address")(one_address)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.transport == "smtp" and not self.sender:
            raise SettingError("transport “smtp” needs a “from” address")
        if self.user and self.security == "none":
            raise SettingError("logging in without encryption would show the password to the network")
        # Copies of our own mails among the answers would be read as such, and moved away from where they are looked up.
        if self.inbox and self.archive_mailbox and _place(self.inbox) == _place(self.archive_mailbox):
            raise SettingError("the archive needs a mailbox or folder of its own, not that of the inbox")
        return self

    @property
    def smtp_port(self) -> int:
        """The port given, or the usual one for the kind of encryption (RFC 8314, RFC 6409)."""
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]

    @property
    def live(self) -> bool:
        """Whether mails can reach clients."""
        return self.transport == "smtp" and not self.test_address
