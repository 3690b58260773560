"""What rules of either kind look at while one plan is made: tables, settings, history, calendar, the moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from automations.common.phones import readable, takes_texts
from automations.common.texts import Texts
from automations.common.working_days import CalendarError, WorkingDays
from automations.jobs.calling import may_call
from automations.jobs.stanzas import MessageSettings
from automations.messages.consent import permission
from automations.messages.may_send import SendFacts, Verdict, consent_after, may_send
from automations.messages.shared_addresses import SharedAddresses
from automations.model.history import LEFT, SETTLED, History
from automations.model.problems import Problem
from automations.model.records import Case, CaseManager, ContactWay
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.model.told import address_digest
from automations.model.values import Plain

DEFERRED = timedelta(days=1)  # a mail that a server has put off for so long becomes a call, too
Audience: TypeAlias = Literal["client", "partner", "staff"]  # whose rules of consent hold


class Addressee(Struct, frozen=True):
    """Whom a message goes to. `address` is blank where there is none; `case` is the case that it is
    about, or whose client it is, None where it speaks of none; `office` is who outside learns of it."""

    address: str
    language: str
    audience: Audience
    case: Case | None = None
    channel: Literal["email", "sms"] = "email"
    office: str = ""


class RuleDesk(Struct, frozen=True, dict=True):
    """The inputs of one plan, and what is looked up in them again and again. `now` is aware."""

    snapshot: Snapshot
    settings: MessageSettings
    now: datetime
    history: History
    days: WorkingDays

    @property
    def site(self) -> SiteFacts:
        """The facts of the site."""
        return self.settings.site

    @cached_property
    def zone(self) -> ZoneInfo:
        """The site's zone."""
        return self.site.time_zone

    @cached_property
    def local(self) -> datetime:
        """Now by the clock on the site's wall."""
        return self.now.astimezone(self.zone)

    @cached_property
    def today(self) -> date:
        """The site's local date."""
        return self.local.date()

    def in_words(self, moment: datetime) -> str:
        """A moment by the clock on the site's wall: that of a step is shared by all rows of one date."""
        known = self._worded.get(moment)
        if known is None:
            known = self._worded[moment] = f"{moment.astimezone(self.zone):%d.%m.%Y %H:%M}"
        return known

    @cached_property
    def _worded(self) -> dict[datetime, str]:
        return {}

    @cached_property
    def words(self) -> Texts:
        """Sentences for staff."""
        return self.site.texts

    @cached_property
    def shared(self) -> SharedAddresses:
        """Addresses that people are asked about."""
        return SharedAddresses(self.snapshot, self.history, self.site, self.today)

    @cached_property
    def lead(self) -> CaseManager | None:
        """The team lead; of several, the first who is at work today; none who has left or has not begun."""
        roles = {word.casefold() for word in self.settings.lead_roles}
        leads = [one for one in self.snapshot.team if (one.role or "").casefold() in roles]
        return self._at_work_first(leads)

    def substitute_of(self, person: CaseManager | None) -> CaseManager | None:
        """The colleague who stands in, of several the first who is at work; None where none is named who is of the
        team."""
        people = self.snapshot.manager_by_code
        return self._at_work_first(people[code] for code in (person.substitutes if person else ()) if code in people)

    def _at_work_first(self, people: Iterable[CaseManager]) -> CaseManager | None:
        """Of those of the team the first who is at work today."""
        there = [one for one in people if one.belongs(self.today)]
        # Better one on leave than nobody: the mail lies there when somebody looks into that mailbox.
        return next((one for one in there if self.at_work(one, self.today)), there[0] if there else None)

    def at_work(self, person: CaseManager, day: date) -> bool:
        """Whether a colleague works on that day, as far as the table of the team tells."""
        usual = person.working_days is None or day.weekday() in person.working_days
        return usual and person.is_there(day)

    def reachable(self, manager: CaseManager | None) -> CaseManager | None:
        """The case manager, during an absence the substitute; for a case without one, or whose manager
        has left, the team lead."""
        if manager is None:
            return self.lead
        # Who has left reads nothing any more, though the row, and the address in it, may stand for months.
        if not manager.belongs(self.today):
            return self.substitute_of(manager) or self.lead
        return (self.substitute_of(manager) or manager) if manager.is_absent(self.today) else manager

    def colleague(self, role: str, manager: CaseManager | None) -> CaseManager | None:
        """Who reads what goes to a role ("manager", "substitute", "lead") of a case with this manager."""
        if role == "manager":
            return self.reachable(manager)
        return self.substitute_of(manager) if role == "substitute" else self.lead

    def client_language(self, case: Case | None) -> str:
        """The first of the client's languages that a colleague has approved; the site's where none is."""
        # Many speak a language that they do not read.
        read = (case.writing_languages or case.languages) if case else ()
        # Only approved ones: a message in a language that nobody of the team can read cannot be answered for.
        return next((code for code in read if code in self.site.approved_languages), self.site.language)

    def context(self, name: str, person: CaseManager | None, base: date | None) -> dict[str, Plain]:
        """What the templates of a rule over single rows may print: the row, its colleague, and the date that the rule
        counts from."""
        counted: dict[str, Plain] = {}
        if base is not None:
            counted = {"date": base.isoformat(), "days_ahead": (base - self.today).days,
                       "days": self.days.between(base, self.today)}  # fmt: skip
        return {
            "case": name,
            "case_manager": (person.name if person else None) or "",
            "phone": readable(self.snapshot.sayable(person.phone if person else None)),
            "office_phone": self.site.phone,
            "site_name": self.site.name,
            **counted,
        }

    def left(self, key: str) -> bool:
        """Whether a mail of this key may have reached its recipient."""
        record = self.history.mails.get(key)
        return record is not None and self._may_have_left(record.state)

    def settled(self, key: str) -> bool:
        """Whether a mail of this key is not to be sent again, whatever became of it."""
        record = self.history.mails.get(key)
        return record is not None and (record.state in SETTLED or self._may_have_left(record.state))

    def handed_over(self, key: str, manager: CaseManager | None) -> str:
        """The key of what goes to whoever looks after a row; another one where a colleague got it who did so then."""
        record, now = self.history.mails.get(key), self.reachable(manager)
        if record is None or now is None or not self.left(key):
            return key
        then = replace(self, now=record.at).reachable(manager)
        # A colleague's new address is nobody else: only that of another one of the team is.
        others = {address_digest(one.email or "") for one in self.snapshot.team} - {
            "", address_digest(now.email or ""), address_digest(then.email or "" if then else "")
        }  # fmt: skip
        # By the colleague, not by who stands in: what reached the substitute is not said once more afterwards.
        mark = address_digest((manager or now).email or "")
        return f"{key}+{mark[:8]}" if mark and record.address_digest in others else key

    def put_off_since(self, key: str) -> datetime | None:
        """Since when a server puts a mail off, or people hold it back; None where neither is so."""
        record = self.history.mails.get(key)
        stopped = {"retry", "held", *(["queued"] if self.history.held else [])}
        return record.since if record is not None and record.state in stopped else None

    def put_off(self, key: str) -> bool:
        """Whether it is put off for so long that its reader has to hear another way."""
        since = self.put_off_since(key)
        return since is not None and self.now - since >= DEFERRED

    def _may_have_left(self, state: str) -> bool:
        # While mails go to a folder, what went there counts, so that moves and rules can be tried out.
        return state in LEFT or (state == "test" and not self.history.live)

    def bounced_on(self, address: str) -> date | None:
        """The local day on which a mail to this address last came back."""
        return self._newest(self.history.bounced, address_digest(address))

    def objected_on(self, case: str | None, address: str) -> date | None:
        """The local day on which this person last objected to our messages."""
        return self._newest(self.history.objected, case or "", address_digest(address))

    def to_client(self, case: Case | None) -> Addressee:
        """The mailbox of a client who reads."""
        return Addressee((case.email if case else None) or "", self.client_language(case), "client", case)

    def to_telephone(self, case: Case | None) -> Addressee:
        """The telephone of a client who reads, for text messages."""
        return Addressee((case.phone if case else None) or "", self.client_language(case), "client", case, "sms")

    def to_staff(self, address: str | None, case: Case | None = None) -> Addressee:
        """A mailbox of the team."""
        return Addressee(address or "", self.site.language, "staff", case)

    def verdict(self, to: Addressee, not_after: datetime, purpose: str = "") -> Verdict:
        """What the guards say as far as the rows tell; hold, brake and hours are asked when sending. `purpose` is what
        the client must have consented to."""
        given = permission(self.snapshot, to.case, self.today, purpose=purpose, channel=to.channel, office=to.office)
        case = to.case if to.audience == "client" else None
        facts = SendFacts(
            now=self.local,
            not_after=not_after,
            address=to.address,
            audience=to.audience,
            channel=to.channel,
            number_fits=to.channel != "sms" or takes_texts(to.address, self.site.texting),
            # The way of contact, "reads not" and shared addresses are the client's: where a colleague reads, they say
            # nothing.
            contact_way=case.contact_way if case else None,
            consent_on=given.given_on,
            withdrawn_on=given.withdrawn_on,
            consent_until=given.until,
            asked=bool(purpose),
            bounced_on=self.bounced_on(to.address),
            objected_on=self.objected_on(case.number if case else "", to.address),
            unread=case is not None and bool(case.reads_not and case.phone),
            shared=case is not None and self.shared.unclear(case.number),
            # A plan is made long before the mail leaves: hold, brake and hours of then are not known now.
            live=False,
        )
        return may_send(facts, self.site.language)

    def may_be_called(self, case: Case, reason: str) -> bool:
        """Whether a client may be telephoned instead, where `reason` stops the mail."""
        return may_call(case, reason) and not self.calls_withdrawn(case)

    def calls_withdrawn(self, case: Case, purpose: str = "") -> bool:
        """Whether a client took back that they may be telephoned, as a table of consents says."""
        said = permission(self.snapshot, case, self.today, purpose=purpose, channel="phone")
        return said.withdrawn_on is not None and not consent_after(said.given_on, said.withdrawn_on, self.today)

    def in_peace(self, case: Case) -> bool:
        """Whether somebody wants no messages, or none is safe: then nobody is asked to tell them otherwise."""
        barred = case.contact_way in {ContactWay.UNSAFE, ContactWay.NONE}
        return barred or case.withdrawn_on is not None or self.objected_on(case.number, case.email or "") is not None

    def _newest(self, moments: Mapping[str, datetime], *keys: str) -> date | None:
        found = max((moments[key] for key in keys if key in moments), default=None)
        return found.astimezone(self.zone).date() if found else None


D = TypeVar("D", bound=RuleDesk)


def desk_of(
    kind: type[D], snapshot: Snapshot, settings: MessageSettings, now: datetime, history: History
) -> tuple[D | None, tuple[Problem, ...]]:
    """What rules look at; None, and a problem for IT, where the site's working days cannot be told."""
    site = settings.site
    try:
        return kind(snapshot, settings, now, history, site.working_days), ()
    except CalendarError as error:
        # A typo in a closed day must not stop the other jobs; without a calendar no message is due, and IT is told.
        advice = site.texts.say("Correct it in site.toml; no mails are planned until then.")
        return None, (Problem("bad_setting", str(error), advice, "error", tab="site.toml", who="operator"),)


NAMED, _REASONS = 12, 3  # rows and reasons that one line of the list of problems names


def untold_problem(message: str, reasons: Iterable[str], rows: tuple[str, ...], desk: RuleDesk) -> Problem:
    """That a rule's message about these rows reaches nobody: one line a rule."""
    # Its place is that of the first row; alone, it goes to the colleague who has the case.
    case = desk.snapshot.case_by_number.get(rows[0])
    layout = desk.snapshot.layouts.get("cases") if case else None
    alone = case if len(rows) == 1 else None
    return Problem(
        "rule_untold", f"{message}. {' '.join(list(reasons)[:_REASONS])}",
        desk.words.say("Please tell them yourself, or enter what is missing; then the message leaves."), "warning",
        workbook=case.row.workbook if case else "", table="cases" if case else "", tab=layout.tab if layout else "",
        row=alone.line if alone else None, key=rows[0], keys=rows, who=(alone.manager if alone else None) or "lead",
    )  # fmt: skip
