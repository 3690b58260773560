"""What numbers of new cases look like: asked about, with the team's own as the proposal where they have that form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from automations.config.editing import Setting
from automations.model.values import Value, key_text

_NUMBER = re.compile(r"^(?P<prefix>[A-Za-z][A-Za-z0-9-]{0,15})-(?P<year>(?:19|20)\d{2})-(?P<count>\d{3,8})$")
_MOST = 0.6  # share of the numbers that stand there which must have one form


@dataclass(frozen=True, slots=True)
class Numbering:
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
