"""The mark of a mail in the address that it leaves from."""

from __future__ import annotations

from email.message import EmailMessage

from automations.messages.return_path import mark_of, marked, marks_in

IDENTITY = "<0123456789abcdef0123456789abcdef01234567@kim.test>"


def test_the_mark_comes_back_with_the_address():
    report = EmailMessage()
    report["Delivered-To"] = marked("termine@kim.test", IDENTITY)
    assert report["Delivered-To"] == "termine+0123456789abcdef0123@kim.test"
    assert list(marks_in(report)) == [mark_of(IDENTITY)]


def test_what_would_be_too_long_or_is_no_mail_of_ours_leaves_as_it_is():
    long = f"{'a' * 50}@kim.test"
    assert marked(long, IDENTITY) == long
    assert marked("termine@kim.test", "<CAF=x@mail.test>") == "termine@kim.test"
