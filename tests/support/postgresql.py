"""A PostgreSQL of our own for tests; who has none skips them."""

from __future__ import annotations

import pytest

from automations.fleet.errors import FleetError
from automations.fleet.postgresql import OwnServer, binary


class Server(OwnServer):
    """A server in a folder of its own, reached by a socket only, as the superuser `kim`."""

    def __init__(self) -> None:
        if not binary("initdb"):
            pytest.skip("PostgreSQL is not installed")
        try:
            super().__init__()
        except FleetError as error:
            pytest.fail(str(error))
