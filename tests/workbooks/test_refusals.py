from __future__ import annotations

import re
from pathlib import Path

import pytest

from automations.common.texts import texts
from automations.workbooks.refusals import SENTENCES
from automations.workbooks.xlsx.patching import Refusal, patch
from tests.support import packages as p


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target.xlsx"


def test_all_refused_cells_are_named_at_once(tmp_path, target):
    data = '<row r="1"><c r="A1"><f>1</f></c><c r="B1"><f>1</f></c><c r="C1"/></row>'
    source = p.made(tmp_path / "s.xlsx", p.sheet(data))
    with pytest.raises(Refusal) as caught:
        patch(source, target, {"Tab1": {"A1": 1, "B1": 1, "C1": float("nan")}})
    assert [error.values["cell"] for error in (caught.value, *caught.value.also)] == ["A1", "B1", "C1"]


def test_every_refusal_has_its_german_sentence():
    german = texts("de")
    for sentence, advice in SENTENCES.values():
        assert german.say(sentence) != sentence
        assert not advice or german.say(advice) != advice
        names = set(re.findall(r"{\w+}", sentence))
        assert set(re.findall(r"{\w+}", german.say(sentence))) == names
