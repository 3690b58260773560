"""Runs stories of packs: tables in, mails and cells out, readable and writable without programming.

A folder tests/scenarios/packs/<pack>/<story>/ holds

  *.csv          the tables, one file a tab; what a story does not bring along comes from <pack>/_tables/
  expected.toml  about = "what is shown", and one [[run]] for each run of kim (on Sunday, 2026-11-01, it met the
                 workbook, and the pack was switched on after that):
                   at = "2026-11-02 09:00"       the clock (local time)
                   change = [{tab = "Termine", key = "T-1", Datum = "13.11.2026"}]   what staff type before it
                   gone = [{tab = "Termine", key = "T-1"}]                           rows that staff delete before it
                   replies = [{from = "amina", says = "Ja", to_mail = 1}]            buttons that people tap before it;
                                  to_mail: in which of the mails to them, from 1 (the newest, where it is not said)
                   mails = [{to = "amina", subject = "…", says = "…"}]               every mail that leaves the team
                   cells = [{tab = "Termine", key = "T-1", "Stand Sprachmittlung" = "…"}]   how rows then stand
                   shows = [{tab = "Fristen", holds = ["K-1"], lacks = ["K-2"]}]     what a tab says
                   questions = ["…"]             what stands unanswered in Entscheidungen: a part of each
                   secret = ["K-1"]              words that none of the mails may say
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from automations.model.values import to_plain
from tests.support.letters import letter
from tests.support.memory_office import MemoryOffice
from tests.support.own_site import BERLIN, DECISIONS, TEAM, text_of
from tests.support.scenarios import FOLDER, cell_of, table_of
from tests.support.turn_site import TURN_SITE, Postman, links_of

_TEAM = frozenset({"ab", "cd"})
JOBS = ("number_rows", "record_outcomes", "follow_rules", "remind")


def pack_folders() -> list[Path]:
    """All stories, pack by pack."""
    return sorted(path.parent for path in (FOLDER / "packs").glob("*/*/expected.toml"))


def tables_of(folder: Path) -> dict[str, list[list[Any]]]:
    """The tables of a folder, headings first, by tab."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        rows = table_of(path)
        found[path.stem] = [list(rows[0]), *(list(row.values()) for row in rows)]
    return found


class PackStory:
    """A story as it goes on, in memory."""

    def __init__(self, folder: Path, place: Path) -> None:
        self.story = tomllib.loads((folder / "expected.toml").read_text("utf-8"))
        pack = folder.parent.name
        tabs: dict[str, Any] = {"Team": TEAM, "Entscheidungen": [DECISIONS]}
        tabs |= {**tables_of(folder.parent / "_tables"), **tables_of(folder)}
        self.post = Postman()
        self.site = TURN_SITE.replace('"interpreters"', f'"{pack}"')
        before = TURN_SITE.partition("[packs]")[0]
        self.office = MemoryOffice(place, before, tabs, self.post, JOBS)

    def differences(self) -> Iterator[str]:
        """Everything that is otherwise than expected, in words."""
        with self.office as office:
            office.go(datetime(2026, 11, 1, 8, tzinfo=BERLIN))
            office.configure(self.site)
            for run in self.story["run"]:
                before = len(self.post.taken)
                self._happens(run)
                office.go(datetime.fromisoformat(run["at"]).replace(tzinfo=BERLIN))
                yield from (f"{run['at']}: {text}" for text in self._compared(run, self.post.taken[before:]))

    def _happens(self, run: Mapping[str, Any]) -> None:
        for change in run.get("change", ()):
            head, *rows = self.office.book.tab(change["tab"]).rows
            row = next(row for row in rows if change["key"] in row)
            row.extend([None] * (len(head) - len(row)))
            for name, text in change.items():
                if name not in {"tab", "key"}:
                    row[head.index(name)] = cell_of(str(text))
        for gone in run.get("gone", ()):
            tab = self.office.book.tab(gone["tab"])
            tab.rows = [row for row in tab.rows if gone["key"] not in row]
        for reply in run.get("replies", ()):
            mails = [mail for mail in self.post.taken if str(mail["To"]).startswith(f"{reply['from']}@")]
            mail = mails[reply.get("to_mail", 0) - 1]
            subject = next(link for link in links_of(mail) if link.startswith(reply["says"]))
            made = letter(subject, reply["says"], str(mail["To"]))
            made.replace_header("Message-ID", f"<{len(self.office.box.letters_in)}@antwort.test>")
            self.office.box.put(made, on=date(2026, 11, 2))

    def _compared(self, run: Mapping[str, Any], mails: list[Any]) -> Iterator[str]:
        said = [(str(mail["To"]).partition("@")[0], str(mail["Subject"]), text_of(mail)) for mail in mails]
        left = list(said)
        for wanted in run.get("mails", ()):
            fits = [one for one in left if one[0] == wanted["to"] and wanted.get("subject", "") in one[1]
                    and wanted.get("says", "") in one[2]]  # fmt: skip
            if fits:
                left.remove(fits[0])
            else:
                yield f"no mail is {wanted}: {[one[:2] for one in said]}"
        if "mails" in run:
            yield from (f"a mail that nobody expects: {one[:2]}" for one in left if one[0] not in _TEAM)
        yield from (f"“{word}” stands in a mail to {to}" for word in run.get("secret", ()) for to, _, text in said
                    if word in text)  # fmt: skip
        for wanted in run.get("cells", ()):
            yield from self._cells(wanted)
        for wanted in run.get("shows", ()):
            text = str(self.office.book.tab(wanted["tab"]).rows)
            yield from (f"{wanted['tab']} lacks {word}" for word in wanted.get("holds", ()) if word not in text)
            yield from (f"{wanted['tab']} holds {word}" for word in wanted.get("lacks", ()) if word in text)
        if "questions" in run:
            yield from self._questions(run["questions"])

    def _cells(self, wanted: Mapping[str, Any]) -> Iterator[str]:
        head, *rows = self.office.book.tab(wanted["tab"]).rows
        row = next((row for row in rows if wanted["key"] in row), None)
        if row is None:
            yield f"{wanted['tab']} has no row {wanted['key']}"
            return
        found = dict(zip(head, [*row, *[None] * len(head)], strict=False))
        for name, text in wanted.items():
            if name not in {"tab", "key"} and to_plain(found[name]) != to_plain(cell_of(str(text))):
                yield f"{wanted['key']}: {name} is {found[name]!r}"

    def _questions(self, wanted: list[str]) -> Iterator[str]:
        asked = [str(row[1]) for row in self.office.book.tab("Entscheidungen").rows[1:] if not any(row[4:5])]
        if len(asked) != len(wanted) or any(not any(part in one for one in asked) for part in wanted):
            yield f"asked is {asked}"
