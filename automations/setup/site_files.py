"""The new site's folder: commented config files, a place for templates, and workbooks where none are yet."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from msgspec import Struct

from automations.common.errors import PlainError, why
from automations.common.files import true_path
from automations.common.shipped import config_folder
from automations.common.texts import Texts
from automations.config.editing import quoted
from automations.model.settings import SiteFacts, service_name
from automations.setup.empty_tabs import cover_tab, empty_tab
from automations.tables.columns import Columns
from automations.workbooks.new_files import write_new_workbook

_TEAM, _MANAGERS = "Team.xlsx", {"de": "Leitung.xlsx", "en": "Managers.xlsx"}
_NOTE = {"de": "LIESMICH.txt", "en": "README.txt"}
_COPIED = ("automations.toml", "reminders.toml", "figures.toml")
# Tables that a team chooses to have: where consents are rows, the columns of the cases count no more.
_CHOSEN = frozenset({"consents"})
_TEAM_PATH = re.compile(r'(\[workbooks\.team\]\n)path = "[^"]*"[^\n]*')


class StartError(PlainError):
    """A site cannot be started there; the message is a sentence for the person who asked for it."""


class Source(Struct, frozen=True):
    """The team's own workbook: a file or a URL."""

    path: Path | None = None
    url: str = ""

    @classmethod
    def of(cls, text: str) -> Source:
        """What was typed after --workbook."""
        return cls(url=text) if re.match(r"https?://", text, re.IGNORECASE) else cls(path=Path(text))

    def named_from(self, folder: Path) -> tuple[str, str]:
        """What site.toml says of it, "path" or "url" first. A file inside the site's folder is named from there."""
        if self.path is None:
            return "url", self.url
        whole = true_path(self.path)
        inside = whole.is_relative_to(folder.resolve())
        return "path", whole.relative_to(folder.resolve()).as_posix() if inside else str(whole)

    def setting(self, folder: Path) -> str:
        """The line of site.toml."""
        key, place = self.named_from(folder)
        return f"{key} = {quoted(place)}"


def check_folder(folder: Path, said: Texts) -> None:
    """Raises StartError where a site cannot be started without touching one that is there."""
    if folder.exists() and not folder.is_dir():
        raise StartError(said.say("{folder} is a file; please name a folder.", folder=folder))
    if (folder / "config").exists():
        message = "There is a site in {folder} already; nothing was changed. Please name a new folder."
        raise StartError(said.say(message, folder=folder))


def _spoken(language: str) -> tuple[str, ...]:
    """What site.toml says otherwise in another language."""
    name, code = quoted(service_name(language)), quoted(language)
    managers = quoted(_MANAGERS[language])
    return f"name = {name}", f"language = {code}", f"approved_languages = [{code}]", managers


def write_site(folder: Path, source: Source | None, columns_text: str, said: Texts) -> None:
    """The config files and what else a site holds. Raises StartError where they cannot be written."""
    try:
        config = folder / "config"
        config.mkdir(parents=True)
        for name in _COPIED:
            shutil.copyfile(config_folder() / name, config / name)
        shipped = (config_folder() / "site.toml").read_text(encoding="utf-8")
        # Only these lines change in the shipped text, so that a new site has all comments of the shipped file.
        setting = source.setting(folder) if source else f'path = "{_TEAM}"'
        text = _TEAM_PATH.sub(lambda found: found[1] + setting, shipped)
        for in_german, line in zip(_spoken("de"), _spoken(said.language), strict=True):
            text = text.replace(in_german, line, 1)
        (config / "site.toml").write_text(text, encoding="utf-8")
        if columns_text:
            (config / "columns.toml").write_text(columns_text, encoding="utf-8")
        else:
            shutil.copyfile(config_folder() / "columns.toml", config / "columns.toml")
        templates = folder / "templates"
        templates.mkdir(exist_ok=True)
        note = said.say("Templates of your own go here (mail/…, locales/…); what is missing is as it comes with kim.")
        (templates / _NOTE[said.language]).write_text(note + "\n", encoding="utf-8")
    except OSError as error:
        reason = said.say(why(error))
        raise StartError(said.say("{folder} cannot be written: {reason}", folder=folder, reason=reason)) from error


def write_workbooks(folder: Path, columns: Columns, facts: SiteFacts, said: Texts, *, team: bool) -> list[Path]:
    """The managers' workbook and, where the team has none, an empty one for it; none is replaced."""
    wanted = {_MANAGERS[said.language]: [cover_tab(said)]}
    if team:
        wanted[_TEAM] = [empty_tab(table, columns, facts) for table in columns.tables if table not in _CHOSEN]
    made = []
    for name, tabs in wanted.items():
        if not (folder / name).exists():
            write_new_workbook(folder / name, tabs)
            # Never over one that is there: people lay their own workbooks into the folder first.
            made.append(folder / name)
    return made
