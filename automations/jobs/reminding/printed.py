"""What a mail about an appointment prints: the facts that make its version, and nothing protected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from automations.common.dates import moment
from automations.messages.folding import fold, folded_pattern
from automations.model.records import Appointment, AppointmentStatus, Case, CaseManager
from automations.model.snapshot import Snapshot
from automations.model.values import Plain, digest, to_plain

STANDS = frozenset({None, AppointmentStatus.PLANNED, AppointmentStatus.CONFIRMED})
"""An appointment without status was typed and not yet judged: it stands."""

Kind = Literal["personal", "telephone", "video", "home_visit", "other"]
"""How client and case manager meet: at the place, by a call of ours, by a link, at the client's home; or in a way that
only they know ("Signal")."""

_KINDS: Mapping[Kind, re.Pattern[str]] = MappingProxyType(
    {
        "personal": folded_pattern(r"person|prasenz|vor ort|\bburo|\boffice|\bface to face"),
        "video": folded_pattern(
            r"video|\bonline|\bzoom\b|\bteams\b(?! ?chat)|\bwebex|\bskype|\bjitsi|\bfacetime|big ?blue ?button|"
            r"google meet|virtu"
        ),
        "telephone": folded_pattern(r"\btel\b|telef|fernmundlich|phone|anruf|anzurufen|ruckruf|\bhandy|\bcall"),
        "home_visit": folded_pattern(
            # "Refugee home" is a place to come to.
            r"hausbesuch|^home\b(?! ?office)|\b(?:at|his|her|their|clients?(?: s)?) home\b|\bhome visit|"
            r"zu ?hause\b|\bdaheim|aufsuchend|hauslich|(?:klient\w*|familie)s? ?wohnung"
        ),
    }
)
"""What the words of the column say, German and English, in folded letters; of several the first counts."""

_OCCASION = folded_pattern(
    r"\w*(?:beratung|gesprach|kontakt|termin|sprechstunde|consultation|counselling|meeting|appointment|interview)\w*"
    r"|(?:einzel|gruppen?|erst|zweit|folge|normal|standard|regular|usual|first|follow|up|walk|in|und|and|ublich\w*|\d+)"
)
"""Words that say why people meet and not how: then it is at the place, as usual."""

USUAL_MINUTES = 60
"""How long an appointment without duration is in a calendar."""


@dataclass(frozen=True)
class Printed:
    """The facts that mails print. A protected place, and one that is not in the list of locations
    (nobody knows then whether it is protected), has no name, address or directions here. `person` is the number
    of the case, `kind` how they meet, `code` the case manager's short name; `minutes` is 0 where nobody can read
    them."""

    date: date
    time: time
    minutes: int
    place: str
    address: str
    directions: str
    protected: bool
    manager: str
    phone: str
    cancelled: bool = False
    person: str = ""
    kind: Kind = "personal"
    code: str = ""

    @cached_property
    def core(self) -> str:
        """A digest of what a client must be told anew: date, time, place, whether it takes place."""
        # Who is called or visited is told of no place: another room is no news.
        there = (self.place, self.address) if self.kind == "personal" else ("", "")
        return digest(self.date, self.time, *there, self.cancelled)

    @cached_property
    def whole(self) -> str:
        """A digest of everything printed."""
        return self._whole(self.core, self.directions if self.kind == "personal" else "")

    @property
    def cores(self) -> frozenset[str]:
        """`core`, and what it was while every place counted."""
        return frozenset({self.core, digest(self.date, self.time, self.place, self.address, self.cancelled)})

    @property
    def wholes(self) -> frozenset[str]:
        """`whole`, and what it was while every place counted."""
        if self.kind == "personal":
            return frozenset({self.whole})
        before = digest(self.date, self.time, self.place, self.address, self.cancelled)
        return frozenset({self.whole, self._whole(before, self.directions)})

    def _whole(self, core: str, directions: str) -> str:
        # An appointment of the usual kind keeps the digest that it had before there were others.
        kinds = () if self.kind == "personal" else (self.kind,)
        return digest(core, self.minutes, directions, self.protected, self.manager, self.phone, *kinds)

    def plain(self) -> Mapping[str, Plain]:
        """As a fact for the ledger."""
        found = to_plain(self)
        return found if isinstance(found, Mapping) else {}

    def start(self, zone: ZoneInfo) -> datetime:
        """When it begins, in UTC."""
        return moment(self.date, self.time, zone)


def printed(appointment: Appointment, snapshot: Snapshot) -> Printed | None:
    """The facts of an appointment; None where it has no date or no time."""
    if appointment.date is None or appointment.time is None:
        return None
    place = snapshot.location_by_name.get(appointment.place or "")
    manager = manager_of(appointment, snapshot.case_by_number.get(appointment.case or ""), snapshot)
    # A place that stands in no list may be one of those: nothing is printed of it, not even its number.
    protected = place.protected if place else bool(appointment.place)
    shown = place if place and not protected else None
    return Printed(
        date=appointment.date,
        time=appointment.time,
        minutes=appointment.duration or (0 if "duration" in appointment.bad else USUAL_MINUTES),
        place=(shown.neutral_name if shown else None) or "",
        address=(shown.address if shown else None) or "",
        directions=(shown.directions if shown else None) or "",
        protected=protected,
        manager=(manager.name if manager else None) or "",
        phone=snapshot.sayable(manager.phone if manager else None) or snapshot.sayable(shown.phone if shown else None),
        cancelled=appointment.status is AppointmentStatus.CANCELLED,
        person=appointment.case or "",
        kind=kind_of_visit(appointment, snapshot),
        code=(manager.code if manager else None) or "",
    )


def kind_of(word: str | None) -> Kind:
    """How they meet, by the word in the column; one that is not known counts as the usual way."""
    # "personal" is the safe guess: it names the place, and nobody waits at home for a call that never comes.
    return _said_kind(word or "") or "personal"


def kind_of_visit(appointment: Appointment, snapshot: Snapshot) -> Kind:
    """How they meet. Some teams type "by telephone" where the place belongs, or the place here."""
    word, place = appointment.kind or "", appointment.place or ""
    said = _said_kind(word) or (None if place in snapshot.location_by_name else _said_kind(place))
    if said or word in snapshot.location_by_name:
        return said or "personal"
    # Nobody is invited to the office for "Signal", nor told to wait for a call: they know what they agreed on.
    return "personal" if all(map(_OCCASION.fullmatch, fold(word).split())) else "other"


@lru_cache(maxsize=1024)
def _said_kind(word: str) -> Kind | None:
    said = fold(word)
    # Of a video call the beginning decides, and of "by telephone, else in person" what is meant first.
    found = {kind: match.start() for kind, pattern in _KINDS.items() if (match := pattern.search(said))}
    return min(found, key=found.__getitem__, default=None)


def manager_of(appointment: Appointment, case: Case | None, snapshot: Snapshot) -> CaseManager | None:
    """Who holds the appointment: as its row says, else the case's manager."""
    code = appointment.manager or (case.manager if case else None)
    return snapshot.manager_by_code.get(code or "")
