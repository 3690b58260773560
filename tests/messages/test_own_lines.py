"""What of an answer its sender typed: quotations are known by their beginnings, at once whatever the line holds."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from automations.messages.bodies import own_lines


def lines_of(text):
    message = EmailMessage()
    message.set_content(text)
    return own_lines(message)


@pytest.mark.parametrize(
    "head",
    ["-----Original Message-----", "----- Weitergeleitete Nachricht ----- ", "--- - x ---", "--", "----------",
     "> alt", "________________", "Von: Amt", "Am 1.2. schrieb das Amt:"],
)  # fmt: skip
def test_what_follows_the_head_of_a_quotation_is_left_out(head):
    assert lines_of(f"Ich komme.\n{head}\nSTOP\n") == ("Ich komme.",)


@pytest.mark.parametrize("line", ["--- bitte beachten", "- Dienstag - oder später", "-- kein Ende --- hier"])
def test_dashes_in_a_sentence_begin_no_quotation(line):
    assert lines_of(f"{line}\nBis dann\n") == (line, "Bis dann")


@pytest.mark.parametrize("line", ["-" * 19_000 + "!", "--- " * 4_900 + "!", " " * 15_000 + "x"])
def test_a_line_as_long_as_a_letter_may_be_holds_nothing_up(line):
    """Hours, before: a rule of dashes was looked at in every way to part it in three."""
    assert lines_of(line) == (line.strip(),)
