"""Units that are alike, counted together: the solver decides how many of them go to whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct

from automations.jobs.assigning.batch import Batch, Choice, Offer

Flows: TypeAlias = Sequence[Sequence[int]]
"""By group and by position in its offers: how many units of the group go there."""


class Group(Struct, frozen=True):
    """Units that nothing in the levels so far tells apart: their indexes, those who have waited longest first."""

    members: tuple[int, ...]
    offers: tuple[Offer, ...]


def make_groups(batch: Batch, goals: Sequence[str]) -> tuple[Group, ...]:
    """The fewest groups whose members are equal in load, size and on all of the goals."""
    found: dict[object, list[int]] = {}
    signatures: dict[object, object] = {}
    for index, unit in enumerate(batch.units):
        offers = batch.offers[index]
        kept = batch.kept.get(index) if "stay" in goals else None
        # Units of one kind share one tuple of offers (see `make_batch`): its identity stands for its content, at no
        # cost.
        like = (id(offers), unit.load, unit.people, unit.urgency, kept)
        if like not in signatures:
            signatures[like] = (unit.load, unit.people, *_signature(batch, index, goals))
        found.setdefault(signatures[like], []).append(index)
    return tuple(_group(batch, members) for members in found.values())


def _signature(batch: Batch, index: int, goals: Sequence[str]) -> tuple[object, ...]:
    # How long units have waited does not part them: inside a group the longest wait is served first (see `_group`).
    telling = [goal for goal in goals if goal not in {"waiting", "evenness"}]
    return tuple((offer.worker, *(batch.gain(goal, index, offer) for goal in telling)) for offer in batch.offers[index])


def _group(batch: Batch, members: Sequence[int]) -> Group:
    ordered = tuple(sorted(members, key=lambda index: (-batch.waited[index], index)))
    return Group(ordered, batch.offers[ordered[0]])


def flows_of(groups: Sequence[Group], choice: Choice) -> list[list[int]]:
    """A choice, counted by groups."""
    counted = []
    for group in groups:
        place = {offer.worker: position for position, offer in enumerate(group.offers)}
        flow = [0] * len(group.offers)
        for index in group.members:
            if index in choice:
                flow[place[choice[index]]] += 1
        counted.append(flow)
    return counted


def choice_of(groups: Sequence[Group], flows: Flows) -> dict[int, int]:
    """Counts given back to units: those who have waited longest are served first, colleagues in the
    order of the team's codes."""
    choice: dict[int, int] = {}
    for group, flow in zip(groups, flows, strict=True):
        members = iter(group.members)
        for offer, count in zip(group.offers, flow, strict=True):
            for _ in range(count):
                choice[next(members)] = offer.worker
    return choice
