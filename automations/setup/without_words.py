"""A heading without what goes without saying in it: what each row of its table is, that the team fills it in, the day
at which it was true, how a database keeps it."""

from __future__ import annotations

import re

# How databases say in which form a column is kept: "attend_status_cd", "start_ts".
_STORED = re.compile(
    r"(?<=[^\W\d])_(?:cd|code|desc|txt|text|flag|flg|fk|ts|dt|dtm|datetime|value|val)$|"
    r"(?-i:(?<=[a-z])(?:Code|Desc|Description|DateTime|Timestamp|Flag|Value))$",
    re.IGNORECASE,
)

_AS_AT = re.compile(
    r"\s+(?:@|as (?:at|of|on)|per|zum|am|stand|\()*\s*\d{1,2}[./]\s?\d{1,2}(?:[./]\s?(?:\d{2,4})?)?\)?\s*$",
    re.IGNORECASE,
)
_WITH_HOUR = re.compile(r"\s*\b(?:date|day)\s*(?:&|and|/|\+|,)\s*time\b", re.IGNORECASE)
# What the rows of a table are, and so goes without saying in their headings.
_SUBJECT = {
    "cases": r"(?:case|referral|intake|fall)",
    "appointments": r"(?:session|appointment|appt|visit|meeting|booking|interview|consultation|slot|attend|1[-:2]*1|"
    r"termin|gespr[äa]chs?|besuchs?|sitzungs?|contact(?=\W*(?:date|time|type|method|duration|length|outcome|with|of)))",
}

_OF_THE_SUBJECT = {
    table: (
        re.compile(rf"^{word}(?:'s)?[\s_:/-]+(?=\w{{3}})", re.IGNORECASE),
        re.compile(rf"[\s_]+(?:of|der|des|for)[\s_]+(?:the[\s_]+)?(?:{word}|contact)\W*$", re.IGNORECASE),
    )
    for table, word in _SUBJECT.items()
}
# That a column of a form is filled in by the team.
_IN_HOUSE = re.compile(
    r"\s*[(\[][^()\[\]]*\b(?:use|only|intern(?:al|es)?|staff|admin)\b[^()\[\]]*[)\]]|"
    r"^\W*(?:for )?(?:office|staff|admin|internal) use(?: only)?\W+|"
    r"[\s:–-]+(?:for )?(?:office|staff|admin|internal) use(?: only)?\W*$",
    re.IGNORECASE,
)


def without_day(text: str) -> str:
    """A heading without the day at which what stands below it was true ("Status @ 20/11"), or without the hour that
    stands with a day ("Start date & time")."""
    return _WITH_HOUR.sub("", _AS_AT.sub("", text)) or text


def without_use(text: str) -> str:
    """A heading without the words that it is filled in by the team: "Status (office use only)"."""
    return _IN_HOUSE.sub("", text) or text


def without_subject(text: str, table: str) -> str:
    """A heading without what each row of its table is: "Session time", "Date of appointment", "Case open/closed"."""
    begun, ended = _OF_THE_SUBJECT.get(table, (None, None))
    stored = _STORED.sub("", text)
    return ended.sub("", begun.sub("", stored)) if begun and ended else stored
