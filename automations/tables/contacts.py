"""Mail addresses and phone numbers as people type them, and as Excel mangles them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from automations.model.values import Value, is_number
from automations.tables.dates import Parser
from automations.tables.faults import NOTHING, Fault, Parsed

BAD_EMAIL = Fault(
    "bad_email", "“{shown}” is no mail address.", "Please check it for typing errors; until then nothing is sent there."
)
LIKELY_TYPO = Fault(
    "bad_email",
    "“{shown}” looks like a typing error for …@{likely}.",
    "Please correct the address; until then nothing is sent there.",
)
TWO_EMAILS = Fault(
    "two_emails", "“{shown}” holds more than one mail address.", "Please leave the one that messages should go to."
)
EMAIL_BLANKS = Fault(
    "email_understood", "“{shown}” was read as {read}.", "Please remove what does not belong to the address.", "note"
)
BAD_PHONE = Fault("bad_phone", "“{shown}” is no phone number.", "Please type it with its area code, like 0170 1234567.")
PHONE_UNDERSTOOD = Fault(
    "phone_understood",
    "“{shown}” was read as {read}.",
    "Please format the cell as text and type the number with its leading zero.",
    "note",
)
PHONE_REMARK = Fault(
    "phone_understood", "“{shown}” was read as {read}.", "Please move the remark to a column of its own.", "note"
)
MORE_PHONES = Fault(
    "two_phones", "“{shown}” holds more than one number; {read} is used.", "Please put the best one first.", "note"
)

_PLAIN = re.compile(
    r"^[a-z0-9](?:[a-z0-9_+-]|\.(?!\.)){0,62}(?<!\.)@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24})$"
)
_BETWEEN = re.compile(r"[\s,;/]+(?=\S+@)")
_AROUND = " \t\n\r\u00a0<>;,\"'"

_BEYOND = 10**16  # longer than any telephone number (ITU-T E.164: 15 digits)


def email_parser(providers: Iterable[str]) -> Parser:
    """A parser of mail addresses. An address that misses one of `providers` by a letter is taken for a
    typing error."""
    known = frozenset(providers)
    domains: dict[str, str | None] = {}

    def likely(domain: str) -> str | None:
        """The provider that is meant ("" for the domain itself); None for a domain that cannot be."""
        if domain not in domains:
            allowed = _is_domain(domain)
            domains[domain] = _near(domain, known) if allowed else None
        return domains[domain]

    def parse(raw: Value) -> Parsed:
        if raw is None:
            return NOTHING
        # By far most addresses are plain; the long way below costs a large table seconds.
        if isinstance(raw, str) and (plain := _PLAIN.match(raw)) and likely(plain[1]) == "":
            return Parsed(raw)
        text = raw.strip(_AROUND).removeprefix("mailto:") if isinstance(raw, str) else "?"
        if not text:
            return NOTHING
        if text.count("@") > 1 and len(_BETWEEN.split(text)) > 1:
            return Parsed(None, TWO_EMAILS)
        address = _normal(re.sub(r"\s*(@|\.)\s*", r"\1", text))
        meant = likely(address.rsplit("@", 1)[1].lower()) if address else None
        if meant != "":
            return Parsed(None, LIKELY_TYPO.saying(likely=meant) if meant else BAD_EMAIL)
        return Parsed(address, EMAIL_BLANKS.saying(read=address) if address != str(raw).strip() else None)

    return parse


def _normal(address: str) -> str:
    """The address as it is written to; "" for none. The library, which takes long to load, is not asked about plain
    ones, nor about slips of the finger that it refuses wherever they are."""
    if _PLAIN.match(address.lower()):
        return address
    if address.count("@") != 1 or ".." in address or "," in address:
        return ""
    from email_validator import EmailNotValidError, validate_email

    try:
        # `.test` (RFC 6761) is allowed, as the demonstration writes to nobody else.
        return validate_email(address, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return ""


_ORDINARY = re.compile(r"(?!.{101})(?!.*--)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,24})")
# Of the domains that IANA keeps for special uses those where no mail can be: the library refuses them.
_RESERVED = frozenset({"arpa", "invalid", "local", "localhost", "onion"})


def _is_domain(domain: str) -> bool:
    """Whether mail can go there. The library, which takes long to load, is asked about what is out of the ordinary."""
    ordinary = _ORDINARY.fullmatch(domain)
    if ordinary and ordinary[1] not in _RESERVED:
        return True
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(f"someone@{domain}", check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def _near(domain: str, known: frozenset[str]) -> str:
    """The provider that the domain misses by one letter too few, too many, wrong or swapped."""
    if domain in known:
        return ""
    return next((name for name in sorted(known) if len(name) > 5 and _one_slip(domain, name)), "")  # noqa: PLR2004 -- i.ua is too short to tell


def _one_slip(typed: str, meant: str) -> bool:
    if abs(len(typed) - len(meant)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    rest, want = typed[start:], meant[start:]
    swapped = rest[:2] == want[:2][::-1] and rest[2:] == want[2:]
    return rest[1:] == want[1:] or rest[1:] == want or rest == want[1:] or swapped


# German numbers: 0 and 9 to 11 more digits (BNetzA numbering plan: area code and number together).
_GERMAN = re.compile(r"^(?:0|\+49|0049)([1-9]\d{8,10})$", re.ASCII)
_LAYOUT = str.maketrans("", "", " \u00a0-–/().\t")
_MIXED = re.compile(r"\d\s?[^\W\d_]+\s?\d|^[+0\s]*$")
_REMARK = re.compile(r"\s*[(\[]|\s+(?=[^\W\d_])")
_FEWEST = 6  # digits of the shortest number with its area code; what is shorter is an extension
_SEVERAL = re.compile(r"\s*(?:[;,\n|]|\s/\s|\boder\b|\bund\b|\bor\b|/(?=\s*(?:\+|0[1-9]\d)))\s*", re.IGNORECASE)


def phone_parser(country: str) -> Parser:
    """A parser of phone numbers to international form (E.164). `country` is where numbers without
    country code belong."""

    def parse(raw: Value) -> Parsed:
        if raw is None:
            return NOTHING
        if is_number(raw):
            return _from_number(raw, country)
        if not isinstance(raw, str):
            return Parsed(None, BAD_PHONE)
        return _from_text(raw, country)

    return parse


def _from_text(raw: str, country: str) -> Parsed:
    text = raw.strip().lstrip("'")
    if not text:
        return NOTHING
    # “+49 (0)170 …” is how letterheads have it.
    if country == "DE" and (found := _GERMAN.match(text.translate(_LAYOUT).replace("+490", "+49"))):
        return Parsed("+49" + found.group(1))
    digits = text.translate(_LAYOUT)
    # A text that holds what Excel made of a number: the same zero is missing.
    if digits.isascii() and digits.isdigit() and not digits.startswith("0"):
        return _from_number(int(digits), country)
    if not any(char.isalpha() for char in text) and (number := _international(text, country)):
        return Parsed(number)
    return _from_sentence(text, country)


def _from_sentence(text: str, country: str) -> Parsed:
    """Several numbers, or a number with a remark."""
    parts = [part for part in _SEVERAL.split(text) if part]
    numbers = [number for part in parts if (number := _international(part, country))]
    if len(parts) > 1 and numbers:
        return Parsed(numbers[0], MORE_PHONES.saying(read=numbers[0]))
    # A number with "(Mutter)" behind it can still be called.
    if number := _international(_REMARK.split(text)[0], country):
        return Parsed(number, PHONE_REMARK.saying(read=number))
    return Parsed(None, BAD_PHONE)


def _from_number(number: float, country: str) -> Parsed:
    """Excel took the leading zero, or the plus, and made a number of the rest."""
    import phonenumbers

    if not 0 < number < _BEYOND or number != int(number):  # also what is no number
        return Parsed(None, BAD_PHONE)
    digits = str(int(number))
    code = str(phonenumbers.country_code_for_region(country))
    # Excel drops a plus as it drops a zero: “4917…” may be either, and with the code is likelier.
    candidates = (f"+{digits}", f"0{digits}") if digits.startswith(code) and len(digits) > 10 else (f"0{digits}",)  # noqa: PLR2004 -- longer than a national number
    for candidate in candidates:
        if found := _international(candidate, country):
            return Parsed(found, PHONE_UNDERSTOOD.saying(read=found))
    return Parsed(None, BAD_PHONE)


def _international(text: str, country: str) -> str:
    import phonenumbers

    # Letters between digits are two numbers or a name: phonenumbers would make digits of them.
    if _MIXED.search(text) or sum(char.isdigit() for char in text) < _FEWEST:
        return ""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return ""
    # "Possible", not "valid": new blocks of numbers are given out before the library knows them.
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
