"""What a rule sends: one mail for each hit, one for all hits of a recipient, or a call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from automations.common.phones import readable
from automations.jobs.rules.desk import Desk, Ready
from automations.jobs.rules.hits import Look
from automations.jobs.rules.model import OwnText
from automations.jobs.rules.people import Addressee, addressee, case_of, manager_of, text_addressee
from automations.jobs.rules.wording import filled, in_languages, said, texts_for
from automations.model.plan import Call, Mail
from automations.model.records import CaseManager, ContactWay, Record
from automations.model.values import Plain, digest

OWN_TEXT = "own_text"
"""The template that a team's own texts are put into."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a hit comes to: a mail or a call, or the reason why there is neither."""

    look: Look
    mail: Mail | None = None
    call: Call | None = None
    reason: str = ""


def mails(ready: Ready, hits: Sequence[Look], desk: Desk) -> Iterator[Message]:
    """One mail for each hit that was not settled before."""
    for look in hits:
        key = _key(ready, look, desk)
        if desk.settled(key):
            yield Message(look, reason="sent")
            continue
        texts = ready.rule.action == "text_message"
        to = text_addressee(look.record, desk) if texts else addressee(ready.rule.recipient, look.record, desk)
        if not to.address:
            yield Message(look, reason="no_address")
            continue
        yield Message(look, mail=_mail(key, ready, look, to, desk))


def digests(ready: Ready, hits: Sequence[Look], desk: Desk) -> Iterator[Message]:
    """One mail for all hits of a recipient."""
    by_address: dict[str, list[tuple[Look, Addressee]]] = {}
    for look in hits:
        to = addressee(ready.rule.recipient, look.record, desk)
        if to.address and to.audience != "client":
            by_address.setdefault(to.address.casefold(), []).append((look, to))
        else:
            yield Message(look, reason="no_address")
    for address, found in by_address.items():
        look, to = found[0]
        key = f"{ready.rule.name}/{digest(address)[:12]}/0/{look.step.name if look.step else ''}"
        if desk.settled(key):
            yield Message(look, reason="sent")
        else:
            yield Message(look, mail=_digest(key, ready, [look for look, _ in found], to, desk))


def calls(ready: Ready, hits: Sequence[Look], desk: Desk) -> Iterator[Message]:
    """Calls to the clients of the hits, where calling is allowed; never around a missing consent to calls."""
    for look in hits:
        case = case_of(look.record, desk)
        if case is None or not case.phone:
            yield Message(look, reason="no_phone")
        elif (
            case.contact_way in {ContactWay.UNSAFE, ContactWay.NONE}
            or "contact_way" in case.bad
            or case.number in desk.history.objected
        ):
            yield Message(look, reason="no_calls")
        else:
            caller = manager_of(look.record, desk)
            language = next(iter(case.languages), "de")
            text = filled(_plain_text(ready, desk), look.record, desk, desk.site.language)
            call = Call(
                _key(ready, look, desk), case.number or "", (caller.code if caller else None) or "",
                readable(case.phone), language, desk.days.on_or_after(desk.today), text, _why(ready, look, desk),
            )  # fmt: skip
            yield Message(look, call=call)


def _plain_text(ready: Ready, desk: Desk) -> str:
    """What a question, note or call of a rule says."""
    rule = ready.rule
    own = texts_for(rule.template, desk) if rule.template else None
    if rule.text or own is None:
        return rule.text or desk.words.say("The rule “{rule}” holds for this row.", rule=rule.name)
    return (own.get(desk.site.language) or next(iter(own.values()))).text


plain_text = _plain_text


def _key(ready: Ready, look: Look, desk: Desk) -> str:
    return f"{ready.rule.name}/{desk.mark(look.record)}/0/{look.step.name if look.step else ''}"


def _why(ready: Ready, look: Look, desk: Desk) -> str:
    due = look.step.due if look.step else desk.now
    shown = f"{due.astimezone(desk.zone):%d.%m.%Y %H:%M}"
    return desk.words.say("The rule “{rule}” was due on {due}.", rule=ready.rule.name, due=shown)


def _mail(key: str, ready: Ready, look: Look, to: Addressee, desk: Desk) -> Mail:
    rule, record = ready.rule, look.record
    own = texts_for(rule.template, desk)
    # A text that nobody translated goes in a language that it has.
    language = to.language if own is None or to.language in own else desk.site.language
    context = dict(_context(look, to, desk))
    if own is not None:
        context["own"] = in_languages(own, record, desk, language)
        context["to_client"] = to.audience == "client"
    rows = [record.row, *([to.case.row] if to.case else [])]
    return Mail(
        key=key,
        rule=rule.name,
        case=(to.case.number if to.case else None) or "",
        to=to.address,
        language=language,
        template=OWN_TEXT if own is not None else rule.template,
        not_after=look.step.until if look.step else desk.now + timedelta(days=rule.due.keep_days),
        why=_why(ready, look, desk),
        subject_key=desk.key(record) if desk.spec(rule.table).own and to.audience != "client" else "",
        channel=to.channel,
        audience=to.audience,
        context=context,
        needs=desk.needs(rows),
        purpose=rule.purpose,
        office=(to.case.source if to.case else None) or "",
    )


def _context(look: Look, to: Addressee, desk: Desk) -> Mapping[str, Plain]:
    """What the templates of files may print: the case, its colleague, the date that the rule counts from."""
    person = manager_of(look.record, desk)
    base = look.base if look.base is not None and _may_print(look, to, desk) else None
    return {
        "case": (to.case.number if to.case else None) or desk.key(look.record),
        "case_manager": (person.name if isinstance(person, CaseManager) else None) or "",
        "phone": readable((person.phone if person else None) or ""),
        "office_phone": desk.site.phone,
        "site_name": desk.site.name,
        **({"date": base.isoformat(), "days_ahead": (base - desk.today).days,
            "days": desk.days.between(base, desk.today)} if base else {}),
    }  # fmt: skip


def _may_print(look: Look, to: Addressee, desk: Desk) -> bool:
    """Whether the date of a row may leave: a birth date does not, and clients get open ones alone."""
    fields = desk.spec(look.record.row.table).fields
    named = [spec for name, spec in fields.items() if look.record.get(name) == look.base]
    wanted = {"open"} if to.audience == "client" else {"open", "internal"}
    return bool(named) and all(spec.access in wanted for spec in named)


def _digest(key: str, ready: Ready, looks: Sequence[Look], to: Addressee, desk: Desk) -> Mail:
    rule, language = ready.rule, desk.site.language
    lines = list(_lines(ready, [look.record for look in looks], desk))
    count = desk.words.count("{n} row", "{n} rows", len(lines))
    own = texts_for(rule.template, desk) if rule.template else None
    title = rule.title or rule.name.replace("_", " ")
    whole, number = "\n".join(lines), str(len(lines))
    more = {"rows": whole, "Zeilen": whole, "zeilen": whole, "count": number, "Anzahl": number, "anzahl": number}
    text = (own or {}).get(language) or OwnText(subject=f"{title}: {count}", text="{rows}")
    if not any(place in text.text.casefold() for place in ("{rows}", "{zeilen}")):
        text = OwnText(subject=text.subject, text=text.text + "\n\n{rows}")
    first = looks[0]
    return Mail(
        key=key, rule=rule.name, case="", to=to.address, language=language, template=OWN_TEXT,
        not_after=first.step.until if first.step else desk.now + timedelta(days=1), why=_why(ready, first, desk),
        audience=to.audience,
        context={
            "own": in_languages({language: text}, first.record, desk, language, more), "to_client": False,
            "office_phone": desk.site.phone, "site_name": desk.site.name,
        },
        needs=desk.needs(look.record.row for look in looks),
    )  # fmt: skip


def _lines(ready: Ready, records: Iterable[Record], desk: Desk) -> Iterator[str]:
    """A line for each row: what it is called, and the columns that the rule names."""
    rule = ready.rule
    for record in ordered(rule.order, records, desk):
        cells = [said(path, record, desk, desk.site.language) for path in rule.columns or _usual(ready, desk)]
        key = desk.key(record)
        yield "• " + " · ".join(dict.fromkeys(cell for cell in (key, *cells) if cell))


def _usual(ready: Ready, desk: Desk) -> Sequence[str]:
    """The columns of a digest that names none: the date that it counts from."""
    field = ready.rule.due.field
    spec = desk.spec(ready.rule.table).fields.get(field)
    return (field,) if spec is not None and spec.access != "sensitive" else ()


def ordered(order: Sequence[str], records: Iterable[Record], desk: Desk) -> list[Record]:
    """The rows in the order that a rule wants, blanks last."""
    found = list(records)
    for name in reversed(order):
        path, back = name.removeprefix("-"), name.startswith("-")
        values = {id(record): _sortable(path, record, desk) for record in found}
        filled_in = [record for record in found if values[id(record)]]
        blank = [record for record in found if not values[id(record)]]
        found = [*sorted(filled_in, key=lambda record: values[id(record)], reverse=back), *blank]
    return found


def _sortable(path: str, record: Record, desk: Desk) -> str:
    way, _, name = path.rpartition(".")
    holder = desk.book.related(record.row.table, record, way) if way else record
    value = holder.get(name) if holder is not None else None
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:020.4f}" if isinstance(value, int | float) else str(value or "").casefold()
