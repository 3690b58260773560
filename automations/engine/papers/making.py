"""The papers of a site, written into a folder: each as .docx for those who fill it in, and as HTML to read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from automations.common.errors import PlainError
from automations.common.shipped import templates_folder
from automations.common.texts import texts
from automations.config.site import Site
from automations.engine.papers.facts import LANGUAGE, facts_of
from automations.engine.papers.pages import as_html
from automations.messages.sandbox import TemplateProblem, written
from automations.model.values import Plain
from automations.tables.setting_rows import CLIENT_LANGUAGES

PAPERS = ("record", "impact", "deletion", "council")
"""Record of processing (Art. 30 GDPR), draft of the impact assessment (Art. 35), deletion plan, sheet for the
staff council. Their templates lie in templates/papers; a site's own of the same name take their place."""

RIGHT_TO_LEFT = ("ar", "fa")

_AS_WRITTEN = ".kim-papers"  # beside the papers, as sha256sum writes and checks it

_NAMES = {
    "record": "Verzeichnis-der-Verarbeitung", "impact": "Folgenabschaetzung-Entwurf", "deletion": "Loeschkonzept",
    "council": "Blatt-fuer-den-Personalrat",
}  # fmt: skip


class MissingLibraryError(PlainError):
    """What writes .docx files is not installed; the message says how to get it."""


def make_papers(site: Site, folder: Path, today: date) -> list[Path]:
    """Write all papers into a folder, which is made where it is missing; the files, in reading order.

    Earlier papers that nobody changed are renewed, other files stay. `today` is the site's date. Raises
    MissingLibraryError, PlainError for a template of the site that cannot be used or where somebody filled in a
    paper that stands there, OSError."""
    say = site.facts.texts.say
    if there := next(_filled_in(folder), ""):
        # What people filled in stands nowhere else.
        sentence = "In {folder} lies {file}, and not as kim wrote it; please name a new folder."
        raise PlainError(say(sentence, folder=folder, file=there))
    try:
        from automations.engine.papers.documents import as_docx
    except ModuleNotFoundError as missing:
        sentence = say("For the papers a part of kim is not installed: pip install 'kim-automations[papers]'")
        raise MissingLibraryError(sentence) from missing
    facts = facts_of(site, today)
    made: list[Path] = []
    folder.mkdir(parents=True, exist_ok=True)
    for name, template, language in _wanted():
        text = _rendered(site, template, facts)
        for suffix, write in ((".docx", as_docx), (".html", as_html)):
            path = folder / f"{name}{suffix}"
            path.write_bytes(write(text, language, rtl=language in RIGHT_TO_LEFT))
            made.append(path)
    (folder / _AS_WRITTEN).write_text("".join(f"{_digest(path)}  {path.name}\n" for path in made), encoding="utf-8")
    return made


def _filled_in(folder: Path) -> Iterator[str]:
    """The papers that are not as kim wrote them."""
    known = folder / _AS_WRITTEN
    written_then = known.read_text(encoding="utf-8").splitlines() if known.is_file() else []
    for path in (folder / f"{name}.docx" for name, _, _ in _wanted()):
        if path.exists() and f"{_digest(path)}  {path.name}" not in written_then:
            yield path.name


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _wanted() -> list[tuple[str, str, str]]:
    """File name, template, language."""
    papers = [(_NAMES[paper], f"{paper}.md.j2", LANGUAGE) for paper in PAPERS]
    # The sheet for clients (Art. 13 GDPR) is for those who read it.
    return papers + [(f"Information-{code}", f"clients.{code}.md.j2", code) for code in CLIENT_LANGUAGES]


def _rendered(site: Site, name: str, facts: dict[str, Plain]) -> str:
    folders = (site.folder / "templates" / "papers", templates_folder() / "papers")
    try:
        return written(folders, name, facts, texts(site.facts.language))
    except TemplateProblem as problem:
        raise PlainError(str(problem)) from problem
