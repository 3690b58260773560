"""What the ledger says when it cannot go on."""

from __future__ import annotations

from automations.common.texts import texts


class LedgerError(Exception):
    """A ledger that cannot be opened, read or written, in one sentence: what is wrong.

    `advice` says what to do, `code` is stable and English. `busy` is True where waiting helps. Both
    sentences may hold `{names}`, filled from `values` (a `reason` is a sentence of the catalogue, too); `told`
    gives the same error in the language of its reader.
    """

    def __init__(self, message: str, advice: str = "", *, code: str = "ledger", **values: object) -> None:
        self.msgids, self.values = (message, advice), values
        self.message, self.advice = message.format(**values), advice.format(**values)
        self.code, self.busy = code, code == "ledger_busy"
        super().__init__(self.message)

    def told(self, language: str) -> LedgerError:
        """This error with its sentences in a language (they stay English where none is known)."""
        say, values = texts(language).say, self.values
        if "reason" in values:
            values = {**values, "reason": say(str(values["reason"]))}
        message, advice = (say(part) if part else "" for part in self.msgids)
        return LedgerError(message, advice, code=self.code, **values)
