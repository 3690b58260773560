"""A job that crashes leaves the others alone, and its message tells nothing of what stands in a row."""

from types import SimpleNamespace

from automations.engine.planner import Planner
from automations.jobs.protocol import READS_NOTHING
from automations.model.history import History
from automations.model.plan import Plan
from automations.model.problems import Problem
from automations.model.settings import SiteFacts
from automations.model.tabdoc import TabDoc
from tests.support.builders import NOW, snapshot


class Broken:
    name = "broken"
    reads = READS_NOTHING

    def plan(self, snapshot, settings, now, history):
        raise KeyError("Erika Beispiel")


class Sound:
    name = "sound"
    reads = READS_NOTHING

    def plan(self, snapshot, settings, now, history):
        return Plan(self.name, problems=(Problem("seen", "…"),))


class Teller:
    """A job whose tab is made of what others found."""

    name = "teller"

    def __init__(self, *others):
        self.reads = {"problems": others}

    def plan(self, snapshot, settings, now, history):
        tabs = (TabDoc("problems", "Prüfliste", "team", ()), TabDoc("log", "Laufprotokoll", "team", ()))
        return Plan(self.name, tabs=tabs)


def planner_of(*names):
    schedule = SimpleNamespace(job_timeout_minutes=5)
    site = SimpleNamespace(facts=SiteFacts(), file=SimpleNamespace(schedule=schedule), jobs=dict.fromkeys(names, 0))
    return Planner(site, snapshot(), History(), NOW, "R")


def test_a_tab_made_of_the_findings_of_a_job_that_crashed_is_left_as_it_stands():
    planner = planner_of("broken", "teller")
    planner.plan(Broken())
    planner.plan(Teller("broken"))
    assert [tab.id for tab in planner.tabs] == ["log"]


def test_a_job_that_is_not_to_run_gives_its_findings_and_nothing_else():
    planner = planner_of("sound", "teller")
    planner.overhear(Sound())
    planner.plan(Teller("sound"))
    assert [problem.code for problem in planner.problems()] == ["seen"]
    assert [tab.id for tab in planner.tabs] == ["problems", "log"]
    assert set(planner.outcomes) == {"teller"}


def test_a_crash_is_a_problem_without_personal_content_and_the_next_job_runs():
    schedule = SimpleNamespace(job_timeout_minutes=5)
    site = SimpleNamespace(facts=SiteFacts(), file=SimpleNamespace(schedule=schedule), jobs={"broken": 0, "sound": 0})
    planner = Planner(site, snapshot(), History(), NOW, "R")
    planner.plan(Broken())
    planner.plan(Sound())
    assert [problem.code for problem in planner.problems()] == ["job_failed", "seen"]
    failed = planner.problems()[0].message
    assert "broken" in failed
    assert "(test_planner.py, " in failed
    assert "KeyError" not in failed
    assert "Erika" not in failed
    assert planner.record().outcome == "attention"
    assert {name: outcome.outcome for name, outcome in planner.outcomes.items()} == {
        "broken": "failed",
        "sound": "done",
    }
