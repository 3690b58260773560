"""Turns submissions of forms into cases: each once, doubtful ones after a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Self

from msgspec import Struct
from msgspec.structs import replace
from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from automations.jobs.doubtful_forms import corrected, doubts, marks_of, said_by, unconfirmed, unreadable_forms
from automations.jobs.protocol import READS_NOTHING
from automations.model.decisions import answer, ask, lead
from automations.model.fact_kinds.forms import FormBatch, FormCase, FormSeen, Submitted
from automations.model.fact_kinds.sightings import Reserved
from automations.model.history import History
from automations.model.plan import CellEdit, EditGroup, Fact, Plan
from automations.model.problems import Problem
from automations.model.records import Answer
from automations.model.schema import SHIPPED
from automations.model.settings import Form, JobSettings, SettingError
from automations.model.snapshot import Snapshot
from automations.model.submissions import Submission
from automations.model.values import RowKey, Value, digest

NEVER = frozenset(
    {"number", "consent_on", "withdrawn_on", "manager", "manager_since", "reason", "phase_since", "check_note"}
)
"""Columns that no form fills in: consent is confirmed by a colleague, the others are kim's."""


CHANGED = "intake-changed/"
"""What the key of a question about changed answers begins with; form, digest and cases follow."""

_NAMED = 12  # so many cases one question names at most


class TakeInSettings(JobSettings):
    """The forms by name. More than `at_once` submissions of a form in one run are asked about first, as are those
    that stood there already when kim first saw the form."""

    at_once: int = Field(default=20, ge=1, le=1000)
    forms: Mapping[str, Form] = Field(default_factory=dict)
    # Those of `number_rows`, put in by the config: a case is numbered alike whichever way it came.
    case_digits: SkipJsonSchema[int] = Field(default=4, exclude=True)

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        for name, form in self.forms.items():
            # Both would take the same submission over twice.
            if bool(form.tab) == bool(form.folder):
                raise SettingError("the form “{name}” needs either a tab or a folder", name=name)
            fields = {*SHIPPED["cases"].fields, "full_name"}
            for field in form.fields:
                if field not in fields or field in NEVER:
                    raise SettingError("the form “{name}” cannot fill in “{field}”", name=name, field=field)
            # A case without any name is counted nowhere and found by nobody.
            if not {"last_name", "full_name"} & form.fields.keys():
                raise SettingError("the form “{name}” must say which question gives the last name", name=name)
        return self


NAME = "take_in"
_SOON = 2  # days within which somebody should look at what was sent


class TakeIn:
    """Job `take_in`: a row in the table of cases for each submission."""

    name = NAME
    Settings = TakeInSettings
    reads = READS_NOTHING

    def plan(self, snapshot: Snapshot, settings: TakeInSettings, now: datetime, history: History) -> Plan:
        """What is taken over now. On first contact with the workbook nothing is; a form that nobody has filled in by
        then is known from that moment, so that its first submission needs no question."""
        if not settings.forms:
            return Plan(NAME)
        desk = _Desk(snapshot, settings, settings.site.local(now), history)
        if history.adopting:
            troubles = unreadable_forms(snapshot.intake, settings.site.texts)
            return Plan(NAME, facts=tuple(desk.empty_forms()), problems=troubles)
        return desk.plan()


class _Desk(Struct, dict=True):
    """One run's look at all submissions. `now` is local."""

    snapshot: Snapshot
    settings: TakeInSettings
    now: datetime
    history: History

    def __post_init__(self) -> None:
        self._groups: list[EditGroup] = []
        self._facts: list[Fact] = []
        self._problems: list[Problem] = list(unconfirmed(self.snapshot, self.history, self.settings.site.texts))
        self._seen = {mark: case.number or "" for case in self.snapshot.cases for mark in marks_of(case)}
        self._prefix = f"{self.settings.site.case_prefix}-{self.now:%Y}-"
        self._highest = self.history.highest_count(self._prefix, (case.number for case in self.snapshot.cases))

    def plan(self) -> Plan:
        say = self.settings.site.texts
        self._problems += unreadable_forms(self.snapshot.intake, say)
        if obstacle := self._obstacle():
            waiting = sum(not self._settled(one) for one in self.snapshot.intake.submissions)
            if waiting:
                self._say("form_waits", say.count("{n} submission waits.", "{n} submissions wait.", waiting), obstacle)
            return self._done()
        for name in self.settings.forms:
            self._form(name)
        return self._done()

    def empty_forms(self) -> Iterator[Fact]:
        """Forms that were read and hold nothing."""
        intake = self.snapshot.intake
        filled = {one.form for one in intake.submissions}
        # A form that could not be read may be full: taken for empty, all of it would come in without a question.
        for name in () if intake.troubles else self.settings.forms:
            if name not in filled and self.history.fact(FormSeen, name) is None:
                yield FormSeen(self.now.date()).under(name)

    def _done(self) -> Plan:
        return Plan(NAME, groups=tuple(self._groups), facts=tuple(self._facts), problems=tuple(self._problems))

    def _obstacle(self) -> str:
        """Why no row can be added; "" where it can."""
        say, layout = self.settings.site.texts, self.snapshot.layouts.get("cases")
        if layout is None or "number" not in layout.columns:
            return say.say("The table of cases needs a column for its numbers: each new row is named by one.")
        if layout.tab_names == "phase":
            return say.say("The cases stand in a tab a phase, so kim cannot know in which one a new case belongs.")
        if layout.tab_names:
            return say.say("The cases stand in a tab a colleague, so kim cannot know in which one a new case belongs.")
        if "decisions" not in self.snapshot.layouts:
            return say.say("kim needs the tab of decisions to ask about doubles.")
        return ""

    def _form(self, name: str) -> None:
        fresh = [one for one in self.snapshot.intake.submissions if one.form == name and not self._settled(one)]
        allowed, asked = self._answered(name, fresh)
        new = [one for one in fresh if one.key not in asked]
        first = self.history.fact(FormSeen, name) is None
        # A crowd in one run is an old list, or somebody who plays: either way people look first.
        if first or len(new) > self.settings.at_once:
            if new:
                self._ask_about_many(name, new, first=first)
            elif first:
                self._facts.append(FormSeen(self.now.date()).under(name))
        else:
            allowed += new
        for one in allowed:
            self._take(one)
        self._ask_about_corrections(name)

    def _ask_about_corrections(self, name: str) -> None:
        """What was sent once more, or changed in the form, since it became a case: the row is the team's by now."""
        sent = [one for one in self.snapshot.intake.submissions if one.form == name]
        found = list(corrected(sent, self.settings.forms[name], self.history))
        self._facts += [known.under(number) for number, known, changed in found if not changed]
        found = [one for one in found if one[2]]
        if found:
            say = self.settings.site.texts
            cases = "; ".join(f"{number} ({', '.join(changed)})" for number, _, changed in found[:_NAMED])
            question = say.say("Answers of the form “{form}” have changed since they became cases: {cases}. Does the "
                               "table say what holds?", form=name, cases=cases)  # fmt: skip
            proposal = say.say("yes: somebody has read them and entered what holds.")
            facts = tuple(known.under(number) for number, known, _ in found)
            # The key names the cases, so that each can be erased from it.
            key = "/".join((f"{CHANGED}{name}", digest(*(known.said for _, known, _ in found))[:12],
                            *(number for number, _, _ in found)))  # fmt: skip
            self._ask(key, question, proposal, found[0][0], facts)

    def _answered(self, name: str, fresh: Sequence[Submission]) -> tuple[list[Submission], set[str]]:
        """Submissions that a yes lets in, and the keys of all that were asked about."""
        allowed: list[Submission] = []
        asked: set[str] = set()
        for key, batch in self.history.facts_of(FormBatch).items():
            if not key.startswith(f"intake/{name}/"):
                continue
            keys = set(batch.keys.split())
            asked |= keys
            said = answer(key, self.snapshot, self.history)
            chosen = [one for one in fresh if one.key in keys]
            if said is Answer.YES:
                allowed += chosen
            elif said is Answer.NO:
                self._facts += [Submitted("declined").under(one.id) for one in chosen]
        return allowed, asked

    def _ask_about_many(self, name: str, new: Sequence[Submission], *, first: bool) -> None:
        say, keys = self.settings.site.texts, " ".join(one.key for one in new)
        question = (
            say.count("{n} submission of the form “{form}” stands there already. Shall it become a case?",
                      "{n} submissions of the form “{form}” stand there already. Shall they become cases?",
                      len(new), form=name)
            if first
            else say.count("{n} submission of the form “{form}” came at once. Shall it become a case?",
                           "{n} submissions of the form “{form}” came at once. Shall they become cases?",
                           len(new), form=name)
        )  # fmt: skip
        proposal = say.say("yes: each becomes a row in the table of cases. no: none of them, and no question again.")
        key = f"intake/{name}/{digest(keys)[:12]}"
        facts = (FormBatch(keys).under(key), FormSeen(self.now.date()).under(name))
        self._ask(key, question, proposal, new[0].place, facts)

    def _take(self, one: Submission) -> None:
        reasons = list(doubts(one, self._seen, self.settings.site.texts))
        key = f"intake-one/{one.id}"
        said = answer(key, self.snapshot, self.history) if reasons else Answer.YES
        if said is Answer.NO:
            self._facts.append(Submitted("declined").under(one.id))
        elif said is Answer.YES:
            self._append(one)
        elif said is None:
            # "later" leaves the question as it stands.
            say = self.settings.site.texts
            question = say.say("A submission of the form “{form}” is doubtful: {reasons}. Shall it become a case of "
                               "its own?", form=one.form, reasons="; ".join(reasons))  # fmt: skip
            proposal = say.say("yes: it becomes a row in the table of cases. no: it is left where it is.")
            self._ask(key, question, proposal, one.place, ())

    def _append(self, one: Submission) -> None:
        layout, say = self.snapshot.layouts["cases"], self.settings.site.texts
        # Reserved for the submission: a run whose write failed gives it the same number again.
        place = RowKey(layout.workbook, "cases", f"form:{one.id}")
        number = self.history.reserved.get(place)
        if number is None:
            self._highest += 1
            number = f"{self._prefix}{self._highest:0{self.settings.case_digits}d}"
        answers = {name: value for name, value in self._fitting(one).items() if value not in (None, "")}
        for name in [name for name in answers if name not in layout.columns]:
            heading = self.settings.forms[one.form].fields.get(name, name)
            self._say("form_column", say.say("The answers to “{question}” of the form “{form}” have no column.",
                                             question=heading, form=one.form),
                      say.say("Please add the column, or take the question out of the settings."))  # fmt: skip
        edits = [CellEdit("number", None, number)]
        edits += [CellEdit(name, None, value) for name, value in answers.items() if name in layout.columns]
        row = {"workbook": place.workbook, "table": place.table, "key": place.key}
        agreed = (one.sent_on or self.now.date()) if one.consents else None
        said = said_by(one, self.settings.forms[one.form])
        self._facts.append(Reserved(row, number).under(place.key))
        self._groups.append(
            EditGroup(
                f"intake/{one.id}", RowKey(layout.workbook, "cases", number), tuple(edits), NAME,
                say.say("Came through the form “{form}”.", form=one.form), op="append",
                facts=(Submitted("taken").under(one.id), FormCase(one.form, one.key, agreed, said).under(number)),
            )
        )  # fmt: skip
        # The second of two equal submissions of one run is doubtful already.
        self._seen |= dict.fromkeys(one.alike, number)

    def _fitting(self, one: Submission) -> dict[str, Value]:
        """The answers as the table has columns: a whole name stands in the column of last names where it must."""
        answers = dict(one.answers)
        columns = self.snapshot.layouts["cases"].columns
        if "full_name" in columns and "last_name" not in columns and "last_name" in answers:
            parts = (answers.pop("last_name"), answers.pop("first_name", None))
            answers["full_name"] = ", ".join(str(part) for part in parts if part)
        elif "full_name" in answers and "full_name" not in columns:
            answers["last_name"] = answers.pop("full_name")
        return dict(answers)

    def _settled(self, one: Submission) -> bool:
        return self.history.fact(Submitted, one.id) is not None

    def _ask(self, key: str, question: str, proposal: str, cause: str, facts: tuple[Fact, ...]) -> None:
        say, soon = self.settings.site.texts, self.now.date() + timedelta(days=_SOON)
        otherwise = say.say("what was sent stays where it is, and nobody takes care of it")
        terms = lead(soon, otherwise, say, urgent=bool(facts))
        groups, new = ask(key, question, proposal, cause, self.snapshot, self.history, NAME, self.now, terms, say)
        self._groups += [replace(group, facts=(*group.facts, *facts)) for group in groups]
        self._facts += [*new, *(facts if new else ())]

    def _say(self, code: str, message: str, advice: str) -> None:
        problem = Problem(code, message, advice, "warning", who="lead")
        if problem not in self._problems:
            self._problems.append(problem)
