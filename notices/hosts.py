"""Where the district's messenger may be: anywhere in public, and in the networks that `MESSENGER_NETWORKS` names.

Without this, whoever keeps the channels could make the portal speak to its own neighbours: databases, administration
pages, a cloud's metadata. A name is resolved once, every address that comes of it is checked, and the connection goes
to just those; a name that leads elsewhere a moment later gains nothing by it.
"""

import socket
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from ssl import create_default_context
from threading import Timer
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SECONDS_TO_ANSWER = 5.0  # of silence
SECONDS_IN_ALL = 10.0  # for whoever answers a byte at a time
TRANSLATED = ip_network("64:ff9b::/96")  # IPv4 addresses behind a translator
LOCAL_NAMES = (".localhost", ".local", ".internal")


class Inside(OSError):
    """An address of an internal network that nobody has named."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is in an internal network that MESSENGER_NETWORKS does not name")


def may_be_at(address: str) -> bool:
    """Whether the portal may connect to this numeric address."""
    found = _plain(ip_address(address.partition("%")[0]))
    if any(found in network for network in networks(tuple(settings.MESSENGER_NETWORKS))):
        return True
    return found.is_global and not (found.is_multicast or found.is_reserved or _tunnelled(found))


def looks_internal(host: str) -> bool:
    """What can be told of a host without asking anybody: numeric addresses, and names that are local by convention."""
    try:
        return not may_be_at(host.strip("[]"))
    except ValueError:
        name = f".{host.rstrip('.').lower()}"
        return name.endswith(LOCAL_NAMES) and not settings.MESSENGER_NETWORKS


@lru_cache(maxsize=4)
def networks(named: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(each.strip(), strict=False) for each in named)
    except ValueError as error:
        raise ImproperlyConfigured(f"MESSENGER_NETWORKS: {error}") from error


def connect(host: str, port: int) -> socket.socket:
    """A connection to the host, by addresses that were checked. OSError where it is away or inside."""
    failed: OSError = OSError(f"{host} has no address")
    for address in list(_checked(host, port)):
        try:
            return socket.create_connection(address, timeout=SECONDS_TO_ANSWER)
        except OSError as error:
            failed = error
    raise failed


def post(url: str, body: bytes, headers: dict[str, str]) -> None:
    """One attempt. OSError, HTTPException or ValueError when it is not taken; where an answer leads is not followed."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url} is no address of the web")
    kind = _Secure if parts.scheme == "https" else _Plain
    connection = kind(parts.hostname, parts.port or kind.default_port, timeout=SECONDS_TO_ANSWER)
    patience = Timer(SECONDS_IN_ALL, _hang_up, [connection])
    patience.start()
    try:
        connection.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers)
        answer = connection.getresponse()
        if not 200 <= answer.status < 300:
            raise HTTPException(f"{answer.status} {answer.reason}")
    finally:
        patience.cancel()
        connection.close()


def _hang_up(connection: HTTPConnection) -> None:
    """Whoever waits for the answer wakes up with an error; the socket itself, below TLS, which would wait as well."""
    if connection.sock is not None:
        with suppress(OSError):
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


def _checked(host: str, port: int) -> Iterator[tuple[str, int]]:
    for _family, _kind, _protocol, _name, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        address = str(where[0])
        if not may_be_at(address):
            raise Inside(address)
        yield address, port


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address that is written as one of IPv6."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in TRANSLATED:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _tunnelled(address: IPv4Address | IPv6Address) -> bool:
    return isinstance(address, IPv6Address) and bool(address.sixtofour or address.teredo or address.is_site_local)


class _Plain(HTTPConnection):
    def connect(self) -> None:
        self.sock = connect(self.host, self.port)


class _Secure(HTTPSConnection):
    def connect(self) -> None:
        self.sock = create_default_context().wrap_socket(connect(self.host, self.port), server_hostname=self.host)
