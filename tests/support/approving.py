"""A site whose rules need an approver's yes, and the mailbox that the yes comes into."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, urlsplit

from msgspec import structs

from automations.config.loading import load_site
from automations.engine.applied import RunResult
from automations.engine.parts import make_renderer
from automations.engine.runner import run
from automations.messages.reply_tokens import ReplyTokens
from tests.support.fake_inbox import FakeInbox
from tests.support.own_site import SITE, OwnSite, moment, text_of

KEY = b"k" * 32
APPROVER = "amt@stadt.test"
WITH_APPROVER = SITE + f'[approvers]\nemails = ["{APPROVER}"]\n'


class Mailbox:
    """Runs of the site with a mailbox that answers are put into."""

    def __init__(self, site: OwnSite) -> None:
        self.site, self.box, self.tokens = site, FakeInbox(), ReplyTokens((KEY,), "beratung@stadt.test")

    def run(self, at: str) -> RunResult:
        """`kim run`, with that mailbox."""
        now, config = moment(at), load_site(self.site.folder)
        with self.site.world(now) as world:
            fake = structs.replace(
                world, inbox=self.box, replies=self.tokens, renderer=make_renderer(config, self.tokens)
            )
            return run(fake, lambda: now)

    def answer(
        self,
        subject: str,
        sender: str = APPROVER,
        result: str = "pass",
        body: str = "Ich gebe das frei",
        **headers: Any,
    ) -> None:  # fmt: skip
        """A mail comes in; `result` is what the mail server says of its sender."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, self.tokens.mailbox, subject
        message["Message-ID"] = f"<{len(self.box.letters_in)}@post.test>"
        domain = sender.rpartition("@")[2]
        message["Authentication-Results"] = f"mx.stadt.test; dmarc={result} header.from={domain}"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(body)
        self.box.put(message, on=moment("2026-11-02T08:30").date())


def code(mail: EmailMessage) -> str:
    """The token of the yes, as it stands in the link."""
    links = [line for line in text_of(mail).splitlines() if line.startswith("mailto:")]
    return parse_qs(urlsplit(links[0]).query)["subject"][0]
