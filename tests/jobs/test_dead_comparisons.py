"""Comparisons that no row ever fulfils are told by `kim check`, with the words there are; those that may come true one
day are not. Typed in the tab of rules or written in rules.toml."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from automations.engine.runner import plan
from automations.jobs.follow_rules import rule_problems
from automations.jobs.rules.model import RuleSettings
from automations.model.problems import Problem
from tests.support.declared import table
from tests.support.own_site import CASES, SITE, OwnSite, case, moment
from tests.tables.test_rule_rows import RULES, row

AT = "2026-11-02T09:00"
COLUMNS = (
    table("helpers", "Ehrenamt", "name", name="Name", days="kann an: list", note="Bemerkung", mail="Mail: email",
          place="Ort: place", seats="Sitze: number", since="Dabei seit: date", at="Beginn: time", car="Auto: yes_no",
          tongues="Sprachen: languages", case="Fall: cases")
)  # fmt: skip
HELPERS = [
    ["Name", "kann an", "Bemerkung", "Mail", "Ort", "Sitze", "Dabei seit", "Beginn", "Auto", "Sprachen", "Fall"],
    ["Ünal, Ayşe", "Mo, Mi", "neu", "a@x.test", "Café", 3, date(2026, 11, 3), "9:00", "ja", "Arabisch", "K-1"],
    ["Recht, Teil 1", "Di", "alt", "b@x.test", "Jobcenter", 4, date(2020, 1, 9), "10:00", "nein", "Deutsch", "K-2"],
]


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Callable[[Mapping[str, str], bool], dict[str, list[Problem]]]:
    """What `kim check` says of rules by name, given as conditions of the tab or of the file."""
    site = OwnSite(tmp_path_factory.mktemp("dead"))

    def problems(conditions: Mapping[str, str], in_file: bool) -> dict[str, list[Problem]]:
        rows = [
            row(Name=name, Tabelle="Ehrenamt", weitere_Bedingung=text, Was_passiert="Prüfhinweis", Text="x")
            for name, text in conditions.items()
        ]
        stanzas = [
            f'[[rules]]\nname = "{name}"\ntable = "helpers"\nwhen = \'{text}\'\naction = "note"\ntext = "x"\n'
            for name, text in conditions.items()
        ]
        site.write(site=SITE, columns=COLUMNS, rules="".join(stanzas) if in_file else "")
        tabs = {"Fälle": [CASES, case("K-1"), case("K-2")], "Ehrenamt": HELPERS}
        site.book(tabs if in_file else {**tabs, "Regeln": [RULES, *rows]})
        with site.world(moment(AT)) as world:
            prepared = plan(world, lambda: moment(AT))
            settings = world.site.settings(RuleSettings, "follow_rules")
            found = rule_problems(
                prepared.snapshot, settings, prepared.now, prepared.history, world.renderer.templates.exists
            )
        return {name: [one for one in found if one.key == name] for name in conditions}

    return problems


TYPED = {
    "[Name] = Ayse Unal": "steht nie „Ayse Unal“. Es gibt: „Ünal, Ayşe“, „Recht, Teil 1“.",
    "[kann an] enthält Montag": "steht nie „Montag“. Es gibt: Di, Mi, Mo.",
    "[Bemerkung] beginnt mit x": "steht nie „x“. Es gibt: alt, neu.",
    "[Bemerkung] endet mit x": "steht nie „x“",
    "[Ort] = Cafeteria": "steht nie „Cafeteria“. Es gibt: Café, Jobcenter.",
    "[Fall] = K-9": "steht nie „K-9“. Es gibt: K-1, K-2.",
    "[Sitze] = [Name]": "In „Sitze“ und „Name“ steht Verschiedenes.",
    "[Dabei seit] = [Sitze]": "In „Dabei seit“ und „Sitze“ steht Verschiedenes.",
    "[Bemerkung] = neu und [Bemerkung] = alt": "Was von „Bemerkung“ verlangt wird",
    "[Sitze] > 5 und [Sitze] < 3": "Was von „Sitze“ verlangt wird",
    "[Dabei seit] vor heute und [Dabei seit] nach heute": "Was von „Dabei seit“ verlangt wird",
    "[Ort] ist leer und [Ort] = Café": "Was von „Ort“ verlangt wird",
    "[Auto] = ja und [Auto] = nein": "Was von „Auto“ verlangt wird",
    "[Sitze] = 3 und ([Bemerkung] = neu und [Bemerkung] ist nicht neu)": "Was von „Bemerkung“ verlangt wird",
    "Alter([Sitze]) < 18": "stehen keine Tage",
}
COMMA = "[Name] ist eins von Adler; Recht, Teil 1"
FINE = [
    "[Name] = ünal, ayse", "[Name] = Recht, Teil 1",
    "[Ort] = café", "[kann an] enthält mo", "[Sitze] > 99", "[Sitze] = 99", "[Dabei seit] = 1.1.2020",
    "[Sitze] > 2 und [Sitze] < 4", "[Sitze] = 3 oder [Sitze] = 4", "[Bemerkung] = neu oder [Bemerkung] = alt",
    "[Dabei seit] nach 1.1.2021 und [Dabei seit] vor heute", "[Auto] und nicht [Sitze] = 9",
    "([Sitze] = 3 und [Auto]) oder ([Sitze] = 4 und [Auto] = nein)", "[kann an] enthält Mo und [kann an] enthält Mi",
]  # fmt: skip


def test_what_can_never_hit_is_told_with_the_words_there_are(told):
    names = {f"r{n}": text for n, text in enumerate(TYPED)}
    found = told(names, False)
    said = {names[name]: " ".join(f"{one.message} {one.advice}" for one in found[name]) for name in names}
    assert {text for text, wanted in TYPED.items() if wanted not in said[text]} == set(), said
    assert {one.severity for each in found.values() for one in each} == {"error"}


def test_what_may_come_true_is_left_alone(told):
    found = told({f"r{n}": text for n, text in enumerate(FINE)}, False)
    assert [[one.message for one in each] for each in found.values() if each] == []


def test_a_word_that_only_one_of_several_is_wrong_in_is_a_warning_and_a_language_a_note(told):
    found = told({"one": "[Bemerkung] = neu oder weg", "tongue": "[Sprachen] enthält Russisch",
                  "mail": "[Mail] enthält gmail", "comma": COMMA}, False)  # fmt: skip
    assert {name: [one.severity for one in each] for name, each in found.items()} == {
        "one": ["warning"], "tongue": ["note"], "mail": ["note"], "comma": ["warning"],
    }  # fmt: skip
    assert "„Russisch“" in found["tongue"][0].message
    assert "Arabisch, Deutsch" in found["tongue"][0].advice
    assert "„Adler“" in found["comma"][0].message


WRITTEN = {
    'seats == "3"': "seats == 3", 'seats in ["3", 4]': "seats == 3", "note == 3": 'note == "3"',
    'car == "ja"': "car == true", 'since > "2026-11-01"': 'since == day("2026-12-31")',
    'at > "09:00"': 'at == clock("09:30")', 'tongues == "ar"': '"ar" in tongues', 'days == "Mo"': '"Mo" in days',
    'age(since) > "18"': "age(since) == 3", 'length(note) > "2"': "length(note) == 3",
    'since > day("31.12.2026")': 'day("2026-12-31")', 'at > clock("9 Uhr")': 'clock("09:30")',
    'starts_with(note, "N")': "neu",
    'case.last_name == "x"': "NK-1",
}  # fmt: skip


def test_the_same_in_the_file(told):
    names = {f"t{n}": text for n, text in enumerate(WRITTEN)}
    found = told(names, True)
    said = {names[name]: " ".join(f"{one.message} {one.advice}" for one in found[name]) for name in names}
    assert {text for text, wanted in WRITTEN.items() if wanted not in said[text]} == set(), said
    assert {one.severity for each in found.values() for one in each} == {"error"}


def test_the_file_says_nothing_of_what_is_right(told):
    right = [
        "seats == 3", 'note == "neu"', 'note == "Neu"', 'lower(note) == "Neu"',
        "car", "car == true", 'since > day("2026-11-01")',
        'at > clock("09:00")', '"ar" in tongues', '"Mo" in days', "age(since) > 18", 'note in ["neu", "alt"]',
        'note != "neu"', 'case == "K-1"', 'note > "a"', "since == none",
    ]  # fmt: skip
    found = told({f"t{n}": text for n, text in enumerate(right)}, True)
    assert [[one.message for one in each] for each in found.values() if each] == []


def test_a_recipient_of_what_is_written_to_nobody_is_told(told):
    names = {"named": "seats == 3'\nrecipient = 'lead", "plain": "seats == 3"}
    found = {name: [(one.severity, one.message) for one in each] for name, each in told(names, True).items()}
    assert found == {"named": [("warning", found["named"][0][1])], "plain": []}
    assert "Empfänger" in found["named"][0][1]
