"""A mobile number is an address too: several households that get text messages there are asked about first."""

from datetime import date

from automations.messages.shared_addresses import SharedAddresses
from automations.model.history import History
from automations.model.records import Case, CaseManager, ContactWay
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot

TODAY, NUMBER = date(2026, 11, 27), "+4915120000099"


def shared(*cases):
    return SharedAddresses(Snapshot(cases=cases), History(), SiteFacts(), TODAY)


def texter(number, household=None, way=ContactWay.SMS, **more):
    return Case(number=number, phone=NUMBER, contact_way=way, household=household, **more)


def test_a_number_of_two_households_is_asked_about():
    both = shared(texter("F-1"), texter("F-2"))
    assert both.unclear("F-1")
    assert both.unclear("F-2")


def test_one_household_closed_cases_and_people_who_are_called_need_no_question():
    assert not shared(texter("F-1", "Fam. 3"), texter("F-2", "fam 3")).unclear("F-1")
    assert not shared(texter("F-1"), texter("F-2", phase="closed")).unclear("F-1")
    assert not shared(texter("F-1"), texter("F-2", way=ContactWay.PHONE)).unclear("F-1")


def test_a_mail_address_counts_as_before_also_where_somebody_of_it_gets_text_messages():
    two = shared(
        Case(number="F-1", email="a@mail.example.org", contact_way=ContactWay.EMAIL),
        texter("F-2", email="A@mail.example.org"),
    )
    assert two.unclear("F-1")
    assert not two.unclear("F-2")


def test_an_address_of_the_team_or_of_the_service_is_asked_about():
    """A slip in the column would let somebody count as told who never hears of it."""
    team = (CaseManager(code="AB", name="Anna Berg", email="AB@stadt.example.org"),)
    site = SiteFacts(own_addresses=("Beratung <termine@stadt.example.org>",))
    cases = tuple(
        Case(number=f"F-{n}", email=f"{name}@stadt.example.org") for n, name in enumerate(("ab", "termine", "klient"))
    )
    known = SharedAddresses(Snapshot(cases=cases, team=team), History(), site, TODAY)
    assert [known.unclear(case.number) for case in cases] == [True, True, False]
