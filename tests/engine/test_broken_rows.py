"""Over two hundred broken rows: each is shown once, at its place, in the words of its reader."""

from __future__ import annotations

import pytest

from automations.model.settings import SiteFacts
from automations.tables.snapshot import read_tables
from tests.support.broken import HOMES, columns, entries, found, valid, workbook
from tests.support.builders import NOW
from tests.support.own_site import CASES, OwnSite, case

BROKEN = entries()


@pytest.fixture(scope="module")
def shown():
    return found(BROKEN)


def test_there_are_many_of_them():
    assert len(BROKEN) >= 200


@pytest.mark.parametrize(
    "number", range(len(BROKEN)), ids=lambda n: f"{BROKEN[n]['column']}-{BROKEN[n].get('cell', '')}"
)
def test_the_entry_is_exactly_this(shown, number):
    entry = BROKEN[number]
    actual = [
        {name: getattr(problem, name) for name in ("code", "severity", "column", "message", "advice")}
        for problem in shown[number]
    ]
    assert actual == entry["shown"]


def test_valid_rows_show_nothing():
    rows = [
        {"table": table, "column": "Unbenutzt", "cell": None}
        for table in ("cases", "appointments", "team")
        for _ in range(20)
    ]
    assert [problems for problems in found(rows) if problems] == []


def test_every_broken_row_is_still_a_record():
    raw, places = workbook(BROKEN)
    snapshot = read_tables({"team": raw}, columns(), SiteFacts(), HOMES, NOW)
    lines = {
        (table, record.line)
        for table in ("cases", "appointments", "team", "locations", "naturalisation")
        for record in getattr(snapshot, table)
    }
    assert set(places) <= lines
    assert valid("cases", 1)["Fall-Nr."] in snapshot.case_by_number


def test_no_sentence_repeats_what_was_pasted_into_a_cell(tmp_path):
    pasted = "Langer Text ohne Ende " * 1360
    rule = ["Wer wartet", "Fälle", "Phase", "ist", "Neu", "[Phase] = Neu", "jeden Montag", "Frage", "Teamleitung", "T",
            "ja"]  # fmt: skip
    head = ["Name", "Tabelle", "Spalte", "Vergleich", "Wert", "weitere Bedingung", "Zeitpunkt", "Was passiert",
            "Empfänger", "Text", "Aktiv"]  # fmt: skip
    rules = [[pasted if n == place else cell for n, cell in enumerate(rule)] for place in range(len(rule))]
    settings = [[pasted, "x"], ["Telefon", pasted], ["Sprachen", pasted]]
    site = OwnSite(tmp_path).start({
        "Fälle": [CASES, case("KIM-2026-0001", Phase=pasted)], "Regeln": [head, *rules],
        "Einstellungen": [["Einstellung", "Wert"], *settings], "Texte": [["Name", "Sprache", "Betreff", "Text"],
                                                                       ["T", pasted, "B", "{" + pasted + "}"]],
    })  # fmt: skip
    found = [site.run(f"2026-02-0{day}T09:00").prepared.problems for day in (2, 3)][-1]
    assert {"wrong_rule", "wrong_setting"} <= {problem.code for problem in found}
    assert max(len(f"{problem.message} {problem.advice} {problem.key}") for problem in found) < 1200
