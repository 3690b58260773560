"""The ledger's promises, the same on every database."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from automations.ledger.book import Ledger, open_ledger
from automations.ledger.codec import loads
from automations.ledger.errors import LedgerError
from automations.ledger.recording import PlannedMail
from automations.ledger.schema import runs
from automations.model.fact_kinds.course import Busy
from automations.model.fact_kinds.figures import Weekly
from automations.model.history import Reply
from automations.model.layout import Base
from automations.model.plan import Fact, Veto
from automations.model.runs import RunRecord
from automations.model.told import Telling, address_digest
from automations.model.values import RowKey
from automations.model.writes import PendingWrite, WriteResult
from tests.ledger.examples import APPOINTMENT, CASE, DAY, NOW, group, mail, plan, queued, reserved, state

KEY = "reminder/T-2024-00001/1/5"
ROW = RowKey("team", "cases", CASE)


# --- runs -----------------------------------------------------------------------------------------


def test_a_run_that_never_ended_counts_as_interrupted(ledger: Ledger):
    ledger.begin_run("R1", NOW, ("remind",))
    ledger.begin_run("R2", NOW + DAY, ("remind", "summarise"))
    done = RunRecord("R2", NOW + DAY, "done", ("remind", "summarise"), 3, 2, 1, ("one was late",))
    ledger.end_run(done, {"read": 0.25})
    assert ledger.runs() == (done, RunRecord("R1", NOW, "interrupted", ("remind",)))
    assert ledger.runs(1) == (done,)
    with ledger._reading() as connection:  # for whoever looks into the database
        assert loads(connection.execute(select(runs.c.seconds).where(runs.c.run == "R2")).scalar()) == {"read": 0.25}


# --- sightings ------------------------------------------------------------------------------------


def test_a_row_stands_since_it_last_changed(ledger: Ledger):
    other = RowKey("team", "cases", "KIM-2024-0002")
    assert ledger.sight("team", {ROW: "a", other: "x"}, NOW) == {ROW: NOW, other: NOW}
    assert ledger.sight("team", {ROW: "b", other: "x"}, NOW + DAY) == {ROW: NOW + DAY, other: NOW}
    assert ledger.sight("team", {ROW: "b", other: "x"}, NOW + 2 * DAY) == {ROW: NOW + DAY, other: NOW}


def test_a_row_that_went_and_came_back_is_new(ledger: Ledger):
    ledger.sight("team", {ROW: "a"}, NOW)
    ledger.sight("team", {}, NOW + DAY)
    assert ledger.sight("team", {ROW: "a"}, NOW + 2 * DAY) == {ROW: NOW + 2 * DAY}


def test_looking_without_remembering_changes_nothing(ledger: Ledger):
    ledger.sight("team", {ROW: "a"}, NOW)
    assert ledger.sighted("team", {ROW: "b"}, NOW + DAY) == {ROW: NOW + DAY}
    assert ledger.sighted("team", {ROW: "a"}, NOW + DAY) == {ROW: NOW}


def test_workbooks_are_seen_apart(ledger: Ledger):
    ledger.sight("team", {ROW: "a"}, NOW)
    ledger.sight("other", {}, NOW)
    assert ledger.sighted("team", {ROW: "a"}, NOW + DAY) == {ROW: NOW}


def test_a_moment_without_zone_is_refused(ledger: Ledger):
    with pytest.raises(ValueError, match="zone"):
        ledger.sight("team", {ROW: "a"}, datetime(2024, 10, 31))  # noqa: DTZ001 (what is refused)


# --- facts and history ----------------------------------------------------------------------------


def test_facts_fill_the_history(ledger: Ledger):
    draft = RowKey("team", "cases", "draft:abc")
    facts = [
        reserved("draft:abc", "KIM-2024-0007"),
        Fact("version", APPOINTMENT, {"version": 2, "facts": "f", "core": "c", "highest": 2}),
        Fact("question", "duplicate/A/B", {"number": "F-123456", "question": "?"}),
        Fact("answer", "duplicate/A/B", {"answer": "no", "by": "AB"}),
        Fact("weekly", "2024-10-28", {"open": 12}),
        Fact("rows", "cases", {"count": 600}),
        Fact("adopted", "team", {"on": "2024-10-30"}),
    ]
    plan(ledger, facts=facts)
    history = ledger.history(live=True)
    assert history.reserved == {draft: "KIM-2024-0007"}
    assert history.counters == {"KIM-2024-": 7}
    version = history.versions[APPOINTMENT]
    assert (version.version, version.facts, version.data["core"]) == (2, "f", "c")
    assert history.questions == {"duplicate/A/B": "F-123456"}
    assert history.answers == {"duplicate/A/B": "no"}
    assert history.weekly == {"2024-10-28": Weekly(open=12)}
    assert history.facts == {("rows", "cases"): {"count": 600}}
    assert (history.adopted_on, history.adopting) == (date(2024, 10, 30), False)


def test_an_empty_ledger_is_adopting(ledger: Ledger):
    history = ledger.history(live=False)
    assert (history.adopting, history.live, history.held) == (True, False, False)


def test_the_counter_never_falls(ledger: Ledger):
    ledger.remember([reserved("draft:a", "KIM-2024-0009")], NOW)
    ledger.remember([reserved("draft:b", "KIM-2024-0003")], NOW)
    assert ledger.history(live=True).counters == {"KIM-2024-": 9}


def test_the_last_fact_of_a_key_holds(ledger: Ledger):
    ledger.remember([Busy(NOW, "Anna").under("team")], NOW)
    ledger.remember([Busy().under("team")], NOW)
    assert ledger.fact(Busy, "team") == Busy()
    assert ledger.fact(Busy, "other") is None


def test_somebody_was_told_when_the_mail_may_have_left(ledger: Ledger):
    plan(ledger, *queued(mail(tells=(Telling(KEY, CASE, APPOINTMENT, 1, {"version": 1, "printed": {}}),))))
    assert fates(ledger, live=True) == ["waiting"]
    assert ledger.claim(KEY, NOW)
    assert fates(ledger, live=True) == ["left"]
    ledger.settle_mail(KEY, "test", NOW)
    assert fates(ledger, live=True) == []
    assert fates(ledger, live=False) == ["left"]


@pytest.mark.parametrize(("state", "fate"), [("failed", "returned"), ("retry", "waiting"), ("sent", "left")])
def test_the_fate_of_a_mail_is_the_fate_of_what_it_told_to_all_of_its_readers(ledger: Ledger, state, fate):
    tells = tuple(Telling(f"reminder/T-{n}/1/5", f"K-{n}", f"T-{n}", n, {"version": n}) for n in (1, 2))
    plan(ledger, *queued(mail(key="reminder/T-1/1/5", tells=tells)))
    assert ledger.claim("reminder/T-1/1/5", NOW)
    ledger.settle_mail("reminder/T-1/1/5", state, NOW)
    history = ledger.history(live=True)
    assert [(t.case, t.version, t.fate) for n in (1, 2) for t in history.told[f"T-{n}"]] == [
        ("K-1", 1, fate), ("K-2", 2, fate)
    ]  # fmt: skip
    assert history.mails["reminder/T-2/1/5"].state == state


def test_an_answer_is_one_to_what_was_told(ledger: Ledger):
    plan(ledger, *queued(mail(tells=(Telling(KEY, CASE, APPOINTMENT, 1, {"version": 1}),))))
    assert ledger.claim(KEY, NOW)
    ledger.settle_mail(KEY, "sent", NOW)
    ledger.record_reply(Reply(APPOINTMENT, "KIM-2024-0002", 1, "cancel", NOW), NOW)
    assert fates(ledger, live=True) == ["left"]
    ledger.record_reply(Reply(APPOINTMENT, CASE, 1, "cancel", NOW), NOW)
    assert fates(ledger, live=True) == ["answered"]


def fates(ledger: Ledger, *, live: bool) -> list[str]:
    return [entry.fate for entry in ledger.history(live=live).told.get(APPOINTMENT, ())]


# --- the outbox -----------------------------------------------------------------------------------


def test_a_mail_is_claimed_once_and_sent_once(ledger: Ledger):
    plan(ledger, *queued(mail()))
    [waiting] = ledger.sendable(NOW)
    assert (waiting.mail, waiting.attempts, waiting.run) == (mail(), 0, "R1")
    assert [ledger.claim(KEY, NOW), ledger.claim(KEY, NOW)] == [True, False]
    ledger.settle_mail(KEY, "sent", NOW, message_id="<1@kim>", text=b"Hello")
    assert ledger.sendable(NOW) == ()
    plan(ledger, *queued(mail()), now=NOW + DAY, run="R2")
    assert ledger.sendable(NOW + DAY) == ()
    assert ledger.outbox_counts() == {"sent": 1}


@pytest.mark.parametrize("end", ["sent", "unknown", "failed"])
def test_a_key_that_may_have_left_is_never_queued_again(ledger: Ledger, end):
    plan(ledger, *queued(mail()))
    ledger.claim(KEY, NOW)
    ledger.settle_mail(KEY, end, NOW)
    plan(ledger, *queued(mail()), live=True, now=NOW + DAY)
    assert (state(ledger), ledger.claim(KEY, NOW + DAY)) == (end, False)


def test_a_test_mail_leaves_when_mails_go_live(ledger: Ledger):
    plan(ledger, *queued(mail()))
    ledger.claim(KEY, NOW)
    ledger.settle_mail(KEY, "test", NOW)
    plan(ledger, *queued(mail()), run="R2")
    assert state(ledger) == "test"
    plan(ledger, *queued(mail()), run="R3", live=True)
    assert [waiting.run for waiting in ledger.sendable(NOW)] == ["R3"]


def test_a_retry_waits_for_its_time(ledger: Ledger):
    plan(ledger, *queued(mail()))
    ledger.claim(KEY, NOW)
    ledger.settle_mail(KEY, "retry", NOW, retry_at=NOW + timedelta(minutes=5), detail="greylisted")
    plan(ledger, *queued(mail()), now=NOW + timedelta(minutes=1))
    assert ledger.sendable(NOW + timedelta(minutes=4)) == ()
    assert not ledger.claim(KEY, NOW + timedelta(minutes=4))
    assert [waiting.attempts for waiting in ledger.sendable(NOW + timedelta(minutes=5))] == [1]
    assert ledger.claim(KEY, NOW + timedelta(minutes=5))


def test_what_is_no_longer_wanted_does_not_leave_until_it_is_wanted_again(ledger: Ledger):
    plan(ledger, *queued(mail()))
    plan(ledger)
    assert (ledger.sendable(NOW), ledger.outbox_counts()) == ((), {"suppressed": 1})
    assert KEY not in ledger.history(live=True).mails
    plan(ledger, *queued(mail()))
    assert [waiting.mail for waiting in ledger.sendable(NOW)] == [mail()]


def test_mails_of_rules_that_were_not_planned_wait_on(ledger: Ledger):
    plan(ledger, *queued(mail()))
    ledger.record("R2", NOW, (), (), (), frozenset({"digest"}))
    assert state(ledger) == "queued"


def test_a_mail_suppressed_for_a_reason_stays_so(ledger: Ledger):
    plan(ledger, PlannedMail(mail(), "suppressed", "adoption"))
    plan(ledger, *queued(mail()))
    assert (state(ledger), ledger.sendable(NOW)) == ("suppressed", ())


def test_a_waiting_mail_takes_the_content_of_the_fresh_plan(ledger: Ledger):
    plan(ledger, *queued(mail()))
    plan(ledger, *queued(mail(to="new@example.test")), run="R2")
    assert [(item.mail.to, item.run) for item in ledger.sendable(NOW)] == [("new@example.test", "R1")]


def test_a_held_batch_is_released_by_its_run_and_not_held_again(ledger: Ledger):
    plan(ledger, PlannedMail(mail(), "held", "brake"))
    assert (state(ledger), ledger.claim(KEY, NOW)) == ("held", False)
    assert [ledger.release("other", NOW), ledger.release("R1", NOW)] == [0, 1]
    plan(ledger, PlannedMail(mail(), "held", "brake"), run="R2")
    assert ledger.claim(KEY, NOW)


def test_nothing_leaves_while_all_mail_is_stopped(ledger: Ledger):
    plan(ledger, *queued(mail()))
    ledger.set_hold(True, NOW)
    assert (ledger.held, ledger.sendable(NOW), ledger.claim(KEY, NOW)) == (True, (), False)
    ledger.set_hold(False, NOW)
    assert (ledger.held, ledger.claim(KEY, NOW)) == (False, True)


def test_a_crash_leaves_a_mail_to_be_settled(ledger: Ledger):
    plan(ledger, *queued(mail()))
    ledger.claim(KEY, NOW)
    later = NOW + timedelta(minutes=10)
    assert [item.mail.key for item in ledger.stuck(later)] == [KEY]
    assert ledger.stuck(later, older_than=timedelta(minutes=20)) == ()
    ledger.settle_mail(KEY, "unknown", later, detail="interrupted")
    assert (ledger.stuck(later), [item.mail.key for item in ledger.mails("unknown")]) == ((), [KEY])


def test_steps_that_there_are_not_are_refused(ledger: Ledger):
    plan(ledger, *queued(mail()))
    ledger.claim(KEY, NOW)
    ledger.settle_mail(KEY, "sent", NOW)
    for wrong in ("retry", "queued", "suppressed", "test"):
        with pytest.raises(LedgerError, match="cannot go from") as caught:
            ledger.settle_mail(KEY, wrong, NOW)
        assert caught.value.code == "mail_state"
    ledger.settle_mail(KEY, "sent", NOW)  # twice the same is nothing
    with pytest.raises(LedgerError):
        ledger.settle_mail("nobody/knows/it", "sent", NOW)
    assert state(ledger) == "sent"


# --- replies, addresses, vetoes -------------------------------------------------------------------


def reply(action="confirm", version=1):
    return Reply(APPOINTMENT, CASE, version, action, NOW, {"date": date(2024, 11, 5)})


def test_a_reply_is_kept_once_and_stops_the_mails_of_its_version(ledger: Ledger):
    newer = mail("moved/T-2024-00001/2/0", version=2)
    plan(ledger, *queued(mail(), newer))
    assert [ledger.record_reply(reply(), NOW), ledger.record_reply(reply(), NOW + DAY)] == [True, False]
    assert ledger.history(live=True).replies == {APPOINTMENT: (replace(reply(), read_at=NOW),)}
    assert [item.mail.key for item in ledger.sendable(NOW)] == [newer.key]
    plan(ledger, *queued(mail(), newer))
    assert state(ledger) == "suppressed"


def test_an_objection_stops_all_mails_of_the_case(ledger: Ledger):
    plan(ledger, *queued(mail(), mail("reminder/T-2024-00002/1/5", subject_key="T-2024-00002")))
    ledger.record_reply(reply("object"), NOW, message_id="<a@b>")
    assert ledger.sendable(NOW) == ()
    assert CASE in ledger.history(live=True).objected


def test_addresses_are_remembered_as_digests_only(ledger: Ledger):
    ledger.note_address(" Olena@Example.test ", "bounced", NOW)
    history = ledger.history(live=True)
    assert history.bounced.keys() == {address_digest("olena@example.test")}
    assert history.objected == {}
    assert "@" not in "".join(history.bounced)
    ledger.note_address("olena@example.test", "bounced", NOW + DAY)
    assert list(ledger.history(live=True).bounced.values()) == [NOW + DAY]


def test_vetoes_are_kept_once(ledger: Ledger):
    veto = Veto(ROW, "manager", "AB", {"since": date(2024, 1, 1)})
    ledger.veto("R2", [veto, veto], NOW)
    ledger.veto("R3", [veto], NOW)
    assert ledger.history(live=True).vetoes == (veto,)


# --- writes ---------------------------------------------------------------------------------------


def test_a_write_is_pending_until_it_is_finished(ledger: Ledger):
    first, second = group("g1"), group("g2", "KIM-2024-0002")
    ledger.announce_write("w1", "R1", "team", "before", "after", [first, second], Base("before"))
    assert ledger.pending_writes("team") == (PendingWrite("w1", "before", "after", (first, second), Base("before")),)
    assert ledger.pending_writes("managers") == ()
    assert ledger.written_groups("R1") == ()
    ledger.finish_write("w1", WriteResult("written", {"g1": "applied", "g2": "changed"}, "after"), NOW)
    assert ledger.pending_writes("team") == ()
    assert ledger.written_groups("R1") == (first,)


def test_an_unclear_write_is_settled_once_more_and_then_left_to_people(ledger: Ledger):
    ledger.announce_write("w1", "R1", "team", "before", "", [group()], Base("before"))
    ledger.finish_write("w1", WriteResult("unclear"), NOW)
    assert len(ledger.pending_writes("team")) == 1
    ledger.finish_write("w1", WriteResult("unclear"), NOW)
    assert (ledger.pending_writes("team"), ledger.written_groups("R1")) == ((), ())


def test_a_write_that_replaced_nothing_needs_no_announcement(ledger: Ledger):
    ledger.finish_write("w1", WriteResult("busy", holder="Ayşe"), NOW)
    assert ledger.pending_writes("team") == ()


def test_a_write_that_is_announced_again_is_the_later_one(ledger: Ledger):
    ledger.announce_write("w1", "R1", "team", "a", "b", [group("g1"), group("g2")], Base("a"))
    ledger.announce_write("w1", "R1", "team", "c", "d", [group("g1")], Base("c"))
    [pending] = ledger.pending_writes("team")
    assert (pending.before, pending.after, len(pending.groups)) == ("c", "d", 1)


# --- occurrences ----------------------------------------------------------------------------------


def test_an_occurrence_is_claimed_once(ledger: Ledger):
    assert ledger.occurrences("run") == ()
    assert ledger.claim_occurrence("run", "2024-10-27T06:30", NOW)
    assert not ledger.claim_occurrence("run", "2024-10-27T06:30", NOW)
    ledger.finish_occurrence("run", "2024-10-27T06:30", "done", NOW)
    ledger.claim_occurrence("run", "2024-10-28T06:30", NOW + DAY)
    newest, older = ledger.occurrences("run")
    assert (newest.occurrence, newest.outcome, newest.ended) == ("2024-10-28T06:30", "", None)
    assert (older.outcome, older.ended) == ("done", NOW)
    assert ledger.occurrences("run", 1) == (newest,)


def test_only_an_unfinished_stale_occurrence_is_taken_over(ledger: Ledger):
    ledger.claim_occurrence("run", "a", NOW)
    hour = timedelta(hours=1)
    assert not ledger.claim_occurrence("run", "a", NOW + hour / 2, stale_after=hour)
    assert ledger.claim_occurrence("run", "a", NOW + hour, stale_after=hour)
    ledger.finish_occurrence("run", "a", "done", NOW + hour)
    assert not ledger.claim_occurrence("run", "a", NOW + 9 * hour, stale_after=hour)


# --- opening again --------------------------------------------------------------------------------


def test_everything_is_there_when_the_ledger_is_opened_again(url):
    with open_ledger(url, now=NOW) as first:
        plan(first, *queued(mail()), facts=[reserved("draft:a", "KIM-2024-0001")], groups=[group()])
        before, known = first.id, first.history(live=True)
    with open_ledger(url, now=NOW + DAY) as second:
        assert (second.id, second.history(live=True)) == (before, known)
        assert second.check() == ()


def test_an_objection_counts_from_when_kim_read_it_whatever_the_clock_of_the_reader_says(ledger: Ledger):
    ledger.record_reply(replace(reply("object"), at=NOW - 2000 * DAY), NOW, message_id="<a@b>")
    assert ledger.history(live=True).objected == {CASE: NOW}
