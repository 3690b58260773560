"""What words of other languages in cells are proposed to mean."""

from __future__ import annotations

import pytest

from automations.config.site import load_columns
from automations.model.settings import SiteFacts
from automations.setup.words import propose_words


@pytest.mark.parametrize(
    ("field", "word", "means"),
    [
        ("phase", "kapandı", "closed"),
        ("phase", "w trakcie", "support"),
        ("phase", "clôturé", "closed"),
        ("phase", "beendet/concluso", "closed"),
        ("phase", "lukket", "closed"),
        ("phase", "zu/läuft", ""),
        ("languages", "arabo", "ar"),
        ("languages", "Farsça", "fa"),
        ("languages", "Oekraïens", "uk"),
        ("languages", "Klingonisch", ""),
    ],
)
def test_words_of_other_languages_are_proposed_and_never_taken(field, word, means):
    (found,) = propose_words("cases", field, [word], load_columns(), SiteFacts())
    assert (found.canonical, found.known) == (means, False)
    assert found.confidence == ("likely" if means else "unknown")
