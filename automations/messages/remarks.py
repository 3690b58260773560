"""What a person wrote beside the button, and whether it says the opposite of it.

Pure. The ready-made sentence, greetings and "sent from my phone" are no words of anybody; all else is
for a person to read. Where the words speak against the button, or have replaced its sentence and are no
plain yes, the button is not believed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from msgspec import Struct

from automations.messages.answer_words import CANNOT, COMING, GREETINGS, SIGNED, YES
from automations.messages.folding import fold
from automations.messages.reply_tokens import AT_A_DISTANCE, READY_MADE, Action
from automations.messages.stop_sentences import asks_for_silence
from automations.messages.stop_words import SENTENCES, STOP_WORDS, is_objection, says_stop, without_courtesy
from automations.messages.wording import catalogue

MOST = 600  # Signs of a remark that are kept: enough to know what it is about. The rest stands in the mailbox.

# Where another thought begins; before "and" it must have three words, lest "mails and messages" be two.
_CLAUSES = re.compile(
    r"[,،:()]|\s[-–—]\s|\b(?:und|and|et|и|і|та|și|ve)\b(?=(?:\s+\S+){3})"
    r"|\b(?:weil|denn|aber|sondern|because|since|but|car|parce|mais|потому|но|бо|але|pentru|dar|çünkü|ama|لأن|لكن|چون|اما)\b",
    re.IGNORECASE,
)

_UNTIL = re.compile(r"(?:ok )?bis (?:dann|bald|morgen|ubermorgen|mittwoch|\w+tag)")


class Remark(Struct, frozen=True):
    """The words beside a button, "" for none; `contrary` where they do not go with it."""

    text: str = ""
    contrary: bool = False


def remark(lines: Sequence[str], action: Action, subject: str = "") -> Remark:
    """The sender's own words among the lines of an answer. `subject` is what its subject line says beside the code:
    the button's sentence in the words that left."""
    whole = "\n".join(lines)
    text, kept = _without_ready_made(whole, subject)
    text = words_of(text)
    return Remark(text, contrary=bool(text) and _contrary(action, text, whole, kept=kept))


def words_of(text: str) -> str:
    """What a text says, cut to what is kept: without greetings, thanks and a telephone's signature."""
    # Cut after the courtesies have gone, so that the kept signs hold what the person means.
    return "\n".join(line for line in text.splitlines() if not _says_nothing(line))[:MOST].strip()


def _without_ready_made(text: str, subject: str) -> tuple[str, bool]:
    for pattern in (*_as_pattern(subject), *_ready_made()):
        shorter, found = pattern.subn("", text, count=1)
        if found:
            return shorter, True
    return text, False


def _as_pattern(sentence: str) -> Iterator[re.Pattern[str]]:
    words = re.findall(r"\w+", sentence)
    if words:
        yield re.compile(r"(?<!\w)" + r"\W+".join(map(re.escape, words)) + r"(?!\w)[ \t.,!:;–-]*", re.IGNORECASE)


@cache
def _ready_made() -> tuple[re.Pattern[str], ...]:
    found: list[re.Pattern[str]] = []
    for language in STOP_WORDS:
        known = catalogue(language, None)
        for sentence in {*READY_MADE.values(), *AT_A_DISTANCE.values()}:
            found += _as_pattern(known.gettext(sentence) if known else sentence)
    return tuple(found)


def _says_nothing(line: str) -> bool:
    """Whether a line is empty, a greeting or courtesy, a telephone's signature, or an objection (that one counts
    by itself)."""
    if _is_courtesy(line) or is_objection(line):
        return True
    return says_stop(line) and not any(_says_more(sentence) for sentence in SENTENCES.split(line))


def _is_courtesy(words: str) -> bool:
    said = fold(words)
    return not said or said in _greetings() or bool(SIGNED.search(said))


def _says_more(sentence: str) -> bool:
    """Whether a sentence beside an objection says more than it: "no more mails, my husband reads them" is nothing that
    may be counted and put away."""
    if not _silences(sentence):
        return not _is_courtesy(sentence)
    rest = [part for part in _CLAUSES.split(sentence) if not _silences(part)]
    # Where no part asks by itself, it is the whole sentence that does.
    asked_alone = len(rest) < len(_CLAUSES.split(sentence))
    return asked_alone and any(len(part.split()) > 1 and not _is_courtesy(part) for part in rest)


def _silences(words: str) -> bool:
    return is_objection(words) or asks_for_silence(words)


def _contrary(action: Action, text: str, whole: str, *, kept: bool) -> bool:
    if action == "confirm":
        # "Yes, I am coming" may have become "Yes, I am coming, but not": the sentence is read with what follows it.
        refused = any(CANNOT.search(part) for part in _sentences(whole))
        return refused or not (kept or all(_is_plain_yes(part) for part in SENTENCES.split(text)))
    coming = any(COMING.search(part) and not CANNOT.search(part) for part in _sentences(text))
    # An objection is never contrary: whoever wants no mails may come all the same.
    return action == "cancel" and coming


def _sentences(text: str) -> Iterator[str]:
    return (said for said in map(fold, SENTENCES.split(text)) if said)


@cache
def _greetings() -> frozenset[str]:
    return frozenset(fold(phrase) for phrase in GREETINGS)


def _is_plain_yes(sentence: str) -> bool:
    parts = (fold(part) for part in re.split("[,،]", sentence))
    return all(
        {part, without_courtesy(part)} & {"", *_plain_yes()} or _UNTIL.fullmatch(without_courtesy(part))
        for part in parts
    )


@cache
def _plain_yes() -> frozenset[str]:
    return frozenset(fold(phrase) for phrase in YES) | _greetings()
