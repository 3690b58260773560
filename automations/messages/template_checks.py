"""What is wrong with a site's templates, told before any mail is due."""

from __future__ import annotations

from automations.messages.render import Renderer
from automations.messages.samples import samples
from automations.messages.sandbox import TemplateProblem
from automations.model.problems import Problem


def template_problems(renderer: Renderer) -> tuple[Problem, ...]:
    """Every template that cannot be read, and every one that fails on an invented mail."""
    found = {(problem.template, problem.line): problem for problem in (*renderer.problems(), *_trials(renderer))}
    return tuple(_as_problem(found[place], renderer) for place in sorted(found))


def _trials(renderer: Renderer) -> tuple[TemplateProblem, ...]:
    failed = []
    for mail in samples():
        try:
            renderer.render(mail)
        except TemplateProblem as problem:
            failed.append(problem)
    return tuple(failed)


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
