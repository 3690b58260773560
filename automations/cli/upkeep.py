"""Commands that look after what kim did: taking back, holding, erasing, backing up."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from automations.cli.advice import StoppedError
from automations.cli.clock import make_clock
from automations.cli.exit_status import ATTENTION, DONE, UsageError, refuse_beside, refuse_without
from automations.cli.language import language_of
from automations.cli.opening import opened
from automations.cli.output import Output
from automations.cli.reports import unwritten, unwritten_problems
from automations.cli.status import emptied
from automations.common.texts import Texts, texts
from automations.config.loading import load_site
from automations.engine.outcomes import Refused
from automations.engine.parts import ledger_url, new_reply_key
from automations.engine.questions import STOP
from automations.engine.rebalance import Proposed, propose_moves
from automations.engine.undo import Undone
from automations.engine.undo import undo as undo_run
from automations.jobs.assigning.rebalancing import Standing
from automations.ledger.book import restore_ledger
from automations.ledger.packing import backups
from automations.model.fact_kinds.questions import Acted
from automations.model.plan import EditGroup
from automations.model.problems import Problem
from automations.model.records import Answer

_NAMED = 10  # rows named at most


def rebalance(arguments: Namespace) -> int:
    """`kim rebalance`: proposes moves after a departure or for evenness, as a question."""
    output = Output(arguments.json)
    with opened(arguments) as (world, clock, say):
        proposed = propose_moves(world, clock)
        if not isinstance(proposed, Proposed):
            raise StoppedError(proposed)
        ended = unwritten(proposed.applied)
        asked = proposed.asked and not ended
        problems = unwritten_problems(proposed.applied, say)
        output.document({"asked": asked, "moves": proposed.moves, "problems": problems}, ended)
        rows = [(move.case, move.giver, move.taker, move.why) for move in proposed.moves]
        headings = [say.say("Case"), say.say("from"), say.say("to"), say.say("Why")]
        output.table(headings, rows, say.count("{n} move", "{n} moves", len(rows)))
        if not rows:
            output.line(say.say("The load is as even as the team wishes; there is nothing to move."))
        elif asked:
            output.line(say.say("The question stands in the tab of decisions; cases move in the run after a yes."))
        elif not proposed.asked:
            output.line(_why_not(proposed.earlier, say))
        for problem in problems:
            output.line(f"{problem.message} {problem.advice}".rstrip(), "red")
        return ended


def _why_not(earlier: Standing | None, say: Texts) -> str:
    """Why nothing was asked about moves that there are."""
    if earlier is None:
        return say.say("There is no tab of decisions in which kim could ask.")
    if earlier.refused:
        return say.say(
            "These moves were answered with no ({number}). Whoever wants them now changes that answer to “yes”.",
            number=earlier.number,
        )
    return say.say("The question {number} is there already and waits for its answer.", number=earlier.number)


def undo(arguments: Namespace) -> int:
    """`kim undo RUN`: takes a run's cell changes back where nobody changed them since."""
    output = Output(arguments.json)
    with opened(arguments) as (world, clock, say):
        _known_run(arguments.run, [record.run for record in world.ledger.runs(1000)], say)
        undone = undo_run(world, arguments.run, clock)
        if isinstance(undone, Refused):
            raise StoppedError(undone)
        kept = () if undone.applied.busy else undone.kept  # of a workbook that is open nothing was looked at
        problems = [*unwritten_problems(undone.applied, say), *_kept(kept, say), *_forgotten(undone, say)]
        ended = unwritten(undone.applied) or (ATTENTION if problems else DONE)
        parts = {
            "back": undone.back, "already": undone.already, "kept": undone.kept, "added": undone.added,
            "problems": problems,
        }  # fmt: skip
        output.document({"run": undone.run, **parts}, ended)
        output.line(say.count("{n} change was taken back.", "{n} changes were taken back.", len(undone.back)))
        if undone.already:
            n = len(undone.already)
            output.line(say.count("{n} change was taken back before.", "{n} changes were taken back before.", n))
        for line in _added(undone.added, say):
            output.line(line)
        for problem in problems:
            output.line(f"{problem.message} {problem.advice}".rstrip(), "" if problem.code == "kept" else "red")
        return ended


def _added(groups: Sequence[EditGroup], say: Texts) -> Iterator[str]:
    """Rows that stay: no problem, but nobody should believe that they were taken back."""
    if groups:
        keys = ", ".join(group.row.key for group in groups[:_NAMED])
        yield say.count(
            "{n} row that the run added stays, as kim deletes no rows: {keys}",
            "{n} rows that the run added stay, as kim deletes no rows: {keys}",
            len(groups), keys=keys + (" …" if len(groups) > _NAMED else ""),
        )  # fmt: skip


def _kept(groups: Sequence[EditGroup], say: Texts) -> Iterator[Problem]:
    for group in groups:
        sentence = "Kept, as it was changed since or is gone: {key} ({why})"
        yield Problem("kept", say.say(sentence, key=group.row.key, why=group.why), key=group.row.key)


def _forgotten(undone: Undone, say: Texts) -> Iterator[Problem]:
    """A run that had changes to make and of which none is kept."""
    if undone.forgotten:
        sentence = (
            "Of this run's changes none is kept: they are older than the retention, or were not written."
            " Nothing can be taken back."
        )
        yield Problem("forgotten", say.say(sentence))


def hold(arguments: Namespace) -> int:
    """`kim hold`: stops all mail until `kim release`."""
    output = Output(arguments.json)
    with opened(arguments) as (world, clock, say):
        world.ledger.set_hold(on=True, now=clock())
        output.document({"hold": True})
        output.line(say.say("No mail leaves until “kim release”."))
        return DONE


def release(arguments: Namespace) -> int:
    """`kim release RUN`: lets the held mails of a run go; without RUN, ends `kim hold`."""
    output = Output(arguments.json)
    with opened(arguments) as (world, clock, say):
        if not arguments.run:
            world.ledger.set_hold(on=False, now=clock())
            said = world.ledger.fact(Acted, STOP)
            # The next run would read that answer and stop all mail again.
            stale = said is not None and said.answer == Answer.YES.value
            sentence = "In the tab of decisions mails are still stopped (yes): please have that answer changed."
            output.document({"hold": False, "problems": [Problem("stop_answered", say.say(sentence))] if stale else []})
            output.line(say.say("Mail may leave again."))
            if stale:
                output.line(say.say(sentence))
            return DONE
        held = sorted({item.run for item in world.ledger.mails("held")})
        # A mistyped run would release nothing, and look like success.
        _known_run(arguments.run, [*(record.run for record in world.ledger.runs(1000)), *held], say)
        released = world.ledger.release(arguments.run, clock())
        output.document({"released": released}, DONE if released else ATTENTION)
        output.line(say.count("{n} mail leaves with the next run.", "{n} mails leave with the next run.", released))
        if not released:
            output.line(say.say("Runs with held mails: {runs}", runs=", ".join(held) or "–"))
        return DONE if released else ATTENTION


def ledger(arguments: Namespace) -> int:
    """`kim ledger check|backup|restore|new-key`: the ledger's health, a copy of it, a copy put back; a
    new key for the buttons in mails."""
    output = Output(arguments.json)
    say = texts(language_of(arguments.site))
    if arguments.action in {"check", "new-key"}:
        # Whoever names a backup would take the health of the ledger for that of the backup.
        refuse_beside(arguments.file, "FILE", arguments.action, say)
    refuse_without(arguments.moved and arguments.action != "restore", "--moved", "restore", say)
    if arguments.action == "new-key":
        refuse_beside(arguments.at, "--at", "new-key", say)
        return _new_key(arguments, output)
    if arguments.action == "restore":
        return _restore(arguments, output)
    with opened(arguments) as (world, clock, say):
        if arguments.action == "check":
            lost = emptied(world.site.state, say) if world.ledger.is_fresh else ""
            broken = (*world.ledger.check(), *([lost] if lost else []))
            output.document({"broken": broken}, ATTENTION if broken else DONE)
            for line in broken:
                output.line(line, "red")
            if not broken:
                output.line(say.say("The ledger is in order."))
            return ATTENTION if broken else DONE
        file = arguments.file or world.site.state / "backups" / f"ledger-{clock():%Y%m%d-%H%M%S}.sqlite"
        world.ledger.backup(file, clock())
        output.line(say.say("The ledger was copied to {file}.", file=file))
        output.document({"file": str(file)})
        return DONE


def _new_key(arguments: Namespace, output: Output) -> int:
    site = load_site(Path(arguments.site))
    kept = len(new_reply_key(site)) - 1
    say = site.facts.texts
    output.line(
        say.count(
            "Mails are signed with a new key; answers to mails with the {n} key before it still count.",
            "Mails are signed with a new key; answers to mails with the {n} keys before it still count.",
            kept,
        )
    )
    output.document({"older_keys": kept})
    return DONE


def _restore(arguments: Namespace, output: Output) -> int:
    """Works without opening the ledger first: it may be damaged, or not there any more."""
    site = load_site(Path(arguments.site))
    say, now = site.facts.texts, make_clock(site, arguments.at)()
    file = arguments.file or _newest_backup(site.state / "backups", say)
    # After it all mail is on hold: what left since the backup was made, the restored ledger does not know.
    aside, whole = restore_ledger(ledger_url(site), file, now=now, moved=arguments.moved)
    output.line(say.say("The ledger is as it was in {file}. All mail is on hold; look at “kim status”, then"
                        " “kim release”.", file=file))  # fmt: skip
    if aside:
        output.line(say.say("The damaged ledger was kept as {file}.", file=aside))
    if not whole:
        output.line(say.say("This backup is older than two days and has no story: “kim explain” tells only what happens"
                            " from now on. The newest two backups have it."))  # fmt: skip
    output.document({"file": str(file), "whole": whole})
    return DONE


def _known_run(run: str, known: list[str], say: Texts) -> None:
    if run not in known:
        newest = known[0] if known else "–"
        raise UsageError(say.say("There is no run {run}; the newest is {newest}.", run=run, newest=newest))


def _newest_backup(folder: Path, say: Texts) -> Path:
    found = backups(folder)
    if not found:
        raise UsageError(say.say("There is no backup in {folder}; please name a file.", folder=folder))
    return found[-1]
