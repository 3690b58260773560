"""Published figures are attacked: no hidden count may be found out, not even roughly."""

from datetime import date, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import force_setattr, replace
from scipy.optimize import linprog

from automations.jobs.figures.counting import caseload
from automations.jobs.figures.disclosure import publish
from automations.jobs.figures.land_report import MEASURES, HalfYearFigures, Line, half_year_figures
from automations.jobs.figures.linked_cells import PAIRS
from automations.jobs.figures.periods import HalfYear
from automations.jobs.figures.published import Earlier, PublishedLine, from_fact, to_fact
from automations.jobs.figures.rounding import merged_small
from automations.model.records import Case
from automations.model.settings import DEFAULT_PHASES, SiteFacts
from automations.model.values import to_plain


def figures_of(*tables):
    """Half-year figures of tables given as {category: (continuing, new, closed)} over the same people."""
    lines = [
        tuple(Line(name, old, new, closed, old + new - closed) for name, (old, new, closed) in table.items())
        for table in tables
    ]
    sums = [sum(line.counts[n] for line in lines[0]) for n in range(4)]
    found = {f"table{n}": rows for n, rows in enumerate(lines)}
    return HalfYearFigures(HalfYear(2024, 1), date(2024, 6, 30), Line(None, *sums), 40, found)


def narrowest(*out):
    """The width of the narrowest interval that a reader can compute for any small count, of pairs of figures
    and their editions.

    The reader knows everything published, that no count is negative, that both pairs of columns add up to
    the persons, that who is open at the end of a half-year is continuing in the next one, and what the words mean.
    """
    attack = Attack()
    for figures, edition in out:
        for name in edition.tables:
            attack.read(figures, edition, name)
    attack.link([figures.half for figures, _ in out])
    return attack.narrowest(min(edition.threshold for _, edition in out))


# Longer than the half-year: nobody is new for so long. In a phase of open cases nobody is closed.
NOBODY = {"366+": {"new": 0}, **{phase.id: {"closed": 0} for phase in DEFAULT_PHASES if phase.open}}


class Attack:
    """A linear programme with a variable for each count of each category, written apart from the code."""

    def __init__(self):
        self.variables, self.equations, self.bounds = {}, [], {}

    def variable(self, *name, value=0):
        return self.variables.setdefault(name, (len(self.variables), value))[0]

    def know(self, parts, value):
        self.equations.append((parts, value))

    def read(self, figures, edition, name):
        half, names = figures.half, ("persons", *edition.measures)
        shown = {line.category: line for line in edition.tables[name] if not line.together}
        rest = next((line for line in edition.tables[name] if line.together), None)
        for line in figures.tables[name]:
            cells = {m: self.variable(name, half, line.category, m, value=getattr(line, m)) for m in names}
            for pair in PAIRS:
                if pair[0] in names:
                    self.know({cells["persons"]: -1, cells[pair[0]]: 1, cells[pair[1]]: 1}, 0)
            if line.category in shown:
                self.bounds[cells["persons"]] = (edition.threshold, None)
                for m, count in zip(names, shown[line.category].cells, strict=True):
                    if count is not None:
                        self.know({cells[m]: 1}, count)
            self.understand(line.category, cells, name, half)
        for n, m in enumerate(names):
            every = {self.variable(name, half, line.category, m): 1 for line in figures.tables[name]}
            self.know(every, edition.total.cells[n])
            if rest and rest.cells[n] is not None:
                others = [line.category for line in figures.tables[name] if line.category not in shown]
                self.know({self.variable(name, half, category, m): 1 for category in others}, rest.cells[n])

    def understand(self, category, cells, *table):
        """What phases and durations mean."""
        for m in NOBODY.get(category, {}).keys() & cells.keys():
            self.bounds[cells[m]] = (0, 0)
        if category in {"0-90", "91-180"} and {"continuing", "closed"} <= cells.keys():
            came_and_went = self.variable(*table, category, "new and closed")
            self.know({cells["closed"]: 1, cells["continuing"]: -1, came_and_went: -1}, 0)

    def link(self, halves):
        for (name, half, category, measure), (place, _) in list(self.variables.items()):
            after = next((one for one in halves if one.before() == half), None)
            other = self.variables.get((name, after, category, "continuing"))
            # A case that is open in two half-years has another phase and another duration in the second.
            if measure == "open" and other and name not in {"phase", "duration"}:
                self.know({place: 1, other[0]: -1}, 0)

    def widths(self, threshold):
        """The widths of the intervals of all small counts."""
        matrix = np.zeros((len(self.equations), len(self.variables)))
        for number, (parts, _) in enumerate(self.equations):
            for place, factor in parts.items():
                matrix[number, place] += factor
        values = [value for _, value in self.equations]
        bounds = [self.bounds.get(place, (0, None)) for place in range(len(self.variables))]
        widths = []
        for place, value in self.variables.values():
            if 0 < value < threshold:
                target = np.zeros(len(self.variables))
                target[place] = 1
                low, high = (
                    linprog(sign * target, A_eq=matrix, b_eq=values, bounds=bounds, method="highs") for sign in (1, -1)
                )
                assert low.status == high.status == 0
                widths.append(-high.fun - low.fun)
        return widths

    def narrowest(self, threshold):
        return min(self.widths(threshold), default=float("inf"))


@st.composite
def same_people(draw):
    """Two tables over the same people, so that their totals agree."""
    people = draw(
        st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz"), st.booleans(), st.booleans()),
                 min_size=1, max_size=90)
    )  # fmt: skip
    tables = []
    for which in (0, 1):
        table = {}
        for person in people:
            old, new, closed = table.get(person[which], (0, 0, 0))
            table[person[which]] = (old + person[2], new + (not person[2]), closed + person[3])
        tables.append(table)
    return figures_of(*tables)


@given(same_people(), st.integers(2, 10))
@settings(max_examples=40, deadline=None)
def test_no_hidden_count_can_be_computed_back(figures, threshold):
    edition = publish(figures, threshold)
    if edition.total is not None:
        assert narrowest((figures, edition)) >= threshold - 1e-6


@pytest.mark.soak
@given(same_people(), st.integers(2, 10))
@settings(max_examples=3000, deadline=None)
def test_no_hidden_count_can_be_computed_back_at_length(figures, threshold):
    edition = publish(figures, threshold)
    if edition.total is not None:
        assert narrowest((figures, edition)) >= threshold - 1e-6


@given(same_people(), st.integers(2, 10))
@settings(max_examples=50, deadline=None)
def test_no_published_count_is_small_and_every_table_is_there(figures, threshold):
    edition = publish(figures, threshold)
    if edition.total is None:
        assert figures.total.persons < threshold
        return
    assert edition.tables.keys() == figures.tables.keys()
    for name, rows in edition.tables.items():
        truth = {line.category: line for line in figures.tables[name]}
        for line in rows:
            assert all(count is None or count == 0 or count >= threshold for count in line.cells)
            if not line.together:
                real = truth[line.category]
                assert line.persons in {None, real.persons}
                shown = zip(line.counts, edition.measures, strict=True)
                assert all(count in {None, getattr(real, measure)} for count, measure in shown)


@st.composite
def two_halves(draw):
    """The same team in two half-years that follow each other: who is open goes on."""
    size = draw(st.integers(10, 80))
    kinds = draw(st.lists(st.sampled_from("aabbccde"), min_size=size, max_size=size))
    old, ended = (draw(st.lists(st.booleans(), min_size=size, max_size=size)) for _ in (0, 1))
    fresh = draw(st.lists(st.sampled_from("aabbcf"), max_size=30))
    later = draw(st.lists(st.integers(0, 3).map(lambda n: n == 0), min_size=120, max_size=120))
    first, second = {}, {}

    def add(table, kind, *person):
        table[kind] = tuple(map(sum, zip(table.get(kind, (0, 0, 0)), person, strict=True)))

    for n, kind in enumerate(kinds):
        add(first, kind, old[n], not old[n], ended[n])
        if not ended[n]:
            add(second, kind, 1, 0, later[n])
    for n, kind in enumerate(fresh):
        add(second, kind, 0, 1, later[size + n])
    one, two = figures_of(first), figures_of(second or {"z": (0, 1, 0)})
    return one, replace(two, half=HalfYear(2024, 2), until=date(2024, 12, 31))


def some_people(seed):
    """A service's cases over two years, as they stand in February 2025."""
    dice, cases = Random(seed), []  # noqa: S311
    for _ in range(dice.choice([25, 40, 60, 90])):
        came = date(2023, 1, 1) + timedelta(days=dice.randrange(760))
        ended = came + timedelta(days=dice.choice([5, 40, 80, 120, 150, 200, 300, 400]) + dice.randrange(20))
        gone = ended <= date(2025, 2, 10) and dice.random() < 0.6
        phases = ["closed", "closed", "aborted", "rejected"] if gone else ["new", "assessment", "planning", "support"]
        cases.append(Case(received=came, phase=dice.choice(phases), closed_on=ended if gone else None))
    return caseload(cases, SiteFacts(), date(2025, 2, 10))


@pytest.mark.parametrize("seed", range(12))
def test_who_knows_what_phases_and_durations_mean_finds_out_nothing_more(seed):
    load, out = some_people(seed), []
    for half in (HalfYear(2024, 1), HalfYear(2024, 2)):
        figures = half_year_figures(load, half, ["phase", "duration"])
        edition = publish(figures, 5, [Earlier(edition, figures) for figures, edition in out])
        out += [(figures, edition)] if edition.total else []
    assert narrowest(*out) >= 5 - 1e-6


def test_a_duration_ends_with_the_half_year_whatever_came_after_it():
    came = date(2024, 1, 15)
    gone = Case(received=came, phase="closed", closed_on=date(2024, 7, 20))
    load = caseload([gone, Case(received=came, phase="support")], SiteFacts(), date(2024, 8, 10))
    lines = half_year_figures(load, HalfYear(2024, 1), ["duration"]).tables["duration"]
    assert [(line.category, line.persons, line.open) for line in lines] == [("91-180", 2, 2)]


def test_a_named_category_of_hardly_more_persons_does_not_hide_a_small_one():
    edition = publish(figures_of({"a": (0, 5, 0), "b": (0, 3, 0)}), 5)
    assert [(line.together, line.persons) for line in edition.tables["table0"]] == [(True, 8)]


@pytest.mark.parametrize(("households", "told"), [(40, 40), (118, None), (120, 120), (4, None)])
def test_households_nearly_as_many_as_persons_tell_who_lives_together(households, told):
    figures = replace(figures_of({"a": (30, 30, 20), "b": (30, 30, 20)}), households=households)
    assert publish(figures, 5).households == told


def test_a_table_that_cannot_be_protected_beside_earlier_ones_is_left_out():
    one = figures_of({"a": (20, 20, 20), "b": (20, 20, 20), "c": (6, 6, 3)})
    two = replace(figures_of({"a": (20, 2, 9), "b": (20, 20, 9), "c": (9, 9, 9)}), half=HalfYear(2024, 2))
    out = [(one, publish(one, 5))]
    careless = tuple(PublishedLine(line.category, line.persons, line.counts) for line in one.tables["table0"])
    force_setattr(out[0][1], "tables", {"table0": careless})
    three = replace(two, tables={"table0": (*two.tables["table0"][:2], Line("c", 9, 2, 9, 2))})
    edition = publish(three, 5, [Earlier(edition, figures) for figures, edition in out])
    for line in edition.tables.get("table0", ()):
        assert all(count is None or count == 0 or count >= 5 for count in line.cells)


def told_in_turn(halves, threshold, *, newest_first):
    """Both half-years as they are published one after the other."""
    order = reversed(halves) if newest_first else halves
    out = []
    for figures in order:
        edition = publish(figures, threshold, [Earlier(edition, figures) for figures, edition in out])
        out += [(figures, edition)] if edition.total else []
    return out


@pytest.mark.parametrize("newest_first", [False, True])
@given(halves=two_halves(), threshold=st.integers(3, 8))
@settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_half_years_cannot_be_subtracted_from_each_other(halves, threshold, newest_first):
    out = told_in_turn(halves, threshold, newest_first=newest_first)
    if out:
        assert narrowest(*out) >= threshold - 1e-6
    if len(out) > 1:
        (first, _), (second, _) = sorted(out, key=lambda pair: pair[0].half)
        shown = {figures.half: edition.measures for figures, edition in out}
        if "open" in shown[first.half]:  # then continuing of the next one is known, and new is the difference
            assert not 0 < second.total.new < threshold
        if "continuing" in shown[second.half]:
            assert not 0 < first.total.closed < threshold


def test_a_list_of_categories_can_give_away_what_was_hidden_before():
    later = figures_of(
        {"a": (7, 3, 4), "e": (4, 0, 3), "c": (4, 3, 3), "b": (11, 1, 2), "d": (4, 0, 1), "f": (0, 3, 1)}
    )
    former = figures_of({"a": (7, 7, 7), "e": (3, 1, 0), "c": (3, 5, 4), "b": (9, 9, 7), "d": (3, 2, 1)})
    halves = former, replace(later, half=HalfYear(2024, 2))
    assert narrowest(*told_in_turn(halves, 4, newest_first=True)) >= 4


def test_two_careless_editions_give_each_other_away():
    one = figures_of({"a": (20, 20, 20), "b": (20, 20, 18), "c": (6, 6, 3)})
    two = replace(figures_of({"a": (20, 20, 9), "b": (22, 9, 9), "c": (9, 9, 9)}), half=HalfYear(2024, 2))
    alone = [(one, publish(one, 5)), (two, publish(two, 5))]
    assert narrowest(*alone) < 5
    assert narrowest(*told_in_turn((one, two), 5, newest_first=False)) >= 5


def test_the_attack_finds_what_a_careless_edition_gives_away():
    figures = figures_of({"a": (20, 20, 20), "b": (20, 20, 20), "c": (8, 8, 1)})
    edition = publish(figures, 5)
    careless = tuple(
        PublishedLine(line.category, line.persons, tuple(c if c >= 5 else None for c in line.counts))
        for line in figures.tables["table0"]
    )
    force_setattr(edition, "tables", {"table0": careless})
    assert narrowest((figures, edition)) == pytest.approx(0)


def test_a_small_count_is_hidden_alone_with_what_would_give_it_away():
    figures = figures_of({"weiblich": (0, 60, 2), "männlich": (0, 60, 15)})
    edition = publish(replace(figures, total=replace(figures.total, continuing=0)), 5)
    lines = {line.category: line for line in edition.tables["table0"]}
    assert edition.measures == ("closed", "open")
    assert {name: line.cells for name, line in lines.items()} == {
        "weiblich": (60, None, None), "männlich": (60, None, None),
    }  # fmt: skip


def test_a_category_of_few_persons_has_no_name():
    edition = publish(figures_of({"a": (30, 30, 20), "b": (20, 20, 20), "c": (2, 1, 1)}), 5)
    lines = edition.tables["table0"]
    assert [(line.category, line.together) for line in lines] == [("a", False), ("b", False), (None, True)]
    assert lines[2].persons is None


def test_several_small_categories_are_told_together():
    edition = publish(figures_of({"a": (30, 30, 20), "b": (3, 0, 3), "c": (0, 4, 4), "d": (4, 1, 5)}), 5)
    together = edition.tables["table0"][-1]
    assert (together.together, together.category, together.persons) == (True, None, 7)


def test_a_table_without_small_counts_is_shown_whole():
    edition = publish(figures_of({"a": (30, 30, 20), "b": (20, 20, 20)}), 5)
    assert [line.category for line in edition.tables["table0"]] == ["a", "b"]
    assert all(count is not None for line in edition.tables["table0"] for count in line.cells)
    assert edition.measures == MEASURES


def test_a_pair_of_columns_with_a_small_total_is_left_out():
    edition = publish(figures_of({"a": (30, 30, 1), "b": (20, 20, 1)}), 5)
    assert edition.measures == ("continuing", "new")


def test_too_few_persons_are_not_published_at_all():
    edition = publish(figures_of({"a": (2, 1, 0)}), 5)
    assert edition.total is None
    assert edition.tables == {}
    assert edition.households is None


def test_an_edition_survives_the_ledger():
    edition = publish(figures_of({"a": (30, 30, 20), "b": (20, 20, 20), None: (2, 1, 1)}), 5)
    assert from_fact("2024-H1", to_plain(to_fact(edition))) == edition


@given(st.lists(st.integers(0, 40), max_size=12), st.integers(2, 10))
@settings(max_examples=50)
def test_small_groups_are_told_together_or_not_at_all(counts, threshold):
    groups = [(f"g{n}", count) for n, count in enumerate(counts)]
    kept, rest = merged_small(groups, threshold)
    assert all(count >= threshold for _, count in kept)
    assert sum(count for _, count in kept) + rest == sum(counts)
    merged = [count for name, count in groups if (name, count) not in kept and count]
    if kept and rest:
        assert rest >= threshold
        assert len(merged) >= 2
