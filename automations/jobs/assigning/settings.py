"""What a team may decide about its assignment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator
from pydantic.json_schema import SkipJsonSchema

from automations.model.settings import JobSettings, SettingError, Strict

Goal = Literal["emergency", "high", "people", "waiting", "rules", "language", "evenness", "wishes"]
"""What an assignment may strive for; the order in the settings says what counts first."""

GOALS: tuple[Goal, ...] = ("emergency", "high", "people", "waiting", "rules", "language", "evenness", "wishes")

Strictness = Literal["hard", "soft"]


class WaitLimits(Strict):
    """How many working days a case may wait for its first contact, by urgency. Five is the product's
    own rule for normal cases (an escalation follows it); 0 asks for somebody who is at work that day."""

    emergency: int = Field(default=0, ge=0, le=30)
    high: int = Field(default=3, ge=0, le=60)
    normal: int = Field(default=5, ge=0, le=120)


class Strictnesses(Strict):
    """Which rules may never be broken ("hard"), and which only give way to the goals above them.

    A soft `household` or `focus` is broken only where people could not be assigned otherwise (goal
    "rules"); a soft `language` or `office` is what the goals "language" and "wishes" strive for."""

    household: Strictness = "hard"
    focus: Strictness = "hard"
    language: Strictness = "soft"
    office: Strictness = "soft"


class WishWeights(Strict):
    """What counts how much within the goal "wishes", for each person."""

    office: int = Field(default=2, ge=0, le=100)
    known: int = Field(default=3, ge=0, le=100)
    first_language: int = Field(default=1, ge=0, le=100)
    preferred: int = Field(default=2, ge=0, le=100)


class Moving(Strict):
    """When cases are proposed to change hands. `departure_days`: so many days before the last day the
    question is asked; `evenness`: how far a relative load may lie above or below the team's before
    `kim rebalance` proposes moves (0.15: 15 points of a hundred)."""

    departure_days: int = Field(default=30, ge=0, le=365)
    evenness: float = Field(default=0.15, ge=0.0, le=1.0)


class AssignSettings(JobSettings):
    """Settings of `assign_cases`.

    `ask_first`: assign only after a yes to the first question. `default_capacity` is in load points, for colleagues
    whose capacity is blank; `overload` is the share on top of a capacity that may be used when a case could not be
    assigned otherwise. `stays_days`: whoever leaves sooner gets no new cases. `first_phase` is the phase whose weight a
    case without phase has. `hold_back`: keep colleagues with scarce languages free for those who need them, by what the
    last `learn_days` days asked for. `common_language` (not given: the site's) counts as shared only for clients whose
    other languages nobody of the team speaks, or whose level in it is one of `enough_german`. `family_names`: a
    household with more last names is asked about before it binds. `needs` and `prefers` are fields that a case and a
    colleague both have, own ones too: a colleague must have, or better had, what the case has there (without such a
    field its values are looked for among the colleague's languages and focuses). `node_limit` bounds the solver's
    search in nodes, which are the same on every machine."""

    ask_first: bool = True
    goals: tuple[Goal, ...] = GOALS
    rules: Strictnesses = Field(default_factory=Strictnesses)
    wishes: WishWeights = Field(default_factory=WishWeights)
    wait: WaitLimits = Field(default_factory=WaitLimits)
    moving: Moving = Field(default_factory=Moving)
    default_capacity: float = Field(default=40.0, ge=0, le=1000)
    overload: float = Field(default=0.0, ge=0.0, le=1.0)
    stays_days: int = Field(default=30, ge=0, le=365)
    first_phase: str = "new"
    roles_without_cases: tuple[str, ...] = ()
    common_language: str = "de"
    enough_german: tuple[str, ...] = (
        "B2", "C1", "C2", "Muttersprache", "muttersprachlich", "fließend", "verhandlungssicher", "native", "fluent",
    )  # fmt: skip
    family_names: int = Field(default=3, ge=1, le=50)
    needs: tuple[str, ...] = ()
    prefers: tuple[str, ...] = ()
    need_words: SkipJsonSchema[Mapping[str, str]] = Field(default_factory=dict, exclude=True)
    need_headings: SkipJsonSchema[Mapping[str, str]] = Field(default_factory=dict, exclude=True)
    hold_back: bool = False
    learn_days: int = Field(default=180, ge=7, le=1000)
    solver: Literal["highs", "none"] = "highs"
    node_limit: int = Field(default=2000, ge=1, le=1_000_000)

    @field_validator("needs", "prefers", mode="before")
    @classmethod
    def _one_or_several(cls, fields: object) -> object:
        return (fields,) if isinstance(fields, str) else fields

    @field_validator("goals")
    @classmethod
    def _each_once(cls, goals: tuple[Goal, ...]) -> tuple[Goal, ...]:
        if len(set(goals)) < len(goals):
            raise SettingError("each goal stands once in the list")
        return goals
