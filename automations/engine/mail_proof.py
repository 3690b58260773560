"""Reads the planned mails as they would leave, and says what people must mend before they can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from msgspec import Struct, field, structs

from automations.common.texts import Texts
from automations.config.site import Site
from automations.engine.calendar_names import CalendarNames
from automations.engine.proven_mails import Proofs
from automations.engine.send_facts import Gate
from automations.messages.completeness import incomplete, missing
from automations.messages.inspection import secret_part, without_secrets
from automations.messages.render import Renderer
from automations.messages.sandbox import TemplateProblem
from automations.messages.wording import endonym
from automations.model.history import History
from automations.model.plan import Fact, Mail
from automations.model.problems import Problem
from automations.model.records import Location
from automations.model.snapshot import Snapshot


class Proved(Struct):
    """The mails as they may leave, the keys of those that must wait (with a word why), what to mend, and what to
    remember."""

    mails: tuple[Mail, ...] = ()
    facts: tuple[Fact, ...] = ()
    stopped: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class Proof(Struct, frozen=True, dict=True):
    """What the proofs of one run rest on."""

    site: Site
    snapshot: Snapshot
    history: History
    now: datetime
    renderer: Renderer
    proofs: Proofs = field(default_factory=Proofs)

    @cached_property
    def gate(self) -> Gate:
        """The guards, with what they have read."""
        return Gate(self.site, self.snapshot, self.history, renderer=self.renderer)

    def read(self, mails: Sequence[Mail]) -> Proved:
        """Each mail without the parts that it must not have, in a language that it has; those that cannot leave
        are named."""
        gate = self.gate
        names = CalendarNames(self.site, self.history, self.now)
        # One is enough: all calendar files of a run carry the same domain.
        entry = next((mail for mail in mails if mail.calendar is not None), None)
        proved, made = Proved(facts=names.facts(entry) if entry else ()), []
        for mail in map(names.named, mails):
            mended = without_secrets(mail, gate.secrets)
            if mended is not mail:
                proved.problems.append(self._part(mail, secret_part(mail, gate.secrets), left_out=True))
            made.append(self._read(mended, gate, proved))
        proved.mails = tuple(made)
        proved.problems = list(dict.fromkeys(proved.problems))
        return proved

    def _read(self, mail: Mail, gate: Gate, proved: Proved) -> Mail:
        mark = self.proofs.mark(mail, gate.secrets)
        # Rendering and reading is most of what a mail costs; the same mail with the same words was read before.
        known = self.proofs.holds(mark)
        try:
            speaks = self.renderer.speaks_for_others(mail)
            # What is like it was read in an earlier run, and says the same sentences.
            if speaks and self.proofs.holds(Proofs.of_likes(mark)):
                self.renderer.take_for_own(mail)
            foreign = self.renderer.foreign(mail)
            if not known:
                self.renderer.render(mail)
        except TemplateProblem as problem:
            self._stop(mail, "template", self._template(problem), proved)
            return mail
        lacks = missing(mail)
        if lacks:
            proved.problems.append(incomplete(mail, lacks, self.snapshot, self._say))
        # A mail with a sentence or two in the site's language is better than none in the reader's language.
        if foreign.mostly:
            # Said with each run for as long as it holds: a template without translation is a standing fault.
            proved.problems.append(self._untold(mail))
            mail = structs.replace(mail, language=self.site.facts.language)
        elif known:
            gate.read[mail.key] = mail, False
        # Last, over the words as they would leave: whatever a template, a note or a neighbour's cell brought in.
        if gate.facts(mail, self.now).names_protected_place:
            self._stop(mail, "protected_place", self._part(mail, secret_part(mail, gate.secrets)), proved)
        elif not foreign.mostly:
            self.proofs.add(mark)
            if speaks:
                self.proofs.add(Proofs.of_likes(mark))
        return mail

    def _stop(self, mail: Mail, reason: str, cause: Problem, proved: Proved) -> None:
        proved.stopped[mail.key] = reason
        proved.problems += [cause, *self._untold_person(mail)]

    def _untold_person(self, mail: Mail) -> Iterator[Problem]:
        """The person that a mail would have told."""
        case = self.snapshot.case_by_number.get(mail.case)
        if mail.audience != "client" or case is None:
            return
        visit = next((one for one in self.snapshot.appointments if one.number == mail.subject_key), None)
        record = visit or case
        say = self._say.say
        yield Problem(
            code="mail_stopped",
            message=say(
                "The message to the client ({case}) does not leave: its text must be mended first.", case=mail.case
            ),
            advice=say("Please tell the client by telephone, as far as that is safe, and have the text mended."),
            severity="error",
            **self.snapshot.where(record),
            key=record.number or "",
            who=case.manager or "lead",
        )

    def _template(self, problem: TemplateProblem) -> Problem:
        say = self._say.say
        return Problem(
            code="template",
            message=say("This mail template cannot be used: {what}", what=problem.message),
            advice=say("Mend it in templates/mail, or delete it to have the usual one again."),
            severity="error",
            tab=problem.template,
            row=problem.line or None,
            who="operator",
        )

    def _untold(self, mail: Mail) -> Problem:
        say = self._say.say
        return Problem(
            code="template_language",
            message=say("This mail has no text in {language}; it leaves in German.", language=endonym(mail.language))
            if self.site.facts.language == "de"
            else say("This mail has no text in {language}; it leaves in English.", language=endonym(mail.language)),
            advice=say('Write its sentences as _("…") and translate them in templates/locales.'),
            tab=f"{mail.template}.txt.j2",
            who="operator",
        )

    def _part(self, mail: Mail, part: str, *, left_out: bool = False) -> Problem:
        """What gives a protected place away: the cell of an ordinary place, or the template."""
        value = str(mail.context.get(part, ""))
        place = next((one for one in self.snapshot.locations if part and value in _texts(one).values()), None)
        say = self._say.say
        if place is None:
            return Problem(
                code="protected_place",
                message=say("A message would name a protected place; it does not leave."),
                advice=say("Please take the place out of the template, or out of {part}.", part=part or "…")
                if part
                else say("Please take the place out of the template (subject, text and HTML)."),
                severity="error",
                tab=f"{mail.template}.*.j2",
                who="operator",
            )
        name = next(name for name, text in _texts(place).items() if text == value)
        message = (
            say("This names a protected place; no message tells it.")
            if left_out
            else say("This names a protected place; no message with it leaves.")
        )
        return Problem(
            code="protected_place",
            message=message,
            advice=say("Please write it without the protected place."),
            severity="error",
            **self.snapshot.where(place, name),
            key=place.name or "",
            who="lead",
        )

    @property
    def _say(self) -> Texts:
        return self.site.facts.texts


def _texts(place: Location) -> Mapping[str, str]:
    """What messages print of an ordinary place."""
    if place.protected:
        return {}
    found = {"neutral_name": place.neutral_name, "address": place.address, "directions": place.directions}
    return {name: text for name, text in found.items() if text}
