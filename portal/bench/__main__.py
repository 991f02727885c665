"""bin/bench: fill an empty database, start a web server, and measure each page against the floors."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence

OPEN_SHARE = 0.92
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "portal.bench.settings",
    "PORTAL_MODE": "production",
    "ALLOWED_HOSTS": "127.0.0.1",
    "SECURE_SSL_REDIRECT": "0",
    "REQUIRE_STAFF_MFA": "0",
}


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="little data and few rounds: to see that it works")
    parser.add_argument("--requests", type=int, help="requests, nine tenths of them open (default: 110,000)")
    parser.add_argument("--policies", type=int)
    parser.add_argument("--enterprises", type=int)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--each", type=int, help="how often a page is opened in a round")
    parser.add_argument("--threads", type=int, default=2, help="threads of the web server's one worker")
    parser.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")
    parser.add_argument("--as-is", action="store_true", help="measure the database as it is, without filling it")
    parser.add_argument("--only", default="", help="only pages whose name holds this word (and the floors)")
    return parser


def sizes(chosen: argparse.Namespace) -> argparse.Namespace:
    """What was not given, by whether it should be quick."""
    full = {"requests": 110_000, "policies": 2_000, "enterprises": 10_000, "rounds": 9, "each": 30}
    quick = {"requests": 2_000, "policies": 200, "enterprises": 300, "rounds": 3, "each": 10}
    for name, value in (quick if chosen.quick else full).items():
        if getattr(chosen, name) is None:
            setattr(chosen, name, value)
    return chosen


def say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def prepare(chosen: argparse.Namespace) -> None:
    """Tables, data, fresh statistics, collected static files."""
    from django.core.management import call_command
    from django.db import connection

    say("Making the tables …")
    call_command("migrate", verbosity=0)
    say(f"Writing {chosen.requests:,} requests, {chosen.policies:,} policies, {chosen.enterprises:,} enterprises …")
    wanted = {"requests": chosen.requests, "policies": chosen.policies, "enterprises": chosen.enterprises}
    call_command("populate", **wanted, open_share=OPEN_SHARE)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def main(words: Sequence[str]) -> int:
    chosen = sizes(arguments().parse_args(words))
    os.environ.update(ENVIRONMENT)
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        os.environ["STATIC_ROOT"] = os.path.join(place, "static")
        os.environ["MEDIA_ROOT"] = os.path.join(place, "media")
        import django
        from django.core.management import call_command

        django.setup()
        if not chosen.as_is:
            prepare(chosen)
        call_command("collectstatic", interactive=False, verbosity=0)
        return run(chosen)


def run(chosen: argparse.Namespace) -> int:
    from portal.bench.measure import measure, report, server
    from portal.bench.pages import pages

    wanted = [page for page in pages(chosen.language) if page.most is None or chosen.only in page.name]
    say(f"Measuring {len(wanted)} pages, {chosen.rounds} rounds of {chosen.each} requests …", "")
    with server(chosen.threads) as port:
        results = measure(port, wanted, rounds=chosen.rounds, requests=chosen.each)
    lines, kept = report(results)
    say(*lines, "", "All limits are kept." if kept else "Some pages cost more than their limit.")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
