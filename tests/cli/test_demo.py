"""The demonstration site: what its workbook holds, and that it is the same each time."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from copy import deepcopy
from datetime import date, datetime, time
from pathlib import Path
from random import Random

import pytest
from python_calamine import CalamineWorkbook

from automations.cli import run_command
from automations.common.working_days import WorkingDays
from automations.setup.demo.cases import Cases
from automations.setup.demo.days import Days
from automations.setup.demo.mistakes import PER_600, Desk
from automations.setup.demo.people import People, latin
from automations.setup.demo.rows import AppointmentRow, CaseRow, Tables
from automations.setup.demo.site import CLOCK, DemoError, DemoSite, invent, make_site
from automations.setup.demo.team import team

PACKS = Path(__file__).parents[2] / "config" / "packs"

FICTIONAL = re.compile(r"0(30 23125|69 90009|40 66969|221 4710|89 99998)\d{3}")
TODAY = CLOCK.date()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> DemoSite:
    return make_site(tmp_path_factory.mktemp("demo") / "site")


@pytest.fixture(scope="module")
def tables() -> Tables:
    return invent(600, 1, CLOCK)


def rows(path: Path, tab: str) -> list[list[object]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(tab).to_python(skip_empty_area=False)


def test_the_workbook_has_the_tabs_of_an_office(site: DemoSite) -> None:
    names = CalamineWorkbook.from_path(str(site.team_workbook)).sheet_names
    assert names == [
        "Fälle", "Termine", "Team", "Standorte", "Einbürgerung", "Entscheidungen", "Szenarien",
        "Sprachmittelnde", "Notizen",
        "Unsere Statistik",
    ]  # fmt: skip


def test_it_has_so_many_cases_and_appointments(site: DemoSite) -> None:
    assert len(rows(site.team_workbook, "Fälle")) == 601
    assert 2800 <= len(rows(site.team_workbook, "Termine")) - 1 <= 3000
    assert len(rows(site.team_workbook, "Team")) == 13


def test_calamine_reads_dates_times_and_numbers_as_such(site: DemoSite) -> None:
    header, first, *_ = rows(site.team_workbook, "Termine")
    row = dict(zip(header, first, strict=True))
    assert isinstance(row["Datum"], date)
    assert isinstance(row["Uhrzeit"], time)
    assert row["Dauer"] in {45, 60}


def test_every_heading_of_a_table_is_one_that_kim_knows_as_its_own(site: DemoSite) -> None:
    shipped = tomllib.loads((site.folder / "config" / "columns.toml").read_text(encoding="utf-8"))
    tabs = CalamineWorkbook.from_path(str(site.team_workbook)).sheet_names
    packs = [tomllib.loads((PACKS / name / "pack.toml").read_text(encoding="utf-8"))
             for name in ("dormant", "interpreters")]  # fmt: skip
    for name, table in shipped["tables"].items():
        tab = table["tabs"][0]
        if table.get("optional") and tab not in tabs:
            continue
        header = next(row for row in rows(site.team_workbook, tab) if sum(map(bool, row)) > 2)
        own = {words[0] for words in table["headings"].values()} | {"Bemerkung"}
        fields = [pack.get("tables", {}).get(name, {}).get("fields", {}) for pack in packs]
        own |= {field["headings"][0] for one in fields for field in one.values()}
        assert set(header) <= own, tab


def test_locations_stand_below_a_title(site: DemoSite) -> None:
    assert rows(site.team_workbook, "Standorte")[0][0] == "Beratungsstellen und Außenstellen"
    protected = [row for row in rows(site.team_workbook, "Standorte")[3:] if row[2] == "ja"]
    assert [(row[0], row[1], row[3]) for row in protected] == [("Frauenhaus", "vereinbarter Ort", "")]


def test_naturalisation_gives_herne_s_figures(site: DemoSite) -> None:
    counts = rows(site.team_workbook, "Einbürgerung")[1:]
    year = {
        year: sum(row[2] for row in counts if row[0].year == year and row[0].month <= 10)  # type: ignore[attr-defined,misc]
        for year in (2023, 2024)
    }
    assert year == {2023: 631, 2024: 1052}


def test_a_month_that_runs_is_counted_up_to_its_day() -> None:
    rows = invent(30, 1, datetime(2024, 6, 15, 7, tzinfo=CLOCK.tzinfo)).naturalisation
    assert rows[-1] == (date(2024, 6, 1), date(2024, 6, 15), round(111 / 2), 26)


def test_equal_arguments_give_equal_rows(tables: Tables) -> None:
    again, other = invent(600, 1, CLOCK), invent(600, 2, CLOCK)
    assert again == tables
    assert other != tables


def test_equal_arguments_give_equal_files(tmp_path: Path) -> None:
    one, two = (make_site(tmp_path / name, cases=40) for name in ("one", "two"))
    assert one.team_workbook.read_bytes() == two.team_workbook.read_bytes()


def test_all_phones_and_addresses_reach_nobody(tables: Tables) -> None:
    for case in tables.cases:
        if case.phone:
            assert FICTIONAL.fullmatch(str(case.phone).replace("+49 ", "0").replace("/", " ")), case.phone
        if case.email:
            assert re.search(r"example([.,]+(org|com|net))?$", str(case.email)), case.email


def test_the_rows_tell_one_story(tables: Tables) -> None:
    for case in tables.cases:
        received = case.received
        if not isinstance(received, date):
            continue
        dates = (case.first_contact_on, case.closed_on, case.phase_since, case.manager_since)
        assert all(received <= day <= TODAY for day in dates if isinstance(day, date)), case
        assert bool(case.closed_on) == (case.phase in {"Abgeschlossen", "Abgebrochen", "Abgelehnt", "Weitergeleitet"})
        assert (case.contact_way == "E-Mail") or case.consent_on is None


def test_the_shelter_sends_women_only_and_they_are_hard_to_reach(tables: Tables) -> None:
    sent = [case for case in tables.cases if case.source == "Frauenhaus"]
    assert len(sent) > 3
    assert {case.sex for case in sent} <= {"weiblich", None}
    assert {case.focus for case in sent} == {"Frauenhaus"}
    assert any(case.contact_way == "kein sicherer Kontakt" for case in sent)


def test_some_new_cases_wait_for_a_case_manager(tables: Tables) -> None:
    waiting = [case for case in tables.cases if case.manager is None]
    assert len(waiting) == 25
    assert all(case.phase == "Neu" and (TODAY - case.received).days <= 20 for case in waiting)  # type: ignore[operator,union-attr]
    assert [case.number for case in tables.cases[-8:]] == [None] * 8


def test_reminders_are_due_on_the_day_of_the_demo(tables: Tables) -> None:
    # Five and two days before, moved to the working day before: 1 November 2024 is a holiday, then a weekend.
    coming = Counter(str(row.date) for row in tables.appointments if row.status == "geplant")
    assert coming["2024-11-04"] > 5
    assert coming["2024-11-05"] > 5


def test_nobody_is_asked_to_come_on_a_closed_day(tables: Tables) -> None:
    calendar = WorkingDays()
    days = {row.date for row in tables.appointments if isinstance(row.date, date)}
    assert all(calendar.is_working_day(day) for day in days)


def test_languages_are_spread_over_nine(tables: Tables) -> None:
    first = Counter(str(case.languages).split(",")[0] for case in tables.cases)
    assert sum(1 for language, count in first.items() if count >= 10) == 9


@pytest.fixture
def desk() -> Desk:
    rng = Random(7)  # noqa: S311 - invented data
    days = Days(date(2023, 1, 1), date(2027, 1, 1))
    clients = Cases(rng, People(rng), team(300, TODAY), days, TODAY).make(300)
    booked = next(client.row.number for client in clients if client.colleague)
    rows = [
        AppointmentRow(case=booked, date=day, time=time(9), manager="OKO", place="Jobcenter", status="geplant")
        for day in (date(2024, 10, 1), date(2024, 10, 2), date(2024, 12, 3), date(2024, 12, 4))
    ]
    return Desk(Tables([client.row for client in clients], rows), clients, rng, days, TODAY)


@pytest.mark.parametrize("mistake", [function for function, _ in PER_600], ids=lambda f: f.__name__)
def test_each_mistake_spoils_a_row_or_adds_one(mistake: object, desk: Desk) -> None:
    before = deepcopy(desk.tables)
    assert callable(mistake)
    mistake(desk)
    after = desk.tables
    changed = sum(left != right for left, right in zip(before.cases, after.cases, strict=True))
    moved = before.appointments != after.appointments
    if mistake.__name__ == "never_updated":
        moved = any(row.status == "geplant" and row.date < TODAY for row in desk.tables.appointments)  # type: ignore[operator]
    assert changed == 1 or moved


def test_mistakes_do_nothing_where_no_row_fits() -> None:
    empty = CaseRow(number=None)
    tables = Tables([empty], [AppointmentRow()])
    desk = Desk(tables, [], Random(1), Days(TODAY, TODAY), TODAY)  # noqa: S311 - invented data
    assert desk.appointment(lambda row: row.case) is None
    assert desk.case(lambda client: client) is None


def test_a_demo_is_made_anew_in_its_own_folder(tmp_path: Path) -> None:
    first = make_site(tmp_path / "demo", cases=20)
    (first.folder / "mine.txt").write_text("kept", encoding="utf-8")
    (first.folder / "mails").mkdir()
    make_site(tmp_path / "demo", cases=30)
    assert len(rows(first.team_workbook, "Fälle")) == 31
    assert (first.folder / "mine.txt").exists()
    assert not (first.folder / "mails").exists()


def test_a_folder_of_an_english_site_is_refused_in_english(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "site.toml").write_text('[site]\nlanguage = "en"\n', encoding="utf-8")
    assert run_command(["demo", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "is not empty and no earlier demo" in said
    assert [path.name for path in tmp_path.iterdir()] == ["config"]


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(DemoError, match="nicht leer"):
        make_site(tmp_path)
    with pytest.raises(DemoError, match="Datei"):
        make_site(tmp_path / "letter.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("cases", [0, -3, 100_001])
def test_a_site_of_no_size_is_refused(cases: int, tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=str(cases)):
        make_site(tmp_path / "demo", cases=cases)


def test_a_clock_without_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match="Zeitzone"):
        make_site(tmp_path / "demo", at=datetime(2024, 10, 31, 7))  # noqa: DTZ001 - that is the mistake


@pytest.mark.parametrize("cases", [1, 2, 13])
def test_tiny_sites_can_be_made_too(cases: int, tmp_path: Path) -> None:
    site = make_site(tmp_path / "demo", cases=cases, at=datetime(2026, 2, 28, 7, tzinfo=CLOCK.tzinfo))
    assert len(rows(site.team_workbook, "Fälle")) == cases + 1


def test_a_larger_site_has_more_colleagues_with_codes_of_their_own() -> None:
    people = team(6000, TODAY)
    assert len({person.code for person in people}) == len(people) == 120
    assert {person.substitute for person in people} - {""} <= {person.code for person in people}


def test_days_are_counted_in_working_days() -> None:
    days = Days(date(2024, 10, 1), date(2024, 11, 29))
    assert days.on_or_after(date(2024, 10, 31), 1) == date(2024, 11, 4)
    assert days.on_or_after(date(2024, 11, 1)) == date(2024, 11, 4)
    assert days.on_or_after(date(2030, 1, 1)) == date(2024, 11, 29)


def test_a_workbook_that_is_open_elsewhere_is_told_and_nothing_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_site(tmp_path / "demo", cases=5)
    before = sorted(path.relative_to(made.folder) for path in made.folder.rglob("*"))

    def refuse(path: Path, *, missing_ok: bool = False) -> None:
        raise PermissionError(13, "in use", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        with pytest.raises(DemoError, match=r"KIM-Team\.xlsx .*geöffnet"):
            make_site(tmp_path / "demo", cases=5)
    assert sorted(path.relative_to(made.folder) for path in made.folder.rglob("*")) == before
    make_site(tmp_path / "demo", cases=6)  # closed by now
    assert len(rows(made.team_workbook, "Fälle")) == 7


def test_files_beside_the_demo_s_own_stay_when_it_is_made_anew(tmp_path: Path) -> None:
    made = make_site(tmp_path / "demo", cases=5)
    mine = {"KIM-Team Kopie.xlsx", "kim-notizen.txt", "adressen.db", "liste.sqlite"}
    for name in mine:
        (made.folder / name).write_text("mine", encoding="utf-8")
    make_site(tmp_path / "demo", cases=5)
    assert mine <= {path.name for path in made.folder.iterdir()}


@pytest.mark.parametrize("at", ["8999-12-01T08:00", "1901-01-05T08:00"])
def test_a_clock_at_the_ends_of_the_calendar_is_refused(
    at: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["demo", str(tmp_path / "demo"), "--at", at]) == 2
    assert "geht von 2000 bis 2199" in capsys.readouterr().err
    assert not (tmp_path / "demo").exists()


def test_on_a_day_without_mails_no_folder_of_mails_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["demo", str(tmp_path / "demo"), "--cases", "6", "--at", "2021-01-02T23:30"]) == 0
    said = capsys.readouterr().out
    assert "KIM-Team.xlsx" in said
    assert str(tmp_path / "demo" / "mails") not in said
    # By today's clock every command would only say that the last run was years ago.
    assert f"--site {tmp_path / 'demo'} plan --at 2021-01-06T23:30" in said


@pytest.mark.parametrize(("name", "language", "spelled"), [("Юлія", "uk", "Iuliia"), ("Григорий", "ru", "Grigorii")])
def test_names_are_spelled_in_latin_letters(name: str, language: str, spelled: str) -> None:
    assert latin(name, language) == spelled
