"""A reminder rule that compares a status with a word that no status has is named, with the words there are."""

import pytest

from automations.config.site import load_columns
from automations.jobs.reminding.dead_words import dead_figures, dead_words
from automations.jobs.reminding.rules import RemindSettings
from automations.jobs.tabs.settings import SummariseSettings
from automations.model.settings import SiteFacts
from automations.tables.snapshot import read_tables
from tests.support.broken import HOMES, workbook
from tests.support.builders import NOW


def found(when):
    rule = {"name": "nicht_da", "table": "appointments", "when": when, "due": {"field": "date", "days_after": [3]},
            "recipient": "client", "template": "nicht_da"}  # fmt: skip
    settings = RemindSettings.model_validate({"rules": [rule], "site": SiteFacts()})
    book, _ = workbook([])
    snapshot = read_tables({book.name: book}, load_columns(), SiteFacts(), HOMES, NOW)
    return list(dead_words(settings, snapshot))


def test_a_word_that_no_status_has():
    (problem,) = found('status == "missed"')
    assert problem.severity == "error"
    assert "missed" in problem.message
    assert "no_show" in problem.advice


def test_words_that_there_are_and_columns_of_free_text_pass():
    assert found('status == "no_show"') == []
    assert found('place == "Mond"') == []


def test_the_case_behind_an_appointment_is_looked_at_too():
    (problem,) = found('case.urgency == "very"')
    assert "high" in problem.advice


@pytest.mark.parametrize(("part", "measure"), [("where", "count"), ("of", "share")])
def test_a_figure_that_asks_for_a_word_that_there_is_not(part, measure):
    figure = {"id": "stuck", "title": "Neue", "measure": measure}
    book, _ = workbook([])
    snapshot = read_tables({book.name: book}, load_columns(), SiteFacts(), HOMES, NOW)

    def told(condition):
        settings = SummariseSettings.model_validate({"figures": [{**figure, part: condition}], "site": SiteFacts()})
        return list(dead_figures(settings, snapshot))

    (problem,) = told('phase == "nw"')
    assert (problem.tab, problem.severity) == ("figures.toml", "error")
    assert "new" in problem.advice
    assert told('phase == "new"') == []
