"""CPU time per request of a gunicorn worker: persistent connections, rounds in turn over all pages, medians."""

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import chain

from portal.bench.pages import FULL, HELLO, Page

HOST = "127.0.0.1"


@dataclass
class Result:
    """What one page cost: CPU and wall-clock milliseconds a request, one figure for each round."""

    page: Page
    size: int = 0
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    @property
    def milliseconds(self) -> float:
        return statistics.median(self.cpu)

    def ratios(self, results: "Mapping[str, Result]") -> list[float]:
        """To the floor of the same round, so that a slow moment of the machine weighs on both."""
        floor = results[FULL]
        if self.page.by_clock:
            return [mine / theirs for mine, theirs in zip(self.wall, floor.wall, strict=True)]
        if not self.page.beside:
            return [mine / theirs for mine, theirs in zip(self.cpu, floor.cpu, strict=True)]
        walls = (self.wall, floor.wall, results[self.page.beside].wall, results[HELLO].wall)
        return [mine / (full + bare - hello) for mine, full, bare, hello in zip(*walls, strict=True)]


@contextmanager
def server(threads: int, database: str = "") -> Iterator[int]:
    """One gunicorn worker with the bench's settings, on a free port; on another database than ours if one is named."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = int(free.getsockname()[1])
    words = ["-m", "gunicorn", "portal.wsgi", "--bind", f"{HOST}:{port}", "--workers", "1", "--worker-class", "gthread"]
    words += ["--threads", str(threads), "--keep-alive", "75", "--log-level", "warning"]
    surroundings = os.environ | ({"DATABASE_URL": database} if database else {})
    process = subprocess.Popen([sys.executable, *words], env=surroundings)  # noqa: S603 - our own interpreter
    try:
        _wait_for(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit("The web server did not start; its message is above.")
        try:
            with closing(Client(port)) as client:
                client.get("/bench/hello/")
            return
        except (OSError, HTTPException):
            time.sleep(0.2)
    raise SystemExit("The web server did not answer within a minute.")


class Client:
    """One connection that stays open, as a reverse proxy keeps it."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection(HOST, port, timeout=60)

    def close(self) -> None:
        self.connection.close()

    def get(self, path: str, cookie: str = "") -> bytes:
        self.connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}: {answer.headers.get('Location', '')}")
        return body

    def cpu(self) -> float:
        """CPU seconds the worker has used so far."""
        return float(self.get("/bench/cpu/"))


def measure(port: int, pages: Sequence[Page], *, rounds: int, requests: int) -> dict[str, Result]:
    """Each round opens every page `requests` times in a row; what a first request warms up is not counted."""
    return measure_beside((port, pages), rounds=rounds, requests=requests)[0]


def measure_beside(*sides: tuple[int, Sequence[Page]], rounds: int, requests: int) -> list[dict[str, Result]]:
    """The same pages of several servers in turns: each page of all of them before the next, so that their figures of
    one round belong to the same moment. In every other round the last server begins.
    """
    results = [{page.name: Result(page) for page in pages} for _port, pages in sides]
    with ExitStack() as opened:
        clients = [opened.enter_context(closing(Client(port))) for port, _pages in sides]
        turns = [
            [(client, page, kept[page.name]) for client, page, kept in zip(clients, same, results, strict=True)]
            for same in zip(*(pages for _port, pages in sides), strict=True)
        ]
        for client, page, result in chain.from_iterable(turns):
            for _again in range(3):
                result.size = len(client.get(page.path, page.cookie))
        for place in range(rounds):
            for turn in turns:
                for client, _page, result in turn[:: -1 if place % 2 else 1]:
                    _visit(client, result, requests)
    return results


def _visit(client: Client, result: Result, requests: int) -> None:
    page = result.page
    begun, cpu = time.perf_counter(), client.cpu()
    for _again in range(requests):
        client.get(page.path, page.cookie)
    result.cpu.append((client.cpu() - cpu) * 1000 / requests)
    result.wall.append((time.perf_counter() - begun) * 1000 / requests)


def report(results: dict[str, Result]) -> tuple[list[str], bool]:
    """Lines of the table, and whether every page keeps its limit."""
    lines = [f"{'page':42} {'KB':>5} {'CPU ms':>7} {'wall ms':>8} {'× floor':>7} {'noise':>7} {'limit':>6}"]
    kept = True
    for name, result in results.items():
        ratios = result.ratios(results)
        ratio, noise = statistics.median(ratios), spread(ratios)
        verdict = ""
        if result.page.most is not None:
            fine = ratio <= result.page.most
            kept = kept and fine
            verdict = f"{result.page.most:>6.1f} {'PASS' if fine else 'over'}"
        times = f"{result.milliseconds:>7.2f} {statistics.median(result.wall):>8.2f}"
        lines.append(f"{name:42} {result.size / 1000:>5.0f} {times} {ratio:>7.2f} {noise:>7.0%} {verdict}")
    return lines, kept


def spread(figures: Sequence[float]) -> float:
    """Half the distance between the quartiles, as a share of the median: how far two runs may differ by chance."""
    if len(figures) < 3:
        return 0.0
    low, middle, high = statistics.quantiles(figures, n=4)
    return (high - low) / 2 / middle
