"""What is past its time, asked about: cases that were closed long ago, rows of a team's own tables. Pure.

Nothing is erased by itself: the team lead says yes, and kim names what is not its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from msgspec import structs

from automations.common.dates import months_later
from automations.common.texts import Texts
from automations.config.site import Site
from automations.model.decisions import answer, ask, lead
from automations.model.fact_kinds.questions import Erasing
from automations.model.fields import CLIENTS
from automations.model.history import History
from automations.model.plan import EditGroup, Fact
from automations.model.records import Answer
from automations.model.schema import Keeping, TableSpec
from automations.model.snapshot import Snapshot

ERASE = "erase/"
"""What the key of such a question begins with; the month of asking follows, and the table where it is not the cases."""

_DAYS = 20  # working days in which somebody should have decided about erasing
_MOST = 40  # rows that one question names, at most

Asked = tuple[tuple[EditGroup, ...], tuple[Fact, ...]]


def expired(
    site: Site, snapshot: Snapshot, history: History, job: str, now: datetime, say: Texts
) -> Iterator[Asked]:  # fmt: skip
    """One question a month for each table, and none while one about it is open."""
    today, closed = site.facts.today(now), site.file.retention.closed_case_months
    for spec in snapshot.schema.values():
        keep = Keeping("closed_on", closed) if spec.name == CLIENTS and closed else spec.keep
        key = f"{ERASE}{today:%Y-%m}" + (f"/{spec.name}" if spec.own else "")
        before = [name for name in history.questions if name.startswith(ERASE) and _of(name) == spec.name]
        is_open = any(answer(name, snapshot, history) in {None, Answer.LATER} for name in before)
        # "later" keeps the question open; it is not put once more beside itself.
        if keep is None or is_open or key in before:
            continue
        # Whoever was asked about once is not asked about again: a no stands, and a yes is done.
        settled = {number for name in before for number in keys_of(name, history)}
        if keys := _past(spec, keep, snapshot, today) - settled:
            yield _ask(key, spec, keep, sorted(keys)[:_MOST], site, snapshot, history, job, now, say)


def keys_of(question: str, history: History) -> Sequence[str]:
    """The keys of the rows that a question about erasing names."""
    named = (history.fact(Erasing, question) or Erasing()).cases
    return [key for key in named.split("\n" if "\n" in named else ", ") if key]


def _of(question: str) -> str:
    """The table that a question is about."""
    return question.removeprefix(ERASE).partition("/")[2] or CLIENTS


def _past(spec: TableSpec, keep: Keeping, snapshot: Snapshot, today: date) -> set[str]:
    """The keys of the rows whose time is over."""
    days = ((record.get(spec.key), record.get(keep.after)) for record in snapshot.table(spec.name))
    return {str(key) for key, day in days if key and isinstance(day, date) and _over(day, keep.months, today)}


def _over(day: date, months: int, today: date) -> bool:
    try:
        return months_later(day, months) <= today
    except ValueError:  # beyond the calendar
        return False


def _ask(
    key: str, spec: TableSpec, keep: Keeping, keys: Sequence[str], site: Site, snapshot: Snapshot, history: History,
    job: str, now: datetime, say: Texts,
) -> Asked:  # fmt: skip
    until = site.facts.working_days.shift(site.facts.today(now), _DAYS)
    proposal = say.say("yes: mails, log and replies are erased. The rows in the workbook stay: please delete them too.")
    terms = lead(until, say.say("kim keeps what it has."), say)
    question = _question(spec, keep, keys, snapshot, say)
    groups, facts = ask(key, question, proposal, keys[0], snapshot, history, job, now, terms, say)
    joined = "\n".join((*keys, "")) if spec.own else ", ".join(keys)  # the key of an own row may hold a comma
    named = Erasing(joined).under(key)  # comes with the question: it may wait for another day
    return tuple(structs.replace(group, facts=(*group.facts, named)) for group in groups), facts


def _question(spec: TableSpec, keep: Keeping, keys: Sequence[str], snapshot: Snapshot, say: Texts) -> str:
    if not spec.own:
        return say.count(
            "{n} case was closed more than {months} months ago: {cases}. Shall kim erase what it keeps about it?",
            "{n} cases were closed more than {months} months ago: {cases}. Shall kim erase what it keeps about them?",
            len(keys), months=keep.months, cases=", ".join(keys),
        )  # fmt: skip
    layout = snapshot.layouts.get(spec.name)
    column = layout.headings.get(keep.after, keep.after) if layout else keep.after
    return say.count(
        "{n} row in “{tab}” is past its time ({months} months after “{column}”): {rows}. Shall kim erase what it keeps "
        "about it?",
        "{n} rows in “{tab}” are past their time ({months} months after “{column}”): {rows}. Shall kim erase what it "
        "keeps about them?",
        len(keys), tab=layout.tab if layout else spec.name, months=keep.months, column=" ".join(column.split()),
        rows=", ".join(keys),
    )  # fmt: skip
