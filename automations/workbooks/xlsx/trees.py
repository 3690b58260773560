"""Parts read as trees, where they are small or made anew. Entities and the network stay out."""

from __future__ import annotations

from lxml import etree

from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.xmltext import Xml

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def tree(xml: Xml) -> etree._Element:
    """The root of a part, without comments. Raises Refusal("xml")."""
    # `huge_tree`, as the archive bounded all sizes before, and tabs hold more than the parser takes by itself.
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True
    )
    try:
        return etree.fromstring(xml.text, parser)
    except etree.XMLSyntaxError as error:
        raise Refusal("xml", part=xml.part, line=error.lineno) from error


def serialised(root: etree._Element) -> bytes:
    """A tree as a part."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def values(element: etree._Element) -> dict[str, str]:
    """An element's attributes."""
    return {str(name): str(value) for name, value in element.attrib.items()}


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return etree.QName(element).localname
