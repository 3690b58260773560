"""Catalogues of translations (.po), read without a compile step for people who edit them.

Two readers. Babel's understands whatever an editor of catalogues may write; it takes a tenth of a second for the
sentences of staff, which every command would pay before its first word. Those catalogues are ours, in the plain
form that pybabel writes, so that they are read by two patterns; a test compares what both readers find.

Why: docs/decisions/11-catalogues-read-as-text.md"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from automations.common.files import read_file

if TYPE_CHECKING:
    from babel.support import Translations

_STRING = r'"(?:[^"\\]|\\.)*"'
_ENTRY = re.compile(rf"^(msg\w+(?:\[\d\])?)[ \t]+({_STRING}(?:\s+{_STRING})*)", re.MULTILINE)
_PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = MappingProxyType({"n": "\n", "t": "\t"})
_PLURAL = re.compile(r"plural=([^;]*);")
_SLOT = re.compile(r"\{(\w+)\}")
_CONTEXT = "\x04"  # what gettext puts between a context and its message


class StaffCatalogue(gettext.GNUTranslations):
    """The sentences of some catalogues as one, the later ones first."""

    def __init__(self, paths: Iterable[Path]) -> None:
        super().__init__()
        # What gettext's own reader of compiled catalogues fills; the class has no other door.
        self._catalog: dict[str | tuple[str, int], str] = {}
        # As in German and English, until a file says otherwise.
        self.plural = gettext.c2py("n != 1")
        for path in paths:
            text = path.read_text(encoding="utf-8")
            self._catalog.update(_messages(text))
            if found := _PLURAL.search(text):
                self.plural = gettext.c2py(found[1])


def _messages(text: str) -> Iterator[tuple[str | tuple[str, int], str]]:
    """What gettext looks up, and the translation; not what nobody translated yet."""
    context = message = ""
    for name, pieces in _ENTRY.findall(text):
        words = _unquoted(pieces)
        if name == "msgctxt":
            context = words + _CONTEXT
        elif name == "msgid":
            message, context = context + words, ""
        # An empty msgstr is not translated yet: the English sentence is better than none.
        elif words and name.startswith("msgstr"):
            yield ((message, int(name[7:-1])) if name.endswith("]") else message), words


def translated(path: Path) -> frozenset[str]:
    """The sentences that a catalogue translates. Raises OSError and UnicodeDecodeError."""
    found = (message for message, _ in _messages(path.read_text(encoding="utf-8")))
    alone = (message if isinstance(message, str) else message[0] for message in found)
    return frozenset(message.rpartition(_CONTEXT)[2] for message in alone) - {""}


def unfilled(path: Path) -> Mapping[str, tuple[str, ...]]:
    """The sentences whose translation has places that nothing fills -> these. Raises OSError and UnicodeDecodeError."""
    found: dict[str, set[str]] = {}
    sentence, filled = "", set[str]()
    for name, pieces in _ENTRY.findall(path.read_text(encoding="utf-8-sig")):
        words = _unquoted(pieces)
        if name == "msgid":
            sentence, filled = words, set(_SLOT.findall(words))
        elif name == "msgid_plural":
            filled |= set(_SLOT.findall(words))
        elif sentence and name.startswith("msgstr") and (strange := set(_SLOT.findall(words)) - filled):
            found.setdefault(sentence, set()).update(strange)
    return {one: tuple(sorted(places)) for one, places in found.items()}


def _unquoted(pieces: str) -> str:
    text = "".join(_PIECE.findall(pieces)) if "\n" in pieces else pieces[1:-1]
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text) if "\\" in text else text


class CatalogueError(ValueError):
    """A line of a catalogue that says nothing: `line`."""

    def __init__(self, path: Path, line: int) -> None:
        super().__init__(f"{path}: line {line}")
        self.line = line


_LINE = re.compile(rf"\s*(#.*|(msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d\])\s+{_STRING}|{_STRING})?\s*")


def load_catalogue(path: Path, language: str) -> Translations:
    """A .po file that anybody may have edited, such as a site's own texts for clients; sentences that could not be
    filled in are left out. Raises OSError, ValueError and LookupError."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po
    from babel.support import Translations

    # Babel passes over what it does not understand, and cuts off the last letter where a quote is missing.
    for number, line in enumerate(read_file(path).decode("utf-8-sig").splitlines(), start=1):
        if not _LINE.fullmatch(line):
            raise CatalogueError(path, number)
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    # Somebody would read “Your appointment: {whn}”.
    for sentence in unfilled(path):
        if (message := catalogue.get(sentence)) is not None:
            message.string = ""
    compiled = io.BytesIO()
    # By way of a compiled catalogue in memory: Babel's lookups know no other form.
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
