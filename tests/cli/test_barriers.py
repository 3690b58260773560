"""What a workbook does not allow is known before anything is written, by check, plan and init, with what to click."""

from __future__ import annotations

import json
import re
import zipfile

import pytest

from automations.cli import run_command
from tests.engine.test_rehearsal import cases_locked, offering, rewritten, structure_locked
from tests.support.demo_worlds import run_site
from tests.support.packages import unzipped, zipped
from tests.support.shelf import lived
from tests.support.small_site import DAY, case, small_site


def with_part(part):
    def change(path):
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(part, "<x/>")

    return change


def strict(name, content):
    if name != "xl/workbook.xml":
        return content
    return content.replace(
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"
    )


def unstyled(path):
    """Without the part of formats, as some programs save."""
    parts = unzipped(path)
    del parts["xl/styles.xml"]
    for name, data in parts.items():
        if name.endswith((".rels", "Types].xml")):
            parts[name] = re.sub(rb"<[^<>]*styles\.xml[^<>]*/>", b"", data)
        elif name.startswith("xl/worksheets/sheet"):
            parts[name] = re.sub(rb' s="\d+"', b"", data)
    zipped(path, parts)


def part_by_part(change):
    return lambda path: rewritten(path, change)


ODD = {
    "structure": (part_by_part(structure_locked), "Arbeitsmappe schützen"),
    "cells": (part_by_part(cases_locked), "Blattschutz"),
    "signed": (with_part("_xmlsignatures/sig1.xml"), "Signatur"),
    "shared": (with_part("xl/revisions/revisionHeaders.xml"), "Freigabe"),
    "unstyled": (unstyled, "keine Zellformate"),
    "list": (part_by_part(offering("XX,YY")), "Datenüberprüfung"),
    "strict": (part_by_part(strict), "übliche"),
}


def kim(folder, *words):
    return run_command(["--site", str(folder), "--json", *words, "--at", "2024-11-04T07:00"])


def begun(folder):
    """A site after its first run."""
    small_site(folder, [case(1), case(2)])
    run_site(folder, DAY)


@pytest.mark.sliced(5)
@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("command", ["check", "plan"])
def test_who_looks_hears_what_cannot_be_written_though_nothing_is_to_be_written(tmp_path, capsys, kind, command):
    lived(begun, tmp_path)
    change, word = ODD[kind]
    change(tmp_path / "Team.xlsx")
    before = (tmp_path / "Team.xlsx").read_bytes()
    capsys.readouterr()
    assert kim(tmp_path, command) == 1
    told = [one for one in json.loads(capsys.readouterr().out)["problems"] if one["code"] == "cannot_write"]
    assert told
    assert all(word in f"{one['message']} {one['advice']}" for one in told)
    assert (tmp_path / "Team.xlsx").read_bytes() == before


@pytest.mark.sliced(3)
@pytest.mark.parametrize("kind", ODD)
def test_a_run_says_the_same_and_init_too(tmp_path, capsys, kind):
    (tmp_path / "site").mkdir()
    small_site(tmp_path / "site", [case(1), case(2)])
    change, word = ODD[kind]
    change(tmp_path / "site" / "Team.xlsx")
    assert kim(tmp_path / "site", "run") == 1
    assert word in capsys.readouterr().out
    run_command(["init", str(tmp_path / "new"), "--workbook", str(tmp_path / "site" / "Team.xlsx"), "--yes"])
    assert word in capsys.readouterr().out


def test_where_all_is_allowed_nothing_is_said(tmp_path, capsys):
    small_site(tmp_path, [case(1), case(2)])
    run_site(tmp_path, DAY)
    capsys.readouterr()
    assert kim(tmp_path, "plan") == 0
    assert kim(tmp_path, "check") == 0


def test_a_drop_down_that_only_excel_can_work_out_is_told(tmp_path, capsys):
    lived(begun, tmp_path)
    rewritten(tmp_path / "Team.xlsx", lambda name, text: offering("X")(name, text).replace('>"X"<', ">INDIRECT($A$1)<"))
    capsys.readouterr()
    assert kim(tmp_path, "check") == 0
    [told] = [one for one in json.loads(capsys.readouterr().out)["problems"] if one["code"] == "list_unread"]
    assert (told["tab"], told["column"], "INDIRECT" in told["message"]) == ("Fälle", "Zuständig", True)
    assert "AA" in told["advice"]


def test_what_a_drop_down_does_not_offer_is_named_with_its_column_and_no_word_that_it_offers(tmp_path, capsys):
    lived(begun, tmp_path)
    rewritten(tmp_path / "Team.xlsx", offering("AA,BB"))
    capsys.readouterr()
    assert kim(tmp_path, "check") == 0
    (tmp_path / "config" / "rules.toml").write_text(
        '[[rules]]\nname = "moved"\ntable = "cases"\nwhen = "phase == \'never\'"\naction = "set"\n'
        'set = { manager = "CC" }\n'
    )
    capsys.readouterr()
    assert kim(tmp_path, "check") != 0
    [told] = [one for one in json.loads(capsys.readouterr().out)["problems"] if one["code"] == "cannot_write"]
    assert (told["tab"], told["column"]) == ("Fälle", "Zuständig")
    assert "CC" in told["message"]
