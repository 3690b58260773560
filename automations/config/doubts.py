"""What in a site's folder has no effect, or names what does not exist. A run goes on; `kim check` says so."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Iterator
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path

from msgspec import structs
from pydantic import BaseModel

from automations.common.catalogues import load_catalogue, translated, unfilled
from automations.common.files import read_file, true_path
from automations.common.shipped import config_folder, templates_folder
from automations.common.texts import Texts
from automations.config.files import SHIPPED_ALONE
from automations.config.odd_names import odd_names
from automations.config.site import Site
from automations.jobs.forecasting.settings import LookAheadSettings
from automations.jobs.tabs.settings import SummariseSettings
from automations.model.problems import Problem
from automations.model.snapshot import Snapshot


def doubts(site: Site, snapshot: Snapshot = Snapshot()) -> tuple[Problem, ...]:  # noqa: B008 (it is frozen)
    """All that is read nowhere, or leads nowhere; `snapshot` is what the tables say, where they could be read."""
    say = site.facts.texts
    found = (_files, _sentences, _same_file, _unused, _tabs, _certificates, _prefixes, _secrets)
    return (*(problem for search in found for problem in search(site, say)), *odd_names(site, snapshot))


def _files(site: Site, say: Texts) -> Iterator[Problem]:
    """Files beside those that kim reads, mistyped most likely. What is no TOML may be somebody's note or copy."""
    # What comes with kim is all that it reads; a list of names kept here would grow old.
    known = {path.name for path in config_folder().iterdir()} - SHIPPED_ALONE
    for path in _plain(site.folder / "config"):
        # A mistyped config is read as none at all, in silence: that is an error. Anything else may be a note of IT's.
        # Windows hides the ending that its editor adds.
        hidden = path.suffix == ".txt" and path.stem in known
        if (path.suffix in {".toml", ".json"} or hidden) and path.name not in known:
            yield _unread(path.name, known, say)
        elif path.name not in known:
            yield structs.replace(_unread(path.name, known, say), severity="note")
    for name in sorted(path.name for path in (site.folder / "config" / "packs").glob("*") if path.is_dir()):
        if name not in site.file.packs.use:
            message = say.say("The pack “{name}” lies here and is not in use.", name=name)
            advice = say.say("Name it under [packs] use in site.toml, or take it away.")
            yield Problem("unused_pack", message, advice, "note", tab=f"packs/{name}", who="operator")
    yield from _mails(site, say)


def _mails(site: Site, say: Texts) -> Iterator[Problem]:
    """Templates and catalogues in the site's own folder that nothing looks for."""
    folder, shipped = site.folder / "templates", templates_folder()
    if folder.exists() and not folder.is_dir():
        yield _unread("templates", (), say)
    known = {path.relative_to(shipped).as_posix() for path in shipped.rglob("*") if path.is_file()}
    known |= {f"locales/{language}/LC_MESSAGES/mail.po" for language in site.facts.approved_languages}
    # Any rule may name a template of its own, so that names which come with kim are not all that there are.
    stems = {path.name.partition(".")[0] for path in (shipped / "mail").iterdir()} | set(_templates(site))
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        stem, _, ending = path.name.partition(".")
        ours = path.parent == folder / "mail" and ending in _ENDINGS and (stem in stems or stem.startswith("_"))
        note = path.parent == folder and path.suffix in {".txt", ".md"}
        if path.is_file() and not (ours or note or name in known or path.name.startswith(".")):
            yield _unread(f"templates/{name}", {f"templates/{one}" for one in known}, say)


def _sentences(site: Site, say: Texts) -> Iterator[Problem]:
    """Sentences that the site words anew and that no mail says: a slip, or kim says it otherwise now. What a template
    of the site's own says is the site's business."""
    folder, shipped = site.folder / "templates", templates_folder()
    own = ""
    for path in sorted(folder.glob("mail/*.j2")):
        with suppress(OSError):
            own += read_file(path).decode("utf-8", errors="replace")
    known = translated(shipped / "locales" / "de" / "LC_MESSAGES" / "mail.po")
    for path in sorted(folder.glob("locales/*/LC_MESSAGES/mail.po")):
        # What cannot be read is told with the templates.
        with suppress(OSError, ValueError, LookupError):
            load_catalogue(path, path.parts[-3])
            name = path.relative_to(site.folder).as_posix()
            for sentence, places in unfilled(path).items():
                message = say.say("“{sentence}”: nothing fills {names}, so that your own words for it are not used.",
                                  sentence=sentence, names=", ".join(f"{{{one}}}" for one in places))  # fmt: skip
                advice = say.say("Write the places in braces as they stand in the sentence.")
                yield Problem("unfilled_sentence", message, advice, "error", tab=name, shown=sentence, who="operator")
            for sentence in sorted(one for one in translated(path) - known if one not in own):
                message = say.say("No mail says “{sentence}”: your own words for it are never used.",
                                  sentence=sentence)  # fmt: skip
                near = get_close_matches(sentence, sorted(known), n=1)
                copy = say.say("Copy the sentence letter by letter from the mail.po that comes with kim.")
                advice = say.say("Did you mean “{name}”?", name=near[0]) if near else copy
                yield Problem("unused_sentence", message, advice, "warning", tab=name, shown=sentence, who="operator")


def _plain(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if not path.is_dir() and not path.name.startswith("."))


_ENDINGS = frozenset({"subject.txt.j2", "txt.j2", "html.j2", "sms.j2"})


def _same_file(site: Site, say: Texts) -> Iterator[Problem]:
    """Two workbooks of the config that are one: each would renew the other's tabs, and managers would read rows."""
    places: dict[str, str] = {}
    for name, settings in site.file.workbooks.items():
        place = settings.url or str(true_path(site.folder / settings.path))
        other = places.setdefault(place, name)
        if other != name:
            message = say.say("The workbooks “{one}” and “{other}” are the same file.", one=other, other=name)
            advice = say.say("Give the managers a workbook of their own: it holds no personal row.")
            yield Problem("same_workbook", message, advice, "error", tab="site.toml", who="operator")


def unused_workbooks(site: Site) -> list[str]:
    """Workbooks of site.toml that hold no table, and that no tab of kim's goes to. That of the managers holds no rows
    of anybody's; a team may do without its tabs."""
    tabs = site.settings(SummariseSettings, "summarise").tabs
    ahead = site.settings(LookAheadSettings, "look_ahead").tab
    used = {"managers", *site.homes.values(), *tabs.model_dump().values(), ahead}
    return [name for name in site.file.workbooks if name not in used]


def _unused(site: Site, say: Texts) -> Iterator[Problem]:
    """Workbooks that were named and of which nothing is read: people think that their rows count."""
    for name in unused_workbooks(site):
        settings = site.file.workbooks[name]
        place = settings.url or shlex.quote(str(true_path(site.folder / settings.path)))
        message = say.say("kim reads nothing in the workbook “{name}” and writes nothing there.", name=name)
        advice = say.say("“kim init {folder} --workbook {place}” reads its tables; or take the entry out of site.toml.",
                         folder=site.folder, place=place)  # fmt: skip
        yield Problem("unused_workbook", message, advice, "error", tab="site.toml", field="workbooks", shown=name,
                      who="operator")  # fmt: skip


def _templates(site: Site) -> Iterator[str]:
    for settings in site.jobs.values():
        for rule in getattr(settings, "rules", ()):
            if isinstance(name := getattr(rule, "template", None), str):
                yield name


def _unread(name: str, known: Collection[str], say: Texts) -> Problem:
    # Strict: an unlike name proposed for a note would only confuse.
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.7)
    advice = say.say("Did you mean “{name}”?", name=near[0]) if near else say.say("Remove it, or see docs/settings.md.")
    message = say.say("This file has no meaning: nothing reads it.")
    return Problem("unread_file", message, advice, "error", tab=name, who="operator")


def _tabs(site: Site, say: Texts) -> Iterator[Problem]:
    """Tabs that go to a workbook that the site does not have. What nobody chose is no mistake."""
    places = site.settings(SummariseSettings, "summarise").tabs
    named = [(f"summarise.tabs.{name}", getattr(places, name)) for name in sorted(places.model_fields_set)]
    for name, book in named:
        if book and book not in site.file.workbooks:
            message = say.say("{key} names the workbook “{name}”, which is not in site.toml", key=name, name=book)
            advice = say.say("The site has: {names}", names=", ".join(site.file.workbooks))
            yield Problem(
                "no_such_workbook",
                message,
                advice,
                "error",
                tab="automations.toml",
                field=name,
                shown=book,
                who="operator",
            )


def _certificates(site: Site, say: Texts) -> Iterator[Problem]:
    mail = site.file.mail
    for part in (mail, mail.inbox, mail.archive_mailbox):
        path = getattr(part, "ca_file", "")
        if path and not Path(path).is_file():
            message = say.say("There is no file {path}.", path=path)
            advice = say.say("Correct ca_file, or put the certificates there.")
            yield Problem(
                "no_ca_file", message, advice, "error", tab="site.toml", field="ca_file", shown=path, who="operator"
            )


def _prefixes(site: Site, say: Texts) -> Iterator[Problem]:
    """One beginning for the numbers of both: a number would be a case and an appointment at once."""
    prefix = site.facts.case_prefix
    if prefix.casefold() == site.facts.appointment_prefix.casefold():
        message = say.say("Cases and appointments both get numbers that begin with “{prefix}”.", prefix=prefix)
        advice = say.say("Give case_prefix and appointment_prefix different beginnings in site.toml.")
        yield Problem(
            "same_prefix", message, advice, "error", tab="site.toml", field="appointment_prefix", who="operator"
        )


def _secrets(site: Site, say: Texts) -> Iterator[Problem]:
    """Variables that hold no secret here. A warning: a service has them from a file that its unit alone reads."""
    for part in ("mail", "text_messages"):
        for field, variable in _variables(getattr(site.file, part), part):
            if not os.environ.get(variable):
                message = say.say("The environment variable {name} is not set here.", name=variable)
                advice = say.say(
                    "kim needs it for {key} in site.toml where it runs; “kim mail test ADDRESS” shows whether it has"
                    " it.", key=field,
                )  # fmt: skip
                yield Problem("no_secret", message, advice, "warning", tab="site.toml", field=field, who="operator")


def _variables(settings: object, at: str) -> Iterator[tuple[str, str]]:
    """The settings that name a variable for a secret, and which."""
    for name, value in settings if isinstance(settings, BaseModel) else ():
        yield from _variables(value, f"{at}.{name}")
        if name.endswith("_env") and value:
            yield f"{at}.{name}", value
