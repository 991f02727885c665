"""Form fields that several rooms ask with."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Industry

UNKNOWN = "-"  # “not known”, where a condition can ask for that too
CODE = re.compile(r"^[A-Z](\d\d|-)?$|^-$")
MOST_CODES = 60


class IndustryCodesField(forms.CharField):
    """Sections (“I”) and divisions (“I65”) of GB/T 4754-2017 in one line, as a list."""

    def __init__(self, **kwargs: Any) -> None:
        hint = gettext_lazy("Sections and divisions of GB/T 4754-2017 with commas between them, such as I, C39, M73.")
        super().__init__(**{"max_length": 400, "required": False, "help_text": hint, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        text = str(super().clean(value)).upper()
        codes = list(dict.fromkeys(part for part in re.split(r"[\s,，、;；]+", text) if part))
        plain = [code.rstrip(UNKNOWN) for code in codes[:MOST_CODES]]
        known = set(Industry.objects.filter(pk__in=plain).values_list("pk", flat=True))
        wrong = [code for code in codes if not CODE.match(code) or code.rstrip(UNKNOWN) not in known | {""}]
        if wrong:
            raise ValidationError(_("There is no such industry: %(codes)s.") % {"codes": ", ".join(wrong[:5])})
        return codes
