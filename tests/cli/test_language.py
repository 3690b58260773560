"""Help, and what is wrong with what was typed, are said in the site's language."""

from __future__ import annotations

import argparse

import pytest

from automations.cli import run_command
from automations.cli.arguments import build_parser
from automations.cli.parsing import patched
from tests.common.test_texts import known_messages

OF_ARGPARSE = {
    "usage: ", "positional arguments", "options", "show this help message and exit", "%(prog)s: error: %(message)s\n",
    "argument %(argument_name)s: %(message)s", "the following arguments are required: %s", "expected one argument",
    "unrecognized arguments: %s", "not allowed with argument %s", "invalid choice: %(value)r (choose from %(choices)s)",
}  # fmt: skip


@pytest.fixture(params=["de", "en"])
def site(request, tmp_path):
    (tmp_path / "config").mkdir()
    text = f'[site]\nlanguage = "{request.param}"\n'
    (tmp_path / "config" / "site.toml").write_text(text, encoding="utf-8")
    return request.param, tmp_path


def said(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        run_command(words)
    found = capsys.readouterr()
    return ended.value.code, " ".join((found.out + found.err).split())


@pytest.mark.parametrize(
    ("words", "code", "german", "english"),
    [
        (["--help"], 0, "Aufruf: kim", "usage: kim"),
        (["--help"], 0, "die Geschichte eines Falls", "the story of a case"),
        (["run", "--help"], 0, "jetzt ausführen", "do it now"),
        (["run", "--at", "gestern"], 2, "'gestern' ist kein Zeitpunkt", "'gestern' is no moment"),
        (["run", "--at", "0001-01-01T00:00"], 2, "ist kein Zeitpunkt", "is no moment"),
        (["run", "--at", "9999-12-31T23:59"], 2, "ist kein Zeitpunkt", "is no moment"),
        (["init", ""], 2, "Name der Datei oder des Ordners ist leer", "name of the file or folder is blank"),
        (["release", ""], 2, "RUN: das ist leer", "RUN: this is blank"),
        (["run", "summarise", " "], 2, "JOB: das ist leer", "JOB: this is blank"),
        (
            ["run", "--at", "2026-02-02", "--at", "2026-02-03"],
            2,
            "--at: das steht zweimal da",
            "--at: this stands twice",
        ),
        (["plan", "--rule", "a", "--explain", "b", "c"], 2, "nicht zusammen mit --rule", "not allowed with argument"),
        (["rules", "--csv", "a", "--make-tabs"], 2, "nicht zusammen mit --csv", "not allowed with argument --csv"),
        (["explain"], 2, "es fehlt: FALL-NR", "the following arguments are required: FALL-NR"),
        (["frobnicate"], 2, "'frobnicate' gibt es nicht", "invalid choice: 'frobnicate'"),
        (["demo", "--cases", "0"], 2, "keine Zahl zwischen 1 und", "no number between 1 and"),
    ],
)
def test_what_is_said_before_the_config_is_read(capsys, site, words, code, german, english):
    language, folder = site
    for place in ([f"--site={folder}"], ["--site", str(folder)]):
        assert (german if language == "de" else english) in (found := said(capsys, *place, *words))[1]
        assert found[0] == code


def test_what_may_be_blank_or_stand_often():
    parse = build_parser().parse_args
    assert parse(["cell", "a.xlsx", "Team!B2", ""]).value == ""
    assert parse(["run", "--accept", "clock", "--accept", "shrink", "remind", "remind"]).accept == ["clock", "shrink"]
    assert parse(["fleet", "exec", "herne", "cell", ""]).words == ["cell", ""]
    assert parse(["release"]).run is None


def test_the_site_may_come_from_the_environment(capsys, site, monkeypatch):
    monkeypatch.setenv("KIM_SITE", str(site[1]))
    assert ("Befehle" if site[0] == "de" else "commands") in said(capsys, "--help")[1]


def test_every_text_of_the_command_line_has_a_german_form():
    wanted = set()
    build_parser(lambda text: wanted.add(text) or text)
    assert (wanted | OF_ARGPARSE) - {item for item in known_messages() if isinstance(item, str)} == set()


def arguments(parser):
    """Each argument of each command, as "kim command argument", with its help."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from arguments(inner)
        else:
            yield f"{parser.prog} {action.metavar or action.dest}", action.help


def test_every_argument_of_every_command_says_what_it_is():
    found = dict(arguments(build_parser()))
    assert "kim undo RUN" in found
    assert [name for name, text in found.items() if not text] == []


def test_a_name_is_patched_for_a_while_alone():
    before = argparse._
    with patched(argparse, "_", str.upper), patched(argparse, "no_such_name", 1):
        assert argparse._("x") == "X"
        assert not hasattr(argparse, "no_such_name")
    assert argparse._ is before
