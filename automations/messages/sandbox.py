"""The sandbox in which mail templates run: an allow-list of what their syntax may do.

Templates may be written by a site. They get plain data, so the dangers left are calls, endless loops
and endless texts; all three are refused when a template is loaded, before it ever runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import MethodType
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
    pass_eval_context,
)
from jinja2.filters import do_join
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from automations.common.errors import named
from automations.common.files import TooLargeError, read_file
from automations.common.texts import Texts

FUNCTIONS = frozenset({"_", "count", "when"})
"""Functions that a template may call: a sentence, a sentence with a number, a date with its time."""

FILTERS = frozenset(
    {"weekday", "date", "day", "phone", "minutes", "translated", "in_order", "join", "length", "trim", "e", "escape"}
)
TESTS = frozenset({"defined", "none", "string", "number", "mapping"})
_GIVEN_BY_JINJA = ("_loop_vars", "_block_vars")
_LOOP_NAMES = frozenset({"first", "last", "index"})
# Characters: many times the longest template; what is longer is a slip, or made to cost time.
_MAX_SOURCE = 60_000
# Loops within loops multiply what a template takes to fill in.
_MAX_LOOPS = 2
_MAX_PARTS = 1000

_HARMLESS: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem,
    nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat,
    nodes.Keyword, nodes.List, nodes.Tuple,
)  # fmt: skip


class TemplateProblem(Exception):  # noqa: N818 - a problem in the sense of problems.py
    """A template that cannot be used: which one, at what line (0: unknown), and why, in a sentence
    for the people of the site."""

    def __init__(self, template: str, line: int, message: str) -> None:
        super().__init__(f"{template}:{line}: {message}" if line else f"{template}: {message}")
        self.template, self.line, self.message = template, line, message


class MailEnvironment(ImmutableSandboxedEnvironment):
    """A Jinja environment whose attributes are keys of mappings and nothing else."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute` of plain data; methods and Python attributes do not exist."""
        # Keys first and alone: `x.items` is the key “items”, never the method of a dict.
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in _LOOP_NAMES:
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """A function that a template may call. Data is plain, and `check` let no other name be called: a method is one
        of ours, and is not asked each time whether it is safe, which took longer than what it does."""
        if type(obj) is not MethodType:
            return super().call(context, obj, *args, **kwargs)
        for name in _GIVEN_BY_JINJA:
            kwargs.pop(name, None)
        return obj(*args, **kwargs)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`obj[argument]` of plain data."""
        try:
            return obj[argument]
        except (TypeError, LookupError):
            return self.undefined(obj=obj, name=argument)


def environment(loader: BaseLoader, filters: Mapping[str, Callable[..., Any]]) -> MailEnvironment:
    """An environment with our filters alone: HTML templates escape, unknown names are errors."""
    made = MailEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=lambda name: bool(name and name.endswith(".html.j2")),
        trim_blocks=True,
        lstrip_blocks=True,
        # What a run has checked is what it uses, also where somebody saves a template meanwhile.
        auto_reload=False,
    )
    # Jinja's own `range`, `cycler` and `lipsum` can be made to go on for very long.
    made.globals.clear()
    kept = {name: made.filters[name] for name in FILTERS if name in made.filters}
    made.filters = kept | {"join": _joined} | dict(filters)
    return made


@pass_eval_context
def _joined(context: EvalContext, values: Iterable[Any], between: str = "") -> str:
    """Jinja's own `join`, refusing what would become longer than any mail before it is made: joins within joins
    multiply."""
    # One more than allowed is enough to know, and a generator without end is not read on.
    parts = list(islice(values, _MAX_PARTS + 1))
    size = sum(len(str(part)) for part in parts) + len(parts) * len(between)
    if len(parts) > _MAX_PARTS or size > _MAX_SOURCE:
        raise ValueError("too long")
    return str(do_join(context, parts, between))


def written(folders: tuple[Path, ...], name: str, values: Mapping[str, Any], words: Texts) -> str:
    """A template that is no mail, filled in with plain values. Raises TemplateProblem."""
    try:
        return environment(CheckedLoader(folders, words), {}).get_template(name).render(values)
    except TemplateSyntaxError as error:
        raise TemplateProblem(name, error.lineno, unreadable(error, words)) from error
    except UndefinedError as error:
        raise TemplateProblem(name, 0, unknown(error, words)) from error
    except TemplateError as error:
        raise TemplateProblem(name, 0, words.say("The template cannot be read.")) from error


def unreadable(error: TemplateSyntaxError, words: Texts) -> str:
    """Why a template cannot be read: the word of it at which the parser stumbled; its own words are English."""
    word = named(error)
    if word:
        return words.say("The template cannot be read near “{what}”.", what=word)
    return words.say("The template cannot be read.")


def unknown(error: UndefinedError, words: Texts) -> str:
    """What a template asks for that there is not."""
    return words.say("The mail does not know this: {what}", what=named(error) or "?")


class CheckedLoader(BaseLoader):
    """Templates from folders, the first folder that has one wins; each is checked when loaded."""

    def __init__(self, folders: tuple[Path, ...], words: Texts) -> None:
        self._folders, self._words = folders, words

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The checked source. Raises TemplateNotFound, TemplateSyntaxError or TemplateProblem."""
        for folder in self._folders:
            path = folder / template
            if os.path.lexists(path):  # a link that leads nowhere is somebody's template too
                source = self._read(path, template)
                check(environment.parse(source, template, str(path)), template, self._words)
                return source, str(path), lambda: True
        raise TemplateNotFound(template)

    def _read(self, path: Path, template: str) -> str:
        try:
            return read_file(path, _MAX_SOURCE).decode("utf-8")
        except TooLargeError:
            raise TemplateProblem(template, 0, self._words.say("The template is too long.")) from None
        except OSError:
            raise TemplateProblem(template, 0, self._words.say("The template cannot be read.")) from None
        except UnicodeDecodeError:
            raise TemplateProblem(template, 0, self._words.say("The template is not saved as UTF-8 text.")) from None


def check(tree: nodes.Template, template: str, words: Texts) -> None:
    """Raise TemplateProblem at the first thing that a template may not do."""
    for node, loops in _walk(tree, 0):
        reason = _objection(node, loops, template, words)
        if reason:
            raise TemplateProblem(template, node.lineno, reason)


def _walk(node: nodes.Node, loops: int) -> Iterator[tuple[nodes.Node, int]]:
    yield node, loops
    inside = loops + isinstance(node, nodes.For)
    for child in node.iter_child_nodes():
        yield from _walk(child, inside)


def _objection(node: nodes.Node, loops: int, template: str, words: Texts) -> str:
    """Why a node is refused; "" where it is harmless."""
    said = ""
    if isinstance(node, nodes.Call):
        said = _call_objection(node, words)
    elif isinstance(node, nodes.Include):
        said = _include_objection(node, template, words)
    elif isinstance(node, nodes.For):
        if node.recursive or loops >= _MAX_LOOPS or not isinstance(node.iter, nodes.Name | nodes.Getattr):
            said = words.say("Loops go over a name and may not be recursive or nested deeper than two.")
    elif isinstance(node, nodes.Filter | nodes.Test):
        if node.name not in (FILTERS if isinstance(node, nodes.Filter) else TESTS):
            said = words.say("There is no filter or test “{name}” here.", name=node.name)
    elif not isinstance(node, _HARMLESS) or getattr(node, "attr", "").startswith("_"):
        said = words.say("“{name}” is not allowed in a template.", name=getattr(node, "attr", type(node).__name__))
    return said


def _call_objection(node: nodes.Call, words: Texts) -> str:
    if not isinstance(node.node, nodes.Name) or node.node.name not in FUNCTIONS:
        return words.say("A template may call nothing but _(), count() and when().")
    if node.dyn_args or node.dyn_kwargs:
        return words.say("A template may call nothing but _(), count() and when().")
    fixed = {"_": 1, "count": 2, "when": 0}[node.node.name]
    if len(node.args) < fixed or not all(
        isinstance(arg, nodes.Const) and isinstance(arg.value, str) for arg in node.args[:fixed]
    ):
        return words.say("The text of a sentence must stand in the template itself, in quotes.")
    return ""


def _include_objection(node: nodes.Include, template: str, words: Texts) -> str:
    name = node.template.value if isinstance(node.template, nodes.Const) else ""
    plain = isinstance(name, str) and name.startswith("_") and "/" not in name
    # A part that includes parts could include itself for ever.
    if plain and not template.startswith("_"):
        return ""
    return words.say("A template may include only parts whose names begin with “_”, and parts none.")


def filled_in(text: str, names: Mapping[str, object]) -> str:
    """A text of kim's own, for cells and not for mails, with what the names stand for. Raises TemplateError."""
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    return environment.from_string(text).render(names)
