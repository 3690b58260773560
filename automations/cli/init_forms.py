"""What `kim init` does with forms: asked about at the terminal, else laid ready in automations.toml, commented out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from automations.common.texts import Texts
from automations.config.editing import set_values
from automations.model.settings import SiteFacts
from automations.setup.dialogue import Conversation
from automations.setup.form_dialogue import Numbering, ask_about_form, ask_numbering, common_numbering
from automations.setup.forms import FormProposal, find_folder, find_forms, stanza, write_stanzas
from automations.setup.proposed import Proposal
from automations.tables.columns import Columns
from automations.workbooks.protocol import RawWorkbook


class Forms:
    """The forms of one start: `found` by what stands there, in force once a person said so."""

    def __init__(
        self, raw: RawWorkbook, typed: str, site: Path, columns: Columns, facts: SiteFacts, now: datetime, said: Texts
    ) -> None:
        """`typed` is the folder after --forms, "" for none. Raises WorkbookError where it holds no readable file."""
        self.found = find_forms(raw, columns, facts, facts.today(now))
        if typed:
            whole, home = Path(typed).resolve(), site.resolve()
            # Relative where it lies inside: a site that is moved takes its folder along.
            name = whole.relative_to(home).as_posix() if whole.is_relative_to(home) else str(whole)
            self.found = (*self.found, find_folder(whole, name, columns, facts, now))
        self._site, self._columns, self._now, self._texts = site, columns, now, said
        self._taken: dict[str, FormProposal] = {}
        self._own: Numbering | None = None
        self._numbering = Numbering()

    def ask(self, talk: Conversation | None, settled: Proposal, *, numbers: bool) -> None:
        """Ask about each form, and about the numbers of new cases where kim gives them: to the cases of forms, and
        in a column that it may fill in (`numbers`). Without `talk` nothing is in force."""
        cases = settled.table("cases")
        heading = cases.field("number") if cases else None
        self._own = common_numbering(cases.values(heading)) if cases and heading else None
        if talk is None:
            return
        tab = cases.block.tab.name if cases else self._columns.tables["cases"].tabs[0]
        for form in self.found:
            if wanted := ask_about_form(form, talk, tab, self._texts):
                self._taken[form.name] = wanted
        if self._taken or numbers:
            self._numbering = ask_numbering(self._own or self._numbering, self._now.year, talk, self._texts)

    def write(self) -> None:
        """What was settled, into the config of the site; what was not, as a comment. Raises OSError."""
        plain = Numbering()
        if self._numbering.prefix != plain.prefix:
            set_values(self._site, self._numbering.of_the_site)
        if self._numbering.digits != plain.digits:
            set_values(self._site, self._numbering.of_the_job, "automations.toml")
        write_stanzas(self._site, [self._stanza(form) for form in self.found])

    def _stanza(self, form: FormProposal) -> str:
        taken = self._taken.get(form.name)
        comment = (
            self._texts.say("A form whose answers become cases, as was settled:")
            if taken
            else self._texts.say(
                "A form that was found. Please compare who is meant by each question, then take the # away:"
            )
        )
        return stanza(taken or form, comment, active=taken is not None)

    def lines(self) -> Iterator[str]:
        """What the person should know."""
        say, year = self._texts.say, self._now.year
        for form in self.found:
            if form.name in self._taken:
                yield say("“{place}”: submissions become cases ([take_in.forms.{name}] in automations.toml).",
                          place=form.place, name=form.name)  # fmt: skip
            elif not form.complete:
                yield say("“{place}” is filled by a form ({n} submissions), but no question gives the last name for "
                          "sure; kim takes nothing from it. In config/automations.toml [take_in.forms.{name}] is "
                          "begun: please add last_name or full_name and take the # away.",
                          place=form.place, n=form.rows, name=form.name)  # fmt: skip
            else:
                yield say("“{place}” is filled by a form ({n} submissions); kim takes nothing from it yet. In "
                          "config/automations.toml [take_in.forms.{name}] is laid ready, commented out: please "
                          "compare its questions and take the # away.",
                          place=form.place, n=form.rows, name=form.name)  # fmt: skip
        if self._own and self._own != self._numbering:
            yield say("Your numbers look like {own}; new cases would get {example}. (case_prefix in site.toml, "
                      "case_digits in automations.toml)", own=self._own.example(year),
                      example=self._numbering.example(year))  # fmt: skip

    def document(self) -> dict[str, object]:
        """The same for programs; nothing where there is no form."""
        if not self.found:
            return {}
        return {
            "forms": [
                {"name": form.name, "tab": None if form.folder else form.place, "folder": form.folder or None,
                 "key": form.key or None, "sent": form.sent or None, "consent": form.consent or None,
                 "fields": form.fields, "rows": form.rows, "taken": form.name in self._taken}
                for form in self.found
            ]
        }  # fmt: skip
