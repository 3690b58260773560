"""Markdown as .docx: the one place that knows the library for it, which is an extra."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from markdown_it.token import Token

from automations.common.characters import readable
from automations.engine.papers.pages import GAP, parser


def as_docx(text: str, language: str, *, rtl: bool = False) -> bytes:
    """A document to fill in, with headings, lists and tables of the program that opens it."""
    document = Document()
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(11)
    _speak(document, language)
    _Page(document, rtl=rtl).write(parser().parse(readable(text)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _speak(document: DocumentType, language: str) -> None:
    """The language of the text, for spelling and for reading aloud."""
    properties = document.styles["Normal"].element.get_or_add_rPr()
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), language)
    mark.set(qn("w:bidi"), language)
    properties.append(mark)


class _Page:
    """A document that is being written from tokens."""

    def __init__(self, document: DocumentType, *, rtl: bool) -> None:
        self._document, self._rtl = document, rtl

    def write(self, tokens: Sequence[Token]) -> None:
        """All blocks, in their order."""
        style: str | None = None
        lists: list[str] = []
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token.type == "heading_open":
                style = f"Heading {token.tag[1]}"
            elif token.type in {"bullet_list_open", "ordered_list_open"}:
                lists.append("List Bullet" if token.type.startswith("bullet") else "List Number")
            elif token.type in {"bullet_list_close", "ordered_list_close"}:
                lists.pop()
            elif token.type == "list_item_open":
                style = lists[-1] + (f" {len(lists)}" if len(lists) > 1 else "")
            elif token.type in {"heading_close", "list_item_close"}:
                style = None
            elif token.type == "table_open":
                end = next(n for n in range(index, len(tokens)) if tokens[n].type == "table_close")
                self._table(tokens[index:end])
                index = end
            elif token.type == "inline":
                self._fill(self._document.add_paragraph(style=style), token)
            index += 1

    def _table(self, tokens: Sequence[Token]) -> None:
        rows = list(_rows(tokens))
        table = self._document.add_table(rows=len(rows), cols=max(map(len, rows)), style="Table Grid")
        if self._rtl:
            # For Arabic the first column stands on the right.
            table._tblPr.append(OxmlElement("w:bidiVisual"))  # noqa: SLF001 - the library has no other way
        for number, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
            for cell, token in zip(row.cells, cells, strict=False):
                self._fill(cell.paragraphs[0], token, bold=number == 0)
        header = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001
        header.append(OxmlElement("w:tblHeader"))
        self._document.add_paragraph()

    def _fill(self, paragraph: Paragraph, inline: Token, *, bold: bool = False) -> None:
        strong = bold
        if self._rtl:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))  # noqa: SLF001
        for token in inline.children or ():
            if token.type in {"strong_open", "strong_close"}:
                strong = bold or token.type == "strong_open"
            elif token.type in {"softbreak", "hardbreak"}:
                paragraph.add_run(" ")
            for part in filter(None, GAP.split(token.content)):
                run = paragraph.add_run(part)
                run.bold = strong
                if self._rtl:
                    run.font.rtl = True
                # Yellow: what only people know must not be overlooked before the paper is signed.
                if GAP.fullmatch(part):
                    run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _rows(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    row: list[Token] = []
    for token in tokens:
        if token.type == "inline":
            row.append(token)
        elif token.type == "tr_close":
            yield row
            row = []
