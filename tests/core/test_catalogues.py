"""What is wrong with a catalogue is found and named."""

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import CommandError, call_command

from portal.core import catalogues

HEAD = (
    'msgid ""\nmsgstr "Language: zh_Hans\\nPlural-Forms: nplurals=1; plural=0;\\n'
    'Content-Type: text/plain; charset=utf-8\\n"\n\n'
)


def faults(entry: str) -> list[str]:
    return list(catalogues.faults(read_po(BytesIO((HEAD + entry).encode()))))


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Save"\nmsgstr "保存"\n', None),
        ('msgid "Save"\nmsgstr ""\n', "not translated: Save"),
        ('#, fuzzy\nmsgid "Save"\nmsgstr "保存"\n', "fuzzy: Save"),
        ('msgctxt "verb"\nmsgid "Save"\nmsgstr ""\n', "not translated: Save"),
        ('msgid "By %(name)s"\nmsgstr "由%(name)s"\n', None),
        ('msgid "By %(name)s"\nmsgstr "由某人"\n', "placeholders differ: By %(name)s: ['%(name)s']"),
        ('msgid "By %(name)s"\nmsgstr "由%(nmae)s"\n', "placeholders differ: By %(name)s: ['%(name)s', '%(nmae)s']"),
        ('msgid "Left: {left}"\nmsgstr "剩余：{left}"\n', None),
        ('msgid "Left: {left}"\nmsgstr "剩余：{rest}"\n', "placeholders differ: Left: {left}: ['{left}', '{rest}']"),
        ('msgid "One"\nmsgid_plural "%(n)s rows"\nmsgstr[0] "%(n)s行"\n', None),
        ('msgid "One"\nmsgid_plural "%(n)s rows"\nmsgstr[0] "一些行"\n', None),
        (
            'msgid "One"\nmsgid_plural "%(n)s rows"\nmsgstr[0] "%(m)s行"\n',
            "placeholders differ: One: ['%(m)s', '%(n)s']",
        ),
        ('msgid "One"\nmsgid_plural "%(n)s rows"\nmsgstr[0] ""\n', "not translated: One"),
    ],
)
def test_each_fault_is_one_sentence(entry: str, fault: str | None) -> None:
    assert faults(entry) == ([fault] if fault else [])


def test_long_texts_are_named_by_their_beginning() -> None:
    assert faults(f'msgid "{"x" * 100}"\nmsgstr ""\n') == [f"not translated: {'x' * 60}"]


@pytest.mark.parametrize("locale", catalogues.LOCALES)
def test_the_portals_own_have_none(locale: str) -> None:
    catalogue = catalogues.read(catalogues.path_of(locale))
    assert list(catalogues.faults(catalogue)) == []
    assert len(catalogue) > 500


def test_both_hold_the_same_texts() -> None:
    chinese, english = (catalogues._ids(catalogues.read(catalogues.path_of(each))) for each in catalogues.LOCALES)
    assert chinese == english


def test_english_is_what_the_code_says() -> None:
    catalogue = catalogues.read(catalogues.path_of("en"))
    assert [m.id for m in catalogue if m.id and isinstance(m.id, str) and m.string != m.id] == []


@pytest.mark.parametrize("wrong", ["您", "你"])
def test_the_portal_addresses_people_with_respect(wrong: str) -> None:
    said = [str(m.string) for m in catalogues.read(catalogues.path_of("zh_Hans")) if m.id]
    assert (sum(wrong in text for text in said) > 0) == (wrong == "您")


def test_chinese_sentences_end_with_chinese_marks() -> None:
    texts = [
        (m.id, t) for m in catalogues.read(catalogues.path_of("zh_Hans")) if m.id for t in catalogues._texts(m.string)
    ]
    assert [text for _id, text in texts if text and "\u4e00" <= text[-2:-1] <= "\u9fff" and text[-1] in ",.;:!?"] == []


def test_where_they_lie(tmp_path: Path) -> None:
    assert catalogues.path_of("en", tmp_path) == tmp_path / "en" / "LC_MESSAGES" / "django.po"
    assert catalogues.path_of("en").is_relative_to(settings.LOCALE_PATHS[0])


def test_the_command_tells_what_is_wrong_and_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for locale in catalogues.LOCALES:
        path = catalogues.path_of(locale, tmp_path)
        path.parent.mkdir(parents=True)
        path.write_text(HEAD + 'msgid "Save"\nmsgstr ""\n', encoding="utf-8")
    monkeypatch.setattr(settings, "LOCALE_PATHS", [tmp_path])
    monkeypatch.setenv("PATH", "")  # without GNU gettext the rest is still checked
    with pytest.raises(CommandError, match=r"^zh_Hans: not translated: Save\nen: not translated: Save$"):
        call_command("check_catalogues")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small checkout: one sentence in the code, one in a template, both catalogues with the first alone."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "views.py").write_text('from x import gettext as _\n\nTITLE = _("Open until six")\n')
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text('{% load i18n %}<p>{% translate "Open until six" %}</p>\n')
    for locale in catalogues.LOCALES:
        place = catalogues.path_of(locale, tmp_path / "locale")
        place.parent.mkdir(parents=True)
        head = HEAD.replace("zh_Hans", locale)
        place.write_text(f'{head}msgid "Open until six"\nmsgstr "Open until six"\n', encoding="utf-8")
    return tmp_path


def state_of(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


needs_gettext = pytest.mark.skipif(not shutil.which("xgettext"), reason="GNU gettext is not installed")


@needs_gettext
def test_catalogues_in_step_with_the_code_have_no_drift(house: Path) -> None:
    assert catalogues.drift(house) == {"zh_Hans": set(), "en": set()}


@needs_gettext
@pytest.mark.parametrize(
    ("place", "words", "text"),
    [
        ("shop/views.py", 'from x import gettext as _\n\nTITLE = _("Open until six") + _("Closed")\n', "Closed"),
        ("templates/page.html", '{% load i18n %}{% translate "Closed" %}{% translate "Open until six" %}', "Closed"),
        ("templates/page.html", '{% load i18n %}{% translate "Closed" context "door" %}', "door\x04Closed"),
    ],
)
def test_a_new_text_is_told(house: Path, place: str, words: str, text: str) -> None:
    (house / place).write_text(words)
    assert catalogues.drift(house) == {"zh_Hans": {text}, "en": {text}}


@needs_gettext
def test_a_text_that_nobody_says_any_more_is_told(house: Path) -> None:
    (house / "shop" / "views.py").unlink()
    (house / "templates" / "page.html").write_text('{% load i18n %}{% translate "Closed" %}')
    changed = {"Open until six", "Closed"}
    assert catalogues.drift(house) == {"zh_Hans": changed, "en": changed}


@needs_gettext
def test_what_tests_and_documents_say_is_not_looked_for(house: Path) -> None:
    for name in ("tests", "docs", "var", ".venv"):
        (house / name).mkdir()
        (house / name / "more.py").write_text('_ = str\nWORD = _("Nobody reads this")\n')
    assert catalogues.drift(house) == {"zh_Hans": set(), "en": set()}


@needs_gettext
def test_looking_changes_nothing_in_the_checkout(house: Path) -> None:
    """makemessages would rewrite the catalogues beside the sources, so that a second look finds nothing amiss."""
    (house / "shop" / "views.py").write_text('from x import gettext as _\n\nTITLE = _("Closed")\n')
    before = state_of(house)
    first = catalogues.drift(house)
    assert state_of(house) == before
    assert catalogues.drift(house) == first != {"zh_Hans": set(), "en": set()}
