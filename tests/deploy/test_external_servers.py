"""The path without Docker, as docs/deployment.md describes it: the unit files' own commands with the example's own
variables, in production mode, against a PostgreSQL with a password and a Valkey that both listen on TCP."""

import http.client
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portal.embedded.binaries import account, programs
from portal.embedded.servers import LOCALE

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("external")]
ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "deploy" / "systemd"
PROXY = {"Host": "portal.example.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def example() -> dict[str, str]:
    lines = (ROOT / "deploy" / "env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, str]]:
    who = account()
    found = programs(who)
    base = Path(tempfile.mkdtemp(prefix="portal-external-"))
    base.chmod(0o711)
    data, password = base / "postgres", base / "password"
    who.own(data), who.own(base / "valkey")
    password.write_text("s3cret")
    password.chmod(0o644)
    login = ["--auth=scram-sha-256", f"--pwfile={password}", "-U", "portal", "--no-sync", *LOCALE]
    subprocess.run(
        [found.postgres("initdb"), "-D", str(data), *login], check=True, stdout=subprocess.DEVNULL, **who.popen()
    )
    ports = free_port(), free_port()
    options = ["-k", "", "-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-p", str(ports[0])]
    valkey = ["--port", str(ports[1]), "--bind", "127.0.0.1", "--dir", str(base / "valkey"), "--save", ""]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **who.popen()}
    running = [
        subprocess.Popen([found.postgres("postgres"), "-D", str(data), *options], **quiet),
        subprocess.Popen([str(found.valkey_server), *valkey], **quiet),
    ]
    try:
        _create_database(ports[0])
        yield {
            "DATABASE_URL": f"postgresql://portal:s3cret@127.0.0.1:{ports[0]}/portal",
            "REDIS_URL": f"redis://127.0.0.1:{ports[1]}",
        }
    finally:
        for process in running:
            process.send_signal(signal.SIGINT)
            process.wait(40)
        shutil.rmtree(base)


def _create_database(port: int) -> None:
    until = time.monotonic() + 15
    while True:
        try:
            with psycopg.connect(
                host="127.0.0.1", port=port, user="portal", password="s3cret", dbname="postgres", autocommit=True
            ) as connection:
                connection.execute("CREATE DATABASE portal")
                return
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.fixture(scope="module")
def production(servers: dict[str, str]) -> Iterator[dict[str, str]]:
    state = tempfile.mkdtemp(prefix="portal-state-")
    system = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    given = {name: value.replace("/var/lib/portal", state) for name, value in example().items()}
    yield {**system, **given, **servers, "SECRET_KEY": "x9" * 40, "STATE": state}
    shutil.rmtree(state)


def commands(unit: str, environment: dict[str, str], port: int = 0) -> list[list[str]]:
    """What a unit file starts, with its places replaced by ours."""
    ours = {
        "/opt/portal/.venv/bin/python": sys.executable,
        "/var/lib/portal": environment["STATE"],
        "127.0.0.1:8000": f"127.0.0.1:{port}",
    }
    lines = re.findall(r"^ExecStart=(.*)$", (UNITS / f"portal-{unit}.service").read_text(), re.M)
    return [[_replaced(word, ours) for word in shlex.split(line)] for line in lines]


def _replaced(word: str, ours: dict[str, str]) -> str:
    for theirs, mine in ours.items():
        word = word.replace(theirs, mine)
    return word


class Running:
    def __init__(self, port: int, processes: dict[str, subprocess.Popen[bytes]], logs: Path) -> None:
        self.port, self.processes, self.logs = port, processes, logs

    def get(self, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        return answer.status, answer.read().decode(), {name.lower(): value for name, value in answer.getheaders()}

    def wait_until_ready(self) -> None:
        until, last = time.monotonic() + 90, ""
        while time.monotonic() < until:
            dead = [name for name, process in self.processes.items() if process.poll() is not None]
            assert not dead, "\n".join((self.logs / name).read_text()[-2000:] for name in dead)
            try:
                status, last, _ = self.get("/readyz")
            except OSError:
                status = 0
            if status == 200:
                return
            time.sleep(0.2)
        raise AssertionError(f"not ready: {last}")


@pytest.fixture(scope="module")
def portal(production: dict[str, str]) -> Iterator[Running]:
    """Everything the unit files start, as plain processes, from an empty database."""
    for command in commands("migrate", production):
        done = subprocess.run(command, cwd=ROOT, env=production, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]
    port, logs, processes = free_port(), Path(production["STATE"]), {}
    for unit in ("web", "worker", "beat"):
        (command,) = commands(unit, production, port)
        with (logs / unit).open("wb") as log:
            processes[unit] = subprocess.Popen(command, cwd=ROOT, env=production, stdout=log, stderr=log)
    running = Running(port, processes, logs)
    try:
        running.wait_until_ready()
        yield running
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait(60)


def test_health_and_readiness(portal: Running) -> None:
    assert portal.get("/healthz")[:2] == (200, "ok")
    status, text, _ = portal.get("/readyz")
    assert (status, text) == (200, '{"database": "ok", "valkey": "ok", "worker": "ok"}')


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_sign_in_page_offers_no_demo_person(portal: Running, language: str) -> None:
    status, text, headers = portal.get(f"/{language}/accounts/login/", **PROXY)
    assert status == 200
    assert 'name="password"' in text
    assert "/demo/" not in text
    assert portal.get(f"/{language}/demo/", **PROXY)[0] == 404
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert "max-age" in headers["strict-transport-security"]


def test_a_static_file_named_by_the_page_is_served_for_long(portal: Running) -> None:
    page = portal.get("/en/accounts/login/", **PROXY)[1]
    found = re.search(r'href="(/static/[^"]+\.css)"', page)
    assert found
    status, _, headers = portal.get(found[1], **PROXY)
    assert status == 200
    assert "immutable" in headers["cache-control"]


def test_plain_http_is_sent_to_https(portal: Running) -> None:
    status, _, headers = portal.get("/en/", Host="portal.example.org")
    assert (status, headers["location"]) == (301, "https://portal.example.org/en/")


def test_a_foreign_host_name_is_refused(portal: Running) -> None:
    assert portal.get("/en/", **{**PROXY, "Host": "evil.example"})[0] == 400


def test_beat_keeps_its_schedule_where_the_unit_says(portal: Running) -> None:
    assert portal.processes["beat"].poll() is None
    assert list(portal.logs.glob("beat-schedule*"))


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS"])
def test_without_a_needed_variable_nothing_starts_and_the_message_names_it(
    production: dict[str, str], name: str
) -> None:
    less = {key: value for key, value in production.items() if key != name}
    done = subprocess.run([sys.executable, "manage.py", "migrate"], cwd=ROOT, env=less, capture_output=True, text=True)
    assert done.returncode != 0
    assert f"The portal cannot start: {name} not set." in done.stderr
    assert "docs/deployment.md" in done.stderr


def test_the_web_server_does_not_start_without_a_database_either(production: dict[str, str]) -> None:
    less = {key: value for key, value in production.items() if key != "DATABASE_URL"}
    (command,) = commands("web", production, free_port())
    done = subprocess.run(command, cwd=ROOT, env=less, capture_output=True, text=True, timeout=30)
    assert done.returncode != 0
    assert "The portal cannot start: DATABASE_URL not set." in done.stderr
