"""Web, worker and beat in the foreground, run by honcho: when one ends, all end."""

from __future__ import annotations

import multiprocessing
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from honcho.manager import Manager
from honcho.printer import Message, Printer
from honcho.process import Popen, Process

from portal.embedded.processes import die_with_parent
from portal.embedded.servers import Servers

_OWN = "system"


def _leashed(command: str, **options: Any) -> subprocess.Popen[bytes]:
    return Popen(command, preexec_fn=die_with_parent(signal.SIGTERM), **options)


class LeashedProcess(Process):
    """Neither honcho's helper process nor the command outlives a supervisor that was killed."""

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        self._child_ctor = _leashed

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        die_with_parent(signal.SIGKILL, parent=os.getppid())()
        super().run(events, ignore_signals)


class KeepingPrinter(Printer):
    """Prints what the processes say, not what honcho says of itself, and remembers the last lines of each."""

    def __init__(self) -> None:
        super().__init__(sys.stdout)
        self.kept: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=15))

    def write(self, message: Message) -> None:
        if message.name == _OWN:
            return
        text = message.data.decode("utf-8", "replace") if isinstance(message.data, bytes) else message.data
        self.kept[message.name].extend(text.splitlines())
        super().write(message)


class Crew(Manager):
    """`loop()` runs until the first process or server ends; `culprit` then names it (None after Ctrl-C)."""

    def __init__(self, servers: Servers, watch: Callable[[], bool]) -> None:
        if sys.platform.startswith("linux"):
            multiprocessing.set_start_method("fork", force=True)
        self.printer = KeepingPrinter()
        super().__init__(self.printer)
        self._process_ctor = LeashedProcess
        self.servers, self.watch = servers, watch
        self.culprit: str | None = None
        self._asked_early = False

    def add(self, name: str, command: Sequence[str], environment: dict[str, str], directory: str) -> None:
        self.add_process(name, "exec " + shlex.join(command), env=environment, cwd=directory)

    def loop(self) -> None:
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        super().loop()
        for known in self._processes.values():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(known["pid"], signal.SIGKILL)

    def obituary(self, name: str) -> str:
        if name not in self._processes:
            return f"{name} has ended. Its last lines:\n{self.servers.tail(name)}"
        code = self._processes[name].get("returncode", 0)
        how = f"was killed by signal {-code}" if code < 0 else f"has ended with exit code {code}"
        return "\n".join([f"{name} {how}. Its last lines:", *(self.printer.kept[name] or ["(none)"])])

    def terminate(self) -> None:
        if not self._all_started():
            self._asked_early = True
            return
        if not self._terminating and self.culprit is None:
            self.culprit = next((name for name, p in self._processes.items() if "returncode" in p), None)
        super().terminate()

    def _start(self) -> None:
        super()._start()
        threading.Thread(target=self._look_after, daemon=True).start()

    def _look_after(self) -> None:
        """Record the process numbers, report readiness once, and stop all when a server has died."""
        waiting, unknown = True, set(self._processes)
        while not self._terminating:
            for name in [n for n in unknown if self._processes[n].get("pid")]:
                self.servers.place.note_process(name, self._processes[name]["pid"])
                unknown.discard(name)
            if self._asked_early and not unknown:
                self.terminate()
                return
            if (dead := self.servers.dead()) is not None:
                self.culprit = dead
                os.kill(os.getpid(), signal.SIGTERM)
                return
            waiting = waiting and not self.watch()
            time.sleep(0.15)
