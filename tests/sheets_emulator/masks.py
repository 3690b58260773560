"""Field masks: `sheets(properties,charts.chartId),namedRanges` for answers, `userEnteredValue,note` for updates."""

import re
from collections.abc import Iterator
from typing import Any

from tests.sheets_emulator.errors import ApiError, RequestError
from tests.sheets_emulator.schema import SCHEMA, paired

Mask = dict[str, Any]

TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[().,/*]")


def parse(text: str) -> Mask:
    """The tree of a mask; an empty tree means everything below. Raises ValueError for a text that is no mask."""
    if TOKEN.sub("", text).strip():
        raise ValueError(text)
    tokens = [*TOKEN.findall(text), ""]
    mask, rest = _group(tokens)
    if rest != [""]:
        raise ValueError(text)
    return mask


def _group(tokens: list[str]) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while True:
        tokens = _path(mask, tokens)
        if tokens[0] != ",":
            return mask, tokens
        tokens = tokens[1:]


def _path(mask: Mask, tokens: list[str]) -> list[str]:
    known = tokens[0] in mask
    if not tokens[0] or tokens[0] in "().,/":
        raise ValueError(tokens[0])
    node = mask.setdefault(tokens[0], {})
    fresh = not known
    tokens = tokens[1:]
    if tokens[0] in {".", "/"}:
        if known and not node:
            _path({}, tokens[1:])
        return _path(node if fresh or node else {}, tokens[1:])
    if tokens[0] == "(":
        inner, tokens = _group(tokens[1:])
        if tokens[0] != ")":
            raise ValueError(tokens[0])
        node.update(inner)
        return tokens[1:]
    node.clear()
    return tokens


def checked(text: str, message: str) -> Mask:
    """The mask of an answer's `fields`; raises ApiError for a field that `message` does not have."""
    try:
        mask = parse(text)
    except ValueError:
        raise _bad(text) from None
    for path in _unknown(mask, message, ""):
        raise _bad(path)
    return mask


def _bad(path: str) -> ApiError:
    text = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'."
    detail = {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [{"field": path, "description": text}],
    }
    return ApiError(400, "Request contains an invalid argument.", [detail])


def _unknown(mask: Mask, message: str, above: str) -> Iterator[str]:
    fields = SCHEMA.get(message, {})
    for name, below in mask.items():
        path = f"{above}.{name}" if above else name
        if name == "*":
            continue
        kind = fields.get(name)
        if kind is None:
            yield path
        elif below:
            inner = kind[0] if isinstance(kind, list) else kind
            yield from _unknown(below, inner, path) if isinstance(inner, str) and inner in SCHEMA else [path]


def kept(mask: Mask | None, value: Any) -> Any:
    """What the mask leaves of an answer."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [kept(mask, item) for item in value]
    if isinstance(value, dict):
        return {
            name: kept(below, value[name]) if below else value[name] for name, below in mask.items() if name in value
        }
    return value


def wants(mask: Mask | None, *path: str) -> bool:
    """Whether an answer under this mask shows the field at `path`."""
    for name in path:
        if not mask or "*" in mask:
            return True
        if name not in mask:
            return False
        mask = mask[name]
    return True


def for_update(text: str | None, message: str, root: str = "") -> Mask:
    """The mask of an update request; raises RequestError as Google words it. A leading `root.` is accepted."""
    if not text:
        raise RequestError("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    try:
        mask = parse(text)
    except ValueError:
        raise RequestError(f"Invalid field: {text}") from None
    if root and set(mask) == {root} and mask[root]:
        mask = mask[root]
    for path in _unknown(mask, message, ""):
        raise RequestError(f"Invalid field: {path}")
    return mask


def updated(
    mask: Mask, old: dict[str, Any], new: dict[str, Any], message: str, *, needed: tuple[str, ...] = ()
) -> dict[str, Any]:
    """`old` with the masked fields taken from `new`; a field that `new` lacks goes, unless it is `needed`.

    Neither argument changes.
    """
    if needed:
        new = {name: old[name] for name in needed if name in old} | new
    if "*" in mask:
        mask = {name: {} for name in SCHEMA[message]} if message in SCHEMA else {name: {} for name in (*old, *new)}
    result = dict(old)
    for name, below in mask.items():
        kind = SCHEMA.get(message, {}).get(name)
        if below and isinstance(kind, str):
            inner = updated(below, old.get(name, {}), new.get(name, {}), kind)
            _put(result, name, inner or None)
        else:
            _put(result, name, new.get(name))
        twin = paired(message, name)
        if twin and not below:
            _put(result, twin, new.get(twin))
    return result


def _put(target: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        target.pop(name, None)
    else:
        target[name] = value
