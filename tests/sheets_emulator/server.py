"""The sockets: one HTTP server on loopback, one thread a connection."""

from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
import traceback
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from tests.sheets_emulator.emulator import Service, incoming
from tests.sheets_emulator.errors import ApiError
from tests.sheets_emulator.faults import HTML, Call, Fault
from tests.sheets_emulator.proxy import HOSTS, Authority, environment
from tests.sheets_emulator.tokens import TOKENS, granted


class Emulator(Service):
    """The service behind a real port, for `with Emulator() as google:`."""

    def __init__(self, port: int = 0, quota: int | None = None) -> None:
        super().__init__(quota)
        self.port = port
        self.closing = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where the service answers: http://127.0.0.1:port."""
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def authority(self) -> Authority:
        """Who vouches for the emulator where it stands in Google's place."""
        return Authority()

    def environment(self, trusted: Path) -> dict[str, str]:
        """Variables for a program that is to take the emulator for Google; the file `trusted` is written."""
        trusted.write_bytes(self.authority.pem)
        return environment(self.url, trusted)

    def start(self) -> Self:
        """Opens the port and answers from a thread."""
        service: Emulator = self

        class Bound(Handler):
            emulator = service

        self._server = Server(("127.0.0.1", self.port), Bound)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Closes the port; calls that hang are let go."""
        self.closing.set()
        if self._server and self._thread:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class Server(ThreadingHTTPServer):
    """A server whose open connections do not keep it from closing."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of the emulator."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    emulator: Emulator
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it
        """Silence; the calls are in `Emulator.calls`."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        user = token if "@" in token else f"{token or 'nobody'}@emulator.test"
        call = Call(self.command, "", self.path, {}, None, user)
        try:
            call = incoming(self.command, self.path, body, self.headers.get("Content-Type") or "", user)
        except ApiError as error:
            self._answer(call, error.code, error.body())
            return
        if call.path == TOKENS:
            self._answer(call, *granted(call.body, self.emulator.revoked))
            return
        self.emulator.calls.append(call)
        self._carry_out(call, token if scheme.lower() == "bearer" and token else None)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815 - the base class looks for these names

    def do_CONNECT(self) -> None:
        """What comes next is meant for Google and encrypted: the emulator answers in its place."""
        if self.path.partition(":")[0] not in HOSTS:
            self.send_error(403, "Forbidden")
            return
        self.send_response(200, "Connection established")
        self.end_headers()
        self.connection = self.emulator.authority.context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", 0)
        self.close_connection = False

    def finish(self) -> None:
        """Closes what `do_CONNECT` opened; the server knows of the plain connection alone."""
        super().finish()
        self.connection.close()

    def _carry_out(self, call: Call, token: str | None) -> None:
        fault = self.emulator.fault_for(call)
        if fault and not fault.committed and self._trouble(call, fault):
            return
        try:
            status, answer = 200, self.emulator.handle(call, token)
        except ApiError as error:
            status, answer = error.code, error.body()
        except Exception as error:  # noqa: BLE001 - a fault of the emulator's own must be seen, not hang the test
            self.emulator.crashes.append(error)
            traceback.print_exc()
            status, answer = 500, ApiError(500, f"The emulator itself failed: {error!r}").body()
        if fault and fault.committed and self._trouble(call, fault):
            return
        self._answer(call, 204 if answer is None else status, answer)

    def _trouble(self, call: Call, fault: Fault) -> bool:
        """Does what the fault says; False where the call is still to be answered."""
        if fault.kind == "hang":
            self.emulator.closing.wait(fault.seconds)
            return False
        if fault.kind == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
        elif fault.kind == "html":
            self._answer(call, fault.status, HTML, fault.headers)
        else:
            self._answer(call, fault.status, fault.error().body(), fault.headers)
        return True

    def _answer(self, call: Call, status: int, answer: Any, headers: dict[str, str] | None = None) -> None:
        text = isinstance(answer, str)
        data = b"" if answer is None else (answer if text else json.dumps(answer, ensure_ascii=False)).encode("utf-8")
        kind = "application/json; charset=UTF-8"
        if text:
            kind = "text/html; charset=UTF-8" if answer.startswith("<!DOCTYPE") else "text/csv"
        more = dict(headers or {})
        if data and all("gzip" in (self.headers.get(name) or "") for name in ("Accept-Encoding", "User-Agent")):
            data, more = gzip.compress(data, 6, mtime=0), {**more, "Content-Encoding": "gzip"}  # as Google does
        call.status, call.down = status, len(data)
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
