"""Which days people work: weekends, public holidays of the Land, and a site's own closed days.

The only room that knows the library `holidays`. 24 and 31 December are no public holidays in
Germany; they come in as `closed_yearly`."""

from __future__ import annotations

import sys
from collections.abc import Collection, Container
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib.util import find_spec, module_from_spec
from itertools import accumulate
from typing import Literal

from automations.common.texts import Texts, texts

_SATURDAY = 5
_DAY = timedelta(days=1)
# A longer row of closed days is a broken config, not a calendar.
_LONGEST_CLOSURE = 366
_FAR_YEARS = 200
_COUNTRIES = "holidays.countries"


class CalendarError(ValueError):
    """A calendar that cannot be made; the text is a sentence in the site's language."""


class WorkingDays:
    """The working days of one place. Dates are local dates of the site.

    `closed_days` are single dates, `closed_yearly` days of every year as "MM-DD". Raises CalendarError
    for a country or Land that `holidays` does not know and for a day that is none."""

    def __init__(
        self,
        country: str = "DE",
        land: str = "NW",
        closed_days: Collection[date] = (),
        closed_yearly: Collection[str] = ("12-24", "12-31"),
        language: str = "de",
    ) -> None:
        self._words = texts(language)
        _check_place(country, land, self._words)
        self._place = (country, land)
        self._closed_days = frozenset(closed_days)
        self._closed_yearly = frozenset(_month_and_day(text, self._words) for text in closed_yearly)
        self._years: dict[int, tuple[int, ...]] = {}

    def is_working_day(self, day: date) -> bool:
        """Whether the team works on that day."""
        counts, index = self._counts(day.year), _day_of_year(day)
        return counts[index] > counts[index - 1]

    def before(self, day: date) -> date:
        """The last working day before that day."""
        return self.shift(day, -1)

    def on_or_before(self, day: date) -> date:
        """That day, or the last working day before it where it is closed."""
        return day if self.is_working_day(day) else self.before(day)

    def on_or_after(self, day: date) -> date:
        """That day, or the next working day after it where it is closed."""
        return day if self.is_working_day(day) else self.shift(day, 1)

    def opened(self, day: date, closed_days: Literal["keep", "before", "after"]) -> date:
        """That day, moved off a closed one as a rule says."""
        if closed_days == "before":
            return self.on_or_before(day)
        return self.on_or_after(day) if closed_days == "after" else day

    def shift(self, day: date, working_days: int) -> date:
        """The n-th working day after that day (before it for a negative n); the day itself for 0."""
        # Day by day: a site's closed days have no pattern that could be reckoned with.
        step = _DAY if working_days > 0 else -_DAY
        left, idle = abs(working_days), 0
        while left:
            day += step
            working = self.is_working_day(day)
            left -= working
            idle = 0 if working else idle + 1
            if idle > _LONGEST_CLOSURE:
                raise CalendarError(self._words.say("There is no working day in a whole year: see the closed days."))
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days come after `first`, up to and including `last`; negative where
        `last` lies before `first`."""
        if last < first:
            return -self.between(last, first)
        if last.year - first.year > _FAR_YEARS:
            # A mistyped century would else make a calendar for each of its years.
            return (last - first).days * 5 // 7  # nobody plans so far ahead: weekdays will do
        whole_years = sum(self._counts(year)[-1] for year in range(first.year, last.year))
        return whole_years + self._until(last) - self._until(first)

    def _until(self, day: date) -> int:
        return self._counts(day.year)[_day_of_year(day)]

    def _counts(self, year: int) -> tuple[int, ...]:
        """Working days of a year up to its n-th day, by n (0: none yet)."""
        found = self._years.get(year)
        if found is None:
            found = self._years[year] = _year(self._place, self._closed_days, self._closed_yearly, year)
        return found


@lru_cache(maxsize=128)  # several parts of every run ask for the same years
def _year(
    place: tuple[str, str], closed_days: frozenset[date], closed_yearly: frozenset[tuple[int, int]], year: int
) -> tuple[int, ...]:
    country, land = place
    public = _holidays(country, land, year)
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(_day_of_year(date(year, 12, 31))))
    works = (
        day.weekday() < _SATURDAY
        and day not in closed_days
        and (day.month, day.day) not in closed_yearly
        and day not in public
        for day in days
    )
    return (0, *accumulate(map(int, works)))


def _holidays(country: str, land: str, years: int | None = None) -> Container[date]:
    """The public holidays of a place. The library finds a country by loading its module; the package around it would
    load those of all two hundred countries first, a tenth of a second in every command: it is put in place without
    that."""
    import holidays

    spec = find_spec(_COUNTRIES)
    # Only where nobody has loaded the package as a whole: it must not be replaced.
    if _COUNTRIES not in sys.modules and spec is not None:
        sys.modules[_COUNTRIES] = module_from_spec(spec)
    try:
        return holidays.country_holidays(country, subdiv=land or None, years=years)
    except ImportError:  # a version whose countries need the package as a whole
        sys.modules.pop(_COUNTRIES, None)
        return holidays.country_holidays(country, subdiv=land or None, years=years)


def _day_of_year(day: date) -> int:
    return day.toordinal() - date(day.year, 1, 1).toordinal() + 1


def _check_place(country: str, land: str, words: Texts) -> None:
    try:
        _holidays(country, land)
    except (NotImplementedError, KeyError) as error:
        import holidays

        known = ", ".join(holidays.list_supported_countries().get(country, ()))
        advice = words.say("Known are: {names}.", names=known) if known else words.say("Use a code such as DE.")
        message = words.say("No public holidays are known for “{land}” in “{country}”.", land=land, country=country)
        raise CalendarError(f"{message} {advice}") from error


def _month_and_day(text: str, words: Texts) -> tuple[int, int]:
    try:
        # A leap year, so that 29 February is a day.
        day = date.fromisoformat(f"2024-{text}")
    except ValueError as error:
        raise CalendarError(
            words.say("“{text}” is no day of the year: write 12-24 for 24 December.", text=text)
        ) from error
    return day.month, day.day


def after_hours(start: datetime, hours: float, days: WorkingDays, opened: tuple[time, time]) -> datetime:
    """The moment at which so many working hours have passed since `start` (aware, in the site's zone).

    They pass on working days between the two times of `opened` alone; hours are counted by the clock on the wall,
    so that the hour of a clock change is none."""
    left, moment = timedelta(hours=hours), start
    if not days.is_working_day(start.date()) or start.timetz().replace(tzinfo=None) >= opened[1]:
        moment = _opening(_next(start.date(), days), opened, start)
    moment = max(moment, _opening(moment.date(), opened, start))
    while left > (rest := _closing(moment.date(), opened, start) - moment):
        left -= rest
        moment = _opening(_next(moment.date(), days), opened, start)
    return moment + left


def _next(day: date, days: WorkingDays) -> date:
    return days.shift(day, 1)


def _opening(day: date, opened: tuple[time, time], like: datetime) -> datetime:
    return datetime.combine(day, opened[0], tzinfo=like.tzinfo)


def _closing(day: date, opened: tuple[time, time], like: datetime) -> datetime:
    return datetime.combine(day, opened[1], tzinfo=like.tzinfo)
