"""The chapter on rules of one's own, walked on a real .xlsx: what it says stands in the tabs after each step."""

from __future__ import annotations

from pathlib import Path

from automations.cli import run_command
from tests.support.handbook_rules import FIRST, LIST, MAIL, QUESTION, SECOND, begun, typed
from tests.support.own_site import text_of

THIRD = "2026-11-02T12:30"
CHAPTER = (Path(__file__).parents[2] / "docs" / "handbuch" / "07-eigene-regeln.md").read_text(encoding="utf-8")


def hint(site, name):
    return next(row["Hinweis"] for row in site.rows("Regeln") if row["Name"] == name)


def test_the_three_jobs_of_the_chapter(tmp_path, capsys):
    site = begun(tmp_path)
    typed(site, LIST, QUESTION)
    site.run(FIRST)
    assert [hint(site, name) for name in ("Lange nichts gehört", "Nachfassen")] == ["aktiv", "aktiv"]
    cells = [str(cell) for row in site.cells("Lange nichts gehört") for cell in row]
    assert (any("K-2" in cell for cell in cells), any("K-1" in cell for cell in cells)) == (True, False)
    asked = [row["Frage"] for row in site.rows("Entscheidungen")]
    assert "Termin T-2: Wer ruft noch einmal an?" in asked

    typed(site, MAIL, texts=True)
    site.run(SECOND)
    said = hint(site, "Kurs beginnt")
    assert said.startswith("wartet auf Freigabe")
    assert [mail for mail in site.mails() if "k-1" in str(mail["To"])] == []
    assert run_command(["--site", str(site.folder), "approve", "kurs_beginnt", "--at", SECOND]) == 0
    capsys.readouterr()
    site.run(THIRD)
    (mail,) = [mail for mail in site.mails() if "k-1" in str(mail["To"])]
    assert "Guten Tag Ada Adler" in text_of(mail)
    assert "16. November 2026" in text_of(mail) or "16.11.2026" in text_of(mail)
    assert hint(site, "Kurs beginnt").startswith("freigegeben")
    assert site.run("2026-11-02T17:00").applied.mails == []


def test_the_chapter_says_what_is_typed():
    for typed_row in (LIST, QUESTION, MAIL):
        for cell in filter(None, typed_row):
            assert f"`{cell}`" in CHAPTER, cell
