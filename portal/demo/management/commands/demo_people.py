"""manage.py demo_people: who can be picked on the demo's sign-in page."""

import unicodedata
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from portal.demo.cast import GROUPS, figures


class Command(BaseCommand):
    help = "Print the demo's people: name, group and e-mail address, in both languages."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [
            (f"{user.name_en} {user.name_zh}", _both_languages(figure.group), user.email)
            for figure in figures()
            for user in [figure.user]
        ]
        self.stdout.write("The demo's people, to be picked on the sign-in page · 演示人物（在登录页选择）")
        widths = [max((_width(row[n]) for row in rows), default=0) for n in range(2)]
        for name, group, email in rows:
            self.stdout.write(f"  {_padded(name, widths[0])}  {_padded(group, widths[1])}  {email}")


def _both_languages(group: str) -> str:
    with translation.override("en"):
        english = str(GROUPS[group])
    with translation.override("zh-hans"):
        return f"{english} {GROUPS[group]}"


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
