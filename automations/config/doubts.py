"""What in a site's folder has no effect, or names what does not exist. A run goes on; `kim check` says so."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path

from automations.common.shipped import config_folder, templates_folder
from automations.common.texts import Texts
from automations.config.site import Site
from automations.jobs.tabs.settings import SummariseSettings
from automations.model.problems import Problem


def doubts(site: Site) -> tuple[Problem, ...]:
    """All that is read nowhere, or leads nowhere."""
    say = site.facts.texts
    return (*_files(site, say), *_tabs(site, say), *_phases(site, say), *_certificates(site, say))


def _files(site: Site, say: Texts) -> Iterator[Problem]:
    """Files beside those that kim reads, mistyped most likely."""
    known = {path.name for path in config_folder().iterdir()}
    for path in sorted((site.folder / "config").glob("*")):
        if path.suffix in {".toml", ".json"} and path.name not in known:
            yield _unread(path.name, known, say)
    shipped = {path.name for path in (templates_folder() / "mail").iterdir()}
    stems = {name.partition(".")[0] for name in shipped} | set(_templates(site))
    for path in sorted((site.folder / "templates" / "mail").glob("*")):
        if path.is_file() and path.name.partition(".")[0] not in stems and not path.name.startswith("_"):
            yield _unread(f"templates/mail/{path.name}", {f"templates/mail/{name}" for name in shipped}, say)


def _templates(site: Site) -> Iterator[str]:
    for settings in site.jobs.values():
        for rule in getattr(settings, "rules", ()):
            if isinstance(name := getattr(rule, "template", None), str):
                yield name


def _unread(name: str, known: Collection[str], say: Texts) -> Problem:
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.7)
    advice = say.say("Did you mean „{name}“?", name=near[0]) if near else say.say("Remove it, or see the README.")
    message = say.say("This file has no meaning: nothing reads it.")
    return Problem("unread_file", message, advice, "error", tab=name, who="operator")


def _tabs(site: Site, say: Texts) -> Iterator[Problem]:
    """Tabs that go to a workbook that the site does not have. What nobody chose is no mistake."""
    places = site.settings(SummariseSettings, "summarise").tabs
    named = [(f"summarise.tabs.{name}", getattr(places, name)) for name in sorted(places.model_fields_set)]
    for name, book in named:
        if book and book not in site.file.workbooks:
            message = say.say("{key} names the workbook „{name}“, which is not in site.toml", key=name, name=book)
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


def _phases(site: Site, say: Texts) -> Iterator[Problem]:
    settings = site.settings(SummariseSettings, "summarise")
    known = [phase.id for phase in site.facts.phases]
    for name in settings.waiting_phases if "waiting_phases" in settings.model_fields_set else ():
        if name not in known:
            message = say.say(
                "{key} names the phase „{name}“, which is not there", key="summarise.waiting_phases", name=name
            )
            advice = say.say("The site has: {names}", names=", ".join(known))
            yield Problem("no_such_phase", message, advice, "error", tab="automations.toml", shown=name, who="operator")


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


__all__ = ["doubts"]
