"""The servers that come with the portal: real ones, on a path with spaces and Chinese characters."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from portal.embedded.binaries import account, programs
from portal.embedded.places import Place, throwaway_place
from portal.embedded.processes import identify, stop

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("embedded")]
ROOT = Path(__file__).resolve().parents[2]
EMBEDDED = [sys.executable, "-m", "portal.embedded"]
ON_LINUX = sys.platform.startswith("linux")


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data directory of our own, so that a demo running on this machine is left alone."""
    directory = Path(tempfile.mkdtemp(prefix="portal 新区 "))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "PORT", "HOST"}
    }
    return {**kept, "PORTAL_DATA": str(data), **more}


def embedded(data: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*EMBEDDED, *words], cwd=ROOT, env=environment(data, **more), capture_output=True, text=True, timeout=60
    )


def sql(statement: str) -> list[str]:
    """The words of a command that runs a statement and prints the first value."""
    code = (
        "import os, sys, psycopg as p; print(p.connect(os.environ['DATABASE_URL']).execute(sys.argv[1]).fetchone()[0])"
    )
    return ["--", sys.executable, "-c", code, statement]


def in_background(data: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*EMBEDDED, *words], cwd=ROOT, env=environment(data), stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def eventually(true: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def record(data: Path) -> dict[str, dict[str, tuple[int, str]]]:
    return json.loads((data / "demo" / "running.json").read_text())


# --- one command beside throw-away servers ---------------------------------------------------------------------------


def test_exit_code_and_addresses_pass_through_and_nothing_stays(data: Path) -> None:
    code = (
        "import os, sys, psycopg, redis; url = os.environ['DATABASE_URL'];"
        "print(psycopg.connect(url).info.server_version // 10000, redis.from_url(os.environ['REDIS_URL']).ping());"
        "print(url.partition('host=')[2]); sys.exit(7)"
    )
    done = embedded(data, "with-servers", "--ephemeral", "--", sys.executable, "-c", code)
    versions, sockets = done.stdout.splitlines()
    assert (done.returncode, versions) == (7, "18 True")
    assert not Path(sockets).exists()
    assert not Path(sockets).parent.name.startswith("portal-try-") or not Path(sockets).parent.exists()


def test_a_command_that_is_not_there_is_told_without_a_traceback(data: Path) -> None:
    done = embedded(data, "with-servers", "--", "no-such-program")
    assert (done.returncode, done.stderr) == (1, "no-such-program: No such file or directory\n")


def test_no_command_at_all_is_a_usage_error(data: Path) -> None:
    assert embedded(data, "with-servers", "--").returncode == 2


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGTERM, 128 + signal.SIGTERM),
        pytest.param(
            signal.SIGKILL,
            -signal.SIGKILL,
            marks=pytest.mark.skipif(not ON_LINUX, reason="the kernel's part is Linux's"),
        ),
    ],
)
def test_killing_the_supervisor_stops_the_command_and_the_servers(
    data: Path, number: signal.Signals, code: int
) -> None:
    show = "import os, time; print(os.getpid(), os.environ['DATABASE_URL'].split('=')[1], flush=True); time.sleep(99)"
    process = in_background(data, "with-servers", "--ephemeral", "--", sys.executable, "-c", show)
    assert process.stdout
    pid, _, sockets = process.stdout.readline().strip().partition(" ")
    servers = [identify(int(Path(sockets).parent.joinpath("postgres", "postmaster.pid").read_text().split()[0]))]
    servers.append(identify(int(pid)))
    process.send_signal(number)
    assert process.wait(45) == code
    assert eventually(lambda: not any(server and server.alive for server in servers))
    if number == signal.SIGKILL:  # what it left behind is cleared by the next one
        throwaway_place(account()).leave()
    assert not Path(sockets).parent.exists()


# --- servers whose data stays ----------------------------------------------------------------------------------------


def test_data_survives_kill_9_of_everything(data: Path) -> None:
    process = in_background(data, "with-servers", "--", "sh", "-c", "echo $DATABASE_URL; exec sleep 99")
    assert process.stdout
    with psycopg.connect(process.stdout.readline().strip()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 41 + 1 AS n")
    servers = record(data)["processes"]
    process.kill()
    for pid, _started in servers.values():
        os.kill(pid, signal.SIGKILL)
    process.wait()
    again = embedded(data, "with-servers", *sql("SELECT n FROM kept"))
    assert (again.stdout, again.returncode) == ("42\n", 0), again.stderr


def test_sockets_have_a_short_plain_private_path_of_their_own(data: Path) -> None:
    show = "import os; p = os.environ['DATABASE_URL'].partition('host=')[2]; print(p, oct(os.stat(p).st_mode)[-3:])"
    path, _, mode = embedded(data, "with-servers", "--", sys.executable, "-c", show).stdout.strip().rpartition(" ")
    assert path.isascii()
    assert " " not in path
    assert len(path) < 80
    assert mode == "700"
    assert not Path(path).exists()


def test_an_orphaned_server_is_stopped_before_the_next_start(data: Path) -> None:
    who = account()
    sockets = Path(tempfile.mkdtemp(prefix="portal-"))
    who.own(sockets)
    orphan = subprocess.Popen(
        [
            programs(who).postgres("postgres"),
            "-D",
            str(data / "demo" / "postgres"),
            "-c",
            "listen_addresses=",
            "-k",
            str(sockets),
        ],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        **who.popen(),
    )
    assert eventually(lambda: (sockets / ".s.PGSQL.5432").exists())
    again = embedded(data, "with-servers", *sql("SELECT 1"))
    assert (again.stdout, again.returncode) == ("1\n", 0), again.stderr
    assert orphan.wait(30) == 0
    shutil.rmtree(sockets)


def test_a_foreign_process_with_the_number_of_ours_is_left_alone(data: Path) -> None:
    bystander = subprocess.Popen(["sleep", "99"], start_new_session=True, **account().popen())
    demo = data / "demo"
    (demo / "running.json").write_text(json.dumps({"processes": {"web": [bystander.pid, "another boot:1"]}}))
    (demo / "postgres" / "postmaster.pid").write_text(
        f"{bystander.pid}\n{demo / 'postgres'}\n1\n5432\n\n\n0 0\nready\n"
    )
    again = embedded(data, "with-servers", *sql("SELECT 1"))
    assert (again.stdout, again.returncode) == ("1\n", 0), again.stderr
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_a_recorded_web_server_that_outlived_its_supervisor_is_stopped(data: Path) -> None:
    orphan = subprocess.Popen(["sleep", "99"], start_new_session=True)
    place = Place(data / "demo", data / "demo", account())
    place.note_process("web", orphan.pid)
    assert embedded(data, "with-servers", "--", "true").returncode == 0
    assert orphan.wait(30) == -signal.SIGTERM


def test_a_half_built_data_directory_is_built_again(data: Path) -> None:
    fresh = data / "interrupted"
    half = fresh / "demo" / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    for directory in (fresh, fresh / "demo"):
        directory.chmod(0o711)
    assert embedded(fresh, "with-servers", *sql("SELECT 5")).stdout == "5\n"
    assert not half.exists()


# --- two at once, and the demo's own refusals ------------------------------------------------------------------------


def test_while_servers_run_commands_share_them_and_a_second_demo_refuses(data: Path) -> None:
    process = in_background(data, "with-servers", "--", "sh", "-c", "echo $DATABASE_URL; exec sleep 99")
    assert process.stdout
    address = process.stdout.readline().strip()
    shared = embedded(data, "with-servers", "--", "sh", "-c", "echo $DATABASE_URL")
    refused = embedded(data, "demo", PORT="18999")
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT 3").fetchone() == (3,)
    process.terminate()
    assert process.wait(45) == 128 + signal.SIGTERM
    assert shared.stdout.strip() == address
    assert refused.returncode == 1
    assert "already running" in refused.stderr


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1"])
def test_a_port_that_is_none_is_told(data: Path, port: str) -> None:
    done = embedded(data, "demo", PORT=port)
    assert (done.returncode, done.stderr) == (1, f"PORT is “{port}”: it must be a number from 1 to 65535.\n")


def test_a_port_in_use_is_told_with_another_to_try(data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = embedded(data, "demo", PORT=str(port))
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be used" in done.stderr
    assert f"PORT={port + 1} bin/demo" in done.stderr


# --- processes by identity -------------------------------------------------------------------------------------------


def test_a_process_that_ignores_sigterm_is_killed() -> None:
    stubborn = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(99)",
        ],
        stdout=subprocess.PIPE,
    )
    assert stubborn.stdout
    stubborn.stdout.readline()
    found = identify(stubborn.pid)
    assert found
    assert stop(found, ((signal.SIGTERM, 0.2), (signal.SIGKILL, 3)))
    assert stubborn.wait() == -signal.SIGKILL
    assert identify(stubborn.pid) is None
