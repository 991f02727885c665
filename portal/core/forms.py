"""How every form of the portal is drawn: one field template, for our pages and for the account pages alike."""

import re
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

# Marks of direction and width that nobody types: in a name they would turn around what stands beside it.
_UNSEEN = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_TONGUE = re.compile(r"(?:^|_)(zh_hans|en)$")
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
        tongue = _TONGUE.search(self.name)
        if tongue and "lang" not in shown.attrs:  # what is written there is read aloud in its own language
            attrs["lang"] = "en" if tongue[1] == "en" else "zh-Hans"
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


def drawn(form: forms.BaseForm) -> SafeString:
    """The form's fields. One that nobody has filled in yet is drawn once and kept: many pages show it as it is."""
    if form.is_bound:
        return SafeString(form)
    return _drawn(_Content(form))


class _Content:
    """A form, known by everything of it that can be seen."""

    def __init__(self, form: forms.BaseForm) -> None:
        self.form = form
        fields = (_seen(form[name]) for name in form.fields)
        self.content = (type(form), form.auto_id, form.prefix, get_language(), *fields)

    def __hash__(self) -> int:
        return hash(self.content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content) and self.content == other.content


def _seen(bound: BoundField) -> tuple[str, ...]:
    field, widget = bound.field, bound.field.widget
    choices = list(iter(getattr(widget, "choices", ())))  # no length: that would be a query of its own
    if choices:
        widget.choices = choices  # asked of the database once
    facts = (bound.name, bound.label, bound.help_text, bound.initial, field.required, field.disabled, widget.attrs)
    return type(widget).__name__, *map(str, facts), str([(str(value), str(label)) for value, label in choices])


@lru_cache(maxsize=500)
def _drawn(content: _Content) -> SafeString:
    html = SafeString(content.form)
    del content.form  # it may know more than what is seen
    return html


class PortalRenderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = PortalBoundField

    def render(self, template_name: str, context: Any, request: Any = None) -> SafeString:
        """A list to choose from is written here: Django opens a template for each of its choices."""
        if template_name == forms.Select.template_name:
            return _select(context["widget"])
        return SafeString(super().render(template_name, context, request))


def _select(widget: dict[str, Any]) -> SafeString:
    """The same as Django's own templates."""
    parts = [f'<select name="{escape(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _place in widget["optgroups"]:
        parts += [f'<optgroup label="{escape(group)}">'] if group else []
        parts += map(_option, options)
        parts += ["</optgroup>"] if group else []
    return SafeString("\n".join([*parts, "</select>"]))


def _option(option: dict[str, Any]) -> str:
    value, label = escape(option["value"]), escape(option["label"])
    return f'<option value="{value}"{_attributes(option["attrs"])}>{label}</option>'


def _attributes(attributes: dict[str, Any]) -> str:
    """True stands for a bare name, False for nothing."""
    shown = ((name, value) for name, value in attributes.items() if value is not False)
    return "".join(f" {name}" if value is True else f' {name}="{escape(value)}"' for name, value in shown)
