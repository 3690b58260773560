from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from automations.common.texts import texts
from automations.workbooks.protocol import WorkbookError
from automations.workbooks.refusals import SENTENCES, Refusal
from automations.workbooks.stores.opening import read_bytes
from automations.workbooks.xlsx.changes import patch
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


WORKBOOKS = Path(__file__).parents[2] / "automations" / "workbooks"


def _given(keyword: str):
    """Every value that code of this room gives to a refusal under a name, with where it stands."""
    for path in sorted(WORKBOOKS.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
            if name in {"Refusal", "WorkbookError"}:
                for one in call.keywords:
                    if one.arg == keyword:
                        yield f"{path.name}:{call.lineno}", call, one.value


def test_every_reason_of_a_refusal_is_a_german_sentence_with_its_names():
    """A reason is a sentence of the catalogue, and what it names comes beside it: nothing English is put together."""
    german, seen = texts("de"), 0
    for where, call, reason in _given("reason"):
        if isinstance(reason, ast.Call):
            assert getattr(reason.func, "id", "") == "why", f"{where}: a reason that no catalogue knows"
            continue
        assert isinstance(reason, ast.Constant), f"{where}: a reason that is put together"
        told = german.say(reason.value)
        assert told != reason.value, f"{where}: „{reason.value}“ has no German"
        names = re.findall(r"{(\w+)}", reason.value)
        assert names == re.findall(r"{(\w+)}", told)
        assert set(names) <= {one.arg for one in call.keywords}, where
        seen += 1
    assert seen > 12


def test_no_refusal_puts_words_together():
    """Names and places go into a refusal as they are; a sentence among them would stay English."""
    for keyword in ("part", "path", "tab", "cell", "name", "what", "line"):
        for where, _, value in _given(keyword):
            words = [
                one.value for one in ast.walk(value) if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            assert not [word for word in words if " " in word.strip()], where


@pytest.mark.parametrize(
    "sheet",
    ['<row r="2"/><row r="1"><c r="A1"/></row>', '<row r="x"><c r="A1"/></row>',
     '<row r="1"><c r="A1"/><c r="A1"/></row>', '<row r="1"><c r="A2"/></row>', '<row r="1"><c r="A1" s="x"/></row>'],
)  # fmt: skip
def test_a_damaged_tab_is_refused_in_german(tmp_path, target, sheet):
    source = p.made(tmp_path / "s.xlsx", p.sheet(sheet))
    with pytest.raises(Refusal) as caught:
        patch(source, target, {"Tab1": {"A1": 1}})
    told = caught.value.told("de").message
    assert told.startswith("Der Bestandteil xl/worksheets/sheet1.xml ist ungewöhnlich aufgebaut")
    assert not re.search(r"\b(row|cell|is|of|belongs|stands|order|style)\b", told), told
    assert "{" not in told


def test_words_of_others_keep_their_braces():
    error = WorkbookError("It failed: {reason}.", values={"reason": 'Invalid {value}: {"a": 1}'})
    assert error.told("de").message == error.message == 'It failed: Invalid {value}: {"a": 1}.'


def test_what_lies_beside_a_missing_workbook_is_named(tmp_path):
    for name in ("KIM Team 2027.xlsx", "~$Team.xlsx", "notes.txt"):
        (tmp_path / name).write_bytes(b"PK")
    with pytest.raises(WorkbookError) as refused:
        read_bytes(tmp_path / "Team.xlsx")
    assert "KIM Team 2027.xlsx" in refused.value.advice
    assert "~$" not in refused.value.advice
    (tmp_path / "KIM Team 2027.xlsx").unlink()
    with pytest.raises(WorkbookError) as refused:
        read_bytes(tmp_path / "Team.xlsx")
    assert "site.toml" in refused.value.advice
