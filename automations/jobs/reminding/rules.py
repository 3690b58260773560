"""Reminder rules as data: what one stanza of reminders.toml may say, and its condition compiled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from msgspec import Struct
from pydantic import Field, model_validator

from automations.common.texts import Texts
from automations.conditions.compiler import compile_condition
from automations.conditions.condition import Condition, ExpressionError
from automations.conditions.glossary import CountDays, fields_of
from automations.jobs.missing import missing
from automations.jobs.stanzas import Counted, Fault, MessageSettings
from automations.model.problems import Problem
from automations.model.settings import SettingError, Strict
from automations.model.snapshot import Snapshot

RELATED: Mapping[str, Mapping[str, str]] = {
    "appointments": {"case": "cases", "manager": "team", "place": "locations"},
    "cases": {"manager": "team"},
    "team": {},
}
"""Rows that a condition may look at besides its own: prefix -> table."""

_DATES: Mapping[str, frozenset[str]] = {
    "appointments": frozenset({"date"}),
    "cases": frozenset(
        {
            "received", "birth_date", "consent_on", "permit_until", "phase_since", "first_contact_on",
            "manager_since", "closed_on",
        }
    ),
    "team": frozenset({"starts_on", "ends_on", "absent_from", "absent_until"}),
}  # fmt: skip


class Due(Counted):
    """When a rule's message is due: on an event, every working day, or so many days or months
    before or after a date of the row.

    `days` counts calendar or working days; `at` is the local time of day; `closed_days` moves a due day that is closed
    to the working day before or after it. A message that was missed is still sent until the next step is due, at most
    `keep_days` days later and never after an appointment began. After the last of `days_after`, the message is repeated
    every `repeat_days` days, `repeats` times."""

    event: Literal["", "booked", "moved", "cancelled"] = ""
    every: Literal["", "working_day"] = ""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(map(bool, (self.event, self.every, self.field))) != 1:
            raise SettingError("give exactly one of event, every, field")
        if self.field and self.before == self.after:
            raise SettingError("give days_before or days_after, for example days_before = [5, 2]")
        if bool(self.repeats) != bool(self.repeat_days) or (self.repeats and not self.days_after):
            raise SettingError("repeating takes days_after, repeat_days and repeats")
        return self


class Rule(Strict):
    """One stanza. `recipient` is "client", "manager", "substitute", "lead" or an address; `template`
    the stem of its files in templates/mail; `when` a condition over the row's fields ("" always). `title` is what
    people call it, in their words, or in English where a catalogue knows it."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    table: Literal["appointments", "cases", "team"] = "appointments"
    when: str = ""
    due: Due
    recipient: str = Field(default="client", pattern=r"^(client|manager|substitute|lead|[^@\s]+@[^@\s]+)$")
    template: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    channel: Literal["email"] = "email"
    title: str = Field(default="", max_length=80)

    def called(self, words: Texts) -> str:
        """What people call it."""
        return words.say(self.title) if self.title else self.name

    @property
    def of_visits(self) -> bool:
        """Whether the rule speaks of appointments to come: their versions and changes matter then."""
        return self.table == "appointments" and not self.due.after

    @property
    def of_rows(self) -> bool:
        """Whether the rule looks at rows one by one, and at a date of theirs."""
        return not self.of_visits and not self.due.every

    @property
    def to_client(self) -> bool:
        """Whether it is the client who is written to."""
        return self.recipient == "client"


class RemindSettings(MessageSettings):
    """Settings of the job `remind`: the stanzas of reminders.toml. A reminder that falls due within `quiet_hours` after
    an announcement of the same appointment is left out; `bring` is what clients should bring along, in English or in
    the words of a catalogue; `lead_roles` are the words that mark a team lead in the table of the team."""

    rules: tuple[Rule, ...] = ()
    bring: tuple[str, ...] = ()
    quiet_hours: int = Field(default=24, ge=0, le=24 * 14)

    @property
    def rule_names(self) -> tuple[str, ...]:
        """Names of all rules, as they begin the keys of mails."""
        return tuple(rule.name for rule in self.rules)


class ReadyRule(Struct, frozen=True):
    """A rule whose condition was understood (None: it has none)."""

    rule: Rule
    condition: Condition | None


def ready_rules(
    settings: RemindSettings, words: Texts, working_days: CountDays
) -> tuple[tuple[ReadyRule, ...], tuple[Problem, ...]]:
    """The rules that can be used, and a problem for each of the others."""
    ready: list[ReadyRule] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for index, rule in enumerate(settings.rules):
        fault = _misfit(rule, seen, words)
        # Also of a rule that is wrong: the second of one name is not the one that people will find by it.
        seen.add(rule.name)
        if fault is None:
            try:
                ready.append(ReadyRule(rule, _condition(rule, words.language, working_days)))
            except ExpressionError as error:
                fault = Fault("when", error.message, error.advice, rule.when)
        if fault is not None:
            problems.append(problem_of(index, settings, fault.part, fault.message, fault.advice, fault.shown))
    return tuple(ready), tuple(problems)


def lacking(ready: ReadyRule, snapshot: Snapshot) -> Mapping[str, bool]:
    """What a rule looks at and the workbook has not; see `missing`. Of rules that speak of appointments to come nobody
    asks: a reminder too many does less harm than one that is missing."""
    # Of a tab that is not there the check tells.
    found = ready.rule.table in snapshot.layouts
    return missing(ready.rule.table, (ready.rule.due.field,), ready.condition, snapshot) if found else {}


def problem_of(index: int, settings: RemindSettings, part: str, message: str, advice: str, shown: str = "") -> Problem:
    """What is wrong with a part of a rule, at its line. It is the operator who can mend it."""
    rule = settings.rules[index]
    return Problem(
        "wrong_rule", f"{rule.called(settings.site.texts)}: {message}", advice, "error", tab="reminders.toml",
        row=settings.line_of(index, part), field=f"rules.{index}.{part}", key=rule.name, shown=shown, who="operator",
    )  # fmt: skip


def _condition(rule: Rule, language: str, working_days: CountDays) -> Condition | None:
    if not rule.when.strip():
        return None
    fields = fields_of(rule.table, **RELATED[rule.table])
    return compile_condition(rule.when, fields, language=language, working_days=working_days)


def _misfit(rule: Rule, seen: set[str], words: Texts) -> Fault | None:
    """What is wrong between the parts of a rule that are fine one by one."""
    if rule.name in seen:
        return Fault("name", words.say("This name stands twice."), words.say("Give each rule a name of its own."))
    if rule.due.event and rule.table != "appointments":
        advice = words.say('Write table = "appointments", or give a date field instead of the event.')
        return Fault("due", words.say("Events belong to appointments only."), advice)
    if rule.due.every and rule.table != "team":
        advice = words.say('Write table = "team" and recipient = "manager".')
        return Fault("due", words.say("A message every working day goes to the team only."), advice)
    # The guards ask about consent of a case; a colleague has none to give.
    if rule.table == "team" and rule.to_client:
        advice = words.say('Write recipient = "manager", "lead" or an address.')
        return Fault("recipient", words.say("Rows of the team have no client."), advice)
    if rule.due.field and rule.due.field not in _DATES[rule.table]:
        known = words.say("Known are: {names}.", names=", ".join(sorted(_DATES[rule.table])))
        return Fault("due", words.say("“{field}” is no date of this table.", field=rule.due.field), known)
    return None
