"""Processes by identity: a number alone may by now belong to somebody else."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc/self/stat")
_PR_SET_PDEATHSIG = 1
_ASKING_TO_LEAVE = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Identity:
    """A process number and the moment it began."""

    pid: int
    started: str

    @property
    def alive(self) -> bool:
        return started_at(self.pid) == self.started


def started_at(pid: int) -> str | None:
    """The moment a living process began, in a form to compare; None when there is no such process."""
    if _PROC.exists():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else f"{_boot()}:{fields[19]}"
    answer = _ps(pid, "stat=,lstart=").split(maxsplit=1)
    return None if len(answer) < 2 or answer[0].startswith("Z") else answer[1]


def identify(pid: int) -> Identity | None:
    started = started_at(pid)
    return Identity(pid, started) if started else None


def command_line(pid: int) -> str:
    if _PROC.exists():
        with suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return ""
    return _ps(pid, "command=")


def _boot() -> str:
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return ""


def _ps(pid: int, columns: str) -> str:
    command = ["ps", "-ww", "-o", columns, "-p", str(pid)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}, check=False)
    return done.stdout.strip()


def stop(process: Identity, steps: Sequence[tuple[signal.Signals, float]], *, group: bool = False) -> bool:
    """Send each signal in turn and wait that many seconds; True when the process has gone."""
    for number, seconds in steps:
        if not process.alive:
            return True
        with suppress(ProcessLookupError, PermissionError):
            (os.killpg if group else os.kill)(process.pid, number)
        until = time.monotonic() + seconds
        while process.alive and time.monotonic() < until:
            time.sleep(0.05)
    return not process.alive


@contextmanager
def signals_held() -> Iterator[None]:
    """Start a child in here: what asks us to leave waits until the block is over. A handler that raises while Python
    forks for a `preexec_fn` raises in vain, its exception is dropped, and we would stay."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ASKING_TO_LEAVE)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def die_with_parent(number: signal.Signals, parent: int | None = None) -> Callable[[], None]:
    """A preexec_fn for `signals_held`; through it the kernel signals the child when we are killed (on Linux only)."""
    on_linux = sys.platform.startswith("linux")
    libc = ctypes.CDLL(None, use_errno=True) if on_linux else None
    expected = parent or os.getpid()

    def arrange() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ASKING_TO_LEAVE)
        if libc:
            libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
            if os.getppid() != expected:
                os._exit(1)

    return arrange
