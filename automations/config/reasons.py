"""What is wrong with a config file, in sentences with line and advice."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from automations.common.errors import why
from automations.common.texts import Texts
from automations.config import positions
from automations.model.problems import Problem
from automations.model.settings import SettingError

_TIME = "a time such as “06:30” is expected"
_DAY = "a day such as “2026-12-28” is expected"
_WHOLE = "a whole number is expected"
_LIST = "a list in square brackets is expected"
_SECTION = "a section of its own is expected, such as [mail]"

# What the library's kinds of error mean to people; the sentences are translated when they are said.
_EXPECTED = MappingProxyType(
    {
        "time_parsing": _TIME, "time_type": _TIME, "timezone_naive": _TIME,
        "date_parsing": _DAY, "date_type": _DAY, "date_from_datetime_parsing": _DAY, "date_from_datetime_inexact": _DAY,
        "int_from_float": _WHOLE, "int_parsing_size": _WHOLE, "float_type": "a number is expected",
        "finite_number": "a number is expected", "bool_type": "true or false is expected",
        "list_type": _LIST, "frozen_set_type": _LIST, "set_type": _LIST, "dict_type": _SECTION,
        "model_type": _SECTION, "model_attributes_type": _SECTION,
        "too_long": "there are more values than are possible", "too_short": "there are fewer values than are needed",
        "greater_than": "the number is too small", "less_than": "the number is too large",
        "string_too_short": "a text in quotation marks is expected",
    }
)  # fmt: skip

_ID = "small letters without umlauts, digits and _ are expected, a letter first, such as “permit_ends”"
# Settings whose text has a form of its own -> what is expected of it.
_FORMS = MappingProxyType(
    {
        "recipient": "possible are client, manager, substitute, lead, or one mail address",
        "name": _ID, "template": _ID, "code": _ID, "id": _ID,
    }
)  # fmt: skip
# What the library puts into the place of an error to tell the forms of a setting apart.
_FORM_OF = re.compile(r"function-|constrained-|[a-z]+\[")
_CHOICE = re.compile("'([^']*)'")
_TOML_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")


class ConfigFile(Struct):
    """A file as read, and the lines in which its keys stand."""

    name: str
    data: dict[str, Any]
    lines: dict[positions.Path, int]


def problems_of(
    error: ValidationError, model: type[BaseModel], file: ConfigFile, at: positions.Path, say: Texts
) -> Iterator[Problem]:
    """All that the model refuses in a file, each with its line."""
    for where, detail in _once_a_setting(error, at):
        if detail["type"] == "extra_forbidden":
            yield unknown_key(file, where, str(detail["loc"][-1]), _fields_at(model, detail["loc"][:-1]), say)
        else:
            yield _invalid(file, where, detail, say)


def _once_a_setting(error: ValidationError, at: positions.Path) -> Iterator[tuple[positions.Path, ErrorDetails]]:
    """Each place with what is wrong there. Of a setting with several forms, each of which says that it is not met, the
    one counts that was met furthest, the first of several."""
    found: dict[positions.Path, tuple[positions.Path, ErrorDetails]] = {}
    for detail in error.errors():
        loc = detail["loc"]
        form = next((n for n, part in enumerate(loc) if _FORM_OF.match(str(part))), None)
        where = (*at, *(part for part in loc if not _FORM_OF.match(str(part))), *_below(detail))
        setting = where if form is None else (*at, *loc[:form], "")  # of one with forms, whatever is below
        # Pydantic lists one error for each form that was not met; people meant one of them.
        if setting not in found or len(where) > len(found[setting][0]):
            found[setting] = (where, detail)
    yield from found.values()


def _below(detail: ErrorDetails) -> positions.Path:
    """Where in the setting the fault lies, as far as whoever checked it as a whole knows."""
    error = detail.get("ctx", {}).get("error")
    return error.below if isinstance(error, SettingError) else ()


def _invalid(file: ConfigFile, where: positions.Path, detail: ErrorDetails, say: Texts) -> Problem:
    name = ".".join(str(part) for part in where)
    is_value = isinstance(detail["input"], str | int | float | bool)
    shown, reason = (detail["input"] if is_value else ""), _reason(detail, say)
    message = say.say("{key} cannot be {value}: {reason}", key=name, value=repr(shown), reason=reason)
    if not is_value:
        message = f"{name}: {reason}" if name else reason
    return Problem(
        "bad_setting", message, say.say("Correct the value; docs/settings.md lists what is possible."), "error",
        tab=file.name, row=positions.line_of(file.lines, where), field=name, shown=str(shown),
    )  # fmt: skip


def reasons(error: ValidationError, say: Texts) -> str:
    """What is wrong with settings that stand in no file yet, in one line."""
    return "; ".join(
        ": ".join(filter(None, (".".join(str(part) for part in detail["loc"]), _reason(detail, say))))
        for detail in error.errors()
    )


def _reason(detail: ErrorDetails, say: Texts) -> str:
    limits = detail.get("ctx", {})
    if isinstance(limits.get("error"), SettingError):
        return say.say(limits["error"].sentence, **limits["error"].values)
    if isinstance(limits.get("error"), ValueError):  # a validator of ours: its text is a sentence of the catalogue
        return say.say(str(limits["error"]))
    if detail["type"] in _EXPECTED:
        return say.say(_EXPECTED[detail["type"]])
    known = {
        "missing": say.say("it is missing"),
        "int_parsing": say.say("a whole number is expected"),
        "int_type": say.say("a whole number is expected"),
        "float_parsing": say.say("a number is expected"),
        "bool_parsing": say.say("true or false is expected"),
        "string_type": say.say("a text in quotation marks is expected"),
        "tuple_type": say.say("a list in square brackets is expected"),
        "literal_error": say.say("possible are {values}", values=_choices(limits.get("expected", ""))),
        "less_than_equal": say.say("at most {limit} is possible", limit=_limit(limits.get("le"))),
        "greater_than_equal": say.say("at least {limit} is needed", limit=_limit(limits.get("ge"))),
        "string_pattern_mismatch": say.say(_FORMS.get(str(detail["loc"][-1]), "the text has not the form needed")),
    }
    return known.get(detail["type"]) or say.say("this does not fit here")


def _choices(expected: str) -> str:
    """The library writes '', 'a' or 'b'; that a setting may be left out is no choice."""
    return ", ".join(f'"{value}"' for value in _CHOICE.findall(expected) if value)


def _limit(number: Any) -> object:
    return int(number) if isinstance(number, float) and number.is_integer() else number


def unreadable(name: str, error: Exception, say: Texts) -> Problem:
    """What the parser says is in English; its place is what people need."""
    place = _TOML_PLACE.search(str(error))
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    if isinstance(error, OSError):
        reason = say.say(why(error)) if error.errno else say.say("it is no file, or a very large one")
        message = say.say("{file} cannot be read: {error}", file=name, error=reason)
        advice = say.say("Give kim the right to read it.")
        if not isinstance(error, PermissionError):
            advice = say.say("Please look what stands in its place, or where a link there leads: a file belongs there.")
        return Problem("bad_toml", message, advice, "error", tab=name)
    if isinstance(error, UnicodeDecodeError):
        message, advice = say.say("{file} is not saved as UTF-8 text", file=name), say.say("Save it as UTF-8.")
        row = error.object.count(b"\n", 0, error.start) + 1
        return Problem("bad_toml", message, advice, "error", tab=name, row=row)
    message = say.say("{file} cannot be read to its end", file=name)
    if place:
        message = say.say("{file} cannot be read: line {line}, column {column}", file=name, line=line, column=column)
    advice = say.say(
        "Mend the line named; often a quotation mark or a bracket is missing, or a name stands there twice."
    )
    return Problem("bad_toml", message, advice, "error", tab=name, row=line)


def unknown_key(file: ConfigFile, where: positions.Path, name: str, known: Iterable[str], say: Texts) -> Problem:
    """A key that means nothing, with the nearest that does."""
    # Loose: whoever mistypes a setting is helped by any name that is near.
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    advice = say.say("Did you mean “{name}”?", name=near[0]) if near else say.say("Remove it, or see docs/settings.md.")
    message = say.say("{key} is not a setting that kim knows", key=".".join(str(part) for part in where))
    row = positions.line_of(file.lines, where)
    return Problem("unknown_setting", message, advice, "error", tab=file.name, row=row, field=name)


def _fields_at(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """Names of the settings that are possible at a place inside a model."""
    here: Any = model
    for part in path:
        if isinstance(here, type) and issubclass(here, BaseModel) and part in here.model_fields:
            here = here.model_fields[str(part)].annotation
        here = next((arg for arg in _inner(here) if isinstance(arg, type) and issubclass(arg, BaseModel)), here)
    fields = here.model_fields if isinstance(here, type) and issubclass(here, BaseModel) else {}
    # As people write them: a name of the code alone would be refused again.
    return [field.alias or name for name, field in fields.items()]


def _inner(annotation: Any) -> Iterator[Any]:
    yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _inner(argument)
