"""Real WebDAV servers on loopback, and a faulty line in front of them that counts what goes over it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import urllib3

from tests.support.passable import passable

USERS = {"kim": "pass-kim", "meier": "pass-meier"}
QUOTA = 507
_NOT_PASSED = {"connection", "transfer-encoding", "content-length", "keep-alive", "date", "server"}


@contextmanager
def wsgidav(folder: Path, *, locks: bool = True, tls: tuple[Path, Path] | None = None) -> Iterator[str]:
    """WsgiDAV on cheroot; its address."""
    from cheroot import wsgi
    from cheroot.ssl.builtin import BuiltinSSLAdapter
    from wsgidav.wsgidav_app import WsgiDAVApp

    app = WsgiDAVApp(
        {
            "provider_mapping": {"/": str(folder)},
            "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
            "simple_dc": {"user_mapping": {"*": {user: {"password": text} for user, text in USERS.items()}}},
            "lock_storage": locks,
            "property_manager": True,
            "verbose": 0,
            "logging": {"enable": False},
        }
    )
    server = wsgi.Server(("127.0.0.1", 0), app, numthreads=4)
    if tls:
        server.ssl_adapter = BuiltinSSLAdapter(str(tls[0]), str(tls[1]))
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.bind_addr[1]}"
    finally:
        server.stop()
        thread.join(10)


_APACHE = """
ServerRoot {home}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {home}/pid
ErrorLog {home}/error.log
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authn_file_module {modules}/mod_authn_file.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule auth_basic_module {modules}/mod_auth_basic.so
LoadModule dav_module {modules}/mod_dav.so
LoadModule dav_fs_module {modules}/mod_dav_fs.so
DavLockDB {home}/locks
User www-data
Group www-data
DocumentRoot {folder}
<Directory {folder}>
Dav On
AuthType Basic
AuthName dav
AuthUserFile {home}/users
Require valid-user
</Directory>
"""


def apache_is_here() -> bool:
    return Path("/usr/sbin/apache2").exists() and Path("/usr/lib/apache2/modules/mod_dav.so").exists()


@contextmanager
def apache(folder: Path, home: Path) -> Iterator[str]:
    """Apache with mod_dav; its address. Wants root, as Apache changes its user."""
    import base64
    import hashlib

    home.mkdir()
    port = free_port()
    hashes = {user: base64.b64encode(hashlib.sha1(text.encode()).digest()).decode() for user, text in USERS.items()}  # noqa: S324
    (home / "users").write_text("".join(f"{user}:{{SHA}}{text}\n" for user, text in hashes.items()))
    (home / "conf").write_text(_APACHE.format(home=home, port=port, folder=folder, modules="/usr/lib/apache2/modules"))
    for path in (home, folder, *folder.iterdir()):
        shutil.chown(path, "www-data", "www-data")
    passable(folder.parent)
    server = subprocess.Popen(["/usr/sbin/apache2", "-f", str(home / "conf"), "-D", "FOREGROUND"])
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(100):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens at {port}")


class Line:
    """A proxy in front of a server. `before` and `after` are asked once for each request, with method and path:
    what they return is answered in its place (a status), "cut" breaks the connection, None lets it pass.
    `calls` and `bytes` count what went over it; `changes` alters what is said of a file, `sends` what is sent to the
    server, `drops` names headers that are lost on the way back. It also serves as the proxy of a house."""

    def __init__(self, origin: str) -> None:
        self.origin, self.calls, self.bytes = origin, [], 0
        self.heads: list[dict[str, str]] = []
        self.before: Callable[[str, str], Any] = lambda *_: None
        self.after: Callable[[str, str], Any] = lambda *_: None
        self.changes: Callable[[bytes], bytes] = lambda body: body
        self.sends: Callable[[str, str, bytes], bytes] = lambda _method, _path, body: body
        self.drops: set[str] = set()
        self._pool = urllib3.PoolManager(maxsize=8, retries=False)
        line = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self) -> None:
                line._pass(self)

            def log_message(self, *_: object) -> None:
                pass

        for method in ("GET", "HEAD", "PUT", "DELETE", "PROPFIND", "OPTIONS", "LOCK", "UNLOCK", "MOVE"):
            setattr(Handler, f"do_{method}", Handler.handle_one)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _pass(self, asked: BaseHTTPRequestHandler) -> None:
        method, path = asked.command, asked.path.removeprefix(self.origin)  # a proxy is asked by the whole address
        body = self.sends(method, path, asked.rfile.read(int(asked.headers.get("Content-Length") or 0)))
        self.calls.append(method)
        self.heads.append(dict(asked.headers))
        if self._answered(asked, self.before(method, path)):
            return
        skipped = {"host", "connection", "content-length"}
        headers = {name: value.replace(self.url, self.origin) for name, value in asked.headers.items()
                   if name.lower() not in skipped}  # fmt: skip
        answer = self._pool.request(method, self.origin + path, headers=headers, body=body or None, redirect=False)
        data = self.changes(answer.data) if method == "PROPFIND" else answer.data
        self.bytes += len(body) + len(data)
        if self._answered(asked, self.after(method, path)):
            return
        asked.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in _NOT_PASSED | self.drops:
                asked.send_header(name, value.replace(self.origin, self.url))
        length = answer.headers.get("Content-Length") if method == "HEAD" else str(len(data))
        if length is not None:
            asked.send_header("Content-Length", length)
        asked.end_headers()
        with suppress(OSError):
            asked.wfile.write(data)

    def _answered(self, asked: BaseHTTPRequestHandler, what: Any) -> bool:
        if what is None:
            return False
        if what == "cut":
            asked.close_connection = True
            with suppress(OSError):
                asked.connection.shutdown(socket.SHUT_RDWR)
            return True
        status, headers, body = (what, {}, b"") if isinstance(what, int) else what
        asked.send_response(status)
        for name, value in headers.items():
            asked.send_header(name, value)
        asked.send_header("Connection", "close")
        if not any(name.lower() == "content-length" for name in headers):
            asked.send_header("Content-Length", str(len(body)))
        asked.end_headers()
        with suppress(OSError):
            asked.wfile.write(body)
        asked.close_connection = True
        return True


class Colleague:
    """Somebody with an office program of their own: asks before saving, knows locks, forgets them."""

    def __init__(self, origin: str, name: str) -> None:
        self.url = f"{origin}/{quote(name)}"
        self._pool = urllib3.PoolManager(retries=False)
        self._login = urllib3.make_headers(basic_auth=f"meier:{USERS['meier']}")

    def ask(self, method: str, body: bytes | None = None, **headers: str) -> urllib3.BaseHTTPResponse:
        return self._pool.request(method, self.url, body=body, headers={**self._login, **headers}, redirect=False)

    def saves(self, data: bytes, token: str = "") -> bool:
        """Whether the server took it: it refuses while somebody else has the lock."""
        more = {"If": f"(<{token}>)"} if token else {}
        return self.ask("PUT", data, **more).status in {200, 201, 204}

    def locks(self, who: str = "Meier", seconds: int = 600) -> str:
        body = (
            '<?xml version="1.0" encoding="utf-8"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
            f"<D:locktype><D:write/></D:locktype><D:owner>{who}</D:owner></D:lockinfo>"
        )
        answer = self.ask("LOCK", body.encode(), Timeout=f"Second-{seconds}", Depth="0")
        return answer.headers.get("Lock-Token", "").strip("<>")

    def unlocks(self, token: str) -> None:
        self.ask("UNLOCK", **{"Lock-Token": f"<{token}>"})


if __name__ == "__main__":  # a server of its own process: FOLDER, prints its address
    with wsgidav(Path(sys.argv[1])) as address:
        sys.stdout.write(address + "\n")
        sys.stdout.flush()
        sys.stdin.read()
