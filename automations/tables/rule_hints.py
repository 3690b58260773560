"""What is worth knowing of how a rule was understood, said beside it before it acts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from automations.common.texts import Texts
from automations.model.schema import Schema
from automations.model.snapshot import Snapshot
from automations.tables.own_meanings import KINDS

# “in 2 Wochen” is one day, which people mean as often as all days until then.
_ONE_DAY = re.compile(
    r"(?<!genau )(?<!exactly )(?<!stens )(?<!halb )(?<!als )(?<!most )(?<!least )"
    r"\bin (?:\d+|einer|einem|zwei|drei|vier|a|two|three|four) (?:tag|woche|monat|day|week|month)\w*",
    re.IGNORECASE,
)


def hint_of(texts: Iterable[str], met: Iterable[tuple[str, str]], snapshot: Snapshot, said: Texts) -> str:
    """One sentence or two; blank where all is plain. `texts` are its conditions, `met` the columns that it names."""
    return " ".join([*_days(texts, said), *_kinds(met, snapshot, said)])


def _days(texts: Iterable[str], said: Texts) -> Iterator[str]:
    found = (one for text in texts for one in _ONE_DAY.findall(" ".join(text.split())))
    for words in dict.fromkeys(found):
        yield said.say("“{sign}” means that day alone; for all days until then write “in at most {span}”.", sign=words,
                       span=words.partition(" ")[2])  # fmt: skip


def _kinds(met: Iterable[tuple[str, str]], snapshot: Snapshot, said: Texts) -> Iterator[str]:
    """Of columns that nobody declared, as what they are read."""
    seen = [(table, name) for table, name in sorted(met) if name in snapshot.seen.get(table, ())]
    names = [
        said.say("“{column}” as {kind}", column=snapshot.heading(table, name), kind=kind)
        for table, name in seen
        if (kind := _kind(table, name, snapshot.schema, said))
    ]
    if names:
        yield said.say("Read: {names}.", names=", ".join(names))


def _kind(table: str, name: str, schema: Schema, said: Texts) -> str:
    both = KINDS.get(schema[table].fields[name].kind)
    return both[said.language == "en"] if both else ""
