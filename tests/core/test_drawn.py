"""Forms that are drawn once and kept, and lists to choose from that are written without a template."""

import gc
import weakref
from typing import Any

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils import translation
from django.utils.translation import gettext_lazy

from accounts.models import Department
from portal.core.forms import PortalRenderer, _drawn, drawn
from tests.factories.accounts import DepartmentFactory


class Note(forms.Form):
    text = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea)
    kind = forms.ChoiceField(choices=[("a", "A & B"), ("b", "<b>")], required=False)


class Place(forms.Form):
    department: Any = forms.ModelChoiceField(queryset=Department.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.order_by("pk")  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    _drawn.cache_clear()


def hits() -> int:
    return _drawn.cache_info().hits


# --- kept -----------------------------------------------------------------------------------------------------------


def test_an_empty_form_is_drawn_once_and_looks_as_ever() -> None:
    first = drawn(Note())
    assert first == str(Note())
    assert drawn(Note()) == first
    assert hits() == 1


@pytest.mark.parametrize(
    "other",
    [
        lambda: Note(initial={"text": "Dear Ms Lin"}),
        lambda: Note(initial={"kind": "b"}),
        lambda: Note(prefix="x"),
        lambda: Note(auto_id="other-%s"),
        lambda: changed(Note(), "text", help_text="Nobody else reads it."),
        lambda: changed(Note(), "text", label="Word"),
        lambda: changed(Note(), "text", required=False),
        lambda: changed(Note(), "text", disabled=True),
        lambda: changed(Note(), "kind", choices=[("a", "A & B")]),
        lambda: changed(Note(), "kind", choices=[("a", "A & B"), ("c", "<b>")]),
        lambda: attributes(Note(), rows=2),
    ],
    ids=["text", "choice", "prefix", "ids", "hint", "label", "optional", "disabled", "fewer", "other key", "rows"],
)
def test_whatever_can_be_seen_makes_it_another(other: Any) -> None:
    plain = drawn(Note())
    assert drawn(other()) == str(other()) != plain
    assert hits() == 0
    assert drawn(Note()) == plain


def changed(form: forms.Form, name: str, **facts: Any) -> forms.Form:
    for fact, value in facts.items():
        setattr(form.fields[name], fact, value)
    return form


def attributes(form: forms.Form, **attrs: Any) -> forms.Form:
    form.fields["text"].widget.attrs |= attrs
    return form


def test_each_language_has_its_own() -> None:
    with translation.override("en"):
        english = drawn(Note())
    with translation.override("zh-hans"):
        chinese = drawn(Note())
        assert chinese == str(Note())
    assert english != chinese


def test_what_was_typed_and_what_is_wrong_is_never_kept() -> None:
    for typed in ("", "one", "two"):
        form = Note({"text": typed, "kind": "a"})
        form.is_valid()
        assert drawn(form) == str(form)
    assert _drawn.cache_info().currsize == 0


@pytest.mark.django_db
def test_choices_of_the_database_are_read_once_each_time(django_assert_num_queries: Any) -> None:
    DepartmentFactory(name_en="Finance Office")
    for _again in range(2):
        with django_assert_num_queries(1):
            assert "Finance Office" in drawn(Place())
    DepartmentFactory(name_en="Tax Bureau")
    with django_assert_num_queries(1):
        assert "Tax Bureau" in drawn(Place())


def test_no_form_is_held_with_what_it_knows() -> None:
    form = Note()
    watch = weakref.ref(form)
    drawn(form)
    del form
    gc.collect()
    assert watch() is None


# --- lists to choose from -------------------------------------------------------------------------------------------

CHOICES: list[Any] = [
    [("", "—"), ("a", "One"), ("b", "Two")],
    [("a", "A & B"), ("b", "<script>"), ('"', "'")],
    [("", "All"), ("Group & co", [("a", "One"), ("b", "Two")]), ("c", "Three")],
    [(1, "one"), (2, "two"), (None, "none")],
    [],
]


@pytest.mark.parametrize("choices", CHOICES, ids=["plain", "signs", "groups", "numbers", "empty"])
@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple], ids=lambda each: each.__name__)
@pytest.mark.parametrize("value", ["a", "", None, ["a", "b"], "not there"], ids=str)
def test_a_list_is_written_as_django_would(choices: Any, widget: Any, value: Any) -> None:
    attrs = {"id": "x", "class": 'a"b', "required": True, "hidden": False, "size": 4}
    shown = widget(attrs=attrs, choices=choices)
    ours = shown.render("name&", value, renderer=PortalRenderer())
    theirs = shown.render("name&", value, renderer=TemplatesSetting())
    assert squeezed(ours) == squeezed(theirs)


def squeezed(html: str) -> str:
    return "".join(html.replace("> ", ">").split("\n")).replace("  ", "")
