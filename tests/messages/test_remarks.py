"""What counts as words of one's own beside a button, and what speaks against it."""

from __future__ import annotations

import pytest

from automations.messages.remarks import remark, words_of

REPLACED = (["Ja danke, bis Mittwoch"], ["Super, danke"], ["Oui merci"], ["Да, спасибо"])
YES = {"de": "Ja, ich komme", "ar": "نعم، سأحضر"}


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["Ja, ich komme"],
        ["Ja, ich komme.", "Viele Grüße", "Von meinem iPhone gesendet"],
        ["ja,  ich KOMME", "Danke!"],
        ["Ja, ich komme", "STOP"],
        ["Danke", "Sent from my Galaxy"],
        ["ok"],
        ["Так, я прийду"],
        ["Evet, geliyorum"],
        *REPLACED,
    ],
)
def test_the_button_alone(lines):
    found = remark(lines, "confirm", "Ja, ich komme")
    assert not found.contrary
    assert found.text in {"", "ok", "Так, я прийду", "Evet, geliyorum", *("\n".join(lines) for lines in REPLACED)}


@pytest.mark.parametrize(
    ("action", "lines", "contrary"),
    [
        ("cancel", ["No, I cannot come", "My child is ill, I urgently need help"], False),
        ("confirm", ["Ja, ich komme", "Wo ist der Eingang?"], False),
        ("confirm", ["Wo ist der Eingang?"], True),
        ("confirm", ["Ja, ich komme", "aber zwei Stunden später"], True),
        ("confirm", ["Ja, ich komme leider nicht"], True),
        ("confirm", ["Ich kann leider doch nicht kommen."], True),
        ("confirm", ["Sorry, I can't make it."], True),
        ("confirm", ["Je ne peux pas venir"], True),
        ("confirm", ["К сожалению, не смогу прийти"], True),
        ("confirm", ["На жаль, не зможу прийти"], True),
        ("confirm", ["Din păcate nu pot veni"], True),
        ("confirm", ["للأسف لا أستطيع الحضور"], True),
        ("confirm", ["Maalesef gelemiyorum"], True),
        ("confirm", ["متاسفانه نمی‌توانم بیایم"], True),
        ("confirm", ["Ja, ich komme", "Vielleicht"], True),
        ("confirm", ["Ja, ich komme", "Nein"], True),
        ("confirm", ["Ja, ich komme", "Ich bin im Krankenhaus"], True),
        ("confirm", ["Ja, ich komme", "Geht es auch am Donnerstag?"], True),
        ("confirm", ["Ja, ich komme", "Meine Frau kommt statt mir"], True),
        ("confirm", ["Ja, ich komme", "aber erst um 11"], True),
        ("confirm", ["Ja, ich komme", "Ich bringe meine Tochter mit"], False),
        ("confirm", ["Ja, ich komme", "Ist am Donnerstag auch noch etwas?"], False),
        ("confirm", ["Ja, ich komme", "can we do Thursday instead"], True),
        ("confirm", ["Ja, ich komme", "peut-être"], True),
        ("confirm", ["Ja, ich komme", "я в больнице"], True),
        ("confirm", ["Ja, ich komme", "можна в четвер?"], True),
        ("confirm", ["Ja, ich komme", "sunt în spital"], True),
        ("confirm", ["Ja, ich komme", "هل يمكن الخميس؟"], True),
        ("confirm", ["Ja, ich komme", "o gün çalışıyorum"], True),
        ("cancel", ["Doch, ich bin da"], True),
        ("cancel", ["Ich bin da im Urlaub"], False),
        ("cancel", ["Es klappt doch"], True),
        ("cancel", ["Das klappt doch nicht"], False),
        ("cancel", ["я зможу"], True),
        ("cancel", ["я не зможу"], False),
        ("cancel", ["Ich komme doch"], True),
        ("cancel", ["Sorry, I will come after all"], True),
        ("cancel", ["Я всё же приду"], True),
        ("cancel", ["سأحضر"], True),
        ("cancel", ["Ich kann nicht kommen, mein Kind ist krank"], False),
        ("cancel", ["No puedo"], False),
    ],
)
def test_words_that_go_with_the_button_and_words_that_do_not(action, lines, contrary):
    found = remark(lines, action, {"confirm": "Ja, ich komme", "cancel": "Nein, ich kann nicht kommen"}[action])
    assert (bool(found.text), found.contrary) == (True, contrary)


def test_only_the_beginning_of_a_long_remark_is_kept():
    assert len(remark(["Wort " * 1000], "cancel").text) <= 600


@pytest.mark.parametrize(
    "said",
    [
        "Bitte schicken Sie mir keine Mails mehr, mein Mann liest mit.",
        "Bitte keine Mails mehr. Ich brauche dringend Hilfe.",
        "STOP\nIch kann am Mittwoch nicht kommen.",
        "Keine Mails mehr bitte und rufen Sie mich an",
        "Please stop sending me emails because my husband reads them",
        "Не пишите на этот адрес, муж читает",
        "لا ترسلوا لي رسائل، زوجي يقرأها",
    ],
)
def test_what_is_said_beside_an_objection_is_kept(said):
    assert words_of(said) == said.removeprefix("STOP\n")


@pytest.mark.parametrize(
    "said",
    [
        "Bitte schicken Sie mir keine Mails mehr, danke",
        "Guten Tag, bitte keine Mails mehr. Viele Grüße",
        "Bitte keine Mails und Nachrichten mehr",
        "STOP",
    ],
)
def test_an_objection_with_its_courtesies_says_nothing_more(said):
    assert not words_of(said)
