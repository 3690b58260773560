"""Whatever is sent to the emulator is carried out or refused in Google's way, and what is refused changes nothing."""

from __future__ import annotations

import contextlib
import copy
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sheets_emulator import ApiError, Call, Service
from tests.sheets_emulator.a1 import Box, box_of, split, written
from tests.sheets_emulator.masks import parse
from tests.sheets_emulator.requests import HANDLERS
from tests.sheets_emulator.schema import SCHEMA
from tests.sheets_emulator.values import typed

TABS = {"Fälle": [["a", "b"], [1, 2], [3, "=1+1"]], "Team": [["x"]]}
SCALARS: dict[str, tuple[Any, ...]] = {
    "boolean": (True, False),
    "int32": (0, 0, 1, 2, 3, 77, -1, 1000),
    "string": ("", "a", "Team", "=1", "A1", "Fälle!A1:B2", "1.5"),
    "google-fieldmask": ("*", "*", "*", "title", "userEnteredValue", "name", "metadataValue", "anchorCell", "", "x("),
}
DEEPEST = 6


def made_up(kind: Any, chance: random.Random, depth: int = 0) -> Any:
    """A value that fits the schema but makes no sense."""
    if isinstance(kind, list):
        return [made_up(kind[0], chance, depth + 1) for _ in range(chance.randrange(3))]
    if isinstance(kind, dict):
        return {}
    if kind in SCHEMA:
        fields = SCHEMA[kind]
        share = 0.8 if len(fields) < 8 else 3 / len(fields)
        taken = {name: inner for name, inner in fields.items() if depth < DEEPEST and chance.random() < share}
        return {name: made_up(inner, chance, depth + 1) for name, inner in taken.items()}
    return chance.choice(kind.split("|") if "|" in kind else SCALARS.get(kind, (0, 1, 0.5)))


def sent(service: Service, spreadsheet_id: str, *asked: dict[str, Any], grid: bool = True) -> bool:
    """Whether the batch was carried out."""
    body = {"requests": list(asked), "includeSpreadsheetInResponse": True, "responseIncludeGridData": grid}
    with contextlib.suppress(ApiError):
        service.handle(Call("POST", "", f"/v4/spreadsheets/{spreadsheet_id}:batchUpdate", {}, body, "me"), "me")
        return True
    return False


def state(service: Service, spreadsheet_id: str) -> Any:
    return copy.deepcopy(vars(service.spreadsheet(spreadsheet_id)) | {"random": None})


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1 << 30), kind=st.sampled_from(sorted(HANDLERS)))
def test_a_made_up_request_is_carried_out_or_refused(seed: int, kind: str) -> None:
    service, chance = Service(), random.Random(seed)  # noqa: S311 - examples, not secrets
    made = service.create("t", TABS)
    for _ in range(3):
        sent(service, made, {kind: made_up(SCHEMA["Request"][kind], chance)})
    before = state(service, made)
    refused = {"deleteSheet": {"sheetId": 424242}}
    assert not sent(service, made, {kind: made_up(SCHEMA["Request"][kind], chance)}, refused)
    assert state(service, made) == before


@pytest.mark.soak
def test_five_thousand_made_up_requests() -> None:
    chance = random.Random(1)  # noqa: S311 - examples, not secrets
    service, carried_out = Service(), set()
    for number in range(5_000):
        if number % 50 == 0:
            service.library.clear()
            made = service.create("t", TABS)
        kind = chance.choice(sorted(HANDLERS))
        if sent(service, made, {kind: made_up(SCHEMA["Request"][kind], chance)}, grid=number % 50 == 49):
            carried_out.add(kind)
    assert len(carried_out) > len(HANDLERS) * 0.6


@settings(max_examples=50, deadline=None)
@given(text=st.text(max_size=12) | st.from_regex(r"[0-9.,:/eE+€% -]{1,12}", fullmatch=True))
def test_any_text_can_be_typed(text: str) -> None:
    for locale in ("de_DE", "en_US"):
        value, _ = typed(text, locale)
        assert len(value) == 1
    assert typed("'" + text, "de_DE") == ({"stringValue": text}, None)


@settings(max_examples=50, deadline=None)
@given(
    title=st.text(min_size=1, max_size=20),
    top=st.integers(0, 9999),
    left=st.integers(0, 18277),
    size=st.tuples(st.integers(1, 50), st.integers(1, 50)),
)
def test_a_range_is_read_as_it_was_written(title: str, top: int, left: int, size: tuple[int, int]) -> None:
    box = Box(7, top, top + size[0], left, min(left + size[1], 18278))
    name, cells = split(written(title, box))
    assert name == title
    assert cells is not None
    assert box_of(cells, 7) == box


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("a", {"a": {}}),
        ("a.b,c", {"a": {"b": {}}, "c": {}}),
        ("a(b,c/d),e.f(g)", {"a": {"b": {}, "c": {"d": {}}}, "e": {"f": {"g": {}}}}),
        ("a.b,a.c", {"a": {"b": {}, "c": {}}}),
        ("a.b,a", {"a": {}}),
        ("a,a.b", {"a": {}}),
        ("*", {"*": {}}),
    ],
)
def test_masks(text: str, mask: Any) -> None:
    assert parse(text) == mask


@pytest.mark.parametrize("text", ["", "a(", "a)", "a,,b", "a b-c", ".a", "a(b))"])
def test_what_is_no_mask(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - there is no more to say
        parse(text)
