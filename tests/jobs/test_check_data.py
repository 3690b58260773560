from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from automations.conditions.book import compile_for
from automations.jobs.check_data import CheckData, CheckSettings
from automations.jobs.checks import plain
from automations.model.cases import family_question
from automations.model.decisions import question_number
from automations.model.history import History
from automations.model.problems import Problem
from automations.model.records import Answer, AppointmentStatus, CaseManager, Consent, ContactWay, Location
from automations.model.schema import SHIPPED
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.model.values import RowKey
from automations.tables.snapshot import read_tables
from automations.workbooks.protocol import RawTab, RawWorkbook
from tests.support.agreed import AGREED
from tests.support.broken import HOMES, columns
from tests.support.builders import NOW, layout, learnt

COLUMNS = columns()
TODAY = NOW.date()
CASE = {
    "Fall-Nr.": "K-1", "Eingang": date(2024, 5, 6), "Nachname": "Muster", "Vorname": "Ana",
    "Geburtsdatum": date(1990, 2, 3), "Sprachen": "Arabisch", "E-Mail": None, "Telefon": None, "Kontaktweg": None,
    "E-Mail-Einwilligung am": None,
    "Haushalt": None, "Phase": "Begleitung", "Zuständig": "ADE", "Abgeschlossen am": None, "Ergebnis": None,
    "Aufenthaltstitel gültig bis": None, "Prüfhinweis": None,
}  # fmt: skip
MEETING = {
    "Termin-Nr.": "T-1", "Fall-Nr.": "K-1", "Datum": date(2024, 11, 5), "Uhrzeit": time(9), "Dauer": 60, "Ort": "Büro",
    "Beratung durch": "ADE", "Status": "geplant", "Prüfhinweis": None,
}  # fmt: skip
COLLEAGUE = {"Kürzel": "ADE", "Name": "Ayla Demir", "Kapazität": 20, "Aktiv": "ja"}


def tab(name: str, rows: list[dict]) -> RawTab:
    head = list(dict.fromkeys(key for row in rows for key in row))
    return RawTab(name, name, [head, *([row.get(key) for key in head] for row in rows)])


def snapshot(
    cases=(CASE,), meetings=(), team=(COLLEAGUE, COLLEAGUE | {"Kürzel": "BOB", "Name": "Bo Berg"}), decisions=()
) -> Snapshot:
    tabs = [
        tab("Fälle", list(cases)),
        tab("Team", list(team)),
        tab("Standorte", [{"Name": "Büro"}]),
        tab("Termine", list(meetings) or [MEETING]),
    ]
    if decisions:
        tabs.append(tab("Entscheidungen", list(decisions)))
    return read_tables({"team": RawWorkbook("team", "1", tuple(tabs))}, COLUMNS, SiteFacts(), HOMES, NOW)


def plan(given: Snapshot, history: History | None = None, **settings):
    return CheckData().plan(given, CheckSettings(**({"site": AGREED} | settings)), NOW, history or History())


def codes(given: Snapshot, **settings) -> list[str]:
    return [problem.code for problem in plan(given, **settings).problems]


def test_nothing_is_wrong_with_good_rows():
    assert plan(snapshot()).problems == ()
    assert plan(snapshot()).groups == ()


def test_a_year_that_is_likely_a_slip_is_pointed_out():
    far = plan(snapshot([CASE], [MEETING | {"Datum": MEETING["Datum"].replace(year=MEETING["Datum"].year + 1)}]))
    assert [(each.code, each.column) for each in far.problems] == [("appointment_far_ahead", "Datum")]


@pytest.mark.parametrize(("begins", "found"), [(time(0), True), (time(2, 30), True), (time(7), False)])
def test_an_appointment_at_night_is_named(begins, found):
    problems = plan(snapshot([CASE], [MEETING | {"Uhrzeit": begins}])).problems
    assert [(each.code, each.column) for each in problems] == [("appointment_at_night", "Uhrzeit")] * found


@pytest.mark.parametrize(("others", "found"), [("geplant", True), ("wahrgenommen", False)])
def test_a_blank_status_is_missing_only_where_the_team_types_that_appointments_are_planned(others, found):
    """In a column "Attended?" nothing stands before the day."""
    other = MEETING | {"Termin-Nr.": "T-2", "Datum": date(2024, 10, 1), "Status": others}
    told = codes(snapshot([CASE], [MEETING | {"Status": None}, other]))
    assert ("missing_status" in told) == found


def test_where_no_place_is_entered_yet_that_is_told_once():
    rows = [MEETING | {"Termin-Nr.": f"T-{n}", "Ort": f"Raum {n % 3}"} for n in range(6)]
    found = snapshot([CASE], rows)
    empty = replace(found, locations=())
    told = [one for one in plan(empty).problems if one.code in {"no_locations", "unknown_place"}]
    assert [(one.code, one.tab, one.who) for one in told] == [("no_locations", "Standorte", "lead")]
    assert "(Raum 0, Raum 1, Raum 2)" in told[0].message


def test_one_colleague_in_two_places():
    other = MEETING | {"Termin-Nr.": "T-2", "Fall-Nr.": "K-2", "Uhrzeit": time(9, 30)}
    found = plan(
        snapshot([CASE, CASE | {"Fall-Nr.": "K-2", "Nachname": "Fremd", "Geburtsdatum": None}], [MEETING, other])
    ).problems
    assert [(p.code, p.keys, p.row) for p in found] == [("two_places", ("T-1", "T-2"), 3)]
    assert "09:00" in found[0].message


@pytest.mark.parametrize(
    "change",
    [
        {"Uhrzeit": time(10)},
        {"Beratung durch": "BOB"},
        {"Status": "abgesagt"},
        {"Datum": date(2024, 11, 6)},
        {"Uhrzeit": time(9)},
    ],
    ids=["afterwards", "somebody else", "cancelled", "another day", "both together"],
)
def test_no_two_places(change):
    cases = [CASE, CASE | {"Fall-Nr.": "K-2", "Nachname": "Fremd", "Geburtsdatum": None}]
    assert "two_places" not in codes(
        snapshot(cases, [MEETING, MEETING | {"Termin-Nr.": "T-2", "Fall-Nr.": "K-2"} | change])
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Phase": "Abgeschlossen", "Ergebnis": "ok"}, "closed_with_appointment"),
        ({"Phase": "Abgeschlossen"}, "closed_without_outcome"),
        ({"Abgeschlossen am": date(2024, 9, 1)}, "closed_but_open_phase"),
        ({"Kontaktweg": "E-Mail", "E-Mail": "a@web.de"}, "consent_missing"),
        ({"Aufenthaltstitel gültig bis": date(2024, 10, 30)}, "permit_expired"),
        ({"Geburtsdatum": TODAY + timedelta(days=1)}, "implausible_birth_date"),
        ({"Zuständig": "WER"}, "unknown_manager"),
    ],
)
def test_what_is_wrong_with_a_case(change, code):
    assert code in codes(snapshot([CASE | change]))
    assert code not in codes(snapshot())


@pytest.mark.parametrize("way", ["Telefon", "SMS"])
def test_whoever_is_to_be_called_needs_a_number_as_soon_as_there_is_an_appointment(way):
    case = CASE | {"Kontaktweg": way, "Telefon": None}
    assert "missing_phone" in codes(snapshot([case], [MEETING]))
    assert "missing_phone" not in codes(snapshot([case], [MEETING | {"Status": "abgesagt"}]))
    assert "missing_phone" not in codes(snapshot([case | {"Telefon": "0201 123456"}], [MEETING]))
    nowhere = {heading: value for heading, value in case.items() if heading != "Telefon"}
    (found,) = [one for one in plan(snapshot([nowhere], [MEETING])).problems if one.code == "missing_phone"]
    assert found.column == "Kontaktweg"


def test_a_household_with_two_case_managers():
    family = [
        CASE | {"Haushalt": "H1"},
        CASE | {"Fall-Nr.": "K-2", "Vorname": "Bo", "Geburtsdatum": None, "Haushalt": "h1", "Zuständig": "BOB"},
    ]
    (found,) = [p for p in plan(snapshot(family)).problems if p.code == "household_split"]
    assert found.keys == ("K-1", "K-2")


def test_those_of_a_household_who_must_not_meet_may_have_two_case_managers():
    family = [
        CASE | {"Haushalt": "H1", "Nicht zusammen mit": "K-2"},
        CASE | {"Fall-Nr.": "K-2", "Vorname": "Bo", "Geburtsdatum": None, "Haushalt": "H1", "Zuständig": "BOB"},
    ]
    assert "household_split" not in codes(snapshot(family))


@pytest.mark.parametrize(("said", "asked"), [(Answer.NO, False), (Answer.YES, True)])
def test_what_people_said_is_no_family_may_have_two_case_managers(said, asked):
    shelter = [
        CASE | {"Haushalt": "Heim 3"},
        CASE | {"Fall-Nr.": "K-2", "Vorname": "Bo", "Geburtsdatum": None, "Haushalt": "Heim 3", "Zuständig": "BOB"},
    ]
    history = History(answers={family_question("heim3"): said.value})
    found = plan(snapshot(shelter), history).problems
    assert ("household_split" in {problem.code for problem in found}) is asked


def test_more_than_the_capacity():
    many = [CASE | {"Fall-Nr.": f"K-{n}", "Nachname": None, "Vorname": None, "Geburtsdatum": None} for n in range(3)]
    (found,) = [
        p for p in plan(snapshot(many, team=[COLLEAGUE | {"Kapazität": 2.5}])).problems if p.code == "capacity_exceeded"
    ]
    assert "2,5" in found.message
    assert "capacity_exceeded" not in codes(snapshot(many, team=[COLLEAGUE | {"Kapazität": 3}]))


def test_a_colleague_twice():
    assert "manager_twice" in codes(snapshot(team=[COLLEAGUE, COLLEAGUE | {"Kürzel": "AD2"}]))


def test_each_problem_is_there_once_and_errors_come_first():
    broken = [CASE | {"Eingang": "31.02.2024"}, CASE | {"Fall-Nr.": "K-2", "Phase": "Quatsch", "Sprachen": None}]
    given = snapshot(broken, [MEETING | {"Datum": None}])
    doubled = replace(given, problems=given.problems * 2)
    found = plan(doubled).problems
    assert len(set(found)) == len(found)
    assert [p.severity for p in found] == sorted((p.severity for p in found), key=["error", "warning", "note"].index)


def test_the_problems_of_the_reading_are_replaced_not_repeated():
    given = snapshot([CASE | {"Eingang": "irgendwann"}])
    after = given.with_plan(plan(given))
    assert [problem.code for problem in after.problems] == ["unreadable_date"]
    assert given.with_plan(plan(given, off=("unreadable_date",))).problems == ()


def test_who_can_mend_it():
    found = {
        p.code: p.who
        for p in plan(
            snapshot(
                [CASE | {"Eingang": "irgendwann"}, CASE | {"Fall-Nr.": "K-2", "Phase": "irgendwo", "Zuständig": None}]
            )
        ).problems
    }
    assert found["unreadable_date"] == "ADE"
    assert found["unknown_phase"] == "lead"


def test_checks_can_be_switched_off_and_raised():
    given = snapshot([CASE | {"Eingang": "irgendwann", "Zuständig": "WER"}])
    assert codes(given, off=("unreadable_date",)) == ["unknown_manager"]
    raised = plan(given, severity={"unknown_manager": "error"}).problems[0]
    assert (raised.code, raised.severity) == ("unknown_manager", "error")


def test_the_note_in_the_row_is_set_and_cleared():
    bad = CASE | {"Eingang": "31.02.2024"}
    (group,) = plan(snapshot([bad])).groups
    assert group.row == RowKey("team", "cases", "K-1")
    assert [(edit.field, edit.old, edit.new) for edit in group.edits] == [
        ("check_note", None, "Eingang: Den Tag „31.02.2024“ gibt es nicht.")
    ]
    assert group.guards == {"number": "K-1"}
    noted = bad | {"Prüfhinweis": group.edits[0].new}
    assert plan(snapshot([noted])).groups == ()
    (cleared,) = plan(snapshot([noted | {"Eingang": date(2024, 5, 6)}])).groups
    assert [(edit.old, edit.new) for edit in cleared.edits] == [(group.edits[0].new, None)]


def test_mere_notes_do_not_reach_the_row():
    assert plan(snapshot([CASE | {"Sprachen": None}])).groups == ()


def test_a_column_of_the_team_is_never_written():
    renamed = {("Hinweis" if key == "Prüfhinweis" else key): value for key, value in CASE.items()} | {
        "Eingang": "irgendwann"
    }
    assert plan(snapshot([renamed])).groups == ()


def test_nothing_is_noted_in_rows_that_are_still_being_typed():
    given = snapshot([CASE | {"Eingang": "irgendwann"}])
    assert plan(replace(given, unsettled=frozenset(given.rows))).groups == ()
    assert plan(given, notes_in_rows=False).groups == ()


def test_rows_with_a_number_twice_are_not_written_to():
    assert plan(snapshot([CASE | {"Eingang": "irgendwann"}, CASE])).groups == ()


OWN = {
    "code": "arabic_without_phone",
    "when": "'ar' in languages and not phone",
    "message": "Bitte Telefon erfragen.",
    "field": "phone",
}


def test_a_check_of_the_team():
    (found,) = plan(snapshot(), own=(OWN,)).problems
    assert (found.code, found.column, found.message, found.key) == (
        "arabic_without_phone",
        "Telefon",
        "Bitte Telefon erfragen.",
        "K-1",
    )


def test_a_check_of_the_team_may_look_at_the_case_of_an_appointment():
    check = {
        "code": "x",
        "table": "appointments",
        "when": "case.last_name == 'Muster' and duration > 45",
        "message": "Lang.",
    }
    assert codes(snapshot(), own=(check,)) == ["x"]


@pytest.mark.parametrize(
    "change", [{"when": "langages == 1"}, {"field": "fone"}, {"when": "().__class__"}, {"code": "Not Good"}]
)
def test_mistakes_in_a_check_of_the_team_are_said(change):
    with pytest.raises(ValidationError):
        CheckSettings(own=(OWN | change,))


TWICE = [
    CASE | {"Nachname": "Шевченко", "Vorname": "Юлія"},
    CASE | {"Fall-Nr.": "K-2", "Nachname": "Schewtschenko", "Vorname": "Julia"},
]
ASKED = [
    {
        "Nr.": "x",
        "Frage": "y",
        "Vorschlag": None,
        "Anlass": None,
        "Entscheidung": None,
        "durch": None,
        "erledigt am": None,
    }
]


def test_somebody_entered_twice_is_shown_with_the_evidence_and_asked_about():
    given = plan(snapshot(TWICE, decisions=ASKED))
    (found,) = given.problems
    assert (found.code, found.keys) == ("possible_duplicate", ("K-1", "K-2"))
    assert "gleicher Name in anderer Schreibweise, gleiches Geburtsdatum (03.02.1990)" in found.message
    (question,) = [group for group in given.groups if group.op == "append"]
    assert [fact.key for fact in learnt(given) if fact.kind == "question"] == ["duplicate/K-1/K-2"]
    assert "Юлія Шевченко" in question.why


def test_a_no_stays_out_and_nothing_is_asked_twice():
    assert codes_of(plan(snapshot(TWICE), History(answers={"duplicate/K-1/K-2": "no"}))) == []
    again = plan(snapshot(TWICE, decisions=ASKED), History(questions={"duplicate/K-1/K-2": "F-1"}))
    assert codes_of(again) == ["possible_duplicate"]
    assert [group for group in again.groups if group.op == "append"] == []
    assert codes(snapshot(TWICE), off=("possible_duplicate",)) == []


def test_after_a_yes_the_rows_are_no_longer_called_a_guess_and_who_came_back_is_left_alone():
    yes = History(answers={"duplicate/K-1/K-2": "yes"})
    (found,) = plan(snapshot(TWICE), yes).problems
    assert "ist dieselbe Person wie" in found.message
    assert "vielleicht" not in found.message
    former, new = TWICE
    former = former | {"Eingang": date(2023, 2, 1), "Phase": "Abgebrochen", "Abgeschlossen am": date(2023, 9, 1)}
    came_back = [former, new | {"Eingang": date(2024, 10, 20)}]
    assert "possible_duplicate" not in codes_of(plan(snapshot(came_back), yes))
    asked = plan(snapshot(came_back, decisions=ASKED))
    (question,) = [group for group in asked.groups if group.op == "append"]
    assert any("ein früherer und ein neuer" in str(edit.new) for edit in question.edits)


MORE = [
    *TWICE,
    CASE | {"Fall-Nr.": "K-3", "Nachname": "Popescu", "Vorname": "Ion", "Geburtsdatum": date(1971, 1, 1)},
    CASE | {"Fall-Nr.": "K-4", "Nachname": "Popesku", "Vorname": "Ion", "Geburtsdatum": date(1971, 1, 1)},
]


def asked_about(decisions, history=None) -> list[str]:
    given = plan(snapshot(MORE, decisions=decisions), history, open_questions=1)
    return [fact.key for fact in learnt(given) if fact.kind == "question"]


def test_the_next_question_comes_when_one_before_it_was_answered():
    """A run has nothing to do right after another one, however many likely duplicates there are."""
    assert asked_about(ASKED) == ["duplicate/K-1/K-2"]
    put = ASKED[0] | {"Nr.": question_number("duplicate/K-1/K-2")}
    history = History(questions={"duplicate/K-1/K-2": put["Nr."]})
    assert asked_about([put], history) == []
    assert asked_about([put | {"Entscheidung": "ja"}], history) == ["duplicate/K-3/K-4"]


def codes_of(found) -> list[str]:
    return [problem.code for problem in found.problems]


def test_a_likely_household():
    family = [
        CASE | {"Telefon": "0151 23456789"},
        CASE | {"Fall-Nr.": "K-2", "Vorname": "Omar", "Geburtsdatum": date(2012, 1, 2), "Telefon": "0151 23456789"},
    ]
    (found,) = plan(snapshot(family)).problems
    assert (found.code, found.keys) == ("possible_household", ("K-1", "K-2"))
    assert codes(snapshot([row | {"Haushalt": "H"} for row in family])) == []


def test_records_without_tables_behind_them_are_no_trouble():
    bare = Snapshot(
        team=(CaseManager(code="X", name="Y"),), locations=(Location(name="Z"),), problems=(Problem("a", "b"),)
    )
    assert codes(bare) == ["a"]
    assert AppointmentStatus.PLANNED == "planned"


def test_a_likely_household_is_asked_about_and_a_no_stays_out():
    family = [
        CASE | {"Telefon": "0151 23456789"},
        CASE | {"Fall-Nr.": "K-2", "Vorname": "Omar", "Geburtsdatum": date(2012, 1, 2), "Telefon": "0151 23456789"},
    ]
    given = plan(snapshot(family, decisions=ASKED))
    assert [fact.key for fact in learnt(given) if fact.kind == "question"] == ["household/K-1/K-2"]
    refused = plan(snapshot(family, decisions=ASKED), History(answers={"household/K-1/K-2": "no"}))
    assert codes_of(refused) == []
    assert [fact for fact in learnt(refused) if fact.kind == "question"] == []


def test_who_had_a_closed_case_or_a_past_appointment_does_not_matter():
    closed = CASE | {"Zuständig": "WEG", "Phase": "Abgeschlossen", "Ergebnis": "Ziele erreicht",
                     "Abgeschlossen am": date(2024, 9, 1)}  # fmt: skip
    past = MEETING | {"Datum": date(2024, 9, 1), "Status": "wahrgenommen", "Beratung durch": "WEG"}
    assert "unknown_manager" not in codes(snapshot([closed], [past]))
    assert "unknown_manager" in codes(snapshot([closed], [MEETING | {"Beratung durch": "WEG"}]))


@pytest.mark.parametrize("phase", ["Abgeschlossen", "Abgebrochen", "Weitergeleitet"])
def test_a_closed_case_without_its_day_is_named(phase):
    closed = CASE | {"Phase": phase, "Ergebnis": "Ziele erreicht"}
    assert "closed_without_date" in codes(snapshot([closed]))
    assert "closed_without_date" not in codes(snapshot([closed | {"Abgeschlossen am": date(2024, 9, 1)}]))
    assert "closed_without_date" not in codes(snapshot([closed | {"Phase seit": date(2024, 9, 1)}]))


@pytest.mark.parametrize(
    ("colleague", "said"),
    [
        ({"Ende": TODAY - timedelta(days=9)}, "der letzte Tag von Ayla Demir war der 22.10.2024"),
        ({"Aktiv": "nein"}, "nicht mehr aktiv"),
        ({"Abwesend von": TODAY, "Abwesend bis": TODAY + timedelta(days=30)}, "erst am 02.12.2024 wieder da"),
        ({"Abwesend von": TODAY}, "bis auf Weiteres abwesend"),
    ],
)
@pytest.mark.parametrize("days", [0, 21])
def test_an_open_case_without_somebody_who_is_there_is_shown_as_long_as_it_holds(colleague, said, days):
    given = snapshot([CASE, CASE | {"Fall-Nr.": "K-2", "Phase": "Abgeschlossen", "Ergebnis": "x"}],
                     team=[COLLEAGUE | colleague])  # fmt: skip
    later = NOW + timedelta(days=days) if "Abwesend bis" not in colleague else NOW
    problems = CheckData().plan(given, CheckSettings(), later, History()).problems
    found = [(p.key, p.who, p.message) for p in problems if p.code == "nobody_there"]
    assert [(key, who) for key, who, _ in found] == [("K-1", "lead")]
    assert said in found[0][2]


def test_an_emergency_of_somebody_who_is_not_there_today_is_shown():
    short = COLLEAGUE | {"Abwesend von": TODAY, "Abwesend bis": TODAY}
    urgent = CASE | {"Dringlichkeit": "Notfall"}
    assert "nobody_there" in codes(snapshot([urgent], team=[short]))
    assert "nobody_there" in codes(snapshot([urgent], team=[COLLEAGUE | {"Arbeitstage": "Mo, Di"}]))
    assert "nobody_there" not in codes(snapshot([urgent], team=[COLLEAGUE]))
    assert "nobody_there" not in codes(snapshot([CASE], team=[short]))
    known = urgent | {"Erstkontakt am": TODAY}
    assert "nobody_there" in codes(snapshot([known], team=[short]))
    assert "nobody_there" not in codes(snapshot([known], team=[COLLEAGUE | {"Arbeitstage": "Mo, Di"}]))


@pytest.mark.parametrize(
    ("kind", "said"),
    [("Signal", True), ("Teams-Chat", True), ("Signal (telefonisch)", False), ("Erstgespräch", False), (None, False),
     ("Büro", False)],
)  # fmt: skip
def test_a_word_that_does_not_say_how_people_meet_is_named_with_those_that_do(kind, said):
    found = [p for p in plan(snapshot(meetings=[MEETING | {"Art": kind}])).problems if p.code == "unknown_kind"]
    assert [(p.key, p.field) for p in found] == ([("T-1", "kind")] if said else [])
    assert all("Video" in p.advice and kind in p.message for p in found)


@pytest.mark.parametrize(
    ("kind", "phone", "said"),
    [("telefonisch", None, True), ("Telefon", "0151 2300001", False), ("persönlich", None, False), (None, None, False)],
)
def test_a_call_needs_a_number(kind, phone, said):
    """It shows as long as it holds, not only in the run whose reminder promises the call."""
    given = snapshot(cases=[CASE | {"Telefon": phone}], meetings=[MEETING | {"Art": kind}])
    assert ("call_without_number" in {problem.code for problem in plan(given).problems}) is said


@pytest.mark.parametrize(
    ("away", "said"),
    [
        ({"Abwesend von": date(2024, 11, 4), "Abwesend bis": date(2024, 11, 8)}, True),
        ({"Abwesend von": date(2024, 11, 6), "Abwesend bis": date(2024, 11, 8)}, False),
        ({"Ende": date(2024, 11, 4)}, True),
        ({"Beginn": date(2024, 11, 6)}, True),
        ({"Aktiv": "nein"}, True),
        ({"Arbeitstage": "Mo"}, False),  # people arrange that among themselves
    ],
)
def test_an_appointment_needs_a_colleague_who_is_there(away, said):
    found = [
        problem for problem in plan(snapshot(team=[COLLEAGUE | away])).problems if problem.code == "colleague_away"
    ]
    assert [(one.key, one.who) for one in found] == ([("T-1", "lead")] if said else [])
    cancelled = plan(snapshot(meetings=[MEETING | {"Status": "abgesagt"}], team=[COLLEAGUE | away])).problems
    assert "colleague_away" not in {problem.code for problem in cancelled}


def test_checks_that_a_condition_says_speak_of_columns_that_there_are():
    for check in plain.CHECKS:
        assert {check.field, *check.needs} <= SHIPPED[check.table].fields.keys(), check
        compile_for(check.when, SHIPPED, check.table, also={"is_open"})


@pytest.mark.parametrize("field", ["Eingang", "Sprachen"])
def test_a_cell_that_cannot_be_read_is_not_told_as_missing_too(field):
    unread = {"Eingang": "31.02.2024", "Sprachen": "Klingonisch"}[field]
    told = [p for p in plan(snapshot([CASE | {field: unread}])).problems if p.column == field]
    assert len(told) == 1
    assert told[0].code not in {"missing_date", "missing_languages"}


def test_a_decision_before_the_application_and_one_to_come_are_told():
    rows = [
        {"Antrag am": date(2024, 5, 2), "Entscheidung am": date(2024, 3, 1), "Entscheidung": "ja"},
        {"Antrag am": date(2024, 5, 2), "Entscheidung am": date(2024, 5, 2), "Entscheidung": "ja"},
        {"Antrag am": date(2024, 5, 2), "Entscheidung am": None, "Entscheidung": None},
        {"Antrag am": date(2034, 5, 2), "Entscheidung am": None, "Entscheidung": None},
    ]
    tabs = (tab("Fälle", [CASE]), tab("Team", [COLLEAGUE]), tab("Einbürgerung", rows))
    found = plan(read_tables({"team": RawWorkbook("team", "1", tabs)}, COLUMNS, SiteFacts(), HOMES, NOW)).problems
    found = [one for one in found if one.table == "naturalisation"]
    assert [(one.code, one.row, one.column) for one in found] == [
        ("decided_before_applied", 2, "Entscheidung am"),
        ("date_in_future", 5, "Antrag am"),
    ]
    assert found[0].message == "Die Entscheidung vom 01.03.2024 liegt vor dem Antrag vom 02.05.2024."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Diallo, Awa", None), ("Awa Diallo", None), ("Lan Nguyen", "Mehrere Fälle heißen Lan Nguyen"),
        ("Diallo", "Den Fall Diallo gibt es nicht"), ("Muster, Ana", None),
    ],
)  # fmt: skip
def test_a_client_whose_case_has_no_number_yet_is_no_unknown_case(typed, said):
    names = [("K-1", "Muster", "Ana"), (None, "Diallo", "Awa"), ("K-2", "Nguyen", "Lan"), (None, "Nguyen", "Lan")]
    cases = [CASE | {"Fall-Nr.": number, "Nachname": last, "Vorname": first} for number, last, first in names]
    found = [
        one.message
        for one in plan(snapshot(cases, [MEETING | {"Fall-Nr.": typed}])).problems
        if one.code == "unknown_case"
    ]
    assert [one.partition(";")[0].rstrip(".") for one in found] == ([said] if said else [])


@pytest.mark.parametrize(
    ("typed", "asked"), [("Muster", "K-1"), ("muster", "K-1"), ("Nguyen", ""), ("Diallo", ""), ("K-9", "")]
)
def test_a_last_name_alone_is_asked_about_where_one_case_has_it(typed, asked):
    names = [("K-1", "Muster", "Ana"), (None, "Diallo", "Awa"), ("K-2", "Nguyen", "Lan"), ("K-3", "Nguyen", "Mai")]
    cases = [CASE | {"Fall-Nr.": number, "Nachname": last, "Vorname": first} for number, last, first in names]
    (found,) = (
        one for one in plan(snapshot(cases, [MEETING | {"Fall-Nr.": typed}])).problems if one.code == "unknown_case"
    )
    assert ("Meinen Sie" in found.advice) == bool(asked)
    assert asked in found.advice


@pytest.mark.parametrize(
    ("typed", "read"), [("Cem", "CD"), ("Demir", "CD"), ("Anna Berg", "AB"), ("Frau", "Frau"), ("Ina", "Ina")]
)
def test_a_colleague_is_known_by_either_name_that_nobody_else_has(typed, read):
    people = [("AB", "Anna Berg"), ("CD", "Demir, Cem"), ("IL", "Ina Lange"), ("IS", "Ina Sow"), ("W", "Frau Wolf")]
    team = [COLLEAGUE | {"Kürzel": code, "Name": name} for code, name in people]
    assert snapshot([CASE | {"Zuständig": typed}], team=team).cases[0].manager == read


@pytest.mark.parametrize(
    ("last", "first", "said"),
    [("Nguyen", "Lan", "unknown_case"), ("Muster", "Ana", None), (None, None, "appointment_without_case")],
)
def test_a_client_named_in_two_columns_is_asked_about_where_two_are_called_so(last, first, said):
    names = [("K-1", "Muster", "Ana"), ("K-2", "Nguyen", "Lan"), ("K-3", "Nguyen", "Lan")]
    cases = [CASE | {"Fall-Nr.": number, "Nachname": last, "Vorname": first} for number, last, first in names]
    meeting = {name: value for name, value in MEETING.items() if name != "Fall-Nr."}
    meeting |= {"Nachname der Klientin": last, "Vorname der Klientin": first}
    codes = {one.code for one in plan(snapshot(cases, [meeting])).problems}
    assert codes & {"unknown_case", "appointment_without_case"} == ({said} if said else set())


def test_a_wish_for_an_office_that_nobody_has_is_told():
    team = [COLLEAGUE | {"Büro": "Büro Nord"}, COLLEAGUE | {"Kürzel": "BOB", "Name": "Bo Berg", "Büro": "Büro Süd"}]
    wish = [CASE | {"Wunschbüro": "Frau Demir"}]
    found = [problem for problem in plan(snapshot(wish, team=team)).problems if problem.code == "unknown_office"]
    assert [problem.severity for problem in found] == ["note"]
    assert "Büro Nord, Büro Süd" in found[0].advice
    assert "unknown_office" not in codes(snapshot([CASE | {"Wunschbüro": "büro nord"}], team=team))
    assert "unknown_office" not in codes(snapshot([CASE | {"Wunschbüro": "egal"}], team=team))
    assert "unknown_office" not in codes(snapshot(wish))


@pytest.mark.parametrize("apart", ["K-9", "K-1", "Ehemann", "K-2, K-9"])
def test_a_cell_that_keeps_nobody_apart_is_told(apart):
    other = CASE | {"Fall-Nr.": "K-2", "Nachname": "Fremd", "Geburtsdatum": None}
    assert "unknown_apart" in codes(snapshot([CASE | {"Nicht zusammen mit": apart}, other]))


@pytest.mark.parametrize("apart", ["K-2", "k-2", "Ex-Mann (K-2)", "niemand", None])
def test_a_case_that_is_kept_apart_is_no_trouble(apart):
    other = CASE | {"Fall-Nr.": "K-2", "Nachname": "Fremd", "Geburtsdatum": None}
    assert "unknown_apart" not in codes(snapshot([CASE | {"Nicht zusammen mit": apart}, other]))


@pytest.mark.parametrize(
    ("step", "alone", "told"), [(100, False, ["cumulated_counts"]), (0, False, []), (100, True, [])]
)
def test_counts_that_are_sums_since_january_are_told_once(step, alone, told):
    counts = [
        {"Monat": date(year, n, 1), "Anträge": 100 + step * (n - 1)} for year in (2023, 2024) for n in range(1, 9)
    ]
    rows = {"Fälle": [CASE], "Team": [COLLEAGUE], "Standorte": [{"Name": "Büro"}], "Termine": [MEETING]}
    tabs = [tab(name, listed) for name, listed in (rows | {"Einbürgerung": counts}).items()]
    read = read_tables({"team": RawWorkbook("team", "1", tuple(tabs))}, COLUMNS, SiteFacts(), HOMES, NOW)
    site = AGREED.model_copy(update={"counts_stand_alone": alone})
    found = [problem for problem in plan(read, site=site).problems if problem.table == "naturalisation"]
    assert [problem.code for problem in found] == told
    assert [problem.row for problem in found] == [17] * len(told)


def test_a_consent_of_tomorrow_is_one_problem():
    consent = Consent(row=RowKey("team", "consents", "1"), line=2, case="K-1", purpose="reminder",
                      channel=ContactWay.EMAIL, given_on=date(2025, 1, 1))  # fmt: skip
    shot = Snapshot(layouts={"consents": layout("consents", Consent)}, consents=(consent,))
    planned = CheckData().plan(shot, CheckSettings(), NOW, History())
    assert [problem.code for problem in planned.problems if problem.field == "given_on"] == ["consent_in_future"]
