"""The tab of the look ahead, its scenarios and `kim forecast`, on a real workbook."""

from __future__ import annotations

import json
from datetime import date, timedelta
from inspect import get_annotations

import pytest
from msgspec import structs

from automations.cli import main
from automations.engine.runner import run
from automations.jobs import look_ahead
from automations.jobs.forecasting.settings import LookAheadSettings
from automations.jobs.look_ahead import CASE_FIELDS, LookAhead, made_from
from automations.model.history import History
from automations.model.records import Case, CaseManager
from automations.service.due_runs import lighter
from tests.support.own_site import CASES, SITE, OwnSite, case, moment
from tests.support.shelf import lived

AT = "2026-02-02T08:00"
DAY = date(2026, 2, 2)
TEAM = [
    ["Kürzel", "Name", "E-Mail", "Rolle", "Sprachen", "Kapazität"],
    ["AB", "Anna Beispiel", "ab@stadt.test", "Teamleitung", "Deutsch", 40],
    ["CD", "Cem Demo", "cd@verband.test", None, "Arabisch", 40],
]
SCENARIOS = [
    ["Szenario", "Aktiv", "Hinweis"],
    ["CD geht 1.3.", None, None],
    ["dreimal so viele Mangos", None, None],
    ["doppelt so viele Eingänge", "ja", None],
    ["20 Bananen mehr", "nein", "von früher"],
]


def cases(weeks: int):
    """Two a week, who stay for about half a year; half of them speak Arabic."""
    found = []
    for n in range(2 * weeks):
        came = DAY - timedelta(days=3 + 7 * (n // 2) + n % 3)
        over = came + timedelta(days=120 + 37 * n % 140)
        ended = {"Phase": "Abgeschlossen", "Abgeschlossen am": over} if over < DAY else {}
        known = {"Sprachen": ("Arabisch", "Deutsch")[n % 2], "Zuständig": ("CD", "AB")[n % 2], "Eingang": came}
        found.append(case(f"K-{n}", **known, **{"Erstkontakt am": came + timedelta(days=2)}, **ended))
    return found


def started(folder):
    made = OwnSite(folder)
    made.write(site=SITE, automations="[assign_cases]\nask_first = false\n[look_ahead]\npaths = 30\n")
    return made


@pytest.fixture
def site(tmp_path):
    return started(tmp_path)


def filled(site: OwnSite, weeks: int = 80, team=TEAM, scenarios=SCENARIOS) -> OwnSite:
    site.book({"Fälle": [CASES, *cases(weeks)], "Team": team, **({"Szenarien": scenarios} if scenarios else {})})
    return site


def texts(site: OwnSite, tab: str) -> list[list[str]]:
    return [[str(cell) for cell in row if cell is not None] for row in site.cells(tab)]


def forecast(site: OwnSite, capsys, *more: str):
    with pytest.raises(SystemExit) as ended:
        main(["--site", str(site.folder), "forecast", "--at", AT, "--json", *more])
    out = capsys.readouterr().out
    return ended.value.code or 0, json.loads(out) if out else {}


def test_the_tab_answers_each_scenario_and_says_which_it_does_not_understand(site):
    filled(site).run(AT)
    shown = texts(site, "Vorschau")
    assert any(row and row[0].startswith("Im Rückblick:") for row in shown)
    first = {row[0]: row for row in reversed(shown) if row}
    assert first["dreimal so viele Mangos"][1] == "nicht verstanden"
    assert first["CD geht 1.3."][1] != "nicht verstanden"
    assert "20 Bananen mehr" not in first
    hints = {row["Szenario"]: row["Hinweis"] for row in site.rows("Szenarien")}
    assert "dreimal" in hints["dreimal so viele Mangos"]
    assert hints["CD geht 1.3."] is None
    assert hints["20 Bananen mehr"] is None
    assert any("dreimal" in " ".join(row) for row in texts(site, "Prüfliste"))


def test_the_list_gives_each_scenario_its_own_reason(site):
    odd = ["ab 31.2. 20 Punkte mehr Arabisch", "XY geht 15.11.", "irgendwas"]
    filled(site, weeks=2, scenarios=[["Szenario"], *([text] for text in odd)]).run(AT)
    told = [row for row in texts(site, "Prüfliste") if "Szenarien" in row]
    assert [[text for text in odd if text in row] for row in told] == [[text] for text in odd]


def test_the_second_run_finds_nothing_to_write(site):
    filled(site).run(AT)
    again = site.plan("2026-02-02T08:05")
    assert [doc.id for doc in again.tabs] == []
    assert again.groups == ()


def test_without_scenarios_there_is_no_tab_but_the_command_answers(site, capsys):
    filled(site, scenarios=None).run(AT)
    assert "Vorschau" not in site.tabs()
    status, found = forecast(site, capsys)
    assert status == 0
    assert [one["scenario"] for one in found["scenarios"]] == ["So wie es ist"]


def test_the_command_says_the_same_twice_and_what_scenarios_change(site, capsys):
    filled(site)
    status, found = forecast(site, capsys, "40 Punkte mehr Arabisch")
    assert status == 1  # a scenario of the workbook is not understood
    assert found == forecast(site, capsys, "40 Punkte mehr Arabisch")[1]
    now, leaves, odd, double, more = found["scenarios"]
    assert odd["answered"] is False
    assert len(now["weeks"]) == 26
    assert now["weeks"][0]["capacity"] == 80
    assert leaves["weeks"][25]["capacity"] == 40
    assert more["weeks"][25]["capacity"] == 120
    assert double["weeks"][25]["open"]["p50"] > now["weeks"][25]["open"]["p50"]
    assert leaves["points_needed"]["p50"] > now["points_needed"]["p50"]
    assert leaves["left_over"]["p50"] > 0
    assert set(leaves["left_over_by_language"]) <= {"ar", "de"}
    assert leaves["capacity_reached"]["middle"] is not None
    assert found["past_error"]["weeks"] > 100


def test_a_sentence_behind_the_command_that_is_not_understood_is_a_usage_error(site, capsys):
    filled(site)
    assert forecast(site, capsys, "mehr Mangos")[0] == 2


EMPTY = [TEAM[0]]
AWAY = [[*TEAM[0], "Aktiv"], *([*row, "nein"] for row in TEAM[1:])]


@pytest.mark.parametrize(
    ("weeks", "team", "word"),
    [(12, TEAM, "braucht 26"), (80, None, "Kapazität"), (80, EMPTY, "Niemand"), (80, AWAY, "Niemand")],
)
def test_what_is_missing_is_one_line_and_no_figure(site, capsys, weeks, team, word):
    plain = [row[:5] for row in TEAM]
    filled(site, weeks, team or plain).run(AT)
    rows = [row for row in texts(site, "Vorschau") if row and word in " ".join(row)]
    assert len(rows) == 1
    assert not any(row[0] == "So wie es ist" for row in texts(site, "Vorschau") if row)
    status, found = forecast(site, capsys)
    assert status == 1
    assert found["scenarios"] == []
    assert word in found["missing"][0]


def drawn(site: OwnSite, at: str) -> bool:
    """Whether a light run draws the tab."""
    now = moment(at)
    with site.world(now) as world:
        result = run(lighter(world), lambda: now)
    return any(doc.id == "look_ahead" for doc in result.prepared.tabs)


def test_a_light_run_draws_what_a_scenario_or_the_day_changed_and_nothing_else(site):
    filled(site).run(AT)
    assert not drawn(site, "2026-02-02T12:30")
    site.type("Szenarien", "CD geht 1.4.")
    assert drawn(site, "2026-02-02T13:00")
    assert any(row and row[0] == "CD geht 1.4." for row in texts(site, "Vorschau"))
    assert not drawn(site, "2026-02-02T13:30")
    assert drawn(site, "2026-02-03T12:30")


@pytest.fixture
def looks(monkeypatch):
    """How often the weeks to come are worked out."""
    found = []

    def counted(*given):
        found.append(given[2])
        return real(*given)

    real = look_ahead.look
    monkeypatch.setattr(look_ahead, "look", counted)
    return found


def begun(folder):
    """A site that looked ahead once."""
    filled(started(folder)).run(AT)


@pytest.fixture
def seen(tmp_path):
    return OwnSite(lived(begun, tmp_path))


def test_the_tab_is_made_in_the_first_run(site, looks):
    filled(site).run(AT)
    assert looks == [DAY]


def test_the_tab_is_not_made_anew_from_the_very_same(seen, looks):
    seen.run("2026-02-02T09:00")
    seen.type("Fälle", "K-3", Nachname="Anders", Telefon="0201 7")
    seen.run("2026-02-02T10:00")
    assert looks == []
    assert "Vorschau" in seen.tabs()


@pytest.mark.parametrize(
    ("at", "deed"),
    [
        ("2026-02-03T08:00", lambda site: None),
        ("2026-02-02T09:00", lambda site: site.type("Fälle", "K-3", Eingang=date(2025, 3, 4))),
        ("2026-02-02T09:00", lambda site: site.type("Team", "CD", Kapazität=41)),
        ("2026-02-02T09:00", lambda site: site.type("Szenarien", "CD geht 1.4.")),
        ("2026-02-02T09:00", lambda site: site.edit(lambda book: book.remove(book["Vorschau"]))),
        ("2026-02-02T09:00", lambda site: site.write(automations="[look_ahead]\npaths = 40\n")),
        ("2026-02-02T09:00", lambda site: site.write(automations="[assign_cases]\nask_first = true\n")),
    ],
    ids=["another day", "a case", "the team", "a scenario", "the tab is gone", "a setting", "a setting of another job"],
)
def test_what_it_is_made_from_makes_it_anew(seen, looks, at, deed):
    deed(seen)
    seen.run(at)
    assert len(looks) == 1
    assert "Vorschau" in seen.tabs()


ODD = {"tuple[str, ...]": ("ar",), "bool": False, "bool | None": True, "float | None": 3.5}


def odd(said: str):
    """Another value of a field, by its annotation."""
    if "date" in said:
        return date(2025, 5, 6)
    if "frozenset" in said:
        return frozenset({1})
    return ODD.get(said, "anders")


def fields_of(kind):
    """What a record says: names and annotations."""
    return [(name, said) for name, said in get_annotations(kind).items() if name in kind.declared]


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    site = OwnSite(tmp_path_factory.mktemp("ahead"))
    site.write(site=SITE, automations="[assign_cases]\nask_first = false\n[look_ahead]\npaths = 30\n")
    filled(site)
    with site.world(moment(AT)) as world:
        settings = world.site.settings(LookAheadSettings, "look_ahead")
    return site.plan(AT).snapshot, settings


def blocks_of(snapshot, settings):
    (tab,) = LookAhead().plan(snapshot, settings, moment(AT), History()).tabs
    return tab.blocks


@pytest.mark.parametrize(("name", "said"), fields_of(Case))
def test_what_it_does_not_read_of_a_case_changes_nothing(tables, name, said):
    snapshot, settings = tables
    changed = [structs.replace(one, **{name: odd(said)}) for one in snapshot.cases]
    other = structs.replace(snapshot, cases=tuple(changed))
    anew = made_from(other, settings, DAY) != made_from(snapshot, settings, DAY)
    assert anew == (name in CASE_FIELDS)
    assert anew or blocks_of(other, settings) == blocks_of(snapshot, settings)


@pytest.mark.parametrize(("name", "said"), fields_of(CaseManager))
def test_whatever_changes_of_the_team_makes_it_anew(tables, name, said):
    snapshot, settings = tables
    changed = [structs.replace(one, **{name: odd(said)}) for one in snapshot.team]
    other = structs.replace(snapshot, team=tuple(changed))
    assert made_from(other, settings, DAY) != made_from(snapshot, settings, DAY)


def test_capacities_that_nobody_typed_are_said_to_be_guessed_or_left_out(site):
    more = [["EF", "Eva Fall", "ef@stadt.test", None, "Deutsch", "50 %"],
            ["GH", "Gül Haus", "gh@stadt.test", None, "Deutsch", None]]  # fmt: skip
    filled(site, team=[*TEAM, *more], scenarios=[["Szenario"], ["CD ging 1.3.2024"], ["CD geht 1.3.2024"]]).run(AT)
    shown = [row[0] for row in texts(site, "Vorschau") if row]
    assert "Die Kapazität von 1 Person lässt sich nicht lesen; dort wird kein Platz gerechnet." in shown
    assert "Die Kapazität von 1 Person fehlt; gerechnet wird mit dem üblichen Wert." in shown
    assert any(line.startswith("CD geht 1.3.2024: Dieser Tag ist vorbei") for line in shown)


def test_where_all_capacities_are_typed_nothing_is_said_of_them(site):
    filled(site).run(AT)
    assert not any(row[0].startswith("Die Kapazität von") for row in texts(site, "Vorschau") if row)
