"""`kim handbook`: one page, opened in a browser. `kim privacy DIR`: papers on data protection from the live config."""

from __future__ import annotations

import tempfile
import webbrowser
from argparse import Namespace
from pathlib import Path

from automations.cli.clock import make_clock
from automations.cli.exit_status import DONE, UsageError
from automations.cli.language import language_of
from automations.cli.laying_down import lay_down
from automations.cli.output import Output
from automations.common.errors import PlainError, why
from automations.common.shipped import handbook_folder
from automations.common.texts import texts
from automations.config.loading import load_site
from automations.engine.papers.making import make_papers
from automations.engine.papers.pages import as_book

_LANGUAGE, _TITLE = "de", "Handbuch"


def handbook(arguments: Namespace) -> int:
    """Writes the page to --out, or to a folder for passing things and opens it."""
    output, say = Output(arguments.json), texts(language_of(arguments.site))
    # Not taken away afterwards: the browser may read it long after this command has ended.
    path = arguments.out or Path(tempfile.mkdtemp(prefix="kim-")) / "kim-handbuch.html"
    lay_down(path, book(), say)
    opened = not arguments.out and not arguments.json and webbrowser.open(path.absolute().as_uri())
    output.document({"handbook": str(path)})
    output.line(str(path))
    if not arguments.out and not opened:
        output.line(say.say("No browser could be opened here; open this file."))
    return DONE


def book() -> bytes:
    """All chapters, in the order of their numbers."""
    folder = handbook_folder()
    chapters = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("[0-9]*.md"))}
    pictures = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.png"))}
    return as_book(chapters, pictures, _LANGUAGE, _TITLE)


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
