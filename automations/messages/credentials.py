"""Secrets, fetched the moment that they are needed and never kept in the config."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from typing import Literal

from automations.common.errors import PlainError, why
from automations.common.files import write_private
from automations.common.texts import Texts
from automations.messages.settings import Login

# Seconds: a program that asks for a password on a screen that nobody sees would hold every run.
_PATIENCE_SECONDS = 30
_KEPT_KEYS = 2  # old ones, for mails that are still out
_KEY_BYTES = 32


class CredentialsError(PlainError):
    """A secret that cannot be had; the text says which and why, never the secret itself."""

    code = "credentials"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A password, or an OAuth2 access token."""

    kind: Literal["password", "token"]
    text: str


def secret(login: Login, words: Texts) -> Secret:
    """The secret of a login. Raises CredentialsError, in the language of `words`."""
    if login.oauth is not None:
        from automations.messages.oauth import access_token

        return Secret("token", access_token(login.oauth, login.user, words))
    if login.token_command:
        return Secret("token", _token(login.token_command, words))
    return Secret("password", stored(login.password_env, login.password_keyring, login.user, words))


def stored(env: str, keyring_name: str, user: str, words: Texts) -> str:
    """A secret from an environment variable or the system's keyring. Raises CredentialsError."""
    if env:
        found = os.environ.get(env, "").rstrip("\r\n")  # a file of secrets ends in a line break, no password does
        trouble = words.say("The environment variable {name} holds no password.", name=env)
    else:
        found = _from_keyring(keyring_name, user, words)
        trouble = words.say("The keyring holds no password for {user} under {name}.", user=user, name=keyring_name)
    if not found:
        raise CredentialsError(trouble)
    return found


def xoauth2(user: str, token: str) -> str:
    """The answer of the mechanism XOAUTH2, before base64 (as Google and Microsoft document it)."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def keep_in_keyring(name: str, user: str, password: str, words: Texts) -> None:
    """Lay a password into the system's keyring. Raises CredentialsError, in the language of `words`."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(name, user, password)
    except KeyringError as error:
        raise CredentialsError(_unanswered(error, words)) from error


def _unanswered(error: Exception, words: Texts) -> str:
    from keyring.errors import KeyringLocked

    if isinstance(error, KeyringLocked):
        return words.say("The keyring is locked; please unlock it for the account that runs kim.")
    return words.say("The keyring does not answer.")


def _from_keyring(name: str, user: str, words: Texts) -> str:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(name, user) or ""
    except KeyringError as error:
        raise CredentialsError(_unanswered(error, words)) from error


def _token(command: tuple[str, ...], words: Texts) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the program that the site's own config names, without a shell
            command, capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=True
        )
    # What the program wrote is left out of the sentence: it may hold the secret.
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError) as error:
        raise CredentialsError(words.say("{program} gave no access token.", program=command[0])) from error
    token = done.stdout.strip()
    # A message about an error is printed to the same place, and has blanks in it; a token has none.
    if not token or any(sign.isspace() or not sign.isprintable() for sign in token):
        raise CredentialsError(words.say("{program} printed no access token.", program=command[0]))
    return token


def load_keys(path: Path, words: Texts) -> tuple[bytes, ...]:
    """The keys in a file (one a line, as hex, newest first), made with a first one where it is missing.

    Keep it outside the config and its backups: who has it can forge replies. Raises CredentialsError."""
    try:
        if not path.exists():
            _make_keys(path)
        keys = tuple(bytes.fromhex(line) for line in path.read_text(encoding="ascii").split())
    # Two programs began at the same time: the other one's key counts for both.
    except FileExistsError:
        return load_keys(path, words)
    except (OSError, ValueError) as error:
        raise CredentialsError(
            words.say("{path} cannot be used as a file of keys: {what}", path=str(path), what=words.say(why(error)))
        ) from error
    # A key that was cut short would sign buttons that can be forged.
    if not keys or any(len(key) < _KEY_BYTES for key in keys):
        raise CredentialsError(words.say("{path} holds no key, or one that is too short.", path=str(path)))
    return keys


def rotate_keys(path: Path, words: Texts) -> tuple[bytes, ...]:
    """Put a new key in front; the latest old ones stay valid for mails that are still out."""
    # Mails are answered for weeks: a key that is dropped at once makes buttons dead that are still out.
    keys = (token_bytes(_KEY_BYTES), *load_keys(path, words)[:_KEPT_KEYS])
    # Replaced as a whole: with half a file of keys no answer that is on its way would count any more.
    write_private(path, "".join(f"{key.hex()}\n" for key in keys).encode("ascii"))
    return keys


def _make_keys(path: Path) -> None:
    """The first key. Raises FileExistsError where another program was quicker: its key counts for both."""
    # Others of the machine need not even know that there are keys.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(f"{token_bytes(_KEY_BYTES).hex()}\n")
