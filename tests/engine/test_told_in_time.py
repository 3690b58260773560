"""Changes that a mail could tell only too late, and contact that turned unsafe: never in silence. Real .xlsx files."""

from __future__ import annotations

from datetime import date, time

import pytest

from automations.config.loading import load_site
from automations.service.timetable import timetable
from tests.support.own_site import moment, text_of
from tests.support.told_site import ToldSite, client, visit

DAY = date(2026, 12, 2)
EVENING = "2026-12-01T18:30"


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    return ToldSite(tmp_path)


@pytest.mark.parametrize(
    ("begins", "change"),
    [
        (time(8, 15), {"Uhrzeit": time(7, 45)}),
        (time(15), {"Uhrzeit": time(8, 20)}),
        (time(7, 45), {"Status": "abgesagt"}),
        (time(7, 45), {"Datum": date(2026, 12, 9)}),
    ],
)
def test_what_the_sending_hours_would_tell_too_late_is_called_at_once(site, begins, change):
    site.begin([client("K-1")], [visit("T-1", "K-1", DAY, begins)])
    site.type("Termine", "T-1", **change)
    site.go(EVENING)
    (call,) = site.calls("K-1")
    assert (call["bis"], call["wer ruft an"], len(site.to("K-1"))) == (date(2026, 12, 1), "AB", 1)


@pytest.mark.parametrize("change", [{"Uhrzeit": time(7, 45)}, {"Status": "abgesagt"}, {"Datum": date(2026, 12, 9)}])
def test_what_changed_on_a_closed_day_is_called_first_thing_on_the_next_working_day(site, change):
    monday = date(2026, 11, 30)
    site.begin([client("K-1")], [visit("T-1", "K-1", monday, time(8, 15))])
    known = timetable(load_site(site.folder))
    first = known.next_after(moment("2026-11-29T18:30"))
    assert first is not None
    assert not known.in_hours(moment("2026-11-29T18:30"))
    site.type("Termine", "T-1", **change)
    site.go(first.moment.astimezone(known.zone).strftime("%Y-%m-%dT%H:%M"))
    (call,) = site.calls("K-1")
    assert (call["bis"], call["wer ruft an"], len(site.to("K-1"))) == (monday, "AB", 1)


def test_what_the_morning_tells_in_time_waits_for_it(site):
    site.begin([client("K-1")], [visit("T-1", "K-1", DAY, time(15))])
    site.type("Termine", "T-1", Uhrzeit=time(14))
    site.go(EVENING)
    assert site.calls("K-1") == []
    site.go("2026-12-02T08:00")
    assert len(site.to("K-1")) == 2


def test_who_has_no_telephone_is_asked_about(site):
    site.begin([client("K-1", Telefon=None)], [visit("T-1", "K-1", DAY, time(8, 15))])
    site.type("Termine", "T-1", Uhrzeit=time(7, 45))
    site.go(EVENING)
    assert len(site.asked("K-1", "02.12.2026 08:15")) == 1


def test_an_appointment_booked_in_the_evening_for_early_next_morning_is_called(site):
    site.begin([client("K-1")], [])
    site.type("Termine", "T-1", **{"Fall-Nr.": "K-1", "Datum": DAY, "Uhrzeit": time(7, 30), "Status": "geplant"})
    site.go(EVENING)
    assert len(site.calls("K-1")) == 1


def test_a_mail_put_off_for_days_is_called_about_whatever_step_is_due_by_then(site):
    site.post.refuse = lambda to: "retry" if to == "k-1@post.test" else None
    site.begin([client("K-1")], [visit("T-1", "K-1", DAY)])
    site.go("2026-11-30T08:30")  # the second reminder is due, the first has waited since Friday
    assert len(site.calls("K-1")) == 1
    site.post.refuse = lambda _: None
    site.go("2026-11-30T12:30", "2026-11-30T13:30", "2026-11-30T17:00")
    assert (len(site.to("K-1")), site.calls("K-1")) == (1, [])


def test_contact_that_turned_unsafe_after_a_message_is_the_leads_matter_once(site):
    site.begin([client("K-1"), client("K-2")], [visit("T-1", "K-1", DAY)])
    site.type("Fälle", "K-1", Kontaktweg="kein sicherer Kontakt")
    site.type("Fälle", "K-2", Kontaktweg="kein sicherer Kontakt")
    site.go("2026-11-27T12:30", "2026-11-30T08:30")
    assert (len(site.asked("K-1")), len(site.asked("K-2")), len(site.to("K-1"))) == (1, 0, 1)
    assert site.calls("K-1") == []


def test_a_row_that_changes_again_after_the_answer_is_asked_about_again(site):
    site.begin([client("K-1")], [visit("T-1", "K-1", DAY)])
    site.type("Fälle", "K-1", Kontaktweg="keine Erinnerung")
    site.type("Termine", "T-1", Uhrzeit=time(11))
    site.go("2026-11-27T10:30")
    (row,) = [row for row in site.rows("Entscheidungen") if "T-1" in row["Frage"]]
    site.type("Entscheidungen", row["Nr."], Entscheidung="ja")
    site.go("2026-11-27T12:30")
    assert site.asked("T-1") == []
    site.type("Termine", "T-1", Uhrzeit=time(13))
    site.go("2026-11-27T13:30", "2026-11-27T17:00")
    assert len(site.asked("T-1")) == 1


def test_a_row_that_is_typed_anew_or_lost_its_number_is_the_same_appointment(site):
    site.begin([client("K-1")], [visit("T-1", "K-1", DAY)])
    row = site.delete("T-1")
    site.edit(lambda book: book["Termine"].append([None, *row[1:9]]))
    site.go("2026-11-27T12:30", "2026-11-27T17:00")
    assert [row["Termin-Nr."] for row in site.rows("Termine")] == ["T-1"]
    assert (len(site.to("K-1")), site.asked("T-1")) == (1, [])
    site.taps(site.to("K-1")[0], "Y")
    site.go("2026-11-30T06:30")
    assert site.visit("T-1")["Status"] == "bestätigt"


def test_who_is_away_on_a_told_day_is_told_of_by_the_morning_mail_and_in_the_list(site):
    site.begin([client("K-1")], [visit("T-1", "K-1", DAY, **{"Beratung durch": "CD"})])
    site.type("Team", "CD", **{"Abwesend von": DAY, "Abwesend bis": DAY})
    before = len(site.post.taken)
    site.go("2026-12-01T08:30")
    lines = site.heard("T-1", "K-1")
    assert any(line.startswith("Prüfliste") and "Cem Demir" in line for line in lines)
    own = [text_of(mail) for to, mail in site.post.taken[before:] if to == "cd@stadt.test"]
    assert any("Cem Demir ist nicht da" in text for text in own)


def test_who_is_called_reads_which_number_is_called_and_others_do_not(site):
    site.begin([client("K-1"), client("K-2")], [visit("T-1", "K-1", DAY, Art="telefonisch"), visit("T-2", "K-2", DAY)])
    called, other = ("".join(text_of(site.to(key)[0]).split()) for key in ("K-1", "K-2"))
    assert "WirrufendieseNummeran" in called
    assert "20000001" in called
    assert "20000002" not in other


def test_nobody_is_called_to_hear_once_more_what_a_late_reminder_would_say(site):
    site.begin([client("K-1")], [visit("T-1", "K-1", DAY, time(8, 15))])
    site.go("2026-12-02T06:30")  # the second reminder would leave a quarter of an hour before
    assert (len(site.to("K-1")), site.calls("K-1")) == (1, [])


def test_a_cancellation_reaches_the_lead_where_the_colleagues_mailbox_refuses_mails(tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "x")
    site = ToldSite(tmp_path)
    site.post.refuse = lambda address: "failed" if address == "cd@stadt.test" else None
    site.begin([client("K-1", Zuständig="CD")], [visit("T-1", "K-1", date(2026, 12, 2), **{"Beratung durch": "CD"})])
    site.taps(site.to("K-1")[0], "N")
    site.go("2026-11-27T12:00", "2026-11-30T08:30", "2026-12-01T08:30")
    told = [text_of(mail) for to, mail in site.post.taken if to == "ab@stadt.test"]
    assert ["T-1" in said for said in told] == [True]


def _reached(book):
    sheet = book["Anrufliste"]
    top = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Nr.")
    column = next(cell.column for cell in sheet[top] if cell.value == "Ergebnis")
    for row in range(top + 1, sheet.max_row + 1):
        if str(sheet.cell(row, 1).value).startswith("A-"):
            sheet.cell(row, column, "erreicht")


def test_who_was_called_as_a_reminder_came_back_is_not_called_at_its_next_step(site):
    site.begin([client("K-1")], [visit("T-1", "K-1", DAY)])
    site.bounces(site.to("K-1")[0])
    site.go("2026-11-27T12:00")
    site.edit(_reached)
    site.go("2026-11-27T14:00", "2026-11-30T08:30")
    assert [call["Ergebnis"] for call in site.calls("K-1")] == ["erreicht"]
    site.type("Termine", "T-1", Uhrzeit=time(15))
    site.go("2026-11-30T12:30")
    assert [call["Ergebnis"] for call in site.calls("K-1")] == ["erreicht", None]


def test_a_parent_who_is_called_hears_which_child_it_is_about(site):
    born = {"Geburtsdatum": date(2015, 1, 1), "Sorgeberechtigt": "K-1", "E-Mail": None, "Telefon": None}
    site.begin(
        [client("K-1", Haushalt="H"), client("K-2", Haushalt="H", Vorname="Lale", **born)],
        [visit("T-1", "K-1", DAY), visit("T-2", "K-2", DAY)],
    )
    site.type("Termine", "T-2", Status="abgesagt")
    site.go("2026-11-27T12:00")
    (call,) = site.calls("K-2")
    assert "VK-1" in call["Satz"].partition("Lale")[0]
    assert call["Satz"].index("Lale") < call["Satz"].index("fällt aus")
