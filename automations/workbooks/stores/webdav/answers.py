"""What a server says of a file (PROPFIND, RFC 4918), read without trusting it: no entities, no depth, no size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit

from lxml import etree
from msgspec import Struct

DAV, NEXTCLOUD, OWNCLOUD = "{DAV:}", "{http://nextcloud.org/ns}", "{http://owncloud.org/ns}"

_LONGEST_NAME = 80  # characters of a person's name in a sentence

ASKED = (
    b'<?xml version="1.0" encoding="utf-8"?>'
    b'<d:propfind xmlns:d="DAV:" xmlns:nc="http://nextcloud.org/ns" xmlns:oc="http://owncloud.org/ns"><d:prop>'
    b"<d:getetag/><d:getcontentlength/><d:getlastmodified/><d:resourcetype/><d:lockdiscovery/><d:supportedlock/>"
    b"<oc:fileid/><oc:permissions/><nc:lock/><nc:lock-owner-displayname/><nc:lock-owner-editor/><nc:lock-time/>"
    b"<nc:lock-token/></d:prop></d:propfind>"
)

NAMES = (
    b'<?xml version="1.0" encoding="utf-8"?><d:propfind xmlns:d="DAV:"><d:prop><d:resourcetype/></d:prop></d:propfind>'
)

LOCK = (
    '<?xml version="1.0" encoding="utf-8"?><d:lockinfo xmlns:d="DAV:"><d:lockscope><d:exclusive/></d:lockscope>'
    "<d:locktype><d:write/></d:locktype><d:owner><d:href>{owner}</d:href></d:owner></d:lockinfo>"
)


class OddAnswerError(Exception):
    """An answer that is no WebDAV at all, or was made to harm."""


class Lock(Struct, frozen=True):
    """A lock on the file. `since` and `program` are known on Nextcloud alone."""

    token: str
    owner: str
    since: datetime | None = None
    program: str = ""


class Seen(Struct, frozen=True):
    """What the server says of the file at one moment.

    `tag` is its ETag as sent ("" for none), `locks` who holds it, `locking` whether the server says that it can
    lock, `identity` the number by which Nextcloud and ownCloud know a file (shares and versions hang on it),
    `rights` their letters for what the account may do, `tells_editors` whether editing in the browser shows."""

    there: bool
    folder: bool = False
    tag: str = ""
    length: int = -1
    modified: datetime | None = None
    locks: tuple[Lock, ...] = ()
    locking: bool = False
    identity: str = ""
    rights: str = ""
    tells_editors: bool = False


GONE = Seen(there=False)


def parse(body: bytes) -> etree._Element:
    """XML of a stranger as a tree. Raises OddAnswerError."""
    # What a server sends is a stranger’s: no entity may fill the memory or read a file here.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise OddAnswerError from error
    # Entities are how a small answer grows to gigabytes, or reads files of this machine.
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise OddAnswerError
    return root


def seen(body: bytes) -> Seen:
    """A file's properties from a PROPFIND of depth 0. Raises OddAnswerError."""
    root = parse(body)
    first = root.find(f"{DAV}response")
    if root.tag != f"{DAV}multistatus" or first is None:
        raise OddAnswerError
    found = {str(item.tag): item for item in _properties(first)}
    length = _text(found.get(f"{DAV}getcontentlength"))
    supported = found.get(f"{DAV}supportedlock")
    kind = found.get(f"{DAV}resourcetype")
    return Seen(
        there=True,
        folder=kind is not None and kind.find(f"{DAV}collection") is not None,
        tag=quoted(_text(found.get(f"{DAV}getetag"))),
        length=size(length),
        modified=moment(_text(found.get(f"{DAV}getlastmodified"))),
        locks=(*_locks(found.get(f"{DAV}lockdiscovery")), *_nextcloud_lock(found)),
        locking=supported is not None and any(True for _ in supported.iter(f"{DAV}exclusive")),
        identity=_text(found.get(f"{OWNCLOUD}fileid")),
        rights=_text(found.get(f"{OWNCLOUD}permissions")),
        tells_editors=f"{NEXTCLOUD}lock" in found,
    )


def names(body: bytes) -> tuple[str, ...]:
    """The names of the files in a folder, from a PROPFIND of depth 1. Raises OddAnswerError."""
    root = parse(body)
    found = []
    for response in root.findall(f"{DAV}response"):
        kind = next((item for item in _properties(response) if item.tag == f"{DAV}resourcetype"), None)
        if kind is None or kind.find(f"{DAV}collection") is None:
            path = urlsplit(_text(response.find(f"{DAV}href"))).path
            found.append(unquote(path).rstrip("/").rpartition("/")[2])
    return tuple(found)


def lock_of(body: bytes) -> tuple[str, float]:
    """Token and seconds of the lock that a LOCK gave ("" and 0 where the answer does not say)."""
    try:
        root = parse(body)
    except OddAnswerError:
        return "", 0.0
    active = next(root.iter(f"{DAV}activelock"), None)
    if active is None:
        return "", 0.0
    seconds = re.search(r"Second-(\d{1,9})", _text(active.find(f"{DAV}timeout")))
    return _text(active.find(f"{DAV}locktoken/{DAV}href")), float(seconds[1]) if seconds else 0.0


def size(text: str) -> int:
    """A number of bytes; -1 for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else -1


def quoted(tag: str) -> str:
    """An ETag with its quotes, which some servers leave out of the property."""
    return f'"{tag}"' if tag and not tag.endswith('"') else tag


def moment(text: str) -> datetime | None:
    """A date of a header (RFC 9110, 5.6.7); None for anything else."""
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _properties(response: etree._Element) -> Iterator[etree._Element]:
    """Those that the server gave: a property that it does not know comes with a status of its own."""
    for group in response.findall(f"{DAV}propstat"):
        # “HTTP/1.1 200 OK”; servers differ in the version that they name.
        if " 200" in _text(group.find(f"{DAV}status")):
            yield from group.findall(f"{DAV}prop/*")


def _locks(discovery: etree._Element | None) -> Iterator[Lock]:
    for active in discovery.findall(f"{DAV}activelock") if discovery is not None else ():
        owner = active.find(f"{DAV}owner")
        who = " ".join(" ".join(map(str, owner.itertext())).split()) if owner is not None else ""
        yield Lock(_text(active.find(f"{DAV}locktoken/{DAV}href")), _name(who))


def _nextcloud_lock(found: dict[str, etree._Element]) -> Iterator[Lock]:
    """What the app files_lock tells, also of sessions in the browser."""
    if _text(found.get(f"{NEXTCLOUD}lock")) not in {"1", "true"}:
        return
    since = _text(found.get(f"{NEXTCLOUD}lock-time"))
    yield Lock(
        _text(found.get(f"{NEXTCLOUD}lock-token")),
        _name(_text(found.get(f"{NEXTCLOUD}lock-owner-displayname"))),
        datetime.fromtimestamp(int(since), UTC) if since.isascii() and since.isdigit() and len(since) < 12 else None,  # noqa: PLR2004 - digits of a moment before the year 5000
        _name(_text(found.get(f"{NEXTCLOUD}lock-owner-editor"))),
    )


def _text(item: etree._Element | None) -> str:
    return (item.text or "").strip() if item is not None else ""


def _name(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:_LONGEST_NAME].strip()
