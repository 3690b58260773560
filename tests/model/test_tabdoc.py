"""What a tab says has one digest, asked however often."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import structs

from automations.model.tabdoc import TabDoc, Text

DOC = TabDoc("overview", "Übersicht", "team", (Text("Heute"),))


def test_a_tab_made_of_another_has_a_digest_of_its_own():
    first = DOC.fingerprint()
    other = structs.replace(DOC, blocks=(Text("Morgen"),))
    assert other.fingerprint() == TabDoc("overview", "Übersicht", "team", (Text("Morgen"),)).fingerprint() != first
    assert DOC.fingerprint() == first


def test_being_asked_changes_neither_the_tab_nor_what_it_is_equal_to():
    asked, fresh = (TabDoc("overview", "Übersicht", "team", DOC.blocks) for _ in range(2))
    asked.fingerprint()
    assert asked == fresh
    assert repr(asked) == repr(fresh)
    assert structs.replace(asked, stand=datetime(2024, 11, 4, tzinfo=UTC)).fingerprint() == fresh.fingerprint()
