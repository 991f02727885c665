"""What must be true of both catalogues: complete, nothing fuzzy, placeholders alike, in step with the code."""

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
_IGNORED = [".venv/*", "var/*", "tests/*", "node_modules/*"]


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


def drift() -> dict[str, set[str]]:
    """Per locale, the texts that makemessages would add or remove. Needs GNU gettext."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "locale"
        shutil.copytree(settings.LOCALE_PATHS[0], root)
        with override_settings(LOCALE_PATHS=[str(root)]):
            call_command("makemessages", locale=list(LOCALES), ignore_patterns=_IGNORED, no_obsolete=True, verbosity=0)
        for locale in LOCALES:
            before, after = (_ids(read(path)) for path in (path_of(locale), path_of(locale, root)))
            found[locale] = before ^ after
    return found


def _ids(catalogue: Catalog) -> set[str]:
    return {"\x04".join(filter(None, [m.context, *_texts(m.id)])) for m in catalogue if m.id}
