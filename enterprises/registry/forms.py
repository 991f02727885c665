"""What is asked with an extract."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.calendar import local_day


class ExtractForm(forms.Form):
    file = forms.FileField(
        label=_("Extract of the business registry"),
        help_text=_(
            "A workbook (xlsx) or a table as text (csv), up to 200,000 rows. Nothing changes before you confirm."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    extract_on = forms.DateField(
        label=_("As of"),
        help_text=_("What an enterprise has declared since that day is not overwritten."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=local_day,
    )


class ConfirmForm(forms.Form):
    take_doubtful = forms.BooleanField(
        label=_("Also take in those that are perhaps known under another code, as new records"), required=False
    )
