"""`kim` as it is typed, on a workbook that lies on a real WebDAV server; and what people type in its place."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from urllib.parse import quote

import keyring
import keyring.backend
import pytest
from python_calamine import CalamineWorkbook

from automations.cli import run_command
from tests.support.dav_servers import USERS, Colleague, Line, wsgidav
from tests.support.small_site import case, small_site
from tests.support.xlsx_files import make_file

pytestmark = pytest.mark.servers
MORNING, LATER = "2024-10-31T07:00", "2024-10-31T09:00"
FILE = "Team.xlsx"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Office:
    """A site whose workbook lies on a server, and a person at the command line."""

    def __init__(self, folder, cloud, line, capsys):
        self.site, self.cloud, self.line, self.capsys = folder, cloud, line, capsys

    def kim(self, *words, at=MORNING):
        clock = ("--at", at) if words[0] in {"run", "plan", "check", "status"} else ()
        code = run_command(["--site", str(self.site), *words, *clock])
        out = self.capsys.readouterr()
        assert "Traceback" not in out.out + out.err
        return code, out.out + out.err

    def url(self, address, more='user = "kim"\nallow_http = true'):
        path = self.site / "config" / "site.toml"
        text = re.sub(r"(\[workbooks.team\]\n)[^\[]*", lambda found: f'{found[1]}url = "{address}"\n{more}\n',
                      path.read_text())  # fmt: skip
        path.write_text(text)

    def calls(self):
        made, self.line.calls[:] = list(self.line.calls), []
        size, self.line.bytes = self.line.bytes, 0
        return made, size


@pytest.fixture
def office(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KIM_WEBDAV_PASSWORD", USERS["kim"])
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    site, cloud = tmp_path / "site", tmp_path / "cloud"
    site.mkdir()
    cloud.mkdir()
    small_site(site, [case(n) for n in range(1, 5)], few_tabs=True)
    shutil.move(site / FILE, cloud / FILE)
    os.utime(cloud / FILE, (1_700_000_000, 1_700_000_000))
    with wsgidav(cloud) as origin:
        line = Line(origin)
        made = Office(site, cloud, line, capsys)
        made.url(f"{line.url}/{FILE}")
        made.person = Colleague(origin, FILE)
        yield made
        line.close()


def old(office):
    """Time passes, so that an ETag made of seconds can be believed."""
    os.utime(office.cloud / FILE, (1_700_000_100, 1_700_000_100))


def test_a_day_with_a_workbook_on_a_server(office):
    code, text = office.kim("check")
    assert code in {0, 1}, text
    first = (office.cloud / FILE).read_bytes()
    office.calls()
    code, text = office.kim("run")
    assert code in {0, 1}, text
    written = (office.cloud / FILE).read_bytes()
    assert written != first
    assert [path.name for path in office.cloud.iterdir()] == [FILE]
    assert [path.read_bytes() for path in (office.site / "state" / "versions" / "team").glob("*.xlsx")] == [first]
    calls, size = office.calls()
    assert (calls.count("LOCK"), calls.count("MOVE"), calls.count("UNLOCK")) == (1, 1, 1)
    assert len(calls) <= 16
    assert size <= 5 * len(written) + 20_000
    old(office)
    office.kim("run", at=LATER)
    office.calls()
    office.kim("run", at=LATER)
    calls, size = office.calls()
    assert not {"PUT", "LOCK"} & set(calls)
    runs = sorted(path.name for path in (office.site / "state").rglob("*.turn*"))
    assert runs == []
    code, text = office.kim("status")
    assert code in {0, 1}


def test_a_look_at_a_workbook_that_nobody_changed_is_one_call(office):
    from datetime import datetime

    from automations.config.loading import load_site
    from automations.engine.opened_workbooks import open_workbooks
    from automations.engine.parts import open_books

    site = load_site(office.site)
    with open_books(site, datetime.now().astimezone()):
        book = open_workbooks(site)["team"]
        read = book.read().revision
    office.calls()
    assert open_workbooks(site)["team"].revision() == read
    calls, size = office.calls()
    assert calls == ["PROPFIND"]
    assert size < 3_000
    make_file(office.cloud / FILE, {"Fälle": [["anders"]]})
    assert open_workbooks(site)["team"].revision() != read


def cells(office):
    """What the team's own tab says, read past kim."""
    rows = CalamineWorkbook.from_path(office.cloud / FILE).get_sheet_by_name("Fälle").to_python()
    return [[value for value in row if value != ""] for row in rows]


def test_undo_takes_the_cells_back(office):
    before = cells(office)
    office.kim("run")
    assert cells(office) != before
    code, text = office.kim("status", "--json")
    run = re.search(r'"run": "([^"]+)"', text)[1]
    code, text = office.kim("undo", run)
    assert code in {0, 1}, text
    assert cells(office) == before
    assert [path.name for path in office.cloud.iterdir()] == [FILE]


def test_the_way_leads_through_the_proxy_of_the_house(office):
    """One that is named in site.toml counts alone, whatever the environment says."""
    proxy = Line(office.person.url.rpartition("/")[0])
    office.url(office.person.url, f'user = "kim"\nallow_http = true\nproxy = "{proxy.url}"')
    code, text = office.kim("run")
    assert code in {0, 1}, text
    assert {"GET", "LOCK", "MOVE"} <= set(proxy.calls)
    proxy.before = lambda *_: 407
    code, text = office.kim("run", at=LATER)
    assert code == 1
    assert "Der Proxy auf dem Weg zu 127.0.0.1 verlangt ein Passwort" in " ".join(text.split())
    proxy.close()
    code, text = office.kim("run", at=LATER)
    assert code == 1
    assert "Der Proxy auf dem Weg zu 127.0.0.1" in " ".join(text.split())


class Ring(keyring.backend.KeyringBackend):
    """A keyring that is open."""

    priority = 1

    def __init__(self, held):
        self.held = held

    def get_password(self, service, username):
        return self.held.get((service, username))

    set_password = delete_password = None


def test_the_password_may_lie_in_the_keyring(office, monkeypatch):
    monkeypatch.delenv("KIM_WEBDAV_PASSWORD")
    monkeypatch.setattr(keyring.core, "_keyring_backend", Ring({("kim-nextcloud", "kim"): USERS["kim"]}))
    office.url(f"{office.line.url}/{FILE}", 'user = "kim"\nallow_http = true\npassword_keyring = "kim-nextcloud"')
    code, text = office.kim("run")
    assert code in {0, 1}, text
    assert {"GET", "LOCK", "MOVE"} <= set(office.calls()[0])
    monkeypatch.setattr(keyring.core, "_keyring_backend", Ring({}))
    code, text = office.kim("run", at=LATER)
    assert code == 1
    assert "keyring set kim-nextcloud kim" in text


def test_while_a_colleague_has_locked_it_kim_waits_and_says_who(office):
    token = office.person.locks("Frau Meier")
    before = (office.cloud / FILE).read_bytes()
    code, text = office.kim("run")
    assert code == 3, text
    assert "Frau Meier" in text
    assert (office.cloud / FILE).read_bytes() == before
    assert "Frau Meier" in office.kim("status")[1]
    office.person.unlocks(token)
    assert office.kim("run", at=LATER)[0] in {0, 1}
    assert (office.cloud / FILE).read_bytes() != before


def test_a_workbook_moved_by_a_colleague_is_missed_and_not_made_anew(office):
    office.kim("run")
    office.person.ask("MOVE", Destination=office.person.url.replace(FILE, "Archiv.xlsx"))
    code, text = office.kim("run", at=LATER)
    assert code == 1
    assert "Team.xlsx liegt nicht (mehr) auf dem Server 127.0.0.1" in text
    assert [path.name for path in office.cloud.iterdir()] == ["Archiv.xlsx"]


def test_init_adopts_a_workbook_on_a_server(office, tmp_path, monkeypatch):
    monkeypatch.setenv("KIM_WEBDAV_ALLOW_HTTP", "1")
    url = office.line.url.replace("http://", "http://kim@") + f"/{FILE}"
    code = run_command(["init", str(tmp_path / "new"), "--workbook", url, "--yes"])
    out = office.capsys.readouterr()
    assert code in {0, 1}, out
    assert f'url = "{url}"' in (tmp_path / "new" / "config" / "site.toml").read_text()
    assert (tmp_path / "new" / "Leitung.xlsx").exists()
    assert (
        b"Einstellungen"
        in subprocess.run(
            ["unzip", "-p", str(office.cloud / FILE), "xl/workbook.xml"], check=True, capture_output=True
        ).stdout
    )
    assert [path.name for path in office.cloud.iterdir()] == [FILE]


def put(office, name, data):
    (office.cloud / name).write_bytes(data)
    office.url(f"{office.line.url}/{quote(name)}")


def answers(office, status, headers=None, body=b""):
    office.line.before = lambda *_: (status, headers or {}, body)


def redirects(office):
    answers(office, 302, {"Location": "https://login.example.org/?next=secret"})


BAD = {
    "wrong password": (lambda o: os.environ.__setitem__("KIM_WEBDAV_PASSWORD", "falsch"), 1, "Passwort von kim"),
    "no password": (lambda o: os.environ.pop("KIM_WEBDAV_PASSWORD"), 1, "KIM_WEBDAV_PASSWORD ist nicht gesetzt"),
    "a folder": (lambda o: ((o.cloud / "Ordner").mkdir(), o.url(o.line.url + "/Ordner")), 1, "ist ein Ordner"),
    "text": (lambda o: put(o, "Liste.csv", b"a;b\n1;2\n"), 1, "Textdatei"),
    "an old workbook": (lambda o: put(o, "alt.xls", OLD + b"0" * 600), 1, "alt.xls hat das alte Format"),
    "empty": (lambda o: put(o, "leer.xlsx", b""), 1, "leer"),
    "nothing": (lambda o: o.url(o.line.url + "/fehlt.xlsx"), 1, "liegt nicht (mehr)"),
    "a redirect": (redirects, 1, "woandershin (https://login.example.org/)"),
    "a page": (lambda o: answers(o, 200, {"Content-Type": "text/html"}, b"<html>"), 1, "eine Webseite"),
    "maintenance": (lambda o: answers(o, 503), 1, "gewartet (Status 503)"),
    "entities": (
        lambda o: setattr(o.line, "before", lambda method, _: (207, {}, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
                          if method == "PROPFIND" else (404, {}, b"")), 1, "Server 127.0.0.1"),
    "nobody there": (lambda o: o.url("http://127.0.0.1:9/Team.xlsx"), 1, "nicht erreichbar"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_bad_input_gets_one_sentence_and_leaves_all_as_it_is(office, what, monkeypatch):
    monkeypatch.setattr("automations.workbooks.stores.webdav.client.PAUSES", (0.0, 0.0))
    before = {path.name: path.read_bytes() for path in office.cloud.iterdir()}
    act, status, sentence = BAD[what]
    act(office)
    code, text = office.kim("run")
    assert sentence in " ".join(text.split()), text
    assert code == status, text
    office.line.before = lambda *_: None
    assert all((office.cloud / name).read_bytes() == data for name, data in before.items())
    assert USERS["kim"] not in text


CONFIGURED = {
    "https://cloud.example.org/s/AbC123": "Freigabe-Link",
    "https://cloud.example.org/index.php/s/AbC123/download": "Freigabe-Link",
    "https://cloud.example.org/apps/files/?dir=/Team": "Seite im Browser",
    "https://cloud.example.org/f/12345": "Seite im Browser",
    "https://cloud.example.org/remote.php/dav/files/kim/": "ist ein Ordner",
    "http://cloud.example.org/remote.php/dav/files/kim/Team.xlsx": "beginnt nicht mit https://",
    "https://kim:geheim@cloud.example.org/remote.php/dav/files/kim/Team.xlsx": "steht ein Passwort",
    "https://stadt.sharepoint.com/sites/kim/Team.xlsx": "SharePoint",
}


@pytest.mark.parametrize("url", CONFIGURED)
@pytest.mark.parametrize("command", ["check", "run", "status"])
def test_an_address_that_cannot_be_one_is_told_before_anything_is_asked(office, url, command):
    office.url(url)
    code, text = office.kim(command)
    assert CONFIGURED[url] in " ".join(text.split()), text
    assert code in {1, 2}
    assert "geheim" not in text


def test_the_password_goes_to_the_server_of_the_address_alone(office):
    with wsgidav(office.cloud) as other:
        second = Line(other)
        office.line.before = lambda *_: (307, {"Location": f"{second.url}/{FILE}"}, b"")
        assert office.kim("run")[0] == 1
        assert second.calls == []
        second.close()


@pytest.fixture
def stranger(tmp_path):
    """A certificate that nobody vouches for."""
    key, pem = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", pem, "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return pem, key


def test_the_certificate_of_a_stranger_is_refused_and_that_of_the_house_trusted(office, stranger):
    with wsgidav(office.cloud, tls=stranger) as origin:
        office.url(f"{origin}/{FILE}", 'user = "kim"')
        code, text = office.kim("run")
        assert "Dem Zertifikat von 127.0.0.1 ist nicht zu trauen" in text
        assert code == 1
        office.url(f"{origin}/{FILE}", f'user = "kim"\nca_file = "{stranger[0]}"')
        code, text = office.kim("run")
        assert code in {0, 1}, text
        assert "Zertifikat" not in text


def nextcloud(office, more=""):
    """The server answers as a Nextcloud does without files_lock, or as `more` says."""
    props = f'<d:getetag>"1"</d:getetag><d:resourcetype/><oc:fileid>17</oc:fileid>{more}'
    body = (
        '<d:multistatus xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns" xmlns:nc="http://nextcloud.org/ns"><d:response>'
        f"<d:href>/Team.xlsx</d:href><d:propstat><d:prop>{props}</d:prop><d:status>HTTP/1.1 200 OK</d:status>"
        "</d:propstat></d:response></d:multistatus>"
    ).encode()
    office.line.before = lambda method, path: (207, {}, body) if method == "PROPFIND" and FILE in path else None


def told_by_check(office):
    """What `kim check` says, not cut into the columns of a table."""
    found = json.loads(office.kim("check", "--json")[1])
    return " ".join(f"{problem['message']} {problem['advice']}" for problem in found["problems"])


def test_check_says_what_the_server_cannot_promise(office):
    assert "files_lock" not in told_by_check(office)
    nextcloud(office)
    assert "Dort fehlt die App files_lock" in told_by_check(office)


def test_check_names_copies_of_a_conflict(office):
    make_file(office.cloud / "Team (conflicted copy 2024-10-30 081500).xlsx", {"Fälle": [["anders"]]})
    make_file(office.cloud / "Teamsitzung.xlsx", {"Fälle": [["anders"]]})
    text = told_by_check(office)
    assert "liegt „Team (conflicted copy 2024-10-30 081500).xlsx“" in text
    assert "Teamsitzung" not in text


def test_somebody_who_edits_in_the_browser_is_named(office):
    nextcloud(
        office,
        "<nc:lock>1</nc:lock><nc:lock-owner-displayname>Frau Meier</nc:lock-owner-displayname>"
        "<nc:lock-owner-editor>richdocuments</nc:lock-owner-editor><nc:lock-time>1730354400</nc:lock-time>",
    )
    assert "Frau Meier (richdocuments, seit" in office.kim("status")[1]


def test_a_nextcloud_file_is_written_in_place_so_that_its_shares_stay(office):
    """No MOVE over it: the number on which shares and versions hang would go."""
    before = (office.cloud / FILE).read_bytes()
    office.line.changes = lambda body: body.replace(
        b"<D:resourcetype></D:resourcetype>",
        b'<D:resourcetype></D:resourcetype><o:fileid xmlns:o="http://owncloud.org/ns">17</o:fileid>',
    )
    assert office.kim("run")[0] in {0, 1}
    assert (office.cloud / FILE).read_bytes() != before
    calls, _ = office.calls()
    assert "MOVE" not in calls
    assert "PUT" in calls
