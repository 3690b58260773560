"""Names in the config that name nothing of the site: a phase, a field, a language, a role, an office, a heading that
is another column's. A run goes on without them, in silence; `kim check` says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from automations.common.shipped import templates_folder
from automations.common.texts import Texts
from automations.config.site import Site
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.rules.model import RuleSettings
from automations.jobs.tabs.settings import SummariseSettings
from automations.model.problems import Problem, Severity
from automations.model.snapshot import Snapshot
from automations.tables.folding import fold

_SHOWN = 12  # names that one sentence lists


def odd_names(site: Site, snapshot: Snapshot) -> Iterator[Problem]:
    """Each name that nothing of the site answers to, with those that it has."""
    say = site.facts.texts
    for key, (names, known) in _closed(site, snapshot).items():
        for name in names:
            if name not in known:
                yield _odd("automations.toml", key, name, known, say)
    yield from _languages(site, snapshot, say)
    yield from _headings(site, say)
    yield from _typed(site, snapshot, say)


def _closed(site: Site, snapshot: Snapshot) -> Mapping[str, tuple[Collection[str], Collection[str]]]:
    """Settings whose names the config itself knows in full. What nobody chose is no mistake."""
    assign = site.settings(AssignSettings, "assign_cases")
    summarise = site.settings(SummariseSettings, "summarise")
    phases, languages = [phase.id for phase in site.facts.phases], list(site.columns.words.get("language", {}))
    # The tab “Einstellungen” may declare columns of its own.
    fields = list(dict.fromkeys([*site.columns.specs["cases"].fields, *snapshot.schema["cases"].fields]))
    return {
        "assign_cases.first_phase": (_chosen(assign, "first_phase"), phases),
        "assign_cases.common_language": (_chosen(assign, "common_language"), languages),
        "assign_cases.needs": (_chosen(assign, "needs"), fields),
        "assign_cases.prefers": (_chosen(assign, "prefers"), fields),
        "summarise.waiting_phases": (_chosen(summarise, "waiting_phases"), phases),
    }


def _chosen(settings: AssignSettings | SummariseSettings | RuleSettings, name: str) -> Collection[str]:
    if name not in settings.model_fields_set:
        return ()
    value = getattr(settings, name)
    return (value,) if isinstance(value, str) else tuple(value)


def _languages(site: Site, snapshot: Snapshot, say: Texts) -> Iterator[Problem]:
    """Languages for clients in which there is no text: who speaks one would be written to in the site's."""
    folders = (templates_folder(), site.folder / "templates")
    rules = site.settings(RuleSettings, "follow_rules")
    known = {path.parts[-3] for folder in folders for path in folder.glob("locales/*/LC_MESSAGES/mail.po")}
    known |= {language for text in rules.texts.values() for language in text}
    known |= {str(language) for row in snapshot.tables.get("texts", ()) if (language := row.get("language"))}
    for name in site.facts.approved_languages:
        if name not in known:
            yield _odd("site.toml", "site.approved_languages", name, sorted(known), say)


def _headings(site: Site, say: Texts) -> Iterator[Problem]:
    """Headings of own fields that are another column's: one of the two would never be read."""
    for table, columns in site.columns.tables.items():
        first = {fold(names[0]): field for field, names in columns.headings.items() if field not in columns.fields}
        counts = Counter(text for own in columns.fields.values() for text in set(map(fold, own.headings)))
        for name, own in columns.fields.items():
            for text in own.headings:
                if (taken := first.get(fold(text), name)) != name or counts[fold(text)] > 1:
                    message = say.say("The heading “{heading}” of the field “{name}” in the table “{table}” is that of "
                                      "another column too.", heading=text, name=name, table=table)  # fmt: skip
                    advice = say.say("Each heading means one column: use the field “{name}”, or another heading.",
                                     name=taken)  # fmt: skip
                    yield Problem(
                        "heading_taken", message, advice, "error", tab="columns.toml", shown=text, who="operator"
                    )


def _typed(site: Site, snapshot: Snapshot, say: Texts) -> Iterator[Problem]:
    """Names that people type in the tables: one that is there nowhere yet may come; one that is nearly there is a
    slip."""
    assign, rules = site.settings(AssignSettings, "assign_cases"), site.settings(RuleSettings, "follow_rules")
    roles = {person.role for person in snapshot.team if person.role}
    offices = {case.source for case in snapshot.cases if case.source}
    named = (
        ("automations.toml", "assign_cases.roles_without_cases", _chosen(assign, "roles_without_cases"), roles),
        ("rules.toml", "referrers", _chosen(rules, "referrers"), offices),
    )
    for file, key, names, known in named:
        folded = {fold(word) for word in known}
        for name in names if known else ():
            if fold(name) not in folded:
                near = get_close_matches(name, known, 1)
                yield _odd(file, key, name, sorted(known), say, "error" if near else "note")


def _odd(file: str, key: str, name: str, known: Collection[str], say: Texts, severity: Severity = "error") -> Problem:
    near = get_close_matches(name, known, 1)
    shown = [*near, *(other for other in known if other not in near)]
    listed = ", ".join(shown[:_SHOWN]) + (" …" if len(shown) > _SHOWN else "")
    message = say.say("{key} names “{name}”, which is not there", key=key, name=name)
    advice = say.say("There is: {names}.", names=listed)
    return Problem("no_such_name", message, advice, severity, tab=file, shown=name, who="operator")
