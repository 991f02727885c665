"""`bin/demo` itself: from nothing to a page, killed, started again, stopped."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import wait_for

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("demo")]
ROOT = Path(__file__).resolve().parents[2]


class Demo:
    """A demo with data of its own, so that one running on this machine is left alone."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None
        self.log = data / "said"

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        given = {"PORTAL_DATA": str(self.data), "PORT": str(self.port), "PYTHONFAULTHANDLER": "1"}
        command = [sys.executable, "-m", "portal.embedded", "demo", *words]
        kept = {name: value for name, value in os.environ.items() if name not in {"HOST", "ALLOWED_HOSTS", "SITE_URL"}}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**kept, **given},
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # as a script's background job is
            )
        return self.process

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def until_ready(self, seconds: float) -> str:
        assert self.process
        until = time.monotonic() + seconds
        while "The portal is ready" not in self.said():
            assert self.process.poll() is None, self.said()[-3000:]
            assert time.monotonic() < until, self.said()[-3000:]
            time.sleep(0.1)
        return self.said()

    def code(self) -> int:
        """With what it ended; where it does not end, what it is at."""
        assert self.process
        try:
            return self.process.wait(40)
        except subprocess.TimeoutExpired:
            at_work = subprocess.run(["ps", "-ef", "--forest"], capture_output=True, text=True, check=False).stdout
            self.process.send_signal(signal.SIGABRT)
            self.process.wait(10)
            raise AssertionError(f"{self.said()[-4000:]}\n{at_work[-6000:]}") from None

    def until_migrating(self) -> str:
        wait_for(lambda: "Bringing the database up to date …" in self.said())
        return self.said()

    def page(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            assert answer.status == 200
            return str(answer.read().decode())


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    data = Path(tempfile.mkdtemp(prefix="portal 演示 "))
    data.chmod(0o711)
    found = Demo(data)
    yield found
    if found.process and found.process.poll() is None:
        found.process.kill()
        found.process.wait()
        time.sleep(1)
    shutil.rmtree(data, ignore_errors=True)


def test_stopped_half_way_it_leaves_at_once(demo: Demo) -> None:
    process = demo.start()
    demo.until_migrating()
    process.send_signal(signal.SIGTERM)
    assert demo.code() == 128 + signal.SIGTERM
    assert not (demo.data / "demo" / "running.json").exists()


def test_from_half_way_to_a_page_with_people_to_pick(demo: Demo) -> None:
    demo.start()
    said = demo.until_ready(170)
    for line in ("Bringing the database up to date …", "Loading the demo data …", f"http://127.0.0.1:{demo.port}/"):
        assert line in said
    assert "@demo.example" in said
    assert (demo.data / "demo" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert "/demo/" in demo.page("/en/accounts/login/")
    assert "政策" in demo.page("/zh-hans/policies/")


def test_after_kill_9_the_next_start_is_quick_and_keeps_everything(demo: Demo) -> None:
    assert demo.process
    key = (demo.data / "demo" / "secret_key").read_text()
    demo.process.kill()
    demo.process.wait()
    began = time.monotonic()
    demo.start()
    said = demo.until_ready(60)
    assert "Loading the demo data" not in said
    assert "@demo.example" in said
    assert (demo.data / "demo" / "secret_key").read_text() == key
    # 15 seconds on an idle machine; here other tests run beside it.
    assert time.monotonic() - began < 45


def test_ctrl_c_stops_everything(demo: Demo) -> None:
    assert demo.process
    demo.process.send_signal(signal.SIGINT)
    assert demo.code() == 130
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", demo.port))
    assert demo.said().rstrip().endswith("Stopped.")
    assert not (demo.data / "demo" / "running.json").exists()


def test_reset_removes_the_data_first(demo: Demo) -> None:
    mark = demo.data / "demo" / "media" / "mark"
    mark.parent.mkdir(exist_ok=True)
    mark.write_text("old")
    process = demo.start("--reset")
    said = demo.until_migrating()
    process.send_signal(signal.SIGINT)
    assert demo.code() == 130
    assert said.startswith("Removing the demo's data …\n")
    assert not mark.exists()
