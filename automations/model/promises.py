"""What a plan promised to write, and whether it stands there: the one thing that a run is judged by.

Why: docs/decisions/06-promises.md
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PromiseState = Literal["planned", "applied", "refused", "busy", "unclear"]
"""planned: not tried yet · applied: it stands there · refused: the workbook does not allow it, and will not
next time · busy: somebody holds it or changed it meanwhile, the next run plans it anew · unclear: it cannot
be told whether it arrived"""


@dataclass(frozen=True, slots=True)
class Promise:
    """A group of cells ("cells") or a whole tab ("tab"), by the id of its group or tab. `name` is what
    people call it: the tab. `message` and `advice` say why it is not applied; `alone` is whether that lies in the
    row's own cells, so that people must know which they are."""

    kind: Literal["cells", "tab"]
    workbook: str
    id: str
    name: str
    state: PromiseState = "planned"
    message: str = ""
    advice: str = ""
    alone: bool = False

    @property
    def broken(self) -> bool:
        """Whether it was tried and does not stand there."""
        return self.state not in {"planned", "applied"}
