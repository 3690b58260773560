"""The outbox: each mail once, whatever goes wrong with one of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from msgspec.structs import replace

from automations.messages.inbox import MailboxProblem
from automations.messages.message import Sender
from automations.messages.outbox import PAGE, send_all
from automations.messages.render import Renderer
from automations.messages.round import pause
from automations.messages.stuck_mails import settle_stuck
from automations.messages.transport import Delivery, FolderTransport
from automations.model.plan import Mail
from automations.model.settings import SiteFacts

NOW = datetime(2024, 10, 31, 7, tzinfo=UTC)
SENDER = Sender("Stadt Herne <termine@herne.test>", b"k" * 32)
FACTS = SiteFacts(mail_from="Stadt Herne <termine@herne.test>")


def mail(key: str = "reminder/T-1/1/5", **changes) -> Mail:
    made = Mail(
        key=key,
        rule="reminder",
        case="KIM-1",
        to="klient@kim.test",
        language="de",
        template="appointment_reminder",
        not_after=NOW + timedelta(days=5),
        why="",
        version=1,
        subject_key="T-1",
        context={"date": "2024-11-05", "time": "10:30", "place": "Café"},
    )
    return replace(made, **changes)


@dataclass
class Waiting:
    mail: Mail
    attempts: int = 0


@dataclass
class Store:
    """A ledger in memory that notes each step in its order."""

    mails: list[Mail]
    steps: list[tuple[str, str]] = field(default_factory=list)
    retries: dict[str, datetime | None] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    lost: list[Mail] = field(default_factory=list)
    asked: timedelta | None = None
    asked_unknown: bool = False
    pages: list[int] = field(default_factory=list)
    entries: int = 7
    news_after: int = 10**9

    def due(self, now):
        return self.mails

    def sendable(self, now, keys):
        self.pages.append(len(keys))
        return [Waiting(mail) for mail in self.mails if mail.key in keys]

    def together(self):
        return nullcontext()

    def many_commits(self):
        return nullcontext()

    def claim(self, key, now):
        if key in self.taken:
            return False
        self.steps.append((key, "sending"))
        return True

    def settle_mail(self, key, state, now, *, detail="", retry_at=None, message_id="", text=b""):
        self.steps.append((key, state))
        self.retries[key], self.details[key] = retry_at, detail

    def arrived(self, mark):
        claims = sum(state == "sending" for _, state in self.steps)
        return self.entries, claims >= self.news_after

    def stuck(self, now, *, older_than=timedelta(0), unknown=False):
        self.asked, self.asked_unknown = older_than, unknown
        return [Waiting(mail) for mail in self.lost]


@dataclass
class Post:
    """A transport that answers as told, by recipient."""

    answers: dict[str, Delivery | Exception] = field(default_factory=dict)
    seen: list[tuple[str, EmailMessage]] = field(default_factory=list)
    closed: bool = False
    store: Store | None = None
    claimed: list[set[str]] = field(default_factory=list)
    live = True

    def deliver(self, message, recipient):
        self.seen.append((recipient, message))
        if self.store:
            self.claimed.append({key for key, _ in self.store.steps})
        answer = self.answers.get(recipient, Delivery("sent"))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self):
        self.closed = True


def go(store, post, may_leave=lambda _: None, now=lambda: NOW, keys=None):
    wanted = {mail.key for mail in store.mails} if keys is None else keys
    return send_all(store, Renderer(FACTS), post, SENDER, may_leave, now, wanted)


def test_each_mail_is_claimed_before_it_leaves_and_settled_right_after():
    store = Store([mail("a"), mail("b")])
    post = Post(store=store)
    report = go(store, post)
    assert [step for step in store.steps if step[0] == "a"] == [("a", "sending"), ("a", "sent")]
    assert [step for step in store.steps if step[0] == "b"] == [("b", "sending"), ("b", "sent")]
    assert report.counts == {"sent": 2}
    assert post.closed
    assert post.claimed[0] >= {"a"}
    assert post.claimed[1] >= {"a", "b"}


def test_a_crash_leaves_two_mails_in_doubt_at_most():
    class Dying(Store):
        doubt = 0

        def claim(self, key, now):
            done = super().claim(key, now)
            states = dict(self.steps)
            self.doubt = max(self.doubt, sum(state == "sending" for state in states.values()))
            return done

    store = Dying([mail(str(number)) for number in range(9)])
    go(store, Post())
    assert store.doubt == 2


def test_the_mail_on_its_way_is_settled_also_when_something_breaks():
    def may_leave(planned):
        if planned.key == "b":
            raise RuntimeError("bug")

    store = Store([mail("a"), mail("b")])
    with pytest.raises(RuntimeError):
        go(store, Post(), may_leave=may_leave)
    assert store.steps == [("a", "sending"), ("a", "sent")]


class Impatient(ThreadPoolExecutor):
    """Whoever waits for the second thing that one of its threads does is interrupted, once."""

    given = 0

    def submit(self, *args, **more):
        future, self.given = super().submit(*args, **more), self.given + 1
        wait, rings = future.result, iter([self.given == 2])

        def result(timeout=None):
            if next(rings, False):
                raise KeyboardInterrupt
            return wait(timeout)

        future.result = result
        return future


@pytest.mark.parametrize("name", ["mail", "book"])
def test_ctrl_c_leaves_no_mail_in_doubt_and_hands_none_over_twice(monkeypatch, name):
    def made(threads, called):
        return (Impatient if called == name else ThreadPoolExecutor)(threads, called)

    monkeypatch.setattr("automations.messages.outbox.ThreadPoolExecutor", made)
    store, post = Store([mail(key) for key in "abcd"]), Post()
    with pytest.raises(KeyboardInterrupt):
        go(store, post)
    assert set(dict(store.steps).values()) == {"sent"}
    assert len(post.seen) == len(dict(store.steps)) >= 2


def test_what_came_in_while_mails_leave_makes_the_rest_wait_for_a_new_plan():
    store, post = Store([mail(f"m/{n}") for n in range(5)], news_after=2), Post()
    keys = {one.key for one in store.mails}
    report = send_all(store, Renderer(FACTS), post, SENDER, lambda _: None, lambda: NOW, keys, 7)
    assert report.counts == {"sent": 2}
    assert "nächsten Lauf" in report.trouble
    assert len(go(Store(store.mails, news_after=2), Post()).outcomes) == 5  # to the operator, whatever came


def test_mails_no_longer_wanted_are_not_touched():
    store = Store([mail("a"), mail("b")])
    go(store, Post(), keys={"b"})
    assert [key for key, _ in store.steps] == ["b", "b"]


def test_a_long_round_reads_the_ledger_a_page_at_a_time_and_keeps_no_content():
    store = Store([mail(f"{number:03}", not_after=NOW - timedelta(days=1)) for number in range(2 * PAGE + 1)])
    report = go(store, Post())
    assert store.pages == [PAGE, PAGE, 1]
    assert [outcome.key for outcome in report.outcomes] == [made.key for made in store.mails]
    assert not hasattr(report.outcomes[0], "mail")


def test_what_a_guard_objects_to_waits_with_the_reason():
    store = Store([mail("a"), mail("b")])
    report = go(store, Post(), may_leave=lambda m: "not now" if m.key == "a" else None)
    assert [key for key, _ in store.steps] == ["b", "b"]
    assert [(o.key, o.detail) for o in report.waiting] == [("a", "not now")]


def test_what_comes_too_late_is_suppressed():
    store = Store([mail("a", not_after=NOW - timedelta(seconds=1))])
    go(store, Post())
    assert store.steps == [("a", "suppressed")]


def test_somebody_else_was_faster():
    store, post = Store([mail("a")], taken={"a"}), Post()
    go(store, post)
    assert not post.seen
    assert not store.steps


@pytest.mark.parametrize("to", ["a@kim.test, b@kim.test", "", "a@kim.test\r\nBcc: all@kim.test", "jürgen@kim.test"])
def test_a_mail_to_no_usable_address_fails_with_the_reason_and_the_others_go(to):
    store, post = Store([mail("a", to=to), mail("b")]), Post()
    go(store, post)
    assert store.steps == [("a", "sending"), ("a", "failed"), ("b", "sending"), ("b", "sent")]
    assert "E-Mail-Adresse" in store.details["a"]
    assert len(post.seen) == 1


@pytest.mark.parametrize(
    "bad",
    [
        {"template": "no_such_template"},
        {"template": "../layout"},
        {"context": {"date": "someday", "time": "10:30"}},
        {"context": {"date": "2024-11-05", "time": "25:99"}},
    ],
)
def test_a_mail_with_a_broken_template_waits_until_it_is_mended_and_the_others_go(bad):
    store, post = Store([mail("a", **bad), mail("b")]), Post()
    report = go(store, post)
    assert store.steps == [("a", "sending"), ("a", "retry"), ("b", "sending"), ("b", "sent")]
    assert store.retries["a"] == NOW + timedelta(minutes=5)
    assert store.details["a"] == report.trouble
    assert len(post.seen) == 1


def test_data_that_no_template_may_have_fails():
    store = Store([mail("a", context={"date": "2024-11-05", "time": object()}), mail("b")])
    assert go(store, Post()).counts == {"failed": 1, "sent": 1}


def test_later_is_later_and_never_is_never():
    store = Store([mail("a", to="a@kim.test"), mail("b", to="b@kim.test"), mail("c", to="c@kim.test")])
    post = Post({
        "a@kim.test": Delivery("retry", "450 greylisted"),
        "b@kim.test": Delivery("failed", "550 no such user"),
        "c@kim.test": Delivery("unknown", "connection lost"),
    })  # fmt: skip
    report = go(store, post)
    assert report.counts == {"retry": 1, "failed": 1, "unknown": 1}
    assert store.retries == {"a": NOW + timedelta(minutes=5), "b": None, "c": None}


def test_a_server_out_of_order_ends_the_round_and_leaves_the_rest_waiting():
    store = Store([mail(key) for key in "abcde"])
    report = go(store, Post({"klient@kim.test": Delivery("retry", "connection refused", down=True)}))
    assert [key for key, state in store.steps if state == "retry"] == ["a", "b", "c"]
    assert report.trouble == "Das Senden brach ab: connection refused; was nicht hinausging, wird noch einmal versucht."
    assert not {key for key, _ in store.steps} & {"d", "e"}


@pytest.mark.parametrize(
    ("detail", "says"),
    [
        (
            "MAIL FROM: 421 4.7.0 too many messages",
            "der Server bittet, es später noch einmal zu versuchen (MAIL FROM: 421",
        ),
        ("/srv/relay/mails: no room", "Das Senden brach ab: /srv/relay/mails: no room; was"),
    ],
)
def test_why_sending_was_broken_off_is_explained_where_a_server_answered(detail, says):
    report = go(Store([mail("a")]), Post({"klient@kim.test": Delivery("retry", detail, down=True)}))
    assert says in report.trouble


def test_one_broken_connection_does_not_stop_the_others():
    store = Store([mail("a", to="a@kim.test"), mail("b"), mail("c")])
    report = go(store, Post({"a@kim.test": Delivery("unknown", "lost", down=True)}))
    assert report.counts == {"unknown": 1, "sent": 2}
    assert not report.trouble


def test_a_broken_transport_leaves_the_mail_unknown():
    store = Store([mail("a")])
    report = go(store, Post({"klient@kim.test": RuntimeError("bug")}))
    assert store.steps == [("a", "sending"), ("a", "unknown")]
    assert "(test_outbox.py, " in report.trouble
    assert "bug" not in report.trouble


def test_pauses_grow_and_end():
    waits = [pause(n, Delivery("retry")) for n in range(12)]
    assert waits[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert waits[-1] == timedelta(hours=4)
    assert pause(3, Delivery("retry", retry_after=60)) == timedelta(minutes=1)


def test_without_an_archive_what_a_crash_left_is_unknown():
    store = Store([], lost=[mail("a")])
    settle_stuck(store, None, NOW, timedelta(minutes=10))
    assert store.steps == [("a", "unknown")]
    assert (store.asked, store.asked_unknown) == (timedelta(0), False)


def test_with_an_archive_it_is_sent_or_sent_again():
    store = Store([], lost=[mail("a"), mail("b")])
    settle_stuck(store, lambda m: m.key == "a", NOW, timedelta(minutes=10))
    assert store.steps == [("a", "sent"), ("b", "retry")]
    assert store.retries["b"] == NOW
    assert (store.asked, store.asked_unknown) == (timedelta(minutes=10), True)


def test_an_archive_that_cannot_be_asked_decides_nothing():
    def silent(_):
        raise MailboxProblem("no answer")

    store = Store([], lost=[mail("a")])
    report = settle_stuck(store, silent, NOW, timedelta(0))
    assert not store.steps
    assert report.trouble == "no answer"


def test_a_run_with_the_folder_transport_lays_down_one_file_each(tmp_path):
    store = Store([mail("a"), mail("b", language="en")])
    report = go(store, FolderTransport(tmp_path / "mails"))
    assert report.counts == {"test": 2}
    files = sorted((tmp_path / "mails").iterdir())
    assert len(files) == 2
    assert all(path.suffix == ".eml" and path.stat().st_mode & 0o077 == 0 for path in files)
