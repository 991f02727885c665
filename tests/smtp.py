"""A small real mail server for tests: it keeps what it accepts and refuses what it is told to."""

import asyncio
import threading
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage


class MailServer:
    """`with MailServer() as server:` listens on 127.0.0.1:server.port; `refuses` is asked at each recipient.

    `pause` is how long it thinks about each message; `hangs_up` True closes the connection after a message was
    taken, without a word: what a crash looks like.
    """

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.accepted: list[EmailMessage] = []
        self.refuses: Callable[[str], bool] = lambda recipient: False
        self.hangs_up = False
        self.pause = 0.0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "MailServer":
        self._thread.start()
        started = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._talk, "127.0.0.1", self.port), self._loop)
        self._server = started.result(5)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_error: object) -> None:
        async def stop() -> None:
            self._server.close()
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        try:
            await say("220 test")
            while line := (await reader.readline()).decode().strip():
                verb = line.split(":")[0].split()[0].upper()
                if verb == "RCPT":
                    # In a thread: who thinks long about one mail keeps nobody else waiting for the answer to theirs.
                    recipient = line.partition("<")[2].partition(">")[0]
                    refused = await asyncio.to_thread(self.refuses, recipient)
                    await say("451 not now" if refused else "250 fine")
                elif verb == "DATA":
                    await say("354 go on")
                    data = await reader.readuntil(b"\r\n.\r\n")
                    self.accepted.append(message_from_bytes(data[:-3], policy=policy.default))
                    await asyncio.sleep(self.pause)
                    if self.hangs_up:
                        return
                    await say("250 taken")
                elif verb == "QUIT":
                    await say("221 bye")
                    return
                else:
                    await say("250 fine")
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
