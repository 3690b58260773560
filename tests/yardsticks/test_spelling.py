"""Spelling of every sentence that clients get, in eight languages, and of the German that staff reads; and how long
the sentences to clients are."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from unicodedata import normalize

import pytest
from babel.messages.pofile import read_po

from automations.messages.samples import samples
from tests.yardsticks.tools import LANGUAGES, ROOT, missing, program

pytestmark = pytest.mark.yardsticks
DICTIONARIES = {
    "de": "de_DE", "en": "en_GB", "ru": "ru_RU", "uk": "uk_UA", "fr": "fr", "ro": "ro_RO", "ar": "ar", "tr": "tr_TR",
}  # fmt: skip
LONGEST = 15
"""Words in a sentence to a client: short ones are understood by those who read a language badly, too."""
_KNOWN = Path(__file__).parent / "known_words"
_HOLES = re.compile(r"„kim [^“]*“|\{[^}]*\}|%\([^)]*\)s|https?://\S+|\S+@\S+|<[^>]*>|\[[^\]]*\]|\S*[_=/\\.]\S+")
"""What is no word of a language: commands, placeholders, addresses, names of files and settings with a sign in them."""
_MARKS = "\u0300-\u036f\u064b-\u0652"
"""Signs that stand on letters, the Arabic vowels among them."""
_WORD = re.compile(rf"[^\W\d_][^\W\d_{_MARKS}]*(?:['’ʼ-]?[^\W\d_{_MARKS}]|[{_MARKS}])*")


def sentences(language: str) -> list[str]:
    """Everything that the catalogues of a language say: to clients in each, to staff in German."""
    folder = ROOT / "templates" / "locales" / language / "LC_MESSAGES"
    found = []
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    found += [message.string] if isinstance(message.string, str) else list(message.string)
    return [text for text in found if text]


def unknown(language: str, texts: list[str]) -> set[str]:
    """Words that neither the dictionary nor our list of names knows."""
    words = {word for text in texts for word in _WORD.findall(_HOLES.sub(" ", normalize("NFC", text)))}
    known = set((_KNOWN / f"{language}.txt").read_text(encoding="utf-8").split()) if _has_list(language) else set()
    listed = subprocess.run(
        [program("hunspell"), "-D"], input=b"", capture_output=True, timeout=60, check=False
    ).stderr.decode()
    if f"/{DICTIONARIES[language]}" not in listed:
        missing(f"hunspell-{language}")
    asked = sorted(words - known)
    done = subprocess.run(
        [program("hunspell"), "-i", "utf-8", "-d", DICTIONARIES[language], "-l"],
        input="\n".join(asked).encode(), capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    return set(done.stdout.decode().split()) - known


def _has_list(language: str) -> bool:
    return (_KNOWN / f"{language}.txt").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_in_the_dictionary_or_known(language):
    texts = sentences(language)
    found = unknown(language, texts)
    print(f"hunspell, {language}: {len(texts)} texts, {len(found)} unknown words")
    assert sorted(found) == []


def said_to_clients() -> set[str]:
    """The sentences that stand in the templates of mails to clients."""
    stems = {mail.template for mail in samples() if mail.audience == "client"}
    folder = ROOT / "templates" / "mail"
    paths = [path for path in folder.glob("*.j2") if path.name.startswith("_") or path.name.split(".")[0] in stems]
    return {source for path in paths for source in re.findall(r'_\("([^"]+)"', path.read_text(encoding="utf-8"))}


def client_sentences(language: str) -> list[tuple[str, str]]:
    """English sentence and translation, of the catalogue for clients."""
    with (ROOT / "templates" / "locales" / language / "LC_MESSAGES" / "mail.po").open("rb") as file:
        found = [(message.id, message.string) for message in read_po(file, locale=language) if message.id]
    return [(source, text) for source, text in found if isinstance(source, str) and text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_to_clients_are_short(language):
    texts = [text for source, text in client_sentences(language) if source in said_to_clients()]
    assert len(texts) > 20
    parts = [part for text in texts for part in re.split(r"(?<=[.!?؟])\s+|\n+", text)]
    longest = max(parts, key=lambda part: len(part.split()))
    print(f"longest sentence, {language}: {len(longest.split())} words")
    assert len(longest.split()) <= LONGEST, longest
