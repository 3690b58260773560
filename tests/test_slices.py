"""What `make test` leaves to `make soak`: something else each day, and nothing for good."""

from __future__ import annotations

import pytest

from tests.support.shelf import PLACE, copied
from tests.support.slices import SEED, WHOLE, of_each_kind, seed, some

KINDS = [f"kind {n}" for n in range(12)]
TWICE = 30


def test_a_slice_is_the_same_all_day_another_one_the_next_and_none_is_left_out_for_good(monkeypatch):
    days = []
    for day in range(TWICE):
        monkeypatch.setenv(SEED, f"2026-11-{day}")
        drawn = some(KINDS, 4, "a test")
        assert drawn == some(KINDS, 4, "a test") == sorted(drawn, key=KINDS.index)
        assert len(drawn) == 4
        days.append(drawn)
    assert len({tuple(drawn) for drawn in days}) > TWICE / 2
    assert {kind for drawn in days for kind in drawn} == set(KINDS)
    assert some(KINDS, 4, "a test") != some(KINDS, 4, "another test")
    monkeypatch.setenv(SEED, WHOLE)
    assert some(KINDS, 4, "a test") == KINDS


@pytest.mark.sliced(2)
@pytest.mark.parametrize("number", range(5))
def test_so_many_parameters_run_each_day_and_the_rest_in_soak(number, request):
    name = request.node.nodeid.partition("[")[0]
    family = [item for item in request.session.items if item.nodeid.partition("[")[0] == name]
    kept = [item for item in family if not item.get_closest_marker("soak")]
    assert len(kept) <= (0 if seed() == WHOLE else 2), "the whole is soak's alone"


def test_what_runs_every_day_shows_all_that_the_whole_shows():
    words = ["ab", "abc", "cd", "d", "xa", "b"]
    kept = of_each_kind(words, set)
    assert kept == ["abc", "cd", "xa"]
    assert set("".join(kept)) == set("".join(words))
    assert of_each_kind([], set) == []


def test_what_is_alike_is_made_once_and_each_has_a_copy_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv(PLACE, str(tmp_path))
    made = []

    def make(folder):
        made.append(folder)
        (folder / "a").write_text("1", encoding="utf-8")

    first, second = (copied(("alike", "x"), make, tmp_path / name) for name in ("one", "two"))
    (first / "a").write_text("2", encoding="utf-8")
    assert (second / "a").read_text(encoding="utf-8") == "1"
    copied(("alike", "y"), make, tmp_path / "three")
    assert len(made) == 2


def test_what_failed_while_it_was_made_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.setenv(PLACE, str(tmp_path))

    def fails(folder):
        (folder / "half").touch()
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        copied("it", fails, tmp_path / "one")
    whole = copied("it", lambda folder: (folder / "whole").touch(), tmp_path / "two")
    assert [path.name for path in whole.iterdir()] == ["whole"]
