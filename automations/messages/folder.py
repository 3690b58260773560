"""Mails laid down in a folder, one .eml file each, for demonstrations and trials."""

from __future__ import annotations

import hashlib
import os
from email.message import EmailMessage
from pathlib import Path

from automations.common.errors import why
from automations.common.texts import Texts, texts
from automations.messages.transport import Delivery


class FolderTransport:
    """Writes messages into `folder`, readable by its owner alone. A message delivered twice at the
    same moment is one file."""

    live = False

    def __init__(self, folder: Path, words: Texts | None = None) -> None:
        self._folder, self._words = folder, words or texts("en")

    def deliver(self, message: EmailMessage, recipient: str) -> Delivery:
        """Write the message; state "test", or "retry" where the folder cannot be written."""
        path = self._folder / _name(message, recipient)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(path, message.as_bytes())
        except OSError as error:
            return Delivery("retry", f"{self._folder}: {self._words.say(why(error))}", down=True)
        return Delivery("test", path.name)

    def close(self) -> None:
        """Nothing to close."""


def _name(message: EmailMessage, recipient: str) -> str:
    moment = message["Date"].datetime
    identity = hashlib.sha256(f"{message['Message-ID']}{recipient}".encode()).hexdigest()[:12]
    return f"{moment:%Y%m%d-%H%M%S}-{identity}.eml"


def _write(path: Path, content: bytes) -> None:
    partial = path.with_suffix(".part")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
