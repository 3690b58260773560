"""What a mail still needs before mails are switched on: said at the end of `kim init` and by `kim mail setup`."""

from __future__ import annotations

from collections.abc import Iterator

from automations.common.texts import Texts
from automations.config.site import Site
from automations.model.settings import service_name
from automations.model.snapshot import Snapshot


def mail_needs(site: Site, snapshot: Snapshot, said: Texts, *, server: bool = True) -> Iterator[str]:
    """One sentence for each thing that is missing; none where mails could leave. Without `server` nothing is said of
    the mail server."""
    facts, team = site.facts, site.columns.tables["team"].tabs[0]
    # The shipped name in a client's mail would tell nobody who writes.
    if facts.name == service_name(facts.language):
        yield said.say("Is the service called “{name}”? Else please change it (name in site.toml).", name=facts.name)
    if not facts.phone and not any(one.get("phone") for one in (*snapshot.team, *snapshot.locations)):
        yield said.say("A phone number that clients may call (phone in site.toml, or in the tab “{tab}”).",
                       tab=team)  # fmt: skip
    yield from _columns(site, snapshot, said)
    if snapshot.team and not any(one.email for one in snapshot.team):
        yield said.say("Mail addresses of colleagues in “{tab}” (for their morning list).", tab=team)
    if snapshot.cases and "consent_on" in snapshot.layouts["cases"].columns:
        count = sum(case.consent_on is not None for case in snapshot.cases)
        if not count:
            yield said.say("A consent with its day: none of the {n} cases has one.", n=len(snapshot.cases))
    if server and site.file.mail.transport == "folder":
        yield said.say("The mail server and the sender: “kim mail setup” asks for them and sends a test.")


def _columns(site: Site, snapshot: Snapshot, said: Texts) -> Iterator[str]:
    for table, names in _COLUMNS.items():
        rules = site.columns.tables[table]
        if table not in snapshot.layouts:
            yield said.say("A table like “{tab}”.", tab=rules.tabs[0])
            continue
        layout = snapshot.layouts[table]
        # Where the tab's name says who is in charge, no column need to.
        have = {*layout.columns, *filter(layout.tells, names)}
        if any(one.get("time") for one in snapshot.appointments):
            have.add("time")  # it stands beside the day, in one cell
        if any(one.name for one in snapshot.team):
            have.add("name")  # it stands where others have short names
        for name in names:
            if name not in have and _INSTEAD.get(name) not in have:
                yield said.say("The column “{column}” in “{tab}”.", column=rules.own_heading(name), tab=rules.tabs[0])


# Columns without which no reminder is complete, or permitted.
_COLUMNS = {
    "cases": ("number", "email", "consent_on", "manager"),
    "appointments": ("case", "date", "time", "place"),
    "team": ("code", "name"),
}

_INSTEAD = {"email": "contact", "case": "client_last_name"}
