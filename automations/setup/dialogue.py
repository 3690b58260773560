"""Questions to a person at a terminal about what is only likely. `ask` shows a sentence and gives the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec.structs import replace

from automations.common.texts import Texts
from automations.config.editing import Setting
from automations.model.settings import service_name
from automations.setup.choices import Permission
from automations.setup.new_columns import Offer
from automations.setup.proposed import HeadingProposal, Proposal, TableProposal
from automations.setup.shapes import consent_without_day
from automations.setup.words import WordProposal
from automations.tables.columns import Columns, TableColumns
from automations.tables.faults import shown
from automations.tables.folding import fold

_TRIES = 3  # how often an answer that is not understood is asked for again; then what is proposed holds
_LONG = 40  # characters of an example
Ask = Callable[[str], str]  # shows a question, gives what was typed; an empty answer takes what is proposed


class Conversation:
    """Asks what has to be asked, in the order tables, headings, words, permissions, new columns."""

    def __init__(self, ask: Ask, columns: Columns, said: Texts) -> None:
        self._ask, self._columns, self._texts = ask, columns, said

    def speaking(self, columns: Columns, said: Texts) -> Conversation:
        """The same in another language."""
        return Conversation(self._ask, columns, said)

    def yes(self, question: str, *, proposed: bool = True) -> bool:
        """A question to be answered with yes or no; asked again until it is."""
        known = self._columns.vocabulary("answer")
        for answer in self._answers(
            f"{question} {self._hint(proposed=proposed)}", (self._texts.say("yes"), self._texts.say("no"))
        ):
            if not answer:
                return proposed
            if known.get(answer) in {"yes", "no"}:
                return known[answer] == "yes"
        return proposed

    def typed(self, question: str) -> str:
        """What is typed to an open question, as it was typed."""
        return self._ask(f"{question} ").strip()

    def means_yes(self, answer: str) -> bool:
        """Whether an answer is a yes."""
        return self._columns.vocabulary("answer").get(fold(answer)) == "yes"

    def _hint(self, *, proposed: bool) -> str:
        return self._texts.say("[Y/n]") if proposed else self._texts.say("[y/N]")

    def _answers(self, question: str, valid: Iterable[str]) -> Iterator[str]:
        """What is typed, folded; with what may be typed where it was not understood, and only so often."""
        yield fold(self._ask(f"{question} "))
        words = self._texts.say("Please type one of: {words}", words=", ".join(valid))
        for _ in range(_TRIES - 1):
            yield fold(self._ask(f"{words}\n{question} "))

    def settle(self, proposal: Proposal) -> Proposal:
        """The proposal as the person wants it."""
        tables = tuple(self._table(table) for table in proposal.tables if self._is_table(table))
        fields = {(table.table, heading.field) for table in tables for heading in table.headings}
        fields |= {(table.table, table.tab_field) for table in tables if table.tab_names}
        words = (self._word(word) for word in proposal.words if (word.table, word.field) in fields)
        return replace(proposal, tables=tables, words=tuple(words))

    def _is_table(self, table: TableProposal) -> bool:
        if table.confidence == "sure":
            return True
        if table.in_row:
            names = ", ".join(dict.fromkeys(" ".join(h.text.split()) for h in table.headings if h.field == "date"))
            question = "In “{tab}” appointments stand as columns ({names}). Shall kim read them there?"
            return self.yes(self._texts.say(question, tab=table.block.tab.name, names=names))
        own = self._columns.tables[table.table].tabs[0]
        tabs, row = [block.tab.name for block in table.blocks], table.block.row
        if len(tabs) > 1:
            question = "The tabs {tabs} look like “{own}”. Are they?"
            return self.yes(self._texts.say(question, tabs=self._texts.quoted(*tabs), own=own))
        return self.yes(self._texts.say("The tab “{tab}” (headings in row {row}) looks like “{own}”. Is it?",
                                       tab=tabs[0], row=row, own=own))  # fmt: skip

    def _table(self, table: TableProposal) -> TableProposal:
        table = self._tab_names(self.headings(table))
        return self._consent(self._required(table, self._columns.tables[table.table]))

    def headings(self, table: TableProposal) -> TableProposal:
        """The table with each heading that is not sure asked about."""
        rules = self._columns.tables[table.table]
        settled: list[HeadingProposal] = []
        taken = {heading.field for heading in table.headings if heading.confidence == "sure"}
        for heading in table.headings:
            asked = heading.confidence in {"likely", "doubtful"}
            settled.append(self._heading(heading, table, rules, taken) if asked else heading)
            taken.add(settled[-1].field)
        apart = tuple((tab, tuple(self._heading(h, table, rules, taken, tab) for h in found))
                      for tab, found in table.apart)  # fmt: skip
        return replace(table, headings=tuple(settled), apart=apart)

    def _tab_names(self, table: TableProposal) -> TableProposal:
        """Whether the names of the tabs say who is responsible, or in which phase a case is."""
        if not table.tab_names:
            return table
        names = ", ".join(block.tab.name for block in table.blocks)
        question = (
            self._texts.say("Do the names of the tabs ({names}) say who is responsible?", names=names)
            if table.tab_field == "manager"
            else self._texts.say("Do the names of the tabs ({names}) say in which phase a case is?", names=names)
        )
        yes = self.yes(question, proposed=table.tab_names == "likely")
        return replace(table, tab_names="likely" if yes else "")

    def _consent(self, table: TableProposal) -> TableProposal:
        """Where consent is a yes without a day: which column has the day; asked once."""
        heading = table.field("consent_on") if table.table == "cases" else None
        if heading is None or not consent_without_day(table, heading):
            return table
        question = self._texts.say(
            "“{column}” says yes without a day, which permits no message. Which column has the day of the consent?"
            " (Empty: none; then please type the day where you know it.)",
            column=" ".join(heading.text.split()),
        )
        named = self.named(table, "consent_on", question)
        if named is table:
            return table
        kept = (h.ignored() if h.column == heading.column else h for h in named.headings)
        return replace(named, headings=tuple(kept))

    def _heading(
        self, heading: HeadingProposal, table: TableProposal, rules: TableColumns, taken: set[str], tab: str = ""
    ) -> HeadingProposal:
        question = self._texts.say(
            "“{tab}”: is the column “{column}” what kim calls “{own}”? (Or type what it is.)",
            tab=tab or table.block.tab.name, column=" ".join(heading.text.split()),
            own=rules.own_heading(heading.field),
        )  # fmt: skip
        known, proposed = self._columns.vocabulary("answer"), heading.confidence == "likely"
        question = f"{question}{_examples(table, heading, self._texts)} {self._hint(proposed=proposed)}"
        for answer in self._answers(question, (rules.own_heading(name) for name in rules.headings)):
            if not answer:
                break
            if known.get(answer) in {"yes", "no"}:
                return replace(heading, confidence="likely") if known[answer] == "yes" else heading.ignored()
            name = _field(answer, rules)
            # A field that another column has is no answer: two columns of one field would make every row ambiguous.
            if name and name not in taken:
                return replace(heading, field=name, confidence="likely")
        # Given up, so what is doubtful stays the team's own: a wrong column misleads longer than a missing one.
        return heading if proposed else heading.ignored()

    def _required(self, table: TableProposal, rules: TableColumns) -> TableProposal:
        fields = {heading.field for heading in table.headings}
        for name in rules.required:
            if name in fields or (name == "last_name" and "full_name" in fields):
                continue
            question = self._texts.say(
                "“{tab}”: which column is “{own}”? kim cannot do without it. (Empty: none.)",
                tab=table.block.tab.name, own=rules.own_heading(name),
            )  # fmt: skip
            table = self.named(table, name, question)
        return table

    def named(self, table: TableProposal, name: str, question: str) -> TableProposal:
        """The table with the column that is typed for a field; as it was where none is."""
        for answer in self._answers(question, (" ".join(heading.text.split()) for heading in table.headings)):
            if not answer:
                break
            if any(fold(heading.text) == answer for heading in table.headings):
                given = (replace(h, field=name) if fold(h.text) == answer else h for h in table.headings)
                return replace(table, headings=tuple(given))
        return table

    def _word(self, word: WordProposal) -> WordProposal:
        if word.known or word.confidence == "sure":
            return word
        meant = self._spoken(word.kind, word.canonical)
        if word.canonical:
            question = self._texts.say("“{word}” ({n}×): does that mean “{meant}”? (Or type what it means.)",
                                      word=word.word, n=word.times, meant=meant)  # fmt: skip
            question += f" {self._texts.say('[Y/n]')}"
        else:
            question = self._texts.say("“{word}” ({n}×): what does that mean? (Empty: leave it open.)",
                                      word=word.word, n=word.times)  # fmt: skip
        return self._meaning(word, question)

    def _meaning(self, word: WordProposal, question: str) -> WordProposal:
        known = self._columns.vocabulary(word.kind)
        answers = self._columns.vocabulary("answer")
        for answer in self._answers(question, (self._spoken(word.kind, value) for value in self._valid(word.kind))):
            if not answer:
                break
            if word.canonical and answers.get(answer) in {"yes", "no"}:
                return word if answers[answer] == "yes" else replace(word, canonical="")
            if answer in known:
                return replace(word, canonical=known[answer])
        return word

    def _valid(self, kind: str) -> Iterable[str]:
        return self._columns.words.get(kind, {})

    def _spoken(self, kind: str, canonical: str) -> str:
        return self._columns.own_word(kind, canonical) if canonical else ""

    def allowed(self, permission: Permission) -> bool:
        """Whether kim may fill in a column of the team's."""
        rules = self._columns.tables[permission.table]
        question = "May kim fill in “{column}” ({tab})? What stands there stays."
        if permission.answers:
            question = "May kim enter what clients answer into “{column}” ({tab})?"
        elif (permission.table, permission.heading.field) == ("cases", "manager"):
            question = "May kim fill in “{column}” ({tab})? Only then it assigns cases. What stands there stays."
        asked = self._texts.say(question, column=permission.heading.text, tab=rules.tabs[0])
        return self.yes(asked, proposed=permission.sure)

    def about_the_service(self) -> dict[str, Setting]:
        """What mails say of the service, by the names of site.toml; nothing where nothing was typed."""
        unnamed = service_name(self._texts.language)
        name = self._ask(self._texts.say("What is your service called in mails? (Empty: {name})", name=unnamed) + " ")
        phone = self._ask(self._texts.say("Which phone number may clients call? (Empty: later)") + " ")
        # Empty lines are left out, so that site.toml keeps its commented defaults.
        typed: dict[str, Setting] = {"site.name": name.strip(), "site.phone": phone.strip()}
        return {key: value for key, value in typed.items() if value}

    def wanted(self, offers: Sequence[Offer]) -> list[Offer]:
        """The offers that the person takes."""
        possible = [offer for offer in offers if not offer.obstacle]
        return [offer for offer in possible if self.yes(offer_text(offer, self._columns, self._texts))]


def offer_text(offer: Offer, columns: Columns, said: Texts) -> str:
    """An offer as a question."""
    if not offer.fields:
        found = _WITH_NAMES.get(offer.table) if offer.rows else None
        return said.say(found or _NEW_TABS[offer.table], tab=offer.tab, names=offer.names)
    names = ", ".join(columns.tables[offer.table].own_heading(name) for name in offer.fields)
    return said.say("Add to “{tab}”, at the right end: {names}?", tab=offer.tabs, names=names)


_NEW_TABS = {
    "cases": "Add the tab “{tab}”, one row for each person? The answers of the form become rows there.",
    "decisions": "Add the tab “{tab}”, in which kim asks and you answer?",
    "team": "Add the tab “{tab}”, in which your colleagues stand?",
    "appointments": "Add the tab “{tab}”, one row for each appointment? Reminders are made from it.",
    "locations": "Add the tab “{tab}” for the places of appointments and what messages call them?",
}
_WITH_NAMES = {
    "team": "Add the tab “{tab}” with the colleagues found ({names})? Please complete addresses and languages there.",
    "locations": "Add the tab “{tab}” with the places found ({names})? Each is protected until you say otherwise.",
}


def _examples(table: TableProposal, heading: HeadingProposal, said: Texts) -> str:
    """Three of the cells below a heading, so that nobody has to look."""
    shown_cells = dict.fromkeys(shown(value)[:_LONG] for value in table.values(heading))
    if not shown_cells:
        return ""
    return " " + said.say("For example: {cells}.", cells=said.quoted(*list(shown_cells)[:3]))


def _field(folded: str, rules: TableColumns) -> str:
    found = rules.by_heading.get(folded, ("", 0))[0]
    return found or next((name for name in rules.headings if fold(name) == folded), "")
