"""What a client consented to: one purpose, one channel, from a day until a day."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from automations.messages.consent import FEEDBACK, permission
from automations.model.records import Case, Consent, ContactWay, OwnRecord
from automations.model.schema import ConsentFields, TableSpec
from automations.model.snapshot import Snapshot
from automations.model.values import RowKey
from tests.support.builders import layout

TODAY = date(2024, 10, 31)
CASE = Case(row=RowKey("team", "cases", "K-1"), number="K-1", consent_on=date(2023, 1, 1))
MAIL = {"case": "K-1", "purpose": "reminder", "channel": ContactWay.EMAIL, "given_on": date(2024, 1, 2)}


def snapshot(*rows):
    made = tuple(
        Consent(row=RowKey("team", "consents", f"draft:{line}"), line=line, **row) for line, row in enumerate(rows, 2)
    )
    return Snapshot(cases=(CASE,), consents=made, layouts={"consents": layout("consents", Consent)})


def given(*rows, **asked):
    return permission(snapshot(*rows), CASE, TODAY, **asked)


def test_without_a_table_the_columns_of_the_case_count_for_reminders_by_mail_alone():
    plain = Snapshot(cases=(CASE,))
    assert permission(plain, CASE, TODAY).given_on == date(2023, 1, 1)
    assert permission(plain, CASE, TODAY, channel="sms").given_on is None
    assert permission(plain, CASE, TODAY, purpose=FEEDBACK, office="Jobcenter").given_on is None
    assert permission(plain, CASE, TODAY, purpose="Sommerfest").given_on is None


def test_where_there_is_a_table_it_alone_counts():
    assert given().given_on is None
    found = given(MAIL)
    assert (found.given_on, found.line, found.tab) == (date(2024, 1, 2), 2, "consents")


@pytest.mark.parametrize(
    "other",
    [
        {"case": "K-2"}, {"purpose": "Sommerfest"}, {"purpose": None}, {"channel": ContactWay.SMS}, {"channel": None},
        {"given_on": None}, {"given_on": date(2024, 11, 1)},
    ],
)  # fmt: skip
def test_another_person_purpose_channel_or_no_day_permits_nothing(other):
    assert given({**MAIL, **other}).given_on is None


def test_a_purpose_of_the_teams_own_is_found_however_it_is_spelt():
    assert given({**MAIL, "purpose": "Sommerfest"}, purpose="sommerfest").given_on == date(2024, 1, 2)


def test_feedback_counts_for_the_office_that_it_names():
    row = {**MAIL, "purpose": FEEDBACK, "recipient": "Jobcenter"}
    assert given(row, purpose=FEEDBACK, office="Jobcenter").given_on
    assert given(row, purpose=FEEDBACK, office="Jugendamt").given_on is None
    assert given(row, purpose=FEEDBACK, office="").given_on is None
    assert given({**row, "recipient": None}, purpose=FEEDBACK, office="").given_on is None


def test_the_row_that_holds_goes_before_a_newer_one_that_ended():
    ended = {**MAIL, "given_on": date(2024, 5, 1), "valid_until": date(2024, 6, 1)}
    assert given(MAIL, ended).line == 2
    assert given(ended).until == date(2024, 6, 1)


def test_a_withdrawal_counts_for_its_channel_and_one_of_no_channel_for_each():
    gone = {**MAIL, "withdrawn_on": date(2024, 9, 1)}
    assert given(gone).withdrawn_on == date(2024, 9, 1)
    assert given(MAIL, {**gone, "channel": ContactWay.SMS}).withdrawn_on is None
    assert given(MAIL, {**gone, "channel": None}).withdrawn_on == date(2024, 9, 1)
    anew = {**MAIL, "given_on": date(2024, 10, 1)}
    found = given(gone, anew)
    assert (found.given_on, found.withdrawn_on) == (date(2024, 10, 1), date(2024, 9, 1))


def declared(*rows, tab=None):
    """Rows of a team's own table of consents for offices; beside the tab of consents, where `tab` has its rows."""
    fields = ConsentFields("feedback", "case", "office", "since", "gone", "until")
    spec = TableSpec("talks", {}, "number", consents=fields)
    made = tuple(
        OwnRecord(row=RowKey("team", "talks", f"R{n}"), line=n, own={"case": "K-1", "office": "Schule", **row},
                  bad=frozenset(name for name, value in row.items() if value == "?"))
        for n, row in enumerate(rows, 2)
    )  # fmt: skip
    known = snapshot(*tab) if tab is not None else Snapshot(cases=(CASE,))
    return replace(known, schema={**known.schema, "talks": spec}, own_tables={"talks": made})


def asked_by(office, known):
    return permission(known, CASE, TODAY, purpose=FEEDBACK, office=office)


def test_a_row_of_an_own_table_is_a_consent_for_the_office_that_it_names():
    known = declared({"since": date(2024, 5, 1)})
    assert asked_by("Schule", known).given_on == date(2024, 5, 1)
    assert asked_by("Schule 2", known).given_on is None
    assert asked_by("", known).given_on is None
    assert permission(known, CASE, TODAY, purpose="Sommerfest", office="Schule").given_on is None


def test_a_withdrawal_in_another_row_or_one_that_nobody_can_read_counts():
    since = date(2024, 5, 1)
    assert asked_by("Schule", declared({"since": since}, {"gone": date(2024, 6, 1)})).withdrawn_on == date(2024, 6, 1)
    assert asked_by("Schule", declared({"since": since, "gone": "?"})).withdrawn_on == date.max
    assert asked_by("Schule", declared({"since": since, "until": "?"})).until == date.min
    assert asked_by("Schule", declared({"since": "?"})).given_on is None


def test_where_there_is_a_tab_of_consents_an_own_table_can_only_withdraw():
    since = date(2024, 5, 1)
    row = {**MAIL, "purpose": "feedback", "recipient": "Schule"}
    assert asked_by("Schule", declared({"since": since}, tab=())).given_on is None
    found = asked_by("Schule", declared({"gone": since}, tab=(row,)))
    assert (found.given_on, found.withdrawn_on) == (date(2024, 1, 2), since)
