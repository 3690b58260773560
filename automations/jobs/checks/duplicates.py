"""People who were entered twice, and households that nobody noted: said with what speaks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from automations.common.texts import Texts
from automations.jobs.checks.context import CheckContext, day, named
from automations.jobs.duplicates.compared import Compared
from automations.jobs.duplicates.names import SAME, Names
from automations.jobs.duplicates.search import Pair, likely_duplicates, likely_households
from automations.model.decisions import answer, ask, lead, question_number
from automations.model.history import History
from automations.model.plan import EditGroup, Fact
from automations.model.problems import Problem
from automations.model.records import Answer, Case

_DAYS = 10  # working days in which somebody should have compared two rows

_BIRTH: Mapping[str, str] = MappingProxyType({
    "same": "the same birth date ({a})",
    "swapped": "day and month of the birth date swapped ({a} and {b})",
    "near": "birth dates that differ by a slip ({a} and {b})",
    "year": "the same year of birth ({a} and {b})",
    "unknown": "a birth date that is missing once",
    "apart": "different birth dates ({a} and {b})",
    "other": "different birth dates ({a} and {b})",
})  # fmt: skip
_ALONE: Mapping[tuple[str, bool], str] = MappingProxyType({
    ("first", False): "the same first name",
    ("first", True): "the same first name, with a last name missing",
    ("last", False): "the same last name",
    ("last", True): "the same last name, with a first name missing",
})  # fmt: skip
_CONTACT: Mapping[str, str] = MappingProxyType({"phone": "the same phone number", "email": "the same mail address"})


class Suspicion(Struct, frozen=True):
    """Cases that may belong together and that nobody has said no to: the problem that they are, and
    what people are asked."""

    key: str
    cases: tuple[Case, ...]
    problem: Problem
    question: str
    proposal: str


def suspicions(
    context: CheckContext, names: Names, history: History, compared: Compared | None = None
) -> Iterator[Suspicion]:
    """Likely duplicates, without those that people answered with no; with `compared` only what changed is compared."""
    seen = set[str]()
    for pair in likely_duplicates(context.snapshot.cases, names, compared):
        key = "duplicate/" + "/".join(sorted((named(pair.first), named(pair.second))))
        if key in seen or named(pair.first) == named(pair.second):
            continue  # a number that stands twice is a problem of its own, and no reason to ask twice
        seen.add(key)
        said = answer(key, context.snapshot, history)
        # A yes is not enough to be silent: the two rows still stand there until somebody brings them together, unless
        # the person came back: then both are right.
        if said != Answer.NO and not (said == Answer.YES and _came_back(context, pair)):
            found = _problem(context, pair, known=said == Answer.YES)
            yield Suspicion(key, (pair.first, pair.second), found, *_question(context, pair))


def _question(context: CheckContext, pair: Pair) -> tuple[str, str]:
    say, a, b = context.said.say, pair.first, pair.second
    question = say(
        "Are {a} ({a_name}) and {b} ({b_name}) the same person? They have {evidence}.",
        a=named(a), b=named(b), a_name=_full_name(a), b_name=_full_name(b), evidence=evidence(pair, context.said),
    )  # fmt: skip
    if _came_back(context, pair):
        return question, say(
            "If yes: they stay two cases, a former one and a new one, unless you bring both rows together by hand."
            " If no, it is not asked again."
        )
    return question, say(
        "If yes: please bring both rows together by hand; kim merges nothing. If no, it is not asked again."
    )


def _came_back(context: CheckContext, pair: Pair) -> bool:
    """Whether one case had ended before the other began: somebody who comes again is not entered twice."""
    for former, later in ((pair.first, pair.second), (pair.second, pair.first)):
        ended = former.closed_on or former.phase_since
        if not context.is_open(former) and ended and later.received and ended <= later.received:
            return True
    return False


def _problem(context: CheckContext, pair: Pair, *, known: bool) -> Problem:
    say = context.said.say
    sentence = "{person} may be the same person as {other} ({number}): {evidence}."
    advice = say("Please compare both cases; answer in the tab of decisions, or keep one of the two.")
    if known:
        sentence = "{person} is the same person as {other} ({number}), as was answered; both rows still stand there."
        advice = say("Please bring both rows together by hand, and keep one of the two.")
    message = say(
        sentence,
        person=_full_name(pair.second),
        other=_full_name(pair.first),
        number=named(pair.first),
        evidence=evidence(pair, context.said),
    )
    keys = (named(pair.first), named(pair.second))
    return context.finding("possible_duplicate", pair.second, "last_name", message, advice, keys=keys)


def evidence(pair: Pair, said: Texts) -> str:
    """What speaks for one person, in words."""
    found = [said.say(_names(pair))]
    dates = {
        side: day(case.birth_date) if case.birth_date else "–" for side, case in (("a", pair.first), ("b", pair.second))
    }
    found.append(said.say(_BIRTH[pair.birth], **dates))
    found += [said.say(_CONTACT[name]) for name in pair.contact]
    return ", ".join(found)


def _names(pair: Pair) -> str:
    if pair.alone:
        missing = not (pair.first.first_name and pair.second.first_name and pair.first.last_name
                       and pair.second.last_name)  # fmt: skip
        return _ALONE[pair.alone, missing]
    if pair.swapped:
        return "first and last name swapped"
    if (pair.first.first_name, pair.first.last_name) == (pair.second.first_name, pair.second.last_name):
        return "the same name"
    return "the same name in another spelling" if pair.names == SAME else "almost the same name"


def _full_name(case: Case) -> str:
    return " ".join(part for part in (case.first_name, case.last_name) if part)


def questions(
    context: CheckContext, found: Sequence[Suspicion], history: History, job: str, most: int
) -> tuple[tuple[EditGroup, ...], tuple[Fact, ...]]:
    """Questions for the tab of decisions about settled, numbered cases, until `most` of them wait for an
    answer: a team that opens its workbook for the first time is not met by hundreds."""
    groups: list[EditGroup] = []
    facts: list[Fact] = []
    free = most - _waiting(context, found)
    for item in found:
        # Until so many wait for an answer, not so many more with each run.
        if len(groups) >= free:
            break
        if (
            # A question must name its cases for as long as it stands, and a draft's name changes with each word typed.
            all(case.number for case in item.cases)
            and not {case.row for case in item.cases} & context.snapshot.unsettled
        ):
            cause = item.cases[0].number or ""
            say, until = context.said, context.calendar.shift(context.today, _DAYS)
            terms = lead(until, say.say("the rows stay as they are; it is not asked again."), say)
            new_groups, new_facts = ask(item.key, item.question, item.proposal, cause, context.snapshot, history, job,
                                        context.now, terms, say)  # fmt: skip
            groups += new_groups
            facts += new_facts
    return tuple(groups), tuple(facts)


def _waiting(context: CheckContext, found: Sequence[Suspicion]) -> int:
    """How many of these stand in the tab without an answer."""
    open_numbers = {item.number for item in context.snapshot.decisions if not item.decision and not item.done_on}
    return sum(question_number(item.key) in open_numbers for item in found)


def households(context: CheckContext, names: Names, history: History) -> Iterator[Suspicion]:
    """Open cases that look like one household, but do not say so; without those answered with no."""
    if not context.has("cases", "household"):
        return
    say = context.said.say
    # Who lives with whom decides nothing in a closed case.
    open_cases = [case for case in context.snapshot.cases if context.is_open(case)]
    for household in likely_households(open_cases, names):
        members = household.cases
        key = "household/" + "/".join(sorted(named(case) for case in members))
        # Whoever said that they are no household is not asked again.
        if answer(key, context.snapshot, history) == Answer.NO:
            continue
        listed = ", ".join(named(case) for case in members)
        message = say(
            "{list} have one last name and share {shared}, but not a household.", list=listed, shared=household.shared
        )
        advice = say("If they live together, please enter the same household for all of them.")
        keys = tuple(named(case) for case in members)
        problem = context.finding("possible_household", members[0], "household", message, advice, "note", keys)
        question = say("Are {list} one household? They have one last name and share {shared}.", list=listed,
                       shared=household.shared)  # fmt: skip
        proposal = say("If yes: please enter the same household for all of them. If no, it is not asked again.")
        yield Suspicion(key, members, problem, question, proposal)
