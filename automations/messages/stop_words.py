"""Words by which people ask for no more messages, in the languages that clients are written to in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType

from automations.messages.folding import fold
from automations.messages.stop_sentences import asks_for_silence

STOP_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "de": (
            "STOP", "STOPP", "Stop Mails", "Stop E-Mails", "Stop keine Erinnerungen mehr", "keine Erinnerungen mehr",
            "keine Erinnerung", "keine Mails mehr", "keine E-Mails mehr", "keine Nachrichten mehr", "abmelden",
            "abbestellen", "austragen", "Widerruf", "ich widerrufe", "nicht mehr schreiben",
        ),
        "en": (
            "STOP", "Stop all", "Stop mails", "Stop emails", "Stop no more reminders", "no more reminders",
            "no more mails", "no more emails", "no more messages", "unsubscribe", "opt out", "stop writing to me",
        ),
        "ru": (
            "СТОП", "Стоп больше не напоминать", "Стоп больше не напоминайте", "больше не напоминать",
            "больше не напоминайте", "больше не пишите", "не пишите мне", "не напоминайте", "отписаться",
            "отписать меня", "хватит", "прекратите",
        ),
        "uk": (
            "СТОП", "Стоп більше не нагадувати", "Стоп більше не нагадуйте", "більше не нагадувати",
            "більше не нагадуйте", "більше не пишіть", "не пишіть мені", "не нагадуйте", "відписатися", "припиніть",
        ),
        "fr": (
            "STOP", "Stop plus de rappels", "plus de rappels", "plus de rappel", "plus de messages", "plus de mails",
            "arrêt", "arrêtez", "arrêter", "me désinscrire", "désinscription", "désabonner", "se désabonner",
        ),
        "ro": (
            "STOP", "Stop fără alte mesaje", "fără alte mesaje", "fără mesaje", "fără alte mementouri", "opriți",
            "opriți mesajele", "nu mai scrieți", "nu mai trimiteți mesaje", "dezabonare", "dezabonați-mă",
        ),
        "ar": (
            "توقف", "قف", "ستوب", "إيقاف", "أوقفوا الرسائل", "أوقف الرسائل", "لا أريد مزيدًا من الرسائل",
            "لا أريد رسائل", "لا مزيد من الرسائل", "لا رسائل", "إلغاء الاشتراك", "كفى",
        ),
        "tr": (
            "STOP", "DUR", "durdur", "durdurun", "artık hatırlatma istemiyorum", "Stop artık hatırlatma istemiyorum",
            "hatırlatma istemiyorum", "mesaj istemiyorum", "artık mesaj istemiyorum", "artık yazmayın",
            "mesaj göndermeyin", "abonelikten çık", "çıkış",
        ),
        "fa": (
            "توقف", "استاپ", "بس است", "لغو اشتراک", "دیگر پیام نفرستید", "دیگر ایمیل نفرستید", "پیام نفرستید",
            "ایمیل نفرستید", "دیگر ننویسید",
        ),
    }
)  # fmt: skip
"""Whole messages, as people type them. A longer message with such a word in it is for people to read:
"please stop at the café" is no objection."""

_COURTESIES = (
    "bitte", "danke", "please", "thanks", "thank you", "merci", "svp", "s'il vous plaît", "пожалуйста", "спасибо",
    "будь ласка", "дякую", "прошу", "vă rog", "mulțumesc", "lütfen", "teşekkürler",
    "من فضلك", "رجاء", "شكرا", "لطفا", "ممنون", "متشکرم",
)  # fmt: skip
# Beside the word itself there may be a greeting and a signature; a letter is for people, whatever it asks for.
_MOST_WORDS, _MOST_IN_LETTER = 25, 120

SENTENCES = re.compile(r"[.!?؟…;\n]+")


def is_objection(line: str) -> bool:
    """Whether a line says nothing but that its writer wants no more messages."""
    said = fold(line)
    # With its courtesies first: some of the phrases hold one of these words themselves.
    return said in _phrases() or without_courtesy(said) in _phrases()


def says_stop(text: str) -> bool:
    """Whether one of the sentences asks for no more messages."""
    return any(asks_for_silence(part) for part in SENTENCES.split(text))


def objects(lines: Sequence[str]) -> bool:
    """Whether somebody who writes these lines wants no more messages: a short message with one of the words as a
    sentence of its own, or a sentence that asks for it."""
    text = "\n".join(lines)
    parts, length = SENTENCES.split(text), len(text.split())
    alone = length <= _MOST_WORDS and any(is_objection(part) for part in (*parts, *lines))
    return alone or any(asks_for_silence(part) for part in parts)


def is_letter(lines: Sequence[str]) -> bool:
    """Whether the lines are too many for a short answer."""
    return len(" ".join(lines).split()) > _MOST_IN_LETTER


@cache
def _phrases() -> frozenset[str]:
    return frozenset(fold(phrase) for phrases in STOP_WORDS.values() for phrase in phrases)


@cache
def _courtesies() -> tuple[str, ...]:
    return tuple(fold(phrase) for phrase in _COURTESIES)


def without_courtesy(said: str) -> str:
    """Folded words without please and thank you."""
    padded = f" {said} "
    for phrase in _courtesies():
        padded = padded.replace(f" {phrase} ", " ")
    return padded.strip()
