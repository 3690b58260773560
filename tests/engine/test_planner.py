"""A job that crashes leaves the others alone, and its message tells nothing of what stands in a row."""

from types import SimpleNamespace

from automations.engine.planner import Planner
from automations.model.history import History
from automations.model.plan import Plan
from automations.model.problems import Problem
from automations.model.settings import SiteFacts
from tests.support.builders import NOW, snapshot


class Broken:
    name = "broken"

    def plan(self, snapshot, settings, now, history):
        raise KeyError("Erika Beispiel")


class Sound:
    name = "sound"

    def plan(self, snapshot, settings, now, history):
        return Plan(self.name, problems=(Problem("seen", "…"),))


def test_a_crash_is_a_problem_without_personal_content_and_the_next_job_runs():
    schedule = SimpleNamespace(job_timeout_minutes=5)
    site = SimpleNamespace(facts=SiteFacts(), file=SimpleNamespace(schedule=schedule), jobs={"broken": 0, "sound": 0})
    planner = Planner(site, snapshot(), History(), NOW, "R")
    planner.plan(Broken())
    planner.plan(Sound())
    assert [problem.code for problem in planner.problems()] == ["job_failed", "seen"]
    failed = planner.problems()[0].message
    assert "broken" in failed
    assert "KeyError (test_planner.py" in failed
    assert "Erika" not in failed
    assert planner.record().outcome == "attention"
    assert {name: outcome.outcome for name, outcome in planner.outcomes.items()} == {
        "broken": "failed",
        "sound": "done",
    }
