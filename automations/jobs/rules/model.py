"""What a rule may say. Stanzas of rules.toml and rows of the tab of rules both become these."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import Field, field_validator, model_validator
from pydantic.json_schema import SkipJsonSchema

from automations.jobs.stanzas import Counted, MessageSettings
from automations.messages.settings import one_address
from automations.model.settings import SettingError, Strict, is_month_and_day

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Weekday: TypeAlias = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Every: TypeAlias = Literal["", "day", "working_day", Weekday, "month", "year"]
Action: TypeAlias = Literal[
    "mail", "text_message", "call", "ask", "note", "set", "append", "list", "digest", "ask_in_turn",
]  # fmt: skip
Style: TypeAlias = Literal["good", "warn", "bad", "muted", "strong"]
Scalar: TypeAlias = bool | int | float | date | str

LONGEST_TAB = 31  # characters that Excel allows in the name of a tab

_ID = r"^[a-z][a-z0-9_]{0,59}$"
_ADDRESS = r"^(referrer|[a-z][a-z0-9_.]*|[^@\s,;<>]+@[^@\s,;<>]+)?$"


Nth: TypeAlias = Annotated[int, Field(ge=-1, le=5)]


class _Occasions(Strict):
    """Events, and days of the calendar."""

    event: Literal["", "added", "changed", "holds"] = ""
    fields: tuple[str, ...] = ()
    every: Every | tuple[Weekday, ...] = ""
    interval: int = Field(default=1, ge=1, le=24)
    nth: Nth | tuple[Nth, ...] = 0
    day: int | str | tuple[int | str, ...] = 1
    on: date | None = None


# In this order: an approval is of the JSON of a rule, and its fields must follow each other as they did.
class Due(Counted, _Occasions):
    """When a rule acts: on an event, again and again, or so many days before or after a date of the row.

    `event`: a row was "added", one of its `fields` "changed", or the condition came to hold ("holds",
    the same as no due at all). `every` a day, working day, weekday (or several: ["monday", "thursday"]), month or
    year, `interval` (every second Tuesday), `nth` (the second Tuesday of a month; -1: the last), `day` (of the month:
    1 to 31, "last", "first_working_day", "last_working_day"; of the year: "03-15"; or several: [1, 15]); `on` one
    single day. With `field` and every = "year" the day comes back each year, as birthdays do. `days` counts calendar or
    working days, months go by the calendar (a month before 31 March is the last day of February);
    `at` is the local time of day; a due day that is closed moves as `closed_days` says.
    What was missed is done at most `keep_days` later. `repeat_days` and `repeats` remind again."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        yearly = bool(self.field) and self.every == "year"
        # None at all is "holds": the shortest rule has a condition and an action.
        if sum(map(bool, (self.event, self.every and not yearly, self.on, self.field))) > 1:
            raise SettingError("give exactly one of event, every, on, field")
        if self.field and not yearly and self.before == self.after:
            raise SettingError("give days_before or days_after, for example days_before = [5, 2]")
        if bool(self.repeats) != bool(self.repeat_days):
            raise SettingError("repeating takes repeat_days and repeats")
        if bool(self.fields) != (self.event == "changed"):
            raise SettingError('event = "changed" takes fields = ["…"], and nothing else does')
        return self

    @property
    def by_calendar(self) -> bool:
        """Whether the calendar alone says when, the same for all rows."""
        return bool(self.every or self.on) and not self.field

    @property
    def weekdays(self) -> frozenset[str]:
        """The weekdays on which it comes back; none where it goes by days, months or years."""
        return frozenset(all_of(self.every)) & frozenset(WEEKDAYS)

    @field_validator("every", "nth", "day", mode="before")
    @classmethod
    def _alone(cls, value: Any) -> Any:
        """One in a list is that one."""
        return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value

    @field_validator("day")
    @classmethod
    def _is_day(cls, day: int | str | tuple[int | str, ...]) -> int | str | tuple[int | str, ...]:
        words = {"last", "first_working_day", "last_working_day"}
        for one in all_of(day):
            numbered = isinstance(one, int) and 1 <= one <= 31  # noqa: PLR2004 (days of the longest months)
            if not numbered and one not in words and not (isinstance(one, str) and is_month_and_day(one)):
                raise SettingError(
                    "write a day of the month (1 to 31), {words}, or a day of every year like “12-24”",
                    words=", ".join(sorted(words)),
                )
        return day


def all_of(value: Any) -> tuple[Any, ...]:
    """One or several, as several."""
    return value if isinstance(value, tuple) else (value,)


class Coloured(Strict):
    """Rows of a list that are coloured: where `when` holds, in the meaning `style`."""

    when: str
    style: Style


class OwnText(Strict):
    """A text in one language; `{…}` in it is filled in from the row, by field or by heading."""

    subject: str = Field(default="", max_length=300)
    text: str = Field(max_length=10_000)


TOLD_IN_TURN = ("taken", "changed", "released", "cancelled", "withdrawn", "thanks")
"""What is told after an offer; the texts are called like the rule's template with these words behind it."""


class Turn(Strict):
    """Whom `ask_in_turn` asks about a row, and for how long.

    `candidates` is the table of those who may be asked; `among` a condition over its rows, in which `asked.…` is the
    row that it is about, `open_offers` how many other offers wait for the candidate's answer; `order` are fields or
    expressions over the same (a minus before one turns it round). Who said yes stands in `fills`, how things stand in
    `state`, both columns of the row. `starts` are the fields with day and time at which the thing begins, `lasts` the
    one with its length in minutes (`usual_minutes` where it is blank). Nobody gets two things with less than
    `gap_minutes` between them, nor an offer less than `notice_hours` before it begins. The next one is asked after
    `answer_hours` working hours. A change of the fields in `about` is told. A yes that is
    `final` settles it: what becomes of it then is other rules' business, and nobody is told of it here any more. Of
    appointments, `becomes` is the number of the one that the winner then has ("{number}-N"): by being told of the yes
    they are told of that, so that its changes reach them as those of any other. `ends` is the candidate's field with
    the appointment that the winner gives up for it: that message ends its entry in the calendar, and no other one
    follows."""

    candidates: str
    among: str = ""
    order: tuple[str, ...] = ()
    fills: str
    state: str
    starts: tuple[str, ...] = Field(min_length=1, max_length=2)
    lasts: str = ""
    usual_minutes: int = Field(default=60, ge=1, le=1440)
    gap_minutes: int = Field(default=0, ge=0, le=1440)
    notice_hours: int = Field(default=24, ge=0, le=24 * 60)
    answer_hours: float = Field(default=8, gt=0, le=400)
    about: tuple[str, ...] = ()
    final: bool = False
    becomes: str = Field(default="", max_length=80)
    ends: str = ""


class Rule(Strict):
    """One rule: for each row of `table` for which `when` holds, at the moment that `due` says, `action`.

    `recipient`: client, manager, substitute, lead, referrer, an address, or a field that holds one (`email`,
    `interpreter.email`). `template` is the name of a text, or the stem of files in templates/mail. `set` are fields and
    what to fill in; for "append" those of the table `into`. `over` are words of an appointment's status that "set" may
    write over, though people typed them. `text` is what a question, note or call says. `columns`, `order` (a minus
    before a name turns it round), `group` and `colours` shape a list or a digest; `title` is what people call the rule,
    and the tab of a list; `sums` are columns of numbers that a list adds up, group by group; with `counts` it shows how
    many rows each group has and its sums, and no rows. `purpose` is what the client must have consented to (blank:
    reminders, for messages to clients; "feedback": that an office learns of the case). For "ask_in_turn" `turn` says
    who is asked, and `recipient` where the candidate's row has the address."""

    name: str = Field(pattern=_ID)
    table: str = "appointments"
    when: str = ""
    due: Due = Due()
    action: Action = "mail"
    recipient: str = Field(default="", pattern=_ADDRESS)
    template: str = Field(default="", pattern=r"^([a-z][a-z0-9_]{0,59})?$")
    text: str = Field(default="", max_length=2_000)
    set: Mapping[str, Scalar] = Field(default_factory=dict)
    into: str = ""
    over: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    group: str = ""
    colours: tuple[Coloured, ...] = ()
    sums: tuple[str, ...] = ()
    counts: bool = False
    title: str = Field(default="", max_length=80)
    purpose: str = Field(default="", max_length=80)
    turn: Turn | None = None
    active: bool = True
    origin: SkipJsonSchema[Literal["toml", "workbook"]] = Field(default="toml", exclude=True)
    line: SkipJsonSchema[int | None] = Field(default=None, exclude=True)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.action in {"mail", "text_message", "digest", "ask_in_turn"} and not self.recipient:
            raise SettingError('action = "{action}" takes a recipient', action=self.action)
        if self.action in {"mail", "ask_in_turn"} and not self.template:
            raise SettingError('action = "{action}" takes a template', action=self.action)
        # Without a day of its own a digest would go out with each row that comes to hold.
        if self.action == "digest" and not (self.due.every or self.due.on):
            raise SettingError('action = "digest" takes a due with every = "…"')
        if self.action in {"set", "append"} and not self.set:
            raise SettingError('action = "{action}" takes set = …', action=self.action)
        if (self.turn is None) == (self.action == "ask_in_turn"):
            raise SettingError('action = "ask_in_turn" takes [rules.turn], and nothing else does')
        if self.action == "ask_in_turn" and self.due != Due():
            raise SettingError('action = "ask_in_turn" takes no due: it asks as long as the condition holds')
        if self.counts and self.action != "list":
            raise SettingError('counts = true is for action = "list"')
        if self.action == "list" and len(self.title) > LONGEST_TAB:
            raise SettingError("the title of a list names its tab: {limit} characters at most", limit=LONGEST_TAB)
        if bool(self.into) != (self.action == "append"):
            raise SettingError('action = "append" takes into = "…", and nothing else does')
        return self

    @property
    def called(self) -> str:
        """What people call it."""
        return self.title or self.name

    @property
    def states(self) -> bool:
        """Whether it follows the state of the row, and needs no memory of what came to hold when."""
        return self.due == Due() and self.action in {"set", "append", "note", "list", "ask", "ask_in_turn"}

    @property
    def to_client(self) -> bool:
        """Whether it is the client who is written to."""
        return self.recipient == "client"


class RuleSettings(MessageSettings):
    """Settings of the job `follow_rules`: the stanzas and texts of rules.toml.

    `referrers` gives the address of a referring office by its name in the table of cases;
    `lead_roles` are the words that mark a team lead. A rule that would write to more than `most_mails`
    people, fill in more than `most_rows` rows or ask more than `most_questions` questions in one run
    does nothing and says so. `approvers` approve rules of the workbook; they are put in by the config."""

    rules: tuple[Rule, ...] = ()
    texts: Mapping[str, Mapping[str, OwnText]] = Field(default_factory=dict)
    referrers: Mapping[str, str] = Field(default_factory=dict)
    lead_roles: tuple[str, ...] = ("Teamleitung", "Leitung", "lead", "team lead")
    most_mails: int = Field(default=200, ge=1, le=10_000)
    most_rows: int = Field(default=500, ge=1, le=100_000)
    most_questions: int = Field(default=20, ge=1, le=500)
    approvers: SkipJsonSchema[tuple[str, ...]] = Field(default=(), exclude=True)
    packs: SkipJsonSchema[tuple[str, ...]] = Field(default=(), exclude=True)
    # The file of each rule that a pack says, by its name.
    pack_files: SkipJsonSchema[Mapping[str, str]] = Field(default_factory=dict, exclude=True)
    # Whether each row is compared with what it said last even where all of them stand as they did. Nobody sets it.
    anew: SkipJsonSchema[bool] = Field(default=False, exclude=True)

    @field_validator("referrers")
    @classmethod
    def _are_addresses(cls, typed: Mapping[str, str]) -> Mapping[str, str]:
        return {office: one_address(address) for office, address in typed.items()}

    @property
    def rule_names(self) -> tuple[str, ...]:
        """Names of all rules, as they begin the keys of mails."""
        return tuple(rule.name for rule in self.rules)

    @property
    def filled(self) -> Mapping[str, tuple[str, ...]]:
        """Tables and the fields of them that rules fill in."""
        found: dict[str, tuple[str, ...]] = {}
        for rule in self.rules:
            if rule.active and rule.set:
                table = rule.into or rule.table
                found[table] = tuple(dict.fromkeys((*found.get(table, ()), *rule.set)))
            if rule.active and rule.turn:
                names = (*found.get(rule.table, ()), rule.turn.fills, rule.turn.state)
                found[rule.table] = tuple(dict.fromkeys(names))
        return found
