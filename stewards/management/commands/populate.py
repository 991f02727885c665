"""manage.py populate: a database full of plausible rows, for measuring and trying out."""

import time
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core.calendar import local_day
from stewards.populate import Sizes, populate, real_requests


class Command(BaseCommand):
    help = (
        "Fill a throw-away database with generated enterprises, policies and requests. "
        "Running it again replaces what it made before; the same sizes, seed and day give the same rows."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for name, default in (("enterprises", 1_000), ("policies", 200), ("requests", 10_000), ("staff", 500)):
            parser.add_argument(f"--{name}", type=int, default=default, metavar="N", help=f"default: {default}")
        parser.add_argument("--open-share", type=float, default=0.1, metavar="X", help="of the requests; default: 0.1")
        parser.add_argument(
            "--busy",
            type=int,
            nargs=2,
            metavar=("N", "M"),
            help="of N enterprises is everything asked, and by M stewards held; default: all",
        )
        parser.add_argument("--seed", type=int, default=1, help="default: 1")
        parser.add_argument("--day", type=date.fromisoformat, help="the day that counts as today; default: today")
        parser.add_argument("--force", action="store_true", help="even where people have asked real requests")

    def handle(self, *args: Any, **options: Any) -> None:
        sizes = Sizes(
            **{name: options[name] for name in ("enterprises", "policies", "requests", "staff", "open_share")},
            busy=options["busy"] and tuple(options["busy"]),
        )
        _check(sizes)
        real = real_requests()
        if real and not options["force"]:
            raise CommandError(
                f"This database holds {real} requests of real people. Generated rows would stand among them: "
                "use a throw-away database, or --force if you mean it."
            )
        began = time.monotonic()
        made = populate(sizes, seed=options["seed"], day=options["day"] or local_day(), tell=self.stdout.write)
        what = ", ".join(f"{count:,} {name}" for name, count in made.items())
        self.stdout.write(f"Made {what} in {time.monotonic() - began:.1f} s.")


def _check(sizes: Sizes) -> None:
    if min(sizes.enterprises, sizes.policies, sizes.requests, sizes.staff) < 0:
        raise CommandError("Numbers of rows can't be negative.")
    if sizes.busy and min(sizes.busy) < 1:
        raise CommandError("--busy takes one enterprise and one steward at least.")
    if not 0 <= sizes.open_share <= 1:
        raise CommandError("--open-share is a share: from 0 to 1.")
    if sizes.requests and not (sizes.enterprises and sizes.staff):
        raise CommandError("Requests need at least one enterprise and one member of staff.")
