"""What the team decides in the tab `Einstellungen`: what people outside see waits for an approver's yes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, time

from msgspec.structs import replace

from automations.common.texts import quotable
from automations.jobs.rules.approvals import approval_mails
from automations.jobs.rules.desk import JOB, Desk
from automations.model.console import SettingRow
from automations.model.fact_kinds.team_rules import ApprovalAsked, RuleApproved, RuleRefused, SettingDecided
from automations.model.plan import CellEdit, EditGroup, Fact, Plan
from automations.model.problems import Problem
from automations.model.values import Plain, digest, same
from automations.tables.setting_rows import SETTINGS

PREFIX = "setting_"  # what the names of settings begin with where rules are approved


def decisions(desk: Desk) -> Plan:
    """What is in force from the next run on, what approvers are asked, and what the tab says beside each row."""
    plans = [_decision(row, desk) for row in desk.snapshot.console.settings if not _waits(row, desk)]
    named = {row.name for row in desk.snapshot.console.settings}
    # A row that was deleted gives the value of site.toml back.
    gone = [
        SettingDecided().under(name)
        for name, fact in desk.history.facts_of(SettingDecided).items()
        if fact.value and name not in named
    ]
    return Plan(
        JOB,
        groups=tuple(group for plan in plans for group in plan.groups),
        mails=tuple(mail for plan in plans for mail in plan.mails),
        facts=(*gone, *(fact for plan in plans for fact in plan.facts)),
        problems=tuple(problem for plan in plans for problem in plan.problems),
    )


def pin_of(row: SettingRow) -> str:
    """What an approval of a setting is about."""
    return digest(row.name, row.value)


def approving_setting(row: SettingRow, desk: Desk, by: str) -> Fact:
    """The approval of a setting as it stands, to be remembered."""
    return RuleApproved(pin_of(row), 0, "", by, desk.now).under(PREFIX + row.name)


def _waits(row: SettingRow, desk: Desk) -> bool:
    # A row in which somebody is typing decides nothing yet, nor does what stood there before kim came.
    return row.row in desk.snapshot.unsettled or desk.history.adopting


def _decision(row: SettingRow, desk: Desk) -> Plan:
    say = desk.words.say
    if odd := _unknown_pack(row, desk):
        fault = say("“{sign}” is no pack; there is: {names}.", sign=odd, names=", ".join(desk.settings.packs))
        row = replace(row, fault=fault)
    if row.fault:
        return Plan(JOB, groups=tuple(_hint(row, row.fault, desk)), problems=(_problem(row, desk),))
    if row.value == _in_force(row.name, desk):
        by = (desk.history.fact(SettingDecided, row.name) or SettingDecided()).by
        said = say("in force, approved by {by}", by=by) if by else say("in force")
        return Plan(JOB, groups=tuple(_hint(row, said, desk)))
    name, pin = PREFIX + row.name, pin_of(row)
    known, refused = desk.history.fact(RuleApproved, name), desk.history.fact(RuleRefused, name)
    # What only colleagues see needs nobody's yes.
    if not row.outside or (known and known.pin == pin):
        by = known.by if known and row.outside else ""
        said = say("in force from the next run on")
        return Plan(JOB, groups=tuple(_hint(row, said, desk)), facts=(SettingDecided(row.value, by).under(row.name),))
    # A later approval of the same value, by IT, comes before an older no.
    if refused and refused.pin == pin and not (known and known.at and refused.at and known.at > refused.at):
        return Plan(JOB, groups=tuple(_hint(row, say("refused by {by}", by=refused.by), desk)))
    asked = approval_mails(name, row.title, ApprovalAsked(pin), pin, dict(_question(row, desk)), desk)
    waits = f"{say('waits for approval')}: {_way(row, desk)}"
    return Plan(JOB, groups=tuple(_hint(row, waits, desk)), mails=asked.mails, facts=asked.facts)


def _unknown_pack(row: SettingRow, desk: Desk) -> str:
    """The first pack of the row that there is not; blank where there are all."""
    named = json.loads(row.value) if row.name == "packs" and row.value else []
    return next((name for name in named if name not in desk.settings.packs), "")


def _way(row: SettingRow, desk: Desk) -> str:
    """Who is asked, or what IT types; where nobody gets the texts by mail, which command shows them."""
    say = desk.words.say
    if desk.settings.approvers:
        return say("a mail went to: {names}", names=", ".join(desk.settings.approvers))
    way = say("“kim approve {name}”", name=PREFIX + row.name)
    return f"{way}; {say('“kim preview” shows the texts')}" if _new_languages(row, desk) else way


def _new_languages(row: SettingRow, desk: Desk) -> list[str]:
    """The languages that a row adds to those in force; [] where it is about something else."""
    if row.name != "approved_languages":
        return []
    return [code for code in json.loads(row.value) if code not in desk.site.approved_languages]


def _in_force(name: str, desk: Desk) -> str:
    """The value that counts now, in the form of JSON."""
    if name == "packs":
        return (desk.history.fact(SettingDecided, name) or SettingDecided()).value
    value = getattr(desk.site, name)
    listed = [_plain(one) for one in value] if isinstance(value, tuple) else _plain(value)
    return json.dumps(listed, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, date) else value


def shown(text: str) -> str:
    """A value in the form of JSON as people read it."""
    value = json.loads(text) if text else ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _question(row: SettingRow, desk: Desk) -> Iterator[tuple[str, Plain]]:
    """What the mail to approvers says."""
    say, title = desk.words.say, row.title
    yield "subject", say("Please approve: the setting “{name}”", name=title)
    yield "intro", say("Somebody typed this into the tab of settings. It counts only once you say yes; until then what "
                       "counted before goes on.")  # fmt: skip
    yield "facts", [[say("Setting"), title], [say("so far"), shown(_in_force(row.name, desk)) or "–"],
                    [say("from now on"), shown(row.value)]]  # fmt: skip
    new = _new_languages(row, desk)
    yield "examples", []
    yield "languages", list(new)  # whoever renders the mail adds what clients would read in them
    yield "examples_title", say("What clients would read (an invented appointment):") if new else ""
    yield "yes", say("Yes, approve it")
    yield "no", say("No, leave it as it is")
    yield "hint", say("A finished message opens. Just send it, and please change nothing in its subject line.")
    yield "by_it", say("IT can approve it: “kim approve {name}”", name=PREFIX + row.name)


def _problem(row: SettingRow, desk: Desk) -> Problem:
    layout, title = desk.snapshot.layouts[SETTINGS], quotable(row.title)
    return Problem("wrong_setting", f"{title}: {row.fault}", "", "error", layout.workbook, SETTINGS, layout.tab,
                   row.line, key=title, who="lead")  # fmt: skip


def _hint(row: SettingRow, said: str, desk: Desk) -> Iterator[EditGroup]:
    layout, stands = desk.snapshot.layouts[SETTINGS], desk.snapshot.rows.get(row.row)
    if stands is None or "hint" not in layout.writable or same(stands.value("hint"), said):
        return
    edit = CellEdit("hint", stands.value("hint"), said)
    yield EditGroup(f"setting_hint/{row.name or digest(row.title)[:8]}", row.row, (edit,), JOB,
                    desk.words.say("What became of the setting."), guards=stands.guards("setting"))  # fmt: skip
