"""`kim fleet demo`: a morning of three invented towns, as it happens."""

from __future__ import annotations

import sys
from argparse import Namespace
from contextlib import closing
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from automations import __version__
from automations.cli.clock import AHEAD
from automations.cli.exit_status import ATTENTION, DONE, UsageError
from automations.cli.fleet_show import show_comparison, show_status
from automations.cli.output import Output
from automations.common.texts import Texts


def demonstrate(arguments: Namespace, url: str, say: Texts) -> int:
    """Play the morning; the status of the fleet at its end. `url`: a database that was named, or ""."""
    from automations.fleet import demo, registry
    from automations.fleet.comparison import ask_all
    from automations.fleet.errors import FleetError
    from automations.fleet.registry import connect

    output = Output(arguments.json)
    morning = datetime(2024, 10, 31, 6, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    try:
        with demo.database(url) as place:
            if not url:
                output.line(say.say("A PostgreSQL was started for this demonstration: {url}", url=place))
            shown = demo.FleetDemo(
                arguments.folder, place, __version__, arguments.cases, morning, lambda: datetime.now(UTC), say,
                output.line,
            )  # fmt: skip
            ran = shown.show(lambda connection: show_status(arguments, output, connection, say))
            with closing(connect(place)) as connection:
                towns = ask_all(registry.sites(connection), {AHEAD: str(shown.behind.total_seconds())})
            show_comparison(towns, arguments.folder / "vergleich.xlsx", Output(as_json=False), say, morning)
            if arguments.keep and not url:
                output.line(say.say("It stays until you press Enter; set {variable} to look around.",
                                    variable=f"KIM_FLEET_DATABASE='{place}'"))  # fmt: skip
                sys.stdin.readline()
    except FleetError as error:
        raise UsageError(error.told(say.language).whole) from error
    output.line(say.say("Look at:"), "bold")
    for town in demo.TOWNS:
        mails = len(list((arguments.folder / town / "mails").glob("*.eml")))
        output.line(f"  {arguments.folder / town}  " + say.count("{n} mail in mails/", "{n} mails in mails/", mails))
    output.line(f"  {arguments.folder / 'workers.log'}  " + say.say("what the workers said"))
    return DONE if ran else ATTENTION
