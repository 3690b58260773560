"""Who may be telephoned instead of written to, and what a caller asks first."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from automations.common.texts import Texts
from automations.messages.readers import guardian_of
from automations.model.records import Case, CaseManager, ContactWay
from automations.model.snapshot import Snapshot

CALLS = "calls"  # the catalogue of what is said to clients on the telephone, in every language


def may_call(case: Case, reason: str) -> bool:
    """Whether a client may be telephoned instead, where `reason` stops the mail.

    Somebody who chose the telephone is called, and so is who chose text messages where none can be sent.
    Somebody who chose email, or has not been asked, is called only because no email can arrive; never to
    get round a missing consent."""
    if case.contact_way in {ContactWay.NONE, ContactWay.UNSAFE} or not case.phone:
        return False
    if case.contact_way in {ContactWay.PHONE, ContactWay.SMS}:
        # Whoever said "no more messages" means the telephone as well.
        return reason != "objected"
    no_mail = not case.email or "email" in case.bad
    # "hours": what the sending hours would tell too late is a call at once.
    return reason in {"bounced", "stopped", "deferred", "shared", "mixed", "unread", "hours"} or (
        no_mail and reason in {"no_address", "no_consent"}
    )


def call_language(case: Case, caller: CaseManager | None, usual: str) -> str:
    """The first of the client's languages that the caller speaks, else the client's first one; the site's (`usual`)
    where none is known."""
    spoken = caller.languages if caller else ()
    # In the client's order: the first is the one that they speak best.
    shared = next((code for code in case.languages if code in spoken), None)
    return shared or next(iter(case.languages), usual)


class Asked(Struct, frozen=True):
    """Whom the caller asks for first: nothing may be said before it is sure who answers. `child` is the minor whose
    parents are meant, where the tables do not say who they are; `about` the one whom it is about, where they do: a
    parent may have an appointment of their own, or another child."""

    name: str
    child: str = ""
    about: str = ""

    @property
    def shown(self) -> str:
        """The name in the list."""
        return self.name or self.child

    def first(self, sentence: str, say: Texts) -> str:
        """For the caller: what is asked, and what is said only then."""
        return say.say(
            "First: “{asked}” Only if that is so: “{sentence}”",
            asked=self.question(say), sentence=self._then(sentence, say),
        )  # fmt: skip

    def theirs(self, sentence: str, say: Texts) -> str:
        """The same in the client's language."""
        return f"{self.question(say)}\n{self._then(sentence, say)}"

    def _then(self, sentence: str, say: Texts) -> str:
        return " ".join((say.say("It is about {name}.", name=self.about), sentence)) if self.about else sentence

    def question(self, say: Texts) -> str:
        """What is asked."""
        if self.child:
            return say.say("Am I speaking with a parent or guardian of {name}?", name=self.child)
        return (
            say.say("Am I speaking with {name}?", name=self.name) if self.name else say.say("With whom am I speaking?")
        )


def asked_for(case: Case, snapshot: Snapshot, today: date) -> Asked:
    """The client, or for a minor the person who has custody. `today` is the site's local date."""
    guardian = guardian_of(case, snapshot, today)
    if guardian is None:
        return Asked(_name(case))
    other = snapshot.case_by_number.get(guardian)
    # A guardian who is no case of the table is known by no name: the caller asks for the child's parents.
    return Asked(_name(other), about=_name(case)) if other else Asked("", _name(case))


def _name(case: Case) -> str:
    return " ".join(filter(None, (case.first_name, case.last_name)))
