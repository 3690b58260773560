"""One word typed in several ways is one category of the report to the Land, and one household."""

from datetime import date

from msgspec.structs import replace

from automations.common.texts import texts
from automations.jobs.figures.counting import caseload
from automations.jobs.figures.disclosure import publish
from automations.jobs.figures.land_report import half_year_figures
from automations.jobs.figures.periods import HalfYear
from automations.jobs.figures.published import Earlier
from automations.jobs.figures.sources import Sources
from automations.jobs.tabs.common import Frame
from automations.jobs.tabs.land_report import published_blocks
from automations.model.records import Case
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import Text

TODAY = date(2024, 12, 31)
FIRST, SECOND = HalfYear(2024, 1), HalfYear(2024, 2)


def figures(words, half, **more):
    cases = [Case(district=word, received=date(2024, 1, 9), phase="support", **more) for word in words]
    return half_year_figures(caseload(cases, SiteFacts(), TODAY), half, ["district"])


def test_a_category_is_spelled_as_most_cases_spell_it():
    found = figures(["nord", "Nord", "Nord", "Nord ", None], FIRST)
    assert [(line.category, line.persons) for line in found.tables["district"]] == [("Nord", 4), (None, 1)]


def test_a_household_typed_in_two_ways_is_one():
    assert figures(["Nord"], FIRST, household="H 1").households == 1
    cases = [Case(household=word, received=date(2024, 1, 9), phase="new") for word in ("Haus 1", "haus  1", "Haus 2")]
    assert half_year_figures(caseload(cases, SiteFacts(), TODAY), FIRST, []).households == 2


def test_an_edition_is_linked_to_one_that_is_out_with_another_spelling():
    words = ["Nord"] * 12 + ["Mitte"] * 11 + ["Süd"] * 2
    earlier = publish(figures(words, FIRST), 5)
    renamed = replace(
        earlier, tables={"district": tuple(replace(one, category=(one.category or "").lower() or None)
                                           for one in earlier.tables["district"])},
    )  # fmt: skip
    now = figures(words, SECOND)
    out = [publish(now, 5, [Earlier(edition, figures(words, FIRST))]) for edition in (earlier, renamed)]
    assert out[0] == out[1]


def test_why_a_table_is_not_in_an_edition_is_said_of_that_edition_alone():
    edition = publish(figures(["Nord"] * 12 + ["Mitte"] * 11, FIRST), 5)
    frame = Frame(texts("de"), SiteFacts(), {}, TODAY, Sources(Snapshot()))

    def told(edition, *asked):
        blocks = published_blocks(frame, [edition], 30, asked)
        return " ".join(block.text for block in blocks[3:] if isinstance(block, Text))

    assert told(edition, "district") == ""
    assert (
        told(edition, "district", "sex") == "Nicht in dieser Ausgabe, die bleibt, wie sie erstellt wurde: Geschlecht."
    )
    hidden = replace(edition, tables={}, left=("district",))
    assert told(hidden, "district").startswith("Für dieses Halbjahr nicht veröffentlicht: Stadtteil. Neben")
    assert told(replace(hidden, left=None), "district").startswith("Nicht in dieser Ausgabe")
    few = told(replace(edition, total=None), "district")
    assert few.startswith("Aus diesem Halbjahr kann nichts veröffentlicht werden: weniger als 5 Personen, oder")
