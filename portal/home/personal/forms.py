from django import forms
from django.utils.translation import gettext_lazy as _


class AskForm(forms.Form):
    sure = forms.BooleanField(
        label=_("I know that I cannot sign in any more, and that it cannot be undone."),
    )
    note = forms.CharField(
        label=_("What the service centre should know"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecideForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason, when it is not carried out"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
