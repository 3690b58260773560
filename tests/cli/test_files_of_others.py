"""A file that a command is told to write replaces none that people, or kim's own settings, need."""

from __future__ import annotations

import pytest

from automations.cli.commands import _lay_down
from automations.cli.exit_status import UsageError
from automations.common.texts import texts

PAGE = b"<!doctype html>\n<html>"
FIGURES = "half_year;dimension".encode("utf-8-sig")


@pytest.mark.parametrize("content", [PAGE, FIGURES])
@pytest.mark.parametrize("there", [b'[site]\nname = "Herne"\n', b"notes", b"PK\x03\x04workbook"])
def test_what_is_something_else_stays(tmp_path, content, there):
    path = tmp_path / "file"
    path.write_bytes(there)
    with pytest.raises(UsageError):
        _lay_down(path, content, texts("en"))
    assert path.read_bytes() == there


@pytest.mark.parametrize("content", [PAGE, FIGURES])
@pytest.mark.parametrize("kept", [0, 8, None])
def test_what_the_command_made_before_is_renewed(tmp_path, content, kept):
    path = tmp_path / "file"
    path.write_bytes(content[:kept] + b" of last year" if kept else b"")
    _lay_down(path, content, texts("en"))
    assert path.read_bytes() == content
