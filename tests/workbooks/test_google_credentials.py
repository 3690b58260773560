from __future__ import annotations

import json

import keyring
import pytest
from keyring.errors import KeyringError

from automations.workbooks.google.client import sheet_id
from automations.workbooks.google.credentials import SCOPES, KeySource
from automations.workbooks.protocol import WorkbookError
from tests.support.google_sheets import service_account

PERSON = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}


@pytest.fixture(scope="module")
def key():
    return service_account("kim@projekt.iam.gserviceaccount.com")


def test_a_service_account_from_a_file_named_in_the_environment(tmp_path, monkeypatch, key):
    path = tmp_path / "key.json"
    path.write_text(json.dumps(key))
    monkeypatch.setenv("KIM_GOOGLE_CREDENTIALS", str(path))
    made = KeySource("team").load()
    assert made.service_account_email == "kim@projekt.iam.gserviceaccount.com"
    assert tuple(made.scopes) == SCOPES


def test_a_person_from_the_keyring(monkeypatch):
    kept = {("kim-google", "kim"): json.dumps(PERSON)}
    monkeypatch.setattr(keyring, "get_password", lambda service, user: kept.get((service, user)))
    assert KeySource("team", keyring="kim-google").load().refresh_token == "r"


def told(source):
    with pytest.raises(WorkbookError) as caught:
        source.load()
    assert caught.value.code == "credentials"
    return caught.value.told("de").message


def test_a_missing_key_names_the_variable(monkeypatch):
    monkeypatch.delenv("MY_KEY", raising=False)
    assert "MY_KEY ist nicht gesetzt" in told(KeySource("team", env="MY_KEY"))


def test_a_keyring_that_holds_nothing_or_fails(monkeypatch):
    monkeypatch.setattr(keyring, "get_password", lambda *_: None)
    assert "Schlüsselbund" in told(KeySource("team", keyring="kim-google"))

    def locked(*_):
        raise KeyringError("locked")

    monkeypatch.setattr(keyring, "get_password", locked)
    assert "Schlüsselbund" in told(KeySource("team", keyring="kim-google"))


def test_a_file_that_is_not_there(monkeypatch, tmp_path):
    monkeypatch.setenv("KIM_GOOGLE_CREDENTIALS", str(tmp_path / "none.json"))
    assert "kann nicht gelesen werden" in told(KeySource("team"))


@pytest.mark.parametrize("content", ["", "kein JSON", "[]", "{}", '{"type": "service_account"}', "{"])
def test_a_file_that_is_no_key(monkeypatch, tmp_path, content):
    path = tmp_path / "key.json"
    path.write_text(content)
    monkeypatch.setenv("KIM_GOOGLE_CREDENTIALS", str(path))
    assert "keine Schlüsseldatei" in told(KeySource("team"))


@pytest.mark.parametrize(
    "url",
    [
        "https://docs.google.com/spreadsheets/d/1AbC-_9/edit#gid=0",
        "https://docs.google.com/spreadsheets/u/1/d/1AbC-_9/edit?usp=sharing",
        "https://docs.google.com/spreadsheets/d/1AbC-_9",
    ],
)
def test_the_id_in_an_address(url):
    assert sheet_id("team", url) == "1AbC-_9"
