"""The category of a request as a field: one list in groups, for whoever asks and for the desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stewards.models import RequestCategory

Choices = list[tuple[Any, Any]]


def category_choices(kept: int | None = None, empty: Any = "—") -> Choices:
    """Categories in use as one list in groups; `kept`: a retired one that the request has may stay. One query."""
    rows = [each for each in RequestCategory.objects.all() if each.active or each.pk == kept]
    below: dict[int | None, list[RequestCategory]] = {}
    for each in rows:
        below.setdefault(each.parent_id, []).append(each)
    groups: Choices = [("", empty)]
    for first in below.get(None, []):
        second = below.pop(first.pk, [])
        if second:
            whole = (str(first.pk), _("%(category)s in general") % {"category": first.name})
            groups.append((first.name, [whole, *((str(each.pk), each.name) for each in second)]))
        else:
            groups.append((str(first.pk), first.name))
    below.pop(None, None)
    return groups + [(str(each.pk), each.name) for rest in below.values() for each in rest]


def category_words(category: RequestCategory) -> str:
    """With the one above it, where there is one."""
    return f"{category.parent.name} · {category.name}" if category.parent else str(category.name)


class CategoryField(forms.TypedChoiceField):
    """One list with both levels; cleans to a category or None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label=gettext_lazy("Category"), required=False, empty_value=None, coerce=_category, **options)


def _category(key: str) -> RequestCategory | None:
    return RequestCategory.objects.filter(pk=key).first()
