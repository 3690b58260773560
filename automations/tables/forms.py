"""Submissions of a form out of its rows: who is meant, what was answered, what names it for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec.structs import replace

from automations.model.settings import Form
from automations.model.submissions import Submission
from automations.model.values import Value, digest, key_text
from automations.tables.dates import Parser
from automations.tables.faults import shown
from automations.tables.folding import fold
from automations.tables.schema import kind_of

_TOP = 10  # rows in which the headings are looked for
_LONGEST = 500  # characters of an answer that are taken over
_DAYS = frozenset({"date", "birth_date"})
OF_THE_FORM = frozenset(map(fold, (
    "Zeitstempel", "Timestamp", "Startzeit", "Start time", "Fertigstellungszeit", "Completion time", "Submission ID",
    "ID", "E-Mail", "Email", "E-Mail-Adresse", "Email address", "Email Address", "Benutzername", "Username", "Name",
    "Last modified time", "Zeitpunkt der letzten Änderung",
)))  # fmt: skip
"""Columns that a form adds by itself, before its first question: when, and who filled it in."""

_CONTACT = frozenset({"email", "phone", "last_name", "first_name", "full_name"})


class FormRows:
    """The rows of one tab or file: a header with the form's questions, submissions below."""

    def __init__(self, name: str, form: Form, rows: Sequence[Sequence[Value]], parsers: Mapping[str, Parser]) -> None:
        self._name, self._form, self._rows, self._parsers = name, form, rows, parsers
        wanted = {fold(text) for text in (*form.fields.values(), form.key, form.sent) if text}
        scores = [sum(fold(key_text(cell) or "") in wanted for cell in cells) if cells else 0 for cells in rows[:_TOP]]
        best = max(scores, default=0)
        # The first of equals: an answer further down may repeat a question.
        self._top = scores.index(best) if best else -1
        heads = [fold(key_text(cell) or "") for cell in rows[self._top]] if best else []
        # Backwards, so that of two equal questions the first one counts.
        self._places = {text: place for place, text in reversed(list(enumerate(heads))) if text}
        self._questions = next((place for place, text in enumerate(heads) if text and text not in OF_THE_FORM), 0)

    def missing(self) -> list[str]:
        """Questions of the settings that the form has not (any more). Who filled it in is no question: a column of
        the form's own is never the client's."""
        wanted = [*self._form.fields.values(), *filter(None, (self._form.key, self._form.sent, self._form.consent))]
        own = [self._form.fields[name] for name in self._form.fields if self._of_the_sender(name)]
        return [text for text in wanted if fold(text) not in self._places] + own

    def _of_the_sender(self, name: str) -> bool:
        place = self._places.get(fold(self._form.fields[name]), -1)
        return name in _CONTACT and 0 <= place < self._questions

    def submissions(self, place: str, file: str = "") -> Iterator[Submission]:
        """One for each row that has an answer; `place` names tab or file, for people."""
        found = [self._one(cells, f"{place}, {number}", file) for number, cells in self._below()]
        counts = Counter(one.key for one in found)
        for one in found:
            yield replace(one, twin=True) if counts[one.key] > 1 else one

    def key_of(self, cells: Sequence[Value]) -> str:
        """What names the submission of a row: the form's own number, else the moment, else all that was answered."""
        named = self._text(cells, self._form.key) if self._form.key else ""
        moment = self._moment(cells)
        whole = "\x1f".join(shown(cell) for cell in cells)
        # With the name of the form, as two forms may both count from 1.
        return digest(f"{self._name}\x1f{named or moment or whole}")[:16]

    def _below(self) -> Iterator[tuple[int, Sequence[Value]]]:
        for number, cells in enumerate(self._rows[self._top + 1 :], start=self._top + 2) if self._top >= 0 else ():
            if any(self._text(cells, heading) for heading in self._form.fields.values()):
                yield number, cells

    def _one(self, cells: Sequence[Value], place: str, file: str) -> Submission:
        answers: dict[str, Value] = {}
        understood: dict[str, Value] = {}
        for name, heading in self._form.fields.items():
            if self._of_the_sender(name) or not (text := self._text(cells, heading)):
                continue
            kind = kind_of("cases", name)
            parse = self._parsers.get(kind)
            value = parse(self._cell(cells, heading)).value if parse else None
            answers[name] = value if kind in _DAYS and value else text
            understood[name] = value
        sent = self._parsers["date"](self._cell(cells, self._form.sent)).value if self._form.sent else None
        if sent and "received" not in answers:
            answers["received"] = sent
        # The choices are sentences: “Ja, ich willige ein”.
        consents = fold(self._text(cells, self._form.consent)).startswith(_YES) if self._form.consent else False
        return Submission(
            self._name, self.key_of(cells), place, sent if isinstance(sent, date) else None, answers,
            likenesses(answers, understood), consents=consents, file=file,
        )  # fmt: skip

    def _cell(self, cells: Sequence[Value], heading: str) -> Value:
        place = self._places.get(fold(heading), -1)
        return cells[place] if 0 <= place < len(cells) else None

    def _text(self, cells: Sequence[Value], heading: str) -> str:
        cell = self._cell(cells, heading)
        text = (key_text(cell) or "") if not isinstance(cell, date) else shown(cell)
        return " ".join(text.split())[:_LONGEST]

    def _moment(self, cells: Sequence[Value]) -> str:
        """The moment of sending in one spelling, whether it is a date or text in an export."""
        cell = self._cell(cells, self._form.sent) if self._form.sent else None
        if isinstance(cell, datetime):
            return f"{cell:%Y-%m-%d %H:%M:%S}"
        text = " ".join((key_text(cell) or "").split())
        for pattern in _MOMENTS:
            try:
                return f"{datetime.strptime(text, pattern):%Y-%m-%d %H:%M:%S}"  # noqa: DTZ007 - cells have no zone
            except ValueError:
                continue
        return text


_MOMENTS = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S")
_YES = ("ja", "yes", "icheinverstanden", "einverstanden", "ichwilligeein", "iagree", "true", "wahr")


def likenesses(answers: Mapping[str, Value], understood: Mapping[str, Value]) -> frozenset[str]:
    """What two submissions, or a submission and a case, have in common when they may be of one person."""
    found = [f"{name}:{understood[name]}" for name in ("email", "phone") if understood.get(name)]
    whole = key_text(answers.get("full_name")) or " ".join(
        filter(None, (key_text(answers.get("first_name")), key_text(answers.get("last_name"))))
    )
    born = understood.get("birth_date")
    if whole:
        found.append(person(whole, born if isinstance(born, date) else None))
    return frozenset(text.casefold() for text in found)


def person(name: str, born: date | None) -> str:
    """A name, in whatever order its parts stand, with the birth date."""
    return f"person:{' '.join(sorted(map(fold, name.replace(',', ' ').split())))}:{born or ''}"
