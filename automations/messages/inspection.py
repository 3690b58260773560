"""Reads a mail as its reader will: does it name a protected place, is it blank, does it reach out to the net?

What a template, a translation or a cell put into a mail is seen only here, once all of it stands together. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from automations.messages.folding import fold
from automations.model.plan import Mail
from automations.model.records import Location

_HIDDEN = re.compile(r"<(style|head|script|title)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_ACTIVE = re.compile(
    r"<\s*(?:script|iframe|frame|object|embed|applet|form|input|button|link|base|video|audio|source|meta[^>]*http-equiv"
    r"[^>]*refresh)\b|<[^>]*\son[a-z]{3,20}\s*=|<[^>]*=\s*[\"']?\s*(?:javascript|vbscript)\s*:",
    re.IGNORECASE,
)
_REMOTE = re.compile(
    r"<[^>]*\s(?:src|srcset|background|poster|data)\s*=\s*[\"']?\s*(?!cid:|data:image/)[^\"'\s>]"
    r"|<[^>]*\sstyle\s*=\s*[\"'][^\"'>]*url\(",
    re.IGNORECASE,
)
_STYLES = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)
_FETCHING = re.compile(r"@import\b|url\(\s*[\"']?(?!data:image/)", re.IGNORECASE)
_WORDS = ("refresh", "url(", "@import")
_SUSPICIOUS = tuple(
    re.compile(pattern)  # each begins with a letter or sign, which is found much faster than a blank
    for pattern in (
        r"<\s*(?:script|iframe|frame|object|embed|applet|form|input|button|link|base|video|audio|source)\b",
        r"on(?<![a-z]on)[a-z]{3,20}\s*=",  # "content=" is none
        r"src(?:set)?\s*=",
        r"background\s*=",
        r"poster\s*=",
        r"data\s*=",
        r"script\s*:",
    )
)

_TOWN = re.compile(r"\b\d{5}\b(.*)", re.DOTALL)
_OPTIONAL = ("directions",)  # what a mail can leave without: whoever is not told the way still knows when and where

# Letters: a shorter name or word stands in too many sentences that give nothing away.
_SHORTEST_NAME, _SHORTEST_WORD = 4, 8

# Words that places of every kind have in their names.
_EVERYWHERE = frozenset({"beratungsstelle", "anlaufstelle", "treffpunkt", "begegnungsstaette", "stadtverwaltung"})


def visible(markup: str) -> str:
    """What a reader sees of HTML."""
    return html.unescape(_TAG.sub(" ", _HIDDEN.sub(" ", markup)))


def is_blank(text: str) -> bool:
    """Whether a text has not one letter or digit."""
    return not any(sign.isalnum() for sign in text)


def is_active(markup: str) -> bool:
    """Whether HTML holds something that runs, asks for input or leads elsewhere by itself."""
    return bool(_ACTIVE.search(markup))


def is_remote(markup: str) -> bool:
    """Whether HTML fetches something when it is read: that tells its server who reads it, and when."""
    styles = "".join(_STYLES.findall(markup))
    return bool(_REMOTE.search(markup) or _FETCHING.search(styles))


def is_suspicious(markup: str) -> bool:
    """Without any of this HTML is neither active nor remote; with it, it is worth a close look (what people typed may
    say so, too)."""
    low = markup.lower()
    return any(word in low for word in _WORDS) or any(pattern.search(low) for pattern in _SUSPICIOUS)


class Secrets(Struct, frozen=True, dict=True):
    """What no message may say: names and addresses of protected places, and the words that tell their kind."""

    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        whole = [re.escape(name) for name in self.names]
        # A word may take an ending: "in der Nähe des Frauenhauses".
        ended = [f"{re.escape(word)}(?:e?s|e?n|er)?" for word in self.words]
        return re.compile(rf"\b(?:{'|'.join(sorted((*whole, *ended), key=len, reverse=True))})\b") if whole else None

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {}

    def stand_in(self, text: str) -> bool:
        """Whether a text says one of them, however it is written."""
        if self._pattern is None:
            return False
        # Mails of one template have most lines in common: each is folded once.
        known, lines = self._folded, text.split("\n")
        known |= {line: fold(line) for line in lines if line not in known}
        return bool(self._pattern.search(" ".join(filter(None, map(known.__getitem__, lines)))))


def secrets_of(places: Iterable[Location], *allowed: str) -> Secrets:
    """The secrets of the protected places. What ordinary places, and the texts `allowed` (the service's own name),
    say of themselves is none."""
    known = list(places)
    protected = [place for place in known if place.protected]
    said = [text for place in known if not place.protected for text in (place.name, place.neutral_name, place.address)]
    # A neutral name that is the name itself hides nothing, and frees nothing.
    said += [place.neutral_name if place.neutral_name != place.name else "" for place in protected]
    free = fold(" | ".join(text or "" for text in (*said, *allowed)))
    names = {fold(text) for place in protected for text in _names(place)}
    # What an ordinary place is called as well gives nothing away ("Stadtteilzentrum").
    names = {name for name in names if len(name) >= _SHORTEST_NAME and not re.search(rf"\b{re.escape(name)}\b", free)}
    # The town of a refuge is that of the service itself: naming it gives nothing away.
    towns = {word for place in protected for word in fold("".join(_TOWN.findall(place.address or ""))).split()}
    words = {word for place in protected for word in fold(place.name or "").split()}
    plain = set(free.split()) | towns | _EVERYWHERE
    return Secrets(frozenset(names), frozenset(word for word in words - plain if len(word) >= _SHORTEST_WORD))


def _names(place: Location) -> Iterator[str]:
    """Name, whole address, and street with number: the town alone gives nothing away."""
    yield place.name or ""
    yield place.address or ""
    street = (place.address or "").split(",")[0]
    # A street without a number is a whole street, in which others live.
    if any(sign.isdigit() for sign in street):
        yield street


def readable(mail: Mail, texts: Collection[str]) -> str:
    """All that a mail says to its reader and to a calendar, as one text."""
    entry = mail.calendar
    said = (entry.summary, "" if mail.context.get("protected") else entry.location, entry.description) if entry else ()
    return "\n".join((*texts, *said))


def without_secrets(mail: Mail, secrets: Secrets) -> Mail:
    """The mail without those of its parts that give a place away and that it can leave without."""
    gone = [name for name in _OPTIONAL if secrets.stand_in(str(mail.context.get(name, "")))]
    return replace(mail, context={**mail.context, **dict.fromkeys(gone, "")}) if gone else mail


def secret_part(mail: Mail, secrets: Secrets) -> str:
    """The name of what a mail was given and that gives a place away; "" where that is the template's doing."""
    return next((name for name, value in mail.context.items() if secrets.stand_in(str(value))), "")
