"""Makes the pictures of the handbook from the demonstration: `python -m tests.pictures.handbook`.

Needs LibreOffice, poppler, ImageMagick and Chromium. The pictures are small on purpose: they show how a tab
looks, not what one row says. All people in them are invented.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from email import message_from_bytes, policy
from pathlib import Path

from automations.config.loading import load_site
from automations.engine.papers.making import make_papers
from automations.setup.demo.site import CLOCK, make_site
from tests.support.demo_worlds import adopted, run_site

PLACE = Path(__file__).parents[2] / "docs" / "handbuch" / "bilder"
TABS = {
    "uebersicht": ("Übersicht ·", "76%x78%+0+0"), "auslastung": ("Auslastung ·", "100%x64%+0+0"),
    "termine": ("Termine der nächsten 14 Tage", "100%x60%+0+0"), "pruefliste": ("Prüfliste ·", "100%x38%+0+0"),
    "abrechnung": ("Abrechnung Sprachmittlung", "46%x80%+0+0"), "ruhende": ("Ruhende Fälle", "100%x60%+0+0"),
}  # fmt: skip
"""Picture -> how its page begins, and the part of the page that is shown."""
_WIDE = 1000


def _run(*command: str | Path) -> str:
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, timeout=600).stdout.decode()


def _printed(file: Path, folder: Path) -> Path:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    _run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, file)
    return folder / f"{file.stem}.pdf"


def _page(paper: Path, beginning: str) -> int:
    pages = _run("pdftotext", "-layout", paper, "-").split("\f")
    return next(n for n, text in enumerate(pages, 1) if text.strip().startswith(beginning))


def _picture(paper: Path, page: int, name: str, folder: Path, part: str = "100%x100%+0+0") -> None:
    _run("pdftoppm", "-r", "170", "-f", str(page), "-l", str(page), "-singlefile", "-png", paper, folder / name)
    _small(folder / f"{name}.png", name, part)


def _small(source: Path, name: str, part: str = "100%x100%+0+0") -> None:
    PLACE.mkdir(parents=True, exist_ok=True)
    cut = ("-trim", "+repage", "-gravity", "NorthWest", "-crop", part, "+repage", "-trim")
    light = ("-bordercolor", "white", "-border", "12", "-resize", f"{_WIDE}x1000>", "-colors", "64", "-strip")
    _run("convert", source, *cut, *light, PLACE / f"{name}.png")


def _mail(folder: Path, made: Path) -> None:
    """The first reminder with buttons or a phone number in a language of the left-to-right kind, on a phone."""
    for path in sorted((made / "mails").glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        page = message.get_body(("html",))
        text = page.get_content() if page else ""
        if "Termin" in text and re.search(r'lang="(uk|en|fr|tr)"', text):
            (folder / "mail.html").write_text(text, encoding="utf-8")
            shot = folder / "erinnerung.png"
            _run("chromium", "--headless", "--no-sandbox", "--window-size=500,1100", f"--screenshot={shot}",
                 f"file://{folder / 'mail.html'}")  # fmt: skip
            _small(shot, "erinnerung")
            return


def main() -> None:
    """All pictures, anew."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = folder / "demo"
        make_site(made, cases=600, seed=1)
        adopted(made, CLOCK)
        run_site(made, CLOCK)
        paper = _printed(made / "KIM-Team.xlsx", folder)
        for picture, (beginning, part) in TABS.items():
            _picture(paper, _page(paper, beginning), picture, folder, part)
        _mail(folder, made)
        make_papers(load_site(made), folder / "papers", CLOCK.date())
        plan = _printed(folder / "papers" / "Loeschkonzept.docx", folder)
        _picture(plan, 1, "loeschkonzept", folder)


if __name__ == "__main__":
    main()
