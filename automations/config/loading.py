"""The whole of config/*.toml as one site: all problems of all files at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from automations.common.shipped import templates_folder
from automations.common.texts import Texts
from automations.config import positions
from automations.config.files import ConfigError, Loader, read_site_file
from automations.config.models import NamesFile, SiteFile
from automations.config.moved_rules import moved, once, replaced
from automations.config.packs import Packs, known_packs, read_packs
from automations.config.reasons import ConfigFile, unknown_key
from automations.config.site import Site
from automations.jobs.registry import jobs
from automations.model.problems import Problem
from automations.model.schema import SHIPPED
from automations.model.settings import JobSettings, SiteFacts
from automations.tables.columns import Columns

_REMINDERS, _RULES = "reminders.toml", "rules.toml"
# Files that are a job's settings in a file of their own.
_EXTRA = {_REMINDERS: "remind", "figures.toml": "summarise", _RULES: "follow_rules"}

_NAMES = "names.toml"  # spellings of names that are one; a file of the site's takes the place of the shipped one


def load_site(folder: Path, above: Mapping[str, Any] = MappingProxyType({})) -> Site:
    """The site in a folder; `above` is laid over its site.toml. Raises ConfigError with every problem of every file."""
    loader = Loader(folder, above)
    site_file, site = read_site_file(loader)
    # Packs come before the tables: they bring tables and fields that rules and columns.toml may speak of.
    packs = read_packs(loader, getattr(getattr(site, "packs", None), "use", ()))
    columns = loader.parse(Columns, packs.under_columns(loader.read("columns.toml")))
    loader.schema = tables = columns.specs if hasattr(columns, "tables") else SHIPPED
    settings = _job_settings(loader, site, packs)
    # Of files that are wrong themselves nothing is said about how they fit together.
    if not loader.problems:
        loader.problems += _sense(site, site_file, tables, loader.say)
    if any(problem.severity == "error" for problem in loader.problems):
        raise ConfigError(loader.problems)
    settings |= _of_site(settings, columns, site.site.language)
    homes = {table: site.homes.get(table, "team") for table in tables}
    filled = getattr(settings["follow_rules"], "filled", {})
    return Site(folder, site, columns.setting(filled), settings, homes)


def _job_settings(loader: Loader, site: SiteFile, packs: Packs) -> dict[str, JobSettings]:
    file = loader.read("automations.toml")
    known = {job.name: job for job in jobs()}
    for name in file.data:
        if name not in known:
            loader.problems.append(unknown_key(file, (name,), name, known, loader.say))
    facts = getattr(site, "site", None) or SiteFacts()
    named = loader.parse(NamesFile, loader.read(_NAMES)).groups
    settings: dict[str, JobSettings] = {}
    fine: dict[str, Any] = {}
    for name, job in known.items():
        before = len(loader.problems)
        groups = {"groups": named} if name == "check_data" else {}
        settings[name] = loader.parse(job.Settings, file, (name,), {"site": facts, **groups})
        # What is wrong there is told once, not again with the file that is laid over it.
        fine[name] = file.data.get(name, {}) if len(loader.problems) == before else {}
    extra_files = _each_rule_once(loader, {name: loader.read(name) for name in _EXTRA})
    for extra_file, name in _EXTRA.items():
        if name in known:
            extra = extra_files[extra_file]
            merged = {**fine[name], "site": facts, **_guide(name, facts)}
            if name == "follow_rules":
                extra, about_visits = _without_visits(extra)
                merged["pack_files"] = packs.files_of(extra)
                # After the reminders were taken out, so that a pack's rule cannot become one.
                extra = packs.under_rules(extra)
                # Rules about visits are done by the job that knows what clients were told: written once, in either
                # file.
                settings["remind"] = _with_visits(loader, settings["remind"], about_visits, facts)
                merged["lead_roles"] = getattr(settings["remind"], "lead_roles", ())
                merged["approvers"] = getattr(getattr(site, "approvers", None), "emails", ())
                merged["packs"] = tuple(known_packs(loader.folder))
            if "lines" in known[name].Settings.model_fields:
                merged["lines"] = {".".join(map(str, path)): line for path, line in extra.lines.items()}
            settings[name] = loader.parse(known[name].Settings, extra, (), merged)
    # Last, as it looks at the settings that all others ended up with.
    settings["look_ahead"] = settings["look_ahead"].model_copy(update=_of_others(settings))
    digits = settings["number_rows"].model_dump(include={"case_digits"})
    settings["take_in"] = settings["take_in"].model_copy(update=digits)
    return settings


def _each_rule_once(loader: Loader, files: dict[str, ConfigFile]) -> dict[str, ConfigFile]:
    reminders, rules = files[_REMINDERS], files[_RULES]
    # The shipped reminders are a default: a site that words one anew in rules.toml means that one alone.
    if not (loader.folder / "config" / _REMINDERS).exists():
        return {**files, _REMINDERS: replaced(reminders, rules)}
    rules, problems = once(reminders, rules, loader.say)
    loader.problems += problems
    return {**files, _RULES: rules}


def _of_site(settings: Mapping[str, JobSettings], columns: Columns, language: str) -> dict[str, JobSettings]:
    """The jobs that give cases away, with the words and headings of the columns that say what a case needs, and with
    the language that everybody in the team speaks."""
    headings = {name: columns.tables["cases"].own_heading(name) for name in columns.tables["cases"].fields}
    found: dict[str, object] = {"need_words": columns.ticks, "need_headings": headings}
    if "common_language" not in settings["assign_cases"].model_fields_set:
        found["common_language"] = language
    assign = settings["assign_cases"].model_copy(update=found)
    return {"assign_cases": assign, "look_ahead": settings["look_ahead"].model_copy(update={"assign": assign})}


def _of_others(settings: Mapping[str, JobSettings]) -> dict[str, object]:
    """What the look ahead has of the jobs whose work it looks at."""
    shown = settings["summarise"]
    names = ("waiting_days", "warn_standstill")
    of_summaries = {name: getattr(shown, name) for name in names if hasattr(shown, name)}
    return {"assign": settings["assign_cases"], **of_summaries}


def _without_visits(file: ConfigFile) -> tuple[ConfigFile, list[Any]]:
    """rules.toml without the stanzas that speak of appointments to come: the job of reminders knows what
    clients were told of these, and does them. The lines of the others move up with them."""
    stanzas = file.data.get("rules", [])
    if not isinstance(stanzas, list):
        return file, []
    own_texts = file.data.get("texts", {})
    kept = [index for index, stanza in enumerate(stanzas) if not _of_visits(stanza, own_texts)]
    others = [stanza for index, stanza in enumerate(stanzas) if index not in kept]
    kept_rules = [stanzas[index] for index in kept]
    return ConfigFile(file.name, {**file.data, "rules": kept_rules}, moved(file.lines, kept)), others


def _of_visits(stanza: Any, own_texts: Any) -> bool:
    due = stanza.get("due", {}) if isinstance(stanza, dict) else {}
    if not isinstance(due, dict):
        return False
    # What somebody was told of an appointment is known to the job of reminders alone. No model has looked at these
    # words yet: a list may stand where a name belongs, and is told as any other mistake later.
    if due.get("event") in ("booked", "moved", "cancelled"):
        return True
    to_client = stanza.get("recipient", "client") == "client" and stanza.get("action", "mail") == "mail"
    about = stanza.get("table", "appointments") == "appointments" and due.get("field") == "date"
    shipped = isinstance(own_texts, dict) and stanza.get("template") not in list(own_texts)
    return to_client and about and "days_before" in due and shipped


def _with_visits(loader: Loader, settings: JobSettings, stanzas: list[Any], facts: SiteFacts) -> JobSettings:
    if not stanzas or not hasattr(settings, "rules"):
        return settings
    plain = settings.model_dump(mode="python")
    stanzas = [{key: value for key, value in one.items() if key != "action"} for one in stanzas]
    file = ConfigFile("rules.toml", {**plain, "rules": [*plain["rules"], *stanzas]}, {})
    return loader.parse(type(settings), file, (), {"site": facts, "lines": getattr(settings, "lines", {})})


def _guide(name: str, facts: SiteFacts) -> dict[str, str]:
    path = templates_folder() / f"guide.{facts.language}.md"
    if name != "summarise" or not path.is_file():
        return {}
    return {"guide": path.read_text(encoding="utf-8")}


def _sense(site: SiteFile, file: ConfigFile, tables: Collection[str], say: Texts) -> Iterator[Problem]:
    """What a single value cannot show: settings that do not fit each other."""
    if not getattr(site, "workbooks", None):
        message = say.say("No workbook is named")
        advice = say.say('Add [workbooks.team] with path = "…" or url = "…".')
        yield Problem("no_workbook", message, advice, "error", tab=file.name)
        return
    for name, workbook in site.workbooks.items():
        if bool(workbook.path) == bool(workbook.url):
            message = say.say("Workbook “{name}” needs either a path or a url", name=name)
            row = positions.line_of(file.lines, ("workbooks", name))
            yield Problem("workbook_place", message, say.say("Name one of them."), "error", tab=file.name, row=row)
    if "team" not in site.workbooks and not set(tables) <= site.homes.keys():
        message = say.say("No workbook is called “team”: there kim looks for every table that homes does not name")
        row = positions.line_of(file.lines, ("workbooks",))
        yield Problem("no_team", message, say.say("Call the workbook with the cases [workbooks.team]."), "error",
                      tab=file.name, row=row)  # fmt: skip
    for table, name in site.homes.items():
        if table not in tables or name not in site.workbooks:
            message = say.say("homes.{table} names no known table or workbook", table=table)
            row = positions.line_of(file.lines, ("homes", table))
            yield Problem("bad_home", message, say.say("Known tables: {names}", names=", ".join(tables)), "error",
                          tab=file.name, row=row)  # fmt: skip
