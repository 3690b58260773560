"""An independent recount of every figure on the tabs: pandas over what was typed, written from the glossary.

Nothing of the code under test is used here. Input are the tables as people typed them (a column of a
DataFrame for each heading); output the rows of each grid as a person reads them.
"""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import numpy as np
import pandas as pd

PHASES = {
    "Neu": (1.0, True), "Erstkontakt": (1.5, True), "Assessment": (2.0, True), "Integrationsplanung": (1.5, True),
    "Begleitung": (1.0, True), "Abschluss": (0.5, True), "Abgeschlossen": (0.0, False), "Abgebrochen": (0.0, False),
    "Abgelehnt": (0.0, False), "Weitergeleitet": (0.0, False),
}  # fmt: skip
MONTHS = ("Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez")
NONE = "(nicht erfasst)"
DASH = "–"
DAY = timedelta(days=1)


def day(value: object) -> date | None:
    """A typed date; texts like 05.10.2024 are dates, others are slips that nobody can read."""
    if isinstance(value, str):
        found = pd.to_datetime(value, format="%d.%m.%Y", errors="coerce")
        return None if pd.isna(found) else found.date()
    return value if isinstance(value, date) else None


def month_name(month: pd.Period) -> str:
    return f"{MONTHS[month.month - 1]} {month.year}"


def between(days: pd.Series, first: date, last: date) -> int:
    return sum(first <= one <= last for one in days.dropna())


def five(number: float) -> int:
    """To the nearest five; halves go up."""
    return int(number / 5 + 0.5) * 5


class Recount:
    """The figures of some tables on a day."""

    def __init__(self, tables: dict[str, pd.DataFrame], today: date) -> None:
        self.today, self.tables = today, tables
        free = holidays.country_holidays("DE", subdiv="NW", years=range(2018, 2032))
        self.free = np.array(
            [*free, *(date(y, 12, d) for y in range(2018, 2032) for d in (24, 31))], dtype="datetime64[D]"
        )
        self.cases, self.upcoming = self._cases(tables["Fälle"])
        self.open = self.cases[self.cases.is_open]
        self.meetings = self._meetings(tables["Termine"])
        self.since = min(self.cases.start[self.cases.is_open | self.cases.end.notna()], default=None)

    # --- the tables

    def _cases(self, typed: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        found = typed.copy()
        for column in ("Eingang", "Phase seit", "Erstkontakt am", "Abgeschlossen am", "Geburtsdatum"):
            slips = [isinstance(value, str) and day(value) is None for value in found[column]]
            found[column + "?"] = pd.Series(slips, index=found.index, dtype=bool)
            found[column] = [day(value) for value in found[column]]
        found["Phase"] = [phase if phase in PHASES else None for phase in found.Phase]
        found = found[found[["Fall-Nr.", "Nachname", "Vorname"]].notna().any(axis=1)].copy()
        others = found[["Erstkontakt am", "Phase seit", "Abgeschlossen am"]]
        known = [min([self.today, *row.dropna()]) for _, row in others.iterrows()]
        found["start"] = [came or first for came, first in zip(found.Eingang, known, strict=True)]
        late = pd.Series([one > self.today for one in found.start], index=found.index, dtype=bool)
        found, upcoming = found[~late].copy(), found[late]
        found["is_open"] = pd.Series([self._is_open(row) for _, row in found.iterrows()], index=found.index, dtype=bool)
        found["end"] = [None if row.is_open else self._end(row) for _, row in found.iterrows()]
        found["language"] = [str(v).split(",")[0].strip() if v else None for v in found.Sprachen]
        return found, upcoming

    def _is_open(self, row: pd.Series) -> bool:
        if row.Phase in PHASES:
            return PHASES[row.Phase][1]
        closed = row["Abgeschlossen am"]
        return not (closed and closed <= self.today)

    def _end(self, row: pd.Series) -> date | None:
        closed, unreadable = row["Abgeschlossen am"], row["Abgeschlossen am?"]
        ended = row["Phase seit"] if closed is None and not unreadable else closed
        return ended if ended and row.start <= ended <= self.today else None

    def _meetings(self, typed: pd.DataFrame) -> pd.DataFrame:
        found = typed.copy()
        found["Datum"] = [day(value) for value in found.Datum]
        return found[found.Datum.notna()]

    # --- counts on a day

    def working_days(self, first: date, last: date) -> int:
        """After the first day, up to the second."""
        return int(np.busday_count(first + DAY, last + DAY, holidays=self.free))

    def open_on(self, last: date) -> int:
        known = self.cases[self.cases.is_open | self.cases.end.notna()]
        ends = known.end.where(known.end.notna(), None)
        return sum(
            began <= last and not (ended and ended <= last) for began, ended in zip(known.start, ends, strict=True)
        )

    def new(self, first: date, last: date) -> int:
        return between(self.cases.Eingang, first, last)

    def closed(self, first: date, last: date) -> int:
        return between(self.cases.end, first, last)

    def waits(self, first: date, last: date, **of: object) -> list[int]:
        found = self.cases
        for column, value in of.items():
            found = found[found[column].isna()] if value is None else found[found[column] == value]
        return sorted(
            self.working_days(came, met)
            for came, met in zip(found.Eingang, found["Erstkontakt am"], strict=True)
            if came and met and came <= met <= self.today and first <= met <= last
        )

    @staticmethod
    def spread(days: list[int]) -> list[object]:
        if not days:
            return [0, DASH, DASH, DASH]
        nine_of_ten = next(n for n in days if sum(d <= n for d in days) >= 0.9 * len(days))
        return [len(days), float(np.median(days)), nine_of_ten, max(days)]

    def still_waiting(self) -> list[tuple[int, pd.Series]]:
        found = self.open[self.open["Erstkontakt am"].isna() & ~self.open["Erstkontakt am?"]]
        found = found[found.Phase.isin(["Neu", "Erstkontakt"]) | ~found.Phase.isin(list(PHASES))]
        return [(self.working_days(row.Eingang, self.today), row) for _, row in found.iterrows() if row.Eingang]

    def outcomes(self, first: date, last: date) -> dict[str, int]:
        there = [first <= one <= last and one < self.today for one in self.meetings.Datum]
        past = self.meetings[pd.Series(there, index=self.meetings.index, dtype=bool)]
        known = ("wahrgenommen", "abgesagt", "nicht erschienen", "verschoben")
        found = {word: int((past.Status == word).sum()) for word in known}
        return found | {"offen": len(past) - sum(found.values())}

    @staticmethod
    def missed_share(found: dict[str, int]) -> float | None:
        expected = found["wahrgenommen"] + found["nicht erschienen"]
        return found["nicht erschienen"] / expected if expected else None

    def months(self, since: date | None, count: int = 13) -> list[pd.Period]:
        last = pd.Period(self.today, "M")
        months = [last - n for n in range(count - 1, -1, -1)]
        return [one for one in months if since and one >= pd.Period(since, "M")]

    # --- grids of the overview

    def headline(self, *, rough: bool = False) -> list[list[object]]:
        """Today's tiles and the changes; for managers counts in fives, shares in five per cent, nothing of
        fewer than five."""

        def tiles(last: date, *, back: bool = False) -> list[float | None]:
            found = self._tiles(last, back=back)
            if not rough:
                return found
            met = len(self.waits(last - timedelta(days=90), last))
            went = self.outcomes(last - timedelta(days=27), last)
            few = went["wahrgenommen"] + went["nicht erschienen"] < 5
            share = None if found[4] is None or few else five(round(found[4] * 100)) / 100
            wait = found[3] if met >= 5 else None
            return [*(None if n is None else five(n) for n in found[:3]), wait, share]

        now = tiles(self.today)
        rows = [now]
        for before in (self.today - timedelta(days=7), self.today - timedelta(days=364)):
            old = tiles(before, back=True)
            changes = [DASH if a is None or b is None else round(a - b, 4) for a, b in zip(now, old, strict=True)]
            if changes[4] != DASH:
                changes[4] = round((now[4] - old[4]) * 100, 4)
            rows.append(changes)
        share = DASH if now[4] is None else f"{now[4] * 100:.0f} %"
        shown = [DASH if value is None else value for value in now[:4]] + [share]
        team = self.team_load()
        used = None if team[2] is None or not team[2] else team[1] / team[2] * 100
        load = DASH if used is None else f"{five(round(used)) if rough else used:.0f} %"
        return [[*shown, load], *([*row, None] for row in rows[1:])]

    def _tiles(self, last: date, *, back: bool = False) -> list[float | None]:
        four, quarter = last - timedelta(days=27), last - timedelta(days=90)
        waits = self.waits(quarter, last)
        there = self.cases[self.cases.is_open & self.cases.Eingang.isna()].start
        lately = sum(one > last for one in there) if back else 0
        found = [self.open_on(last) + lately, self.new(four, last), self.closed(four, last),
                 float(np.median(waits)) if waits else None, self.missed_share(self.outcomes(four, last))]  # fmt: skip
        if back:
            held = [one for one in self.meetings.Datum if one < self.today]
            first_meeting = min(held, default=None)
            starts = [last, four, four, quarter, four]
            begins = [self.since] * 4 + [first_meeting]
            found = [
                value if since and since <= start else None
                for value, since, start in zip(found, begins, starts, strict=True)
            ]
        return found

    def by_month(self) -> list[list[object]]:
        rows = []
        for month in self.months(self.since):
            first, last = month.start_time.date(), min(month.end_time.date(), self.today)
            rows.append([month_name(month), self.new(first, last), self.closed(first, last), self.open_on(last)])
        return rows

    def waiting(self) -> list[list[object]]:
        found = self.spread(self.waits(self.today - timedelta(days=90), self.today))
        still = [days for days, _ in self.still_waiting()]
        return [[found[0]], [found[1]], [found[2]], [len(still)], [max(still, default=DASH)]]

    def kinds(self, column: str, unknown: str = NONE) -> list[list[object]]:
        words = self.open[column].map(lambda v: unknown if v is None or pd.isna(v) else v)
        counts = words.value_counts()
        total = int(counts.sum())
        rows = [[word, int(n), n / total] for word, n in counts.items()]
        rows.sort(key=lambda row: (row[0] == unknown, -row[1]))
        if len(rows) > 12:
            rows = [*rows[:11], ["alle übrigen", sum(r[1] for r in rows[11:]), sum(r[2] for r in rows[11:])]]
        return [*rows, ["Gesamt", total, None]] if len(rows) > 1 else rows

    def offices(self) -> list[list[object]]:
        office = dict(zip(self.team().Kürzel, self.team()["Büro"], strict=True))
        self.open = self.open.assign(Büro=[office.get(code) for code in self.open.Zuständig])
        return self.kinds("Büro", "(ohne Büro)")

    def appointments(self) -> list[list[object]]:
        past = [one for one in self.meetings.Datum if one < self.today]
        rows = []
        for month in self.months(min(past, default=None)):
            found = self.outcomes(month.start_time.date(), month.end_time.date())
            share = self.missed_share(found)
            rows.append([month_name(month), *found.values(), DASH if share is None else share])
        return [[name, kept, off, missed, moved, rest, share] for name, kept, off, missed, moved, rest, share in rows]

    # --- load

    def team(self) -> pd.DataFrame:
        return self.tables["Team"].drop_duplicates("Kürzel")

    def points(self, cases: pd.DataFrame) -> float:
        return sum(PHASES.get(phase, (1.0, True))[0] for phase in cases.Phase)

    def person_loads(self) -> list[list[object]]:
        rows = []
        for _, person in self.team().iterrows():
            mine = self.open[self.open.Zuständig == person.Kürzel]
            gone = person.Aktiv == "nein"
            if gone and mine.empty:
                continue
            rows.append([person.Name, len(mine), self.points(mine), None if gone else self._number(person["Kapazität"]),
                         "gone" if gone else "here", person["Büro"]])  # fmt: skip
        rows.sort(key=lambda row: row[4] == "gone")
        strange = sorted(set(self.open.Zuständig.dropna()) - set(self.team().Kürzel))
        for code in strange:
            mine = self.open[self.open.Zuständig == code]
            rows.append([code, len(mine), self.points(mine), None, "strange", None])
        nobody = self.open[self.open.Zuständig.isna()]
        if len(nobody):
            rows.append(["Nicht zugewiesen", len(nobody), self.points(nobody), None, "nobody", None])
        return rows

    @staticmethod
    def _number(value: object) -> float | None:
        return None if value is None or pd.isna(value) else float(value)

    def persons(self) -> list[list[object]]:
        return [self._shown(*row[:4]) for row in self.person_loads()]

    @staticmethod
    def _shown(name: str, cases: int, points: float, capacity: float | None) -> list[object]:
        share = round(points / capacity, 4) if capacity else None
        return [name, cases, round(points, 1), DASH if capacity is None else capacity, DASH if share is None else share]

    def by_office(self) -> list[list[object]]:
        rows = [row for row in self.person_loads() if row[4] in {"here", "gone"}]
        shown = []
        for office in sorted({row[5] for row in rows}):
            mine = [row for row in rows if row[5] == office]
            given = [row[3] for row in mine if row[4] == "here"]
            capacity = sum(given) if given and None not in given else None
            shown.append(self._shown(office, sum(r[1] for r in mine), sum(r[2] for r in mine), capacity))
        rest = [row for row in self.person_loads() if row[4] not in {"here", "gone"}]
        if rest and shown:
            shown.append(self._shown("(ohne Büro)", sum(r[1] for r in rest), sum(r[2] for r in rest), None))
        return shown

    def team_load(self) -> tuple[int, float, float | None]:
        rows = self.person_loads()
        given = [row[3] for row in rows if row[4] == "here"]
        return (len(self.open), self.points(self.open), sum(given) if given and None not in given else None)

    # --- waiting times

    def waits_by_month(self) -> list[list[object]]:
        return [
            [month_name(month), *self.spread(self.waits(month.start_time.date(), month.end_time.date()))]
            for month in self.months(self.since)
        ]

    def waits_by(self, column: str, unknown: str = NONE) -> dict[str, list[object]]:
        first = self.today - timedelta(days=363)
        values = {None if pd.isna(v) else v for v in self.cases[column]}
        found = {value or unknown: self.spread(self.waits(first, self.today, **{column: value})) for value in values}
        return {word: row for word, row in found.items() if row[0]}

    # --- coming appointments

    def coming(self) -> int:
        return between(self.meetings.Datum, self.today, self.today + timedelta(days=13))

    # --- the report

    def report(self, half: int, year: int) -> tuple[pd.DataFrame, date]:
        """One row a person: category columns and whether new and closed in the half-year."""
        first = date(year, 1 if half == 1 else 7, 1)
        until = min(date(year, 6, 30) if half == 1 else date(year, 12, 31), self.today)
        known = self.cases[self.cases.Eingang.notna() & (self.cases.is_open | self.cases.end.notna())]
        there = [row for _, row in known.iterrows() if row.Eingang <= until and not (row.end and row.end < first)]
        people = pd.DataFrame(there, columns=known.columns)
        people["new"] = [came >= first for came in people.Eingang]
        people["left"] = [bool(one) and one <= until for one in people.end]
        people["Alter"] = [self._age(born, until) for born in people.Geburtsdatum]
        people["Dauer"] = [
            self._band((min(one or until, until) - came).days)
            for came, one in zip(people.Eingang, people.end, strict=True)
        ]
        return people, until

    @staticmethod
    def _age(born: date | None, until: date) -> str | None:
        if born is None or pd.isna(born) or born > until:
            return None
        years = until.year - born.year - ((until.month, until.day) < (born.month, born.day))
        bands = ((0, 17, "0–17"), (18, 26, "18–26"), (27, 39, "27–39"), (40, 59, "40–59"), (60, 150, "60+"))
        return next((name for low, high, name in bands if low <= years <= high), None)

    @staticmethod
    def _band(days: int) -> str:
        bands = ((90, "0–90"), (180, "91–180"), (365, "181–365"), (10**6, "366+"))
        return next(name for high, name in bands if days <= high)

    @staticmethod
    def lines(people: pd.DataFrame, column: str | None) -> dict[str, list[int]]:
        def line(some: pd.DataFrame) -> list[int]:
            return [
                len(some),
                int((~some.new).sum()),
                int(some.new.sum()),
                int(some.left.sum()),
                int((~some.left).sum()),
            ]

        if column is None:
            return {"Alle": line(people.astype({"new": bool, "left": bool}))}
        words = people[column].map(lambda v: NONE if v is None or pd.isna(v) else v)
        some = people.astype({"new": bool, "left": bool})
        return {word: line(some[words == word]) for word in words.unique()}

    # --- naturalisation

    def monthly(self, typed: pd.DataFrame, column: str) -> dict[pd.Period, tuple[int | None, bool]]:
        """Month -> its count (None: blank) and whether it is complete."""
        found: dict[pd.Period, tuple[int | None, bool]] = {}
        for _, row in typed.iterrows():
            first = day(row.Monat)
            if not first or first > self.today:
                continue
            month = pd.Period(first, "M")
            blank = row[column] is None or isinstance(row[column], str) or pd.isna(row[column])
            whole = min(day(row["Stand am"]) or month.end_time.date(), self.today) >= month.end_time.date()
            found[month] = (None if blank else int(row[column]), whole and not blank)
        return found

    def counts_to_date(self, typed: pd.DataFrame) -> dict[str, list[object]]:
        """From monthly counts: {year: [applications, change or a dash]}."""
        months = self.monthly(typed, "Anträge")
        done = [month for month, (_, whole) in months.items() if whole]
        if not done:
            return {}
        last = max(done).month
        newest, known = max(done).year, [m for m, (n, _) in months.items() if n is not None]
        rows, sums = {}, {}
        for year in range(min(known).year, newest + 1):
            wanted = [pd.Period(year=year, month=m, freq="M") for m in range(1, last + 1)]
            whole = [number for number, ended in (months.get(m, (None, False)) for m in wanted) if ended]
            total = sum(whole)
            sums[year] = (total, all(months.get(m, (None, False))[1] for m in wanted))
            now, before = sums[year], sums.get(year - 1, (0, False))
            change = (total - before[0]) / before[0] if now[1] and before[1] and before[0] else None
            rows[str(year)] = [total if whole else DASH, DASH if change is None else round(change, 6)]
        return rows

    def rows_to_date(self, typed: pd.DataFrame) -> dict[str, list[object]]:
        """From one row an application: up to the same day, last days of months being alike."""
        applied = [one for one in (day(v) for v in typed["Antrag am"]) if one and one <= self.today]
        decided = [one for one in (day(v) for v in typed["Entscheidung am"]) if one and one <= self.today]
        if not applied:
            return {}
        begin, last = min([*applied, *decided]), self._entered_until(applied)
        ends = (last + DAY).day == 1
        rows, sums = {}, {}
        for year in range(begin.year, last.year + 1):
            month_end = pd.Period(year=year, month=last.month, freq="M").end_time.date()
            until = month_end if ends else date(year, last.month, min(last.day, month_end.day))
            sums[year] = sum(date(year, 1, 1) <= one <= until for one in applied)
            unknown = until < date(begin.year, begin.month, 1)
            covered = begin < date(year - 1, 2, 1)
            change = (sums[year] - sums[year - 1]) / sums[year - 1] if covered and sums.get(year - 1) else None
            rows[str(year)] = [DASH if unknown else sums[year], DASH if change is None else round(change, 6)]
        return rows

    def _entered_until(self, applied: list[date]) -> date:
        """Up to when rows are entered: the newest one, if it is of last year or after twice the longest silence."""
        newest = max(applied)
        silences = pd.Series(sorted(applied)).diff().dropna()
        longest = max(silences, default=timedelta(days=31))
        stopped = self.today - newest > max(2 * longest, timedelta(days=31))
        return newest if stopped or newest.year < self.today.year else self.today


__all__ = ["DASH", "NONE", "PHASES", "Recount", "day"]
