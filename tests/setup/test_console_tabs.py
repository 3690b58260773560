"""The tabs of rules and texts as they are made: they can be read back, their examples are right and rest."""

from __future__ import annotations

import json

import pytest

from automations.cli import main
from tests.support.own_site import CASES, SITE, OwnSite, case

AT = "2026-11-02T09:00"


def command(site, capsys, *words):
    with pytest.raises(SystemExit) as ended:
        main(["--site", str(site.folder), *words, "--json"])
    return ended.value.code or 0, json.loads(capsys.readouterr().out)


@pytest.fixture(params=["de", "en"])
def site(request, tmp_path):
    return OwnSite(tmp_path).start(
        {"Fälle": [CASES, case("K-1")]},
        met=AT,
        site=SITE.replace("[site]\n", f'[site]\nlanguage = "{request.param}"\n'),
    )


def head_row(sheet):
    return next(row[0].row for row in sheet.iter_rows() if row[1].value)


def test_nothing_that_is_said_above_a_table_is_wider_than_a_window(site, capsys):
    command(site, capsys, "rules", "--make-tabs", "--at", AT)
    book = site.opened()
    for sheet in (book[name] for name in ("Regeln", "Rules", "Texte", "Texts") if name in book.sheetnames):
        said = [str(cell.value) for cell in sheet["A"][: head_row(sheet) - 1]]
        assert len(said) > 2
        assert max(map(len, said)) <= 120


def test_the_tabs_are_made_once_with_examples_that_rest(site, capsys):
    _, told = command(site, capsys, "rules", "--make-tabs", "--at", AT)
    made = told["made"]
    assert made in (["Texte", "Regeln", "Einstellungen"], ["Texts", "Rules", "Settings"])
    assert command(site, capsys, "rules", "--make-tabs", "--at", AT)[1]["made"] == []
    _, rules = command(site, capsys, "rules", "--at", AT)
    examples = [one for one in rules if one["name"].startswith(("beispiel", "example"))]
    assert [(one["action"], one["active"], one["problems"]) for one in examples] == [
        ("mail", False, []), ("ask", False, []), ("list", False, []),
    ]  # fmt: skip
    first = site.run(AT)
    assert [mail for mail in first.prepared.mails if mail.mail.rule.startswith(("beispiel", "example"))] == []
    assert site.run("2026-11-02T12:00").prepared.groups == ()


def test_an_example_that_is_switched_on_works_and_is_counted_beside_it(site, capsys):
    command(site, capsys, "rules", "--make-tabs", "--at", AT)
    book = site.opened()
    sheet = next(book[name] for name in ("Regeln", "Rules") if name in book.sheetnames)
    top = head_row(sheet)
    heads = [cell.value for cell in sheet[top]]
    active = next(heads.index(name) for name in ("Aktiv", "Active") if name in heads)
    sheet.cell(top + 3, active + 1).value = "ja" if "Aktiv" in heads else "yes"
    book.save(site.path)
    site.run(AT)
    (title,) = [tab for tab in site.tabs() if tab.startswith(("Beispiel", "Example"))]
    assert any("K-1" in str(cell) for row in site.cells(title) for cell in row)
    row = site.cells(sheet.title)[top + 2]
    assert row[heads.index("Zeilen heute" if "Aktiv" in heads else "Rows today")] == 1


def test_the_drop_downs_offer_the_teams_own_words(site, capsys):
    command(site, capsys, "rules", "--make-tabs", "--at", AT)
    book = site.opened()
    sheet = next(book[name] for name in ("Regeln", "Rules") if name in book.sheetnames)
    offered = {str(one.sqref): one for one in sheet.data_validations.dataValidation}
    lists = [one.formula1 for one in offered.values() if one.type == "list"]
    assert any("Fälle" in text for text in lists)
    texts = next(book[name] for name in ("Texte", "Texts") if name in book.sheetnames)
    assert any(f"!$A${head_row(texts) + 1}:" in text for text in lists)
    beside = [
        cell.value for column in sheet.iter_cols(min_col=len(sheet[head_row(sheet)])) for cell in column if cell.value
    ]
    assert "Aufenthaltstitel gültig bis" in {cell.value for row in sheet.iter_rows() for cell in row} | set(beside)


def test_a_column_that_nobody_declared_is_offered_and_can_be_used_until_somebody_says_that_it_is_not(site, capsys):
    english = 'language = "en"' in (site.folder / "config" / "site.toml").read_text(encoding="utf-8")
    rows = [[*CASES, "Jahrgang"], [*case("K-1"), 1984], [*case("K-2"), 1999]]
    site.book({"Fälle": rows})
    command(site, capsys, "rules", "--make-tabs", "--at", AT)
    rules = "Rules" if english else "Regeln"
    settings = "Settings" if english else "Einstellungen"

    def rule(book):
        sheet = book[rules]
        heads = [cell.value for cell in sheet[head_row(sheet)]]
        words = {"Name": "Alt", "Tabelle": "Fälle", "Spalte": "Jahrgang", "Vergleich": "weniger als", "Wert": 1990,
                 "Was passiert": "Liste", "Aktiv": "ja"}  # fmt: skip
        names = ("Rule", "Table", "Column", "Comparison", "Value", "Action", "Active")
        names = names if english else tuple(words)
        for name, word in zip(names, words.values(), strict=True):
            sheet.cell(sheet.max_row + (name == names[0]), heads.index(name) + 1).value = word

    site.edit(rule)
    chosen = {cell.value for row in site.opened()[rules].iter_rows(min_col=20) for cell in row}
    assert "Jahrgang" in chosen
    (alt,) = [one for one in command(site, capsys, "rules", "--at", AT)[1] if one["name"] == "alt"]
    assert (alt["today"], alt["problems"]) == (1, [])
    offered = site.cells(settings)
    at = next(number for number, row in enumerate(offered, 1) if row[:2] == ["Fälle", "Jahrgang"])
    assert offered[at - 1][3] == "1984 · 1999"
    site.run(AT)
    assert [row[1] for row in site.cells("Alt") if "K-" in str(row[0])] == [1984]
    site.edit(lambda book: book[settings].cell(at, 5, "not used" if english else "wird nicht gebraucht"))
    (alt,) = [one for one in command(site, capsys, "rules", "--at", AT)[1] if one["name"] == "alt"]
    assert ("is not used" if english else "nicht gebraucht") in str(alt["problems"])


def test_what_a_column_may_be_is_offered_without_the_tabs_of_kims_own(site, capsys):
    command(site, capsys, "rules", "--make-tabs", "--at", AT)
    sheet = next(site.opened()[name] for name in ("Einstellungen", "Settings") if name in site.opened().sheetnames)
    offered = [str(cell.value) for row in sheet.iter_rows(min_col=7) for cell in row if cell.value]
    assert any(one.startswith(("eigenes Feld", "own field")) for one in offered)
    assert [one for one in offered if one.startswith(("Regeln", "Texte", "Einstellungen"))] == []
