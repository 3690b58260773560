"""Trouble on order: the next calls fail, hang or break off, before or after they were carried out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.sheets_emulator.errors import ApiError, quota_exceeded

HTML = (
    "<!DOCTYPE html><html><title>Error 502 (Server Error)!!1</title><p>The server encountered a temporary error.</html>"
)


@dataclass
class Call:
    """One request as it came in, and what was answered (status 0: no answer; `down` are its bytes)."""

    method: str
    endpoint: str
    path: str
    query: dict[str, list[str]]
    body: Any
    user: str
    status: int = 0
    down: int = 0

    @property
    def kinds(self) -> list[str]:
        """The kinds of requests in a batch."""
        requests = self.body.get("requests", []) if isinstance(self.body, dict) else []
        return [name for request in requests for name in request]


@dataclass
class Fault:
    """What is to happen to calls that `on` fits: part of the endpoint's name, or a function of the call."""

    kind: Literal["status", "html", "hang", "reset"]
    on: str | Callable[[Call], bool] = ""
    times: int = 1
    skip: int = 0
    committed: bool = False
    status: int = 503
    seconds: float = 0
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def fits(self, call: Call) -> bool:
        """Whether this call is meant."""
        return self.on in call.endpoint if isinstance(self.on, str) else self.on(call)

    def error(self) -> ApiError:
        """The answer instead of the true one."""
        if self.status == 429:
            return quota_exceeded("Write")
        texts = {500: "Internal error encountered.", 503: "The service is currently unavailable."}
        return ApiError(self.status, self.message or texts.get(self.status, "Injected."))


class Faults:
    """The faults still to come, in order."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def fail(self, status: int, **more: Any) -> None:
        """The next calls are answered with this status; `committed=True`: after they were carried out."""
        self.waiting.append(Fault("status", status=status, **more))

    def html(self, status: int = 502, **more: Any) -> None:
        """The same with a page of HTML, as Google's front end answers."""
        self.waiting.append(Fault("html", status=status, **more))

    def hang(self, seconds: float, **more: Any) -> None:
        """The next calls wait so long for their answer."""
        self.waiting.append(Fault("hang", seconds=seconds, **more))

    def reset(self, **more: Any) -> None:
        """The connection of the next calls is reset without an answer."""
        self.waiting.append(Fault("reset", **more))

    def next_for(self, call: Call) -> Fault | None:
        """The fault that this call meets; it counts as used."""
        for fault in self.waiting:
            if not fault.fits(call):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.times -= 1
            if not fault.times:
                self.waiting.remove(fault)
            return fault
        return None
