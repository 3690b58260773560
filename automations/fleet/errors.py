"""What the fleet says when it cannot go on."""

from __future__ import annotations

from automations.common.errors import ExplainedError


class FleetError(ExplainedError):
    """What the operator of a fleet asked for cannot be done."""

    def __init__(self, message: str, advice: str = "", **values: object) -> None:
        super().__init__(message, advice, values=values)


class StorageError(FleetError):
    """The folder of a site is not there, or does not answer."""
