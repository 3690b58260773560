"""Settings of mail, and the secrets that do not stand in them."""

from __future__ import annotations

import stat
import sys

import keyring
import pytest
from keyring.errors import KeyringLocked
from pydantic import ValidationError

from automations.common.texts import texts
from automations.messages.credentials import CredentialsError, load_keys, rotate_keys, secret
from automations.messages.settings import ImapSettings, Login, MailSettings

WORDS = texts("de")


def test_without_settings_mails_go_into_a_folder():
    settings = MailSettings()
    assert (settings.transport, settings.folder, settings.live) == ("folder", "mails", False)


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_usual_ports(security, port):
    assert MailSettings(security=security).smtp_port == port
    assert MailSettings(security=security, port=2525).smtp_port == 2525


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"transport": "smtp"}, "from"),
        ({"from": "nobody"}, "not one mail address"),
        ({"reply_to": "a@b.test, c@d.test"}, "not one mail address"),
        ({"archive": "a b@c.test"}, "not one mail address"),
        ({"user": "kim"}, "password_env"),
        ({"password_env": "X"}, "needs a user"),
        ({"user": "kim", "password_env": "X", "token_command": ["y"]}, "only one"),
        ({"user": "kim", "password_env": "X", "security": "none"}, "show the password"),
        ({"port": 70000}, "65535"),
        ({"password": "geheim"}, "Extra inputs"),
        ({"timeout_seconds": 0}, "greater than 0"),
    ],
)
def test_settings_that_do_not_fit_together_are_told(changes, said):
    with pytest.raises(ValidationError, match=said):
        MailSettings.model_validate(changes)


def test_the_sender_may_carry_a_neutral_name():
    assert MailSettings.model_validate({"from": '"Herne, Stadt" <a@bücher.test>'}).sender


def test_mails_are_live_only_over_smtp_without_a_test_address():
    smtp = {"transport": "smtp", "from": "a@b.test"}
    assert MailSettings.model_validate(smtp).live
    assert not MailSettings.model_validate({**smtp, "test_address": "x@y.test"}).live


def test_a_mailbox_is_read_over_tls():
    assert ImapSettings(host="imap.herne.test").port == 993


def test_a_password_from_the_environment(monkeypatch):
    monkeypatch.setenv("KIM_TEST_SECRET", "geheim")
    found = secret(Login(user="kim", password_env="KIM_TEST_SECRET"), WORDS)
    assert (found.kind, found.text) == ("password", "geheim")
    assert "geheim" not in repr(found)
    monkeypatch.setenv("KIM_TEST_SECRET", "")
    with pytest.raises(CredentialsError, match="KIM_TEST_SECRET"):
        secret(Login(user="kim", password_env="KIM_TEST_SECRET"), WORDS)


def test_a_password_from_the_keyring(monkeypatch):
    monkeypatch.setattr(keyring, "get_password", lambda service, user: {("mail", "kim"): "geheim"}.get((service, user)))
    assert secret(Login(user="kim", password_keyring="mail"), WORDS).text == "geheim"
    with pytest.raises(CredentialsError, match="Schlüsselbund"):
        secret(Login(user="other", password_keyring="mail"), WORDS)


def test_a_keyring_that_is_locked_is_told(monkeypatch):
    def locked(service, user):
        raise KeyringLocked("locked")

    monkeypatch.setattr(keyring, "get_password", locked)
    with pytest.raises(CredentialsError, match="gesperrt"):
        secret(Login(user="kim", password_keyring="mail"), WORDS)


def python(code: str) -> Login:
    return Login(user="kim", token_command=(sys.executable, "-c", code))


def test_a_token_from_a_program():
    found = secret(python("print('ya29.abc')"), WORDS)
    assert (found.kind, found.text) == ("token", "ya29.abc")


@pytest.mark.parametrize("code", ["", "print('a b')", "print('a\\nb')", "raise SystemExit(1)", "print('\\x07')"])
def test_a_program_that_gives_no_token(code):
    with pytest.raises(CredentialsError):
        secret(python(code), WORDS)


def test_a_program_that_is_missing():
    with pytest.raises(CredentialsError, match="nowhere"):
        secret(Login(user="kim", token_command=("/nowhere/token",)), WORDS)


def test_keys_are_made_once_and_for_nobody_else(tmp_path):
    path = tmp_path / "state" / "reply.keys"
    keys = load_keys(path, WORDS)
    assert load_keys(path, WORDS) == keys
    assert len(keys) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_new_key_comes_first_and_old_ones_stay_for_a_while(tmp_path):
    path = tmp_path / "reply.keys"
    first = load_keys(path, WORDS)
    second = rotate_keys(path, WORDS)
    assert second[1:] == first
    for _ in range(4):
        rotate_keys(path, WORDS)
    assert len(load_keys(path, WORDS)) == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "nonsense", "abcd\n", "ü" * 70])
def test_a_broken_file_of_keys_is_told(tmp_path, text):
    path = tmp_path / "reply.keys"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CredentialsError, match=r"reply\.keys"):
        load_keys(path, WORDS)


def test_archive_and_inbox_are_two_places():
    box = {"host": "imap.kim.test", "user": "kim", "password_env": "X"}
    archive = {**box, "host": "IMAP.kim.test"}
    with pytest.raises(ValidationError, match="of its own"):
        MailSettings.model_validate({"inbox": box, "archive_mailbox": archive})
    assert MailSettings.model_validate({"inbox": box, "archive_mailbox": {**archive, "folder": "Archiv"}}).inbox
