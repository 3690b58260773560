"""The tabs as a person sees them: drawn, opened by LibreOffice, printed on paper."""

import shutil
import subprocess

import pytest

from automations.jobs.summarise import Summarise
from automations.jobs.tabs.settings import SummariseSettings
from automations.model.history import History
from automations.workbooks.drawing.sheets import render_tab
from tests.jobs.test_summarise import full
from tests.support.agreed import AGREED
from tests.support.builders import NOW, snapshot


def printed(folder, found, language):
    """What stands on the pages of each tab, by tab id."""
    settings = SummariseSettings(
        site=AGREED.model_copy(update={"language": language}), guide="# Anleitung\n\nGuten Tag."
    )
    tabs = Summarise().plan(found, settings, NOW, History()).tabs
    for tab in tabs:
        render_tab(tab, folder / f"{tab.id}.xlsx", lambda _: None, language)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    files = sorted(map(str, folder.glob("*.xlsx")))
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    pages = {}
    for tab in tabs:
        text = ["pdftotext", "-layout", str(folder / f"{tab.id}.pdf"), "-"]
        pages[tab.id] = subprocess.run(text, check=True, capture_output=True, text=True, timeout=60).stdout
    return pages


@pytest.mark.servers
@pytest.mark.skipif(
    not shutil.which("soffice") or not shutil.which("pdftotext"), reason="needs LibreOffice and poppler"
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_tab_can_be_printed_and_read(tmp_path, language):
    pages = printed(tmp_path, full(), language)
    assert len(pages) == 11
    for name, text in pages.items():
        # LibreOffice shows ### where a column is too narrow, and names of errors where a formula fails.
        assert not [word for word in ("###", "#REF", "#NAME", "#VALUE", "Err:") if word in text], name
        assert text.count("\f") <= 8, name
    assert "+66" in pages["naturalisation"]
    assert "KIM-2024-0001" in pages["problems"]
    assert "KIM-2024" not in pages["overview_managers"]


@pytest.mark.servers
@pytest.mark.skipif(
    not shutil.which("soffice") or not shutil.which("pdftotext"), reason="needs LibreOffice and poppler"
)
def test_empty_tables_make_readable_pages(tmp_path):
    pages = printed(tmp_path, snapshot(), "de")
    assert "Niemand wartet." in pages["waiting"]
    assert "Es ist nichts zu klären" in pages["problems"]
