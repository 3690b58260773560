"""The emulator of the Sheets API: every recorded answer of Google's, people, trouble, a public client."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import gspread
import pytest
import requests
from google.oauth2.credentials import Credentials
from gspread.http_client import HTTPClient

from tests.sheets_emulator import ApiError, Call, Emulator, Service
from tests.sheets_emulator.recordings import replayed
from tests.support.sheets_client import Client, lock, unlock, write

RECORDINGS = Path(__file__).parents[3] / "shared" / "data" / "sheets-recordings.jsonl.gz"


def test_every_recorded_answer_is_given_field_by_field() -> None:
    if not RECORDINGS.exists():
        pytest.skip("the recordings are not beside this repository (../shared/data)")
    tally = replayed(RECORDINGS)
    shares = {name: f"{tally.equal[name]}/{total}" for name, total in sorted(tally.total.items())}
    print(shares, "and told from the answers themselves:", dict(tally.echoed))  # noqa: T201 - the share is to be stated
    assert tally.differences == []
    assert sum(tally.total.values()) + sum(tally.echoed.values()) == 2130
    assert tally.equal == tally.total


class TestPeople:
    def test_a_protected_tab_keeps_others_out_until_it_is_let_go(
        self, google: Emulator, sheet: str, client: Client
    ) -> None:
        anna = google.person("anna", sheet)
        client.batch(lock())
        for act in (
            lambda: anna.types("Fälle!B2", "Eve"),
            lambda: anna.inserts_row("Fälle", 2),
            lambda: anna.deletes_row("Fälle", 2),
            lambda: anna.sorts("Fälle", 1),
        ):
            with pytest.raises(ApiError, match="protected cell"):
                act()
        anna.types("Team!A2", "CD")
        client.batch(unlock())
        anna.types("Fälle!B2", "Eve")
        assert anna.rows("Fälle")[1] == ["KIM-1", "Eve", 36]

    def test_the_colleague_edits_between_two_calls(self, google: Emulator, sheet: str, client: Client) -> None:
        def inserts(service: Service, call: Call) -> None:
            if call.endpoint == "sheets.values.get" or "/values/" in call.path:
                service.colleague = None
                service.person("anna", sheet).inserts_row("Fälle", 2)

        google.colleague = inserts
        assert client.values("Fälle!A1:A3") == [["Fall-Nr."], [], ["KIM-1"]]

    def test_sorting_keeps_rows_together_and_blanks_last(self, google: Emulator, sheet: str) -> None:
        anna = google.person("anna", sheet)
        anna.types("Fälle!C3", None)
        anna.sorts("Fälle", 2, descending=True)
        assert anna.rows("Fälle")[1:] == [["KIM-1", "Ada", 36], ["KIM-3", "Cy", 29], ["KIM-2", "Bo"]]

    def test_who_may_not_protect(self, google: Emulator, sheet: str, client: Client) -> None:
        google.spreadsheet(sheet).cannot_protect.add("tok@emulator.test")
        assert client.batch(lock())["error"]["code"] == 400

    def test_tokens_and_rights(self, google: Emulator, sheet: str) -> None:
        def status(token: str, **query: Any) -> int:
            with Client(google, sheet, token).session as session:
                return session.get(f"{google.url}/v4/spreadsheets/{sheet}", params=query, timeout=10).status_code

        assert status("tok") == 200
        google.revoked.add("old")
        assert status("old") == 401
        google.spreadsheet(sheet).writers = {"anna@emulator.test"}
        assert status("tok") == 403
        google.spreadsheet(sheet).readers = {"tok@emulator.test"}
        assert status("tok") == 200
        assert requests.get(f"{google.url}/v4/spreadsheets/{sheet}", timeout=10).status_code == 403

    def test_a_reader_cannot_write(self, google: Emulator, sheet: str, client: Client) -> None:
        document = google.spreadsheet(sheet)
        document.writers, document.readers = set(), {"tok@emulator.test"}
        assert client.batch(write(1, 1, "x"))["error"]["code"] == 403
        assert client.values("Fälle!B2") == [["Ada"]]


class TestTrouble:
    def test_an_answer_may_be_lost_after_the_change_was_made(self, google: Emulator, client: Client) -> None:
        google.faults.fail(503, on="batchUpdate", committed=True)
        assert client.batch(write(1, 1, "changed"))["error"]["status"] == "UNAVAILABLE"
        assert client.values("Fälle!B2") == [["changed"]]

    def test_or_before(self, google: Emulator, client: Client) -> None:
        google.faults.fail(500, on="batchUpdate")
        assert client.batch(write(1, 1, "changed"))["error"]["status"] == "INTERNAL"
        assert client.values("Fälle!B2") == [["Ada"]]

    @pytest.mark.parametrize("committed", [True, False])
    def test_the_connection_may_be_reset(self, google: Emulator, client: Client, committed: bool) -> None:
        google.faults.reset(committed=committed)
        with pytest.raises(requests.ConnectionError):
            client.batch(write(1, 1, "changed"))
        assert client.values("Fälle!B2") == [["changed" if committed else "Ada"]]

    def test_an_answer_may_come_too_late(self, google: Emulator, client: Client) -> None:
        google.faults.hang(60, on="batchUpdate", committed=True)
        with pytest.raises(requests.ReadTimeout):
            client.session.post(client.base + ":batchUpdate", json={"requests": [write(1, 1, "late")]}, timeout=0.3)
        assert client.values("Fälle!B2") == [["late"]]

    def test_a_page_instead_of_json(self, google: Emulator, client: Client) -> None:
        google.faults.html(502, times=1, skip=1)
        assert client.get()["spreadsheetId"]
        assert client.session.get(client.base, timeout=10).text.startswith("<!DOCTYPE html>")
        assert client.get()["spreadsheetId"]

    def test_the_quota_counts_reads_and_writes_by_user(self, google: Emulator, sheet: str, client: Client) -> None:
        google.quota, now = 2, [0.0]
        google.clock = lambda: now[0]
        codes = [client.session.get(client.base, timeout=10).status_code for _ in range(3)]
        assert codes == [200, 200, 429]
        assert "replies" in client.batch(write(1, 1, "x"))
        other = Client(google, sheet, "other")
        assert other.get()["spreadsheetId"] == sheet
        now[0] = 61.0
        assert client.get()["spreadsheetId"] == sheet

    def test_the_log_names_every_call(self, google: Emulator, client: Client) -> None:
        client.get()
        client.batch(lock(), unlock())
        assert [(call.endpoint, call.status, call.kinds) for call in google.calls] == [
            ("sheets.get", 200, []),
            ("sheets.batchUpdate", 200, ["addProtectedRange", "deleteProtectedRange"]),
        ]

    def test_of_many_who_want_the_same_lock_one_gets_it(self, google: Emulator, sheet: str) -> None:
        answers: list[Any] = []

        def tries(number: int) -> None:
            answers.append(Client(google, sheet, f"bot{number}").batch(lock()))

        threads = [threading.Thread(target=tries, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum("replies" in answer for answer in answers) == 1


class Loopback(HTTPClient):
    """gspread's client, pointed at the emulator."""

    url = ""

    def request(self, method: str, endpoint: str, *args: Any, **more: Any) -> Any:
        """Sends to the emulator what was meant for Google."""
        for origin in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
            endpoint = endpoint.replace(origin, self.url)
        return super().request(method, endpoint, *args, **more)


def test_gspread_works_against_it(google: Emulator, sheet: str) -> None:
    bound = type("Bound", (Loopback,), {"url": google.url})
    client = gspread.Client(Credentials("tok"), http_client=bound)
    opened = client.open_by_key(sheet)
    assert [tab.title for tab in opened.worksheets()] == ["Fälle", "Team"]
    cases = opened.worksheet("Fälle")
    cases.append_row(["KIM-4", "Di", 50])
    assert cases.find("KIM-4").row == 5
    cases.format("A1:C1", {"textFormat": {"bold": True}})
    cases.freeze(rows=1)
    made = opened.add_worksheet("Neu", 10, 3)
    opened.reorder_worksheets([made, cases, opened.worksheet("Team")])
    assert [tab.title for tab in opened.worksheets()] == ["Neu", "Fälle", "Team"]
    with pytest.raises(gspread.exceptions.APIError, match="Unable to parse range"):
        opened.values_get("Weg!A1")
    client.http_client.session.close()


def test_it_is_started_as_a_program(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.sheets_emulator", "--port", "0", "--demo", "--private", "secret"]
    command += ["--certificate", str(tmp_path / "emulator.pem")]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as running:
        try:
            assert running.stdout
            url, demo = running.stdout.readline().strip(), running.stdout.readline().strip()
            found = demo.split("/d/")[1].removesuffix("/edit")
            assert requests.get(f"{url}/v4/spreadsheets/{found}/values/Team", timeout=10).json()["values"][1][0] == "AB"
            assert requests.get(f"{url}/v4/spreadsheets/secret", timeout=10).status_code == 403
            assert running.stdout.readline() == f"export HTTPS_PROXY='{url}'\n"
            through = {"proxies": {"https": url}, "verify": str(tmp_path / "emulator.pem")}
            there = requests.get(f"https://sheets.googleapis.com/v4/spreadsheets/{found}", timeout=10, **through)
            assert there.json()["spreadsheetId"] == found
        finally:
            running.terminate()
