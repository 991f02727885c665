import shutil
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.core import catalogues


class Command(BaseCommand):
    help = "Both catalogues complete and in step with the code; lists what is not."

    def handle(self, *args: Any, **options: Any) -> None:
        problems = [
            f"{locale}: {fault}"
            for locale in catalogues.LOCALES
            for fault in catalogues.faults(catalogues.read(catalogues.path_of(locale)))
        ]
        if shutil.which("xgettext"):
            for locale, texts in catalogues.drift().items():
                problems += [f"{locale}: makemessages would change: {text[:70]}" for text in sorted(texts)]
        else:
            self.stdout.write(
                "GNU gettext is not installed: whether makemessages would change anything is not checked."
            )
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write("Both catalogues are complete.")
