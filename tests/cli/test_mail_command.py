"""`kim mail test`: one mail, and one sentence about what became of it."""

from __future__ import annotations

import json
import socket

import pytest

from automations.__main__ import main
from automations.cli.exit_status import ATTENTION, DONE, USAGE

SITE = '[site]\nname = "Beratung Musterstadt"\n[workbooks.team]\npath = "Team.xlsx"\n[mail]\n'


def said(tmp_path, capsys, mail, address="it@example.org"):
    (tmp_path / "config").mkdir(exist_ok=True)
    (tmp_path / "config" / "site.toml").write_text(SITE + mail, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["--site", str(tmp_path), "--json", "mail", "test", address])
    return ended.value.code, json.loads(capsys.readouterr().out)


def test_into_a_folder(tmp_path, capsys):
    status, told = said(tmp_path, capsys, 'from = "termine@kim.test"\n')
    assert (status, told["outcome"], told["inbox"]) == (DONE, "test", None)
    assert "mails" in told["message"]
    (laid,) = (tmp_path / "mails").glob("*.eml")
    assert b"Beratung Musterstadt" in laid.read_bytes()


def test_a_server_that_is_not_there(tmp_path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    mail = f'transport = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nfrom = "termine@kim.test"\n'
    status, told = said(tmp_path, capsys, mail)
    assert (status, told["outcome"]) == (ATTENTION, "retry")
    assert f"127.0.0.1:{port}" in told["message"]


@pytest.mark.parametrize("address", ["nobody", "a@b.test, c@d.test"])
def test_what_is_no_address(tmp_path, capsys, address):
    status, _ = said(tmp_path, capsys, "", address)
    assert status == USAGE
