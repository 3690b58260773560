"""`[text_messages]`: how text messages leave, as data; no provider is known to the code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from automations.common.phones import is_country
from automations.model.settings import ClockTime, SettingError, Strict

NOWHERE = "sms.invalid"  # the domain of numbers on the way to a gateway: no mail server delivers it (RFC 2606)

# A gateway program on this very machine needs no encryption on the way to it.
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class TextMessageSettings(Strict):
    """`[text_messages]`: the channel for those whose way of contact is SMS. `way` "mail" sends each text as a mail to
    number@`domain`; "gateway" calls `url` with `fields`, in which `{number}`, `{text}` and `{secret}` are filled in
    (`headers` likewise; the secret comes from the environment variable `secret_env` or the keyring's entry
    `secret_keyring`, never from here, and never stands in the address). The answer is a success where its
    text matches the pattern `says_yes`. `plus` writes numbers as +49…, else 49… is written. `countries` are those that
    texts may go to; `hours` the local hours in which they leave; `most_parts` is how many parts one text may have."""

    way: Literal["none", "mail", "gateway"] = "none"
    domain: str = ""
    url: str = ""
    encoding: Literal["form", "json"] = "form"
    fields: Mapping[str, str] = Field(default_factory=dict)
    headers: Mapping[str, str] = Field(default_factory=dict)
    says_yes: str = ""
    secret_env: str = ""
    secret_keyring: str = ""
    plus: bool = True
    countries: tuple[str, ...] = ("DE",)
    hours: tuple[ClockTime, ClockTime] = (time(9), time(18))
    most_parts: int = Field(default=3, ge=1, le=10)
    timeout_seconds: float = Field(default=30, gt=0, le=600)

    @field_validator("domain")
    @classmethod
    def _is_domain(cls, typed: str) -> str:
        if typed and not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", typed):
            raise SettingError("this is no domain, such as sms.example.org")
        return typed

    @field_validator("countries")
    @classmethod
    def _are_countries(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        if not codes or not all(re.fullmatch("[A-Z]{2}", code) for code in codes):
            raise SettingError("write countries with two capital letters each, such as “DE”, “AT”")
        # Else a slip ("UK" for "GB") would let no text leave, and nobody would know why.
        if unknown := [code for code in codes if not is_country(code)]:
            raise SettingError("there is no country “{name}” with telephone numbers", name=unknown[0])
        return codes

    @field_validator("says_yes")
    @classmethod
    def _is_pattern(cls, typed: str) -> str:
        try:
            re.compile(typed)
        except re.error:
            raise SettingError("this is no pattern") from None
        return typed

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.way == "mail" and not self.domain:
            raise SettingError("way = “mail” needs the domain that numbers are written to")
        if self.way == "gateway":
            self._gateway()
        return self

    def _gateway(self) -> None:
        place = urlsplit(self.url)
        if not place.hostname or (place.scheme != "https" and place.hostname not in _LOCAL):
            raise SettingError("way = “gateway” needs a url that begins with https://")
        if place.username or place.password or "{" in self.url:
            raise SettingError("nothing secret, no number and no text stands in the url: addresses are logged")
        given = " ".join(self.fields.values())
        # Many gateways answer 200 to everything: without a pattern for the yes nothing would ever count as sent.
        if "{number}" not in given or "{text}" not in given or not self.says_yes:
            raise SettingError("way = “gateway” needs fields with {{number}} and {{text}}, and says_yes")

    @property
    def on(self) -> bool:
        """Whether texts leave at all."""
        return self.way != "none"

    @property
    def to_domain(self) -> str:
        """What stands behind the @ of a number."""
        return self.domain if self.way == "mail" else NOWHERE
