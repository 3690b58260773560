"""A message that cannot leave keeps no other from the same reader."""

from __future__ import annotations

from datetime import date, datetime, time

from tests.support.demo_worlds import run_site
from tests.support.own_site import BERLIN
from tests.support.small_site import DAY, case, reachable, small_site

RULE = """
[[rules]]
name = "gruss"
table = "cases"
when = 'phase == "support"'
due = { every = "wednesday" }
recipient = "client"
template = "gruss"
"""


def test_a_reminder_waits_for_no_message_whose_text_is_broken(tmp_path):
    visit = {"Termin-Nr.": "T-1", "Fall-Nr.": "K-1", "Datum": date(2024, 11, 15), "Uhrzeit": time(10),
             "Ort": "Büro Nord", "Beratung durch": "AA", "Status": "geplant"}  # fmt: skip
    small_site(tmp_path, [case(1, **reachable(1) | {"Phase": "Begleitung", "Zuständig": "AA"})], [visit], few_tabs=True)
    (tmp_path / "config" / "rules.toml").write_text(RULE, encoding="utf-8")
    (tmp_path / "templates" / "mail").mkdir(parents=True)
    for end, said in (("subject.txt", "Gruß"), ("txt", "{{ nothing }}"), ("html", "<p>{{ nothing }}</p>")):
        (tmp_path / "templates" / "mail" / f"gruss.{end}.j2").write_text(said + "\n", encoding="utf-8")
    run_site(tmp_path, DAY)
    for day in (6, 8):  # five days before is a Sunday, so that the reminder could still leave on Monday
        run_site(tmp_path, datetime(2024, 11, day, 9, tzinfo=BERLIN))
    left = [path.read_text(encoding="utf-8") for path in (tmp_path / "mails").rglob("*.eml")]
    assert [one for one in left if "To: k1@example.org" in one and "15.11.2024" in one]
