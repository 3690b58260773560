"""As much of the Drive API as the recordings and public clients need: files, export, import of CSV, comments,
permissions."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.sheets_emulator.errors import ApiError
from tests.sheets_emulator.faults import Call
from tests.sheets_emulator.masks import kept, parse
from tests.sheets_emulator.model import Message, Spreadsheet, new_sheet
from tests.sheets_emulator.values import text_of, typed, with_value

if TYPE_CHECKING:
    from tests.sheets_emulator.emulator import Service

SHARED = ("type", "role", "emailAddress", "domain", "allowFileDiscovery")
MIME = "application/vnd.google-apps.spreadsheet"
FILE = r"/drive/v3/files/([^/]+)"
ADDRESSES = (
    ("sheets.create", "POST", r"/v4/spreadsheets"),
    ("drive.files.create", "POST", r"/drive/v3/files"),
    ("drive.files.list", "GET", r"/drive/v3/files"),
    ("drive.files.get", "GET", FILE),
    ("drive.files.delete", "DELETE", FILE),
    ("drive.files.update", "PATCH", FILE),
    ("drive.files.copy", "POST", FILE + "/copy"),
    ("drive.files.export", "GET", FILE + "/export"),
    ("drive.comments", "GET", FILE + "/comments"),
    ("drive.permissions.list", "GET", FILE + "/permissions"),
    ("drive.permissions.create", "POST", FILE + "/permissions"),
    ("drive.permissions.delete", "DELETE", FILE + "/permissions/([^/]+)"),
    ("drive.v2.upload", "PUT", r"/upload/drive/v2/files/([^/]+)"),
)


def endpoint(method: str, path: str) -> str:
    """The name of an address of Drive, "" for any other."""
    return next((name for name, verb, pattern in ADDRESSES if verb == method and re.fullmatch(pattern, path)), "")


def answered(service: Service, call: Call) -> Any:
    """The answer; None stands for 204. Raises ApiError."""
    if not call.endpoint:
        raise ApiError(404, "Requested entity was not found.")
    pattern = next(pattern for name, _, pattern in ADDRESSES if name == call.endpoint)
    parts = re.fullmatch(pattern, call.path)
    file_id = unquote(parts[1]) if parts and parts.groups() else ""
    if file_id and file_id not in service.library:
        raise ApiError(404, f"File not found: {file_id}.")
    answer = HANDLERS[call.endpoint](service, file_id, call)
    fields = call.query.get("fields", [""])[0]
    return kept(parse(fields), answer) if fields and isinstance(answer, dict) else answer


def _listed(document: Spreadsheet) -> Message:
    about = {"kind": "drive#file", "id": document.id, "name": document.properties["title"], "mimeType": MIME}
    return {**about, "createdTime": document.created, "modifiedTime": document.modified}


def _short(document: Spreadsheet) -> Message:
    return {name: value for name, value in _listed(document).items() if not name.endswith("Time")}


def _create(service: Service, file_id: str, call: Call) -> Message:
    made = service.create(call.body.get("name") or "Untitled", owner=call.user)
    return _short(service.library[made])


def _list(service: Service, file_id: str, call: Call) -> Message:
    named = re.search(r'name = "((?:[^"\\]|\\.)*)"', call.query.get("q", [""])[0])
    wanted = re.sub(r"\\(.)", r"\1", named[1]) if named else None
    found = [d for d in service.library.values() if wanted is None or d.properties["title"] == wanted]
    found = [d for d in found if d.writers is None or call.user in d.writers | {d.owner}]
    return {"kind": "drive#fileList", "incompleteSearch": False, "files": [_listed(d) for d in reversed(found)]}


def _get(service: Service, file_id: str, call: Call) -> Message:
    document = service.library[file_id]
    return _listed(document) if "fields" in call.query else _short(document)


def _delete(service: Service, file_id: str, call: Call) -> None:
    del service.library[file_id]


def _update(service: Service, file_id: str, call: Call) -> Message:
    document = service.library[file_id]
    document.properties = {**document.properties, "title": call.body.get("name", document.properties["title"])}
    return _short(document)


def _copy(service: Service, file_id: str, call: Call) -> Message:
    source = service.library[file_id]
    title = call.body.get("name") or f"Copy of {source.properties['title']}"
    copied = source.copy()
    made = service.library[service.create(title, owner=call.user)]
    made.properties = {**source.properties, "title": title}
    made.sheets, made.named, made.metadata = copied.sheets, copied.named, copied.metadata
    return _short(made)


def _export(service: Service, file_id: str, call: Call) -> str:
    document = service.library[file_id]
    sheet = document.sheets[0]
    rows = sheet.rows[: max((number + 1 for number, row in enumerate(sheet.rows) if row), default=0)]
    width = max((max(row) + 1 for row in rows if row), default=0)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    locale = document.properties["locale"]
    writer.writerows([[text_of(row.get(column, {}), locale) for column in range(width)] for row in rows])
    return out.getvalue().removesuffix("\r\n")


def _comments(service: Service, file_id: str, call: Call) -> Message:
    return {"comments": []}


def _permissions(service: Service, file_id: str, call: Call) -> Message:
    document = service.library[file_id]
    owner = {"kind": "drive#permission", "id": "owner", "type": "user", "role": "owner", "emailAddress": document.owner}
    return {"kind": "drive#permissionList", "permissions": [owner, *document.shared]}


def _share(service: Service, file_id: str, call: Call) -> Message:
    """Where rights are kept, who is given one has it from now on."""
    document, given = service.library[file_id], call.body or {}
    if given.get("type") not in {"user", "group", "domain", "anyone"} or not given.get("role"):
        raise ApiError(400, "The permission type field is required.")
    number = "anyoneWithLink" if given["type"] == "anyone" else str(document.fresh_id(set()))
    made = {"kind": "drive#permission", "id": number, **{name: given[name] for name in SHARED if name in given}}
    document.shared = [*document.shared, made]
    address = given.get("emailAddress")
    if address and document.writers is not None:
        can = document.readers if given["role"] == "reader" else document.writers
        can.add(address)
    return {name: made[name] for name in ("kind", "id", "type", "role")}


def _unshare(service: Service, file_id: str, call: Call) -> None:
    document, number = service.library[file_id], call.path.rpartition("/")[2]
    gone = next((item for item in document.shared if item["id"] == number), None)
    if gone is None:
        raise ApiError(404, f"Permission not found: {number}.")
    document.shared = [item for item in document.shared if item is not gone]
    for can in (document.writers, document.readers):
        if can is not None:
            can.discard(gone.get("emailAddress", ""))


def _upload(service: Service, file_id: str, call: Call) -> Message:
    document = service.library[file_id]
    lines = list(csv.reader(io.StringIO(call.body or "")))
    title = document.properties["title"]
    sheet = new_sheet({"sheetId": document.fresh_id({0}), "title": title, "index": 0})
    sheet.resize(max(sheet.row_count, len(lines)), max([sheet.column_count, *map(len, lines)]))
    for number, line in enumerate(lines):
        for column, text in enumerate(line):
            content, form = typed(text, document.properties["locale"])
            sheet.put(number, column, with_value({}, content, form))
    document.properties = {**document.properties, "timeZone": "America/Los_Angeles"}
    document.sheets, document.named, document.metadata = [sheet], [], []
    return _file_v2(document, call.user)


def _file_v2(document: Spreadsheet, user: str) -> Message:
    person = {"kind": "drive#user", "displayName": user, "emailAddress": user}
    link = f"https://docs.google.com/spreadsheets/d/{document.id}"
    return {
        "kind": "drive#file", "id": document.id, "title": document.properties["title"], "mimeType": MIME,
        "etag": '"1"', "version": "1", "labels": {"trashed": False}, "explicitlyTrashed": False,
        "userPermission": {"kind": "drive#permission", "role": "owner"}, "capabilities": {"canEdit": True},
        "owners": [person], "ownerNames": [user], "lastModifyingUser": person, "lastModifyingUserName": user,
        "selfLink": link, "alternateLink": link, "embedLink": link, "exportLinks": {"text/csv": link},
        "iconLink": link, "thumbnailLink": link, "parents": [{"kind": "drive#parentReference", "isRoot": True}],
        "editable": True, "writersCanShare": True, "appDataContents": False, "shared": False, "copyable": True,
        "copyRequiresWriterPermission": False, "spaces": ["drive"], "fileSize": "1024", "quotaBytesUsed": "1024",
        "createdDate": document.created, "modifiedDate": document.modified, "modifiedByMeDate": document.modified,
        "lastViewedByMeDate": document.modified, "markedViewedByMeDate": "1970-01-01T00:00:00.000Z",
    }  # fmt: skip


HANDLERS = {
    "drive.files.create": _create,
    "drive.files.list": _list,
    "drive.files.get": _get,
    "drive.files.delete": _delete,
    "drive.files.update": _update,
    "drive.files.copy": _copy,
    "drive.files.export": _export,
    "drive.comments": _comments,
    "drive.permissions.list": _permissions,
    "drive.permissions.create": _share,
    "drive.permissions.delete": _unshare,
    "drive.v2.upload": _upload,
}
