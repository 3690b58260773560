"""The signs, words and phrases of which conditions in the tab of rules are made."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from automations.common.characters import ARROW

_DECIMAL = r"(?<![\d,])-?\d{1,9},\d{1,4}(?![\d,])"
# Read before plain words, which end at the comma of “1.250,50”.
_THOUSANDS = r"\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d)"
_TOKEN = re.compile(
    r"""\s*(?:(?P<heading>\[[^\[\]]{1,80}\])"""
    r"""|(?P<text>"[^"]*"|„[^“”"]*[“”"]|“[^“”]*[“”]|»[^»«]*«|«[^»«]*»|‚[^‘’]*[‘’]|'[^']*')"""
    rf"""|(?P<sign><=|>=|!=|<>|≠|≤|≥|==|[=<>(),;])|(?P<arrow>{ARROW})"""
    rf"""|(?P<word>{_THOUSANDS}|{_DECIMAL}|(?:(?!{ARROW})[^\s\[\]"„“”»«<>=!≠≤≥(),;])+))"""
)
_SIGNS = {"=": "==", "==": "==", "!=": "!=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">=", "<": "<", ">": ">",
          "<=": "<=", ">=": ">="}  # fmt: skip
_STRETCHES = tuple(
    (f"{start} {noun}", f"{which} {what}")
    for which, starts in (("this", ("dieses", "in diesem", "im laufenden", "this")),
                          ("last", ("letztes", "im letzten", "im vergangenen", "last")),
                          ("next", ("nächstes", "im nächsten", "im kommenden", "next")))
    for start in starts
    for noun, what in (("jahr", "year"), ("halbjahr", "half-year"), ("quartal", "quarter"), ("year", "year"),
                       ("half-year", "half-year"), ("quarter", "quarter"))
)  # fmt: skip
_UNTIL_ENDS = tuple(
    (f"{start} {end}", f"until {what}")
    for what, ends in (("month", ("monatsende", "ende des monats", "ende dieses monats", "the end of the month")),
                       ("year", ("jahresende", "ende des jahres", "ende dieses jahres", "the end of the year")))
    for start in ("bis", "bis zum", "bis spätestens", "spätestens", "spätestens zum", "spätestens bis", "until")
    for end in ends
)  # fmt: skip
_PHRASES: tuple[tuple[str, str], ...] = (
    ("ist nicht leer", "filled"), ("is not blank", "filled"), ("is not empty", "filled"), ("nicht leer", "filled"),
    ("not blank", "filled"), ("not empty", "filled"), ("ausgefüllt", "filled"), ("filled in", "filled"),
    *((f"{start}{word}", meaning) for word in ("gefüllt", "befüllt", "filled")
      for start, meaning in (("ist nicht ", "blank"), ("nicht ", "blank"), ("ist ", "filled"), ("", "filled"))),
    ("ist ausgefüllt", "filled"), ("is filled in", "filled"), ("is filled", "filled"),
    ("ist nicht ausgefüllt", "blank"), ("nicht ausgefüllt", "blank"), ("is not filled in", "blank"),
    ("not filled in", "blank"),
    ("ist leer", "blank"), ("is blank", "blank"), ("is empty", "blank"), ("leer", "blank"), ("fehlt", "blank"),
    ("blank", "blank"), ("empty", "blank"), ("missing", "blank"),
    ("ist nicht eins von", "none of"), ("ist keins von", "none of"), ("ist keines von", "none of"),
    ("is none of", "none of"), ("is not one of", "none of"),
    ("ist weder", "neither"), ("weder", "neither"), ("is neither", "neither"), ("neither", "neither"),
    ("ist eins von", "one of"), ("ist eines von", "one of"), ("eins von", "one of"),
    ("eines von", "one of"), ("one of", "one of"), ("is one of", "one of"), ("in", "in"),
    ("liegt zwischen", "between"), ("zwischen", "between"), ("zw.", "between"), ("von", "between"),
    ("vom", "between"), ("is between", "between"), ("between", "between"),
    *((words, "except") for words in ("außer", "alle außer", "alles außer", "bis auf", "alle bis auf", "alles bis auf",
                                      "except", "all except", "all but", "everything but", "anything but")),
    ("ist nicht", "!="), ("is not", "!="), ("isn't", "!="), ("isn’t", "!="), ("nicht", "!="), ("not", "!="),
    ("länger her als", "since"), ("longer ago than", "since"), ("vor mehr als", "since"), ("vor über", "since"),
    ("seit mehr als", "since"), ("seit über", "since"), ("seit länger als", "since"), ("for more than", "since"),
    ("in höchstens", "within"), ("in at most", "within"), ("within", "within"), ("innerhalb von", "within"),
    ("innerhalb der nächsten", "within"), ("in den kommenden", "within"), ("innerhalb der kommenden", "within"),
    ("in the coming", "within"), ("in den nächsten", "within"), ("within the next", "within"),
    ("in the next", "within"),
    ("spätestens in", "within"), ("frühestens in", "onward"), ("vor weniger als", "recent"),
    ("vor höchstens", "recent"),
    ("in den letzten", "recent"), ("innerhalb der letzten", "recent"), ("in the last", "recent"),
    ("within the last", "recent"), ("in the past", "recent"),
    ("genau in", "exactly"), ("exactly in", "exactly"), ("in genau", "exactly"), ("in exactly", "exactly"),
    ("in mehr als", "beyond"), ("in more than", "beyond"), ("in weniger als", "sooner"), ("in less than", "sooner"),
    ("in unter", "sooner"), ("in fewer than", "sooner"),
    *((words, "past") for words in ("in der vergangenheit", "vergangen", "vorbei", "abgelaufen", "überschritten",
                                    "überfällig", "verstrichen", "in the past", "past", "over already", "expired",
                                    "overdue")),
    *((words, "future") for words in ("in der zukunft", "in zukunft", "in the future")),
    ("jünger als", "younger"), ("younger than", "younger"), ("älter als", "older"), ("older than", "older"),
    ("mehr als", ">"), ("more than", ">"), ("größer als", ">"), ("greater than", ">"), ("larger than", ">"),
    ("länger als", ">"), ("longer than", ">"), ("over", ">"), ("größer", ">"), ("greater", ">"),
    ("weniger als", "<"), ("less than", "<"), ("fewer than", "<"), ("kleiner als", "<"), ("smaller than", "<"),
    ("under", "<"), ("kleiner", "<"), ("less", "<"),
    ("größer oder gleich", ">="), ("größer gleich", ">="), ("größer/gleich", ">="),
    ("greater than or equal to", ">="), *((word, ">=") for word in ("mindestens", "mind.", "mind", "min.")),
    ("at least", ">="), ("nicht weniger als", ">="), ("not less than", ">="),
    ("kleiner oder gleich", "<="), ("kleiner gleich", "<="), ("kleiner/gleich", "<="),
    ("less than or equal to", "<="), *((word, "<=") for word in ("höchstens", "max.", "max", "maximal")),
    ("at most", "<="), ("nicht mehr als", "<="), ("not more than", "<="), ("no more than", "<="),
    ("enthält nicht", "lacks"), ("enthält kein", "lacks"), ("enthält keine", "lacks"), ("does not contain", "lacks"),
    ("doesn't contain", "lacks"), ("doesn’t contain", "lacks"), ("enthält", "contains"), ("contains", "contains"),
    ("enthält weder", "holds neither"), ("contains neither", "holds neither"),
    ("beginnt mit", "starts"), ("fängt an mit", "starts"), ("starts with", "starts"), ("begins with", "starts"),
    ("endet mit", "ends"), ("endet auf", "ends"), ("ends with", "ends"), ("ends in", "ends"),
    ("unter", "<"), ("below", "<"), ("über", ">"), ("above", ">"), ("ab", ">="), ("ab dem", ">="), ("from", ">="),
    ("seit", ">="), ("seit dem", ">="), ("since", ">="), ("frühestens", ">="), ("frühestens am", ">="),
    ("on or after", ">="), ("nicht vor", ">="), ("not before", ">="),
    ("bis", "<="), ("bis zum", "<="), ("until", "<="), ("spätestens", "<="), ("spätestens am", "<="),
    ("on or before", "<="), ("nicht nach", "<="), ("not after", "<="),
    ("vor", "<"), ("vor dem", "<"), ("before", "<"), ("früher als", "<"),
    ("earlier than", "<"), ("später als", ">"), ("later than", ">"), ("nach", ">"), ("nach dem", ">"), ("after", ">"),
    ("sind nicht", "!="), ("are not", "!="), ("sind", "=="), ("are", "=="), ("am", "=="), ("im jahr", "=="),
    ("im jahre", "=="), ("in the year", "=="),
    ("gleich", "=="), ("equal to", "=="), ("equals", "=="),
    ("ungleich", "!="), ("genau", "=="), ("exactly", "=="), ("ist", "=="), ("is", "=="),
    ("war", "=="), ("was", "=="),
    *((words, "this week") for words in ("diese woche", "in dieser woche", "this week")),
    *((words, "next week") for words in ("nächste woche", "in der nächsten woche", "kommende woche",
                                         "in der kommenden woche", "next week")),
    *((words, "last week") for words in ("letzte woche", "in der letzten woche", "last week")),
    *((words, "this month") for words in ("diesen monat", "in diesem monat", "this month")),
    *((words, "next month") for words in ("nächsten monat", "im nächsten monat", "kommenden monat",
                                          "im kommenden monat", "next month")),
    *((words, "last month") for words in ("letzten monat", "im letzten monat", "last month")),
    *_STRETCHES, *_UNTIL_ENDS,
)  # fmt: skip
PHRASES: tuple[tuple[str, str], ...] = tuple(sorted(_PHRASES, key=lambda one: -len(one[0].split())))
"""Comparisons as people say them, and what they mean; the longest first, as “in” begins many."""

_THERE = (
    ("angegeben", "vorhanden", "eingetragen", "hinterlegt", "bekannt", "gesetzt"),
    ("given", "known", "set", "entered", "present"),
)
PRESENCE: tuple[tuple[str, str], ...] = (
    *((f"{start}{word}", meaning)
      for words, ist, nicht in zip(_THERE, ("ist ", "is "), ("nicht ", "not "), strict=True)
      for word in words
      for start, meaning in ((f"{ist}{nicht}", "blank"), (nicht, "blank"), (ist, "filled"), ("", "filled"))),
    ("ist unbekannt", "blank"), ("unbekannt", "blank"), ("is unknown", "blank"), ("unknown", "blank"),
    *((f"{start}{word}", meaning) for word, meaning in (("minderjährig", "minor"), ("volljährig", "adult"),
                                                        ("nicht volljährig", "minor")) for start in ("", "ist ")),
)  # fmt: skip
"""What people say of a day, a number or an address that is there or not. In a column of words it may be a word of the
team's: “[Stand] ist bekannt”."""

_QUARTER = "(year({0}) == year(today) and (" + " or ".join(
    f"month({{0}}) in {months} and month(today) in {months}"
    for months in ("[1, 2, 3]", "[4, 5, 6]", "[7, 8, 9]", "[10, 11, 12]")
) + "))"  # fmt: skip
CALENDAR: Mapping[str, str] = MappingProxyType({
    "this week": "({0} > today - weekday(today) and {0} <= today + 7 - weekday(today))",
    "next week": "({0} > today + 7 - weekday(today) and {0} <= today + 14 - weekday(today))",
    "last week": "({0} > today - 7 - weekday(today) and {0} <= today - weekday(today))",
    "this month": "months_since({0}) == 0", "next month": "months_since({0}) == -1",
    "last month": "months_since({0}) == 1", "this year": "year({0}) == year(today)",
    "last year": "year({0}) == year(today) - 1", "next year": "year({0}) == year(today) + 1",
    "until month": "months_since({0}) >= 0", "until year": "year({0}) <= year(today)",
    "this half-year": "half_years_since({0}) == 0", "last half-year": "half_years_since({0}) == 1",
    "next half-year": "half_years_since({0}) == -1", "this quarter": _QUARTER.format("{0}"),
    "last quarter": _QUARTER.format("months_later({0}, 3)"), "next quarter": _QUARTER.format("months_later({0}, -3)"),
    "past": "{0} < today", "future": "{0} > today",
})  # fmt: skip
"""Stretches of the calendar in which a day can lie, in the dialect; weeks begin on Monday."""

EXCEL: Mapping[str, str] = MappingProxyType(
    {"und": "and", "and": "and", "oder": "or", "or": "or", "istleer": "blank", "isblank": "blank"}
)
"""Functions of Excel that join conditions, or ask whether a cell is blank."""
WHERE = frozenset({"mit", "wo", "with", "where", "whose", "deren"})
THERE_IS = frozenset({("es", "gibt"), ("there", "is"), ("there", "are")})
COUNT = {"anzahl": "count", "count": "count", "letztes": "latest", "letzte": "latest", "letzter": "latest",
          "latest": "latest", "erstes": "earliest", "erste": "earliest", "erster": "earliest", "earliest": "earliest",
          "irgendein": "any", "irgendeine": "any", "any": "any"}  # fmt: skip
AGE = {"alter": "age", "age": "age"}
ORDERED = frozenset({"number", "count", "amount", "minutes", "date", "time"})
CLOSED = frozenset({"status", "phase", "urgency", "contact_way", "answer"})
OR, AND = frozenset({"oder", "or"}), frozenset({"und", "and", "aber", "but"})
NOT = frozenset({"nicht", "not"})
_DAYS = (("montag", "monday"), ("dienstag", "tuesday"), ("mittwoch", "wednesday"), ("donnerstag", "thursday"),
         ("freitag", "friday"), ("samstag", "saturday", "sonnabend"), ("sonntag", "sunday"))  # fmt: skip
WEEKDAYS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {f"{word}{end}": (n,) for n, words in enumerate(_DAYS, 1) for word in words for end in ("", "s")}
    | dict.fromkeys(("wochenende", "weekend"), (6, 7))
)
"""Weekdays by name, as ISO counts them."""

BLANK = frozenset({"leer", "blank", "empty"})
NOR = frozenset({"noch", "nor"})
IS = frozenset({"ist", "is", "sind", "are", "war", "was", "liegt", "lies", "lag"})
"""Words before a comparison that say nothing of their own beside a day or a number: “ist vor”, “liegt in”."""
STILL = frozenset({"noch", "schon", "bereits", "derzeit", "still", "already", "currently", "yet"})
NEITHER = frozenset({"weder", "neither"})
SIGNS_OF_SUMS = {"plus": "+", "minus": "-"}
WITHOUT = frozenset({"kein", "keine", "keinen", "ohne", "no", "without"})
AGO = frozenset({"her", "zurück", "ago"})
OLD = frozenset({"alt", "old", "of age"})
SPANS = frozenset({"since", "within", "sooner", "recent", "exactly", "beyond", "onward"})
"""Comparisons of a day with a number of days."""
SUMS = re.compile(r"([*/+−–×·-])(\d{1,9}(?:,\d{1,4})?)?")
"""A sign between two numbers, or between a day and a number of days, with the number where no blank stands between."""
TODAY = {"heute": 0, "today": 0, "morgen": 1, "tomorrow": 1, "gestern": -1, "yesterday": -1, "übermorgen": 2,
         "uebermorgen": 2, "vorgestern": -2}  # fmt: skip
CALL = re.compile(rf"\s*({'|'.join((*COUNT, *AGE))})\s*\(", re.IGNORECASE)
UNIT = re.compile(r"\s*\((?:tage|tagen|days)\)", re.IGNORECASE)
_BETWEEN = re.compile(r";|\s(?:oder|or)\s", re.IGNORECASE)
_MANY = re.compile(r";|,(?!\d{1,4}(?:\D|$))|,\s|\s(?:oder|or)\s", re.IGNORECASE)
QUOTES = "\"„“”»«‚‘’'"
_WHOLE = re.compile(rf"[{QUOTES}][^{QUOTES}]*[{QUOTES}]")


NO_YEAR = "“{sign}” needs its year here, or next year it would mean another time; write it like “{example}”."
"""What is said of a day, week or month that comes every year."""


class ConditionError(Exception):
    """A condition that cannot be understood: a sentence with `{names}`, and what they stand for."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.sentence, self.values = sentence, values


def cell_values(value: str, signs: Sequence[tuple[str, str]], *, many: bool) -> list[tuple[str, str]]:
    """What stands in the cell of values: each word as one, whatever signs are in it."""
    if not value or meaning_at(signs)[0] in SPANS:
        return tokens_of(value)
    if meaning_at(signs)[0] == "between":
        ends = re.split(r"\s(und|and)\s", value, maxsplit=1, flags=re.IGNORECASE)
        return [token for end in ends for token in ([("word", end)] if end.casefold() in AND else _cell_value(end))]
    apart = _BETWEEN if ";" in value or not many else _MANY  # who writes semicolons has commas in the words
    parts = [value] if _WHOLE.fullmatch(value) else apart.split(value)
    found: list[tuple[str, str]] = []
    for part in filter(None, map(str.strip, parts)):
        found += [("sign", ",")] if found else []
        found += _cell_value(part)
    return found


def _cell_value(part: str) -> list[tuple[str, str]]:
    part = part.strip()
    # Headings, days and functions are read as such; all else is a word, whatever signs are in it.
    plain = part.startswith("[") or part.partition(" ")[0].casefold() in TODAY or CALL.match(part)
    return tokens_of(part) if plain or _WHOLE.fullmatch(part) else [("text", f'"{part}"')]


def spelled(text: str) -> str:
    """A word whichever way its umlauts are typed: “größer”, “groesser”, “GRÖSSER”."""
    return text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")


def word_at(tokens: Sequence[tuple[str, str]], at: int) -> str:
    """The word at a place, in small letters; blank where none is."""
    what, text = tokens[at] if 0 <= at < len(tokens) else ("", "")
    return text.casefold() if what == "word" else ""


def meaning_at(
    tokens: Sequence[tuple[str, str]], at: int = 0, phrases: Sequence[tuple[str, str]] = PHRASES
) -> tuple[str, int]:
    """The comparison that begins at a token, and how many tokens it takes; ("", 0) where none does."""
    what, text = tokens[at] if at < len(tokens) else ("", "")
    if what == "sign" and text in _SIGNS:
        return _SIGNS[text], 1
    # No phrase has more than six words, and umlauts may be typed as two letters.
    words = [spelled(text) if what == "word" else "" for what, text in tokens[at : at + 6]]
    for phrase, meaning in phrases:
        parts = spelled(phrase).split()
        if words[: len(parts)] == parts:
            return meaning, len(parts)
    return "", 0


def flat_brackets(text: str) -> str:
    """The same with round brackets where a heading in square brackets has square ones of its own (“[Größe [cm]]”): what
    kind of brackets a heading has makes no difference."""
    depth, found = 0, []
    for sign in text:
        depth += sign == "["
        found.append({"[": "(", "]": ")"}.get(sign, sign) if depth > 1 else sign)
        depth -= sign == "]" and depth > 0
    # One that is not closed is told as what it is.
    return text if depth else "".join(found)


def tokens_of(text: str) -> list[tuple[str, str]]:
    """What a text is made of, each piece with its kind. Raises ConditionError for a sign that has no place here."""
    found, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            if text[at:].lstrip().startswith("["):
                raise ConditionError("A square bracket is not closed: {sign}", sign=text[at:].strip()[:40])
            raise ConditionError("“{sign}” is not understood here.", sign=text[at:].strip()[:20])
        # Excel’s German functions part by semicolons; “BuT” and “BUT” are words of a team's.
        word = match["word"] or ""
        if word.casefold() in OR | AND and not (word in {word.lower(), word.title()} or word.casefold() in EXCEL):
            found.append(("text", f'"{word}"'))
        else:
            found.append((match.lastgroup, "," if match["sign"] == ";" else match[match.lastgroup]))
        at = match.end()
    return found
