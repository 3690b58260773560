"""The ten jobs from the field as rows of `Regeln` and `Texte`: the same rules as in TOML, and all ten in one workbook,
approved, run twice. Conditions of people and of TOML give equal rows, however they are joined."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automations.conditions.book import Book, compile_for
from automations.jobs.rules.model import Rule
from tests.support.approving import APPROVER, WITH_APPROVER, Mailbox, code
from tests.support.declared import more, table
from tests.support.own_google_site import GoogleOwnSite
from tests.support.own_site import CASES, VISITS, OwnSite, case, text_of
from tests.support.own_tables import own_snapshot
from tests.support.rule_rows import RULES, row

MET, NOW, NEXT, LATER = "2026-11-01T08:00", "2026-11-02T09:00", "2026-11-02T10:00", "2026-11-05T12:30"  # a Monday
COLUMNS = (
    more(
        "cases", course="Kurs: courses, open", feedback_to="Rückmeldung an: partners",
        greeting="Geburtstagsgruß: yes_no", follow_up="Nachfassen",
    )
    + table(
        "interpreters", "Sprachmittlung", "name", name="Name", email="E-Mail: email", languages="Sprachen: languages",
        case="Fall-Nr.: cases",
    )
    + table("courses", "Kurse", "course", course="Kurs: open", starts="Kursbeginn: date, open", email="E-Mail: email")
    + table(
        "papers", "Unterlagen", "number", number="Nr.", case="Fall-Nr.: cases", paper="Unterlage: open",
        asked_on="Angefordert am: date, open", brought="Gebracht: yes_no",
    )
    + table("partners", "Partner", "office", office="Stelle", email="E-Mail: email")
    + table("rota", "Außensprechstunden", "slot", slot="Einsatz", day="Tag: date", where="Wo", who="Wer: manager")
    + table(
        "agreements", "Einwilligungsliste", "number", number="Nr.", case="Fall-Nr.: cases", ends="gilt bis: date",
        renewed="erneuert: yes_no",
    )
)  # fmt: skip
JOBS = {
    "Dolmetschen": (
        row(Tabelle="Sprachmittlung", weitere_Bedingung="[Fall-Nr.] ist nicht leer und [Sprachen] enthält Dari",
            Was_passiert="E-Mail", Empfänger="[E-Mail]", Text="Anfrage"),
        ('table = "interpreters"\nwhen = \'(not is_blank(case) and "fa" in languages)\'\ndue = { event = "holds" }\n'
        'recipient = "email"\ntemplate = "anfrage"')),
    "Kursstart": (
        row(Tabelle="Fälle", Zeitpunkt="14 Tage vor [Kurs → Kursbeginn]", Was_passiert="E-Mail", Empfänger="Klient/in",
            Text="Kurs"),
        ('table = "cases"\ndue = { field = "course.starts", days_before = [14] }\nrecipient = "client"\n'
         'template = "kurs"')),
    "Unterlagen": (
        row(Tabelle="Unterlagen", weitere_Bedingung="nicht [Gebracht]", Was_passiert="E-Mail", Empfänger="Klient/in",
            Zeitpunkt="10 Tage nach [Angefordert am], alle 7 Tage, höchstens 3 Mal", Text="Fehlt"),
        ('table = "papers"\nwhen = "not brought == true"\nrecipient = "client"\ntemplate = "fehlt"\n'
        'due = { field = "asked_on", days_after = [10], repeat_days = 7, repeats = 2 }')),
    "Rückmeldung": (
        row(Tabelle="Fälle", Spalte="Rückmeldung an", Vergleich="ist nicht leer", Was_passiert="E-Mail",
            Zeitpunkt="wenn sich [Erstkontakt am] ändert", Empfänger="[Rückmeldung an → E-Mail]", Text="Rückmeldung"),
        ('table = "cases"\nwhen = "not is_blank(feedback_to)"\nrecipient = "feedback_to.email"\n'
        'template = "rueckmeldung"\ndue = { event = "changed", fields = ["first_contact_on"] }')),
    "Morgen": (
        row(Tabelle="Außensprechstunden", Spalte="Tag", Vergleich="genau in", Wert=1,
            Zeitpunkt="jeden Werktag um 08:00",
            Was_passiert="eine Mail mit allen Treffern", Empfänger="[Wer]", Text="Morgen", Spalte_ausfüllen="Wo"),
        ('table = "rota"\nwhen = "days_until(day) == 1"\ndue = { every = "working_day", at = "08:00" }\n'
        'action = "digest"\nrecipient = "who"\ntemplate = "morgen"\ncolumns = ["where"]')),
    "Titel": (
        row(Tabelle="Fälle", Spalte="Abgeschlossen am", Vergleich="ist leer", Was_passiert="E-Mail", Text="Titel",
            Zeitpunkt="90 Tage vor [Aufenthaltstitel gültig bis]", Empfänger="Klient/in"),
        ('table = "cases"\nwhen = "is_blank(closed_on)"\ndue = { field = "permit_until", days_before = [90] }\n'
        'recipient = "client"\ntemplate = "titel"')),
    "Einwilligung": (
        row(Tabelle="Einwilligungsliste", weitere_Bedingung="nicht [erneuert]", Zeitpunkt="30 Tage vor [gilt bis]",
            Was_passiert="Frage", Text="Ist {Nr.} erneuert?", Spalte_ausfüllen="erneuert", mit="ja"),
        ('table = "agreements"\nwhen = "not renewed == true"\ndue = { field = "ends", days_before = [30] }\n'
        'action = "ask"\ntext = "Ist {Nr.} erneuert?"\nset = { renewed = "ja" }')),
    "Geburtstag": (
        row(Tabelle="Fälle", weitere_Bedingung="[Geburtstagsgruß]", Zeitpunkt="jedes Jahr am [Geburtsdatum]",
            Was_passiert="E-Mail", Empfänger="Klient/in", Text="Gruß"),
        ('table = "cases"\nwhen = "greeting == true"\ndue = { field = "birth_date", every = "year" }\n'
        'recipient = "client"\ntemplate = "gruss"')),
    "Nachfassen": (
        row(Tabelle="Termine", Spalte="Status", Vergleich="ist", Wert="nicht erschienen", Was_passiert="E-Mail",
            Zeitpunkt="3 Werktage nach [Datum]", Empfänger="Klient/in", Text="Verpasst"),
        ('when = \'status == "no_show"\'\ndue = { field = "date", days_after = [3], days = "working" }\n'
        'recipient = "client"\ntemplate = "verpasst"')),
    "Unberührt": (
        row(Tabelle="Fälle", Zeitpunkt="erster Werktag im Monat um 8",
            Was_passiert="Sammelmail", Empfänger="Zuständige", Text="Liste",
            weitere_Bedingung="[Abgeschlossen am] ist leer und letztes(Termine → Datum) länger her als 60",
            Spalte_ausfüllen="Phase"),
        ('table = "cases"\nwhen = "(is_blank(closed_on) and days_since(appointments.latest(date)) > 60)"\n'
        'due = { every = "month", day = "first_working_day", at = "08:00" }\naction = "digest"\nrecipient = "manager"\n'
        'template = "liste"\ncolumns = ["phase"]')),
}  # fmt: skip
TEXTS = [
    ["Name", "Sprache", "Betreff", "Text"],
    ["Anfrage", "Deutsch", "Anfrage", "Guten Tag {Name}, bitte zu Fall {Fall-Nr.} melden."],
    ["Kurs", "Deutsch", "Kurs", "Guten Tag {Vorname}, {Kurs} beginnt am {Kurs → Kursbeginn}."],
    ["Fehlt", "Deutsch", "Unterlage", "Guten Tag {Fall-Nr. → Vorname}, es fehlt: {Unterlage}."],
    ["Rückmeldung", "Deutsch", "Rückmeldung", "Zu {Fall-Nr.}: Der Erstkontakt ist erfolgt."],
    ["Morgen", "Deutsch", "Morgen unterwegs", "Ihre Einsätze:"],
    ["Titel", "Deutsch", "Titel", "Guten Tag {Vorname}, gültig bis {Aufenthaltstitel gültig bis}."],
    ["Gruß", "Deutsch", "Alles Gute", "Alles Gute, {Vorname}!"],
    ["Verpasst", "Deutsch", "Termin", "Guten Tag {Fall-Nr. → Vorname}, ein neuer Termin?"],
    ["Liste", "Deutsch", "{Anzahl} ohne Termin", "Bitte sehen Sie nach:"],
]
HEAD = [*CASES, "Kurs", "Rückmeldung an", "Geburtstagsgruß", "Nachfassen"]
FULL = {
    "Kurs": "B1", "Rückmeldung an": "Schule", "Geburtstagsgruß": "ja", "Nachfassen": None,
    "Geburtsdatum": date(1990, 11, 2), "Aufenthaltstitel gültig bis": date(2027, 1, 31),
}  # fmt: skip
TABS = {
    "Fälle": [HEAD, case("K-1", **FULL)],
    "Termine": [VISITS, ["T-1", "K-1", date(2026, 8, 3), None, None, "AB", "wahrgenommen", None],
                ["T-2", "K-1", date(2026, 8, 28), None, None, "AB", "nicht erschienen", None]],
    "Sprachmittlung": [["Name", "E-Mail", "Sprachen", "Fall-Nr."], ["Omar", "omar@dolm.test", "Dari", "K-1"]],
    "Kurse": [["Kurs", "Kursbeginn", "E-Mail"], ["B1", date(2026, 11, 16), None]],
    "Unterlagen": [["Nr.", "Fall-Nr.", "Unterlage", "Angefordert am", "Gebracht"],
                   ["U1", "K-1", "Pass", date(2026, 10, 23), None]],
    "Partner": [["Stelle", "E-Mail"], ["Schule", "buero@schule.test"]],
    "Außensprechstunden": [["Einsatz", "Tag", "Wo", "Wer"], ["E1", date(2026, 11, 3), "Café und Treff", "CD"]],
    "Einwilligungsliste": [["Nr.", "Fall-Nr.", "gilt bis", "erneuert"], ["E1", "K-1", date(2026, 12, 1), None]],
}  # fmt: skip
ROWS = [[name, *cells[1:-4], "ja", None, None, None] for name, (cells, _) in JOBS.items()]


@pytest.mark.parametrize("name", JOBS)
def test_a_row_is_the_rule_that_toml_says(name):
    console = own_snapshot(COLUMNS, {**TABS, "Regeln": [RULES, *ROWS], "Texte": TEXTS}).console
    (found,) = [one for one in console.rules if one.title == name]
    assert found.fault == ""
    typed = Rule.model_validate({**found.stanza, "title": ""})
    assert typed == Rule.model_validate({"name": found.name, **tomllib.loads(JOBS[name][1])})


@pytest.fixture(params=["xlsx", "google"])
def site(request, tmp_path):
    if request.param == "google":
        return GoogleOwnSite(tmp_path, request.getfixturevalue("google"))
    return OwnSite(tmp_path)


@pytest.mark.sliced(1)
def test_all_ten_run_from_the_workbook_and_a_second_run_does_nothing(site):
    site.start(
        {**TABS, "Regeln": [RULES, *ROWS], "Texte": TEXTS}, met=MET, site=WITH_APPROVER, columns=COLUMNS, rules=""
    )
    box = Mailbox(site)
    box.run(NOW)
    waiting = [one["Name"] for one in site.rows("Regeln") if APPROVER in str(one["Hinweis"])]
    assert waiting == ["Dolmetschen", "Kursstart", "Unterlagen", "Rückmeldung", "Titel", "Geburtstag", "Nachfassen"]
    assert {mail["To"] for mail in site.mails()} <= {APPROVER, "ab@stadt.test", "cd@verband.test"}
    for mail in [one for one in site.mails() if one["To"] == APPROVER]:
        box.answer(f"Re: {code(mail)}")
    box.run(NEXT)
    assert {one["Hinweis"] for one in site.rows("Regeln") if one["Name"] in waiting} == {f"freigegeben von {APPROVER}"}
    site.type("Fälle", "K-1", **{"Erstkontakt am": date(2026, 11, 2)})
    for day in ("02", "03", "04", "05"):  # one message a person and day: the others follow
        box.run(f"2026-11-{day}T10:30")
    told: dict[str, str] = {}
    for mail in (one for one in site.mails() if one["To"] != APPROVER):
        told[mail["To"]] = told.get(mail["To"], "") + text_of(mail)
    partners = {"omar@dolm.test", "buero@schule.test", "ab@stadt.test", "cd@verband.test"}
    assert told.keys() == {"k-1@post.test", *partners}
    wanted = ["B1 beginnt am 16.11.2026", "es fehlt: Pass", "Alles Gute, VK-1", "gültig bis 31.01.2027"]
    assert [words for words in wanted if words not in told["k-1@post.test"]] == []
    assert "Zu K-1: Der Erstkontakt ist erfolgt." in told["buero@schule.test"]
    assert [str(one["Frage"]) for one in site.rows("Entscheidungen")].count("Ist E1 erneuert?") == 1
    again = box.run(LATER)
    assert (again.prepared.groups, again.applied.mails) == ((), [])


ATOMS = [
    ("[Wo] = café und treff", 'lower(where) == "café und treff"'), ("[Wo] enthält Job", '"job" in lower(where)'),
    ("[Wer] ist leer", "is_blank(who)"), ("[Wer] = Cem Demo", 'who == "CD"'), ("[Tag] vor heute", "day < today"),
    ("[Tag] in höchstens 7 Tagen", "days_until(day) >= 0 and days_until(day) <= 7"),
    ("[Tag] länger her als 3", "days_since(day) > 3"), ("[Wer] ist eins von AB, CD", 'who in ["AB", "CD"]'),
    ("[Tag] ist nicht leer", "not is_blank(day)"), ("[Wer → Rolle] = Teamleitung", 'lower(who.role) == "teamleitung"'),
]  # fmt: skip
_LEAF = st.sampled_from(ATOMS)
_TREE = st.recursive(
    _LEAF,
    lambda inner: st.one_of(
        st.builds(lambda a: (f"nicht ({a[0]})", f"not ({a[1]})"), inner),
        st.builds(lambda a, b: (f"({a[0]}) und ({b[0]})", f"({a[1]}) and ({b[1]})"), inner, inner),
        st.builds(lambda a, b: (f"({a[0]}) oder ({b[0]})", f"({a[1]}) or ({b[1]})"), inner, inner),
    ),
    max_leaves=5,
)
_DAYS = [None, date(2026, 10, 1), date(2026, 11, 2), date(2026, 11, 5), date(2026, 12, 24)]
ROTA = [["Einsatz", "Tag", "Wo", "Wer"], *([f"E{n}", day, ["Café und Treff", "Jobcenter", None][n % 3],
        ["AB", "CD", None, "Fremd"][n % 4]] for n, day in enumerate(_DAYS * 3))]  # fmt: skip
TEAM = [["Kürzel", "Name", "E-Mail", "Rolle"], ["AB", "Anna Beispiel", "ab@x.test", "Teamleitung"],
        ["CD", "Cem Demo", "cd@x.test", None]]  # fmt: skip


@given(_TREE)
@settings(max_examples=60, deadline=None)
def test_conditions_of_people_and_of_toml_hold_for_the_same_rows(pair):
    typed, toml = pair
    wanted = row(Name="x", Tabelle="Außensprechstunden", weitere_Bedingung=typed, Was_passiert="Liste")
    snapshot = own_snapshot(COLUMNS, {"Außensprechstunden": ROTA, "Team": TEAM, "Regeln": [RULES, wanted]})
    (rule,) = snapshot.console.rules
    assert rule.fault == ""
    book = Book(snapshot.schema, snapshot.tables, date(2026, 11, 2))
    by_tab, by_file = (compile_for(one, snapshot.schema, "rota") for one in (rule.stanza["when"], toml))
    assert book.matching("rota", by_tab) == book.matching("rota", by_file)
