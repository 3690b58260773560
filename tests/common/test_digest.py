"""The fingerprint of values is what it always was: the ledger of every site is full of them."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, time

import pytest

from automations.model.records import ContactWay
from automations.model.values import digest, normalise, to_plain


@pytest.mark.parametrize(
    "parts",
    [
        (),
        ("K-1", None, ""),
        (' "Zitat" \\ \n\t\x00\x7f\u2028 ', "Ä" + "a\u0308", "😀"),
        (1, 1.0, 0.1, True, False, -0.0, 10**20),
        (date(2026, 1, 2), time(9, 30), datetime(2026, 1, 2, 3, 4)),  # noqa: DTZ001 (a cell's)
        (ContactWay.EMAIL,),
    ],
)
def test_a_fingerprint_is_that_of_the_json(parts):
    text = json.dumps([to_plain(normalise(part)) for part in parts], ensure_ascii=False)
    assert digest(*parts) == hashlib.sha256(text.encode()).hexdigest()[:20]
