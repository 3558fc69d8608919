"""Whose certificates are believed when a company's server proves itself."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from key2key.common.errors import Unavailable
from payments import gateways

PEM = serialization.Encoding.PEM
BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
Key = ec.EllipticCurvePrivateKey


def certificate(name: str, key: Key, *, by: str, signer: Key, is_authority: bool) -> x509.Certificate:
    who, whose = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)]) for common in (name, by))
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(whose)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGAN)
        .not_valid_after(BEGAN + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    )
    return made.sign(signer, hashes.SHA256())


class Words(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server that sends its own certificate and not the one between it and the root. Its address, and a
    file with that one alone."""
    folder = tmp_path_factory.mktemp("certificates")
    root, between, leaf = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    middle = certificate("Between", between, by="Root", signer=root, is_authority=True)
    own = certificate("Telebirr", leaf, by="Between", signer=between, is_authority=False)
    secret = leaf.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(secret + own.public_bytes(PEM))
    (folder / "bundle.pem").write_bytes(middle.public_bytes(PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    with ThreadingHTTPServer(("127.0.0.1", 0), Words) as made:
        made.socket = context.wrap_socket(made.socket, server_side=True)
        threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"https://127.0.0.1:{made.server_address[1]}/", folder / "bundle.pem"
        made.shutdown()


def ask(url: str, trust: gateways.Trust) -> int:
    return gateways.ask("GET", url, headers={}, trust=trust).status


def test_a_server_that_the_usual_authorities_do_not_prove_is_not_talked_to(
    server: tuple[str, Path],
) -> None:
    url, _bundle = server
    with pytest.raises(Unavailable):
        ask(url, gateways.USUAL)


def test_a_file_of_ours_proves_it_though_the_server_sends_half_its_chain(server: tuple[str, Path]) -> None:
    url, bundle = server
    assert ask(url, gateways.Trust(ca_bundle=str(bundle))) == 200


def test_another_file_does_not_prove_it(server: tuple[str, Path], tmp_path: Path) -> None:
    url, _bundle = server
    key = ec.generate_private_key(ec.SECP256R1())
    other = certificate("Other", key, by="Other", signer=key, is_authority=True)
    (tmp_path / "other.pem").write_bytes(other.public_bytes(PEM))
    with pytest.raises(Unavailable):
        ask(url, gateways.Trust(ca_bundle=str(tmp_path / "other.pem")))


def test_on_a_testbed_nothing_need_be_proved(server: tuple[str, Path]) -> None:
    url, bundle = server
    assert ask(url, gateways.Trust(verify=False)) == 200
    assert ask(url, gateways.Trust(ca_bundle=str(bundle), verify=False)) == 200


def test_each_trust_has_a_line_of_its_own() -> None:
    usual, other = gateways._client(gateways.USUAL), gateways._client(gateways.Trust(verify=False))
    assert usual is gateways._client(gateways.Trust())
    assert usual is not other
