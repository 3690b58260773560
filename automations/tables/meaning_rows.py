"""The rows of the tab `Einstellungen` that say what columns and words mean, as they stand there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from automations.tables.folding import fold
from automations.tables.words import key_text
from automations.workbooks.headers import header_texts
from automations.workbooks.protocol import RawTab, RawWorkbook

TABS = ("Einstellungen", "Settings")  # what the tab is called, kim's own word first

HEADINGS = ("Ihre Tabelle", "Ihre Überschrift", "Ihr Wort", "Beispiele", "Bedeutung", "bitte prüfen")

_ENGLISH = ("Your table", "Your heading", "Your word", "Examples", "Meaning", "please check")

# Whoever makes the tab by hand calls them like this.
_ALSO: Mapping[str, tuple[str, ...]] = {
    HEADINGS[0]: ("Tabelle", "Ihr Blatt", "Blatt", "Table", "Your tab", "Tab"),
    HEADINGS[1]: ("Überschrift", "Ihre Spalte", "Spalte", "Heading", "Your column", "Column"),
    HEADINGS[2]: ("Wort", "Word"),
    HEADINGS[5]: ("zu prüfen", "to check"),
}

MEANINGS = frozenset(map(fold, (HEADINGS[0], _ENGLISH[0], *_ALSO[HEADINGS[0]])))
"""The first heading of what columns mean, folded: other settings may stand in the same tab."""

_DONE = frozenset(map(fold, ("nein", "no", "ok", "erledigt", "geprüft", "done", "checked", "-")))

_OTHER, _VALUE = frozenset({"einstellung", "setting"}), frozenset({"wert", "value"})

_DEPTH = 200  # rows in which the headings may stand: other settings stand in the same tab


def headings_in(language: str) -> tuple[str, ...]:
    """The headings in a site's language."""
    return _ENGLISH if language == "en" else HEADINGS


class Meaning(Struct, frozen=True):
    """A row of the tab: a column of theirs (with `word`: a word in it), what it means, whether that counts."""

    row: int
    tab: str
    heading: str
    word: str
    meaning: str
    counts: bool


def meanings(workbook: RawWorkbook) -> tuple[Meaning, ...]:
    """What the tab says; nothing where there is none."""
    return tuple(meaning for tab in settings_tabs(workbook) for meaning in _in_tab(tab))


def settings_tabs(workbook: RawWorkbook) -> list[RawTab]:
    """The tabs of that name that are the team's."""
    names = {fold(name) for name in TABS}
    return [tab for tab in workbook.tabs if tab.mark is None and fold(tab.name) in names]


def _in_tab(tab: RawTab) -> Iterator[Meaning]:
    for top in range(1, min(len(tab.rows), _DEPTH) + 1):
        places = _places(tab, top)
        if places is not None:
            yield from _rows(tab, top, places)
            return


def _places(tab: RawTab, row: int) -> Mapping[str, int] | None:
    texts = {fold(text): column for column, text in reversed(header_texts(tab, row).items())}
    found = {
        own: texts[name]
        for own, english in zip(HEADINGS, _ENGLISH, strict=True)
        if (name := next((name for name in map(fold, (own, english, *_ALSO.get(own, ()))) if name in texts), ""))
    }
    return found if {"Ihre Tabelle", "Ihre Überschrift", "Bedeutung"} <= found.keys() else None


def _rows(tab: RawTab, top: int, places: Mapping[str, int]) -> Iterator[Meaning]:
    for number, cells in enumerate(tab.rows[top:], start=top + 1):
        texts = {
            name: (key_text(cells[column - 1]) or "") if column <= len(cells) else "" for name, column in places.items()
        }
        if fold(texts["Ihre Tabelle"]) in _OTHER and fold(texts["Ihre Überschrift"]) in _VALUE:
            return  # below stands what the team decides itself
        if not texts["Ihre Tabelle"] or not texts["Ihre Überschrift"]:
            continue
        doubt = fold(texts.get("bitte prüfen", ""))
        yield Meaning(
            number, texts["Ihre Tabelle"], texts["Ihre Überschrift"], texts.get("Ihr Wort", ""), texts["Bedeutung"],
            not doubt or doubt in _DONE,
        )  # fmt: skip
