"""Addresses that open cases of different households share, or that are the team's own, and mobile numbers for text
messages: people are asked before one is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from email.utils import parseaddr
from functools import cached_property

from msgspec import Struct

from automations.common.texts import Texts
from automations.model.cases import Openness, household_key
from automations.model.decisions import answer, ask, holder
from automations.model.fact_kinds.messages import SharedAddress
from automations.model.history import History
from automations.model.plan import EditGroup, Fact
from automations.model.records import Answer, Case, ContactWay
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.model.values import digest

SHARED = "shared"  # how the keys of these questions begin


class SharedAddresses(Struct, frozen=True, dict=True):
    """The addresses of one moment; `today` is the site's local date."""

    snapshot: Snapshot
    history: History
    site: SiteFacts
    today: date

    def unclear(self, number: str | None) -> bool:
        """Whether the address of this case is shared by several households, or is ours, and nobody has said that it may
        be used."""
        address, users = self._users_of(number)
        several = len({household_key(case) or case.number for case in users}) > 1 or address in self._ours
        return bool(users) and several and not self._approved(address, users)

    def ask(self, number: str | None, job: str, now: datetime) -> tuple[tuple[EditGroup, ...], tuple[Fact, ...]]:
        """The question whether the address of this case may be used for all who share it."""
        address, users = self._users_of(number)
        case, key = self.snapshot.case_by_number.get(number or ""), _key(address, users)
        numbers = ", ".join(sorted(one.number or "" for one in users))
        say: Texts = self.site.texts
        proposal = (
            "yes: each of them gets messages there. no: nobody is written to there, and people are called where"
            " that is allowed. If they live together, enter one household instead."
        )
        question = (
            "{cases} share one mobile number and are of different households. May each of them get text messages there?"
        )
        if "@" in address:
            question = (
                "{cases} share one email address and are of different households. May each of them be written to there?"
            )
        if address in self._ours:
            question = "{cases} have an email address of {name}. May they be written to there?"
            proposal = (
                "yes: messages go there. no: nothing goes there, and people are called where that is allowed. If it is"
                " a slip, please correct it."
            )
        groups, facts = ask(
            key,
            say.say(question, cases=numbers, name=self._ours.get(address, "")),
            say.say(proposal),
            number or "", self.snapshot, self.history, job, now,
            holder(case.manager if case else None, self.today, say.say("nobody is written to there."), say,
                   urgent=True), say,
        )  # fmt: skip
        if self.history.fact(SharedAddress, key) is not None:
            return groups, facts
        return groups, (*facts, SharedAddress(tuple(digest(_household(one)) for one in users)).under(key))

    def _users_of(self, number: str | None) -> tuple[str, Sequence[Case]]:
        """Where messages reach a case, and who else is reached there."""
        case = self.snapshot.case_by_number.get(number or "")
        address = (_phone(case) or _address(case)) if case else ""
        return address, self._users.get(address, ())

    @cached_property
    def _users(self) -> Mapping[str, Sequence[Case]]:
        """Addresses -> the open cases that have them, where there are several."""
        found: dict[str, list[Case]] = defaultdict(list)
        is_open = Openness(self.site, self.today)
        for case in self.snapshot.cases:
            # Closed cases are not written to: an address that went on to somebody else is no matter of theirs.
            if case.number and is_open(case):
                for address in filter(None, (_address(case), _phone(case))):
                    found[address].append(case)
        return {address: cases for address, cases in found.items() if len(cases) > 1 or address in self._ours}

    @cached_property
    def _ours(self) -> Mapping[str, str]:
        """Addresses of the team and of the service, and whose they are: typed into a case by a slip, or for want of the
        client's own, they would let somebody count as told who never hears of it."""
        service = (parseaddr(one)[1] for one in self.site.own_addresses)
        team = {_folded(person.email): person.name or person.code or "" for person in self.snapshot.team}
        found = {**team, **{_folded(one): self.site.name for one in service}}
        return {address: name for address, name in found.items() if address}

    def _approved(self, address: str, users: Sequence[Case]) -> bool:
        """Whether a yes covers all of them: whoever came since is asked about."""
        wanted = {digest(_household(case)) for case in users}
        # Under any set of households: who has moved out since needs no new question.
        mark = _key(address, users).rpartition("/")[0]
        asked = [
            key
            for key, fact in self.history.facts_of(SharedAddress).items()
            if key.startswith(f"{mark}/") and wanted <= set(fact.of)
        ]
        return any(answer(key, self.snapshot, self.history) is Answer.YES for key in asked)


def _key(address: str, users: Sequence[Case]) -> str:
    households = sorted({_household(case) for case in users})
    return f"{SHARED}/{digest(address)[:12]}/{digest(*households)[:12]}"


def _address(case: Case) -> str:
    return _folded(case.email)


def _folded(address: str | None) -> str:
    return (address or "").strip().casefold()


def _phone(case: Case) -> str:
    """The number of somebody who gets text messages; others are called there, and the caller asks who it is."""
    return (case.phone or "").strip() if case.contact_way is ContactWay.SMS else ""


def _household(case: Case) -> str:
    return (case.household or "").strip().casefold() or f"alone/{case.number}"
