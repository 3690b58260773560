"""Phone numbers as people read and dial them."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

_TELLING = 8  # digits at the end of a number that hardly another one in the country has


@lru_cache(maxsize=4096)  # the office's own numbers stand in every mail
def readable(phone: str) -> str:
    """`+492214710123` as `+49 221 4710123`, so that nobody loses count; what is no number stays."""
    import phonenumbers

    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def dialled(number: str) -> str:
    """The end of a number, by which it is known with and without the code of its country."""
    return "".join(sign for sign in number if sign.isdigit()).lstrip("0")[-_TELLING:]


def is_country(code: str) -> bool:
    """Whether a country ("DE") has telephone numbers that we know."""
    import phonenumbers

    return code in phonenumbers.SUPPORTED_REGIONS


def takes_texts(number: str, countries: Collection[str]) -> bool:
    """Whether a number in international form can get text messages and lies in one of the countries ("DE")."""
    # A list cannot be a key of the cache.
    return _takes_texts(number, frozenset(countries))


@lru_cache(maxsize=4096)
def _takes_texts(number: str, countries: frozenset[str]) -> bool:
    import phonenumbers

    try:
        found = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    # Numbers of the United States do not say which of the two they are.
    mobile = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    place = phonenumbers.region_code_for_number(found)
    return place in countries and phonenumbers.number_type(found) in mobile
