"""What a wrong value in the config is told as: a sentence of its own, in German and in English."""

from __future__ import annotations

import pytest

from automations.config.files import ConfigError
from automations.config.loading import load_site

SITE = '[site]\nname = "Herne"\nlanguage = "{language}"\n[workbooks.team]\npath = "Team.xlsx"\n'
MAIL = [
    'transport = "pigeon"',
    'transport = "smtp"',
    'from = "nobody"',
    "from = 5",
    'reply_to = "a@b.test, c@d.test"',
    'user = "kim"',
    'password_env = "X"',
    'user = "kim"\npassword_env = "X"\ntoken_command = ["y"]',
    'user = "kim"\npassword_env = "X"\nsecurity = "none"',
    'host = ""',
    "port = 70000",
    "port = 0",
    'port = "smtp"',
    'password = "geheim"',
    "timeout_seconds = 0",
    "timeout_seconds = 9999",
    'timeout_seconds = "x"',
    'token_command = "x"',
    "rate_per_minute = -1",
    "rate_per_minute = 1.5",
    'security = "ssl"',
    'inbox = "x"',
    '[mail.inbox]\nuser = "x"',
    '[mail.inbox]\nhost = ""',
    '[mail.inbox]\nhost = "h"\n[mail.archive_mailbox]\nhost = "h"',
    '[mail.inbox]\nhost = "h"\nport = 0',
    '[noticed]\ncases = ["nothing"]',
]
RULES = [
    'due = { field = "date" }',
    "due = {}",
    'due = { event = "x" }',
    'due = { event = "booked", every = "working_day" }',
    'due = { field = "date", days_before = [-1] }',
    'due = { field = "date", days_before = ["x"] }',
    'due = { field = "date", days_before = 5 }',
    'due = { field = "date", days_before = [5], days_after = [1] }',
    'due = { field = "date", days_before = [5], repeats = 2 }',
    'due = { field = "date", days_before = [5], at = "25:99" }',
    'due = { field = "date", days_before = [5], at = 6 }',
    'due = { field = "date", days_before = [5], closed_days = "jump" }',
    'due = { field = "date", days_before = [5], keep_days = 0 }',
    'due = { field = "date", days_before = [5], foo = 1 }',
    'due = "soon"',
    'due = { event = "booked" }\nrecipient = "chef"',
    'due = { event = "booked" }\nrecipient = "a@b.test, c@d.test"',
    'due = { event = "booked" }\nchannel = "fax"',
    'due = { event = "booked" }\ntable = "x"',
    'due = { event = "booked" }\nwhen = 5',
    'due = { event = "booked" }\ntemplate = "No Such"',
    "",
]

OTHERS = [
    ("automations.toml", '[assign_cases]\ngoals = ["people", "people"]'),
    ("automations.toml", '[summarise.report]\ndimensions = ["shoe_size"]'),
    ("automations.toml", '[summarise.tabs]\nwaiting = "managers"'),
    (
        "automations.toml",
        '[[check_data.own]]\ntable = "cases"\ncode = "x"\nwhen = "phase"\nmessage = "m"\nfield = "shoes"',
    ),
    ("figures.toml", '[[figures]]\nid = "x"\ntitle = "X"\nby = "shoes"'),
    ("figures.toml", '[[figures]]\nid = "x"\ntitle = "X"\nmeasure = "sums"'),
    ("figures.toml", '[[figures]]\nid = "x"\ntitle = "X"\nmeasure = "share"\nmanagers = true'),
    ("columns.toml", '[tables.shoes]\ntabs = ["x"]\nheadings = { size = ["Size"] }'),
    ("columns.toml", '[tables.cases]\nheadings = { size = ["Size"] }'),
    ("columns.toml", '[tables.cases]\nrequired = ["shoes"]'),
    ("columns.toml", '[words.shoes]\nbig = ["Big"]'),
]


def told(
    folder, language: str, site: str = "", rules: str = "", others: dict[str, str] | None = None
) -> list[tuple[str, str, str, int | None]]:
    config = folder / language / "config"
    config.mkdir(parents=True, exist_ok=True)
    (config / "site.toml").write_text(SITE.format(language=language) + site, encoding="utf-8")
    (config / "reminders.toml").write_text(rules, encoding="utf-8")
    for name, text in (others or {}).items():
        (config / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_site(folder / language)
    return [(problem.tab, problem.message, problem.advice, problem.row) for problem in caught.value.problems]


def check(german, english) -> None:
    """The library's own words, and sentences that nobody translated, are the same in both."""
    assert [(file, row) for file, _, _, row in german] == [(file, row) for file, _, _, row in english]
    for (_, message, advice, row), (_, other, other_advice, _) in zip(german, english, strict=True):
        assert row
        assert message.partition(":")[2] != other.partition(":")[2] or "kim kennt" in message
        assert advice != other_advice
        assert "should" not in f"{message} {other}"


@pytest.mark.parametrize("wrong", MAIL)
def test_a_wrong_setting_of_mail(tmp_path, wrong):
    site = wrong if wrong.startswith("[") else f"[mail]\n{wrong}\n"
    check(told(tmp_path, "de", site), told(tmp_path, "en", site))


@pytest.mark.parametrize("wrong", RULES)
def test_a_wrong_rule(tmp_path, wrong):
    template = "" if "template" in wrong else 'template = "appointment_reminder"\n'
    rules = f'[[rules]]\nname = "own"\n{template}{wrong}\n'
    check(told(tmp_path, "de", rules=rules), told(tmp_path, "en", rules=rules))


@pytest.mark.parametrize(("file", "wrong"), OTHERS)
def test_a_wrong_setting_of_the_other_files(tmp_path, file, wrong):
    check(*(told(tmp_path, language, others={file: wrong + "\n"}) for language in ("de", "en")))


@pytest.mark.parametrize(
    ("text", "row"), [("[[rules]\n", 1), ('quiet_hours = "', None), ("quiet_hours = 1\nquiet_hours = 2\n", 2)]
)
def test_a_file_that_is_no_toml_is_told_with_its_place(tmp_path, text, row):
    ((file, german, advice, line),) = told(tmp_path, "de", rules=text)
    assert (file, line) == ("reminders.toml", row)
    assert german.startswith("reminders.toml ist nicht ")
    assert "doppelt" in advice


def test_the_choices_are_named_as_they_are_written(tmp_path):
    rules = '[[rules]]\nname = "own"\ntemplate = "own"\ndue = { event = "x" }\n'
    ((_, message, _, _),) = told(tmp_path, "de", rules=rules)
    assert message.endswith('möglich sind "booked", "moved", "cancelled"')


def test_a_file_in_another_encoding_is_told(tmp_path):
    config = tmp_path / "config"
    config.mkdir()
    (config / "site.toml").write_bytes(SITE.format(language="de").replace("Herne", "Gütersloh").encode("latin-1"))
    with pytest.raises(ConfigError, match="UTF-8") as raised:
        load_site(tmp_path)
    before = SITE.partition("Herne")[0]
    assert [problem.row for problem in raised.value.problems] == [before.count("\n") + 1]


@pytest.mark.parametrize(
    ("site", "others", "name"),
    [
        ('[mail]\nform = "a@b.test"\n', {}, "from"),
        ("", {"columns.toml": '[tables.cases.fields]\nnote = { headings = ["Notiz"], clas = "open" }\n'}, "class"),
    ],
)
def test_the_nearest_setting_is_named_as_people_write_it(tmp_path, site, others, name):
    ((_, _, advice, _),) = told(tmp_path, "de", site, others=others)
    assert f"„{name}“" in advice
