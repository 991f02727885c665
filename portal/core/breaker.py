"""When a server that the portal can live without does not answer, the next ones do not wait for it again."""

import time


class Breaker:
    """`open` for some seconds after each `trip()`: meanwhile the server is not asked. One for each process."""

    def __init__(self, seconds: float = 5.0) -> None:
        self.seconds = seconds
        self._until = 0.0

    @property
    def open(self) -> bool:
        return time.monotonic() < self._until

    def trip(self) -> None:
        self._until = time.monotonic() + self.seconds
