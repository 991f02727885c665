"""manage.py populate_resources: generated investment resources, for measuring and trying out."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from enterprises.loading import load_taxonomies
from investment.populate import populate
from portal.core.calendar import local_day


class Command(BaseCommand):
    help = "Fill a throw-away database with generated resources; running it again replaces what it made before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=5_000, metavar="N", help="default: 5000")
        parser.add_argument("--seed", type=int, default=1, help="default: 1")
        parser.add_argument("--day", type=date.fromisoformat, help="the day that counts as today; default: today")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["count"] < 0:
            raise CommandError("Numbers of rows can't be negative.")
        load_taxonomies()
        made = populate(options["count"], seed=options["seed"], day=options["day"] or local_day())
        self.stdout.write(f"Made {made:,} resources.")
