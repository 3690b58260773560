"""What a reason claims of a colleague and of a family, and whether it still holds.

A reason stands beside the name for as long as the case lies there. When the languages of the client or of the
colleague are corrected, or somebody moves out of the household, what was true on the day of the choice is not any
more; such a part of the sentence is taken out. What the room was on that day stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from automations.common.texts import Texts
from automations.jobs.assigning.needs import focuses_of, has_focus, known_focuses
from automations.jobs.assigning.settings import AssignSettings
from automations.model.cases import household_key
from automations.model.records import Case, CaseManager

_BETWEEN = ", "


class Claims:
    """Reasons against the tables of today."""

    def __init__(self, cases: Iterable[Case], people: Mapping[str, CaseManager], settings: AssignSettings) -> None:
        self._people, self._settings = people, settings
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
        kept = [part for part in parts if self._holds(part, case, family, person, say)]
        # An empty reason would look as if kim had none; then the old sentence is the lesser evil.
        return _BETWEEN.join(kept) if kept else reason

    def _holds(self, part: str, case: Case, family: list[Case], person: CaseManager, say: Texts) -> bool:
        if part == say.say("already knows the family"):
            return any(one is not case for one in family)
        if (language := _named(part, say.say("speaks {language}", language="\0"))) is not None:
            # One shared language within the family is enough, as it was on the day of the choice.
            asked = {code for one in (case, *family) for code in one.languages} | {self._settings.common_language}
            return any(say.spoken(code) == language for code in asked.intersection(person.languages))
        focus = _named(part, say.say("focus {focus}", focus="\0"))
        return focus is None or all(has_focus(known_focuses(person.focuses), one) for one in focuses_of(focus))


def _named(part: str, pattern: str) -> str | None:
    """What stands in the place of a sentence's only name; None where it is another sentence."""
    before, _, after = pattern.partition("\0")
    if not part.startswith(before) or not part.endswith(after):
        return None
    return part[len(before) : len(part) - len(after)]
