"""What a team does not keep: said once at the end of a tab, for between its figures it would look like an alarm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from automations.common.texts import Texts
from automations.jobs.figures.sources import Missing
from automations.jobs.tabs.common import Gap
from automations.model.tabdoc import Block, Heading, Text


def gathered(blocks: Sequence[Block], say: Texts) -> tuple[Block, ...]:
    """The blocks, with their gaps in a paragraph of their own behind them, each with the headings that it stood
    under. A tab that is there and cannot be read is for somebody to mend, and is told where its figures would stand."""
    kept, gaps, title = list[Block](), dict[Missing, dict[str, None]](), ""
    for block in blocks:
        if isinstance(block, Heading):
            title = block.text
        if isinstance(block, Gap) and not block.missing.said:
            gaps.setdefault(block.missing, {})[title] = None
        else:
            kept.append(block)
    return (*_with_something_below(kept), *_said(gaps, say))


def _with_something_below(blocks: Sequence[Block]) -> Iterator[Block]:
    for block, following in pairwise((*blocks, None)):
        bare = following is None or isinstance(following, Heading)
        if block is not None and not (bare and isinstance(block, Heading)):
            yield block


def _said(gaps: Mapping[Missing, Mapping[str, None]], say: Texts) -> Iterator[Block]:
    if not gaps:
        return
    yield Heading(say.say("Without figures"))
    for missing, titles in gaps.items():
        known = {"figures": ", ".join(titles), "tab": missing.tab}
        column = say.say("” or “").join(missing.columns)
        sentence = "{figures}: the column “{column}” is missing in the tab “{tab}”."
        if not column:
            sentence = "{figures}: the tab “{tab}” is missing."
        yield Text(say.say(sentence, column=column, **known), "muted")
    yield Text(
        say.say(
            "Please add it under that name, or enter in columns.toml what it is called. What your team does not keep"
            " may be missing."
        ),
        "muted",
    )
