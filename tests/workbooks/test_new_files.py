"""New workbooks: there whole, or not at all."""

from __future__ import annotations

import resource

import pytest

from automations.workbooks.new_files import NewTab, write_new_workbook

TABS = [NewTab("Fälle", ("Nummer", "Name"))]


def test_what_cannot_be_written_leaves_no_empty_workbook_behind(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))  # as a full disk
    try:
        with pytest.raises(OSError, match="File too large"):
            write_new_workbook(tmp_path / "Team.xlsx", TABS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []
    write_new_workbook(tmp_path / "Team.xlsx", TABS)
    with pytest.raises(FileExistsError):
        write_new_workbook(tmp_path / "Team.xlsx", TABS)
