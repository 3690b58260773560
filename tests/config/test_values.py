"""Every setting out of range gets a sentence of its own, in German, and all of them at once."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from automations.config.files import ConfigError
from automations.config.loading import load_site
from automations.service.timetable import odd_times

GOOD = '[workbooks.team]\npath = "Team.xlsx"\n'

BAD = {
    "site.zone": ('[site]\nzone = "Europe/Herne"', "Zeitzone"),
    "site.country": ('[site]\ncountry = "XX"', "Feiertage"),
    "site.land": ('[site]\nland = "Nordrhein"', "Feiertage"),
    "site.language": ('[site]\nlanguage = "tr"', "de"),
    "site.closed_yearly": ('[site]\nclosed_yearly = ["24.12."]', "12-24"),
    "site.closed_days.0": ("[site]\nclosed_days = [20261228]", "2026-12-28"),
    "site.mail_hours": ('[site]\nmail_hours = ["18:00", "08:00"]', "vor der zweiten"),
    "site.mail_hours.0": ('[site]\nmail_hours = [8, "18:00"]', "06:30"),
    "site.settle_minutes": ("[site]\nsettle_minutes = -1", "mindestens 0"),
    "site.approved_languages": ('[site]\napproved_languages = ["Ukrainisch"]', "zwei Buchstaben"),
    "site.case_prefix": ('[site]\ncase_prefix = "2026"', "Buchstaben"),
    "schedule.full.0": ('[schedule]\nfull = ["25:00"]', "06:30"),
    "schedule": ('[schedule]\nfull = ["12:30"]', "derselben Uhrzeit"),
    "schedule.light.0": ("[schedule]\nlight = [1230]", "06:30"),
    "schedule.grace_minutes": ("[schedule]\ngrace_minutes = 0", "mindestens 1"),
    "schedule.job_timeout_minutes": ("[schedule]\njob_timeout_minutes = 1.5", "ganze Zahl"),
    "guards.shrink_percent": ("[guards]\nshrink_percent = 101", "höchstens 100"),
    "guards.mail_brake": ("[guards]\nmail_brake = 0", "mindestens 1"),
    "guards.busy_hours": ("[guards]\nbusy_hours = 100", "höchstens 72"),
    "schedule.look_minutes": ("[schedule]\nlook_minutes = true", "ganze Zahl"),
    "operator.email": ('[operator]\nemail = "nobody"', "Mailadresse"),
    "operator.ping_url": ('[operator]\nping_url = "ftp://x"', "https://"),
    "mail.transport": ('[mail]\ntransport = "brieftaube"', "möglich sind"),
    "mail.port": ("[mail]\nport = 70000", "höchstens 65535"),
    "workbooks.managers.keep_versions": ('[workbooks.managers]\npath = "x.xlsx"\nkeep_versions = 0', "mindestens 1"),
}


def problems(folder, text):
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "site.toml").write_text(GOOD + text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_site(folder)
    return raised.value.problems


@pytest.mark.parametrize("field", BAD)
def test_one_sentence_with_its_place(tmp_path, field):
    text, word = BAD[field]
    found = problems(tmp_path, text)
    assert [problem.field for problem in found] == [field]
    assert word in found[0].message
    assert found[0].row >= 3


def test_all_at_once(tmp_path):
    """What is wrong in one section does not hide another."""
    sections: dict[str, str] = {}
    for text, _ in BAD.values():
        header, _, line = text.partition("\n")
        sections.setdefault(header, line)
    text = "\n".join(f"{header}\n{line}" for header, line in sections.items())
    assert len(problems(tmp_path, text)) == len(sections) >= 6
    both = '[site]\nzone = "x"\nland = "y"\nsettle_minutes = -1\n[schedule]\nfull = []\nlight = []'
    assert {problem.field for problem in problems(tmp_path, both)} == {
        "site.zone", "site.land", "site.settle_minutes", "schedule"
    }  # fmt: skip


def test_times_that_do_not_exist_are_possible_but_said(tmp_path):
    (tmp_path / "config").mkdir()
    text = GOOD + '[schedule]\nfull = ["02:30"]\nlight = ["12:30"]\n'
    (tmp_path / "config" / "site.toml").write_text(text, encoding="utf-8")
    now = datetime(2026, 1, 2, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    found = odd_times(load_site(tmp_path), now)
    assert len(found) == 1
    assert found[0].severity != "error"
    assert "02:30" in found[0].message
    assert "29.03.2026" in found[0].message


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("rules.toml", '[[rules]]\nname = ["x"]\n', "rules.toml:2"),
        ("rules.toml", '[[rules]]\nname = "x"\ndue = { event = ["booked"] }\n', "rules.toml:3"),
        ("rules.toml", 'texts = 3\n[[rules]]\nname = "x"\n', "rules.toml:1"),
        ("columns.toml", "tables = 3\n", "columns.toml:1"),
        ("columns.toml", '[tables.cases.fields]\nx = { headings = ["X"], kind = "datum" }\n', "columns.toml:2"),
        ("columns.toml", '[tables.cases.fields]\nX = { headings = ["X"] }\n', "columns.toml:2"),
        (
            "columns.toml",
            '[tables.team]\ntabs = ["T"]\n[tables.team.keep]\nafter = "x"\nmonths = 3\n',
            "columns.toml:1",
        ),
        ("columns.toml", '[mail]\n[words.stats]\nplanned = ["x"]\n', "columns.toml:2"),
        ("columns.toml", '[mail]\n[nothing]\nnowhere = ["x"]\n', "columns.toml:3"),
        ("packs/dormant/pack.toml", "rules = 3\n", "packs/dormant/pack.toml"),
        ("packs/dormant/pack.toml", "tables = []\n", "packs/dormant/pack.toml"),
    ],
)
def test_something_of_another_kind_than_expected_is_told_with_its_place(tmp_path, file, text, line):
    path = tmp_path / "config" / file
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    (tmp_path / "config" / "site.toml").write_text(GOOD + '[packs]\nuse = ["dormant"]\n', encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_site(tmp_path)
    assert any(sentence.startswith(line) for sentence in raised.value.sentences)
    assert not any(".." in sentence.removeprefix(line) for sentence in raised.value.sentences)
