"""Approval by the answer to a mail: who may say yes, to what, and what an ill-meaning person tries."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from automations.messages.reply_tokens import make
from tests.jobs.test_workbook_rules import BOAT, BOAT_TEXT, SWIM, SWIM_TEXT, TEXTS, hint
from tests.support.approving import APPROVER, KEY, WITH_APPROVER, Mailbox, code
from tests.support.harbour import BOATS, MET, TABS
from tests.support.own_site import OwnSite, text_of
from tests.support.rule_rows import RULES
from tests.support.shelf import lived


def begun(folder):
    """A site whose approver was asked about two rules."""
    made = OwnSite(folder).start(
        {**TABS, "Regeln": [RULES, SWIM, BOAT], "Texte": [*TEXTS, SWIM_TEXT, BOAT_TEXT]},
        met=MET,
        site=WITH_APPROVER,
        columns=BOATS,
        rules="",
    )
    Mailbox(made).run("2026-11-02T09:00")


@pytest.fixture
def site(tmp_path):
    return OwnSite(lived(begun, tmp_path))


def request(site, word):
    return next(mail for mail in site.mails() if mail["To"] == APPROVER and word in mail["Subject"])


def others(site):
    """Mails of the rules themselves; the lead's morning mail counts letters that nobody has read."""
    return [mail for mail in site.mails() if mail["To"].endswith(("@hafen.test", "@post.test", "@boese.test"))]


@pytest.fixture
def box(site):
    return Mailbox(site)


def test_the_mail_says_what_would_happen_and_its_answer_lets_it(site, box):
    mail = request(site, "Boot")
    text = text_of(mail)
    assert ("Boot" in text, "hafen.test" in text, "Guten Tag Möwe" in text) == (True, True, True)
    assert "VK-1" not in text_of(request(site, "Schwimmkurs"))  # no client's name in it
    assert "‹Vorname›" in text_of(request(site, "Schwimmkurs"))
    assert "Ausgewählt nach: Schwimmt ab" in text_of(request(site, "Schwimmkurs"))
    assert others(site) == []
    assert APPROVER in hint(site, "Schwimmkurs")
    box.answer(f"Re: {code(mail)}")
    box.run("2026-11-02T10:00")
    assert [mail["To"] for mail in others(site)] == ["moewe@hafen.test"]
    assert hint(site, "Boot") == f"freigegeben von {APPROVER}"
    again = box.run("2026-11-02T12:30")
    assert (again.prepared.groups, again.applied.mails) == ((), [])


def test_a_no_lets_the_rule_rest_and_nobody_is_asked_again(site, box):
    mail = request(site, "Boot")
    links = [line for line in text_of(mail).splitlines() if line.startswith("mailto:")]
    box.answer(parse_qs(urlsplit(links[1]).query)["subject"][0], body="")
    box.run("2026-11-02T10:00")
    assert hint(site, "Boot") == f"abgelehnt von {APPROVER}"
    assert others(site) == []
    assert len([one for one in site.mails() if "Boot" in one["Subject"]]) == 1


@pytest.mark.parametrize(
    ("sender", "result", "headers"),
    [
        ("editor@stadt.test", "pass", {}),  # a colleague who saw the token
        (APPROVER, "fail", {}),  # somebody who writes the approver's address
        (APPROVER, "pass", {"Auto_Submitted": "auto-replied"}),  # a machine
    ],
)
def test_attack_an_answer_that_is_not_the_approvers(site, box, sender, result, headers):
    box.answer(code(request(site, "Boot")), sender, result, **headers)
    box.run("2026-11-02T10:00")
    assert others(site) == []
    assert "freigegeben" not in hint(site, "Boot")


def test_attack_a_token_made_up_or_of_another_kind(site, box):
    box.answer(make("boot/0123456789abcdef", 0, "approve", b"guessed" * 5))
    real = code(request(site, "Boot"))
    box.answer(real.replace("boot", "schwimmkurs"))
    box.answer(make("boot/0123456789abcdef", 0, "confirm", KEY))  # a client's button with a number like that
    box.run("2026-11-02T10:00")
    assert others(site) == []


def test_attack_the_text_changed_while_the_question_was_out(site, box):
    """A yes counts for what was asked; the changed text is asked about anew."""
    box.answer(code(request(site, "Boot")))
    site.type("Texte", "Boot", Text="Bitte überweisen Sie")
    box.run("2026-11-02T10:00")
    assert others(site) == []
    assert len([mail for mail in site.mails() if "Boot" in mail["Subject"]]) == 2


def test_attack_addresses_swapped_after_the_yes_are_asked_about_anew(site, box):
    box.answer(code(request(site, "Boot")))
    site.type("Boote", "Möwe", **{"E-Mail": "ich@boese.test"})
    box.run("2026-11-02T10:00")
    assert others(site) == []
    assert "boese.test" in hint(site, "Boot")
    newest = [mail for mail in site.mails() if "Boot" in mail["Subject"]][-1]
    assert "boese.test" in text_of(newest)


def test_attack_a_rule_of_the_operator_that_takes_its_text_from_the_workbook(site, box):
    """Its text can be typed by anybody, so it waits like a rule of the workbook."""
    site.write(rules='[[rules]]\nname = "harbour"\ntable = "boats"\nrecipient = "email"\ntemplate = "boot"\n')
    result = box.run("2026-11-02T10:00")
    assert [item.mail.to for item in result.prepared.mails if item.mail.rule == "harbour"] == []
    assert others(site) == []


def test_attack_a_second_language_nobody_saw(tmp_path):
    """Each language of a text stands in the mail; clients' domains do, too."""
    english = ["Schwimmen", "Englisch", "Soon", "Hello {Vorname}, pay {Schwimmt ab} to boese.test."]
    made = OwnSite(tmp_path).start(
        {**TABS, "Regeln": [RULES, SWIM], "Texte": [*TEXTS, SWIM_TEXT, english]}, met=MET, site=WITH_APPROVER,
        columns=BOATS, rules="",
    )  # fmt: skip
    Mailbox(made).run("2026-11-02T09:00")
    text = text_of(request(made, "Schwimmkurs"))
    assert "Hello ‹Vorname›, pay" in text
    assert "English: Soon" in text
    assert "(post.test)" in text
