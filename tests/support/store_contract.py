"""The contract of every store of workbook files, as tests that each store's test module inherits.

A store's class makes the file and plays its surroundings: a colleague, a full disk, a connection that breaks.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import cache

import openpyxl
import pytest

from automations.model.layout import Base
from automations.model.writes import PendingWrite
from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.opening import revision_of
from automations.workbooks.stores.store import Held, Last, Store, Turn, Unclear


@cache
def book(text: str) -> bytes:
    """A workbook that says this."""
    made = openpyxl.Workbook()
    made.active.append([text])
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


FIRST, OURS, THEIRS = (f"{text} und mehr" for text in ("zuerst", "von kim", "von Hand"))


def put(turn: Turn, text: str = OURS, before: str = FIRST, *last: Last) -> bool:
    """A replacement as the backend does it."""
    turn.copy.write_bytes(book(text))
    turn.secure()
    return turn.replace(revision_of(book(before)), revision_of(book(text)), *last)


class StoreContract:
    """Inherit, and give what stands below."""

    label = "Team Größe.xlsx"

    def make(self, data: bytes) -> Store:
        raise AssertionError("a store puts the file in its place here")

    def another(self) -> Store:
        raise AssertionError("a second kim opens the same file here")

    def stands(self) -> bytes | None:
        raise AssertionError("what stands there, read past kim; None for no file")

    def colleague(self, data: bytes) -> None:
        raise AssertionError("somebody saves here")

    def remove(self) -> None:
        raise AssertionError("somebody deletes the file here")

    def rename(self) -> None:
        raise AssertionError("somebody renames the file here")

    def lock(self, who: str) -> None:
        raise AssertionError("somebody opens the file here")

    def full(self) -> AbstractContextManager[None]:
        raise AssertionError("no room for anything new in here")

    def at(self, moment: str, act: Callable[[], None]) -> None:
        """Have `act` happen once, "before" the next replacement, or right "after" it but before kim hears of it."""
        raise AssertionError("something happens in the middle here")

    def cut(self, moment: str) -> None:
        """The connection breaks "before" or "after" the next replacement, once."""
        raise AssertionError("the connection breaks here")

    def beside(self) -> list[str]:
        raise AssertionError("what kim left beside the file or locked")

    def versions(self) -> list[bytes]:
        raise AssertionError("the versions that were kept")

    @pytest.fixture
    def place(self):
        raise AssertionError("what must be there before the file")

    @pytest.fixture
    def store(self, place) -> Store:
        return self.make(book(FIRST))

    @pytest.fixture(autouse=True)
    def _nothing_is_left(self, store):
        yield
        assert self.beside() == [], self.beside()

    def test_the_bytes_and_their_revision(self, store):
        assert store.fetch() == book(FIRST)
        assert store.revision() == revision_of(book(FIRST))
        assert store.label.name == self.label
        self.colleague(book(THEIRS))
        assert store.fetch() == book(THEIRS)
        assert store.revision() == revision_of(book(THEIRS))

    def test_a_replacement_arrives_and_what_was_displaced_is_kept(self, store):
        with store.turn("t") as turn:
            assert turn.fetch() == turn.source.read_bytes() == book(FIRST)
            assert put(turn)
            assert turn.revision() == revision_of(book(OURS))
        assert self.stands() == store.fetch() == book(OURS)
        assert self.versions() == [book(FIRST)]

    def test_a_turn_without_a_replacement_leaves_nothing(self, store):
        with store.turn("t") as turn:
            turn.copy.write_bytes(b"half of it")
        assert self.stands() == book(FIRST)
        assert self.versions() == []

    def test_a_turn_that_fails_leaves_nothing(self, store):
        with suppress(ZeroDivisionError), store.turn("t") as turn:
            turn.copy.write_bytes(book(OURS))
            raise ZeroDivisionError
        assert self.stands() == book(FIRST)

    def test_a_stale_revision_replaces_nothing(self, store):
        with store.turn("t") as turn:
            turn.fetch()
            assert put(turn, before=THEIRS) is False
        assert self.stands() == book(FIRST)

    def test_a_save_right_before_the_replacement_is_kept(self, store):
        self.at("before", lambda: self.colleague(book(THEIRS)))
        # Where the store holds a lock the colleague's program is told to wait, and ours arrives.
        with store.turn("t") as turn:
            turn.fetch()
            arrived = put(turn)
        assert self.stands() == book(OURS if arrived else THEIRS)

    def test_a_save_right_after_the_replacement_is_kept(self, store):
        with store.turn("t") as turn:
            turn.fetch()
            put(turn)
        self.colleague(book(THEIRS))
        assert self.stands() == store.fetch() == book(THEIRS)

    def test_somebody_has_it_open(self, store):
        assert store.holder() is None
        self.lock("Meier")
        assert "Meier" in store.holder().who
        with pytest.raises(Held) as held, store.turn("t"):
            pass
        assert "Meier" in held.value.holder.who
        assert self.stands() == book(FIRST)

    def test_two_of_us_replace_one_after_the_other(self, store):
        with store.turn("one") as turn:
            turn.fetch()
            arrived = False
            with suppress(Held, WorkbookError), self.another().turn("two") as second:
                second.fetch()
                arrived = put(second, THEIRS)
            assert put(turn) is not arrived
        assert self.stands() == book(THEIRS if arrived else OURS)

    def test_no_room_is_said_and_leaves_the_file(self, store):
        with store.turn("t") as turn, self.full():
            turn.fetch()
            with pytest.raises((OSError, WorkbookError)) as caught:
                put(turn)
        assert getattr(caught.value, "code", "disk_full") == "disk_full"
        assert self.stands() == book(FIRST)

    @pytest.mark.parametrize("how", ["remove", "rename"])
    def test_a_file_that_is_gone_is_said_and_never_made_anew(self, store, how):
        getattr(self, how)()
        with pytest.raises(WorkbookError) as caught:
            store.fetch()
        assert caught.value.code == "missing"
        assert store.revision() == ""
        with suppress(OSError, WorkbookError), store.turn("t") as turn:
            turn.copy.write_bytes(book(OURS))
            assert not turn.replace("", revision_of(book(OURS)))
        assert self.stands() is None

    @pytest.mark.parametrize("how", ["remove", "rename"])
    def test_a_file_that_goes_in_the_middle_is_not_made_anew(self, store, how):
        self.at("before", getattr(self, how))
        with suppress(OSError, WorkbookError), store.turn("t") as turn:
            turn.fetch()
            # A lock keeps it in its place, and ours arrives.
            assert put(turn) is (self.stands() is not None)
        assert self.stands() in {None, book(OURS)}

    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_a_connection_that_breaks_leaves_the_old_file_or_the_new_and_is_settled(self, store, moment):
        pending = PendingWrite("t", revision_of(book(FIRST)), revision_of(book(OURS)), (), Base("", {}))
        self.cut(moment)
        with suppress(Unclear, OSError, WorkbookError), store.turn("t") as turn:
            turn.fetch()
            put(turn)
        store.recover(pending)
        assert self.stands() == book(OURS if moment == "after" else FIRST)
        assert store.revision() == revision_of(self.stands())
