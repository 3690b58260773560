"""What a rule sends: one mail for each hit, one for all hits of a recipient, or a call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from msgspec import Struct

from automations.common.phones import readable
from automations.common.texts import texts
from automations.jobs.calling import CALLS, asked_for, call_language
from automations.jobs.desk import Addressee
from automations.jobs.rules.desk import Desk, Look, Ready
from automations.jobs.rules.model import OwnText
from automations.jobs.rules.named_days import named_days, told_anew
from automations.jobs.rules.order import grouped, ordered
from automations.jobs.rules.people import addressee, case_of, manager_of, of_reader, text_addressee, verdict
from automations.jobs.rules.wording import OWN_TEXT, filled, in_languages, texts_for, typed
from automations.messages.readers import reader_of
from automations.model.fact_kinds.messages import Stopped
from automations.model.plan import Call, Fact, Mail
from automations.model.records import Case, ContactWay, Record
from automations.model.told import address_digest
from automations.model.values import Plain, digest

_CAME_BACK = frozenset({"bounced", "failed"})


class Message(Struct, frozen=True):
    """What a hit comes to: a mail or a call, or the reason why there is neither, with the guards' sentence. `client`
    is who then hears nothing, `days` what is to be remembered of the days that a client is told."""

    look: Look
    mail: Mail | None = None
    call: Call | None = None
    reason: str = ""
    sentence: str = ""
    client: str = ""
    days: Fact | None = None


def mails(ready: Ready, hits: Sequence[Look], desk: Desk) -> Iterator[Message]:
    """One mail for each hit that was not settled before."""
    for look in hits:
        as_text = ready.rule.action == "text_message"
        to = text_addressee(look.record, desk) if as_text else addressee(ready.rule.recipient, look.record, desk)
        key, days = of_reader(_key(ready, look, desk), ready.rule, look.record, to, desk), None
        if to.audience != "staff":
            key, days = named_days(key, ready, look.record, desk, partner=to.audience == "partner")
        elif ready.rule.recipient == "manager":
            key = desk.handed_over(key, manager_of(look.record, desk))
        key = _to_present_address(key, to, desk)
        if desk.settled(key):
            yield _settled(key, ready, look, to, desk)
            continue
        allowed = verdict(to, look, desk, ready.rule.purpose)
        # On first contact the mail is planned whatever the guards say, so that it counts as settled and is not sent
        # next year.
        if to.address and (allowed.allowed or desk.history.adopting):
            yield _sent(key, ready, look, to, days, desk)
            continue
        # Nothing is kept of a mail that may not leave: it does once the rows say that it may.
        reason = allowed.reason or "no_address"
        call = None if desk.history.adopting else _instead(key, ready, look, to, reason, desk)
        # Also a dead address, and a partner who wants no more mails, is one that the message does not reach.
        code = "returned" if reason in {"bounced", "objected"} else "blocked" if to.address else "no_address"
        yield Message(look, call=call, reason="" if call else code, sentence=allowed.sentence, client=_reader(to),
                      days=days if call else None)  # fmt: skip


def _to_present_address(key: str, to: Addressee, desk: Desk) -> str:
    """The key of a message; of one that came back from an address which was corrected since, another one."""
    record, mark = desk.history.mails.get(key), address_digest(to.address)
    came_back = record is not None and record.state in _CAME_BACK
    return f"{key}+{mark[:8]}" if came_back and record and mark and record.address_digest not in {"", mark} else key


def _sent(key: str, ready: Ready, look: Look, to: Addressee, days: Fact | None, desk: Desk) -> Message:
    """The mail; beside one that does not get through a call, or the name of the client who hears nothing."""
    stopped, put_off = desk.history.fact(Stopped, key) is not None, desk.put_off(key)
    call = _instead(key, ready, look, to, "stopped" if stopped else "deferred", desk) if stopped or put_off else None
    mail = _mail(key, ready, look, to, desk)
    if not put_off:
        return Message(look, mail, call, days=days)
    return Message(look, mail, call, "deferred", desk.words.say("The message does not get through."), _reader(to), days)


def _client(to: Addressee) -> str:
    return (to.case.number if to.case else None) or ""


def _reader(to: Addressee) -> str:
    """The client who then hears nothing; blank where somebody else is written to."""
    return _client(to) if to.audience == "client" else ""


def _settled(key: str, ready: Ready, look: Look, to: Addressee, desk: Desk) -> Message:
    """Nothing more is said; but a client to whom the message did not get through is called, and others are named to
    people."""
    if desk.history.mails[key].state not in _CAME_BACK:
        return Message(look, reason="sent")
    call = _instead(key, ready, look, to, "bounced", desk)
    sentence = desk.words.say("The message came back or was refused.")
    return Message(look, call=call, reason="returned", sentence=sentence, client=_reader(to))


def digests(ready: Ready, hits: Sequence[Look], desk: Desk) -> Iterator[Message]:
    """One mail for all hits of a recipient."""
    by_address: dict[str, list[tuple[Look, Addressee]]] = {}
    for look in hits:
        to = addressee(ready.rule.recipient, look.record, desk)
        # Rows of others in one mail: never to a client.
        if to.address and to.audience != "client":
            by_address.setdefault(to.address.casefold(), []).append((look, to))
        else:
            yield Message(look, reason="no_address")
    for address, found in by_address.items():
        look, to = found[0]
        key = f"{ready.rule.name}/{digest(address)[:12]}/0/{look.step.name if look.step else ''}"
        if desk.settled(key):
            yield from (_settled(key, ready, one, to, desk) for one, _ in found)
            continue
        yield Message(look, mail=_digest(key, ready, [one for one, _ in found], to, desk))
        if desk.put_off(key):
            sentence = desk.words.say("The message does not get through.")
            yield from (Message(one, reason="deferred", sentence=sentence) for one, _ in found)


def calls(ready: Ready, hits: Sequence[Look], desk: Desk) -> Iterator[Message]:
    """Calls to the clients of the hits, where calling is allowed; never around a missing consent to calls."""
    for look in hits:
        found = case_of(look.record, desk)
        key = of_reader(_key(ready, look, desk), ready.rule, look.record, text_addressee(look.record, desk), desk)
        key, days = named_days(key, ready, look.record, desk)
        case = reader_of(found, desk.snapshot, desk.today) if found else None
        if desk.settled(key):
            yield Message(look, reason="sent")
        elif case is None or not case.phone:
            yield Message(look, reason="no_phone", client=(case.number if case else None) or "")
        elif (
            case.contact_way in {ContactWay.UNSAFE, ContactWay.NONE}
            # Whoever typed a word there that nobody can read may have meant "no calls".
            or "contact_way" in case.bad
            or case.number in desk.history.objected
            or desk.calls_withdrawn(case, ready.rule.purpose)
        ):
            yield Message(look, reason="no_calls", client=case.number or "")
        else:
            yield Message(look, call=_call(key, ready, look, case, _why(ready, look, desk), desk), days=days)


def _instead(key: str, ready: Ready, look: Look, to: Addressee, reason: str, desk: Desk) -> Call | None:
    """A call where no mail reaches the client, and calling is allowed."""
    if (
        to.audience != "client"
        or to.case is None
        or "contact_way" in to.case.bad
        or not desk.may_be_called(to.case, reason)
    ):
        return None
    why = desk.words.say("The message of the rule “{rule}” cannot be sent, and calling is allowed.",
                         rule=ready.rule.called)  # fmt: skip
    return _call(key, ready, look, to.case, why, desk)


def _call(key: str, ready: Ready, look: Look, case: Case, why: str, desk: Desk) -> Call:
    # Who is away calls nobody: the substitute does, as with calls about appointments.
    caller = desk.reachable(manager_of(look.record, desk))
    asked = asked_for(case, desk.snapshot, desk.today)
    language = call_language(case, caller, desk.site.language)
    own = texts_for(ready.rule.template, desk) if ready.rule.template else None
    text = filled(plain_text(ready, desk), look.record, desk, desk.site.language)
    theirs = own.get(language) if own and language != desk.site.language else None
    return Call(
        key, case.number or "", (caller.code if caller else None) or "", readable(case.phone or ""), language,
        desk.days.on_or_after(desk.today), asked.first(text, desk.words), why, asked.shown,
        asked.theirs(filled(theirs.text, look.record, desk, language), texts(language, CALLS)) if theirs else "",
    )  # fmt: skip


def plain_text(ready: Ready, desk: Desk) -> str:
    """What a question, note or call of a rule says."""
    rule = ready.rule
    own = texts_for(rule.template, desk) if rule.template else None
    if rule.text or own is None:
        return rule.text or desk.words.say("The rule “{rule}” holds for this row.", rule=rule.called)
    return (own.get(desk.site.language) or next(iter(own.values()))).text


def _key(ready: Ready, look: Look, desk: Desk) -> str:
    return f"{ready.rule.name}/{desk.mark(look.record)}/0/{look.step.name if look.step else ''}"


def _why(ready: Ready, look: Look, desk: Desk) -> str:
    due = desk.in_words(look.step.due if look.step else desk.now)
    return desk.words.say("The rule “{rule}” was due on {due}.", rule=ready.rule.called, due=due)


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
        case=_client(to),
        to=to.address,
        language=language,
        template=OWN_TEXT if own is not None else rule.template,
        not_after=look.step.until if look.step else desk.now + timedelta(days=rule.due.keep_days),
        why=_why(ready, look, desk),
        # A client's subject is an appointment, by which answers are told; rows of own tables are known to partners
        # alone.
        subject_key=desk.key(record) if desk.spec(rule.table).own and to.audience != "client" else "",
        channel=to.channel,
        audience=to.audience,
        context=context,
        needs=desk.needs(rows),
        purpose=rule.purpose,
        office=to.office,
        correction=told_anew(key),
    )


def _context(look: Look, to: Addressee, desk: Desk) -> Mapping[str, Plain]:
    """What the templates of files may print: the case, its colleague, the date that the rule counts from."""
    person = manager_of(look.record, desk)
    base = look.base if look.base is not None and _may_print(look, to, desk) else None
    return desk.context(_client(to) or desk.key(look.record), person, base)


def _may_print(look: Look, to: Addressee, desk: Desk) -> bool:
    """Whether the date of a row may leave: a birth date does not, and clients get open ones alone."""
    fields = desk.spec(look.record.row.table).fields
    # By value: whichever field holds this day, none of those that hold it may be a guarded one.
    named = [spec for name, spec in fields.items() if look.record.get(name) == look.base]
    wanted = {"open"} if to.audience == "client" else {"open", "internal"}
    return bool(named) and all(spec.access in wanted for spec in named)


def _digest(key: str, ready: Ready, looks: Sequence[Look], to: Addressee, desk: Desk) -> Mail:
    rule, language = ready.rule, desk.site.language
    lines = list(_lines(ready, [look.record for look in looks], desk))
    count = desk.words.count("{n} row", "{n} rows", len(looks))
    own = texts_for(rule.template, desk) if rule.template else None
    title = rule.title or rule.name.replace("_", " ")
    whole, number = "\n".join(lines), str(len(looks))
    more = {"rows": whole, "Zeilen": whole, "zeilen": whole, "count": number, "Anzahl": number, "anzahl": number}
    text = (own or {}).get(language) or OwnText(subject=f"{title}: {count}", text="{rows}")
    # A text without the place for them would be a digest of nothing.
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
    """A line for each row: what it is called, and the columns that the rule names; above each group its name."""
    rule = ready.rule
    for n, (group, some) in enumerate(grouped(rule.group, ordered(rule.order, records, desk), desk)):
        if rule.group:
            yield from ["", f"{group}:"] if n else [f"{group}:"]
        for record in some:
            cells = [typed(path, record, desk, desk.site.language) for path in rule.columns or _usual(ready, desk)]
            key = desk.key(record)
            yield "• " + " · ".join(dict.fromkeys(cell for cell in (key, *cells) if cell))


def _usual(ready: Ready, desk: Desk) -> Sequence[str]:
    """The columns of a digest that names none: the date that it counts from."""
    field = ready.rule.due.field
    spec = desk.spec(ready.rule.table).fields.get(field)
    return (field,) if spec is not None and spec.access != "sensitive" else ()
