"""Cleaning of what is uploaded; the file itself is judged by `reading`."""

from django import forms
from django.utils.translation import gettext_lazy as _

from policies.exchange.reading import ACCEPT


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File with policies"),
        help_text=_("xlsx, csv or JSON; at most 10 MB and 5,000 rows. A preview comes first: nothing is changed yet."),
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
