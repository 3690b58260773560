"""A config that stops every run is told by mail, though what names the mail server cannot be read."""

from __future__ import annotations

import email
from email import policy

from automations.cli import run_command
from tests.support.own_site import SITE, OwnSite

OPERATED = SITE + '\n[operator]\nemail = "it@stadt.test"\n'


def mails(folder):
    files = sorted((folder / "outbox").rglob("*.eml"))
    found = [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
    return [mail for mail in found if "it@stadt.test" in str(mail["To"])]


def test_a_broken_config_is_told_once_and_so_is_that_it_is_mended(tmp_path, capsys):
    site = OwnSite(tmp_path, few_tabs=True)
    site.write(site=OPERATED)
    site.book({})

    def due(moment):
        return run_command(["--site", str(tmp_path), "run", "--due", "--at", moment])

    assert run_command(["--site", str(tmp_path), "run", "--at", "2026-02-02T06:30"]) in {0, 1}
    (tmp_path / "config" / "site.toml").write_text(OPERATED.replace('name = "', "name = "), encoding="utf-8")
    assert [due(f"2026-02-02T{hour}") for hour in ("12:30", "12:35", "17:00")] == [2, 2, 2]
    (told,) = mails(tmp_path)
    assert "site.toml" in told.get_body(("plain",)).get_content()
    (tmp_path / "config" / "site.toml").write_text(OPERATED, encoding="utf-8")
    due("2026-02-03T06:30")
    due("2026-02-03T12:30")
    assert len(mails(tmp_path)) == 2
    capsys.readouterr()


def test_where_no_run_ever_went_through_nobody_is_written_to_and_no_folder_is_made(tmp_path, capsys):
    assert run_command(["--site", str(tmp_path), "run"]) == 2
    assert list(tmp_path.iterdir()) == []
    capsys.readouterr()


def test_a_link_to_nowhere_among_the_files_hides_nothing(tmp_path, capsys):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "site.toml").write_text("[workbooks.team]\npath = 'Team.xlsx'\n", encoding="utf-8")
    (tmp_path / "config" / "rules.toml").symlink_to(tmp_path / "nowhere.toml")
    assert run_command(["--site", str(tmp_path), "run"]) == 2
    assert "rules.toml" in capsys.readouterr().err
