"""The invented cases: who came when, from where, and how far the work with them has got."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from msgspec import Struct

from automations.setup.demo import choices as c
from automations.setup.demo.days import Days
from automations.setup.demo.people import People, Person
from automations.setup.demo.rows import CaseRow
from automations.setup.demo.team import OFFICES, WORDS, Colleague

MONTHS = 18
_PERIOD = 548  # days in so many months
_WAITING = 1 / 24  # share of cases that nobody has been given yet: the newest ones
_WITHOUT_NUMBER = 1 / 75  # the newest rows have no number yet
_FAMILY = 0.11  # share of new clients who come with others of their household
_MEDIAN_DAYS = 200  # half of the cases are closed that long after the first contact
_FOCUS_LANGUAGE_SLIP = 0.92  # share of cases that go to a colleague who speaks the language


class Client(Struct):
    """A case with what its row does not say: the person, when work on it ends, who works on it."""

    row: CaseRow
    person: Person
    received: date
    first_contact: date | None = None
    ends: date | None = None
    colleague: Colleague | None = None
    family: int = 0


class Cases:
    """Makes the cases of a site, oldest first."""

    def __init__(self, rng: Random, people: People, team: Sequence[Colleague], days: Days, today: date) -> None:
        self._rng, self._people, self._team, self._days, self._today = rng, people, team, days, today
        self._load: Counter[str] = Counter()
        self._families: dict[int, Colleague] = {}
        self._speakers: dict[str, list[Colleague]] = defaultdict(list)
        for colleague in team:
            for language in colleague.languages:
                self._speakers[language].append(colleague)

    def make(self, count: int) -> list[Client]:
        """So many cases of the last 18 months with numbers, phases and case managers."""
        clients = self._arrivals(count)
        waiting = round(count * _WAITING)
        for client in clients[: count - waiting]:
            self._work_on(client)
        self._spread_newest(clients[count - waiting :])
        for client in clients[count - waiting :]:
            client.row.phase = "Neu"
        _number(clients, unnumbered=max(1, round(count * _WITHOUT_NUMBER)))
        return clients

    def _arrivals(self, count: int) -> list[Client]:
        first = self._today - timedelta(days=round(MONTHS * 30.44))
        span = [day for day in self._days.all if first <= day < self._today]
        weights = list(itertools.accumulate(c.SEASON[day.month - 1] for day in span))
        clients: list[Client] = []
        family = itertools.count(1)
        while len(clients) < count:
            day = self._rng.choices(span, cum_weights=weights)[0]
            members = self._rng.choices((2, 3, 4), (5, 3, 2))[0] if self._rng.random() < _FAMILY else 1
            # The last family is cut, so that there are as many cases as were asked for.
            members = min(members, count - len(clients))
            number = next(family) if members > 1 else 0
            clients += self._household(day, members, number)
        clients.sort(key=lambda client: client.received)
        return clients

    def _household(self, day: date, members: int, number: int) -> list[Client]:
        language = c.draw(self._rng, c.LANGUAGES)
        person = self._people.person(language)
        name = (person.last_name, person.native[0])
        district, nationality = c.draw(self._rng, c.DISTRICTS), self._rng.choice(c.NATIONALITIES[language])
        found = []
        for member in range(members):
            who = person if not member else self._people.person(language, name)
            # A family comes together or some weeks apart; nobody comes on the day of the demo itself.
            later = min(day + timedelta(days=self._rng.choice((0, 0, 0, 7, 21)) if member else 0), self._today)
            received = min(self._days.on_or_after(later), self._days.on_or_after(self._today, -1))
            row = CaseRow(received=received, nationality=nationality, district=district)
            found.append(Client(row, who, received, family=number))
            self._describe(found[-1])
        return found

    def _describe(self, client: Client) -> None:
        rng, row, person = self._rng, client.row, client.person
        row.last_name, row.first_name = person.last_name, person.first_name
        if person.native[0] and rng.random() < c.NATIVE_SCRIPT:
            row.last_name, row.first_name = person.native
        row.sex = person.sex if rng.random() > c.SEX_UNKNOWN else None
        years = min(78, max(17, round(rng.lognormvariate(3.5, 0.32))))
        row.birth_date = client.received - timedelta(days=years * 365 + rng.randrange(365))
        more = rng.choice(c.SECOND_LANGUAGES[person.language])
        row.languages = WORDS[person.language] + (f", {WORDS[more]}" if more else "")
        row.source, row.concern = c.draw(rng, c.SOURCES), rng.choice(c.CONCERNS)
        row.urgency = c.draw(rng, c.URGENCIES)
        row.legal_framework, row.german_level = c.draw(rng, c.LEGAL), c.draw(rng, c.LEVELS)
        row.residence_status = c.draw(rng, c.STATUS_OF.get(str(row.nationality), c.STATUSES))
        if row.residence_status in c.LIMITED:
            row.permit_until = self._today + timedelta(days=rng.randrange(-20, 900))
        row.office_wish = rng.choice(OFFICES).name if rng.random() < c.WISHES else None
        row.focus = c.draw(rng, c.FOCUSES)
        # The shelter takes in women alone, and nobody of a household is named together: it would say where she is.
        if row.source == "Frauenhaus" and person.sex == "männlich":
            row.source = "andere Beratungsstelle"
        if row.source == "Frauenhaus":
            row.focus, client.family = "Frauenhaus", 0
        row.remark = rng.choice(c.REMARKS) if rng.random() < c.REMARKED else None
        self._contact(client)

    def _contact(self, client: Client) -> None:
        rng, row = self._rng, client.row
        ways = c.WAYS_SHELTER if row.focus == "Frauenhaus" else c.WAYS
        row.contact_way = c.draw(rng, ways)
        # Some have an address although they chose another way: kim must not write to it.
        if row.contact_way == "E-Mail" or rng.random() < c.ADDRESS_ANYWAY:
            row.email = self._people.address(client.person)
        if row.contact_way == "Telefon" or rng.random() < c.PHONE_KNOWN:
            row.phone = self._people.phone()
        if row.contact_way == "E-Mail":
            row.consent_on = min(client.received + timedelta(days=rng.choice((0, 0, 0, 5, 9))), self._today)
            if rng.random() < c.WITHDRAWN:
                late = (self._today - client.received).days
                row.withdrawn_on = client.received + timedelta(days=rng.randrange(late // 2, late) if late else 0)

    def _work_on(self, client: Client) -> None:
        rng, row = self._rng, client.row
        since = min(self._days.on_or_after(client.received, rng.choice((0, 1, 1, 2, 3))), self._today)
        colleague = self._colleague_for(client, since)
        client.colleague, self._load[colleague.code] = colleague, self._load[colleague.code] + 1
        row.manager, row.manager_since = colleague.code, since
        wait = {"Notfall": (0, 0, 1), "hoch": (1, 2, 2, 3, 4)}.get(str(row.urgency), c.WAITS)
        contact = self._days.on_or_after(since, rng.choice(wait))
        row.phase, row.phase_since = "Neu", since
        if contact < self._today:
            # Most cases are short and a few are very long, as cases are.
            length = max(10, round(rng.lognormvariate(math.log(_MEDIAN_DAYS), 0.55)))
            client.first_contact = row.first_contact_on = contact
            client.ends = self._days.on_or_after(contact + timedelta(days=length))
            self._progress(client, contact, client.ends)

    def _progress(self, client: Client, contact: date, ends: date) -> None:
        row = client.row
        if ends < self._today:
            row.phase, row.outcome = c.draw(self._rng, c.ENDINGS)
            row.phase_since = row.closed_on = ends
            row.referred_to = self._rng.choice(c.REFERRED_TO) if row.phase == "Weitergeleitet" else None
            return
        begun = [contact + timedelta(days=days) for days in c.PHASE_STARTS] + [ends - timedelta(days=21)]
        reached = [
            (phase, day) for phase, day in zip(c.PHASES, begun, strict=True) if day <= self._today and day < ends
        ]
        row.phase, row.phase_since = reached[-1]

    def _colleague_for(self, client: Client, since: date) -> Colleague:
        if client.family in self._families:
            return self._families[client.family]
        fitting = self._team if self._rng.random() > _FOCUS_LANGUAGE_SLIP else self._speakers[client.person.language]
        focus = str(client.row.focus or "")
        # Nobody is given to a colleague who was not there yet.
        there = [person for person in fitting if not person.starts_on or person.starts_on <= since]
        able = [person for person in there if not focus or focus in person.focuses] or [
            person for person in self._team if focus in person.focuses
        ]
        # A little by chance, or the same few colleagues would get all cases of a kind.
        best = min(able or self._team, key=lambda person: self._strain(person) * self._rng.uniform(0.85, 1.15))
        if client.family:
            self._families[client.family] = best
        return best

    def _strain(self, person: Colleague) -> float:
        """Cases so far for the capacity and the time that the colleague has been there."""
        days = (self._today - person.starts_on).days if person.starts_on else _PERIOD
        return (self._load[person.code] + 1) / (person.capacity * min(days, _PERIOD))

    def _spread_newest(self, clients: Sequence[Client]) -> None:
        """Lets the unassigned ones come in the last ten working days, most of them in the last three."""
        ages = sorted(
            (self._rng.choices(range(1, 11), (9, 8, 7, 4, 3, 3, 2, 2, 1, 1))[0] for _ in clients), reverse=True
        )
        for client, age in zip(clients, ages, strict=True):
            client.received = self._days.on_or_after(self._today, -age)
            client.row.received = client.received
            # Nobody consents, or withdraws, before they came.
            if client.row.consent_on:
                client.row.consent_on = client.received
            if client.row.withdrawn_on:
                client.row.withdrawn_on = None


def _number(clients: Sequence[Client], unnumbered: int) -> None:
    counts: Counter[int] = Counter()
    # Numbered in the order of the rows, as an office does when it types them.
    households: dict[int, str] = {}
    for client in clients:
        if client.family:
            client.row.household = households.setdefault(client.family, f"HH-{len(households) + 1:03}")
    for client in clients[: len(clients) - unnumbered]:
        year = client.received.year
        counts[year] += 1
        client.row.number = f"KIM-{year}-{counts[year]:04}"
