"""Papers on data protection: true of the config that they were made from, complete, and safe to open."""

import shutil
import subprocess
import sys
from datetime import date, time
from pathlib import Path

import pytest
from msgspec import structs
from pydantic import BaseModel

from automations.cli import run_command
from automations.common.errors import PlainError
from automations.config.loading import load_site
from automations.engine.erasure import STORES
from automations.engine.papers import making as papers_making
from automations.engine.papers.facts import facts_of
from automations.engine.papers.making import PAPERS, make_papers
from automations.engine.papers.pages import as_html
from automations.engine.papers.words import STORE_WORDS
from automations.messages.settings import InboxSettings
from automations.messages.text_settings import TextMessageSettings
from automations.model.settings import Form
from automations.setup.demo.site import CLOCK, make_site
from automations.tables.setting_rows import CLIENT_LANGUAGES

TODAY = date(2024, 10, 31)
SHEET = "https://docs.google.com/spreadsheets/d/x"
_ANNEX = "## Anhang"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("papers") / "site"
    make_site(made, cases=5, at=CLOCK)
    return made


@pytest.fixture(scope="module")
def site(folder):
    return load_site(folder)


def changed(site, *path, value):
    """The site with one setting of site.toml that says something else."""

    def within(model, names):
        if len(names) == 1:
            return model.model_copy(update={names[0]: value})
        inner = getattr(model, names[0])
        if isinstance(inner, dict):
            key = names[1]
            rest = names[2:]
            return model.model_copy(update={names[0]: {**inner, key: within(inner[key], rest)}})
        return model.model_copy(update={names[0]: within(inner, names[1:])})

    file = within(site.file, path)
    object.__setattr__(file, "site", file.site.model_copy(update={"staff_figures": file.staff_figures}))
    return structs.replace(site, file=file)


def text_of(site, paper):
    return papers_making._rendered(site, f"{paper}.md.j2", facts_of(site, TODAY))


def leaves(model, path=()):
    """Every setting below a model, with another value for it."""
    for name in type(model).model_fields:
        value, here = getattr(model, name), (*path, name)
        if isinstance(value, BaseModel):
            yield from leaves(value, here)
        elif isinstance(value, dict) and any(isinstance(inner, BaseModel) for inner in value.values()):
            for key, inner in value.items():
                yield from leaves(inner, (*here, key))
        elif not type(model).model_fields[name].exclude:
            yield here, other(value)


def other(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, tuple):
        return (*value, time(23, 59)) if value and isinstance(value[0], time) else (*value, "zz")
    if isinstance(value, time | date):
        return time(23, 59) if isinstance(value, time) else date(1999, 1, 1)
    if isinstance(value, dict):
        return {**value, "zz": "zz"}
    return f"{value or ''}zz" if value is None or isinstance(value, str) else value


@pytest.mark.filterwarnings("ignore:Pydantic serializer")
def test_each_setting_that_changes_changes_the_record(site):
    before = text_of(site, "record")
    seen = 0
    for path, value in leaves(site.file):
        if path[:2] in {("site", "staff_figures"), ("site", "phases")} or path[-1] in {"language", "zone"}:
            continue
        if path[-1] in {"inbox", "archive_mailbox"}:
            continue
        seen += 1
        assert text_of(changed(site, *path, value=value), "record") != before, path
    assert seen > 50


@pytest.mark.parametrize(
    ("path", "value", "paper", "sentence"),
    [
        (
            ("workbooks", "team", "url"),
            "https://docs.google.com/spreadsheets/d/x",
            "record",
            "Google LLC sitzt in den USA",
        ),
        (
            ("workbooks", "team", "url"),
            "https://docs.google.com/spreadsheets/d/x",
            "deletion",
            "Versionsverlauf von Google",
        ),
        (("workbooks", "team", "url"), "https://cloud.example.org/Team.xlsx", "record", "cloud.example.org"),
        (("ledger", "url"), "postgresql://kim:s3cr3t@db.example.org/kim", "record", "db.example.org"),
        (("ledger", "url_env"), "KIM_LEDGER", "record", "Umgebungsvariablen KIM"),
        (("mail", "test_address"), "test@example.org", "impact", "Testadresse test@example.org"),
        (("mail", "archive"), "archiv@example.org", "deletion", "archiv@example.org"),
        (("operator", "email"), "it@example.org", "record", "it@example.org"),
        (("operator", "ping_url"), "https://watch.example.org/x", "record", "watch.example.org"),
        (("retention", "closed_case_months"), 36, "deletion", "36 Monate nach dem Abschluss"),
        (("noticed", "cases"), (), "deletion", "Fall-Nr."),
        (("guards", "mail_brake"), 77, "impact", "Bremse bei 77 Mails"),
        (("site", "settle_minutes"), 12, "impact", "ruhen 12 Minuten"),
        (("site", "approved_languages"), ("tr",), "impact", "Türkisch |"),
        (("staff_figures", "agreement_on"), None, "council", "**aus**"),
        (("staff_figures", "agreement_on"), date(2024, 12, 24), "council", "am 24.12.2024 an"),
        (("staff_figures", "agreement_on"), None, "impact", "Zahlen über Einzelne sind aus"),
    ],
)
def test_what_a_setting_means_is_said_in_a_sentence(site, path, value, paper, sentence):
    before = text_of(site, paper).partition(_ANNEX)[0]
    after = text_of(changed(site, *path, value=value), paper).partition(_ANNEX)[0]
    assert sentence in after
    assert after != before


def test_every_field_of_every_table_stands_in_the_record(folder, tmp_path):
    own = shutil.copytree(folder, tmp_path / "site")
    with (own / "config" / "columns.toml").open("a", encoding="utf-8") as file:
        file.write('\n[tables.loans]\ntabs = ["Laptops"]\nkey = "device"\n[tables.loans.fields]\n')
        file.write(
            'device = { headings = ["Gerät"] }\nlent_to = { headings = ["Geliehen | an"], class = "sensitive" }\n'
        )
    site = load_site(own)
    said = text_of(site, "record")
    for table in site.columns.tables.values():
        assert f"### {table.tabs[0]}" in said
        for headings in table.headings.values():
            assert headings[0].partition(" |")[0] in said
    assert "Laptops (eigener Tab des Teams)" in said
    assert "| Geliehen \\| an | Text | sensibel" in said


def test_a_server_of_the_house_is_no_third_country_whatever_its_path_says(site):
    told = changed(site, "workbooks", "team", "url", value="https://cloud.example.org/google/Team.xlsx")
    assert "Google LLC" not in text_of(told, "record")


def test_a_password_in_an_address_stands_nowhere(site):
    told = changed(site, "ledger", "url", value="postgresql://kim:s3cr3t@db.example.org/kim")
    assert not any("s3cr3t" in text_of(told, paper) for paper in PAPERS)


def test_all_papers_are_made_and_speak_their_language(site, tmp_path):
    made = make_papers(site, tmp_path / "neu" / "papers", TODAY)
    assert len(made) == 2 * (len(PAPERS) + len(CLIENT_LANGUAGES))
    arabic = (tmp_path / "neu" / "papers" / "Information-ar.html").read_text(encoding="utf-8")
    assert '<html lang="ar" dir="rtl">' in arabic
    for path in made:
        assert path.stat().st_size > 800


@pytest.mark.parametrize("code", CLIENT_LANGUAGES)
def test_sentences_to_clients_are_short(site, code):
    said = papers_making._rendered(site, f"clients.{code}.md.j2", facts_of(site, TODAY))
    said = said.replace(facts_of(site, TODAY)["service"]["name"], "Name")
    for sentence in said.replace("\n", ". ").split(". "):
        assert len(sentence.split()) <= 15, sentence


def sheet(site, code, **facts):
    return papers_making._rendered(site, f"clients.{code}.md.j2", {**facts_of(site, TODAY), **facts})


@pytest.mark.parametrize("code", CLIENT_LANGUAGES)
def test_clients_are_promised_only_what_the_site_does(site, code):
    """A word by mail takes consent back only where somebody reads the mailbox; whom a rule writes to learns of them."""
    assert "STOP" in sheet(changed(site, "mail", "inbox", value=InboxSettings(host="imap.example.org")), code)
    assert "STOP" not in sheet(changed(site, "mail", "inbox", value=None), code)
    assert facts_of(site, TODAY)["outside"] is True  # the demonstration asks interpreters
    quiet = structs.replace(site, jobs={**site.jobs, "follow_rules": site.jobs["remind"]})
    assert facts_of(quiet, TODAY)["outside"] is False
    assert sheet(quiet, code).count("⟦") == sheet(site, code).count("⟦") - 1


def test_months_are_counted_as_each_language_does(site):
    periods = facts_of(site, TODAY)["periods"]
    said = {months: sheet(site, "ro", periods={**periods, "closed": months}) for months in (12, 24)}
    assert "după 12 luni" in said[12]
    assert "după 24 de luni" in said[24]


def test_what_people_typed_is_no_markup(site):
    odd = changed(site, "site", "name", value="<script>alert(1)</script> | **x**")
    page = as_html(text_of(odd, "record"), "de").decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "| **x**" in page.partition("<tbody>")[0] or "| **x**" in page


def test_a_template_of_the_site_takes_the_place_of_ours_and_is_told_where_it_is_wrong(folder, tmp_path):
    own = shutil.copytree(folder, tmp_path / "site")
    place = own / "templates" / "papers"
    place.mkdir(parents=True)
    (place / "council.md.j2").write_text("# Unser Blatt für {{ service.name }}\n", encoding="utf-8")
    assert text_of(load_site(own), "council").startswith("# Unser Blatt für Kommunales")
    (place / "council.md.j2").write_text("{{ service.nmae }}", encoding="utf-8")
    with pytest.raises(PlainError, match=r"council\.md\.j2"):
        make_papers(load_site(own), tmp_path / "out", TODAY)


def kim(*words):
    return run_command([str(word) for word in words])


def test_the_command_writes_them_and_names_them(folder, tmp_path, capsys):
    assert kim("--site", folder, "privacy", tmp_path / "p") == 0
    told = capsys.readouterr().out
    assert "Verzeichnis-der-Verarbeitung.docx" in told.replace("\n", "")
    assert "gelb" in told


def test_papers_that_somebody_filled_in_stay_and_others_are_renewed(folder, tmp_path, capsys):
    assert [kim("--site", folder, "privacy", tmp_path / "p") for _ in range(2)] == [0, 0]
    paper = tmp_path / "p" / "Loeschkonzept.docx"
    paper.write_bytes(b"filled in")
    assert kim("--site", folder, "privacy", tmp_path / "p") == 2
    assert paper.read_bytes() == b"filled in"
    assert "nennen Sie einen neuen Ordner" in capsys.readouterr().err.replace("\n", " ")


def test_a_folder_that_cannot_be_written_is_one_sentence(folder, tmp_path, capsys):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert kim("--site", folder, "privacy", tmp_path / "file") == 2
    assert "kann nicht geschrieben werden" in capsys.readouterr().err.replace("\n", " ")


def test_without_the_library_one_sentence_says_what_to_install(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.delitem(sys.modules, "automations.engine.papers.documents")
    monkeypatch.setitem(sys.modules, "docx", None)
    assert kim("--site", folder, "privacy", tmp_path / "p") == 2
    assert "kim-automations[papers]" in capsys.readouterr().err.replace("\n", "")


@pytest.mark.servers
@pytest.mark.skipif(not shutil.which("soffice") or not shutil.which("pdftotext"), reason="needs LibreOffice Writer")
def test_another_program_opens_them(site, tmp_path):
    made = [path for path in make_papers(site, tmp_path, TODAY) if path.suffix == ".docx"]
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, made)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    for path in made:
        words = subprocess.run(
            ["pdftotext", str(path.with_suffix(".pdf")), "-"], check=True, capture_output=True, timeout=60
        ).stdout.decode()
        assert len(words) > 300, Path(path).name


def test_every_store_that_an_erasure_reaches_is_called_by_a_word():
    assert {store.name for store in STORES} == STORE_WORDS.keys()


def test_who_carries_text_messages_and_which_forms_are_read_stand_in_the_record(site):
    before = text_of(site, "record").partition(_ANNEX)[0]
    assert "SMS über" not in before
    assert "Formular „meldung“" not in before
    texting = TextMessageSettings(way="mail", domain="sms.example.org")
    form = Form.model_validate({"folder": "Eingang", "key": "ID", "fields": {"last_name": "Nachname der Person"}})
    jobs = {**site.jobs, "take_in": site.jobs["take_in"].model_copy(update={"forms": {"meldung": form}})}
    with_both = structs.replace(changed(site, "text_messages", value=texting), jobs=jobs)
    for paper in ("record", "impact"):
        after = text_of(with_both, paper).partition(_ANNEX)[0]
        assert "SMS über sms.example.org" in after
        assert "meldung" in after
    assert "Nachname der Person | Eingang |" in text_of(with_both, "record")
