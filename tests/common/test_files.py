"""What stands in the place of a file is never waited for, and what is for the owner alone stays so."""

import os
import stat

import pytest

from automations.common.files import NotAFileError, TooLargeError, keep_private, read_file, write_private


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotAFileError):
        read_file(tmp_path / "pipe")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_not_read_even_behind_a_link(tmp_path, device):
    (tmp_path / "link").symlink_to(device)
    with pytest.raises(NotAFileError):
        read_file(tmp_path / "link")


def test_what_is_larger_than_anything_of_its_kind_is_not_read(tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 11)
    with pytest.raises(TooLargeError):
        read_file(tmp_path / "file", 10)
    assert read_file(tmp_path / "file", 11) == b"x" * 11


def test_a_private_file_replaces_one_that_all_could_read(tmp_path):
    path = tmp_path / "report.csv"
    path.write_text("old")
    path.chmod(0o644)
    before = os.umask(0)
    try:
        write_private(path, b"new")
    finally:
        os.umask(before)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_private_file_never_takes_the_place_of_a_pipe_or_a_device(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotAFileError):
        write_private(tmp_path / "pipe", b"new")
    assert [stat.S_ISFIFO(path.stat().st_mode) for path in tmp_path.iterdir()] == [True]


def test_a_private_file_does_not_follow_a_link(tmp_path):
    (tmp_path / "elsewhere").write_text("kept")
    (tmp_path / "report.csv").symlink_to(tmp_path / "elsewhere")
    write_private(tmp_path / "report.csv", b"new")
    assert (tmp_path / "elsewhere").read_text() == "kept"


def test_a_folder_of_ours_is_taken_from_others(tmp_path):
    (tmp_path / "deep").mkdir(mode=0o755)
    (tmp_path / "deep" / "file").write_text("x")
    (tmp_path / "deep" / "file").chmod(0o666)
    keep_private(tmp_path)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "deep", tmp_path / "deep" / "file")}
    assert modes == {"deep": 0o700, "file": 0o600}
