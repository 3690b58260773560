"""Wrong names and impossible texts end with a sentence, never with "nothing there" or a traceback."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from datetime import date, datetime, time
from pathlib import Path
from time import sleep

import pytest

from automations.cli import run_command
from automations.config.site import load_columns
from automations.model.settings import SiteFacts
from automations.tables.parsers import parsers
from tests.support.own_site import CASES, SITE, VISITS, OwnSite, case

AT = ("--at", "2026-02-02T09:00")


def visit(number, of, at):
    return [number, of, date(2026, 2, 4), at, "Büro", "AB", "geplant", None]


@pytest.fixture
def site(tmp_path):
    made = OwnSite(tmp_path)
    made.write(site=SITE)
    cases = [case("KIM-2026-0001"), case("KIM-2026-0002")]
    made.book({"Fälle": [CASES, *cases], "Termine": [VISITS, visit("T-2026-0001", "KIM-2026-0001", time(10))]})
    return made


@pytest.fixture
def kim(site, capsys):
    def called(*words):
        status = run_command(["--site", str(site.folder), *map(str, words)])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return status, captured.out + captured.err

    return called


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        (("ledger", "check", "old.sqlite"), "FILE geht nicht zusammen mit „check“"),
        (("ledger", "new-key", "old.sqlite"), "FILE geht nicht zusammen mit „new-key“"),
        (("versions", "--out", "old.xlsx"), "--out bewirkt nichts ohne NAME"),
        (("plan", "summarise", "--rule", "appointment_reminder"), "JOB geht nicht zusammen mit „--rule“"),
        (("service", "show", "--user", "kim\nExecStartPre=/bin/true"), "kann kein Konto heißen"),
    ],
)
def test_what_would_be_passed_over_is_refused(kim, words, unread):
    status, said = kim(*words)
    assert status == 2
    assert unread in said


def test_a_ledger_that_was_lost_is_not_in_order(kim, site):
    assert "in Ordnung" in kim("ledger", "check", *AT)[1]
    kim("run", *AT)
    assert "in Ordnung" in kim("ledger", "check", *AT)[1]
    (site.folder / "state" / "ledger.sqlite").unlink()
    status, said = kim("ledger", "check", *AT)
    assert status == 1
    assert "kim ledger restore" in said
    status, said = kim("status", *AT)
    assert (status, "kim ledger restore" in said) == (1, True)


def test_whoever_wants_schemas_hears_where_they_lie(kim, tmp_path):
    status, said = kim("check", "--schema", tmp_path / "schemas", "--json")
    assert (status, json.loads(said)["outcome"]) == (0, "done")
    assert len(json.loads(said)["files"]) == len(list((tmp_path / "schemas").iterdir()))


@pytest.mark.parametrize(
    "words",
    [
        ("explain", "KIM-2026-001"),
        ("subject", "KIM-2026-001", "export"),
        ("subject", "KIM-2026-001", "erase"),
        ("plan", "--explain", "appointment_reminder", "KIM-2026-001"),
    ],
)
def test_an_unknown_case_is_an_error_with_the_nearest(kim, words):
    status, said = kim(*words, *AT)
    assert status == 2
    assert "Es gibt keinen Fall KIM-2026-001." in said
    assert "„KIM-2026-000" in said


@pytest.mark.parametrize(
    "words",
    [
        ("cell", "Team.xlsx", "Team!ZZZZ1", "x"),
        ("cell", "Team.xlsx", "Nirgends!A1", "x"),
        ("cell", "Team.xlsx", "Team!B2", "x" * 40000),
        ("cell", "Team.xlsx", "Team!B2", "x", "--out", "Team.xlsx"),
    ],
)
def test_what_was_mistyped_is_a_matter_of_usage(kim, site, monkeypatch, words):
    monkeypatch.chdir(site.folder)
    status, said = kim(*words)
    assert (status, len(said.splitlines())) == (2, 1)
    assert json.loads(kim(*words, "--json")[1])["outcome"] == "usage"


@pytest.mark.parametrize(
    "words",
    [
        ("cell", "Taem.xlsx", "Team!A1", "x"),
        ("init", "new", "--workbook", "Taem.xlsx", "--yes"),
        ("init", "new", "--workbook", "config", "--yes"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_no_usage(kim, site, monkeypatch, words):
    monkeypatch.chdir(site.folder)
    status, said = kim(*words)
    assert (status, len(said.splitlines())) == (1, 1)
    assert json.loads(kim(*words, "--json")[1])["outcome"] == "failed"


def test_a_folder_in_the_place_of_a_job_is_told_as_one(kim, site):
    status, said = kim("run", site.folder)
    assert status == 2
    assert f"{site.folder} ist ein Ordner." in said
    assert f"--site {site.folder}" in said


@pytest.mark.parametrize("words", [("run", "asign_cases"), ("plan", "asign_cases"), ("run", "--accept", "clok")])
def test_a_name_that_there_is_not_makes_nothing_of_the_site(kim, site, words):
    before = {path.relative_to(site.folder) for path in site.folder.rglob("*")}
    assert kim(*words, *AT)[0] == 2
    assert {path.relative_to(site.folder) for path in site.folder.rglob("*")} == before


def test_a_plan_from_scratch_is_the_plan(kim):
    assert kim("plan", "--full", *AT) == kim("plan", *AT)


def test_an_unknown_rule_is_an_error_with_the_nearest(kim):
    status, said = kim("plan", "--explain", "apointment_reminder", "KIM-2026-0001", *AT)
    assert (status, "Meinten Sie" in said and "appointment_reminder" in said) == (2, True)


@pytest.mark.parametrize("command", ["report", "preview"])
def test_a_folder_that_does_not_exist_is_named(kim, site, command):
    status, said = kim(command, "--out", site.folder / "nowhere" / "file")
    assert status == 2
    assert "nowhere" in said


def test_a_mistyped_erasure_deletes_nothing(kim, site):
    site.run("2026-01-30T09:00")
    site.run("2026-02-02T09:00")
    before = {path: path.read_bytes() for path in (site.folder / "outbox").glob("*")}
    assert kim("subject", "KIM-2026-00001", "erase", *AT)[0] == 2
    assert {path: path.read_bytes() for path in (site.folder / "outbox").glob("*")} == before


@pytest.mark.parametrize("value", ["-5,5", "-", "--", "--out", "-x", "- siehe oben", "--outer"])
def test_any_text_may_be_the_value_of_a_cell(kim, site, value):
    if value in {"--", "--out"}:
        value = f"'{value}"  # these two are spelled like the command's own; as in Excel, an apostrophe makes text
    assert kim("cell", site.path, "Team!B2", value)[0] == 0
    assert str(site.opened()["Team"]["B2"].value).replace(".", ",") == value.removeprefix("'")


@pytest.mark.parametrize("odd", ["x" + "-" * 3000, "9" * 5000, "9:00" + " - 9:00" * 900, "1." * 4000, "bis" * 5000])
def test_an_odd_time_harms_its_own_row_alone(site, odd):
    rows = [visit(f"T-2026-000{n}", f"KIM-2026-000{n}", odd if n == 1 else time(10)) for n in (1, 2)]
    site.book({"Fälle": [CASES, case("KIM-2026-0001"), case("KIM-2026-0002")], "Termine": [VISITS, *rows]})
    site.met("2026-02-02T09:00")
    result = site.run("2026-02-02T09:00")
    assert "T-2026-0001" in {problem.key for problem in result.prepared.problems if problem.field == "time"}
    assert [mail["To"] for mail in site.mails() if "0002" in str(mail["To"])]


@pytest.mark.parametrize(
    "kind", ["date", "time", "minutes", "phone", "email", "languages", "weekdays", "number", "list"]
)
@pytest.mark.parametrize("odd", ["-" * 30000, "9" * 30000, "a@" * 15000, "1," * 15000, "Mo-" * 9000, "(" * 30000])
def test_no_parser_fails_on_a_long_text(kind, odd):
    parse = parsers(load_columns(), SiteFacts(), date(2026, 2, 2))[kind]
    started = datetime.now().astimezone()
    assert not parse(odd).value
    assert (datetime.now().astimezone() - started).total_seconds() < 1


@pytest.mark.parametrize("name", ["site", "columns", "automations", "reminders", "rules", "figures", "names"])
@pytest.mark.parametrize("odd", ["x = " + "9" * 5000, "x = " + "[" * 5000, "[[[ garbage ="])
def test_every_config_file_is_read_and_named(kim, site, name, odd):
    site.write(**{name: odd})
    status, said = kim("check", *AT)
    assert (status, f"{name}.toml" in said) == (2, True)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/nowhere")])
def test_what_is_no_config_file_is_named(kim, site, make):
    path = site.folder / "config" / "automations.toml"
    path.unlink()
    make(path)
    status, said = kim("check", *AT)
    assert (status, "automations.toml" in said) == (2, True)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/nowhere")])
@pytest.mark.parametrize("name", ["mail/appointment_reminder.txt.j2", "locales/de/LC_MESSAGES/mail.po"])
def test_what_is_no_template_is_named_and_not_waited_for(kim, site, make, name):
    path = site.folder / "templates" / name
    path.parent.mkdir(parents=True)
    make(path)
    status, said = kim("check", "--json", *AT)
    assert (status, path.name in said) == (2, True)


def test_a_file_that_nothing_reads_is_named(kim, site):
    site.write(reminder="x = 1")
    status, said = kim("check", *AT)
    assert (status, "reminder.toml" in said and "reminders.toml" in said) == (2, True)


def test_a_tab_of_a_workbook_that_is_not_there_is_named_and_one_that_nobody_chose_is_not(kim, site):
    assert kim("check", *AT)[0] != 2
    site.write(automations='[summarise.tabs]\noverview = "chefs"\n')
    status, said = kim("check", *AT)
    assert (status, "chefs" in said) == (2, True)


def _linked_to_itself(path):
    path.symlink_to(path.name)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero"), _linked_to_itself])
def test_what_is_no_workbook_is_refused(kim, site, make):
    site.path.unlink()
    make(site.path)
    status, said = kim("run", *AT)
    assert status == 1
    assert "Team.xlsx" in said or "zero" in said  # what a link leads to is named
    assert kim("cell", site.path, "Team!A1", "x")[0] == 1
    assert kim("check", *AT)[0] != 0


@pytest.mark.parametrize("lock", [".~lock.Team.xlsx#", "~$Team.xlsx"])
def test_a_pipe_for_a_lock_file_is_not_waited_for(kim, site, lock):
    os.mkfifo(site.folder / lock)
    assert kim("run", *AT)[0] in {0, 3}


_JOINS = "{{ own|join(" * 30 + "'x'" + ")" * 30 + " }}"


@pytest.mark.parametrize(
    "odd", ["{{ " + "9" * 5000 + " }}", "{{ " + "(" * 3000 + " }}", _JOINS, "{{ 'x'|join('" + "y" * 50000 + "') }}"]
)
def test_a_template_that_cannot_be_used_is_named(kim, site, odd):
    folder = site.folder / "templates" / "mail"
    folder.mkdir(parents=True)
    (folder / "appointment_reminder.txt.j2").write_text(odd)
    status, said = kim("check", *AT)
    assert (status, "appointment_reminder" in said) in {(2, True), (0, False)}
    assert "Exceeds" not in said
    assert "Error" not in said


def test_joins_within_joins_end(kim, site):
    folder = site.folder / "templates" / "mail"
    folder.mkdir(parents=True)
    text = "'" + "abcdefghij" * 90 + "'"
    (folder / "appointment_reminder.txt.j2").write_text(f"{{{{ {text}|join({text}|join({text}|join({text}))) }}}}")
    assert kim("check", *AT)[0] == 2


def test_an_english_site_is_answered_in_english(kim, site):
    site.write(site=SITE.replace("[site]", '[site]\nlanguage = "en"'))
    assert "There is no tab" in kim("cell", site.path, "Nowhere!A1", "5")[1]
    assert "There is no case" in kim("explain", "KIM-1", *AT)[1]


def test_what_is_confidential_is_for_its_owner_alone(kim, site):
    before = os.umask(0)
    try:
        assert kim("report", "--edition", "exact", "--out", site.folder / "exact.csv", *AT)[0] == 0
        site.run("2026-01-30T09:00")
        site.run("2026-02-02T09:00")
    finally:
        os.umask(before)
    paths = [site.folder / "exact.csv", site.folder / "state", *(site.folder / "state").rglob("*")]
    open_ones = [path.name for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert open_ones == []


def test_where_nothing_was_installed_nothing_is_said_to_be_removed(kim, tmp_path):
    (tmp_path / "units").mkdir()
    status, said = kim("service", "uninstall", "--folder", tmp_path / "units")
    assert (status, str(tmp_path / "units") in said) == (2, True)


def test_an_interrupted_command_says_so(kim, monkeypatch):
    def interrupted(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("automations.cli.status.status", interrupted)
    status, said = kim("status")
    assert (status, "abgebrochen" in said) == (1, True)


@pytest.mark.parametrize("words", [("check",), ("--json", "check")])
def test_a_terminal_of_few_signs_and_a_full_disk_end_no_command_in_a_traceback(site, words):
    def called(out, **more):
        call = [sys.executable, "-m", "automations", "--site", str(site.folder), *words, *AT]
        return subprocess.run(call, stdout=out, stderr=subprocess.PIPE, text=True, check=False, env=os.environ | more)

    few = called(subprocess.PIPE, PYTHONIOENCODING="ascii")
    assert ("Traceback" in few.stderr, few.returncode in {0, 1}) == (False, True)
    if Path("/dev/full").exists():
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            done = called(full)
        assert ("Traceback" in done.stderr, done.returncode == 0) == (False, False)


def test_a_command_that_is_told_to_end_leaves_with_a_word(tmp_path):
    """As systemd, cron's time limit or a server that shuts down ask for it."""
    began = tmp_path / "began"
    code = (
        "import pathlib, time, automations.cli as cli\n"
        "def slow(_):\n"
        f"    pathlib.Path({str(began)!r}).touch()\n"
        "    time.sleep(60)\n"
        "cli._done = slow\n"
        "cli.main(['run'])\n"
    )
    call = [sys.executable, "-c", code]
    command = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path)
    for _ in range(600):
        if began.exists():
            break
        sleep(0.05)
    command.terminate()
    said, _ = command.communicate(timeout=30)
    assert command.returncode == 1
    assert "abgebrochen" in said
