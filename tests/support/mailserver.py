"""Mail servers for tests: Postfix with Dovecot from the system's packages, and a server that fails on
demand. All on loopback, with a certificate authority of their own, in temporary folders.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import imaplib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "kim", "geheim-42"
_POSTFIX, _DOVECOT = Path("/usr/sbin/postfix"), Path("/usr/sbin/dovecot")
_PATIENCE = 30


@dataclass(frozen=True)
class Authority:
    """A certificate authority and a server certificate for "localhost" from it."""

    ca: Path
    certificate: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """TLS for a server."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def make_authority(folder: Path, name: str = "localhost") -> Authority:
    """A new authority in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Authority(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")])
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    root = _certificate(ca, ca, ca_key.public_key())
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    root = root.add_extension(usage, critical=True)
    root = root.add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = [x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.1"))][: 2 if name == "localhost" else 1]
    leaf = _certificate(subject, ca, key.public_key())
    leaf = leaf.add_extension(x509.SubjectAlternativeName(names), critical=False)
    leaf = leaf.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    leaf = leaf.add_extension(issuer, critical=False)
    made.ca.write_bytes(root.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    made.certificate.write_bytes(leaf.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    made.key.chmod(0o600)
    return made


def _certificate(subject, issuer, public_key) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
    )


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Faults:
    """What the faulty server does at each step: an answer ("450 later"), "drop" (cuts the line),
    "hang" (never answers); steps not named go well. `end` is the moment after the final dot, the
    message taken; `times` limits how often a fault happens."""

    steps: dict[str, str] = field(default_factory=dict)
    times: int = 10**9
    taken: list[tuple[list[str], bytes]] = field(default_factory=list)
    connections: int = 0

    async def at(self, step: str, server: SMTP) -> str:
        """The answer at a step; "" to go on."""
        fault = self.steps.get(step, "")
        if not fault or self.times <= 0:
            return ""
        self.times -= 1
        if fault == "drop":
            server.transport.abort()
            raise ConnectionResetError
        if fault == "hang":
            await asyncio.sleep(3)
            return "451 woke up"
        return fault


class _Handler:
    def __init__(self, faults: Faults) -> None:
        self.faults = faults

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 - aiosmtpd's name
        self.faults.connections += 1
        await self.faults.at("EHLO", server)
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        answer = await self.faults.at("MAIL", server)
        if not answer:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        answer = await self.faults.at("RCPT" if not envelope.rcpt_tos else "RCPT2", server)
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        answer = await self.faults.at("DATA", server)
        if answer:
            return answer
        self.faults.taken.append((list(envelope.rcpt_tos), envelope.content))
        return await self.faults.at("end", server) or "250 taken"


def _authenticate(server, session, envelope, mechanism, data) -> AuthResult:
    wanted = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=isinstance(data, LoginPassword) and data == wanted, handled=False)


@contextlib.contextmanager
def faulty_server(
    faults: Faults, authority: Authority | None = None, *, security: str = "none", login: bool = False
) -> Iterator[int]:
    """A server on loopback that does as `faults` says; yields its port."""
    options: dict[str, object] = {}
    if security == "starttls" and authority:
        options |= {"tls_context": authority.server_context(), "require_starttls": True}
    if login:
        options |= {"authenticator": _authenticate, "auth_required": True, "auth_require_tls": security == "starttls"}
    controller = Controller(
        _Handler(faults),
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=authority.server_context() if security == "tls" and authority else None,
        **options,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def why_no_post_office() -> str:
    """Why Postfix and Dovecot cannot be started here; "" if they can."""
    if not (_POSTFIX.exists() and _DOVECOT.exists()):
        return "Postfix and Dovecot are not installed"
    return "" if os.geteuid() == 0 else "Postfix can only be started by root"


@dataclass(frozen=True)
class PostOffice:
    """A running Postfix with Dovecot. Mail for anybody at kim.test is taken for the users kim, klient
    and archiv; grey@kim.test is put off, voll@kim.test refused, umgezogen@kim.test taken and returned. `relay` takes
    mail from this machine's address without a login, `stranger` knows that address not and takes none."""

    folder: Path
    authority: Authority
    smtp: int
    smtps: int
    imaps: int
    relay: int = 0
    stranger: int = 0

    def messages(self, user: str) -> list[bytes]:
        """All messages in a user's inbox, raw."""
        context = ssl.create_default_context(cafile=str(self.authority.ca))
        with imaplib.IMAP4_SSL("localhost", self.imaps, ssl_context=context, timeout=_PATIENCE) as box:
            box.login(user, PASSWORD)
            box.select("INBOX", readonly=True)
            _, numbers = box.search(None, "ALL")
            if not numbers[0]:
                return []
            _, found = box.fetch(numbers[0].decode().replace(" ", ","), "(RFC822)")
            return [part[1] for part in found if isinstance(part, tuple)]

    def in_folders(self) -> Iterator[tuple[str, Path]]:
        """Every message in any mailbox, with the name of its owner: read as files, so that nobody has to log in."""
        for path in sorted((self.folder / "dovecot" / "mail").glob("*/*/*")):
            if path.parent.name in {"new", "cur"}:
                yield path.parent.parent.name, path

    def wait_until_delivered(self) -> None:
        """Return once Postfix's queue is empty."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            if not any(path.is_file() for name in ("incoming", "active", "maildrop") for path in self._queue(name)):
                return
            time.sleep(0.05)
        raise TimeoutError("mail is still in the queue")

    def _queue(self, name: str) -> Iterator[Path]:
        return (self.folder / "postfix" / "queue" / name).rglob("*")


@contextlib.contextmanager
def post_office(introspection: str = "") -> Iterator[PostOffice]:
    """Start Postfix and Dovecot, and stop them again. `introspection` is where Dovecot asks whether a token is good
    (RFC 7662); users may then log in by XOAUTH2 as well."""
    # Not pytest's own folder: the servers' users must be able to enter it.
    folder = Path(tempfile.mkdtemp(prefix="kim-post-"))
    folder.chmod(0o755)
    made = PostOffice(folder, make_authority(folder / "ca"), *(free_port() for _ in range(5)))
    try:
        _start_dovecot(made, introspection)
        _start_postfix(made)
        _wait_for(made.smtp)
        _wait_for(made.imaps)
        yield made
    finally:
        _stop(made)
        shutil.rmtree(folder, ignore_errors=True)


def _start_dovecot(made: PostOffice, introspection: str) -> None:
    base, owner = made.folder / "dovecot", pwd.getpwnam("nobody")
    for name in ("run", "state", "mail"):
        (base / name).mkdir(parents=True)
    users = "".join(f"{user}:{{PLAIN}}{PASSWORD}\n" for user in (USER, "klient", "archiv"))
    (base / "users").write_text(users, encoding="utf-8")
    conf = _DOVECOT_CONF.format(base=base, ca=made.authority.ca.parent, imaps=made.imaps)
    if introspection:
        (base / "oauth2.conf").write_text(_OAUTH_CONF.format(url=introspection), encoding="utf-8")
        conf = conf.replace("auth_mechanisms = plain login", "auth_mechanisms = plain login xoauth2")
        conf += _OAUTH_PASSDB.format(base=base)
    (base / "dovecot.conf").write_text(conf, encoding="utf-8")
    shutil.copy(made.authority.key, base / "server.key")
    for path in (base, *base.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    _run([_DOVECOT, "-c", base / "dovecot.conf"], user=owner.pw_uid, group=owner.pw_gid, extra_groups=[])


def _start_postfix(made: PostOffice) -> None:
    base = made.folder / "postfix"
    for name in ("conf", "queue", "data"):
        (base / name).mkdir(parents=True)
    os.chown(base / "data", pwd.getpwnam("postfix").pw_uid, -1)
    (base / "conf" / "main.cf").write_text(_MAIN_CF.format(base=base, folder=made.folder))
    (base / "conf" / "master.cf").write_text(
        _MASTER_CF.format(smtp=made.smtp, smtps=made.smtps, relay=made.relay, stranger=made.stranger)
    )
    _run([_POSTFIX, "-c", base / "conf", "start"])


def _run(command: list[object], **options: object) -> None:
    # The daemons keep the files that they are given: nothing of the test run may be among them.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=_PATIENCE, check=False, **options,
        )  # fmt: skip
        output.seek(0)
        if done.returncode:
            raise RuntimeError(output.read().decode("utf-8", "replace"))


def _wait_for(port: int) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens on port {port}")


def _stop(made: PostOffice) -> None:
    conf = made.folder / "postfix" / "conf"
    if conf.exists():
        with contextlib.suppress(RuntimeError, subprocess.SubprocessError):
            _run([_POSTFIX, "-c", conf, "stop"])
    pid_file = made.folder / "dovecot" / "run" / "master.pid"
    if pid_file.exists():
        pid = int(pid_file.read_text())
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
            end = time.monotonic() + _PATIENCE
            while time.monotonic() < end:
                os.kill(pid, 0)
                time.sleep(0.05)


_DOVECOT_CONF = """
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = nobody
default_internal_group = nogroup
default_login_user = nobody
mail_uid = nobody
mail_gid = nogroup
mail_location = maildir:{base}/mail/%n
first_valid_uid = 1
auth_mechanisms = plain login
disable_plaintext_auth = yes
ssl = required
ssl_cert = <{ca}/server.pem
ssl_key = <{base}/server.key
passdb {{
  driver = passwd-file
  args = username_format=%n {base}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={base}/mail/%n allow_all_users=yes
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service auth {{
  unix_listener auth-client {{
    mode = 0666
  }}
}}
service lmtp {{
  unix_listener lmtp {{
    mode = 0666
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
namespace inbox {{
  inbox = yes
}}
"""

_OAUTH_CONF = """
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""

_OAUTH_PASSDB = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {base}/oauth2.conf
}}
"""

_MAIN_CF = """
compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.kim.test
mydestination =
mynetworks =
virtual_mailbox_domains = kim.test post.test stadt.test
virtual_mailbox_maps = static:1
virtual_alias_maps = inline:{{ {{umgezogen@kim.test = nobody@elsewhere.test}}, {{termine@stadt.test = kim@kim.test}} }}
virtual_transport = lmtp:unix:{folder}/dovecot/run/lmtp
recipient_delimiter = +
default_transport = error:5.1.2 no outside world
relay_transport = error:5.1.2 no outside world
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access inline:{{ {{grey@kim.test = 450 4.2.0 Greylisted}}, {{voll@kim.test = 550 5.2.2 Mailbox full}} }}, permit_sasl_authenticated, reject
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/dovecot/run/auth-client
smtpd_tls_cert_file = {folder}/ca/server.pem
smtpd_tls_key_file = {folder}/ca/server.key
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_tls_session_cache_database =
smtpd_client_connection_rate_limit = 0
alias_maps =
maillog_file = {base}/maillog
maillog_file_prefixes = {base}
"""  # noqa: E501 - one setting, one line

_MASTER_CF = """
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
127.0.0.1:{relay} inet n - n - - smtpd -o smtpd_tls_security_level=may -o smtpd_sasl_auth_enable=no
  -o mynetworks=127.0.0.0/8 -o smtpd_relay_restrictions=permit_mynetworks,reject
  -o smtpd_recipient_restrictions=permit_mynetworks,reject
127.0.0.1:{stranger} inet n - n - - smtpd -o smtpd_tls_security_level=may -o smtpd_sasl_auth_enable=no
  -o mynetworks=192.0.2.0/24 -o smtpd_relay_restrictions=permit_mynetworks,reject
  -o smtpd_recipient_restrictions=permit_mynetworks,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""
