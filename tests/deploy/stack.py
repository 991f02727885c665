"""The portal's real processes on servers of their own; each can be stopped, killed and started again."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from types import TracebackType
from typing import Any

import redis
from django.db import connection

from portal.embedded.binaries import account, programs
from portal.embedded.places import throwaway_place
from portal.embedded.processes import die_with_parent
from portal.embedded.servers import Servers
from tests.processes import wait_for

ROOT = Path(__file__).resolve().parents[2]
SCHEDULE_FILE = "beat-schedule"


def copy_schema(target: str, more: bytes) -> None:
    """Tables and first rows of the test database, which is quicker than to migrate."""
    mine = {**os.environ, "DATABASE_URL": ""}
    theirs = connection.settings_dict["NAME"]
    source = urllib.parse.urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{theirs}").geturl()
    found = programs(account())
    dump = subprocess.run(
        [found.postgres("pg_dump"), "--no-owner", "--no-privileges", source], env=mine, capture_output=True, check=True
    )
    load = [found.postgres("psql"), "-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, target]
    subprocess.run(load, env=mine, input=dump.stdout + more, check=True)


class Stack:
    """`with Stack(EMAIL_URL=…) as stack:` has PostgreSQL with the tests' schema, and Valkey; the rest is `start`ed."""

    def __init__(self, **environment: str) -> None:
        self.servers = Servers(throwaway_place(account()))
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        given = {"PORTAL_MODE": "test", "SECRET_KEY": "s" * 60, "SITE_URL": f"http://127.0.0.1:{self.port}"}
        self.environment = {**os.environ, **given, **self.servers.environment(), **environment}
        self.environment["PYTHONWARNINGS"] = "ignore:You're running the worker with superuser privileges"

    def __enter__(self) -> "Stack":
        self.environment |= self.servers.__enter__().environment()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for name in self.processes:
            self.kill(name)
        self.servers.__exit__(kind, error, trace)

    @property
    def database(self) -> str:
        return self.environment["DATABASE_URL"]

    def copy_schema(self) -> None:
        # What is committed must outlive a crash here: the throw-away servers are otherwise careless about that.
        copy_schema(self.database, b"ALTER DATABASE portal SET synchronous_commit = on;")

    # --- web, worker, beat ----------------------------------------------------------------------------------------

    def start(self, *names: str) -> None:
        """Names begin with web, worker or beat; each process leads a group of its own."""
        for name in names:
            with self.log(name).open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    self._command(name),
                    cwd=ROOT,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=die_with_parent(signal.SIGKILL),
                )

    def _command(self, name: str) -> list[str]:
        celery = [sys.executable, "-m", "celery", "--quiet", "-A", "portal"]
        if name.startswith("web"):
            web = [sys.executable, "-m", "gunicorn", "portal.wsgi:application", "--bind", f"127.0.0.1:{self.port}"]
            return [*web, "--worker-class", "gthread", "--threads", "3", "--no-control-socket"]
        if name.startswith("worker"):
            return [*celery, "worker", "--concurrency", "2", "--loglevel", "warning", "--without-mingle"]
        schedule = str(self.servers.place.home / f"{SCHEDULE_FILE}-{name}")
        return [*celery, "beat", "--loglevel", "info", "--schedule", schedule, "--pidfile", ""]

    def log(self, name: str) -> Path:
        return self.servers.place.log(name)

    def kill(self, name: str) -> None:
        """-9, to the process and its children."""
        process = self.processes[name]
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(40)

    def all_alive(self) -> bool:
        """True, or an error with the last words of what has ended by itself."""
        for name, process in self.processes.items():
            if process.poll() not in (None, -signal.SIGKILL):
                raise AssertionError(f"{name} ended with {process.returncode}:\n{self.log(name).read_text()[-6000:]}")
        return True

    # --- servers --------------------------------------------------------------------------------------------------

    def halt(self, server: str, number: signal.Signals) -> None:
        self.servers.processes[server].send_signal(number)
        self.servers.processes[server].wait(10)

    def resume(self, server: str) -> None:
        """Start it again as it was; Valkey is empty then."""
        if server == "postgres":
            self.servers._start_postgres(programs(account()))
        else:
            self.servers._start(server, list(self.servers.processes[server].args))  # type: ignore[call-overload]
            wait_for(self._valkey_answers)

    def _valkey_answers(self) -> bool:
        try:
            with redis.from_url(self.environment["REDIS_URL"]) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


class Answer:
    def __init__(self, response: Any) -> None:
        with response:
            self.status, self.url = int(response.status), str(response.url)
            self.text = response.read().decode()


class Visitor:
    """A person's browser without its screen: cookies, redirects, and the form token of the page before."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        no_proxy, cookies = urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(no_proxy, cookies)

    def get(self, path: str, data: bytes | None = None) -> Answer:
        try:
            return Answer(self.opener.open(self.base + path, data, timeout=30))
        except urllib.error.HTTPError as error:
            return Answer(error)

    def fill(self, path: str, **fields: str) -> Answer:
        """Open the page and send its form with what it holds already, changed in these fields."""
        page = self.get(path)
        assert page.status == 200, page.text
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        return self.get(path, urllib.parse.urlencode(hidden | fields).encode())

    def sign_in(self, email: str, password: str) -> Answer:
        return self.fill("/en/accounts/login/", login=email, password=password)
