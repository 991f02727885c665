"""The whole portal on one machine: servers, data, web, worker and beat, until Ctrl-C."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from portal.embedded.binaries import REPOSITORY, Failure, account, say
from portal.embedded.crew import Crew
from portal.embedded.places import Busy, Place, demo_place
from portal.embedded.processes import die_with_parent, signals_held
from portal.embedded.servers import Servers
from portal.embedded.with_servers import secret_key

_WILD = ("0.0.0.0", "::")  # noqa: S104 - only asked about, never the default
_PATIENCE = 45


@dataclass(frozen=True)
class Address:
    host: str
    port: int

    @property
    def url(self) -> str:
        host = "127.0.0.1" if self.host in _WILD else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def bind(self) -> str:
        return f"{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def allowed_hosts(self) -> str:
        return "*" if self.host in _WILD else f"localhost,127.0.0.1,[::1],{self.host}"

    @classmethod
    def chosen(cls) -> Address:
        port = os.environ.get("PORT") or "8000"
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise Failure(f"PORT is “{port}”: it must be a number from 1 to 65535.")
        return cls(os.environ.get("HOST") or "127.0.0.1", int(port))

    def must_be_free(self) -> None:
        try:
            family, kind, proto, _, where = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind, proto) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(where)
        except OSError as error:
            advice = f"Choose another one: PORT={self.port + 1} bin/demo"
            raise Failure(f"{self.bind} cannot be used ({error.strerror}). {advice}") from None


def demo(*, reset: bool) -> int:
    began = time.monotonic()
    address = Address.chosen()
    place = demo_place(account())
    try:
        _hold(place)
    except Busy:
        return _already_running(place)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a script's background job is born deaf to it
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    place.sweep()
    if reset:
        _empty(place)
    address.must_be_free()
    say("Starting PostgreSQL and Valkey …")
    with Servers(place) as servers:
        place.note(address=address.url)
        environment = _environment(place, servers, address)
        _prepare(place, environment)
        return _run(servers, address, environment, began)


def _hold(place: Place) -> None:
    """Take the place. A supervisor that is just going is given a moment."""
    until = time.monotonic() + 2
    while True:
        try:
            place.lock()
            return
        except Busy:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _already_running(place: Place) -> int:
    where = place.read_record().get("address")
    say(f"The demo is already running{f' at {where}/' if where else ''}. Stop that one first (Ctrl-C there).")
    return 1


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _empty(place: Place) -> None:
    say("Removing the demo's data …")
    for path in place.home.iterdir():
        if path.name not in {"lock", "log"}:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in (place.postgres, place.valkey):
        shutil.rmtree(path, ignore_errors=True)


def _environment(place: Place, servers: Servers, address: Address) -> dict[str, str]:
    return {
        "ALLOWED_HOSTS": address.allowed_hosts,
        "SITE_URL": address.url,
        "EMBED_ALLOWED": "http://localhost:*,http://127.0.0.1:*",  # to try a partner's list in a page of one's own
        **os.environ,
        **servers.environment(),
        "PORTAL_MODE": "demo",
        "SECRET_KEY": secret_key(place.home),
        "MEDIA_ROOT": str(place.home / "media"),
        "STATIC_ROOT": str(place.home / "static"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }


def _prepare(place: Place, environment: dict[str, str]) -> None:
    """Schema, demo data and static files; skipped when the code is the one that last did it."""
    stamp, state = place.home / "prepared", _state_of_code()
    if stamp.exists() and stamp.read_text() == state:
        return
    stamp.unlink(missing_ok=True)
    for telling, words in (
        ("Bringing the database up to date …", ("migrate", "--verbosity=0")),
        ("Loading the demo data …", ("seed",)),
        ("Collecting the static files …", ("collectstatic", "--noinput", "--verbosity=0")),
    ):
        say(telling)
        _manage(environment, *words)
    (place.home / "people").write_text(_manage(environment, "demo_people"))
    stamp.write_text(state)


def _manage(environment: dict[str, str], *words: str) -> str:
    with signals_held():
        process = subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=REPOSITORY,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
    try:
        said, _none = process.communicate()
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode:
        raise Failure(f"manage.py {words[0]} failed:\n{said.strip()[-3000:]}")
    return said


def _state_of_code() -> str:
    found = hashlib.sha256()
    for path in sorted(_sources(REPOSITORY)):
        about = path.stat()
        found.update(f"{path.relative_to(REPOSITORY)} {about.st_size} {about.st_mtime_ns}\n".encode())
    return found.hexdigest()


def _sources(directory: Path) -> Iterator[Path]:
    for path in directory.iterdir():
        if path.name.startswith(".") or path.name in {"var", "tests", "docs", "deploy", "__pycache__"}:
            continue
        if path.is_dir():
            yield from _sources(path)
        elif path.is_file():
            yield path


def _run(servers: Servers, address: Address, environment: dict[str, str], began: float) -> int:
    people = (servers.place.home / "people").read_text()
    crew = Crew(servers, Announcement(address, people, began).due)
    for name, command in commands(address, servers.place).items():
        crew.add(name, command, environment, str(REPOSITORY))
    say("Starting web, worker and beat …")
    crew.loop()
    if crew.culprit is None:
        say("Stopped.")
        return int(crew.returncode or 0)
    say(f"\nEverything was stopped, because {crew.obituary(crew.culprit)}")
    return 1


def commands(address: Address, place: Place) -> dict[str, list[str]]:
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "portal"]
    web = [sys.executable, "-m", "gunicorn", "portal.wsgi:application", "--bind", address.bind]
    web += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload", "--no-control-socket"]
    web += ["--graceful-timeout", "3", "--log-level", "warning"]
    schedule = ["--schedule", str(place.home / "beat-schedule"), "--pidfile", ""]
    return {
        "web": web,
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "warning", "--without-mingle"],
        "beat": [*celery, "beat", "--loglevel", "warning", *schedule],
    }


@dataclass
class Announcement:
    """Says once, when the portal answers, where it is and who can be picked there."""

    address: Address
    people: str
    began: float

    def due(self) -> bool:
        """Asked again and again; True when it has been said."""
        late = time.monotonic() - self.began > _PATIENCE
        if not self._answers("/readyz") and not (late and self._answers("/healthz")):
            return False
        seconds = f"{time.monotonic() - self.began:.0f} s"
        if late:
            say("The portal answers, but not all of it is ready; /readyz says what is missing.")
        print(f"\n{self.people.rstrip()}", flush=True)
        print(f"\nThe portal is ready ({seconds}): {self.address.url}/\nCtrl-C stops it.\n", flush=True)
        return True

    def _answers(self, path: str) -> bool:
        request = urllib.request.Request(self.address.url + path)  # noqa: S310 - always http to ourselves
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=3) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError, ValueError):
            return False
