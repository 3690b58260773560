"""Text messages through an HTTP gateway that the site describes as data."""

from __future__ import annotations

import http.client
import json
import re
import ssl
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from automations.common.texts import Texts
from automations.messages.addresses import AddressProblem
from automations.messages.credentials import CredentialsError, stored
from automations.messages.message import POLICY, Sender, message_id
from automations.messages.render import Rendered
from automations.messages.text_settings import TextMessageSettings
from automations.messages.transport import Delivery
from automations.model.plan import Mail

# Bytes: an answer is a line or two. What a stranger's server sends is never read without an end.
_MOST_ANSWER = 65_536
# The gateway was not ready or had too much to do (RFC 9110, 6585, 8470): the text was not taken.
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
_OK = range(200, 300)


class GatewayTransport(Struct, frozen=True):
    """Each text is one POST, never followed elsewhere. Reasons are given in the language of `words`; what the gateway
    says is never repeated, as it may repeat the number or the secret."""

    settings: TextMessageSettings
    words: Texts
    live: bool = True

    def deliver(self, message: EmailMessage, recipient: str) -> Delivery:
        """Hand one text over. A line that breaks after the text was handed over leaves it unknown."""
        say = self.words.say
        try:
            secret = self._secret()
        except CredentialsError as error:
            return Delivery("retry", str(error), down=True)
        place = urlsplit(self.settings.url)
        values = {"number": number_of(recipient), "text": message.get_content().strip(), "secret": secret}
        try:
            # Apart from the request: until here nothing was handed over, so another try is safe.
            connection = self._connected()
        except (OSError, ssl.SSLError):
            return Delivery("retry", say("The gateway for text messages cannot be reached."), down=True)
        try:
            path = f"{place.path or '/'}{'?' + place.query if place.query else ''}"
            # http.client follows no redirects: number, text and secret go nowhere but to the configured place.
            connection.request("POST", path, self._body(values), self._headers(values))
            answer = connection.getresponse()
            text = answer.read(_MOST_ANSWER).decode("utf-8", errors="replace")
        except (OSError, http.client.HTTPException):
            return Delivery("unknown", say("The gateway broke off; whether it took the text is not known."), down=True)
        finally:
            connection.close()
        return self._judged(answer.status, text)

    def close(self) -> None:
        """Nothing to close: each text has a connection of its own."""

    def _judged(self, status: int, text: str) -> Delivery:
        say = self.words.say
        # Many gateways answer 200 to everything, and say in the text what became of it.
        if status in _OK and re.search(self.settings.says_yes, text):
            return Delivery("sent")
        if status in _LATER:
            return Delivery("retry", say("The gateway for text messages says {code}: later.", code=status), down=True)
        # Our login, not the number: every text would be refused alike, and none of them is lost.
        if status in {401, 403}:
            sentence = say("The gateway for text messages does not accept our login ({code}).", code=status)
            return Delivery("retry", sentence, down=True)
        return Delivery("failed", say("The gateway for text messages refused this one ({code}).", code=status))

    def _secret(self) -> str:
        settings = self.settings
        if not (settings.secret_env or settings.secret_keyring):
            return ""
        return stored(settings.secret_env, settings.secret_keyring, "kim", self.words)

    def _connected(self) -> http.client.HTTPConnection:
        place = urlsplit(self.settings.url)
        host, seconds = place.hostname or "", self.settings.timeout_seconds
        if place.scheme == "https":
            context = ssl.create_default_context()
            made: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, place.port, timeout=seconds, context=context
            )
        else:
            # Without encryption to this very machine alone: the settings allow no other.
            made = http.client.HTTPConnection(host, place.port, timeout=seconds)
        made.connect()
        return made

    def _body(self, values: dict[str, str]) -> bytes:
        filled = {name: _filled(text, values) for name, text in self.settings.fields.items()}
        whole = json.dumps(filled, ensure_ascii=False) if self.settings.encoding == "json" else urlencode(filled)
        return whole.encode()

    def _headers(self, values: dict[str, str]) -> dict[str, str]:
        kind = "application/json" if self.settings.encoding == "json" else "application/x-www-form-urlencoded"
        own = {name: _filled(text, values) for name, text in self.settings.headers.items()}
        return {"Content-Type": f"{kind}; charset=utf-8", **{name: _one_line(text) for name, text in own.items()}}


def _filled(template: str, values: dict[str, str]) -> str:
    return re.sub(r"\{(number|text|secret)\}", lambda found: values[found[1]], template)


def _one_line(text: str) -> str:
    # A line break would begin a header of its own.
    return "".join(sign for sign in text if sign.isprintable())


def build_text(mail: Mail, rendered: Rendered, sender: Sender, now: datetime) -> EmailMessage:
    """A text message as a plain message to number@domain: the form that the outbox, folders and mail servers know.
    `now` is aware. Raises AddressProblem where the number is none, or texts are not set up."""
    digits = mail.to.removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and sender.text_domain):
        raise AddressProblem(mail.to)
    made = EmailMessage(policy=POLICY)
    made["From"] = str(sender.address)
    made["To"] = Address(username=f"+{digits}" if sender.text_plus else digits, domain=sender.text_domain)
    made["Date"] = now.replace(microsecond=0)
    made["Message-ID"] = message_id(mail.key, sender)
    made["Auto-Submitted"] = "auto-generated"
    made["MIME-Version"] = "1.0"
    # No subject: many gateways put it in front of the text.
    made.set_content(rendered.text, charset="utf-8", cte="base64")
    return made


def number_of(recipient: str) -> str:
    """The number in the address of a text message."""
    return recipient.partition("@")[0].strip('"')
