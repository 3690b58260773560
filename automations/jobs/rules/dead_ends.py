"""What can never happen: words that a column does not have, blank fields, days in columns of text, hits that
the guards all stop. For `kim check`, with the words that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from automations.conditions.condition import Condition
from automations.jobs.rules.circles import begetting, circle_in_words
from automations.jobs.rules.dead_words import dead_comparisons
from automations.jobs.rules.desk import Desk, Ready, about, called, heading, resting
from automations.jobs.rules.faults import reader
from automations.jobs.rules.hits import looked
from automations.jobs.rules.model import Rule
from automations.jobs.rules.people import addressee, verdict
from automations.model.fact_kinds.sightings import RowNames
from automations.model.problems import Problem, Severity
from automations.model.schema import DATES, field_at
from automations.model.values import is_draft
from automations.tables.folding import fold


def dead_ends(ready: Ready, desk: Desk) -> tuple[Problem, ...]:
    """All that keeps a rule from ever acting, as far as the tables tell."""
    rule = ready.rule
    # A table that is not there is told by itself, and who switched a rule off wants to hear nothing of it.
    if desk.snapshot.layouts.get(rule.table) is None or not rule.active:
        return ()
    if names := desk.missing(ready):
        return (resting(ready, names, desk, _weight("error", ready, desk)),)
    # With a hit the condition is alive: what looks odd in it is a warning then, and no error.
    hits = sum(desk.book.matching(rule.table, ready.condition))
    found = []
    for table, condition in _conditions(ready):
        found += list(_of_condition(table, condition, ready, desk, none=not hits))
    found += [*_of_due(ready, desk), *_of_circle(ready, desk), *_of_nobody(ready, desk), *_of_keys(ready, desk)]
    return tuple(dict.fromkeys((*found, *_of_guards(ready, desk))))


def _of_pack(ready: Ready, desk: Desk) -> bool:
    return ready.rule.name in desk.settings.pack_files


def _conditions(ready: Ready) -> Iterator[tuple[str, Condition]]:
    if ready.condition is not None:
        yield ready.rule.table, ready.condition
        for item in ready.condition.aggregates.values():
            if item.condition is not None:
                yield item.table, item.condition


def _of_condition(table: str, condition: Condition, ready: Ready, desk: Desk, *, none: bool) -> Iterator[Problem]:
    for end in dead_comparisons(table, condition, ready.rule, desk, none=none):
        yield _dead(ready, desk, end.message, end.advice, end.severity)
    for name in sorted(condition.days):
        spec = field_at(desk.snapshot.schema, table, name)
        if spec is not None and spec.kind not in DATES:
            shown = called(name, table, ready.rule, desk)
            yield _dead(ready, desk, desk.words.say("“{name}” holds no days.", name=shown),
                        desk.words.say("Compare it with a word, or name a column of days."))  # fmt: skip
    compared = (one.name for one in condition.compared if not one.number)
    for name in sorted({*condition.days, *condition.filled, *compared}):
        yield from _of_blank(table, name, ready, desk, none=none)


def _of_blank(table: str, name: str, ready: Ready, desk: Desk, *, none: bool) -> Iterator[Problem]:
    """A column that is missing, or blank in every row."""
    say, step = desk.words.say, name.partition(".")[0]
    layout = desk.snapshot.layouts.get(table)
    if layout is not None and not layout.tells(step):
        # One that makes the rule rest is told before.
        advice = say("Add it with that heading, or enter the heading that you have in columns.toml.")
        lacked = say("The table has no column for “{name}”.", name=heading(step, table, desk))
        yield _dead(ready, desk, lacked, advice)
    elif none and desk.book.records(table) and not any(map(_filled, desk.book.column(table, name))):
        if any(name in record.bad for record in desk.book.records(table)):
            message = say("In “{name}” no cell can be read.", name=heading(name, table, desk))
            yield _dead(ready, desk, message, say("What to type there stands in the list of problems."))
            return
        # The columns of a pack came with it and are blank in the beginning.
        if not _of_pack(ready, desk):
            yield _dead(ready, desk, say("“{name}” is blank in every row.", name=heading(name, table, desk)),
                    say("Until somebody types there, the rule does nothing."))  # fmt: skip


def _filled(value: object) -> bool:
    return value is not None and value != ()


def _of_due(ready: Ready, desk: Desk) -> Iterator[Problem]:
    due, say = ready.rule.due, desk.words.say
    if due.field:
        # A rule by a day that nobody types does nothing, however many rows its condition fits.
        yield from _of_blank(ready.rule.table, due.field, ready, desk, none=True)
    spec = field_at(desk.snapshot.schema, ready.rule.table, due.field) if due.field else None
    before = due.days_before or due.months_before
    if spec is not None and spec.kind == "birth_date" and due.every != "year" and before:
        yield _dead(ready, desk, say("A day of birth lies in the past; days before it never come."),
                    say('Write every = "year", so that they come back with each birthday.'))  # fmt: skip
    if due.on and due.on + timedelta(days=due.keep_days) < desk.today:
        yield _dead(ready, desk, say("Its day, {day}, is over.", day=desk.words.date(due.on)),
                    say("Give it another day, or delete it."))  # fmt: skip


def _of_circle(ready: Ready, desk: Desk) -> Iterator[Problem]:
    """Rows that beget rows: they go round once."""
    # The circles of a pack are meant.
    if not _of_pack(ready, desk) and (ring := begetting(desk).get(ready.rule.name)):
        say = desk.words.say
        said = say("Its rows lead to rows in its own table, by way of: {names}.", names=circle_in_words(ring, desk))
        yield _dead(ready, desk, said, say("Rows that one of these rules added lead to none."), "warning")


def _of_nobody(ready: Ready, desk: Desk) -> Iterator[Problem]:
    """A recipient of what leaves no workbook: whoever named one may believe that somebody is told."""
    if ready.rule.recipient and ready.rule.action in {"note", "set", "append", "list"}:
        say = desk.words.say
        said = say("It names a recipient, but writes to nobody: what it does stays in the workbook.")
        yield _dead(ready, desk, said, say("Choose a mail instead, or leave the recipient out."), "warning")


def _of_keys(ready: Ready, desk: Desk) -> Iterator[Problem]:
    """Rows that nobody could name: nothing is done with any of them."""
    rule, say = ready.rule, desk.words.say
    if rule.action == "list" or rule.turn is not None:  # a list names nothing, and see turn_faults
        return
    if not desk.spec(rule.table).key:
        tab, known = desk.snapshot.layouts[rule.table].tab, desk.history.fact(RowNames) or RowNames()
        if before := known.texts().get(fold(tab)):
            yield _dead(ready, desk, say("In “{tab}” the column “{column}” is gone, which says which row is which.",
                                         tab=tab, column=before),
                        say("Name it so again, or name another one in the tab of settings as “own field: key”; rows "
                            "that are called otherwise are new ones."))  # fmt: skip
            return
        message = say("In “{tab}” no column says which row is which, so nothing is asked, sent or filled in.", tab=tab)
        advice = say("Put a column “No.” at the front of the tab, with another number in each row, or name the column "
                     "in the tab of settings as “own field: key” (key = … in columns.toml).")  # fmt: skip
        yield _dead(ready, desk, message, advice)
        return
    if rule.action not in {"mail", "digest"}:  # of what is written, the list of problems tells of each such row
        return
    rows = zip(desk.book.records(rule.table), desk.book.matching(rule.table, ready.condition), strict=True)
    fits = [record for record, fit in rows if fit]
    if fits and all(desk.nameless(record) == "doubled" for record in fits):
        yield _dead(ready, desk, say("Each of its rows is called like another one, so nothing is done with them."),
                    say("Give each row a name or number of its own."))  # fmt: skip


def _of_guards(ready: Ready, desk: Desk) -> Iterator[Problem]:
    """A rule all of whose hits are suppressed."""
    rule = ready.rule
    if rule.action not in {"mail", "digest"}:
        return
    records = [
        record
        for record, fit in zip(
            desk.book.records(rule.table), desk.book.matching(rule.table, ready.condition), strict=True
        )
        if fit
    ]
    if records and all(desk.nameless(record) in {"no_key", "doubled"} for record in records):
        return  # see `_of_keys`
    # Drafts get their number in the next run; that none of them may be written to says nothing.
    hits = [look for look in looked(ready, desk).hits if not is_draft(look.record.row.key)]
    verdicts = [verdict(addressee(rule.recipient, look.record, desk), look, desk, rule.purpose) for look in hits]
    # All of them: single clients without consent are daily life.
    if verdicts and not any(one.allowed for one in verdicts):
        said = desk.words.say(
            "None of its {n} messages may leave: {sentence}", n=len(hits), sentence=verdicts[0].sentence
        )
        yield _dead(
            ready, desk, said, desk.words.say("Look at the recipient of the rule, and at the consents."), "warning"
        )


def untranslated(ready: Ready, desk: Desk) -> Iterator[Problem]:
    """Languages in which clients are written to and for which nobody wrote the text: it goes in the site's."""
    rule, own = ready.rule, desk.settings.texts.get(ready.rule.template)
    if own is None or rule.action not in {"mail", "text_message"} or not _to_clients(rule, desk):
        return
    missing = [code for code in desk.site.approved_languages if code not in own]
    if missing:
        names = ", ".join(desk.words.spoken(code) for code in missing)
        message = desk.words.say("The text “{name}” is not there in: {names}.", name=rule.template, names=names)
        advice = desk.words.say("kim translates nothing; until somebody writes it, it goes out in the site's language.")
        yield _dead(ready, desk, message, advice, "note")


def _to_clients(rule: Rule, desk: Desk) -> bool:
    # A referring office reads no more than a client may, but is none.
    return rule.recipient != "referrer" and reader(rule, desk) == "client"


def _dead(ready: Ready, desk: Desk, message: str, advice: str, severity: Severity = "error") -> Problem:
    said, severity = f"{ready.rule.called}: {message}", _weight(severity, ready, desk)
    return about(ready.rule, said, advice, desk, code="dead_rule", line=ready.line, severity=severity)


def _weight(severity: Severity, ready: Ready, desk: Desk) -> Severity:
    # A pack is made for every team and was chosen as a whole: what does not fit this one is nobody's mistake.
    return "warning" if severity == "error" and _of_pack(ready, desk) else severity


def missing_templates(ready: Ready, desk: Desk, exists: Callable[[str], bool]) -> Iterator[Problem]:
    """Texts that are neither among the team's own nor in files."""
    rule = ready.rule
    if rule.template and rule.template not in desk.settings.texts and not exists(rule.template):
        yield _dead(ready, desk, desk.words.say("There is no template “{name}”.", name=rule.template),
                    desk.words.say("Write [texts.{name}.de] in rules.toml, or put its three files into templates/mail.",
                                   name=rule.template))  # fmt: skip
