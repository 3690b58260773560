"""The templates of a site's messages: where they lie, what is wrong with them, and filling one in."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from jinja2 import Template, TemplateNotFound, TemplateSyntaxError, UndefinedError, pass_context
from jinja2.runtime import Context

from automations.common.shipped import templates_folder
from automations.common.texts import Texts
from automations.messages.sandbox import (
    CheckedLoader,
    MailEnvironment,
    TemplateProblem,
    environment,
    unknown,
    unreadable,
)

BODIES = ("txt", "html")
PARTS = ("subject.txt", *BODIES)  # the texts of a mail: one template each

_STEM = re.compile(r"[a-z][a-z0-9_]{0,60}")
# Characters: many times the longest mail; a loop in a template ends here.
_MAX_OUTPUT = 300_000
_AT_A_TIME = 100


class Templates:
    """Templates in `site_templates`/mail replace shipped ones of the same name. Problems are said with `words`."""

    def __init__(self, site_templates: Path | None, words: Texts) -> None:
        own = [site_templates / "mail"] if site_templates else []
        self._folders, self._words = (*own, templates_folder() / "mail"), words
        self._environment = _environment(self._folders, words)

    def problems(self) -> tuple[TemplateProblem, ...]:
        """What is wrong with any template, shipped or the site's own, without sending anything."""
        found = []
        for name in sorted({path.name for folder in self._folders for path in folder.glob("*.j2")}):
            try:
                self._template(name)
            except TemplateProblem as problem:
                found.append(problem)
        return tuple(found)

    def exists(self, stem: str) -> bool:
        """Whether there is a template for each of the three texts of a stem."""
        names = [f"{stem}.{part}.j2" for part in PARTS]
        return is_stem(stem) and all(any((folder / name).is_file() for folder in self._folders) for name in names)

    def own_stems(self) -> frozenset[str]:
        """Mails that only this site has, each with its three texts."""
        *own, shipped = ({path.name.partition(".")[0] for path in each.glob("*.j2")} for each in self._folders)
        return frozenset(stem for some in own for stem in some - shipped if self.exists(stem))

    def filled(self, name: str, context: Mapping[str, Any]) -> str:
        """A template with its names filled in. Raises TemplateProblem, and nothing else."""
        template = self._template(name)
        try:
            text = _bounded(template.generate(context))
        except TemplateProblem:
            raise
        except UndefinedError as error:
            message = unknown(error, self._words)
            raise TemplateProblem(name, _line(error, self._folders), message) from error
        except Exception as error:
            # Whatever a template does with data that it did not expect must not stop the other mails.
            message = self._words.say("The template does not fit the data.")
            raise TemplateProblem(name, _line(error, self._folders), message) from error
        if text is None:
            raise TemplateProblem(name, 0, self._words.say("The template makes an endless text."))
        return text

    def _template(self, name: str) -> Template:
        try:
            return self._environment.get_template(name)
        except TemplateNotFound:
            raise TemplateProblem(name, 0, self._words.say("There is no such template.")) from None
        except TemplateSyntaxError as error:
            message = unreadable(error, self._words)
            raise TemplateProblem(error.name or name, error.lineno, message) from error
        except TemplateProblem:
            raise
        except Exception as error:
            # Whatever the parser trips over (numbers of thousands of digits, deep nesting) is the template's fault.
            raise TemplateProblem(name, 0, self._words.say("The template cannot be read.")) from error


def is_stem(name: str) -> bool:
    """Whether something may be the first part of a template's name: it stands in no other folder."""
    return bool(_STEM.fullmatch(name))


def _environment(folders: tuple[Path, ...], words: Texts) -> MailEnvironment:
    said = ("weekday", "date", "day", "phone", "minutes", "translated", "in_order")
    filters = {name: _by_language(name) for name in said}
    return environment(CheckedLoader(folders, words), filters)


def _by_language(name: str) -> Callable[..., str]:
    @pass_context
    def filtered(context: Context, value: object) -> str:
        said: str = getattr(context["wording"], name)(value)
        return said

    return filtered


def _bounded(pieces: Iterator[str]) -> str | None:
    """All pieces as one text; None once they are longer than any mail is."""
    collected, size = [], 0
    while some := list(islice(pieces, _AT_A_TIME)):
        collected.append("".join(some))
        size += len(collected[-1])
        if size > _MAX_OUTPUT:
            return None
    return "".join(collected)


def _line(error: BaseException, folders: tuple[Path, ...]) -> int:
    """The template line in which an error arose; Jinja writes it into the traceback."""
    inside = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if any(frame.f_code.co_filename.startswith(str(folder)) for folder in folders)
    ]
    return inside[-1] if inside else 0
