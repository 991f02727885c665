"""How every form of the portal is drawn: one field template, for our pages and for the account pages alike."""

import re
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

# Marks of direction and width that nobody types: in a name they would turn around what stands beside it.
_UNSEEN = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_CHOICE_GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


class NameField(forms.CharField):
    """One line that others read beside their own words: a person's or an enterprise's name."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(_UNSEEN.sub("", str(value)) if value is not None else value)


class PortalBoundField(BoundField):
    """What the field template and the error summary ask beside Django's own."""

    @property
    def use_fieldset(self) -> bool:
        """A file input is one control, so it takes a label; only groups of controls take a legend."""
        return super().use_fieldset and not isinstance(self.field.widget, forms.FileInput)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Label and hint say what belongs here; a placeholder, which vanishes, never does (search boxes excepted).

        A long text has no `maxlength`: browsers cut what is pasted without a word. It is counted, and judged when sent.
        """
        attrs = super().build_widget_attrs(attrs, widget)
        shown = widget or self.field.widget
        if not isinstance(shown, forms.SearchInput):
            attrs["placeholder"] = False
        if isinstance(shown, forms.Textarea) and "maxlength" in shown.attrs:
            attrs |= {"maxlength": False, "data-most": shown.attrs["maxlength"]}
        return attrs

    @property
    def is_check(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def first_id(self) -> str:
        """The control that a link to this field should focus."""
        if isinstance(self.field.widget, _CHOICE_GROUPS):
            return f"{self.auto_id}_0"
        return self.id_for_label or self.auto_id


class PortalRenderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = PortalBoundField
