"""A run is judged by what it promised and what stands there, and by nothing else."""

from __future__ import annotations

import json
from datetime import date, time, timedelta

import pytest
from msgspec import structs

from automations.cli import run_command
from automations.common.texts import texts
from automations.engine.parts import open_world
from automations.engine.promises import Tried, compared, judged, promised, sentences
from automations.engine.runner import run
from automations.messages.transport import Delivery
from automations.model.plan import CellEdit, EditGroup
from automations.model.tabdoc import TabDoc
from automations.model.values import RowKey
from automations.model.writes import WriteResult
from automations.workbooks.protocol import WorkbookError
from tests.support.promise_runs import live
from tests.support.simulation import Post
from tests.support.small_site import DAY, case, reachable, rows, small_site, text

SAY = texts("en")
GROUPS = [EditGroup(n, RowKey("team", "cases", n), (CellEdit("manager", None, "AA"),), "t", "w") for n in "ab"]
TAB = TabDoc("overview", "Overview", "team", ())


def states(result=None, error=None):
    tried = Tried({"team": result} if result else {}, {"team": error} if error else {})
    found = compared(promised(GROUPS, [TAB], {"cases": "Fälle"}), tried, SAY)
    return {promise.id: promise.state for promise in found}, found


@pytest.mark.parametrize(
    ("result", "expected", "outcome"),
    [
        (WriteResult("written", {"a": "applied", "b": "applied"}), "applied applied applied", "done"),
        (WriteResult("unchanged", {"a": "applied", "b": "applied"}), "applied applied applied", "done"),
        (WriteResult("written", {"a": "applied", "b": "changed"}), "applied busy applied", "busy"),
        (WriteResult("written", {"a": "applied", "b": "missing"}), "applied busy applied", "busy"),
        (WriteResult("written", {"a": "applied", "b": "refused"}), "applied refused applied", "attention"),
        (WriteResult("written", {"a": "applied", "b": "duplicate"}, refused={"b": "twice"}), "applied refused applied",
         "attention"),
        (WriteResult("written", {"a": "applied"}), "applied unclear applied", "attention"),
        (WriteResult("written", {"a": "applied", "b": "applied"}, refused={"overview": "locked"}),
         "applied applied refused", "attention"),
        (WriteResult("busy", holder="Meier"), "busy busy busy", "busy"),
        (WriteResult("conflict"), "busy busy busy", "busy"),
        (WriteResult("unclear"), "unclear unclear unclear", "attention"),
        (WriteResult("unclear", {"a": "applied", "b": "unclear"} | {}), "applied unclear unclear", "attention"),
    ],
)  # fmt: skip
def test_each_promise_has_the_state_that_the_workbook_tells(result, expected, outcome):
    found, promises = states(result)
    assert " ".join(found.values()) == expected
    assert judged(promises, waits=False, troubles=False) == outcome
    assert all(promise.message for promise in promises if promise.broken and promise.state != "unclear")


def test_an_error_breaks_every_promise_and_keeps_its_advice():
    _, promises = states(error=WorkbookError("The disk is full.", "Free space."))
    assert {(p.state, p.message, p.advice) for p in promises} == {("refused", "The disk is full.", "Free space.")}
    assert list(sentences(promises)) == ["team, Fälle, Overview: The disk is full."]
    assert set(states(error=WorkbookError("Wait.", busy=True))[0].values()) == {"busy"}


def test_what_was_not_tried_is_planned_and_no_trouble():
    found, promises = states()
    assert set(found.values()) == {"planned"}
    assert judged(promises, waits=False, troubles=False) == "done"
    assert judged(promises, waits=True, troubles=False) == "busy"
    assert judged(promises, waits=True, troubles=True) == "attention"


class Refusing:
    """A workbook that refuses its first group and one tab, as a protected column and tab would."""

    def __init__(self, real):
        self._real = real

    def __getattr__(self, name):
        return getattr(self._real, name)

    def write(self, groups, tabs, base, token, ledger, announce):
        kept = [doc for doc in tabs if doc.id != "problems"]
        result = self._real.write(groups[1:], kept, base, token, ledger, announce)
        refused = {groups[0].id: "The cell is locked."} if groups else {}
        refused |= {"problems": "The tab is locked."} if len(kept) < len(tabs) else {}
        return structs.replace(
            result, groups={**result.groups, **dict.fromkeys([g.id for g in groups[:1]], "refused")}, refused=refused
        )


def test_one_refusal_stops_nothing_else_and_is_told_everywhere(tmp_path):
    site = small_site(tmp_path, [case(1), case(2)])
    with open_world(site, DAY) as world:
        books = {**world.workbooks, "team": Refusing(world.workbooks["team"])}
        result = run(structs.replace(world, workbooks=books), lambda: DAY)
        line = world.ledger.runs(1)[0]
    assert result.outcome == line.outcome == "attention"
    assert any("The cell is locked." in trouble for trouble in line.trouble)
    assert any("The tab is locked." in trouble for trouble in line.trouble)
    assert sum(promise.state == "refused" for promise in result.applied.promises) == 2
    assert sum(promise.state == "applied" for promise in result.applied.promises) > 5
    assert "The cell is locked." in text(tmp_path, "Laufprotokoll")  # by a second, small write


def kim(capsys, folder, *words):
    code = run_command(["--site", str(folder), "--json", *words])
    return code, json.loads(capsys.readouterr().out)


def test_edits_and_tabs_carry_their_state_in_json_and_status_ends_as_the_run_did(tmp_path, capsys):
    small_site(tmp_path, [case(1, **reachable(1)), case(2)])
    code, plan = kim(capsys, tmp_path, "plan", "--at", DAY.isoformat())
    assert {item["state"] for item in (*plan["edits"], *plan["tabs"])} == {"planned"}
    lock = tmp_path / ".~lock.Team.xlsx#"
    lock.write_text("Erika Beispiel,erika,pc-17,31.10.2024 06:58,file:///;", encoding="utf-8")
    code, busy = kim(capsys, tmp_path, "run", "--at", DAY.isoformat())
    assert (code, busy["outcome"], {edit["state"] for edit in busy["edits"]}) == (3, "busy", {"busy"})
    assert all(edit["message"] and edit["advice"] for edit in busy["edits"])
    assert kim(capsys, tmp_path, "status", "--at", DAY.isoformat())[0] == 3
    lock.unlink()
    later = (DAY + timedelta(hours=5)).isoformat()
    code, done = kim(capsys, tmp_path, "run", "--at", later)
    assert (code, {item["state"] for item in (*done["edits"], *done["tabs"])}) == (0, {"applied"})
    assert kim(capsys, tmp_path, "status", "--at", later)[0] == 0
    assert all(row["Zuständig"] for row in rows(tmp_path, "Fälle"))


class Hesitant(Post):
    """A mail server that refuses the first mail for now, and takes the others."""

    refused = False

    def deliver(self, message, recipient):
        if not self.refused:
            self.refused = True
            return Delivery("retry", "421 come back later", down=True)
        return super().deliver(message, recipient)


def test_a_mail_that_is_tried_again_is_told_though_others_left_after_it(tmp_path):
    visits = [
        {"Fall-Nr.": f"K-{n}", "Datum": date(2024, 11, 11), "Uhrzeit": time(9 + n), "Ort": "Büro Nord",
         "Status": "geplant", "Beratung durch": "AA"}
        for n in (1, 2, 3)
    ]  # fmt: skip
    small_site(tmp_path, [case(n, **reachable(n), Zuständig="AA") for n in (1, 2, 3)], visits)
    site, now = live(tmp_path), DAY + timedelta(days=6, hours=2)
    with open_world(site, DAY) as world:
        run(structs.replace(world, transport=Post([DAY])), lambda: DAY)
    with open_world(site, now) as world:
        result = run(structs.replace(world, transport=Hesitant([now])), lambda: now)
    assert sorted(mail.state for mail in result.applied.mails) == ["retry", "sent", "sent"]
    assert result.outcome == "attention"
    assert any("1 E-Mail ging noch nicht hinaus" in line for line in result.record.trouble)
    # A run that comes before its next try has not sent it either.
    with open_world(site, now) as world:
        again = run(structs.replace(world, transport=Post([now])), lambda: now)
    assert not again.applied.mails
    assert again.outcome == "attention"
    assert any("1 E-Mail ging noch nicht hinaus" in line for line in again.record.trouble)
    then = now + timedelta(minutes=6)
    with open_world(site, then) as world:
        assert run(structs.replace(world, transport=Post([then])), lambda: then).outcome == "done"


@pytest.mark.parametrize(("active", "code"), [("true", 1), ("false", 0)])
def test_a_rule_of_a_file_that_cannot_be_used_keeps_runs_at_attention_until_it_is_mended(
    active, code, tmp_path, capsys
):
    small_site(tmp_path, [case(1)])
    rule = '[[rules]]\nname = "nachfragen"\ntable = "cases"\nwhen = "phasee == 3"\naction = "note"\ntext = "Bitte"\n'
    (tmp_path / "config" / "rules.toml").write_text(f"{rule}active = {active}\n", encoding="utf-8")
    at = ("--at", DAY.isoformat())
    ended, said = kim(capsys, tmp_path, "plan", *at)
    assert ended == code, said["problems"]
    assert kim(capsys, tmp_path, "run", *at)[0] == code
    ended, said = kim(capsys, tmp_path, "status", *at)
    assert ended == code
    assert any("rules.toml: nachfragen" in line for line in said["runs"][0]["trouble"]) == bool(code)
    assert kim(capsys, tmp_path, "run", *at)[0] == code, "also where nothing is new"


def test_a_backup_that_cannot_be_made_is_told_by_the_runs_after_it_until_one_can(tmp_path, capsys):
    small_site(tmp_path, [case(1)])
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "backups").write_text("in the way", encoding="utf-8")
    for at in ("2024-10-31T07:00", "2024-10-31T12:00"):
        code, said = kim(capsys, tmp_path, "run", "--at", at)
        assert code == 1
        assert any("nicht gesichert" in one["message"] and "backups" in one["message"] for one in said["problems"])
    assert kim(capsys, tmp_path, "status", "--at", "2024-10-31T12:00")[0] == 1
    (tmp_path / "state" / "backups").unlink()
    assert kim(capsys, tmp_path, "run", "--full", "--at", "2024-11-01T07:00")[0] == 1
    assert kim(capsys, tmp_path, "run", "--full", "--at", "2024-11-01T12:00")[0] == 0
