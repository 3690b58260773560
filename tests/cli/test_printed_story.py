"""The story of a case on the screen: what was written where, once, under the names that people know."""

from __future__ import annotations

from datetime import UTC, datetime

from automations.cli.printed_story import story_lines
from automations.common.texts import texts
from automations.ledger.audit import StoryEntry
from automations.ledger.story import tell
from automations.model.records import Appointment, Case
from tests.support.builders import snapshot

AT = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
ROWS = snapshot(cases=[Case(number="K-1")], appointments=[Appointment(number="T-1", case="K-1")])


def lines(*entries):
    story = [StoryEntry(AT, "run", kind, tell(kind, data, "de"), data) for kind, data in entries]
    return [text for _, text in story_lines(story, ("T-1",), ROWS, texts("de"))]


def decided(group, *edits, job="assign_cases", op="edit", why=""):
    return "decided", {"group": group, "job": job, "why": why, "op": op, "edits": list(edits)}


def written(group, result="applied"):
    return "written", {"group": group, "result": result, "why": ""}


def problem(row, message, since="2026-12-01"):
    inner = {"since": since, "case": row, "table": "appointments", "message": message}
    return "fact", {"kind": "problem", "key": row, "data": inner}


NUMBERED = ("fact", {"kind": "reserved", "key": "draft:1", "data": {"number": "T-1"}})


def test_an_assignment_is_one_line_with_its_cells():
    noted = ("fact", {"kind": "assignment_reason", "key": "K-1", "data": {"manager": "AB", "why": "hat Platz"}})
    given = decided(
        "assign/K-1", ["manager", None, "AB"], ["manager_since", None, "2026-12-01"], ["reason", None, "hat Platz"],
        why="hat Platz",
    )  # fmt: skip
    (line,) = lines(given, noted, written("assign/K-1"))
    assert all(part in line for part in ("„AB“", "„01.12.2026“", "„hat Platz“"))
    assert line.count("hat Platz") == 1


def test_what_could_not_be_written_is_told():
    assert lines(written("assign/K-1", "busy")) == ["Nicht eingetragen: Jemand hatte die Arbeitsmappe geöffnet."]


def test_a_row_that_got_its_number_is_told_by_it_and_its_problem_once():
    told = lines(
        problem("draft:1", "Ort fehlt."), decided("number/draft:1", ["number", None, "T-1"], job="number_rows"),
        NUMBERED, problem("T-1", "Ort fehlt."), written("number/draft:1"),
    )  # fmt: skip
    assert not [line for line in told if "draft" in line]
    assert [line for line in told if line.startswith("Termin T-1: ")] == told[1:]
    assert len(told) == 2


def test_a_problem_that_comes_again_is_told_again():
    told = lines(problem("T-1", "Ort fehlt."), problem("T-1", "Ort fehlt.", since=""), problem("T-1", "Ort fehlt."))
    assert len(told) == 3


def test_hints_and_questions_are_told_by_their_own_entries_alone():
    hint = decided("check/appointments/T-1/x", ["check_note", None, "Ort fehlt."], job="check_data")
    assert lines(hint, decided("ask/first", ["number", None, "F-1"], op="append", why="Soll kim?")) == []


def test_a_call_says_that_it_is_one():
    call = decided("call/K-1", ["number", None, "A-1"], job="list_calls", op="append", why="Keine Adresse.")
    assert lines(call) == ["In die Anrufliste eingetragen. (Keine Adresse.)"]


def called(row, result="", sentence="a"):
    return "fact", {"kind": "called", "key": f"K/{row}", "data": {"row": row, "result": result, "content": sentence}}


def test_the_first_calls_which_came_with_their_tab_and_what_became_of_each_are_told_once():
    assert lines(called("A-1"), called("A-1", sentence="b"), called("A-1", "odd"), called("A-1", "reached")) == [
        "In die Anrufliste eingetragen.", "Anrufliste: Die Person wurde erreicht.",
    ]  # fmt: skip
    added = decided("call/A-2", ["number", None, "A-2"], job="list_calls", op="append", why="Keine Adresse.")
    assert len(lines(called("A-2"), added, called("A-2", "missed"), called("A-2", "wrong"))) == 3


def test_what_kim_notes_for_itself_is_not_told():
    assert lines(("fact", {"kind": "untrue", "key": "T-1/K-1", "data": {"times": 1}})) == []


def test_what_was_taken_back_is_named():
    (line,) = lines(("veto", {"field": "manager_since", "new": "2026-12-01"}))
    assert "„01.12.2026“ wurde zurückgenommen" in line


def test_a_row_of_an_own_table_is_called_no_appointment():
    own = decided("rule/T-1", ["ride_on", None, "2026-12-01"], job="follow_rules")
    assert not lines(own)[0].startswith("Termin")
    assert lines(decided("rule/T-1", ["place", None, "Rathaus"], job="follow_rules"))[0].startswith("Termin T-1: ")
