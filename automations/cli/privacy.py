"""`kim privacy DIR`: papers on data protection from the live config."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from automations.cli.clock import make_clock
from automations.cli.exit_status import DONE, UsageError
from automations.cli.output import Output
from automations.common.errors import PlainError, why
from automations.config.loading import load_site
from automations.engine.papers import make_papers


def privacy(arguments: Namespace) -> int:
    """Writes the papers and names them. What only people know stands in them as a marked gap."""
    output = Output(arguments.json)
    site = load_site(Path(arguments.site))
    say = site.facts.texts
    today = site.facts.today(make_clock(site, arguments.at)())
    folder = Path(arguments.folder)
    try:
        made = make_papers(site, folder, today)
    except PlainError as problem:
        raise UsageError(str(problem)) from problem
    except OSError as error:
        sentence = say.say("{folder} cannot be written: {reason}.", folder=folder, reason=say.say(why(error)))
        raise UsageError(sentence) from error
    output.document({"outcome": "done", "papers": [str(path) for path in made]})
    for path in made:
        output.line(str(path))
    output.line(say.say("What is marked in yellow only people can know: please fill it in."))
    return DONE
