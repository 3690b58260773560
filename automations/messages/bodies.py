"""What a person wrote in a message: its own words, without what was quoted or put under it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from html.parser import HTMLParser

from automations.common.characters import readable

_QUOTE_BEGINS = re.compile(
    r"""^\s*(?:
        >                                                   # a quoted line
      | -{2,}\s*$                                           # the mark of a signature (RFC 3676, 4.3)
      | -{3}[-\s]*[^-\s].*-{3}\s*$                           # "-----Original Message-----"
      | _{10,}                                              # the rule above what Outlook quotes
      | (?:von|from|de|от|від|kimden|gönderen|من|expéditeur|de\ la)\s*:\s*\S   # the heads that it repeats
      | .{0,200}(?:schrieb|wrote|a\ écrit|a\ scris|написал[аи]?|пише|написав|yazdı|كتب|نوشت)\b.{0,120}:\s*$
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_QUOTE_TAGS = frozenset({"blockquote", "style", "script", "title", "head"})
_BREAKING_TAGS = frozenset({"p", "div", "br", "tr", "li", "hr", "h1", "h2", "h3"})
# Characters that are read of a message: an answer is short, and expressions over a text without end take hours.
_LONGEST = 20_000


def header(message: Message, name: str) -> str:
    """A header in plain letters, on one line; "" where there is none, or none that can be read."""
    found = message.get(name)
    if found is None:
        return ""
    try:
        text = str(make_header(decode_header(str(found))))
    except (HeaderParseError, LookupError, ValueError):  # ValueError: letters that the stated alphabet lacks
        text = str(found)
    return " ".join(readable(text).split())


def own_lines(message: Message) -> tuple[str, ...]:
    """The lines that the sender typed, blank ones left out: above the first quotation, and below the last one
    where people answer under what they quote."""
    lines = _text(message)[:_LONGEST].splitlines()
    return tuple(line.strip() for line in (*_before_quote(lines), *_after_quote(lines)) if line.strip())


def text_of(part: Message) -> str:
    """A part's text, whatever its alphabet claims to be."""
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    # latin-1 last: it can read anything, and shows that there was something.
    for charset in (part.get_content_charset() or "utf-8", "utf-8", "latin-1"):
        try:
            # Some alphabets (UTF-7) can name half signs, which nothing that keeps or compares text can hold.
            return readable(content.decode(charset))
        except (LookupError, UnicodeDecodeError):
            continue
    return ""


def _before_quote(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if _QUOTE_BEGINS.match(line):
            return
        yield line


def _after_quote(lines: list[str]) -> Iterator[str]:
    """What stands under the last quoted line, after a blank one: a line right below is the rest of a quoted line
    that was too long."""
    quoted = [number for number, line in enumerate(lines) if line.lstrip().startswith(">")]
    below = lines[quoted[-1] + 1 :] if quoted else []
    if below and not below[0].strip():
        yield from _before_quote(below)


def _text(message: Message) -> str:
    """The plain text, or what is left of the HTML without its tags; attachments are not asked."""
    html = ""
    for part in message.walk():
        if part.is_multipart() or part.get_content_disposition() == "attachment":
            continue
        kind = part.get_content_type()
        plain = text_of(part) if kind == "text/plain" else ""
        if plain.strip():
            return plain
        # Read only where there is no plain text, which marks more plainly what is quoted.
        if kind == "text/html" and not html:
            html = text_of(part)
    return _from_html(html)


def _from_html(html: str) -> str:
    reader = _TextOfHtml()
    # Tags take most of a page, so more of it is read than of plain text.
    reader.feed(html[: _LONGEST * 10])
    reader.close()
    return "".join(reader.pieces)


class _TextOfHtml(HTMLParser):
    """Collects text outside of quotations."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A quotation begins, or a line ends."""
        del attrs
        self._quoted += tag in _QUOTE_TAGS
        # As a quoted line of plain text, so that what stands below it is found in the same way.
        if tag == "blockquote":
            self.pieces.append("\n>\n\n")
        elif tag in _BREAKING_TAGS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """A quotation ends, or a line does."""
        self._quoted -= tag in _QUOTE_TAGS and self._quoted > 0
        if tag in _BREAKING_TAGS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Text, kept where it is no quotation."""
        if not self._quoted:
            self.pieces.append(data)
