"""Asks the one table of guards (`may_send`) about a mail, with all that is known about its recipient."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property

from msgspec import Struct, field, structs

from automations.common.phones import takes_texts
from automations.config.site import Site
from automations.messages.consent import Permission, permission
from automations.messages.inspection import Secrets, readable, secrets_of, visible
from automations.messages.may_send import SendFacts, Verdict, may_send
from automations.messages.render import Renderer
from automations.messages.sandbox import TemplateProblem
from automations.messages.shared_addresses import SharedAddresses
from automations.messages.text_parts import parts
from automations.model.history import History
from automations.model.plan import Mail
from automations.model.snapshot import Snapshot
from automations.model.told import address_digest


class Gate(Struct, frozen=True, dict=True):
    """The guards of one run. `crowded` are the keys of mails that wait for another day. `renderer` shows each mail as
    its reader will see it; without one only what a mail was given is looked at. `read` keeps what came of it."""

    site: Site
    snapshot: Snapshot
    history: History
    crowded: frozenset[str] = frozenset()
    renderer: Renderer | None = None
    read: dict[str, tuple[Mail, bool]] = field(default_factory=dict)
    by_day: dict[date, SharedAddresses] = field(default_factory=dict)

    @cached_property
    def secrets(self) -> Secrets:
        """What no message may say."""
        return secrets_of(self.snapshot.locations, self.site.facts.name, self.site.facts.mail_from)

    def shared(self, today: date) -> SharedAddresses:
        """Addresses that people are asked about."""
        if today not in self.by_day:
            self.by_day[today] = SharedAddresses(self.snapshot, self.history, self.site.facts, today)
        return self.by_day[today]

    def verdict(self, mail: Mail, now: datetime, *, held: bool | None = None) -> Verdict:
        """Whether the mail may leave at `now` (aware); `held` overrides what the history knew of a hold."""
        return may_send(self.facts(mail, now, held=held), self.site.facts.language)

    def facts(self, mail: Mail, now: datetime, *, held: bool | None = None) -> SendFacts:
        """What the guards look at."""
        known, texting = self.history.mails.get(mail.key), self.site.file.text_messages
        # A table of facts and a pure function over it: every line of the guards can be tested without a site.
        facts = SendFacts(
            now=self.site.facts.local(now),
            not_after=mail.not_after,
            address=mail.to,
            audience=mail.audience,
            channel=mail.channel,
            bounced_on=self._newest(self.history.bounced, address_digest(mail.to)),
            objected_on=self._newest(self.history.objected, address_digest(mail.to), *mail.cases),
            names_protected_place=self._names_protected_place(mail),
            crowded=mail.key in self.crowded,
            adopting=self.history.adopting,
            held=self.history.held if held is None else held,
            # Of this very mail: what people let go yesterday says nothing of those that were planned since.
            released=known is not None and known.released,
            most=self.site.file.guards.mail_brake,
            hours=texting.hours if mail.channel == "sms" else self.site.facts.mail_hours,
            number_fits=mail.channel != "sms" or takes_texts(mail.to, texting.countries),
            live=self.site.live,
        )
        return self._with_consent(facts, mail) if mail.audience == "client" or mail.purpose else facts

    def _with_consent(self, facts: SendFacts, mail: Mail) -> SendFacts:
        case = self.snapshot.case_by_number.get(mail.case)
        if case is None:
            return structs.replace(facts, asked=bool(mail.purpose))  # no case, no consent: the guards refuse
        given = self.permission(mail, facts.now.date())
        return structs.replace(
            facts,
            contact_way=case.contact_way,
            consent_on=given.given_on,
            withdrawn_on=given.withdrawn_on,
            consent_until=given.until,
            asked=bool(mail.purpose),
            # A consent or way of contact that is being typed this minute may be corrected in the next.
            settled=case.row not in self.snapshot.unsettled,
            shared=any(map(self.shared(facts.now.date()).unclear, mail.cases)),
        )

    def size(self, mail: Mail) -> int:
        """What a message counts for the brake: nothing for colleagues, one, or the parts of a text message."""
        # The brake guards strangers' letterboxes and the bill for text messages; a colleague is bothered at most.
        if mail.audience == "staff":
            return 0
        if mail.channel != "sms" or self.renderer is None:
            return 1
        try:
            return parts(self.renderer.render(mail).text.strip())
        except TemplateProblem:
            return 1

    def permission(self, mail: Mail, today: date) -> Permission:
        """The consent that a mail rests on."""
        case = self.snapshot.case_by_number.get(mail.case)
        return permission(
            self.snapshot, case, today, purpose=mail.purpose, channel=mail.channel, office=mail.office
        )  # fmt: skip

    def _newest(self, moments: Mapping[str, datetime], *keys: str) -> date | None:
        found = max((moments[key] for key in keys if key in moments), default=None)
        return self.site.facts.today(found) if found else None

    def _names_protected_place(self, mail: Mail) -> bool:
        """Whether the mail, as it would leave, says anything of a protected place."""
        # Rendered once for a plan, and anew where the mail became another one under the same key.
        known = self.read.get(mail.key)
        if known is None or known[0] != mail:
            known = self.read[mail.key] = mail, self._gives_away(mail)
        return known[1]

    def _gives_away(self, mail: Mail) -> bool:
        # One whose template is broken does not leave anyhow.
        texts: tuple[str, ...] = ()
        if self.renderer is not None:
            try:
                made = self.renderer.render(mail)
            except TemplateProblem:
                return False
            texts = (made.subject, made.text, visible(made.html))
        return self.secrets.stand_in(readable(mail, texts or [str(value) for value in mail.context.values()]))
