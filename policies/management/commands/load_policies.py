"""manage.py load_policies FILE: bring a data file of policies into the portal."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from policies.exchange.loading import DATA, Malformed, load_file

SHOWN = 20  # faults printed in full


class Command(BaseCommand):
    help = "Load policies from a JSON file: all or, where a record is malformed, none; can be run again at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=DATA, help="default: the portal's own data")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            counts = load_file(file)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except Malformed as malformed:
            lines = [f"  {fault}" for fault in malformed.faults[:SHOWN]]
            more = len(malformed.faults) - SHOWN
            lines += [f"  and {more} more"] if more > 0 else []
            raise CommandError("\n".join([f"{file} is malformed, nothing was changed:", *lines])) from malformed
        if options["verbosity"]:
            words = ("new", "changed", "unchanged", "kept")
            self.stdout.write("Policies: " + ", ".join(f"{counts[word]} {word}" for word in words))
