"""manage.py place_outline file --review-number … --source …: an official boundary file for the industry map."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insights.workflow import place_outline
from portal.core.access import Refused


class Command(BaseCommand):
    help = "Show the outlines of an official boundary file (GeoJSON of the 16 districts) with its review number."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--review-number", required=True)
        parser.add_argument("--source", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = options["file"].read_bytes()
            made = place_outline(data, source=options["source"], review_number=options["review_number"])
        except (OSError, Refused) as error:
            raise CommandError(str(error)) from None
        if options["verbosity"]:
            self.stdout.write(f"The map shows {made.review_number} now.")
