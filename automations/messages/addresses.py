"""Mail addresses as they may stand in a header: one, plain, with an ASCII domain."""

from __future__ import annotations

import re
import unicodedata
from email.errors import HeaderParseError
from email.headerregistry import Address
from functools import lru_cache

import idna

# Letters that RFC 5322 allows in quotes or brackets only; real addresses of clients have none.
_REFUSED = frozenset(' ,;:<>()[]"\\')
_NAMED = re.compile(r'"?(?P<name>[^<>]*?)"? ?<(?P<spec>[^<>]+)>')
_BREAKS = frozenset({"Cc", "Zl", "Zp", "Cs"})


class AddressProblem(ValueError):  # noqa: N818 - a problem in the sense of problems.py
    """Something that is not exactly one usable address. The text is safe to show."""


def address(typed: str, display_name: str = "") -> Address:
    """An address typed by a person, ready for a header; foreign-lettered domains as punycode.

    Raises AddressProblem for none, several, or one that plain SMTP cannot carry."""
    text = clean_line(typed)
    local, at, domain = text.rpartition("@")
    if not (local and at and domain) or any(sign in _REFUSED for sign in text):
        raise AddressProblem(text)
    # Plain SMTP carries no other letters before the @, and few servers know SMTPUTF8.
    if not local.isascii():
        raise AddressProblem(text)
    try:
        # SMTP and DNS carry ASCII alone; "münchen.de" is delivered as "xn--mnchen-3ya.de".
        ascii_domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
        return Address(display_name=clean_line(display_name), addr_spec=f"{local}@{ascii_domain}")
    except (idna.IDNAError, HeaderParseError, ValueError, IndexError) as error:
        raise AddressProblem(text) from error


@lru_cache(maxsize=64)
def named_address(typed: str) -> Address:
    """An address with or without a name before it ("Stadt Herne <post@herne.test>"). The name may hold
    commas, with or without quotes around it. Raises AddressProblem."""
    line = clean_line(typed)
    found = _NAMED.fullmatch(line)
    return address(found["spec"], found["name"].replace('\\"', '"')) if found else address(line)


def with_name(typed: str, name: str) -> str:
    """An address with a name before it: its own, else the one given. What is no address stays as it is."""
    try:
        known = named_address(typed)
        return typed if known.display_name else str(address(known.addr_spec, name))
    except AddressProblem:
        return typed


def clean_line(text: str) -> str:
    """One line of text without control characters and marks that turn the direction of writing."""
    if text.isprintable():  # neither of them is: what most lines are takes no look at each sign
        return " ".join(text.split())
    spaced = ("" if _hidden(sign) else " " if unicodedata.category(sign) in _BREAKS else sign for sign in text)
    return " ".join("".join(spaced).split())


def _hidden(sign: str) -> bool:
    # The joiners U+200C and U+200D belong to the spelling of Persian and other names.
    return unicodedata.category(sign) == "Cf" and sign not in "\u200c\u200d"
