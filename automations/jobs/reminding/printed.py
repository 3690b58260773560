"""What a mail about an appointment prints: the facts that make its version, and nothing protected."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import cache, cached_property, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from automations.common.dates import moment
from automations.common.shipped import config_folder
from automations.messages.folding import fold, letters
from automations.model.records import Appointment, AppointmentStatus, Case, CaseManager
from automations.model.snapshot import Snapshot
from automations.model.values import Plain, digest, to_plain

Kind = Literal["personal", "telephone", "video", "home_visit", "other"]
"""How client and case manager meet: at the place, by a call of ours, by a link, at the client's home; or in a way that
only they know ("Signal")."""

_WAYS: tuple[Kind, ...] = ("personal", "video", "telephone", "home_visit")  # what words of ways.toml say
USUAL_MINUTES = 60  # how long an appointment without duration is in a calendar


class Printed(Struct, frozen=True, dict=True):
    """The facts that mails print. A protected place, and one that is not in the list of locations
    (nobody knows then whether it is protected), has no name, address or directions here. `person` is the number
    of the case, `kind` how they meet, `code` the case manager's short name; `minutes` is 0 where nobody says
    them; `where` a digest of the place as its row names it."""

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
    where: str = ""

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
        """`whole`, and what it was while every place counted, and a length was said that no cell held."""
        if not self.minutes:
            return replace(self, minutes=USUAL_MINUTES).wholes | {self.whole}
        if self.kind == "personal":
            return frozenset({self.whole})
        before = digest(self.date, self.time, self.place, self.address, self.cancelled)
        return frozenset({self.whole, self._whole(before, self.directions)})

    def _whole(self, core: str, directions: str) -> str:
        # An appointment of the usual kind keeps the digest that it had before there were others.
        kinds = () if self.kind == "personal" else (self.kind,)
        return digest(core, self.minutes, directions, self.protected, self.manager, self.phone, *kinds)

    def may_be_elsewhere(self, before: Mapping[str, object]) -> bool:
        """Whether another place in print is another place to come to than `before`, as it was told."""
        if not (self.kind == before.get("kind", "personal") == "personal"):
            return False
        # The row names the same place: the list lost it, calls it otherwise, or says that no message may name it.
        same = bool(self.where) and before.get("where") == self.where
        return not (same and (self.protected or self.address == before.get("address") != ""))

    def is_the_same_meeting(self, before: Mapping[str, object]) -> bool:
        """Whether whoever was told `before` comes at the right time to the right place."""
        now = self.plain()
        same = all(before.get(name) == now.get(name) for name in ("date", "time", "cancelled", "kind"))
        return same and not self.may_be_elsewhere(before)

    def at_the_hour_of(self, before: Mapping[str, object]) -> Printed:
        """The same at the day and hour that were told `before`."""
        try:
            day, clock = date.fromisoformat(str(before.get("date"))), time.fromisoformat(str(before.get("time")))
        except ValueError:
            return self
        return replace(self, date=day, time=clock)

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
        minutes=appointment.duration or 0,
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
        where=digest(fold(appointment.place)) if appointment.place else "",
    )


def kind_of(word: str | None) -> Kind:
    """How they meet, by the word in the column; one that is not known counts as the usual way."""
    # "personal" is the safe guess: it names the place, and nobody waits at home for a call that never comes.
    return _said_kind(word or "") or "personal"


def kind_of_visit(appointment: Appointment, snapshot: Snapshot) -> Kind:
    """How they meet. Some teams type "by telephone" where the place belongs, or the place here."""
    word, place = appointment.kind or "", appointment.place or ""
    named = place in snapshot.location_by_name
    said = _said_kind(word) or (None if named else _said_kind(place))
    if said or word in snapshot.location_by_name:
        return said or "personal"
    # Many teams write here what it is about ("Wohnen"): then the row's place says where. Nobody is invited to the
    # office for "Signal", nor told to wait for a call: they know what they agreed on.
    return "personal" if _is_usual(word) or (named and not _is_elsewhere(word)) else "other"


def way_in(word: str) -> Kind | None:
    """How they meet, as a word says; "other" where it says something that nobody but they know of, None where it
    says no more than that they do."""
    return _said_kind(word) or (None if _is_usual(word) else "other")


def _is_elsewhere(word: str) -> bool:
    return any(one in f"| {fold(word)} |" for one in _words()["elsewhere"])


def _is_usual(word: str) -> bool:
    """Whether all words say why people meet and none how."""
    return all(map(_is_occasion, fold(word).split()))


def _is_occasion(word: str) -> bool:
    """Whether a word says why people meet and not how: then it is at the place, as usual."""
    return word.isdigit() or any(one in f" {word} " for one in _words()["occasion"])


@lru_cache(maxsize=1024)
def _said_kind(word: str) -> Kind | None:
    said = f"| {fold(word)} |"
    said = said.replace(" teams chat", " ")  # Teams is a link, and a chat there is none
    # Of a video call the beginning decides, and of "by telephone, else in person" what is meant first.
    found = ((place, kind) for kind in _WAYS for one in _words()[kind] if (place := said.find(one)) >= 0)
    return min(found, key=lambda one: one[0], default=(0, None))[1]


@cache
def _words() -> Mapping[str, Sequence[str]]:
    """The words of ways.toml, folded; cached, as it does not change while a program runs."""
    with (config_folder() / "ways.toml").open("rb") as file:
        return {name: [letters(one) for one in some] for name, some in tomllib.load(file).items()}


def manager_of(appointment: Appointment, case: Case | None, snapshot: Snapshot) -> CaseManager | None:
    """Who holds the appointment: as its row says, else the case's manager."""
    code = appointment.manager or (case.manager if case else None)
    return snapshot.manager_by_code.get(code or "")
