"""Text messages to those who chose them: consent and number of their own, the same outbox and the same guards."""

from __future__ import annotations

from datetime import date, datetime, time
from email import message_from_bytes, policy

import pytest

from automations.config.loading import load_site
from automations.engine.parts import make_renderer, open_world
from automations.engine.runner import run
from automations.messages.text_parts import parts
from automations.model.plan import Mail
from tests.support.small_site import BERLIN, case, reachable, small_site, tables
from tests.support.xlsx_files import make_file

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=BERLIN)
DUE = datetime(2026, 12, 15, 9, 30, tzinfo=BERLIN)
HEADINGS = ["Fall-Nr.", "Zweck", "Kanal", "erteilt am"]
CLIENT_LANGUAGES = ("de", "en", "ru", "uk", "fr", "ro", "ar", "tr")


def site(folder, *consents, texting='way = "mail"\ndomain = "sms.example.org"', phone="0151 12345678", other="E-Mail"):
    cases = [
        case(1, Zuständig="AA", Phase="Begleitung", **{**reachable(1), "Kontaktweg": "SMS"}),
        case(2, Zuständig="AA", Phase="Begleitung", **{**reachable(2), "Kontaktweg": other}),
    ]
    visits = [
        {"Termin-Nr.": f"T-{n}", "Fall-Nr.": f"K-{n}", "Datum": date(2026, 12, 20), "Uhrzeit": time(10),
         "Ort": "Büro Nord", "Beratung durch": "AA", "Status": "geplant"}
        for n in (1, 2)
    ]  # fmt: skip
    small_site(folder, cases, visits)
    tabs = tables(cases, visits)
    for number, row in enumerate(tabs["Fälle"]):
        row.append("Telefon" if number == 0 else phone)
    tabs["Einwilligungen"] = [HEADINGS, *consents]
    make_file(folder / "Team.xlsx", tabs)
    toml = folder / "config" / "site.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + f"[text_messages]\n{texting}\n", encoding="utf-8")
    return load_site(folder)


def ran(made, now):
    with open_world(made, now) as world:
        return run(world, lambda: now)


def consent(of, channel):
    return [f"K-{of}", "Terminerinnerung", channel, date(2026, 1, 2)]


def laid_down(folder):
    found = [message_from_bytes(p.read_bytes(), policy=policy.default) for p in sorted(folder.glob("mails/*.eml"))]
    return {str(m["To"]): m for m in found}


def test_a_reminder_goes_as_a_text_without_place_or_name(tmp_path):
    made = site(tmp_path, consent(1, "SMS"), consent(2, "E-Mail"))
    ran(made, NOW)
    ran(made, DUE)
    found = laid_down(tmp_path)
    text = found["+4915112345678@sms.example.org"].get_content().strip()
    assert text == "Erinnerung: Ihr Termin ist am Sonntag, 20.12.2026, 10:00 Uhr. Fragen: +49 201 4710100."
    assert "k2@example.org" in found
    assert "k1@example.org" not in found
    with open_world(made, DUE) as world:
        told = world.ledger.mails("test")
        assert {item.mail.channel for item in told if item.mail.audience == "client"} == {"email", "sms"}


RULE = """most_mails = 1
[[rules]]
name = "all"
table = "cases"
action = "text_message"
recipient = "client"
template = "all"
[texts.all.de]
text = "Hallo"
"""


def test_a_rule_that_would_text_everybody_at_once_does_nothing_and_says_so(tmp_path):
    site(tmp_path, consent(1, "SMS"), consent(2, "SMS"), other="SMS", phone="0151 12345679")
    (tmp_path / "config" / "rules.toml").write_text(RULE, encoding="utf-8")
    result = ran(load_site(tmp_path), NOW)
    assert "too_many_hits" in {problem.code for problem in result.prepared.problems}
    assert not [mail for mail in result.prepared.mails if mail.rule == "all"]


@pytest.mark.parametrize(
    ("consents", "more"),
    [
        ([consent(1, "E-Mail")], {}),
        ([consent(1, "SMS")], {"phone": "02323 16650"}),
        ([consent(1, "SMS")], {"phone": "+43 664 1234567"}),
        ([consent(1, "SMS")], {"texting": 'way = "none"'}),
    ],
)
def test_no_text_without_its_consent_a_mobile_number_an_allowed_country_or_a_way(tmp_path, consents, more):
    made = site(tmp_path, *consents, **more)
    ran(made, NOW)
    ran(made, DUE)
    done = ran(made, datetime(2026, 12, 18, 9, 30, tzinfo=BERLIN))
    assert not [to for to in laid_down(tmp_path) if "sms" in to or "k1@" in to]
    assert any(call.case == "K-1" for call in done.prepared.snapshot.calls)


def test_texts_leave_in_their_own_hours(tmp_path):
    made = site(tmp_path, consent(1, "SMS"))
    ran(made, NOW)
    early = datetime(2026, 12, 15, 8, 30, tzinfo=BERLIN)
    with open_world(made, early) as world:
        from automations.engine.send_facts import Gate

        done = run(world, lambda: early)
        mail = next(item.mail for item in done.prepared.mails if item.mail.channel == "sms")
        facts = Gate(made, done.prepared.snapshot, done.prepared.history).facts(mail, early)
        assert facts.hours == (time(9), time(18))


@pytest.mark.parametrize("language", CLIENT_LANGUAGES)
@pytest.mark.parametrize("stem", ["reminder", "confirmation", "moved", "cancelled"])
def test_every_text_is_short_and_in_its_language(tmp_path, language, stem):
    made = site(tmp_path)
    renderer = make_renderer(made)
    context = {
        "date": "2026-12-20", "time": "10:00", "phone": "+49 201 4710100", "place": "Café Mitte", "office_phone": "",
        "case_manager": "Frau AA",
    }  # fmt: skip
    mail = Mail(
        "k", "r", "K-1", "+4915112345678", language, f"appointment_{stem}", DUE, "", subject_key="T-1", channel="sms",
        context=context,
    )  # fmt: skip
    text = renderer.render(mail).text.strip()
    assert parts(text) <= 2
    assert "Café" not in text
    assert "Frau" not in text
    assert made.facts.name not in text
    assert "10:00" in text
    # From right to left a number stands in one piece, or its parts change places.
    assert ("00492014710100" if language == "ar" else "+49 201 4710100") in text
    assert language == "en" or "appointment" not in text
