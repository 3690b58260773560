"""The words that the tab of rules offers and understands, in German and English: what happens, to whom, when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from automations.tables.folding import fold
from automations.tables.rule_names import RuleNames
from automations.tables.rule_tokens import ConditionError

_ALIKE = 0.7  # by difflib: with less, “Aufgabe” was taken for “anrufen”

_OFFERED = (
    "E-Mail", "Anruf", "Frage", "Prüfhinweis", "Spalte ausfüllen", "Liste", "eine Mail mit allen Treffern",
    "der Reihe nach fragen",
)  # fmt: skip
_ACTIONS: Mapping[str, str] = MappingProxyType({
    "E-Mail": "mail", "Mail": "mail", "E-Mail senden": "mail", "Mail senden": "mail", "send mail": "mail",
    "Mail schicken": "mail", "SMS senden": "text_message", "phone call": "call", "Rückfrage": "ask",
    "Liste erstellen": "list", "digest": "digest", "Zeile hinzufügen": "append", "new row": "append",
    "Spalte füllen": "set", "eintragen": "set", "fill column": "set", "fill in": "set",
    "SMS": "text_message", "Textnachricht": "text_message",
    "text message": "text_message", "Anruf": "call", "anrufen": "call", "call": "call", "Frage": "ask", "fragen": "ask",
    "question": "ask", "ask": "ask", "Prüfhinweis": "note", "Hinweis": "note", "note": "note",
    "Spalte ausfüllen": "set", "Spalten ausfüllen": "set", "fill in column": "set", "Liste": "list", "list": "list",
    "eine Mail mit allen Treffern": "digest", "Mail mit allen Treffern": "digest", "Sammelmail": "digest",
    "one mail with all hits": "digest", "Zeile anlegen": "append", "neue Zeile": "append", "add row": "append",
    "E-Mail schicken": "mail", "E-Mail verschicken": "mail", "Mail verschicken": "mail", "send email": "mail",
    "SMS schicken": "text_message", "SMS verschicken": "text_message", "Telefonat": "call", "telefonieren": "call",
    "nachfragen": "ask", "Frage stellen": "ask", "Hinweis in der Prüfliste": "note", "Hinweis in Prüfliste": "note",
    "Status setzen": "set", "Feld ausfüllen": "set", "Wert eintragen": "set", "set field": "set",
    "neue Zeile anlegen": "append", "Zeile erstellen": "append", "Liste anzeigen": "list", "Liste anlegen": "list",
    "eine E-Mail mit allen Treffern": "digest", "E-Mail mit allen Treffern": "digest",
    "reihum anfragen": "ask_in_turn", "der Reihe nach anfragen": "ask_in_turn",
    "der Reihe nach fragen": "ask_in_turn", "reihum fragen": "ask_in_turn", "ask in turn": "ask_in_turn",
})  # fmt: skip
_ROLES: Mapping[str, str] = MappingProxyType({
    "klient": "client", "klientin": "client", "klient/in": "client", "klienten": "client", "klientinnen": "client",
    "client": "client", "clients": "client", "Zuständige": "manager", "Zuständig": "manager",
    "Zuständige Person": "manager", "Zuständiger": "manager", "Zuständige/r": "manager", "case manager": "manager",
    "manager": "manager", "zuständige Kollegin": "manager", "zuständiger Kollege": "manager",
    "zuständige/r Kolleg/in": "manager", "case managerin": "manager", "responsible colleague": "manager",
    "ratsuchende": "client", "ratsuchende/r": "client", "ratsuchender": "client", "fachkraft": "manager",
    "zuständige Fachkraft": "manager", "Fallmanager": "manager", "Fallmanagerin": "manager",
    "der Klient": "client", "die Klientin": "client", "vertretung": "substitute", "substitute": "substitute",
    "teamleitung": "lead", "Teamleiter": "lead", "Teamleiterin": "lead",
    "leitung": "lead", "team lead": "lead", "lead": "lead",
    "vermittelnde stelle": "referrer", "referrer": "referrer", "referring office": "referrer",
})  # fmt: skip
# What drop-downs offer, in German and English; other words are understood as well.
_CHOICES: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType({
    "comparison": (
        ("ist", "is"), ("ist nicht", "is not"), ("ist eins von", "is one of"), ("enthält", "contains"),
        ("ist leer", "is blank"), ("ist nicht leer", "is not blank"), ("vor", "before"), ("nach", "after"),
        ("länger her als", "longer ago than"), ("in höchstens", "in at most"), ("genau in", "exactly in"),
        ("mehr als", "more than"), ("weniger als", "less than"),
    ),
    "action": (
        ("E-Mail", "Mail"), ("SMS", "SMS"), ("Anruf", "call"), ("Frage", "question"), ("Prüfhinweis", "note"),
        ("Spalte ausfüllen", "fill in column"), ("Zeile anlegen", "add row"), ("Liste", "list"),
        ("eine Mail mit allen Treffern", "one mail with all hits"), ("der Reihe nach fragen", "ask in turn"),
    ),
    "recipient": (
        ("Klient/in", "client"), ("Zuständige", "case manager"), ("Vertretung", "substitute"),
        ("Teamleitung", "team lead"), ("vermittelnde Stelle", "referring office"),
    ),
    "moment": (
        ("einmal, sobald es zutrifft", "once, as soon as it holds"), ("neue Zeile", "new row"),
        ("jeden Werktag um 08:00", "every working day at 08:00"), ("jeden Montag um 08:00", "every Monday at 08:00"),
        ("am 1. jedes Monats", "on the 1st of each month"),
        ("letzter Werktag im Monat", "last working day of the month"),
    ),
})  # fmt: skip


RECIPIENTS = ", ".join(german for german, _ in _CHOICES["recipient"])
"""The roles that can be written to, as sentences name them."""

_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")


def choices(language: str) -> dict[str, tuple[str, ...]]:
    """The words that the columns of rules offer, in the site's language."""
    return {name: tuple(pair[language == "en"] for pair in pairs) for name, pairs in _CHOICES.items()}


def in_words_of(language: str, values: Mapping[str, object]) -> dict[str, object]:
    """What a sentence names; the choices of a column as an English site's drop-downs have them."""
    if language != "en":
        return dict(values)
    pairs = [pair for name in ("action", "recipient") for pair in _CHOICES[name]]
    english = {RECIPIENTS: ", ".join(word for _, word in _CHOICES["recipient"])}
    english[", ".join(_OFFERED)] = ", ".join(word for german, word in pairs if german in _OFFERED)
    return {name: english.get(str(value), value) for name, value in values.items()}


def action_of(typed: str) -> str:
    """What happens, as rules.toml says it. Raises ConditionError, with the nearest word where there is one."""
    known, word = {fold(one): one for one in _ACTIONS}, fold(typed)
    if not word:
        raise ConditionError("Say what happens: {names}.", names=", ".join(_OFFERED))
    if word not in known:
        near = get_close_matches(word, known, 1, cutoff=_ALIKE)
        if near:
            raise ConditionError("“{sign}” is not known; did you mean “{near}”?", sign=typed, near=known[near[0]])
        raise ConditionError("“{sign}” is not known; choose {names}.", sign=typed, names=", ".join(_OFFERED))
    return _ACTIONS[known[word]]


def recipient_of(typed: str, table: str, words: RuleNames) -> str:
    """A role, an address, or the field of a row that holds one. Raises ConditionError."""
    roles = {fold(word): role for word, role in _ROLES.items()}
    if fold(typed) in roles:
        return roles[fold(typed)]
    parts = list(filter(None, map(str.strip, re.split(r"[,;]|\s(?:und|and|oder|or)\s", typed))))
    if len(parts) > 1 and not words.knows(typed, table) and any(_is_one(part, roles, table, words) for part in parts):
        raise ConditionError("One recipient can stand here; make a rule of its own for each.")
    if "@" in typed:
        if not _ADDRESS.fullmatch(typed):
            raise ConditionError("“{sign}” is no mail address; one address can stand here.", sign=typed)
        return typed
    if not typed.startswith("[") and not words.knows(typed, table):
        if (person := words.colleague(typed)) and person.email:
            return person.email
        # “Klientt” is meant as the role; a word that is near to none may be a heading.
        near = get_close_matches(fold(typed), roles, 1, cutoff=_ALIKE)
        names = _offered(near[0], roles[near[0]]) if near else RECIPIENTS
        sentence = "“{sign}” is no recipient; choose {names}, a heading in square brackets, or an address."
        raise ConditionError(sentence, sign=typed, names=names)
    return words.path(typed.strip("[] "), table)


def _is_one(word: str, roles: Mapping[str, str], table: str, words: RuleNames) -> bool:
    """Whether a word alone would be a recipient."""
    named = bool(words.colleague(word)) or words.knows(word.strip("[] "), table)
    return named or fold(word) in roles or bool(_ADDRESS.fullmatch(word))


def _offered(word: str, role: str) -> str:
    """A role as the drop-down has it, in the language of the word."""
    pairs = dict(zip(("client", "manager", "substitute", "lead", "referrer"), _CHOICES["recipient"], strict=True))
    german, english = pairs[role]
    return english if word in {fold(english), role} else german
