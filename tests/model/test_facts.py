"""Facts as typed values: what was stored comes back, also what 0.1 stored and what erasure blanked."""

import json
from datetime import UTC, date, datetime
from inspect import get_annotations

import pytest

from automations.model.fact_kinds import bookkeeping, every_kind
from automations.model.fact_kinds.course import Busy, Retry
from automations.model.fact_kinds.figures import Weekly
from automations.model.fact_kinds.messages import Letter, Version
from automations.model.fact_kinds.questions import Barred, ProposedMove
from automations.model.fact_kinds.sightings import Phase, Shown, Stands
from automations.model.facts import Listed

AT = datetime(2024, 10, 31, 6, 30, tzinfo=UTC)
KINDS = every_kind()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_comes_back_from_the_ledger_as_it_went_in(kind):
    examples = {"str": "x", "str | None": "x", "int": 3, "int | None": 3, "float | None": 0.5, "bool": True,
                "date | None": date(2024, 10, 31), "datetime | None": AT, "tuple[str, ...]": ("a", "b"),
                "Plain": ["x", 1], "Mapping[str, Plain]": {"a": "b"}, "Mapping[str, str]": {"a": "b"}}  # fmt: skip
    said = {name: kind for base in kind.__mro__ for name, kind in get_annotations(base).items()}
    full = kind(**{name: examples[said[name]] for name in kind.__struct_fields__})
    for value in (kind(), full):
        assert kind.read(json.loads(json.dumps(value.plain()))) == value


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if not issubclass(kind, Listed)], ids=lambda kind: kind.__name__
)
def test_what_makes_no_sense_reads_as_nothing(kind):
    """Erasure leaves "…" where a sentence named the person; another version may know other entries."""
    blanked = dict.fromkeys(kind().plain(), "…")
    assert isinstance(kind.read({**blanked, "unheard": {}}), kind)
    assert kind.read({}) == kind()


def test_what_0_1_stored_is_read():
    assert Phase.read({"phase": "support"}) == Phase("support", None)
    assert Phase.read({"phase": "support", "since": ""}) == Phase("support", "")
    assert Retry.read({"at": "", "tries": 0}) == Retry()
    assert Busy.read({"since": "2024-10-31T06:30:00+00:00", "holder": "Anna"}) == Busy(AT, "Anna")
    assert Version.read({"version": 2, "facts": "f", "core": "c"}) == Version(2, "f", None)
    assert Weekly.read({"open": 12, "median_wait": 4}) == Weekly(open=12, median_wait=4.0)
    assert Barred.read({"on": "2026-02-03", "until": "2029-02-02"}).until == date(2029, 2, 2)
    assert ProposedMove.read({"case": "K-1", "from": "AB", "to": "CD", "why": "away"}).giver == "AB"


def test_what_is_stored_looks_as_it_did_so_that_nothing_becomes_news():
    assert Shown().plain() == {"since": "", "case": "", "table": "", "message": ""}
    assert next(iter(Shown(date(2024, 10, 31)).plain())) == "since"  # retention finds the mended by their beginning
    assert Busy(AT, "Anna").under("team").data == {"since": "2024-10-31T06:30:00+00:00", "holder": "Anna"}
    assert list(ProposedMove("K-1", "AB", "CD", "away").plain()) == ["case", "from", "to", "why"]
    assert Stands({"log": "2024-10-31"}).plain() == {"log": "2024-10-31"}
    assert Letter(at=AT).plain()["at"] == AT.isoformat()


def test_only_what_concerns_people_is_part_of_a_story():
    assert {"question", "answer", "assignment_reason", "problem"}.isdisjoint(bookkeeping())
    assert {"version", "clock", "headings", "stands", "letter", "rule_rows", "rule_cells"} <= bookkeeping()
