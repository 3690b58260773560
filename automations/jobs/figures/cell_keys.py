"""Small counts by cell keys: each count gets a noise that its own units decide.

Each counted unit (a case, an appointment) has a persistent random key; the key of a cell is their sum, and a fixed
table says which noise that is. So the same units give the same noise wherever and whenever they are counted, which
averaging over editions cannot take away; a cell without units stays 0, and no 1 or 2 is ever shown. The noise is 0 on
average, with a variance of 3, and at most 5.

Sources: B. Fraser, J. Wooton, "A proposed method for confidentialising tabular output to protect against
differencing", UNECE/Eurostat 2005; Eurostat, "Guidelines on the use of the cell key method" (the table: maximum
entropy with D = 5, V = 3, js = 2, as in the R package ptable). A unit's key is HMAC-SHA256 of its name with a secret
of the site: random for whoever has not got the secret, and it needs no place to be kept."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

LARGEST = 5  # the largest noise
OF = 10_000  # the weights of each row of TABLE add up to this

TABLE: Sequence[Mapping[int, int]] = tuple(
    MappingProxyType(row)
    for row in (
        {-1: 7345, 2: 1366, 3: 729, 4: 374, 5: 186},
        {-2: 4088, 1: 4066, 2: 1477, 3: 323, 4: 43, 5: 3},
        {-3: 2040, 0: 3937, 1: 2474, 2: 1106, 3: 351, 4: 79, 5: 13},
        {-4: 833, -1: 2893, 0: 2657, 1: 1902, 2: 1059, 3: 460, 4: 155, 5: 41},
        {-5: 201, -2: 1733, -1: 2207, 0: 2214, 1: 1750, 2: 1090, 3: 535, 4: 207, 5: 63},
        {-3: 721, -2: 1367, -1: 1974, 0: 2166, 1: 1807, 2: 1149, 3: 555, 4: 204, 5: 57},
        {-4: 185, -3: 555, -2: 1216, -1: 1942, 0: 2257, 1: 1916, 2: 1182, 3: 531, 4: 174, 5: 42},
        {-5: 38, -4: 166, -3: 523, -2: 1187, -1: 1942, 0: 2288, 1: 1942, 2: 1187, 3: 523, 4: 166, 5: 38},
    )
)
"""Weights by noise, for counts of 1, 2, …; the last row is that of all larger counts."""

_BYTES = 8
_KEYS = 2 ** (8 * _BYTES)


def unit_key(secret: bytes, unit: str) -> int:
    """The random key of a unit, by its name within the site."""
    return int.from_bytes(hmac.digest(secret, unit.encode(), hashlib.sha256)[:_BYTES], "big")


def perturbed(secret: bytes, units: Iterable[str]) -> int:
    """How many units there are, with the noise of this very set of them; each must be named once."""
    keys = [unit_key(secret, unit) for unit in units]
    return len(keys) + noise(len(keys), sum(keys) % _KEYS)


def noise(count: int, cell_key: int) -> int:
    """What the table adds to a count; `cell_key` is below 2⁶⁴."""
    if count == 0:
        # A cell without units has no key to draw a noise from, and a count out of nothing would be an invention.
        return 0
    # The key, evenly spread, falls into one of the row's weights: the same key always into the same.
    place = cell_key * OF // _KEYS
    for value, weight in TABLE[min(count, len(TABLE)) - 1].items():
        place -= weight
        if place < 0:
            return value
    # Cannot be: the weights of a row add up to OF, which a test counts.
    raise AssertionError
