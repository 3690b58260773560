"""The tabs of rules and texts, row by row, into the form of rules.toml: strictly, in German and English words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from automations.common.texts import Texts
from automations.model.console import RULES, TEXTS, Console, RuleRow
from automations.model.records import Record, cell_line
from automations.model.snapshot import Snapshot
from automations.tables.columns import Columns
from automations.tables.dates import Parser
from automations.tables.folding import slug
from automations.tables.rule_choices import RECIPIENTS, action_of, in_words_of, recipient_of
from automations.tables.rule_conditions import comparison, condition_of
from automations.tables.rule_headings import STEP
from automations.tables.rule_hints import hint_of
from automations.tables.rule_lists import look_of, parted, shown_columns
from automations.tables.rule_moments import due_of
from automations.tables.rule_names import RuleNames
from automations.tables.rule_tokens import ConditionError
from automations.tables.rule_turns import named_alike, turn_of

LONGEST_TEXT = 10_000  # characters of a text; Excel allows 32 767 in a cell, but nobody reads such a mail
LONGEST_SUBJECT = 300  # characters of a text's subject
LONGEST_NAME = 80  # characters of a rule's name
LONGEST_SAYING = 2_000  # characters of a question, note or call that stands in the row itself


def read_console(snapshot: Snapshot, columns: Columns, parsers: Mapping[str, Parser], said: Texts) -> Console:
    """The rules and texts of the workbook. Nothing of them acts before it was approved where it must be."""
    own = _texts(snapshot, said.language)
    words = RuleNames(snapshot, columns, parsers)
    records = [record for record in snapshot.table(RULES) if record.get("name")]
    # By slug: that is the name under which the ledger knows a rule.
    named = Counter(slug(str(record.get("name"))) for record in records)
    twice = said.say("This name stands twice; give each rule a name of its own.")
    rules = (_rule(record, words, own, snapshot, said) for record in records)
    told = tuple(replace(row, fault=twice, stanza={}) if named[slug(row.title)] > 1 else row for row in rules)
    # Left out in silence, somebody would wait for a rule that never acts.
    unnamed = [one.line for one in snapshot.table(RULES) if not one.get("name") and _says_something(one)]
    return Console(told, own.texts, unnamed=tuple(unnamed))


def _says_something(record: Record) -> bool:
    return any(record.get(name) for name in ("on_table", "action", "condition", "column", "moment"))


class _Texts(Struct, frozen=True):
    """The texts by name and language; `odd` are those of which a row cannot be used, with the sentence why."""

    texts: dict[str, dict[str, Mapping[str, str]]]
    odd: dict[str, ConditionError]


def _texts(snapshot: Snapshot, language: str) -> _Texts:
    found, blank = _Texts({}, {}), dict[str, str]()
    for record in snapshot.table(TEXTS):
        title, text = str(record.get("name") or ""), str(record.get("text") or "")
        name = slug(title)
        if not name or not text:
            blank |= {name: title} if name else {}
            continue
        code = next(iter(record.get("language") or ()), language)
        subject = str(record.get("subject") or "")
        # Said rather than cut: half a mail would go out to clients.
        if len(text) > LONGEST_TEXT:
            sentence = "The text “{sign}” has {n} characters; {most} are possible."
            found.odd[name] = ConditionError(sentence, sign=title, n=len(text), most=LONGEST_TEXT)
        elif len(subject) > LONGEST_SUBJECT:
            sentence = "The subject of the text “{sign}” has {n} characters; {most} are possible."
            found.odd[name] = ConditionError(sentence, sign=title, n=len(subject), most=LONGEST_SUBJECT)
        elif "language" in record.bad:
            found.odd[name] = ConditionError("The language of the text “{sign}” cannot be read.", sign=title)
        elif code in found.texts.get(name, ()):
            found.odd[name] = ConditionError("The text “{sign}” stands twice in one language.", sign=title)
        else:
            found.texts.setdefault(name, {})[code] = {"subject": subject, "text": text}
    # Blank in one language is no fault where another one has the text.
    for name in blank.keys() - found.texts.keys():
        found.odd.setdefault(name, ConditionError("The text “{sign}” is blank; a formula is none.", sign=blank[name]))
    named_alike(found.texts)
    return found


def _rule(record: Record, words: RuleNames, texts: _Texts, snapshot: Snapshot, said: Texts) -> RuleRow:
    title = str(record.get("name"))
    name = slug(title)
    found = RuleRow(record.row, title, name, line=record.line or None, active=record.get("active") is not False)
    row = snapshot.rows.get(record.row)
    # What a formula shows may be another tomorrow; what was approved must stay.
    formulas = [cell for cell in row.cells.values() if cell.kind != "value"] if row is not None else []
    if not record.usable or row is None:
        return replace(found, fault=said.say("This name stands twice; give each rule a name of its own."))
    if len(title) > LONGEST_NAME:
        fault = said.say("The name is too long; {n} characters are possible.", n=LONGEST_NAME)
        return replace(found, title=f"{title[:30]}…", name=name[:60], fault=fault)
    # A word that is neither yes nor no must not make a rule act that somebody meant to stop.
    if "active" in record.bad:
        return replace(found, fault=said.say("Under “Active” stands yes or no; until then the rule rests."))
    if formulas:
        return replace(found, fault=said.say("A formula stands in this row; type the words themselves."))
    words.met.clear()
    try:
        stanza = dict(_stanza(record, words, texts))
    except ConditionError as fault:
        return replace(found, fault=said.say(fault.sentence, **in_words_of(said.language, fault.values)))
    shown = title[:31] if stanza.get("action") == "list" else title  # the name of its tab
    cells = [" ".join(cell_line(record, f"{name}{n}") for name in ("comparison", "value")) for n in ("", "2")]
    hint = hint_of([*cells, cell_line(record, "condition")], words.met, snapshot, said)
    return replace(found, stanza={"name": name, "title": shown, **stanza}, hint=hint)


def _stanza(record: Record, words: RuleNames, texts: _Texts) -> Iterator[tuple[str, Any]]:
    if not cell_line(record, "on_table"):
        raise ConditionError("Say which tab the rule is about: {names}.", names=", ".join(words.tabs()))
    table = words.table(cell_line(record, "on_table"))
    action = action_of(cell_line(record, "action"))
    yield "table", table
    yield "action", action
    yield "active", record.get("active") is not False
    conditions = [found for n in ("", "2") if (found := _comparison(record, n, table, words))]
    conditions += [condition_of(cell_line(record, "condition"), table, words)] if cell_line(record, "condition") else []
    yield "when", " and ".join(conditions)
    moment = cell_line(record, "moment")
    if moment or action in {"mail", "call"}:
        due = due_of(moment, table, words)
        # The day of a row says nothing about a mail that sums up many of them.
        if action == "digest" and not due.keys() & {"every", "on"}:
            raise ConditionError(_DAYS_OF_A_DIGEST)
        yield "due", due
    filled, look = cell_line(record, "fill"), cell_line(record, "fill_with")
    told = cell_line(record, "text")
    _need(action, record)
    yield from _text(told, action, texts)
    recipient = cell_line(record, "recipient")
    if action == "ask_in_turn":
        turn = turn_of(filled, look, told, table, words, words.schema, texts.texts)
        yield "turn", turn
        yield "recipient", recipient_of(recipient, turn["candidates"], words) if recipient else _email(turn, words)
        return
    if recipient:
        yield "recipient", recipient_of(recipient, table, words)
    if action in {"list", "digest"}:
        yield from ({"columns": shown_columns(filled, table, words)} if filled else {}).items()
        yield from look_of(look, table, words).items()
    elif filled:
        yield from _filling(filled, str(record.get("fill_with") or ""), table, action, words)


def _comparison(record: Record, n: str, table: str, words: RuleNames) -> str:
    """What one column of the row must be; blank where nothing is compared. A comparison without its column would let
    the rule hold for every row."""
    heading, phrase = cell_line(record, f"column{n}"), cell_line(record, f"comparison{n}")
    value = str(record.get(f"value{n}") or "")
    if heading:
        return comparison(heading, phrase or "ist", value, table, words)
    if phrase or value.strip():
        sign = " ".join(f"{phrase} {value}".split())
        raise ConditionError("Beside “{sign}” no column is named; say which one is compared, or empty the cells.",
                             sign=sign)  # fmt: skip
    return ""


_DAYS_OF_A_DIGEST = "One mail with all hits needs its days, like “every Monday at 08:00”."
_NEEDED: tuple[tuple[frozenset[str], str, str], ...] = (
    (frozenset({"mail", "text_message", "digest"}), "recipient", "Say who is written to: {names}."),
    (frozenset({"mail"}), "text", "Say which text is sent: the name of a row in the tab of texts."),
    (frozenset({"digest"}), "moment", _DAYS_OF_A_DIGEST),
    (frozenset({"set", "append"}), "fill", "Say which column is to be filled in, and with what."),
)


def _need(action: str, record: Record) -> None:
    """What such an action cannot be without. Raises ConditionError."""
    for actions, name, sentence in _NEEDED:
        if action in actions and not cell_line(record, name):
            raise ConditionError(sentence, names=RECIPIENTS)


def _email(turn: Mapping[str, Any], words: RuleNames) -> str:
    """The column of those who are asked that holds their address."""
    fields = words.schema[turn["candidates"]].fields
    return next((name for name, spec in fields.items() if spec.kind == "email"), "client")


def _filling(filled: str, typed: str, table: str, action: str, words: RuleNames) -> Iterator[tuple[str, Any]]:
    """The columns to fill in and with what, several with semicolons between them; for a new row each column stands
    after its tab: `Aufgaben → Nr.; Aufgaben → Fall`."""
    columns, values = [*parted(filled)], [part.strip() for part in typed.split(";")]
    # One value may hold semicolons of its own.
    if len(columns) == 1:
        values = [typed]
    if len(columns) != len(values):
        raise ConditionError("{n} columns are to be filled in, but {m} values are given; put semicolons between them.",
                             n=len(columns), m=len(values))  # fmt: skip
    if action == "append":
        places = [STEP.split(column, maxsplit=1) for column in columns]
        if any(len(place) != 2 for place in places):  # noqa: PLR2004 (tab and column)
            raise ConditionError("Write the tab and the column of the new row like “Tasks → No.”.")
        tabs = {place[0].strip(" []") for place in places}
        if len(tabs) > 1:
            raise ConditionError("A new row stands in one tab; here are: {names}.", names=", ".join(sorted(tabs)))
        table = words.table(tabs.pop())
        columns = [place[1].strip(" []") for place in places]
        yield "into", table
    filled_in = zip(columns, values, strict=True)
    yield "set", {words.path(column, table): words.filling(value, column, table) for column, value in filled_in}


def _text(typed: str, action: str, texts: _Texts) -> Iterator[tuple[str, str]]:
    """A text by its name; a question or note may also say itself what it says."""
    if not typed:
        return
    if slug(typed) in texts.odd:
        raise texts.odd[slug(typed)]
    if slug(typed) in texts.texts:
        yield "template", slug(typed)
    elif action in {"ask", "note", "call"}:
        if len(typed) > LONGEST_SAYING:
            sentence = "The text “{sign}” has {n} characters; {most} are possible."
            raise ConditionError(sentence, sign=f"{typed[:30]}…", n=len(typed), most=LONGEST_SAYING)
        yield "text", typed
    else:
        near = get_close_matches(slug(typed), list(texts.texts), 1, cutoff=0.5)
        if near:
            raise ConditionError("There is no text “{sign}” in the tab of texts. {near}", sign=typed,
                                 near=f"→ {near[0]}")  # fmt: skip
        raise ConditionError("There is no text “{sign}” in the tab of texts; add a row of that name there.", sign=typed)
