"""Sentences that are said later than they are written down (faults, evidence) have a German form too."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from automations.common.texts import texts
from automations.jobs.checks import duplicates

ROOT = Path(__file__).parents[2] / "automations"


def fault_sentences() -> list[str]:
    found = []
    for path in sorted((ROOT / "tables").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Fault":
                found += [arg.value for arg in node.args[1:3] if isinstance(arg, ast.Constant)]
    return found


EVIDENCE = [*duplicates._BIRTH.values(), *duplicates._CONTACT.values(), "the same name", "first and last name swapped"]


def test_there_are_faults():
    assert len(fault_sentences()) > 40


@pytest.mark.parametrize("sentence", [*fault_sentences(), *EVIDENCE])
def test_it_is_said_in_german_with_the_same_places(sentence):
    german = texts("de").say(sentence)
    assert german != sentence
    assert set(re.findall(r"{\w+}", german)) <= set(re.findall(r"{\w+}", sentence))
