"""Workbooks whose headings say known things in other words: in another order, shortened, with words that change
nothing; and words that look like a field's and mean something else. All people are invented."""

from __future__ import annotations

from datetime import date, time, timedelta

from tests.support.team_workbooks import BORN, FIRST, LAST, NUMBER, PHONE, RECEIVED, TeamBook, _rows, day

STATE = lambda i, *_: ("Open", "Closed", "On hold")[i % 3]  # noqa: E731
WORKER = lambda i, *_: ("Whitfield", "Quinn", "Nair")[i % 3]  # noqa: E731
NEXT = lambda i, *_: date(2026, 12, 1 + i)  # noqa: E731
HOUR = lambda i, *_: time(9 + i % 6, 30)  # noqa: E731
COUNTED = lambda i, *_: i + 1  # noqa: E731


def settlement_service() -> TeamBook:
    """Other words for nationality, permit and need; leave of colleagues from and to."""
    heads = ["Client #", "Intake Date", "Family Name", "Given Name(s)", "Countries of Citizenship", "Visa Class",
             "PR Card Expiry Date", "Best Contact No.", "Identified Needs", "Settlement Counsellor"]  # fmt: skip
    land = lambda i, *_: ("Turkey", "Syria", "Ukraine")[i % 3]  # noqa: E731
    permit = lambda i, *_: ("GAR", "CUAET", "PSR")[i % 3]  # noqa: E731
    need = lambda i, *_: ("Housing", "Work", "Language")[i % 3]  # noqa: E731
    until = lambda i, *_: date(2027, 1 + i % 12, 3)  # noqa: E731
    rows = _rows(NUMBER, RECEIVED, LAST, FIRST, land, permit, until, PHONE, need, WORKER)
    staff = [[name, f"{name.lower()}@settle.example", date(2026, 12, 20 + n), date(2027, 1, 4 + n)]
             for n, name in enumerate(("Whitfield", "Quinn", "Nair"))]  # fmt: skip
    tab, team = "Client List", "Staff"
    return TeamBook(
        {tab: [heads, *rows], team: [["Staff Name", "Staff Email", "Vacation from", "Vacation to"], *staff]},
        {tab: "cases", team: "team"},
        {(tab, "Countries of Citizenship"): "nationality", (tab, "Visa Class"): "residence_status",
         (tab, "PR Card Expiry Date"): "permit_until", (tab, "Best Contact No."): "phone",
         (tab, "Identified Needs"): "concern", (tab, "Settlement Counsellor"): "manager",
         (team, "Vacation from"): "absent_from", (team, "Vacation to"): "absent_until"},
        {"cases": 12},
    )  # fmt: skip


def contacts_with_people() -> TeamBook:
    """A tab called "Contacts" holds appointments; how people met and what came of it is told by the cells; the number
    of a participant counts from 1, as that of an appointment would."""
    cases = ["Nr", "Date of referral", "Surname", "Forename", "DOB", "First language", "Link worker", "Referral status"]
    spoken = lambda *_: "Turkish"  # noqa: E731
    people = _rows(COUNTED, RECEIVED, LAST, FIRST, BORN, spoken, WORKER, STATE)
    heads = ["Participant nr", "Contact date", "Contact time", "F2F/Tel", "Came or not"]
    way = lambda i, *_: ("Face to face", "Telephone", "Home visit")[i % 3]  # noqa: E731
    came = lambda i, *_: ("Attended", "DNA", "Cancelled")[i % 3]  # noqa: E731
    tab, log = "SPLW referrals", "Contacts"
    return TeamBook(
        {tab: [cases, *people], log: [heads, *_rows(COUNTED, NEXT, HOUR, way, came)]},
        {tab: "cases", log: "appointments"},
        {(log, "Participant nr"): "case", (log, "Contact date"): "date", (log, "Contact time"): "time",
         (log, "F2F/Tel"): "kind", (log, "Came or not"): "status"},
        {"cases": 12, "appointments": 12},
    )  # fmt: skip


def families_by_their_mother() -> TeamBook:
    """A list of families: the number of the family is that of the case, its mother the client."""
    heads = ["Fam.-Nr.", "Anmeldung", "Name der Familie", "Vorname Mutter", "Sprache in der Familie", "Tel.",
             "Familienhebamme", "Hilfestatus"]  # fmt: skip
    spoken = lambda *_: "Türkisch"  # noqa: E731
    rows = _rows(NUMBER, RECEIVED, LAST, FIRST, spoken, PHONE, WORKER, STATE)
    tab = "Familien"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Fam.-Nr."): "number", (tab, "Name der Familie"): "last_name", (tab, "Vorname Mutter"): "first_name"},
        {"cases": 12},
    )


def near_words_of_something_else() -> TeamBook:
    """Phones, days, consents, states and types that are not those of the client, the case, the way of meeting."""
    tel = lambda i, *_: f"0161 49600{i:02d}"  # noqa: E731
    heads = ["Case no.", "Date of referral", "Surname", "First name", "Mobile", "ICE number",
             "Contact person phone", "Child's DOB", "Hearing date", "Consent to photos", "Benefit status", "Fax",
             "Worker", "Status"]  # fmt: skip
    child = lambda i, *_: date(2015 + i % 5, 2, 3)  # noqa: E731
    later = lambda i, *_: day(i) + timedelta(days=90)  # noqa: E731
    rows = _rows(NUMBER, RECEIVED, LAST, FIRST, PHONE, tel, tel, child, later, RECEIVED, STATE, tel, WORKER, STATE)
    # What people meet for is not how they meet: read so, no reminder would name the place.
    meetings = ["Case no.", "Date", "Date booked", "Time", "Place", "Type", "Worker"]
    reason = lambda i, *_: ("SSA", "Medical screening", "Benefit claim")[i % 3]  # noqa: E731
    place = lambda i, *_: ("Main office", "Library")[i % 2]  # noqa: E731
    booked = lambda i, *_: date(2026, 11, 1 + i)  # noqa: E731
    tab, talks = "Cases", "Appointments"
    never = ["ICE number", "Contact person phone", "Child's DOB", "Hearing date", "Consent to photos",
             "Benefit status", "Fax"]  # fmt: skip
    return TeamBook(
        {tab: [heads, *rows], talks: [meetings, *_rows(NUMBER, NEXT, booked, HOUR, place, reason, WORKER)]},
        {tab: "cases", talks: "appointments"},
        {**{(tab, heading): "" for heading in never}, (tab, "Mobile"): "phone", (tab, "Status"): "phase",
         (talks, "Date"): "date", (talks, "Date booked"): "", (talks, "Type"): ""},
        {"cases": 12, "appointments": 12},
    )  # fmt: skip


WORDINGS = (settlement_service, contacts_with_people, families_by_their_mother, near_words_of_something_else)
