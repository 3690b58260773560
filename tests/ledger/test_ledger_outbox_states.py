"""Whatever happens in whatever order, a mail leaves once at most and is never lost without a trace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from automations.ledger.book import open_ledger
from automations.ledger.errors import LedgerError
from automations.ledger.recording import PlannedMail
from automations.model.history import LEFT, Reply
from tests.ledger.examples import APPOINTMENT, CASE, NOW, mail

KEYS = tuple(f"reminder/{APPOINTMENT}/{version}/5" for version in (1, 2, 3))
WAITING = {"queued", "held", "retry"}


class OutboxMachine(RuleBasedStateMachine):
    """Runs, senders, people and crashes at one outbox; `mine` are mails that this sender has claimed."""

    def __init__(self):
        super().__init__()
        self.ledger = open_ledger("sqlite://", now=NOW)
        self.now = NOW
        self.left: dict[str, int] = dict.fromkeys(KEYS, 0)
        self.mine: set[str] = set()

    def teardown(self):
        self.ledger.close()

    @rule(
        wanted=st.sets(st.sampled_from(KEYS)),
        state=st.sampled_from(["queued", "held", "suppressed"]),
        live=st.booleans(),
    )
    def plan(self, wanted, state, live):
        mails = [PlannedMail(mail(key, version=int(key.split("/")[2])), state, "reason") for key in sorted(wanted)]
        self.ledger.record("R", self.now, (), mails, (), frozenset({"reminder"}), live=live)

    @rule(key=st.sampled_from(KEYS))
    def claim(self, key):
        before, held = self._states().get(key), self.ledger.held
        got = self.ledger.claim(key, self.now)
        assert not got or (before in {"queued", "retry"} and not held)
        assert not self.ledger.claim(key, self.now)
        if got:
            self.mine.add(key)

    @rule(key=st.sampled_from(KEYS), end=st.sampled_from(["sent", "test", "retry", "failed", "unknown"]))
    def deliver(self, key, end):
        if key not in self.mine:
            return
        self.mine.discard(key)
        self.left[key] += end in {"sent", "unknown"}
        retry = self.now + timedelta(minutes=5) if end == "retry" else None
        self.ledger.settle_mail(key, end, self.now, retry_at=retry)

    @rule()
    def crash(self):
        for stuck in self.ledger.stuck(self.now):
            self.left[stuck.mail.key] += 1  # it may have left
            self.ledger.settle_mail(stuck.mail.key, "unknown", self.now)
        self.mine.clear()

    @rule(
        key=st.sampled_from(KEYS), state=st.sampled_from(["sent", "bounced", "queued", "suppressed", "retry", "held"])
    )
    def meddle(self, key, state):
        before = self._states().get(key)
        if before == "sending":
            return
        try:
            self.ledger.settle_mail(key, state, self.now)
        except LedgerError:
            assert self._states().get(key) == before
        else:
            if (before, state) == ("unknown", "retry"):
                self.left[key] = 0  # the archive mailbox says that it never left

    @rule(on=st.booleans())
    def hold(self, on):
        self.ledger.set_hold(on, self.now)
        assert not on or self.ledger.sendable(self.now) == ()

    @rule()
    def release(self):
        self.ledger.release("R", self.now)
        assert "held" not in self._states().values()

    @rule(version=st.integers(1, 3), action=st.sampled_from(["confirm", "cancel", "object"]))
    def answer(self, version, action):
        if not self.ledger.record_reply(Reply(APPOINTMENT, CASE, version, action, self.now), self.now):
            return  # the same message, read twice
        touched = KEYS if action == "object" else KEYS[version - 1 : version]
        assert not {self._states().get(key) for key in touched} & WAITING

    @rule(minutes=st.integers(1, 60))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)

    @invariant()
    def no_mail_left_twice(self):
        assert max(self.left.values()) <= 1

    @invariant()
    def what_may_have_left_is_known_as_such_for_ever(self):
        states = self._states()
        for key, count in self.left.items():
            assert not count or states[key] in LEFT | {"failed"}

    @invariant()
    def every_waiting_mail_still_has_its_content(self):
        waiting = {key for key, state in self._states().items() if state in WAITING | {"sending"}}
        kept = {item.mail.key for item in self.ledger.mails(*WAITING, "sending")}
        assert waiting == kept

    @invariant()
    def counts_and_chain_agree(self):
        assert self.ledger.check() == ()

    def _states(self):
        return {key: record.state for key, record in self.ledger.history(live=True).mails.items()}


TestOutboxStates = OutboxMachine.TestCase
TestOutboxStates.settings = settings(max_examples=10, stateful_step_count=25, deadline=None)


@pytest.mark.soak
class TestOutboxStatesLong(OutboxMachine.TestCase):
    settings = settings(max_examples=1000, stateful_step_count=60, deadline=None)
