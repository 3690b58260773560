"""Columns told by the rows of another table that they name: whatever its heading, a column full of the
team's codes says who is responsible."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from automations.model.values import key_text
from automations.setup.named_clients import in_two_columns, names_of_clients, naming_clients
from automations.setup.proposed import HeadingProposal, Proposal, TableProposal
from automations.setup.word_lists import of_events
from automations.tables.folding import fold
from automations.tables.named_rows import Names

_MOST = 0.8  # of the distinct words of a column that must be found in the other table
_NUMBER = re.compile(
    r"((\b|-|_)(nr|id|no|num|ref|code|kürzel)|nr\.|nummer|number|kennung|#)\W*$|^n[°o]\s|"
    r"(?-i:[a-zäöü]ID\W*$)",
    re.IGNORECASE,
)
_OTHER_NUMBER = re.compile(
    r"tel|phone|handy|mobil|haus|zimmer|\bzi\b|room|plz|azr|versicherung|iban|fax|steuer|konto|pass|ausweis|kassen|"
    r"personal|svnr|sv-?nr|sv-nummer|ahv|whg|wohnung|flat|bed|bett|platz|jahr|year|alter\b|age\b|kw\b|week|"
    r"\bni (?:no|num)|national ins|\bssn\b|\balien|\ba-num|home office|\bho\b|\bbrp\b|\bpps|\butr\b|sort code|\bbank|"
    r"council|\brent\b|bamf|house|postcode|(?:numbers?|nos?\.?|anzahl|count) (?:of|in|kinder|personen|termine)\b|"
    r"kundennummer job",
    re.IGNORECASE,
)
_SIGN = re.compile(r"(?=.*\d)[\w./#-]{1,16}")
_LETTERS, _DIGITS = re.compile(r"[^\W\d_]+"), re.compile(r"\d+")
_SHAPES = 3  # ways at most in which signs of one kind are written
_PARTS = re.compile(r"[\s,.@_-]+")  # between the parts of a name, or of an address
_FEW = 3  # times as many cases as colleagues
_KEYS = 5  # distinct values from which two columns that share them belong together
_ENOUGH = 2  # distinct words below which that is chance

# (table, field, table whose rows it names, by which fields)
_NAMES = (
    ("team", "code", "cases", ("manager",)),
    ("team", "code", "appointments", ("manager",)),
    ("cases", "manager", "team", ("code", "name")),
    ("cases", "manager", "appointments", ("manager",)),
    ("appointments", "manager", "team", ("code", "name")),
    ("appointments", "manager", "cases", ("manager",)),
    ("appointments", "case", "cases", ("number",)),
    ("appointments", "place", "locations", ("name",)),
    ("cases", "office_wish", "locations", ("name",)),
)


def related(proposal: Proposal) -> Proposal:
    """The proposal with columns of unknown headings that name rows of another table, as likely."""
    tables = {table.table: table for table in proposal.tables}
    if "cases" in tables:
        tables["cases"] = _first_key(tables["cases"])
    if "cases" in tables and "appointments" in tables:
        tables["appointments"] = in_two_columns(tables["appointments"], tables["cases"])
        tables["appointments"] = _numbered_as(tables["appointments"], tables["cases"])
        tables["appointments"] = _no_colleague(tables["appointments"], tables["cases"], tables.get("team"))
        tables["cases"], tables["appointments"] = _joined(tables["cases"], tables["appointments"])
        tables["cases"] = _numbers(tables["cases"], tables["appointments"])
    if "cases" in tables and "appointments" in tables:
        numbers = set(_words_of(tables["cases"], ("number",)))
        tables["appointments"] = _without_count(_quoting(tables["appointments"], numbers), numbers)
        tables["appointments"] = _proven(tables["appointments"], names_of_clients(tables["cases"]))
        tables["appointments"] = _proven_by_numbers(tables["appointments"], tables["cases"].field("number"), numbers)
    # Names last: numbers tell two people of one name apart, and are looked for above.
    if "cases" in tables and "appointments" in tables and not _said(tables["appointments"]):
        tables["appointments"] = naming_clients(tables["appointments"], tables["cases"])
    if "team" in tables:
        tables |= _by_same_heading(tables)
    for name, field, other, fields in _NAMES:
        if name in tables and other in tables and tables[name].field(field) is None:
            tables[name] = _naming(tables[name], field, set(_words_of(tables[other], fields)))
    names = _kept(tables) - ({"team"} if _is_of_strangers(tables) else set())
    kept = tuple(tables[table.table] for table in proposal.tables if table.table in names)
    gone = [block.tab for name, table in tables.items() if name not in names for block in table.blocks]
    timed = [block.tab.name for name, table in tables.items() if name == "appointments" and name not in names
             for block in table.blocks if table.field("time")]  # fmt: skip
    words = tuple(word for word in proposal.words if word.table in names)
    others, left = (*proposal.others, *gone), (*proposal.left, *((name, "nobodys") for name in timed))
    return replace(proposal, tables=kept, words=words, others=others, left=left)


def _said(appointments: TableProposal) -> bool:
    """Whether some column says whose an appointment is."""
    return bool(appointments.field("case") or appointments.field("client_last_name"))


def _by_same_heading(tables: Mapping[str, TableProposal]) -> dict[str, TableProposal]:
    """The tables with the number by which databases join them: "BeraterID" stands once a colleague, and again and
    again, under the same heading, among the cases."""
    team = tables["team"]
    for key in team.headings:
        own = list(team.words(key))
        if key.field in {"email", "phone"} or len(own) < _ENOUGH or len(set(own)) != len(own):
            continue
        joined: dict[str, TableProposal] = {}
        for name in ("cases", "appointments"):
            table = tables.get(name)
            found = table and next((h for h in table.headings if not h.field and fold(h.text) == fold(key.text)), None)
            if table and found and not table.field("manager") and set(table.words(found)) <= set(own):
                joined[name] = table.with_likely("manager", found)
        if joined and _NUMBER.search(key.text):
            return {**joined, "team": _without(team, "code").with_likely("code", key)}
    return {}


def _kept(tables: Mapping[str, TableProposal]) -> frozenset[str]:
    """The tables without appointments of nobody: days beside colleagues alone are a rota, or a book of expenses; with
    hours and no column that could name a client they are bookings of rooms."""
    found = tables.get("appointments")
    if found is None or _said(found) or found.field("status"):
        return frozenset(tables)
    clients = names_of_clients(tables["cases"]) if "cases" in tables else None
    somebodys = found.field("time") and any(_may_name(found, heading, clients) for heading in found.headings)
    somebodys = somebodys and not of_events(found.block.tab.name, found.block.headings.values(), ())
    return frozenset(tables) - (frozenset() if somebodys else {"appointments"})


def _is_of_strangers(tables: Mapping[str, TableProposal]) -> bool:
    """Whether of those who are named as responsible for cases hardly any is one of what may be the team: by code, by a
    part of the name or its beginning, by initials, by address."""
    team, cases = tables.get("team"), tables.get("cases")
    named = {*_words_of(cases, ("manager",))} if cases else set[str]()
    if team is None or team.called or team.confidence == "sure" or len(named) < _ENOUGH:
        return False
    rows = ([key_text(cell) or "" for cell in line] for block in team.blocks for line in block.lines())
    texts = [text for row in rows for text in row if text]
    known = {fold(part) for text in texts for part in (text, *_PARTS.split(text))} - {""}
    known |= {"".join(part[:1] for part in map(fold, _PARTS.split(text))) for text in texts}
    met = sum(word in known or any(part.startswith(word) for part in known) for word in named)
    return 2 * met < len(named)


def _may_name(table: TableProposal, heading: HeadingProposal, clients: Names | None) -> bool:
    """Whether somebody may be named below a heading of which nothing is known, or will be; numbers may be cases'. Where
    clients are known some of them are."""
    texts = {text for value in table.values(heading) if isinstance(value, str) and (text := key_text(value))}
    people = clients is None or any(clients.meant(t) is not None or clients.may_be_initials(t) for t in texts)
    return heading.field in {"", "number"} and (heading.empty or (bool(texts) and people))


def _numbered_as(appointments: TableProposal, cases: TableProposal) -> TableProposal:
    """Appointments whose numbers are those of the cases: then they say whose appointment it is. Where both count
    from 1, the same heading tells that."""
    number, key = appointments.field("number"), cases.field("number")
    if number is None or key is None or appointments.field("case") is not None:
        return appointments
    own, known = list(appointments.words(number)), set(cases.words(key))
    counted = all(word.isdigit() and len(word) < _KEYS for word in own) and len(set(own)) == len(own)
    if len(own) < _ENOUGH or sum(word in known for word in own) < _MOST * len(own):
        return appointments
    if counted and fold(number.text) != fold(key.text):
        return appointments
    return _without(appointments, "number").with_likely("case", number)


def _no_colleague(appointments: TableProposal, cases: TableProposal, team: TableProposal | None) -> TableProposal:
    """Appointments whose column of clients is not the one of colleagues ("Wer")."""
    case = appointments.field("case")
    known = set(_words_of(cases, ("manager",))) | (set(_words_of(team, ("code", "name"))) if team else set[str]())
    own = set(appointments.words(case)) if case else set[str]()
    if case is None or not own or len(own & known) < _MOST * len(own):
        return appointments
    field = "" if appointments.field("manager") else "manager"
    changed = replace(case, field=field, confidence="likely") if field else case.ignored()
    return replace(appointments, headings=tuple(changed if h is case else h for h in appointments.headings))


def _joined(cases: TableProposal, appointments: TableProposal) -> tuple[TableProposal, TableProposal]:
    """Both with the columns by which they belong together, where no heading told: each value stands once among the
    cases, and appointments quote it."""
    if cases.field("number") is not None:
        return cases, appointments
    for key in (heading for heading in cases.headings if not heading.field):
        values = list(cases.words(key))
        once = len(values) >= _KEYS and len(set(values)) == len(values)
        # Both may count from 1: the same heading comes first.
        by_name = sorted(appointments.headings, key=lambda h: fold(h.text) != fold(key.text))
        for heading in (h for h in by_name if once and not h.field):
            if _quotes(appointments, heading, set(values)) and len(set(appointments.words(heading))) >= _KEYS:
                return cases.with_likely("number", key), _without(appointments, "case").with_likely("case", heading)
    return cases, appointments


def _without(table: TableProposal, field: str) -> TableProposal:
    return replace(table, headings=tuple(h.ignored() if h.field == field else h for h in table.headings))


def _first_key(cases: TableProposal) -> TableProposal:
    """The column at the beginning that is called a number of some kind, and holds each value once."""
    if cases.field("number") is not None:
        return cases
    # What is a household's stands once a row where families are the clients.
    open_ = [h for h in cases.headings[:2] if not h.field or (h.field, h.confidence) == ("household", "likely")]
    free = [h for h in open_ if not _OTHER_NUMBER.search(h.text)]
    keys = [h for h in free if _stands_once(cases, h)]
    called = [h for h in keys if _NUMBER.search(h.text)]
    signs = [h for h in keys if h is cases.headings[0] and _are_signs(cases, h)]
    return cases.with_likely("number", (called or signs)[0]) if called or signs else cases


def _stands_once(cases: TableProposal, heading: HeadingProposal) -> bool:
    values = list(cases.words(heading))
    return len(values) >= _ENOUGH and len(set(values)) == len(values)


def _are_signs(cases: TableProposal, heading: HeadingProposal) -> bool:
    """Whether a column holds signs of one kind, whatever its heading: letters and digits, each written alike."""
    texts = [key_text(value) or "" for value in cases.values(heading) if isinstance(value, str)]
    shapes = {_DIGITS.sub("9", _LETTERS.sub("A", text)) for text in texts}
    return len(texts) >= _KEYS and all(map(_SIGN.fullmatch, texts)) and len(shapes) <= _SHAPES


def _numbers(cases: TableProposal, appointments: TableProposal) -> TableProposal:
    """The column of case numbers is the one that the appointments quote."""
    quoted = set(_words_of(appointments, ("case",)))
    if cases.field("number") is not None or len(quoted) < _ENOUGH:
        return cases
    for heading in cases.headings:
        values = list(cases.words(heading))
        own, once = set(values), len(set(values)) == len(values)
        if once and not heading.field and len(quoted & own) >= _MOST * len(quoted):
            return cases.with_likely("number", heading)
    return cases


def _quoting(appointments: TableProposal, numbers: set[str]) -> TableProposal:
    """Appointments whose case is told by a column of case numbers, even where another one has the name."""
    before = appointments.field("case")
    if before is None or len(numbers) < _ENOUGH or _quotes(appointments, before, numbers):
        return appointments
    found = next((h for h in appointments.headings if not h.field and _quotes(appointments, h, numbers)), None)
    if found is None:
        return appointments
    people = len(set(appointments.words(before))) * _FEW < len(set(appointments.words(found)))
    field = "manager" if people and appointments.field("manager") is None else ""
    freed = replace(before, field=field, confidence="likely") if field else before.ignored()
    kept = tuple(freed if h is before else h for h in appointments.headings)
    return replace(appointments, headings=kept).with_likely("case", found)


def _without_count(appointments: TableProposal, numbers: set[str]) -> TableProposal:
    """Appointments without a column of clients that holds numbers, none of them a case's: it counts people ("TN")."""
    case = appointments.field("case")
    values = appointments.values(case) if case else []
    counts = len(values) >= _ENOUGH and all(isinstance(value, int | float) for value in values)
    known = case is not None and (case.confidence == "sure" or set(appointments.words(case)) & numbers)
    return _without(appointments, "case") if counts and not known else appointments


def _quotes(table: TableProposal, heading: HeadingProposal, numbers: set[str]) -> bool:
    own = set(table.words(heading))
    return len(own) >= _ENOUGH and len(own & numbers) >= _MOST * len(own)


def _naming(table: TableProposal, field: str, known: set[str]) -> TableProposal:
    for heading in table.headings:
        free = not heading.field or (field == "code" and heading.field == "name")
        own = set(table.words(heading)) if free else set[str]()
        if len(own) >= _ENOUGH and len(own & known) >= _MOST * len(own):
            return table.with_likely(field, heading)
    return table


def _proven(appointments: TableProposal, clients: Names) -> TableProposal:
    """Appointments whose column of case numbers needs nobody's word: beside it stands the name of the same client,
    row by row. Two columns that agree so often say more than any heading."""
    case = appointments.field("case")
    if case is None or case.confidence == "sure":
        return appointments
    keys = [key_text(value) for block in appointments.blocks for value in block.column(case.text, case.column)]
    for heading in (h for h in appointments.headings if not h.field):
        beside = [value for block in appointments.blocks for value in block.column(heading.text, heading.column)]
        texts = [(key, key_text(value)) for key, value in zip(keys, beside, strict=True)]
        said = [(key, clients.meant(text)) for key, text in texts if key and text and text != key]
        if len(said) >= _KEYS and sum(key == meant for key, meant in said) >= _MOST * len(said):
            return _sure(appointments, case)
    return appointments


def _proven_by_numbers(appointments: TableProposal, number: HeadingProposal | None, numbers: set[str]) -> TableProposal:
    """Appointments whose column of case numbers needs nobody's word, as all of its cells, and no other column's, are
    numbers of cases: such as cannot be counts."""
    case = appointments.field("case")
    if case is None or number is None or (number.confidence, case.confidence) != ("sure", "likely"):
        return appointments
    cells = [value for block in appointments.blocks for value in block.column(case.text, case.column)]
    full = sum(fold(key_text(value) or "") in numbers for value in cells) >= _MOST * len(cells)
    counted = all(one.isdigit() and len(one) < _KEYS for one in numbers)
    others = any(_quotes(appointments, heading, numbers) for heading in appointments.headings if heading is not case)
    enough = len(set(appointments.words(case))) >= _KEYS
    return _sure(appointments, case) if full and enough and not counted and not others else appointments


def _sure(table: TableProposal, heading: HeadingProposal) -> TableProposal:
    sure = replace(heading, confidence="sure")
    return replace(table, headings=tuple(sure if h is heading else h for h in table.headings))


def _words_of(table: TableProposal, fields: Sequence[str]) -> Iterator[str]:
    for name in fields:
        heading = table.field(name)
        if heading is not None:
            yield from table.words(heading)
