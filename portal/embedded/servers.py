"""PostgreSQL and Valkey: prepare, start, wait, stop."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from portal.embedded.binaries import Failure, Programs, programs
from portal.embedded.places import GENTLE, POSTGRES, Place
from portal.embedded.processes import die_with_parent, identify, signals_held, stop

LOCALE = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
_USER = _DATABASE = "portal"
_CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=4GB")
_LOG_LIMIT = 4_000_000


class Servers:
    """Both servers of one place. Use as a context manager: what was started is stopped."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Servers:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.place.leave()

    def environment(self) -> dict[str, str]:
        return addresses(self.place.sockets)

    def start(self) -> None:
        found = programs(self.place.who)
        self.place.sweep()
        self.place.open_sockets()
        self._prepare_postgres(found)
        self.place.who.own(self.place.valkey)
        self._start("valkey", _valkey_command(found, self.place))
        self._start_postgres(found)
        self._wait("valkey", lambda: _pong(self.place.sockets / "vk.sock"))

    def stop(self) -> None:
        for name, number in (("valkey", signal.SIGTERM), ("postgres", signal.SIGINT)):
            if name in self.processes and self.processes[name].poll() is None:
                self.processes[name].send_signal(number)
        for name, process in self.processes.items():
            who = identify(process.pid)
            try:
                process.wait(timeout=8)
            except subprocess.TimeoutExpired:
                if who:
                    stop(who, POSTGRES[1:] if name == "postgres" else GENTLE[1:])
                process.wait(timeout=5)
        self.processes.clear()

    def dead(self) -> str | None:
        """The name of a server that has ended by itself."""
        return next((name for name, process in self.processes.items() if process.poll() is not None), None)

    def tail(self, name: str, lines: int = 12) -> str:
        try:
            return "\n".join(self.place.log(name).read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    def _prepare_postgres(self, found: Programs) -> None:
        """Build the data directory under another name, so that a half-built one is never taken for whole."""
        place = self.place
        if place.postgres.exists():
            return
        half = place.ground / "postgres.new"
        shutil.rmtree(half, ignore_errors=True)
        place.who.own(half)
        self._run(found.postgres("initdb"), "-D", str(half), "-U", _USER, "--auth=trust", "--no-sync", *LOCALE)
        create = f"CREATE DATABASE {_DATABASE}\n"
        self._run(found.postgres("postgres"), "--single", "-F", "-D", str(half), "postgres", words=create)
        if not place.throwaway:
            self._run(found.postgres("initdb"), "--sync-only", "-D", str(half))
        half.rename(place.postgres)

    def _run(self, *command: str, words: str | None = None) -> None:
        done = subprocess.run(
            command, input=words, capture_output=True, text=True, check=False, **self.place.who.popen()
        )
        if done.returncode:
            raise Failure(f"{Path(command[0]).name} failed:\n{(done.stdout + done.stderr).strip()[-2000:]}")

    def _start(self, name: str, command: list[str]) -> None:
        log = self.place.log(name)
        fresh = not log.exists() or log.stat().st_size > _LOG_LIMIT
        with log.open("wb" if fresh else "ab") as output, signals_held():
            self.processes[name] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT if name == "postgres" else signal.SIGTERM),
                **self.place.who.popen(),
            )
        self.place.note_process(name, self.processes[name].pid)

    def _start_postgres(self, found: Programs, tries: int = 5) -> None:
        """A server killed a moment ago may leave children that still hold its memory: try again shortly."""
        ask = [found.postgres("pg_isready"), "-q", "-h", str(self.place.sockets), "-U", _USER]
        while True:
            self._start("postgres", _postgres_command(found, self.place))
            try:
                return self._wait("postgres", lambda: subprocess.run(ask, check=False).returncode == 0, 60)
            except Failure:
                tries -= 1
                if not tries or "still in use" not in self.tail("postgres", 3):
                    raise
                time.sleep(1)

    def _wait(self, name: str, ready: Callable[[], bool], seconds: float = 20) -> None:
        until = time.monotonic() + seconds
        while self.processes[name].poll() is None and time.monotonic() < until:
            if ready():
                return
            time.sleep(0.02)
        raise Failure(f"{name} did not start. Its last words ({self.place.log(name)}):\n{self.tail(name)}")


def addresses(sockets: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": f"postgresql://{_USER}@/{_DATABASE}?host={sockets}",
        "REDIS_URL": f"unix://{sockets}/vk.sock",
    }


def _postgres_command(found: Programs, place: Place) -> list[str]:
    options = [
        "listen_addresses=",
        f"unix_socket_directories={place.sockets}",
        "unix_socket_permissions=0700",
        "max_connections=200",
        "shared_buffers=128MB",
        *(_CARELESS if place.throwaway else ()),
    ]
    pairs = [word for option in options for word in ("-c", option)]
    return [found.postgres("postgres"), "-D", str(place.postgres), *pairs]


def _valkey_command(found: Programs, place: Place) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": f"{place.sockets}/vk.sock",
        "unixsocketperm": "700",
        "dir": str(place.valkey),
        "appendonly": "no" if place.throwaway else "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "databases": "64",
    }
    return [str(found.valkey_server), *(word for name, value in options.items() for word in (f"--{name}", value))]


def _pong(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(os.fspath(path))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False
