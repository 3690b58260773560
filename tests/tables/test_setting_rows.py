"""What the team may decide itself, and what is said of a value that cannot be."""

from __future__ import annotations

from tests.support.own_tables import own_snapshot


def test_a_closed_day_needs_its_date_and_no_other_word_is_advised():
    rows = [["Einstellung", "Wert", "Hinweis"], ["Geschlossen am", "heute", None]]
    (row,) = own_snapshot("", {"Einstellungen": rows}).console.settings
    assert row.fault == "„heute“ lässt sich nicht als Datum lesen."
