"""Tabs and folders that a form fills: what its questions probably are, and the stanza of automations.toml for them.

Nothing of it is in force by itself: who reports is easily taken for who is meant, so each question is asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from automations.config.editing import quoted
from automations.jobs.take_in import NEVER
from automations.model.settings import SiteFacts
from automations.model.values import Value, key_text
from automations.setup.evidence import Evidence
from automations.setup.form_tabs import is_form, worked_in
from automations.setup.grouping import grouped
from automations.setup.proposals import finder_of, propose_table
from automations.setup.proposed import HeadingProposal, TableProposal
from automations.setup.table_search import Block
from automations.setup.thesaurus import Thesaurus, load_thesaurus, words_of
from automations.tables.columns import Columns
from automations.tables.folding import fold, one_line
from automations.tables.forms import OF_THE_FORM
from automations.workbooks.protocol import RawTab, RawWorkbook, WorkbookError
from automations.workbooks.stores.form_folder import form_files

_NUMBERS = frozenset({"id", "submissionid", "antwortid", "responseid"})
_PERMITS = frozenset(
    {"einwilligung", "einverstanden", "einwilligen", "dürfen", "duerfen", "darf", "zustimmung", "zustimmen", "consent",
     "agree", "may", "can", "permission"}
)  # fmt: skip
_MAILS = frozenset({"email", "emails", "mail", "mails", "e", "erinnerung", "erinnerungen", "reminder", "reminders"})
_YES_NO = frozenset({"ja", "nein", "yes", "no", "true", "false", "wahr", "falsch"})
_NAME = 40  # letters of a stanza's name
_CLIENTS = frozenset({"last_name", "first_name", "full_name", "email", "phone"})


class FormProposal(Struct, frozen=True):
    """A form: the tab it fills, or the `folder` of CSV files; `table` is its rows read as a list of cases. `key`,
    `sent` and `consent` are headings, "" where there is none; `rows` how many submissions stand there."""

    name: str
    table: TableProposal
    folder: str
    key: str
    sent: str
    consent: str
    rows: int

    @property
    def place(self) -> str:
        """The tab or folder, for people."""
        return self.folder or self.table.block.tab.name

    @property
    def fields(self) -> dict[str, str]:
        """The question of each field."""
        return {heading.field: one_line(heading.text) for heading in self.table.headings if heading.field}

    @property
    def complete(self) -> bool:
        """Whether a question gives the name, without which no case begins."""
        return bool({"last_name", "full_name"} & self.fields.keys())


def find_forms(raw: RawWorkbook, columns: Columns, facts: SiteFacts, today: date) -> tuple[FormProposal, ...]:
    """The tabs of a workbook that forms fill. `today` is the site's date."""
    known = load_thesaurus()
    evidence = Evidence(columns, facts, today)
    found: list[FormProposal] = []
    wide = known.widened(columns)
    for group in grouped(finder_of(wide, known).blocks(raw), known):
        if is_form(group.blocks[0], known) and not worked_in(group.blocks[0], wide):
            table = propose_table(group, "cases", columns, evidence, known)
            found.append(_proposal(table, "", known, [one.name for one in found]))
    return tuple(found)


def find_folder(folder: Path, name: str, columns: Columns, facts: SiteFacts, now: datetime) -> FormProposal:
    """The form whose answers are dropped into a folder as CSV files; `name` is how the site names the folder. `now`
    is aware. Raises WorkbookError where no file there can be read: then nobody knows what it asks."""
    files = [file for file in form_files(folder, now) if file.rows]
    if not files:
        message = "In the folder {folder} there is no CSV file that can be read."
        advice = "Please lay one export of the form there first: kim reads its questions from it."
        raise WorkbookError(message, advice, code="missing", values={"folder": str(folder)})
    known = load_thesaurus()
    # The form as it is today: a question that was added later is not in older exports.
    newest = max(files, key=lambda file: (folder / file.name).stat().st_mtime)
    raw = RawWorkbook(name, "", (RawTab(newest.name, "1", newest.rows),))
    blocks = finder_of(known.widened(columns), known).blocks(raw)
    if not blocks:
        message = "In {file} there are no headings that kim knows."
        advice = "The first line should hold the questions of the form (such as Nachname; Vorname; Sprache)."
        raise WorkbookError(message, advice, code="missing", values={"file": newest.name})
    (group, *_) = grouped(blocks, known)
    evidence = Evidence(columns, facts, facts.today(now))
    return _proposal(propose_table(group, "cases", columns, evidence, known), name, known, [])


def _proposal(table: TableProposal, folder: str, known: Thesaurus, names: Sequence[str]) -> FormProposal:
    block = table.block
    texts = [text for _, text in sorted(block.headings.items())]
    sent = [text for text in texts if fold(text) in known.form and fold(text) not in _NUMBERS]
    consent = next((h for h in table.headings if _asks_consent(h, block)), None)
    asked = next((place for place, text in enumerate(texts) if fold(text) not in OF_THE_FORM), len(texts))
    headings = tuple(_as_question(h, block, asked, consent) for h in table.headings if fold(h.text) not in known.form)
    return FormProposal(
        _stanza_name(Path(folder).name or block.tab.name, names), replace(table, headings=headings), folder,
        next((one_line(text) for text in texts if fold(text) in _NUMBERS), ""),
        one_line(sent[-1]) if sent else "",  # the last: when it was sent, not when somebody began
        one_line(consent.text) if consent else "",
        max(0, block.last_row - block.row),
    )  # fmt: skip


def _as_question(
    heading: HeadingProposal, block: Block, asked: int, consent: HeadingProposal | None
) -> HeadingProposal:
    """A heading of a form: never more than likely, and nothing where no form may fill it in."""
    place = sorted(block.headings).index(heading.column)
    of_the_sender = place < asked and heading.field in _CLIENTS
    if heading == consent or heading.field in NEVER or of_the_sender:
        return replace(heading, field="", confidence="unknown")
    return replace(heading, confidence="likely") if heading.confidence == "sure" else heading


def _asks_consent(heading: HeadingProposal, block: Block) -> bool:
    """Whether a question is the one for mails: by its words, and by answers that say yes or no."""
    words = words_of(heading.text)
    cells: list[Value] = block.below(heading.text, heading.column)
    answers = [fold(re.split(r"[\s,.;]", key_text(cell) or "")[0]) for cell in cells]
    yes = sum(answer in _YES_NO for answer in answers)
    by_words = heading.field == "consent_on" or bool(words & _PERMITS and words & _MAILS)
    return by_words and (not answers or yes * 2 > len(answers))


def _stanza_name(text: str, taken: Sequence[str]) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", fold(text).casefold()).strip("_")[:_NAME].strip("_") or "formular"
    return plain if plain not in taken else f"{plain}_{len(taken) + 1}"


def stanza(form: FormProposal, comment: str, *, active: bool) -> str:
    """The lines of automations.toml; commented out where it is not `active` yet."""
    lines = [f"[take_in.forms.{form.name}]"]
    pairs = {"folder": form.folder} if form.folder else {"tab": form.table.block.tab.name}
    pairs |= {"key": form.key, "sent": form.sent, "consent": form.consent}
    lines += [f"{name} = {quoted(text)}" for name, text in pairs.items() if text]
    lines += ["fields = { " + ", ".join(f"{field} = {quoted(text)}" for field, text in form.fields.items()) + " }"]
    return "\n".join([f"# {comment}", *(line if active else f"# {line}" for line in lines)]) + "\n"


def write_stanzas(folder: Path, stanzas: Sequence[str]) -> None:
    """Put stanzas behind what stands in automations.toml. Raises OSError."""
    if stanzas:
        path = folder / "config" / "automations.toml"
        # Behind, as text: the file's own comments are what its next reader goes by, and writing TOML anew loses them.
        text = path.read_text(encoding="utf-8").rstrip("\n")
        path.write_text("\n\n".join((text, *(lines.rstrip("\n") for lines in stanzas))) + "\n", encoding="utf-8")
