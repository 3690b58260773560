"""The package around a workbook (Open Packaging Conventions): parts, relationships, tabs, names.

Only reading; what is to be changed is said to `changes.Changes`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import unquote

from automations.common.errors import why
from automations.common.files import NotAFileError, TooLargeError, check_file
from automations.workbooks.refusals import Refusal, refuses_oddities
from automations.workbooks.stores.opening import OLE2
from automations.workbooks.xlsx.workbook_part import (
    DefinedName,
    Relationship,
    Sheet,
    find_sheet,
    is_1904,
    read_names,
    read_relationships,
    read_sheets,
    relationships_part,
)
from automations.workbooks.xlsx.xmltext import Xml, parse
from automations.workbooks.xlsx.zipfiles import Archive

CONTENT_TYPES = "[Content_Types].xml"
RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
STRICT = "http://purl.oclc.org/ooxml/"
TABLE = "spreadsheetml.table+xml"  # how the content type of a part with a table ends

OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# Bytes: a document type stands before the root element, or not at all.
_PROLOGUE = 4096
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class Package:
    """A workbook's package, opened for reading; use it as a context manager. Raises Refusal for
    everything that is no such workbook, or one that must not be changed."""

    @refuses_oddities
    def __init__(self, path: Path) -> None:
        self.path = path
        _judge_head(path)
        self.archive = Archive(path)
        try:
            self._links: dict[str, tuple[Relationship, ...]] = {}
            self._by_name = {_plain(name).lower(): name for name in self.archive.members}
            self._judge_parts()
            self.workbook_part = self._main_part()
            self.sheets: Mapping[str, Sheet] = {sheet.name: sheet for sheet in self.all_sheets}
        # Also on Ctrl-C: on Windows a file that stays open cannot be replaced.
        except BaseException:
            self.archive.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self.archive.close()

    def member(self, part: str) -> str | None:
        """The archive's own name of a part; part names do not tell upper from lower case."""
        plain = _plain(part).lower()
        # Some programs write the names of parts percent-encoded.
        return self._by_name.get(plain) or self._by_name.get(unquote(plain))

    def parts(self) -> list[str]:
        """All parts, by plain name."""
        return [_plain(name) for name in self.archive.members if not name.endswith("/")]

    def read(self, part: str) -> bytes:
        """A part, unpacked."""
        member = self.member(part)
        if member is None:
            raise Refusal("part_missing", part=part)
        return self.archive.read(member)

    def size(self, part: str) -> int:
        """The bytes of a part, unpacked; 0 where it is not there."""
        member = self.member(part)
        return self.archive.members[member].size if member else 0

    def xml(self, part: str) -> Xml:
        """A part as text with positions."""
        return parse(self.read(part), part)

    def relationships(self, part: str) -> tuple[Relationship, ...]:
        """The links of a part ("" for the package itself); none where it has none."""
        if part not in self._links:
            name = relationships_part(part)
            self._links[part] = read_relationships(self.xml(name), part) if self.member(name) else ()
        return self._links[part]

    def related(self, part: str, kind: str) -> str | None:
        """The part that `part` is linked to by a relationship of this kind."""
        links = self.relationships(part)
        return next((link.target for link in links if link.kind == kind and not link.external), None)

    @cached_property
    def workbook(self) -> Xml:
        """The workbook part as it was read."""
        xml = self.xml(self.workbook_part)
        if xml.root().name != "workbook":
            raise Refusal("not_xlsx", path=self.path.name)
        return xml

    @cached_property
    def all_sheets(self) -> tuple[Sheet, ...]:
        """All tabs in their order, chart sheets and the like included."""
        return read_sheets(self.workbook, self.relationships(self.workbook_part))

    def sheet(self, tab: str) -> Sheet:
        """A tab with cells by its name. Raises Refusal("no_tab", "two_tabs", "not_a_worksheet")."""
        return find_sheet(self.all_sheets, tab)

    def defined_names(self) -> tuple[DefinedName, ...]:
        """All defined names, hidden and local ones too."""
        return read_names(self.workbook)

    @cached_property
    def date1904(self) -> bool:
        """Whether dates count from 1904 (old Macintosh workbooks)."""
        return is_1904(self.workbook)

    @cached_property
    def strict(self) -> bool:
        """Whether it is written in the strict variant of the format."""
        return STRICT.encode() in self.workbook.root().tag

    def _judge_parts(self) -> None:
        for member in self.archive.members.values():
            if member.encrypted:
                raise Refusal("encrypted", path=self.path.name)
            # What is never parsed as XML does no harm by a document type.
            if member.name.lower().endswith((".xml", ".rels", ".vml")):
                self._judge_prologue(member.name)
        # Any change would break the signature, and whoever signed is not asked.
        if any("_xmlsignatures/" in name for name in self._by_name):
            raise Refusal("signed", path=self.path.name)
        # The log of a legacy shared workbook repeats every change: a cell changed beside it would contradict it.
        if any("/revisions/" in name.lower() for name in self._by_name):
            raise Refusal("shared", path=self.path.name)

    def _judge_prologue(self, name: str) -> None:
        head = self.archive.read(name, _PROLOGUE)
        # Without zero bytes, so that UTF-16 hides nothing.
        if _DOCTYPE.search(head.replace(b"\0", b"")):
            raise Refusal("doctype", part=name)

    def _main_part(self) -> str:
        part = self.related("", "officeDocument") if self.member(CONTENT_TYPES) else None
        if not part or not self.member(part):
            raise Refusal("not_xlsx", path=self.path.name)
        if part.lower().endswith(".bin"):
            raise Refusal("xlsb", path=self.path.name)
        return part


def open_package(path: Path | str) -> Package:
    """A workbook's package, opened for reading. Raises Refusal."""
    return Package(Path(path))


def _judge_head(path: Path) -> None:
    try:
        check_file(path)
        with path.open("rb") as file:
            head = file.read(1 << 16)
    except FileNotFoundError as error:
        raise Refusal("missing", path=path) from error
    except NotAFileError as error:
        raise Refusal("no_file", path=path) from error
    except TooLargeError as error:
        raise Refusal("too_large", path=path) from error
    except OSError as error:
        raise Refusal("unreadable", path=path, reason=why(error)) from error
    if head.startswith(OLE2):
        with path.open("rb") as file:
            # A workbook with a password lies in the container of old .xls files (MS-OFFCRYPTO, 2.3.4); its names are
            # UTF-16.
            encrypted = "EncryptedPackage".encode("utf-16-le") in file.read(1 << 24)
        raise Refusal("encrypted" if encrypted else "xls", path=path.name)
    if not head.startswith(b"PK"):
        raise Refusal("not_xlsx", path=path.name)


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/")
