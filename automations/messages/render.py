"""A mail as text: templates, languages and one layout become subject, plain text and HTML.

Client mails say everything in the client's language first and in the site's language below; mails
to staff are in the site's language alone.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from gettext import NullTranslations
from itertools import islice, product
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import css_inline
from jinja2 import Template, TemplateNotFound, TemplateSyntaxError, UndefinedError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from automations.common.shipped import templates_folder
from automations.common.signs import readable
from automations.common.texts import texts
from automations.messages.addresses import AddressProblem, clean_line, named_address
from automations.messages.foreign import Foreign, foreign
from automations.messages.inspection import is_active, is_blank, is_remote, is_suspicious, visible
from automations.messages.remarks import AT_A_DISTANCE, READY_MADE
from automations.messages.reply_tokens import ReplyTokens
from automations.messages.samples import language_samples
from automations.messages.sandbox import (
    CheckedLoader,
    MailEnvironment,
    TemplateProblem,
    environment,
    unknown,
    unreadable,
)
from automations.messages.text_parts import parts
from automations.messages.wording import Wording, catalogue, direction, endonym
from automations.model.offers import is_offer
from automations.model.plan import Mail
from automations.model.rule_rows import APPROVAL
from automations.model.settings import SiteFacts
from automations.model.values import Plain, to_plain

__all__ = ["KNOWN_KEYS", "Rendered", "Renderer", "TemplateProblem"]

KNOWN_KEYS: Mapping[str, Plain] = MappingProxyType({
    "case": "", "case_manager": "", "place": "", "protected": False, "address": "", "directions": "",
    "date": "", "time": "", "duration": "", "phone": "", "office_phone": "", "bring": [], "days_ahead": "",
    "old_date": "", "old_time": "", "confirm_link": "", "cancel_link": "", "object_link": "",
    "site_name": "", "sender_name": "", "appointments": [], "counts": [], "questions": [], "problems": [],
    "days": "", "received": "", "urgency": "", "run": "", "own": {}, "to_client": False,
    "approval": {}, "approve_link": "", "refuse_link": "", "asks": "",
    "kind": "personal", "until": "", "changed": [], "old_manager": "", "old_duration": 0, "call_number": "",
})  # fmt: skip
"""What the shipped templates speak of; a mail gives those that it knows, the others are blank."""

_Context: TypeAlias = Mapping[str, Plain]

_GIVES_AWAY = ("place", "address", "directions", "office_phone")
_BODIES = ("txt", "html")
_PARTS = ("subject.txt", *_BODIES)
CARRIED = "appointment_carried"
"""The template of what a mail says of another matter than its own."""

_STEM = re.compile(r"[a-z][a-z0-9_]{0,60}")
_MAX_OUTPUT = 300_000
_AT_A_TIME = 100
_MAX_SUBJECT = 160
_TOO_MANY_LINES = re.compile(r"\n{3,}")
_ISOLATES = frozenset("\u200e\u200f\u2066\u2067\u2068\u2069")
"""Signs that steer the order of writing: old telephones show them as boxes."""
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's three texts, and the languages that they are in, the first one first; `unsubscribe` is a link that
    objects to further mails, for the mail program itself ("" for none)."""

    subject: str
    text: str
    html: str
    languages: tuple[str, ...] = ()
    unsubscribe: str = ""


class Renderer:
    """Renders mails of one site. Templates in `site_templates`/mail replace shipped ones of the same name. With
    `replies` (a mailbox is read) client mails get their buttons; without, a phone number. `most_parts` is how many
    parts a text message may have. Raises TemplateProblem, and nothing else, for whatever is wrong with a template.
    """

    def __init__(
        self,
        facts: SiteFacts,
        site_templates: Path | None = None,
        replies: ReplyTokens | None = None,
        most_parts: int = 3,
    ) -> None:
        self.most_parts = most_parts
        self._facts, self._site_templates, self._replies = facts, site_templates, replies
        self.words = facts.texts
        folders = ([site_templates / "mail"] if site_templates else []) + [templates_folder() / "mail"]
        self._folders = tuple(folders)
        self._environment = _environment(self._folders, facts.language)
        self._last: tuple[Mail, Rendered] | None = None
        self._foreign: dict[tuple[str, str, frozenset[str]], Foreign] = {}
        self._inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)

    @property
    def site_name(self) -> str:
        """What the service is called."""
        return self._facts.name

    @property
    def sender_name(self) -> str:
        """The name that mails come from."""
        return _display_name(self._facts.mail_from) or self._facts.name

    def render(self, mail: Mail) -> Rendered:
        """Subject, text and HTML of a mail. The last one is kept: the guards look at a mail right before it leaves."""
        if self._last is None or self._last[0] != mail:
            self._last = mail, self._rendered(mail)
        return self._last[1]

    def _rendered(self, mail: Mail) -> Rendered:
        if mail.channel == "sms":
            return self._text_message(mail)
        common, languages = self._context(mail), self.languages(mail)
        subject = self._subject(mail, languages[0], common)
        bodies = {each: self._bodies(mail, each, common) for each in languages}
        texts, markups = ({each: both[part] for each, both in bodies.items()} for part in (0, 1))
        made = Rendered(
            subject=readable(subject),
            text=readable(self._text(texts, common)),
            html=readable(self._html(markups, {**common, "subject": subject})),
            languages=languages,
            unsubscribe=self._unsubscribe(mail),
        )
        self._refuse_unfit(mail, made)
        return made

    def _text_message(self, mail: Mail) -> Rendered:
        """A text message: one short text in the reader's language. It has no subject, no place, no name."""
        language = self.languages(mail)[0]
        name = f"{mail.template}.sms.j2"
        text = _BLANKS.sub(" ", self._part(mail, "sms", language, self._context(mail))).strip()
        text = "".join(sign for sign in text if sign not in _ISOLATES)
        found = parts(text)
        if found > self.most_parts:
            say = self.words.say
            raise TemplateProblem(name, 0, say("This text would be {n} parts long; {most} are allowed.", n=found,
                                               most=self.most_parts))  # fmt: skip
        return Rendered("", f"{text}\n", "", (language,))

    def subject(self, mail: Mail) -> str:
        """The subject alone; the text of a text message, which has none."""
        if mail.channel == "sms":
            return self.render(mail).text.strip()
        return self._subject(mail, self.languages(mail)[0], self._context(mail))

    def _subject(self, mail: Mail, language: str, common: _Context) -> str:
        if not _STEM.fullmatch(mail.template):
            raise TemplateProblem(mail.template, 0, self.words.say("This is no name of a template."))
        text = self._part(mail, "subject.txt", language, common)
        return _BLANKS.sub(" ", text).strip()[:_MAX_SUBJECT]

    def foreign(self, mail: Mail) -> Foreign:
        """What a client's mail says in another language than its own, as if it were in that one: it has no
        translation, or stands in the template itself. Raises TemplateProblem."""
        if mail.channel == "sms":
            return Foreign()
        languages = self.languages(mail)
        given = frozenset(name for name, value in mail.context.items() if value)
        known = (mail.template, languages[0], given)
        if len(languages) > 1 and known not in self._foreign:
            missed: list[str] = []
            first, second = self._said(mail, languages[0], missed), self._said(mail, languages[1], [])
            self._foreign[known] = foreign(first, second, missed, self._context(mail))
        return self._foreign.get(known, Foreign())

    def _said(self, mail: Mail, language: str, missed: list[str]) -> str:
        """All that a mail says in one language; `missed` takes sentences without translation."""
        context = {**self._context(mail), **self._links(mail, language)}
        subject, text, markup = (self._part(mail, part, language, context, missed) for part in _PARTS)
        return "\n".join((subject, text, visible(markup)))

    def _bodies(self, mail: Mail, language: str, common: _Context) -> tuple[str, str]:
        """What a mail says in one language, as text and as markup, the other matters that it carries last. Those stand
        in no template of a site's own, and must not be lost by one."""
        carried = [replace(other, template=CARRIED) for other in mail.joined]
        contexts = [common, *map(self._context, carried)]
        parts = [
            (each, {**context, **self._links(each, language)})
            for each, context in zip((mail, *carried), contexts, strict=True)
        ]
        text, markup = (
            "\n\n".join(self._part(each, part, language, context) for each, context in parts) for part in _BODIES
        )
        return text, markup

    def languages(self, mail: Mail) -> tuple[str, ...]:
        """The languages that a mail is written in; one without a catalogue is left out."""
        own = self._facts.language
        wanted = (mail.language, *mail.languages) if mail.audience == "client" else ()
        known = [language for language in wanted if self._catalogue(language)]
        return tuple(dict.fromkeys([*(known or [own]), own]))

    def problems(self) -> tuple[TemplateProblem, ...]:
        """What is wrong with any template, shipped or the site's own, without sending anything."""
        found = []
        for name in sorted({path.name for folder in self._folders for path in folder.glob("*.j2")}):
            try:
                self._template(name)
            except TemplateProblem as problem:
                found.append(problem)
        return tuple(found)

    def exists(self, stem: str) -> bool:
        """Whether there is a template for each of the three texts of a stem."""
        names = [f"{stem}.{part}.j2" for part in ("subject.txt", "txt", "html")]
        return bool(_STEM.fullmatch(stem)) and all(
            any((folder / name).is_file() for folder in self._folders) for name in names
        )

    def own_stems(self) -> frozenset[str]:
        """Mails that only this site has, each with its three texts."""
        *own, shipped = ({path.name.partition(".")[0] for path in each.glob("*.j2")} for each in self._folders)
        return frozenset(stem for some in own for stem in some - shipped if self.exists(stem))

    def _catalogue(self, language: str) -> NullTranslations | None:
        return catalogue(language, self._site_templates)

    def _wording(self, language: str, *, html: bool, subject: bool = False, missed: list[str] | None = None) -> Wording:
        # Without a catalogue the sentences are in English, as they stand in the templates.
        found = self._catalogue(language) or NullTranslations()
        return Wording(language, found, html=html, subject=subject, missed=missed)

    def _context(self, mail: Mail) -> dict[str, Plain]:
        context = {"site_name": _clean(self._facts.name), "sender_name": _clean(self.sender_name)}
        given = {"case": mail.case, **mail.context}
        cleaned: dict[str, Plain] = {**KNOWN_KEYS, **context, **{key: _clean(to_plain(given[key])) for key in given}}
        if isinstance(cleaned["bring"], str):
            cleaned["bring"] = [cleaned["bring"]] if cleaned["bring"].strip() else []
        if cleaned["protected"]:
            cleaned.update(dict.fromkeys(_GIVES_AWAY, ""))
        asked = cleaned["approval"]
        if isinstance(asked, dict) and isinstance(codes := asked.get("languages"), list):
            asked["examples"] = [*asked.get("examples", []), *self._samples([str(code) for code in codes])]
        return cleaned

    def _samples(self, languages: Sequence[str]) -> Iterator[Plain]:
        """What clients would read in some languages: for the one who is to approve them."""
        for language, mail in product(languages, language_samples()):
            if self._catalogue(language) is None:
                lines = [self.words.say("kim has no texts in this language.")]
                yield {"subject": language, "lines": [*lines]}
                continue
            context = {**self._context(mail), **self._links(mail, language)}
            subject = self._subject(replace(mail, language=language), language, context)
            text = _TOO_MANY_LINES.sub("\n\n", self._part(mail, "txt", language, context)).strip()
            yield {"subject": f"{endonym(language)} · {subject}", "lines": [*text.splitlines()]}

    def _links(self, mail: Mail, language: str) -> dict[str, Plain]:
        if self._replies is not None and mail.template == APPROVAL and mail.subject_key:
            return {
                "approve_link": self._replies.link(mail.subject_key, 0, "approve", self.words.say("I approve this")),
                "refuse_link": self._replies.link(
                    mail.subject_key, 0, "refuse", self.words.say("I do not approve this")
                ),
            }
        offer = is_offer(mail.subject_key)
        if self._replies is None or not mail.subject_key or not (mail.audience == "client" or offer):
            return {}
        wording = self._wording(language, html=False, subject=True)
        there = mail.context.get("kind", "personal") == "personal" and not offer
        return {
            f"{action}_link": self._replies.link(mail.subject_key, mail.version, action, wording.say(words))
            for action, words in (READY_MADE if there else AT_A_DISTANCE).items()
        }

    def _unsubscribe(self, mail: Mail) -> str:
        if self._replies is None or mail.audience != "client" or not mail.subject_key:
            return ""
        return self._replies.bare_link(mail.subject_key, mail.version, "object", "STOP")

    def _text(self, bodies: Mapping[str, str], common: _Context) -> str:
        sections = [
            {"language": language, "name": endonym(language), "body": body} for language, body in bodies.items()
        ]
        whole = self._run("layout.txt.j2", {**common, "sections": sections})
        return _TOO_MANY_LINES.sub("\n\n", whole).strip() + "\n"

    def _html(self, bodies: Mapping[str, str], common: _Context) -> str:
        sections = [
            {
                "language": language,
                "name": endonym(language),
                "direction": direction(language),
                "body": Markup(body),  # noqa: S704 - autoescaped
            }
            for language, body in bodies.items()
        ]
        return str(self._inliner.inline(self._run("layout.html.j2", {**common, "sections": sections})))

    def _refuse_unfit(self, mail: Mail, made: Rendered) -> None:
        """A mail that runs or fetches something is its template's fault: what people typed is text."""
        if not is_suspicious(made.html):
            return
        name, say = f"{mail.template}.html.j2", self.words.say
        if is_active(made.html):
            raise TemplateProblem(name, 0, say("It holds a script, a form or another active part."))
        if is_remote(made.html):
            raise TemplateProblem(
                name, 0, say("It fetches a picture or the like, which tells a stranger who reads it.")
            )

    def _part(self, mail: Mail, part: str, language: str, context: _Context, missed: list[str] | None = None) -> str:
        wording = self._wording(language, html=part == "html", subject=part == "subject.txt", missed=missed)
        names = {
            "language": language,
            "wording": wording,
            "_": wording.say,
            "count": wording.count,
            "when": wording.when,
        }
        name = f"{mail.template}.{part}.j2"
        body = self._run(name, {**context, **names})
        if is_blank(visible(body)):
            raise TemplateProblem(name, 0, self.words.say("This text would be blank."))
        return body

    def _run(self, name: str, context: Mapping[str, Any]) -> str:
        template = self._template(name)
        try:
            text = _bounded(template.generate(context))
        except TemplateProblem:
            raise
        except UndefinedError as error:
            message = unknown(error, self.words)
            raise TemplateProblem(name, _line(error, self._folders), message) from error
        except Exception as error:
            # Whatever a template does with data that it did not expect must not stop the other mails.
            message = self.words.say("The template does not fit the data.")
            raise TemplateProblem(name, _line(error, self._folders), message) from error
        if text is None:
            raise TemplateProblem(name, 0, self.words.say("The template makes an endless text."))
        return text

    def _template(self, name: str) -> Template:
        try:
            return self._environment.get_template(name)
        except TemplateNotFound:
            raise TemplateProblem(name, 0, self.words.say("There is no such template.")) from None
        except TemplateSyntaxError as error:
            message = unreadable(error, self.words)
            raise TemplateProblem(error.name or name, error.lineno, message) from error
        except TemplateProblem:
            raise
        except Exception as error:
            # Whatever the parser trips over (numbers of thousands of digits, deep nesting) is the template's fault.
            raise TemplateProblem(name, 0, self.words.say("The template cannot be read.")) from error


def _environment(folders: tuple[Path, ...], language: str) -> MailEnvironment:
    filters = {name: _by_language(name) for name in ("weekday", "date", "day", "phone", "minutes", "translated")}
    return environment(CheckedLoader(folders, texts(language)), filters)


def _by_language(name: str) -> Callable[..., str]:
    @pass_context
    def filtered(context: Context, value: object) -> str:
        said: str = getattr(context["wording"], name)(value)
        return said

    return filtered


def _bounded(pieces: Iterator[str]) -> str | None:
    """All pieces as one text; None once they are longer than any mail is."""
    collected, size = [], 0
    while some := list(islice(pieces, _AT_A_TIME)):
        collected.append("".join(some))
        size += len(collected[-1])
        if size > _MAX_OUTPUT:
            return None
    return "".join(collected)


def _clean(value: Plain) -> Plain:
    """Text from people, line by line without control characters and the like."""
    if isinstance(value, str):
        return "\n".join(clean_line(line) for line in value.splitlines())
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value


def _display_name(sender: str) -> str:
    try:
        return named_address(sender).display_name if sender else ""
    except AddressProblem:
        return ""


def _line(error: BaseException, folders: tuple[Path, ...]) -> int:
    """The template line in which an error arose; Jinja writes it into the traceback."""
    inside = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if any(frame.f_code.co_filename.startswith(str(folder)) for folder in folders)
    ]
    return inside[-1] if inside else 0
