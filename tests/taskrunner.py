"""A process that has the portal loaded and forks a fresh one for each task: real processes, loaded only once.

A child ends by itself with its task, or by -9; nothing is shared with it but the code.
"""

import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.processes import wait_for

_SAYS = "-c", "from tests.taskrunner import serve; serve()"


class Runner:
    """`with Runner(environment, directory) as runner:` `start("stewards.tasks.keep_leaves")` gives a child's number."""

    def __init__(self, environment: dict[str, str], results: Path) -> None:
        self.environment, self.results = environment, results

    def __enter__(self) -> "Runner":
        self.process = subprocess.Popen(
            [sys.executable, *_SAYS],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        return self

    def __exit__(self, *_error: object) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(20)

    def start(self, task: str) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{task} {self.results}\n")
        return int(self.process.stdout.readline())

    def kill(self, child: int) -> None:
        os.kill(child, signal.SIGKILL)
        wait_for(lambda: not Path(f"/proc/{child}").exists())

    def result(self, child: int) -> str:
        """What the task returned, or the error that it ended with."""
        said = self.results / str(child)
        wait_for(said.exists)
        return said.read_text()

    def twice_at_once(self, task: str) -> list[str]:
        return [self.result(child) for child in [self.start(task), self.start(task)]]


def serve() -> None:
    import django

    django.setup()
    from django.utils import translation

    from portal.celery import app

    app.loader.import_default_modules()
    import_module("portal.urls")  # and with it most of the code
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Requests")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a child that has ended is gone at once
    for line in sys.stdin:
        task, results = line.split()
        child = os.fork()
        if child:
            sys.stdout.write(f"{child}\n")
            sys.stdout.flush()
        else:
            _work(task, Path(results))


def _work(task: str, results: Path) -> None:
    module, _dot, name = task.rpartition(".")
    try:
        outcome: Any = getattr(import_module(module), name)()
    except Exception as error:
        outcome = f"{type(error).__name__}: {error}"
    draft = results / f"{os.getpid()}.draft"
    draft.write_text(str(outcome))
    draft.rename(results / str(os.getpid()))
    os._exit(0)
