"""What must be true of both catalogues: complete, nothing fuzzy, placeholders alike, in step with the code."""

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.test.utils import override_settings

LOCALES = ("zh_Hans", "en")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%[sd]")
_NOT_READ = {"var", "tests", "docs", "deploy", "node_modules"}
_UNREAD = shutil.ignore_patterns("*.mo", "*.json", "*.svg", "*.png", "*.jpg", "*.mp4", "*.woff2", "__pycache__")


def path_of(locale: str, root: Path | None = None) -> Path:
    return (root or settings.LOCALE_PATHS[0]) / locale / "LC_MESSAGES" / "django.po"


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _texts(value: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [""])


def faults(catalogue: Catalog) -> Iterator[str]:
    """A sentence for each entry that is fuzzy, empty, or has other placeholders than its source."""
    for message in catalogue:
        if message.id:
            yield from _faults_of(message)


def _faults_of(message: Message) -> Iterator[str]:
    source, strings = _texts(message.id), _texts(message.string)
    name = source[0][:60]
    if message.fuzzy:
        yield f"fuzzy: {name}"
    if not all(strings):
        yield f"not translated: {name}"
        return
    wanted = set(_PLACEHOLDER.findall(source[-1]))
    for text in strings:
        given = set(_PLACEHOLDER.findall(text))
        # A singular may leave its number out; nothing may use a name that is not there.
        if given - wanted or (len(source) == 1 and given != wanted):
            yield f"placeholders differ: {name}: {sorted(wanted ^ given)}"


def drift(root: Path | None = None) -> dict[str, set[str]]:
    """Per locale, the texts that makemessages would add or remove in `root` (this checkout, unless another is named).

    It works on a copy: makemessages writes into the catalogues that stand beside the sources it reads, and lays
    files of its own next to the templates. Needs GNU gettext.
    """
    root = root or settings.BASE_DIR
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        for place in root.iterdir():
            if place.is_dir() and not place.name.startswith(".") and place.name not in _NOT_READ:
                shutil.copytree(place, copy / place.name, ignore=_UNREAD)
        before = {locale: _ids(read(path_of(locale, copy / "locale"))) for locale in LOCALES}
        with contextlib.chdir(copy), override_settings(LOCALE_PATHS=[str(copy / "locale")]):
            call_command("makemessages", locale=list(LOCALES), no_obsolete=True, verbosity=0)
        return {locale: before[locale] ^ _ids(read(path_of(locale, copy / "locale"))) for locale in LOCALES}


def _ids(catalogue: Catalog) -> set[str]:
    return {"\x04".join(filter(None, [m.context, *_texts(m.id)])) for m in catalogue if m.id}
