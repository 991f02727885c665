"""Forms of ratings, call-backs, figures and obstacles: cleaning only."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from accounts.models import Department, User
from policies.models import Policy
from portal.core import bilingual
from portal.core.calendar import local_day
from stewards.asking.forms import YES_NO, LongText, RateForm, SeenForm
from stewards.enums import RequestType
from stewards.models import Obstacle, RequestCategory
from stewards.rating.figures import FILTERS, Asked, category_words

MONTHS = 12
EARLIEST = date(2020, 1, 1)


class LinkRateForm(RateForm):
    """The rating by link: what it rates is said by the link, not by the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["seen"]


class CallForm(SeenForm):
    reached = forms.ChoiceField(label=gettext_lazy("Was somebody reached?"), choices=YES_NO, widget=forms.RadioSelect)
    content = forms.ChoiceField(
        label=gettext_lazy("Is the enterprise content now?"),
        help_text=gettext_lazy("Only if somebody was reached."),
        choices=YES_NO,
        widget=forms.RadioSelect,
        required=False,
    )
    words = LongText(
        label=gettext_lazy("What was said"),
        help_text=gettext_lazy("Stays with the desk; the enterprise does not read it."),
        rows=3,
        max_length=2_000,
        required=False,
    )
    called_at = forms.DateTimeField(
        label=gettext_lazy("When, if not just now"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        required=False,
    )

    def act(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        data["reached"] = data["reached"] == "yes"
        data["content"] = {"yes": True, "no": False}.get(data["content"]) if data["reached"] else None
        return data


class CloseForm(SeenForm):
    done = LongText(
        label=gettext_lazy("What was done"),
        help_text=gettext_lazy("The enterprise reads this."),
        rows=4,
        max_length=2_000,
    )


class FiguresForm(forms.Form):
    """Every filter may stay empty; what means nothing is as good as empty."""

    first = forms.CharField(label=gettext_lazy("From month"), required=False, max_length=7)
    last = forms.CharField(label=gettext_lazy("To month"), required=False, max_length=7)
    department = forms.ChoiceField(label=gettext_lazy("Department"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    steward = forms.ChoiceField(label=gettext_lazy("Steward"), required=False)
    type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        stewards = User.objects.with_role(Role.STEWARD).only("name_zh", "name_en", "email").order_by("pk")
        categories = RequestCategory.objects.select_related("parent").order_by("parent__place", "place", "pk")
        self._offer("department", [(each.pk, each.name) for each in Department.objects.order_by("pk")])
        self._offer("category", [(each.pk, category_words(each)) for each in categories])
        self._offer("steward", [(each.pk, each.name) for each in stewards])
        self._offer("type", list(RequestType.choices))
        for name in ("first", "last"):
            self.fields[name].widget.attrs |= {"type": "month", "placeholder": "2026-01", "dir": "ltr"}
            self.fields[name].widget.input_type = "month"

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = [("", _("all")), *choices]  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        self.is_valid()
        data = self.cleaned_data
        today = local_day()
        last = _month(data.get("last", "")) or today.replace(day=1)
        first = _month(data.get("first", "")) or _months_before(last, MONTHS - 1)
        narrowed = {name: value for name in FILTERS if (value := data.get(name))}
        return Asked(min(first, last), max(first, last), narrowed)


def _month(text: str) -> date | None:
    year, _dash, month = text.partition("-")
    if not (text.isascii() and year.isdigit() and month.isdigit() and len(text) == 7):
        return None
    if not (EARLIEST.year <= int(year) <= 2100 and 1 <= int(month) <= 12):
        return None
    return date(int(year), int(month), 1)


def _months_before(month: date, count: int) -> date:
    place = month.year * 12 + month.month - 1 - count
    return date(place // 12, place % 12 + 1, 1)


class PolicyChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class CategoryChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return category_words(obj)


class PairForm(SeenForm):
    """Texts in both languages, written to the columns of an obstacle."""

    pairs: tuple[str, ...] = ()

    def shown_pairs(self) -> list[dict[str, Any]]:
        labels = {"title": _("Title"), "said": _("What enterprises said"), "did": _("What we did")}
        return [{"label": labels[name], "zh": self[f"{name}_zh_hans"], "en": self[f"{name}_en"]} for name in self.pairs]


def _text(name: str, language: str) -> forms.CharField:
    said = {"zh-hans": gettext_lazy("in Chinese"), "en": gettext_lazy("in English")}[language]
    labels = {
        "title": gettext_lazy("Title"),
        "said": gettext_lazy("What enterprises said"),
        "did": gettext_lazy("What we did"),
    }
    lang = {"lang": "zh-Hans" if language == "zh-hans" else "en"}
    if name == "title":
        widget: forms.Widget = forms.TextInput(attrs=lang)
    else:
        widget = forms.Textarea(attrs={"rows": 4, **lang})
    field = forms.CharField(max_length=120 if name == "title" else 1_000, widget=widget)
    field.label = _labelled(labels[name], said)
    return field


def _labelled(label: Any, said: Any) -> Any:
    """“Title (in English)”; forms are made for each page, in its language."""
    return _("%(label)s (%(language)s)") % {"label": label, "language": said}


class NameForm(PairForm):
    """An obstacle as the desk names it."""

    pairs = ("title", "said")
    policy = PolicyChoice(label=gettext_lazy("Policy"), queryset=Policy.objects.none(), required=False, empty_label="—")
    category = CategoryChoice(
        label=gettext_lazy("Category"), queryset=RequestCategory.objects.none(), required=False, empty_label="—"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["policy"].queryset = Policy.objects.published().defer("search").order_by("pk")  # type: ignore[attr-defined]
        self.fields["category"].queryset = RequestCategory.objects.select_related("parent")  # type: ignore[attr-defined]
        _add_pairs(self)


class DidForm(PairForm):
    """What the policy's owner did or will do."""

    pairs = ("did",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _add_pairs(self)


class RemarkForm(SeenForm):
    remark = LongText(label=gettext_lazy("What is missing"), rows=3, max_length=1_000)


def _add_pairs(form: PairForm) -> None:
    for name in form.pairs:
        for column, language in zip(bilingual.columns(name), bilingual.LANGUAGES, strict=True):
            form.fields[column] = _text(name, language)


class NumbersForm(forms.Form):
    """Requests by their numbers, with spaces or commas between them."""

    numbers = forms.CharField(label=gettext_lazy("Numbers of more requests"), max_length=2_000)

    def clean_numbers(self) -> list[str]:
        return re.split(r"[\s,，、;；]+", self.cleaned_data["numbers"].upper())


def initial_of(obstacle: Obstacle, form: type[PairForm]) -> dict[str, Any]:
    """What the columns hold already."""
    texts = {column: getattr(obstacle, column) or "" for name in form.pairs for column in bilingual.columns(name)}
    return {**texts, "seen": obstacle.lock_version, "policy": obstacle.policy_id, "category": obstacle.category_id}
