"""Files for the operating system: hardened, quoted, and without a second way of running."""

import shutil
import subprocess
import sys
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from lxml import etree

from automations.cli import run_command
from automations.config.loading import load_site
from automations.service.unit_files import install, older_units, service_files, uninstall
from automations.setup.demo.site import make_site

SITE, KIM = PurePosixPath("/srv/kim/Team Süd"), PurePosixPath("/opt/kim/.venv/bin/kim")


def unit(kind="systemd"):
    return service_files(kind, SITE, KIM, "kim", (PurePosixPath("/srv/share"),))


def test_the_service_starts_the_site_and_may_write_only_where_it_must():
    text = unit()[0].text
    assert 'ExecStart=/opt/kim/.venv/bin/kim --site "/srv/kim/Team Süd" start' in text
    assert 'ReadWritePaths="/srv/kim/Team Süd" /srv/share' in text


@pytest.mark.parametrize("typed", ["kim", "__main__.py"])
def test_the_unit_starts_the_command_however_kim_was_called(tmp_path, monkeypatch, capsys, typed):
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("kim", "python"):
        (programs / name).touch(mode=0o755)
    monkeypatch.setattr(sys, "executable", str(programs / "python"))
    monkeypatch.setattr(sys, "argv", [str(programs / typed)])
    site = tmp_path / "site"
    make_site(site, cases=1)
    assert run_command(["--site", str(site), "service", "show"]) == 0
    assert f"ExecStart={programs / 'kim'} --site" in capsys.readouterr().out


def test_the_timer_asks_what_is_due():
    service, timer = unit("timer")
    assert "run --due" in service.text
    assert "Persistent=true" in timer.text
    assert timer.name == "kim-team-s-d.timer"


def test_the_windows_task_is_well_formed_and_speaks_of_a_network_path():
    site = PureWindowsPath(r"\\server\teams\Süd & Nord")
    task = service_files("windows", site, PureWindowsPath(r"C:\kim\.venv\Scripts\kim.exe"), "STADT\\kim", ())[0]
    parsed = etree.fromstring(task.text.encode("utf-16"))
    assert parsed.find(".//{*}Arguments").text == f'--site "{site}" run --due'


def test_install_and_uninstall_leave_nothing(tmp_path):
    files = unit("timer")
    assert len(install(files, tmp_path)) == 2
    assert len(uninstall(files, tmp_path)) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["systemd", "timer", "windows"])
def test_two_sites_in_folders_of_one_name_do_not_share_a_service(tmp_path, capsys, kind):
    units = tmp_path / "units"
    units.mkdir()
    towns = [tmp_path / town / "100 % site" for town in ("herne", "bochum")]
    for town in towns:
        make_site(town, cases=1)
        for _ in range(2):  # a second time renews
            run_command(["--site", str(town), "service", "install", "--kind", kind, "--folder", str(units)])
    capsys.readouterr()
    ends = {"systemd": [".service"], "timer": [".service", ".timer"], "windows": [".xml"]}[kind]
    names = [f"kim-{name}100-site" for name in ("", "bochum-")]
    assert sorted(path.name for path in units.iterdir()) == [name + end for name in names for end in ends]
    # Whoever takes one away leaves the other's; a site that moved keeps its name.
    run_command(["--site", str(towns[1]), "service", "uninstall", "--kind", kind, "--folder", str(units)])
    assert sorted(path.name for path in units.iterdir()) == [names[0] + end for end in ends]
    moved = towns[0].rename(tmp_path / "100 % site")
    run_command(["--site", str(moved), "service", "install", "--kind", kind, "--folder", str(units)])
    assert sorted(path.name for path in units.iterdir()) == [names[0] + end for end in ends]


@pytest.fixture
def site(tmp_path):
    """A site in a folder with blanks and a per cent sign."""
    folder = tmp_path / "100 % Süd"
    make_site(folder, cases=1)
    return load_site(folder)


@pytest.mark.parametrize("kind", ["systemd", "timer"])
def test_a_unit_of_an_earlier_version_is_told_with_the_command_that_renews_it(site, tmp_path, kind):
    units = tmp_path / "units"
    units.mkdir()
    assert list(older_units(site, units)) == []
    made = service_files(kind, site.folder, PurePosixPath("/opt/kim dir/bin/kim"), "anna", site.workbook_folders)
    path = install(made, units)[0]
    assert list(older_units(site, units)) == []
    path.write_text(made[0].text.replace("EnvironmentFile=-", "# EnvironmentFile=-"), encoding="utf-8")
    (told,) = older_units(site, units)
    assert str(path) in told.message
    assert f"kim service install --kind {kind} --user anna" in told.advice
    path.write_bytes(b"\xff\xfe")
    assert list(older_units(site, units)) == []


@pytest.mark.servers
def test_the_unit_is_hardened(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    files = service_files("systemd", PurePosixPath("/srv/kim"), KIM, "kim", ())
    path = install(files, tmp_path)[0]
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    level = float(done.stdout.rsplit("service: ", 1)[1].split()[0])
    assert level <= 2.0
