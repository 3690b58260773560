"""A site that ran under 0.1, frozen with its ledger, its workbooks and a mail that is out, goes on under this version.

`tests/data/site-0.1.zip` was made by 0.1 itself: an invented team, reminded on 4 and 5 November 2024.
"""

import email
import sqlite3
import zipfile
from contextlib import closing
from datetime import datetime, timedelta
from email import policy
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from automations.cli import run_command
from automations.ledger.migrations import MIGRATIONS
from automations.model.records import AppointmentStatus
from automations.workbooks.xlsx.one_cell import set_cell
from tests.engine.test_answers_end_to_end import Postman, Story, tapped
from tests.support.fake_inbox import FakeInbox

FROZEN = Path(__file__).parents[1] / "data" / "site-0.1.zip"
AT = datetime(2024, 11, 5, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
VISIT = "T-2024-0092"
"""The appointment that the frozen mail reminds of."""


@pytest.fixture
def story(tmp_path):
    folder = tmp_path / "site"
    zipfile.ZipFile(FROZEN).extractall(folder)
    return Story(folder, FakeInbox(), Postman())


def sent_by_0_1(folder):
    return email.message_from_bytes((folder / "sent.eml").read_bytes(), policy=policy.default)


def schema(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        return int(connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()[0])


def test_the_first_run_sends_nothing_and_changes_no_row_but_notes(story):
    result = story.run(AT)
    assert story.post.taken == []
    # Checks that are new may note something in a row; nothing else of the team's cells changes.
    assert {edit.field for group in result.prepared.groups for edit in group.edits} <= {"check_note"}
    assert result.outcome == "done"
    assert story.run(AT + timedelta(minutes=30)).prepared.tabs == ()


def test_the_ledger_is_copied_before_its_shape_changes(story):
    before = schema(story.folder / "state" / "ledger.sqlite")
    story.run(AT)
    copies = list((story.folder / "state" / "backups").glob("*-before-schema-*.sqlite"))
    assert schema(story.folder / "state" / "ledger.sqlite") == len(MIGRATIONS)
    if before < len(MIGRATIONS):
        assert [schema(path) for path in copies] == [before]
        assert copies[0].stat().st_mode & 0o077 == 0
    else:
        assert copies == []


def test_an_answer_to_a_mail_of_0_1_still_counts(story):
    story.box.put(tapped(sent_by_0_1(story.folder), 0), on=AT.date())
    story.run(AT)
    shown = story.appointment(VISIT)
    assert shown.status is AppointmentStatus.CONFIRMED


def test_a_reminded_appointment_that_moves_keeps_its_place_in_the_calendar(story):
    story.run(AT)
    with story.world(AT) as world:
        layout = next(item for item in plan_of(world).snapshot.layouts.values() if item.table == "appointments")
        row = next(item for item in plan_of(world).snapshot.appointments if item.number == VISIT)
    place = f"{layout.tab}!{column(layout.columns['time'])}{row.line}"
    set_cell(story.folder / "KIM-Team.xlsx", place, "16:30", None)
    story.run(AT + timedelta(hours=2))
    fresh = [mail for mail in story.post.taken if mail["To"] == sent_by_0_1(story.folder)["To"]]
    assert len(fresh) == 1
    assert uid(fresh[0]) == uid(sent_by_0_1(story.folder))


def plan_of(world):
    from automations.engine.runner import plan

    return plan(world, lambda: AT, ("summarise",))


def column(number):
    from openpyxl.utils import get_column_letter

    return get_column_letter(number)


def uid(message):
    entry = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    lines = entry.get_content().replace("\r\n ", "").splitlines()
    return next(line for line in lines if line.startswith("UID:"))


def test_a_broken_copy_stops_before_anything_changes(story, monkeypatch):
    """Where the copy cannot be made, the old ledger stays as it is."""
    monkeypatch.setattr("automations.ledger.book.MIGRATIONS", (*MIGRATIONS, lambda _: None))
    (story.folder / "state" / "backups").write_text("in the way")
    before = schema(story.folder / "state" / "ledger.sqlite")
    with pytest.raises(Exception, match="backup"):
        story.run(AT)
    assert schema(story.folder / "state" / "ledger.sqlite") == before


def test_what_0_1_left_open_to_others_is_closed(story):
    for path in (story.folder / "state", *(story.folder / "state").rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    story.run(AT)
    open_still = [path.name for path in (story.folder / "state").rglob("*") if path.stat().st_mode & 0o077]
    assert open_still == []
    assert (story.folder / "state").stat().st_mode & 0o077 == 0


def published(story):
    with closing(sqlite3.connect(story.folder / "state" / "ledger.sqlite")) as connection, connection:
        return dict(connection.execute("SELECT key, payload FROM facts WHERE kind = 'published' ORDER BY key"))


def test_what_the_land_was_given_stays_word_for_word(story, tmp_path):
    before = published(story)
    story.run(AT)
    out = tmp_path / "land.csv"
    assert run_command(["--site", str(story.folder), "report", "--at", AT.isoformat(), "--out", str(out)]) == 0
    after = published(story)
    assert {half: after[half] for half in before} == before != {}
    told = out.read_text(encoding="utf-8-sig")
    assert "published;2023-H2;2023-12-31;;;persons;11;" in told
    assert "männlich;persons;6;" in told
