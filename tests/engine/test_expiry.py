"""Rows of a team's own tables with people have a time, too: it is said in the deletion plan, asked about when it is
over, and after a yes nothing of the person is left in what kim keeps."""

from __future__ import annotations

from datetime import date

import pytest

from automations.config.files import ConfigError
from automations.config.loading import load_site
from automations.engine.papers.facts import facts_of
from automations.engine.papers.making import _rendered
from tests.support.declared import rule, text
from tests.support.own_site import CASES, SITE, OwnSite, case
from tests.tables.test_meaning_tab import MEANINGS

HELPERS = """
[tables.helpers]
tabs = ["Ehrenamtliche"]
key = "name"
keep = { after = "left_on", months = 24 }
[tables.helpers.fields]
name = { headings = ["Name"] }
email = { headings = ["E-Mail"], kind = "email", class = "open" }
left_on = { headings = ["ausgeschieden am"], kind = "date" }
"""
RULES = (
    text("thanks", "Danke für alles. Rückfragen: 02323 160.", "Danke")
    + rule("thanks", "helpers", when="not is_blank(left_on)", recipient="email", template="thanks")
)  # fmt: skip
ROWS = [
    ["Name", "E-Mail", "ausgeschieden am"],
    ["Adler, Anna", "anna@post.test", date(2024, 2, 29)],  # 24 months later is 28 February
    ["Bär, Ben", "ben@post.test", date(2024, 3, 1)],
    ["Cor, Cia", "cia@post.test", None],
]
BEFORE, AT = "2026-02-27T09:00", "2026-02-28T09:00"


@pytest.fixture
def site(tmp_path):
    return OwnSite(tmp_path).start(
        {"Fälle": [CASES, case("K-1")], "Ehrenamtliche": ROWS}, met="2026-02-20T09:00", columns=HELPERS, rules=RULES
    )


def asked(site):
    return [row["Frage"] for row in site.rows("Entscheidungen") if "Frist" in str(row["Frage"])]


def kept_of(site, name):
    """Whether a name stands in what the ledger keeps."""
    return name in b"".join(path.read_bytes() for path in (site.folder / "state").glob("ledger.sqlite*")).decode(
        "utf-8", "ignore"
    )


def test_the_time_of_a_row_is_asked_about_once_and_a_yes_erases(site):
    site.run(BEFORE)
    assert asked(site) == []
    site.run(AT)
    (question,) = asked(site)
    assert question == (
        "Für 1 Zeile in „Ehrenamtliche“ ist die Frist vorbei (24 Monate nach „ausgeschieden am“): Adler, Anna. Soll "
        "kim löschen, was es dazu aufbewahrt?"
    )
    site.run("2026-03-02T09:00")
    assert len(asked(site)) == 1  # Ben's time is over, too, but a question is open
    number = next(row["Nr."] for row in site.rows("Entscheidungen") if "Frist" in str(row["Frage"]))
    site.type("Entscheidungen", number, Entscheidung="ja", durch="AB")
    result = site.run("2026-03-02T12:30")
    assert any("Ehrenamtliche" in sentence for sentence in result.record.trouble)
    assert not kept_of(site, "anna@post.test")
    site.run("2026-04-01T09:00")
    assert [question.partition("): ")[2].partition(".")[0] for question in asked(site)] == ["Adler, Anna", "Bär, Ben"]


def test_the_deletion_plan_says_the_time_or_that_it_is_missing(site):
    today = date(2026, 2, 28)
    plan = _rendered(load_site(site.folder), "deletion.md.j2", facts_of(load_site(site.folder), today))
    assert "| Zeilen in „Ehrenamtliche“ | Arbeitsmappe | 24 Monate nach „ausgeschieden am“ fragt kim" in plan
    site.write(columns=HELPERS.replace("keep =", "# keep ="))
    plan = _rendered(load_site(site.folder), "deletion.md.j2", facts_of(load_site(site.folder), today))
    assert "| Zeilen in „Ehrenamtliche“ | Arbeitsmappe | ⟦bitte festlegen" in plan


def test_the_tab_of_settings_says_it_as_well(tmp_path):
    site = OwnSite(tmp_path)
    site.write(site=SITE, columns="", rules="")
    meanings = [
        ("Name", "eigenes Feld: Schlüssel"), ("E-Mail", "eigenes Feld: E-Mail"),
        ("ausgeschieden am", "eigenes Feld: Datum, 2 Jahre aufbewahren"),
    ]  # fmt: skip
    rows = [["Ehrenamtliche", heading, "", "", meaning, ""] for heading, meaning in meanings]
    site.book({"Fälle": [CASES, case("K-1")], "Ehrenamtliche": ROWS, "Einstellungen": [MEANINGS, *rows]})
    site.met("2026-02-20T09:00")
    site.run(AT)
    (question,) = asked(site)
    assert "24 Monate nach „ausgeschieden am“): Adler, Anna" in question


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (HELPERS.replace('left_on", months', 'email", months'), "Feld mit Tagen"),
        (HELPERS.replace('key = "name"\n', ""), "Schlüssel"),
        ('[tables.cases]\nkeep = { after = "closed_on", months = 3 }\n', "retention"),
        (HELPERS.replace("months = 24", "months = 0"), "mindestens 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(tmp_path, wrong, said):
    site = OwnSite(tmp_path)
    site.write(site=SITE, columns=wrong, rules="")
    with pytest.raises(ConfigError, match=said):
        load_site(tmp_path)
