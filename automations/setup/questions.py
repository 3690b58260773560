"""Questions as headings ("Wann sind Sie geboren?"): the known heading that each of them asks for."""

from __future__ import annotations

import re

from automations.setup.thesaurus import Thesaurus, words_of
from automations.tables.columns import TableColumns
from automations.tables.folding import fold

_WORDS = re.compile(r"[^\W_]+")
_SPOKEN_TO = frozenset(map(fold, ("Ihr", "Ihre", "Ihren", "Ihrer", "Ihnen", "Sie", "Dein", "Deine", "your", "you",
                                  "du", "dich", "dir", "euch", "ihr",
                                  "votre", "vos", "vous", "uw", "jouw")))  # fmt: skip
_ASKING = frozenset(map(fold, ("wer", "wem", "wen", "wie", "woher", "who", "whom", "how", "qui")))
_FEWEST = 3  # words that make a question ("Attended?" is none)
_LONGEST = 3  # words of a heading inside a question ("E-Mail-Adresse")
_LETTERS = 4  # of a heading of one word: shorter ones are words of the sentence ("wer", "am")


def is_question(text: str) -> bool:
    """Whether a heading speaks to whoever fills in a form."""
    words = _WORDS.findall(text)
    asks = "?" in text or any(fold(word) in _ASKING for word in words[:2])  # "von wem geschickt"
    return (len(words) >= _FEWEST and asks) or (len(words) > 1 and any(fold(w) in _SPOKEN_TO for w in words))


def asked_for(text: str, table: str, rules: TableColumns, thesaurus: Thesaurus) -> str:
    """The known heading that a question asks for; "" where that is none, or more than one. Of appointments a table asks
    in few words ("Wer?", "Ab wann?"), and some known headings are words of its sentences ("Termin")."""
    short = table == "appointments" and text.rstrip().endswith("?")
    if not short and not is_question(text):
        return ""
    words = words_of(text)
    asked = thesaurus.questions.get(table, {})
    fitting = [(len(p), name) for name, phrases in asked.items() for p in phrases if p <= words]
    by_words = max(fitting, key=lambda found: found[0], default=(0, ""))[1]
    named = _inside(_WORDS.findall(text), rules) if table == "cases" and by_words in {"", "full_name"} else ""
    return named or (rules.own_heading(by_words) if by_words in rules.headings else "")


def _inside(words: list[str], rules: TableColumns) -> str:
    """The longest known heading among the words of a question."""
    for length in range(_LONGEST, 0, -1):
        parts = ("".join(words[n : n + length]) for n in range(len(words) - length + 1))
        found = {rules.by_heading[fold(part)][0]: part for part in parts
                 if len(part) >= _LETTERS and fold(part) in rules.by_heading}  # fmt: skip
        # Two headings of one length in one question ("Name und Telefon") leave nothing to choose by.
        if found:
            return next(iter(found.values())) if len(found) == 1 else ""
    return ""
