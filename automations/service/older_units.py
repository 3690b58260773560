"""Units of systemd that an earlier kim installed: an upgrade of the program leaves them as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from automations.config.models import Premises
from automations.model.problems import Problem
from automations.service.unit_files import UNITS, Kind, service_files, unit_name

_STARTS = re.compile(r"^ExecStart=(?P<program>.+?) --site .*?(?P<due>run --due)?$", re.MULTILINE)
_USER = re.compile(r"^User=(.+)$", re.MULTILINE)


def older_units(site: Premises, folder: Path = UNITS) -> Iterator[Problem]:
    """One problem where the site's unit says something else than this kim would write for the same account and
    program; none where there is no unit, or where it cannot be read. Sites of 0.1 lack what was taken from a unit
    since (rights, the file with secrets)."""
    unit = folder / f"{unit_name(site.folder.absolute())}.service"
    try:
        text = unit.read_text(encoding="utf-8")
    # A container, another system, or a unit that only root may read: there is nothing to compare then.
    except (OSError, UnicodeDecodeError):
        return
    starts, user = _STARTS.search(text), _USER.search(text)
    kind: Kind = "timer" if starts and starts["due"] else "systemd"
    # To the letter: what IT changed on purpose is told as well, with that it may be so.
    if starts and user and text == _made_now(site, kind, starts["program"], user[1]):
        return
    say = site.facts.texts
    words = f"kim service install --kind {kind}" + (f" --user {user[1]}" if user else "")
    yield Problem(
        "older_unit",
        say.say("{file} is not what this version of kim would write: it is older, or was changed by hand.", file=unit),
        say.say("If nobody changed it on purpose: {command}", command=f"{words}, systemctl daemon-reload"),
        "note",
        tab=unit.name,
        who="operator",
    )


def _made_now(site: Premises, kind: Kind, program: str, user: str) -> str:
    own = Path(re.sub(r"\\(.)", r"\1", program.strip('"')).replace("%%", "%"))
    return service_files(kind, site.folder.absolute(), own, user, site.workbook_folders)[0].text
