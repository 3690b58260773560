"""What a library or Python says of an error never reaches people: only sentences of ours do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pytest

from automations.common.errors import REASONS, named, place_of, why
from automations.common.texts import texts

ROOT = Path(__file__).parents[1] / "automations"
DATA = {
    "errno", "lineno", "filename", "name", "__traceback__", "__cause__", "original_error", "response", "errors",
    "smtp_code", "sqlite_errorcode", "smtp_error", "command_result", "verify_message",
}  # fmt: skip
"""What errors know besides their text: numbers, places, and what a server answered."""
ALLOWED = {
    ("common/errors.py", "str(error)"): "looked through for words of the text that was read",
    ("common/errors.py", "getattr(error, 'errno', None)"): "a number",
    ("config/reasons.py", "str(error)"): "looked through for the line and column",
    ("config/reasons.py", "error.object"): "counted through for the line",
    ("config/reasons.py", "error.start"): "a place",
    (
        "messages/round.py",
        "return problem",
    ): "told apart by kind in the same class: ours by their text, others by place",
    ("messages/round.py", "return made"): "a message",
    ("messages/mailbox.py", "withheld[uid] = error"): "kept until it is known whether the server gives out others",
    ("messages/smtp.py", "type(error)"): "told apart by kind: smtplib says so that it knows none of the ways",
    ("messages/round.py", "made.template"): "of a TemplateProblem, which is ours",
    ("messages/round.py", "str(made)"): "of a TemplateProblem, which is ours",
    ("messages/round.py", "address=made"): "of an AddressProblem, which is ours",
    ("messages/trouble.py", "str(error)"): "asked whether it is about time",
    ("ledger/connections.py", "error.orig"): "what a database server answers, or what its words are about",
    ("ledger/connections.py", "matches(error, reason.lower())"): "asked what it is about",
    ("ledger/store.py", "DBAPIError(statement, None, error)"): "wrapped, for the function that words it",
    ("fleet/worker.py", "type(error)"): "a line of the fleet's own log",
    ("fleet/worker.py", "str(error)"): "a line of the fleet's own log",
    ("service/alerts.py", "error is not None"): "asked whether there is one",
    ("service/heartbeat.py", "type(error)"): "a line of the service's own log",
    ("service/scheduler.py", "type(error)"): "a line of the service's own log",
    ("service/scheduler.py", "getattr(error, 'code', '')"): "a code of ours",
    ("workbooks/stores/webdav/client.py", "getattr(error, 'verify_message', '')"): "what is wrong with a certificate",
    ("workbooks/stores/webdav/client.py", "error.args"): "the wrapped error of a certificate",
    ("workbooks/stores/webdav/client.py", "error if isinstance"): "unwrapped",
    ("workbooks/google/client.py", "error if isinstance"): "unwrapped",
    ("workbooks/google/client.py", "error.__cause__ or error"): "unwrapped",
    ("workbooks/xlsx/backend.py", "problem if isinstance"): "unwrapped",
}


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


class Program:
    """The code of kim, read once for the tests of this file."""

    def __init__(self) -> None:
        self.trees = {
            path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in ROOT.rglob("*.py")
        }
        self.nodes = [node for tree in self.trees.values() for node in ast.walk(tree)]
        # Errors of ours carry sentences.
        self.ours = {node.name for node in self.nodes if isinstance(node, ast.ClassDef)}
        # An error may be handed on to a function of ours that takes one: what it does with it is looked at there.
        self.functions = {
            node.name
            for node in self.nodes
            if isinstance(node, ast.FunctionDef)
            and any(
                ast.unparse(arg.annotation).endswith(("Error", "Exception")) for arg in node.args.args if arg.annotation
            )
        } | {getattr(scope, "name", "") for tree in self.trees.values() for scope, _ in self.bound(tree)}

    def foreign(self, annotation: ast.expr | None) -> bool:
        """Whether something that is not an error of ours may stand there."""
        kinds = {_name(node) for node in ast.walk(annotation) if isinstance(node, ast.Name | ast.Attribute)}
        return bool(
            {kind for kind in kinds if kind.endswith(("Error", "Exception")) or kind in {"BROKEN", "_TROUBLES"}}
            - self.ours
        )

    def bound(self, tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
        """Names that stand for errors of others, and where."""
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and node.name and (node.type is None or self.foreign(node.type)):
                yield node, node.name
            elif isinstance(node, ast.FunctionDef):
                yield from (
                    (node, arg.arg) for arg in node.args.args if arg.annotation and self.foreign(arg.annotation)
                )

    def uses(self, tree: ast.AST) -> Iterator[str]:
        """What is done with errors of others, apart from what may be."""
        above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for scope, name in self.bound(tree):
            for node in ast.walk(scope):
                if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                    use = above[node]
                    handed = isinstance(use, ast.Call) and _name(use.func) in self.functions | {"isinstance"}
                    told = isinstance(use, ast.Attribute) and use.attr in DATA
                    if not (isinstance(use, ast.Raise) or handed or told):
                        yield ast.unparse(use)

    @cached_property
    def used(self) -> dict[str, list[str]]:
        """The same of each file."""
        return {file: list(self.uses(tree)) for file, tree in self.trees.items()}


@pytest.fixture(scope="module")
def program() -> Program:
    return Program()


def test_no_text_of_a_foreign_error_is_passed_on(program):
    said = [(file, use) for file, uses in program.used.items() for use in uses]
    assert [one for one in said if not any(one[0] == file and text in one[1] for file, text in ALLOWED)] == []


def test_each_permission_is_still_needed(program):
    needed = {(file, text) for file, text in ALLOWED if any(text in use for use in program.used[file])}
    assert set(ALLOWED) == needed


def test_the_search_finds_what_it_is_there_for(program):
    for line in ("say(str(error))", 'f"{error}"', "type(error).__name__", "say(what=error)", "error.args[0]"):
        tree = ast.parse(f"try:\n    go()\nexcept OSError as error:\n    {line}\n")
        assert list(program.uses(tree)), line


def test_nobody_prints_a_traceback(program):
    calls = {_name(node.func) for node in program.nodes if isinstance(node, ast.Call)}
    assert not calls & {"format_exc", "print_exc", "format_exception", "print_exception", "exc_info"}


@pytest.mark.parametrize("number", [*REASONS, 0], ids=str)
def test_the_systems_numbers_have_german_sentences(number):
    sentence = why(OSError(number, "Foreign words"))
    assert texts("de").say(sentence) != sentence
    assert "Foreign" not in sentence


def test_of_a_parsers_words_only_those_of_the_text_are_repeated():
    assert named(ValueError("Encountered unknown tag 'endfo'. Jinja was looking for…")) == "endfo"
    assert not named(ValueError("unexpected end"))


def test_a_place_names_the_file_and_the_line_and_nothing_of_the_error():
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int("Frau Muster")
    assert re.fullmatch(r"test_error_texts\.py, \d+", place_of(caught.value))
