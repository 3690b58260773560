"""Invented consents that offices learn how a case stands, with all that people type there by mistake.

What may be told is worked out here from the cells alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.support.memory_office import MemoryOffice
from tests.support.own_site import BERLIN, CASES, DECISIONS, TEAM, VISITS, case, text_of
from tests.support.turn_site import TURN_SITE, Postman

TODAY = date(2026, 11, 16)
SITE = TURN_SITE.replace('"interpreters"', '"feedback"')
OFFICES = [
    ["Stelle", "E-Mail", "Rückmeldung erlaubt"],
    ["Schule Nord", "nord@schule.test", "ja"], ["Schule Nord 2", "nord2@schule.test", "ja"],
    ["Jobcenter", "jc@amt.test", None], ["Ausländerbehörde", "abh@amt.test", None],
    ["Klinik", "post@klinik.test", "nein"], ["Verein", "post@haus.test", "ja"], ["Kita", "post@haus.test", "ja"],
    ["Sportbund", None, "ja"], ["Bücherei", "buch@stadt.test", "ja, außer montags"],
]  # fmt: skip
WANTED = ["Nr.", "Fall-Nr.", "Stelle", "Einwilligung am", "Einwilligung bis", "Widerruf am"]
CONSENTS = ["Fall-Nr.", "Zweck", "Empfänger", "Kanal", "erteilt am", "gültig bis", "widerrufen am"]
_WORDS = {"eingegangen": 0, "Erstkontakt": 1, "beendet": 2}
_OFTEN = 0.8
_GOOD = {name: email for name, email, allowed in OFFICES[1:] if allowed == "ja" and email}


class Offices:
    """One workbook of consents. `wrong` collects what must never be, `told` counts what was rightly told."""

    def __init__(self, folder: Path, seed: int, rows: int) -> None:
        self.chance = Random(seed)  # noqa: S311 (a repeatable story)
        self.states = {f"K-{n}": self.chance.choice((0, 1, 2)) for n in range(1, max(rows // 2, 2))}
        self.rows = [self._row(n) for n in range(1, rows + 1)]
        self.consents = [self._consent() for _ in range(rows)] if seed % 3 == 0 else None
        self.post, self.wrong, self.told = Postman(), [], 0
        self._run(folder)

    def _day(self, blank: float, text: str) -> Any:
        """A day that counts, is to come, is blank, or nobody can read."""
        if self.chance.random() < blank:
            return None
        return self.chance.choice((
            TODAY - timedelta(days=self.chance.randrange(400)), TODAY - timedelta(days=self.chance.randrange(30)),
            TODAY, TODAY + timedelta(days=self.chance.randrange(1, 40)), text,
        ))  # fmt: skip

    def _row(self, number: int) -> list[Any]:
        who = self.chance.choice([*self.states, "K-404"])
        office = self.chance.choice([*(row[0] for row in OFFICES[1:]), "Schule Süd", None])
        name = f"R{number}" if self.chance.random() > 0.02 else f"R{max(number - 1, 1)}"
        return [name, who, office, self._day(0.15, "mündlich"), self._day(0.7, "bis auf Weiteres"),
                self._day(0.8, "angerufen")]  # fmt: skip

    def _consent(self) -> list[Any]:
        row = self.chance.choice(self.rows)
        who, office = (row[1], row[2]) if self.chance.random() < _OFTEN else (row[1], self.chance.choice([*_GOOD]))
        purpose = self.chance.choice(("Rückmeldung", "Rückmeldung", "Terminerinnerung", None))
        return [who, purpose, office, self.chance.choice(("E-Mail", "E-Mail", "SMS")),
                self._day(0.1, "ja"), self._day(0.7, "irgendwann"), self._day(0.8, "?")]  # fmt: skip

    def _run(self, folder: Path) -> None:
        cases = [CASES, *(self._case(number, state) for number, state in self.states.items())]
        tabs: dict[str, Sequence[Sequence[Any]]] = {
            "Fälle": cases, "Termine": [VISITS], "Team": TEAM, "Entscheidungen": [DECISIONS], "Stellen": OFFICES,
            "Rückmeldungen": [WANTED],
        }  # fmt: skip
        if self.consents is not None:
            tabs["Einwilligungen"] = [CONSENTS, *self.consents]
        with MemoryOffice(folder, SITE + "[guards]\nmail_brake = 1000\n", tabs, self.post) as office:
            office.go(datetime.combine(TODAY - timedelta(days=3), time(9), tzinfo=BERLIN))
            office.book.tab("Rückmeldungen").rows += [list(row) for row in self.rows]
            for hour in (9, 12):
                found = office.go(datetime.combine(TODAY, time(hour), tzinfo=BERLIN))
                assert found is not None
                assert found.outcome != "refused"
        self._judge()

    def _case(self, number: str, state: int) -> list[Any]:
        contact = {"Erstkontakt am": date(2026, 2, 1)} if state else {}
        return case(number, **contact, **({"Abgeschlossen am": date(2026, 11, 1)} if state == len(_WORDS) - 1 else {}))

    def _judge(self) -> None:
        allowed = Counter((who, email) for _, who, email in self._allowed())
        for mail in self.post.taken:
            text, to = text_of(mail), str(mail["To"])
            found = re.search(r"zu (K-\d+): (\S+)\.", text)
            if found is None or _WORDS.get(found[2]) != self.states[found[1]]:
                self.wrong.append(f"{to} learnt something else: {text[:60]}")
            elif allowed[found[1], to] <= 0:
                self.wrong.append(f"{to} learnt of {found[1]}")
            else:
                allowed[found[1], to] -= 1
                self.told += 1
        self.wrong += [f"{to} was not told of {who}" for (who, to), left in allowed.items() if left]

    def _allowed(self) -> Iterator[tuple[str, str, str]]:
        """Rows by which an office may be told: the row, the case, the address."""
        names = Counter(row[0] for row in self.rows)
        for name, who, office, given, _, withdrawn in self.rows:
            same = [row for row in self.rows if row[1:3] == [who, office]]
            usable = [row for row in same if names[row[0]] == 1]
            fits = (names[name], who in self.states, office in _GOOD) == (1, True, True)
            if not (fits and _past(given) and _no_day_of_withdrawal(withdrawn)):
                continue
            if self.consents is None:
                ok = _stands([row[3:] for row in usable], [row[5] for row in same])
            else:
                mine = [row[4:] for row in self.consents
                        if row[:4] == [who, "Rückmeldung", office, "E-Mail"]]  # fmt: skip
                gone = [row[6] for row in self.consents if row[:4] == [who, "Rückmeldung", office, "E-Mail"]]
                ok = _stands(mine, [*gone, *(row[5] for row in same)])
            if ok:
                yield name, who, _GOOD[office]


def _past(value: Any) -> bool:
    return isinstance(value, date) and value <= TODAY


def _no_day_of_withdrawal(value: Any) -> bool:
    """Whether the row itself bears no day of withdrawal; words that are no day are judged with the others."""
    return not isinstance(value, date)


def _stands(given: Sequence[Sequence[Any]], withdrawn: Sequence[Any]) -> bool:
    """Whether the newest consent holds, and no withdrawal came that day or later, or on a day nobody can read."""
    found = [(_runs(until) and gone is None, day, until) for day, until, gone in given if _past(day)]
    if not found:
        return False
    _, day, until = max(reversed(found), key=lambda one: one[:2])  # of one day the later row
    ends = [date.max if not isinstance(one, date) else one for one in withdrawn if one is not None]
    return _runs(until) and all(end < day for end in ends)


def _runs(until: Any) -> bool:
    return until is None or (isinstance(until, date) and until >= TODAY)
