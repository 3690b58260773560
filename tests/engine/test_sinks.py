"""Hostile texts through everything that kim puts texts into: nothing breaks, nothing gets out of its place, and
what shows them is renewed.

`SINKS` lists all of them. Who adds one finds here that it is not tried (`test_every_module_that_writes_is_known`).
"""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime, time
from email import message_from_bytes, policy
from functools import cache
from pathlib import Path

import icalendar
import pytest
from lxml import html
from msgspec.structs import replace

from automations.cli.output import Output
from automations.common.logs import Log
from automations.engine.papers.documents import as_docx
from automations.engine.papers.pages import as_html
from automations.jobs.tabs.report_file import csv_of
from automations.messages.message import Sender, build
from automations.messages.preview import preview
from automations.messages.render import Renderer
from automations.messages.reply_tokens import ReplyTokens
from automations.messages.samples import samples
from automations.messages.text_gateway import build_text
from automations.model.settings import SiteFacts
from automations.model.tabdoc import Chart, Column, Grid, Heading, TabCell, TabDoc, Text
from automations.model.values import same
from automations.workbooks.drawing.printable import clean
from automations.workbooks.drawing.sheets import render_tab
from automations.workbooks.xlsx.changes import patch
from automations.workbooks.xlsx.linting import faults
from automations.workbooks.xlsx.package import Package
from automations.workbooks.xlsx.reading import read_workbook
from tests.support.google_sheets import cell_of
from tests.support.hostile import CORPUS, SHORT, workbook
from tests.support.own_google_site import GoogleOwnSite
from tests.support.own_site import ALWAYS, CASES, SITE, VISITS, OwnSite, case
from tests.support.packages import made, sheet
from tests.support.slices import some

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
MAILBOX = "termine@stadt.example.org"
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")
SENDER = Sender(f"Stadt <{MAILBOX}>", b"k" * 32, MAILBOX, answers=True, text_domain="sms.example.org")


def filled(value, text):
    """A context with a text in each place that holds one, whatever its kind."""
    if isinstance(value, dict):
        return {name: item if name in KEPT else filled(item, text) for name, item in value.items()}
    if isinstance(value, list):
        return [filled(item, text) for item in value]
    return text if isinstance(value, str) and not re.fullmatch(r"[\d:-]+", value) else value


TRIED = {"appointment_moved", "staff_digest"}
KEPT = {"kind", "changed", "date", "time", "old_date", "old_time", "day"}


def mails(text):
    """Shipped mails with the text as names, places, reasons and questions."""
    for sample in (one for one in samples() if one.template in TRIED):
        entry = sample.calendar and replace(sample.calendar, summary=text, location=text)
        language = ("de", "ar", "en")[len(text) % 3] if sample.audience == "client" else "de"
        yield replace(sample, language=language, context=filled(dict(sample.context), text), calendar=entry)


@cache
def renderer(text="Beratung"):
    facts = SiteFacts(
        name=text,
        mail_from=f"Stadt <{MAILBOX}>",
        reply_to=MAILBOX,
        phone="0221 1",
        approved_languages=("de", "ar", "en"),
    )
    return Renderer(facts, None, ReplyTokens((b"k" * 32,), MAILBOX))


def tags(markup):
    """Which elements a page has and which attributes that act, however often."""
    root = html.fromstring(markup)
    acting = {
        name for item in root.iter() if isinstance(item.tag, str) for name in dict(item.attrib) if name[:2] == "on"
    }
    targets = {item.get("href", "").partition(":")[0] for item in root.iter("a")}
    return {item.tag for item in root.iter() if isinstance(item.tag, str)} | acting | targets


# --- one sink each ---------------------------------------------------------------------------------


def a_cell(text, folder):
    """A cell of the team's (.xlsx), as every edit passes `encode`."""
    source, target = made(folder / "s.xlsx", sheet("")), folder / "t.xlsx"
    patch(source, target, {"Tab1": {"B2": clean(text)}})
    raw = read_workbook("t", target.read_bytes(), target).tabs[0]
    found = raw.rows[1][1] if len(raw.rows) > 1 and len(raw.rows[1]) > 1 else None
    assert same(found, clean(text))
    assert not raw.formulas
    judged(target)


def a_tab(text, folder):
    """A tab of kim's (.xlsx)."""
    grid = Grid(
        "g", (Column(text, note=text[:500]), Column("n")), ((TabCell(text, note=text[:500]), TabCell(3)),), title=text,
        empty=text, filter=True,
    )  # fmt: skip
    chart = Chart("c", "bar", text, "g", 0, (1,), y_title=text)
    doc = TabDoc("t", "Tab", "team", (Heading(text, 1), Text(text), grid, chart), stand_label=text, stale_label=text)
    assert doc.fingerprint()
    path = folder / "tab.xlsx"
    render_tab(doc, path, lambda _: None)
    raw = read_workbook("t", path.read_bytes(), path).tabs[0]
    assert not raw.formulas
    shown = {clean(text), clean(text).replace("_x005F_x0041_", "_x005FA")}  # XlsxWriter escapes not two in a row
    assert any(same(value, one) for row in raw.rows for value in row for one in shown)
    judged(path)


def judged(path):
    with Package(path) as package:
        assert not list(faults(package, package.parts()))


@cache
def usual():
    """What the mails are made of where nobody typed anything odd, in all the languages tried."""
    found = {}
    for mail in (mail for word in ("x", "xx", "xxx") for mail in mails(word)):
        found[mail.template] = found.get(mail.template, set()) | tags(renderer().render(mail).html)
    return found


def a_mail(text, folder):
    """Subject, addresses, text, HTML and calendar entry of each mail."""
    made = renderer(text[:200])
    for mail in mails(text):
        rendered = made.render(mail)
        raw = build(mail, rendered, SENDER, NOW).as_bytes()
        told = message_from_bytes(raw, policy=policy.default)
        assert raw.isascii()
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
        assert not {"bcc", "cc"} & {name.lower() for name in told.keys()}  # noqa: SIM118 - a message, no dict
        assert len(told["To"].addresses) == 1
        assert not CONTROLS.search(told["Subject"])
        assert tags(rendered.html) <= usual()[mail.template]
        for part in told.walk():
            if part.get_content_type() == "text/calendar":
                events = icalendar.Calendar.from_ical(part.get_content()).walk("VEVENT")
                assert len(events) == 1


def a_text_message(text, folder):
    """A text message through the mail server."""
    mail = next(iter(mails(text)))
    rendered = replace(renderer().render(mail), text=clean(text))
    told = message_from_bytes(build_text(replace(mail, to="+491511234"), rendered, SENDER, NOW).as_bytes())
    assert {name.lower() for name in told.keys()} >= {"from", "to", "date"}  # noqa: SIM118
    assert not {"bcc", "subject"} & {name.lower() for name in told.keys()}  # noqa: SIM118


def the_preview(text, folder):
    """The page with every mail."""
    page = preview(renderer(), ("de",), [next(iter(mails(text)))], text)
    assert tags(page) <= tags(preview(renderer(), ("de",), [next(iter(mails("x")))], "x"))


def the_report(text, folder):
    """The report's CSV file."""
    lines = csv_of([[text, "b"]])
    rows = list(csv.reader(io.StringIO(lines, newline=""), delimiter=";", strict=True))
    assert [len(row) for row in rows] == [2]
    assert not rows[0][0].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert (folder / "r.csv").write_bytes(lines.encode())


def the_papers(text, folder):
    """The papers, as page and as document to fill in."""
    page = lambda said: tags(as_html(f"# Titel\n\n{said}", "de"))  # noqa: E731
    assert page(text) <= {*page("x"), *PROSE}
    assert as_docx(f"# Titel\n\n{text}", "de")


PROSE = {
    "p",
    "ul",
    "li",
    "ol",
    "em",
    "strong",
    "code",
    "pre",
    "blockquote",
    "h1",
    "h2",
    "hr",
    "br",
    "table",
    "a",
    "https",
}


def the_log(text, folder):
    """The operator's log."""
    Log(folder).write(NOW, "x", code=text)
    lines = (folder / "kim.jsonl").read_text(encoding="utf-8").split("\n")
    assert len(lines) == 2
    assert json.loads(lines[0])["event"] == "x"


def the_terminal(text, folder, capsys):
    """What commands print for people."""
    out = Output(as_json=False)
    out.line(text)
    out.table([text[:50]], [[text]], title=text[:50])
    assert not CONTROLS.search(capsys.readouterr().out.replace("\n", ""))


def the_document(text, folder, capsys):
    """What commands print for programs."""
    Output(as_json=True).document({"a": text, "b": [text]})
    assert json.loads(capsys.readouterr().out)["b"]


SINKS = {
    "a cell": a_cell, "a tab": a_tab, "a mail": a_mail, "a text message": a_text_message, "the preview": the_preview,
    "the report": the_report, "the papers": the_papers, "the log": the_log, "the terminal": the_terminal,
    "the document": the_document,
}  # fmt: skip
_LONG = {
    "a mail",
    "a text message",
    "the preview",
    "the papers",
}  # what goes there is a line or a paragraph, cut before


@pytest.mark.sliced
@pytest.mark.parametrize("name", SINKS)
def test_hostile_texts_stay_texts(name, tmp_path, capsys):
    sink, more = SINKS[name], (capsys,) if name in {"the terminal", "the document"} else ()
    failed = {}
    for number, (kind, text) in enumerate(some(list((SHORT if name in _LONG else CORPUS).items()), 30, name)):
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            sink(text, folder, *more)
        except Exception as error:  # noqa: BLE001 - each text is told of
            failed[kind] = f"{type(error).__name__} {str(error)[:300]}"
    assert not failed


# --- whole sites -----------------------------------------------------------------------------------


def tabs(corpus):
    """A team's workbook in which each cell that people type holds each of the texts."""
    cases, visits = [CASES], [VISITS]
    places = [["Name", "neutraler Name", "Anschrift", "Telefon"], ["Büro", "Büro", "Weg 1", "02323 1"]]
    for n, text in enumerate(corpus.values(), 1):
        names = {"Nachname": text, "Vorname": text, "Vermittelt durch": text, "E-Mail": f"k{n}@post.test"}
        odd = {"E-Mail": text, "Zuständig": text if n % 3 == 0 else "AB", "Phase": text if n % 4 == 0 else "Begleitung"}
        cases += [case(f"K-{n:03}", Sprachen=text if n % 2 else "Deutsch", **names), case(text, **odd)]
        place, who = text if n % 2 else "Büro", text if n % 3 == 0 else "AB"
        visits += [
            [f"T-{n:03}", f"K-{n:03}", date(2026, 12, 1), time(9), place, "AB", "geplant", None],
            [f"U-{n:03}", text, date(2026, 12, 2), text if n % 5 == 0 else time(10), "Büro", who, "geplant", None],
        ]
        places.append([text] * 4)
    return {**ALWAYS, "Fälle": cases, "Termine": visits, "Standorte": places}


class HostileSite(OwnSite):
    def book(self, tabs):
        workbook(self.path, tabs)


class HostileSheet(GoogleOwnSite):
    """Strings of the service are UTF-8: halves of a pair cannot be in them."""

    def book(self, tabs):
        self.sheet = self.google.create("Team", {name: [] for name in tabs}, locale="de_DE", timeZone="Europe/Berlin")
        for number, rows in enumerate(tabs.values()):
            target = self.google.spreadsheet(self.sheet).sheets[number]
            target.resize(len(rows) + 20, 50)
            values = [{"values": [cell_of(whole(v)) if v is not None else {} for v in row]} for row in rows]
            change = {"start": {"sheetId": target.id}, "rows": values, "fields": FIELDS}
            self.google.person("team", self.sheet).does({"updateCells": change})


FIELDS = "userEnteredValue,userEnteredFormat.numberFormat"


def whole(value):
    if not isinstance(value, str):
        return value
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@pytest.fixture(params=["xlsx", "google"])
def site(request, tmp_path):
    made = (
        HostileSite(tmp_path) if request.param == "xlsx" else HostileSheet(tmp_path, request.getfixturevalue("google"))
    )
    made.few_tabs = False
    made.write(site=SITE)
    return made


@pytest.mark.sliced
def test_a_whole_site_of_hostile_texts_ends_with_done_and_is_renewed(site):
    site.book(tabs(dict(some(list(CORPUS.items()), 30, type(site).__name__))))
    site.met("2026-11-28T08:00")
    result = site.run("2026-11-30T09:00")
    assert (result.outcome, result.applied.trouble, result.applied.errors) == ("done", [], {})
    for line in (site.folder / "state").rglob("*.jsonl"):
        assert all(json.loads(one) for one in line.read_text(encoding="utf-8").split("\n") if one)
    assert site.mails()
    assert all(len(mail["To"].addresses) == 1 and mail["Bcc"] is None for mail in site.mails())
    site.run("2026-11-30T09:10")  # what the mails changed stands in the tabs
    rest = site.run("2026-11-30T09:20")
    assert (rest.outcome, rest.applied.writes, rest.applied.mails) == ("done", {}, [])
    site.type("Fälle", "K-001", Phase="Unfug")
    renewed = site.run("2026-11-30T09:30")
    assert renewed.outcome == "done"
    assert "Unfug" in json.dumps(site.cells("Prüfliste"), default=str)


# --- nobody is forgotten ---------------------------------------------------------------------------

WRITING = re.compile(
    r"csv\.writer|\.write_text\(|\.write_bytes\(|os\.fdopen\(|EmailMessage\(|[^.\w]print\(|sys\.stdout|Markup\(|\.writestr\("
    r"|xlsxwriter|\bdocx\b|set_content\(|logging\."
)
"""What something is written with. A module that uses one of these is known here."""
OURS = "no text of people's: code, keys, config of IT, the demo's own, rows of a form as they came"
KNOWN = {
    "a cell": "workbooks.xlsx.backend workbooks.stores.exchange workbooks.stores.packed workbooks.stores.versions "
    "workbooks.stores.webdav.turn workbooks.xlsx.proved_copy",
    "a tab": "workbooks.drawing.sheets workbooks.drawing.charts workbooks.drawing.plain_formulas "
    "workbooks.new_files workbooks.xlsx.remembered",
    "a mail": "messages.render messages.message messages.wording",
    "a text message": "messages.text_gateway",
    "the preview": "messages.preview",
    "the report": "jobs.tabs.report_file common.files",
    "the papers": "engine.papers.documents engine.papers.making",
    "the log": "common.logs",
    "the terminal": "cli.__init__ cli.output cli.laying_down cli.due cli.fleet cli.rules",
    OURS: "cli.reference config.editing fleet.alerts fleet.membership fleet.secrets "
    "fleet.status ledger.packing messages.credentials service.unit_files "
    "setup.demo.site setup.demo.workbook setup.forms setup.site_files workbooks.stores.form_folder",
}


def writers():
    root = Path(__file__).parents[2] / "automations"
    for path in sorted(root.rglob("*.py")):
        if WRITING.search(path.read_text(encoding="utf-8")):
            yield ".".join(path.relative_to(root).with_suffix("").parts)


def test_every_module_that_writes_is_known():
    """A new one joins the list of a sink above, and is tried there; or says that no text of people's gets to it."""
    known = {module: sink for sink, modules in KNOWN.items() for module in modules.split()}
    assert set(writers()) == set(known)
    assert set(KNOWN) - {OURS} <= set(SINKS)
