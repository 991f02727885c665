"""A small real receiver of webhooks for tests: it keeps what it takes and answers as it is told to."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Messenger:
    """`with Messenger() as taken:` listens on taken.url; `answers` is the status it gives, `leads_to` where to.

    `thinks` is asked before it answers, with the delivery's number, and may take its time or give another status.
    """

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.paths: list[str] = []
        self.answers, self.leads_to = 200, ""
        self.thinks: Callable[[str], int | None] = lambda number: None
        messenger = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                messenger.requests.append((dict(self.headers), body))
                messenger.paths.append(self.path)
                self.send_response(messenger.thinks(self.headers["X-Portal-Delivery"]) or messenger.answers)
                if messenger.leads_to:
                    self.send_header("Location", messenger.leads_to)
                self.end_headers()

            def log_message(self, *_words: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/take"

    def __enter__(self) -> "Messenger":
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
