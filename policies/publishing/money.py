"""Amounts as people write them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from policies.eligibility.vocabulary import parse_number

MOST_CNY = 10**15


class MoneyField(forms.Field):
    """Yuan as people write them: 200000, 200,000, 20万, 1.5亿元, CNY 200,000."""

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values or isinstance(value, int):
            return value or None
        number = parse_number(str(value), percent=False)
        if not isinstance(number, int) or number > MOST_CNY:
            raise forms.ValidationError(_("Give a whole amount of yuan, such as 200,000."))
        return number

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}" if isinstance(value, int) else value
