"""Conditions over whole tables: references forward and back, own tables, each combination once."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import force_setattr

from automations.conditions.book import Book, compile_for
from automations.conditions.condition import ExpressionError
from tests.support.own_tables import own_snapshot
from tests.tables.test_own_tables import BOATS, FLEET, TEAM

TODAY = date(2026, 11, 2)
CASES = [
    ["Fall-Nr.", "Nachname", "Zuständig", "Boot", "Schwimmt seit", "Sprachen"],
    ["K-1", "Adler", "AB", "Möwe", date(2026, 1, 5), "Arabisch"],
    ["K-2", "Bär", None, None, None, "Deutsch"],
    ["K-3", "Dachs", "AB", "Ente", date(2026, 10, 30), "Deutsch, Arabisch"],
]
VISITS = [
    ["Termin-Nr.", "Fall-Nr.", "Datum", "Status"],
    ["T-1", "K-1", date(2026, 8, 1), "nicht erschienen"],
    ["T-2", "K-1", date(2026, 8, 20), "nicht erschienen"],
    ["T-3", "K-1", date(2026, 12, 1), "geplant"],
    ["T-4", "K-3", date(2026, 10, 1), "wahrgenommen"],
]


@pytest.fixture(scope="module")
def snapshot():
    return own_snapshot(BOATS, {"Fälle": CASES, "Team": TEAM, "Boote": FLEET, "Termine": VISITS})


def found(snapshot, table, source):
    book = Book(snapshot.schema, snapshot.tables, TODAY)
    fits = book.matching(table, compile_for(source, snapshot.schema, table))
    return [row.row.key for row, fit in zip(book.records(table), fits, strict=True) if fit]


@pytest.mark.parametrize(
    ("table", "source", "keys"),
    [
        ("cases", "manager.name == 'Anna Beispiel'", ["K-1", "K-3"]),
        ("cases", "boat.skipper.email == 'ab@stadt.test'", ["K-1", "K-3"]),
        ("cases", "boat.seats > 3", ["K-1"]),
        ("cases", "not is_blank(swims_since) and days_since(swims_since) > 60", ["K-1"]),
        ("cases", "appointments.count(status == 'no_show') >= 2", ["K-1"]),
        ("cases", "appointments.count() == 0", ["K-2"]),
        ("cases", "appointments.any(date > today)", ["K-1"]),
        ("cases", "days_since(appointments.latest(date, status == 'attended')) > 30", ["K-3"]),
        ("cases", "is_blank(appointments.latest(date))", ["K-2"]),
        ("cases", "appointments.earliest(date) < today", ["K-1", "K-3"]),
        ("boats", "'ar' in spoken and dry", ["Möwe"]),
        ("boats", "case.last_name == 'Adler'", ["Möwe"]),
        ("boats", "is_blank(case.last_name)", ["Ente"]),
        ("boats", "cases.count('ar' in languages) == 1", ["Möwe", "Ente"]),
        ("team", "cases.count() == 2 and appointments.count() == 0", ["AB"]),
        ("appointments", "case.boat.name == 'Möwe' and status == 'planned'", ["T-3"]),
        ("cases", "2 > 1", ["K-1", "K-2", "K-3"]),
    ],
)
def test_what_holds_for_which_rows(snapshot, table, source, keys):
    assert found(snapshot, table, source) == keys


@pytest.mark.parametrize(
    ("table", "source", "said"),
    [
        ("cases", "appointments.count(statsu == 'planned')", "status"),
        ("cases", "appointments.latest(datum)", "date"),
        ("cases", "appointments.sum(date)", "count"),
        ("cases", "appointments.latest()", "appointments.latest"),
        ("cases", "boats.count(cases.count() > 1)", "Call"),
        ("boats", "skipper.cases == 1", "skipper.cases"),
        ("cases", "manager.substitute.substitute.substitute.name == 'x'", "substitute"),
    ],
)
def test_what_cannot_be_asked_is_told_with_the_nearest_name(snapshot, table, source, said):
    with pytest.raises(ExpressionError) as error:
        compile_for(source, snapshot.schema, table)
    assert said in f"{error.value.message} {error.value.advice}"


def test_a_key_that_stands_twice_leads_to_no_row():
    fleet = [*FLEET, ["Möwe", None, "andere@hafen.test", None, None, 9, None]]
    doubled = own_snapshot(BOATS, {"Fälle": CASES, "Team": TEAM, "Boote": fleet, "Termine": VISITS})
    assert found(doubled, "cases", "not is_blank(boat.email)") == []


def test_each_combination_of_values_is_evaluated_once(snapshot):
    book = Book(snapshot.schema, snapshot.tables, TODAY)
    condition = compile_for("phase == 'new'", snapshot.schema, "cases")
    seen = []
    force_setattr(condition, "_eval", lambda values, _today: seen.append(values))
    book.matching("cases", condition)
    assert len(seen) == 1


def test_further_names_win_and_leave_the_book_below_alone(snapshot):
    below = Book(snapshot.schema, snapshot.tables, TODAY)
    names = frozenset({"asked.day"})
    source = "appointments.count(date < asked.day) > 0 and last_name != asked.day"
    condition = compile_for(source, snapshot.schema, "cases", also=names, anywhere=names)
    found = []
    for day in (date(2026, 8, 10), date(2026, 1, 1)):
        book = below.over({(table, "asked.day"): lambda _, day=day: day for table in ("cases", "appointments")})
        found.append(book.matching("cases", condition))
    assert found == [[True, False, False], [False, False, False]]
    assert below.column("cases", "asked.day") == [None, None, None]


def test_a_name_that_hides_a_field_hides_it_behind_references_too(snapshot):
    below = Book(snapshot.schema, snapshot.tables, TODAY)
    assert below.column("appointments", "case.last_name")[0] == "Adler"
    over = below.over({("cases", "last_name"): lambda _: "X"})
    assert over.column("appointments", "case.last_name") == ["X", "X", "X", "X"]
    assert over.column("cases", "number") is below.column("cases", "number")


def test_what_looks_at_no_further_name_is_counted_once(snapshot, monkeypatch):
    made, below = [], Book(snapshot.schema, snapshot.tables, TODAY)
    condition = compile_for("appointments.count(status == 'no_show') > 1", snapshot.schema, "cases")
    plain = Book._made_of
    monkeypatch.setattr(Book, "_made_of", lambda *given: made.append(given) or plain(*given))
    for n in range(3):
        book = below.over({("cases", "asked.day"): lambda _, n=n: n})
        assert book.matching("cases", condition) == [True, False, False]
    assert len(made) == 1


@pytest.mark.parametrize(
    "source",
    [
        "manager == 'AB' and 'de' in languages and appointments.count() >= 1",
        "appointments.any(date > today) and not is_blank(swims_since)",
        "manager == 'AB' and (is_blank(boat) or boat.seats > 3) and 2 > 1",
        "1 > 2 and appointments.count() == 0",
    ],
)
def test_part_by_part_it_holds_where_the_whole_does(snapshot, source):
    condition = compile_for(source, snapshot.schema, "cases")
    book = Book(snapshot.schema, snapshot.tables, TODAY)
    assert len(condition.parts) > 1
    assert list(book.matching("cases", condition)) == [bool(one) for one in book.values("cases", condition)]


def test_rows_of_other_tables_are_counted_only_where_a_row_is_left(snapshot, monkeypatch):
    counted, made_of = [], Book._made_of

    def noted(book, table, wanted):
        counted.append(table)
        return made_of(book, table, wanted)

    monkeypatch.setattr(Book, "_made_of", noted)
    assert found(snapshot, "cases", "appointments.count() > 0 and last_name == 'Nobody'") == []
    assert not counted
    assert found(snapshot, "cases", "appointments.count() > 0 and last_name == 'Adler'") == ["K-1"]
    assert counted == ["cases"]
