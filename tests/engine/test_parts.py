"""Which parts a site gets: buttons only where somebody reads what they send."""

from __future__ import annotations

import stat

import pytest

from automations.cli import run_command
from automations.config.files import ConfigError
from automations.config.models import SiteFile
from automations.config.site import Site
from automations.engine.parts import ledger_url, make_inbox, make_renderer, make_replies, make_sender, new_reply_key
from automations.ledger.errors import LedgerError
from automations.messages.credentials import CredentialsError
from automations.messages.reply_tokens import make

INBOX = {"host": "imap.kim.test", "user": "kim", "password_env": "X"}


def site(folder, **mail):
    file = SiteFile.model_validate({"mail": {"from": "Stadt <post@kim.test>", **mail}})
    (folder / "state").mkdir(exist_ok=True)
    return Site(folder, file, None, {}, {})


def test_without_a_mailbox_nothing_is_asked_for(tmp_path):
    plain = site(tmp_path)
    assert (make_inbox(plain), make_replies(plain), make_sender(plain).answers) == (None, None, False)
    assert not (tmp_path / "state" / "reply-keys").exists()


def test_with_a_mailbox_answers_go_to_the_address_for_them(tmp_path):
    answering = site(tmp_path, inbox=INBOX, reply_to="Termine <termine@kim.test>")
    replies = make_replies(answering)
    assert make_inbox(answering) is not None
    assert replies.mailbox == "termine@kim.test"
    assert make_sender(answering).answers
    assert make_renderer(answering, replies).templates.problems() == ()
    assert stat.S_IMODE((tmp_path / "state" / "reply-keys").stat().st_mode) == 0o600


def test_a_new_key_leaves_answers_to_older_mails_valid(tmp_path):
    answering = site(tmp_path, inbox=INBOX)
    before = make_replies(answering)
    new_reply_key(answering)
    after = make_replies(answering)
    assert after.keys[0] != before.keys[0]
    assert after.verify(make("T-1", 1, "confirm", before.keys[0])) is not None


def test_keys_that_cannot_be_read_are_told(tmp_path):
    answering = site(tmp_path, inbox=INBOX)
    (tmp_path / "state" / "reply-keys").write_text("nonsense", encoding="utf-8")
    with pytest.raises(CredentialsError, match="reply-keys"):
        make_replies(answering)


def test_a_new_key_from_the_command_line(tmp_path, capsys):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "site.toml").write_text('[workbooks.team]\npath = "Team.xlsx"\n', encoding="utf-8")
    assert run_command(["--site", str(tmp_path), "ledger", "new-key"]) == 0
    assert "neuen Schlüssel" in capsys.readouterr().out
    assert (tmp_path / "state" / "reply-keys").is_file()


def test_an_address_for_answers_that_is_none_is_told(tmp_path):
    file = SiteFile.model_validate({"site": {"reply_to": "Postfach der Stadt"}, "mail": {"inbox": INBOX}})
    (tmp_path / "state").mkdir()
    with pytest.raises(ConfigError, match="Postfach der Stadt"):
        make_replies(Site(tmp_path, file, None, {}, {}))


def test_a_ledger_whose_variable_is_not_set_is_not_replaced_by_another(tmp_path, monkeypatch):
    monkeypatch.delenv("KIM_NOWHERE", raising=False)
    (tmp_path / "state").mkdir()
    file = SiteFile.model_validate({"ledger": {"url_env": "KIM_NOWHERE"}})
    with pytest.raises(LedgerError, match="KIM_NOWHERE") as told:
        ledger_url(Site(tmp_path, file, None, {}, {}))
    assert told.value.code == "ledger_url"
    monkeypatch.setenv("KIM_NOWHERE", "sqlite:///here.sqlite")
    assert ledger_url(Site(tmp_path, file, None, {}, {})) == "sqlite:///here.sqlite"
