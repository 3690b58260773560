"""Errors as people hear of them: in a sentence of ours, never in the words of a library or of Python."""

from __future__ import annotations

import errno
import re
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self

from automations.common.texts import texts

_QUOTED = re.compile(r"['\"“„]([^'\"“”„\n]{1,60})['\"”“]")


_NAME = re.compile(r"\{(\w+)\}")


class PlainError(Exception):
    """What was asked for makes no sense or is not there; the sentence is in the reader's language. `code` is stable
    and English."""

    code = "usage"


class ExplainedError(Exception):
    """What is wrong, in one sentence, and in `advice` what to do; `code` is stable and English, `busy` is True where
    waiting helps.

    Both sentences are of the catalogue and may hold `{names}`, filled from `values` (a `reason` is a sentence of the
    catalogue, too, and may hold names itself); without `values` they are as others gave them. `told` gives the same
    error in the language of its reader."""

    code = "error"
    busy = False

    def __init__(self, message: str, advice: str = "", *, values: Mapping[str, object] | None = None) -> None:
        self._msgids, self.values = (message, advice), values
        self.message, self.advice = self._said(str)
        super().__init__(self.message)

    def told(self, language: str) -> Self:
        """This error with its sentences in a language (they stay English where none is known)."""
        # A copy, as the error may be told in two languages: to staff, and to the operator.
        made = type(self).__new__(type(self))  # its own __init__ may want something else than sentences
        made.__dict__.update(self.__dict__)
        made.message, made.advice = self._said(texts(language).say)
        made.args = (made.message,)
        return made

    @property
    def whole(self) -> str:
        """Both sentences."""
        return f"{self.message} {self.advice}".rstrip()

    def _said(self, say: Callable[[str], str]) -> tuple[str, str]:
        message, advice = (say(part) if part else "" for part in self._msgids)
        values = self.values
        if values is None:
            return message, advice
        if "reason" in values:  # what others gave for a reason may hold any braces
            known = values
            reason = _NAME.sub(lambda found: str(known.get(found[1], found[0])), say(str(values["reason"])))
            values = {**values, "reason": reason}
        return message.format_map(values), advice.format_map(values)


_FAR = "the network drive or server cannot be reached"
_FULL = "there is no room left on the disk"
_RIGHT = "kim has no right to do that there"
_OTHER = "the system does not allow it"

REASONS: Mapping[int, str] = MappingProxyType({
    errno.ENOENT: "there is no such file or folder",
    errno.EACCES: _RIGHT,
    errno.EPERM: _RIGHT,
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EROFS: "that disk can only be read",
    errno.EISDIR: "a folder stands in its place",
    errno.ENOTDIR: "what stands in the place of its folder is none",
    errno.EEXIST: "there is one of that name already",
    errno.ENOTEMPTY: "the folder is not empty",
    errno.EIO: "the disk or network drive does not work properly",
    errno.EBUSY: "another program holds it",
    errno.ETXTBSY: "another program holds it",
    errno.ELOOP: "its links lead in a circle",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ECONNREFUSED: "nobody answers at this address and port",
    **dict.fromkeys((errno.ETIMEDOUT, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN), _FAR),
    **dict.fromkeys((errno.ENETUNREACH, errno.ENOTCONN, errno.ESTALE), _FAR),
})  # fmt: skip
"""What the system's numbers of errors mean to people; the sentences are translated when they are said."""


def why(error: BaseException) -> str:
    """Why the system did not do something: a sentence of the catalogue, still in English."""
    # Never the system's own words: they are English, and name paths of the machine.
    return REASONS.get(getattr(error, "errno", None) or 0, _OTHER)


def named(error: BaseException) -> str:
    """What a parser's message puts into quotation marks: words of the text that it read, not of its own. "" for
    none."""
    found = _QUOTED.search(str(error))
    return found[1].strip() if found else ""


def place_of(error: BaseException) -> str:
    """Where in the code something went wrong, for whoever mends it; the message itself could hold what stands in
    a row."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}, {frames[-1].lineno}" if frames else "?"
