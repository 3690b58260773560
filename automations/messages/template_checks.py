"""What is wrong with a site's templates, told before any mail is due."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import product

from msgspec.structs import replace

from automations.messages.render import Renderer
from automations.messages.samples import samples
from automations.messages.sandbox import TemplateProblem
from automations.messages.wording import endonym
from automations.model.problems import Problem


def template_problems(renderer: Renderer, languages: Collection[str] = ()) -> tuple[Problem, ...]:
    """Every template that cannot be read, every one that fails on an invented mail, and every one of the site's own
    that does not speak one of the clients' `languages`."""
    found = {
        (problem.template, problem.line): problem for problem in (*renderer.templates.problems(), *_trials(renderer))
    }
    wrong = [_as_problem(found[place], renderer) for place in sorted(found)]
    # A template that fails says nothing in any language; its first fault is enough.
    return (*wrong, *(() if wrong else _foreign(renderer, languages)))


def _trials(renderer: Renderer) -> tuple[TemplateProblem, ...]:
    failed = []
    for mail in samples(renderer.templates.own_stems()):
        try:
            renderer.render(mail)
        except TemplateProblem as problem:
            failed.append(problem)
    return tuple(failed)


def _foreign(renderer: Renderer, languages: Collection[str]) -> Iterator[Problem]:
    words = renderer.words
    clients = [mail for mail in samples(renderer.templates.own_stems()) if mail.audience == "client"]
    told = set()
    for mail, language in product(clients, languages):
        found = renderer.foreign(replace(mail, language=language))
        if found.lines and (mail.template, language) not in told:
            told.add((mail.template, language))
            yield Problem(
                code="template_language",
                message=words.say(
                    "This stands in the mail in {language} in another language: “{line}”",
                    language=endonym(language), line=found.lines[0],
                ),
                advice=words.say('Write its sentences as _("…") and translate them in templates/locales.'),
                tab=f"{mail.template}.txt.j2",
                who="operator",
            )  # fmt: skip


def _as_problem(problem: TemplateProblem, renderer: Renderer) -> Problem:
    words = renderer.words
    return Problem(
        code="template",
        message=words.say("This mail template cannot be used: {what}", what=problem.message),
        advice=words.say("Mend it in templates/mail, or delete it to have the usual one again."),
        severity="error",
        tab=problem.template,
        row=problem.line or None,
        who="operator",
    )
