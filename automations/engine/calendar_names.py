"""Under which domain an appointment's calendar entry is named: the sender's, as mail filters distrust others.

An entry that left once keeps its name for good, or its update would be a second entry. So the domains that were
in use are remembered with the moment from which on, and an entry has the one of the day when it left first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from automations.config.site import Site
from automations.messages.addresses import AddressProblem, named_address
from automations.model.fact_kinds.messages import CalendarDomains
from automations.model.history import LEFT, History
from automations.model.plan import Fact, Mail


class CalendarNames(Struct, frozen=True, dict=True):
    """The names of one run. `now` is aware."""

    site: Site
    history: History
    now: datetime

    def named(self, mail: Mail) -> Mail:
        """The mail, its calendar entries under the domain that they have."""
        if mail.joined:
            mail = replace(mail, joined=tuple(map(self.named, mail.joined)))
        if mail.calendar is None:
            return mail
        name, _, usual = mail.calendar.uid.partition("@")
        first = self._first_left.get(mail.subject_key)
        # The newest domain of the day on which it left first; of one that has not left yet, the newest of all.
        known = [domain for since, domain in self._domains(usual) if first is None or since <= first]
        return replace(mail, calendar=replace(mail.calendar, uid=f"{name}@{known[-1] if known else usual}"))

    def facts(self, mail: Mail) -> tuple[Fact, ...]:
        """What is to be remembered, where a domain is new; nothing where it is known."""
        usual = mail.calendar.uid.partition("@")[2] if mail.calendar else ""
        wanted = self._domains(usual)
        if mail.calendar is None or wanted == self._known:
            return ()
        return (CalendarDomains(tuple(at.isoformat() for at, _ in wanted), tuple(to for _, to in wanted)).under(),)

    @cached_property
    def _known(self) -> list[tuple[datetime, str]]:
        known = self.history.fact(CalendarDomains) or CalendarDomains()
        return [(datetime.fromisoformat(at), to) for at, to in zip(known.since, known.domain, strict=True)]

    def _domains(self, usual: str) -> list[tuple[datetime, str]]:
        """All domains, the newest last. Before the first that is remembered, `usual` was the one."""
        known = self._known or [(datetime.min.replace(tzinfo=UTC), usual)]
        return known if not self._domain or known[-1][1] == self._domain else [*known, (self.now, self._domain)]

    @cached_property
    def _domain(self) -> str:
        try:
            return named_address(self.site.file.mail.sender or self.site.facts.mail_from).domain.casefold()
        except AddressProblem:
            return ""

    @cached_property
    def _first_left(self) -> Mapping[str, datetime]:
        first: dict[str, datetime] = {}
        for mail in self.history.mails.values():
            if mail.state in LEFT and mail.subject_key:
                first[mail.subject_key] = min(mail.at, first.get(mail.subject_key, mail.at))
        return first
