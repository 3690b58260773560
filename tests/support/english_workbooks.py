"""Workbooks of charities and councils that write English: short words of the trade, databases, forms of referrers,
headings in two languages above each other. All people are invented."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.support.team_workbooks import (
    AGENCY,
    BORN,
    FIRST,
    LAST,
    MAIL,
    NUMBER,
    PHONE,
    RECEIVED,
    SPOKEN,
    TeamBook,
    _rows,
    day,
)

WHOLE = lambda i, last, first, _: f"{first} {last}"  # noqa: E731
WORKER = lambda i, *_: ("Sarah Whitfield", "Dermot Quinn", "Priya Nair")[i % 3]  # noqa: E731
INITIALS = lambda i, *_: ("SW", "DQ", "PN")[i % 3]  # noqa: E731
STATE = lambda i, *_: ("Open", "Closed", "On hold")[i % 3]  # noqa: E731
KEPT = lambda i, *_: ("Attended", "DNA", "Cancelled")[i % 3]  # noqa: E731
LEFT = lambda i, *_: day(i) + timedelta(days=60) if i % 3 == 1 else None  # noqa: E731


def next_of_kin_with_their_number() -> TeamBook:
    """Relatives stand with their numbers in one cell, so the number behind them is the client's; "Wkr" is short."""
    heads = ["URN", "Ref'd in", "Ref'd by", "Surname", "Forename", "DOB", "NOK", "Tel", "Wkr", "Case open/closed"]
    kin = lambda i, *_: f"{('Mother', 'Brother')[i % 2]} 0770 09001{i:02d}"  # noqa: E731
    rows = _rows(NUMBER, RECEIVED, AGENCY, LAST, FIRST, BORN, kin, PHONE, INITIALS, STATE)
    tab = "Caseload"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "NOK"): "", (tab, "Tel"): "phone", (tab, "Wkr"): "manager", (tab, "Case open/closed"): "phase"},
        {"cases": 12},
    )  # fmt: skip


def patients_below_a_letterhead() -> TeamBook:
    """The language of an interpreter is nobody, so the number behind it is the patient's."""
    heads = ["ID code", "Date of referral", "Patient name", "DOB", "Interpreter language", "Preferred no.",
             "Link worker", "1st appt"]  # fmt: skip
    first = lambda i, *_: day(i) + timedelta(days=7)  # noqa: E731
    rows = _rows(NUMBER, RECEIVED, WHOLE, BORN, SPOKEN, PHONE, WORKER, first)
    tab = "Register"
    return TeamBook(
        {tab: [["Ashfield Social Prescribing"], ["12 Mill Lane"], [], heads, *rows]}, {tab: "cases"},
        {(tab, "Patient name"): "full_name", (tab, "Preferred no."): "phone", (tab, "1st appt"): ""}, {"cases": 12},
    )  # fmt: skip


def tables_of_a_database() -> TeamBook:
    """Moments are texts, headings end in how their column is kept, tabs are called after one of their rows."""
    people = _rows(lambda i, *_: 5000 + i, LAST, FIRST, BORN, MAIL, RECEIVED)
    talks = [
        [80000 + n, 5000 + n % 12, f"{moment:%Y-%m-%d %H:%M:%S}", f"{moment + timedelta(minutes=45):%Y-%m-%d %H:%M:%S}",
         INITIALS(n), ("BOOKED", "ATT", "DNA")[n % 3]]
        for n in range(15) for moment in [datetime(2026, 12, 1 + n, 9, 30)]  # noqa: DTZ001
    ]  # fmt: skip
    staff = [[INITIALS(n), WORKER(n), f"{INITIALS(n).lower()}@hub.example"] for n in range(3)]
    tabs = {
        "person": [["person_id", "family_name", "given_name", "birth_dt", "email_addr", "created_ts"], *people],
        "appointment": [["appt_id", "person_id", "start_ts", "end_ts", "worker_cd", "attend_status_cd"], *talks],
        "worker": [["worker_cd", "worker_name", "worker_email"], *staff],
    }
    tab = "appointment"
    return TeamBook(
        tabs, {"person": "cases", tab: "appointments", "worker": "team"},
        {(tab, "person_id"): "case", (tab, "start_ts"): "date", (tab, "end_ts"): "",
         (tab, "attend_status_cd"): "status", ("worker", "worker_cd"): "code"},
        {"cases": 12, "appointments": 15, "team": 3},
    )  # fmt: skip


def one_language_above_the_other() -> TeamBook:
    """Every heading stands there twice, the half that kim knows below; the appointments' numbers are the cases'."""
    heads = ["Uimhir\nCase no.", "Dáta\nDate of referral", "Sloinne\nSurname", "Ainm\nFirst name", "Fón\nPhone",
             "Oibrí\nKey worker", "Stádas\nStatus"]  # fmt: skip
    rows = _rows(NUMBER, RECEIVED, LAST, FIRST, PHONE, WORKER, STATE)
    talks = [[date(2026, 12, 1 + n), "9:30", NUMBER(n), WORKER(n)] for n in range(12)]
    tab, below = "Cásanna", ["Dáta / Date", "Am / Time", "Nr. / No.", "Oibrí / Worker"]
    return TeamBook(
        {tab: [heads, *rows], "Coinní - Appointments": [below, *talks]},
        {tab: "cases", "Coinní - Appointments": "appointments"},
        {(tab, "Uimhir Case no."): "number", (tab, "Sloinne Surname"): "last_name", (tab, "Stádas Status"): "phase",
         ("Coinní - Appointments", "Nr. / No."): "case"},
        {"cases": 12, "appointments": 12},
    )  # fmt: skip


def sent_by_others_through_a_form() -> TeamBook:
    """Agencies fill in a form about somebody; the team writes behind it who is responsible and where they are."""
    heads = ["Timestamp", "Email address", "Name of person being referred", "Their date of birth", "Their phone number",
             "Do they need an interpreter? If so, which language?", "Why are you referring them?", "Triage - worker",
             "Where are we with this? (office use)"]  # fmt: skip
    sender = lambda i, *_: f"referrer{i % 4}@agency.example"  # noqa: E731
    need = lambda i, *_: ("Housing", "School", "Money")[i % 3]  # noqa: E731
    rows = _rows(RECEIVED, sender, WHOLE, BORN, PHONE, SPOKEN, need, WORKER, STATE)
    tab = "Referral form (Responses)"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, heads[1]): "", (tab, heads[2]): "full_name", (tab, heads[4]): "phone", (tab, heads[5]): "languages",
         (tab, heads[6]): "concern", (tab, heads[7]): "manager", (tab, heads[8]): "phase"},
        {"cases": 12},
    )  # fmt: skip


def what_goes_without_saying() -> TeamBook:
    """Each heading of the appointments says that it is one's, before or behind."""
    cases = _rows(lambda i, *_: 3000 + i, WHOLE, BORN, RECEIVED, WORKER)
    talks = [[n + 1, 3000 + n % 12, date(2026, 12, 1 + n), "9:15", "Hub", WORKER(n), KEPT(n)] for n in range(14)]
    heads = ["Entry", "SU No", "Date of contact", "Session time", "Appt_Venue", "Visit with", "Session outcome"]
    tab = "Contact log"
    return TeamBook(
        {"Service users": [["SU No", "Name", "D.O.B.", "Referral date", "Worker"], *cases], tab: [heads, *talks]},
        {"Service users": "cases", tab: "appointments"},
        {(tab, "SU No"): "case", (tab, "Date of contact"): "date", (tab, "Session time"): "time",
         (tab, "Appt_Venue"): "place", (tab, "Visit with"): "manager", (tab, "Session outcome"): "status"},
        {"cases": 12, "appointments": 14},
    )  # fmt: skip


def the_mother_is_the_client() -> TeamBook:
    """Much is known of mothers and only the name of fathers; no child is named."""
    heads = ["Fam ID", "Mother's name", "Mother's DOB", "Mother's mobile", "Father's name", "Referral rec'd", "FSW"]
    father = lambda i, last, *_: f"John {last}"  # noqa: E731
    rows = _rows(NUMBER, WHOLE, BORN, PHONE, father, RECEIVED, INITIALS)
    tab = "Families"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "Mother's name"): ("full_name", "last_name"), (tab, "Mother's DOB"): "birth_date",
         (tab, "Mother's mobile"): "phone", (tab, "Father's name"): "", (tab, "FSW"): "manager"},
        {"cases": 12},
    )  # fmt: skip


def lists_of_other_people() -> TeamBook:
    """Employees, members and bookings of rooms are kept like cases and appointments, and are none."""
    staff = ["Employee ID", "Surname", "First name", "DOB", "Start date", "Job title", "Line manager", "Phone"]
    title = lambda i, *_: ("Cook", "Cleaner")[i % 2]  # noqa: E731
    payers = ["Membership no", "Surname", "First name", "Email", "Phone", "Joined", "Sub paid", "Gift Aid"]
    paid = lambda i, *_: ("Y", "N")[i % 2]  # noqa: E731
    rooms = [
        [date(2026, 12, 1 + n), "9:00", "11:00", ("Hall", "Room 2")[n % 2], "Choir", "Party", 20] for n in range(9)
    ]
    return TeamBook(
        {"Employees": [staff, *_rows(NUMBER, LAST, FIRST, BORN, RECEIVED, title, WORKER, PHONE)],
         "Paying": [payers, *_rows(NUMBER, LAST, FIRST, MAIL, PHONE, RECEIVED, paid, paid)],
         "Staff list": [["Payroll no", "Surname", "Forename", "DOB", "Start date", "Post title", "Manager", "Phone"],
                        *_rows(lambda i, *_: 100 + i, LAST, FIRST, BORN, RECEIVED, title, WORKER, PHONE)],
         "Room bookings": [["Date", "Start", "Finish", "Room", "Hirer", "Event", "Fee"], *rooms]},
        {"Employees": ("", "team"), "Paying": "", "Staff list": ("", "team"),
         "Room bookings": ""},
    )  # fmt: skip


def rows_that_begin_and_end() -> TeamBook:
    """A booking tool names clients as a list of cases does; but each of its rows begins and ends at some hour."""
    heads = ["User Name", "Invitee Name", "Invitee First Name", "Invitee Last Name", "Invitee Email",
             "Start Date & Time", "End Date & Time", "Location"]  # fmt: skip
    begun = lambda i, *_: f"2026-12-{1 + i:02d} 09:30"  # noqa: E731
    ended = lambda i, *_: f"2026-12-{1 + i:02d} 10:15"  # noqa: E731
    rows = _rows(WORKER, WHOLE, FIRST, LAST, MAIL, begun, ended, lambda *_: "Town Hall")
    tab = "events-export"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "appointments"},
        {(tab, "Start Date & Time"): "date", (tab, "End Date & Time"): "", (tab, "Invitee Name"): ("case", "")},
        {"appointments": 12},
    )  # fmt: skip


def called_after_the_tab() -> TeamBook:
    """The word before the headings is what the tab is called; the state was true on a day; "FLW" is a worker."""
    heads = ["Lodger no", "Lodger name", "Arrived", "Tel", "Status @ 20/11", "FLW"]
    rows = _rows(NUMBER, WHOLE, RECEIVED, PHONE, STATE, INITIALS)
    tab = "Lodgers"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "Lodger no"): "number", (tab, "Lodger name"): "full_name", (tab, "Status @ 20/11"): "phase",
         (tab, "FLW"): "manager"},
        {"cases": 12},
    )  # fmt: skip


def carers_are_the_clients() -> TeamBook:
    """A carer is somebody else, but not in a tab of carers; the second talk's result has no cells yet."""
    heads = ["Carer ref", "Carer's surname", "Carer's first name", "Carer DOB", "Cared-for person", "Carer mobile",
             "Referral received", "Carer support worker", "Appt 1", "Appt 1 outcome", "Appt 2",
             "Appt 2 outcome"]  # fmt: skip
    cared = lambda i, last, *_: f"Joe {last}"  # noqa: E731
    first = lambda i, *_: day(i) + timedelta(days=9)  # noqa: E731
    then = lambda i, *_: date(2026, 12, 1 + i)  # noqa: E731
    rows = _rows(NUMBER, LAST, FIRST, BORN, cared, PHONE, RECEIVED, WORKER, first, KEPT, then, lambda *_: None)
    tab = "Carers"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "Carer ref"): "number", (tab, "Carer's surname"): "last_name", (tab, "Carer DOB"): "birth_date",
         (tab, "Cared-for person"): "", (tab, "Carer mobile"): "phone", (tab, "Carer support worker"): "manager",
         (tab, "Appt 2 outcome"): ("status", "")},
        {"cases": 12},
    )  # fmt: skip


ENGLISH = (
    next_of_kin_with_their_number, patients_below_a_letterhead, tables_of_a_database, one_language_above_the_other,
    sent_by_others_through_a_form, what_goes_without_saying, the_mother_is_the_client, lists_of_other_people,
    rows_that_begin_and_end, called_after_the_tab, carers_are_the_clients,
)  # fmt: skip
