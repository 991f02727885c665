"""What the public fills in: a box for each article and one for the whole, and for whom one speaks.

Against machines: a field that people do not see, and a time that filling it in takes at least. Neither loses a word.
"""

import time
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.enums import MembershipState, SizeClass
from enterprises.models import Enterprise
from enterprises.queries import memberships_of
from policies.consultation import responding
from policies.consultation.enums import Speaks
from policies.consultation.responding import WHOLE, Voice
from policies.models import ConsultationClause

SECONDS = 3  # nobody reads and writes quicker
SALT = "consultation-form"
ROWS = {"rows": 4, "dir": "auto", "lang": "", "maxlength": responding.LONGEST}
SIZES = sorted(SizeClass.choices, key=lambda each: list(reversed(SizeClass.values)).index(each[0]))


def put(form: forms.Form, name: str, value: str) -> None:
    """Change one value of what was sent, for the form to be drawn with."""
    data: Any = form.data.copy()  # type: ignore[attr-defined] # a QueryDict
    data[name] = value
    form.data = data


class LinesField(forms.CharField):
    """Words in several lines; the end of a line is one character, as browsers count it for `maxlength`."""

    def to_python(self, value: Any) -> str:
        plain = value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value
        return super().to_python(plain) or ""


def name_of(place: int) -> str:
    return f"words_{place}"


class CommentForm(forms.Form):
    """Fields words_0 (the whole), words_1 … (articles), who, size, named, stamp, website (left empty)."""

    who = forms.ChoiceField(
        label=gettext_lazy("I speak for"),
        help_text=gettext_lazy("It helps us to see whether those concerned have been heard. You need not say."),
        required=False,
    )
    size = forms.ChoiceField(
        label=gettext_lazy("Size of the enterprise"),
        choices=[("", gettext_lazy("not stated")), *SIZES],
        required=False,
    )
    named = forms.BooleanField(
        label=gettext_lazy("Officials may see the enterprise's name"),
        help_text=gettext_lazy("Otherwise they see its size class only. The public never sees a name."),
        required=False,
    )
    website = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, clauses: Sequence[ConsultationClause], user: Any) -> None:
        super().__init__(data)
        self.enterprises = _acts_for(user)
        self.initial["stamp"] = signing.dumps([str(uuid.uuid4()), time.time()], salt=SALT)
        own = [(f"e{each.pk}", str(each)) for each in self.enterprises]
        self.fields["who"].choices = [*own, *Speaks.choices]  # type: ignore[attr-defined]
        self.initial["who"] = own[0][0] if own else ""
        if not own:
            del self.fields["named"]
        labels = {clause.number: str(clause) for clause in clauses} | {WHOLE: _("On the draft as a whole")}
        for place, label in labels.items():
            widget = forms.Textarea(attrs=ROWS)
            self.fields[name_of(place)] = LinesField(label=label, required=False, widget=widget)
        self.places = list(labels)

    @property
    def on_whole(self) -> Any:
        return self[name_of(WHOLE)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        words = {place: data.get(name_of(place), "") for place in self.places}
        for place, text in words.items():
            if text and (fault := responding.fault_of(text)):
                self.add_error(name_of(place), fault)
        if not (self.errors or any(words.values())):
            self.add_error(name_of(WHOLE), _("Write at least one comment."))
        if data.get("website"):
            self.add_error("website", _("This field is a trap for machines. Empty it and send again."))
        self.form_key = self._key(str(data.get("stamp", "")))
        data["words"], data["voice"] = words, self._voice(data)
        return data

    def _key(self, stamp: str) -> uuid.UUID | None:
        """The form's own key; None, and a word about it, when the form was sent too soon or is not ours."""
        try:
            key, drawn = signing.loads(stamp, salt=SALT)
            if time.time() - drawn >= SECONDS:
                return uuid.UUID(key)
        except (signing.BadSignature, ValueError, TypeError):
            put(self, "stamp", self.initial["stamp"])
        self.add_error(None, _("That was too quick to be told from a machine. Look it over and send it again."))
        return None

    def _voice(self, data: dict[str, Any]) -> Voice:
        who = data.get("who") or ""
        enterprise = next((each for each in self.enterprises if f"e{each.pk}" == who), None)
        if enterprise:
            return Voice(Speaks.ENTERPRISE, enterprise=enterprise, named=bool(data.get("named")))
        size = data.get("size") or ""
        if size and who in ("", Speaks.ENTERPRISE):
            return Voice(Speaks.ENTERPRISE, size)
        return Voice(who)


def _acts_for(user: Any) -> list[Enterprise]:
    if not user.is_authenticated:
        return []
    return [each.enterprise for each in memberships_of(user) if each.state == MembershipState.ACTIVE]
