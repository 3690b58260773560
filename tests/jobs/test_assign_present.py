"""Emergencies go to who is there, German is a makeshift, and reasons speak of the present."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from automations.config.site import load_columns
from automations.jobs.assign_cases import START, AssignCases
from automations.jobs.assigning.alternatives import alternatives
from automations.jobs.assigning.needs import german_is_enough
from automations.jobs.assigning.settings import AssignSettings, Strictnesses
from automations.jobs.assigning.stale_reasons import Claims
from automations.model.decisions import question_number
from automations.model.history import History
from automations.model.records import Answer, Appointment, AppointmentStatus, Case, CaseManager, Decision, Urgency
from automations.model.settings import SiteFacts
from automations.model.staff_figures import StaffFigures
from tests.support.builders import NOW, learnt, snapshot

TODAY = NOW.date()  # a Thursday
MONDAY_ONLY, ALL_WEEK = frozenset({0}), frozenset(range(5))
YES = History(answers={START: "yes"})
SETTINGS = AssignSettings()
WITH_POINTS = AssignSettings(site=SiteFacts(staff_figures=StaffFigures(agreement_on=date(2020, 1, 1))))


def person(code, **more):
    return CaseManager(**{"code": code, "name": f"Kollegin {code}", "capacity": 20.0, "languages": ("de",), **more})


def case(number, **more):
    return Case(**{"number": number, "received": date(2024, 10, 28), "phase": "new", "last_name": number, **more})


def plan(team, cases, history=YES, options=SETTINGS, **tables):
    return AssignCases().plan(snapshot(team=team, cases=cases, **tables), options, NOW, history)


def new(planned, field="manager"):
    edits = [(group.row.key, edit) for group in planned.groups for edit in group.edits if group.op == "edit"]
    return {key: edit.new for key, edit in edits if edit.field == field}


def kept(planned, history=YES):
    facts = {(fact.kind, fact.key): fact.data for fact in learnt(planned)}
    questions = {fact.key: str(fact.data["number"]) for fact in learnt(planned) if fact.kind == "question"}
    return replace(history, facts={**history.facts, **facts}, questions={**history.questions, **questions})


def test_an_emergency_goes_to_somebody_who_is_at_work_that_day():
    team = [person("A", working_days=MONDAY_ONLY, languages=("de", "ar")), person("B", working_days=ALL_WEEK)]
    urgent = case("K-1", languages=("ar",), urgency=Urgency.EMERGENCY)
    assert new(plan(team, [urgent])) == {"K-1": "B"}
    assert new(plan(team, [replace(urgent, urgency=Urgency.NORMAL)])) == {"K-1": "A"}


@pytest.mark.parametrize(
    ("german", "taker"), [(None, "B"), ("A2", "B"), ("B1/B2", "B"), ("kein B2, nicht fließend", "B"), ("C1", "A")]
)
def test_german_counts_where_it_is_enough(german, taker):
    team = [person("A", capacity=80.0), person("B", languages=("de", "ar"))]
    assert new(plan(team, [case("K-1", languages=("ar", "de"), german_level=german)])) == {"K-1": taker}


def test_german_counts_where_nobody_speaks_another_language_of_the_client():
    team = [person("A", languages=("en",), capacity=80.0), person("B")]
    planned = plan(team, [case("K-1", languages=("ti", "de"))])
    assert (new(planned), new(planned, "reason")["K-1"]) == ({"K-1": "B"}, "spricht Deutsch, freie Kapazität")


def test_german_is_a_makeshift_where_the_speaker_has_no_room():
    team = [person("A", languages=("en",), capacity=80.0), person("B"), person("C", languages=("ar",), capacity=0.5)]
    planned = plan(team, [case("K-1", languages=("ar", "de"))])
    assert new(planned) == {"K-1": "B"}
    assert new(planned, "reason")["K-1"].startswith("spricht Deutsch")


def test_levels_of_german():
    assert german_is_enough(Case(german_level="B2 (DTZ)"), SETTINGS)
    assert german_is_enough(Case(german_level="Muttersprache"), SETTINGS)
    assert not german_is_enough(Case(german_level=None), SETTINGS)


def test_a_household_of_many_names_is_asked_about_before_it_binds():
    strangers = [case(f"K-{n}", household="Halle 3", last_name=f"{letter}name") for n, letter in enumerate("ABCDEF")]
    team = [person("A", capacity=4.0), person("B", capacity=4.0)]
    planned = plan(team, strangers)
    assert len(new(planned)) == 6
    asked = [fact for fact in learnt(planned) if fact.kind == "question"]
    assert len(asked) == 1
    assert "Halle 3" in str(asked[0].data["question"])
    yes = Decision(number=question_number(asked[0].key), decision=Answer.YES)
    assert new(plan(team, strangers, kept(planned), decisions=[yes])) == {}  # six people have room with nobody
    family = [case(f"K-{n}", household="H", last_name=name) for n, name in enumerate(["Ivanov", "Ivanova", "Petrenko"])]
    planned = plan(team, family)
    assert len(set(new(planned).values())) == 1
    assert not [fact for fact in learnt(planned) if fact.kind == "question"]


@pytest.mark.parametrize(
    ("names", "many"),
    [
        (["Musterbade", "Musterkilo", "Mustervunu", "Mustergepa", "Musterzoru"], True),
        (["Al Hamad", "Al Jumaili", "Al Saadi", "Al Tikriti"], True),
        (["Kowalski", "Kowalska", "Tolstoi", "Tolstaja"], False),
        (["Müller-Schmidt", "Schmidt", "Mueller", "Müller", "Schmidt-Weber"], False),
        (["Petrow", "Petrowa", "Petrowa-Klein", "Klein", "Groß"], False),
    ],
)
def test_names_that_begin_alike_are_not_one_family_and_endings_are(names, many):
    rows = [case(f"K-{n}", household="12", last_name=name) for n, name in enumerate(names)]
    planned = plan([person("A"), person("B")], rows)
    assert bool([fact for fact in learnt(planned) if fact.kind == "question"]) is many


def given_to_a():
    team = [person("A", languages=("ar",)), person("B")]
    planned = plan(team, [case("K-1", languages=("ar",))])
    assert new(planned) == {"K-1": "A"}
    why = str(new(planned, "reason")["K-1"])
    return team, case("K-1", languages=("ar",), manager="A", manager_since=TODAY, reason=why), kept(planned)


def test_a_name_typed_over_the_choice_takes_its_reason_away():
    team, row, history = given_to_a()
    assert new(plan(team, [row], history), "reason") == {}
    planned = AssignCases().plan(
        snapshot(team=team, cases=[replace(row, manager="B")]), SETTINGS, NOW + timedelta(days=5), history
    )
    assert new(planned, "reason") == {"K-1": "vom Team entschieden"}
    assert new(planned, "manager_since") == {"K-1": TODAY + timedelta(days=5)}
    assert new(planned) == {}
    by_hand = replace(row, manager="B", manager_since=date(2024, 10, 30), reason="kennt B vom Sprachkurs")
    assert plan(team, [by_hand], history).groups == ()


def test_the_day_beside_a_name_is_that_of_the_latest_decision():
    team, row, history = given_to_a()
    tuesday, friday = NOW + timedelta(days=5), NOW + timedelta(days=8)
    first = AssignCases().plan(
        snapshot(team=team, cases=[replace(row, manager="B")]), SETTINGS, tuesday, history
    )  # fmt: skip
    history = kept(first, history)
    decided = replace(row, manager="B", manager_since=tuesday.date(), reason="vom Team entschieden")
    assert AssignCases().plan(snapshot(team=team, cases=[decided]), SETTINGS, friday, history).groups == ()
    for code in ("A", "C"):
        again = AssignCases().plan(
            snapshot(team=[*team, person("C")], cases=[replace(decided, manager=code)]), SETTINGS, friday, history
        )
        assert new(again, "manager_since") == {"K-1": friday.date()}
    typed = replace(decided, manager="A", manager_since=date(2024, 10, 1))
    later = AssignCases().plan(snapshot(team=team, cases=[typed]), SETTINGS, friday, history)
    assert new(later, "manager_since") == {}


def test_a_name_typed_over_an_agreed_move_takes_its_reason_away():
    moved = {("move", "departure/A/x/K-1"): {"case": "K-1", "from": "A", "to": "B", "why": "spricht Deutsch"},
             ("moved", "departure/A/x/K-1"): {"case": "K-1", "seen": "before"}}  # fmt: skip
    history = replace(YES, facts={**YES.facts, **moved})
    row = case("K-1", manager="B", manager_since=TODAY, reason="übernommen von A: spricht Deutsch")
    team = [person("A"), person("B"), person("C")]
    assert plan(team, [row], history).groups == ()
    planned = plan(team, [replace(row, manager="C")], history)
    assert new(planned, "reason") == {"K-1": "vom Team entschieden"}


@pytest.mark.parametrize(
    ("day", "status", "said"),
    [
        (-5, AppointmentStatus.ATTENDED, "kennt sie von früher"),
        (6, AppointmentStatus.PLANNED, "Termin dort schon vereinbart"),
        (-5, AppointmentStatus.PLANNED, "dort war schon ein Termin vereinbart"),
        (-5, AppointmentStatus.NO_SHOW, ""),
        (6, AppointmentStatus.CANCELLED, ""),
    ],
)
def test_only_who_met_somebody_knows_them_from_before(day, status, said):
    met = Appointment(number="T-1", case="K-1", manager="B", date=TODAY + timedelta(days=day), status=status)
    planned = plan([person("A"), person("B")], [case("K-1", languages=("de",))], appointments=[met])
    assert new(planned, "reason") == {"K-1": ", ".join(filter(None, ["spricht Deutsch, freie Kapazität", said]))}
    assert not said or new(planned) == {"K-1": "B"}


def test_a_name_that_was_taken_away_leaves_no_reason_behind():
    team, row, history = given_to_a()
    closed = replace(row, manager=None, phase="closed", closed_on=TODAY)
    planned = plan(team, [closed], history)
    assert (new(planned, "reason"), new(planned, "manager_since")) == ({"K-1": None}, {"K-1": None})


def test_nobody_has_a_case_that_waits():
    told = alternatives("K-1", snapshot(team=[person("A")], cases=[case("K-1")]), SETTINGS, NOW, YES)
    assert [one.text for one in told] == ["bekäme den Fall"]
    shut = case("K-1", manager="A", phase="closed", closed_on=TODAY)
    assert alternatives("K-1", snapshot(team=[person("A")], cases=[shut]), SETTINGS, NOW, YES) == ()


def test_only_the_cases_beyond_a_capacity_are_said_to_be():
    options = AssignSettings(overload=1.0)
    reasons = new(plan([person("A", capacity=2.0)], [case(f"K-{n}") for n in range(3)], options=options), "reason")
    beyond = [key for key, text in reasons.items() if "über der Kapazität" in str(text)]
    assert (len(reasons), beyond) == (3, ["K-2"])


def test_who_is_back_is_offered_the_cases_that_were_taken_over():
    away = person("A", absent_from=TODAY, absent_until=TODAY + timedelta(days=30), substitute="B")
    row = case("K-1", manager="A", received=TODAY)
    asked = plan([away, person("B")], [row])
    history = replace(kept(asked), answers={START: "yes", "absence/A/2024-10-31/1": "yes"})
    made = plan([away, person("B")], [row], history)
    assert new(made) == {"K-1": "B"}
    lent = replace(row, manager="B", manager_since=TODAY, reason=str(new(made, "reason")["K-1"]))
    back = person("A")
    offered = plan([back, person("B")], [lent], kept(made, history))
    question = [fact for fact in learnt(offered) if fact.kind == "question"]
    assert [fact.key for fact in question] == ["return/A/2024-10-31"]
    history = replace(kept(offered, kept(made, history)), answers={**history.answers, "return/A/2024-10-31": "yes"})
    assert new(plan([back, person("B")], [lent], history)) == {"K-1": "A"}


def asked_about(away, cases):
    """A question about an absence or a departure of A, its yes standing in the tab."""
    history = kept(plan([away, person("B")], cases))
    (key,) = history.questions
    yes = Decision(number=question_number(key), question="?", decision=Answer.YES, line=2)
    return history, {"decisions": [yes]}


def late(planned):
    return [one.message for one in planned.problems if one.code == "answer_late"]


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (person("A"), "Kollegin A ist wieder da"),
        (person("A", absent_from=TODAY - timedelta(days=2), absent_until=TODAY - timedelta(days=1)), "wieder da"),
        (person("A", absent_from=TODAY - timedelta(days=1)), "an anderen Tagen abwesend"),
    ],
)
def test_a_yes_after_the_return_moves_nothing_and_is_told(now, why):
    away = person("A", absent_from=TODAY, absent_until=TODAY + timedelta(days=30), substitute="B")
    rows = [case("K-1", manager="A", received=TODAY), case("2024/2", manager="A", received=TODAY)]
    history, tab = asked_about(away, rows)
    in_time = plan([away, person("B")], rows, history, **tab)
    assert (new(in_time), late(in_time)) == ({"K-1": "B", "2024/2": "B"}, [])
    planned = plan([now, person("B")], rows, history, **tab)
    assert new(planned) == {}
    (told,) = late(planned)
    assert why in told
    assert told.endswith("Unverändert: 2024/2, K-1.")
    no = {"decisions": [replace(tab["decisions"][0], decision=Answer.NO)]}
    assert late(plan([now, person("B")], rows, history, **no)) == []


def test_what_was_moved_in_time_is_not_told_after_the_return():
    away = person("A", absent_from=TODAY, absent_until=TODAY + timedelta(days=30), substitute="B")
    row = case("K-1", manager="A", received=TODAY)
    history, tab = asked_about(away, [row])
    made = plan([away, person("B")], [row], history, **tab)
    reason = str(new(made, "reason")["K-1"])
    for manager in ("B", "A"):
        moved = replace(row, manager=manager, manager_since=TODAY, reason=reason)
        assert late(plan([person("A"), person("B")], [moved], kept(made, history), **tab)) == []


def test_a_yes_to_a_departure_that_was_called_off_moves_nothing():
    row = case("K-1", manager="A")
    history, tab = asked_about(person("A", ends_on=TODAY + timedelta(days=3)), [row])
    planned = plan([person("A"), person("B")], [row], history, **tab)
    assert new(planned) == {}
    assert "Kollegin A bleibt im Team" in late(planned)[0]


def test_a_yes_moves_nothing_to_somebody_who_left_or_is_away_themselves():
    row, leaving = case("K-1", manager="A"), person("A", ends_on=TODAY + timedelta(days=3))
    history, tab = asked_about(leaving, [row])
    for other in (person("B", active=False), person("B", absent_from=TODAY)):
        planned = plan([leaving, other], [row], history, **tab)
        assert new(planned) == {}
        assert "Kollegin B ist nicht da" in late(planned)[0]


def test_an_emergency_of_somebody_who_is_away_for_a_day_is_asked_about():
    away = person("A", absent_from=TODAY, absent_until=TODAY, substitute="B")
    row = case("K-1", manager="A", received=TODAY, urgency=Urgency.EMERGENCY)
    assert {fact.kind for fact in learnt(plan([away, person("B")], [row]))} == {"question", "move"}
    assert learnt(plan([away, person("B")], [replace(row, urgency=Urgency.NORMAL)])) == []


def test_own_fields_are_needed_or_preferred():
    team = [person("A", capacity=80.0), person("B", own={"sign": True}), person("C", languages=("de", "gsg"))]
    options = AssignSettings(needs="sign")
    assert new(plan(team, [case("K-1", own={"sign": True})], options=options)) == {"K-1": "B"}
    assert new(plan(team, [case("K-1", own={"sign": None})], options=options)) == {"K-1": "A"}
    spoken = case("K-1", own={"interpreter_language": ("gsg",)})
    assert new(plan(team, [spoken], options=AssignSettings(needs=("interpreter_language",)))) == {"K-1": "C"}
    planned = plan(team[:1], [spoken], options=AssignSettings(needs=("interpreter_language",)))
    assert "hat, was nötig ist (Deutsche Gebärdensprache)" in planned.problems[-1].message
    same = [person("A", capacity=20.0), person("B", own={"room": "ebenerdig"})]
    assert new(plan(same, [case("K-1", own={"room": "Ebenerdig"})], options=AssignSettings(prefers="room"))) == {
        "K-1": "B"
    }


WORDS = load_columns().ticks


@pytest.mark.parametrize("nothing", ["nein", "Nein", "keine", "egal", "nein, egal", "-", "ohne", "", None])
def test_a_cell_that_asks_for_nothing_is_no_need(nothing):
    options = AssignSettings(needs="licence", need_words=WORDS)
    planned = plan([person("A")], [case("K-1", own={"licence": nothing})], options=options)
    assert new(planned) == {"K-1": "A"}
    assert "Nötige" not in new(planned, "reason")["K-1"]


@pytest.mark.parametrize(("asked", "offered"), [(True, "Ja"), ("ja", True), ("x", "vorhanden, ja"), ("Ja", "x")])
def test_a_yes_in_a_column_of_text_is_a_tick(asked, offered):
    team = [person("A", capacity=80.0, own={"licence": "nein"}), person("B", own={"licence": offered})]
    options = AssignSettings(needs="licence", need_words=WORDS, need_headings={"licence": "Führerschein"})
    planned = plan(team, [case("K-1", own={"licence": asked})], options=options)
    assert new(planned) == {"K-1": "B"}
    assert "bringt das Nötige mit (Führerschein)" in new(planned, "reason")["K-1"]


def test_what_a_case_needs_is_told_and_taken_out_when_it_holds_no_more():
    team = [person("A"), person("B", own={"room": "Rampe; Aufzug"})]
    row, options = case("K-1", own={"room": "Aufzug, Rampe"}), AssignSettings(needs="room")
    planned = plan(team, [row], options=options)
    assert new(planned) == {"K-1": "B"}
    assert "bringt das Nötige mit (Aufzug und Rampe)" in new(planned, "reason")["K-1"]
    full = plan([team[0], replace(team[1], capacity=0.5)], [row], options=options)
    assert "niemand mit dem Nötigen (Aufzug und Rampe) hat Platz" in full.problems[-1].message
    claims = Claims([replace(row, manager="B")], {"B": team[1]}, options)
    reason = new(planned, "reason")["K-1"]
    assert claims.left_of(reason, replace(row, manager="B"), options.site.texts) == reason
    for changed, person_b in ((row, replace(team[1], own={"room": "Rampe"})), (replace(row, own={}), team[1])):
        claims = Claims([changed], {"B": person_b}, options)
        assert "Nötige" not in claims.left_of(reason, replace(changed, manager="B"), options.site.texts)


def test_a_field_that_nobody_can_ask_for_is_told():
    told = plan([person("A")], [case("K-1")], options=AssignSettings(needs=("focos",))).problems
    assert "meinten Sie „focus“" in next(one.message for one in told if one.code == "unknown_need")
    shot = snapshot(team=[person("A")], cases=[case("K-1")])
    columns = {name: n for name, n in shot.layouts["cases"].columns.items() if name != "district"}
    shot = replace(shot, layouts={**shot.layouts, "cases": replace(shot.layouts["cases"], columns=columns)})
    told = AssignCases().plan(shot, AssignSettings(needs=("district",)), NOW, YES).problems
    assert "„district“ fehlt" in next(one.message for one in told if one.code == "need_missing")


def test_a_decision_of_the_team_is_not_explained_by_the_needs_of_others():
    team, row, _ = given_to_a()
    told = alternatives("K-1", snapshot(team=team, cases=[replace(row, manager="B")]), SETTINGS, NOW, YES)
    assert [(one.code, one.text) for one in told] == [
        ("B", "hat den Fall"),
        ("A", "würde zu diesem Fall besser passen"),
    ]


def test_who_has_a_row_that_cannot_be_read_gets_no_new_cases():
    odd = person("A", capacity=None, bad=frozenset({"capacity"}), languages=("de", "ar"))
    planned = plan([odd, person("B")], [case("K-1", languages=("ar",))])
    assert new(planned) == {"K-1": "B"}
    told = {problem.code: problem for problem in planned.problems}
    assert "colleague_unreadable" in told
    assert "capacity_blank" not in told
    assert told["colleague_unreadable"].severity == "warning"


@pytest.mark.parametrize("field", ["absent_from", "absent_until", "ends_on"])
def test_an_absence_that_cannot_be_read_is_not_taken_for_presence(field):
    assert new(plan([person("A", bad=frozenset({field}))], [case("K-1")])) == {}
    told = [problem.message for problem in plan([person("A", bad=frozenset({field}))], [case("K-1")]).problems]
    assert any("von niemandem ist die Zeile im Blatt des Teams ganz zu lesen" in message for message in told)
    assert any("lesbare Zeile von Kollegin A" in problem.advice
               for problem in plan([person("A", bad=frozenset({field}))], [case("K-1")]).problems)  # fmt: skip


@pytest.mark.parametrize("field", ["starts_on", "working_days"])
def test_an_emergency_needs_somebody_whose_presence_can_be_read(field):
    team = [person("A", bad=frozenset({field}), languages=("de", "ar")), person("B")]
    urgent = case("K-1", languages=("ar",), urgency=Urgency.EMERGENCY)
    assert new(plan(team, [urgent])) == {"K-1": "B"}
    assert new(plan(team, [replace(urgent, urgency=Urgency.NORMAL)])) == {"K-1": "A"}


def test_alternatives_say_that_a_row_cannot_be_read():
    tables = snapshot(team=[person("A", bad=frozenset({"ends_on"})), person("B")], cases=[case("K-1")])
    said = {one.code: one.text for one in alternatives("K-1", tables, SETTINGS, NOW, YES)}
    assert said["A"] == "hat im Blatt des Teams eine Zeile, die sich nicht ganz lesen lässt"


def test_nobody_says_of_an_unreadable_capacity_that_there_is_no_room():
    team = [person("A", capacity=None, bad=frozenset({"capacity"}))]
    advice = [one.advice for one in plan(team, [case("K-1")]).problems if one.code == "unassigned"]
    assert len(advice) == 1
    assert "eine lesbare Zeile von Kollegin A im Blatt des Teams. " in advice[0]
    tables = snapshot(team=team, cases=[case("K-1")])
    assert "keinen Platz" not in next(iter(alternatives("K-1", tables, SETTINGS, NOW, YES))).text


def test_a_wish_for_an_office_is_one_whatever_its_capitals():
    team = [person("A", office="Büro Nord"), person("B", office="Büro Süd")]
    assert new(plan(team, [case("K-1", office_wish="büro  süd")])) == {"K-1": "B"}
    assert "Büro Süd" in new(plan(team, [case("K-1", office_wish="büro  süd")]), "reason")["K-1"]


def test_sign_language_has_a_name():
    reasons = new(plan([person("A", languages=("de", "gsg"))], [case("K-1", languages=("gsg",))]), "reason")
    assert "spricht Deutsche Gebärdensprache" in reasons["K-1"]


HOME = {"household": "H 1", "last_name": "Haddad"}


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({}, None),
        ({"languages": ("uk",)}, "freie Kapazität, Familie bereits betreut"),
        ({"household": None}, "spricht Arabisch, freie Kapazität"),
        ({"languages": ("uk",), "household": None}, "freie Kapazität"),
        ({"languages": ("uk",), "closed_on": date(2024, 10, 30), "phase": "closed"}, None),
        ({"languages": ("uk",), "reason": "weil wir es so wollten"}, None),
    ],
)
def test_a_reason_loses_what_is_not_so_any_more(change, left):
    team = [person("A", languages=("de", "ar"))]
    first = plan(team, [case("K-0", manager="A", **HOME), case("K-1", languages=("ar",), **HOME)])
    why = new(first, "reason")["K-1"]
    assert why == "spricht Arabisch, freie Kapazität, Familie bereits betreut"
    mine = case(
        "K-1", **{"languages": ("ar",), "manager": "A", "manager_since": TODAY, "reason": why, **HOME, **change}
    )
    again = plan(team, [case("K-0", manager="A", **HOME), mine], kept(first))
    assert new(again, "reason").get("K-1") == left
    if left:
        settled = plan(team, [case("K-0", manager="A", **HOME), replace(mine, reason=left)], kept(again, kept(first)))
        assert new(settled, "reason") == {}


def test_a_reason_loses_a_language_that_the_colleague_does_not_speak_after_all():
    first = plan([person("A", languages=("de", "ar"))], [case("K-1", languages=("ar",))])
    mine = case("K-1", languages=("ar",), manager="A", manager_since=TODAY, reason=new(first, "reason")["K-1"])
    assert new(plan([person("A")], [mine], kept(first)), "reason") == {"K-1": "freie Kapazität"}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"active": False}, "hat den Fall, ist nicht aktiv"),
        ({"ends_on": date(2024, 10, 30)}, "hat den Fall, hat am 30.10.2024 aufgehört"),
        (
            {"absent_from": date(2024, 10, 30), "absent_until": date(2024, 11, 29)},
            "hat den Fall, ist erst am 02.12.2024 wieder im Dienst",
        ),
        ({}, "hat den Fall"),
    ],
)
def test_whoever_has_a_case_and_is_not_there_is_said_to_be_so(cells, said):
    tables = snapshot(team=[person("A", **cells), person("B")], cases=[case("K-1", manager="A")])
    assert {one.code: one.text for one in alternatives("K-1", tables, SETTINGS, NOW, YES)}["A"] == said


def test_two_focuses_that_nobody_has_together():
    team = [person("A", focuses=("Frauen",)), person("B", focuses=("Jugend",))]
    cases = [case("K-1", focus="Frauen", **HOME), case("K-2", focus="Jugend", **HOME)]
    told = [problem.message for problem in plan(team, cases).problems if problem.code == "unassigned"]
    assert all("niemand im Dienst hat alle diese Schwerpunkte: Frauen und Jugend" in message for message in told)
    assert len(told) == 2


def test_a_focus_is_one_whatever_its_capitals():
    team = [person("A", focuses=("Frauenhaus", "Jugend")), person("B")]
    first = plan(team, [case("K-1", focus="frauenhaus ", **HOME), case("K-2", focus="Frauenhaus", **HOME)])
    assert new(first) == {"K-1": "A", "K-2": "A"}
    why = new(first, "reason")["K-1"]
    mine = case("K-1", focus="frauenhaus", manager="A", manager_since=TODAY, reason=why)
    assert new(plan(team, [mine], kept(first)), "reason") == {}
    assert "Schwerpunkt" in why
    assert "Schwerpunkt" not in new(plan([person("A"), person("B")], [mine], kept(first)), "reason")["K-1"]


def test_a_reason_claims_no_focus_that_a_soft_rule_let_pass():
    soft = SETTINGS.model_copy(update={"rules": SETTINGS.rules.model_copy(update={"focus": "soft"})})
    planned = plan([person("A")], [case("K-1", focus="Frauen")], options=soft)
    focus = SETTINGS.site.texts.say("focus {focus}", focus="Frauen")
    why = new(planned, "reason")["K-1"]
    assert "Frauen" in why
    assert focus not in why.split(", ")


def test_a_problem_names_the_tab_that_its_row_stands_in():
    nobody = AssignSettings(needs=("interpreter_language",))
    found = snapshot(team=[person("A")], cases=[case("K-1", own={"interpreter_language": ("gsg",)})])
    rows = {key: replace(row, tab="2024") if key.table == "cases" else row for key, row in found.rows.items()}
    planned = AssignCases().plan(replace(found, rows=rows), nobody, NOW, YES)
    assert [(one.key, one.tab) for one in planned.problems if one.code == "unassigned"] == [("K-1", "2024")]


def test_of_a_family_it_is_said_that_all_of_it_would_suit_somebody_better():
    team = [person("A"), person("B", languages=("de", "ar"))]
    family = [
        case("K-1", manager="A", household="H", phase="support"),
        case("K-2", manager="A", household="H", phase="support", languages=("ar",)),
    ]
    said = {one.code: one.text for one in alternatives("K-2", snapshot(team=team, cases=family), SETTINGS, NOW, YES)}
    assert said["B"] == "würde zur ganzen Familie besser passen"


def soft(*names):
    return Strictnesses(**dict.fromkeys(names, "soft"))


@pytest.mark.parametrize(
    ("team", "more", "said"),
    [
        # The lead speaks it: "nobody of the team" would be wrong, though she takes no cases.
        ([person("A", languages=("de",)), person("L", languages=("tr",), role="Leitung")],
         {"languages": ("tr",)},
         "niemand mit Türkisch kann den Fall übernehmen: Sprachmittlung nötig, freie Kapazität"),
        # Who has left is of the team no more.
        ([person("A", languages=("de",)), person("B", languages=("tr",), active=False)],
         {"languages": ("tr",)}, "niemand im Team spricht Türkisch: Sprachmittlung nötig, freie Kapazität"),
        ([person("A"), person("B", active=False, focuses=("Wohnen",))],
         {"focus": "Wohnen"}, "freie Kapazität, niemand im Team hat den Schwerpunkt Wohnen"),
        ([person("A"), person("B", ends_on=TODAY + timedelta(days=5), focuses=("Wohnen",))],
         {"focus": "Wohnen"}, "freie Kapazität, niemand mit dem Schwerpunkt Wohnen kann den Fall übernehmen"),
        ([person("A"), person("B", capacity=0.5, focuses=("Wohnen",))],
         {"focus": "Wohnen"}, "freie Kapazität, niemand mit dem Schwerpunkt Wohnen hat Platz"),
    ],
)  # fmt: skip
def test_why_it_is_nobody_with_the_language_or_focus_is_true_of_the_team(team, more, said):
    asked = AssignSettings(rules=soft("focus"), roles_without_cases=("Leitung",))
    planned = plan(team, [case("K-1", **{"languages": (), **more})], options=asked)
    assert new(planned, "reason") == {"K-1": said}


@pytest.mark.parametrize(
    ("room", "said"), [(0.5, "da niemand Platz hat"), (20.0, "da von den möglichen Personen keine Platz hat")]
)
def test_beyond_the_capacity_is_not_blamed_on_colleagues_with_room(room, said):
    # A knows the family and is full; B may have room, and is not asked for the family's sake.
    cases = [case("K-1", household="H", manager="A"), case("K-2", household="H", languages=())]
    planned = plan([person("A", capacity=1.0), person("B", capacity=room)], cases, options=AssignSettings(overload=1.0))
    assert new(planned, "reason") == {"K-2": f"über der Kapazität, {said}, Familie bereits betreut"}


def helps(planned, key):
    """What would help a case that stays, as the check list says it."""
    advice = next(problem.advice for problem in planned.problems if problem.key == key and problem.code == "unassigned")
    return advice.partition(". Oder")[0]


def test_more_room_helps_a_case_after_those_that_come_first():
    team, cases = [person("A", capacity=1.0)], [case("K-1", manager="A"), case("K-2"), case("K-3")]
    planned = plan(team, cases, options=WITH_POINTS)
    assert helps(planned, "K-2").endswith(": ein Punkt mehr Kapazität")
    assert helps(planned, "K-3").endswith(": 2 Punkte mehr Kapazität")
    assert new(plan([person("A", capacity=3.0)], cases)) == {"K-2": "A", "K-3": "A"}


def test_waiting_helps_only_who_finds_room_on_that_day():
    back = person("A", capacity=1.0, absent_until=TODAY + timedelta(days=20))
    planned = plan([back], [case("K-1"), case("K-2")])
    assert "mehr Kapazität" not in helps(planned, "K-1")
    assert "mehr Kapazität" in helps(planned, "K-2")


def test_nobody_waits_for_a_colleague_who_leaves_soon_after_coming_back():
    back = person("A", absent_until=TODAY + timedelta(days=20), ends_on=TODAY + timedelta(days=40))
    advice = helps(plan([back], [case("K-1")]), "K-1")
    assert advice == ("Bitte tragen Sie im Blatt des Teams ein, wer übernehmen kann, oder einen Namen in „manager“.")


def test_who_stands_in_is_not_said_to_know_the_family():
    away = person("A", absent_from=TODAY, absent_until=TODAY + timedelta(days=40), substitute="B")
    cases = [case("K-1", household="H", manager="A", phase="support"), case("K-2", household="H")]
    asked = plan([away, person("B"), person("C")], cases)
    history = kept(asked)
    key = next(key for key in history.questions if key.startswith("stand_in/"))
    yes = replace(history, answers={**history.answers, key: "yes"})
    assert new(plan([away, person("B"), person("C")], cases, yes), "reason") == {
        "K-2": "freie Kapazität, Vertretung für die Familie"
    }


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        ("niemand im Team spricht Türkisch: Sprachmittlung nötig", {"languages": ("de", "tr")}, ""),
        ("niemand im Team spricht Türkisch: Sprachmittlung nötig", {}, None),
        ("niemand im Team spricht Arabisch: Sprachmittlung nötig", {}, "Sprachmittlung für Arabisch nötig"),
        ("niemand im Team spricht Russisch: Sprachmittlung nötig", {}, None),
        ("Sprachmittlung für Türkisch nötig", {"languages": ("de", "tr")}, ""),
        ("niemand im Team hat den Schwerpunkt Wohnen", {"focuses": ("Wohnen",)}, ""),
        ("Büro Nord", {"office": "Nord"}, None),
        ("Büro Nord", {"office": "Süd"}, ""),
    ],
)
def test_what_the_team_learns_or_changes_is_not_claimed_otherwise_any_more(before, after, left):
    team = {"A": person("A", **after), "B": person("B", languages=("ar",)), "C": person("C", languages=("ru",))}
    team["C"] = replace(team["C"], active=False)
    row = case("K-1", manager="A", languages=("tr",), focus="Wohnen", office_wish="Nord")
    said = Claims([row], team, SETTINGS).left_of(f"{before}, freie Kapazität", row, SETTINGS.site.texts)
    assert said == ", ".join(filter(None, [before if left is None else left, "freie Kapazität"]))
