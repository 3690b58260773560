"""Whether a message about an appointment says all that its reader needs: who, where, and whom to ask. Pure."""

from __future__ import annotations

from automations.common.texts import Texts
from automations.model.plan import Mail
from automations.model.problems import Problem
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot


def missing(mail: Mail) -> tuple[str, ...]:
    """What a client's mail about an appointment does not say: "who", "where", "phone". A protected place is left out
    on purpose, and a call or a video meeting has none."""
    told = mail.context
    if mail.audience != "client" or not mail.subject_key or "date" not in told:
        return ()
    where = (
        told.get("place") or told.get("address") or told.get("protected") or told.get("kind", "personal") != "personal"
    )
    # A text message names neither place nor person: it may be read on a locked screen.
    if mail.channel == "sms":
        return () if told.get("phone") or told.get("office_phone") else ("phone",)
    known = {"who": told.get("case_manager"), "where": where, "phone": told.get("phone") or told.get("office_phone")}
    return tuple(name for name, value in known.items() if not value)


def incomplete(mail: Mail, lacks: tuple[str, ...], snapshot: Snapshot, words: Texts) -> Problem:
    """What is to be filled in, at the row of the appointment."""
    names = {
        "who": words.say("who holds the appointment"),
        "where": words.say("where it takes place"),
        "phone": words.say("a phone number to ask"),
    }
    visit = next((one for one in snapshot.appointments if one.number == mail.subject_key), None)
    layout = snapshot.layouts.get("appointments")
    return Problem(
        code="mail_incomplete",
        message=words.say("The message about this appointment lacks: {what}", what=", ".join(names[n] for n in lacks)),
        advice=words.say(
            "Please fill in the row; the phone number stands with the colleague, the place, or as “phone” in site.toml."
        ),
        workbook=visit.row.workbook if visit else "",
        table="appointments",
        tab=layout.tab if layout else "",
        row=visit.line if visit else None,
        field="manager" if "who" in lacks else "place" if "where" in lacks else "",
        key=mail.subject_key,
        who=visit.manager or "lead" if visit else "lead",
    )


def no_number(snapshot: Snapshot, facts: SiteFacts, words: Texts) -> tuple[Problem, ...]:
    """That mails will have no phone number: the service has none, and neither have some colleagues."""
    without = [person.code or person.name or "" for person in snapshot.team if person.active and not person.phone]
    if facts.phone or not without:
        return ()
    return (
        Problem(
            code="no_phone",
            message=words.say(
                "There is no phone number to ask in mails about appointments of {names}.", names=", ".join(without[:9])
            ),
            advice=words.say("Please enter “phone” in site.toml, or the numbers in the table of the team."),
            table="team",
            tab=layout.tab if (layout := snapshot.layouts.get("team")) else "",
            field="phone",
            who="operator",
        ),
    )
