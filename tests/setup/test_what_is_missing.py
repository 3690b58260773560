"""`kim init` makes what is missing, each after a question: team, appointments, places; and says what a mail needs."""

from __future__ import annotations

import tomllib

import openpyxl
import pytest

from automations.cli import run_command
from automations.config.editing import set_values, with_values
from tests.support.more_workbooks import tabs_of_colleagues
from tests.support.team_workbooks import CODE, FIRST, LAST, MAIL, NUMBER, RECEIVED, TeamBook, _rows, always

AT = ("--at", "2026-11-28T08:00")


def only_cases() -> TeamBook:
    heads = ["Fall-Nr.", "Eingang", "Nachname", "Vorname", "E-Mail", "Einwilligung am", "Zuständig"]
    rows = _rows(NUMBER, RECEIVED, LAST, FIRST, MAIL, always("ja"), CODE)
    return TeamBook({"Fälle": [heads, *rows]}, {})


def started(tmp_path, monkeypatch, capsys, book, answer, *more):
    """`kim init` at a terminal with one function for all answers; what was asked, what was printed, the status."""
    path, site, asked = book.write(tmp_path / "Team.xlsx"), tmp_path / "site", []

    def typed(question):
        asked.append(question)
        return answer(question)

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", typed)
    status = run_command(["init", str(site), "--workbook", str(path), *more, *AT])
    return path, site, asked, capsys.readouterr().out, status


def test_team_appointments_places_and_decisions_are_made_after_a_question_each(tmp_path, monkeypatch, capsys):
    path, site, asked, _, status = started(tmp_path, monkeypatch, capsys, only_cases(), lambda _: "")
    made = openpyxl.load_workbook(path)
    assert made.sheetnames == ["Fälle", "Team", "Termine", "Standorte", "Entscheidungen"]
    assert [row[0].value for row in made["Team"].iter_rows(min_row=2) if row[0].value] == ["DE", "KR", "OK"]
    assert len([question for question in asked if "anlegen" in question]) == 5  # and the tabs of rules
    assert status == 0
    run_command(["--json", "--site", str(site), "check", *AT])
    assert '"team": 3' in capsys.readouterr().out


def test_what_is_declined_is_not_made_and_said(tmp_path, monkeypatch, capsys):
    answer = lambda question: "nein" if "anlegen" in question else ""  # noqa: E731
    path, _, _, out, status = started(tmp_path, monkeypatch, capsys, only_cases(), answer)
    assert openpyxl.load_workbook(path).sheetnames == ["Fälle"]
    assert "Nicht angelegt: das Blatt „Team“" in out
    assert status == 1


def test_name_and_phone_stand_in_the_sites_file_and_what_a_mail_needs_is_said(tmp_path, monkeypatch, capsys):
    answers = {"heißt Ihr Dienst": "Beratung Mitte", "Telefonnummer": "02323 1600"}
    answer = lambda question: next((text for part, text in answers.items() if part in question), "")  # noqa: E731
    _, site, _, out, _ = started(tmp_path, monkeypatch, capsys, only_cases(), answer)
    text = (site / "config" / "site.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["site"] | {"name": "", "phone": ""} == tomllib.loads(text)["site"] | {
        "name": "", "phone": "",
    }  # fmt: skip
    assert (tomllib.loads(text)["site"]["name"], tomllib.loads(text)["site"]["phone"]) == (
        "Beratung Mitte",
        "02323 1600",
    )
    assert "# public holidays of this Land" in text
    needs = out.split("Vor der ersten Mail fehlt noch:")[1]
    assert "keiner der 12 Fälle" in needs
    assert "kim mail setup" in needs
    assert "Telefonnummer" not in needs.split("In ")[0]


def test_new_columns_stand_in_each_tab_and_colleagues_tabs_get_none_for_who_is_responsible(
    tmp_path, monkeypatch, capsys
):
    path, site, asked, _, _ = started(tmp_path, monkeypatch, capsys, tabs_of_colleagues(), lambda _: "")
    assert any("Sagen die Namen der Blätter (Krause, Demir, Okafor), wer zuständig ist? [J/n]" in q for q in asked)
    heads = [[cell.value for cell in sheet[1]] for sheet in openpyxl.load_workbook(path).worksheets[:3]]
    assert heads[0] == heads[1] == heads[2]
    assert "Fall-Nr." in heads[0]
    assert "Zuständig" not in heads[0]
    run_command(["--site", str(site), "check", *AT])
    assert "fehlt die Spalte" not in " ".join(capsys.readouterr().out.split())


def test_values_are_set_and_everything_else_stays():
    text = '# about us\n[site]\nname = "A"  # as in mails\n\n[mail]\ntransport = "folder" # not yet\n'
    made = with_values(text, {"site.name": 'B "C"', "mail.transport": "smtp", "mail.inbox.host": "imap.example.org"})
    assert tomllib.loads(made) == {
        "site": {"name": 'B "C"'},
        "mail": {"transport": "smtp", "inbox": {"host": "imap.example.org"}},
    }
    assert all(comment in made for comment in ("# about us", "# as in mails", "# not yet"))
    assert with_values(made, {"mail.inbox.host": None}).count("imap") == 0


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("[mail]\na = 1\n[ledger]\nb = 2\n[mail.inbox]\nhost = 'x'\n", {"a": 1, "inbox": {"host": "y"}}),
        ("\ufeff[mail]\na = 1\n", {"a": 1, "inbox": {"host": "y"}}),
        ("mail = { a = 1 }\n", {"a": 1, "inbox": {"host": "y"}}),
    ],
    ids=["parts-of-a-table-stand-apart", "a-mark-of-windows-editors", "on-one-line"],
)
def test_values_are_set_in_whatever_toml_people_write(text, after):
    made = with_values(text, {"mail.inbox.host": "y"})
    assert tomllib.loads(made.removeprefix("\ufeff"))["mail"] == after
    assert made.startswith("\ufeff") == text.startswith("\ufeff")


def test_the_ends_of_lines_stay_when_a_value_is_set(tmp_path):
    path = tmp_path / "config" / "site.toml"
    path.parent.mkdir()
    path.write_bytes(b"# ours\r\n[site]\r\nname = 'A'\r\n")
    set_values(tmp_path, {"site.name": "B"})
    assert path.read_bytes() == b'# ours\r\n[site]\r\nname = "B"\r\n'


def test_how_people_meet_and_words_for_nothing_are_no_places(tmp_path, monkeypatch, capsys):
    words = [
        "Büro Mitte",
        "Video",
        "Telefon",
        "online",
        "per Telefon",
        "offen",
        "k. A.",
        "Hausbesuch",
        "Telgte Rathaus",
    ]
    heads = ["Fall-Nr.", "Eingang", "Nachname", "Vorname", "E-Mail", "Einwilligung am", "Zuständig"]
    cases = _rows(NUMBER, RECEIVED, LAST, FIRST, MAIL, always("ja"), CODE)
    visits = [["Termin-Nr.", "Fall-Nr.", "Datum", "Uhrzeit", "Ort"],
              *([f"T-{n}", cases[0][0], "01.12.2026", "10:00", word] for n, word in enumerate(words))]  # fmt: skip
    book = TeamBook({"Fälle": [heads, *cases], "Termine": visits}, {})
    path, *_ = started(tmp_path, monkeypatch, capsys, book, lambda _: "")
    places = [row[0].value for row in openpyxl.load_workbook(path)["Standorte"].iter_rows(min_row=2) if row[0].value]
    assert places == ["Büro Mitte", "Telgte Rathaus"]


def test_tabs_of_colleagues_are_named_together_and_say_who_is_in_charge(tmp_path, monkeypatch, capsys):
    _, _, asked, out, _ = started(tmp_path, monkeypatch, capsys, tabs_of_colleagues(), lambda _: "")
    (question,) = [one for one in asked if "rechts anfügen" in one and "Phase seit" in one]
    assert question.startswith("In „Krause, Demir, Okafor“ ")
    assert "Die Spalte „Zuständig“" not in out.split("Vor der ersten Mail fehlt noch:")[1]
