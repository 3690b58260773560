"""Reasons that are no longer true: what kim wrote about one colleague beside the name of another.

`Begründung` and `Zuständig seit` speak of the present. Where staff typed another name over a choice of
kim, the reason says that they decided; where they took the name away, both are blank again; where what it
claims holds no more, that part is taken out. What kim would have chosen stays for `kim explain`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from msgspec.structs import replace

from automations.common.texts import Texts
from automations.jobs.assigning.needs import focuses_of, has_focus, known_focuses, lacking, needs_in_words, needs_of
from automations.jobs.assigning.proposals import reason_of, seen
from automations.jobs.assigning.reasons import INTERPRETER, NO_FOCUS, NO_SPEAKER_CAN, NOBODY_SPEAKS, is_of_team
from automations.jobs.assigning.rules import same_office
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.units import is_open
from automations.model.cases import household_key
from automations.model.fact_kinds.questions import Assigned, Moved, Overruled, ProposedMove
from automations.model.history import History
from automations.model.layout import Row
from automations.model.plan import CellEdit, EditGroup
from automations.model.records import Case, CaseManager
from automations.model.snapshot import Snapshot
from automations.model.values import RowKey, Value, digest

_BETWEEN = ", "


class Claims:
    """What reasons claim of a colleague and of a family, against the tables of today: languages are corrected, somebody
    moves out of the household. What the room was on the day of the choice stays."""

    def __init__(
        self, cases: Iterable[Case], people: Mapping[str, CaseManager], settings: AssignSettings, today: date = date.min
    ) -> None:
        self._people, self._settings, self._today = people, settings, today
        self._homes: defaultdict[str, list[Case]] = defaultdict(list)
        for case in cases:
            if case.household:
                self._homes[household_key(case)].append(case)

    def left_of(self, reason: str, case: Case, say: Texts) -> str:
        """The reason without what does not hold any more; the same where all of it does, or nothing else would be
        left of it."""
        person = self._people.get(case.manager or "")
        if person is None:
            return reason
        family = [one for one in self._homes.get(household_key(case), ()) if one.manager == case.manager] or [case]
        # The sentence in the cell is taken apart as kim joined it; what a person wrote there matches no claim and
        # stays.
        parts = reason.split(_BETWEEN)
        kept = [said for part in parts if (said := self._now(part, case, family, person, say))]
        # An empty reason would look as if kim had none; then the old sentence is the lesser evil.
        return _BETWEEN.join(kept) if kept else reason

    def _now(self, part: str, case: Case, family: list[Case], person: CaseManager, say: Texts) -> str:
        """A part as it is true today; blank where it is not so any more."""
        if (office := _named(part, say.say("office {office}", office="\0"))) is not None:
            wished = any(same_office(one.office_wish or "", office) for one in (case, *family))
            return part if wished and same_office(office, person.office) else ""
        for gap in (NOBODY_SPEAKS, NO_SPEAKER_CAN, INTERPRETER):
            if (language := _named(part, say.say(gap, language="\0"))) is None:
                continue
            if _speaks(person, language, say):
                return ""
            # Somebody else of the team learnt it: the interpreter is needed all the same.
            others = gap == NOBODY_SPEAKS and any(
                is_of_team(one, self._today) and _speaks(one, language, say) for one in self._people.values()
            )
            return say.say(INTERPRETER, language=language) if others else part
        for gap in NO_FOCUS:
            if (focus := _named(part, say.say(gap, focus="\0"))) is not None:
                return "" if _has(person, focus, say) else part
        return part if self._holds(part, case, family, person, say) else ""

    def _holds(self, part: str, case: Case, family: list[Case], person: CaseManager, say: Texts) -> bool:
        if part == say.say("already knows the family"):
            return any(one is not case for one in family)
        if (language := _named(part, say.say("speaks {language}", language="\0"))) is not None:
            # One shared language within the family is enough, as it was on the day of the choice.
            asked = {code for one in (case, *family) for code in one.languages} | {self._settings.common_language}
            return any(say.spoken(code) == language for code in asked.intersection(person.languages))
        if (needs := _named(part, say.say("brings what is needed ({needs})", needs="\0"))) is not None:
            asked_for = needs_of(family, self._settings.needs, self._settings)
            still = needs_in_words(family, self._settings).split(say.say(" and "))
            return not lacking(person, asked_for, self._settings) and {*needs.split(say.say(" and "))} <= {*still}
        focus = _named(part, say.say("focus {focus}", focus="\0"))
        return focus is None or _has(person, focus, say)


def _has(person: CaseManager, focuses: str, say: Texts) -> bool:
    asked = (one for part in focuses.split(say.say(" and ")) for one in focuses_of(part))
    return all(has_focus(known_focuses(person.focuses), one) for one in asked)


def _speaks(person: CaseManager, language: str, say: Texts) -> bool:
    return any(say.spoken(code) == language for code in person.languages)


def _named(part: str, pattern: str) -> str | None:
    """What stands in the place of a sentence's only name; None where it is another sentence."""
    before, _, after = pattern.partition("\0")
    if not part.startswith(before) or not part.endswith(after):
        return None
    return part[len(before) : len(part) - len(after)]


def mended(
    snapshot: Snapshot, history: History, done: Collection[RowKey], today: date, job: str, settings: AssignSettings
) -> Iterator[EditGroup]:
    """A group for each row, but those of `done`, whose reason speaks of somebody who has not the case, or of what is
    not so any more."""
    say = settings.site.texts
    moves, takeovers = _moves(history), _takeovers(history, say)
    claims = Claims(snapshot.cases, snapshot.manager_by_code, settings, today)
    for case in snapshot.cases:
        row = snapshot.rows.get(case.row)
        # A row that is being typed, or whose number is shared, is left as it is.
        if row is None or not case.usable or not case.number or case.row in snapshot.unsettled or case.row in done:
            continue
        since = _stale(case, row, history, moves.get(case.number, {}), say)
        takers = takeovers.get((case.number, row.value("reason")), frozenset())
        # A name typed over an agreed move is another decision, of which that reason says nothing.
        if since is None and takers and case.manager not in takers:
            # The day beside it was kim's with the reason; only then may it be renewed with it (see `_group`).
            since = _iso(row)
        if since is not None:
            yield from _group(case, row, since, today, job, snapshot, say)
        elif is_open(case, settings):
            yield from _renewed(case, row, history, claims, job, snapshot, say)


def _moves(history: History) -> Mapping[str, Mapping[str, str]]:
    """By case: what stood beside the name when a move was written -> who got it."""
    found: dict[str, dict[str, str]] = {}
    for key, moved in history.facts_of(Moved).items():
        move = history.fact(ProposedMove, key)
        if move and move.taker:
            found.setdefault(moved.case, {})[moved.seen] = move.taker
    return found


def _takeovers(history: History, say: Texts) -> Mapping[tuple[str, Value], Collection[str]]:
    """By case and the reason that kim wrote with a move: who got the case with it."""
    found: dict[tuple[str, Value], set[str]] = {}
    for key, moved in history.facts_of(Moved).items():
        if move := history.fact(ProposedMove, key):
            found.setdefault((moved.case, reason_of(move, say)), set()).add(move.taker)
    return found


def _stale(case: Case, row: Row, history: History, moves: Mapping[str, str], say: Texts) -> str | None:
    """The day that kim wrote beside a name which is not there any more; None where the reason is true or
    people's own."""
    taker = moves.get(seen(row)) if moves else None
    if taker is not None:
        return None if case.manager == taker else _iso(row)
    written = row.value("reason")
    overruled = history.fact(Overruled, case.number or "")
    if overruled and written == say.say("decided by the team"):
        return None if case.manager == overruled.manager else overruled.since
    told = history.fact(Assigned, case.number or "")
    # Letter for letter: a reason that somebody completed by hand is theirs.
    if told is None or not written or written != told.why or case.manager == told.manager:
        return None
    return told.since


def _iso(row: Row) -> str:
    since = row.value("manager_since")
    return since.isoformat()[:10] if isinstance(since, date) else ""


def _group(
    case: Case, row: Row, since: str, today: date, job: str, snapshot: Snapshot, say: Texts
) -> Iterator[EditGroup]:
    layout = snapshot.layouts.get("cases")
    if layout is None or "reason" not in layout.writable:
        return
    reason = say.say("decided by the team") if case.manager else None
    new: dict[str, Value] = {"reason": reason}
    # A day that staff typed themselves is the truth.
    if case.manager_since and case.manager_since.isoformat() == since and "manager_since" in layout.writable:
        new["manager_since"] = today if case.manager else None
    cells = tuple(CellEdit(name, row.value(name), value) for name, value in new.items())
    why = say.say("The name was changed by hand.")
    decided = Overruled(case.manager or "", today.isoformat() if "manager_since" in new else since)
    # The digest of the new name is in the key: changed twice in a day, it is written twice.
    yield EditGroup(
        f"stale/{case.number}/{digest(case.manager)}", case.row, cells, job, why, guards=row.guards("manager"),
        facts=(decided.under(case.number or ""),),
    )  # fmt: skip


def _renewed(
    case: Case, row: Row, history: History, claims: Claims, job: str, snapshot: Snapshot, say: Texts
) -> Iterator[EditGroup]:
    """The reason of kim's own choice, without what does not hold any more."""
    told, layout = history.fact(Assigned, case.number or ""), snapshot.layouts.get("cases")
    if told is None or layout is None or "reason" not in layout.writable:
        return
    # Only a reason that still stands exactly as kim wrote it may be shortened by kim.
    if case.manager != told.manager or not told.why or row.value("reason") != told.why:
        return
    left = claims.left_of(told.why, case, say)
    if left != told.why:
        yield EditGroup(
            f"renewed/{case.number}/{digest(left)}", case.row, (CellEdit("reason", told.why, left),), job,
            say.say("A part of the reason does not hold any more."), guards=row.guards("manager", "reason"),
            facts=(replace(told, why=left).under(case.number or ""),),
        )  # fmt: skip
