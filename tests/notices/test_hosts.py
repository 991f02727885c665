"""Where the messenger may be: no address of the portal's own neighbourhood, however it is written or reached."""

import socket
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from notices import hosts
from notices.forms import EndpointForm
from notices.models import Delivery, Endpoint
from notices.webhooks import deliver
from notices.workflow import Text, notify
from tests.factories.accounts import UserFactory
from tests.messenger import Messenger

INSIDE = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.0.0.5",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
]
OUTSIDE = ["1.1.1.1", "8.8.8.8", "172.32.0.1", "203.119.25.1", "2606:4700:4700::1111", "64:ff9b::808:808"]


@pytest.fixture
def nothing_named(settings: Any) -> None:
    settings.MESSENGER_NETWORKS = []


@pytest.mark.usefixtures("nothing_named")
class TestAddresses:
    @pytest.mark.parametrize("address", INSIDE)
    def test_inside(self, address: str) -> None:
        assert not hosts.may_be_at(address)

    @pytest.mark.parametrize("address", OUTSIDE)
    def test_outside(self, address: str) -> None:
        assert hosts.may_be_at(address)

    @pytest.mark.parametrize(
        ("named", "address", "may"),
        [
            (["10.20.0.0/16"], "10.20.3.4", True),
            (["10.20.0.0/16"], "10.21.0.1", False),
            (["10.20.0.7"], "10.20.0.7", True),
            (["10.20.0.7"], "10.20.0.8", False),
            (["10.20.3.4/16"], "10.20.9.9", True),  # written with a host in it
            ([" fd00:20::/32 "], "fd00:20::9", True),
            (["fd00:20::/32"], "fd00:21::9", False),
            (["10.20.0.0/16"], "::ffff:10.20.0.1", True),
            (["10.20.0.0/16", "192.168.7.0/24"], "192.168.7.7", True),
            (["10.20.0.0/16"], "1.1.1.1", True),
        ],
    )
    def test_networks_that_the_operator_names(self, named: list[str], address: str, may: bool, settings: Any) -> None:
        settings.MESSENGER_NETWORKS = named
        assert hosts.may_be_at(address) is may

    @pytest.mark.parametrize("named", ["intranet", "10.0.0.0/33", "10.0.0", ""])
    def test_what_is_no_network_is_said_by_the_variable_s_name(self, named: str, settings: Any) -> None:
        settings.MESSENGER_NETWORKS = [named]
        with pytest.raises(ImproperlyConfigured, match="MESSENGER_NETWORKS"):
            hosts.may_be_at("1.1.1.1")


def answering(*addresses: str) -> Any:
    """A name server's answer."""

    def getaddrinfo(_host: str, port: int, **_named: Any) -> list[Any]:
        kinds = [socket.AF_INET6 if ":" in each else socket.AF_INET for each in addresses]
        pairs = zip(kinds, addresses, strict=True)
        return [(kind, socket.SOCK_STREAM, 6, "", (each, port)) for kind, each in pairs]

    return getaddrinfo


@pytest.mark.usefixtures("nothing_named")
class TestConnecting:
    @pytest.mark.parametrize(
        "addresses",
        [["127.0.0.1"], ["169.254.169.254"], ["1.1.1.1", "10.0.0.1"], ["::1"], ["2606:4700::1", "::ffff:10.0.0.1"]],
        ids=["loopback", "metadata", "one-of-two", "v6", "mapped"],
    )  # fmt: skip
    def test_a_name_that_leads_inside_is_not_called(self, addresses: list[str], monkeypatch: Any) -> None:
        monkeypatch.setattr(hosts.socket, "getaddrinfo", answering(*addresses))
        called: list[Any] = []
        monkeypatch.setattr(hosts.socket, "create_connection", lambda *given, **_n: called.append(given))
        with pytest.raises(hosts.Inside, match="MESSENGER_NETWORKS"):
            hosts.connect("messenger.example", 443)
        assert not called, "not even the public one of the two"

    def test_what_was_checked_is_what_is_called(self, monkeypatch: Any) -> None:
        """The name is asked for once: a second answer could be another one."""
        answers = iter([answering("1.1.1.1"), answering("127.0.0.1")])
        monkeypatch.setattr(hosts.socket, "getaddrinfo", lambda *given, **named: next(answers)(*given, **named))
        called: list[Any] = []
        monkeypatch.setattr(hosts.socket, "create_connection", lambda place, **_n: called.append(place))
        hosts.connect("messenger.example", 8443)
        assert called == [("1.1.1.1", 8443)]

    @pytest.mark.parametrize(
        ("url", "place"),
        [
            ("https://[2606:4700:4700::1111]/take", ("2606:4700:4700::1111", 443)),
            ("https://[2606:4700:4700::1111]:8443/take", ("2606:4700:4700::1111", 8443)),
            ("http://messenger.example", ("messenger.example", 80)),
            ("https://messenger.example:0/x", ("messenger.example", 443)),
            ("https://信使.example/x", ("信使.example", 443)),
        ],
    )
    def test_host_and_port_are_read_as_they_are_written(self, url: str, place: Any, monkeypatch: Any) -> None:
        called: list[Any] = []

        def connect(*given: Any) -> None:
            called.append(given)
            raise OSError("away")

        monkeypatch.setattr(hosts, "connect", connect)
        with pytest.raises(OSError, match="away"):
            hosts.post(url, b"{}", {})
        assert called == [place]

    @pytest.mark.parametrize("url", ["https://m.example:99999/", "https://m.example:x/", "https://[::1/"])
    def test_an_impossible_port_or_host_is_an_error_that_is_noted(self, url: str) -> None:
        with pytest.raises(ValueError, match=r"."):
            hosts.post(url, b"{}", {})

    def test_the_next_address_is_tried(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(hosts.socket, "getaddrinfo", answering("1.1.1.1", "8.8.8.8"))
        tried: list[str] = []

        def create(place: tuple[str, int], **_named: Any) -> str:
            tried.append(place[0])
            if place[0] == "1.1.1.1":
                raise TimeoutError("away")
            return "connected"

        monkeypatch.setattr(hosts.socket, "create_connection", create)
        assert hosts.connect("messenger.example", 443) == "connected"
        assert tried == ["1.1.1.1", "8.8.8.8"]

    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1:{port}/take",
            "http://2130706433:{port}/take",
            "http://0x7f000001:{port}/take",
            "http://0177.0.0.1:{port}/take",
            "http://127.1:{port}/take",
            "http://[::ffff:127.0.0.1]:{port}/take",
            "http://localhost:{port}/take",
            "http://LOCALHOST.:{port}/take",
        ],
        ids=["plain", "decimal", "hex", "octal", "short", "mapped", "name", "dot"],
    )
    def test_no_way_of_writing_it_reaches_a_neighbour(self, url: str) -> None:
        with Messenger() as neighbour:
            port = neighbour.server.server_port
            with pytest.raises(OSError, match=r"."):
                hosts.post(url.format(port=port), b"{}", {})
            assert not neighbour.requests

    @pytest.mark.parametrize(
        "url", ["file:///etc/hostname", "ftp://1.1.1.1/x", "gopher://1.1.1.1", "//1.1.1.1", "https:///x"]
    )
    def test_only_addresses_of_the_web(self, url: str) -> None:
        with pytest.raises(ValueError, match="no address of the web"):
            hosts.post(url, b"{}", {})


@pytest.mark.django_db
class TestDeliveries:
    def test_an_inside_address_is_told_to_the_service_centre_and_tried_again_later(self, settings: Any) -> None:
        settings.MESSENGER_NETWORKS = []
        with Messenger() as neighbour:
            Endpoint.objects.create(name="odd", url=neighbour.url)
            notify(UserFactory(roles=["steward"]), key="k", kind="request.x", text=lambda: Text("s", "b"), urgent=True)
            assert deliver() == 0
            assert not neighbour.requests
        found = Delivery.objects.get()
        assert (found.state, found.attempts) == ("queued", 1)
        assert found.last_error == "Inside: 127.0.0.1 is in an internal network that MESSENGER_NETWORKS does not name"

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 400, 401, 404, 410, 500, 503])
    def test_only_a_2xx_is_an_arrival(self, status: int) -> None:
        with Messenger() as there, Messenger() as elsewhere:
            there.answers, there.leads_to = status, elsewhere.url
            Endpoint.objects.create(name="m", url=there.url)
            notify(UserFactory(roles=["steward"]), key="k", kind="request.x", text=lambda: Text("s", "b"), urgent=True)
            assert deliver() == 0
            assert (len(there.requests), len(elsewhere.requests)) == (1, 0)
        assert str(status) in Delivery.objects.get().last_error

    def test_the_query_goes_with_the_path(self) -> None:
        with Messenger() as there:
            hosts.post(f"{there.url}?room=7&x=%20", b"{}", {"X": "1"})
            assert there.paths == ["/take?room=7&x=%20"]


class TestForm:
    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "169.254.169.254", "10.1.2.3", "[::1]", "[fd00::1]", "localhost", "db.internal"]
    )
    def test_plainly_inside(self, host: str, settings: Any) -> None:
        settings.MESSENGER_NETWORKS = []
        form = EndpointForm({"name": "M", "url": f"https://{host}/take"})
        assert not form.is_valid()
        assert set(form.errors) == {"url"}

    @pytest.mark.parametrize(
        "url", ["https://messenger.example/take", "https://1.1.1.1/", "https://[2606:4700::1]:8443/x?y=1"]
    )
    def test_what_may_be(self, url: str, settings: Any) -> None:
        settings.MESSENGER_NETWORKS = []
        assert EndpointForm({"name": "M", "url": url}).is_valid()

    def test_a_named_network_is_taken(self, settings: Any) -> None:
        settings.MESSENGER_NETWORKS = ["10.20.0.0/16"]
        assert EndpointForm({"name": "M", "url": "https://10.20.0.5/take"}).is_valid()
        assert not EndpointForm({"name": "M", "url": "https://10.21.0.5/take"}).is_valid()

    @pytest.mark.parametrize("userinfo", ["portal:word", "portal", ":word"])
    def test_no_password_that_a_page_would_show(self, userinfo: str) -> None:
        form = EndpointForm({"name": "M", "url": f"https://{userinfo}@messenger.example/"})
        assert not form.is_valid()
