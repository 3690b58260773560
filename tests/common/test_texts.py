"""Every sentence that people can read has a German form, with the same placeholders."""

from __future__ import annotations

import argparse
import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from automations.common.catalogues import StaffCatalogue, load_catalogue
from automations.common.shipped import templates_folder
from automations.common.texts import texts

ROOT = Path(__file__).parents[2]
FOLDER = templates_folder() / "locales" / "de" / "LC_MESSAGES"


def extracted():
    """(file, message) of every sentence in the code: say("…"), count("one", "many", n), name("where", "…")."""
    for path in sorted((ROOT / "automations").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
                verb = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
                words = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                if verb in {"say", "SettingError"} and words:
                    yield path.name, words[0]
                elif verb == "Plain":  # a check that a condition says
                    told = [arg.value for arg in node.args[4:6] if isinstance(arg, ast.Constant)]
                    yield from ((path.name, word) for word in told if word not in {"error", "note"})
                elif verb in {"FleetError", "StorageError", "LedgerError"}:
                    yield from ((path.name, word) for word in words)
                elif verb in {"count", "name"} and len(words) > 1:
                    yield path.name, words[0] if verb == "count" else words[1]


def catalogues():
    return sorted(FOLDER.glob("*.po"))


def known_messages():
    known = set()
    for path in catalogues():
        with path.open("rb") as file:
            known |= {
                entry.id for entry in read_po(file, locale="de") if entry.id and entry.string and all(entry.string)
            }
    return known


def test_every_sentence_of_the_code_has_a_german_form():
    known = known_messages()
    known_single = {message if isinstance(message, str) else message[0] for message in known}
    missing = [(file, message) for file, message in extracted() if message not in known_single]
    assert not missing, "\n".join(f"{file}: {message!r}" for file, message in missing)


def test_every_sentence_of_the_catalogues_is_said_somewhere():
    sources = [*(ROOT / "automations").rglob("*.py"), Path(argparse.__file__)]
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in sources)
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    written = {node.value for node in nodes if isinstance(node.value, str)}
    begun = tuple(text for text in written if text.endswith(". "))  # some sentences are put together of two
    others = (*(ROOT / "config").rglob("*.toml"), *templates_folder().rglob("*.j2"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in others)
    known = {entry if isinstance(entry, str) else entry[0] for entry in known_messages()}
    unsaid = [one for one in known if one not in written and not one.startswith(begun) and one not in text]
    assert unsaid == []


def test_english_sentences_have_english_quotation_marks():
    assert [message for _, message in extracted() if "„" in message] == []
    assert (texts("en").quoted("A", "B"), texts("de").quoted("A", "B")) == ("“A”, “B”", "„A“, „B“")


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.stem)
def test_translations_use_the_same_placeholders(path):
    with path.open("rb") as file:
        for entry in read_po(file, locale="de"):
            originals = [entry.id] if isinstance(entry.id, str) else list(entry.id)
            strings = [entry.string] if isinstance(entry.string, str) else list(entry.string)
            allowed = set().union(*(set(re.findall(r"{(\w*)", text)) for text in originals))
            for text in filter(None, strings):
                assert set(re.findall(r"{(\w*)", text)) <= allowed | {"n"}, (entry.id, text)


def test_an_unknown_sentence_appears_in_english():
    assert texts("de").say("A sentence that nobody translated {x}", x=1) == "A sentence that nobody translated 1"


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.stem)
def test_the_quick_reader_of_our_catalogues_finds_what_babel_finds(path):
    ours, theirs = StaffCatalogue([path]), load_catalogue(path, "de")
    with path.open("rb") as file:
        entries = [entry for entry in read_po(file, locale="de") if entry.id]
    assert entries
    for entry in entries:
        one, *many = [entry.id] if isinstance(entry.id, str) else entry.id
        if entry.context:
            assert ours.pgettext(entry.context, one) == theirs.pgettext(entry.context, one)
        elif many:
            assert [ours.ngettext(one, *many, n) for n in (0, 1, 2)] == [
                theirs.ngettext(one, *many, n) for n in (0, 1, 2)
            ]
        else:
            assert ours.gettext(one) == theirs.gettext(one)


def test_the_later_catalogue_comes_first_and_what_nobody_translated_stays_english(tmp_path):
    entry = 'msgid ""\n"a \\"word\\"\\n"\nmsgstr "{}"\n\nmsgid "not yet"\nmsgstr ""\n'
    for name, word in (("one", "erstes"), ("two", "zweites\\t")):
        (tmp_path / f"{name}.po").write_text(entry.format(word), encoding="utf-8")
    found = StaffCatalogue([tmp_path / "one.po", tmp_path / "two.po"])
    assert found.gettext('a "word"\n') == "zweites\t"
    assert found.gettext("not yet") == "not yet"
    assert found.ngettext("{n} day", "{n} days", 2) == "{n} days"


@pytest.mark.parametrize(("language", "written"), [("de", ["2", "1,5", "0,25"]), ("en", ["2", "1.5", "0.25"])])
def test_numbers_are_written_as_the_language_writes_them(language, written):
    assert [texts(language).number(value, 2) for value in (2.0, 1.5, 0.25)] == written
