"""People who stand only in a table of the team's own: what is kept about them can be shown, erased and grows old."""

from __future__ import annotations

import json
from datetime import date

import pytest

from automations.cli import main
from tests.support.declared import rule, table, text
from tests.support.own_site import CASES, OwnSite, case, moment

AT, LATER = "2026-11-02T09:00", "2026-11-02T10:00"
NAME, MAIL = "Oksana Kornijtschuk", "oksana.k@ehrenamt.test"
COLUMNS = (
    table(
        "volunteers", "Ehrenamt", "name", name="Name: open", mail="E-Mail: email", state="Stand",
        until="Zeugnis bis: date",
    )
    + table("jobs", "Einsätze", "nr", nr="Einsatz-Nr.", who="Wer: volunteers", what="Was", note="Notiz")
)  # fmt: skip
RULES = (
    text("hello", "Guten Tag {Name}, Ihr Zeugnis gilt bis {Zeugnis bis}.", "Zeugnis für {Name}")
    + text("job", "Guten Tag {Wer}, es geht um {Was}.", "Einsatz")
    + rule("paper", "volunteers", due={"every": "monday"}, recipient="mail", template="hello")
    + rule("job", "jobs", due={"every": "monday"}, recipient="who.mail", template="job")
    + rule("known", "volunteers", action="set", set={"state": "{Name} ist dabei"})
    + rule("noted", "jobs", action="set", set={"note": "für {Wer}"})
    + rule("asked", "volunteers", action="ask", text="Ist {Name} noch dabei?")
)  # fmt: skip


@pytest.fixture
def site(tmp_path):
    made = OwnSite(tmp_path).start({
        "Fälle": [CASES, case("K-1")],
        "Ehrenamt": [["Name", "E-Mail", "Stand", "Zeugnis bis"], [NAME, MAIL, None, date(2027, 1, 1)],
                     ["Bea Beispiel", "bea@ehrenamt.test", None, date(2027, 1, 1)]],
        "Einsätze": [["Einsatz-Nr.", "Wer", "Was", "Notiz"], ["E1", NAME, "Begleitung zum Amt", None],
                     ["E2", "Bea Beispiel", "Begleitung zum Arzt", None]],
    }, met=AT, columns=COLUMNS, rules=RULES)  # fmt: skip
    made.run(AT)
    return made


def subject(site, action, capsys, at=LATER):
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["--site", str(site.folder), "subject", NAME, action, "--at", at])
    assert ended.value.code == 0
    return capsys.readouterr().out


def kept(site) -> dict[str, list[str]]:
    """Files of the site, without the workbook, that still hold the person."""
    signs = (NAME, NAME.split()[1], MAIL)
    found: dict[str, list[str]] = {}
    for path in site.folder.rglob("*"):
        if path.is_file() and path != site.path:
            held = path.read_bytes()
            signs_here = [sign for sign in signs if sign.encode() in held or json.dumps(sign)[1:-1].encode() in held]
            if signs_here:
                found[path.name] = signs_here
    return found


def test_what_is_kept_of_somebody_in_an_own_table_is_shown_with_the_rows_that_name_her(site, capsys):
    told = json.loads(subject(site, "export", capsys))
    assert {mail["rule"] for mail in told["mails"]} == {"paper", "job"}
    assert told["keys"] == ["E1"]
    assert {fact["kind"] for fact in told["facts"]} >= {"rule_filled"}
    assert "Bea" not in json.dumps(told, ensure_ascii=False)


def test_somebody_in_an_own_table_is_erased_everywhere(site, capsys):
    assert kept(site)
    subject(site, "erase", capsys)
    assert kept(site) == {}
    assert len(site.mails()) == 2  # those to Bea


def test_what_is_kept_of_somebody_in_an_own_table_grows_old(site):
    site.edit(lambda book: [book[tab].delete_rows(2) for tab in ("Ehrenamt", "Einsätze")])
    site.run("2026-11-10T09:00")
    site.run("2027-01-04T09:00")  # the day that she was told of is over: nobody needs to tell her that it is off
    now = moment("2030-01-07T09:00")
    with site.world(now) as world:
        world.ledger.trim(now)
    assert "ledger.sqlite" not in kept(site)
