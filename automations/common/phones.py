"""Phone numbers as people read and dial them."""

from __future__ import annotations


def readable(phone: str) -> str:
    """`+492214710123` as `+49 221 4710123`, so that nobody loses count; what is no number stays."""
    import phonenumbers

    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
