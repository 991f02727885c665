"""manage.py load_taxonomies: industries, subdistricts, parks and titles from enterprises/data."""

from typing import Any

from django.core.management.base import BaseCommand

from enterprises.loading import load_taxonomies


class Command(BaseCommand):
    help = "Load industries, subdistricts, parks and titles; can be run again at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = load_taxonomies()
        if options["verbosity"]:
            words = ("new", "changed", "unchanged")
            self.stdout.write("Taxonomies: " + ", ".join(f"{counts[word]} {word}" for word in words))
