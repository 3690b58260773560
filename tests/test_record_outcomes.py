"""What the ledger knows is shown in the appointments; staff's own status stands."""

from datetime import UTC, date, datetime, time

from automations.history import History, MailRecord, Reply, VersionRecord
from automations.jobs.record_outcomes import RecordOutcomes, RecordOutcomesSettings
from automations.records import Appointment, AppointmentStatus
from tests.builders import NOW, snapshot

SENT = datetime(2024, 10, 30, 8, 0, tzinfo=UTC)


def appointment(status=AppointmentStatus.PLANNED):
    return Appointment(number="T-1", case="K-1", date=date(2024, 11, 4), time=time(10), status=status)


def plan(item, history):
    return RecordOutcomes().plan(snapshot(appointments=[item]), RecordOutcomesSettings(), NOW, history)


def edits(planned):
    return {edit.field: edit.new for group in planned.groups for edit in group.edits}


def mail(state):
    return {"r/T-1/1/5": MailRecord("r/T-1/1/5", "r", "K-1", "T-1", 1, state, SENT)}


def answered(action, version=1):
    reply = Reply("T-1", "K-1", version, action, SENT)
    return History(replies={"T-1": (reply,)}, versions={"T-1": VersionRecord(1, "f", {}, True)})


def test_a_sent_reminder_is_shown_with_its_day():
    assert edits(plan(appointment(), History(mails=mail("sent")))) == {"reminded_on": date(2024, 10, 30)}


def test_mails_to_a_folder_leave_the_cell_blank():
    assert edits(plan(appointment(), History(mails=mail("test")))) == {}


def test_a_confirmation_is_shown_and_sets_the_status():
    assert edits(plan(appointment(), answered("confirm"))) == {
        "answer": "bestätigt 30.10.2024",
        "status": AppointmentStatus.CONFIRMED,
    }


def test_an_answer_to_an_older_version_is_shown_but_changes_no_status():
    assert "status" not in edits(plan(appointment(), answered("cancel", version=0)))


def test_what_staff_entered_stands_and_the_contradiction_is_shown():
    planned = plan(appointment(AppointmentStatus.ATTENDED), answered("cancel"))
    assert "status" not in edits(planned)
    assert [problem.code for problem in planned.problems] == ["reply_contradicts"]
