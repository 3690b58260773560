"""In which language a team writes its headings: its site is begun in that language."""

from __future__ import annotations

import re
import tomllib

from automations.common.shipped import config_folder
from automations.setup.proposed import Proposal
from automations.tables.folding import fold

_WORD = re.compile(r"[^\W\d_]{2,}")

_FEWEST = 3  # different words of a language that tell it: one or two stand in every list ("Case Manager", "Feedback")
_MANY = 6  # English words for each German one: one of either may be a chance ("Art")


def spoken(found: Proposal) -> str:
    """The language of the headings of the tables that were found: "en", else "de"."""
    known = tomllib.loads((config_folder() / "english.toml").read_text(encoding="utf-8"))["spoken"]
    texts = [heading.text for table in found.tables for heading in table.headings]
    words = {fold(word) for text in texts for word in _WORD.findall(text)}
    english, german = (len(words & set(map(fold, known[language]))) for language in ("en", "de"))
    # Who has headings in both ("Anliegen / Need") speaks German.
    return "en" if english >= _FEWEST and english > _MANY * german else "de"
