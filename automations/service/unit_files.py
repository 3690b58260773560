"""The files that let an operating system start kim: a systemd unit, a timer, a Windows task. Pure text."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path, PurePath
from typing import Literal

from msgspec import Struct

from automations.config.models import Premises
from automations.model.problems import Problem

Kind = Literal["systemd", "timer", "windows"]

UNITS = Path("/etc/systemd/system")  # where systemd looks for units that an administrator installs


class ServiceFile(Struct, frozen=True):
    """A file of the operating system: where it belongs (relative to the system's folder), and its text."""

    name: str
    text: str


# What systemd-analyze(1) "security" asks for; each line takes something away that kim never needs.
# MemoryDenyWriteExecute is left out: ctypes (which exchanges two files in one step) may need it.
_HARDENING = """\
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=tmpfs
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
PrivateMounts=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProcSubset=pid
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
LockPersonality=yes
RemoveIPC=yes
KeyringMode=private
UMask=0077
DevicePolicy=closed
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
"""


def unit_name(site: PurePath, folder: Path = UNITS) -> str:
    """The unit's name: kim and the site folder's own name, as systemd likes it; with the names of the folders above
    it, as far as need be, where `folder` has a unit of that name that starts another site."""
    parts = [re.sub(r"[^a-z0-9]+", "-", part.casefold()).strip("-") for part in site.parts]
    names = ["kim-" + ("-".join(filter(None, parts[-n:])) or "site") for n in range(1, len(parts) + 1)]
    return next((name for name in names if not _is_taken(folder, name, site)), names[-1])


_STARTED = re.compile(r"--site (?P<site>.+?) (?:start|run --due)")


def _is_taken(folder: Path, name: str, site: PurePath) -> bool:
    """Whether a unit or task of that name starts another site. One that is gone gives its name free: it has moved."""
    others = {_site_of(folder / f"{name}.service", "utf-8"), _site_of(folder / f"{name}.xml", "utf-16")}
    return any((Path(other) / "config").is_dir() for other in others - {"", str(site)})


def _site_of(path: Path, encoding: str) -> str:
    """The site that a file starts; "" where there is none, or it cannot be read."""
    try:
        found = _STARTED.search(path.read_text(encoding=encoding))
    except (OSError, UnicodeError):
        return ""
    named = found["site"] if found else ""
    return unescape(named).strip('"') if path.suffix == ".xml" else _unquoted(named)


def service_files(
    kind: Kind, site: PurePath, program: PurePath, user: str, writable: tuple[PurePath, ...], folder: Path = UNITS
) -> list[ServiceFile]:
    """The files of a kind. `site` and `program` (the kim command) are absolute; `user` runs it; the
    service may write to the site and to the folders in `writable` (where the workbooks lie). They go into `folder`."""
    name = unit_name(site, folder)
    if kind == "windows":
        return [ServiceFile(f"{name}.xml", _task(site, program, user))]
    command = "start" if kind == "systemd" else "run --due"
    unit = ServiceFile(f"{name}.service", _unit(kind, site, program, user, writable, name, command))
    return [unit] if kind == "systemd" else [unit, ServiceFile(f"{name}.timer", _timer(site))]


def _unit(
    kind: Kind, site: PurePath, program: PurePath, user: str, writable: tuple[PurePath, ...], name: str, command: str
) -> str:
    paths = " ".join(_quoted(path) for path in dict.fromkeys((site, *writable)))
    always = (
        "Type=simple\nRestart=on-failure\nRestartSec=30\nTimeoutStopSec=15min\n"
        if kind == "systemd"
        else "Type=oneshot\n"
    )
    install = "\n[Install]\nWantedBy=multi-user.target\n" if kind == "systemd" else ""
    return (
        f"[Unit]\nDescription=kim for {site}\nAfter=network-online.target\nWants=network-online.target\n"
        f"StartLimitIntervalSec=0\n\n[Service]\n{always}User={user}\n"
        f"ExecStart={_quoted(program)} --site {_quoted(site)} {command}\n"
        f"# Secrets, such as KIM_MAIL_PASSWORD=…: a file of root's (mode 0600) that systemd alone reads.\n"
        f"EnvironmentFile=-/etc/kim/{name}.env\n"
        f"# 1: something failed or is held, 3: a workbook is open elsewhere; both are told to people.\n"
        f"SuccessExitStatus=1 3\n"
        f"ReadWritePaths={paths}\nBindPaths={paths}\nBindReadOnlyPaths={_quoted(program.parent.parent)}\n{_HARDENING}{install}"
    )


def _timer(site: PurePath) -> str:
    return (
        f"[Unit]\nDescription=kim for {site}, every five minutes\n\n"
        "[Timer]\nOnCalendar=*:0/5\nPersistent=true\nAccuracySec=10s\n\n[Install]\nWantedBy=timers.target\n"
    )


def _quoted(path: PurePath) -> str:
    """A path in a unit file: blanks quoted, per cent signs doubled (systemd.syntax(7))."""
    text = str(path).replace("\\", "\\\\").replace("%", "%%").replace('"', '\\"')
    return f'"{text}"' if re.search(r"[\s\"']", text) else text


def _unquoted(text: str) -> str:
    """The path again."""
    return re.sub(r"\\(.)", r"\1", text.strip('"')).replace("%%", "%")


def _task(site: PurePath, program: PurePath, user: str) -> str:
    """A task for the Windows Task Scheduler: `kim run --due` every five minutes, also after sleep."""
    arguments = escape(f'--site "{site}" run --due', quote=False)
    return f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>kim for {escape(str(site), quote=False)}</Description></RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <Repetition><Interval>PT5M</Interval><Duration>P1D</Duration></Repetition>
      <StartBoundary>2024-01-01T00:00:00</StartBoundary>
      <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{escape(user, quote=False)}</UserId><LogonType>Password</LogonType><RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT2H</ExecutionTimeLimit>
  </Settings>
  <Actions Context="Author">
    <Exec><Command>{escape(str(program), quote=False)}</Command><Arguments>{arguments}</Arguments></Exec>
  </Actions>
</Task>
"""


def install(files: list[ServiceFile], folder: Path) -> list[Path]:
    """Write the files; returns where. Raises OSError where that is not allowed."""
    written = []
    for file in files:
        path = folder / file.name
        # As the Task Scheduler of Windows writes and reads such files itself.
        encoding = "utf-16" if path.suffix == ".xml" else "utf-8"
        path.write_text(file.text, encoding=encoding)
        written.append(path)
    return written


def uninstall(files: list[ServiceFile], folder: Path) -> list[Path]:
    """Remove the files that are there; returns which."""
    found = [folder / file.name for file in files if (folder / file.name).is_file()]
    for path in found:
        path.unlink()
    return found


def start_now(unit: str, folder: Path) -> bool:
    """Have systemd start what was installed, where it runs here and the files lie where it looks; whether it did."""
    program = shutil.which("systemctl")
    if program is None or not _BOOTED.is_dir() or folder != UNITS:
        return False
    calls = (("daemon-reload",), ("enable", "--now", unit))
    try:
        return all(
            subprocess.run([program, *call], check=False, capture_output=True, timeout=60).returncode == 0  # noqa: S603
            for call in calls
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


_BOOTED = Path("/run/systemd/system")  # there where systemd runs the machine (sd_booted(3))


_STARTS = re.compile(r"^ExecStart=(?P<program>.+?) --site .*?(?P<due>run --due)?$", re.MULTILINE)

_USER = re.compile(r"^User=(.+)$", re.MULTILINE)


def older_units(site: Premises, folder: Path = UNITS) -> Iterator[Problem]:
    """One problem where the site's unit says something else than this kim would write for the same account and
    program; none where there is no unit, or where it cannot be read. Sites of 0.1 lack what was taken from a unit
    since (rights, the file with secrets)."""
    unit = folder / f"{unit_name(site.folder.absolute(), folder)}.service"
    try:
        text = unit.read_text(encoding="utf-8")
    # A container, another system, or a unit that only root may read: there is nothing to compare then.
    except (OSError, UnicodeDecodeError):
        return
    starts, user = _STARTS.search(text), _USER.search(text)
    kind: Kind = "timer" if starts and starts["due"] else "systemd"
    # To the letter: what IT changed on purpose is told as well, with that it may be so.
    if starts and user and text == _made_now(site, kind, starts["program"], user[1], folder):
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


def _made_now(site: Premises, kind: Kind, program: str, user: str, folder: Path) -> str:
    own = Path(_unquoted(program))
    return service_files(kind, site.folder.absolute(), own, user, site.workbook_folders, folder)[0].text
