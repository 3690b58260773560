"""Markdown as HTML: pages that need nothing from elsewhere, for papers and for the handbook.

What stands between ⟦ and ⟧ is a gap that people fill in; it is shown in yellow."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from automations.common.characters import readable

GAP = re.compile(r"(⟦[^⟧]*⟧)")
_STYLE = """\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d2733;background:#fff}
h1{font-size:1.7rem;line-height:1.25}h2{font-size:1.25rem;margin-top:2rem}img{max-width:100%;height:auto}
table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border:1px solid #c3ccd6;padding:.35rem .6rem;
text-align:start;vertical-align:top;overflow-wrap:anywhere}th{background:#eef2f6}mark{background:#fff3a3;color:#1d2733}
code{background:#eef2f6;padding:0 .25rem;border-radius:3px}a{color:#1b5a9b}
@media(prefers-color-scheme:dark){body{background:#16202b;color:#e7edf3}th,code{background:#22303e}
th,td{border-color:#43525f}a{color:#8cc4ff}}@media print{body{max-width:none;margin:0}}"""


def as_html(text: str, language: str, *, rtl: bool = False) -> bytes:
    """One text as a whole page."""
    return _page(_title(text), _marked(parser().render(text)), language, rtl=rtl)


def as_book(chapters: Mapping[str, str], pictures: Mapping[str, bytes], language: str, title: str) -> bytes:
    """Chapters (file name -> text) as one page with a list of contents; PNG pictures (path -> bytes) stand in it."""
    titles = {_place(name): escape(_title(text)) for name, text in chapters.items()}
    contents = "".join(f'<li><a href="#{place}">{chapter}</a></li>' for place, chapter in titles.items())
    parts = [f"<h1>{escape(title)}</h1>\n<nav><ol>{contents}</ol></nav>"]
    reader = parser()
    for name, text in chapters.items():
        tokens = reader.parse(text)
        for token in tokens:
            # One level down: the book's own title is the only h1 of the page.
            if token.type in {"heading_open", "heading_close"}:
                token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
            token.children = list(_within(token.children or (), chapters, pictures)) or token.children
        body = reader.renderer.render(tokens, reader.options, {})
        parts.append(f'<section id="{_place(name)}">\n{_marked(body)}</section>')
    return _page(title, "\n".join(parts), language)


def parser() -> MarkdownIt:
    """Reads our Markdown; no HTML of anybody passes."""
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _within(tokens: Iterable[Token], chapters: Mapping[str, str], pictures: Mapping[str, bytes]) -> Iterator[Token]:
    """The parts of a line with its pictures put in, and its links leading within the page or gone: what
    lies beside the handbook does not travel with it."""
    dropped = False
    for token in tokens:
        if token.type == "image" and (found := pictures.get(str(token.attrs.get("src")))):
            token.attrs["src"] = f"data:image/png;base64,{b64encode(found).decode()}"
        if token.type == "link_open":
            target = str(token.attrs.get("href"))
            # The words of such a link stay, the link goes.
            dropped = not target.startswith("https://") and target not in chapters
            if target in chapters:
                token.attrs["href"] = f"#{_place(target)}"
        if not (dropped and token.type in {"link_open", "link_close"}):
            yield token


def _place(name: str) -> str:
    return name.removesuffix(".md")


def _title(text: str) -> str:
    return next((line[2:].strip() for line in text.splitlines() if line.startswith("# ")), "")


def _marked(body: str) -> str:
    return GAP.sub(lambda gap: f"<mark>{gap[0]}</mark>", body)


def _page(title: str, body: str, language: str, *, rtl: bool = False) -> bytes:
    way = ' dir="rtl"' if rtl else ""
    page = (
        f'<!DOCTYPE html>\n<html lang="{language}"{way}>\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n"
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>\n{_STYLE}\n</style>\n</head>\n'
        f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
    return readable(page).encode()
