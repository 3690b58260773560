"""XML as text with positions, for changes that leave every other byte as it is.

A parsed tree written again loses prefixes, quoting, entities and order of declarations. So parts are
checked by a real parser, then searched as bytes, and changed by splices."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from xml.parsers import expat

from msgspec import Struct

from automations.workbooks.refusals import Refusal

ATTRIBUTES = rb"""[^<>"'/]*(?:"[^"]*"[^<>"'/]*|'[^']*'[^<>"'/]*)*"""
_TAG = re.compile(rb"<(/?)([^\s<>/\"'=!?]+)(" + ATTRIBUTES + rb")(/?)>")
_ATTRIBUTE = re.compile(rb"""([^\s<>"'=/]+)\s*=\s*("[^"]*"|'[^']*')""")
_QUIET = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ENTITY = re.compile(r"&(#x[0-9A-Fa-f]+|#[0-9]+|\w+);")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_CHUNK = 1 << 20


class Splice(Struct, frozen=True):
    """Replace `text[start:end]` by `new` (start == end: insert)."""

    start: int
    end: int
    new: bytes


class Element(Struct, frozen=True):
    """Where an element lies: start tag `start:opened`, content `opened:closed`, all `start:end`.
    `prefix` ends with its colon where there is one; `empty` is `<a/>`."""

    name: str
    prefix: bytes
    start: int
    opened: int
    closed: int
    end: int
    tag: bytes
    empty: bool

    def get(self, name: str, default: str = "") -> str:
        """An attribute of the start tag."""
        return attributes(self.tag).get(name, default)


class Xml(Struct, frozen=True):
    """A well-formed part. `text` is UTF-8 without a byte order mark; `masked` is as long, with what
    is in comments, CDATA and processing instructions blanked: search there, splice in `text`."""

    part: str
    text: bytes
    masked: bytes
    encoding: str
    mark: bytes

    def root(self) -> Element:
        """The root element; its positions enclose everything."""
        found = _TAG.search(self.masked)
        if not found or found[1]:
            raise Refusal("layout", part=self.part, reason="it has no root element")
        # From behind: the root's end tag is the last one, and what lies between need not be looked at.
        closed = self.masked.rfind(b"</") if not found[4] else found.end()
        end = self.masked.rfind(b">") + 1
        return _element(found, closed, end)

    def children(self, start: int, end: int) -> Iterator[Element]:
        """The elements directly inside a stretch of text that holds whole elements."""
        depth, first = 0, None
        for found in _TAG.finditer(self.masked, start, end):
            if found[1]:
                depth -= 1
                if depth == 0 and first:
                    yield _element(first, found.start(), found.end())
            elif depth == 0:
                first = found
                if found[4]:
                    yield _element(found, found.end(), found.end())
                else:
                    depth = 1
            elif not found[4]:
                depth += 1

    def child(self, name: str) -> Element | None:
        """The first child of the root with this local name."""
        root = self.root()
        return next((item for item in self.children(root.opened, root.closed) if item.name == name), None)

    def inside(self, element: Element | None) -> list[Element]:
        """The children of an element; none of none."""
        return list(self.children(element.opened, element.closed)) if element else []

    def spliced(self, splices: Iterable[Splice]) -> list[bytes | memoryview]:
        """The part with changes made, in its own encoding, as pieces. Nobody has read them yet: what is written is
        judged (`linting`)."""
        view, pieces, at = memoryview(self.text), list[bytes | memoryview](), 0
        for splice in sorted(splices, key=lambda item: (item.start, item.end)):
            # Two changes of one place: neither would mean what it was made for.
            if splice.start < at:
                raise Refusal("layout", part=self.part, reason="two changes overlap")
            pieces += [view[at : splice.start], splice.new]
            at = splice.end
        pieces.append(view[at:])
        if self.encoding == "utf-8" and not self.mark:
            return pieces
        text = b"".join(pieces).decode()
        # What that encoding has no letter for is written as a number.
        return [self.mark + text.encode(self.encoding, "xmlcharrefreplace")]


def parse(raw: bytes, part: str) -> Xml:
    """A part as `Xml`. Raises Refusal for a document type, an encoding that is not supported, and
    anything that is not well-formed."""
    mark, encoding = encoding_of(raw, part)
    text = raw[len(mark) :]
    if encoding != "utf-8":
        text = _transcoded(text, encoding, part)
    _check_well_formed(part, text)
    return Xml(part, text, _mask(text), encoding, mark)


def _check_well_formed(part: str, text: bytes) -> None:
    """Refuse what an XML parser would not accept, or what declares a document type."""

    def doctype(*_: object) -> None:
        raise Refusal("doctype", part=part)

    # Said, as the declaration still names the part’s own encoding.
    parser = expat.ParserCreate("UTF-8")
    parser.StartDoctypeDeclHandler = doctype
    try:
        # In pieces: the parser would copy a tab of a hundred megabytes once more.
        for at in range(0, len(text), _CHUNK):
            parser.Parse(text[at : at + _CHUNK])
        parser.Parse(b"", True)  # noqa: FBT003 - expat takes no keywords
    except expat.ExpatError as error:
        raise Refusal("xml", part=part, line=error.lineno) from error


def encoding_of(raw: bytes, part: str) -> tuple[bytes, str]:
    """The byte order mark of a part and the encoding that it is written in; its first 200 bytes tell. Raises Refusal
    for one that nobody knows."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if raw.startswith(mark):
            return mark, name
    # UTF-16 without a mark.
    if raw[:4] in (b"<\0?\0", b"\0<\0?"):
        return b"", "utf-16-le" if raw[0] else "utf-16-be"
    found = _DECLARED.match(raw[:200])
    declared = found[1].decode() if found else "utf-8"
    try:
        name = codecs.lookup(declared).name
    except LookupError as error:
        raise Refusal("encoding", part=part, encoding=declared) from error
    return b"", "utf-8" if name == "ascii" else name


def in_utf8(raw: bytes, part: str) -> bytes:
    """A part in UTF-8: itself where it is, with its mark. Raises Refusal."""
    mark, encoding = encoding_of(raw, part)
    return raw if encoding == "utf-8" else _transcoded(raw[len(mark) :], encoding, part)


def _transcoded(raw: bytes, encoding: str, part: str) -> bytes:
    """The text in UTF-8, if its own encoding gives back the same bytes."""
    try:
        text = raw.decode(encoding)
        # Else the whole part would come back in other bytes, though one cell alone was changed.
        if text.encode(encoding) != raw:
            raise Refusal("encoding", part=part, encoding=encoding)
        return text.encode()
    except (UnicodeError, LookupError) as error:
        raise Refusal("encoding", part=part, encoding=encoding) from error


def _mask(text: bytes) -> bytes:
    start = text.find(b"?>") + 2 if text.startswith(b"<?xml") else 0
    if text.find(b"<!", start) < 0 and text.find(b"<?", start) < 0:
        return text  # no search takes the declaration for an element
    return _QUIET.sub(lambda found: b" " * len(found[0]), text)


def _element(found: re.Match[bytes], closed: int, end: int) -> Element:
    prefix, colon, local = found[2].rpartition(b":")
    empty = bool(found[4])
    return Element(
        local.decode(), prefix + colon, found.start(), found.end(), closed, end, found[0], empty
    )  # fmt: skip


def unescape(text: str) -> str:
    """Text without XML's five named and all numeric references."""

    def plain(found: re.Match[str]) -> str:
        name = found[1]
        if name.startswith("#"):
            return chr(int("0" + name[1:], 0) if name[1] in "xX" else int(name[1:]))
        return _NAMED.get(name, found[0])

    return _ENTITY.sub(plain, text) if "&" in text else text


def attributes(tag: bytes) -> dict[str, str]:
    """The attributes of a start tag, by name as written."""
    return {name.decode(): unescape(value[1:-1].decode()) for name, value in _ATTRIBUTE.findall(tag)}


@cache
def attribute_pattern(name: str) -> re.Pattern[bytes]:
    """An attribute of this name with the blank before it; group 1 is its quoted value."""
    return re.compile(rb"\s" + name.encode() + rb"""\s*=\s*("[^"]*"|'[^']*')""")


def with_attributes(tag: bytes, values: Mapping[str, str | None]) -> bytes:
    """A start tag with attributes set, or taken away (None); all others as they were."""
    for name, value in values.items():
        pattern = attribute_pattern(name)
        new = b"" if value is None else f' {name}="{quote(value)}"'.encode()
        found = pattern.search(tag)
        if found:
            tag = tag[: found.start()] + new + tag[found.end() :]
        elif new:
            # Behind all that stands there, so that the order of attributes stays.
            at = len(tag) - (2 if tag.endswith(b"/>") else 1)
            tag = tag[:at].rstrip() + new + tag[at:]
    return tag


def escape(text: str) -> str:
    """Text for the inside of an element. Python's own `escape` comes with half of its libraries for the network."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_WITHIN_QUOTES = str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})


def quote(value: str) -> str:
    """Text for a double-quoted attribute."""
    return escape(value).translate(_WITHIN_QUOTES)


def opened(tag: bytes) -> bytes:
    """A start tag that has content, from one that may be `<a/>`."""
    return tag[:-2].rstrip() + b">" if tag.endswith(b"/>") else tag


def appended(xml: Xml, name: str, order: Sequence[str], fragments: bytes, count: int | None = None) -> list[Splice]:
    """Elements appended to the root's child `name`, which is made where the schema's `order` of
    children has it. `count` is for children that count theirs."""
    if not fragments:
        return []
    child, root = xml.child(name), xml.root()
    counted = {} if count is None else {"count": str(count)}
    if child:
        tag, end = opened(with_attributes(child.tag, counted)), b"</" + child.prefix + name.encode() + b">"
        if child.empty:
            return [Splice(child.start, child.end, tag + fragments + end)]
        return [Splice(child.start, child.opened, tag), Splice(child.closed, child.closed, fragments)]
    later = set(order[order.index(name) + 1 :])
    siblings = xml.children(root.opened, root.closed)
    place = next((item.start for item in siblings if item.name in later), root.closed)
    full = root.prefix + name.encode()
    tag = with_attributes(b"<" + full + b">", counted)
    return [Splice(place, place, tag + fragments + b"</" + full + b">")]
