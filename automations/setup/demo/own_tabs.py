"""The tabs that belong to the team alone, so that the demo shows how they survive every run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from automations.setup.demo.choices import SOURCES
from automations.setup.demo.rows import Tables

_NOTES = (
    ("Teamrunde", "Mittwochs 9:00 Uhr, Beratungsstelle Mitte, großer Raum. Protokoll reihum."),
    ("Sprachmittlung", "Anfragen bitte drei Tage vorher an das Sprachmittler-Team, Kürzel im Kalender vermerken."),
    (
        "Frauenhaus",
        "Nie anrufen, nie schreiben, wenn „kein sicherer Kontakt“ eingetragen ist. Im Zweifel Annette fragen.",
    ),
    ("Jobcenter", "Außensprechstunde dienstags: Schlüssel für Raum 0.14 liegt beim Empfang."),
    ("Einbürgerung", "Zahlen kommen am Monatsende von der Einbürgerungsbehörde, Annette trägt sie ein."),
    ("Offen", "Wer übernimmt die Fälle von Peter, wenn er geht? Vorschläge bitte bis zur nächsten Teamrunde."),
)

SCENARIOS = (
    ("ab 1.3. 20 Punkte mehr Arabisch", "ja", None),
    ("SHA geht 15.12.", "ja", None),
    ("20 % mehr Eingänge", "ja", None),
    ("doppelt so viele Eingänge Ukrainisch ab 1.1.", "ja", None),
    ("mehr Platz für alle", "nein", None),
)
"""What the invented team lead would like to know beforehand."""


def notes(book: Any, formats: Mapping[str, Any], at: datetime) -> None:
    """Free text under a merged heading."""
    sheet = book.add_worksheet("Notizen")
    _one_page(sheet)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 92)
    sheet.set_row(0, 28)
    banner = {
        "bold": True,
        "font_size": 16,
        "font_color": "#FFFFFF",
        "bg_color": "#548235",
        "valign": "vcenter",
        "indent": 1,
    }
    sheet.merge_range(0, 0, 0, 1, "Notizen des Teams – bitte alle mitlesen!", book.add_format(banner))
    sheet.write_string(1, 0, f"zuletzt ergänzt am {at:%d.%m.%Y}", formats["note"])
    strong = book.add_format({"bold": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    for row, (topic, note) in enumerate(_NOTES, 3):
        sheet.write_string(row, 0, topic, strong)
        sheet.write_string(row, 1, note, text)


def statistics(book: Any, formats: Mapping[str, Any], tables: Tables) -> None:
    """A count of the team's own, by formulas, with a chart."""
    sheet = book.add_worksheet("Unsere Statistik")
    _one_page(sheet)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 10)
    sheet.write_string(0, 0, "Wer schickt uns wen?", formats["title"])
    for column, heading in enumerate(("Vermittelt durch", "Fälle")):
        sheet.write_string(2, column, heading, formats["header"])
    # As COUNTIF counts below: a blank behind a word is passed over by its asterisk.
    counts = Counter(str(row.source).strip("\u00a0") for row in tables.cases)
    last = len(tables.cases) + 1
    for row, source in enumerate(SOURCES, 3):
        sheet.write_string(row, 0, source)
        formula = f'=COUNTIF(Fälle!$C$2:$C${last},A{row + 1}&"*")'
        sheet.write_formula(row, 1, formula, None, counts[source])
    end = 3 + len(SOURCES)
    strong = book.add_format({"bold": True, "top": 1})
    sheet.write_string(end, 0, "zusammen", strong)
    sheet.write_formula(end, 1, f"=SUM(B4:B{end})", strong, sum(counts[source] for source in SOURCES))
    chart = book.add_chart({"type": "bar"})
    chart.add_series({
        "name": "Fälle", "categories": ["Unsere Statistik", 3, 0, end - 1, 0],
        "values": ["Unsere Statistik", 3, 1, end - 1, 1], "fill": {"color": "#548235"}, "gap": 60,
        "data_labels": {"value": True},
    })  # fmt: skip
    chart.set_title({"name": "Fälle nach vermittelnder Stelle", "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_size({"width": 620, "height": 360})
    sheet.insert_chart("D3", chart)


def cover(book: Any, formats: Mapping[str, Any]) -> None:
    """The first tab of the managers' workbook, which is theirs."""
    sheet = book.add_worksheet("Willkommen")
    _one_page(sheet)
    sheet.set_column(0, 0, 96)
    sheet.set_row(0, 30)
    sheet.write_string(
        0, 0, "Kommunales Integrationsmanagement Emscherbrück – Zahlen für die Leitung", formats["title"]
    )
    lines = (
        "Diese Mappe enthält nur Zahlen, keine personenbezogenen Zeilen.",
        "Die Blätter rechts davon werden an jedem Arbeitstag neu geschrieben; dieses Blatt gehört Ihnen.",
        "Fragen zu den Zahlen beantwortet die Teamleitung, Annette Brandt.",
    )
    for row, line in enumerate(lines, 2):
        sheet.write_string(row, 0, line)


def _one_page(sheet: Any) -> None:
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
