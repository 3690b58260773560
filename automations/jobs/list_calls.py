"""Keeps the list of calls: adds who is to be called, takes back what is not to be said any more, asks where nobody
was reached in time. People tick off; a call that reached its client is a fact (see engine/call_results.py)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta, tzinfo
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from automations.common.texts import Texts
from automations.jobs.moot_questions import moot
from automations.jobs.tabs.calls import cells, number_of, unread
from automations.model.console import LATE, CallRow, asked_together
from automations.model.decisions import ask, lead
from automations.model.fact_kinds.messages import Called
from automations.model.history import LEFT, History
from automations.model.layout import TableLayout
from automations.model.plan import Call, CellEdit, EditGroup, Fact, Plan
from automations.model.problems import Problem
from automations.model.settings import JobSettings, SiteFacts
from automations.model.snapshot import Snapshot
from automations.model.values import RowKey, Value, same

_TOGETHER = 20  # so many undone calls one question names at most
_FINDERS = ("follow_rules", "remind")
_UPDATED = ("caller", "name", "language", "sentence", "theirs")
_DUE = time(16)  # on its last day a call is undone from then on, while somebody is still there to look after it
# How long a call stands in the list at least before it is undone, and how long before an appointment at the latest.
_PATIENCE, _BEFORE = timedelta(hours=2), timedelta(hours=1)


class ListCallsSettings(JobSettings):
    """Nothing to set beyond the site itself."""


class ListCalls:
    """Job `list_calls`: the rows of `Anrufliste`, and questions about calls that told nobody."""

    name = "list_calls"
    Settings = ListCallsSettings
    reads: Mapping[str, tuple[str, ...]] = MappingProxyType({"sentence": _FINDERS, "done_on": _FINDERS})

    def plan(self, snapshot: Snapshot, settings: ListCallsSettings, now: datetime, history: History) -> Plan:
        """Rows to add and to mend, questions, and what each call would tell. `now` is aware."""
        listed = _Listed(snapshot, settings.site, now, history)
        listed.look()
        return Plan(self.name, groups=tuple(listed.groups), facts=tuple(listed.facts), problems=tuple(listed.problems))


def undone_from(called: Called, now: datetime, zone: tzinfo) -> datetime:
    """From when on a call that reached nobody is the team lead's matter. `now` counts where nobody knows since when it
    stands in the list."""
    since = called.since or now
    last = datetime.combine(called.by or since.astimezone(zone).date(), _DUE, zone)
    # A call that came into the list at half past three cannot have been made by four.
    late = max(last, since + _PATIENCE)
    # An hour before the appointment nobody can wait for the afternoon any more.
    return min(late, max(since, called.start - _BEFORE)) if called.start else late


class _Listed(Struct, dict=True):
    """The list as it stands, and what is to become of it."""

    snapshot: Snapshot
    site: SiteFacts
    now: datetime
    history: History
    groups: list[EditGroup] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _undone: list[tuple[str, Call]] = field(default_factory=list)

    @cached_property
    def say(self) -> Texts:
        return self.site.texts

    @cached_property
    def layout(self) -> TableLayout | None:
        return self.snapshot.layouts.get("calls")

    @cached_property
    def rows(self) -> Mapping[str, CallRow]:
        return {row.number: row for row in self.snapshot.console.calls}

    @cached_property
    def known(self) -> Mapping[str, Called]:
        return {called.row: called for called in self.history.facts_of(Called).values()}

    def look(self) -> None:
        """Every call that is wanted, then every row whose call is not."""
        wanted = {number_of(call): call for call in self.snapshot.calls}
        for number, call in wanted.items():
            # Also where the list cannot be written: the time to call runs all the same.
            called = self._renewed(self.known.get(number), call) or self._new(number, call)
            row = self.rows.get(number)
            if self.layout is not None:
                self.groups += self._mended(row, call) if row else [self._added(number, call, self.layout)]
            elif unread(self.snapshot):
                # A list that is there and unreadable must not be begun anew beside what people ticked off in it.
                self.problems.append(self._unlisted(call))
            self._doubt(called, row, call)
        for number, row in self.rows.items():
            # Only kim's own rows: what people added to the list is theirs.
            if number not in wanted and number in self.known and row.result != "reached":
                self.groups += self._withdrawn(row)
        self._settle(wanted)
        self._ask_undone()
        self.problems += [self._odd(row) for row in self.rows.values() if row.result == "odd"]

    def _new(self, number: str, call: Call) -> Called:
        tells = call.tells
        called = Called(
            call.key, number, call.case, tells.subject if tells else "", tells.version if tells else 0, call.phone,
            self.now, call.by, call.start, content=dict(tells.content) if tells else None,
        )  # fmt: skip
        self.facts.append(called.under(f"{call.key}/{number}"))
        return called

    def _renewed(self, known: Called | None, call: Call) -> Called | None:
        """What the row says by now is what the client will hear."""
        tells = call.tells
        # Who was reached heard what stood there then, and only that counts as told.
        if known is None or tells is None or known.result == "reached" or known.content == dict(tells.content):
            return known
        called = replace(known, version=tells.version, content=dict(tells.content))
        self.facts.append(called.under(f"{call.key}/{known.row}"))
        return called

    def _added(self, number: str, call: Call, layout: TableLayout) -> EditGroup:
        said = cells(call, self.snapshot, self.say)
        return EditGroup(
            id=f"call/{number}",
            row=RowKey(layout.workbook, "calls", number),
            edits=tuple(CellEdit(name, None, value) for name, value in said.items() if name in layout.columns),
            job=ListCalls.name,
            why=call.why,
            op="append",
        )

    def _mended(self, row: CallRow, call: Call) -> Iterator[EditGroup]:
        """What is to be said has changed, or who says it; whoever was reached heard what stood there."""
        said = cells(call, self.snapshot, self.say)
        yield from self._written(row, {name: said[name] for name in _UPDATED}, call.why)

    def _withdrawn(self, row: CallRow) -> Iterator[EditGroup]:
        sentence = self.say.say("Not needed any more: please do not call.")
        why = self.say.say("What was to be said is said, or is not true any more.")
        yield from self._written(row, {"sentence": sentence, "theirs": None}, why)

    def _written(self, row: CallRow, values: Mapping[str, Value], why: str) -> Iterator[EditGroup]:
        stands = self.snapshot.rows.get(row.row)
        if stands is None or self.layout is None:
            return
        edits = tuple(
            CellEdit(name, stands.value(name), value)
            for name, value in values.items()
            if name in self.layout.writable and not same(stands.value(name), value)
        )
        if edits:
            # Guarded by the result: whoever ticks off in this minute spoke the old sentence.
            yield EditGroup(f"call/{row.number}", row.row, edits, ListCalls.name, why, guards=stands.guards("result"))

    def _doubt(self, called: Called, row: CallRow | None, call: Call) -> None:
        """A question where the call told nobody: it is somebody else's number, or the time is up."""
        # An old workbook's calls are long past; asking about them would begin with a hundred questions.
        if self.history.adopting:
            return
        if row is not None and row.result == "wrong":
            values = {"case": call.case, "phone": call.phone, "why": call.why}
            question = self.say.say(
                "Case {case}: {phone} is the number of somebody else. Who tells the client? ({why})", **values
            )
            self._ask(f"call/{call.key}/{called.row}/wrong", question, [call])
        elif self.now >= undone_from(called, self.now, self.site.time_zone):
            self._undone.append((called.row, call))

    def _settle(self, wanted: Collection[str]) -> None:
        """Marks questions as done once all of their clients know by now, or there is nothing to tell any more."""
        together, done = asked_together(self.history.questions), dict[str, bool]()
        for key, known in self.history.facts_of(Called).items():
            over = known.row not in wanted and self._is_over(known)
            for asked in (f"call/{key}/wrong", f"call/{key}/late", together.get(known.row, "")):
                if asked in self.history.questions:
                    done[asked] = done.get(asked, True) and over
        for asked in (key for key, over in done.items() if over):
            self.groups += moot(asked, self.snapshot, ListCalls.name, self.site.today(self.now), self.say)

    def _is_over(self, known: Called) -> bool:
        record, version = self.history.mails.get(known.call), self.history.versions.get(known.number)
        if record is not None and record.state in LEFT - {"bounced"}:
            return True
        # Of an hour that is over nobody has said what became of it; what changed is told by another call or question.
        if known.start is None or known.start <= self.now:
            return False
        gone = all(row.number != known.number for row in self.snapshot.appointments)
        return gone or (version is not None and version.version > known.version)

    def _ask_undone(self) -> None:
        """About the calls that nobody made in time: together what comes due together, as nobody answers twenty
        questions on one afternoon."""
        if "decisions" not in self.snapshot.layouts:
            for one in self._undone:
                self._ask_late([one])
            return
        known, asked = asked_together(self.history.questions), self.history.questions
        fresh = [(row, call) for row, call in self._undone if row not in known
                 and f"call/{call.key}/{row}/late" not in asked]  # fmt: skip
        for start in range(0, len(fresh), _TOGETHER):
            self._ask_late(fresh[start : start + _TOGETHER])

    def _ask_late(self, late: Sequence[tuple[str, Call]]) -> None:
        if len(late) == 1:
            ((row, call),) = late
            values = {"case": call.case, "phone": call.phone, "day": self.say.date(call.by), "why": call.why}
            question = self.say.say(
                "{case} was to be called by {day}, and was not reached. Who tells the client? ({why})", **values
            )
            self._ask(f"call/{call.key}/{row}/late", question, [call])
            return
        listed = "; ".join(
            self.say.say("{case} (call {row}, by {day})", case=call.case, row=row, day=self.say.date(call.by))
            for row, call in late
        )
        question = self.say.say(
            "{n} calls reached nobody in time: {calls}. Who tells these people?", n=len(late), calls=listed
        )
        # The key names all calls and cases, so that a call is not asked about again and a case can be erased from it.
        parts = dict.fromkeys(part for row, call in late for part in (row, call.case))
        self._ask(LATE + "/".join(parts), question, [call for _, call in late])

    def _ask(self, key: str, question: str, calls: Sequence[Call]) -> None:
        if len(calls) == 1:
            proposal = self.say.say("yes: the client knows by now. A corrected telephone number is called anew.")
            otherwise = self.say.say("the client knows nothing of it.")
        else:
            proposal = self.say.say(
                "yes: all of them know by now. Otherwise please enter in the list of calls who was reached. A corrected"
                " telephone number is called anew."
            )
            otherwise = self.say.say("the clients know nothing of it.")
        if "decisions" not in self.snapshot.layouts:
            self.problems.append(self._problem("call_undone", question, proposal, calls[0].case))
            return
        terms = lead(self.site.today(self.now), otherwise, self.say, urgent=True)
        groups, facts = ask(
            key, question, proposal, calls[0].case, self.snapshot, self.history, ListCalls.name, self.now, terms,
            self.say,
        )  # fmt: skip
        self.groups += groups
        self.facts += facts

    def _unlisted(self, call: Call) -> Problem:
        values = {"case": call.case, "phone": call.phone, "day": self.say.date(call.by), "why": call.why}
        message = self.say.say("{case} is to be called by {day}: {phone}. ({why})", **values)
        advice = self.say.say(
            "The list of calls cannot be read; as soon as its headings are right the call stands there."
        )
        return self._problem("call_unlisted", message, advice, call.case)

    def _odd(self, row: CallRow) -> Problem:
        message = self.say.say("“{said}” is no result of a call.", said=row.said[:40])
        advice = self.say.say("Please choose one of the words offered; until then nobody counts as told.")
        layout = self.layout
        return Problem(
            "call_result", message, advice, "warning", workbook=row.row.workbook, table="calls",
            tab=layout.tab if layout else "", row=row.line, field="result",
            column=layout.headings.get("result", "") if layout else "", key=row.number, shown=row.said[:60], who="lead",
        )  # fmt: skip

    def _problem(self, code: str, message: str, advice: str, number: str) -> Problem:
        case = self.snapshot.case_by_number.get(number)
        return Problem(
            code, message, advice, **self.snapshot.where(case, table="cases"), key=number, who="lead"
        )  # fmt: skip
