"""A receiver that answers a byte at a time is never silent for long: it is given up all the same."""

import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any

import pytest

from notices import hosts


@pytest.fixture
def dripping() -> Iterator[tuple[str, list[bytes]]]:
    """Says the bytes of the list, one each hundredth of a second, then silence."""
    says: list[bytes] = []
    server, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def talk() -> None:
        visitor, _where = server.accept()
        with visitor:
            visitor.recv(65_536)
            try:
                for byte in b"".join(says):
                    visitor.sendall(bytes([byte]))
                    time.sleep(0.01)
                over.wait(10)
            except OSError:  # they hung up
                pass

    threading.Thread(target=talk, daemon=True).start()
    with server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/take", says
        over.set()


@pytest.mark.parametrize(
    ("says", "taken"),
    [
        (b"HTTP/1.1 " + b" " * 1_000, False),
        (b"HTTP/1.1 503 No\r\nX: " + b"y" * 1_000, False),
        (b"", False),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"z" * 1_000, True),  # nobody reads on
    ],
    ids=["status", "headers", "nothing", "quick", "long body"],
)
def test_the_wait_has_an_end(
    says: bytes, taken: bool, dripping: tuple[str, list[bytes]], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, bytes_said = dripping
    bytes_said.append(says)
    settings.MESSENGER_NETWORKS = ["127.0.0.0/8"]
    monkeypatch.setattr(hosts, "SECONDS_IN_ALL", 0.6 if taken else 0.15)
    began = time.monotonic()
    if taken:
        hosts.post(url, b"{}", {})
    else:
        with pytest.raises((OSError, HTTPException)):
            hosts.post(url, b"{}", {})
    assert time.monotonic() - began < 3
