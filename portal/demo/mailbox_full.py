"""A letter that was given up: one person's mailbox was full, and a real mail server refused it at every attempt.

The server runs on this machine for the moments of the story and takes everybody else's letters. The demonstration
itself keeps its letters in the portal, so that “Send again” brings this one there.
"""

import logging
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.test import override_settings
from django.utils import timezone

from notices.delivery import MAX_ATTEMPTS, deliver, pause_after

REFUSAL = "452 4.2.2 Mailbox full (demonstration)"


def full_while(email: str, act: Callable[[], Any]) -> None:
    """Do the act, then let its letters go out; the one to this address is refused until it is given up."""
    act()
    moment = timezone.now()
    with _server(email) as port, _by_mail(port), _unlogged():
        for attempt in range(1, MAX_ATTEMPTS + 1):
            with _now(moment):
                deliver()
            moment += pause_after(attempt)


@contextmanager
def _now(moment: Any) -> Iterator[None]:
    real, timezone.now = timezone.now, lambda: moment
    try:
        yield
    finally:
        timezone.now = real


@contextmanager
def _unlogged() -> Iterator[None]:
    """Whoever starts the demonstration need not read of it."""
    log = logging.getLogger("notices.delivery")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


def _by_mail(port: int) -> Any:
    backend = "django.core.mail.backends.smtp.EmailBackend"
    return override_settings(
        EMAIL_KEPT_IN_PORTAL=False, EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port,
        EMAIL_USE_TLS=False, EMAIL_USE_SSL=False, EMAIL_HOST_USER="", EMAIL_HOST_PASSWORD="",
    )  # fmt: skip


@contextmanager
def _server(full: str) -> Iterator[int]:
    handler = type("Handler", (_Talk,), {"full": full})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


class _Talk(socketserver.StreamRequestHandler):
    """As much of SMTP as a letter needs."""

    full = ""

    def handle(self) -> None:
        self._say("220 demonstration")
        while line := self.rfile.readline(1000).decode(errors="replace").strip():
            verb = line[:4].upper()
            if verb == "DATA":
                self._say("354 go on")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
            refused = verb == "RCPT" and f"<{self.full}>".lower() in line.lower()
            self._say(REFUSAL if refused else "221 bye" if verb == "QUIT" else "250 taken")
            if verb == "QUIT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
