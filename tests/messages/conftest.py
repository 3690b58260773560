"""A real post office, Postfix and Dovecot, where the machine has them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.mailserver import PostOffice, post_office, why_no_post_office


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    """One for all tests of a file: it takes seconds to start."""
    reason = why_no_post_office()
    if reason:
        pytest.skip(reason)
    with post_office() as running:
        yield running
