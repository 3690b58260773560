"""While staff have their workbook open clients' mails wait; a manager who reads holds nobody up."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.support.demo_worlds import run_site

AT = datetime(2024, 10, 31, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def site(demos, tmp_path):
    return demos(tmp_path / "site", cases=40, seed=3, at=AT)


def lock(site, workbook):
    path = site / f".~lock.{workbook}#"
    path.write_text("Erika Beispiel,erika,pc-17,31.10.2024 08:58,file:///;", encoding="utf-8")
    return path


def sent_to_clients(result):
    return [item.key for item in result.applied.mails if item.audience == "client"]


def test_clients_wait_two_hours_for_an_open_workbook_and_then_hear_what_was_saved_last(site):
    lock(site, "KIM-Team.xlsx")
    first = run_site(site, AT)
    assert first.outcome == "busy"
    assert sent_to_clients(first) == []
    assert any(item.audience == "staff" for item in first.applied.mails)
    later = run_site(site, AT + timedelta(hours=2, minutes=1))
    assert later.outcome == "busy"
    assert sent_to_clients(later)


def test_a_manager_who_reads_holds_nobody_up(site):
    lock(site, "KIM-Leitung.xlsx")
    result = run_site(site, AT)
    assert sent_to_clients(result)
    assert result.applied.writes["team"].status == "written"
    assert result.applied.writes["managers"].status == "busy"
