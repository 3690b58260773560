"""What is forgotten, and when."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import select

from automations.ledger.book import Ledger
from automations.ledger.codec import loads
from automations.ledger.retention import Retention
from automations.ledger.schema import runs
from automations.model.fact_kinds.messages import Called, Letter
from automations.model.fact_kinds.questions import Assignment, Barred
from automations.model.history import Reply
from automations.model.plan import Fact
from automations.model.runs import RunRecord
from tests.ledger.examples import APPOINTMENT, CASE, DAY, NOW, mail, plan, queued, reserved
from tests.ledger.test_ledger_audit import KEY, lived


def told(ledger: Ledger):
    return ledger.export_subject(CASE, [APPOINTMENT])


def test_values_are_kept_for_thirty_days_and_mails_for_ninety(ledger: Ledger):
    lived(ledger)
    ledger.trim(NOW + 29 * DAY)
    assert (len(ledger.written_groups("R2")), told(ledger)["mails"][0]["text"]) == (1, "Hello")
    ledger.trim(NOW + 32 * DAY)
    assert (ledger.written_groups("R2"), told(ledger)["mails"][0]["text"]) == ((), "Hello")
    ledger.trim(NOW + 92 * DAY)
    assert (told(ledger)["mails"][0]["text"], told(ledger)["mails"][0]["content"]) == ("", None)
    assert len(ledger.story(CASE)) > 5


def test_the_chain_is_cut_at_its_old_end_and_still_holds(ledger: Ledger):
    lived(ledger)
    later = NOW + 800 * DAY
    plan(ledger, *queued(mail("reminder/T-2/1/5", case="KIM-2", subject_key="T-2")), now=later, run="R9")
    ledger.trim(later)
    assert (ledger.check(), ledger.story(CASE), len(ledger.story("KIM-2"))) == ((), (), 1)
    ledger.remember([Fact("answer", "q", {"answer": "yes"})], later)
    assert ledger.check() == ()


def test_what_prevents_harm_is_never_forgotten(ledger: Ledger):
    lived(ledger)
    ledger.record_reply(Reply(APPOINTMENT, CASE, 1, "object", NOW), NOW)
    ledger.note_address("x@example.test", "bounced", NOW)
    ledger.remember([Fact("adopted", "team", {"on": "2024-10-31"}), Fact("weekly", "2024-10-28", {"open": 1})], NOW)
    before = ledger.history(live=True)
    ledger.trim(NOW + 5000 * DAY)
    after = ledger.history(live=True)
    for name in ("counters", "objected", "bounced", "adopted_on", "weekly", "vetoes"):
        assert getattr(after, name) == getattr(before, name)
        assert getattr(after, name)


def test_numbers_that_were_given_are_forgotten_with_what_quoted_them_and_never_given_again(ledger: Ledger):
    ledger.remember([reserved("draft:1", "KIM-2024-0700")], NOW)
    ledger.trim(NOW + 89 * DAY)
    assert list(ledger.history(live=True).reserved.values()) == ["KIM-2024-0700"]
    ledger.trim(NOW + 91 * DAY)
    after = ledger.history(live=True)
    assert (after.reserved, after.counters) == ({}, {"KIM-2024-": 700})


def test_waiting_mails_and_open_writes_outlive_every_retention(ledger: Ledger):
    plan(ledger, *queued(mail()))
    other = mail("x/1")
    ledger.record("R1", NOW, (), queued(other), (), frozenset())
    ledger.claim("x/1", NOW)
    ledger.trim(NOW + 5000 * DAY, Retention(0, 0, 0))
    assert [item.mail.key for item in ledger.sendable(NOW)] == [KEY]
    assert [item.mail.key for item in ledger.stuck(NOW)] == ["x/1"]


def test_how_a_run_went_is_forgotten_with_what_it_wrote(ledger: Ledger):
    ledger.begin_run("R1", NOW, ("assign_cases",))
    ledger.end_run(RunRecord("R1", NOW, "done", ("assign_cases",), 3), {"read": 0.25})
    ledger.remember([Assignment("optimum", [{"goal": "people", "value": 1}]).under("2024-10-31")], NOW)
    for days, seconds, kept in ((29, {"read": 0.25}, True), (32, {}, False)):
        ledger.trim(NOW + days * DAY)
        with ledger._reading() as connection:
            assert loads(connection.execute(select(runs.c.seconds)).scalar()) == seconds
        assert (ledger.fact(Assignment, "2024-10-31") is not None) is kept
        assert [(run.outcome, run.edits) for run in ledger.runs()] == [("done", 3)]


def test_what_a_client_wrote_is_forgotten_with_the_mails(ledger):
    ledger.remember([Fact("letter", "K-1/abc", {"case": "K-1", "words": "…"})], NOW)
    ledger.trim(NOW + 89 * DAY)
    assert ledger.fact(Letter, "K-1/abc") is not None
    ledger.trim(NOW + 92 * DAY)
    assert ledger.fact(Letter, "K-1/abc") is None


def test_a_bar_is_deleted_after_the_day_until_which_it_holds(ledger):
    ledger.remember([Barred(NOW.date(), NOW.date() + 3 * DAY).under("digest")], NOW)
    ledger.trim(NOW + 3 * DAY)
    assert ledger.facts_of(Barred)
    ledger.trim(NOW + 4 * DAY)
    assert not ledger.facts_of(Barred)


def test_of_an_old_call_stays_that_it_was_made_and_not_what_was_said(ledger):
    call = Called("x/1", "A-ABCDEF", CASE, APPOINTMENT, 1, "+4923231", NOW, result="reached", at=NOW, content={"a": 1})
    ledger.remember([call.under("x/1/A-ABCDEF")], NOW)
    ledger.trim(NOW + 89 * DAY)
    assert ledger.facts_of(Called) == {"x/1/A-ABCDEF": call}
    ledger.trim(NOW + 91 * DAY)
    assert ledger.facts_of(Called) == {"x/1/A-ABCDEF": replace(call, phone="", content=None)}
    ledger.trim(NOW + 731 * DAY)
    assert ledger.facts_of(Called) == {}
