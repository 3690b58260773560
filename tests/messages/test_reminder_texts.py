"""Every sentence of these rooms is there in German, with the same blanks to fill in."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import automations
from automations.common.texts import texts
from automations.jobs.reminding.findings import REASONS, STATES
from automations.messages.may_send import GUARDS

HOUSE = Path(automations.__path__[0])
ROOMS = [
    HOUSE / "conditions" / "refusals.py",
    HOUSE / "common" / "working_days.py",
    HOUSE / "jobs" / "remind.py",
    *sorted((HOUSE / "jobs" / "reminding").glob("*.py")),
]


def said() -> set[str]:
    """First arguments of every `say("…")`, and the sentences that stand in tables."""
    found = {guard.sentence for guard in GUARDS} | set(REASONS.values())
    for path in ROOMS:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "say":
                first = node.args[0]
                if isinstance(first, ast.Constant) and len(node.args) == 1:
                    found.add(str(first.value))
    return found - {"{sentence}", "Appointment"}


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_sentence_is_translated_with_its_blanks():
    german = texts("de")
    missing = {sentence for sentence in said() if german.say(sentence) == sentence}
    assert missing == set()
    assert {sentence for sentence in said() if blanks(german.say(sentence)) != blanks(sentence)} == set()


def test_the_states_of_mails_have_german_names():
    german = texts("de")
    assert [state for state in STATES.values() if german.name("mail state", state) == state] == []
