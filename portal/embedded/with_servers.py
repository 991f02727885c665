"""Run one command beside the servers and hand back its exit code."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from portal.embedded.binaries import Failure, account
from portal.embedded.places import VAR, Busy, Place, demo_place, throwaway_place
from portal.embedded.processes import die_with_parent, signals_held
from portal.embedded.servers import Servers, addresses


def with_servers(command: Sequence[str], *, ephemeral: bool) -> int:
    who = account()
    if ephemeral:
        signal.signal(signal.SIGTERM, _leave)
        with Servers(throwaway_place(who)) as servers:
            return _run(command, servers.environment())
    place = demo_place(who)
    try:
        place.lock()
    except Busy:
        return _beside_running(place, command)
    signal.signal(signal.SIGTERM, _leave)
    with Servers(place) as servers:
        return _run(command, servers.environment())


def _beside_running(place: Place, command: Sequence[str]) -> int:
    """The demo is up: use its servers and leave them running."""
    sockets = place.read_record().get("sockets")
    if not sockets:
        raise Failure("The demo is just starting or stopping. Try again in a moment.")
    return _run(command, addresses(Path(sockets)))


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signal.SIGTERM)


def secret_key(home: Path) -> str:
    """Made once for a demo and kept where only its owner reads it."""
    path = home / "secret_key"
    if not path.exists():
        with os.fdopen(os.open(path.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(60))
        path.with_suffix(".new").rename(path)
    return path.read_text()


def _environment(facts: Mapping[str, str]) -> dict[str, str]:
    environment = {"PORTAL_MODE": "test", **os.environ, **facts}
    if "SECRET_KEY" not in environment:
        kept = environment["PORTAL_MODE"] == "demo"
        environment["SECRET_KEY"] = secret_key(VAR / "demo") if kept else secrets.token_urlsafe(60)
    return environment


def _run(command: Sequence[str], facts: Mapping[str, str]) -> int:
    """Signals go on to the command; the servers stop only after it."""
    try:
        with signals_held():
            child = subprocess.Popen(command, env=_environment(facts), preexec_fn=die_with_parent(signal.SIGTERM))
    except OSError as error:
        raise Failure(f"{command[0]}: {error.strerror}") from None

    def forward(number: int, _frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            child.send_signal(number)

    signal.signal(signal.SIGTERM, forward)
    signal.signal(signal.SIGHUP, forward)
    # At a terminal, Ctrl-C has reached the command already.
    signal.signal(signal.SIGINT, signal.SIG_IGN if sys.stdin and sys.stdin.isatty() else forward)
    code = child.wait()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    return code if code >= 0 else 128 - code
