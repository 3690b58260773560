"""How the fleet stands: for people, programs, monitoring; and that the operator hears of a trouble once."""

from __future__ import annotations

import json
import re

import pytest
from aiosmtpd.controller import Controller

from automations.cli import run_command
from automations.common.texts import texts
from automations.fleet import registry
from automations.fleet.alerts import ADDRESS, RELAY, tell
from automations.fleet.registry import connect, ended, let_in
from automations.fleet.status import metrics, standing
from tests.support.fleets import joined
from tests.support.mailserver import free_port

pytestmark = pytest.mark.servers

DONE = {"next": "2099-01-01T00:00:00+00:00", "outcome": "done", "run": "20261130-063000-aaaa", "mails": {}}


@pytest.fixture
def towns(fleet, tmp_path):
    """Four sites: one that is late, one that is refused, one that has held mails, one that rests."""
    for name in ("bochum", "essen", "hagen", "herne"):
        joined(fleet, tmp_path, name, ledger=False)
    with connect(fleet) as connection:
        connection.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        refused = {**DONE, "outcome": "refused", "kinds": ["refused"]}
        held = {**DONE, "outcome": "attention", "kinds": ["mails_held"], "mails": {"held": 3}, "hold": True}
        for name, status, said in (("essen", 4, refused), ("hagen", 1, held), ("herne", 0, DONE)):
            ended(connection, let_in(connection, name, "w", "1"), status, said)
        connection.execute("UPDATE sites SET next = now() - interval '20 minutes' WHERE name = 'bochum'")
    return fleet


def test_status_tells_people_who_is_late_refused_and_held(towns, capsys):
    assert run_command(["fleet", "status"]) == 1
    said = capsys.readouterr().out
    lines = {line.split()[1]: line for line in said.splitlines() if line.startswith("│")}
    assert "ist fällig" in lines["bochum"]
    assert " 20 " in lines["bochum"]
    assert "nie" in lines["bochum"]
    assert "angehalten" in lines["essen"]
    assert " 3 " in lines["hagen"]
    assert "ja" in lines["hagen"]
    assert "vor 0 Minuten" in lines["herne"]
    assert "Standorte beginnen verspätet: bochum" in said


def test_status_tells_programs_the_same(towns, capsys):
    assert run_command(["fleet", "status", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    sites = {site["name"]: site for site in told["sites"]}
    assert told["troubles"] == {"late": ["bochum"], "mails_held": ["hagen"], "refused": ["essen"]}
    assert 1195 < sites["bochum"]["late_seconds"] < 1260
    assert (sites["hagen"]["held"], sites["hagen"]["hold"]) == (3, True)
    assert sites["herne"]["good"]
    assert sites["essen"]["good"] is None
    assert told["workers"] == 1


def test_metrics_are_openmetrics_text(towns, tmp_path):
    assert run_command(["fleet", "status", "--metrics", str(tmp_path / "kim.prom")]) == 1
    text = (tmp_path / "kim.prom").read_text(encoding="utf-8")
    assert text.endswith("# EOF\n")
    assert 'kim_fleet_site_held_mails{site="hagen"} 3\n' in text
    for line in text.splitlines()[:-1]:
        assert re.fullmatch(r'# (TYPE|HELP) [a-z_]+ .+|[a-z_]+(\{(site|kind)="[a-z_0-9]+"\})? [0-9.e+]+', line), line
    with connect(towns) as connection:
        assert metrics(standing(connection)).count("# TYPE") == len(set(re.findall("# TYPE (.*) ", text)))


def test_a_look_that_found_nothing_is_no_run_and_takes_no_trouble_away(towns):
    with connect(towns) as connection:
        connection.execute("UPDATE sites SET next = now()")
        nothing = {"next": "2099-01-01T00:00:00+00:00", "outcome": "nothing due", "run": ""}
        ended(connection, let_in(connection, "essen", "w", "1"), 0, nothing)
        found = {one.name: one for one in standing(connection).sites}
        assert (found["essen"].outcome, found["essen"].troubles) == ("refused", ("refused",))


def test_a_paused_site_is_no_trouble(towns):
    with connect(towns) as connection:
        registry.set_state(connection, "bochum", "paused")
        assert "late" not in standing(connection).troubles()


class Post:
    """A mail server that takes what it is given."""

    def __init__(self) -> None:
        self.letters: list[str] = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 (aiosmtpd's name)
        self.letters.append(envelope.content.decode())
        return "250 ok"


def test_the_operator_hears_once_of_a_trouble_of_many_sites_and_once_that_it_is_over(fleet, tmp_path):
    for n in range(5):
        joined(fleet, tmp_path, f"ort{n}", ledger=False)
    post, port, say = Post(), free_port(), texts("de")
    with connect(fleet) as connection:
        connection.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        registry.set_setting(connection, ADDRESS, "it@stadt.example.org")
        registry.set_setting(connection, RELAY, f"127.0.0.1:{port}")

        def all_have(*kinds: str, sites: int = 5) -> None:
            for n in range(sites):
                connection.execute("UPDATE sites SET next = now() WHERE name = %s", [f"ort{n}"])
                ended(connection, let_in(connection, f"ort{n}", "w", "1"), 1, {**DONE, "kinds": list(kinds)})

        all_have("mail_server", sites=3)
        assert tell(connection, say) == [], "nobody answers there: it is told later"
        with_post = Controller(post, hostname="127.0.0.1", port=port)
        with_post.start()
        try:
            assert tell(connection, say) == ["mail_server"]
            all_have("mail_server")
            assert tell(connection, say) == [], "more sites, the same trouble"
            with connect(fleet) as other:
                assert tell(other, say) == [], "another worker tells nothing anew"
            all_have("mail_server", "inbox_unreachable")
            assert tell(connection, say) == ["inbox_unreachable"]
            all_have()
            assert sorted(tell(connection, say)) == ["inbox_unreachable", "mail_server"]
            assert tell(connection, say) == []
        finally:
            with_post.stop()
    assert len(post.letters) == 4
    assert "3 Standorte: ort0, ort1, ort2" in post.letters[0]
    assert "Auto-Submitted: auto-generated" in post.letters[0]
    assert sum("Subject: kim: vorbei" in letter for letter in post.letters) == 2
