from typing import Any

from django.core.management.base import BaseCommand

from stewards.reminding.sweep import sweep


class Command(BaseCommand):
    help = "Posts every reminder that is due and not yet sent, in the foreground. Harmless at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{sweep()} reminders posted.")
