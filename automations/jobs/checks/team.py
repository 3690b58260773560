"""Checks of the team and of the locations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from automations.jobs.checks.context import Check, CheckContext, day
from automations.model.problems import Problem


def missing_code(context: CheckContext) -> Iterator[Problem]:
    """A colleague without code, a location without name: nobody can refer to them."""
    say = context.said.say
    for person in context.snapshot.team:
        if not person.code:
            message = say("The code of {name} is missing.", name=person.name or say("this colleague"))
            yield context.finding("missing_code", person, "code", message, say("Please type a short code."), "error")
    for place in context.snapshot.locations:
        if not place.name:
            message = say("The name of the location is missing.")
            yield context.finding("missing_name", place, "name", message, say("Please type its name."), "error")


def manager_twice(context: CheckContext) -> Iterator[Problem]:
    """One colleague under two codes."""
    say = context.said.say
    seen: dict[str, str] = {}
    for person in context.snapshot.team:
        if not person.name or not person.code:
            continue
        # By name: whoever joins twice under two codes carries two loads, each of which looks bearable.
        first = seen.setdefault(person.name.casefold(), person.code)
        if first != person.code:
            message = say("{name} is already in the tab as {code}.", name=person.name, code=first)
            advice = say("Please delete one of the two rows.")
            yield context.finding("manager_twice", person, "name", message, advice, keys=(first, person.code))


def unknown_substitute(context: CheckContext) -> Iterator[Problem]:
    """A substitute who is not in the team, or who is the person themselves."""
    say = context.said.say
    known = context.snapshot.manager_by_code
    for person in context.snapshot.team:
        if any(code not in known or code == person.code for code in person.substitutes):
            message = say("“{name}” cannot be the substitute.", name=person.substitute)
            advice = say("Please use the code of another colleague.")
            yield context.finding("unknown_substitute", person, "substitute", message, advice)


def absence_reversed(context: CheckContext) -> Iterator[Problem]:
    """An absence or an employment that ends before it begins."""
    say = context.said.say
    for person in context.snapshot.team:
        for start, end in (("absent_from", "absent_until"), ("starts_on", "ends_on")):
            first, last = getattr(person, start), getattr(person, end)
            if first and last and last < first:
                message = say("{last} lies before {first}.", last=day(last), first=day(first))
                advice = say("Please check both dates.")
                yield context.finding("dates_reversed", person, end, message, advice)


def capacity_exceeded(context: CheckContext) -> Iterator[Problem]:
    """More load than the capacity that the team gave; a figure about a single colleague."""
    # Load against capacity of one person monitors staff: without the works council's consent it is not even a problem
    # (§ 72 LPVG).
    if not context.facts.staff_figures.allowed(context.now.date()):
        return
    say = context.said.say
    load: Counter[str] = Counter()
    for case in context.snapshot.cases:
        phase = context.facts.phase(case.phase)
        if case.manager and context.is_open(case):
            load[case.manager] += phase.weight if phase else 1  # type: ignore[assignment]  # weights are fractions
    for person in context.snapshot.team:
        carried = float(load[person.code or ""])
        # A blank capacity is reckoned with a default; nobody has promised it, so it cannot be exceeded.
        if person.active and person.capacity is not None and carried > person.capacity:
            message = say(
                "{code} carries {load} points, more than the capacity of {capacity}.",
                code=person.code,
                load=context.said.number(carried),
                capacity=context.said.number(person.capacity),
            )
            advice = say("Please look whether cases can be handed over, or raise the capacity.")
            yield context.finding("capacity_exceeded", person, "capacity", message, advice, "note")


CHECKS: tuple[Check, ...] = (missing_code, manager_twice, unknown_substitute, absence_reversed, capacity_exceeded)
