"""What comes back to a text message, which has no buttons and quotes nothing; and answers of a calendar that names no
version, after the row got another client."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from tests.support.letters import calendar_reply
from tests.support.own_site import BERLIN, CASES, text_of
from tests.support.told_site import JOBS, MORE, PLACES, TEAM, TOLD_SITE, VISITS, ToldSite, client, visit

DAY, NOON = date(2026, 12, 2), "2026-11-27T12:00"
NUMBER = "+4915112345678@sms.test"
CONSENTS = [["Fall-Nr.", "Zweck", "Kanal", "erteilt am"], ["K-1", "Terminerinnerung", "SMS", date(2026, 1, 2)]]


@pytest.fixture
def site(tmp_path, monkeypatch):
    """K-1 got a text message in the morning of 27 November."""
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    made = ToldSite(tmp_path)
    made.write(site=f'{TOLD_SITE}\n[text_messages]\nway = "mail"\ndomain = "sms.test"\n', automations=JOBS)
    reader = client("K-1", Kontaktweg="SMS", Telefon="0151 12345678")
    made.book({
        "Fälle": [[*CASES, *MORE], reader], "Termine": [VISITS, visit("T-1", "K-1", DAY)], "Standorte": PLACES,
        "Team": TEAM, "Einwilligungen": CONSENTS,
    })  # fmt: skip
    made.go("2026-11-20T08:30", "2026-11-27T10:30")
    assert [to for to, _ in texts(made)] == [NUMBER]
    return made


def texts(site):
    return [(to, text_of(mail)) for to, mail in site.post.taken if to.endswith("@sms.test")]


@pytest.mark.parametrize("said", ["STOP", "Bitte keine SMS mehr", "لا ترسلوا لي رسائل"])
def test_stop_by_text_counts(site, said):
    site.writes(NUMBER, "", said)
    site.go(NOON, "2026-11-30T10:30")
    assert site.of("K-1")["Kontaktweg"] == "keine Erinnerung"
    assert len(texts(site)) == 1


def test_stop_by_a_number_that_nobody_wrote_to_is_nobodys(site):
    site.writes("+4915199999999@sms.test", "", "STOP")
    site.go(NOON)
    assert site.of("K-1")["Kontaktweg"] == "SMS"


def test_stop_that_the_mail_server_doubts_is_asked_about(site):
    site.writes(NUMBER, "", "STOP", Authentication_Results="mx.stadt.test; dmarc=fail")
    site.go(NOON)
    assert site.of("K-1")["Kontaktweg"] == "SMS"
    assert site.asked("K-1")


@pytest.mark.parametrize("said", ["Ja", "Kann nicht kommen, mein Kind ist krank"])
def test_words_are_read_by_a_person_at_once(site, said):
    site.writes(NUMBER, "SMS", said)
    site.go(NOON)
    assert [question for question in site.asked("K-1", "T-1") if said in question]
    assert site.visit("T-1")["Status"] == "geplant"


def test_a_corrected_number_gets_the_text_once(site):
    site.type("Fälle", "K-1", Telefon="0151 87654321")
    site.go(NOON, "2026-11-27T14:00")
    assert [to for to, _ in texts(site)] == [NUMBER, "+4915187654321@sms.test"]


@pytest.mark.parametrize(
    ("sender", "status"), [("k-1@post.test", "geplant"), ("k-2@post.test", "abgesagt"), ("x@post.test", "geplant")]
)
def test_a_calendar_without_a_version_answers_for_its_own_reader_alone(tmp_path, monkeypatch, sender, status):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    site = ToldSite(tmp_path)
    site.begin([client("K-1"), client("K-2")], [visit("T-1", "K-1", DAY)])
    first = site.to("K-1")[0]
    site.type("Termine", "T-1", **{"Fall-Nr.": "K-2"})
    site.go(NOON)
    assert site.to("K-2")
    parts = [part.get_content() for part in first.walk() if part.get_content_type() == "text/calendar"]
    uid = next(line for line in parts[0].splitlines() if line.startswith("UID:")).removeprefix("UID:")
    said = calendar_reply(uid, None, "DECLINED", start=datetime.combine(DAY, time(10), BERLIN))
    said.replace_header("From", sender)
    site.box.put(said, on=date(2026, 11, 27))
    site.go("2026-11-27T14:00")
    assert site.visit("T-1")["Status"] == status


@pytest.mark.parametrize(
    ("change", "says", "called"),
    [
        ({"Ort": "Café Ost"}, "etwas geändert", "Marktweg 5"),
        ({"Art": "telefonisch"}, "etwas geändert", "wir rufen Sie an"),
        ({"Ort": "Café Ost", "Uhrzeit": time(15)}, "15:00", "15:00 Uhr: Marktweg 5"),
        ({"Beratung durch": "CD"}, "etwas geändert", ""),
        ({"Uhrzeit": time(15)}, "15:00", ""),
    ],
)
def test_what_no_text_message_names_is_told_by_a_call_beside_it(site, change, says, called):
    site.type("Termine", "T-1", **change)
    site.go(NOON)
    site.go("2026-11-27T14:00")
    ((_, said),) = texts(site)[1:]
    assert says in said
    assert [called in row["Satz"] for row in site.calls("K-1")] == [True] * bool(called)


def test_the_call_ends_with_the_client_knowing_where(site):
    site.type("Termine", "T-1", Ort="Café Ost")
    site.go(NOON)
    cells = site.cells("Anrufliste")
    site.edit(lambda book: book["Anrufliste"].cell(len(cells), cells[-2].index("Ergebnis") + 1, "erreicht"))
    done = site.go("2026-11-27T14:00")
    assert (done.prepared.snapshot.calls, len(texts(site))) == ((), 2)


def test_where_no_call_is_allowed_people_are_asked_at_once_who_tells_the_place(site):
    site.edit(lambda book: book["Einwilligungen"].cell(1, 5, "widerrufen am"))
    site.edit(lambda book: book["Einwilligungen"].append(
        ["K-1", "Terminerinnerung", "Telefon", date(2026, 1, 2), date(2026, 11, 1)]
    ))  # fmt: skip
    site.type("Termine", "T-1", Ort="Café Ost")
    site.go(NOON)
    assert (len(texts(site)), site.calls("K-1"), len(site.asked("K-1", "T-1"))) == (2, [], 1)
