"""A workbook older than kim's last write: one run old it is mended by itself, anything else is asked about."""

from __future__ import annotations

import shutil
from datetime import date, time, timedelta
from email import message_from_bytes, policy

import openpyxl
import pytest

from automations.cli import run_command
from automations.config.loading import load_site
from automations.engine.outcomes import Prepared
from automations.engine.parts import open_world
from automations.engine.runner import plan, run
from tests.support.small_site import DAY, case, reachable, small_site

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
DAYS = [DAY + timedelta(days=n) for n in range(6)]


def visit(number, of, day, **more):
    return {"Termin-Nr.": number, "Fall-Nr.": f"K-{of}", "Datum": day, "Uhrzeit": time(10), "Ort": "Büro Nord",
            "Status": "geplant", **more}  # fmt: skip


class Team:
    """A site whose workbook people and kim take turns with."""

    def __init__(self, folder, visits=(), site=""):
        folder.mkdir()
        small_site(folder, [case(n, **reachable(n)) for n in range(1, 6)], visits)
        path = folder / "config" / "site.toml"
        path.write_text(path.read_text(encoding="utf-8") + site, encoding="utf-8")
        self.folder, self.book = folder, folder / "Team.xlsx"
        self.run(DAYS[0] - timedelta(days=1))

    def run(self, at, **more):
        with open_world(load_site(self.folder), at) as world:
            return run(world, lambda: at, **more)

    def plan(self, at):
        with open_world(load_site(self.folder), at) as world:
            return plan(world, lambda: at)

    def edit(self, change):
        book = openpyxl.load_workbook(self.book)
        change(book)
        book.save(self.book)

    def add(self, row, tab="Fälle"):
        def change(book):
            sheet = book[tab]
            heads = [cell.value for cell in sheet[1]]
            sheet.append([row.get(head) for head in heads])

        self.edit(change)

    def set(self, key, heading, value, tab="Fälle"):
        def change(book):
            sheet = book[tab]
            heads = [cell.value for cell in sheet[1]]
            for row in sheet.iter_rows(min_row=2):
                if row[0].value == key:
                    row[heads.index(heading)].value = value
                    return
            raise AssertionError(key)

        self.edit(change)

    def rows(self, tab="Fälle"):
        sheet = openpyxl.load_workbook(self.book)[tab]
        heads, *rows = sheet.iter_rows(values_only=True)
        return [dict(zip(heads, row, strict=True)) for row in rows if any(row)]

    def row(self, key, tab="Fälle"):
        return next((row for row in self.rows(tab) if key in row.values()), {})

    def questions(self, word):
        return [row for row in self.rows("Entscheidungen") if word in str(row["Frage"])]

    def log(self):
        sheet = openpyxl.load_workbook(self.book)["Laufprotokoll"]
        return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)

    def mails(self, to=""):
        found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in
                 sorted((self.folder / "mails").rglob("*.eml"))]  # fmt: skip
        return [mail for mail in found if to in str(mail["To"])]


@pytest.fixture
def team(tmp_path):
    return Team(tmp_path / "site")


def test_what_kim_wrote_is_written_anew_to_the_letter_and_the_log_says_so(team):
    team.add(case(8, **reachable(8)))
    loaded = team.book.read_bytes()
    team.run(DAYS[0])
    before = team.row("K-8")
    assert before["Zuständig"]
    team.book.write_bytes(loaded)
    result = team.run(DAYS[3])
    assert result.outcome == "done"
    assert team.row("K-8") == before
    assert "ältere Fassung" in team.log()
    assert team.run(DAYS[3] + timedelta(minutes=5)).outcome == "done"
    assert team.log().count("ältere Fassung") == 1


def test_a_plan_shows_what_would_be_written_anew_and_changes_nothing(team):
    team.add(case(8, **reachable(8)))
    loaded = team.book.read_bytes()
    team.run(DAYS[0])
    team.book.write_bytes(loaded)
    planned = team.plan(DAYS[3])
    assert isinstance(planned, Prepared)
    assert {group.row.key for group in planned.anew} >= {"K-8"}
    assert not {group.row.key for group in planned.groups} & {"K-8"}
    assert team.book.read_bytes() == loaded


def test_what_the_colleague_typed_into_the_older_copy_stays_and_counts(team):
    team.add(case(8, **reachable(8)))
    loaded = team.book.read_bytes()
    team.run(DAYS[0])
    team.book.write_bytes(loaded)
    team.add(case(9, **reachable(9)))
    team.set("K-8", "Zuständig", "BB")
    assert team.run(DAYS[3]).outcome == "done"
    assert team.row("K-8")["Zuständig"] == "BB"
    assert team.row("K-9")["Zuständig"]


def test_two_stale_saves_in_a_row_and_one_of_the_mended_version(team):
    team.add(case(8, **reachable(8)))
    loaded = team.book.read_bytes()
    team.run(DAYS[0])
    again = team.book.read_bytes()
    kept = team.row("K-8")
    for number, copy in enumerate((loaded, loaded, again), start=1):
        team.book.write_bytes(copy)
        assert team.run(DAYS[number]).outcome == "done"
        assert team.row("K-8") == kept


def test_a_number_that_kim_gave_is_the_same_again(team):
    team.add(case(None, Nachname="Ohne", Vorname="Nummer", **reachable(77)))
    loaded = team.book.read_bytes()
    team.run(DAYS[0])
    before = team.row("Ohne")
    assert before["Fall-Nr."]
    team.run(DAYS[0] + timedelta(minutes=40))  # the number was read, too
    team.book.write_bytes(loaded)
    assert team.run(DAYS[1]).outcome == "done"
    assert team.row("Ohne") == before


def test_two_runs_old_is_asked_about_there_and_by_mail_and_a_yes_goes_on(tmp_path):
    team = Team(tmp_path / "site", site='[operator]\nemail = "it@example.org"\n')
    loaded = team.book.read_bytes()
    for number in (0, 1):
        team.add(case(8 + number, **reachable(8 + number)))
        team.run(DAYS[number])
    team.book.write_bytes(loaded)
    assert run_command(["--site", str(team.folder), "run", "--at", DAYS[4].replace(tzinfo=None).isoformat()]) == 4
    assert len(team.questions("alte Kopie")) == 1
    assert len(team.mails("it@example.org")) == 1
    assert "K-8, K-9" in team.questions("alte Kopie")[0]["Frage"]
    assert team.run(DAYS[4] + timedelta(hours=1)).outcome == "refused"
    assert len(team.questions("alte Kopie")) == 1
    team.set(team.questions("alte Kopie")[0]["Nr."], "Entscheidung", "ja", "Entscheidungen")
    assert team.run(DAYS[4] + timedelta(hours=2)).outcome == "done"
    assert team.run(DAYS[4] + timedelta(hours=3)).outcome == "done"


def test_rows_missing_is_asked_about_in_every_run_not_only_the_first(team):
    loaded = team.book.read_bytes()
    team.add(case(8, **reachable(8)))
    team.run(DAYS[0])
    team.book.write_bytes(loaded)
    for hours in (0, 1):
        assert team.run(DAYS[1] + timedelta(hours=hours)).outcome == "refused"
    assert "K-8" in team.questions("alte Kopie")[0]["Frage"]


def test_putting_the_newer_version_back_ends_it(team):
    loaded = team.book.read_bytes()
    team.add(case(8, **reachable(8)))
    team.run(DAYS[0])
    newer = team.book.read_bytes()
    team.book.write_bytes(loaded)
    assert team.run(DAYS[1]).outcome == "refused"
    team.book.write_bytes(newer)
    assert team.run(DAYS[1] + timedelta(hours=1)).outcome == "done"


def test_a_managers_workbook_of_any_age_is_written_anew(team):
    book = team.folder / "Leitung.xlsx"
    loaded = book.read_bytes()
    for number in (0, 1):
        team.add(case(8 + number, **reachable(8 + number)))
        team.run(DAYS[number])
    book.write_bytes(loaded)
    assert team.run(DAYS[4]).outcome == "done"
    assert "Übersicht" in openpyxl.load_workbook(book).sheetnames


def test_no_mail_leaves_twice_and_none_for_a_row_that_only_looks_older(tmp_path):
    day = date(2024, 11, 12)
    team = Team(tmp_path / "site", [visit("T-1", 1, day), visit(None, 2, day)], "[guards]\nmail_brake = 500\n")
    loaded = team.book.read_bytes()
    team.set("T-1", "Uhrzeit", time(15), "Termine")
    team.add(case(8, **reachable(8)))
    team.run(DAYS[0])
    out = len(team.mails("example.org"))
    newer = team.book.read_bytes()
    # The colleague's copy has the new case as well, but the appointment as it was.
    team.book.write_bytes(loaded)
    team.add(case(8, **reachable(8)))
    assert team.run(DAYS[1]).outcome == "done"
    assert len(team.mails("example.org")) == out
    assert len(team.questions("steht wieder")) == 1
    assert {row["Termin-Nr."] for row in team.rows("Termine")} >= {"T-1"}
    team.run(DAYS[1] + timedelta(hours=1))
    assert len(team.mails("example.org")) == out
    assert newer


def test_an_answer_that_the_older_copy_lacks_goes_on_counting(tmp_path):
    team = Team(tmp_path / "site")
    path = team.folder / "config" / "site.toml"
    text = path.read_text(encoding="utf-8")
    smtp = text.replace(
        'transport = "folder"\nfolder = "mails"',
        'transport = "smtp"\nhost = "localhost"\nport = 9\nfrom = "t@example.org"',
    )
    path.write_text(smtp, encoding="utf-8")
    team.run(DAYS[0])  # asks whether all mails shall be stopped
    loaded = team.book.read_bytes()
    stop = team.questions("alle Mails")[0]["Nr."]
    team.set(stop, "Entscheidung", "ja", "Entscheidungen")
    team.add(case(8))
    shutil.copy(team.book, tmp_path / "with-answer.xlsx")

    def held():
        with open_world(load_site(team.folder), DAYS[5]) as world:
            return world.ledger.held

    team.run(DAYS[1])
    assert held()
    team.book.write_bytes(loaded)
    team.add(case(8))
    for hours in (0, 1):
        team.run(DAYS[4] + timedelta(hours=hours))
        assert held(), "the stop was lifted by an older copy"
    assert "ging verloren" in str(list(openpyxl.load_workbook(team.book)["Prüfliste"].values))
    team.set(stop, "Entscheidung", "nein", "Entscheidungen")
    team.run(DAYS[4] + timedelta(hours=2))
    assert not held()
