"""Tabs that a form fills, told from lists that a team keeps."""

from __future__ import annotations

import re

from automations.setup.heading_forms import without_hints
from automations.setup.table_search import Block
from automations.setup.thesaurus import Thesaurus
from automations.setup.without_words import without_use
from automations.tables.columns import Columns
from automations.tables.folding import fold

_PARTS = re.compile(r"\s+[–-]\s+|\s*:\s+")  # "Triage - worker"


def is_form(block: Block, thesaurus: Thesaurus) -> bool:
    """Whether a tab is filled by a form: the moment of sending stands first, or right behind a number. Its rows are
    no table of kim's; they may be taken over into one (see intake)."""
    first = [fold(text) for _, text in sorted(block.headings.items())[:3]]
    return any(text in thesaurus.form for text in first) and first[0] in (*thesaurus.form, "id")


def worked_in(block: Block, columns: Columns) -> bool:
    """Whether a team goes on working in the answers of a form: behind the questions stands who is responsible. Such a
    tab is its list of cases."""
    known = columns.tables["cases"].by_heading
    texts = {fold(form) for text in block.headings.values()
             for form in (text, without_hints(text), without_use(text), *_PARTS.split(without_use(text)))}  # fmt: skip
    return any(known.get(text, ("", 0))[0] == "manager" for text in texts)
