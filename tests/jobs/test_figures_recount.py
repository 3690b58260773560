"""Every number on every tab, counted a second time by somebody who has only the glossary."""

import math
import random
from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from automations.jobs.summarise import Summarise
from automations.jobs.tabs.settings import SummariseSettings
from automations.model.history import History
from automations.model.settings import SiteFacts
from automations.model.tabdoc import Grid
from automations.tables.snapshot import read_tables
from automations.workbooks.protocol import RawTab, RawWorkbook
from tests.support.agreed import AGREED
from tests.support.broken import HOMES, columns
from tests.support.builders import BERLIN
from tests.support.recount import DASH, PHASES, Recount, five, month_name

COLUMNS = columns()
DAYS = [
    date(2024, 10, 31), date(2024, 2, 29), date(2025, 2, 28), date(2025, 3, 3), date(2024, 12, 31), date(2025, 1, 1),
    date(2024, 7, 1), date(2024, 6, 30), date(2025, 3, 31), date(2026, 1, 5), date(2024, 3, 1), date(2025, 5, 14),
]  # fmt: skip
SMALLEST = 3
SLIPS = ["31.02.2024", "gestern", "nach Ostern", "32.1.2024"]
REPORT = {"sex": "Geschlecht", "nationality": "Staatsangehörigkeit", "source": "Vermittelt durch", "age": "Alter",
          "duration": "Dauer", "phase": "Phase", "language": "language"}  # fmt: skip


def a_day(dice, first, last, *, blank=0.1, slip=0.04, text=0.1):
    """A date as people type it: mostly right, sometimes blank, sometimes a text or a slip."""
    kind = dice.random()
    if kind < blank:
        return None
    if kind < blank + slip:
        return dice.choice(SLIPS)
    one = first + timedelta(days=dice.randrange((last - first).days + 1))
    return one.strftime("%d.%m.%Y") if kind > 1 - text else one


def some_cases(dice, today, count):
    rows = []
    phases = [*PHASES, None, "Sonderfall"]
    began = today - timedelta(days=dice.choice([5, 40, 420, 900]))
    for n in range(count):
        phase = dice.choice(phases)
        ended = a_day(dice, began, today + timedelta(days=5)) if phase in {*list(PHASES)[6:], None} else None
        rows.append(
            {
                "Fall-Nr.": None if dice.random() < 0.1 else f"K-{n:04d}",
                "Eingang": a_day(dice, began, today + timedelta(days=3)),
                "Vermittelt durch": dice.choice(["Jobcenter", "Schule", None]),
                "Nachname": dice.choice(["Muster", "Probe", None]),
                "Vorname": dice.choice(["Ana", None]),
                "Geburtsdatum": a_day(dice, date(1930, 1, 1), today),
                "Geschlecht": dice.choice(["weiblich", "männlich", None]),
                "Staatsangehörigkeit": dice.choice(["Syrien", "Ukraine", "Rumänien", None]),
                "Sprachen": dice.choice(["Arabisch", "Ukrainisch, Russisch", "Deutsch", None]),
                "Haushalt": dice.choice([None, None, "H1", "H2", f"H{n}"]),
                "Dringlichkeit": dice.choice(["normal", "hoch", "Notfall", None]),
                "Phase": phase,
                "Phase seit": a_day(dice, began, today, blank=0.7),
                "Erstkontakt am": a_day(dice, began, today + timedelta(days=2), blank=0.4),
                "Zuständig": dice.choice(["AA", "BB", "CC", "WEG", None]),
                "Abgeschlossen am": ended,
            }
        )
    return [*rows, *rows[: count // 10], *({**row, "Fall-Nr.": None} for row in rows[:3] for _ in range(2))]


def some_meetings(dice, today, count):
    begin = today - timedelta(days=dice.choice([3, 60, 500]))
    words = ["geplant", "bestätigt", "verschoben", "abgesagt", "wahrgenommen", "nicht erschienen", None]
    rows = [
        {"Termin-Nr.": None if dice.random() < 0.3 else f"T-{n}", "Fall-Nr.": f"K-{dice.randrange(50):04d}",
         "Datum": a_day(dice, begin, today + timedelta(days=20)), "Status": dice.choice(words)}
        for n in range(count)
    ]  # fmt: skip
    return [*rows, *rows[: count // 8]]


def some_team(dice):
    capacity = dice.choice([20, 20, None])
    return [
        {"Kürzel": "AA", "Name": "Anna A", "Büro": "Nord", "Kapazität": 30, "Aktiv": "ja"},
        {"Kürzel": "BB", "Name": "Ben B", "Büro": "Nord", "Kapazität": capacity, "Aktiv": "ja"},
        {"Kürzel": "CC", "Name": "Cem C", "Büro": "Süd", "Kapazität": 12.5, "Aktiv": dice.choice(["ja", "nein"])},
    ]


def some_counts(dice, today):
    """Monthly counts with blanks, gaps and early ends."""
    rows = []
    month = date(today.year - dice.choice([1, 2, 3]), dice.choice([1, 1, 4]), 1)
    while month <= today:
        if dice.random() > 0.04:
            early = month + timedelta(days=11) if dice.random() < 0.06 else None
            value = dice.choice([None, "?"]) if dice.random() < 0.05 else dice.randrange(200)
            rows.append({"Monat": month, "Stand am": early, "Anträge": value, "Einbürgerungen": dice.randrange(90)})
        month = (month + timedelta(days=32)).replace(day=1)
    return rows


def some_rows(dice, today):
    """One row an application, several a day."""
    begin = date(today.year - dice.choice([1, 2]), 1, dice.choice([1, 10, 28]))
    return [
        {
            "Antrag am": a_day(dice, begin, today + timedelta(days=4)),
            "Entscheidung am": a_day(dice, begin, today, blank=0.6),
        }
        for _ in range(dice.choice([0, 1, 400]))
    ]


def typed(rows, like):
    return pd.DataFrame(rows, columns=like, dtype=object)


class World:
    """Generated tables on a day, the tabs that kim makes of them, and the recount."""

    def __init__(self, seed, **summarise):
        dice = random.Random(seed)  # noqa: S311 (examples, no secrets)
        self.today = DAYS[seed % len(DAYS)]
        size = (0, 1, 8, 60, 250)[seed % 5]
        self.single = seed % 2 == 0
        naturalisation = some_rows(dice, self.today) if self.single else some_counts(dice, self.today)
        single = ["Antrag am", "Entscheidung am"]
        heads = {
            "Fälle": list(some_cases(dice, self.today, 1)[0]), "Termine": ["Termin-Nr.", "Fall-Nr.", "Datum", "Status"],
            "Team": list(some_team(dice)[0]),
            "Einbürgerung": single if self.single else ["Monat", "Stand am", "Anträge", "Einbürgerungen"],
        }  # fmt: skip
        rows = {"Fälle": some_cases(dice, self.today, size) if size else [],
                "Termine": some_meetings(dice, self.today, size) if size else [], "Team": some_team(dice),
                "Einbürgerung": naturalisation}  # fmt: skip
        self.tables = {name: typed(rows[name], heads[name]) for name in heads}
        tabs = [
            RawTab(name, name, [heads[name], *([row[h] for h in heads[name]] for row in rows[name])]) for name in heads
        ]
        now = datetime(self.today.year, self.today.month, self.today.day, 7, tzinfo=BERLIN)
        found = read_tables({"team": RawWorkbook("team", "1", tuple(tabs))}, COLUMNS, SiteFacts(), HOMES, now)
        settings = SummariseSettings(
            report={"edition": "exact", "dimensions": tuple(REPORT)}, **({"site": AGREED} | summarise)
        )
        plan = Summarise().plan(found, settings, now, History())
        self.tabs = {tab.id: tab for tab in plan.tabs}
        self.again = Recount(self.tables, self.today)

    def grid(self, tab, name):
        return next((b for b in self.tabs[tab].blocks if isinstance(b, Grid) and b.id == name), None)

    def rows(self, tab, name, *, first=0, last=None):
        found = self.grid(tab, name)
        return [[cell.value for cell in row[first:last]] for row in found.rows] if found else []


def alike(ours, theirs):
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return math.isclose(ours, theirs, abs_tol=1e-4)
    return ours == theirs or {ours, theirs} <= {None, "", DASH}


def compare(checked, name, ours, theirs):
    assert len(ours) == len(theirs), (name, ours, theirs)
    for mine, yours in zip(ours, theirs, strict=True):
        assert len(mine) == len(yours), (name, mine, yours)
        assert all(map(alike, mine, yours)), (name, mine, yours)
        checked[name] = checked.get(name, 0) + len(mine)


def in_any_order(rows):
    return sorted(rows, key=lambda row: str(row[0]))


def in_fives(rows):
    """What managers see: counts to the nearest five."""
    return [[five(value) if isinstance(value, int) else value for value in row] for row in rows]


def shares_of(rows):
    """The share of missed appointments, made of the counts that are shown."""
    return [[*row[:6], row[3] / (row[1] + row[3]) if row[1] + row[3] else DASH] for row in rows]


def recount(world):
    """Compares all grids; gives how many cells were compared by grid."""
    again, checked = world.again, {}

    def same(tab, name, theirs, *, ordered=True, **cut):
        ours = world.rows(tab, name, **cut)
        pair = (ours, theirs) if ordered else (in_any_order(ours), in_any_order(theirs))
        compare(checked, f"{tab}.{name}", *pair)

    for tab in ("overview", "overview_managers"):
        ours = world.rows(tab, "headline", first=1)[1:]
        managers = tab == "overview_managers"
        theirs = again.headline(rough=managers)
        if managers and (again.team().Aktiv == "ja").sum() < SMALLEST:
            theirs[0][5] = DASH
        compare(checked, f"{tab}.headline", ours, theirs)
        same(tab, "months", in_fives(again.by_month()) if managers else again.by_month())
        same(tab, "meetings", shares_of(in_fives(again.appointments())) if managers else again.appointments())
    same("overview", "waiting", again.waiting(), first=1)
    same("overview", "phases", again.kinds("Phase"), ordered=False)
    same("overview", "languages", again.kinds("language"), ordered=False)
    same("overview", "sources", again.kinds("Vermittelt durch"), ordered=False)
    same("overview", "offices", again.offices(), ordered=False)
    still = sorted((days for days, _ in again.still_waiting()), reverse=True)
    same("overview", "longest", [[days] for days in still[:8]], first=1, last=2)
    for tab, name in (("overview", "load"), ("workload", "persons")):
        same(tab, name, again.persons(), last=5)
    same("workload", "by_office", again.by_office(), last=5)
    cases, points, capacity = again.team_load()
    share = points / capacity if capacity else None
    compare(
        checked, "workload.team", [row[1:2] for row in world.rows("workload", "team")[:4]],
        [[cases], [round(points, 1)], [capacity], [share]],
    )  # fmt: skip
    same("workload", "weights", [[weight] for weight, _ in PHASES.values()], first=1, last=2)
    ours = sorted(row[0] for row in world.rows("waiting", "still", first=2, last=3))
    compare(checked, "waiting.still", [[n] for n in ours], [[n] for n in sorted(still)])
    same("waiting", "by_month", again.waits_by_month())
    languages = [[word, *row] for word, row in again.waits_by("language").items()]
    same("waiting", "by_language", languages, ordered=False)
    urgency = again.cases.Dringlichkeit.map(lambda v: v or "normal")
    again.cases["urgent"] = urgency
    same("waiting", "by_urgency", [[w, *row] for w, row in again.waits_by("urgent").items()], ordered=False)
    compare(
        checked,
        "appointments.coming",
        [[sum(row[4] is not None for row in world.rows("appointments", "coming"))]],
        [[again.coming()]],
    )
    _report(world, checked)
    _naturalisation(world, checked)
    return checked


def _report(world, checked):
    for block in world.tabs["land_report"].blocks:
        if not isinstance(block, Grid):
            continue
        year, half, name = block.id.split("-", 2)
        people, _ = world.again.report(int(half[1]), int(year))
        ours = {row[0].value: [cell.value for cell in row[1:]] for row in block.rows}
        if name == "total":
            theirs = world.again.lines(people, None)
            alone = people.Haushalt.isna()
            homes = int(alone.sum()) + people.Haushalt[~alone].nunique()
            assert ours.pop("Haushalte") == [homes, *[None] * 4]
        else:
            theirs = world.again.lines(people, REPORT[name])
        assert ours == theirs, (block.id, ours, theirs)
        checked[f"land_report.{name}"] = checked.get(f"land_report.{name}", 0) + 5 * len(ours)


def _naturalisation(world, checked):
    rows = world.tables["Einbürgerung"]
    theirs = world.again.rows_to_date(rows) if world.single else world.again.counts_to_date(rows)
    newest = sorted(theirs.items(), reverse=True)[:5]
    for tab in ("naturalisation", "overview", "overview_managers"):
        ours = [[row[0], row[2], row[3]] for row in world.rows(tab, "to_date")]
        compare(checked, f"{tab}.to_date", ours, [[year, *values] for year, values in newest])
    if not world.single:
        months = world.again.monthly(rows, "Anträge")
        decided = world.again.monthly(rows, "Einbürgerungen")
        shown = {row[0]: row for row in world.rows("naturalisation", "months")}
        for month, (number, whole) in months.items():
            row = shown[month_name(month)]
            before, before_whole = months.get(month - 12, (None, False))
            change = (number - before) / before if whole and before_whole and before else None
            compare(checked, "naturalisation.months", [row[1:5]],
                    [[number, before, None if change is None else round(change, 6), decided[month][0]]])  # fmt: skip
        _running(world, months, checked)


def _running(world, months, checked):
    """A year's running total ends before its first month that is not complete."""
    found = world.grid("naturalisation", "running")
    for column, title in enumerate((item.title for item in found.columns[1:]), start=1) if found else ():
        theirs, total = [], 0
        for number in range(1, 13):
            value, whole = months.get(pd.Period(year=int(title), month=number, freq="M"), (None, False))
            total = total + value if whole and total is not None else None
            theirs.append([total])
        compare(checked, "naturalisation.running", [[row[column].value] for row in found.rows], theirs)


@pytest.mark.sliced(5)
@pytest.mark.parametrize("seed", range(20))
def test_every_number_is_counted_the_same_by_somebody_else(seed):
    assert sum(recount(World(seed)).values()) > 50


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20, 240))
def test_every_number_is_counted_the_same_by_somebody_else_at_length(seed):
    assert sum(recount(World(seed)).values()) > 50


def test_no_grid_with_numbers_goes_without_a_recount():
    world = World(4)
    counted = recount(world)
    others = {"overview.attention", "problems.problems", "log.runs", "calls.calls", "guide.glossary",
              "naturalisation.decided_as", "overview_managers.waiting",
              "overview_managers.phases", "overview_managers.languages", "overview_managers.sources",
              "overview_managers.load", "overview.answers", "overview_managers.answers"}  # fmt: skip
    for tab in world.tabs.values():
        for block in tab.blocks:
            if isinstance(block, Grid) and block.rows:
                name = f"{tab.id}.{block.id.split('-', 2)[-1] if tab.id == 'land_report' else block.id}"
                assert name in counted or name in others, name
