"""What a WebDAV store is made of, without a server: addresses, answers that lie, halves of files, what a crash left."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.versions import forget_all
from automations.workbooks.stores.webdav import answers
from automations.workbooks.stores.webdav.account import Account
from automations.workbooks.stores.webdav.address import is_webdav, parse
from automations.workbooks.stores.webdav.answers import OddAnswerError, Seen
from automations.workbooks.stores.webdav.etags import Memory
from automations.workbooks.stores.webdav.recovery import half_written
from automations.workbooks.stores.webdav.turn_folder import Bench, left

URL = "https://cloud.example.org/remote.php/dav/files/kim/Team%20Gr%C3%B6%C3%9Fe.xlsx"
OLD = "Sat, 28 Nov 2026 06:00:00 GMT"
NOW = "Sat, 28 Nov 2026 08:00:00 GMT"


def multistatus(*props: str) -> bytes:
    return (
        '<d:multistatus xmlns:d="DAV:" xmlns:nc="http://nextcloud.org/ns"><d:response><d:href>/a</d:href><d:propstat>'
        f"<d:prop>{''.join(props)}</d:prop><d:status>HTTP/1.1 200 OK</d:status>"
        "</d:propstat></d:response></d:multistatus>"
    ).encode()


def test_an_address_names_server_file_and_account():
    address = parse(URL.replace("https://", "https://frau.meier@"))
    assert (address.url, address.user, address.label.name) == (URL, "frau.meier", "Team Größe.xlsx")
    assert address.beside("a b.xlsx") == "/remote.php/dav/files/kim/a%20b.xlsx"
    assert parse(URL.replace("%20", " ").replace("%C3%B6", "ö")).url == URL


@pytest.mark.parametrize(
    ("url", "server"),
    [(URL, True), ("https://docs.google.com/spreadsheets/d/1/edit", False), ("1AbCdEfGhIjKlMnOpQrStUvWxYz", False),
     ("https://google.com.example.org/a.xlsx", True), ("Team.xlsx", False)],
)  # fmt: skip
def test_a_file_on_a_server_is_told_from_a_google_sheet(url, server):
    assert is_webdav(url) is server


@pytest.mark.parametrize("host", ["cloud.example.org", "192.0.2.7", "127.0.0.1.example.org"])
def test_http_is_for_this_machine_alone(host):
    assert parse("http://127.0.0.1:8080/Team.xlsx", http=True).origin == "http://127.0.0.1:8080"
    for allowed in (True, False):
        with pytest.raises(WorkbookError) as caught:
            parse(f"http://{host}/Team.xlsx", http=allowed)
        assert caught.value.code == "insecure"


def test_no_error_of_an_account_names_the_password(monkeypatch):
    monkeypatch.setenv("KIM_WEBDAV_PASSWORD", "geheim")
    monkeypatch.delenv("KIM_WEBDAV_USER", raising=False)
    with pytest.raises(WorkbookError) as caught:
        Account("team").load()
    assert "geheim" not in f"{caught.value.message} {caught.value.advice}"
    monkeypatch.setenv("KIM_WEBDAV_USER", "kim")
    assert Account("team").load() == ("kim", "geheim")


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"\0", b"<a/>", b'<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>', b"<d>" * 5000,
     b'<!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>', multistatus()[:-9]],
)  # fmt: skip
def test_an_answer_that_makes_no_sense_is_refused(body):
    with pytest.raises(OddAnswerError):
        answers.seen(body)


@given(st.binary(max_size=300), st.integers(0, 400))
def test_no_answer_raises_anything_else(noise, place):
    whole = multistatus("<d:getetag>1</d:getetag>", "<nc:lock>1</nc:lock>", "<nc:lock-time>17303</nc:lock-time>")
    for body in (noise, whole[:place] + noise + whole[place:]):
        with suppress(OddAnswerError):
            answers.seen(body)
        answers.lock_of(body)


def test_a_holder_from_a_stranger_is_short_and_printable():
    lock = f"<d:activelock><d:owner>{'x' * 500}\n&#8238;</d:owner></d:activelock>"
    found = answers.seen(multistatus(f"<d:lockdiscovery>{lock}</d:lockdiscovery>")).locks[0]
    assert found.owner == "x" * 80


def test_a_cut_upload_is_known_and_a_colleagues_save_is_not():
    before, ours = b"PK" + b"before" * 50 + b"end", b"PK" + b"newer!" * 60 + b"end"
    assert half_written(b"", ours, before)
    assert half_written(ours[:100], ours, before)
    assert half_written(ours[:100] + before[100:], ours, before)
    for whole in (before, ours, b"PK" + b"theirs" * 50 + b"end", ours + b"more"):
        assert not half_written(whole, ours, before)


@pytest.mark.parametrize(
    ("tag", "changed", "believed"),
    [('"a"', OLD, True), ('W/"a"', OLD, False), ("", OLD, False), ('"a"', NOW, False), ('"a"', "", True)],
)
def test_an_etag_is_believed_where_it_tells_two_states_apart(tmp_path, tag, changed, believed):
    Memory(tmp_path).take({"etag": tag, "last-modified": changed, "date": NOW}, b"data")
    again = Memory(tmp_path)
    assert bool(again.revision(Seen(there=True, tag=tag, length=4))) is believed
    assert again.revision(Seen(there=True, tag=tag, length=5)) == ""


def test_a_file_of_notes_that_is_damaged_is_passed_over(tmp_path):
    (tmp_path / ".seen.json").write_text("[]")
    assert Memory(tmp_path).revision(Seen(there=True, tag='"a"', length=1)) == ""


def test_what_a_turn_left_is_found_again_and_reached_by_erasure(tmp_path):
    bench = Bench.make(tmp_path, "token", Path("Team.xlsx"))
    assert bench.folder.stat().st_mode & 0o777 == 0o700
    bench.source.write_bytes(b"personal")
    bench.write(phase="moving", lock="t")
    found = next(left(tmp_path, Path("Team.xlsx")))
    assert (found.note.phase, found.note.lock, found.source) == ("moving", "t", bench.source)
    (bench.folder / "note.json").write_text(json.dumps({"phase": "moving", "unknown": 1}))
    assert next(left(tmp_path, Path("Team.xlsx"))).note.phase == "begun"
    forget_all(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_length_that_is_no_length_is_none():
    for length in ("9" * 5000, "-1", "²", ""):
        assert answers.seen(multistatus(f"<d:getcontentlength>{length}</d:getcontentlength>")).length == -1
    assert answers.seen(multistatus("<d:getcontentlength>17</d:getcontentlength>")).length == 17


def test_moments_of_headers():
    assert answers.moment(NOW) == datetime(2026, 11, 28, 8, tzinfo=UTC)
    assert answers.moment("gestern") is None
