"""Every action, every moment and every recipient, typed as a row of `Regeln` and written as a stanza of rules.toml,
give equal models: whatever is put together."""

from __future__ import annotations

import tomllib
from typing import get_args

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from automations.conditions.book import Book, compile_for
from automations.jobs.rules.model import Action, Due, Every, Rule
from tests.jobs.test_ten_jobs_rows import _TREE, COLUMNS, ROTA, TABS, TEAM, TEXTS
from tests.support.own_tables import own_snapshot
from tests.support.rule_rows import RULES, row
from tests.tables.test_rule_rows import TODAY

TEXT = ({"Text": "Morgen"}, 'template = "morgen"')
SAYING = ({"Text": "Wer ist in {Wo}?"}, 'text = "Wer ist in {Wo}?"')
FILLED = (
    {"Spalte_ausfüllen": "Wo; Tag", "mit": "Rathaus; heute + 6 Monate"},
    'set = { where = "Rathaus", day = "today + 6 months" }',
)
SHOWN = (
    {
        "Spalte_ausfüllen": "Tag; Wo",
        "mit": "sortiert nach [Tag] absteigend; gruppiert nach [Wer]; rot, wenn [Tag] vor heute",
    },
    'columns = ["day", "where"]\norder = ["-day"]\ngroup = "who"\ncolours = [{ when = "day < today", style = "bad" }]',
)
APPENDED = (
    {"Spalte_ausfüllen": "Einwilligungsliste → Nr.; Einwilligungsliste → gilt bis", "mit": "E-{Einsatz}; in 14 Tagen"},
    'into = "agreements"\nset = { number = "E-{Einsatz}", ends = "today + 14" }',
)
MORE = (
    'fields.helper = { headings = ["Hilfe"], kind = "interpreters" }\nfields.state = { headings = ["Stand"] }\n'
    "fields.who ="
)
COLUMNS_HERE = COLUMNS.replace("fields.who =", MORE)
ROTA_HERE = [[*cells, *(("Hilfe", "Stand") if n == 0 else (None, None))] for n, cells in enumerate(ROTA)]
TOLD = ("Zusage", "Änderung", "Freigabe", "Absage", "Rücknahme", "Dank")
TEXTS_HERE = [*TEXTS, *([f"Morgen {word}", "Deutsch", "x", "x"] for word in TOLD)]
IN_TURN = (
    {
        "Text": "Morgen",
        "Spalte_ausfüllen": "Hilfe; Stand",
        "mit": "unter [Sprachen] enthält Dari; nach [Name]; Antwort in 4 Stunden",
    },
    """template = "morgen"
recipient = "email"
[turn]
candidates = "interpreters"
among = '"fa" in languages'
order = ["name"]
fills = "helper"
state = "state"
starts = ["day"]
answer_hours = 4
about = ["day"]""",
)
ACTIONS = {
    "mail": ("E-Mail", [TEXT]), "text_message": ("SMS", [TEXT]), "call": ("Anruf", [SAYING]),
    "ask": ("Frage", [SAYING, (SAYING[0] | FILLED[0], f"{SAYING[1]}\n{FILLED[1]}")]), "note": ("Prüfhinweis", [SAYING]),
    "set": ("Spalte ausfüllen", [FILLED]), "append": ("Zeile anlegen", [APPENDED]), "list": ("Liste", [SHOWN]),
    "digest": ("eine Mail mit allen Treffern", [(TEXT[0] | SHOWN[0], f"{TEXT[1]}\n{SHOWN[1]}")]),
    "ask_in_turn": ("der Reihe nach fragen", [IN_TURN]),
}  # fmt: skip
MOMENTS = {
    "einmal, sobald es zutrifft": 'event = "holds"', "neue Zeile": 'event = "added"',
    "wenn sich [Wo] oder [Wer] ändert": 'event = "changed", fields = ["where", "who"]',
    "jeden Tag um 7": 'every = "day", at = "07:00"',
    "jeden Werktag um 08:30": 'every = "working_day", at = "08:30"',
    **{f"jeden {german}": f'every = "{english}"' for german, english in (
        ("Montag", "monday"), ("Dienstag", "tuesday"), ("Mittwoch", "wednesday"), ("Donnerstag", "thursday"),
        ("Freitag", "friday"), ("Samstag", "saturday"), ("Sonntag", "sunday"))},
    "jeden 2. Dienstag um 9": 'every = "tuesday", interval = 2, at = "09:00"',
    "letzter Freitag im Monat": 'every = "friday", nth = -1', "am 15. jedes Monats": 'every = "month", day = 15',
    "letzter Werktag im Monat": 'every = "month", day = "last_working_day"',
    "alle 3 Monate am 15.": 'every = "month", interval = 3, day = 15',
    "jedes Jahr am 1. März": 'every = "year", day = "03-01"',
    "jedes Jahr am [Tag]": 'field = "day", every = "year"',
    "14 und 2 Tage vor [Tag]": 'field = "day", days_before = [14, 2]',
    "3 Werktage nach [Tag], alle 7 Tage, höchstens 3 Mal":
        'field = "day", days_after = [3], days = "working", repeat_days = 7, repeats = 2',
    "Mo und Do um 9": 'every = ["monday", "thursday"], at = "09:00"', "am 1. und 15.": 'every = "month", day = [1, 15]',
    "im Januar und Juli": 'every = "year", day = ["01-01", "07-01"]', "24.12.2026": "on = 2026-12-24",
    "1. und 3. Montag im Monat": 'every = "monday", nth = [1, 3]', "alle 3 Tage": 'every = "day", interval = 3',
    "3 Monate vor [Tag]": 'field = "day", months_before = [3]', "am [Tag]": 'field = "day", days_before = [0]',
}  # fmt: skip
RECIPIENTS = {
    "Klient/in": "client", "Zuständige": "manager", "Vertretung": "substitute", "Teamleitung": "lead",
    "vermittelnde Stelle": "referrer", "[Wer]": "who", "[Wer → E-Mail]": "who.email",
    "amt@stadt.test": "amt@stadt.test",
}  # fmt: skip
WRITES = {"mail", "text_message", "digest"}


def test_no_action_and_no_moment_is_left_out():
    assert ACTIONS.keys() == set(get_args(Action))
    made = [Due.model_validate(tomllib.loads(f"due = {{ {toml} }}")["due"]) for toml in MOMENTS.values()]
    assert {one.every for one in made} - {("monday", "thursday")} == set(get_args(Every))
    assert {one.event for one in made} == {"", "added", "changed", "holds"}


def made(stanza):
    """The rule, or the sentence why these parts make none (a digest on an event): the same in both forms."""
    try:
        return Rule.model_validate(stanza)
    except ValidationError as error:
        return error.errors()[0]["msg"]


@given(st.sampled_from(sorted(ACTIONS)), st.data())
@settings(max_examples=25, deadline=None, phases=[Phase.generate])
def test_a_row_and_a_stanza_of_whatever_parts_are_one_rule(action, data):
    word, parts = ACTIONS[action]
    cells, toml = data.draw(st.sampled_from(parts))
    moment = data.draw(st.sampled_from(sorted(MOMENTS)))
    typed, when = data.draw(_TREE)
    active = data.draw(st.sampled_from([("ja", "true"), ("nein", "false"), (None, "true")]))
    more, lines = {}, [f'name = "x"\ntable = "rota"\naction = "{action}"\nactive = {active[1]}', toml]
    if action in WRITES:
        recipient = data.draw(st.sampled_from(sorted(RECIPIENTS)))
        more, lines = {"Empfänger": recipient}, [*lines, f'recipient = "{RECIPIENTS[recipient]}"']
    if action != "ask_in_turn":  # it asks as soon as there is something to ask
        more, lines = more | {"Zeitpunkt": moment}, [*lines, f"due = {{ {MOMENTS[moment]} }}"]
    one = row(Name="x", Tabelle="Außensprechstunden", Was_passiert=word, weitere_Bedingung=typed, Aktiv=active[0],
              **cells, **more)  # fmt: skip
    tabs = {**TABS, "Außensprechstunden": ROTA_HERE, "Team": TEAM, "Regeln": [RULES, one], "Texte": TEXTS_HERE}
    snapshot = own_snapshot(COLUMNS_HERE, tabs)
    (found,) = snapshot.console.rules
    stanza = made(tomllib.loads("\n".join(lines)))
    if found.fault:  # a digest on an event: each form says it in its own words
        assert (isinstance(stanza, str), "braucht unter „Zeitpunkt“ ihre Tage" in found.fault) == (True, True)
        return
    assert made({**found.stanza, "title": "", "when": ""}) == stanza
    book = Book(snapshot.schema, snapshot.tables, TODAY)
    both = (compile_for(text, snapshot.schema, "rota") for text in (found.stanza["when"], when))
    first, second = (book.matching("rota", condition) for condition in both)
    assert first == second
