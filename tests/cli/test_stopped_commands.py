"""What a guard refuses, or a workbook that cannot be read, stops every command that needs the tables."""

import contextlib
import json
import sqlite3
import warnings
from datetime import date, time

import openpyxl
import pytest

from automations.cli import run_command
from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.engine.questions import STOP
from automations.model.fact_kinds.questions import Acted
from tests.engine.test_guards import AT, NEXT_DAY
from tests.support.small_site import case, reachable, small_site

LATER = NEXT_DAY.isoformat(timespec="minutes")[:16]


@pytest.fixture
def site(demos, tmp_path):
    return demos(tmp_path / "site", cases=24, seed=5, at=AT, runs=[AT])


@pytest.fixture
def shrunken(site):
    """Most rows of the cases are gone: the guard of shrunken tables refuses."""
    book = loaded(site / "KIM-Team.xlsx")
    sheet = book["Fälle"]
    sheet.delete_rows(4, sheet.max_row)
    book.save(site / "KIM-Team.xlsx")
    return site


def loaded(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl drops what it does not know, and says so
        return openpyxl.load_workbook(path)


def kim(site, *words):
    return run_command(["--site", str(site), *map(str, words), "--at", LATER])


def test_no_report_is_published_or_frozen_over_tables_that_a_guard_refuses(shrunken, tmp_path, capsys):
    for edition in ("published", "exact"):
        assert kim(shrunken, "report", "--edition", edition, "--out", tmp_path / "report.csv") == 4
    assert not (tmp_path / "report.csv").exists()
    assert "--accept shrink" in capsys.readouterr().err


def test_a_report_that_cannot_be_proven_safe_says_why_it_has_no_new_half_year(site, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert kim(site, "report", "--out", tmp_path / "report.csv") == 1
    assert "highspy" in capsys.readouterr().out


def test_no_question_is_asked_over_tables_that_a_guard_refuses(shrunken):
    before = (shrunken / "KIM-Team.xlsx").read_bytes()
    assert kim(shrunken, "rebalance") == 4
    assert (shrunken / "KIM-Team.xlsx").read_bytes() == before


@pytest.mark.parametrize("words", [["plan"], ["check"], ["plan", "--explain", "reminder", "KIM-2024-0001"]])
def test_what_only_looks_says_so_too(shrunken, words):
    assert kim(shrunken, *words) == 4


def test_the_story_of_a_case_is_told_and_the_guard_is_named(shrunken, capsys):
    book = loaded(shrunken / "KIM-Team.xlsx")
    number = next(cell.value for cell in book["Fälle"][3] if isinstance(cell.value, str) and "KIM-" in cell.value)
    assert kim(shrunken, "explain", number) == 4
    assert "--accept shrink" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["plan"], ["check"], ["report"], ["rebalance"], ["explain", "X"], ["subject", "X", "export"]]
)
def test_a_workbook_that_is_missing_is_said_by_every_command(site, words, capsys):
    (site / "KIM-Team.xlsx").unlink()
    assert kim(site, *words) in {1, 3}
    said = capsys.readouterr()
    assert "KIM-Team.xlsx" in said.out + said.err


def test_a_refused_run_has_nothing_in_its_document(shrunken, capsys):
    assert kim(shrunken, "plan", "--json") == 4
    document = json.loads(capsys.readouterr().out)
    assert (document["outcome"], document["edits"], document["mails"], document["tabs"]) == ("refused", [], [], [])


def test_renewing_the_figures_alone_leaves_the_check_list_complete(site):
    before = rows_of_check_list(site)
    assert kim(site, "run", "summarise") == 0
    assert rows_of_check_list(site) >= before > 10


def rows_of_check_list(site):
    return loaded(site / "KIM-Team.xlsx")["Prüfliste"].max_row


def test_what_is_kept_about_a_person_is_told_as_far_as_it_can_be_read_and_called_incomplete(shrunken, capsys):
    number = a_number(shrunken)
    assert kim(shrunken, "subject", number, "export") == 4
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert document["mails"]
    assert "--accept shrink" in document["incomplete"]
    assert "nicht vollständig" in said.err


def test_nothing_is_erased_over_tables_that_a_guard_refuses(shrunken, capsys):
    """An address or an appointment that only a lost row holds would stay, and be called erased."""
    number = a_number(shrunken)
    assert kim(shrunken, "subject", number, "erase") == 4
    assert "--accept shrink" in capsys.readouterr().err
    assert kim(shrunken, "subject", number, "export") == 4
    assert json.loads(capsys.readouterr().out)["mails"]


def test_what_is_kept_about_a_person_is_complete_where_nothing_is_refused(site, capsys):
    assert kim(site, "subject", a_number(site), "export") == 0
    assert "incomplete" not in json.loads(capsys.readouterr().out)


def a_number(site):
    """The number of a case that got a mail."""
    with contextlib.closing(sqlite3.connect(site / "state" / "ledger.sqlite")) as ledger:
        return ledger.execute('SELECT "case" FROM outbox WHERE "case" LIKE \'KIM-%\'').fetchone()[0]


@pytest.mark.parametrize("words", [["report", "--out", "{}/report.csv"], ["plan"], ["check"], ["forecast"]])
def test_a_moment_before_the_last_run_is_refused_with_a_way_on_that_the_command_has(site, tmp_path, capsys, words):
    words = [word.format(tmp_path) for word in words]
    assert run_command(["--site", str(site), *words, "--at", "2024-06-01T09:00"]) == 4
    told = " ".join("".join(capsys.readouterr()).split())
    assert "Ein Zeitpunkt mit --at muss nach dem letzten Lauf liegen" in told
    assert "„kim run --accept clock“" in told


def test_a_report_without_a_finished_half_year_says_so_in_one_sentence(tmp_path, capsys):
    (tmp_path / "site").mkdir()
    small_site(tmp_path / "site", [case(1), case(2)])
    out = tmp_path / "report.csv"
    assert run_command(["--site", str(tmp_path / "site"), "report", "--out", str(out), "--at", "2024-10-30T09:00"]) == 0
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert told == f"Es gibt noch keine Zahlen eines abgeschlossenen Halbjahrs: {out} enthält nur Überschriften."


@pytest.mark.parametrize("command", ["run", "plan", "check"])
def test_the_document_of_what_a_guard_refuses_says_why(shrunken, command, capsys):
    assert kim(shrunken, command, "--json") == 4
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert any(one["code"] == "refused" and "--accept shrink" in one["message"] for one in problems)


def opened_by_somebody(site):
    (site / ".~lock.KIM-Team.xlsx#").write_text(",kollegin,pc,30.10.2024 07:00,file:///x;", encoding="utf-8")


def test_undoing_in_a_workbook_that_is_open_says_so_and_not_that_cells_changed(site, capsys):
    run = run_of(site, capsys)
    opened_by_somebody(site)
    assert kim(site, "undo", run) == 3
    assert "seither geändert" not in capsys.readouterr().out
    assert kim(site, "undo", run, "--json") == 3
    document = json.loads(capsys.readouterr().out)
    assert (document["outcome"], [one["code"] for one in document["problems"]]) == ("busy", ["busy"])


def test_undoing_a_run_whose_changes_are_not_kept_is_no_success(site, capsys):
    run = run_of(site, capsys)
    with contextlib.closing(sqlite3.connect(site / "state" / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("DELETE FROM write_groups")
        ledger.execute("DELETE FROM writes")
    assert kim(site, "undo", run, "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["outcome"], [one["code"] for one in document["problems"]]) == ("attention", ["forgotten"])


def run_of(site, capsys):
    assert kim(site, "status", "--json") in {0, 1}
    return next(one["run"] for one in json.loads(capsys.readouterr().out)["runs"] if one["edits"])


def test_a_question_that_could_not_be_written_does_not_count_as_asked(tmp_path, capsys):
    site = tmp_path
    small_site(site, [case(n, Zuständig="AA", Phase="Begleitung") for n in range(1, 13)])
    (site / ".~lock.Team.xlsx#").write_text(",kollegin,pc,30.10.2024 07:00,file:///x;", encoding="utf-8")
    status = kim(site, "rebalance", "--json")
    document = json.loads(capsys.readouterr().out)
    assert document["moves"]
    assert (status, document["outcome"], document["asked"]) == (3, "busy", False)


@pytest.mark.parametrize(
    "words",
    [
        ["status"], ["explain", "NUMBER"], ["undo", "RUN"], ["hold"], ["release"], ["release", "RUN"], ["rebalance"],
        ["ledger", "check"], ["ledger", "backup"], ["report", "--edition", "comparison"],
        ["subject", "NUMBER", "erase"],
    ],
)  # fmt: skip
def test_each_document_says_how_the_command_ended(site, words, capsys):
    known = {"NUMBER": a_number(site), "RUN": run_of(site, capsys)}
    status = kim(site, *(known.get(word, word) for word in words), "--json")
    outcome = json.loads(capsys.readouterr().out)["outcome"]
    assert outcome == {0: "done", 1: "attention", 3: "busy", 4: "refused"}[status]


@pytest.mark.parametrize("words", [["report", "--out"], ["ledger", "backup"]])
def test_a_slip_in_the_name_costs_no_workbook(site, words, capsys):
    book = site / "KIM-Team.xlsx"
    before = book.read_bytes()
    assert kim(site, *words, book) in {2, 4}
    assert "gibt es schon" in capsys.readouterr().err
    assert book.read_bytes() == before


def test_a_file_that_is_no_backup_is_named_as_what_cannot_be_used(site, tmp_path, capsys):
    file = tmp_path / "garbage.sqlite"
    file.write_bytes(b"no ledger at all" * 100)
    assert kim(site, "ledger", "restore", file) == 4
    said = capsys.readouterr().err
    assert str(file) in said
    assert "„kim ledger restore“" not in said


def test_the_backup_of_another_site_is_refused_and_the_ledger_stays(site, tmp_path, capsys):
    small_site(tmp_path, [case(1)])
    assert kim(tmp_path, "run") == 0
    assert kim(tmp_path, "ledger", "backup", tmp_path / "other.sqlite") == 0
    capsys.readouterr()
    before = run_of(site, capsys)
    assert kim(site, "ledger", "restore", tmp_path / "other.sqlite") == 4
    assert "anderen Standort" in capsys.readouterr().err
    assert run_of(site, capsys) == before


def test_a_mail_server_that_is_not_there_stands_in_the_document(tmp_path, capsys):
    visit = {
        "Termin-Nr.": "T-1",
        "Fall-Nr.": "K-1",
        "Datum": date(2024, 11, 6),
        "Uhrzeit": time(10),
        "Status": "geplant",
    }
    small_site(tmp_path, [case(1, **reachable(1))], [visit | {"Ort": "Büro Nord", "Dauer": 45, "Art": "persönlich"}])
    config = tmp_path / "config" / "site.toml"
    lost = 'transport = "smtp"\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\nfrom = "t@example.org"'
    config.write_text(config.read_text().replace('transport = "folder"\nfolder = "mails"', lost))
    assert run_command(["--site", str(tmp_path), "run", "--at", "2024-10-30T08:30"]) == 0
    capsys.readouterr()
    assert run_command(["--site", str(tmp_path), "run", "--json", "--at", "2024-11-04T08:30"]) == 1
    assert any("127.0.0.1:9" in one["message"] for one in json.loads(capsys.readouterr().out)["problems"])


def test_releasing_mails_says_that_the_tab_still_says_stop(site, capsys):
    assert kim(site, "release") == 0
    assert "Entscheidungen" not in capsys.readouterr().out
    with open_world(load_site(site), AT) as world:
        world.ledger.remember([Acted("yes").under(STOP)], AT)
    assert kim(site, "release") == 0
    assert "Entscheidungen" in capsys.readouterr().out


@pytest.mark.parametrize("json_wanted", [False, True])
def test_what_the_system_does_not_let_kim_use_is_named_in_a_sentence(tmp_path, capsys, json_wanted):
    small_site(tmp_path, [case(1)])
    (tmp_path / "state" / "run.lock").mkdir(parents=True)
    assert kim(tmp_path, "run", *["--json"] * json_wanted) == 1
    said = capsys.readouterr()
    message = json.loads(said.out)["problems"][0]["message"] if json_wanted else said.err
    assert "run.lock" in message
    assert "Ordner" in message
