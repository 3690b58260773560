"""How many parts a text message has, as networks count and bill them (3GPP TS 23.038, 6.2.1; TS 23.040, 9.2.3.24)."""

from __future__ import annotations

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("\f^{}\\[~]|€")  # signs of the extension table: each takes the room of two

_GSM, _GSM_JOINED = 160, 153
_UCS2, _UCS2_JOINED = 70, 67


def is_gsm(text: str) -> bool:
    """Whether the text fits the seven-bit alphabet; any other sign makes the whole text UCS-2."""
    return all(sign in _BASIC or sign in _TWICE for sign in text)


def parts(text: str) -> int:
    """How many parts a text has: one up to 160 signs (70 where it holds others than the seven-bit alphabet), each of
    several a little shorter, as it says where it belongs. A sign is never cut in two."""
    if is_gsm(text):
        return _count([2 if sign in _TWICE else 1 for sign in text], _GSM, _GSM_JOINED)
    return _count([len(sign.encode("utf-16-be")) // 2 for sign in text], _UCS2, _UCS2_JOINED)


def _count(widths: list[int], alone: int, joined: int) -> int:
    if sum(widths) <= alone:
        return 1
    # Sign by sign: dividing the length would cut a sign of two in half at the edge of a part.
    found, room = 1, joined
    for width in widths:
        if width > room:
            found, room = found + 1, joined
        room -= width
    return found
