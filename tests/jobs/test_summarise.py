"""The summary tabs as documents: complete, stable, readable on bad input, without persons for managers."""

import math
import tomllib
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pydantic import ValidationError

from automations.common.shipped import config_folder
from automations.common.texts import texts
from automations.jobs.figures.counting import caseload
from automations.jobs.figures.glossary import TERMS
from automations.jobs.figures.land_report import half_year_figures
from automations.jobs.figures.periods import HalfYear
from automations.jobs.summarise import Summarise, export_report
from automations.jobs.tabs import common, land_report, log, parts, problems
from automations.jobs.tabs.settings import SummariseSettings
from automations.model.fact_kinds.figures import Weekly
from automations.model.fact_kinds.sightings import Phase
from automations.model.history import History
from automations.model.plan import Call
from automations.model.problems import Problem
from automations.model.records import (
    Appointment,
    AppointmentStatus,
    Case,
    CaseManager,
    Decision,
    Naturalisation,
    Urgency,
)
from automations.model.runs import RunRecord
from automations.model.settings import SiteFacts
from automations.model.tabdoc import Chart, Grid, Heading, Text
from automations.setup.demo.naturalisation import monthly_counts
from tests.support.agreed import AGREED
from tests.support.builders import NOW, snapshot

TODAY = NOW.date()
PHASES = ("new", "assessment", "support", "closed", "weird", None)
NAMES = ("Geheim", "Vertraulich")


def a_team(size=12):
    return [CaseManager(code=f"M{n}", name=f"Anna Muster{n}", office=f"Büro {n % 3}", capacity=40) for n in range(size)]


def some_cases(count=80):
    return [
        Case(
            number=f"KIM-2024-{n:04d}", last_name=NAMES[n % 2], first_name="Ida", phone="0232312345",
            received=TODAY - timedelta(days=n * 6), phase=PHASES[n % 6], languages=("ar",) if n % 7 else ("sw",),
            source="Jobcenter" if n % 9 else None, manager=f"M{n % 12}" if n % 5 else None,
            nationality="Syrien" if n != 11 else "Bhutan", sex="w" if n % 2 else "m",
            first_contact_on=TODAY - timedelta(days=n * 6 - 3) if n % 6 > 1 else None,
            closed_on=TODAY - timedelta(days=n) if n % 6 == 3 else None,
        )
        for n in range(count)
    ]  # fmt: skip


def some_appointments():
    statuses = list(AppointmentStatus)
    return [
        Appointment(number=f"T-{n}", case=f"KIM-2024-{n % 80:04d}", date=TODAY + timedelta(days=14 - n * 3),
                    time=time(9 + n % 8), place="Café", manager="M1", status=statuses[n % 6])
        for n in range(120)
    ]  # fmt: skip


def full():
    counts = [
        Naturalisation(month=month, as_of=as_of, applications=n, naturalisations=d)
        for month, as_of, n, d in monthly_counts(TODAY)
    ]
    found = snapshot(
        cases=some_cases(), appointments=some_appointments(), team=a_team(), naturalisation=counts,
        decisions=[Decision(number="F-1", question="Zusammenführen?")],
    )  # fmt: skip
    problem = Problem("bad", "falsch", "richtig", "error", "team", "cases", "Fälle", 3, "Eingang", "received",
                      "KIM-2024-0001", shown="31.02.2024", who="M1")  # fmt: skip
    call = Call("c", "KIM-2024-0001", "M1", "0232312345", "ar", TODAY, "Guten Tag", "keine E-Mail", "Amal Haddad")
    return replace(found, problems=(problem,), calls=(call,))


def tabs_of(found, history=None, now=NOW, **settings):
    plan = Summarise().plan(found, SummariseSettings(**({"site": AGREED} | settings)), now, history or History())
    return {tab.id: tab for tab in plan.tabs}, plan


def grid(tab, name):
    return next(block for block in tab.blocks if isinstance(block, Grid) and block.id == name)


def every_cell(tab):
    for block in tab.blocks:
        if isinstance(block, Grid):
            for row in block.rows:
                yield from row


def words_of(tab):
    """All that can be read in a tab."""
    for block in tab.blocks:
        if isinstance(block, Heading | Text):
            yield block.text
        elif isinstance(block, Chart):
            yield block.title
        else:
            yield from (block.title, block.empty, *(f"{column.title} {column.note}" for column in block.columns))
    for cell in every_cell(tab):
        yield f"{'' if cell.value is None else cell.value} {cell.note}"


def test_every_tab_has_its_workbook_and_name():
    tabs, _ = tabs_of(full())
    assert {name: (tab.workbook, tab.title) for name, tab in tabs.items()} == {
        "overview": ("team", "Übersicht"), "workload": ("team", "Auslastung"), "waiting": ("team", "Wartezeiten"),
        "appointments": ("team", "Termine 14 Tage"), "calls": ("team", "Anrufliste"),
        "problems": ("team", "Prüfliste"), "log": ("team", "Laufprotokoll"), "guide": ("team", "Anleitung"),
        "overview_managers": ("managers", "Übersicht"), "naturalisation": ("managers", "Einbürgerungszahlen"),
        "land_report": ("managers", "Bericht ans Land"),
    }  # fmt: skip


def test_a_second_run_right_after_says_the_same():
    found = full()
    first, plan = tabs_of(found)
    history = History(weekly=weeks_of(plan), facts={(fact.kind, fact.key): fact.data for fact in plan.facts})
    second, again = tabs_of(found, history, NOW + timedelta(minutes=7))
    assert {name: tab.fingerprint() for name, tab in first.items()} == {
        name: tab.fingerprint() for name, tab in second.items()
    }
    assert again.facts == ()


def test_only_the_local_date_of_now_enters_a_tab():
    late = datetime.combine(TODAY, time(23, 59), NOW.tzinfo)
    first, _ = tabs_of(full())
    second, _ = tabs_of(full(), now=late)
    assert [tab.fingerprint() for tab in first.values()] == [tab.fingerprint() for tab in second.values()]
    assert first["log"].stand_label == "Stand: 31.10.2024, 07:00 Uhr"


BAD = {
    "nothing at all": snapshot(),
    "a single case": snapshot(cases=some_cases(1)),
    "a team of one": snapshot(cases=some_cases(8), team=a_team(1)),
    "all closed": snapshot(cases=[replace(case, phase="closed", closed_on=TODAY) for case in some_cases(20)]),
    "all in the future": snapshot(
        cases=[replace(case, received=date(2030, 1, 1), first_contact_on=date(2031, 1, 1)) for case in some_cases(9)],
        appointments=[Appointment(number="T", date=date(2099, 1, 1), status=AppointmentStatus.ATTENDED)],
        naturalisation=[Naturalisation(month=date(2030, 1, 1), applications=5)],
    ),
    "nothing known": snapshot(cases=[Case(number="K")], appointments=[Appointment(number="T")], team=[CaseManager()]),
    "unusable rows": snapshot(cases=[Case(number="K", usable=False)], appointments=[Appointment(usable=False)]),
    "dates of long ago": snapshot(cases=[Case(number="K", received=date(1900, 1, 1), phase="new")]),
    "full": full(),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_tab_reads_well_whatever_there_is(name, language):
    tabs, _ = tabs_of(BAD[name], site={"language": language})
    assert len(tabs) == 11
    for tab in tabs.values():
        assert isinstance(tab.blocks[0], Heading)
        assert all(not math.isnan(cell.value) for cell in every_cell(tab) if isinstance(cell.value, float))
        assert not any(word in text for text in words_of(tab) for word in ("None", "nan", "{"))
        negative = [
            cell for cell in every_cell(tab)
            if isinstance(cell.value, int | float) and cell.value < 0 and not cell.style.startswith("signed")
        ]  # fmt: skip
        assert negative == []


some_day = st.none() | st.dates(date(1990, 1, 1), date(2040, 1, 1))
some_word = st.none() | st.sampled_from(["", "x", "ä", "=1+1"])
odd_case = st.builds(
    Case, received=some_day, closed_on=some_day, first_contact_on=some_day, phase_since=some_day, birth_date=some_day,
    phase=st.none() | st.sampled_from(["new", "support", "closed", "?"]), manager=some_word, source=some_word,
    sex=some_word, household=some_word, languages=st.lists(st.sampled_from(["ar", "zz", ""]), max_size=2).map(tuple),
    usable=st.booleans(),
)  # fmt: skip
odd_appointment = st.builds(
    Appointment, date=some_day, case=some_word, status=st.none() | st.sampled_from(AppointmentStatus), place=some_word
)
odd_colleague = st.builds(
    CaseManager, code=some_word, name=some_word, office=some_word, starts_on=some_day, ends_on=some_day,
    absent_from=some_day, absent_until=some_day, capacity=st.none() | st.floats(0, 100), active=st.booleans(),
)  # fmt: skip
odd_count = st.builds(
    Naturalisation, month=some_day, as_of=some_day, applied_on=some_day, decided_on=some_day, decision=some_word,
    applications=st.none() | st.integers(0, 500), naturalisations=st.none() | st.integers(0, 500),
)  # fmt: skip


@given(
    st.lists(odd_case, max_size=30), st.lists(odd_appointment, max_size=20), st.lists(odd_colleague, max_size=6),
    st.lists(odd_count, max_size=20), st.sampled_from(["published", "exact"]),
)  # fmt: skip
@hypothesis_settings(max_examples=25, deadline=None)
def test_no_figure_is_negative_or_no_number_whatever_is_typed(cases, appointments, team, counts, edition):
    found = snapshot(cases=cases, appointments=appointments, team=team, naturalisation=counts)
    tabs, _ = tabs_of(found, report={"edition": edition})
    for tab in tabs.values():
        for cell in every_cell(tab):
            if isinstance(cell.value, int | float):
                assert math.isfinite(cell.value)
                assert cell.value >= 0 or cell.style.startswith("signed")


@pytest.mark.parametrize("name", BAD)
def test_every_grid_fits_its_columns_and_every_chart_its_grid(name):
    tabs, _ = tabs_of(BAD[name])
    for tab in tabs.values():
        grids = {block.id: block for block in tab.blocks if isinstance(block, Grid)}
        blocks = [block.id for block in tab.blocks if isinstance(block, Grid | Chart)]
        assert len(blocks) == len(set(blocks))
        assert sum(block.freeze for block in grids.values()) <= 1
        for block in grids.values():
            assert all(len(row) == len(block.columns) for row in block.rows)
            assert block.rows or block.empty
        for n, block in enumerate(tab.blocks):
            if isinstance(block, Chart):
                assert grids[block.grid].rows
                assert max(block.categories, *block.series) < len(grids[block.grid].columns)
            if isinstance(block, Grid | Chart) and block.beside:
                assert block.beside in [b.id for b in tab.blocks[:n] if isinstance(b, Grid | Chart)]


def test_the_managers_workbook_knows_no_person():
    found = full()
    tabs, _ = tabs_of(found)
    shared = [tab for tab in tabs.values() if tab.workbook == "managers"]
    secrets = {"Geheim", "Ida", "0232312345", "KIM-2024", "Anna", "Bhutan", "Zusammenführen"}
    secrets |= {person.code for person in found.team if person.code}
    for tab in shared:
        assert not [text for text in words_of(tab) if any(secret in text for secret in secrets)]
        assert all(cell.link is None for cell in every_cell(tab))


def test_the_managers_see_no_small_group():
    tabs, _ = tabs_of(full())
    for name in ("phases", "languages", "sources"):
        counts = [row[1].value for row in grid(tabs["overview_managers"], name).rows]
        assert all(count >= 5 for count in counts), name
    assert "Suaheli" in {row[0].value for row in grid(tabs["overview"], "languages").rows}


def test_cases_that_were_taken_out_of_the_table_are_told_to_the_team_without_their_numbers():
    """An archive of closed cases changes the figures of past months."""
    cases = [Case(number=f"K-{n}", received=date(2024, 1, 2), phase="support") for n in range(12)]
    known = [Phase("support").under(f"K-{n}") for n in range(15)]
    tabs, _ = tabs_of(snapshot(cases=cases), History(facts={(one.kind, one.key): one.data for one in known}))
    said = {name: " ".join(block.text for block in tabs[name].blocks if isinstance(block, Text)) for name in
            ("overview_managers", "overview")}  # fmt: skip
    assert "3 Fallnummern, die in der Tabelle standen, stehen dort nicht mehr" in said["overview"]
    assert "K-13" not in said["overview"]
    assert "Fallnummern" not in said["overview_managers"]


def test_what_is_left_out_is_told_to_managers_as_roughly_as_the_rest():
    cases = [Case(number=f"K-{n}", last_name="M", received=None, phase="support") for n in range(12)]
    cases += [Case(number="K-99", last_name="M", received=date(2024, 1, 2), phase="closed")]
    tabs, _ = tabs_of(snapshot(cases=cases))
    said = {name: " ".join(block.text for block in tabs[name].blocks if isinstance(block, Text)) for name in
            ("overview_managers", "overview")}  # fmt: skip
    assert "Weniger als 5 beendete Fälle haben kein mögliches Abschlussdatum" in said["overview_managers"]
    assert "10 Fälle haben kein Eingangsdatum" in said["overview_managers"]
    assert "12 Fälle haben kein Eingangsdatum" in said["overview"]


def test_words_for_a_sex_are_one_group_of_figures():
    cases = [Case(number=f"K-{n}", last_name="M", received=date(2024, 2, 1), phase="support", sex=word)
             for n, word in enumerate(["w", "w", "Frau", "m", "inter"])]  # fmt: skip
    words = {("cases", "sex", "Frau"): "w", ("cases", "sex", "w"): "w", ("cases", "sex", "m"): "m"}
    found = half_year_figures(caseload(cases, SiteFacts(), TODAY), HalfYear(2024, 1), ["sex"], words)
    assert {line.category: line.persons for line in found.tables["sex"]} == {"w": 3, "m": 1, "inter": 1}


def test_the_load_of_a_small_team_is_no_business_of_the_managers():
    tabs, _ = tabs_of(snapshot(cases=some_cases(40), team=a_team(2)))
    assert not [block for block in tabs["overview_managers"].blocks if isinstance(block, Grid) and block.id == "load"]
    assert grid(tabs["overview_managers"], "headline").rows[1][6].value == "–"


@pytest.mark.parametrize(("load_by", "shown"), [("person", "Anna Muster1"), ("office", "Büro 1")])
def test_load_is_shown_as_the_team_wishes(load_by, shown):
    tabs, _ = tabs_of(full(), load_by=load_by)
    assert shown in {row[0].value for row in grid(tabs["overview"], "load").rows}


def test_no_load_at_all_is_possible():
    tabs, _ = tabs_of(full(), load_by="none", managers_load_by="none")
    assert not [text for text in words_of(tabs["overview"]) if "Anna" in text]
    assert not [text for text in words_of(tabs["workload"]) if "Anna" in text]


def test_personal_tabs_cannot_go_to_the_managers():
    with pytest.raises(ValidationError, match="managers"):
        SummariseSettings(tabs={"problems": "managers"})


def test_a_tab_can_be_left_out_or_moved():
    tabs, _ = tabs_of(full(), tabs={"guide": "", "naturalisation": "team"})
    assert "guide" not in tabs
    assert tabs["naturalisation"].workbook == "team"


def test_what_waits_for_people_is_counted_and_linked():
    tabs, _ = tabs_of(full(), History(held=True))
    rows = grid(tabs["overview"], "attention").rows
    assert rows[0][1].value == 1
    assert rows[0][2].link.key == "F-1"
    assert any(isinstance(block, Text) and block.style == "bad" for block in tabs["overview"].blocks)


def test_problems_say_who_what_and_where():
    tabs, _ = tabs_of(full())
    row = grid(tabs["problems"], "problems").rows[0]
    assert [cell.value for cell in row] == [
        "M1", "Zeile unbrauchbar", 1, "Fälle", 3, "KIM-2024-0001", None, "Eingang", "31.02.2024", "falsch", "richtig",
    ]  # fmt: skip
    assert (row[4].link.key, row[4].link.field) == ("KIM-2024-0001", "received")


def test_the_same_fault_is_one_line_for_each_person():
    def over(number, who, day):
        return Problem(
            "past_but_planned",
            f"Der Termin am {day} ist vorbei.",
            "Bitte Status setzen.",
            table="appointments",
            tab="Termine",
            row=number,
            field="status",
            key=f"T-{number}",
            who=who,
            shown="geplant",
            since=date(2024, 10, number),
        )

    many = [over(n, "M1", f"{n}.10.") for n in range(2, 20)] + [over(20, "M2", "20.10.")]
    pair = Problem("possible_duplicate", "Zwei gleiche", table="cases", key="K-1", keys=("K-1", "K-2"), who="M1")
    pairs = [pair, replace(pair, key="K-3", keys=("K-3", "K-4"))]
    tabs, _ = tabs_of(replace(snapshot(), problems=(*many, *pairs)))
    rows = [[cell.value for cell in row] for row in grid(tabs["problems"], "problems").rows]
    assert [(row[0], row[2]) for row in rows] == [("M1", 1), ("M1", 1), ("M1", 18), ("M2", 1)]
    assert rows[2][4] == "2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 … (+6)"
    assert (rows[2][6], rows[2][8]) == (date(2024, 10, 2), "geplant")
    assert rows[2][9] == "Der Termin am 2.10. ist vorbei. (ähnlich in den anderen Zeilen)"


def test_faults_that_only_their_sentence_tells_apart_are_lines_of_their_own():
    rules = [
        Problem("wrong_rule", text, "", "error", table="rules", tab="Regeln", row=n, key=f"r{n}", who="lead")
        for n, text in enumerate(("„Jahrgang“ fehlt.", "Es gibt keinen Text.", "Es gibt keinen Text."), 5)
    ]
    tabs, _ = tabs_of(replace(snapshot(), problems=tuple(rules)))
    rows = [[cell.value for cell in row] for row in grid(tabs["problems"], "problems").rows]
    assert [(row[4], row[9]) for row in rows] == [(5, "„Jahrgang“ fehlt."), ("6, 7", "Es gibt keinen Text.")]


def test_the_most_urgent_wait_comes_first_with_its_target():
    def waits(number, days, urgency):
        return Case(number=number, received=TODAY - timedelta(days=days), phase="new", urgency=urgency)

    cases = [waits("N", 40, Urgency.NORMAL), waits("E", 1, Urgency.EMERGENCY), waits("H", 2, Urgency.HIGH),
             waits("F", 5, Urgency.NORMAL), waits("E2", 0, Urgency.EMERGENCY)]  # fmt: skip
    tabs, _ = tabs_of(snapshot(cases=cases), waiting_days="calendar", first_contact_within={"normal": 10})
    rows = [[cell.value for cell in row[:5]] for row in grid(tabs["waiting"], "still").rows]
    assert rows == [
        ["E", "Notfall", 1, 0, "überfällig: 1"], ["E2", "Notfall", 0, 0, "heute fällig"],
        ["H", "hoch", 2, 2, "heute fällig"], ["N", "normal", 40, 10, "überfällig: 30"], ["F", "normal", 5, 10, ""],
    ]  # fmt: skip


def test_coming_days_say_who_is_not_there():
    team = [CaseManager(code="AA"), CaseManager(code="BB", working_days=frozenset({0, 1})),
            CaseManager(code="CC", absent_from=date(2024, 11, 4), absent_until=date(2024, 11, 5))]  # fmt: skip
    meetings = [
        Appointment(number=f"T-{n}", case="K", date=date(2024, 11, 4), time=time(9 + n), status=status)
        for n, status in enumerate((AppointmentStatus.PLANNED, *[AppointmentStatus.CANCELLED] * 2))
    ]
    meetings.append(
        Appointment(number="T-9", case="K", date=date(2024, 11, 5), time=time(9), status=AppointmentStatus.POSTPONED)
    )
    tabs, _ = tabs_of(snapshot(appointments=meetings, team=team))
    rows = {row[1].value: row[2].value for row in reversed(grid(tabs["appointments"], "coming").rows)}
    assert rows[date(2024, 11, 4)] == "1 Termin · 2 abgesagt · nicht da: CC"
    assert rows[TODAY] == "kein Termin · nicht da: BB"
    assert rows[date(2024, 11, 5)] == "kein Termin · 1 verschoben · nicht da: CC"  # its hour is free
    assert date(2024, 11, 1) not in rows  # All Saints' Day
    assert date(2024, 11, 2) not in rows
    assert max(rows) == date(2024, 11, 13)


def test_very_many_problems_are_cut_and_said_so():
    many = tuple(Problem("bad", f"falsch {n}") for n in range(problems.MOST + 1))
    tabs, _ = tabs_of(replace(snapshot(), problems=many))
    assert len(grid(tabs["problems"], "problems").rows) == problems.MOST
    assert any(str(problems.MOST + 1) in text for text in words_of(tabs["problems"]))


def test_calls_say_whom_and_what():
    tabs, _ = tabs_of(full())
    values = [cell.value for cell in grid(tabs["calls"], "calls").rows[0]]
    assert values[1:8] == [TODAY, "M1", "KIM-2024-0001", "Amal Haddad", "0232312345", "Arabisch", "Guten Tag"]
    assert values[9:] == ["keine E-Mail", None, None, None]  # the last three are for people


def test_the_log_tells_of_changes_and_trouble_only():
    def run(name, **more):
        return RunRecord(name, NOW, "done", **more)

    runs = (run("quiet"), run("edits", edits=2), run("mails", mails=1), run("bad", trouble=("kaputt",)))
    tabs, _ = tabs_of(snapshot(), History(runs=runs))
    assert {row[1].value for row in grid(tabs["log"], "runs").rows} == {"edits", "mails", "bad"}


def test_a_trouble_that_lasts_is_told_once():
    def run(hour, *trouble, edits=0):
        return RunRecord(f"r{hour}", NOW + timedelta(hours=hour), "attention", edits=edits, trouble=trouble)

    runs = (run(5, "a"), run(4), run(3, "b"), run(2, "a", edits=1), run(1, "a"), run(0, "a"))
    tabs, _ = tabs_of(snapshot(), History(runs=runs))
    assert [row[1].value for row in grid(tabs["log"], "runs").rows] == ["r5", "r3", "r2", "r0"]
    assert grid(tabs["log"], "runs").rows[0][2].value == "bitte ansehen"


def weeks_of(plan):
    return {fact.key: Weekly.read(fact.data) for fact in plan.facts if fact.kind == Weekly.kind}


def test_weekly_figures_are_kept_once_a_week_and_used_later():
    tabs, plan = tabs_of(full())
    facts = weeks_of(plan)
    assert set(facts) == {"2024-10-28"}
    year_ago = {"2023-10-30": Weekly(date(2023, 11, 2), open=7, new=1, closed=1)}
    later, plan = tabs_of(full(), History(weekly={**facts, **year_ago}))
    assert not [fact for fact in plan.facts if fact.kind == "weekly"]
    today, before = (grid(tabs["overview"], "headline").rows[1][1].value, 7)
    assert grid(later["overview"], "headline").rows[3][1].value == today - before


def test_the_weeks_noted_make_a_trend_without_the_running_one():
    noted = Weekly(open=7, new=1, closed=1, median_wait=4.0, ninety_wait=9, missed_share=0.1)
    tabs, _ = tabs_of(snapshot(), History(weekly=dict.fromkeys(["2024-10-14", "2024-10-21", "2024-10-28"], noted)))
    for name in ("overview", "overview_managers"):
        assert [row[0].value for row in grid(tabs[name], "weeks").rows] == ["14.10.2024", "21.10.2024"]


def test_weekly_figures_hold_no_person():
    _, plan = tabs_of(full())
    data = next(fact.data for fact in plan.facts if fact.kind == "weekly")
    assert set(data) == {"as_of", "open", "new", "closed", "median_wait", "ninety_wait", "missed_share", "days"}


def test_a_published_half_year_stays_as_it_was_published():
    _, plan = tabs_of(full())
    facts = {(fact.kind, fact.key): fact.data for fact in plan.facts}
    changed = replace(full(), cases=full().cases[:40])
    first, _ = tabs_of(full())
    second, again = tabs_of(changed, History(facts=facts))
    assert first["land_report"].fingerprint() == second["land_report"].fingerprint()
    assert not [fact for fact in again.facts if fact.kind == "published"]


def test_the_running_half_year_is_published_only_after_its_end():
    _, plan = tabs_of(full())
    assert [fact.key for fact in plan.facts if fact.kind == "published"] == ["2023-H2", "2024-H1"]
    _, plan = tabs_of(full(), now=datetime(2025, 1, 20, 7, tzinfo=NOW.tzinfo))
    assert "2024-H2" not in [fact.key for fact in plan.facts]


def test_nothing_is_published_once_and_for_all_while_the_solver_is_missing(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    tabs, plan = tabs_of(full())
    assert not [fact for fact in plan.facts if fact.kind == "published"]
    assert any("highspy" in text for text in words_of(tabs["land_report"]))
    assert export_report(full(), SummariseSettings(), NOW, History(), "published")[1] == ()


def test_the_exact_edition_is_marked_confidential():
    tabs, plan = tabs_of(full(), report={"edition": "exact"})
    assert any("VERTRAULICH" in text for text in words_of(tabs["land_report"]))
    assert "Bhutan" in " ".join(words_of(tabs["land_report"]))
    assert not [fact for fact in plan.facts if fact.kind == "published"]


def test_the_report_as_a_file():
    exact, _ = export_report(full(), SummariseSettings(), NOW, History(), "exact")
    public, facts = export_report(full(), SummariseSettings(), NOW, History(), "published")
    assert exact.splitlines()[1].startswith("confidential;2024-H2;2024-10-31;")
    assert "Bhutan" in exact
    assert "Bhutan" not in public
    notes = {line.split(";")[-1] for line in exact.splitlines()[1:]}
    assert notes == {"vertraulich"}
    notes = {note for line in public.splitlines()[1:] for note in line.split(";")[-1].split(", ")}
    assert {"", "unterdrückt", "mehrere Gruppen zusammen"} >= notes > {"", "unterdrückt"}
    assert [fact.key for fact in facts] == ["2023-H2", "2024-H1"]


def test_text_from_people_is_no_formula_in_the_file():
    cases = [replace(case, nationality='=HYPERLINK("x")') for case in some_cases(30)]
    exact, _ = export_report(snapshot(cases=cases), SummariseSettings(), NOW, History(), "exact")
    assert ";=HYPER" not in exact
    assert "'=HYPER" in exact


def test_unknown_settings_of_the_report_are_refused():
    with pytest.raises(ValidationError, match="no dimension"):
        SummariseSettings(report={"dimensions": ["shoe_size"]})


def test_the_shipped_own_figures_work():
    shipped = tomllib.loads((config_folder() / "figures.toml").read_text(encoding="utf-8"))
    tabs, _ = tabs_of(full(), **shipped)
    assert grid(tabs["overview"], "own_districts").rows
    assert not grid(tabs["overview_managers"], "own_districts").rows[0][0].value.startswith("KIM")
    assert not [block for block in tabs["overview_managers"].blocks if getattr(block, "id", "") == "own_permits_ending"]
    head = grid(tabs["overview"], "own_districts").columns[0]
    assert (head.title, head.note) == ("Offene Fälle nach Stadtteil", "Offene Fälle, nach dem Stadtteil der Wohnung.")
    english, _ = tabs_of(full(), site=SiteFacts(language="en"), **shipped)
    assert grid(english["overview"], "own_districts").columns[0].title == "Open cases by district"
    told = [{"id": "read", "title": "x", "by": "reads_not"}, {"id": "long", "title": "x", "table": "appointments",
                                                             "by": "duration"}]  # fmt: skip
    found = snapshot(
        cases=[Case(reads_not=True, phase="new"), Case(reads_not=False, phase="new")],
        appointments=[Appointment(date=NOW.date(), duration=45)],
    )
    tabs = tabs_of(found, figures=told)[0]["overview"]
    assert [row[0].value for row in grid(tabs, "own_read").rows] == ["nein", "ja"]
    assert [row[0].value for row in grid(tabs, "own_long").rows] == ["45"]
    own = [{"id": "own", "title": "{Fälle}", "by": "district"}]
    assert grid(tabs_of(full(), figures=own)[0]["overview"], "own_own").columns[0].title == "{Fälle}"


def test_the_guide_becomes_headings_and_paragraphs():
    tabs, _ = tabs_of(snapshot(), guide="# Titel\n\nEin Satz\nweiter.\n\n## Teil\n\n- eins\n- zwei\n")
    texts_shown = [(type(block).__name__, block.text) for block in tabs["guide"].blocks if hasattr(block, "text")]
    assert texts_shown[:5] == [
        ("Heading", "Titel"), ("Text", "Ein Satz weiter."), ("Heading", "Teil"), ("Text", "• eins"), ("Text", "• zwei"),
    ]  # fmt: skip


def test_words_kept_in_tables_of_words_have_a_german_form():
    german, english = texts("de"), texts("en")
    found = {sentence for pair in TERMS.values() for sentence in pair}
    found |= {
        *common._WORDS.values(),
        *parts._STATES.values(),
        *problems._WORDS.values(),
        *land_report._TITLES.values(),
    }
    found |= {word for word, _ in log._OUTCOMES.values()}
    same = {"Assessment", "Median", "Phase", "normal", "Status"}
    assert {word for word in found if german.say(word) == english.say(word)} <= same


def test_a_tab_warns_of_a_standstill_after_the_next_working_day_unless_told_not_to():
    docs = [doc for doc in tabs_of(full())[0].values() if doc.id != "calls"]  # a table of people's, not written anew
    assert {doc.stale_after for doc in docs} == {date(2024, 11, 4)}  # 1 November is a holiday, then a weekend
    assert {doc.stale_after for doc in tabs_of(full(), warn_standstill=False)[0].values()} == {None}


def test_a_capacity_that_is_missing_is_said_where_the_load_of_the_team_would_stand():
    team = [
        CaseManager(code="AA", name="Anna", capacity=20),
        CaseManager(code="BB", name="Ben"),
        CaseManager(code="CC"),
    ]
    said = "Bei 2 Personen fehlt im Blatt des Teams eine lesbare Kapazität"
    for people, told in ((team, True), (team[:1], False)):
        tabs, _ = tabs_of(snapshot(cases=some_cases(3), team=people))
        for name in ("overview", "workload"):
            lines = [block.text for block in tabs[name].blocks if isinstance(block, Text)]
            assert any(said in line for line in lines) == told, name


@pytest.mark.parametrize(("met", "shown"), [(4, ["–", "–"]), (5, [3, "20 %"])])
def test_the_managers_see_no_median_and_no_share_of_few(met, shown):
    cases = [Case(number=f"K-{n}", last_name="M", received=date(2024, 10, 7), phase="support",
                  first_contact_on=date(2024, 10, 10) if n < met else None) for n in range(30)]  # fmt: skip
    went = [AppointmentStatus.NO_SHOW, *[AppointmentStatus.ATTENDED] * (met - 1)]
    meetings = [Appointment(number=f"T-{n}", case=f"K-{n}", date=date(2024, 10, 14), status=status)
                for n, status in enumerate(went)]  # fmt: skip
    noted = Weekly(open=30, new=30, closed=0, median_wait=3.0, ninety_wait=3, missed_share=0.2)
    weekly = {
        "2024-10-14": replace(noted, as_of=date(2024, 10, 20)),
        "2024-10-21": replace(noted, as_of=date(2024, 10, 27)),
    }
    tabs, _ = tabs_of(snapshot(cases=cases, appointments=meetings), History(weekly=weekly))
    tiles = grid(tabs["overview_managers"], "headline").rows[1]
    assert [tiles[4].value, tiles[5].value] == shown
    for row in grid(tabs["overview_managers"], "weeks").rows:
        assert [cell.value for cell in row[4:]] == (["–"] * 3 if met == 4 else [3.0, 3, 0.2])
    assert [cell.value for cell in grid(tabs["overview"], "weeks").rows[0][4:]] == [3.0, 3, 0.2]
