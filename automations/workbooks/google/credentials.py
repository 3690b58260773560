"""The key with which kim opens a Google sheet: a service account's, or a person's (OAuth).

It is a JSON file of Google's. Its path, or its text, comes from an environment variable or from the keyring,
never from the config."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import keyring
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError
from google.oauth2.credentials import Credentials as UserCredentials
from google.oauth2.service_account import Credentials as ServiceCredentials
from keyring.errors import KeyringError
from msgspec import Struct

from automations.common.errors import why
from automations.workbooks.protocol import WorkbookError

SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)  # spreadsheets alone; nothing else of anybody's Drive
KEYRING_USER = "kim"  # the user name under which the keyring keeps the key


class KeySource(Struct, frozen=True):
    """Where a workbook's key is: the name of an environment variable, or of an entry in the keyring."""

    workbook: str
    env: str = "KIM_GOOGLE_CREDENTIALS"
    keyring: str = ""

    def load(self) -> Credentials:
        """The credentials. Raises WorkbookError."""
        found = self._from_keyring() if self.keyring else os.environ.get(self.env, "")
        if not found.strip():
            raise self._error(*_MISSING_KEYRING) if self.keyring else self._error(*_MISSING_ENV)
        try:
            # The key itself may stand in the variable, as containers have it.
            text = found if found.lstrip().startswith("{") else Path(found.strip()).expanduser().read_text("utf-8")
            return _credentials(json.loads(text))
        except OSError as error:
            raise self._error(*_UNREADABLE, reason=why(error)) from error
        except (ValueError, KeyError, TypeError, GoogleAuthError) as error:
            raise self._error(*_NO_KEY) from error

    def _from_keyring(self) -> str:
        try:
            return keyring.get_password(self.keyring, KEYRING_USER) or ""
        except KeyringError as error:
            raise self._error(*_MISSING_KEYRING) from error

    def _error(self, message: str, advice: str, **more: str) -> WorkbookError:
        values = {"name": self.workbook, "env": self.env, "keyring": self.keyring, "user": KEYRING_USER, **more}
        return WorkbookError(message, advice, code="credentials", values=values)


def _credentials(info: Any) -> Credentials:
    if not isinstance(info, dict):
        raise TypeError(type(info).__name__)
    if info.get("type") == "service_account":
        made: Credentials = ServiceCredentials.from_service_account_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]
        return made
    person: Credentials = UserCredentials.from_authorized_user_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]
    return person


_MISSING_ENV = (
    "There is no key for the Google sheet “{name}”: the environment variable {env} is not set.",
    "Let it name the key file of the service account; docs/google-sheets.md shows how to make one.",
)
_MISSING_KEYRING = (
    "There is no key for the Google sheet “{name}”: the keyring holds nothing for {user} under {keyring}.",
    "Put the key file's path there: keyring set {keyring} {user}",
)
_UNREADABLE = (
    "The key file of the Google sheet “{name}” cannot be read ({reason}).",
    "Check the path, and that the account that runs kim may read the file.",
)
_NO_KEY = (
    "What is named as the key of the Google sheet “{name}” is no key file of Google's.",
    "Take the JSON file that Google gave for the service account, unchanged.",
)
