"""A Google sheet on the emulator for tests: the workbook, its colleagues, and what was called."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.oauth2.credentials import Credentials
from gspread.http_client import HTTPClient

from automations.model.values import Value
from automations.workbooks.google.backend import GoogleSheetsWorkbook
from automations.workbooks.google.values import serial
from automations.workbooks.xlsx.reading import read_workbook
from tests.sheets_emulator import Emulator, Person

GOOGLE = "https://sheets.googleapis.com"
PATTERNS = {datetime: ("DATE_TIME", "dd.mm.yyyy hh:mm"), date: ("DATE", "dd.mm.yyyy"), time: ("TIME", "hh:mm")}


class Clock:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_760_000_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def http_to(url: str):
    """A client for the server at `url` instead of Google's."""

    class Loopback(HTTPClient):
        def request(self, method, endpoint, *args, **more):
            return super().request(method, endpoint.replace(GOOGLE, url), *args, **more)

    return Loopback


def connect(url: str, sheet: str, clock: Clock, *, name: str = "team", user: str = "kim", host: str = "pc"):
    """The workbook as kim opens it, with the server at `url` in the place of Google's."""
    return GoogleSheetsWorkbook(
        name,
        address(sheet),
        lambda: Credentials(user),
        language="en",
        http_client=http_to(url),
        clock=clock,
        sleep=clock.sleep,
        host=host,
    )


def open_sheet(google: Emulator, sheet: str, clock: Clock, **more: str):
    """The same, from an emulator."""
    return connect(google.url, sheet, clock, **more)


def new_sheet(google: Emulator, tabs) -> str:
    """A German spreadsheet with these tabs."""
    sheet = google.create("Team", {name: [] for name in tabs}, locale="de_DE", timeZone="Europe/Berlin")
    desk = SheetDesk(google.person("team", sheet))
    for name, rows in tabs.items():
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None:
                    desk.type(name, number, column, value)
    return sheet


def service_account(who: str) -> dict[str, str]:
    """What stands in the key file of a service account with a key made just now."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    plain = serialization.NoEncryption()
    text = made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()
    token = "https://oauth2.googleapis.com/token"
    return {"type": "service_account", "client_email": who, "private_key": text, "token_uri": token}


def copied(google: Emulator, title: str, path: Path, owner: str = "team") -> str:
    """A workbook file as a German spreadsheet, cell by cell."""
    tabs = read_workbook(title, path.read_bytes(), path).tabs
    sheet = google.create(
        title, {tab.name: [] for tab in tabs}, owner=f"{owner}@emulator.test", locale="de_DE", timeZone="Europe/Berlin"
    )
    person = google.person(owner, sheet)
    for number, tab in enumerate(tabs):
        target = google.spreadsheet(sheet).sheets[number]  # each change makes new ones
        target.resize(len(tab.rows) + 20, 50)
        rows = [
            {"values": [cell_of(f"={f}" if (f := tab.formulas.get((r, c))) else v) for c, v in enumerate(row, 1)]}
            for r, row in enumerate(tab.rows, start=1)
        ]
        fields = "userEnteredValue,userEnteredFormat.numberFormat"
        person.does({"updateCells": {"start": {"sheetId": target.id}, "rows": rows, "fields": fields}})
        for top, left, bottom, right in tab.merged:
            area = {"startRowIndex": top - 1, "endRowIndex": bottom, "startColumnIndex": left - 1}
            area |= {"sheetId": target.id, "endColumnIndex": right}
            person.does({"mergeCells": {"range": area, "mergeType": "MERGE_ALL"}})
    return sheet


def address(sheet: str) -> str:
    """A sheet's address, as the browser shows it."""
    return f"https://docs.google.com/spreadsheets/d/{sheet}/edit#gid=0"


class SheetDesk:
    """A colleague in the browser: typed dates get a date's format, as Google gives them."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def _id(self, tab: str) -> int:
        return next(sheet.id for sheet in self.person.document.sheets if sheet.title == tab)

    def type(self, tab: str, row: int, column: int, value: Value) -> None:
        cell = cell_of(value)
        fields = "userEnteredValue" + (",userEnteredFormat.numberFormat" if "userEnteredFormat" in cell else "")
        start = {"sheetId": self._id(tab), "rowIndex": row - 1, "columnIndex": column - 1}
        self.person.does({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": fields}})

    def insert_row(self, tab: str, before: int) -> None:
        self.person.inserts_row(tab, before)

    def delete_row(self, tab: str, row: int) -> None:
        self.person.deletes_row(tab, row)

    def insert_column(self, tab: str, before: int) -> None:
        lines = {"sheetId": self._id(tab), "dimension": "COLUMNS", "startIndex": before - 1, "endIndex": before}
        self.person.does({"insertDimension": {"range": lines}})

    def rows(self, tab: str) -> list[list[Value]]:
        return [[None if value == "" else value for value in row] for row in self.person.rows(tab)]

    def rename(self, tab: str, name: str) -> None:
        properties = {"sheetId": self._id(tab), "title": name}
        self.person.does({"updateSheetProperties": {"properties": properties, "fields": "title"}})

    def move_first(self, tab: str) -> None:
        properties = {"sheetId": self._id(tab), "index": 0}
        self.person.does({"updateSheetProperties": {"properties": properties, "fields": "index"}})

    def add_tab(self, name: str) -> None:
        self.person.does({"addSheet": {"properties": {"title": name}}})


def cell_of(value: Value) -> dict:
    """A cell as if the value had been typed."""
    cell: dict = {"userEnteredValue": _entered(value)} if value is not None else {}
    if type(value) in PATTERNS:
        kind, pattern = PATTERNS[type(value)]
        cell["userEnteredFormat"] = {"numberFormat": {"type": kind, "pattern": pattern}}
    return cell


def _entered(value: Value) -> dict:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"formulaValue": value} if value.startswith("=") else {"stringValue": value}
    return {"numberValue": serial(value) if isinstance(value, date | time) else value}
