"""How lists of own tables look, and what is said of a second tab that bears a name of the table."""

from __future__ import annotations

import pytest

from tests.support.declared import table
from tests.support.harbour import FIRST, MET
from tests.support.own_site import CASES, SITE, OwnSite, case
from tests.support.rule_rows import RULES, row

FLATS = table("flats", "Wohnungen", "offer", offer="Angebot", landlord="Vermieter", rent="Miete: number")
HEAD = ["Angebot", "Vermieter", "Miete"]
LOOSE = """
[tables.loose]
tabs = ["Lose"]
fields = { what = { headings = ["Was"] }, where = { headings = ["Wo"] } }
"""


@pytest.fixture
def site(tmp_path):
    rows = [HEAD, ["W 10", "Zander", 5], ["W 9", "Öztürk", -3], ["W 100", "Sahle", None], [2, "éclair", -20]]
    rules = [
        row(Name=f"nach {one}", Tabelle="Wohnungen", Was_passiert="Liste", Spalte_ausfüllen="Angebot",
            mit=f"sortiert nach [{one}]")
        for one in HEAD
    ]  # fmt: skip
    both = FLATS.replace('tabs = ["Wohnungen"]', 'tabs = ["Wohnungen", "Wohnungen alt"]')
    tabs = {"Wohnungen": rows, "Wohnungen alt": [HEAD, ["W 1", "Alt", 1]], "Regeln": [RULES, *rules]}
    return OwnSite(tmp_path).start(tabs, met=MET, columns=both)


def test_numbers_in_words_go_by_size_and_umlauts_by_their_letter(site):
    result = site.run(FIRST)
    shown = {name: [str(line[0]).split(chr(34))[-2] for line in site.cells(f"nach {name}")[-4:]] for name in HEAD}
    assert shown == {
        "Angebot": ["2", "W 9", "W 10", "W 100"],
        "Vermieter": ["2", "W 9", "W 100", "W 10"],
        "Miete": ["2", "W 9", "W 10", "W 100"],
    }
    said = [one.message for one in result.prepared.problems if one.code == "double_tab"]
    assert said == ["Das Blatt „Wohnungen alt“ wird nicht gelesen: „Wohnungen“ steht schon in einem anderen."]


def test_a_list_that_names_no_column_of_a_table_without_key_shows_all(tmp_path):
    rules = [row(Name="Alle", Tabelle="Lose", Was_passiert="Liste")]
    tabs = {"Lose": [["Was", "Wo"], ["Stuhl", "Keller"]], "Regeln": [RULES, *rules]}
    site = OwnSite(tmp_path).start(tabs, met=MET, columns=LOOSE)
    site.run(FIRST)
    assert [line[:2] for line in site.cells("Alle")[-2:]] == [["Was", "Wo"], ["Stuhl", "Keller"]]


@pytest.mark.parametrize("agreed", [False, True])
@pytest.mark.parametrize("look", ["gruppiert nach [Zuständig]; nur Anzahl", "gruppiert nach [Zuständig]; Summe [Last]"])
def test_a_list_adds_up_by_colleague_only_with_the_agreement(tmp_path, agreed, look):
    rules = [row(Name="Wer", Tabelle="Fälle", Was_passiert="Liste", Spalte_ausfüllen="Fall-Nr.; Last", mit=look)]
    cases = [case(f"K-{n}", Zuständig="AB" if n < 4 else "CD", Last=100 + n) for n in range(1, 6)]
    heads = [*CASES, "Last"]
    tabs = {"Fälle": [heads, *cases], "Regeln": [RULES, *rules]}
    load = '[tables.cases.fields]\nload = { headings = ["Last"], kind = "number" }\n'
    more = '\n[staff_figures]\nagreement_on = "2020-01-01"\n' if agreed else ""
    site = OwnSite(tmp_path).start(tabs, met=MET, site=SITE + more, columns=load)
    site.run(FIRST)
    shown = " ".join(str(cell) for line in site.cells("Wer") for cell in line if cell not in {None, ""})
    of_one = ["Anna Beispiel 3", "Zusammen: 3"]
    assert any(found in shown for found in of_one) == agreed
    assert ("Vereinbarung mit dem Personalrat" in shown) != agreed
