"""What a list of cases holds besides, told by its cells and the stem of a heading: who is responsible, and the day on
which a case came in. Never more than likely."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from msgspec.structs import replace

from automations.model.settings import SiteFacts
from automations.model.values import Value
from automations.setup.by_cells import given_names
from automations.setup.by_stems import (
    free,
    with_concern,
    with_end,
    with_phase,
    with_residence,
    with_sex,
    with_status,
    without_further_lines,
)
from automations.setup.cell_kinds import countries_in
from automations.setup.heading_forms import spelled_out
from automations.setup.other_people import has_own_address
from automations.setup.proposed import HeadingProposal, Proposal, TableProposal
from automations.setup.words import WordProposal
from automations.tables.columns import Columns
from automations.tables.dates import Parser, date_parser
from automations.tables.folding import fold
from automations.tables.shared_tabs import filled

_STAFF = re.compile(
    r"bezugs|betreu|berat|familienhelf|beistand|begleit|fachkraft|fallf|verantw|koordin|zust[äa]nd|zust\b|sozialdienst|sozialarb|sozp[äa]d|lots[ei]|"
    r"coach|sachbearb|worker|officer|\balloc|"
    r"advis|counsel|co-?ordinat|practitioner|keyw|assigned|allocated|r[ée]f[ée]rent|suivi par|"
    r"begeleid|behandel|contactpersoon|operat(?:or|ric)|wkr|referent|consulent|regisseur|opiekun|prowadz|pracownik|sorumlu|"
    r"dan[ıi]şman|görevli|uzman|personel|intervenant|[ée]ducat|accompagn|asistent|assistent|responsab|t[ée]cnic|t[ée]c\.|"
    r"medewerker|gespr[äa]ch mit|gespr[äa]ch durch|gef[üu]hrt von|gef[üu]hrt durch|termin bei|termin mit|durchgef|"
    r"mitarb|(?-i:\bMA\b)|lots\W?in|\bstaff|\blead\b|collab|owner|\b(?:fall|akte|liegt|case) bei\b|"
    r"(?:handled|managed|supported|seen|helped|taken|advised|entered|created|worked|visited) by\b",
    re.IGNORECASE,
)
_NO_STAFF = re.compile(
    r"art\b|form\b|ort\b|thema|themen|anlass|grund|ziel|bedarf|umfang|sprache|stelle\b|typ|status|stand\b|ergebnis|"
    r"inhalt|dauer|\bseit\b|beginn|\bende\b|(?<=[els])ende\b|kind|name\b|team|type|topic|reason|language|level|need|outcome|motif|"
    r"gesetzl|\bges\.|vormund|rechtl|ehrenamt|extern|home office|\bho\b|\(la\)|referring|job ?cent|\babh\b|"
    r"ausl[äa]nderb|probation|landlord|vermieter|polic|hous|prison|immigration|"
    r"school|social serv|enforcement|attendance",
    re.IGNORECASE,
)
_OTHER_DAY = re.compile(
    r"einreis|ankunft in|arriv|heirat|geb|born|birth|bis\b|until|ende|end\b|frist|wv\b|wieder|g[üu]ltig|valid|letzt|"
    r"last|zuletzt|n[äa]chst|next|ausgeg|ablauf|expir|abschl|beend|clos|erledigt|done|widerr|einwill|consent|dsgvo|dse\b|"
    r"termin|appt|appointm|session|visit|seen|moved|entl|abgeschl|haft|hilfeplan|hpg|konferenz|austritt|auszug|urlaub|sterb|tod\b|trenn|kündig|review|discharge|"
    r"follow.?up|call.?back|deadline|\bdue\b|target|hearing|court|decision|tenancy|course|marriage|incident|evict|letter|"
    r"updat|modif|remind|\brisk|claim|delivery|\bjob|benefit|school|\buc\b|landing|entry to|passport|reisepass|asyl|"
    r"anh[öo]rung|bescheid|\bmiet|einzug|\bkurs|ausbild|arbeitsb|hochzeit|ge[äa]ndert|\bstand\b|brief|\bet\b|r[äa]umung|"
    r"umzug|[üu]berpr[üu]f|statistik|bamf|\bsent\b|versandt|verschickt|entbind",
    re.IGNORECASE,
)
_ARRIVES = re.compile(
    r"eingang|eingeg|anfrage|antrag|anmeld|aufnahme|\baufn|zugang|meldung|gemeldet|erfass|angelegt|eröffn|intake|referr|"
    r"receiv|opened|created|enquir|applied|registr|anruf|zuweis|zugewies|[üu]berweis|[üu]berwies|zuleitung|zugeleitet",
    re.IGNORECASE,
)
# In a house or a town: of a country such headings would speak.
_ARRIVED = re.compile(r"(date )?(of )?arriv(ed|al)( on| date)?|ankunft(stag|sdatum)?( am)?", re.IGNORECASE)

# Who brought a case in.
_SENT = re.compile(
    r"(?:raised|referred|ref'?d|reported|identified|notified|sent|introduced|requested|recommended|flagged) "
    r"(?:by|from)\b|"
    r"(?:gemeldet|gesch?ickt|empfohlen|angemeldet|[üu]bern\.?|[üu]bernommen|verwiesen|angefragt|vermittelt|mitgeteilt|"
    r"mitteilung|meldung|anmeldung|zuweisung|[üu]berweisung|vermittlung|empfehlung|hinweis|anfrage) "
    r"(?:durch|von)\b",
    re.IGNORECASE,
)

_DIGIT = re.compile(r"\d")
_ENOUGH = 5  # cells that say something together
_FEW = 3  # times, on average, that a colleague stands in a column
_MOST, _FILLED = 0.8, 0.9  # of pairs of rows in order; of rows with a day
_RECENT = 25  # years that a list reaches back
_YEAR = 365
_NAME_WORDS = 3
_LETTERS = re.compile(r"[A-Za-zÄÖÜäöü]{1,4}\.?|[A-ZÄÖÜ]\.\s?[A-ZÄÖÜ]\.")
_INITIALS = re.compile(r"[A-ZÄÖÜ][a-zäöü]{1,2}\.?")
_WORKER = re.compile(r"[A-Z]{1,4}W")  # "FLW", a family link worker
_CAPITALS = re.compile(r"[A-Z]{2,3}")
# Kinds of words that stand again and again and are no colleagues.
_OTHER_WORDS = ("language", "phase", "status", "contact_way", "urgency", "source", "yes_no", "weekday", "sex")


def guessed(proposal: Proposal, columns: Columns, facts: SiteFacts, today: date) -> Proposal:
    """The proposal with columns of whose headings nothing but a stem is known. `today` is the site's date."""
    read, words = date_parser(today), frozenset(word for kind in _OTHER_WORDS for word in columns.vocabulary(kind))
    tables = [
        _guessed(table, read, words, today) if table.table in {"cases", "appointments"} and not table.in_row else table
        for table in proposal.tables
    ]
    found = [_with_states(table, columns, facts, read, today) for table in tables]
    told = (word for _, more in found for word in more)
    return replace(proposal, tables=tuple(table for table, _ in found), words=(*proposal.words, *told))


def _with_states(
    table: TableProposal, columns: Columns, facts: SiteFacts, read: Parser, today: date
) -> tuple[TableProposal, tuple[WordProposal, ...]]:
    """The cases with phase, sex and end, the appointments with their state, as their cells tell them."""
    if table.table == "cases":
        ended = with_residence(with_sex(with_end(with_concern(table), read, today), columns))
        return with_phase(without_further_lines(ended), columns, facts)
    if table.table == "appointments" and not table.in_row:
        return with_status(table, columns, facts)
    return table, ()


def _guessed(table: TableProposal, read: Parser, words: frozenset[str], today: date) -> TableProposal:
    if table.field("manager") is None:
        staff = [h for h in free(table) if _is_staff(table, h, words)] or _initials(table, words)
        table = table.with_likely("manager", staff[0]) if staff else table
    if table.table == "cases":
        table = _without_deputies(table)
    if table.table == "cases" and table.field("source") is None:
        sent = [
            h for h in free(table) if _SENT.match(spelled_out(h.text.strip())) and _again_and_again(table.values(h))
        ]
        table = table.with_likely("source", sent[0]) if sent else table
    if table.table == "cases" and table.field("received") is None:
        first = _day_of_sending(table) or _first_day(table, read, today)
        table = table.with_likely("received", first) if first else table
    return _with_earlier_arrival(table, read, today) if table.table == "cases" else table


def _with_earlier_arrival(table: TableProposal, read: Parser, today: date) -> TableProposal:
    """The cases with the day on which people were sent, where what was taken for it ("Eintritt") is a later one: that
    is where something began for which they had been sent before."""
    came = table.field("received")
    if came is None or _ARRIVES.search(came.text):
        return table
    began = [_day(value, read) for value in table.block.column(came.text, came.column)]
    sent = [h for h in free(table) if _ARRIVES.search(h.text) and not _OTHER_DAY.search(h.text)]
    days = {h.column: [_day(value, read) for value in table.block.column(h.text, h.column)] for h in sent}
    found = [h for h in sent if len(_there(days[h.column])) >= _FILLED * len(_there(began)) > 0
             and max(_there(days[h.column])) <= today and _not_after(days[h.column], began)
             and days[h.column] != began]  # fmt: skip
    kept = (h.ignored() if h is came else h for h in table.headings)
    return replace(table, headings=tuple(kept)).with_likely("received", found[0]) if found else table


def _without_deputies(table: TableProposal) -> TableProposal:
    """The cases without a source that is nobody but the colleagues, whatever its heading looks like ("Vertr.")."""
    manager, source = table.field("manager"), table.field("source")
    if manager is None or source is None or source.confidence == "sure":
        return table
    people, senders = (set(table.values(heading)) for heading in (manager, source))
    inside = len(senders) > 1 and senders <= people
    return replace(table, headings=tuple(h.ignored() if h is source and inside else h for h in table.headings))


def _initials(table: TableProposal, words: frozenset[str]) -> list[HeadingProposal]:
    """The only column under some letters ("BE") in which nothing but a few initials stand ("Wo"), again and again."""
    short = [h for h in free(table) if _LETTERS.fullmatch(h.text.strip()) and not _NO_STAFF.search(h.text)]
    often = [h for h in short if _again_and_again(table.values(h))]
    # "SSA": letters that stand for who does the work, with given names below.
    found = [
        h
        for h in often
        if _are_initials(table.values(h), words)
        or (h.text.isupper() and _given(table.values(h)))
        or (_WORKER.fullmatch(h.text.strip()) and _are_initials(table.values(h), words, _CAPITALS))
    ]
    return found if len(found) == 1 else []


def _given(values: Sequence[Value]) -> bool:
    return given_names(values) and all(_is_short_name(str(value)) for value in values)


def _are_initials(values: Sequence[Value], words: frozenset[str], shape: re.Pattern[str] = _INITIALS) -> bool:
    texts = {str(value).strip() for value in values}
    new = [text for text in texts if fold(text) not in words]  # "Wo" is Wolof as well
    return all(map(shape.fullmatch, texts)) and 2 * len(new) >= len(texts)


def _again_and_again(values: Sequence[Value]) -> bool:
    return len(values) >= _ENOUGH and 1 < len(set(values)) <= len(values) / _FEW


def _is_staff(table: TableProposal, heading: HeadingProposal, words: frozenset[str]) -> bool:
    """Whether a column under such a heading holds a few names or codes, each again and again."""
    # "Betreuung", and below it "durch"
    title = spelled_out(f"{table.block.groups.get(heading.column, '')} {table.block.meant(heading.column)}")
    if not _STAFF.search(title) or _NO_STAFF.search(title):
        return False
    if has_own_address(table.block.headings, heading.column):
        return False
    values = table.values(heading)
    texts = [value.strip() for value in values if isinstance(value, str)]
    distinct = set(texts)
    few = len(texts) == len(values) >= _ENOUGH and 1 < len(distinct) <= len(texts) / _FEW
    new = sum(fold(text) not in words for text in distinct)  # "Mo" is Monday as well
    named = all(map(_is_short_name, distinct)) and 2 * new >= len(distinct)
    return few and named and not countries_in(texts)


def _is_short_name(text: str) -> bool:
    parts = text.replace(",", " ").split()
    return 0 < len(parts) <= _NAME_WORDS and not _DIGIT.search(text) and all(part[0].isupper() for part in parts)


def _first_day(table: TableProposal, read: Parser, today: date) -> HeadingProposal | None:
    """The column of days that lies first in each row, goes up from row to row, and ends before today."""
    block, rows = table.block, _records(table)
    named = [h for h in free(table) if not _OTHER_DAY.search(h.text) or _ARRIVED.fullmatch(h.text.strip())]
    days = {h.column: [_day(value, read) for value in block.column(h.text, h.column)] for h in named}
    possible = [h for h in named if len(_there(days[h.column])) >= _FILLED * rows and _goes_up(days[h.column], today)]
    arrivals = [h for h in possible if _ARRIVES.search(h.text)]
    if arrivals:
        return arrivals[0]
    own = [h for h in possible if all(_not_after(days[h.column], days[o.column]) for o in possible)]
    return own[0] if own else None


def _day_of_sending(table: TableProposal) -> HeadingProposal | None:
    """The column of days that is called as the one of senders is: "Zugew. am" beside "zugew. von" is no day on which a
    colleague got the case."""
    since, source = table.field("manager_since"), table.field("source")
    if since is None or source is None:
        return None
    one, other = ([*map(fold, heading.text.split())] for heading in (since, source))
    return since if len(one) > 1 and len(other) > 1 and one[0] == other[0] else None


def _day(value: Value, read: Parser) -> date | None:
    """The day in a cell; a bare number may be a postcode as well as a day as Excel counts them."""
    return None if isinstance(value, int | float) else read(value).value


def _records(table: TableProposal) -> int:
    """Rows that hold a record: half of the used columns are filled, unlike those of totals and footnotes."""
    columns = [table.block.column(h.text, h.column) for h in table.headings if not h.empty]
    return sum(2 * sum(map(filled, row)) >= len(columns) for row in zip(*columns, strict=False))


def _there(days: Sequence[date | None]) -> list[date]:
    return [day for day in days if day]


def _goes_up(days: Sequence[date | None], today: date) -> bool:
    there = _there(days)
    if len(there) < _ENOUGH or max(there) > today or (today - min(there)).days > _RECENT * _YEAR:
        return False
    # A list that people write into day by day grows in the order of arrivals, and hardly any other day does.
    ordered = sum(a <= b for a, b in pairwise(there))
    turned = sum(a >= b for a, b in pairwise(there))  # newest first
    return max(ordered, turned) >= _MOST * (len(there) - 1) and min(there) < max(there)


def _not_after(days: Sequence[date | None], others: Sequence[date | None]) -> bool:
    pairs = [(day, other) for day, other in zip(days, others, strict=False) if day and other]
    return sum(day <= other for day, other in pairs) >= _MOST * len(pairs)
