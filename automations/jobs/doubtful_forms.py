"""What people must look at before, or after, a form that somebody sent becomes a case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from automations.common.texts import Texts
from automations.model.fact_kinds.forms import FormCase
from automations.model.history import History
from automations.model.problems import Problem
from automations.model.records import Case
from automations.model.settings import Form
from automations.model.snapshot import Snapshot
from automations.model.submissions import Intake, Submission
from automations.model.values import digest
from automations.tables.forms import likenesses

_SPAM = re.compile(r"https?://|www\.|\[url|<a\s|\b(viagra|casino|crypto|seo|backlink|bitcoin)\b", re.IGNORECASE)
_MARK = 10  # hex digits by which an answer is remembered
_NAMED = frozenset({"last_name", "first_name", "full_name"})
_SAME = {
    "email": "it has the mail address of a case that is there",
    "phone": "it has the phone number of a case that is there",
    "person": "it names somebody who is there",
}


def doubts(one: Submission, seen: Mapping[str, str], say: Texts) -> Iterator[str]:
    """Why a submission becomes no case before somebody says so; `seen` are the numbers of cases by their marks."""
    # Only a doubt, which people are asked about: who asks for advice may name an address of the web, too.
    if any(isinstance(text, str) and _SPAM.search(text) for text in one.answers.values()):
        yield say.say("it looks like advertising")
    names = [str(text) for name, text in one.answers.items() if name in _NAMED]
    # "12345" or "---" in the field of the name.
    if not any(char.isalpha() for text in names for char in text):
        yield say.say("it names nobody")
    if one.twin:
        yield say.say("another one has the same number or moment")
    for mark in sorted(one.alike & seen.keys()):
        case = seen[mark]
        kind = say.say(_SAME[mark.partition(":")[0]])
        yield f"{kind} ({case})" if case else kind


def marks_of(case: Case) -> frozenset[str]:
    """By what a case is known again in a submission."""
    told = {name: getattr(case, name) for name in ("email", "phone", "first_name", "last_name", "birth_date")}
    return likenesses(told, told)


def unconfirmed(snapshot: Snapshot, history: History, say: Texts) -> Iterator[Problem]:
    """Consents that a form told and nobody has confirmed."""
    for case in snapshot.cases:
        made = history.fact(FormCase, case.number or "")
        told = made.consent if made else None
        # The box of a form is no consent: anybody can tick it for somebody else.
        if told and case.consent_on is None and case.withdrawn_on is None:
            yield Problem(
                "consent_by_form",
                say.say("The form agrees to mails on {day:%d.%m.%Y}; nobody has confirmed it yet.", day=told),
                say.say("Please ask the client, then type the day of the consent."),
                "note", **snapshot.where(case, "consent_on"), key=case.number or "", who=case.manager or "lead",
            )  # fmt: skip


def said_by(one: Submission, form: Form) -> str:
    """What a submission says, as `FormCase` remembers it: blank answers too, as they may be filled in later."""
    return " ".join(f"{name}:{digest(one.answers.get(name))[:_MARK]}" for name in sorted(form.fields))


def corrected(
    submissions: Iterable[Submission], form: Form, history: History
) -> Iterator[tuple[str, FormCase, list[str]]]:
    """Of submissions that became cases (by number) those that say something else by now, with the questions."""
    made = {(one.form, one.submission): (number, one) for number, one in history.facts_of(FormCase).items()}
    for one in submissions:
        number, known = made.get((one.form, one.key), ("", None))
        if known is None or (now := said_by(one, form)) == known.said:
            continue
        before = dict(part.split(":") for part in known.said.split())
        # A question that the settings did not name then says nothing new now.
        fields = [name for name, mark in (part.split(":") for part in now.split()) if before.get(name, mark) != mark]
        yield number, replace(known, said=now), [form.fields[name] for name in fields]


def unreadable_forms(intake: Intake, say: Texts) -> tuple[Problem, ...]:
    """What of the forms cannot be read: who sent something there is no case, and nobody hears of it otherwise."""
    said = dict.fromkeys(f"{place}: {say.say(sentence)}" for place, sentence in intake.troubles)
    advice = say.say("What is sent there does not become a case until this is mended; see [take_in.forms] in "
                     "automations.toml.")  # fmt: skip
    return tuple(Problem("form_unreadable", message, advice, "error", who="lead") for message in said)
