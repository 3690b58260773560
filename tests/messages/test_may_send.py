"""The one table of guards: every combination, in the order of their weight."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from automations.messages.may_send import GUARDS, SendFacts, may_send
from automations.model.records import ContactWay
from automations.model.schema import SHIPPED
from tests.support.slices import some

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2024, 10, 31, 10, 0, tzinfo=BERLIN)
FINE = {
    "now": NOW,
    "not_after": NOW + timedelta(days=1),
    "address": "amal@example.org",
    "consent_on": date(2024, 1, 1),
    "contact_way": ContactWay.EMAIL,
    "usual": 10.0,
    "batch": 10,
    "most": 50,
}

# What stands against a message: name, facts, the state it gets, whether it protects staff, too.
# The order is the order of weight. Facts of different rows never touch the same field, but for the
# four ways of contact, which exclude each other.
OBSTACLES = [
    ("unsafe", {"contact_way": ContactWay.UNSAFE}, "suppressed", False),
    ("no_reminders", {"contact_way": ContactWay.NONE}, "suppressed", False),
    ("objected", {"objected_on": date(2024, 10, 1)}, "suppressed", False),
    ("withdrawn", {"withdrawn_on": date(2024, 10, 1)}, "suppressed", False),
    ("no_consent", {"consent_on": None}, "suppressed", False),
    ("consent_ended", {"consent_until": date(2024, 10, 30)}, "suppressed", False),
    ("phone", {"contact_way": ContactWay.PHONE}, "suppressed", False),
    ("other_way", {"contact_way": ContactWay.SMS}, "suppressed", False),
    ("no_number", {"number_fits": False}, "suppressed", True),
    ("unread", {"unread": True}, "suppressed", False),
    ("no_address", {"address": None}, "suppressed", True),
    ("bounced", {"bounced_on": date(2024, 10, 1)}, "suppressed", True),
    ("expired", {"not_after": NOW - timedelta(minutes=1)}, "suppressed", True),
    ("unsettled", {"settled": False}, "wait", True),
    ("adoption", {"adopting": True}, "suppressed", True),
    ("shared", {"shared": True}, "wait", False),
    ("protected_place", {"names_protected_place": True}, "wait", True),
    ("crowded", {"crowded": True}, "wait", False),
    ("hold", {"held": True}, "held", True),
    ("brake", {"batch": 51}, "held", True),
    ("hours", {"hours": (time(11), time(18))}, "wait", False),
]
NAMES = [name for name, *_ in OBSTACLES]


def facts(*obstacles, **more) -> SendFacts:
    found = dict(FINE)
    for _, changed, *_ in obstacles:
        found |= changed
    return SendFacts(**{**found, **more})


def test_the_table_is_complete_and_in_this_order():
    assert [guard.reason for guard in GUARDS] == NAMES


def test_nothing_stands_against_a_message_to_a_client():
    verdict = may_send(facts())
    assert (verdict.allowed, verdict.state, verdict.reason, verdict.sentence) == (True, "queued", "", "")


@pytest.mark.parametrize(("obstacle"), OBSTACLES, ids=NAMES)
def test_each_obstacle_alone(obstacle):
    name, _, state, staff = obstacle
    verdict = may_send(facts(obstacle))
    assert (verdict.allowed, verdict.state, verdict.reason) == (False, state, name)
    assert verdict.sentence.endswith(".")
    assert verdict.sentence != may_send(facts(obstacle), "en").sentence
    assert may_send(facts(obstacle, audience="staff")).allowed is not staff


@pytest.mark.sliced
@pytest.mark.parametrize("audience", ["client", "staff"])
@pytest.mark.parametrize("way", [None, ContactWay.UNSAFE, ContactWay.NONE, ContactWay.PHONE, ContactWay.SMS])
def test_every_combination_gives_its_weightiest_reason(way, audience):
    """5 × 2 × 2^18 combinations in `make soak`: all that can come together, does. Each day those of up to two, and a
    thousand others."""
    own = [obstacle for obstacle in OBSTACLES if obstacle[1].get("contact_way") == way and way]
    others = [obstacle for obstacle in OBSTACLES if "contact_way" not in obstacle[1]]
    every = list(itertools.product([False, True], repeat=len(others)))
    few = [chosen for chosen in every if sum(chosen) <= 2]
    for chosen in {*few, *some(every, 1000, f"{way} {audience}")}:
        present = [*own, *(obstacle for obstacle, there in zip(others, chosen, strict=True) if there)]
        counting = [obstacle for obstacle in present if audience == "client" or obstacle[3]]
        first = min(counting, key=lambda obstacle: NAMES.index(obstacle[0]), default=None)
        verdict = may_send(facts(*present, audience=audience), "en")
        expected = (True, "queued", "") if first is None else (False, first[2], first[0])
        assert (verdict.allowed, verdict.state, verdict.reason) == expected, [name for name, *_ in present]


def test_an_office_learns_of_a_case_with_its_clients_consent_alone():
    asked = {"audience": "partner", "asked": True, "contact_way": None}
    assert may_send(facts(**asked)).allowed
    assert may_send(facts(**asked, consent_on=None)).reason == "no_consent"
    assert may_send(facts(**asked, consent_until=date(2024, 10, 30))).reason == "consent_ended"
    assert may_send(facts(**asked, withdrawn_on=date(2024, 10, 1))).reason == "withdrawn"
    assert may_send(facts(**{**asked, "asked": False}, consent_on=None)).allowed


@pytest.mark.parametrize(
    ("consent", "withdrawn", "reason"),
    [
        (date(2024, 10, 31), None, ""),  # given today
        (date(2024, 11, 1), None, "no_consent"),  # a date to come is a slip
        (date(2024, 1, 1), date(2024, 10, 31), "withdrawn"),
        (date(2024, 1, 1), date(2024, 12, 31), "withdrawn"),  # safe: announced is as good as done
        (date(2024, 5, 1), date(2024, 5, 1), "withdrawn"),  # on one day the withdrawal wins
        (date(2024, 6, 1), date(2024, 5, 1), ""),  # given anew
        (None, date(2024, 5, 1), "withdrawn"),
    ],
)
def test_consent_and_its_withdrawal(consent, withdrawn, reason):
    assert may_send(facts(consent_on=consent, withdrawn_on=withdrawn)).reason == reason


def test_a_withdrawal_whose_day_nobody_can_read_names_no_day():
    unreadable = facts(withdrawn_on=SHIPPED["cases"].fields["withdrawn_on"].cautious)
    assert may_send(unreadable).reason == "withdrawn"
    assert may_send(unreadable, "en").sentence.endswith("cannot be read; nothing is sent until it is corrected.")
    assert "nicht lesbar" in may_send(unreadable).sentence
    assert "9999" not in may_send(unreadable).sentence


@pytest.mark.parametrize("what", ["objected", "bounced", "withdrawn"])
@pytest.mark.parametrize(
    ("since", "consent", "stands"),
    [
        (date(2024, 10, 1), date(2024, 1, 1), True),  # the consent that it was about
        (date(2024, 10, 1), date(2024, 10, 1), True),  # on one day, what stops the mails wins
        (date(2024, 10, 1), date(2024, 10, 2), False),  # given anew
        (date(2024, 10, 30), date(2024, 10, 31), False),  # today
        (date(2024, 10, 1), date(2024, 11, 1), True),  # a date to come is a slip
        (date(2024, 10, 1), None, True),
        (None, date(2024, 1, 1), False),
    ],
)
def test_only_consent_of_a_later_day_lifts_what_stops_mails_and_the_sentence_says_so(what, since, consent, stands):
    found = may_send(facts(**{f"{what}_on": since}, consent_on=consent), "en")
    # That there is no consent weighs more than a mail that came back.
    no_consent = what == "bounced" and (consent is None or consent > NOW.date())
    reason = "no_consent" if no_consent else what
    assert found.reason == (reason if stands else "")
    if found.reason == what:
        assert f"{since:%d.%m.%Y}" in found.sentence
        assert "a later day" in found.sentence


def test_a_colleagues_address_that_mails_came_back_from_has_no_consent_to_lift_it():
    assert may_send(facts(bounced_on=date(2024, 10, 1), consent_on=None, audience="staff")).reason == "bounced"


@pytest.mark.parametrize(
    ("batch", "most", "usual", "released", "held"),
    [
        (50, 50, 0.0, False, False),
        (51, 50, 0.0, False, True),
        (51, 0, 0.0, False, False),  # no limit, no experience
        (41, 50, 10.0, False, True),  # more than four times the usual
        (40, 50, 10.0, False, False),
        (500, 50, 10.0, True, False),  # people let it go
    ],
)
def test_the_brake(batch, most, usual, released, held):
    verdict = may_send(facts(batch=batch, most=most, usual=usual, released=released))
    assert verdict.state == ("held" if held else "queued")


@pytest.mark.parametrize(
    ("clock", "live", "allowed"),
    [
        ("07:59", True, False),
        ("08:00", True, True),
        ("17:59", True, True),
        ("18:00", True, False),
        ("23:00", False, True),
    ],
)
def test_sending_hours_are_for_real_mails_to_clients(clock, live, allowed):
    now = datetime.combine(NOW.date(), time.fromisoformat(clock), tzinfo=BERLIN)
    assert may_send(facts(now=now, live=live)).allowed is allowed
    assert may_send(facts(now=now, live=live, audience="staff")).allowed


def test_too_late_is_told_across_zones():
    assert may_send(facts(not_after=datetime(2024, 10, 31, 8, 59, tzinfo=UTC))).reason == "expired"
    assert may_send(facts(not_after=datetime(2024, 10, 31, 9, 1, tzinfo=UTC))).allowed
