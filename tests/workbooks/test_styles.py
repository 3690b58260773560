"""Formats added to a workbook: known again after another program saved it in its own words."""

from __future__ import annotations

from datetime import date

import pytest

from automations.workbooks.xlsx.styles import Styles
from automations.workbooks.xlsx.xmltext import parse

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PLAIN = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"><alignment vertical="top"/></xf>'


def styles(*formats):
    text = f'<styleSheet xmlns="{MAIN}"><cellXfs count="{len(formats)}">{"".join(formats)}</cellXfs></styleSheet>'
    return Styles(lambda: parse(text.encode(), "xl/styles.xml"))


@pytest.mark.parametrize(
    "said",
    [
        'numFmtId="14" fontId="0" fillId="0" borderId="0" applyAlignment="1" pivotButton="0" quotePrefix="0" xfId="0"',
        'xfId="0" applyNumberFormat="true" numFmtId="14" borderId="0" fillId="0" fontId="0" pivotButton="false"',
    ],
)
def test_a_date_format_is_known_in_the_words_of_another_program(said):
    found = styles(PLAIN, f'<xf {said}><alignment vertical="top"/></xf>')
    assert found.for_value(date(2026, 3, 1), 0, ()) == 1
    assert found.grown() is None


@pytest.mark.parametrize(
    "other",
    [
        '<xf numFmtId="14" fontId="1" fillId="0" borderId="0" xfId="0"><alignment vertical="top"/></xf>',
        '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0"><alignment vertical="center"/></xf>',
        '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0"/>',
        PLAIN.replace('Id="0" fontId', 'Id="14" quotePrefix="1" fontId'),
        PLAIN.replace('Id="0" fontId', 'Id="14" applyNumberFormat="0" fontId'),
    ],
)
def test_one_that_says_something_else_is_another(other):
    found = styles(PLAIN, other)
    assert found.for_value(date(2026, 3, 1), 0, ()) == 2
    assert found.for_value(date(2026, 3, 1), 0, ()) == 2
    assert found.grown() is not None
