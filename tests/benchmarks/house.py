# ruff: noqa: T201 - a script that prints
"""Prints the figures of the house: `python tests/benchmarks/house.py [checkout]`, of another checkout, such as an older
version, where a folder is named. Processor seconds are told as ratios to a common import, measured in the same run,
so that a busy machine changes little."""

from __future__ import annotations

import ast
import io
import os
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

LONG, SHORT = 40, 60
ROUNDS = 3


def modules(root: Path) -> dict[str, Path]:
    """All modules of the program by dotted name."""
    found = {}
    for path in sorted((root / "automations").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def functions(trees: dict[str, ast.Module]) -> list[int]:
    """Lines of each function, its docstring included."""
    wanted = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, wanted)]
    return sorted(node.end_lineno - node.lineno + 1 for node in nodes)


def imported(tree: ast.Module, known: dict[str, Path]) -> set[str]:
    """Modules of the program that are imported when this one is."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name for name in names if name in known}


def longest_chain(trees: dict[str, ast.Module], known: dict[str, Path]) -> int:
    """Modules in the longest row of imports, each importing the next; a circle is cut where it closes."""
    arrows = {name: imported(tree, known) - {name} for name, tree in trees.items()}
    under_way: set[str] = set()

    @cache
    def depth(name: str) -> int:
        under_way.add(name)
        below = [depth(other) for other in sorted(arrows[name]) if other not in under_way]
        under_way.discard(name)
        return 1 + max(below, default=0)

    return max(map(depth, sorted(arrows)))


def comments(source: str) -> int:
    """Comments that speak to people: those to tools (noqa, type, fmt) do not count."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    told = (re.sub(r"#\s*(noqa(: [A-Z0-9, ]+)?|type: ignore(\[[\w, -]*\])?|fmt: \w+)", "", token.string).strip("# ()")
            for token in tokens if token.type == tokenize.COMMENT)  # fmt: skip
    return sum(map(bool, told))


def processor_seconds(root: Path, *words: str) -> float:
    """The least of some runs."""
    environment = {**os.environ, "PYTHONPATH": str(root)}

    def once() -> float:
        before = os.times()
        subprocess.run([sys.executable, *words], cwd=root, env=environment, check=False, capture_output=True)
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    return min(once() for _ in range(ROUNDS))


def figures(root: Path) -> Iterator[tuple[str, object]]:
    """Name and figure, as far as the tree alone tells them."""
    known = modules(root)
    sources = {name: path.read_text(encoding="utf-8") for name, path in known.items()}
    trees = {name: ast.parse(source) for name, source in sources.items()}
    lines = {name: source.count("\n") for name, source in sources.items()}
    lengths = functions(trees)
    top = [
        path for path in (root / "automations").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    ]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    yield "lines in automations/", sum(lines.values())
    yield "modules", len(known)
    yield "entries at the top of automations/", len([path for path in top if not path.name.startswith("__")])
    yield "longest chain of imports", longest_chain(trees, known)
    yield "direct dependencies", len(project["dependencies"])
    yield "functions: median lines", median(lengths)
    yield f"functions over {LONG} lines", sum(length > LONG for length in lengths)
    yield f"files under {SHORT} lines", sum(0 < count < SHORT for count in lines.values())
    yield "comments in 100 lines", round(100 * sum(map(comments, sources.values())) / sum(lines.values()), 1)


def ratios(root: Path) -> Iterator[tuple[str, object]]:
    """Processor time of commands against a common import."""
    common = processor_seconds(root, "-c", "import argparse, sqlalchemy")
    with TemporaryDirectory() as folder:
        make = [sys.executable, "-m", "automations", "demo", folder, "--cases", "6"]
        subprocess.run(make, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, check=False, capture_output=True)
        for words in (["--version"], ["--site", folder, "status", "--alive"], ["--site", folder, "status"]):
            spent = processor_seconds(root, "-m", "automations", *words)
            shown = " ".join(word for word in words if word not in {"--site", folder})
            yield f"kim {shown}, against a common import", round(spent / common, 2)
    yield "a common import (argparse, sqlalchemy), processor seconds", round(common, 2)


def main() -> None:
    """The table."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve()
    for name, figure in (*figures(root), *ratios(root)):
        print(f"{name:48} {figure}")


if __name__ == "__main__":
    main()
