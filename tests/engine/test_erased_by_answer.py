"""A yes to an erasure is acted on before the run plans: nothing that it writes names the person any more."""

from __future__ import annotations

from datetime import date, timedelta

import openpyxl

from automations.workbooks.xlsx.one_cell import set_cell
from tests.support.demo_worlds import run_site
from tests.support.small_site import CASES, DAY, case, rows, small_site


def test_notes_on_other_rows_lose_the_name_in_the_same_run(tmp_path):
    same = {"Nachname": "Petrenko", "Geburtsdatum": date(1990, 3, 4), "Zuständig": "AA"}
    small_site(tmp_path, [case(1, Vorname="Oksana", **same), case(2, Vorname="Oxana", **same)], few_tabs=True)
    config = tmp_path / "config" / "site.toml"
    config.write_text(config.read_text(encoding="utf-8") + "[retention]\nclosed_case_months = 6\n", encoding="utf-8")
    book = openpyxl.load_workbook(tmp_path / "Team.xlsx")
    book["Fälle"].cell(1, len(CASES) + 1, "Abgeschlossen am")
    book["Fälle"].cell(2, len(CASES) + 1, date(2023, 1, 9))
    book.save(tmp_path / "Team.xlsx")
    run_site(tmp_path, DAY)
    run_site(tmp_path, DAY + timedelta(minutes=5))
    assert "Oksana" in note_of_the_other(tmp_path)
    say_yes(tmp_path)
    result = run_site(tmp_path, DAY + timedelta(minutes=10))
    assert "Oksana" not in note_of_the_other(tmp_path)
    assert any("Fälle" in sentence and "nennt die Person noch" in sentence for sentence in result.record.trouble)


def note_of_the_other(folder):
    return str(next(row for row in rows(folder, "Fälle") if row["Fall-Nr."] == "K-2").get("Prüfhinweis"))


def say_yes(folder):
    asked = rows(folder, "Entscheidungen")
    number = next(number for number, row in enumerate(asked, 2) if "löschen" in str(row["Frage"]))
    set_cell(folder / "Team.xlsx", f"Entscheidungen!E{number}", "ja")
