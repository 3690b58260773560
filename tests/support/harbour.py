"""Tables of a harbour that kim knows nothing of: boats, their trips, and two columns of the cases."""

from __future__ import annotations

from datetime import date

from tests.support.declared import more, table
from tests.support.own_site import CASES, case

BOATS = (
    more("cases", swims="Schwimmt ab: date, open", boat_note="Bootsnotiz")
    + table(
        "boats", "Boote", "name", name="Name", email="E-Mail: email", case="Fall-Nr.: cases",
        skipper="Skipper: manager",
    )
    + table("trips", "Fahrten", "number", number="Nr.", boat="Boot: boats", day="Tag: date", done="Erledigt: yes_no")
)  # fmt: skip
MET, FIRST, SECOND = "2026-11-02T08:00", "2026-11-02T09:00", "2026-11-02T12:30"
HEAD = [*CASES, "Schwimmt ab", "Bootsnotiz"]
TABS = {
    "Fälle": [
        HEAD,
        case("K-1", **{"Schwimmt ab": date(2026, 11, 16), "Bootsnotiz": None}),
        case("K-2", **{"Schwimmt ab": None, "Bootsnotiz": "selbst getippt"}),
    ],
    "Boote": [
        ["Name", "E-Mail", "Fall-Nr.", "Skipper"],
        ["Möwe", "moewe@hafen.test", "K-1", "CD"],
        ["Ente", None, "K-2", "AB"],
    ],
    "Fahrten": [["Nr.", "Boot", "Tag", "Erledigt"], ["F1", "Möwe", date(2026, 11, 10), None]],
}
