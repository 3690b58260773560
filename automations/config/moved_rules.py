"""Rules that stand in reminders.toml, which sites of 0.1 have, and in rules.toml: they count once or are refused.

Two rules of the same content under two names would write to the same people twice, as what somebody was told is
known by the rule's name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from automations.common.texts import Texts
from automations.config import positions
from automations.config.reasons import ConfigFile
from automations.jobs.reminding.rules import Rule
from automations.model.problems import Problem


def replaced(reminders: ConfigFile, rules: ConfigFile) -> ConfigFile:
    """The shipped reminders, where a site has no reminders.toml of its own: without those that its rules.toml words
    anew, by their name or by what they say."""
    own = [rule for _, rule in _rules(rules)]
    names, contents = {rule.name for rule in own}, [_content(rule) for rule in own]
    return _without(reminders, [i for i, rule in _rules(reminders) if rule.name in names or _content(rule) in contents])


def once(reminders: ConfigFile, rules: ConfigFile, say: Texts) -> tuple[ConfigFile, list[Problem]]:
    """rules.toml without what stands in the site's reminders.toml word for word; and what is wrong where a rule stands
    in both under another name, or another rule under the same name."""
    known = {rule.name: rule for _, rule in _rules(reminders)}
    same: list[int] = []
    problems: list[Problem] = []
    for index, rule in _rules(rules):
        other = next((name for name, one in known.items() if _content(one) == _content(rule)), "")
        if other == rule.name:
            same.append(index)
        elif other:
            message = say.say("The rule “{name}” says the same as “{other}” in reminders.toml: everybody would be told"
                              " twice.", name=rule.name, other=other)  # fmt: skip
            problems.append(_problem(rules, index, message, say))
        elif rule.name in known:
            message = say.say("A rule “{name}” stands in reminders.toml as well, and says something else there.",
                              name=rule.name)  # fmt: skip
            problems.append(_problem(rules, index, message, say))
    return _without(rules, same), problems


def _rules(file: ConfigFile) -> Iterator[tuple[int, Rule]]:
    """The stanzas that reminders could be, by their place in the file."""
    stanzas = file.data.get("rules", [])
    for index, stanza in enumerate(stanzas if isinstance(stanzas, list) else []):
        if isinstance(stanza, Mapping) and stanza.get("action", "mail") == "mail":
            try:
                yield index, Rule.model_validate({key: value for key, value in stanza.items() if key != "action"})
            except ValidationError:
                continue  # it speaks of what reminders do not know, or its own file says what is wrong


def _content(rule: Rule) -> Rule:
    # What it is called is no part of what it does: two names for one rule would mean two mails.
    return rule.model_copy(update={"name": "", "title": "", "when": " ".join(rule.when.split())})


def _problem(file: ConfigFile, index: int, message: str, say: Texts) -> Problem:
    row = positions.line_of(file.lines, ("rules", index))
    advice = say.say("Please leave it in one of the two files only.")
    return Problem("rule_twice", message, advice, "error", tab=file.name, row=row, field="rules")


def _without(file: ConfigFile, gone: list[int]) -> ConfigFile:
    if not gone:
        return file
    stanzas: list[Any] = file.data["rules"]
    kept = [index for index in range(len(stanzas)) if index not in gone]
    return ConfigFile(file.name, {**file.data, "rules": [stanzas[index] for index in kept]}, moved(file.lines, kept))


def moved(lines: Mapping[positions.Path, int], kept: list[int]) -> dict[positions.Path, int]:
    """The lines of the stanzas that are kept, under their new places."""
    return {
        (path[0], kept.index(int(path[1])), *path[2:]) if path[:1] == ("rules",) and len(path) > 1 else path: line
        for path, line in lines.items()
        if path[:1] != ("rules",) or len(path) == 1 or int(path[1]) in kept
    }
