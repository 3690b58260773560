"""A workbook on a WebDAV server keeps the contract of writes that fail, as a file on a disk does."""

from __future__ import annotations

import os

import pytest

from automations.workbooks.stores.webdav.store import open_store
from automations.workbooks.xlsx.backend import StoredWorkbook
from tests.support.dav_servers import USERS, wsgidav
from tests.support.fault_contract import FaultContract
from tests.support.xlsx_files import make_file

pytestmark = pytest.mark.servers


class TestWebDavWorkbook(FaultContract):
    @pytest.fixture(autouse=True)
    def server(self, tmp_path, monkeypatch):
        self.folder, self.versions = tmp_path / "cloud", tmp_path / "versions"
        self.folder.mkdir(mode=0o777)
        monkeypatch.setenv("KIM_WEBDAV_PASSWORD", USERS["kim"])
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        with wsgidav(self.folder) as self.origin:
            yield

    def make(self, tabs):
        path = self.folder / "Team.xlsx"
        make_file(path, tabs)
        path.chmod(0o666)
        os.utime(path, (1_700_000_000, 1_700_000_000))
        url = f"{self.origin}/Team.xlsx"
        store = open_store("team", url, user="kim", http=True, versions=self.versions, keep=5, sleep=lambda _: None)
        return StoredWorkbook("team", store, language="en", pause=lambda _: None)
