"""Single questions of a dialogue on the terminal: asked again a few times, given up in one sentence, never for ever."""

from __future__ import annotations

from collections.abc import Callable, Collection

from automations.common.errors import PlainError
from automations.common.texts import Texts
from automations.messages.addresses import AddressProblem, named_address

_TRIES = 3
_YES = frozenset({"j", "ja", "y", "yes"})
_LAST_PORT = 65535

Ask = Callable[[str], str]  # shows a question and gives what was typed


class GivenUpError(PlainError):
    """An answer that was not understood again and again; the message is a sentence for people."""


class Asking:
    """Questions by kind of answer. `ask` shows one and gives what was typed, `hidden` without showing it. Each method
    takes what is proposed for an empty answer, and raises GivenUpError where nothing usable comes."""

    def __init__(self, ask: Ask, hidden: Ask, said: Texts) -> None:
        self._ask, self._hidden, self._texts = ask, hidden, said

    def free(self, question: str, proposed: str = "") -> str:
        """Any text; "" where nothing is proposed and nothing typed."""
        hint = f" [{proposed}]" if proposed else ""
        return self._ask(f"{question}{hint} ").strip() or proposed

    def word(self, question: str, proposed: str = "") -> str:
        """One word without blanks."""
        for _ in range(_TRIES):
            typed = self.free(question, proposed)
            if typed and not any(sign.isspace() for sign in typed):
                return typed
        raise self._given_up()

    def server(self, question: str, proposed: str = "") -> tuple[str, int | None]:
        """A server's name, and the port where one was typed behind it ("mail.example.org:2525")."""
        for _ in range(_TRIES):
            host, colon, port = self.word(question, proposed).partition(":")
            if host and not colon:
                return host, None
            if host and port.isdecimal() and 0 < int(port) <= _LAST_PORT:
                return host, int(port)
        raise self._given_up()

    def one_of(self, question: str, valid: Collection[str], proposed: str) -> str:
        """One of some words."""
        for _ in range(_TRIES):
            typed = self.free(question, proposed).casefold()
            if typed in valid:
                return typed
        raise self._given_up()

    def address(self, question: str, proposed: str = "", *, optional: bool = False) -> str:
        """Exactly one mail address; "" where an empty answer is one."""
        for _ in range(_TRIES):
            typed = self.free(question, proposed) if optional else self.word(question, proposed)
            if optional and not typed:
                return ""
            try:
                named_address(typed)
            except AddressProblem:
                continue
            return typed
        raise GivenUpError(self._texts.say("This is not one mail address; nothing was changed."))

    def secret(self, question: str, known: str = "") -> str:
        """A password, not shown; an empty answer takes the one that is known."""
        for _ in range(_TRIES):
            if typed := self._hidden(f"{question} ") or known:
                return typed
        raise self._given_up()

    def yes(self, question: str, *, proposed: bool) -> bool:
        """Yes or no; what is neither counts as no, so that nothing begins by a slip of the finger."""
        hint = self._texts.say("[Y/n]") if proposed else self._texts.say("[y/N]")
        typed = self._ask(f"{question} {hint} ").strip().casefold()
        return proposed if not typed else typed in _YES

    def _given_up(self) -> GivenUpError:
        return GivenUpError(self._texts.say("Nothing was changed. Please ask your IT for the answer and begin again."))
