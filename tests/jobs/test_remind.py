"""The job `remind` on small tables."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from automations.common.shipped import config_folder
from automations.jobs.remind import Remind, explain, rule_problems
from automations.jobs.reminding.contexts import calendar_uid
from automations.jobs.reminding.rules import RemindSettings
from automations.model.fact_kinds.messages import Called
from automations.model.history import History, MailRecord, VersionRecord
from automations.model.plan import Mail, Plan
from automations.model.records import Appointment, AppointmentStatus, Case, CaseManager, ContactWay, Location
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.model.values import RowKey, digest

BERLIN = ZoneInfo("Europe/Berlin")


def shipped() -> RemindSettings:
    return RemindSettings.model_validate(tomllib.loads((config_folder() / "reminders.toml").read_text("utf-8")))


CLIENT = Case(
    number="KIM-2024-0001", email="amal@example.org", consent_on=date(2024, 1, 1), languages=("ar", "de"),
    phase="support", contact_way=ContactWay.EMAIL, manager="AB",
    first_contact_on=date(2024, 1, 2), received=date(2024, 1, 1),
)  # fmt: skip
VISIT = Appointment(
    number="T-2024-0001", case="KIM-2024-0001", date=date(2024, 11, 7), time=time(10), duration=45, place="Mitte",
    status=AppointmentStatus.PLANNED,
)  # fmt: skip
COLLEAGUE = CaseManager(code="AB", name="Anna Berg", email="berg@example.org", phone="02323 1", languages=("de",))
OFFICE = Location(name="Mitte", neutral_name="Stadtteilbüro", address="Weg 1")


def tables(**changes) -> Snapshot:
    base = {"cases": (CLIENT,), "appointments": (VISIT,), "team": (COLLEAGUE,), "locations": (OFFICE,)}
    return Snapshot(**{**base, **changes})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


LONG_AGO = at("2024-05-01T23:30")
DUE = "2024-10-31T07:00"
KEY = "appointment_reminder/T-2024-0001/1/5"


def planned(
    tables_: Snapshot, now: str = DUE, history: History | None = None, settings: RemindSettings | None = None
) -> Plan:
    return Remind().plan(tables_, settings or shipped(), at(now), history or History(adopting=True))


def to_clients(plan: Plan) -> list[Mail]:
    return [mail for mail in plan.mails if mail.audience == "client"]


def with_rule(**changes) -> RemindSettings:
    """The shipped rules, the first of them changed."""
    raw = shipped().model_dump()
    raw["rules"] = [{**raw["rules"][0], **changes}, *raw["rules"][1:]]
    return RemindSettings.model_validate(raw)


def record(key: str, state: str, when: str = DUE, **more) -> History:
    known = MailRecord(key, key.partition("/")[0], "KIM-2024-0001", "T-2024-0001", 1, state, at(when))
    return History(mails={key: known}, versions=known_version(), **more)


def known_version() -> dict[str, VersionRecord]:
    """What the ledger knows after a first run that saw the appointment in time."""
    fact = planned(tables(), "2024-10-20T07:00", History()).facts[0]
    return {fact.key: VersionRecord(1, str(fact.data["facts"]), fact.data["data"])}


@pytest.mark.parametrize(
    ("now", "keys"),
    [("2024-10-31T05:59", []), (DUE, [KEY]), ("2024-11-07T09:59", [KEY[:-1] + "2"]), ("2024-11-07T10:00", [])],
)
def test_a_reminder_is_due_from_its_moment_until_the_appointment_begins(now, keys):
    plan = planned(tables(), now)
    assert [mail.key for mail in to_clients(plan)] == keys
    assert plan.problems == ()


@pytest.mark.parametrize(
    ("state", "live", "again"),
    [
        ("queued", True, True),
        ("held", True, True),
        ("retry", True, True),
        ("test", True, True),  # what went to a folder was never sent
        ("test", False, False),
        ("sent", True, False),
        ("sending", True, False),
        ("unknown", True, False),
        ("failed", True, False),
        ("bounced", True, False),
        ("suppressed", True, False),
    ],
)
def test_a_mail_is_planned_as_long_as_it_has_not_left(state, live, again):
    plan = planned(tables(), history=record(KEY, state, live=live))
    assert [mail.key for mail in to_clients(plan)] == ([KEY] if again else [])


@pytest.mark.parametrize(("state", "calls"), [("failed", 1), ("bounced", 1), ("sent", 0)])
def test_somebody_calls_where_the_last_reminder_did_not_arrive(state, calls):
    reachable = tables(cases=(replace(CLIENT, phone="+49 2323 99"),))
    plan = planned(reachable, "2024-11-06T08:00", record(KEY[:-1] + "2", state, "2024-11-05T06:00", live=True))
    assert (len(plan.calls), to_clients(plan)) == (calls, [])


def test_a_reminder_that_came_back_is_a_call_the_same_day():
    reachable = tables(cases=(replace(CLIENT, phone="+49 2323 99"),))
    plan = planned(reachable, "2024-11-02T09:00", record(KEY, "bounced", "2024-11-02T08:00", live=True))
    assert [call.key for call in plan.calls] == [KEY]


@pytest.mark.parametrize(("result", "calls"), [("", [KEY]), ("missed", [KEY]), ("reached", [])])
def test_a_call_that_reached_nobody_stays_when_the_next_reminder_is_due(result, calls):
    reachable = tables(cases=(replace(CLIENT, phone="+49 2323 99"),))
    listed = Called(KEY, "A-1", CLIENT.number, VISIT.number, 1, "1", at("2024-11-03T09:00"), result=result)
    history = History(facts={("called", "x"): listed.plain()}, versions=known_version())
    plan = planned(reachable, "2024-11-05T09:00", history)
    assert len(to_clients(plan)) == 1  # it may get through by now
    assert [call.key for call in plan.calls] == calls


@pytest.mark.parametrize(
    ("history", "sentence"),
    [
        (History(adopting=True, bounced={digest("amal@example.org"): LONG_AGO}), "am 01.05.2024 zurück"),
        (History(adopting=True, objected={digest("amal@example.org"): LONG_AGO}), "widersprochen"),
        (History(adopting=True, objected={"KIM-2024-0001": LONG_AGO}), "widersprochen"),
    ],
)
def test_an_address_that_bounced_and_a_person_who_objected_get_nothing(history, sentence):
    assert to_clients(planned(tables(), history=history)) == []
    reasons = explain("appointment_reminder", "KIM-2024-0001", tables(), shipped(), at(DUE), history)
    assert sentence in reasons[0]


@pytest.mark.parametrize(
    "history",
    [
        History(adopting=True, bounced={digest("amal@example.org"): LONG_AGO}),
        History(adopting=True, objected={digest("amal@example.org"): LONG_AGO}),
        History(adopting=True, objected={"KIM-2024-0001": LONG_AGO}),
    ],
)
@pytest.mark.parametrize(("consent", "mails"), [(date(2024, 5, 1), 0), (date(2024, 5, 2), 1)])
def test_consent_of_a_later_local_day_lifts_both(history, consent, mails):
    agreeing = replace(CLIENT, consent_on=consent)
    assert len(to_clients(planned(tables(cases=(agreeing,)), history=history))) == mails


def test_another_address_is_not_the_one_that_bounced():
    history = History(adopting=True, bounced={digest("amal@example.org"): LONG_AGO})
    moved = replace(CLIENT, email="amal@example.net")
    assert len(to_clients(planned(tables(cases=(moved,)), history=history))) == 1


def test_a_mail_waits_for_the_number_that_it_quotes_and_for_no_other_edit():
    draft = replace(VISIT, row=RowKey("team", "appointments", "draft:1"))
    numbered = replace(VISIT, number="T-2", row=RowKey("team", "appointments", "T-2"))
    edited = {draft.row: {"number": "number/1"}, numbered.row: {"check_note": "note/2"}}
    found = tables(appointments=(draft, numbered), edited=edited)
    assert [mail.needs for mail in to_clients(planned(found))] == [("number/1",), ()]


def test_a_case_number_that_stands_twice_is_nobodys():
    assert to_clients(planned(tables(cases=(CLIENT, replace(CLIENT, email="other@example.org"))))) == []


def test_the_lead_hears_of_an_overdue_case_that_nobody_has():
    waiting = replace(CLIENT, manager=None, phase="new", first_contact_on=None, received=date(2024, 10, 24))
    lead = CaseManager(code="LE", email="lead@example.org", role="Teamleitung")
    plan = planned(tables(cases=(waiting,), appointments=(), team=(COLLEAGUE, lead)))
    assert [(mail.rule, mail.to) for mail in plan.mails] == [("first_contact_overdue", "lead@example.org")]


def test_the_leads_morning_mail_counts_what_waits_for_people():
    lead = CaseManager(code="LE", email="lead@example.org", role="Teamleitung")
    history = replace(
        record("other/1/1/0", "held"), facts={("inbox", "unread"): {"count": 2}}, versions={}, adopting=True
    )
    plan = planned(tables(appointments=(), team=(COLLEAGUE, lead)), history=history)
    (mail,) = plan.mails
    assert (mail.to, mail.rule) == ("lead@example.org", "staff_digest")
    assert mail.context["counts"] == [
        {"label": "Nachrichten, die jemand freigeben muss", "value": 1},
        {"label": "Antworten von Ratsuchenden, die zu lesen sind", "value": 2},
    ]


def test_the_leads_morning_mail_counts_calls_of_others_that_are_due_today():
    caller = replace(CLIENT, contact_way=ContactWay.PHONE, phone="+49232399")
    lead = CaseManager(code="LE", email="lead@example.org", role="Teamleitung")
    near = replace(VISIT, date=date(2024, 11, 4))
    plan = planned(tables(cases=(caller,), appointments=(near,), team=(COLLEAGUE, lead)))
    counts = {mail.to: mail.context["counts"] for mail in plan.mails if mail.rule == "staff_digest"}
    assert counts == {
        "berg@example.org": [{"label": "Anrufe zu erledigen", "value": 1}],
        "lead@example.org": [{"label": "Anrufe anderer, die heute fällig sind", "value": 1}],
    }


def test_who_chose_the_telephone_is_called_but_not_after_an_objection():
    caller = replace(CLIENT, contact_way=ContactWay.PHONE, phone="+49232399")
    near = tables(cases=(caller,), appointments=(replace(VISIT, date=date(2024, 11, 4)),))
    assert [call.phone for call in planned(near).calls] == ["+49 2323 99"]
    objected = History(adopting=True, objected={"KIM-2024-0001": LONG_AGO})
    assert planned(near, history=objected).calls == ()


def test_a_row_that_changed_just_now_is_not_in_the_morning_mail():
    today = replace(VISIT, date=date(2024, 10, 31))
    assert [mail.rule for mail in planned(tables(appointments=(today,)), history=History()).mails] == [
        "appointment_confirmation",
        "staff_digest",
    ]
    assert planned(tables(appointments=(today,), unsettled=frozenset({today.row})), history=History()).mails == ()


def test_whoever_has_an_appointment_is_at_work_whatever_the_usual_days_are():
    free_on_thursdays = replace(COLLEAGUE, working_days=frozenset({0, 1}))
    today = replace(VISIT, date=date(2024, 10, 31), time=time(6))
    found = planned(tables(appointments=(today,), team=(free_on_thursdays,)))
    assert [mail.rule for mail in found.mails] == ["staff_digest"]
    yesterday = replace(VISIT, date=date(2024, 10, 30))
    assert planned(tables(appointments=(yesterday,), team=(free_on_thursdays,))).mails == ()


def test_what_was_cancelled_from_the_start_is_not_remembered():
    cancelled = replace(VISIT, status=AppointmentStatus.CANCELLED)
    assert planned(tables(appointments=(cancelled,))).facts == ()
    assert len(planned(tables()).facts) == 1


def test_a_long_list_of_questions_is_cut_and_counted():
    past = [replace(VISIT, number=f"T-{n}", date=date(2024, 10, 1 + n)) for n in range(20)]
    plan = planned(tables(appointments=tuple(past)))
    (mail,) = plan.mails
    assert len(mail.context["questions"]) == 15
    assert (
        mail.context["questions"][0]
        == "Fall KIM-2024-0001: Hat der Termin vom 01.10.2024 stattgefunden? Bitte tragen Sie es ein."
    )
    assert mail.context["counts"] == [{"label": "Weitere Fragen in der Prüfliste", "value": 5}]


def test_without_a_lead_a_note_says_so():
    waiting = replace(CLIENT, phase="new", first_contact_on=None, received=date(2024, 10, 18))
    plan = planned(tables(cases=(waiting,), appointments=()))
    assert [(problem.code, problem.severity) for problem in plan.problems] == [("no_team_lead", "note")]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"when": "statuss == 1"}, "Es gibt kein Feld „statuss“."),
        ({"when": "((("}, "nicht lesbar"),
        ({"table": "team"}, "ratsuchenden Person"),
        ({"table": "cases", "when": ""}, "„date“ ist kein Datumsfeld"),
        ({"table": "cases", "when": "", "due": {"event": "booked"}}, "nur bei Terminen"),
        ({"due": {"every": "working_day"}}, "nur an das Team"),
        ({"name": "appointment_moved"}, "zweimal"),
    ],
)
def test_a_wrong_rule_is_a_problem_with_its_place_and_the_others_go_on(changes, part):
    plan = planned(tables(), "2024-11-07T07:00", History(), with_rule(**changes))
    (problem,) = plan.problems
    assert part in problem.message
    assert problem.advice
    assert (problem.tab, problem.who, problem.severity) == ("reminders.toml", "operator", "error")
    assert "staff_digest" in {mail.rule for mail in plan.mails}


def test_a_wrong_rule_is_found_at_its_line():
    settings = with_rule(when="statuss == 1").model_copy(update={"lines": {"rules.0": 17, "rules.0.when": 19}})
    (problem,) = planned(tables(), settings=settings).problems
    assert (problem.row, problem.field, problem.shown) == (19, "rules.0.when", "statuss == 1")


def test_all_rules_are_checked_without_planning_and_their_templates_with_them():
    found = rule_problems(with_rule(when="statuss == 1"), lambda stem: stem != "staff_digest")
    assert [(problem.key, problem.field) for problem in found] == [
        ("appointment_reminder", "rules.0.when"),
        ("staff_digest", "rules.4.template"),
    ]
    assert rule_problems(shipped(), lambda _: True) == ()


def test_an_unknown_land_is_one_problem():
    settings = shipped().model_copy(update={"site": SiteFacts(land="XX")})
    plan = planned(tables(), settings=settings)
    assert [(problem.tab, problem.severity) for problem in plan.problems] == [("site.toml", "error")]
    assert plan.mails == ()
    assert explain("appointment_reminder", "KIM-2024-0001", tables(), settings, at(DUE), History())


@pytest.mark.parametrize(
    ("kind", "words"),
    {
        "telephone": "Telefon|tel.|per Telefon|Telefontermin|Rückruf|Beratung telefonisch|fernmündlich|phone call",
        "video": "Video|Videotelefonat|Zoom|MS Teams|Onlineberatung|per Video|WhatsApp-Videoanruf|virtuell",
        "home_visit": "Hausbesuch|zu Hause|zuhause|aufsuchend|aufsuchende Beratung|home visit",
        "personal": "persönlich|vor Ort|Präsenz|im Büro|Beratung|persönlich (nicht telefonisch)|walk-in|Erstgespräch"
        "|1. Folgetermin|Einzelberatung|Home-Office|-|Wohnen|Asyl und Familie|Antrag",
        "other": "Signal|Teams-Chat|Spaziergang|Begleitung zum Amt|WhatsApp|Chat per Threema",
    }.items(),
)
def test_how_people_meet_is_understood_in_many_words(kind, words):
    for word in words.split("|"):
        [mail] = to_clients(planned(tables(appointments=(replace(VISIT, kind=word),))))
        assert (word, mail.context["kind"]) == (word, kind)
        assert bool(mail.context["bring"]) == (kind == "personal")


def test_a_word_that_nobody_knows_names_no_place_where_the_row_has_none_of_the_teams():
    for place in (None, "Hotel am Markt"):
        [mail] = to_clients(planned(tables(appointments=(replace(VISIT, kind="Hotel", place=place),))))
        assert (mail.context["kind"], mail.context["place"], list(mail.context["bring"])) == ("other", "", [])


def test_a_length_that_nobody_can_read_is_told_nobody():
    unread = replace(VISIT, duration=None, bad=frozenset({"duration"}))
    [mail] = to_clients(planned(tables(appointments=(unread,))))
    assert (mail.context["duration"], mail.context["until"]) == (0, "")
    assert mail.calendar is not None
    assert mail.calendar.minutes == 60


def test_how_people_meet_may_stand_where_the_place_belongs():
    [mail] = to_clients(planned(tables(appointments=(replace(VISIT, place="telefonisch"),))))
    assert (mail.context["kind"], list(mail.context["bring"])) == ("telephone", [])
    hall = Location(name="Videothek Mitte", neutral_name="Videothek", address="Weg 2")
    rows = tables(appointments=(replace(VISIT, place="Videothek Mitte"),), locations=(OFFICE, hall))
    assert to_clients(planned(rows))[0].context["kind"] == "personal"
    # Of a place that stands nowhere else the words must not be guessed at: people come there.
    [mail] = to_clients(planned(tables(appointments=(replace(VISIT, kind=None, place="Refugee home"),))))
    assert mail.context["kind"] == "personal"


def test_the_number_of_a_protected_place_is_given_by_nobody():
    refuge = Location(name="Refuge", protected=True, phone="+4923239876543")
    for visit, told in (
        (VISIT, replace(COLLEAGUE, phone="02323 9876543")),
        (replace(VISIT, place="Refuge"), replace(COLLEAGUE, phone="+4923239876543")),
        (replace(VISIT, place="Refuge"), replace(COLLEAGUE, phone=None)),
    ):
        rows = tables(appointments=(visit,), team=(told,), locations=(OFFICE, refuge))
        [mail] = to_clients(planned(rows))
        assert not mail.context["phone"]
    # A switchboard stands at each place, and a place of which nobody said yet whether it is protected counts as such.
    service = shipped().model_copy(update={"site": SiteFacts(phone="02323 9876543")})
    [mail] = to_clients(planned(tables(locations=(OFFICE, refuge)), settings=service))
    assert mail.context["office_phone"] == "02323 9876543"
    switchboard = replace(COLLEAGUE, phone="02323 9876543")
    [mail] = to_clients(
        planned(tables(team=(switchboard,), locations=(replace(OFFICE, phone="02323 9876543"), refuge)))
    )
    assert mail.context["phone"]


def test_an_address_as_recipient_and_a_condition_over_related_rows():
    rule = {"recipient": "team@example.org", "when": 'case.phase == "support" and place.protected == false'}
    assert "team@example.org" in [mail.to for mail in planned(tables(), settings=with_rule(**rule)).mails]
    closed = tables(cases=(replace(CLIENT, phase="closed"),))
    assert planned(closed, settings=with_rule(**rule)).mails == ()


def test_a_rule_that_does_not_ask_for_the_status_waits_too_while_it_cannot_be_read():
    rule = with_rule(when="not is_blank(date)")
    slip = replace(VISIT, status=None, bad=frozenset({"status"}))
    assert [mail.key for mail in planned(tables(), settings=rule).mails] == [KEY]
    assert [mail.rule for mail in planned(tables(appointments=(slip,)), settings=rule).mails] == ["staff_digest"]


@pytest.mark.parametrize("bad", [frozenset(), frozenset({"phase"})])
def test_what_a_rule_does_where_a_cell_of_the_case_is_blank_is_not_done_where_it_cannot_be_read(bad):
    case = replace(CLIENT, phase=None, bad=bad)
    mails = planned(tables(cases=(case,)), settings=with_rule(when="is_blank(case.phase)")).mails
    assert [mail.key for mail in mails] == ([] if bad else [KEY])


@pytest.mark.parametrize(
    ("rule", "case", "now", "parts"),
    [
        ("appointment_reminder", "KIM-2024-0001", "2024-10-30T07:00", ["am 31.10.2024 06:00", "am 05.11.2024 06:00"]),
        ("appointment_reminder", "KIM-2024-0001", DUE, ["Fällig: Der Termin ist am 07.11.2024, 10:00", "Fällig am"]),
        ("appointment_reminder", "KIM-2024-0001", "2024-11-05T07:00", ["nützt nicht mehr", "Fällig: "]),
        ("appointment_reminder", "KIM-2024-0001", "2024-11-07T12:00", ["hat begonnen"]),
        ("appointment_confirmation", "KIM-2024-0001", DUE, ["eine Bestätigung ist nicht nötig"]),
        ("appointment_moved", "KIM-2024-0001", DUE, ["so, wie die Person sie kennt"]),
        ("appointment_cancelled", "KIM-2024-0001", DUE, ["so, wie die Person sie kennt"]),
        ("first_contact_overdue", "KIM-2024-0001", DUE, ["trifft nicht zu: is_blank(first_contact_on)"]),
        ("staff_digest", "AB", "2024-11-07T07:00", ["Fällig: Die Nachricht an jedem Arbeitsmorgen."]),
        ("staff_digest", "AB", "2024-11-07T05:00", ["Fällig am 07.11.2024 06:00 Uhr."]),
        ("staff_digest", "AB", DUE, ["nichts zu melden"]),
        ("staff_digest", "AB", "2024-11-01T07:00", ["kein Arbeitstag"]),
        ("appointment_remindre", "KIM-2024-0001", DUE, ["Es gibt keine Regel „appointment_remindre“."]),
        ("appointment_reminder", "KIM-9", DUE, ["keine Zeile"]),
    ],
)  # fmt: skip
def test_explain_says_why_a_message_is_due_or_not(rule, case, now, parts):
    found = explain(rule, case, tables(), shipped(), at(now), History(adopting=True))
    assert len(found) == len(parts)
    assert all(part in sentence for part, sentence in zip(parts, found, strict=True)), found


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"status": AppointmentStatus.POSTPONED}, "kein neues Datum"),
        ({"status": AppointmentStatus.ATTENDED}, "steht nicht mehr an (Status „wahrgenommen“)"),
        ({"status": AppointmentStatus.CANCELLED}, "steht nicht mehr an"),
        ({"usable": False}, "nicht verwendbar"),
        ({"time": None}, "kein lesbares Datum"),
        ({"date": None}, "kein lesbares Datum"),
        ({"number": None}, "noch keine Nummer"),
    ],
)
def test_explain_names_what_is_wrong_with_the_row(changes, part):
    words = {("appointments", "status", "attended"): "wahrgenommen"}
    found = tables(appointments=(replace(VISIT, **changes),), words=words)
    (sentence,) = explain("appointment_reminder", "KIM-2024-0001", found, shipped(), at(DUE), History())
    assert part in sentence


def test_explain_leaves_past_appointments_out_where_one_is_to_come():
    past = replace(VISIT, number="T-0", date=date(2024, 1, 1))
    both = explain(
        "appointment_reminder", "KIM-2024-0001", tables(appointments=(past, VISIT)), shipped(), at(DUE), History()
    )
    assert all(sentence.startswith("T-2024-0001") for sentence in both)
    (only,) = explain(
        "appointment_reminder", "KIM-2024-0001", tables(appointments=(past,)), shipped(), at(DUE), History()
    )
    assert only == "T-0: Der Termin am 01.01.2024 hat begonnen oder ist vorbei."


def test_explain_a_row_that_changed_just_now_and_a_mail_that_was_sent():
    young = tables(unsettled=frozenset({VISIT.row}))
    (sentence,) = explain("appointment_reminder", "KIM-2024-0001", young, shipped(), at(DUE), History())
    assert "30 Minuten" in sentence
    sent = record(KEY, "sent")
    first, _ = explain("appointment_reminder", "KIM-2024-0001", tables(), shipped(), at("2024-10-31T12:30"), sent)
    assert "seit 31.10.2024 07:00 erledigt (Stand: gesendet)" in first


def test_a_calendar_entry_is_known_by_the_same_name_for_ever_and_at_one_site_only():
    known = calendar_uid("T-1", "KIM Herne <termine@herne.example>")
    assert known == calendar_uid("T-1", "termine@Herne.example")
    assert known.endswith("@herne.example")
    assert "T-1" not in known
    assert len({known, calendar_uid("T-2", "termine@herne.example"), calendar_uid("T-1", "")}) == 3


def test_planning_twice_gives_the_same():
    assert planned(tables()) == planned(tables())


def test_nothing_at_all_is_no_trouble():
    assert planned(Snapshot()) == Plan("remind")


def test_who_has_kept_the_workbook_open_for_a_working_day_is_asked_to_close_it():
    since = at("2024-10-30T09:00")
    held = {"since": since.isoformat(), "holder": "Bela Beispiel, pc-17"}
    history = History(adopting=True, facts={("busy", "team"): held})
    named = replace(COLLEAGUE, name="Bela Beispiel")
    digest = next(mail for mail in planned(tables(team=(named,)), history=history).mails if mail.rule == "staff_digest")
    assert "Bela Beispiel" in digest.context["questions"][0]
    today = {("busy", "team"): {**held, "since": at(DUE).isoformat()}}
    mails = planned(tables(team=(named,)), history=replace(history, facts=today)).mails
    assert not any("geöffnet" in str(mail.context.get("questions")) for mail in mails)
