"""Workbooks of further services and countries: early help, a youth office, a case software's export, Luxembourg, an
English council. All people are invented."""

from __future__ import annotations

from datetime import datetime, time

from tests.support.team_workbooks import TeamBook
from tests.support.unforeseen_workbooks import ENGLISH, STAFF, F, L, N, S, book, born, day, later, mail, of, phone


def below_titles_of_a_family() -> TeamBook:
    """Early help: the mother is the client, her child stands beside her, both below titles."""
    tab = "Familien"
    return book(
        {tab: [["", "Mutter", None, None, None, "Kind", None, "Kontakt"],
               ["Nr", "Name", "Vorname", "geb.", "Sprache", "Name", "geb./ET", "Handy", "Mail", "Erstbesuch",
                "beendet"],
               *([i + 1, L[i], F[i], born(i), S[i], of(i, "Mila", "Noah"), later(i, 40), phone(i), mail(i), day(i),
                  later(i, 90) if i % 5 == 0 else None] for i in N)]},
        {tab: "cases"},
        {tab: {"Nr": "number", "col:B": "last_name", "col:C": "first_name", "col:D": "birth_date", "col:F": "",
               "geb./ET": "", "Handy": "phone", "Erstbesuch": "first_contact_on", "beendet": "closed_on"}},
        {"cases": 16},
    )  # fmt: skip


def in_capitals() -> TeamBook:
    """What a case software exports: headings of its database, every cell a text."""
    tab = "Export_20261120"
    return book(
        {tab: [["KLIENT_ID", "KL_NACHNAME", "KL_VORNAME", "KL_GEBDAT", "KL_TEL1", "KL_SPRACHE", "AUFN_DAT",
                "HILFEART_CD", "SB_KUERZEL", "FALL_STATUS", "ENTL_DAT"],
               *([str(40021 + i), L[i], F[i], f"{born(i):%d.%m.%Y}", phone(i), S[i], f"{day(i):%d.%m.%Y}",
                  of(i, "AMB", "STAT"), of(i, "KR", "DE", "OK"), of(i, "AKTIV", "BEENDET"),
                  f"{later(i, 60):%d.%m.%Y}" if i % 2 else ""] for i in N)]},
        {tab: "cases"},
        {tab: {"KLIENT_ID": "number", "KL_NACHNAME": "last_name", "KL_VORNAME": "first_name",
               "KL_GEBDAT": "birth_date", "KL_TEL1": "phone", "KL_SPRACHE": "languages", "AUFN_DAT": "received",
               "HILFEART_CD": "", "SB_KUERZEL": "manager", "FALL_STATUS": "phase", "ENTL_DAT": "closed_on"}},
        {"cases": 16},
    )  # fmt: skip


def child_before_its_parents() -> TeamBook:
    """A youth office: "Name Kind", and behind it "Name KM" and "Name KV", its mother and father."""
    tab = "ASD Fälle"
    return book(
        {tab: [["Fallnr", "JA-Az.", "Name Kind", "Vorname Kind", "geb. Kind", "Name KM", "Name KV", "Sprache Fam.",
                "Meldung am", "Melder", "FFK", "Gutachten?"],
               *([i + 1, f"51.2-{i + 300}", L[i], F[i], datetime(2010 + i % 9, 3, i + 1), f"{L[i]}, Anna", None,  # noqa: DTZ001
                  S[i], day(i), of(i, "Schule", "Kita", "anonym"), of(i, "Bo", "Ka"), of(i, "ja", "nein")]
                 for i in N)]},
        {tab: "cases"},
        {tab: {"Fallnr": "number", "JA-Az.": "", "Name Kind": "last_name", "Vorname Kind": "first_name",
               "Name KM": "", "Name KV": "", "Sprache Fam.": "languages", "Meldung am": "received",
               "Melder": "source", "FFK": "manager", "Gutachten?": ""}},
        {"cases": 16},
    )  # fmt: skip


def came_or_not() -> TeamBook:
    """Luxembourg: "Venu(e) ?" is no venue, "Matricule" the number of a person and not of a case."""
    return book(
        {"Dossiers": [["Nr. Dossier", "Datum Ouverture", "Nom", "Prénom", "Matricule", "GSM", "Langue", "AS",
                       "Clôture"],
                      *([f"{i + 1}/2026", day(i), L[i], F[i], f"19{60 + i}0112345", phone(i),
                         of(i, "arabe", "anglais", "turc"), of(i, "CW", "TK"), None] for i in N)],
         "Rendez-vous": [["Date", "Heure", "Nr. Dossier", "Lieu", "AS", "Venu(e) ?"],
                         *([datetime(2026, 12, 1 + i), time(9 + i), f"{i + 1}/2026", of(i, "Bureau", "Mairie"),  # noqa: DTZ001
                            of(i, "CW", "TK"), None] for i in range(8))]},
        {"Dossiers": "cases", "Rendez-vous": "appointments"},
        {"Dossiers": {"Nr. Dossier": "number", "Datum Ouverture": "received", "Nom": "last_name",
                      "Prénom": "first_name", "Matricule": "", "GSM": "phone", "Langue": "languages",
                      "AS": ("manager", ""), "Clôture": "closed_on"},
         "Rendez-vous": {"Date": "date", "Heure": "time", "Nr. Dossier": "case", "Lieu": "place", "AS": ("manager", ""),
                         "Venu(e) ?": ("", "status")}},
        {"cases": 16, "appointments": 8},
    )  # fmt: skip


def numbers_like_telephones() -> TeamBook:
    """An English council: the numbers of its database are no telephones, and an arrival is when a case came in."""
    tab = "Tracker"
    return book(
        {tab: [["Mosaic ID", "Surname", "Forename", "DOB", "1st language", "Arrived", "Allocated SW", "Solicitor tel",
                "YP mobile", "Visit 1", "Visit 2"],
               *([700100 + i, L[i], F[i], born(i), ENGLISH[S[i]], day(i), of(i, *STAFF), "020 7000 0001", phone(i),
                  later(i, 14), None] for i in N)]},
        {tab: "cases"},
        {tab: {"Mosaic ID": "number", "Surname": "last_name", "Forename": "first_name", "1st language": "languages",
               "Arrived": "received", "Allocated SW": "manager", "Solicitor tel": "", "YP mobile": "phone"}},
        {"cases": 16},
    )  # fmt: skip


SERVICES = (below_titles_of_a_family, in_capitals, child_before_its_parents, came_or_not, numbers_like_telephones)
