"""Ten jobs from the field, none of whose words the code knows: each at most 25 lines of TOML and its texts, run
twice on a real .xlsx and on a Google sheet. A row of `JOBS` is read by people: tables, rule, and what comes of it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.declared import more, rule, table, text
from tests.support.own_google_site import GoogleOwnSite
from tests.support.own_site import CASES, VISITS, OwnSite, case, text_of

pytestmark = pytest.mark.sliced(1)  # each job on a file or on a Google sheet, another day on the other

NOW, LATER = "2026-11-02T09:00", "2026-11-02T12:30"  # a Monday
MET = "2026-11-01T08:00"


@pytest.fixture(params=["xlsx", "google"])
def site(request, tmp_path):
    if request.param == "google":
        return GoogleOwnSite(tmp_path, request.getfixturevalue("google"))
    return OwnSite(tmp_path)


def started(site, columns, rules, tabs, before=None):
    """The site met its workbook the days before, without the rules; then `before` and the rules came."""
    assert all(len([line for line in text.strip().splitlines() if line.strip()]) <= 25 for text in (columns, rules))
    site.start(tabs, met=MET, columns=columns, rules="")
    site.write(rules=rules)
    if before:
        before()


def sent(site):
    return sorted((mail["To"], text_of(mail).strip().splitlines()[0]) for mail in site.mails())


def twice(site, at=NOW, later=LATER):
    first = site.run(at)
    assert first.outcome == "done"
    again = site.run(later)
    assert (again.prepared.groups, again.prepared.tabs, again.applied.mails) == ((), (), [])
    return first


def test_interpreters_are_told_of_the_case_that_needs_them(site):
    columns = table("interpreters", "Sprachmittlung", "name", name="Name", email="E-Mail: email",
                    languages="Sprachen: languages", case="Fall-Nr.: cases")  # fmt: skip
    rules = (
        text("request", "Guten Tag {Name}, bitte melden Sie sich wegen Fall {Fall-Nr.} bei {case.manager.name}.",
             "Anfrage für eine Sprachmittlung")
        + rule("interpreter_wanted", "interpreters", when='not is_blank(case.number) and "ar" in languages',
               recipient="email", template="request")
    )  # fmt: skip
    rows = [
        ["Name", "E-Mail", "Sprachen", "Fall-Nr."],
        ["Lina", "lina@dolmetschen.test", "Arabisch", None],
        ["Omar", "omar@dolmetschen.test", "Dari", "K-1"],
    ]
    started(site, columns, rules, {"Fälle": [CASES, case("K-1")], "Sprachmittlung": rows})
    assert site.run(NOW).applied.mails == []
    site.type("Sprachmittlung", "Lina", **{"Fall-Nr.": "K-1"})
    twice(site, "2026-11-02T10:00")
    assert sent(site) == [
        ("lina@dolmetschen.test", "Guten Tag Lina, bitte melden Sie sich wegen Fall K-1 bei Anna Beispiel.")
    ]


def test_a_course_that_starts_is_told_to_clients_and_to_whoever_leads_it(site):
    columns = (
        table("courses", "Kurse", "course", course="Kurs: open", starts="Kursbeginn: date, open", leader="Leitung",
              email="E-Mail: email")
        + more("cases", course="Kurs: courses, open")
    )  # fmt: skip
    rules = (
        text("to_client", "Guten Tag {Vorname}, Ihr Kurs {Kurs} beginnt am {Kurs → Kursbeginn}.")
        + text("to_leader", "Guten Tag {Leitung}, {Kurs} beginnt am {Kursbeginn}.")
        + rule("course_client", "cases", when="days_until(course.starts) <= 14 and days_until(course.starts) >= 0",
               recipient="client", template="to_client")
        + rule("course_leader", "courses", due={"field": "starts", "days_before": [14, 2]}, recipient="email",
               template="to_leader")
    )  # fmt: skip
    head = [*CASES, "Kurs"]
    courses = [["Kurs", "Kursbeginn", "Leitung", "E-Mail"], ["B1", date(2026, 11, 16), "Frau Licht", "licht@vhs.test"]]
    cases = [
        head,
        case("K-1", Kurs="b1"),
        case("K-2", Kurs=None),
        case("K-3", Kurs="B1", **{"E-Mail-Einwilligung am": None}),
    ]
    started(site, columns, rules, {"Fälle": cases, "Kurse": courses})
    twice(site)
    assert sent(site) == [
        ("k-1@post.test", "Guten Tag VK-1, Ihr Kurs B1 beginnt am 16.11.2026."),
        ("licht@vhs.test", "Guten Tag Frau Licht, B1 beginnt am 16.11.2026."),
    ]


def test_documents_that_were_asked_for_and_not_brought(site):
    columns = table("papers", "Unterlagen", "number", number="Nr.", case="Fall-Nr.: cases", paper="Unterlage: open",
                    asked_on="Angefordert am: date, open", brought="Gebracht: yes_no")  # fmt: skip
    rules = (
        text("missing", "Guten Tag {case.first_name}, uns fehlt noch: {Unterlage} (erbeten am {Angefordert am}).")
        + rule("paper_missing", "papers", when="not brought",
               due={"field": "asked_on", "days_after": [10], "repeat_days": 7, "repeats": 2}, recipient="client",
               template="missing")
    )  # fmt: skip
    rows = [
        ["Nr.", "Fall-Nr.", "Unterlage", "Angefordert am", "Gebracht"],
        [1, "K-1", "Pass", date(2026, 10, 23), None],
        [2, "K-1", "Zeugnis", date(2026, 10, 23), "ja"],
        [3, "K-2", "Mietvertrag", date(2026, 10, 30), "nein"],
    ]
    started(site, columns, rules, {"Fälle": [CASES, case("K-1"), case("K-2")], "Unterlagen": rows})
    twice(site)
    assert sent(site) == [("k-1@post.test", "Guten Tag VK-1, uns fehlt noch: Pass (erbeten am 23.10.2026).")]
    site.run("2026-11-09T09:00")
    assert len(sent(site)) == 3  # the first again, and the third for the first time


def test_partners_learn_that_the_first_contact_was_made(site):
    columns = (
        table("partners", "Partner", "office", office="Stelle", email="E-Mail: email")
        + more("cases", feedback_to="Rückmeldung an: partners")
    )  # fmt: skip
    rules = (
        text("feedback", "Zu {Fall-Nr.}: Der Erstkontakt ist erfolgt.")
        + rule("feedback", "cases", when="not is_blank(feedback_to)",
               due={"event": "changed", "fields": ["first_contact_on"]}, recipient="feedback_to.email",
               template="feedback")
    )  # fmt: skip
    cases = [
        [*CASES, "Rückmeldung an"],
        case("K-1", **{"Rückmeldung an": "Schule Nord"}),
        case("K-2", **{"Rückmeldung an": None}),
    ]
    partners = [["Stelle", "E-Mail"], ["Schule Nord", "buero@schule.test"]]
    started(site, columns, rules, {"Fälle": cases, "Partner": partners})
    assert site.run(NOW).applied.mails == []
    for number in ("K-1", "K-2"):
        site.type("Fälle", number, **{"Erstkontakt am": date(2026, 11, 2)})
    twice(site, "2026-11-02T10:00")
    assert sent(site) == [("buero@schule.test", "Zu K-1: Der Erstkontakt ist erfolgt.")]


def test_who_sits_where_tomorrow(site):
    columns = (
        table("rota", "Außensprechstunden", "slot", slot="Einsatz", day="Tag: date", where="Wo", who="Wer: manager")
    )  # fmt: skip
    rules = (
        text("tomorrow", "Ihre Einsätze morgen:", "Morgen unterwegs")
        + rule("tomorrow", "rota", when="working_days_until(day) == 1", due={"every": "working_day", "at": "08:00"},
               action="digest", recipient="who", template="tomorrow", columns=["where"])
        + rule("rota_list", "rota", when="day >= today", action="list", title="Einsatzplan",
               columns=["day", "where", "who"], order=["day"], group="who")
    )  # fmt: skip
    rows = [
        ["Einsatz", "Tag", "Wo", "Wer"],
        ["E1", date(2026, 11, 3), "Café und Treff", "Cem Demo"],
        ["E2", date(2026, 11, 3), "Jobcenter", "AB"],
        ["E3", date(2026, 11, 4), "Familienbüro", "AB"],
    ]
    started(site, columns, rules, {"Fälle": [CASES, case("K-1")], "Außensprechstunden": rows})
    twice(site)
    told = {mail["To"]: text_of(mail) for mail in site.mails()}
    assert told.keys() == {"ab@stadt.test", "cd@verband.test"}
    assert "• E1 · Café und Treff" in told["cd@verband.test"]
    assert "• E3" not in told["ab@stadt.test"]
    shown = [cell for row in site.cells("Einsatzplan") for cell in row if cell]
    assert {"Café und Treff", "Jobcenter", "Familienbüro", "Anna Beispiel"} <= set(shown)


def test_a_residence_permit_that_ends_in_ninety_days(site):
    rules = (
        text("permit", "Guten Tag {Vorname}, Ihr Aufenthaltstitel gilt bis {Aufenthaltstitel gültig bis}.")
        + text("permit", "مرحبا {Vorname}، {Aufenthaltstitel gültig bis}", language="ar")
        + rule("permit", "cases", when="is_blank(closed_on)", due={"field": "permit_until", "days_before": [90]},
               recipient="client", template="permit")
    )  # fmt: skip
    ends = {"Aufenthaltstitel gültig bis": date(2027, 1, 31)}
    cases = [
        CASES,
        case("K-1", **ends),
        case("K-2", **ends, Sprachen="Arabisch"),
        case("K-3", **ends, Sprachen="Russisch"),
    ]
    started(site, "", rules, {"Fälle": cases})
    twice(site)
    assert dict(sent(site))["k-2@post.test"].startswith("مرحبا VK-2")
    assert dict(sent(site))["k-3@post.test"] == "Guten Tag VK-3, Ihr Aufenthaltstitel gilt bis 31.01.2027."
    assert len(sent(site)) == 3


def test_a_consent_that_ends_is_asked_about(site):
    columns = table("agreements", "Einwilligungsliste", "number", number="Nr.", case="Fall-Nr.: cases",
                    ends="gilt bis: date", renewed="erneuert: yes_no")  # fmt: skip
    rules = rule("consent_ends", "agreements", when="not renewed", due={"field": "ends", "days_before": [30]},
                 action="ask", text="Die Einwilligung zu {Fall-Nr.} gilt bis {gilt bis}. Ist sie erneuert?",
                 set={"renewed": True})  # fmt: skip
    rows = [
        ["Nr.", "Fall-Nr.", "gilt bis", "erneuert"],
        ["E1", "K-1", date(2026, 12, 1), None],
        ["E2", "K-1", date(2027, 12, 1), None],
    ]
    started(site, columns, rules, {"Fälle": [CASES, case("K-1")], "Einwilligungsliste": rows})
    twice(site)
    (question,) = [row for row in site.rows("Entscheidungen") if "erneuert" in str(row["Frage"])]
    assert question["Frage"] == "Die Einwilligung zu K-1 gilt bis 01.12.2026. Ist sie erneuert?"
    site.type("Entscheidungen", question["Nr."], Entscheidung="ja")
    site.run("2026-11-02T15:00")
    assert [row["erneuert"] for row in site.rows("Einwilligungsliste")] == ["ja", None]


def test_a_birthday_greeting_to_those_who_said_yes(site):
    columns = '[tables.cases.fields]\ngreeting = { headings = ["Geburtstagsgruß"], kind = "yes_no" }'
    rules = (
        text("birthday", "Alles Gute, {Vorname}!")
        + rule("birthday", "cases", when="greeting",
               due={"field": "birth_date", "every": "year", "closed_days": "keep", "keep_days": 3},
               recipient="client", template="birthday")
    )  # fmt: skip
    born = {"Geburtsdatum": date(1990, 11, 2)}
    cases = [
        [*CASES, "Geburtstagsgruß"],
        case("K-1", **born, Geburtstagsgruß="ja"), case("K-2", **born, Geburtstagsgruß=None),
        case("K-3", Geburtsdatum=date(1990, 11, 9), Geburtstagsgruß="ja"),
    ]  # fmt: skip
    started(site, columns, rules, {"Fälle": cases})
    twice(site)
    assert sent(site) == [("k-1@post.test", "Alles Gute, VK-1!")]


def test_somebody_who_did_not_come_is_followed_up_after_three_days(site):
    columns = '[tables.cases.fields]\nfollow_up = { headings = ["Nachfassen"] }'
    rules = """
[texts.missed.de]
text = "Guten Tag {case.first_name}, möchten Sie einen neuen Termin?"
[[rules]]
name = "no_show_mail"
when = 'status == "no_show"'
due = { field = "date", days_after = [3], days = "working" }
recipient = "client"
template = "missed"
[[rules]]
name = "no_show_often"
table = "cases"
when = 'appointments.count(status == "no_show") > 2'
action = "set"
set = { follow_up = "mehrfach nicht erschienen" }
"""
    visits = [VISITS, ["T-1", "K-1", date(2026, 10, 28), None, None, "AB", "nicht erschienen", None]]
    visits += [[f"T-{n}", "K-2", date(2026, 9, n), None, None, "AB", "nicht erschienen", None] for n in (7, 8, 9)]
    cases = [[*CASES, "Nachfassen"], case("K-1", Nachfassen=None), case("K-2", Nachfassen=None)]
    started(site, columns, rules, {"Fälle": cases, "Termine": visits})
    twice(site)
    assert sent(site) == [("k-1@post.test", "Guten Tag VK-1, möchten Sie einen neuen Termin?")]
    assert [row["Nachfassen"] for row in site.rows("Fälle")] == [None, "mehrfach nicht erschienen"]


def test_untouched_cases_once_a_month_for_each_colleague(site):
    rules = """
[texts.untouched.de]
subject = "{Anzahl} Fälle ohne Termin seit 60 Tagen"
text = "Bitte sehen Sie nach:"
[[rules]]
name = "untouched"
table = "cases"
when = '''is_blank(closed_on) and not appointments.any(date >= today) and (appointments.count() == 0
          or days_since(appointments.latest(date)) > 60)'''
due = { every = "month", day = "first_working_day", at = "08:00" }
action = "digest"
recipient = "manager"
template = "untouched"
columns = ["phase"]
"""
    visits = [VISITS, ["T-1", "K-1", date(2026, 8, 1), None, None, "AB", "wahrgenommen", None],
              ["T-2", "K-2", date(2026, 10, 20), None, None, "AB", "wahrgenommen", None]]  # fmt: skip
    cases = [CASES, case("K-1"), case("K-2"), case("K-3", Zuständig="CD")]
    started(site, "", rules, {"Fälle": cases, "Termine": visits})
    twice(site)
    found = {mail["To"]: (mail["Subject"], text_of(mail)) for mail in site.mails()}
    assert found["ab@stadt.test"][0] == "1 Fälle ohne Termin seit 60 Tagen"
    assert "• K-1 · Begleitung" in found["ab@stadt.test"][1]
    assert "• K-3" in found["cd@verband.test"][1]
    assert site.run("2026-11-03T09:00").applied.mails == []
    assert len(site.run("2026-12-01T09:00").applied.mails) == 2
