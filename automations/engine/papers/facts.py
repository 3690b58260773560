"""What a site's config says about personal data, as plain values for the papers: which fields, where they lie, who
gets them, how long they are kept.

Nothing is read but the config: a paper is true of a site that never ran, and a changed setting changes it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from automations.common.texts import Texts, texts
from automations.config.site import Site
from automations.engine.barred_people import BAR_DAYS
from automations.engine.erasure import STORES
from automations.engine.housekeeping import VERSION_DAYS
from automations.engine.papers.words import CLASSES, KINDS, STORE_WORDS, WAYS
from automations.jobs.figures.own import OwnFigure
from automations.jobs.take_in import TakeInSettings
from automations.ledger.packing import KEPT_DAYS
from automations.ledger.retention import Retention
from automations.model.fields import CLIENTS, FieldSpec
from automations.model.schema import TableSpec
from automations.model.values import Plain

LANGUAGE = "de"
"""The papers are for authorities, councils and officers in Germany; only the sheet for clients speaks more."""


def facts_of(site: Site, today: date) -> dict[str, Plain]:
    """The context of every paper. `today` is the site's date."""
    words = texts(LANGUAGE)
    staff = site.facts.staff_figures
    return {
        "today": words.date(today),
        "service": _service(site, words),
        "tables": list(_tables(site)),
        "workbooks": list(_workbooks(site)),
        "google": any(book["google"] for book in _workbooks(site)),
        "mail": _mail(site),
        "texts": _text_messages(site),
        "forms": list(_forms(site)),
        "ledger": _ledger(site),
        "operator": {"email": site.file.operator.email, "ping": _host(site.file.operator.ping_url)},
        "periods": _periods(site),
        "stores": [STORE_WORDS.get(store.name, store.name) for store in STORES],
        "languages": [words.spoken(code) for code in site.facts.approved_languages],
        "rules": list(_rules(site)),
        "outside": any(getattr(rule, "active", True) and rule.recipient not in _OWN for rule in _sending(site)),
        "noticed": [
            _heading(site, table, name)
            for table in ("cases", "appointments")
            for name in getattr(site.file.noticed, table)
        ],
        "staff": {
            "agreed": staff.allowed(today),
            "agreement_on": words.date(staff.agreement_on) if staff.agreement_on else "",
            "load_by": str(getattr(site.jobs["summarise"], "load_by", "")),
            "figures": [figure.title for figure in _staff_figures(site)],
        },
        "brake": site.file.guards.mail_brake,
        "settle": site.facts.settle_minutes,
        "hours": " bis ".join(f"{at:%H:%M}" for at in site.facts.mail_hours),
        "settings": [{"name": name, "value": value} for name, value in sorted(_settings(site))],
    }


def _service(site: Site, words: Texts) -> dict[str, Plain]:
    facts = site.facts
    return {
        "name": _plain(facts.name), "phone": facts.phone, "reply_to": site.file.mail.reply_to or facts.reply_to,
        "sender": site.file.mail.sender or facts.mail_from, "land": facts.land,
        "language": words.spoken(facts.language),
    }  # fmt: skip


def _tables(site: Site) -> Iterator[dict[str, Plain]]:
    """Each table with each of its fields: what it is called, what kind it is of, and how far it may go."""
    for table, spec in site.columns.specs.items():
        columns = site.columns.tables[table]
        rows: list[Plain] = [
            {"heading": _heading(site, table, name), "kind": _kind(field), "class": CLASSES[field.access]}
            for name, field in _fields(columns.headings, spec)
        ]
        yield {
            "tab": _plain(columns.tabs[0]), "own": spec.own, "fields": rows, "home": site.homes.get(table, ""),
            "people": spec.people or (spec.own and any(field.target == CLIENTS for field in spec.fields.values())),
            "keep": spec.keep.months if spec.keep else 0,
            "after": _heading(site, table, spec.keep.after) if spec.keep else "",
        }  # fmt: skip


def _fields(headings: Collection[str], spec: TableSpec) -> Iterator[tuple[str, FieldSpec]]:
    """The fields that can be typed, and columns that are read into several of them ("Name, Vorname")."""
    for name in headings:
        yield name, spec.fields.get(name, FieldSpec())
    yield from ((name, field) for name, field in spec.fields.items() if field.own and name not in headings)


def _heading(site: Site, table: str, name: str) -> str:
    found = site.columns.tables[table].headings.get(name)
    return _plain(found[0]) if found else name


def _kind(field: FieldSpec) -> str:
    return KINDS.get("reference" if field.target else field.kind, field.kind)


def _workbooks(site: Site) -> Iterator[dict[str, Plain]]:
    for name, book in site.file.workbooks.items():
        host = _host(book.url)
        # Named apart, as a processor outside of the house: the papers ask for a contract then.
        google = host.endswith("google.com")
        way = "google" if google else "web" if book.url else "file"
        yield {
            "name": name, "place": _plain(host or book.path), "way": WAYS[way], "google": google, "web": way == "web",
            "versions": book.keep_versions,
        }  # fmt: skip


def _mail(site: Site) -> dict[str, Plain]:
    mail = site.file.mail
    return {
        "live": mail.live, "host": mail.host if mail.transport == "smtp" else "",
        "security": WAYS.get(mail.security, mail.security),
        "sender": mail.sender, "inbox": mail.inbox.host if mail.inbox else "", "archive": mail.archive,
        "archive_host": mail.archive_mailbox.host if mail.archive_mailbox else "", "test": mail.test_address,
        "folder": mail.folder if mail.transport == "folder" else "",
    }  # fmt: skip


def _text_messages(site: Site) -> dict[str, Plain]:
    """Who carries text messages; blank where none leave."""
    settings = site.file.text_messages
    carriers = {"gateway": _host(settings.url), "mail": settings.domain}
    return {"carrier": carriers.get(settings.way, ""), "by_mail": settings.way == "mail"}


def _forms(site: Site) -> Iterator[dict[str, Plain]]:
    """Where submissions of forms come in. Their questions are named: each is kept that a column is filled from."""
    settings = site.jobs.get("take_in")
    for name, form in settings.forms.items() if isinstance(settings, TakeInSettings) else ():
        asked = [heading for heading in (*form.fields.values(), form.consent) if heading]
        yield {"name": name, "place": _plain(form.tab or form.folder), "folder": bool(form.folder),
               "asked": list(dict.fromkeys(asked))}  # fmt: skip


def _ledger(site: Site) -> dict[str, Plain]:
    """Where the ledger lies. A URL may hold a password, so nothing of it is told but its host."""
    settings = site.file.ledger
    if settings.url_env:
        return {"way": "env", "place": settings.url_env}
    host = _host(settings.url)
    return {"way": "server", "place": host} if host else {"way": "file", "place": "state/ledger.sqlite"}


def _periods(site: Site) -> dict[str, Plain]:
    kept = Retention()
    return {
        "mails": kept.mail_days, "writes": kept.write_days, "story": kept.story_days, "versions": VERSION_DAYS,
        "backups": KEPT_DAYS, "bars": BAR_DAYS // 365, "closed": site.file.retention.closed_case_months,
    }  # fmt: skip


_OWN = frozenset({"", "client", "manager", "substitute", "lead"})  # clients themselves, and the team


def _sending(site: Site) -> Iterator[Any]:
    for job in ("remind", "follow_rules"):
        yield from getattr(site.jobs.get(job), "rules", ())


def _rules(site: Site) -> Iterator[dict[str, Plain]]:
    """Every rule of the config that lets something out or writes something, shipped and own ones."""
    for rule in _sending(site):
        action = str(getattr(rule, "action", "mail"))
        yield {
                "name": site.facts.texts.say(rule.title) if rule.title else rule.name,
                "action": WAYS.get(action, action),
                "recipient": WAYS.get(rule.recipient, rule.recipient or "–"),
                "template": getattr(rule, "template", "") or "–", "active": bool(getattr(rule, "active", True)),
            }  # fmt: skip


def _staff_figures(site: Site) -> Iterator[OwnFigure]:
    schema = site.columns.specs
    for figure in getattr(site.jobs["summarise"], "figures", ()):
        if figure.about_staff(schema):
            yield figure


def _settings(site: Site) -> Iterator[tuple[str, str]]:
    """Every setting that the papers were made from, as it stands; secrets are none, as the config holds only
    their names."""
    plain = site.file.model_dump(mode="json", by_alias=True)
    # What stands before the @ may be a password.
    if "@" in str(plain.get("ledger", {}).get("url", "")):
        plain["ledger"]["url"] = "…"
    yield from _flat("site.toml", plain)
    for job, settings in site.jobs.items():
        left_out = {"groups", "lines", "guide", "names"}
        yield from _flat(job, settings.model_dump(mode="json", by_alias=True, exclude=left_out))


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _flat(f"{path} · {name}", inner)
    elif isinstance(value, list) and any(isinstance(inner, Mapping) for inner in value):
        for index, inner in enumerate(value):
            name = inner.get("name") or inner.get("id") or index + 1
            yield from _flat(f"{path} · {name}", inner)
    else:
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        yield _plain(path), _plain("" if shown is None else shown)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _plain(value: object) -> str:
    """A value in one line of a table, and none of its characters taken for a mark."""
    text = " ".join(str(value).split())
    return "".join(f"\\{c}" if c in "|\\`*_<>[]#" else c for c in text)
