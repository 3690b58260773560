"""The emulator in the place of Google for programs that know nothing of it: an HTTPS proxy, as towns have
them, whose certificates for Google's hosts are its own.

A client finds it by the usual variables (`environment`) and needs no other address.
"""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOSTS = ("sheets.googleapis.com", "www.googleapis.com", "oauth2.googleapis.com")
"""All others are refused, as a town's proxy does: google-auth also asks iamcredentials.googleapis.com which regions
an account is bound to, and goes on without an answer."""

_A_DAY = timedelta(days=1)
_SIGNS = x509.KeyUsage(
    digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
    key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
)  # fmt: skip


class Authority:
    """Certificates of our own, good for a day. `pem` is what clients are to trust."""

    def __init__(self) -> None:
        authority, host = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        issuer, name = _named("Emulator"), _named(HOSTS[0])
        trusted = (
            _drafted(issuer, issuer, authority)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_SIGNS, critical=True)
            .sign(authority, hashes.SHA256())
        )
        names = x509.SubjectAlternativeName([x509.DNSName(known) for known in HOSTS])
        shown = (
            _drafted(name, issuer, host)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
            .add_extension(names, critical=False)
            .sign(authority, hashes.SHA256())
        )
        self.pem = trusted.public_bytes(serialization.Encoding.PEM)
        self.context = _context(host, shown)


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _drafted(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _A_DAY)
        .not_valid_after(now + _A_DAY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _context(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    kind, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    with tempfile.TemporaryDirectory(prefix="emulator-") as folder:  # the ssl module takes keys from files only
        both = Path(folder) / "host.pem"
        both.touch(mode=0o600)
        private = key.private_bytes(serialization.Encoding.PEM, kind, plain)
        both.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(both)
    return context


def environment(url: str, trusted: Path) -> dict[str, str]:
    """Variables that lead clients to the emulator at `url`, which show the certificates of the file `trusted`:
    requests, httplib2, and what is built on them."""
    names = ("REQUESTS_CA_BUNDLE", "HTTPLIB2_CA_CERTS", "SSL_CERT_FILE")
    proxy = {"HTTPS_PROXY": url, "https_proxy": url, "NO_PROXY": "", "no_proxy": ""}
    return {**proxy, **dict.fromkeys(names, str(trusted))}
