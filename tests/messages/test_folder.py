"""Mails laid down in a folder."""

from __future__ import annotations

import email
import stat
from datetime import UTC, datetime, timedelta
from email import policy

from msgspec.structs import replace

from automations.messages.message import Sender, build
from automations.messages.render import Rendered
from automations.messages.samples import samples
from automations.messages.transport import FolderTransport

NOW = datetime(2024, 10, 31, 7, tzinfo=UTC)
SENDER = Sender("kim@kim.test", b"k" * 32)
MAIL = samples()[0]


def message(key: str = "a", now: datetime = NOW):
    return build(replace(MAIL, key=key), Rendered("Betreff", "Text", "<p>Text</p>", ("de",)), SENDER, now)


def test_a_mail_is_a_file_for_its_owner_alone(tmp_path):
    folder = tmp_path / "site" / "mails"
    delivery = FolderTransport(folder).deliver(message(), "a@b.test")
    path = folder / delivery.detail
    assert delivery.state == "test"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert email.message_from_bytes(path.read_bytes(), policy=policy.default)["Subject"] == "Betreff"


def test_the_same_mail_is_the_same_file_and_names_sort_by_time(tmp_path):
    transport = FolderTransport(tmp_path)
    first = transport.deliver(message(), "a@b.test").detail
    assert transport.deliver(message(), "a@b.test").detail == first
    other = transport.deliver(message("b", NOW + timedelta(seconds=1)), "a@b.test").detail
    assert sorted(path.name for path in tmp_path.iterdir()) == [first, other]
    assert "a@b" not in first


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    delivery = FolderTransport(tmp_path / "file" / "mails").deliver(message(), "a@b.test")
    assert (delivery.state, delivery.down) == ("retry", True)
    assert "mails" in delivery.detail


def test_it_reaches_nobody():
    assert not FolderTransport.live
