"""With whose name and password kim opens a file on a server; fetched when they are needed, never kept in the config."""

from __future__ import annotations

import os

from msgspec import Struct

from automations.workbooks.protocol import WorkbookError

USER_ENV = "KIM_WEBDAV_USER"  # the variable that names the account where neither site.toml nor the address does


class Account(Struct, frozen=True):
    """Where name and password of an account are. `env` names the variable that holds the password, `keyring` an
    entry of the system's keyring (under the account's name), which then counts alone. Use an app password: it can
    be withdrawn by itself, and opens files only."""

    workbook: str
    user: str = ""
    env: str = "KIM_WEBDAV_PASSWORD"
    keyring: str = ""

    def load(self) -> tuple[str, str]:
        """Name and password; two blanks where neither is set (a server in the own house may ask for none).
        Raises WorkbookError where one is missing."""
        user = self.user or os.environ.get(USER_ENV, "").strip()
        password = self._from_keyring(user) if self.keyring else os.environ.get(self.env, "")
        # One without the other is a slip; neither is a server that asks for none.
        if bool(user) != bool(password):
            raise self._error(*(_NO_PASSWORD if user else _NO_USER), user=user)
        return user, password

    def _from_keyring(self, user: str) -> str:
        import keyring
        from keyring.errors import KeyringError

        try:
            found = keyring.get_password(self.keyring, user) or ""
        except KeyringError as error:
            raise self._error(*_NOT_IN_KEYRING, user=user) from error
        if not found:
            raise self._error(*_NOT_IN_KEYRING, user=user)
        return found

    def _error(self, message: str, advice: str, user: str) -> WorkbookError:
        values = {"name": self.workbook, "env": self.env, "keyring": self.keyring, "user": user or "kim"}
        return WorkbookError(message, advice, code="credentials", values=values)


_NO_PASSWORD = (
    "There is no password of {user} for the workbook “{name}”: the environment variable {env} is not set.",
    "Make an app password in the settings of that account (Nextcloud: Security), and put it into {env}.",
)
_NO_USER = (
    "For the workbook “{name}” there is a password, but no account.",
    'Add user = "…" under the url in site.toml, or set KIM_WEBDAV_USER.',
)
_NOT_IN_KEYRING = (
    "There is no password of {user} for the workbook “{name}”: the keyring holds nothing under {keyring}.",
    "Put an app password of that account there: keyring set {keyring} {user}",
)
