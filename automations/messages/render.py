"""A mail as text: templates, languages and one layout become subject, plain text and HTML.

Client mails say everything in the client's language first and in the site's language below; mails
to staff are in the site's language alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from gettext import NullTranslations
from itertools import product
from pathlib import Path

import css_inline
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from automations.common.catalogues import CatalogueError
from automations.common.characters import readable
from automations.messages.contexts import Given, buttons, context_of, sender_name, unsubscribe
from automations.messages.foreign_text import Foreign, foreign
from automations.messages.inspection import is_active, is_blank, is_remote, is_suspicious, visible
from automations.messages.reply_tokens import ReplyTokens
from automations.messages.samples import language_samples
from automations.messages.sandbox import TemplateProblem
from automations.messages.templates import BODIES, PARTS, Templates, is_stem
from automations.messages.text_parts import parts
from automations.messages.wording import Wording, catalogue, direction, endonym, in_one_piece
from automations.model.plan import Mail
from automations.model.settings import SiteFacts
from automations.model.values import Plain

CARRIED = "appointment_carried"  # the template of what a mail says of another matter than its own

_MAX_SUBJECT = 160
_KEPT = 500  # mails of some 12 KB: what most runs send
_TOO_MANY_LINES = re.compile(r"\n{3,}")
# Signs that steer the order of writing: old telephones show them as boxes.
_ISOLATES = frozenset("\u200e\u200f\u2066\u2067\u2068\u2069")
_BLANKS = re.compile(r"\s+")


class Rendered(Struct, frozen=True):
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
    parts a text message may have. Raises TemplateProblem, and nothing else, for whatever is wrong with a template."""

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
        self.templates = Templates(site_templates, self.words)
        self._kept: dict[str, tuple[Mail, Rendered]] = {}
        self._foreign: dict[tuple[str, str, frozenset[str]], Foreign] = {}
        # Nothing over the network: rendering must not depend on, or tell anything to, another server.
        self._inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)

    @property
    def site_name(self) -> str:
        """What the service is called."""
        return self._facts.name

    @property
    def has_buttons(self) -> bool:
        """Whether clients' mails have buttons to answer by."""
        return self._replies is not None

    @property
    def sender_name(self) -> str:
        """The name that mails come from."""
        return sender_name(self._facts)

    def render(self, mail: Mail) -> Rendered:
        """Subject, text and HTML of a mail. The latest are kept: guards look at a mail when it is planned and right
        before it leaves."""
        kept, made = self._kept.pop(mail.key, (None, None))
        if made is None or kept != mail:
            made = self._rendered(mail)
        self._kept[mail.key] = mail, made
        if len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return made

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
            unsubscribe=unsubscribe(mail, self._replies),
        )
        self._refuse_unfit(mail, made)
        return made

    def _text_message(self, mail: Mail) -> Rendered:
        """A text message: one short text in the reader's language. It has no subject, no place, no name."""
        language = self.languages(mail)[0]
        name = f"{mail.template}.sms.j2"
        # A template is written in lines, and a text message is billed by its signs.
        text = _BLANKS.sub(" ", self._part(mail, "sms", language, self._context(mail))).strip()
        text = "".join(sign for sign in text if sign not in _ISOLATES)
        text = in_one_piece(text) if direction(language) == "rtl" else text
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

    def _subject(self, mail: Mail, language: str, common: Given) -> str:
        if not is_stem(mail.template):
            raise TemplateProblem(mail.template, 0, self.words.say("This is no name of a template."))
        text = self._part(mail, "subject.txt", language, common)
        return _BLANKS.sub(" ", text).strip()[:_MAX_SUBJECT]

    def foreign(self, mail: Mail) -> Foreign:
        """What a client's mail says in another language than its own, as if it were in that one: it has no
        translation, or stands in the template itself. Raises TemplateProblem."""
        if mail.channel == "sms":
            return Foreign()
        languages, known = self.languages(mail), self._likeness(mail)
        # In one language alone nothing can be in another one's place.
        if len(languages) > 1 and known not in self._foreign:
            missed: list[str] = []
            first, second = self._said(mail, languages[0], missed), self._said(mail, languages[1], [])
            self._foreign[known] = foreign(first, second, missed, self._context(mail))
        return self._foreign.get(known, Foreign())

    def speaks_for_others(self, mail: Mail) -> bool:
        """Whether `foreign` would look at this mail, and what it finds hold for all that are like it."""
        several = mail.channel != "sms" and len(self.languages(mail)) > 1
        return several and self._likeness(mail) not in self._foreign

    def take_for_own(self, mail: Mail) -> None:
        """Take it from somebody who has looked that this mail, and what is like it, is in its own language."""
        self._foreign.setdefault(self._likeness(mail), Foreign())

    def _likeness(self, mail: Mail) -> tuple[str, str, frozenset[str]]:
        """Mails of one template and language that were given the same things say the same sentences."""
        given = frozenset(name for name, value in mail.context.items() if value)
        return mail.template, self.languages(mail)[0], given

    def _said(self, mail: Mail, language: str, missed: list[str]) -> str:
        """All that a mail says in one language; `missed` takes sentences without translation."""
        context = {**self._context(mail), **self._links(mail, language)}
        subject, text, markup = (self._part(mail, part, language, context, missed) for part in PARTS)
        return "\n".join((subject, text, visible(markup)))

    def _bodies(self, mail: Mail, language: str, common: Given) -> tuple[str, str]:
        """What a mail says in one language, as text and as markup, the other matters that it carries last. Those stand
        in no template of a site's own, and must not be lost by one."""
        # A correction carries those alone that would say the same once more.
        carried = [replace(other, template=CARRIED) for other in mail.joined if not mail.correction]
        contexts = [common, *map(self._context, carried)]
        parts = [
            (each, {**context, **self._links(each, language)})
            for each, context in zip((mail, *carried), contexts, strict=True)
        ]
        text, markup = (
            "\n\n".join(self._part(each, part, language, context) for each, context in parts) for part in BODIES
        )
        return text, markup

    def languages(self, mail: Mail) -> tuple[str, ...]:
        """The languages that a mail is written in; one without a catalogue is left out."""
        own = self._facts.language
        # Colleagues read the language of the site; what a client speaks is no matter of their mails.
        wanted = (mail.language, *mail.languages) if mail.audience == "client" else ()
        # A language that nobody translated would show English, which neither side reads.
        known = [language for language in wanted if self._catalogue(language)]
        return tuple(dict.fromkeys([*(known or [own]), own]))

    def _catalogue(self, language: str) -> NullTranslations | None:
        name, say = f"locales/{language}/LC_MESSAGES/mail.po", self.words.say
        # A site may edit its own catalogue, and everything in it can be wrong: letters, plural forms, quotes.
        try:
            return catalogue(language, self._site_templates)
        except CatalogueError as error:
            raise TemplateProblem(name, error.line, say("The template cannot be read.")) from error
        except UnicodeDecodeError as error:
            raise TemplateProblem(name, 0, say("The template is not saved as UTF-8 text.")) from error
        except (ValueError, LookupError, OSError) as error:
            raise TemplateProblem(name, 0, say("The template cannot be read.")) from error

    def _wording(self, language: str, *, html: bool, subject: bool = False, missed: list[str] | None = None) -> Wording:
        # Without a catalogue the sentences are in English, as they stand in the templates.
        found = self._catalogue(language) or NullTranslations()
        return Wording(language, found, html=html, subject=subject, missed=missed)

    def _context(self, mail: Mail) -> dict[str, Plain]:
        cleaned = context_of(mail, self._facts)
        asked = cleaned["approval"]
        if isinstance(asked, dict) and isinstance(codes := asked.get("languages"), list):
            asked["examples"] = [*asked.get("examples", []), *self._samples([str(code) for code in codes])]
        return cleaned

    def _links(self, mail: Mail, language: str) -> dict[str, Plain]:
        return buttons(mail, self._replies, self._wording(language, html=False, subject=True), self.words)

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

    def _text(self, bodies: Mapping[str, str], common: Given) -> str:
        sections = [
            {"language": language, "name": endonym(language), "body": body} for language, body in bodies.items()
        ]
        whole = self.templates.filled("layout.txt.j2", {**common, "sections": sections})
        return _TOO_MANY_LINES.sub("\n\n", whole).strip() + "\n"

    def _html(self, bodies: Mapping[str, str], common: Given) -> str:
        sections = [
            {
                "language": language,
                "name": endonym(language),
                "direction": direction(language),
                "body": Markup(body),  # noqa: S704 - autoescaped
            }
            for language, body in bodies.items()
        ]
        # Many mail programs drop style sheets and keep the styles of single elements.
        return str(self._inliner.inline(self.templates.filled("layout.html.j2", {**common, "sections": sections})))

    def _refuse_unfit(self, mail: Mail, made: Rendered) -> None:
        """A mail that runs or fetches something is its template's fault: what people typed is text."""
        # Harmless markup, nearly all of it, is passed by quick searches.
        if not is_suspicious(made.html):
            return
        name, say = f"{mail.template}.html.j2", self.words.say
        if is_active(made.html):
            raise TemplateProblem(name, 0, say("It holds a script, a form or another active part."))
        if is_remote(made.html):
            raise TemplateProblem(
                name, 0, say("It fetches a picture or the like, which tells a stranger who reads it.")
            )

    def _part(self, mail: Mail, part: str, language: str, context: Given, missed: list[str] | None = None) -> str:
        wording = self._wording(language, html=part == "html", subject=part == "subject.txt", missed=missed)
        names = {
            "language": language,
            "wording": wording,
            "_": wording.say,
            "count": wording.count,
            "when": wording.when,
        }
        name = f"{mail.template}.{part}.j2"
        body = self.templates.filled(name, {**context, **names})
        # A mail without a word in it is worse than one that waits for its template to be mended.
        if is_blank(visible(body)):
            raise TemplateProblem(name, 0, self.words.say("This text would be blank."))
        return body
