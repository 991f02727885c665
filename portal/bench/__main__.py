"""bin/bench: fill an empty database, and measure pages and bulk work against floors of the same run."""

import argparse
import io
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

OPEN = {"open_share": 0.92}
BUSY = (70, 2)  # the enterprises that ask, and the stewards who answer, where a thousand requests fill their pages
Table = tuple[list[str], bool]  # its lines, and whether all limits are kept
PARTS = ("pages", "policies", "matches", "desk", "recommend", "registry", "district")
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
    parser.add_argument("--part", choices=["all", *PARTS], default="all", help="one part alone; default: all of them")
    parser.add_argument("--requests", type=int, help="requests, nine tenths of them open (default: 110,000)")
    parser.add_argument("--policies", type=int)
    parser.add_argument("--enterprises", type=int)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--each", type=int, help="how often a page is opened in a round")
    parser.add_argument("--threads", type=int, default=2, help="threads of the web server's one worker")
    parser.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")
    parser.add_argument("--as-is", action="store_true", help="measure the database as it is, without filling it")
    parser.add_argument("--only", default="", help="part pages: only those whose name holds this word")
    return parser


def sizes(chosen: argparse.Namespace) -> argparse.Namespace:
    """What was not given, by whether it should be quick; what only one part uses goes by a name of its own."""
    full = {"requests": 110_000, "policies": 2_000, "enterprises": 10_000, "rounds": 9, "each": 30}
    quick = {"requests": 2_000, "policies": 200, "enterprises": 300, "rounds": 3, "each": 10}
    chosen.matched = chosen.enterprises or (1_000 if chosen.quick else 100_000)
    chosen.asked = chosen.requests or (1_000 if chosen.quick else 50_000)
    chosen.desk = chosen.requests or (5_000 if chosen.quick else 1_000_000)
    chosen.few, chosen.many = (100, 400) if chosen.quick else (1_000, 20_000)
    for name, value in (quick if chosen.quick else full).items():
        if getattr(chosen, name) is None:
            setattr(chosen, name, value)
    return chosen


def say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def prepare(chosen: argparse.Namespace, shares: Mapping[str, Any] = OPEN, /, **made: int) -> None:
    """Data and fresh statistics; nothing where the database is to be measured as it is."""
    from django.core.management import call_command
    from django.db import connection

    if chosen.as_is:
        return
    say(f"Writing {', '.join(f'{count:,} {name}' for name, count in made.items())} …")
    call_command("populate", **made, **shares, stdout=io.StringIO())
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
            say("Making the tables …")
            call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        return run(chosen)


def run(chosen: argparse.Namespace) -> int:
    """The parts asked for, one after the other, each with its own data."""
    measured = {"pages": _pages, "policies": _policies, "matches": _matches, "desk": _desk}
    measured |= {"recommend": _recommend, "registry": _registry, "district": _district}
    wanted = PARTS if chosen.part == "all" and not chosen.only else ("pages",) if chosen.only else (chosen.part,)
    kept = True
    for part in wanted:
        if part in ("policies", "registry") and chosen.as_is:
            continue  # they are about how much there is, and change it
        lines, fine = measured[part](chosen)
        say(*lines, "")
        kept = kept and fine
    say("All limits are kept." if kept else "Something costs more than its limit.")
    return 0 if kept else 1


def _pages(chosen: argparse.Namespace) -> Table:
    from portal.bench.measure import measure, report, server
    from portal.bench.pages import pages

    prepare(chosen, requests=chosen.requests, policies=chosen.policies, enterprises=chosen.enterprises)
    wanted = [page for page in pages(chosen.language) if page.most is None or chosen.only in page.name]
    say(f"Measuring {len(wanted)} pages, {chosen.rounds} rounds of {chosen.each} requests …", "")
    with server(chosen.threads) as port:
        results = measure(port, wanted, rounds=chosen.rounds, requests=chosen.each)
    return report(results)


def _policies(chosen: argparse.Namespace) -> Table:
    from portal.bench import growth

    def fill(count: int) -> None:
        prepare(chosen, requests=2_000, policies=count, enterprises=300)
        say("Measuring …")

    return growth.run(
        *(fill, chosen.language, chosen.threads, chosen.rounds, chosen.each),
        few=chosen.few,
        many=chosen.many,
    )


def _matches(chosen: argparse.Namespace) -> Table:
    from portal.bench import matches

    prepare(chosen, requests=0, policies=chosen.policies, enterprises=chosen.matched)
    say("Measuring …", "")
    return matches.run(chosen.rounds)


def _desk(chosen: argparse.Namespace) -> Table:
    from portal.bench import desk

    district = {"enterprises": chosen.desk // 10, "policies": 2_000, "staff": 500}

    def fill(count: int) -> None:
        shares: dict[str, Any] = {"open_share": 0.1} if count == chosen.desk else {"open_share": 0.7, "busy": BUSY}
        prepare(chosen, shares, requests=count, **district)
        say("Measuring …")

    how = (fill, chosen.language, chosen.threads, chosen.rounds, chosen.each)
    return desk.run(*how, few=0 if chosen.as_is else 1_000, many=chosen.desk)


def _recommend(chosen: argparse.Namespace) -> Table:
    from django.core.management import call_command

    from portal.bench import recommend

    def fill() -> None:
        prepare(chosen, requests=2_000, policies=200, enterprises=300)
        if not chosen.as_is:
            call_command("populate_resources", count=500 if chosen.quick else 5_000, stdout=io.StringIO())
        say("Measuring …")

    return recommend.run(fill, chosen.language, chosen.threads, chosen.rounds, chosen.each)


def _registry(chosen: argparse.Namespace) -> Table:
    from portal.bench import extract

    prepare(chosen, requests=0, policies=0, enterprises=10)
    say("Measuring …", "")
    return extract.run(2_000 if chosen.quick else 100_000)


def _district(chosen: argparse.Namespace) -> Table:
    from portal.bench import district

    prepare(chosen, requests=chosen.asked, policies=200, enterprises=chosen.matched)
    say("Measuring …", "")
    return district.run(chosen.language, chosen.threads, chosen.rounds, chosen.each)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
