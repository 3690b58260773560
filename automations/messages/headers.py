"""How headers are kept and written: what we made ourselves is not parsed, as that took longer than delivering it."""

from __future__ import annotations

from email.headerregistry import BaseHeader, HeaderRegistry
from email.policy import EmailPolicy
from functools import cache
from typing import Any

_FINISHED = frozenset({"message-id", "date", "content-type"})
"""Headers whose text is whole and plain already when it is set."""


class _Registry(HeaderRegistry):
    """The library's own, which makes a new class for each header of each mail."""

    @cache  # noqa: B019 - there is one registry, and a dozen names
    def __getitem__(self, name: str) -> type[BaseHeader]:
        return super().__getitem__(name)


class _Policy(EmailPolicy):
    """Finished headers stay text until somebody asks for them; the Message-ID, which each step asks for, always."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        finished = isinstance(value, str) and name.lower() in _FINISHED
        return (name, value) if finished else super().header_store_parse(name, value)

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        return value if name.lower() == "message-id" else super().header_fetch_parse(name, value)


POLICY = _Policy(linesep="\r\n", cte_type="7bit", header_factory=_Registry())
"""Lines end in CRLF and every byte is ASCII, so that no server on the way needs to recode anything."""
