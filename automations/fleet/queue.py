"""The queue, which is Procrastinate's: one job a site that is due, with the site as its lock.

A job says only that the site is to be asked now: what is owed stands in the site's ledger. No job is ever put off to a
later time and none is tried again, as a job that waits for its time holds up all others of its lock (Procrastinate
#1599, #1543): what failed is due again, and becomes a new job."""

from __future__ import annotations

from contextlib import suppress

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager

from automations.fleet.registry import SEARCH, FleetSite, plain

TASK = "kim.run"

STALLED_SECONDS = 60  # a worker that gave no sign of life for so long is given up (it gives one every ten seconds)


def queue_schema() -> str:
    """Procrastinate's own tables, to be made in the schema that comes first."""
    return str(SchemaManager.get_schema())


def queue_of(version: str) -> str:
    """Where the jobs of sites wait that run on a version of kim; its workers listen there."""
    return f"kim-{version}"


def make_app(url: str, connections: int) -> App:
    """Procrastinate on the fleet's database."""
    kwargs = {"options": SEARCH, "application_name": "kim fleet queue"}
    return App(connector=PsycopgConnector(conninfo=plain(url), kwargs=kwargs, min_size=1, max_size=connections))


async def ask_for(app: App, site: FleetSite) -> bool:
    """Put a site into the queue; False where it waits there already."""
    job = app.configure_task(TASK, queue=queue_of(site.version), lock=site.name, queueing_lock=site.name)
    try:
        await job.defer_async(site=site.name)
    except AlreadyEnqueued:
        return False
    return True


async def sweep(app: App, silent: float = STALLED_SECONDS) -> list[str]:
    """Take the jobs of workers that were silent for so many seconds out of the queue; the names of their sites, which
    are still due. Two that sweep at a time do no harm."""
    found = []
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent):
        with suppress(ConnectorException):
            await app.job_manager.finish_job_by_id_async(job.id or 0, Status.FAILED, delete_job=True)
            found.append(str(job.lock))
    await app.job_manager.prune_stalled_workers(silent)
    return found
