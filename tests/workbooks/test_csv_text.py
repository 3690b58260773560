"""CSV files as offices make them, and the folder into which they are dropped."""

from __future__ import annotations

import csv
import io
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automations.workbooks.stores.form_folder import (
    DONE,
    CsvError,
    erase_rows,
    form_files,
    prune_done,
    put_away,
    read_csv,
)

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
CELLS = st.text(st.characters(codec="cp1252", exclude_categories=("Cc", "Zs", "Zl", "Zp")), max_size=12)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_every_usual_way_of_writing_is_read(encoding, separator):
    text = separator.join(["Name", "Straße"]) + "\r\n" + separator.join(["Müller", f'"Am{separator} ""Tor"""']) + "\r\n"
    assert read_csv(text.encode(encoding)) == [["Name", "Straße"], ["Müller", f'Am{separator} "Tor"']]


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6), st.sampled_from(";,\t"))
def test_what_was_written_is_read_again(rows, separator):
    made = io.StringIO(newline="")
    heads = [["Nachname", "Vorname", "Telefon", "Ort"][: max(map(len, rows))]]
    csv.writer(made, delimiter=separator).writerows([*heads, *rows])
    width = len(heads[0])
    wanted = [row + [""] * (width - len(row)) for row in rows if any(row)]
    assert read_csv(made.getvalue().encode("utf-8-sig"))[1:] == wanted


@given(st.binary(max_size=200))
def test_whatever_stands_in_a_file_gives_rows_or_one_refusal(data):
    with suppress(CsvError):
        assert all(isinstance(cell, str) for row in read_csv(data) for cell in row)


def test_a_line_of_excel_names_the_separator_and_a_cut_off_file_is_refused():
    assert read_csv(b"sep=,\r\na;x,b\r\n1,2\r\n") == [["a;x", "b"], ["1", "2"]]
    with pytest.raises(CsvError):
        read_csv(b'a;b\r\n1;"half')


def test_a_file_called_in_capitals_is_erased_and_pruned_like_others(folder):
    dropped(folder, "EINGANG.CSV", "Name;x\nMuster;1\nKaya;2\n")
    (file,) = form_files(folder, NOW)
    assert erase_rows(folder, lambda _, row: row[0] == "Muster") == 1
    put_away(folder, file.name, NOW)
    assert erase_rows(folder, lambda _, row: row[0] == "Kaya") == 1
    prune_done(folder, NOW + timedelta(days=31))
    assert list((folder / DONE).iterdir()) == []


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "Eingang"
    made.mkdir()
    return made


def dropped(folder, name, text="a;b\n1;2\n", age=60):
    (folder / name).write_text(text, encoding="utf-8")
    os.utime(folder / name, (NOW.timestamp() - age,) * 2)
    return folder / name


def test_links_pipes_and_files_that_still_change_are_not_read(folder, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a;b\nx;y\n")
    (folder / "link.csv").symlink_to(secret)
    os.mkfifo(folder / "pipe.csv")
    dropped(folder, "young.csv", age=3)
    dropped(folder, "fine.csv")
    dropped(folder, "notes.txt")
    found = {file.name: file for file in form_files(folder, NOW)}
    assert found.keys() == {"link.csv", "pipe.csv", "young.csv", "fine.csv"}
    assert found["fine.csv"].rows == (("a", "b"), ("1", "2"))
    assert not found["young.csv"].rows
    assert not found["young.csv"].trouble
    assert all(found[name].trouble and not found[name].rows for name in ("link.csv", "pipe.csv"))


def test_a_folder_that_is_a_link_is_not_read(folder, tmp_path):
    dropped(folder, "fine.csv")
    (tmp_path / "other").symlink_to(folder)
    assert form_files(tmp_path / "other", NOW) == []


def test_what_was_taken_over_is_put_away_kept_for_a_while_and_cleaned_of_a_person(folder):
    dropped(folder, "a.csv", "Nr;Name\n1;Ali\n2;Popa\n")
    put_away(folder, "a.csv", NOW)
    dropped(folder, "b.csv", "Nr;Name\n1;Ali\n")
    assert not (folder / "a.csv").exists()
    assert erase_rows(folder, lambda _, row: row[0] == "1") == 2
    (kept,) = (folder / DONE).glob("*.csv")
    assert "Ali" not in kept.read_text("utf-8-sig") + (folder / "b.csv").read_text("utf-8-sig")
    assert "Popa" in kept.read_text("utf-8-sig")
    prune_done(folder, NOW + timedelta(days=10))
    assert kept.exists()
    os.utime(kept, (NOW.timestamp(),) * 2)
    prune_done(folder, NOW + timedelta(days=31))
    assert not kept.exists()


def test_an_empty_file_is_told_and_what_a_program_makes_for_itself_is_left_alone(tmp_path):
    for name, data in {
        "a.csv": b"",
        "b.csv": b"ID;Name\n1;Adler\n",
        ".c.csv": b"ID;Na",
        "._b.csv": b"\x00\x05",
    }.items():
        (tmp_path / name).write_bytes(data)
    found = form_files(tmp_path, datetime.now(UTC) + timedelta(minutes=5))
    assert [(one.name, one.trouble, len(one.rows)) for one in found] == [("a.csv", "It is empty.", 0), ("b.csv", "", 2)]
