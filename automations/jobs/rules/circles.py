"""Rules that feed one another: what one of them writes makes the next one write, round and round.

A filled cell that is reckoned from itself would change with each run, and rows that beget rows would fill a tab.
The first is refused, the second goes round once: rows that a rule of the circle added beget none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from automations.jobs.rules.desk import Desk, titles
from automations.jobs.rules.model import Rule
from automations.jobs.rules.wording import path_of, places
from automations.model.schema import holder_at


def self_filling(desk: Desk) -> Mapping[str, tuple[str, ...]]:
    """Rules whose filled cells are reckoned from themselves, with all rules of their circle."""
    rules = [rule for rule in desk.settings.rules if rule.action in {"set", "ask"} and rule.set and rule.active]
    feeds = {
        one.name: {other.name for other in rules if _filled(one) & set(_read(other, desk))} for one in rules
    }  # fmt: skip
    return _rings(feeds)


def begetting(desk: Desk) -> Mapping[str, tuple[str, ...]]:
    """Rules whose added rows lead to rows in their own table, with all rules of their circle."""
    rules = [rule for rule in desk.settings.rules if rule.action == "append" and rule.active]
    # The circle is judged by tables, not by conditions: whether a row would fit is known only when it is there.
    return _rings({one.name: {other.name for other in rules if one.into == other.table} for one in rules})


def circle_in_words(ring: Iterable[str], desk: Desk) -> str:
    """The rules of a circle as people call them."""
    known = titles(desk.settings, desk.snapshot)
    return ", ".join(known[name] for name in ring)


def _filled(rule: Rule) -> set[tuple[str, str]]:
    return {(rule.table, name) for name in rule.set}


def _read(rule: Rule, desk: Desk) -> Iterator[tuple[str, str]]:
    """The columns from which a rule takes what it fills in, each with its table."""
    for value in rule.set.values():
        for place in places(value) if isinstance(value, str) else ():
            yield holder_at(desk.snapshot.schema, rule.table, path_of(place, rule.table, desk) or "")


def _rings(feeds: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    """Each rule that leads to itself, with those on the way, in the order in which they stand."""
    reached = {name: _reached(name, feeds) for name in feeds}
    return {
        name: tuple(other for other in feeds if other in reached[name] and name in reached[other])
        for name in feeds
        if name in reached[name]
    }


def _reached(start: str, feeds: Mapping[str, set[str]]) -> set[str]:
    found, ahead = set[str](), [*feeds[start]]
    while ahead:
        if (name := ahead.pop()) not in found:
            found.add(name)
            ahead += feeds[name]
    return found
