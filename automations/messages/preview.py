"""Every mail in every language on one page that needs nothing else: to read, compare and approve."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup, escape
from msgspec.structs import replace

from automations.common.characters import readable
from automations.messages.render import Rendered, Renderer
from automations.messages.sandbox import TemplateProblem
from automations.messages.wording import direction, endonym
from automations.model.plan import Mail

_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)

_STYLE = """
body { margin: 0; background: #dfe5ec; color: #1b2733; }
body, pre { font-family: "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; }
header, nav, h2, .subject, details { margin: 0; padding: 8px 10px; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 22px; }
h2 { padding-top: 34px; font-size: 18px; }
nav a { display: inline-block; margin: 2px 10px 2px 0; color: #0b5394; }
.mails { display: grid; gap: 14px; padding: 0 10px; }
.mails { grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); }
.mail { min-width: 0; background: #eef1f5; border: 1px solid #c3cdd8; border-radius: 8px; overflow: hidden; }
.language { padding: 6px 10px; background: #2d4257; color: #ffffff; font-size: 13px; }
.from { padding: 6px 10px 0; background: #ffffff; color: #5a6876; font-size: 13px; }
.subject { background: #ffffff; font-weight: bold; }
.trouble { padding: 10px; color: #a11212; }
pre { margin: 0; padding: 8px 0; white-space: pre-wrap; font-size: 13px; unicode-bidi: plaintext; }
"""


def preview(renderer: Renderer, languages: Sequence[str], samples: Sequence[Mail], note: str = "") -> str:
    """One self-contained HTML page. Mails to staff appear once, in the site's language. `note` stands above them."""
    headings = [(f"mail-{number}", _title(renderer, mail)) for number, mail in enumerate(samples)]
    links = Markup(" ").join(Markup('<a href="#{}">{}</a>').format(*heading) for heading in headings)
    sections = Markup("").join(
        Markup('<h2 id="{}">{}</h2><div class="mails">{}</div>').format(*heading, _row(renderer, languages, mail))
        for heading, mail in zip(headings, samples, strict=True)
    )
    title = renderer.words.say("All mails of “{site}” in all languages", site=renderer.site_name)
    page = str(
        Markup(
            '<!DOCTYPE html><html lang="{}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            "<title>{}</title><style>{}</style></head>"
            "<body><header><h1>{}</h1><p>{}</p></header><nav>{}</nav><main>{}</main></body></html>"
        ).format(renderer.words.language, title, Markup(_STYLE), title, note, links, sections)  # noqa: S704 - a constant
    )
    return readable(page)


def _title(renderer: Renderer, mail: Mail) -> str:
    """What the mail is, in the site's language: the beginning of its subject, and what is special about it."""
    say = renderer.words.say
    variants = {
        "protected": say("protected place"),
        "telephone": say("by telephone"),
        "video": say("by video"),
        "home_visit": say("at the client's home"),
        "other": say("as agreed"),
    }
    variant = mail.key.partition(mail.template)[2].strip("/")
    try:
        subject = renderer.subject(replace(mail, language=renderer.words.language)).partition(":")[0]
    except TemplateProblem:
        subject = mail.template.replace("_", " ")
    return " · ".join(part for part in (subject, variants.get(variant, variant)) if part)


def _row(renderer: Renderer, languages: Sequence[str], mail: Mail) -> Markup:
    wanted = languages if mail.audience == "client" else (renderer.words.language,)
    return Markup("").join(_mail(renderer, replace(mail, language=language)) for language in wanted)


def _mail(renderer: Renderer, mail: Mail) -> Markup:
    head = Markup('<article class="mail"><div class="language">{} · {}</div>').format(
        endonym(mail.language), mail.language
    )
    try:
        rendered = renderer.render(mail)
    except TemplateProblem as problem:
        return head + Markup('<div class="trouble">{}</div></article>').format(str(problem))
    return head + _shown(renderer, mail, rendered)


def _embedded(body: str) -> str:
    """A mail within a page: the page has its own main part, and its headings come first."""
    return body.replace('<div role="main">', "<div>", 1).replace("<h1", "<h3").replace("</h1>", "</h3>")


def _shown(renderer: Renderer, mail: Mail, rendered: Rendered) -> Markup:
    found = _BODY.search(rendered.html)
    body = _embedded(found[1]) if found else str(escape(rendered.html))
    return Markup(
        '<div class="from">{}</div><div class="subject" dir="{}">{}</div><div>{}</div>'
        "<details><summary>{}</summary><pre>{}</pre></details></article>"
    ).format(
        renderer.words.say("From: {name}", name=renderer.sender_name),
        direction(mail.language),
        rendered.subject,
        Markup(body),  # noqa: S704 - the mail itself, escaped when it was rendered
        renderer.words.say("The same as plain text"),
        rendered.text,
    )
