"""The brake counts what left, by day: many small runs do not get past it, nor does a stop that is lifted."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import pytest
from msgspec import structs

from automations.config.loading import load_site
from automations.engine.brake import Brake
from automations.engine.parts import open_world
from automations.engine.questions import RELEASE, STOP
from automations.engine.runner import run
from automations.messages.samples import samples
from automations.model.decisions import question_number
from automations.model.history import History, MailRecord
from automations.model.settings import SiteFacts
from tests.support.demo_worlds import adopted
from tests.support.office import Office
from tests.support.shelf import lived
from tests.support.simulation import Post
from tests.support.small_site import BERLIN, case, reachable, small_site

VISIT = date(2024, 11, 6)
TUESDAY, MONDAY = datetime(2024, 10, 29, 9, tzinfo=BERLIN), datetime(2024, 11, 4, 9, tzinfo=BERLIN)
MAIL = next(mail for mail in samples() if mail.template == "appointment_reminder")


def visit(number: int) -> dict:
    return {
        "Termin-Nr.": f"T-{number}", "Fall-Nr.": f"K-{number}", "Datum": VISIT, "Uhrzeit": time(7 + number, 0),
        "Ort": "Büro Nord", "Status": "geplant",
    }  # fmt: skip


def begun(place):
    """Eight clients who can be written to, a brake of four, mails that really leave."""
    cases = [case(n, **reachable(n), Zuständig="AA", Phase="Begleitung") for n in range(1, 9)]
    site = small_site(place, cases, [], few_tabs=True)
    toml = site.folder / "config" / "site.toml"
    text = toml.read_text(encoding="utf-8").replace(
        'transport = "folder"\nfolder = "mails"', 'transport = "smtp"\nhost = "127.0.0.1"\nfrom = "t@example.org"'
    )
    toml.write_text(f"{text}\n[guards]\nmail_brake = 4\n", encoding="utf-8")
    adopted(site.folder, TUESDAY)


@pytest.fixture
def folder(tmp_path):
    return lived(begun, tmp_path / "site")


def type_visits(folder, numbers):
    office = Office(folder / "Team.xlsx", None, None)
    book = office._load()
    for number in numbers:
        book["Termine"].append([visit(number).get(head.value) for head in book["Termine"][1]])
    office._save(book)


def answered(folder, key, word):
    office = Office(folder / "Team.xlsx", None, None)
    book = office._load()
    row = next(row for row in book["Entscheidungen"].iter_rows(min_row=2) if row[0].value == question_number(key))
    row[4].value = word
    office._save(book)


def at(folder, moment, *, step=lambda _: None):
    """A run; the clients whom it wrote to."""
    post = Post([moment])
    with open_world(load_site(folder), moment) as real:
        run(structs.replace(real, transport=post), lambda: moment, step=step)
    return [letter.to for letter in post.taken if letter.to.startswith("k")]


def waiting(folder, moment=MONDAY):
    with open_world(load_site(folder), moment) as world:
        return sorted(item.mail.to for item in world.ledger.mails("held") if item.mail.audience == "client")


def releases(folder, moment=MONDAY):
    with open_world(load_site(folder), moment) as world:
        return sorted(
            key for key in world.ledger.history(live=True).questions if key.startswith(RELEASE)
        )  # fmt: skip


def test_many_small_runs_of_a_day_are_counted_together(folder):
    sent = []
    for n in range(1, 9):
        type_visits(folder, [n])
        sent += at(folder, MONDAY + timedelta(minutes=5 * n))
    assert len(sent) == 4
    assert len(waiting(folder)) == 4
    assert len(releases(folder)) == 4, "each of them is asked about"


def test_what_is_held_stays_so_on_another_day_and_out_of_hours(folder):
    type_visits(folder, range(1, 9))
    assert at(folder, MONDAY) == []
    late, tomorrow = MONDAY.replace(hour=20), MONDAY + timedelta(days=1)
    assert at(folder, late) == []
    assert at(folder, tomorrow) == []
    assert len(waiting(folder)) == 8
    answered(folder, releases(folder)[0], "ja")
    assert len(at(folder, tomorrow + timedelta(hours=1))) == 8


def test_what_was_let_go_counts_no_more(folder):
    type_visits(folder, range(1, 7))
    at(folder, MONDAY)
    answered(folder, releases(folder)[0], "ja")
    assert len(at(folder, MONDAY + timedelta(minutes=5))) == 6
    type_visits(folder, [7])
    assert at(folder, MONDAY + timedelta(minutes=10)) == ["k7@example.org"]


def test_a_stop_that_is_lifted_lets_nothing_past_the_brake(folder):
    at(folder, TUESDAY)
    type_visits(folder, range(1, 9))
    assert at(folder, MONDAY) == []
    answered(folder, STOP, "ja")
    at(folder, MONDAY + timedelta(minutes=5))
    answered(folder, STOP, "nein")
    at(folder, MONDAY + timedelta(minutes=10))
    for more in (15, 20, 24 * 60):
        assert at(folder, MONDAY + timedelta(minutes=more)) == []
    assert len(waiting(folder)) == 8
    answered(folder, releases(folder)[0], "ja")
    assert len(at(folder, MONDAY + timedelta(days=1, hours=1))) == 8, "the question put before the stop still counts"


def test_mails_that_a_stop_caught_in_the_outbox_are_no_released_ones(folder):
    """The run that reads the yes had planned four as leaving; four more come due in the stop."""
    at(folder, TUESDAY)
    type_visits(folder, range(1, 5))
    answered(folder, STOP, "ja")
    assert at(folder, MONDAY) == []
    type_visits(folder, range(5, 9))
    assert at(folder, MONDAY + timedelta(minutes=5)) == []
    answered(folder, STOP, "nein")
    for more in (10, 15, 20):
        assert at(folder, MONDAY + timedelta(minutes=more)) == []
    assert len(waiting(folder)) == 8


def test_what_waits_for_the_morning_was_let_go_by_nobody(folder):
    evening = MONDAY.replace(hour=20)
    type_visits(folder, range(1, 5))
    at(folder, evening)
    type_visits(folder, range(5, 9))
    at(folder, evening + timedelta(minutes=5))
    assert at(folder, MONDAY + timedelta(days=1)) == []
    assert len(waiting(folder)) == 8


def test_a_run_that_was_cut_off_counts(folder):
    """The power fails after three of four left; five more are due."""

    class Cut(BaseException):
        pass

    def cut(step):
        if step == "show":
            raise Cut

    type_visits(folder, range(1, 5))
    post = Post([MONDAY])
    with suppress(Cut), open_world(load_site(folder), MONDAY) as real:
        run(structs.replace(real, transport=post), lambda: MONDAY, step=cut)
    assert len([letter for letter in post.taken if letter.to.startswith("k")]) == 4
    type_visits(folder, [5, 6])
    assert at(folder, MONDAY + timedelta(minutes=5)) == []
    assert waiting(folder) == ["k5@example.org", "k6@example.org"]


def record(key, state="sent", day=4, **more):
    moment = datetime(2024, 11, day, 9, tzinfo=UTC)
    return MailRecord(key, "reminder", "K-1", "T-1", 1, state, moment, **more)


def brake(*records, live=True):
    mails = {item.key: item for item in records}
    return Brake(History(mails=mails, live=live), SiteFacts(), MONDAY.date())


def test_today_is_what_left_today_by_the_clock_of_the_site():
    late = record("late", tried=datetime(2024, 11, 3, 23, 30, tzinfo=UTC))  # half past midnight in Berlin
    found = brake(
        record("a"), record("b", "unknown"), record("c", "sending"), late, record("d", "held"), record("e", "queued"),
        record("f", "failed"), record("g", released=True), record("staff", size=0), record("text", size=3),
    )  # fmt: skip
    assert found.left == 7


def test_a_mail_of_yesterday_that_came_back_today_is_none_of_today():
    assert brake(record("a", "bounced", tried=datetime(2024, 11, 3, 9, tzinfo=UTC))).left == 0


def test_mails_into_a_folder_count_as_long_as_they_go_there():
    assert [brake(record("a", "test"), live=live).left for live in (False, True)] == [1, 0]


def test_usual_is_the_mean_of_the_days_before_on_which_any_left():
    many = [record(f"{day}/{n}", day=day) for day, count in ((1, 30), (3, 10), (4, 99)) for n in range(count)]
    assert brake(*many).usual == 20
    assert brake(record("a", day=1)).usual == 10, "a usual day of fewer says nothing"
    assert brake(record("a")).usual == 0.0


def test_what_left_is_not_counted_a_second_time():
    known = brake(record(MAIL.key), record("b", "held"), record("c", "queued", released=True))
    others = [structs.replace(MAIL, key=key) for key in ("b", "c", "new")]
    assert [known.leaves(mail) for mail in (MAIL, *others)] == [False, True, False, True]
