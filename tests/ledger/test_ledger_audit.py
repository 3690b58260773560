"""The audit chain: the story of a case, and what happens to it when somebody meddles."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, text, update

from automations.ledger.book import Ledger, open_ledger
from automations.ledger.recording import PlannedMail
from automations.ledger.schema import audit, audit_payloads
from automations.model.history import Reply
from automations.model.layout import Base
from automations.model.plan import Fact, Veto
from automations.model.values import RowKey
from automations.model.writes import WriteResult
from tests.ledger.examples import APPOINTMENT, CASE, DAY, NOW, group, mail, plan, queued, reserved

KEY = "reminder/T-2024-00001/1/5"


def lived(ledger: Ledger) -> Ledger:
    """A ledger in which a case was numbered, assigned, reminded and answered."""
    draft = group("number/draft:a", "draft:a", job="number_rows", why="The next free number.")
    plan(ledger, groups=[draft], facts=[reserved("draft:a", CASE)])
    plan(ledger, *queued(mail()), groups=[group()], run="R2", now=NOW + DAY)
    ledger.announce_write("w", "R2", "team", "a", "b", [group()], Base("a"))
    ledger.finish_write("w", WriteResult("written", {"assign/1": "applied"}), NOW + DAY)
    ledger.claim(KEY, NOW + DAY)
    ledger.settle_mail(KEY, "sent", NOW + DAY, text=b"Hello")
    ledger.record_reply(Reply(APPOINTMENT, CASE, 1, "confirm", NOW + DAY), NOW + DAY)
    ledger.veto("R3", [Veto(RowKey("team", "cases", CASE), "manager", "AB", {})], NOW + 2 * DAY)
    plan(ledger, *queued(mail("reminder/T-2024-00099/1/5", case="KIM-2024-0099", subject_key="T-2024-00099")), run="R4")
    return ledger


def test_the_story_of_a_case_is_told_in_order_from_before_it_had_a_number(ledger: Ledger):
    story = lived(ledger).story(CASE, [APPOINTMENT])
    assert [(entry.run, entry.kind) for entry in story] == [
        ("R1", "decided"), ("R1", "fact"), ("R2", "decided"), ("R2", "mail"), ("R2", "written"), ("R2", "mail"),
        ("", "reply"), ("R3", "veto"),
    ]  # fmt: skip
    assert [entry.text for entry in story][:4] == [
        "The next free number.",
        "Für diese Zeile wurde die Nummer KIM-2024-0001 vergeben.",
        "AB speaks Ukrainian.",
        "Die Mail „reminder“ liegt zum Versand bereit. (It is due in five days.)",
    ]
    assert story[2].at == NOW + DAY
    assert story[2].data["edits"] == [["manager", None, "AB"], ["manager_since", None, "2024-10-31"]]


def test_every_sentence_of_a_story_is_german(ledger: Ledger):
    german = lived(ledger).story(CASE, [APPOINTMENT])
    english = ledger.story(CASE, [APPOINTMENT], "en")
    given = {"The next free number.", "AB speaks Ukrainian."}
    assert all(a.text != b.text for a, b in zip(german, english, strict=True) if a.text not in given)


def test_held_and_suppressed_mails_tell_why(ledger: Ledger):
    plan(ledger, PlannedMail(mail(), "held", "brake"))
    plan(ledger)
    assert [entry.text for entry in ledger.story(CASE)] == [
        "Die Mail „reminder“ wird zurückgehalten, bis jemand sie freigibt. (weit mehr Mails als sonst)",
        "Die Mail „reminder“ wird nicht verschickt. (sie wird nicht mehr gebraucht)",
    ]


def test_a_plan_that_changes_nothing_adds_nothing_to_the_story(ledger: Ledger):
    facts = [Fact("question", f"close/{CASE}", {"number": "F-1", "case": CASE, "question": "?"})]
    plan(ledger, *queued(mail()), facts=facts)
    before = ledger.story(CASE)
    plan(ledger, *queued(mail()), facts=facts, now=NOW + timedelta(hours=5), run="R2")
    assert ledger.story(CASE) == before


def test_a_sound_chain_has_nothing_to_report(ledger: Ledger):
    assert lived(ledger).check() == ()


@pytest.mark.parametrize(
    ("meddling", "found"),
    [
        (update(audit).where(audit.c.id == 3).values(kind="other"), "Eintrag 3 der Protokollkette wurde verändert."),
        (update(audit).where(audit.c.id == 3).values(at=NOW + 9 * DAY), "Eintrag 3 "),
        (update(audit).where(audit.c.id == 3).values(run="R9"), "Eintrag 3 "),
        (update(audit_payloads).where(audit_payloads.c.id == 4).values(payload="{}"), "Der Inhalt von Eintrag 4 "),
        (update(audit_payloads).where(audit_payloads.c.id == 4).values(case="KIM-1"), "Der Inhalt von Eintrag 4 "),
        (delete(audit).where(audit.c.id == 5), "fehlen die Einträge 5 bis 5."),
        (delete(audit).where(audit.c.id == 1), "fehlen die Einträge 1 bis 1."),
        (delete(audit).where(audit.c.id > 6), "endet bei Eintrag 6"),
    ],
)
def test_a_changed_or_deleted_entry_is_found(ledger: Ledger, meddling, found):
    with lived(ledger)._writing() as connection:
        connection.execute(meddling)
    [sentence, *_] = ledger.check()
    assert found in sentence


def test_an_entry_slipped_in_is_found(ledger: Ledger):
    with lived(ledger)._writing() as connection:
        false = {"id": 1000, "at": NOW, "run": "R1", "kind": "decided", "content": "x", "digest": "y"}
        connection.execute(insert(audit).values(**false))
    assert ledger.check() != ()


def test_programs_that_write_at_the_same_time_make_one_chain(url):
    open_ledger(url, now=NOW).close()

    def write(name: str) -> str:
        with open_ledger(url, now=NOW) as ledger:
            for n in range(15):
                ledger.remember([Fact("note", f"{name}/{n}", {"n": n})], NOW)
            return ledger.id

    with ThreadPoolExecutor(3) as pool:
        ids = set(pool.map(write, ("a", "b", "c")))
    with open_ledger(url, now=NOW) as ledger:
        assert (ids, ledger.check()) == ({ledger.id}, ())
        assert len(ledger.history(live=True).facts) == 45


def test_two_programs_that_open_an_empty_database_make_one_ledger(url):
    def identity(_: int) -> str:
        with open_ledger(url, now=NOW) as ledger:
            return ledger.id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(identity, range(4)))) == 1


def test_content_can_go_without_breaking_the_chain(ledger: Ledger):
    with lived(ledger)._writing() as connection:
        connection.execute(delete(audit_payloads))
    assert (ledger.check(), ledger.story(CASE)) == ((), ())


def test_the_chain_holds_neither_names_nor_numbers(ledger: Ledger):
    with lived(ledger)._reading() as connection:
        everything = repr(connection.execute(text("SELECT * FROM audit")).all())
    for secret in (CASE, APPOINTMENT, "olena", "AB speaks", "draft:a"):
        assert secret not in everything
