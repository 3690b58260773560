"""A shipped field is one line: where its record declares it. All else is its use, in files that people edit.

The package is copied, the line added, and another Python plans over a workbook that has the column.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import automations
from automations.model.fields import NO_CAUTION
from automations.model.schema import SHIPPED
from tests.support.declared import rule, text
from tests.support.own_site import CASES, SITE, OwnSite, case

MET, AT = "2026-10-31T09:00", "2026-11-02T09:00"
AFTER = '    email: str | None = declared("email", filling="never")\n'
LINE = '    other_email: str | None = declared("email", access="open")\n'
RULES = (
    text("other", "Wir schreiben an {other_email}. Rückfragen: 02323 160.", "Andere Adresse")
    + rule("other", "cases", when="not is_blank(other_email)", recipient="other_email", template="other")
    + rule("none", "cases", when="is_blank(other_email)", action="set", set={"other_email": "unbekannt@post.test"})
)  # fmt: skip
FIGURE = '[[figures]]\nid = "other"\ntitle = "Zweitadressen"\nwhere = "not is_blank(other_email)"\n'


def kim(folder: Path, package: Path, *words: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "automations", "--site", str(folder), *words, "--json"],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(package)}, cwd=folder,
    )  # fmt: skip
    assert done.returncode in {0, 1}, done.stderr + done.stdout
    return json.loads(done.stdout)


def test_a_shipped_field_is_one_line_and_known_to_conditions_rules_texts_recipients_and_figures(tmp_path):
    source = Path(automations.__file__).parent
    for name in ("automations", "config", "templates"):
        shutil.copytree(source.parent / name, tmp_path / "copy" / name, ignore=shutil.ignore_patterns("__pycache__"))
    records = tmp_path / "copy" / "automations" / "model" / "records.py"
    text = records.read_text(encoding="utf-8")
    assert text.count(AFTER) == 1
    records.write_text(text.replace(AFTER, AFTER + LINE), encoding="utf-8")

    site = OwnSite(tmp_path / "site", few_tabs=False)
    site.write(
        site=SITE, rules="", figures=FIGURE,
        columns='[tables.cases.headings]\nother_email = ["Zweite E-Mail"]\n',
    )  # fmt: skip
    head = [*CASES, "Zweite E-Mail"]
    site.book({"Fälle": [head, [*case("K-1"), "zwei@post.test"], [*case("K-2"), None], [*case("K-3"), "zwei@"]]})
    kim(site.folder, tmp_path / "copy", "run", "--at", MET)
    overview = [cell for row in site.cells("Übersicht") for cell in row]
    assert 1 in overview[overview.index("Zweitadressen") :]

    site.write(rules=RULES)
    shown = kim(site.folder, tmp_path / "copy", "plan", "--full", "--at", AT)
    assert [one["message"] for one in shown["problems"] if (one["field"], one["key"]) == ("other_email", "K-3")]
    assert [one["to"] for one in shown["mails"] if one["rule"] == "other"] == ["zwei@post.test"]
    assert {(one["key"], one["field"], one["new"]) for one in shown["edits"] if one["field"] == "other_email"} == {
        ("K-2", "other_email", "unbekannt@post.test"),  # what somebody typed into K-3 stays
    }  # fmt: skip


def test_what_is_taken_for_an_unreadable_cell_is_the_careful_value():
    """Of a place that it is protected, of a colleague that nobody new comes, of a consent that there is none, of a
    client that others see the calendar and that a call is better than a letter."""
    careful = {
        (table, name): field.cautious
        for table, spec in SHIPPED.items()
        for name, field in spec.fields.items()
        if field.cautious is not NO_CAUTION
    }
    assert {place: str(value) for place, value in careful.items()} == {
        ("locations", "protected"): "True", ("team", "active"): "False", ("cases", "contact_way"): "unsafe",
        ("cases", "withdrawn_on"): "9999-12-31", ("consents", "withdrawn_on"): "9999-12-31",
        ("consents", "valid_until"): "0001-01-01", ("cases", "calendar_entry"): "False", ("cases", "reads_not"): "True",
    }  # fmt: skip
