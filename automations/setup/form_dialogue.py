"""What has to be asked before the answers of a form become cases, and how new cases are numbered."""

from __future__ import annotations

from dataclasses import replace

from automations.common.texts import Texts
from automations.setup.dialogue import Conversation
from automations.setup.forms import FormProposal
from automations.setup.numbering import Numbering, numbering_of
from automations.setup.proposed import TableProposal

_TRIES = 3


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
