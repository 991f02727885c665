"""Forms for sorting and linking requests, and for the lists the service centre keeps; cleaning only."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stewards.asking.forms import LongText
from stewards.enums import RequestType
from stewards.models import HelpRequest, RequestCategory, Tag, UsualSteps
from stewards.relations.fields import CategoryField, category_choices, category_words
from stewards.relations.sorting import MAX_NAME, names_in


class SortForm(forms.Form):
    """Type, category and tags. `was_…`: what the page showed, so that nobody's change is undone by an older page."""

    type = forms.ChoiceField(label=gettext_lazy("What it is about"))
    category = CategoryField(
        help_text=gettext_lazy(
            "Where the service standard promises less time for it, the due date becomes earlier; it is never put off."
        )
    )
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"list": "known-tags", "autocomplete": "off", "dir": "auto"}),
        help_text=gettext_lazy("A word or two each, divided by commas. The enterprise never sees them."),
    )
    was_type = forms.CharField(required=False, widget=forms.HiddenInput)
    was_category = forms.CharField(required=False, widget=forms.HiddenInput)
    was_tags = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, asked: HelpRequest, **kwargs: Any) -> None:
        self.asked = asked
        tags = [str(each.tag) for each in asked.tagged.select_related("tag").order_by("pk")]
        first = {"type": asked.type, "category": str(asked.category_id or ""), "tags": ", ".join(tags)}
        kwargs["initial"] = first | {f"was_{name}": value for name, value in first.items()}
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = RequestType.choices  # type: ignore[attr-defined]
        self.fields["type"].required = not self.is_bound or "type" in self.data
        self.fields["category"].choices = category_choices(asked.category_id)  # type: ignore[attr-defined]

    def clean_tags(self) -> list[str]:
        return names_in(self.cleaned_data["tags"])

    def place(self) -> dict[str, Any]:
        """Type and category; what was left as the page showed it stays as it is now."""
        data, now = self.cleaned_data, self.asked
        category = data["category"]
        same = "was_category" in self.data and data["was_category"] == str(category.pk if category else "")
        kept = not data["type"] or data["type"] == data["was_type"]
        return {"category": now.category if same else category, "type": now.type if kept else data["type"]}

    def shown_tags(self) -> list[str] | None:
        return names_in(self.cleaned_data["was_tags"]) if "was_tags" in self.data else None


class NumberForm(forms.Form):
    """Another request, by its number."""

    number = forms.CharField(
        label=gettext_lazy("Number of the other request"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "HK-2026-000001"}),
    )

    def clean_number(self) -> str:
        return str(self.cleaned_data["number"]).strip().upper()


class LinkForm(NumberForm):
    note = forms.CharField(
        label=gettext_lazy("What they have to do with each other"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class NamesForm(forms.Form):
    """A name in both languages."""

    name_zh_hans = forms.CharField(
        label=gettext_lazy("Name in Chinese"), max_length=80, widget=forms.TextInput(attrs={"lang": "zh-Hans"})
    )
    name_en = forms.CharField(
        label=gettext_lazy("Name in English"), max_length=80, widget=forms.TextInput(attrs={"lang": "en"})
    )

    def names(self) -> dict[str, str]:
        return {name: " ".join(self.cleaned_data.get(name, "").split()) for name in ("name_zh_hans", "name_en")}


class CategoryForm(NamesForm):
    parent: Any = forms.ModelChoiceField(
        label=gettext_lazy("Belongs to"),
        queryset=RequestCategory.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nothing: it is of the first level"),
    )

    def __init__(self, *args: Any, category: RequestCategory | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Q(active=True) | Q(pk=category.parent_id if category else None)  # a retired one may stay above it
        first = RequestCategory.objects.filter(offered, parent__isnull=True)
        field: Any = self.fields["parent"]
        field.queryset = first.exclude(pk=category.pk) if category else first


class MergeCategoryForm(forms.Form):
    """Where the open requests of a category go that is retired."""

    into: Any = forms.ModelChoiceField(
        label=gettext_lazy("Open requests go to"), queryset=RequestCategory.objects.none(), empty_label="—"
    )

    def __init__(self, *args: Any, category: RequestCategory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["into"]
        others = RequestCategory.objects.filter(active=True).exclude(Q(pk=category.pk) | Q(parent=category.pk))
        field.queryset = others.select_related("parent")
        field.label_from_instance = category_words


class TagForm(NamesForm):
    """One of the names may be missing: whoever typed the tag wrote but one language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required, field.max_length = False, MAX_NAME  # type: ignore[attr-defined]
            field.widget.attrs["maxlength"] = MAX_NAME

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(name) for name in ("name_zh_hans", "name_en")):
            raise forms.ValidationError(_("Write the name in at least one language."))
        if any(len(data.get(name, "")) > MAX_NAME for name in ("name_zh_hans", "name_en")):
            raise forms.ValidationError(_("A tag has at most %(most)d characters.") % {"most": MAX_NAME})
        if any(value and names_in(value) != [value] for value in self.names().values()):
            raise forms.ValidationError(_("A tag is one name: without commas, semicolons and a # in front."))
        return data


class MergeTagForm(forms.Form):
    into: Any = forms.ModelChoiceField(label=gettext_lazy("Merge into"), queryset=Tag.objects.none(), empty_label="—")

    def __init__(self, *args: Any, tag: Tag, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["into"]
        field.queryset = Tag.objects.exclude(pk=tag.pk).order_by("name_zh_hans", "name_en", "pk")


class StepsForm(forms.Form):
    """The usual steps of one type, a line each."""

    steps_zh_hans = LongText(label=gettext_lazy("Steps in Chinese"), required=False, rows=6, max_length=4_000)
    steps_en = LongText(label=gettext_lazy("Steps in English"), required=False, rows=6, max_length=4_000)

    def __init__(self, *args: Any, kept: UsualSteps | None = None, **kwargs: Any) -> None:
        names = ("steps_zh_hans", "steps_en")
        kwargs["initial"] = {name: getattr(kept, name, "") for name in names}
        super().__init__(*args, **kwargs)
