"""What LibreOffice shows of formulas that read a cell which kim has written, and what the team is told."""

from __future__ import annotations

import shutil
import subprocess

import openpyxl
import pytest

from automations.workbooks.xlsx.backend import XlsxWorkbook
from automations.workbooks.xlsx.changes import patch
from automations.workbooks.xlsx.reading import read_workbook
from automations.workbooks.xlsx.recalculation import uncomputed
from tests.workbooks.test_linting import changed

SETTING = (
    '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">'
    "<value>0</value></prop></item></oor:items>"
)


@pytest.fixture
def path(tmp_path):
    """A workbook with a formula, as openpyxl writes it."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"] = 1, "=A1*2"
    book.save(tmp_path / "Team.xlsx")
    return tmp_path / "Team.xlsx"


def by_libreoffice(path, *, formula=True):
    edits = {"docProps/app.xml": ("<Application>[^<]*<", "<Application>LibreOffice/7.4.7.2$Linux_X86_64<")}
    if not formula:
        edits["xl/worksheets/sheet1.xml"] = (r"<c r=.B1.*?</c>", "")
    return changed(path, edits)


def told(path):
    return [one.code for one in uncomputed(path.read_bytes(), read_workbook("team", path.read_bytes(), path))]


def test_the_team_is_told_where_libreoffice_saved_what_people_compute_in(path):
    assert told(path) == []
    assert told(by_libreoffice(path)) == ["not_computed"]
    [limit] = XlsxWorkbook("team", path, versions=path.parent / "v").limits()
    assert "Immer neu berechnen" in limit.advice


def test_without_formulas_there_is_nothing_to_say(path):
    assert told(by_libreoffice(path, formula=False)) == []


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_computes_by_its_own_setting_alone(path, tmp_path):
    profile = tmp_path / "profile"

    def converted(source, kind):
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", kind]
        subprocess.run([*command, "--outdir", tmp_path / kind, source], check=True, capture_output=True, timeout=180)
        return tmp_path / kind / source.with_suffix(f".{kind}").name

    theirs = converted(path, "xlsx")
    assert told(theirs) == ["not_computed"]
    patch(theirs, tmp_path / "ours.xlsx", {"Sheet": {"A1": 2.6}})
    assert converted(tmp_path / "ours.xlsx", "csv").read_text().strip() == "2.6,2"
    modifications = profile / "user" / "registrymodifications.xcu"
    modifications.write_text(modifications.read_text().replace("</oor:items>", SETTING))
    assert converted(tmp_path / "ours.xlsx", "csv").read_text().strip() == "2.6,5.2"
