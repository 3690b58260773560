"""What clients were told of a day by a rule, where that day is no more: the cell was emptied, or the row is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from automations.jobs.rules.desk import Desk, Ready, heading
from automations.model.history import LEFT, MailRecord
from automations.model.problems import Problem
from automations.model.records import Record

_DAY = re.compile(r"/0/(\d{4}-\d\d-\d\d)(?=-)")


def outdated(ready: Ready, desk: Desk) -> Iterator[Problem]:
    """A problem for each client who still waits for a day that a message of the rule named; it ends on that day. A day
    that was moved is told by the rule itself."""
    rule = ready.rule
    field, heard = rule.due.field, dict[str, tuple[date, MailRecord]]()
    if rule.action not in {"mail", "text_message"} or rule.recipient != "client" or not field or rule.due.every:
        return
    states = LEFT if desk.history.live else LEFT | {"test"}  # what went to a folder counts while rules are tried out
    for key, mail in desk.history.mails.items():
        found = _DAY.search(key) if mail.rule == rule.name and mail.state in states else None
        day = date.fromisoformat(found[1]) if found else None
        # The newest day that a client heard of is the one that they wait for.
        if found and day and day > desk.today and day >= heard.get(key[: found.start()], (day, mail))[0]:
            heard[key[: found.start()]] = day, mail
    rows = {f"{rule.name}/{desk.mark(one)}": one for one in desk.snapshot.table(rule.table)} if heard else {}
    for name, (day, mail) in heard.items():
        record = rows.get(name)
        # A day that cannot be read is being typed, or has a problem of its own.
        if record is None or (record.get(field) is None and field not in record.bad):
            yield _problem(ready, day, mail, record, desk)


def _problem(ready: Ready, day: date, mail: MailRecord, record: Record | None, desk: Desk) -> Problem:
    rule, say = ready.rule, desk.words.say
    layout = desk.snapshot.layouts.get(rule.table)
    case = desk.snapshot.case_by_number.get(mail.case)
    return Problem(
        "told_day_gone",
        say("The client ({case}) was told of {day} (“{heading}”), and that day stands there no more.", case=mail.case,
            day=f"{day:%d.%m.%Y}", heading=heading(rule.due.field, rule.table, desk)),
        say("Please tell the client what holds now, or enter the day again."), "warning",
        workbook=layout.workbook if layout else "", table=rule.table, tab=layout.tab if layout else "",
        row=record.line or None if record else None, field=rule.due.field, key=desk.key(record) if record else "",
        keys=(mail.case,), who=(case.manager if case else None) or "lead",
    )  # fmt: skip
