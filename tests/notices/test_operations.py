"""What docs/operations.md tells those who run the portal and makers of a messenger, done as it says."""

import re
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings as configured

from notices.delivery import deliver as deliver_mail
from notices.models import Delivery, Endpoint
from notices.webhooks import deliver, signature
from notices.workflow import Text, notify
from tests.factories.accounts import UserFactory
from tests.factories.notices import MessageFactory
from tests.messenger import Messenger

OPERATIONS = Path(configured.BASE_DIR, "docs", "operations.md").read_text()


@pytest.mark.parametrize(
    ("secret", "changed", "seconds", "taken"),
    [("s", b"", 0, True), ("s", b"", -299, True), ("x", b"", 0, False), ("s", b" ", 0, False), ("s", b"", -301, False)],
    ids=["ours", "in time", "another secret", "another body", "replayed"],
)
def test_the_receiver_shown_there_knows_the_portal(secret: str, changed: bytes, seconds: int, taken: bool) -> None:
    [code] = re.findall(r"```python\n(.*?)```", OPERATIONS, re.DOTALL)
    shown: dict[str, Any] = {}
    exec(code, shown)
    body = '{"subject": "新诉求"}'.encode()
    header = signature(secret, body, int(time.time()) + seconds)
    assert shown["is_from_the_portal"]("s", header, body + changed) is taken


@pytest.mark.django_db
def test_a_wrong_password_costs_no_attempt(settings: Any) -> None:
    settings.EMAIL_KEPT_IN_PORTAL, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = False, False, False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "wrong"
    message = MessageFactory()
    with _doorman() as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        assert deliver_mail() == 0
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)
    assert "535" in message.last_error
    assert message.next_attempt_at > datetime.now(UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("known", [True, False])
def test_a_messenger_with_a_certificate_of_ones_own_authority(
    known: bool, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MESSENGER_NETWORKS = ["127.0.0.0/8"]
    files = _certificate(tmp_path)
    if known:
        monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    with Messenger() as messenger:
        secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secure.load_cert_chain(*files)
        messenger.server.socket = secure.wrap_socket(messenger.server.socket, server_side=True)
        Endpoint.objects.create(name="№ 1", url=messenger.url.replace("http:", "https:"))
        steward = UserFactory(roles=["steward"])
        notify(steward, key="k", kind="request.assigned", text=lambda: Text("№ 2", "№ 3"), urgent=True)
        assert deliver() == int(known)
    made = Delivery.objects.get()
    assert made.state == ("sent" if known else "queued")
    assert ("CERTIFICATE_VERIFY_FAILED" in made.last_error) is not known


class _Doorman(socketserver.StreamRequestHandler):
    """A mail server that wants a password, and does not take this one."""

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            says = {b"EHLO": b"250-test\r\n250 AUTH PLAIN", b"AUTH": b"535 5.7.8 wrong", b"QUIT": b"221 bye"}
            self.wfile.write(says.get(verb, b"250 fine") + b"\r\n")


@contextmanager
def _doorman() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Doorman) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def _certificate(place: Path) -> tuple[Path, Path]:
    """For 127.0.0.1, by an authority that nobody knows: itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    files = place / "certificate.pem", place / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(private)
    return files
