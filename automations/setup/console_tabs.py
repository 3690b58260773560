"""The tabs in which a team writes its rules, texts and settings, added to the workbook that it has: words to choose
from, examples, a guide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap

from automations.common.texts import Texts
from automations.model.console import RULES, TEXTS
from automations.model.schema import SHIPPED
from automations.model.snapshot import Snapshot
from automations.setup.settings_tab import decisions_tab, has_settings_tab
from automations.tables.columns import Columns
from automations.tables.folding import fold
from automations.tables.named_columns import headed
from automations.tables.rule_choices import choices
from automations.tables.setting_rows import CLIENT_LANGUAGES
from automations.workbooks.cellrefs import column_letters
from automations.workbooks.new_files import NewTab
from automations.workbooks.protocol import RawWorkbook

_ENGLISH = "en"
_CHOICES = 2000  # rows of another tab that a cell offers
_WIDE = 120  # characters of a line above a table
_GUIDE = (
    "Each row is a rule: for every row of the tab that fits, what you choose happens at the moment that you name. "
    "The examples rest until “yes” stands under “Active”. What reaches people outside the team, or more than ten "
    "rows, waits until it is approved; the last three columns say so, kim fills them in."
)
_TEXT_GUIDE = (
    "Headings in curly brackets are filled in from the row. One row for each language: what is not there in a "
    "client's language goes out in yours; kim translates nothing. Clients' texts may hold only what is open: names, "
    "days, the colleague."
)
_SAMPLE = "Good day {name}, your residence permit is valid until {day}. Please call us: we help with the next one."
_MISSED = "{name} did not come several times. Call?"
# What is said beside a cell of the column when somebody goes there.
_PROMPTS: Mapping[str, str] = {
    "name": "A short name; each rule has one of its own.",
    "on_table": "The tab whose rows the rule looks at.",
    "column": "A heading of that tab. For each row that fits, the rule acts.",
    "value": "The word, number or day to compare with; several with commas.",
    "condition": "More than two comparisons, with headings in square brackets: {example}",
    "moment": "When it acts, for example: {example}",
    "recipient": "Who gets the message: choose, or a heading in square brackets that holds addresses.",
    "text": "The name of a text in the tab of texts. A question or note may also stand here itself.",
    "fill": "Only with “fill in column”: the heading of the column. What people typed is never written over.",
    "active": "yes: the rule works. no: it rests.",
}


def lacking(snapshot: Snapshot, columns: Columns, raw: RawWorkbook, said: Texts) -> Iterator[NewTab]:
    """The tabs that are not there: of the team's own tables, of texts, rules and settings, in the order in which
    they are to be added, as some offer words of others."""
    there = {fold(tab.name) for tab in raw.tabs}
    for table, rules in columns.tables.items():
        own = table not in SHIPPED and not rules.quiet
        if own and table not in snapshot.layouts and there.isdisjoint(map(fold, rules.tabs)):
            yield _own(table, columns, snapshot, said)
    makers = {TEXTS: _texts, RULES: _rules}  # the list of texts is offered in the tab of rules
    for table, maker in makers.items():
        names = columns.tables[table].tabs
        if table not in snapshot.layouts and there.isdisjoint(map(fold, names)):
            yield maker(snapshot, columns, raw, said)
    if not has_settings_tab(raw):
        yield decisions_tab(snapshot, columns, raw, said)


def _own(table: str, columns: Columns, snapshot: Snapshot, said: Texts) -> NewTab:
    """A table that a pack or the team declared, empty."""
    rules, fields = columns.tables[table], columns.specs[table].fields
    yes_no = (said.say("yes"), said.say("no"))
    headings = {name: aliases[0] for name, aliases in rules.headings.items()}
    return NewTab(
        rules.tabs[0],
        tuple(headings.values()),
        {
            text: offered
            for name, text in headings.items()
            if (offered := yes_no if fields[name].kind == "yes_no" else _keys(fields[name].target, columns, snapshot))
        },
        frozenset(text for name, text in headings.items() if fields[name].kind == "date"),
    )


def _keys(table: str, columns: Columns, snapshot: Snapshot) -> str:
    """Where the names of another table's rows stand, to choose from; "" for a column that names none."""
    if not table or not columns.specs[table].key:
        return ""
    key, layout = columns.specs[table].key, snapshot.layouts.get(table)
    if layout is not None:
        tab, column, first = layout.tab, layout.columns.get(key, 0), layout.first_row
    else:
        tab, column, first = columns.tables[table].tabs[0], list(columns.tables[table].headings).index(key) + 1, 2
    letter = column_letters(column) if column else ""
    quoted = tab.replace("'", "''")
    return f"='{quoted}'!${letter}${first}:${letter}${first + _CHOICES}" if letter else ""


def _rules(snapshot: Snapshot, columns: Columns, raw: RawWorkbook, said: Texts) -> NewTab:
    headings, offered = _headings(RULES, columns, said), choices(said.language)
    english = said.language == _ENGLISH
    examples = {
        "condition": "[Status] = planned or confirmed" if english else "[Status] = geplant oder bestätigt",
        "moment": "14 days before [Date], every Monday at 08:00"
        if english
        else "14 Tage vor [Datum], jeden Montag um 08:00",
    }
    ours = {"decisions", *(table for table, rules in columns.tables.items() if rules.quiet)}
    mine = [place for table, place in snapshot.layouts.items() if table not in ours]
    words = dict.fromkeys(
        " ".join(text.split()) for place in mine for text in (*place.headings.values(), *place.unread.values())
    )
    # Tabs that are no table of kim's are read as soon as a rule names them.
    others = {tab.name: ones for tab in raw.tabs if tab.name in snapshot.unread_tabs and (ones := headed(tab))}
    words |= dict.fromkeys(one.heading for ones in others.values() for one in ones)
    addresses = list(_addresses(snapshot))
    texts_tab = _name(TEXTS, columns, said)
    below = len(_guide("Your own texts", _TEXT_GUIDE, said)) + 2
    listed: dict[str, tuple[str, ...] | str] = {
        "on_table": (*(place.tab for place in mine), *others), "column": tuple(words), "column2": tuple(words),
        "fill": tuple(words), "comparison": offered["comparison"], "comparison2": offered["comparison"],
        "moment": offered["moment"], "action": offered["action"],
        "recipient": (*offered["recipient"], *dict.fromkeys(addresses)),
        "active": (said.say("yes"), said.say("no")), "text": f"='{texts_tab}'!$A${below}:$A$500",
    }  # fmt: skip
    guide = _guide("Your own rules", _GUIDE, said)
    return NewTab(
        _name(RULES, columns, said), tuple(headings.values()), {headings[name]: one for name, one in listed.items()},
        text=guide, rows=tuple(_rows(snapshot, headings, said)),
        prompts={headings[name]: said.say(text, example=examples.get(name, "")) for name, text in _PROMPTS.items()},
    )  # fmt: skip


def _guide(title: str, text: str, said: Texts) -> tuple[str, ...]:
    """A title and lines as long as a window is wide: what stands above a table is not wrapped."""
    return said.say(title), *wrap(said.say(text), _WIDE)


def _addresses(snapshot: Snapshot) -> Iterator[str]:
    """Columns that hold addresses of others than clients, as recipients."""
    for table, place in snapshot.layouts.items():
        for name, text in place.headings.items():
            spec = snapshot.schema[table].fields.get(name)
            if table != "cases" and spec is not None and spec.kind == "email":
                yield f"[{text}]"


def _texts(snapshot: Snapshot, columns: Columns, _raw: RawWorkbook, said: Texts) -> NewTab:
    headings = _headings(TEXTS, columns, said)
    languages = tuple(said.spoken(code) for code in CLIENT_LANGUAGES)
    guide = _guide("Your own texts", _TEXT_GUIDE, said)
    place = snapshot.layouts.get("cases")
    known = place.headings if place else {}
    first, permit = known.get("first_name", ""), known.get("permit_until", "")
    sample = (
        said.say("Permit"), said.spoken(said.language), said.say("Your residence permit"),
        said.say(_SAMPLE, name=f"{{{first}}}", day=f"{{{permit}}}"),
    )  # fmt: skip
    return NewTab(_name(TEXTS, columns, said), tuple(headings.values()), {headings["language"]: languages}, text=guide,
                  rows=(sample,) if first and permit else ())  # fmt: skip


def _rows(snapshot: Snapshot, headings: Mapping[str, str], said: Texts) -> Iterator[tuple[str, ...]]:
    """Three examples, as far as the columns that they speak of are there; all of them rest."""
    cases, visits = snapshot.layouts.get("cases"), snapshot.layouts.get("appointments")
    known, offered = (cases.headings if cases else {}), choices(said.language)
    english = said.language == _ENGLISH
    action = dict(zip(("mail", "text_message", "call", "ask", "note", "set", "append", "list", "digest"),
                      offered["action"], strict=False))  # fmt: skip
    examples: list[Mapping[str, str]] = []
    if cases and {"permit_until", "first_name"} <= known.keys():
        when = f"90 days before [{known['permit_until']}]" if english else f"90 Tage vor [{known['permit_until']}]"
        examples.append({"name": said.say("Example: permit ends"), "moment": when, "action": action["mail"],
                         "recipient": offered["recipient"][0], "text": said.say("Permit")})  # fmt: skip
    if cases and visits and {"case", "status"} <= visits.headings.keys() and "first_name" in known:
        status = visits.headings["status"]
        missed = snapshot.words.get(("appointments", "status", "no_show")) or (
            "no show" if english else "nicht erschienen"
        )
        count = "Count" if english else "Anzahl"
        examples.append({"name": said.say("Example: did not come"), "action": action["ask"],
                         "condition": f'{count}({visits.tab}, [{status}] = "{missed}") > 2',
                         "text": said.say(_MISSED, name=f"{{{known['first_name']}}}")})  # fmt: skip
    if cases and "first_contact_on" in known:
        examples.append({"name": said.say("Example: no first contact"), "column": known["first_contact_on"],
                         "comparison": offered["comparison"][4], "action": action["list"]})  # fmt: skip
    for one in examples:
        whole = {"on_table": cases.tab if cases else "", "active": said.say("no"), **one}
        yield tuple(" ".join(whole.get(name, "").split()) for name in headings)


def _headings(table: str, columns: Columns, said: Texts) -> dict[str, str]:
    """The headings in the site's language: the first alias is German, the last English."""
    at = -1 if said.language == _ENGLISH else 0
    return {name: aliases[at] for name, aliases in columns.tables[table].headings.items()}


def _name(table: str, columns: Columns, said: Texts) -> str:
    return columns.tables[table].tabs[-1 if said.language == _ENGLISH else 0]
