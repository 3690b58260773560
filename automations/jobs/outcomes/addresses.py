"""Addresses that no mail reaches, shown where they are to be mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct

from automations.common.texts import Texts
from automations.jobs.outcomes.edits import Shown, problem
from automations.messages.consent import permission
from automations.messages.may_send import consent_after
from automations.model.history import History
from automations.model.problems import Problem
from automations.model.records import Case, CaseManager
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.model.told import address_digest


def shown(snapshot: Snapshot, site: SiteFacts, history: History, today: date, say: Texts) -> Shown:
    """A problem at each open case, and each active colleague, whose address mails came back from, or was
    refused by the server. `today` is the site's local date."""
    return Shown(problems=tuple(_Post(snapshot, site, history, today, say).problems()))


class _Post(Struct, frozen=True):
    """What became of the mails to each address."""

    snapshot: Snapshot
    site: SiteFacts
    history: History
    today: date
    say: Texts

    def problems(self) -> Iterator[Problem]:
        """One at most for each address cell."""
        if not (self.history.bounced or self.history.refused):
            return
        for case in self.snapshot.cases:
            phase = self.site.phase(case.phase)
            # Nobody writes to closed cases any more, and nobody will look for their new address.
            if case.email and (phase is None or phase.open):
                yield from self._of_case(case, address_digest(case.email))
        for person in self.snapshot.team:
            if person.email and person.active:
                yield from self._of_colleague(person, address_digest(person.email))

    def _of_case(self, case: Case, mark: str) -> Iterator[Problem]:
        since = self._returned_on(mark)
        given = permission(self.snapshot, case, self.today).given_on
        # Who consents after the mail came back has looked at the address anew.
        if since and not consent_after(given, since, self.today):
            advice = self.say.say(
                "Please ask for the right address and enter it. If it is right as it stands, and the client still "
                "wants our mails, a later date of consent lets them go again."
            )
            yield self._problem(case, self._came_back(advice, case.manager or ""))
        elif mark in self.history.refused:
            yield self._problem(case, self._not_sent(mark, case.manager or ""))

    def _of_colleague(self, person: CaseManager, mark: str) -> Iterator[Problem]:
        if mark in self.history.bounced:
            advice = self.say.say("Please ask for the right address and enter it.")
            yield self._problem(person, self._came_back(advice, "lead"))
        elif mark in self.history.refused:
            yield self._problem(person, self._not_sent(mark, "lead"))

    def _returned_on(self, mark: str) -> date | None:
        found = self.history.bounced.get(mark)
        return self.site.today(found) if found else None

    def _came_back(self, advice: str, who: str) -> Mapping[str, str]:
        message = self.say.say("Mails to this address came back; no more are sent to it.")
        return {"code": "address_bounced", "message": message, "advice": advice, "who": who}

    def _not_sent(self, mark: str, who: str) -> Mapping[str, str]:
        message = self.say.say("The last mail to this address could not be sent: {why}", why=self.history.refused[mark])
        advice = self.say.say("Please check the address. If it is right, please show this to your IT.")
        return {"code": "address_refused", "message": message, "advice": advice, "who": who}

    def _problem(self, record: Case | CaseManager, said: Mapping[str, str]) -> Problem:
        return problem(record, "email", said, self.snapshot)
