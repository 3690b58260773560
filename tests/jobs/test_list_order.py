"""How lists of own tables are sorted, and what is said of a second tab that bears a name of the table."""

from __future__ import annotations

import pytest

from tests.support.declared import table
from tests.support.harbour import FIRST, MET
from tests.support.own_site import OwnSite
from tests.support.rule_rows import RULES, row

FLATS = table("flats", "Wohnungen", "offer", offer="Angebot", landlord="Vermieter", rent="Miete: number")
HEAD = ["Angebot", "Vermieter", "Miete"]


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
