"""python -m portal.embedded demo | with-servers"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from portal.embedded.binaries import Failure, say
from portal.embedded.with_servers import with_servers


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m portal.embedded", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="run the whole portal with its demo data")
    demo.add_argument("--reset", action="store_true", help="remove the demo's data first")
    beside = commands.add_parser("with-servers", help="run a command beside PostgreSQL and Valkey")
    beside.add_argument("--ephemeral", action="store_true", help="fresh servers, removed afterwards")
    beside.add_argument("words", nargs=argparse.REMAINDER, metavar="-- COMMAND …")
    return parser


def main(words: Sequence[str]) -> int:
    parser = _arguments()
    chosen = parser.parse_args(words)
    try:
        if chosen.command == "demo":
            from portal.embedded.demo import demo

            return demo(reset=chosen.reset)
        command = chosen.words[1:] if chosen.words[:1] == ["--"] else chosen.words
        if not command:
            parser.error("which command? … with-servers -- COMMAND")
        return with_servers(command, ephemeral=chosen.ephemeral)
    except Failure as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
