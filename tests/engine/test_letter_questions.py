"""Questions about letters quote what clients wrote as it is: words are never a sentence to be filled in."""

from __future__ import annotations

import pytest

from automations.common.texts import texts
from automations.engine.letters import letter_questions
from automations.model.fact_kinds.messages import Letter
from automations.model.history import History
from automations.model.records import Case
from tests.support.builders import NOW, snapshot

WORDS = "Ja {case} {0} }{ %s, aber {words}"


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    ("about", "action"),
    [("contrary", "confirm"), ("contrary", "cancel"), ("words", "confirm"), ("words", "cancel"), ("words", "object"),
     ("objection", "")],
)  # fmt: skip
def test_words_of_clients_stay_as_they_are(about, action, language):
    letter = Letter(about, "K-1", "T-1", 1, action, words=WORDS, reason="unknown")
    history = History(facts={("letter", "x"): letter.plain()})
    asked = letter_questions(snapshot(cases=(Case(number="K-1"),)), history, "decisions", NOW, texts(language))
    questions = [edit.new for group in asked.groups for edit in group.edits if edit.field == "question"]
    assert len(questions) == 1
    assert WORDS in questions[0] or about == "objection"
