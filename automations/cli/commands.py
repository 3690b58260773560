"""Commands of a few lines each: they read the clock once, work, print, and return their status."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import structs

from automations.cli.advice import StoppedError
from automations.cli.exit_status import ATTENTION, DONE, REFUSED, STATUSES, UsageError, refuse_beside, was_typed
from automations.cli.language import language_of
from automations.cli.laying_down import lay_down, refuse_over
from automations.cli.names import called_rules, known_case
from automations.cli.opening import opened, planned
from automations.cli.output import Output
from automations.cli.printed import print_stop
from automations.cli.printed_story import story_lines
from automations.cli.runs import print_result, result_document
from automations.common.texts import texts
from automations.config.loading import load_site
from automations.engine.outcomes import Blind, Guarded, Prepared, Refused
from automations.engine.parts import World, make_renderer, make_replies, open_world
from automations.engine.runner import plan as plan_run
from automations.engine.site_secrets import secret_of
from automations.engine.snapshots import look, remembered
from automations.jobs.assigning.alternatives import alternatives
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.figures.disclosure import UNPROVEN, provable
from automations.jobs.summarise import export_comparison, export_report
from automations.jobs.tabs.settings import SummariseSettings
from automations.messages.preview import preview as preview_page
from automations.messages.reply_tokens import ReplyTokens
from automations.messages.samples import samples
from automations.model.problems import Problem
from automations.tables.setting_rows import CLIENT_LANGUAGES
from automations.workbooks.xlsx.one_cell import set_cell


def demo(arguments: Namespace) -> int:
    """`kim demo`: a complete site, adopted the day before, then run once."""
    language = language_of(arguments.folder)  # of a site that is there already
    try:
        from automations.setup.demo.story import demonstrate
    except ImportError as error:
        sentence = "For the demonstration a part of kim is not installed: pip install 'kim-automations[demo]'"
        raise UsageError(texts(language).say(sentence)) from error

    output, say = Output(arguments.json), texts("de")
    at = arguments.at or datetime.fromisoformat("2024-10-31T07:00")
    at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo("Europe/Berlin"))
    with output.progress(say.say("Making a demonstration site …")):
        shown = demonstrate(arguments.folder, cases=arguments.cases, seed=arguments.seed, at=at, language=language)
    with open_world(shown.site, at) as world:
        output.document(lambda: result_document(world, shown.result))
        output.line(say.say("A demonstration team with {n} cases, on the morning of {day}:", n=arguments.cases,
                            day=f"{at:%d.%m.%Y}"), "bold")  # fmt: skip
        print_result(output, shown.result, say)
    output.line()
    output.line(say.say("Look at:"), "bold")
    for path, text in shown.files:
        output.line(f"  {path}  {say.say(text)}")
    # Without a day of its own a command takes today's, by which the demonstration has slept for years.
    look_on = f"kim --site {arguments.folder} plan --at {at + timedelta(days=4):%Y-%m-%dT%H:%M}"
    sentence = "The demonstration stays on that day. What would happen some days later: {command}"
    output.line(say.say(sentence, command=look_on))
    return STATUSES[shown.result.outcome]


def explain(arguments: Namespace) -> int:
    """`kim explain FALL-NR`: everything that kim ever did about a case, and why."""
    output = Output(arguments.json)
    with opened(arguments) as (world, clock, say):
        seen = look(world.site, world.ledger, world.workbooks, clock())
        if isinstance(seen, Blind):
            raise StoppedError(seen)
        keys = known_case(world, seen.snapshot, arguments.case, say)
        story = world.ledger.story(arguments.case, keys, say.language, called_rules(world, seen.snapshot))
        settings = world.site.settings(AssignSettings, "assign_cases")
        # What a guard refuses is the tables; what kim did is in the ledger all the same.
        history = seen.history if isinstance(seen, Guarded) else remembered(world.site, world.ledger)
        others = alternatives(arguments.case, seen.snapshot, settings, clock(), history)
        shown = [structs.replace(one, points=one.points if arguments.points else "") for one in others]
        refused = [Problem("refused", seen.sentence)] if isinstance(seen, Refused) else []
        told = {"case": arguments.case, "story": story, "alternatives": shown, "problems": refused}
        output.document(told, REFUSED if refused else DONE)
        zone = world.site.facts.time_zone
        for at, text in story_lines(story, keys, seen.snapshot, say):
            output.line(f"{at.astimezone(zone):%d.%m.%Y %H:%M}  {text}")
        if not story:
            output.line(say.say("kim has done nothing about {case} yet.", case=arguments.case))
        rows = [(one.name or one.code, one.text, *([one.points] if arguments.points else [])) for one in shown]
        headings = [say.say("Colleague"), say.say("What would be"), *([say.say("Points")] if arguments.points else [])]
        output.table(headings, rows, say.say("Who could take the case today"))
        if isinstance(seen, Refused):
            print_stop(output, seen)
            return REFUSED
        return DONE


def preview(arguments: Namespace) -> int:
    """`kim preview`: one HTML page with every message in every language."""
    output = Output(arguments.json)
    site = load_site(arguments.site)
    replies, say = make_replies(site), site.facts.texts
    note = (
        ""
        if replies
        else say.say(
            "Without a mailbox for answers ([mail.inbox] in site.toml) mails carry no buttons, but a phone number."
        )
    )
    # Without a mailbox the buttons are shown with a key that signs nothing real: people judge the words.
    shown = replies or ReplyTokens((b"preview",), "antwort@example.org")
    renderer = make_renderer(site, shown)
    page = preview_page(renderer, CLIENT_LANGUAGES, samples(renderer.templates.own_stems()), note)
    lay_down(arguments.out, page.encode(), say)
    output.document({"file": str(arguments.out)})
    output.line(say.say("Every message in every language: {file}", file=arguments.out))
    return DONE


def report(arguments: Namespace) -> int:
    """`kim report`: the figures for the Land as a clean CSV file of their own."""
    output = Output(arguments.json)
    with opened(arguments) as (world, clock, say):
        is_compared = arguments.edition == "comparison"
        refuse_beside(is_compared and was_typed(arguments, "--out"), "--out", "--edition comparison", say)
        # One job alone, as only the guarded tables are wanted; all others would plan for nobody.
        prepared = planned(plan_run(world, clock, ("number_rows",)))
        settings = world.site.settings(SummariseSettings, "summarise")
        if is_compared:
            return give_comparison(world, prepared, clock(), output)
        text, facts = export_report(prepared.snapshot, settings, clock(), prepared.history, arguments.edition)
        # Excel knows UTF-8 by its mark only.
        lay_down(arguments.out, text.encode("utf-8-sig"), say, private=arguments.edition == "exact")
        world.ledger.remember(facts, clock())  # what was published once is published the same way again
        output.document({"file": str(arguments.out), "edition": arguments.edition, "lines": len(text.splitlines()) - 1})
        if arguments.edition == "published" and not provable():
            output.line(say.say(UNPROVEN), "bold")
            return ATTENTION
        if len(text.splitlines()) == 1:
            note = "There are no figures of a finished half-year yet: {file} holds nothing but headings."
            output.line(say.say(note, file=arguments.out))
        elif arguments.edition == "exact":
            output.line(say.say("The exact figures are in {file}. They are confidential.", file=arguments.out), "bold")
        else:
            output.line(say.say("The figures for publication are in {file}.", file=arguments.out))
        return DONE


def cell(arguments: Namespace) -> int:
    """`kim cell FILE TAB!REF VALUE`: one cell, nothing else."""
    output = Output(arguments.json)
    refuse_over(arguments.out, texts(language_of(arguments.site)), but=b"PK")
    message = set_cell(arguments.file, arguments.ref, arguments.value, arguments.out)
    output.document({"outcome": "done", "file": str(arguments.out or arguments.file), "message": message})
    output.line(message)
    return DONE


def give_comparison(world: World, prepared: Prepared, now: datetime, output: Output) -> int:
    """Print it; what is given once is remembered, so that it never changes."""
    settings = world.site.settings(SummariseSettings, "summarise")
    secret = secret_of(world.site.state / "comparison.key")
    halves, facts = export_comparison(prepared.snapshot, settings, now, prepared.history, secret)
    world.ledger.remember(facts, now)
    output.document({"edition": "comparison", "halves": [half.plain() for half in halves]})
    say = world.site.facts.texts
    for half in halves:
        output.table([say.say("Figure"), say.say("Count")], half.rows(say), half.half)
    output.line(say.say("This is all that other towns get. Each count has its own noise of at most 5; zeros stay."))
    return DONE
