"""A person's data: shown, erased, and not brought back by a backup."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from automations.ledger.book import Ledger, open_ledger
from automations.ledger.errors import LedgerError
from automations.model.fact_kinds.questions import Question
from automations.model.layout import Base
from automations.model.plan import CellEdit, Fact
from automations.model.told import Telling
from automations.model.values import RowKey
from automations.model.writes import WriteResult
from tests.ledger.examples import APPOINTMENT, CASE, DAY, NOW, group, mail, plan, queued, reserved
from tests.ledger.test_ledger_audit import KEY, lived

OTHER = "KIM-2024-0099"
PERSONAL = (b"olena@", b"AB speaks", b"Hello", b"draft:a", b"Ukrainian")


def filled(ledger: Ledger) -> Ledger:
    lived(ledger).remember(
        [
            Fact("version", APPOINTMENT, {"version": 1, "facts": "f", "printed": {"place": "olena@"}}),
            Fact("question", f"duplicate/{CASE}/KIM-2024-0050", {"number": "F-1", "question": "AB speaks?"}),
        ],
        NOW,
    )
    ledger.sight("team", {RowKey("team", "cases", CASE): "x"}, NOW)
    return ledger


def test_all_that_is_kept_is_told(ledger: Ledger):
    told = filled(ledger).export_subject(CASE, [APPOINTMENT])
    assert (told["case"], len(told["story"]), len(told["replies"]), len(told["vetoes"])) == (CASE, 9, 1, 1)
    assert [(item["state"], item["text"]) for item in told["mails"]] == [("sent", "Hello")]
    assert told["mails"][0]["content"]["to"] == "olena@example.test"
    assert {item["kind"] for item in told["facts"]} == {"reserved", "version", "question"}
    assert [item["id"] for item in told["written"]] == ["assign/1"]


def test_after_erasing_nothing_personal_is_left_and_others_are_untouched(ledger: Ledger):
    other = filled(ledger).export_subject(OTHER, ["T-2024-00099"])
    assert ledger.erase_subject(CASE, [APPOINTMENT], NOW) > 5
    empty = ledger.export_subject(CASE, [APPOINTMENT])
    assert {name: len(empty[name]) for name in ("story", "replies", "facts", "written", "vetoes")} == {
        "story": 0, "replies": 0, "facts": 0, "written": 0, "vetoes": 0,
    }  # fmt: skip
    assert [(item["content"], item["text"], item["state"]) for item in empty["mails"]] == [(None, "", "sent")]
    left = ledger.export_subject(OTHER, ["T-2024-00099"])
    assert (left["story"], left["mails"]) == (other["story"], other["mails"])
    assert ledger.check() == ()


def test_nothing_is_sent_or_numbered_twice_after_erasing(ledger: Ledger):
    filled(ledger).erase_subject(CASE, [APPOINTMENT], NOW)
    plan(ledger, *queued(mail()), run="R9")
    history = ledger.history(live=True)
    assert (history.mails[KEY].state, history.counters) == ("sent", {"KIM-2024-": 1})
    assert history.mails[KEY].address_digest == ""


def test_a_waiting_mail_of_an_erased_person_does_not_leave(ledger: Ledger):
    plan(ledger, *queued(mail()))
    ledger.erase_subject(CASE, [APPOINTMENT], NOW)
    plan(ledger, *queued(mail()))
    assert (ledger.sendable(NOW), ledger.claim(KEY, NOW)) == ((), False)


@pytest.mark.parametrize(("end", "stands"), [("sent", "sent"), ("failed", "failed"), ("retry", "suppressed")])
def test_a_mail_that_was_on_its_way_is_settled_and_nothing_is_learnt_anew(tmp_path, end, stands):
    path = tmp_path / "ledger.sqlite"
    with open_ledger(f"sqlite:///{path}", now=NOW) as ledger:
        plan(ledger, *queued(mail()))
        assert ledger.claim(mail().key, NOW)
        ledger.erase_subject(CASE, [APPOINTMENT], NOW)
        said = "550 <olena@example.test>: Olena is unknown"
        ledger.settle_mail(mail().key, end, NOW, detail=said, message_id="<1@kim.test>", text=b"Hello Olena")
        assert ledger.export_subject(CASE, [APPOINTMENT])["story"] == []
        assert [(row["state"], row["text"]) for row in ledger.export_subject(CASE)["mails"]] == [(stands, "")]
        assert (ledger.due(NOW + DAY), ledger.stuck(NOW + DAY), ledger.check()) == ((), (), ())
    assert b"lena" not in path.read_bytes()


def test_what_was_said_about_the_person_at_another_case_is_erased_too(ledger: Ledger):
    says = f"Ignatii is perhaps the same person as Olena ({CASE})."
    note = group("check/1", OTHER, edits=(CellEdit("check_note", None, says),), why=says)
    plan(ledger, groups=[note, group("assign/9", OTHER)])
    ledger.announce_write("w9", "R1", "team", "a", "b", [note, group("assign/9", OTHER)], Base("a"))
    ledger.finish_write("w9", WriteResult("written"), NOW)
    ledger.erase_subject(CASE, [APPOINTMENT], NOW)
    kept = ledger.export_subject(OTHER)
    assert "Olena" not in str(kept)
    assert [item["id"] for item in kept["written"]] == ["assign/9"]


def test_a_number_that_begins_like_the_erased_one_is_another(ledger: Ledger):
    longer = f"{CASE}0"
    says = f"{longer} is perhaps the same person as Ignatii."
    ledger.remember([Fact("question", "other", {"number": "F-2", "question": says})], NOW)
    note = group("check/1", OTHER, edits=(CellEdit("check_note", None, says),), why=says)
    plan(ledger, groups=[note])
    ledger.announce_write("w9", "R1", "team", "a", "b", [note], Base("a"))
    ledger.finish_write("w9", WriteResult("written"), NOW)
    before = ledger.export_subject(OTHER)
    ledger.erase_subject(CASE, [APPOINTMENT], NOW)
    assert ledger.export_subject(OTHER) == before
    assert "Ignatii" in str(before)
    assert ledger.facts_of(Question)["other"].question == says


def test_a_line_that_begins_with_the_erased_number_goes_too(ledger: Ledger):
    note = group("check/1", OTHER, edits=(CellEdit("check_note", None, f"First.\n{CASE} is Olena."),), why="")
    plan(ledger, groups=[note])
    ledger.announce_write("w9", "R1", "team", "a", "b", [note], Base("a"))
    ledger.finish_write("w9", WriteResult("written"), NOW)
    ledger.erase_subject(CASE, [APPOINTMENT], NOW)
    assert "Olena" not in str(ledger.export_subject(OTHER))


def test_erased_bytes_are_gone_from_the_file(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with open_ledger(f"sqlite:///{path}", now=NOW) as ledger:
        plan(ledger, *queued(mail()), groups=[group()], facts=[reserved("draft:a", CASE)])
        ledger.claim(KEY, NOW)
        ledger.settle_mail(KEY, "sent", NOW, text=b"Hello")
        assert sum(word in path.read_bytes() for word in PERSONAL) == len(PERSONAL)
        ledger.erase_subject(CASE, [APPOINTMENT], NOW)
    assert [word for item in tmp_path.iterdir() for word in PERSONAL if word in item.read_bytes()] == []


def test_a_backup_from_before_does_not_bring_the_person_back(ledger: Ledger, tmp_path):
    backup = tmp_path / "backups" / "ledger.sqlite"
    filled(ledger).backup(backup, NOW)
    ledger.erase_subject(CASE, [APPOINTMENT], NOW + DAY)
    ledger.restore(backup, NOW + 2 * DAY)
    assert ledger.export_subject(CASE, [APPOINTMENT])["story"] == []
    assert ledger.export_subject(OTHER, [])["story"] != []
    assert ledger.check() == ()


def test_a_new_ledger_learns_of_erasures_from_beside_the_backup(ledger: Ledger, tmp_path):
    backup = tmp_path / "backups" / "ledger.sqlite"
    filled(ledger).backup(backup, NOW)
    ledger.erase_subject(CASE, [APPOINTMENT], NOW + DAY)
    with open_ledger(f"sqlite:///{tmp_path / 'new.sqlite'}", now=NOW) as new:
        new.restore(backup, NOW + 2 * DAY)
        assert (new.id, new.export_subject(CASE, [APPOINTMENT])["story"]) == (ledger.id, [])
        assert b"AB speaks" not in (tmp_path / "new.sqlite").read_bytes()
        new.backup(tmp_path / "other" / "ledger.sqlite", NOW + timedelta(days=3))
    names = (backup.parent / "erasures.txt", tmp_path / "other" / "erasures.txt")
    assert names[0].read_text() == names[1].read_text()
    assert CASE not in names[0].read_text()


def test_a_list_that_cannot_be_written_is_told_and_the_ledger_is_clean_all_the_same(ledger: Ledger, tmp_path):
    backup = tmp_path / "backups" / "ledger.sqlite"
    filled(ledger).backup(backup, NOW)
    (backup.parent / "erasures.txt").unlink()
    (backup.parent / "erasures.txt").mkdir()
    with pytest.raises(LedgerError) as caught:
        ledger.erase_subject(CASE, [APPOINTMENT], NOW)
    assert caught.value.code == "ledger_erasures"
    assert ledger.export_subject(CASE, [APPOINTMENT])["story"] == []


HERS = Telling("reminder/T-2/1/5", OTHER, "T-2", 1, {"printed": {"place": "olena@"}})
HIS = Telling(KEY, CASE, APPOINTMENT, 1, {"printed": {"place": "olena@"}})


def test_erasing_one_of_a_household_erases_the_message_and_the_other_is_told_anew(ledger: Ledger):
    shared = replace(mail(), tells=(HIS, HERS))
    plan(ledger, *queued(shared))
    assert ledger.history(live=True).mails[HERS.key].state == "queued"
    assert ledger.export_subject(OTHER, ["T-2"])["mails"][0]["content"] is not None
    ledger.erase_subject(OTHER, ["T-2"], NOW)
    assert KEY not in ledger.history(live=True).mails, "nothing left, and nothing stands against it"
    plan(ledger, *queued(mail()), run="R2")
    assert ledger.history(live=True).mails[KEY].state == "queued"


def test_what_a_waiting_message_does_not_tell_any_more_is_not_told(ledger: Ledger):
    plan(ledger, *queued(replace(mail(), tells=(HIS, HERS))))
    plan(ledger, *queued(replace(mail(), tells=(HIS,))), run="R2")
    assert ledger.claim(KEY, NOW)
    ledger.settle_mail(KEY, "sent", NOW)
    known = ledger.history(live=True)
    assert ("T-2" in known.told, HERS.key in known.mails) == (False, False)


def test_each_of_a_household_has_the_message_in_her_story(ledger: Ledger):
    plan(ledger, *queued(replace(mail(), tells=(HIS, HERS))))
    assert ledger.claim(KEY, NOW)
    ledger.settle_mail(KEY, "sent", NOW)
    assert len(ledger.story(OTHER, ["T-2"])) == len(ledger.story(CASE, [APPOINTMENT])) > 1
