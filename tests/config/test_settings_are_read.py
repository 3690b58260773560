"""A setting that nothing reads would be obeyed by nobody: every field of every model of the config is asked for
somewhere in the program."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import automations
from automations.cli.reference import settings_reference
from automations.jobs.tabs.settings import TabPlaces
from automations.model.settings import Strict

settings_reference()  # loads every model that the config is read with
BY_NAME = {"PackSettings.use", *(f"TabPlaces.{name}" for name in TabPlaces.model_fields)}
"""Read through `getattr` with a name that is known at run time only."""

PROGRAM = Path(automations.__file__).parent


def every_model(base: type = Strict) -> Iterator[type]:
    for model in base.__subclasses__():
        yield model
        yield from every_model(model)


SETTINGS = sorted({(model.__name__, name) for model in every_model() if model.__module__.startswith("automations.")
                   for name in model.model_fields})  # fmt: skip


@pytest.fixture(scope="module")
def program():
    return "\n".join(path.read_text(encoding="utf-8") for path in PROGRAM.rglob("*.py"))


def test_every_setting_is_read(program):
    asked = set(re.findall(r"\.([a-z_]\w*)", program))
    assert [
        f"{model}.{name}" for model, name in SETTINGS if name not in asked and f"{model}.{name}" not in BY_NAME
    ] == []
