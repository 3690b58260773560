"""Where the tools of others are, and every mail that kim can write, for them to judge."""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from types import ModuleType

import pytest
from msgspec.structs import replace

from automations.messages.message import Sender, build
from automations.messages.render import Rendered, Renderer
from automations.messages.reply_tokens import ReplyTokens
from automations.messages.samples import samples
from automations.model.plan import Mail
from automations.model.settings import SiteFacts

ROOT = Path(__file__).parents[2]
LANGUAGES = ("de", "en", "ru", "uk", "fr", "ro", "ar", "tr")
MAILBOX = "termine@stadt-musterhausen.example.org"
NOW = datetime(2024, 10, 31, 7, tzinfo=UTC)
_NODE = Path(os.environ.get("KIM_YARDSTICKS", ROOT / ".yardsticks"))
_FACTS = SiteFacts(
    name="Beratung Musterhausen", mail_from=f"Stadt Musterhausen <{MAILBOX}>", reply_to=MAILBOX,
    approved_languages=LANGUAGES, phone="0221 4710100",
)  # fmt: skip
_SENDER = Sender(f"Stadt Musterhausen <{MAILBOX}>", b"k" * 32, MAILBOX, answers=True)


def node_module(*path: str) -> Path:
    """A file of an npm package that `make yardsticks` installs; elsewhere the test is skipped, saying so."""
    found = _NODE.joinpath("node_modules", *path)
    return found if found.exists() else missing(path[0])


def python_file(*path: str) -> Path:
    """A file of a Python package that `make yardsticks` puts aside, without what it depends on."""
    found = _NODE.joinpath("python", *path)
    return found if found.exists() else missing(path[0])


def python_package(name: str) -> ModuleType:
    """A Python package that lies aside, imported: it must not hide what the project itself uses."""
    folder = str(python_file(name).parent)
    sys.path.append(folder)
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(folder)


def given(*path: str) -> Path:
    """Data of others that is measured with and not copied; the test is skipped where it is absent, saying so."""
    places = [_NODE.joinpath(*path), ROOT.parent.joinpath("shared", "data", *path)]
    found = next((place for place in places if place.exists()), None)
    return found or pytest.skip(f"{'/'.join(path)} is data of others, which may be put into {places[0]} for measuring")


def library(name: str) -> ctypes.CDLL:
    """A shared library of the system."""
    found = ctypes.util.find_library(name)
    return ctypes.CDLL(found) if found else missing(f"lib{name}")


def program(*names: str) -> str:
    """A program of the system, by the first of its names that is there."""
    return next((found for name in names if (found := shutil.which(name))), None) or missing(names[0])


def missing(name: str):
    """Skip, or fail where nothing may be skipped."""
    if os.environ.get("KIM_NO_SKIP"):
        pytest.fail(f"{name} is not installed; `make yardsticks` does it")
    pytest.skip(f"{name} is not installed; `make yardsticks` does it")


@dataclass(frozen=True)
class Written:
    """A mail of the samples, rendered and as it goes out."""

    name: str
    mail: Mail
    rendered: Rendered
    message: EmailMessage


def mails() -> Iterator[Written]:
    """Every shipped mail: those to clients in every language, with buttons and with a phone number."""
    for answers in (ReplyTokens((b"k" * 32,), MAILBOX), None):
        renderer = Renderer(_FACTS, None, answers)
        for number, sample in enumerate(samples()):
            for language in LANGUAGES if sample.audience == "client" else ("de",):
                mail = replace(sample, language=language)
                rendered = renderer.render(mail)
                ways = "buttons" if answers else "phone"
                name = f"{number:02}-{mail.template}-{language}-{ways}"
                yield Written(name, mail, rendered, build(mail, rendered, _SENDER, NOW))
