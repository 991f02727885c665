"""Forms for sorting and linking requests, and for the lists the service centre keeps; cleaning only."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stewards.asking.forms import LongText
from stewards.models import HelpRequest, RequestCategory, Tag, UsualSteps
from stewards.relations.fields import CategoryField, category_choices
from stewards.relations.sorting import MAX_NAME, names_in


class SortForm(forms.Form):
    """Category and tags."""

    category = CategoryField()
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"list": "known-tags", "autocomplete": "off", "dir": "auto"}),
        help_text=gettext_lazy("A word or two each, divided by commas. The enterprise never sees them."),
    )

    def __init__(self, *args: Any, asked: HelpRequest, **kwargs: Any) -> None:
        tags = [str(each.tag) for each in asked.tagged.select_related("tag").order_by("pk")]
        first = {"category": str(asked.category_id or ""), "tags": ", ".join(tags)}
        kwargs["initial"] = first
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = category_choices(asked.category_id)  # type: ignore[attr-defined]

    def clean_tags(self) -> list[str]:
        return names_in(self.cleaned_data["tags"])


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
        return {name: " ".join(self.cleaned_data[name].split()) for name in ("name_zh_hans", "name_en")}


class CategoryForm(NamesForm):
    parent: Any = forms.ModelChoiceField(
        label=gettext_lazy("Belongs to"),
        queryset=RequestCategory.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nothing: it is of the first level"),
    )

    def __init__(self, *args: Any, category: RequestCategory | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = RequestCategory.objects.filter(parent__isnull=True, active=True)
        field: Any = self.fields["parent"]
        field.queryset = first.exclude(pk=category.pk) if category else first


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
