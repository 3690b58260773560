"""What goes into the ledger comes out of it again, to the type."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automations.ledger.codec import dumps, loads
from automations.model.history import Reply
from automations.model.layout import Base, TableLayout
from automations.model.plan import CalendarEntry, Veto
from automations.model.values import RowKey
from tests.ledger.examples import NOW, group, mail

CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.dates(), st.times(),
    st.datetimes(), st.datetimes(timezones=st.just(UTC)),
)  # fmt: skip
NAMES = st.one_of(st.text(), st.sampled_from(["$date", "$Mail", "$$", "$", "$tuple", "$$date"]))
VALUES = st.recursive(
    CELLS,
    lambda inner: st.one_of(
        st.lists(inner), st.lists(inner).map(tuple), st.dictionaries(NAMES, inner), st.frozensets(st.text())
    ),
    max_leaves=20,
)


def exact(value: Any) -> Any:
    """The value with its types, so that 1, 1.0 and True differ."""
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value), [exact(item) for item in value]
    return type(value), value


@given(VALUES)
@settings(max_examples=50)
def test_plain_values_come_back_as_they_were(value):
    assert exact(loads(dumps(value))) == exact(value)


@pytest.mark.parametrize(
    "value",
    [
        mail(calendar=CalendarEntry("a@kim", 2, "REQUEST", NOW, 45, "Termin", description="x"), needs=("g1", "g2")),
        group(op="append", guards={"time": time(9, 30), "at": datetime(2024, 10, 31, 9, 30), "n": 1.0, "b": True}),  # noqa: DTZ001 (a cell)
        Base("rev", {"cases": TableLayout("cases", "team", "Fälle", "1", 3, {"number": 1}, {"number": "Fall-Nr."},
                                          "number", ("last_name",), 4, 90, frozenset({"number", "manager"}))}),
        Veto(RowKey("team", "cases", "KIM-1"), "manager", "AB", {"since": date(2024, 1, 1)}),
        Reply("T-1", "KIM-1", 2, "cancel", NOW, {"date": date(2024, 11, 5), "time": time(9)}),
    ],
)  # fmt: skip
def test_values_of_the_house_come_back_equal(value):
    assert loads(dumps(value)) == value


def test_what_holds_nothing_is_left_out_and_what_has_another_default_is_not():
    """A default that a later kim changes must not change what is kept."""
    text = dumps(group())
    assert '"op":"edit"' in text
    assert "facts" not in text
    assert '"old":null' in text  # a blank cell is said: it is no default
    assert loads(text) == group()
    odd = group(guards=MappingProxyType({}), facts=[])
    assert loads(dumps(odd)).facts == []


def test_what_an_older_kim_kept_with_all_its_fields_is_read():
    text = dumps(group())
    assert loads(text.replace('"op":"edit"', '"op":"edit","facts":{"$tuple":[]}')) == group()


def test_infinity_survives():
    assert loads(dumps([float("inf"), float("-inf")])) == [float("inf"), float("-inf")]


def test_a_field_of_a_later_version_is_passed_over():
    text = dumps(RowKey("team", "cases", "KIM-1")).replace('"key"', '"colour":"red","key"')
    assert loads(text) == RowKey("team", "cases", "KIM-1")


def test_what_has_no_form_is_refused():
    with pytest.raises(TypeError, match="object"):
        dumps({"a": object()})
