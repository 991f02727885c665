"""Forms of chains, their steps, and the outlines of the map."""

from itertools import groupby
from typing import Any

from django import forms
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from enterprises.models import Industry
from insights.models import Chain, ChainStep


class ChainForm(forms.ModelForm):
    class Meta:
        model = Chain
        fields = ("name_zh_hans", "name_en", "about_zh_hans", "about_en")
        labels = {
            "name_zh_hans": _("Name in Chinese"),
            "name_en": _("Name in English"),
            "about_zh_hans": _("What it is about, in Chinese"),
            "about_en": _("What it is about, in English"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name_zh_hans", "name_en"):
            self.fields[name].required = True


class StepForm(forms.ModelForm):
    class Meta:
        model = ChainStep
        fields = ("name_zh_hans", "name_en", "stream", "position", "divisions")
        labels = {"name_zh_hans": _("Name in Chinese"), "name_en": _("Name in English")}
        help_texts = {"position": _("Steps of the same stream stand in this order.")}
        widgets = {"divisions": forms.SelectMultiple(attrs={"size": 12})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name_zh_hans", "name_en"):
            self.fields[name].required = True
        rows = list(Industry.objects.annotate(length=Length("code")).filter(length__in=(1, 3)).order_by("code"))
        names = {row.code: row.name for row in rows if len(row.code) == 1}
        divisions: Any = self.fields["divisions"]
        divisions.queryset = Industry.objects.annotate(length=Length("code")).filter(length=3)
        divisions.choices = [
            (f"{section} {names.get(section, '')}", [(row.code, str(row)) for row in group if len(row.code) == 3])
            for section, group in groupby(rows, key=lambda row: row.section)
        ]


class OutlineForm(forms.Form):
    file = forms.FileField(
        label=_("Boundary file"), help_text=_("GeoJSON with the 16 districts of Shanghai by name, at most 8 MB.")
    )
    review_number = forms.CharField(label=_("Map review number"), max_length=60)
    source = forms.CharField(label=_("Source"), max_length=300)
