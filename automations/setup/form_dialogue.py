"""What has to be asked before the answers of a form become cases, and how new cases are numbered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from automations.common.texts import Texts
from automations.config.editing import Setting
from automations.model.values import Value, key_text
from automations.setup.dialogue import Conversation
from automations.setup.forms import FormProposal
from automations.setup.proposed import TableProposal

_NUMBER = re.compile(r"^(?P<prefix>[A-Za-z][A-Za-z0-9-]{0,15})-(?P<year>(?:19|20)\d{2})-(?P<count>\d{3,8})$")
_MOST = 0.6  # share of the numbers that stand there which must have one form
_TRIES = 3


class Numbering(Struct, frozen=True):
    """The prefix, and the digits behind the year: KIM-2026-0143."""

    prefix: str = "KIM"
    digits: int = 4

    def example(self, year: int) -> str:
        """The first number of a year."""
        return f"{self.prefix}-{year}-{1:0{self.digits}d}"

    @property
    def of_the_site(self) -> dict[str, Setting]:
        """Its line of site.toml."""
        return {"site.case_prefix": self.prefix}

    @property
    def of_the_job(self) -> dict[str, Setting]:
        """Its line of automations.toml."""
        return {"number_rows.case_digits": self.digits}


def numbering_of(text: str) -> Numbering | None:
    """The form of one number; None where it is another one than kim can give."""
    found = _NUMBER.match(text.strip())
    return Numbering(found["prefix"], len(found["count"])) if found else None


def common_numbering(values: Sequence[Value]) -> Numbering | None:
    """The form that most of the numbers have; None where they have none of kim's."""
    texts = [text for value in values if (text := key_text(value))]
    counts = Counter(found for text in texts if (found := numbering_of(text)))
    if not counts:
        return None
    best, times = counts.most_common(1)[0]
    # A few numbers of another form among many are slips or older ones; half and half is no numbering.
    return best if times >= _MOST * len(texts) else None


def ask_about_form(form: FormProposal, talk: Conversation, cases: str, said: Texts) -> FormProposal | None:
    """The form as the person wants it; None where nothing shall be taken over, or nothing gives the name. `cases` is
    the tab that gets the rows. Enter to the first question leaves the form alone."""
    say = said.say
    if form.folder:
        question = say("CSV files in “{place}”: shall each submission in them become a row in “{tab}”? Files that were "
                       "read are moved into the folder “erledigt” there.", place=form.place, tab=cases)  # fmt: skip
    else:
        question = say("“{place}” is filled by a form ({n} submissions). Shall each new one become a row in “{tab}”? "
                       "What stands there already is asked about first.",
                       place=form.place, n=form.rows, tab=cases)  # fmt: skip
    # Enter means no: rows that come in from outside are nothing to begin with by a slip of the finger.
    if not talk.yes(question, proposed=False):
        return None
    found = replace(form, table=_named(talk.headings(form.table), talk, said))
    if found.consent:
        question = say("“{column}”: is that the question whether this person may get mails? (A yes counts only once a "
                       "colleague typed the day.)", column=found.consent)  # fmt: skip
        found = replace(found, consent=found.consent if talk.yes(question) else "")
    return found if found.complete else None


def _named(table: TableProposal, talk: Conversation, said: Texts) -> TableProposal:
    if table.field("last_name") or table.field("full_name"):
        return table
    question = said.say("“{tab}”: which question gives the last name of the person who is meant? Without it no case "
                        "can begin. (Empty: none.)", tab=table.block.tab.name)  # fmt: skip
    return talk.named(table, "last_name", question)


def ask_numbering(proposed: Numbering, year: int, talk: Conversation, said: Texts) -> Numbering:
    """How numbers of new cases look: what is proposed by Enter, else by an example that is typed."""
    question = said.say("New cases get numbers such as {example}. Is that right? (Or type the first one as it should "
                        "look.)", example=proposed.example(year))  # fmt: skip
    for _ in range(_TRIES):
        answer = talk.typed(question)
        if not answer or talk.means_yes(answer):
            return proposed
        if found := numbering_of(answer):
            return found
        question = said.say("Please type letters, the year and three to eight digits, such as {example}.",
                            example=proposed.example(year))  # fmt: skip
    return proposed
