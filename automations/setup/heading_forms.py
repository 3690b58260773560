"""What a heading may mean: the forms it is read in, and how like each is to the known headings of a field."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from automations.setup.likeness import EXACT, PARTED, likeness
from automations.tables.columns import TableColumns
from automations.tables.folding import fold, without_number

_ASIDE = re.compile(r"\s*[(\[][^()]*[)\]]\s*|\s*[*?:]+\s*$")  # "(Dropdown)" and the star of a field to be filled in
_HINT = re.compile(r"[(\[]([^()]+)[)\]]\s*$")
# What databases put before the names of their columns.
_OF_THE_TABLE = re.compile(
    r"^(?:(?-i:[A-ZÄÖÜ]{1,2})_?(?-i:(?=[A-ZÄÖÜ][a-zäöü]{2}))|"
    r"(?:klient|kunde|kl|kd|fall|termin|ma|mitarb|mitarbeiter|person|pers|tn|case|client|appt|staff)[a-z]{0,3}_"
    r"(?=[^\W\d_]{3})|"
    r"(?:klient|kunde|fall|termin|mitarbeiter|berater|betreuer|person|case|client|staff)[a-z]{0,3}"
    r"(?-i:(?=[A-ZÄÖÜ][a-zäöü]{2})))",
    re.IGNORECASE,
)
_TECHNICAL = re.compile(r"[A-Z0-9]+(?:_[A-Z0-9]+)+|[a-z0-9]+(?:_[a-z0-9]+)+")
_DAY, _COUNTED = re.compile(r"_(?:dat(?:um|e)?|dt|dtm)$", re.IGNORECASE), re.compile(r"([^\W\d_]{3,})(\d)$")
_DIGITS = re.compile(r"\d+")
_FIRST_OF_SEVERAL = re.compile(r"\s*\b1\.?$")
# Words that change nothing of what a heading names.
_FILLERS = re.compile(
    r"\b(?:kurz|aktuell(?:e[rsn]?)?|akt\.|derzeitige[rs]?|heutige[rs]?|stichworte?n?|bitte|ggf\.?|evtl\.?|current|brief|"
    r"please|main|legal)(?!\w)",
    re.IGNORECASE,
)
# What says no more than what follows it: "Nature of concern".
_WHAT_OF = re.compile(
    r"^(?:nature|area|details?|description|summary|(?:kurz)?beschreibung|schilderung|art und umfang) "
    r"(?:of|de[rs]) (?:the |main )?(?=\w{4})",
    re.IGNORECASE,
)
# What goes without saying in a list of cases: "Anlass der Beratung".
_OF_THE_CASE = re.compile(
    r"(?<!datum)(?<!date)\s+(?:der|des|of|of the) "
    r"(?:beratung|betreuung|begleitung|hilfe|anfrage|anmeldung|fall|falles|falls|case|file)\W*$",
    re.IGNORECASE,
)
_LETTERS = {"v": "von", "d": "der", "u": "und", "m": "mit", "f": "für", "b": "bei"}
_LETTER = re.compile(r"(?<![\w.])([vdumfb])\.(?=\s|$)(?!\s*\w\.)", re.IGNORECASE)
_AND = re.compile(r"\s*(?:[/,+&;\n(]|\bund\b|\bu\.|\band\b)\s*")
_PARTICIPLE = re.compile(r"\w+(?:t|en)", re.IGNORECASE)
_ENDS = re.compile(
    r"\bende|ende\b|abschl|abgeschl|beend|erledig|\berl\b|fertig|\bgeschl\b|geschlossen|ausgeschied|austritt|auszug|entlass|clos|abgelegt|ausgezogen|"
    r"\bend\b|ended|discharg|\bexit|afgesl|afsluit|cl[ôo]tur|\bfin\b|uitstroom|uscita|chius|"
    r"zamkn|abgang|abmeld|entl\.?-?dat|zako[ńn]cz|kapan|cierre|moved out|sortie",
    re.IGNORECASE,
)
_CASE_UNTIL = re.compile(
    r"(?:fall|beratung|begleitung|betreuung|case)\s+(?:bis|until)\W*$|"
    r"^(?:austritt|ausstieg|exit|ausgeschieden) (?:aus|from)\b",
    re.IGNORECASE,
)
# What was before and is no longer: "Betreuer (alt)" beside "Betreuer (neu)".
_FORMER = re.compile(
    r"\b(?:alt|bisher\w*|fr[üu]here?\w*|ehem\b\.?|ehemalig\w*|vorherig\w*|former|previous|prev|old)\b", re.IGNORECASE
)
# Ends of something else than a case.
_ANOTHER_END = re.compile(
    r"haft|aufenth|titel|gestatt|duldung|vertrag|kurs|schul|ausbild|maßnahme|projekt|miet|bewillig|frist|kündig|urlaub|"
    r"wochenend|zeit\b|\bbis\b|until|due|pass\b|legende|grund|reason|\bwv\b|contract|course|tenancy|visa|permit",
    re.IGNORECASE,
)

# Beginnings of something else than a case.
_ANOTHER_START = re.compile(
    r"haft|vertrag|kurs|schul|ausbild|miet|studi|arbeits|job|contract|course|tenancy", re.IGNORECASE
)

# Of a day with its time: the hour at which something is over.
_OVER = re.compile(r"\W*(?:ende|endet|ends?|bis|until|fin|finish)\b|\w+ende\b|.*\bend(?:e|s|et)?\W*$", re.IGNORECASE)

# Of an absence: its last day. "On leave" is not like "On leave to".
_BACK = re.compile(r"\b(?:bis|ende|until|till?|to|end|back|zurück|wieder|return|retour|tot|do|al|au)\b", re.IGNORECASE)

# What is had with somebody whose case came in before ("Kontakt aufgen. am").
_TALK = re.compile(r"kontakt|gespr|besuch|contact|talk|visit", re.IGNORECASE)

_ANY_DAY = frozenset({"datum", "date", "tag", "day"})
_PERMIT = re.compile(
    r"aufenth|titel|duldung|gestatt|visum|visa|permit|residence|\ba[et]\b|\beat\b|fiktion|leave|\bltr\b|\bbrp\b|\birp\b|"
    r"gnib|\bpr card|\bead\b|i-94|stamp|immigr",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\W*(?:gültig|gilt|läuft|ab|aus|valid|expires?|expiry|until|bis|am|on|date)\b", re.IGNORECASE)
_TWO, _TWICE = 2, 4  # halves of a heading; headings that tell whether a table has them
_CONSENT = re.compile(
    r"consent|einw|einv|zustimm|dsgvo|gdpr|datensch|\bdse|privacy|agree|permi|erlaub|opt|rgpd|rodo|kvkk|toestem|zgod|accord|"
    r"release|mail|onay|onam|accept|\bok\b",
    re.IGNORECASE,
)
# Consents to something else than being written to, and those of somebody else.
_ANOTHER_CONSENT = re.compile(
    r"foto|photo|media\b|medien|bild|image|video|eltern|parent|medical|treatment|schweigepfl|weitergabe", re.IGNORECASE
)

_WITHDRAWN = re.compile(
    r"wid\w*r+u?f|zur[üu]ckgez|withdr|revo[kc]|opt\w*.?out|unsubscr|retir|ingetr|intrek|cofn|geri", re.IGNORECASE
)

_WHERE = frozenset({"wo", "wohin", "where", "ou", "waar", "gdzie", "nerede", "dove", "donde"})
OF_THE_CLIENT = 94.0  # likeness of a known heading with a word for the client beside it
MAY_BE_BOTH = 77.0  # "Name" may be a whole name as well: the cells tell
_NEARLY = 95.0  # the most for a heading that is not known as it stands


def forms_of(text: str, group: str, *, several: bool) -> tuple[str, ...]:
    """A heading as it may be meant: alone, under its title, without hints in brackets, as the first of `several`
    (but for appointments, of which each has its number), without the letter of its table ("TDatum")."""
    plain, first = _ASIDE.sub("", text), _FIRST_OF_SEVERAL.sub("", text) if several else text
    bare = " ".join(_FILLERS.sub(" ", plain).split()) or text
    # "abgelegt" is "abgelegt am", and no "angelegt am" however like that it looks
    dated = f"{plain} am" if _PARTICIPLE.fullmatch(plain) else text
    plain = plain.replace("#", " no. ") if "#" in plain.strip("# ") else plain
    spelled = spelled_out(plain)
    told = _OF_THE_CASE.sub("", _WHAT_OF.sub("", spelled))
    forms = (text, f"{group} {text}" if group else text, plain, first, without_table(text), bare, spelled, told, dated)
    return tuple(dict.fromkeys(forms))


def spelled_out(text: str) -> str:
    """A heading with its little words as people say them: "geführt v." is "geführt von", "Anlass d. Beratung" is
    "Anlass der Beratung", "vermittelt d." is "vermittelt durch"."""
    ended = re.sub(r"(?<=\w )d\.\s*$", "durch", text)
    return _LETTER.sub(lambda found: _LETTERS[found[1].lower()], ended)


def hint_of(text: str) -> str:
    """What stands in brackets behind a heading."""
    found = _HINT.search(text)
    return found[1].strip() if found else ""


def without_hints(text: str) -> str:
    """A heading without hints in brackets and the star of a field to be filled in."""
    return _ASIDE.sub("", text)


def without_table(text: str) -> str:
    """A heading without the letter or the word of its table ("TDatum", "Termin_Datum", "KL_TEL1"), a shortened day
    written out ("AUFN_DAT")."""
    plain = _OF_THE_TABLE.sub("", text)
    return _COUNTED.sub(r"\1 \2", _DAY.sub("-Datum", plain)) if _TECHNICAL.fullmatch(text) else plain


def asks_whether(text: str) -> bool:
    """Whether a heading is a question that is answered by yes or no ("Venu(e) ?" is no venue)."""
    return text.rstrip().endswith("?") and not _WHERE & {fold(word) for word in text.split()[:1]}


def of_a_slot(headings: Mapping[int, str], column: int) -> bool:
    """Whether a heading and one beside it both stand there again: "Datum", "Uhrzeit", "Datum", "Uhrzeit" are
    appointments, and no day of the case; so are "Zeit", "Status", "Zeit", "Status"."""
    texts = [fold(text) for text in headings.values()]
    before, own, behind = (fold(headings.get(place, "")) for place in (column - 1, column, column + 1))
    again = texts.count(own) > 1
    again = again and any(texts.count(other) > 1 and other != own for other in (before, behind) if other)
    return again or _counted_beside(headings, column)


def _counted_beside(headings: Mapping[int, str], column: int) -> bool:
    """Whether a heading and one beside it have the same number, and each its twins with others: "Gespräch 1",
    "Inhalt 1", "Gespräch 2", "Inhalt 2"."""
    twins = Counter(fold(without_number(text)) for text in headings.values())
    places = (column - 1, column, column + 1)
    (_, before), (stem, own), (_, behind) = near = [_counted(headings.get(place, "")) for place in places]
    others = [other for other, number in near if number == own and other != stem]
    return bool(own) and own in {before, behind} and twins[stem] > 1 and any(twins[other] > 1 for other in others)


def _counted(text: str) -> tuple[str, str]:
    """A heading without its number, folded, and the number; "" where it has none."""
    stem = without_number(text)
    return fold(stem), "".join(_DIGITS.findall(text)) if stem != text.strip() else ""


def of_something_else(text: str) -> bool:
    """Whether a heading of an end date names what ends, and that is no residence permit."""
    return bool(_UNTIL.sub("", text).strip(" :.-")) and not _PERMIT.search(text)


def of_no_consent(text: str, name: str, score: float) -> bool:
    """Whether a heading has no word for a consent in it where the field is one, or another one's than to be written
    to; or none for taking one back where it is that."""
    if name == "withdrawn_on":
        return not _WITHDRAWN.search(text)
    known = _CONSENT.search(text) and not _ANOTHER_CONSENT.search(text)
    return name == "consent_on" and not known and score < OF_THE_CLIENT


def is_permit(text: str) -> bool:
    """Whether a heading speaks of a residence permit, or of a status that may be one's."""
    return bool(_PERMIT.search(text)) or "status" in text.lower()


def ends(text: str) -> bool:
    """Whether a heading has a word for an end in it, and none for something else than a case."""
    if _CASE_UNTIL.search(text):
        return True
    return bool(_ENDS.search(text)) and not _ANOTHER_END.search(text)


def of_another_time(text: str, name: str, score: float) -> bool:
    """Whether a heading speaks of what was before; one of a day of the end where the field is a beginning, of no end
    where it is one (and no form of it is a known heading), or of something else than a case."""
    if _FORMER.search(text):
        return True
    if name in {"received", "first_contact_on"}:
        talk = name == "received" and score < OF_THE_CLIENT and bool(_TALK.search(text))
        return ends(text) or talk or bool(_ANOTHER_START.search(text))
    if name == "date":
        return bool(_OVER.match(text))
    if name == "absent_until":
        return score < OF_THE_CLIENT and not _BACK.search(text)
    unknown_end = not ends(text) and score < OF_THE_CLIENT
    return name == "closed_on" and (unknown_end or bool(_ANOTHER_START.search(text)))


def says_twice(texts: Sequence[str]) -> bool:
    """Whether most headings of a table have two parts, as where each stands there in two languages."""
    return len(texts) >= _TWICE and sum(len(PARTED.split(text.strip())) == _TWO for text in texts) > len(texts) / 2


def in_two_languages(text: str, rules: TableColumns, *, twice: bool = False) -> str:
    """The field of a heading that says the same twice ("Name / Surname"); "" where its halves differ. `twice`: the
    whole table does so, and its languages may stand above each other."""
    halves = PARTED.split(text.strip()) if twice else text.split(" / ")
    found = {rules.by_heading.get(fold(half), ("", 0))[0] for half in halves} if len(halves) > 1 else set[str]()
    known = found - {""}
    return known.pop() if len(known) == 1 else ""


def _is_name_and_more(halves: Sequence[str], rules: TableColumns) -> bool:
    """Whether a heading names a name and what stands behind it in the same cell ("Name / Geburtsdatum")."""
    first, *others = (rules.by_heading.get(fold(half), ("", 0))[0] for half in halves)
    return first in {"last_name", "full_name"} and all(other == "birth_date" for other in others)


def score_of(forms: Sequence[str], name: str, rules: TableColumns, aliases: Sequence[str]) -> tuple[float, bool]:
    """Likeness of a heading to a field, and whether it is a known one as it stands or under its title. Earlier
    aliases count a little more."""
    text = forms[0]
    for form in forms:
        found, rank = rules.by_heading.get(fold(form), ("", 0))
        if found == name:
            whole = fold(form).endswith(fold(text))
            return (EXACT - rank / 100, True) if whole else (OF_THE_CLIENT, False)
    halves = _AND.split(text)
    if name == "full_name" and len(halves) > 1 and _is_name_and_more(halves, rules):
        return MAY_BE_BOTH, False
    if name == "full_name" and rules.by_heading.get(fold(text), ("", 0))[0] == "last_name":
        return MAY_BE_BOTH, False  # "Name" may be both: the cells tell
    # "Zustimmung (Datum)": the other words say which day it is.
    told = [alias for alias in aliases if name != "received" or len(text.split()) == 1
            or fold(alias) not in _ANY_DAY]  # fmt: skip
    # Below what a known heading has: of two columns the one that is called so always wins.
    near = max(likeness(form, told) for form in forms)
    return min(near, _NEARLY), False
