"""What an approver is shown of a rule: some of its messages, with places instead of names, and each text in each of
its languages, so that nothing goes out that nobody saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from automations.jobs.rules.desk import Desk, Ready
from automations.jobs.rules.hits import looked
from automations.jobs.rules.messages import plain_text
from automations.jobs.rules.model import OwnText
from automations.jobs.rules.turn_mails import CANDIDATE, OLD, UNTIL
from automations.jobs.rules.wording import filled, path_of, places, texts_for
from automations.messages.wording import endonym
from automations.model.fields import CLIENTS
from automations.model.records import Record
from automations.model.schema import field_at, holder_at
from automations.model.values import Plain

_SHOWN = 3  # examples in the mail to approvers
_DOMAINS = 5  # domains of clients that it names, the usual ones first

# Of a case, what the examples leave out: the mail may cross a foreign domain, and nobody could erase it there.
_NAMES = frozenset({"first_name", "last_name", "number"})


def usual_domains(addresses: Sequence[str]) -> str:
    """The domains that most of some addresses have."""
    found = Counter(one.rpartition("@")[2].casefold() for one in addresses)
    shown = sorted(found, key=lambda domain: (-found[domain], domain))[:_DOMAINS]
    return ", ".join([*shown, "…"] if len(found) > len(shown) else shown)


def examples(ready: Ready, names: Sequence[str], desk: Desk) -> Iterator[Plain]:
    """What the first hits would be told, or have filled in; then its texts (`names`) in their other languages, and
    those that it sends later."""
    rule, language = ready.rule, desk.site.language
    hits = looked(ready, desk).hits
    own = texts_for(rule.template, desk) or {}
    first = language if language in own else next(iter(own), "")
    text = own.get(first)
    if text is None:
        wanted = ", ".join(f"{name} = {to}" for name, to in rule.set.items())
        text = OwnText(text=wanted or plain_text(ready, desk) or rule.name)
    for look in hits[:_SHOWN]:
        yield _example(text, look.record, rule.table, language, desk)
    for name in dict.fromkeys(names):
        for code, other in sorted((texts_for(name, desk) or {}).items()):
            # The text in the first language stands in the examples above already.
            if hits and (name, code) != (rule.template, first):
                shown = _example(other, hits[0].record, rule.table, code, desk)
                yield {**shown, "subject": f"{endonym(code)}: {shown['subject']}"} if code != language else shown


def _example(text: OwnText, record: Record, table: str, language: str, desk: Desk) -> dict[str, Plain]:
    hidden = masks(f"{text.subject} {text.text}", table, desk)
    subject = filled(text.subject or desk.site.name, record, desk, language, hidden)
    body = filled(text.text, record, desk, language, hidden)
    return {"subject": subject, "lines": list(body.strip().splitlines())}


def masks(text: str, table: str, desk: Desk) -> dict[str, str]:
    """Places that name a client -> what stands there instead in an example."""
    found: dict[str, str] = {}
    for place in places(text):
        path = path_of(place, table, desk)
        spec = field_at(desk.snapshot.schema, table, path) if path else None
        # Filled in when the mail is made; in an example nobody stands for them.
        if place == UNTIL or place.startswith((CANDIDATE, OLD)):
            found[place] = f"‹{place}›"
            continue
        holder, name = holder_at(desk.snapshot.schema, table, path or "")
        if spec is not None and holder == CLIENTS and name in _NAMES:
            found[place] = f"‹{place}›"
    return found
