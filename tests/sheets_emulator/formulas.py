"""Formulas: plain arithmetic and a link are computed, anything else keeps its text and shows an error.

Whoever needs the result of another formula puts it there (`Emulator.put(..., result=...)`).
"""

import ast
import operator
import re
from typing import Any

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
LINK = re.compile(r'=\s*HYPERLINK\(\s*"((?:[^"]|"")*)"\s*(?:[,;]\s*"((?:[^"]|"")*)"\s*)?\)', re.IGNORECASE)

LABELLED = re.compile(
    r'=\s*HYPERLINK\(.*[,;]\s*(?:"((?:[^"]|"")*)"|(-?\d+)|(TRUE|FALSE))\s*\)', re.IGNORECASE | re.DOTALL
)
"""A link whose address is computed: only what it shows is known here."""


def computed(formula: str) -> dict[str, Any]:
    """The effective value of a formula."""
    link = LINK.fullmatch(formula)
    if link:
        return {"stringValue": (link[2] if link[2] is not None else link[1]).replace('""', '"')}
    labelled = LABELLED.fullmatch(formula)
    if labelled:
        text, number_text, truth = labelled.groups()
        if truth:
            return {"boolValue": truth.upper() == "TRUE"}
        return {"numberValue": int(number_text)} if number_text else {"stringValue": text.replace('""', '"')}
    try:
        number = _arithmetic(ast.parse(formula[1:].strip(), mode="eval").body)
    except ZeroDivisionError:
        text = "Function DIVIDE parameter 2 cannot be zero."
        return {"errorValue": {"type": "DIVIDE_BY_ZERO", "message": text}}
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return {"errorValue": {"type": "ERROR", "message": "The emulator does not compute this formula."}}
    return {"numberValue": int(number) if number == int(number) else number}


def link_of(formula: str) -> str | None:
    """The address behind a HYPERLINK formula."""
    link = LINK.fullmatch(formula)
    return link[1].replace('""', '"') if link else None


def _arithmetic(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return float(OPERATORS[type(node.op)](_arithmetic(node.left), _arithmetic(node.right)))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_arithmetic(node.operand)
    raise ValueError(ast.dump(node))
