"""What gives a protected place away, however it is written, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from automations.messages.folding import fold
from automations.messages.inspection import (
    is_active,
    is_remote,
    is_suspicious,
    secret_part,
    secrets_of,
    without_secrets,
)
from automations.messages.render import Renderer
from automations.messages.samples import samples
from automations.model.records import Location
from automations.model.settings import SiteFacts

HOUSE = Location(name="Frauenhaus Musterstadt", protected=True, address="Stillgasse 99, 44649 Musterstadt")
CAFE = Location(name="Café Ost", neutral_name="Café Ost", address="Marktweg 5, 44649 Musterstadt")
SECRETS = secrets_of([HOUSE, CAFE], "Beratung Musterstadt")
MAIL = next(mail for mail in samples() if mail.template == "appointment_reminder")


@pytest.mark.parametrize(
    "text",
    [
        "Beratung im Frauenhaus Musterstadt",
        "neben dem FRAUENHAUS  MUSTERSTADT klingeln",
        "hinter dem Frauenhaus",
        "in der Nähe des Frauenhauses",
        "Frauenhaus-Musterstadt",
        "Stillgasse 99",
        "stillgasse 99,44649 musterstadt",
        "Stillgasse\u00a099",
    ],
)
def test_what_gives_it_away(text):
    assert SECRETS.stand_in(text)


@pytest.mark.parametrize(
    "text",
    ["Café Ost, Marktweg 5, 44649 Musterstadt", "Beratung Musterstadt", "Rathaus", "Stillgasse 9", "Haus für Frauen"],
)
def test_what_does_not(text):
    assert not SECRETS.stand_in(text)


@given(st.lists(st.text()))
def test_lines_are_folded_one_by_one_as_the_whole_would_be(lines):
    assert " ".join(filter(None, map(fold, lines))) == fold("\n".join(lines))


def test_a_name_over_two_lines_gives_it_away_each_time():
    assert SECRETS.stand_in("im\nFrauenhaus\n\nMusterstadt")
    assert SECRETS.stand_in("im\nFrauenhaus\n\nMusterstadt")
    assert not SECRETS.stand_in("Musterstadt\nim Haus\n\nfür Frauen")


def test_without_protected_places_nothing_is_secret():
    assert not secrets_of([CAFE]).stand_in("Frauenhaus Stillgasse 99")


def test_an_ordinary_place_at_the_same_address_may_be_named():
    shared = replace(CAFE, address=HOUSE.address)
    assert not secrets_of([HOUSE, shared]).stand_in("Café Ost, Stillgasse 99, 44649 Musterstadt")


def test_directions_are_left_out_and_other_parts_are_named():
    told = replace(MAIL, context={**MAIL.context, "directions": "neben dem Frauenhaus"})
    assert secret_part(told, SECRETS) == "directions"
    assert without_secrets(told, SECRETS).context["directions"] == ""
    assert without_secrets(MAIL, SECRETS) is MAIL
    named = replace(MAIL, context={**MAIL.context, "place": "Saal im Frauenhaus"})
    assert (secret_part(without_secrets(named, SECRETS), SECRETS), secret_part(MAIL, SECRETS)) == ("place", "")


@pytest.mark.parametrize(
    "markup",
    [
        "<SCRIPT>x</SCRIPT>", "< iframe srcdoc='x'>", "<p ONCLICK = 'x()'>", '<p\nonload="x()">',
        "<a href='JavaScript :x()'>",
        "<form>", "<base href='x'>", "<meta content='0' http-equiv='refresh'>", "<img src = x.png>",
        "<img srcset='a 1x'>",
        "<td background=x.png>", "<video poster='x'>", "<object data='x'>", "<p style='background: url(x)'>",
        "<style>@import 'x';</style>",
    ],
)  # fmt: skip
def test_the_first_look_lets_nothing_pass_that_a_close_one_would_find(markup):
    assert is_active(markup) or is_remote(markup)
    assert is_suspicious(markup)


def test_no_mail_of_ours_needs_a_close_look():
    renderer = Renderer(SiteFacts(mail_from="Stadt Herne <termine@herne.test>"))
    assert not any(is_suspicious(renderer.render(mail).html) for mail in samples())
