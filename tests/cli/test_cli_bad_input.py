"""Bad input gets one clear sentence in the place where its reader looks; the rest goes on."""

from __future__ import annotations

import json
import re
import warnings
import zipfile
from datetime import datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from automations.cli import run_command
from tests.support.demo_worlds import adopted, run_site
from tests.support.small_site import case, small_site

AT = datetime(2024, 10, 31, 7, 0, tzinfo=ZoneInfo("Europe/Berlin"))
CLOCK = ("--at", "2024-10-31T07:00")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@pytest.fixture
def site(demos, tmp_path):
    return demos(tmp_path / "site", cases=30, seed=5, at=AT, met=False)


@pytest.fixture
def met(demos, tmp_path):
    """The same one, which met its workbook the day before."""
    return demos(tmp_path / "met", cases=30, seed=5, at=AT)


def kim(capsys, *words):
    status = run_command([*map(str, words)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def kim_json(capsys, *words):
    status, out, _ = kim(capsys, *words, "--json")
    return status, json.loads(out)


def codes(document):
    return {problem["code"] for problem in document["problems"]}


def rewritten(site, change):
    """The team's workbook as somebody left it who does not know kim."""
    path = site / "KIM-Team.xlsx"
    book = opened(path)
    change(book)
    book.save(path)


def opened(path):
    """A workbook in openpyxl, which says of our data bars that it will lose them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path)


def test_no_site(capsys, tmp_path):
    status, _, err = kim(capsys, "--site", tmp_path, "check")
    assert status == 2
    assert "config/site.toml" in err
    assert "Traceback" not in err


def test_a_config_that_was_emptied_is_not_called_missing(capsys, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config/site.toml").write_text("", encoding="utf-8")
    status, _, said = kim(capsys, "--site", tmp_path, "plan")
    assert status == 2
    assert "ist leer" in said
    assert "kim init" not in said


@pytest.mark.parametrize("lay", [lambda path: path.mkdir(), lambda path: path.symlink_to("/nowhere/site.toml")])
def test_what_is_no_file_of_config_is_not_put_down_to_rights(lay, capsys, tmp_path):
    (tmp_path / "config").mkdir()
    lay(tmp_path / "config" / "site.toml")
    assert run_command(["--site", str(tmp_path), "check"]) == 2
    said = capsys.readouterr().err
    assert "Dort gehört eine Datei hin" in said
    assert "Recht" not in said


def test_all_problems_of_the_config_at_once_with_file_line_and_the_nearest_name(capsys, site):
    path = site / "config" / "site.toml"
    text = path.read_text(encoding="utf-8").replace("settle_minutes = 0", "settle_minuts = 0")
    path.write_text(text, encoding="utf-8")
    automations = site / "config" / "automations.toml"
    automations.write_text("[number_rows]\ncase_digits = 99\n", encoding="utf-8")
    status, document = kim_json(capsys, "--site", site, "check")
    assert status == 2
    found = {(p["tab"], p["row"], p["code"]) for p in document["problems"]}
    lines = path.read_text(encoding="utf-8").splitlines()
    assert ("site.toml", lines.index("settle_minuts = 0") + 1, "unknown_setting") in found
    assert ("automations.toml", 2, "bad_setting") in found
    assert any("settle_minutes" in p["advice"] for p in document["problems"])


def test_broken_toml(capsys, site):
    (site / "config" / "site.toml").write_text('[site\nname = "x"', encoding="utf-8")
    status, _, err = kim(capsys, "--site", site, "check")
    assert status == 2
    assert "site.toml" in err


def test_an_unknown_job(capsys, site):
    status, _, err = kim(capsys, "--site", site, "run", "remnid")
    assert status == 2
    assert "remind" in err


OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what an encrypted .xlsx and an old .xls start with


@pytest.mark.parametrize("content", [None, b"", b"no workbook at all", OLE2 + bytes(600)])
def test_a_workbook_that_is_none(capsys, site, content):
    path = site / "KIM-Team.xlsx"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    managers = (site / "KIM-Leitung.xlsx").read_bytes()
    status, document = kim_json(capsys, "--site", site, "run", *CLOCK)
    assert status == 1
    assert document["edits"] == []
    assert document["mails"] == []
    assert len(document["problems"]) == 1
    assert document["problems"][0]["message"]
    assert (site / "KIM-Leitung.xlsx").read_bytes() == managers


def test_a_managers_workbook_that_is_none_does_not_stop_the_team(capsys, site):
    (site / "KIM-Leitung.xlsx").write_bytes(b"no workbook")
    status, document = kim_json(capsys, "--site", site, "run", *CLOCK)
    assert status == 1
    assert any(edit["workbook"] == "team" for edit in document["edits"])


def test_a_workbook_that_somebody_has_open(capsys, met):
    before = (met / "KIM-Team.xlsx").read_bytes()
    lock = met / ".~lock.KIM-Team.xlsx#"
    lock.write_text("Erika Beispiel,erika,pc-17,31.10.2024 06:58,file:///;", encoding="utf-8")
    status, out, _ = kim(capsys, "--site", met, "run", *CLOCK)
    assert status == 3
    assert "Erika Beispiel" in out
    assert (met / "KIM-Team.xlsx").read_bytes() == before


def test_a_broken_template_is_named_with_its_line_and_counts_as_config(capsys, site):
    own = site / "templates" / "mail" / "appointment_reminder.txt.j2"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("Guten Tag\n{% if %}\n", encoding="utf-8")
    status, document = kim_json(capsys, "--site", site, "check", *CLOCK)
    assert status == 2
    told = [p for p in document["problems"] if "appointment_reminder.txt.j2" in p["tab"] + p["message"]]
    assert [p["row"] for p in told] == [2]


def test_a_run_names_the_file_of_a_broken_template_once(capsys, met):
    own = met / "templates" / "mail" / "appointment_reminder.txt.j2"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("Guten Tag\n{{ 1 / 0 }}\n", encoding="utf-8")
    _, out, _ = kim(capsys, "--site", met, "run", *CLOCK)
    said = [line for line in out.splitlines() if "appointment_reminder" in line or "Vorlage" in line]
    assert len(said) == 1, said
    assert "appointment_reminder.txt.j2" in said[0]
    assert "Vorlage" in said[0]


def test_an_empty_table(capsys, site):
    def emptied(book):
        tab = book["Fälle"]
        tab.delete_rows(2, tab.max_row)

    rewritten(site, emptied)
    status, document = kim_json(capsys, "--site", site, "check", *CLOCK)
    assert status == 0
    assert document["problems"]


def test_a_missing_column_is_named_with_its_tab(capsys, site):
    def renamed(book):
        tab = book["Termine"]
        cell = next(cell for row in tab.iter_rows(max_row=5) for cell in row if cell.value == "Datum")
        cell.value = "xyz"

    rewritten(site, renamed)
    _, document = kim_json(capsys, "--site", site, "check", *CLOCK)
    problem = next(p for p in document["problems"] if p["code"] in {"missing_heading", "renamed_heading"})
    assert problem["tab"] == "Termine"
    assert "Datum" in problem["message"] + problem["advice"]


def test_two_tabs_of_one_name_after_trimming(capsys, site):
    rewritten(site, lambda book: book.create_sheet("Fälle "))
    status, document = kim_json(capsys, "--site", site, "check", *CLOCK)
    assert status == 0
    assert any("Fälle" in p["message"] for p in document["problems"] if p["row"] is None)


def test_fifty_broken_rows_are_fifty_entries_and_the_others_go_on(capsys, site):
    def broken(book):
        tab = book["Termine"]
        headings = {cell.value: cell.column for row in tab.iter_rows(max_row=3) for cell in row if cell.value}
        start = tab.max_row + 1
        for number in range(50):
            tab.cell(start + number, headings["Termin-Nr."], f"T-2024-9{number:03d}")
            tab.cell(start + number, headings["Datum"], "31.02.2024")

    rewritten(site, broken)
    status, document = kim_json(capsys, "--site", site, "run", *CLOCK)
    assert status == 0
    bad = [p for p in document["problems"] if p["code"] == "unreadable_date" and p["shown"] == "31.02.2024"]
    assert len(bad) >= 50
    assert all(p["tab"] and p["row"] and p["column"] and p["advice"] for p in bad)


def test_a_table_that_lost_its_rows_stops_the_run_until_it_is_accepted(capsys, met):
    def shrunk(book):
        tab = book["Fälle"]
        tab.delete_rows(5, tab.max_row)

    rewritten(met, shrunk)
    before = (met / "KIM-Team.xlsx").read_bytes()
    status, out, _ = kim(capsys, "--site", met, "run", *CLOCK)
    assert status == 4
    assert "--accept shrink" in out
    assert (met / "KIM-Team.xlsx").read_bytes() == before
    status, _, _ = kim(capsys, "--site", met, "run", "--accept", "shrink", *CLOCK)
    assert status == 0


def test_a_second_run_changes_nothing_and_sends_nothing(capsys, met):
    assert run_site(met, AT).outcome == "done"
    files = {path: path.read_bytes() for path in met.glob("*.xlsx")}
    mails = set((met / "mails").glob("*"))
    status, document = kim_json(capsys, "--site", met, "run", *CLOCK)
    assert status == 0
    assert document["edits"] == []
    assert document["tabs"] == []
    assert {path: path.read_bytes() for path in met.glob("*.xlsx")} == files
    assert set((met / "mails").glob("*")) == mails


def test_plan_changes_nothing_and_says_what_run_then_does(capsys, met):
    files = {path: path.read_bytes() for path in met.glob("*.xlsx")}
    _, planned = kim_json(capsys, "--site", met, "plan", *CLOCK)
    assert {path: path.read_bytes() for path in met.glob("*.xlsx")} == files
    _, done = kim_json(capsys, "--site", met, "run", *CLOCK)
    keys = ("workbook", "tab", "row", "key", "field", "column", "old", "new", "job")
    assert [[e[k] for k in keys] for e in planned["edits"]] == [[e[k] for k in keys] for e in done["edits"]]
    assert [m["key"] for m in planned["mails"]] == [m["key"] for m in done["mails"]]
    names = [[(tab["workbook"], tab["name"]) for tab in document["tabs"]] for document in (planned, done)]
    assert names[0] == names[1] != []
    assert {tab["state"] for tab in planned["tabs"]} == {"planned"}
    assert {tab["state"] for tab in done["tabs"]} == {"applied"}


def test_a_plan_for_people_has_a_line_for_each_new_row_and_days_as_people_write_them(capsys, met):
    _, planned = kim_json(capsys, "--site", met, "plan", *CLOCK)
    _, told, _ = kim(capsys, "--site", met, "plan", *CLOCK)
    new = {(edit["tab"], edit["key"]) for edit in planned["edits"] if edit["row"] is None}
    assert new
    assert told.count("neue Zeile") == len(new)
    days = {str(edit["new"]) for edit in planned["edits"] if DAY.fullmatch(str(edit["new"]))}
    assert days
    assert not [day for day in days if day in told]


def test_a_plan_says_why_a_mail_does_not_leave(capsys, site):
    _, planned = kim_json(capsys, "--site", site, "plan", *CLOCK)
    assert "adoption" in {mail["detail"] for mail in planned["mails"]}
    _, told, _ = kim(capsys, "--site", site, "plan", *CLOCK)
    assert "kannte" in told


def test_the_package_stays_what_it_was(site):
    with zipfile.ZipFile(site / "KIM-Team.xlsx") as before:
        parts = {info.filename: (info.CRC, info.compress_size) for info in before.infolist()}
    adopted(site, AT)
    run_site(site, AT)
    assert opened(site / "KIM-Team.xlsx")["Notizen"].max_row > 1
    with zipfile.ZipFile(site / "KIM-Team.xlsx") as after:
        now = {info.filename: (info.CRC, info.compress_size) for info in after.infolist()}
    same = [name for name, state in parts.items() if now.get(name) == state]
    assert len(same) > len(parts) / 2


@pytest.mark.parametrize("words", [("run", "--at", "gestern"), ("frobnicate",), ("explain",)])
def test_words_that_make_no_sense_are_told_in_json_to_whoever_asked_for_json(capsys, tmp_path, words):
    with pytest.raises(SystemExit) as stopped:
        kim(capsys, "--site", tmp_path, "--json", *words)
    document = json.loads(capsys.readouterr().out)
    assert (stopped.value.code, document["outcome"], codes(document)) == (2, "usage", {"usage"})


def test_a_file_that_cannot_be_parsed_is_named_once_with_its_line(capsys, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "site.toml").write_text('[site]\nname = "Kim\n', encoding="utf-8")
    status, _, said = kim(capsys, "--site", tmp_path, "status")
    assert (status, said.count("site.toml"), said.count("Zeile 2")) == (2, 1, 1)


def test_the_same_fault_in_many_rows_is_one_line(capsys, tmp_path):
    small_site(tmp_path, [case(n, Phase="Sonstwas" if n % 2 else "Neu") for n in range(1, 41)])
    _, out, _ = kim(capsys, "--site", tmp_path, "check", *CLOCK)
    (line,) = [line for line in out.splitlines() if "│ Sonstwas" in line]
    assert "Fälle 2, 4, 6, 8, 10," in line
    assert "(20 ×)" in out
    _, document = kim_json(capsys, "--site", tmp_path, "check", *CLOCK)
    assert len([one for one in document["problems"] if one["shown"] == "Sonstwas"]) == 20


def test_a_habit_that_kim_understands_is_one_line_whatever_stands_in_each_row(capsys, tmp_path):
    small_site(tmp_path, [case(n, Eingang=f"{n:02}.09.24") for n in range(1, 21)])
    _, out, _ = kim(capsys, "--site", tmp_path, "check", *CLOCK)
    assert "│ 01.09.24" in out
    assert "02.09.24" not in out
    assert "(20 ×)" in out
