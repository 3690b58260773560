"""A reminder rule that compares a status with a word that no status has is named, with the words there are."""

from automations.config.site import load_columns
from automations.jobs.reminding.dead_words import dead_words
from automations.jobs.reminding.rules import RemindSettings
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
