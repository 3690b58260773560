"""One mail when a trouble begins, one when it is over; what could not leave is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.engine.runner import run
from automations.service.alerts import tell_operator
from tests.support.simulation import Post

AT = datetime(2024, 10, 31, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
OPERATOR = '\n[operator]\nemail = "it@example.org"\n'


@pytest.fixture
def site(demos, tmp_path):
    return demos(tmp_path / "site", cases=12, seed=5, at=AT, smtp=True, more=OPERATOR)


class Office:
    """Runs and tells, by a clock."""

    def __init__(self, folder):
        self.folder, self.clock = folder, [AT]
        self.post = Post(self.clock)

    def run(self, minutes, *, is_broken=False, down=False):
        self.clock[0] = AT + timedelta(minutes=minutes)
        self.post.down = down
        path = self.folder / "KIM-Team.xlsx"
        whole = path.read_bytes()
        if is_broken:
            path.write_bytes(b"no workbook")
        with open_world(load_site(self.folder), self.clock[0]) as real:
            world = structs.replace(real, transport=self.post)
            tell_operator(world, run(world, lambda: self.clock[0]), lambda: self.clock[0])
            waiting = [item for item in world.ledger.mails("queued", "retry") if item.mail.to == "it@example.org"]
        if is_broken:
            path.write_bytes(whole)
        return len(waiting)

    @property
    def told(self):
        return [letter.subject for letter in self.post.taken if letter.to == "it@example.org"]


def test_a_trouble_that_lasts_is_told_once_and_its_end_once(site):
    office = Office(site)
    office.run(0)
    assert office.told == []
    for minutes in (5, 10, 15):
        office.run(minutes, is_broken=True)
    assert office.told == ["kim braucht Ihre Hilfe"]
    assert office.post.taken[-1].text.count("KIM-Team.xlsx") == 1  # what stopped the run is a problem, too
    office.run(20)
    office.run(25)
    assert office.told == ["kim braucht Ihre Hilfe", "kim läuft wieder"]
    office.run(30, is_broken=True)
    assert len(office.told) == 3


def test_a_mail_that_could_not_leave_is_tried_again(site):
    office = Office(site)
    assert office.run(0, is_broken=True, down=True) == 1
    assert office.told == []
    assert office.run(10, is_broken=True) == 0
    assert office.told == ["kim braucht Ihre Hilfe"]


def test_a_mail_that_nobody_could_send_for_days_is_given_up(site):
    office = Office(site)
    assert office.run(0, is_broken=True, down=True) == 1
    days = 4 * 24 * 60
    assert office.run(days, is_broken=True) == 0
    assert office.told == []
