"""Formulas: plain arithmetic and a link are computed, anything else keeps its text and shows an error.

Whoever needs the result of another formula puts it there (`Emulator.put(..., result=...)`).
"""

import ast
import operator
import re
from typing import Any

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
TEXT = r'"(?P<{}>(?:[^"]|"")*)"'
LINK = re.compile(r"=\s*HYPERLINK\(\s*" + TEXT.format("plain") + r"\s*\)", re.IGNORECASE)
NAMED_LINK = re.compile(
    r"=\s*HYPERLINK\((?P<address>.*)[,;]\s*(?:" + TEXT.format("label") + r"|(?P<number>-?\d+(?:\.\d+)?))\s*\)",
    re.IGNORECASE | re.DOTALL,
)


def computed(formula: str) -> dict[str, Any]:
    """The effective value of a formula."""
    label = _label(formula)
    if label is not None:
        return label
    try:
        number = _arithmetic(ast.parse(formula[1:].strip(), mode="eval").body)
    except ZeroDivisionError:
        text = "Function DIVIDE parameter 2 cannot be zero."
        return {"errorValue": {"type": "DIVIDE_BY_ZERO", "message": text}}
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return {"errorValue": {"type": "ERROR", "message": "The emulator does not compute this formula."}}
    return {"numberValue": int(number) if number == int(number) else number}


def _label(formula: str) -> dict[str, Any] | None:
    """What a HYPERLINK shows; where it leads may be worked out by further functions, the label must be plain."""
    if link := LINK.fullmatch(formula):
        return {"stringValue": link["plain"].replace('""', '"')}
    if not (link := NAMED_LINK.fullmatch(formula)):
        return None
    if link["number"] is not None:
        number = float(link["number"])
        return {"numberValue": int(number) if number.is_integer() else number}
    return {"stringValue": link["label"].replace('""', '"')}


def link_of(formula: str) -> str | None:
    """The address behind a HYPERLINK formula that names it plainly."""
    if link := LINK.fullmatch(formula):
        return link["plain"].replace('""', '"')
    link = NAMED_LINK.fullmatch(formula)
    address = link["address"].strip() if link else ""
    plain = re.fullmatch(TEXT.format("plain"), address)
    return plain["plain"].replace('""', '"') if plain else None


def _arithmetic(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return float(OPERATORS[type(node.op)](_arithmetic(node.left), _arithmetic(node.right)))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_arithmetic(node.operand)
    raise ValueError(ast.dump(node))
