"""What a case asks of a colleague beside room and time, and whether they have it: languages, focuses, and what a team's
own fields ask for, a case's value that the colleague must have, or better had.

People type several focuses in a cell, in any order, "Frauen / Gewalt". German counts as shared only where it is enough.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeAlias

from automations.common.alike import alike
from automations.jobs.assigning.settings import AssignSettings
from automations.model.records import Case, CaseManager

Need: TypeAlias = tuple[str, str]  # a field and one value of it, folded; "yes" for a tick


def needs_of(cases: Iterable[Case], fields: Sequence[str], settings: AssignSettings) -> tuple[Need, ...]:
    """All values that the cases have in these fields, each once."""
    return tuple(sorted(_asked(cases, fields, settings)))


def needs_in_words(cases: Iterable[Case], settings: AssignSettings) -> str:
    """What the fields that must be met ask for, in a sentence: as it was typed, of a tick the column."""
    say, found = settings.site.texts, _asked(cases, settings.needs, settings)
    # Codes of languages have a name; other words stay what they are.
    return say.say(" and ").join(dict.fromkeys(say.spoken(found[need]) for need in sorted(found)))


def lacking(person: CaseManager, needs: Sequence[Need], settings: AssignSettings) -> tuple[Need, ...]:
    """What a colleague has not. A colleague without such a field is asked by languages and focuses."""
    return tuple((name, value) for name, value in needs if value not in set(_offered(person, name, settings)))


def _asked(cases: Iterable[Case], fields: Sequence[str], settings: AssignSettings) -> dict[Need, str]:
    found: dict[Need, str] = {}
    for case in cases:
        for name in fields:
            for word, typed in _values(case.get(name), settings):
                found.setdefault((name, word), typed or settings.need_headings.get(name, name.replace("_", " ")))
    return found


def _offered(person: CaseManager, name: str, settings: AssignSettings) -> Iterator[str]:
    own = person.get(name)
    for value in (own,) if own is not None else (person.languages, person.focuses):
        yield from (word for word, _ in _values(value, settings))


def _values(value: object, settings: AssignSettings) -> Iterator[tuple[str, str]]:
    """What a cell asks for or offers, made comparable and as it is typed; a tick is "yes" and blank."""
    if value is True:
        yield _TICK, ""
    elif isinstance(value, (tuple, list, frozenset)):
        # Codes of languages are no words: "no" is Norwegian, "ja" Japanese.
        yield from ((alike(str(one)), str(one)) for one in value if one)
    elif value not in {None, "", False}:
        # "nein" asks for nothing, and "ja" in a column of text is a tick: as a whole first, "nein, egal" part by part.
        whole = alike(text := str(value))
        for part in (text,) if whole in settings.need_words else focuses_of(text):
            word = settings.need_words.get(alike(part), alike(part))
            if word:
                yield word, "" if word == _TICK else part


_TICK = "yes"
_LISTED = re.compile(r"[,;\n|]")
_JOINED = re.compile(r"\s*[/&+]\s*|\s+(?:und|and)\s+", re.IGNORECASE)


def focuses_of(cell: str | None) -> tuple[str, ...]:
    """The focuses that a cell asks for, each of which a colleague must have."""
    return tuple(part.strip() for part in _LISTED.split(cell or "") if part.strip())


def known_focuses(focuses: Iterable[str]) -> frozenset[str]:
    """The focuses of a colleague, and those that one of them joins."""
    whole = tuple(map(alike, focuses))
    return frozenset(whole) | {part for one in whole for part in _parts(one)}


def has_focus(offered: Collection[str], wanted: str) -> bool:
    """Whether a focus is among those that `known_focuses` found: as a whole, or part by part."""
    word = alike(wanted)
    # As a whole first: "Trennung/Scheidung" may be one focus of the team, though it looks like two.
    return word in offered or all(part in offered for part in _parts(word) or (word,))


def _parts(word: str) -> tuple[str, ...]:
    parts = tuple(part for part in _JOINED.split(word) if part)
    return parts if len(parts) > 1 else ()


_LEVEL = re.compile(r"[abc][12]")
_NOT = frozenset({"nicht", "kein", "keine", "keinen", "wenig", "not", "no", "little"})


def german_is_enough(case: Case, settings: AssignSettings) -> bool:
    """Whether the column of the client's German says so: of several levels ("B1/B2") the lowest counts."""
    words = re.findall(r"\w+", (case.german_level or "").casefold())
    levels = [word for word in words if _LEVEL.fullmatch(word)]
    enough = {word.casefold() for word in settings.enough_german}
    # "kein B1", "nicht gut": a level in the cell says the contrary of what it seems to.
    if not _NOT.isdisjoint(words):
        return False
    return enough.issuperset(levels) if levels else not enough.isdisjoint(words)


def shared_languages(case: Case, spoken: Collection[str], settings: AssignSettings) -> tuple[tuple[str, ...], bool]:
    """The client's languages that count as shared, in the order typed, and whether German is left as a
    makeshift: where somebody of the team (`spoken`) has another language of the client, German counts
    only if it is enough."""
    common = settings.common_language
    own = tuple(code for code in case.languages if code != common)
    if common not in case.languages or not set(own) & set(spoken) or german_is_enough(case, settings):
        return case.languages, False
    return own, True
