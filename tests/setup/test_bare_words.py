"""Headings told by the words that they are made of."""

from __future__ import annotations

import pytest

from automations.config.site import load_columns
from automations.setup.thesaurus import load_thesaurus

KNOWN = load_thesaurus()
RULES = KNOWN.widened(load_columns()).tables


@pytest.mark.parametrize(
    ("table", "heading", "field"),
    [
        ("cases", "Date of the referral", "received"),
        ("cases", "Best contact no. (mob)", "phone"),
        ("cases", "Safe e-mail address *", "email"),
        ("cases", "Country of citizenship", "nationality"),
        ("cases", "Main needs identified", "concern"),
        ("cases", "Referral organization", "source"),
        ("cases", "Date file closed (dd/mm/yyyy)", "closed_on"),
        ("cases", "Name of allocated caseworker", "manager"),
        ("appointments", "Scheduled appt time", "time"),
        ("appointments", "Interp. booked?", "interpreter"),
        ("team", "Role in team", "role"),
        ("locations", "Name of the venue", "name"),
    ],
)
def test_order_form_and_idle_words_change_nothing(table, heading, field):
    assert field in KNOWN.bare.named(heading, table, RULES[table])


@pytest.mark.parametrize(
    ("table", "heading", "field"),
    [
        ("cases", "Emergency contact phone", "phone"),
        ("cases", "Referrer's email address", "email"),
        ("cases", "Place of birth", "birth_date"),
        ("cases", "Immigration status", "phase"),
        ("cases", "Number", "number"),
        ("cases", "To", "manager"),
        ("cases", "Photo consent", "consent_on"),
        ("appointments", "Date booked", "date"),
        ("appointments", "End time", "time"),
        ("appointments", "Purpose", "kind"),
    ],
)
def test_one_word_that_is_not_known_changes_all(table, heading, field):
    assert field not in KNOWN.bare.named(heading, table, RULES[table])
