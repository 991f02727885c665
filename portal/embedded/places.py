"""The directories the servers live in, and the record of what runs there."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from portal.embedded.binaries import REPOSITORY, Account, Failure, common_ground
from portal.embedded.processes import Identity, command_line, identify, stop

VAR = Path(os.environ.get("PORTAL_DATA") or REPOSITORY / "var").absolute()
GENTLE = ((signal.SIGTERM, 6.0), (signal.SIGKILL, 3.0))
POSTGRES = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 4.0), (signal.SIGKILL, 3.0))
_LONGEST_SOCKET = 100
_SAFE = re.compile(r"[A-Za-z0-9/._-]+")
_THROWAWAY = "portal-try-"


class Busy(Exception):
    """Somebody holds this place."""


@dataclass
class Place:
    """`home` is ours; `ground` holds what the servers' account must reach (the same, nearly always)."""

    home: Path
    ground: Path
    who: Account
    throwaway: bool = False
    sockets: Path = field(init=False)
    _lock: IO[str] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.sockets = self.ground / "run"

    @property
    def postgres(self) -> Path:
        return self.ground / "postgres"

    @property
    def valkey(self) -> Path:
        return self.ground / "valkey"

    def log(self, name: str) -> Path:
        return self.home / "log" / f"{name}.log"

    @property
    def _record(self) -> Path:
        return self.home / "running.json"

    def lock(self) -> None:
        """Hold the place until this process ends, however it ends; children do not inherit the hold."""
        handle = (self.home / "lock").open("a+")
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            raise Busy from None
        self._lock = handle

    def move(self, home: Path) -> None:
        self.home.rename(home)
        self.home = self.ground = home
        self.sockets = home / "run"

    def read_record(self) -> dict[str, Any]:
        try:
            found = json.loads(self._record.read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def note(self, **facts: Any) -> None:
        """Add to the record, whole or not at all."""
        text = json.dumps(self.read_record() | facts)
        fresh = self._record.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self._record)

    def note_process(self, name: str, pid: int) -> None:
        who = identify(pid)
        if who:
            known = self.read_record().get("processes", {})
            self.note(processes={**known, name: [who.pid, who.started]})

    def open_sockets(self) -> None:
        """A private directory whose path fits a socket address and needs no quoting in a URL."""
        if not _fits(self.sockets):
            base = next(b for b in (tempfile.gettempdir(), "/tmp") if _fits(Path(b) / "portal-12345678"))
            self.sockets = Path(tempfile.mkdtemp(prefix="portal-", dir=base))
        self.who.own(self.sockets)
        for old in self.sockets.iterdir():
            old.unlink()
        self.note(sockets=str(self.sockets))

    def sweep(self) -> None:
        """Stop what an earlier run left behind here, and forget it. Call with the lock held."""
        record = self.read_record()
        for name, (pid, started) in record.get("processes", {}).items():
            stop(Identity(pid, started), POSTGRES if name == "postgres" else GENTLE, group=name not in SERVERS)
        self._sweep_postmaster()
        self._forget_sockets(record.get("sockets", ""))
        self._record.unlink(missing_ok=True)

    def _sweep_postmaster(self) -> None:
        """A server on our data that nobody recorded is stopped. A note left by a dead one is erased: its number may be
        somebody else's by now, or a dead process nobody has reaped. Shared memory still guards the data after that."""
        pid_file = self.postgres / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return
        found = identify(pid)
        ours = found and str(self.postgres) in command_line(pid)
        if found and ours and not stop(found, POSTGRES):
            raise Failure(f"The PostgreSQL server {pid} on {self.postgres} does not stop.")
        pid_file.unlink(missing_ok=True)

    def _forget_sockets(self, recorded: str) -> None:
        path = Path(recorded or self.sockets)
        if path == self.sockets or path.name.startswith("portal-"):
            shutil.rmtree(path, ignore_errors=True)

    def leave(self) -> None:
        """The end of a run: nothing runs here any more."""
        self._forget_sockets(str(self.sockets))
        self._record.unlink(missing_ok=True)
        if self.throwaway:
            shutil.rmtree(self.home, ignore_errors=True)
        if self._lock:
            self._lock.close()
            self._lock = None


SERVERS = ("postgres", "valkey")


def _fits(directory: Path) -> bool:
    path = str(directory / ".s.PGSQL.5432")
    return len(os.fsencode(path)) <= _LONGEST_SOCKET and _SAFE.fullmatch(path) is not None


def demo_place(who: Account) -> Place:
    """The demo's directory in the checkout; what `nobody` cannot reach there lies on common ground."""
    fresh = not VAR.exists()
    home = VAR / "demo"
    try:
        (home / "log").mkdir(parents=True, exist_ok=True)
        if fresh:
            VAR.chmod(0o755)
        home.chmod(0o711 if who.borrowed else 0o700)
    except PermissionError:
        raise Failure(f"{home} belongs to another account. Remove it, or start as that account.") from None
    return Place(home, home if who.reaches(home) else common_ground(home), who)


def throwaway_place(who: Account) -> Place:
    """A directory of its own for one run, gone afterwards; what killed runs left is removed first."""
    bases = [Path(base) for base in (tempfile.gettempdir(), "/tmp", "/var/tmp") if who.reaches(Path(base))]
    if not bases:
        raise Failure("No temporary directory is readable by the account that runs PostgreSQL.")
    for left in bases[0].glob(f"{_THROWAWAY}*"):
        with suppress(FileNotFoundError):
            _clear(left, who)
    unseen = Path(tempfile.mkdtemp(prefix=f".{_THROWAWAY}", dir=bases[0]))
    (unseen / "log").mkdir()
    unseen.chmod(0o711 if who.borrowed else 0o700)
    place = Place(unseen, unseen, who, throwaway=True)
    place.lock()
    # Held first, named second: nobody who clears up ever sees it free.
    place.move(unseen.with_name(unseen.name.removeprefix(".")))
    return place


def _clear(left: Path, who: Account) -> None:
    if left.lstat().st_uid != os.geteuid() or not (left / "lock").is_file():
        return
    place = Place(left, left, who, throwaway=True)
    with suppress(Busy):
        place.lock()
        place.sweep()
        place.leave()
