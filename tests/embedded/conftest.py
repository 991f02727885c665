"""A place of its own for each test, and a process to be stopped."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.embedded.binaries import Account
from portal.embedded.places import Place

ME = Account(os.geteuid(), os.getegid(), borrowed=False)
SLEEP = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    home = tmp_path / "var" / "demo"
    (home / "log").mkdir(parents=True)
    return Place(home, home, ME)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(SLEEP, start_new_session=True)
    yield process
    process.kill()
    process.wait()
